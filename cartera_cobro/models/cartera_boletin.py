"""The bulletin of delinquent debtors of the State (BDME, Ley 901/2004): what is sent of it, and when (FRV17, FRV18)."""

import json
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..rules.bulletin import next_term
from .cartera_boletin_formato import CATEGORIES
from .cartera_boletin_lista import Lista, Regla

STATES = [("draft", "Draft"), ("approval", "Being Signed"), ("signed", "To Send"), ("sent", "Sent")]
# Filed twice a year, once each; the others as often as something happens.
ONCE = ("semester",)
PREPARERS = ("cartera_cobro.group_cartera_tesorero", "cartera_cobro.group_cartera_contador")


class CarteraBoletin(models.Model):
    """One file of the bulletin: a cut-off and a category, its lines, the signatures under them, and how it was sent."""

    _name = "cartera.boletin"
    _description = "BDME Bulletin"
    _inherit = ["cartera.firmable", "mail.thread", "mail.activity.mixin"]
    _order = "cutoff desc, id desc"
    _check_company_auto = True
    _state_from = ["draft", "approval"]
    _state_to = ["signed"]

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True, ondelete="restrict"
    )
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    category = fields.Selection(CATEGORIES, required=True, default="semester")
    cutoff = fields.Date(string="Cut-off", required=True, default=lambda self: self._proponer_corte(self.env.company))
    state = fields.Selection(STATES, required=True, default="draft", readonly=True, copy=False, tracking=True)
    number = fields.Char(string="Memo", readonly=True, copy=False, help="Consecutive of the company and year.")
    note = fields.Text(help="For those who sign.")
    formato_id = fields.Many2one("cartera.boletin.formato", string="Layout", readonly=True, ondelete="restrict")
    date_read = fields.Date(string="As of", readonly=True, copy=False, help="The day of which the ledger was read.")
    amount_limit = fields.Monetary(
        string="Minimum",
        readonly=True,
        copy=False,
        currency_field="company_currency_id",
        help="What is owed exceeds it.",
    )
    breach_limit = fields.Monetary(
        string="Minimum of Breaches", readonly=True, copy=False, currency_field="company_currency_id"
    )
    by_debtor = fields.Boolean(readonly=True, copy=False, help="The minimum is compared with all that a debtor owes.")
    prepared_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, help="Who last read, left out or brought back something: does not sign."
    )
    area = fields.Selection(
        [("portfolio", "Portfolio"), ("accounting", "Accounting")],
        string="Prepared By Area",
        readonly=True,
        copy=False,
        help="The two areas cross-check it: whoever did not prepare it signs.",
    )
    # --- lines ----------------------------------------------------------------------------------------------------
    linea_ids = fields.One2many("cartera.boletin.linea", "boletin_id", string="Lines", copy=False)
    included_ids = fields.One2many("cartera.boletin.linea", "boletin_id", domain=[("included", "=", True)], copy=False)
    excluded_ids = fields.One2many("cartera.boletin.linea", "boletin_id", domain=[("included", "=", False)], copy=False)
    mend_ids = fields.One2many("cartera.boletin.linea", "boletin_id", domain=[("to_mend", "=", True)], copy=False)
    included_count = fields.Integer(string="Included", compute="_compute_totals")
    excluded_count = fields.Integer(string="Excluded", compute="_compute_totals")
    mend_count = fields.Integer(string="To Mend", compute="_compute_totals")
    debtor_count = fields.Integer(string="Debtors", compute="_compute_totals")
    amount_included = fields.Monetary(
        string="Amount Reported", compute="_compute_totals", currency_field="company_currency_id"
    )
    # --- its term and its files -----------------------------------------------------------------------------------
    date_deadline = fields.Date(string="Send Before", compute="_compute_date_deadline", store=True)
    txt_id = fields.Many2one("ir.attachment", string="Text File", readonly=True, copy=False, ondelete="restrict")
    txt_sha256 = fields.Char(string="SHA-256 of the File", readonly=True, copy=False)
    xlsx_id = fields.Many2one("ir.attachment", string="Sheet", readonly=True, copy=False, ondelete="restrict")
    pdf_id = fields.Many2one("ir.attachment", string="Memo (PDF)", readonly=True, copy=False, ondelete="restrict")
    mailed_on = fields.Datetime(string="Memo E-mailed On", readonly=True, copy=False)
    sent_on = fields.Date(readonly=True, copy=False)
    receipt = fields.Char(string="Receipt Number", readonly=True, copy=False, help="The one that CHIP gave.")
    receipt_id = fields.Many2one("ir.attachment", readonly=True, copy=False, ondelete="restrict")

    _semester_uniq = models.UniqueIndex(
        "(company_id, cutoff) WHERE category = 'semester'", "There is already a semestral report of this cut-off."
    )
    _draft_uniq = models.UniqueIndex(
        "(company_id, cutoff, category) WHERE state = 'draft'",
        "There is already a draft of this category and cut-off: go on with it.",
    )
    _number_uniq = models.UniqueIndex(
        "(company_id, number) WHERE number IS NOT NULL", "This number was given to another memo: try again."
    )

    # --- computes -------------------------------------------------------------------------------------------------

    @api.depends("category", "cutoff")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["category"]._description_selection(self.env))
        for boletin in self:
            day = format_date(self.env, boletin.cutoff) if boletin.cutoff else ""
            boletin.display_name = f"{labels.get(boletin.category, '')} {day}".strip()

    @api.depends("linea_ids.included", "linea_ids.to_mend", "linea_ids.amount")
    def _compute_totals(self):
        Linea, mine = self.env["cartera.boletin.linea"], [("boletin_id", "in", self.ids)]
        figures = ["__count", "amount:sum", "expediente_id:count_distinct"]
        groups = Linea._read_group(mine, ["boletin_id", "included"], figures)
        found = {(boletin.id, included): figures for boletin, included, *figures in groups}
        mend = dict(Linea._read_group([*mine, ("to_mend", "=", True)], ["boletin_id"], ["__count"]))
        for boletin in self:
            count, amount, debtors = found.get((boletin.id, True), (0, 0.0, 0))
            boletin.included_count, boletin.amount_included, boletin.debtor_count = count, amount, debtors
            boletin.excluded_count = found.get((boletin.id, False), (0,))[0]
            boletin.mend_count = mend.get(boletin, 0)

    @api.depends("category", "cutoff", "formato_id.term_days")
    def _compute_date_deadline(self):
        """The first days of June and December; what happens between cut-offs is filed at once."""
        for boletin in self:
            if boletin.category in ONCE and boletin.cutoff and boletin.formato_id:
                boletin.date_deadline = next_term(boletin.cutoff, boletin.formato_id.term_days)
            else:
                boletin.date_deadline = boletin.date_deadline or boletin.company_id._cartera_hoy()

    # --- guards ---------------------------------------------------------------------------------------------------

    @api.model
    def _proponer_corte(self, company):
        today = company._cartera_hoy()
        formato = self.env["cartera.boletin.formato"]._vigente(today)
        return formato and formato._ultimo_corte(today)

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS cartera.firmable: a bulletin is born with its list.
        boletines = super().create(vals_list)
        for boletin in boletines:
            boletin._exigir_corte()
            boletin._leer()
        return boletines

    def _exigir_escribible(self, vals):
        # EXTENDS cartera.tecleado
        if {"cutoff", "category", "company_id"} & vals.keys():
            raise UserError(
                self.env._("A bulletin keeps its cut-off and category: delete this draft and make another.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_draft(self):
        if any(boletin.state != "draft" or boletin.number for boletin in self):
            raise UserError(self.env._("Only drafts that never had a number are deleted."))

    def _exigir_corte(self):
        """That the company reports, and that it is a cut-off of a year with its values; the layout is set with it."""
        self.ensure_one()
        company, cutoff = self.company_id, self.cutoff
        self._exigir_entidad(company)
        formato = self.env["cartera.boletin.formato"]._vigente(cutoff)
        if not formato:
            raise UserError(self.env._("No layout of the bulletin is in force on %s.", format_date(self.env, cutoff)))
        if cutoff not in formato._cortes(cutoff.year):
            raise UserError(
                self.env._(
                    "%(day)s is no cut-off of the bulletin. The last one was %(last)s.",
                    day=format_date(self.env, cutoff),
                    last=format_date(self.env, formato._ultimo_corte(company._cartera_hoy())),
                )
            )
        if cutoff > company._cartera_hoy():
            raise UserError(
                self.env._(
                    "The cut-off of %s has not come yet: what is owed then nobody knows.", format_date(self.env, cutoff)
                )
            )
        self.sudo().formato_id = formato

    @api.model
    def _exigir_entidad(self, company):
        if not company.sudo().cartera_bdme:
            raise UserError(
                self.env._(
                    "%s does not report to the BDME: public entities do. If it is one, say so in its settings.",
                    company.sudo().name,
                )
            )

    def _exigir_estado(self, *states):
        # EXTENDS the steps of documents: what was sent says so.
        for boletin in self.filtered(lambda b: b.state == "sent" and "sent" not in states):
            raise UserError(
                self.env._(
                    "%(bulletin)s was sent already, on %(day)s, with receipt %(receipt)s.",
                    bulletin=boletin.display_name,
                    day=format_date(self.env, boletin.sent_on),
                    receipt=boletin.receipt,
                )
            )
        return super()._exigir_estado(*states)

    def _exigir_preparador(self):
        self.check_access("write")
        if not (self.env.su or any(self.env.user.has_group(group) for group in PREPARERS)):
            raise AccessError(self.env._("The treasurer or the accountant prepares the bulletin."))

    # --- the list -------------------------------------------------------------------------------------------------

    def action_refresh(self):
        """Read the list again; what was left out or brought back by hand stays so."""
        self._exigir_preparador()
        self._exigir_estado("draft")
        for boletin in self:
            counts = boletin._leer()
            boletin.sudo().message_post(
                body=self.env._(
                    "Read again: %(count)s lines, %(new)s new, %(gone)s gone.", count=len(boletin.linea_ids), **counts
                ),
                author_id=self.env.user.partner_id.id,
            )
        return True

    def _leer(self):
        """Bring the lines of a draft up to date with the ledger: {"new", "gone"}, counts."""
        self.ensure_one()
        boletin = self.sudo()
        regla = boletin.company_id._cartera_bdme_regla(boletin.cutoff)
        today = boletin.company_id._cartera_hoy()
        values = {
            "date_read": boletin.cutoff if boletin.category in ONCE else today,
            "amount_limit": float(regla.limit),
            "breach_limit": float(regla.breach_limit),
            "by_debtor": regla.by_debtor,
        }
        if not self.env.su:
            values["prepared_by_id"] = self.env.uid
        boletin.write({name: value for name, value in values.items() if boletin._difiere(name, value)})
        return boletin.linea_ids._acomodar(boletin, boletin._filas(regla))

    def _difiere(self, name, value):
        """Whether a field has another value than `value`, as it is written."""
        return self._fields[name].convert_to_write(self[name], self) != value

    def _regla(self):
        """What it was read by."""
        return Regla(Decimal(str(self.amount_limit)), Decimal(str(self.breach_limit)), self.by_debtor)

    def _filas(self, regla):
        """{(dossier, entry, item): values of a line} of what is on the list."""
        if self.category in ("semester", "breach"):
            rows = Lista(self.env, self.company_id, self.date_read).leer(regla)
            if self.category == "breach":
                rows = self._incumplimientos(rows)
            return {row[:3]: _de_obligacion(row) for row in rows}
        return {r._clave(): r._de_linea(self.category) for r in self._reportes()}

    def _incumplimientos(self, rows):
        """Those broken since the cut-off, not told yet."""
        told = self.env["cartera.boletin.reporte"].search(
            [("company_id", "=", self.company_id.id), ("date_withdrawn", "=", False), ("acuerdo_id", "!=", False)]
        )
        done = {(r._clave(), r.acuerdo_id.id) for r in told}
        return [
            row
            for row in rows
            if row.acuerdo_id and row.broken > self.cutoff and (row[:3], row.acuerdo_id) not in done
        ]  # fmt: skip

    def _reportes(self):
        """The debts reported that this category tells something of, and no other bulletin that is under way."""
        reportes = self.env["cartera.boletin.reporte"].search(
            [("company_id", "=", self.company_id.id), ("date_withdrawn", "=", False)]
        )
        under_way = reportes.linea_ids.filtered(
            lambda line: line.boletin_id != self and line.boletin_id.state in ("draft", "approval", "signed")
        )
        return (reportes - under_way.reporte_id).filtered(lambda r: r._categoria() == self.category)

    # --- the text that is signed ----------------------------------------------------------------------------------

    def _campos_firmados(self):
        return ["company_id", "category", "cutoff", "date_read", "amount_limit", "breach_limit", "by_debtor"]

    def _texto_firmado(self):
        # EXTENDS cartera.firmable: every line, left out or not, and why.
        lines = self.sudo().linea_ids.sorted("id")
        rows = [[line.id, *(line[name] for name in line._campos_firmados())] for line in lines]
        return super()._texto_firmado() + json.dumps(rows, default=str, ensure_ascii=False)

    # --- doors ----------------------------------------------------------------------------------------------------

    def action_open_lines(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_boletin_linea_action")
        return dict(action, domain=[("boletin_id", "=", self.id)], display_name=self.display_name)

    # --- the night ------------------------------------------------------------------------------------------------

    @api.model
    def _cron_boletin(self):
        """Every morning: withdrawals of each company that reports, and the report of a cut-off in its term."""
        companies = self.env["res.company"].search([("cartera_bdme", "=", True), ("cartera_politica_id", "!=", False)])
        self.env["cartera.partida"]._por_empresa(companies, self._name, "_juzgar", "_preparar_corte")

    @api.model
    def _preparar_corte(self, company, on_date=None):
        """Open the semestral report while its term runs, and remind its responsible once; the bulletin, or none."""
        day = on_date or company._cartera_hoy()
        boletines = self.sudo().with_context(lang=company.sudo().partner_id.lang)
        formato = boletines.env["cartera.boletin.formato"]._vigente(day)
        cutoff = formato and formato._ultimo_corte(day)
        if not cutoff or day > next_term(cutoff, formato.term_days):
            return boletines.browse()
        key = {"company_id": company.id, "category": "semester", "cutoff": cutoff}
        found = boletines.search([(name, "=", value) for name, value in key.items()], limit=1)
        boletin = found or boletines.create(key)
        if boletin.state != "sent":
            boletin._recordar(self.env._("Sign and send the bulletin before its term ends."))
        return boletin

    def _recordar(self, summary):
        """One activity for the responsible of the company, until it is sent."""
        self.ensure_one()
        known = self.activity_search(["cartera_cobro.mail_activity_type_boletin"])
        user = self.company_id._cartera_bdme_responsable()
        if user and not known:
            self.activity_schedule(
                "cartera_cobro.mail_activity_type_boletin",
                date_deadline=self.date_deadline - timedelta(days=1) if self.category in ONCE else self.date_deadline,
                summary=summary,
                user_id=user.id,
            )


def _de_obligacion(row):
    """The values of a line that come from an Obligacion."""
    return {
        "name": row.label or row.name,
        "amount": float(row.amount),
        "date_due": row.date_due,
        "acuerdo_id": row.acuerdo_id or False,
        "reporte_id": False,
        "cause": False,
        "automatic_reason": row.reason or False,
    }
