from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from .cartera_corte_calculo import Calculo
from .cartera_libro import Libro

# Month ends that history may be asked for at once.
MONTHS_MAX = 60


class CarteraCorte(models.Model):
    """A closing (testigo): the open items of a company as they were at the end of a day, frozen.

    A draft may be computed again or deleted; a confirmed one never changes: what arrives late makes the next version
    of the same date, with what differs explained. Of each date the last confirmed version is in force (`is_current`),
    and reports read that one.
    """

    _name = "cartera.corte"
    _description = "Closing"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, version desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, default=lambda self: self.env.company
    )
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, readonly=True)
    version = fields.Integer(required=True, readonly=True, default=1)
    previous_id = fields.Many2one("cartera.corte", string="Version Before", readonly=True, ondelete="restrict")
    state = fields.Selection(
        [("draft", "Draft"), ("confirmed", "Confirmed")], required=True, readonly=True, default="draft", tracking=True
    )
    is_current = fields.Boolean(string="In Force", readonly=True)
    reconstructed = fields.Boolean(
        readonly=True,
        help="Of a day before this procedure was kept here: balances are the ledger's, stages are those that the days "
        "overdue give.",
    )
    generated_on = fields.Datetime(readonly=True)
    confirmed_on = fields.Datetime(readonly=True)
    confirmed_by_id = fields.Many2one("res.users", readonly=True)
    line_ids = fields.One2many("cartera.corte.linea", "corte_id", string="Items", readonly=True)
    resumen_ids = fields.One2many("cartera.corte.resumen", "corte_id", string="Aggregate", readonly=True)
    # --- totals, frozen -------------------------------------------------------------------------------------------
    item_count = fields.Integer(string="Items", readonly=True)
    account_count = fields.Integer(string="Accounts", readonly=True)
    amount_overdue = fields.Monetary(string="Overdue", readonly=True, currency_field="company_currency_id")
    amount_current = fields.Monetary(string="Current", readonly=True, currency_field="company_currency_id")
    amount_credit = fields.Monetary(
        string="Credits", readonly=True, currency_field="company_currency_id", help="Negative: in favour of debtors."
    )
    amount_total = fields.Monetary(string="Total", readonly=True, currency_field="company_currency_id")
    amount_ledger = fields.Monetary(
        string="Ledger",
        readonly=True,
        currency_field="company_currency_id",
        help="Balance of the receivable accounts at that date.",
    )
    amount_difference = fields.Monetary(string="Difference", readonly=True, currency_field="company_currency_id")

    _version_uniq = models.UniqueIndex("(company_id, date, version)")
    _current_uniq = models.UniqueIndex("(company_id, date) WHERE is_current")

    @api.depends("date", "version")
    def _compute_name(self):
        for corte in self:
            day = corte.date.isoformat() if corte.date else ""
            corte.name = f"{day} v{corte.version}" if corte.version > 1 else day

    # --- the calls others rely on ---------------------------------------------------------------------------------

    @api.model
    def _generar(self, company, date):
        """The draft closing of `company` at the end of `date`, computed from the ledger as it reads now.

        Also for a past date. The one that the date has already, draft or confirmed (its last version), is answered as
        it stands. UserError: a date still to come; no policy; the company is being classified right now.
        """
        company = company.sudo()
        if date > company._cartera_hoy():
            raise UserError(
                self.env._(
                    "%s is still to come: a closing is of today or of a day before.", format_date(self.env, date)
                )
            )
        self._exigir_politica(company)
        found = self.sudo().search([("company_id", "=", company.id), ("date", "=", date)], limit=1)
        return (found or self._abrir(company, date)).sudo(self.env.su)

    @api.model
    def _exigir_politica(self, company):
        if not company.cartera_politica_id:
            raise UserError(
                self.env._("Choose a collection policy for %s in the settings first.", company.display_name)
            )

    @api.model
    def _abrir(self, company, date, previous=None):
        """A new draft, version 1 or the one after `previous`, with its items."""
        self._tomar_turno(company)
        corte = self.sudo().create(
            {
                "company_id": company.id,
                "date": date,
                "version": (previous.version if previous else 0) + 1,
                "previous_id": previous.id if previous else False,
                "reconstructed": date < self._desde(company),
            }
        )
        corte._calcular()
        return corte

    @api.model
    def _desde(self, company):
        """The day from which the procedure is kept here: that of the company's first dossier; today if it has none."""
        query = SQL(
            "SELECT (MIN(create_date) AT TIME ZONE 'UTC' AT TIME ZONE %s)::date FROM cartera_expediente "
            "WHERE company_id = %s",
            company._cartera_zona(),
            company.id,
        )
        return self.env.execute_query(query)[0][0] or company._cartera_hoy()

    def _calcular(self):
        """Compute the items of a draft, again if it had any. UserError: the classification has the company now."""
        self.ensure_one()
        self._tomar_turno(self.company_id)
        Calculo(self).ejecutar()

    @api.model
    def _tomar_turno(self, company):
        """Until this transaction ends no other works on the company's items. UserError: another does now."""
        if not Libro(self.env, company, None).tomar_turno():
            raise UserError(
                self.env._("%s is being classified at this moment: try again in a minute.", company.display_name)
            )

    @api.model
    def _generar_meses(self, company, months=24):
        """Confirmed closings of the last `months` month ends that have none, the oldest first: how many were made."""
        missing = self._faltan_meses(company, months)
        for end in missing:
            self._generar_historia(company, end)
        return len(missing)

    @api.model
    def _generar_historia(self, company, end):
        """The confirmed closing of a month end long gone: nobody is told of it by e-mail."""
        self.with_context(cartera_corte_historia=True)._generar(company, end)._confirmar()

    @api.model
    def _faltan_meses(self, company, months):
        """The last `months` month ends (dates, the oldest first) without a closing. UserError: not 1 to 60."""
        if not 1 <= months <= MONTHS_MAX:
            raise UserError(
                self.env._("Between 1 and %(most)s months at once, not %(asked)s.", most=MONTHS_MAX, asked=months)
            )
        first = company._cartera_hoy().replace(day=1)
        ends = [first - relativedelta(months=n, days=1) for n in range(months)]
        taken = set(self.sudo().search([("company_id", "=", company.id), ("date", "in", ends)]).mapped("date"))
        return sorted(set(ends) - taken)
