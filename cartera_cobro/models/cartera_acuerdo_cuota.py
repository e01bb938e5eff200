from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules.agreements import Cuota
from .cartera_acuerdo import decimal


class CarteraAcuerdoCuota(models.Model):
    """An instalment of an agreement, or its down payment (number 0), and what was paid of it."""

    _name = "cartera.acuerdo.cuota"
    _description = "Instalment"
    _order = "date_due, acuerdo_id, number, id"

    acuerdo_id = fields.Many2one("cartera.acuerdo", string="Agreement", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="acuerdo_id.company_id", store=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    expediente_id = fields.Many2one(related="acuerdo_id.expediente_id", store=True, index=True)
    partner_id = fields.Many2one(related="acuerdo_id.partner_id", string="Debtor", store=True)
    debtor_name = fields.Char(related="partner_id.name")  # what the calendar writes on a day
    user_id = fields.Many2one(related="acuerdo_id.user_id", string="Officer", store=True)
    agreement_state = fields.Selection(related="acuerdo_id.state", store=True)
    number = fields.Integer(required=True, readonly=True, aggregator=None, help="0 is the down payment.")
    date_due = fields.Date(string="Due Date", required=True, readonly=True, index=True)
    capital = fields.Monetary(currency_field="company_currency_id", readonly=True)
    interest = fields.Monetary(string="Late Interest", currency_field="company_currency_id", readonly=True)
    financing = fields.Monetary(
        currency_field="company_currency_id", readonly=True, help="Interest of the plan for the month."
    )
    amount = fields.Monetary(compute="_compute_amount", store=True, currency_field="company_currency_id")
    balance = fields.Monetary(
        string="Capital Left", compute="_compute_balance", currency_field="company_currency_id",
        help="Capital still owed once it is paid.",
    )  # fmt: skip
    # --- what was paid --------------------------------------------------------------------------------------------
    amount_paid = fields.Monetary(
        string="Paid", compute="_compute_amount_paid", store=True, currency_field="company_currency_id"
    )
    paid_capital = fields.Monetary(
        string="Paid of Capital", compute="_compute_amount_paid", store=True, currency_field="company_currency_id"
    )
    paid_interest = fields.Monetary(
        string="Paid of Late Interest", compute="_compute_amount_paid", store=True, currency_field="company_currency_id"
    )
    paid_financing = fields.Monetary(
        string="Paid of Financing", compute="_compute_amount_paid", store=True, currency_field="company_currency_id"
    )
    amount_due = fields.Monetary(
        string="Still to Pay", compute="_compute_state", store=True, currency_field="company_currency_id"
    )
    state = fields.Selection(
        [("pending", "To Come"), ("partial", "Paid in Part"), ("missed", "Missed"), ("paid", "Paid")],
        compute="_compute_state",
        store=True,
        help="As of the last payment or the last night.",
    )

    _number_uniq = models.UniqueIndex("(acuerdo_id, number)")
    _watched = models.Index("(date_due) WHERE agreement_state = 'active' AND state != 'paid'")

    @api.depends("number")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for cuota in self:
            cuota.display_name = (
                self.env._("Instalment %(number)s of %(count)s", number=cuota.number, count=cuota.acuerdo_id.count)
                if cuota.number
                else self.env._("Down payment")
            )

    @api.depends("capital", "interest", "financing")
    def _compute_amount(self):
        for cuota in self:
            cuota.amount = cuota.capital + cuota.interest + cuota.financing

    @api.depends("acuerdo_id.cuota_ids.capital", "number")
    def _compute_balance(self):
        for acuerdo, cuotas in self.grouped("acuerdo_id").items():
            left = acuerdo.amount_capital
            for cuota in acuerdo.cuota_ids.sorted("number"):
                left -= cuota.capital
                if cuota in cuotas:
                    cuota.balance = left

    @api.depends("acuerdo_id.amount_paid", "amount")
    def _compute_amount_paid(self):
        for acuerdo in self.acuerdo_id:
            for cuota, paid in acuerdo._imputar().items():
                cuota.paid_capital = float(paid.capital)
                cuota.paid_interest = float(paid.interest)
                cuota.paid_financing = float(paid.financing)
                cuota.amount_paid = float(paid.total)

    @api.depends("amount", "amount_paid", "date_due", "agreement_state")
    def _compute_state(self):
        for cuota in self:
            cuota.amount_due = cuota.company_currency_id.round(cuota.amount - cuota.amount_paid)
            in_force = cuota.agreement_state in ("active", "breached")
            late = in_force and cuota.date_due < cuota.company_id._cartera_hoy()
            started = "partial" if cuota.amount_paid else "pending"
            # One of 0.00, as the last ones of a very small debt, is not missed.
            paid = not cuota.amount_due and (cuota.amount or late)
            cuota.state = "paid" if paid else "missed" if late else started

    def _cuota(self):
        """As the rules take it."""
        self.ensure_one()
        return Cuota(self.number, self.date_due, decimal(self.capital), decimal(self.interest), decimal(self.financing))

    def write(self, vals):
        if not self.env.su and {"number", "date_due", "capital", "interest", "financing", "acuerdo_id"} & vals.keys():
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_draft(self):
        self._check_draft()

    def _check_draft(self):
        if not self.env.su and any(cuota.acuerdo_id.state != "draft" for cuota in self):
            raise UserError(self.env._("The plan is fixed once it is proposed: take the agreement back to draft."))

    def action_open_agreement(self):
        self.ensure_one()
        return self.acuerdo_id._get_records_action()
