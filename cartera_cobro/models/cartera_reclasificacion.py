"""What is hard to collect (DDR), shown apart in the accounts at a month end, while collection goes on as before.

How it works. Of the items of a confirmed closing that are overdue too long, an entry of the closing's date takes each
debtor's balance from the receivable account to the one of what is hard to collect; another one, posted with it, gives
it back the next day. Neither is ever matched: an invoice matched with it would read as paid, and a payment could not be
matched with what moved. Their journal items carry `cartera_reclasificacion_id` and are left out of open items,
closings, ages and forecasts (`Libro._alcance`); the tie to the ledger adds them (EAAB13).
"""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from .cartera_corte_linea import sql_diferencia_en_cambio
from .cartera_partida import Copia

STATES = [("draft", "Draft"), ("posted", "Posted"), ("reversed", "Annulled")]


class CarteraReclasificacion(models.Model):
    """The reclassification of what is hard to collect at the date of one closing."""

    _name = "cartera.reclasificacion"
    _description = "Reclassification of What Is Hard to Collect"
    _inherit = ["cartera.asentable", "cartera.tramite", "mail.thread"]
    _order = "date desc, id desc"
    _rec_names_search = ["number"]
    _check_company_auto = True
    _se_elige = {"company_id", "corte_id"}
    _se_escribe = set()

    number = fields.Char(readonly=True, copy=False, index="trigram", help="Consecutive of the company and year.")
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    corte_id = fields.Many2one(
        "cartera.corte",
        string="Closing",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('company_id', '=', company_id), ('is_current', '=', True)]",
        help="The confirmed closing whose items are judged; the entry takes its date.",
    )
    date = fields.Date(related="corte_id.date", store=True, index=True)
    date_back = fields.Date(string="Given Back On", compute="_compute_date_back")
    days = fields.Integer(string="Overdue More than (days)", readonly=True, copy=False)
    state = fields.Selection(STATES, string="Status", default="draft", required=True, readonly=True, copy=False,
                             tracking=True, index=True)  # fmt: skip
    line_ids = fields.One2many("cartera.reclasificacion.linea", "reclasificacion_id", string="Items", readonly=True)
    item_count = fields.Integer(string="Items", readonly=True, copy=False)
    debtor_count = fields.Integer(string="Debtors", readonly=True, copy=False)
    amount = fields.Monetary(string="Reclassified", readonly=True, copy=False, currency_field="company_currency_id")
    # --- its entries ----------------------------------------------------------------------------------------------
    move_id = fields.Many2one("account.move", string="Entry", readonly=True, copy=False, ondelete="restrict")
    back_move_id = fields.Many2one(
        "account.move", string="Entry That Gives It Back", readonly=True, copy=False, ondelete="restrict"
    )
    move_ids = fields.One2many("account.move", "cartera_reclasificacion_id", string="Entries")
    posted_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    date_posted = fields.Datetime(string="Posted On", readonly=True, copy=False)
    end_reason = fields.Char(string="Why It Was Annulled", readonly=True, copy=False)
    problems = fields.Text(string="What Keeps It from Being Posted", compute="_compute_problems")

    _date_uniq = models.UniqueIndex(
        "(company_id, date) WHERE state = 'posted'", "What is hard to collect at that date was posted already."
    )

    @api.depends("date")
    def _compute_date_back(self):
        for one in self:
            one.date_back = fields.Date.add(one.date, days=1) if one.date else False

    @api.depends("number", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for one in self:
            day = format_date(self.env, one.date) if one.date else ""
            one.display_name = one.number or self.env._("Hard to collect at %s", day)

    # --- preparing ------------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        created = super().create(vals_list)
        created.sudo()._calcular()
        return created

    @api.model
    def _generar(self, corte):
        """The draft of a confirmed closing, computed now. UserError: what it lacks."""
        found = self.search([("corte_id", "=", corte.id), ("state", "=", "draft")], limit=1)
        if found:
            found.sudo()._calcular()
            return found
        return self.create({"company_id": corte.company_id.id, "corte_id": corte.id})

    def action_recalcular(self):
        """Compute drafts again, by the company's days and bands as they are now."""
        self.check_access("write")
        self._exigir_estado("draft")
        self.sudo()._calcular()
        return True

    def _calcular(self):
        """Replace the lines of drafts: the items of the closing that owe and are hard to collect."""
        for one in self:
            one._exigir_corte()
            self.env.flush_all()
            one._olvidar()
            self.env.cr.execute(one._sql_lineas())
            one.write({"days": one.company_id.cartera_ddr_days, **one._totales()})
            one.invalidate_recordset(["line_ids"])

    def _olvidar(self):
        self.env.cr.execute(SQL("DELETE FROM cartera_reclasificacion_linea WHERE reclasificacion_id IN %s", self._ids))

    def _sql_lineas(self):
        """The items overdue over the company's days, or in a band of their policy that is marked hard to collect.

        What is only a difference in exchange, without an amount in its currency, is no debt.
        """
        return SQL(
            """
            INSERT INTO cartera_reclasificacion_linea (
                   reclasificacion_id, company_id, date, move_line_id, partida_id, expediente_id, partner_id,
                   account_id, number, partner_name, vat, currency, date_due, days_overdue, banda, amount,
                   amount_currency)
            SELECT %(id)s, l.company_id, l.date, l.move_line_id, l.partida_id, l.expediente_id, l.partner_id,
                   a.account_id, l.number, l.partner_name, l.vat, l.currency, l.date_due, l.days_overdue, l.banda,
                   l.amount, l.amount_currency
              FROM cartera_corte_linea l
              JOIN account_move_line a ON a.id = l.move_line_id
         LEFT JOIN cartera_expediente x ON x.id = l.expediente_id
             WHERE l.corte_id = %(corte)s AND l.position = 'overdue'
               AND NOT %(exchange)s
               AND (l.days_overdue > %(days)s
                    OR EXISTS (SELECT FROM cartera_banda n
                                WHERE n.is_ddr AND n.politica_id = COALESCE(x.politica_id, %(politica)s)
                                  AND n.days_from = l.banda_orden))
          ORDER BY l.partner_name, l.date_due, l.move_line_id
            """,
            id=self.id,
            corte=self.corte_id.id,
            exchange=sql_diferencia_en_cambio(self.company_id),
            days=self.company_id.cartera_ddr_days,
            politica=self.company_id.cartera_politica_id.id or None,
        )

    def _totales(self):
        [totals] = self.env.execute_query_dict(
            SQL(
                """SELECT COUNT(*) AS item_count, COUNT(DISTINCT COALESCE(partner_id, 0)) AS debtor_count,
                          COALESCE(SUM(amount), 0)::float8 AS amount
                     FROM cartera_reclasificacion_linea WHERE reclasificacion_id = %s""",
                self.id,
            )
        )
        return totals

    @api.ondelete(at_uninstall=False)
    def _unlink_draft(self):
        if any(one.state != "draft" for one in self):
            raise UserError(self.env._("Only drafts are deleted: what was posted stays, and is annulled."))

    def unlink(self):
        # Lines go by SQL, and not one by one.
        self.check_access("unlink")
        self._unlink_draft()
        if self:
            self.sudo()._olvidar()
        return super().unlink()

    def _frase_de_calculado(self):
        return self.env._("What is reclassified comes from its closing, and the rest from its steps.")

    # --- doors and words ------------------------------------------------------------------------------------------

    def action_open_items(self):
        """Its items, in their own list."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_reclasificacion_linea_action")
        return dict(action, domain=[("reclasificacion_id", "=", self.id)], context={})

    def action_open_moves(self):
        """Its entry, the one that gives it back, and those of its annulment."""
        self.ensure_one()
        return self.move_ids._get_records_action(name=self.env._("Entries of %s", self.number))


class CarteraReclasificacionLinea(models.Model):
    """An item that was hard to collect at a closing."""

    _name = "cartera.reclasificacion.linea"
    _description = "Item That Is Hard to Collect"
    _order = "reclasificacion_id, id"
    _rec_name = "number"
    # Written many at a time by `_calcular`.
    _log_access = False

    reclasificacion_id = Copia("cartera.reclasificacion", string="Reclassification", readonly=True, index=True)
    company_id = Copia("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(readonly=True)
    move_line_id = Copia("account.move.line", string="Journal Item", readonly=True, index=True)
    partida_id = Copia("cartera.partida", string="Open Item", readonly=True)
    expediente_id = Copia("cartera.expediente", string="Dossier", readonly=True)
    partner_id = Copia("res.partner", string="Debtor Today", readonly=True)
    account_id = Copia("account.account", string="Account", readonly=True)
    number = fields.Char(readonly=True)
    partner_name = fields.Char(string="Debtor", readonly=True)
    vat = fields.Char(string="NIT", readonly=True)
    currency = fields.Char(readonly=True)
    date_due = fields.Date(string="Due Date", readonly=True)
    days_overdue = fields.Integer(readonly=True, aggregator="max")
    banda = fields.Char(string="Band", readonly=True)
    amount = fields.Monetary(string="Balance", readonly=True, currency_field="company_currency_id")
    amount_currency = fields.Float(string="Balance in Currency", digits=(16, 2), readonly=True, aggregator=None)
