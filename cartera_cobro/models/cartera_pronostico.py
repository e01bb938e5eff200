from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..rules.forecast import accuracy
from .cartera_acuerdo import decimal
from .cartera_pronostico_calculo import Calculo

# How far back people may ask for one: promises, agreements and holds are read as they stand when it is made.
DAYS_BACK = 7


class CarteraPronostico(models.Model):
    """A forecast of the cash of a company for 13 weeks, from its balances at the close of a day; frozen once confirmed.

    Income: each open debit of the portfolio once, by its instalments where an agreement is in force, else by the
    promise that is pending on it, else on its due date and the customer's own delay. What is held, in legal collection
    or hard to collect is not expected, and shown apart. Credits pay what their debtor would pay first. Expenses: each
    open payable on its due date. Both: the recurring amounts of the company (`cartera.pronostico.fijo`). How it is
    computed is in `cartera_pronostico_calculo`, what came in the end in `cartera_pronostico_semana`.
    """

    _name = "cartera.pronostico"
    _description = "Cash Forecast"
    _order = "date desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, default=lambda self: self.env.company
    )
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        string="At the Close of",
        required=True,
        default=lambda self: self.env.company._cartera_hoy() - timedelta(days=1),
        help="The day whose closing balances it starts from: the day after is the first one forecast.",
    )
    user_id = fields.Many2one("res.users", string="Made By", readonly=True, default=lambda self: self.env.user)
    state = fields.Selection(
        [("draft", "Draft"), ("confirmed", "Confirmed")], required=True, readonly=True, default="draft"
    )
    confirmed_on = fields.Datetime(readonly=True)
    confirmed_by_id = fields.Many2one("res.users", readonly=True)
    generated_on = fields.Datetime(string="Computed On", readonly=True)
    note = fields.Text(string="Comment", help="What the reader must know: it goes in the e-mail and in the PDF.")
    semana_ids = fields.One2many("cartera.pronostico.semana", "pronostico_id", string="Weeks", readonly=True)
    linea_ids = fields.One2many("cartera.pronostico.linea", "pronostico_id", string="Detail", readonly=True)
    # --- totals, frozen -------------------------------------------------------------------------------------------
    amount_opening = fields.Monetary(
        string="Initial Balance",
        readonly=True,
        currency_field="company_currency_id",
        help="Bank and cash accounts, and payments on their way between them.",
    )
    amount_suspense = fields.Monetary(
        string="Received, Not Identified",
        readonly=True,
        currency_field="company_currency_id",
        help="In the bank already and matched with nothing: it may pay items that are expected again.",
    )
    amount_income = fields.Monetary(string="Income", readonly=True, currency_field="company_currency_id")
    amount_expense = fields.Monetary(string="Expenses", readonly=True, currency_field="company_currency_id")
    amount_closing = fields.Monetary(string="Final Balance", readonly=True, currency_field="company_currency_id")
    amount_lowest = fields.Monetary(
        string="Lowest Balance", readonly=True, currency_field="company_currency_id", help="At the end of a week."
    )
    lowest_week = fields.Date(
        string="Lowest in the Week of", readonly=True, help="First day of the week that ends lowest."
    )
    amount_unexpected = fields.Monetary(
        string="Not Expected",
        readonly=True,
        currency_field="company_currency_id",
        help="Owed, and held by a claim, in legal collection or hard to collect.",
    )
    amount_ledger = fields.Monetary(
        string="Receivable in the Ledger",
        readonly=True,
        currency_field="company_currency_id",
        help="Balance of the receivable accounts at that close, and what was issued since.",
    )
    amount_difference = fields.Monetary(
        string="Difference",
        readonly=True,
        currency_field="company_currency_id",
        help="The ledger less what is expected and what is not: nothing counts twice where it is zero.",
    )
    delay = fields.Integer(
        string="Average Delay (days)",
        readonly=True,
        aggregator="avg",
        help="Of all customers, by amount, over the last twelve months: that of customers with few payments.",
    )
    # --- how near it came -----------------------------------------------------------------------------------------
    accuracy_income = fields.Float(
        string="Accuracy of Income (%)",
        compute="_compute_accuracy",
        digits=(5, 1),
        help="100 less the errors of the weeks that ended over what came in them.",
    )
    accuracy_expense = fields.Float(string="Accuracy of Expenses (%)", compute="_compute_accuracy", digits=(5, 1))
    ended_count = fields.Integer(string="Weeks Ended", compute="_compute_accuracy")
    tabla = fields.Json(string="Table", compute="_compute_tabla")

    _day_uniq = models.UniqueIndex("(company_id, date)", "The company has a forecast of that day already: open it.")

    @api.depends("date")
    def _compute_name(self):
        for pronostico in self:
            pronostico.name = pronostico.date.isoformat() if pronostico.date else ""

    @api.depends("semana_ids.actual_income", "semana_ids.actual_expense", "semana_ids.is_over")
    def _compute_accuracy(self):
        for pronostico in self:
            ended = pronostico.semana_ids.filtered("is_over")
            pronostico.ended_count = len(ended)
            for name in ("income", "expense"):
                pairs = [(decimal(week[f"amount_{name}"]), decimal(week[f"actual_{name}"])) for week in ended]
                pronostico[f"accuracy_{name}"] = float(accuracy(pairs) or 0)

    @api.depends("semana_ids", "generated_on")
    @api.depends_context("lang")
    def _compute_tabla(self):
        for pronostico in self:
            pronostico.tabla = pronostico._tabla() if pronostico.semana_ids else False

    # --- the calls others rely on ---------------------------------------------------------------------------------

    @api.model
    def _generar(self, company, date):
        """The forecast of `company` at the close of `date`: the one that the day has, else a new draft, computed.

        UserError: a day still to come; a company without a collection policy.
        """
        found = self.sudo().search([("company_id", "=", company.id), ("date", "=", date)])
        made = found or self.sudo().with_company(company).create({"company_id": company.id, "date": date})
        return made.sudo(self.env.su)

    # --- steps ----------------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(vals.keys() - {"date", "company_id", "note"} for vals in vals_list):
            raise UserError(self.env._("Choose the day of the forecast: the rest is computed."))
        pronosticos = super().create(vals_list)
        for pronostico in pronosticos:
            pronostico._exigir_dia()
            pronostico.sudo()._calcular()
        return pronosticos

    def write(self, vals):
        # EXTENDS base: what is computed is written by the steps, in sudo, after they checked.
        if not self.env.su and vals.keys() - {"note"}:
            raise UserError(
                self.env._("A forecast is not written by hand: compute it again, or make one of another day.")
            )
        if not self.env.su and "note" in vals:
            for pronostico in self:
                pronostico._exigir_borrador()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_draft_only(self):
        for pronostico in self:
            pronostico._exigir_borrador()

    def unlink(self):
        # Lines go by SQL, and not one by one.
        self.check_access("unlink")
        self._unlink_draft_only()
        for pronostico in self.sudo():
            Calculo(pronostico).olvidar()
        return super().unlink()

    def action_recalcular(self):
        """Compute a draft again, from the ledger and the promises as they read now."""
        self.check_access("write")
        for pronostico in self.sudo():
            pronostico._exigir_borrador()
            pronostico._calcular()

    def action_confirmar(self):
        """Freeze it: from now on it never changes, and what comes is held against it."""
        self.check_access("write")
        for pronostico in self.sudo():
            pronostico._exigir_borrador()
            pronostico.write(
                {"state": "confirmed", "confirmed_on": fields.Datetime.now(), "confirmed_by_id": self.env.uid}
            )

    def action_enviar(self):
        """E-mail it now to whoever gets it weekly."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "confirmed":
            raise UserError(self.env._("%s is a draft: confirm it before it is sent.", self.display_name))
        return self.env["cartera.pronostico.aviso"]._enviar_ahora(self)

    def _exigir_dia(self):
        today = self.company_id._cartera_hoy()
        if not self.company_id.sudo().cartera_politica_id:
            raise UserError(
                self.env._(
                    "Choose a collection policy for %s in the settings first.", self.company_id.sudo().display_name
                )
            )
        if self.date > today:
            raise UserError(
                self.env._("%s has not closed yet: a forecast starts from balances.", format_date(self.env, self.date))
            )
        if not self.env.su and (today - self.date).days > DAYS_BACK:
            raise UserError(
                self.env._(
                    "%s is too far back: promises and agreements are read as they stand now. Choose a day of the last "
                    "week.",
                    format_date(self.env, self.date),
                )
            )

    def _exigir_borrador(self):
        if self.state != "draft":
            raise UserError(
                self.env._("The forecast of %s is confirmed and never changes.", format_date(self.env, self.date))
            )

    def _calcular(self):
        self.ensure_one()
        Calculo(self).ejecutar()
