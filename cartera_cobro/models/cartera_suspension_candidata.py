from odoo import fields, models
from odoo.tools import SQL

from .cartera_suspension_seleccion import REASONS


class CarteraSuspensionCandidata(models.Model):
    """An account with something overdue in the zones of a batch, and why it gets no order if it gets none."""

    _name = "cartera.suspension.candidata"
    _description = "Account of a Suspension Batch"
    _order = "lote_id desc, id"
    _rec_name = "cuenta_id"
    # Written hundreds of thousands at a time by the preview, and by nobody else.
    _log_access = False

    lote_id = fields.Many2one(
        "cartera.suspension.lote", string="Batch", required=True, index=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    cuenta_id = fields.Many2one(
        "cartera.cuenta", string="Account / Contract", required=True, readonly=True, ondelete="cascade"
    )
    expediente_id = fields.Many2one(
        "cartera.expediente", string="Dossier", required=True, index=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="expediente_id.partner_id", string="Debtor")
    zona_id = fields.Many2one("cartera.zona", string="Zone", readonly=True, ondelete="set null")
    use = fields.Selection(related="cuenta_id.use")
    bills = fields.Integer(string="Unpaid Bills", readonly=True, aggregator=None)
    days = fields.Integer(string="Days Overdue", readonly=True, aggregator="avg")
    amount_overdue = fields.Monetary(string="Overdue", readonly=True, currency_field="company_currency_id")
    reason = fields.Selection(REASONS, string="Left Out Because", readonly=True)
    at_dispatch = fields.Boolean(string="Left Out at Dispatch", readonly=True)

    def action_open_cuenta(self):
        self.ensure_one()
        return self.cuenta_id._get_records_action()


class CarteraSuspensionConteo(models.Model):
    """How many accounts of a batch get an order, or get none for one reason."""

    _name = "cartera.suspension.conteo"
    _description = "Count of a Suspension Batch"
    _auto = False
    _order = "lote_id desc, chosen desc, accounts desc, id"
    _rec_name = "reason"
    _depends = {"cartera.suspension.candidata": ["lote_id", "reason", "at_dispatch", "amount_overdue"]}

    lote_id = fields.Many2one("cartera.suspension.lote", string="Batch", readonly=True)
    company_currency_id = fields.Many2one(related="lote_id.company_currency_id")
    chosen = fields.Boolean(string="Gets an Order", readonly=True)
    reason = fields.Selection(REASONS, string="Left Out Because", readonly=True)
    at_dispatch = fields.Boolean(readonly=True)
    accounts = fields.Integer(readonly=True)
    amount_overdue = fields.Monetary(string="Overdue", readonly=True, currency_field="company_currency_id")

    @property
    def _table_query(self):
        return SQL(
            """SELECT MIN(k.id) AS id, k.lote_id, k.reason, COALESCE(k.at_dispatch, FALSE) AS at_dispatch,
                      k.reason IS NULL AS chosen, COUNT(*)::int AS accounts, SUM(k.amount_overdue) AS amount_overdue
                 FROM cartera_suspension_candidata k
             GROUP BY k.lote_id, k.reason, COALESCE(k.at_dispatch, FALSE)"""
        )

    def action_accounts(self):
        """The accounts that the count is of."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_suspension_candidata_action")
        return dict(
            action,
            domain=[
                ("lote_id", "=", self.lote_id.id),
                ("reason", "=", self.reason),
                ("at_dispatch", "=", self.at_dispatch),
            ],
        )
