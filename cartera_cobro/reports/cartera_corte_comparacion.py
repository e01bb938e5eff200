from odoo import fields, models
from odoo.tools import SQL

from ..models.cartera_corte_linea import POSITIONS
from ..models.cartera_corte_resumen import DIMENSIONS
from ..models.cartera_corte_texto import Ordenados
from ..models.cartera_libro import columnas
from ..models.cartera_partida import HOLDS, Copia
from ..models.cartera_politica import KINDS

# Rate of many: 100 * sum of the change / sum of what it changed from.
RATES = {
    "change_rate:avg": ("amount_change", "amount_before"),
    "year_rate:avg": ("amount_year_change", "amount_year"),
}
BEFORE_HELP = "Of the month end before; nothing where that month end has no closing in force."


class CarteraCorteComparacion(Ordenados, models.Model):
    """Each closing in force beside the month end before and the same month of the year before, by any dimension.

    A row of an aggregate is here up to three times: as of its own closing, as what the next month end compares with,
    and as what the same month of the next year does. Sums over any group are those of the closings themselves.
    """

    _name = "cartera.corte.comparacion"
    _inherit = ["cartera.corte.ultimo"]
    _description = "Closing against Earlier Ones"
    _auto = False
    _order = "date desc, id"
    _rec_name = "etapa"
    _depends = {
        "cartera.corte": ["company_id", "date", "is_current"],
        "cartera.corte.resumen": [*DIMENSIONS, "in_agreement", "items", "accounts", "amount", "is_current"],
    }

    corte_id = Copia("cartera.corte", string="Closing", readonly=True)
    company_id = Copia("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(string="Closing Date", readonly=True)
    position = fields.Selection(POSITIONS, readonly=True)
    etapa = fields.Char(string="Stage", readonly=True)
    etapa_id = Copia("cartera.etapa", string="Stage Today", readonly=True)
    etapa_orden = fields.Integer(string="Place of Stage", readonly=True, aggregator="min")
    etapa_kind = fields.Selection(KINDS, string="Kind of Stage", readonly=True)
    banda = fields.Char(string="Age Band", readonly=True)
    banda_orden = fields.Integer(string="First Day of Band", readonly=True, aggregator="min")
    hold_reason = fields.Selection(HOLDS, string="Hold", readonly=True)
    responsable = fields.Char(string="Responsible for the Hold", readonly=True)
    in_agreement = fields.Boolean(string="Under an Agreement", readonly=True)
    legal = fields.Boolean(string="In Legal Collection", readonly=True)
    agencia = fields.Char(string="Agency", readonly=True)
    use = fields.Char(readonly=True)
    estrato = fields.Char(readonly=True)
    zona = fields.Char(string="Zone", readonly=True)
    zona_id = Copia("cartera.zona", string="Zone Today", readonly=True)
    municipality = fields.Char(readonly=True)
    officer = fields.Char(readonly=True)
    user_id = Copia("res.users", string="Officer Today", readonly=True)
    salesperson = fields.Char(readonly=True)
    amount = fields.Monetary(string="Balance", readonly=True, currency_field="company_currency_id")
    amount_before = fields.Monetary(
        string="A Month before", readonly=True, currency_field="company_currency_id", help=BEFORE_HELP
    )
    amount_change = fields.Monetary(string="Change in the Month", readonly=True, currency_field="company_currency_id")
    change_rate = fields.Float(string="Change in the Month (%)", readonly=True, aggregator="avg")
    amount_year = fields.Monetary(string="A Year before", readonly=True, currency_field="company_currency_id")
    amount_year_change = fields.Monetary(
        string="Change in the Year", readonly=True, currency_field="company_currency_id"
    )
    year_rate = fields.Float(string="Change in the Year (%)", readonly=True, aggregator="avg")
    items = fields.Integer(readonly=True)
    items_before = fields.Integer(string="Items a Month before", readonly=True)
    items_change = fields.Integer(string="Change of Items", readonly=True)
    accounts = fields.Integer(readonly=True, help="Each account counts once, where its oldest item is.")
    accounts_before = fields.Integer(string="Accounts a Month before", readonly=True)
    accounts_change = fields.Integer(string="Change of Accounts", readonly=True)

    @property
    def _table_query(self):
        """Closings are few: what each compares with is known first, and each aggregate is read by its closing."""
        return SQL(
            """
            SELECT 3 * r.id::bigint + k.place AS id, k.corte_id, k.company_id, k.date, %(dimensions)s, r.in_agreement,
                   %(amount)s, 0.0 AS change_rate, 0.0 AS year_rate, %(items)s, %(accounts)s,
                   CASE WHEN k.place = 2 THEN r.amount END AS amount_year,
                   CASE WHEN k.place = 2 THEN -r.amount WHEN k.place = 0 AND k.has_year THEN r.amount END
                        AS amount_year_change
              FROM (SELECT c.id AS corte_id, c.company_id, c.date, p.place, p.of_id, b.id IS NOT NULL AS has_before,
                           y.id IS NOT NULL AS has_year
                      FROM cartera_corte c
                 LEFT JOIN cartera_corte b ON b.company_id = c.company_id AND b.is_current
                           AND b.date = DATE_TRUNC('month', c.date)::date - 1
                 LEFT JOIN cartera_corte y ON y.company_id = c.company_id AND y.is_current
                           AND y.date = (DATE_TRUNC('month', c.date) - INTERVAL '11 months')::date - 1
                CROSS JOIN LATERAL (VALUES (0, c.id), (1, b.id), (2, y.id)) p(place, of_id)
                     WHERE c.is_current) k
              JOIN cartera_corte_resumen r ON r.corte_id = k.of_id
            """,
            dimensions=columnas(DIMENSIONS, "r"),
            **{measure: self._sql_medida(measure) for measure in ("amount", "items", "accounts")},
        )

    def _sql_medida(self, measure):
        """What a row counts for: of this closing, of the month before, and the change from it where it is closed."""
        return SQL(
            """CASE WHEN k.place = 0 THEN %(value)s END AS %(this)s,
               CASE WHEN k.place = 1 THEN %(value)s END AS %(before)s,
               CASE WHEN k.place = 1 THEN -%(value)s
                    WHEN k.place = 0 AND k.has_before THEN %(value)s END AS %(change)s""",
            value=SQL.identifier("r", measure),
            this=SQL.identifier(measure),
            before=SQL.identifier(f"{measure}_before"),
            change=SQL.identifier(f"{measure}_change"),
        )

    def _read_group_select(self, aggregate_spec, query):
        # EXTENDS base: the rate of many is the rate of their sums.
        if aggregate_spec not in RATES:
            return super()._read_group_select(aggregate_spec, query)
        change, base = (self._field_to_sql(self._table, name, query) for name in RATES[aggregate_spec])
        return SQL("100.0 * SUM(%s) / NULLIF(SUM(%s), 0)", change, base)
