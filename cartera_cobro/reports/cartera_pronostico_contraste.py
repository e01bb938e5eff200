from odoo import fields, models
from odoo.tools import SQL


class CarteraPronosticoContraste(models.Model):
    """What was forecast of a week beside what came: a row each, of each flow, of the weeks that ended.

    Income and expenses are positive. A week is in as many forecasts as weeks looked ahead at it: `number` tells them
    apart, 1 being the forecast made just before.
    """

    _name = "cartera.pronostico.contraste"
    _description = "Forecast and Actual Cash"
    _auto = False
    _rec_name = "date"
    _order = "date, number, flow, kind"
    _depends = {
        "cartera.pronostico": ["company_id", "state"],
        "cartera.pronostico.semana": [
            "actual_expense", "actual_income", "amount_expense", "amount_income", "date_from", "is_over", "number",
            "pronostico_id",
        ],
    }  # fmt: skip

    pronostico_id = fields.Many2one("cartera.pronostico", string="Forecast", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    number = fields.Integer(string="Weeks Ahead", readonly=True, aggregator=None)
    date = fields.Date(string="Week of", readonly=True)
    flow = fields.Selection([("income", "Income"), ("expense", "Expenses")], string="Income or Expense", readonly=True)
    kind = fields.Selection([("forecast", "Expected"), ("actual", "What came")], string="Figure", readonly=True)
    amount = fields.Monetary(readonly=True, currency_field="company_currency_id")
    error = fields.Monetary(
        string="Absolute Error",
        readonly=True,
        currency_field="company_currency_id",
        help="Between the two, on the row of what came.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT 4 * s.id + v.n AS id, s.pronostico_id, s.company_id, s.number,
                   DATE_TRUNC('week', s.date_from)::date AS date, v.flow, v.kind, v.amount, v.error
              FROM cartera_pronostico_semana s
              JOIN cartera_pronostico p ON p.id = s.pronostico_id AND p.state = 'confirmed'
        CROSS JOIN LATERAL (VALUES
                   (0, 'income', 'forecast', s.amount_income, 0),
                   (1, 'income', 'actual', s.actual_income, ABS(s.actual_income - s.amount_income)),
                   (2, 'expense', 'forecast', s.amount_expense, 0),
                   (3, 'expense', 'actual', s.actual_expense, ABS(s.actual_expense - s.amount_expense)))
                AS v(n, flow, kind, amount, error)
             WHERE s.is_over
            """
        )
