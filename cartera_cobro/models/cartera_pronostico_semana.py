"""The weeks of a forecast: what was expected of each, and what came.

What came is read from the ledger's cash: the posted entries of the week by what each changes in the accounts of bank
and cash and of payments on their way to them. An entry that brings money is income and one that takes it is an expense;
from one account of the company to another, it is neither. So what was at the opening and what came make what there is
at the end, to the cent.
"""

from odoo import api, fields, models
from odoo.tools import SQL

# Entries that arrive late still change what came in the weeks of so many days before.
FOLLOWED = 120


class CarteraPronosticoSemana(models.Model):
    """A week of a forecast, its amounts frozen; beside them, once it ended, what came (`_contrastar`)."""

    _name = "cartera.pronostico.semana"
    _description = "Week of a Cash Forecast"
    _order = "pronostico_id desc, number"
    _rec_name = "date_from"
    _log_access = False

    pronostico_id = fields.Many2one("cartera.pronostico", string="Forecast", readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    number = fields.Integer(string="Week", readonly=True, aggregator=None)
    date_from = fields.Date(string="From Day", readonly=True)
    date_to = fields.Date(string="To Day", readonly=True)
    amount_opening = fields.Monetary(string="Initial Balance", readonly=True, currency_field="company_currency_id")
    amount_income = fields.Monetary(string="Income Forecast", readonly=True, currency_field="company_currency_id")
    amount_expense = fields.Monetary(string="Expenses Forecast", readonly=True, currency_field="company_currency_id")
    amount_closing = fields.Monetary(string="Final Balance", readonly=True, currency_field="company_currency_id")
    is_over = fields.Boolean(string="Week Ended", readonly=True)
    actual_income = fields.Monetary(string="Income That Came", readonly=True, currency_field="company_currency_id")
    actual_expense = fields.Monetary(string="Expenses Paid", readonly=True, currency_field="company_currency_id")
    error_income = fields.Monetary(
        string="Error of Income",
        compute="_compute_errors",
        currency_field="company_currency_id",
        help="What came less what was forecast.",
    )
    error_expense = fields.Monetary(
        string="Error of Expenses",
        compute="_compute_errors",
        currency_field="company_currency_id",
        help="What was paid less what was forecast.",
    )

    _number_uniq = models.UniqueIndex("(pronostico_id, number)")

    @api.depends("is_over", "actual_income", "actual_expense")
    def _compute_errors(self):
        for week in self:
            over = int(week.is_over)
            week.error_income = over * (week.actual_income - week.amount_income)
            week.error_expense = over * (week.actual_expense - week.amount_expense)

    @api.model
    def _contrastar(self, company):
        """Write what came in the weeks of the company's confirmed forecasts that have ended: how many rows changed.

        Set-based and idempotent: the second time writes nothing.
        """
        company, today = company.sudo(), company._cartera_hoy()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                WITH semana AS (
                    SELECT s.id, s.date_from, s.date_to
                      FROM cartera_pronostico_semana s JOIN cartera_pronostico p ON p.id = s.pronostico_id
                     WHERE s.company_id = %(company)s AND p.state = 'confirmed' AND s.date_to < %(today)s
                       AND s.date_to >= %(today)s - %(followed)s
                ), dia AS (
                    SELECT date, SUM(GREATEST(net, 0)) AS income, SUM(GREATEST(-net, 0)) AS expense
                      FROM (SELECT move_id, date, SUM(balance) AS net
                              FROM account_move_line
                             WHERE company_id = %(company)s AND account_id IN %(cash)s AND parent_state = 'posted'
                               AND date >= (SELECT MIN(date_from) FROM semana)
                               AND date <= (SELECT MAX(date_to) FROM semana)
                          GROUP BY move_id, date) m
                  GROUP BY date
                ), vino AS (
                    SELECT s.id, COALESCE(SUM(d.income), 0) AS income, COALESCE(SUM(d.expense), 0) AS expense
                      FROM semana s LEFT JOIN dia d ON d.date BETWEEN s.date_from AND s.date_to
                  GROUP BY s.id)
                UPDATE cartera_pronostico_semana s
                   SET is_over = TRUE, actual_income = v.income, actual_expense = v.expense
                  FROM vino v
                 WHERE s.id = v.id
                   AND (s.is_over, s.actual_income, s.actual_expense) IS DISTINCT FROM (TRUE, v.income, v.expense)
                """,
                company=company.id,
                today=today,
                followed=FOLLOWED,
                cash=tuple(company._cartera_cuentas_de_caja()) or (0,),
            )
        )
        written = self.env.cr.rowcount
        self.env.invalidate_all(flush=False)
        return written


class CarteraPartida(models.Model):
    _inherit = "cartera.partida"

    @api.model
    def _jobs_de_la_noche(self):
        return [*super()._jobs_de_la_noche(), ("cartera.pronostico.semana", "_contrastar")]
