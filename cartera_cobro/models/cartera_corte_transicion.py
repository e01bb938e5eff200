"""From where to where the items of a closing went since the month end before: what roll rates are read from."""

from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from .cartera_corte_texto import Ordenados
from .cartera_libro import columnas
from .cartera_partida import Copia

DIMENSIONS = [("band", "Age Band"), ("stage", "Stage")]
MOVEMENTS = [
    ("entered", "Entered"),
    ("stayed", "Stayed"),
    ("worse", "Worsened"),
    ("better", "Improved"),
    ("left", "Paid or credited"),
    ("credit", "Credits"),
]
# The columns of an item that say where it stood: the text, and the order of that text.
PLACES = {"band": ("banda", "banda_orden"), "stage": ("etapa", "etapa_orden")}
# Places behind those of any policy: an item that has none, a credit, and what is in one of the two closings only.
UNPLACED, CREDIT, OUTSIDE = 80_000, 90_000, 100_000


class CarteraCorteTransicion(Ordenados, models.Model):
    """How many items, and how much, went from one band (or stage) to another between two month ends.

    An item is itself in the other closing by its journal item. One that was not there before comes from outside (new);
    one that is no longer there went outside (paid or credited). For each dimension the amounts before sum to the
    closing before, and the amounts after to this one.
    """

    _name = "cartera.corte.transicion"
    _inherit = ["cartera.corte.ultimo"]
    _description = "Transition between Closings"
    _order = "date desc, dimension, from_orden, to_orden, id"
    _rec_name = "from_label"
    _log_access = False
    _places = {"from_label": "from_orden", "to_label": "to_orden"}

    corte_id = Copia("cartera.corte", string="Closing", readonly=True)
    previous_corte_id = Copia("cartera.corte", string="Closing Before", readonly=True)
    company_id = Copia("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(string="Closing Date", readonly=True)
    is_current = fields.Boolean(
        string="In Force", readonly=True, help="Between the last confirmed versions of the two closings."
    )
    dimension = fields.Selection(DIMENSIONS, readonly=True)
    movement = fields.Selection(MOVEMENTS, readonly=True)
    from_label = fields.Char(string="Came From", readonly=True)
    from_orden = fields.Integer(string="Place before", readonly=True, aggregator="min")
    to_label = fields.Char(string="Went To", readonly=True)
    to_orden = fields.Integer(string="Place after", readonly=True, aggregator="min")
    items = fields.Integer(readonly=True)
    amount_before = fields.Monetary(string="Balance before", readonly=True, currency_field="company_currency_id")
    amount_after = fields.Monetary(string="Balance after", readonly=True, currency_field="company_currency_id")

    _by_corte = models.Index("(corte_id, dimension)")
    _in_force = models.Index("(company_id, dimension, date) WHERE is_current")


class CarteraCorte(models.Model):
    _inherit = "cartera.corte"

    def _al_confirmar(self):
        # EXTENDS: what moved since the month end before, and from this one to the closings that follow it.
        res = super()._al_confirmar()
        pairs = self._pares_de_transicion()
        Transicion = self.env["cartera.corte.transicion"]
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE cartera_corte_transicion SET is_current = FALSE "
                "WHERE company_id = %s AND is_current AND date = ANY(%s)",
                self.company_id.id,
                [self.date, *(corte.date for corte, _before in pairs)],
            )
        )
        if pairs:
            self.env.cr.execute(self._sql_transiciones(pairs))
        Transicion.invalidate_model()
        return res

    def _pares_de_transicion(self):
        """[(closing, the one in force of the month end before it)] of which this closing is one or the other."""
        close = [("company_id", "=", self.company_id.id), ("is_current", "=", True)]
        close += [("date", ">=", _fin_anterior(self.date)), ("date", "<=", self.date + timedelta(days=31))]
        by_date = {corte.date: corte for corte in self.sudo().search(close, order="date")}
        pairs = [(corte, by_date.get(_fin_anterior(day))) for day, corte in by_date.items()]
        return [(corte, before) for corte, before in pairs if before and self in (corte, before)]

    def _sql_transiciones(self, pairs):
        """One pass over the items of all pairs, by band and stage at once; the two dimensions are sums of that."""
        return SQL(
            """
            INSERT INTO cartera_corte_transicion (corte_id, previous_corte_id, company_id, date, is_current, dimension,
                                                  movement, from_label, from_orden, to_label, to_orden, items,
                                                  amount_before, amount_after)
              WITH par AS (
                SELECT * FROM UNNEST(%(closings)s::int[], %(before)s::int[], %(dates)s::date[])
                    AS p(corte_id, before, date)
            ), antes AS (
                SELECT p.corte_id, l.move_line_id, l.position, l.amount, %(columns)s
                  FROM par p JOIN cartera_corte_linea l ON l.corte_id = p.before
            ), ahora AS (
                SELECT p.corte_id, l.move_line_id, l.position, l.amount, %(columns)s
                  FROM par p JOIN cartera_corte_linea l ON l.corte_id = p.corte_id
            ), suma AS MATERIALIZED (
                SELECT corte_id, v.position AS from_position, n.position AS to_position, %(from)s, %(to)s,
                       COUNT(*) AS items, COALESCE(SUM(v.amount), 0) AS before, COALESCE(SUM(n.amount), 0) AS after
                  FROM ahora n FULL JOIN antes v USING (corte_id, move_line_id)
              GROUP BY corte_id, v.position, n.position, %(by_from)s, %(by_to)s
            )
            SELECT q.corte_id, par.before, %(company)s, par.date, TRUE, q.dimension, %(movement)s, q.from_label,
                   q.from_orden, q.to_label, q.to_orden, SUM(q.items), SUM(q.before), SUM(q.after)
              FROM (%(dimensions)s) q JOIN par ON par.corte_id = q.corte_id
          GROUP BY q.corte_id, par.before, par.date, q.dimension, q.from_label, q.from_orden, q.to_label, q.to_orden
          ORDER BY par.date, q.dimension, q.from_orden, q.to_orden
            """,
            closings=[corte.id for corte, _before in pairs],
            before=[before.id for _corte, before in pairs],
            dates=[corte.date for corte, _before in pairs],
            columns=columnas(sum(PLACES.values(), ()), "l"),
            company=self.company_id.id,
            movement=_sql_movimiento(),
            dimensions=self._sql_dimensiones(),
            **_sql_lugares(),
        )

    def _sql_dimensiones(self):
        """The pairs summed by band and stage, read once for each of the two."""
        texts = self._textos_de_transicion()
        return SQL(" UNION ALL ").join(
            SQL(
                "SELECT corte_id, %s AS dimension, %s AS from_label, %s AS from_orden, %s AS to_label, "
                "%s AS to_orden, items, before, after FROM suma",
                dimension,
                *_sql_puesto("from", label, place, texts["new"], texts),
                *_sql_puesto("to", label, place, texts["gone"], texts),
            )
            for dimension, (label, place) in PLACES.items()
        )

    def _textos_de_transicion(self):
        """What the matrix calls the places that are no band and no stage, in the closing's language."""
        env = self.with_context(lang=self.env["cartera.correo"]._idioma() or self.env.lang).env
        return {
            "new": env._("New items"),
            "gone": env._("Paid or credited"),
            "credit": env._("Credits"),
            "unplaced": env._("No band or stage"),
        }


def _fin_anterior(day):
    """The last day of the month before that of `day`."""
    return day.replace(day=1) - timedelta(days=1)


def _sql_lugares():
    """Names of the columns of the two sides, to select and to group by."""
    names = sum(PLACES.values(), ())
    sides = {"from": "v", "to": "n"}
    return {
        **{
            side: SQL(", ").join(
                SQL("%s AS %s", SQL.identifier(alias, name), SQL.identifier(f"{side}_{name}")) for name in names
            )
            for side, alias in sides.items()
        },
        **{f"by_{side}": columnas(names, alias) for side, alias in sides.items()},
    }


def _sql_puesto(side, label, place, outside, texts):
    """(text, order) of where an item stood on one side."""
    position = SQL.identifier(f"{side}_position")
    text, order = SQL.identifier(f"{side}_{label}"), SQL.identifier(f"{side}_{place}")
    case = "CASE WHEN %s IS NULL THEN %s WHEN %s = 'credit' THEN %s WHEN %s IS NULL THEN %s ELSE %s END"
    return (
        SQL(case, position, outside, position, texts["credit"], text, texts["unplaced"], text),
        SQL(case, position, OUTSIDE, position, CREDIT, text, UNPLACED, order),
    )


def _sql_movimiento():
    """The movement of a pair of places: the greater the place, the further along the procedure."""
    return SQL(
        """CASE WHEN q.from_orden = %(outside)s THEN 'entered' WHEN q.to_orden = %(outside)s THEN 'left'
                WHEN %(credit)s IN (q.from_orden, q.to_orden) THEN 'credit'
                WHEN q.to_orden > q.from_orden THEN 'worse' WHEN q.to_orden < q.from_orden THEN 'better'
                ELSE 'stayed' END""",
        outside=OUTSIDE,
        credit=CREDIT,
    )
