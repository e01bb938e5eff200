"""Who is in the bulletin: since when, and why and when they were withdrawn (FRV18)."""

from odoo import api, fields, models
from odoo.tools import float_compare

from .cartera_boletin_formato import CAUSES
from .cartera_boletin_linea import identidad
from .cartera_boletin_lista import Lista

# The category that tells each cause.
TOLD_BY = {"cured": "cancel"}


class CarteraBoletinReporte(models.Model):
    """A debt as it is in the bulletin, from the day it was reported to the day it was withdrawn: one row each stay."""

    _name = "cartera.boletin.reporte"
    _description = "Debt Reported to the BDME"
    _order = "date_since desc, id desc"
    _rec_name = "obligation"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="restrict")
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    expediente_id = fields.Many2one(
        "cartera.expediente", string="Dossier", required=True, readonly=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(related="expediente_id.partner_id", string="Debtor", store=True, index=True)
    move_id = fields.Many2one(
        "account.move", string="Journal Entry", readonly=True, index="btree_not_null", ondelete="set null"
    )
    partida_id = fields.Many2one(
        "cartera.partida", string="Open Item", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    obligation = fields.Char(readonly=True)
    linea_ids = fields.One2many("cartera.boletin.linea", "reporte_id", string="Lines")
    boletin_id = fields.Many2one("cartera.boletin", string="Last Report", readonly=True, ondelete="restrict")
    cutoff = fields.Date(related="boletin_id.cutoff", string="Last Cut-off", store=True)
    acuerdo_id = fields.Many2one("cartera.acuerdo", string="Broken Agreement", readonly=True, ondelete="restrict")
    id_number = fields.Char(string="Identification", readonly=True)
    debtor_name = fields.Char(string="Name", readonly=True)
    amount = fields.Monetary(string="Reported", readonly=True, currency_field="company_currency_id")
    amount_owed = fields.Monetary(
        string="Owed Last Night", readonly=True, currency_field="company_currency_id", help="Of it, as of last night."
    )
    amount_limit = fields.Monetary(string="Minimum", readonly=True, currency_field="company_currency_id")
    date_since = fields.Date(string="Reported Since", required=True, readonly=True)
    withdrawal_cause = fields.Selection(CAUSES, string="Cause of Withdrawal", readonly=True)
    date_proposed = fields.Date(string="To Withdraw Since", readonly=True)
    date_withdrawn = fields.Date(string="Withdrawn On", readonly=True)
    withdrawal_boletin_id = fields.Many2one(
        "cartera.boletin", string="Withdrawn By", readonly=True, ondelete="restrict"
    )

    _reported = models.Index("(company_id, expediente_id) WHERE date_withdrawn IS NULL")

    def _clave(self):
        return self.expediente_id.id, self.move_id.id, self.partida_id.id or None

    def _categoria(self):
        """The category of bulletin that has something to tell of it now, or None."""
        self.ensure_one()
        if self.withdrawal_cause:
            return TOLD_BY.get(self.withdrawal_cause, "withdraw")
        identity = identidad(self.partner_id, self.boletin_id.formato_id)
        same = float_compare(self.amount_owed, self.amount, precision_digits=2) == 0
        same = same and self.id_number == identity["id_number"] and self._mismo_nombre(identity)
        return None if same else "update"

    def _mismo_nombre(self, identity):
        """Whether the debtor has the name that was reported; one that was shortened by hand is nobody's new name."""
        last = self.linea_ids.filtered(lambda line: line.boletin_id == self.boletin_id)
        return last.worded_by_hand or self.debtor_name == identity["debtor_name"]

    def _de_linea(self, category):
        """The values of a line of `category` that tells of it: what was reported, or what is owed now."""
        update = category == "update"
        last = self.linea_ids.filtered(lambda line: line.boletin_id == self.boletin_id)[:1]
        return {
            "name": last.name,
            "obligation": self.obligation,
            "amount": self.amount_owed if update else self.amount,
            "date_due": last.date_due,
            "acuerdo_id": self.acuerdo_id.id,
            "reporte_id": self.id,
            "cause": False if update else self.withdrawal_cause,
            "automatic_reason": False,
        }

    # --- what a bulletin that was sent does ---------------------------------------------------------------------------

    @api.model
    def _anotar(self, boletin):
        """Record what a bulletin that was sent says, with superuser rights."""
        lines = boletin.linea_ids.filtered("included")
        if boletin.category in ("withdraw", "cancel"):
            for line in lines:
                line.reporte_id.write(
                    {
                        "date_withdrawn": boletin.sent_on,
                        "withdrawal_boletin_id": boletin.id,
                        "withdrawal_cause": line.cause,
                    }
                )
            return
        known = self._abiertos(boletin, lines)
        fresh = lines.filtered(lambda line: line._clave() not in known)
        for line in lines - fresh:
            line.reporte_id = known[line._clave()]
            line.reporte_id.write(self._valores(boletin, line))
        created = self.create([self._valores(boletin, line) | _desde(boletin, line) for line in fresh])
        for line, reporte in zip(fresh, created, strict=True):
            line.reporte_id = reporte

    def _abiertos(self, boletin, lines):
        """{(dossier, entry, item): the report of it that stands}."""
        found = self.search(
            [
                ("company_id", "=", boletin.company_id.id),
                ("date_withdrawn", "=", False),
                ("expediente_id", "in", lines.expediente_id.ids),
            ],
            order="id",
        )
        return {r._clave(): r for r in found}

    def _valores(self, boletin, line):
        regla = boletin._regla()
        return {
            "boletin_id": boletin.id,
            "acuerdo_id": line.acuerdo_id.id,
            "obligation": line.obligation,
            "id_number": line.id_number,
            "debtor_name": line.debtor_name,
            "amount": line.amount,
            "amount_owed": line.amount,
            "amount_limit": float(regla.breach_limit if line.acuerdo_id else regla.limit),
        }

    def action_open_bulletin(self):
        self.ensure_one()
        return self.boletin_id._get_records_action()


def _desde(boletin, line):
    return {
        "company_id": boletin.company_id.id,
        "expediente_id": line.expediente_id.id,
        "move_id": line.move_id.id,
        "partida_id": line.partida_id.id,
        "date_since": boletin.sent_on,
    }


class CarteraBoletin(models.Model):
    _inherit = "cartera.boletin"

    @api.model
    def _juzgar(self, company, on_date=None):
        """Propose the withdrawals of a company as of `on_date` (date, default today there); how many debts changed.

        Who paid, signed an agreement, cured a breach, fell below the minimum or was left out of a later report is put
        on a draft of withdrawals (or of cancellation of agreements), which its responsible is asked to file at once.
        Set-based and idempotent: a second run changes nothing.
        """
        company = company.sudo()
        day = on_date or company._cartera_hoy()
        boletines = self.sudo().with_context(lang=company.partner_id.lang)
        changed = Lista(boletines.env, company, day).proponer_retiros(company.cartera_bdme_scope == "debtor")
        waiting = boletines.env["cartera.boletin.reporte"].search(
            [("company_id", "=", company.id), ("withdrawal_cause", "!=", False), ("date_withdrawn", "=", False)]
        )
        for category in ("withdraw", "cancel"):
            boletines._juntar_retiros(company, category, waiting.filtered(lambda r, c=category: r._categoria() == c))
        return changed

    def _juntar_retiros(self, company, category, reportes):
        """The draft of a category has all that is waiting, and that no other bulletin under way tells."""
        told = reportes.linea_ids.boletin_id.filtered(
            lambda b: b.category == category and b.state in ("approval", "signed")
        )
        pending = reportes - told.linea_ids.reporte_id
        draft = self.search(
            [("company_id", "=", company.id), ("category", "=", category), ("state", "=", "draft")], limit=1
        )
        if draft:
            draft._leer()
            if not draft.linea_ids and not draft.prepared_by_id:
                draft.unlink()
        elif pending:
            formato = self.env["cartera.boletin.formato"]._vigente(company._cartera_hoy())
            cutoff = max(pending.mapped("cutoff") + [formato._ultimo_corte(company._cartera_hoy())])
            draft = self.create({"company_id": company.id, "category": category, "cutoff": cutoff})
        if pending and draft.exists():
            draft._recordar(self.env._("File these at once: the debtors have paid, or agreed."))


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    boletin_reporte_ids = fields.One2many("cartera.boletin.reporte", "expediente_id", string="Reported to the BDME")
    boletin_count = fields.Integer(compute="_compute_boletin_count")
    is_reported = fields.Boolean(string="In the BDME", compute="_compute_boletin_count")

    @api.depends("boletin_reporte_ids.date_withdrawn")
    def _compute_boletin_count(self):
        for expediente in self:
            reportes = expediente.boletin_reporte_ids
            expediente.boletin_count = len(reportes)
            expediente.is_reported = any(not reporte.date_withdrawn for reporte in reportes)

    def _reportado_bdme(self):
        """The last report to the BDME that was not withdrawn (cartera.boletin.reporte), of one dossier; else empty."""
        self.ensure_one()
        return (
            self.env["cartera.boletin.reporte"]
            .sudo()
            .search([("expediente_id", "=", self.id), ("date_withdrawn", "=", False)], limit=1)
        )

    def action_bulletin(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_boletin_reporte_action")
        return dict(action, domain=[("expediente_id", "=", self.id)], context={})
