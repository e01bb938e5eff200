from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules.forecast import occurrences
from .cartera_partida import HOLDS, Copia

FLOWS = [("income", "Income"), ("expense", "Expenses"), ("none", "Not expected")]
SOURCES = [
    ("agreement", "Agreements in force"),
    ("promise", "Pending promises"),
    ("invoice", "Invoices, with their delay"),
    ("financing", "Interest to invoice"),
    ("recurring", "Recurring amounts"),
    ("bill", "Accounts payable"),
    ("credit", "Credits of debtors left over"),
]
REASONS = [
    *HOLDS,
    ("legal", "In legal collection or before the committee"),
    ("ddr", "Hard to collect, by its age"),
    ("plan", "Owed over the plan of its agreement"),
    ("credit", "In favour of the debtor"),
]
# The weeks of a forecast are 1 to 13; these two are none of them.
UNEXPECTED = 0


class CarteraPronosticoLinea(models.Model):
    """What is expected of an item, an instalment, a payable or a recurring amount, and when: never changed.

    week: 1 to 13, 14 for what comes after them, 0 for what is not expected. Expenses are negative.
    """

    _name = "cartera.pronostico.linea"
    _description = "Line of a Cash Forecast"
    _order = "pronostico_id, date, id"
    # Written by `cartera_pronostico_calculo`, many at a time, and never again.
    _log_access = False

    pronostico_id = fields.Many2one("cartera.pronostico", string="Forecast", readonly=True, ondelete="cascade")
    company_id = Copia("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    flow = fields.Selection(FLOWS, string="Income or Expense", readonly=True)
    source = fields.Selection(SOURCES, string="Origin", readonly=True)
    reason = fields.Selection(REASONS, string="Not Expected Because", readonly=True)
    week = fields.Integer(readonly=True, aggregator=None, help="14: later. 0: not expected.")
    date = fields.Date(string="Expected On", readonly=True)
    date_due = fields.Date(string="Due Date", readonly=True)
    delay = fields.Integer(
        string="Usual Delay (days)",
        readonly=True,
        aggregator="avg",
        help="How late its customer paid over the last twelve months, by amount; negative is early. What is later "
        "already is expected as late as what was paid after being that late.",
    )
    partner_id = Copia("res.partner", string="Customer or Supplier", readonly=True)
    name = fields.Char(string="Number", readonly=True)
    amount = fields.Monetary(readonly=True, currency_field="company_currency_id", help="Expenses are negative.")
    amount_credit = fields.Monetary(
        string="Paid With Credits",
        readonly=True,
        currency_field="company_currency_id",
        help="Taken off already: what the debtor has in its favour, or the supplier has had in advance.",
    )
    move_line_id = Copia("account.move.line", string="Journal Item", readonly=True)
    move_id = Copia("account.move", string="Journal Entry", readonly=True)
    partida_id = Copia("cartera.partida", string="Open Item", readonly=True)
    promesa_id = Copia("cartera.promesa", string="Promise", readonly=True)
    acuerdo_id = Copia("cartera.acuerdo", string="Agreement", readonly=True)
    cuota_id = Copia("cartera.acuerdo.cuota", string="Instalment", readonly=True)
    fijo_id = Copia("cartera.pronostico.fijo", string="Recurring Amount", readonly=True)

    _by_week = models.Index("(pronostico_id, week, source)")

    def action_open(self):
        """What it comes from: the agreement, the promise, the item, the bill or the recurring amount."""
        self.ensure_one()
        links = (self.acuerdo_id, self.promesa_id, self.partida_id, self.move_id, self.fijo_id, self.partner_id)
        document = next((link for link in links if link.exists()), None)
        if document is None:
            raise UserError(self.env._("What this line comes from is gone."))
        return document._get_records_action()


class CarteraPronosticoFijo(models.Model):
    """An amount that is received or paid every so often and no document says beforehand: payroll, rent, taxes."""

    _name = "cartera.pronostico.fijo"
    _description = "Recurring Amount of the Forecast"
    _order = "kind, name, id"
    _check_company_auto = True

    name = fields.Char(string="Concept", required=True)
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [("expense", "Expenses"), ("income", "Income")], string="Income or Expense", required=True, default="expense"
    )
    amount = fields.Monetary(string="Each Time", required=True, currency_field="company_currency_id")
    frequency = fields.Selection(
        [
            ("weekly", "Every week"),
            ("fortnight", "The 15th and the last of the month"),
            ("monthly", "Every month"),
            ("quarterly", "Every three months"),
            ("yearly", "Every year"),
            ("once", "Only once"),
        ],
        required=True,
        default="monthly",
    )
    date_from = fields.Date(
        string="First On", required=True, default=lambda self: self.env.company._cartera_hoy(),
        help="The others fall on the same day of the week or of the month.",
    )  # fmt: skip
    date_to = fields.Date(string="Until", help="Empty: without end.")
    next_date = fields.Date(string="Next On", compute="_compute_next_date")
    active = fields.Boolean(default=True)

    _amount_positive = models.Constraint("CHECK (amount > 0)", "An amount is more than zero: say if it is an expense.")
    _dates_in_order = models.Constraint("CHECK (date_to >= date_from)", "It ends on its first day or later.")

    @api.depends("date_from", "date_to", "frequency")
    def _compute_next_date(self):
        for fijo in self:
            today = fijo.company_id._cartera_hoy()
            days = fijo._dias(today, fields.Date.add(max(today, fijo.date_from), years=1)) if fijo.date_from else []
            fijo.next_date = days[0] if days else False

    def _dias(self, first, last):
        """The days (list of dates) on which it falls from `first` to `last`."""
        self.ensure_one()
        return occurrences(self.date_from, self.frequency, first, last, self.date_to or None)
