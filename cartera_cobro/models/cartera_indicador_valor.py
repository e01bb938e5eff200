from odoo import api, fields, models
from odoo.tools import SQL

from ..rules.indicators import LIGHTS, light
from .cartera_acuerdo import decimal
from .cartera_corte_texto import Ordenados
from .cartera_indicador_medicion import IDS, Parte
from .cartera_partida import Copia

SCOPES = [
    ("total", "Total"),
    ("stage", "Stage"),
    ("officer", "Officer"),
    ("zone", "Zone"),
    ("channel", "Channel"),
    ("band", "Age Band"),
]
MEANS = ("value:avg", "previous_value:avg", "goal:avg")
LUCES = [("green", "Green"), ("amber", "Yellow"), ("red", "Red"), ("none", "No Goal")]
assert tuple(code for code, _label in LUCES) == LIGHTS


class CarteraIndicadorValor(Ordenados, models.Model):
    """What an indicator was at a closing, of the whole or of a part of it: never changed, but for its goal and light.

    Each version of a closing has its own; those of the version in force are `is_current`.
    """

    _name = "cartera.indicador.valor"
    _description = "Value of an Indicator"
    _order = "date desc, indicador_id, scope, place, label, id"
    _rec_name = "indicador_id"
    _places = {"label": "place"}

    indicador_id = fields.Many2one(
        "cartera.indicador", string="Indicator", required=True, readonly=True, ondelete="cascade"
    )
    corte_id = fields.Many2one("cartera.corte", string="Closing", readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    date = fields.Date(string="Closing Date", required=True, readonly=True)
    is_current = fields.Boolean(string="In Force", readonly=True, help="Of the last confirmed version of its date.")
    scope = fields.Selection(SCOPES, string="Of", required=True, readonly=True, default="total")
    label = fields.Char(
        string="Which", readonly=True, help="The stage, officer, zone, channel or band, as it was called."
    )
    place = fields.Integer(readonly=True, aggregator="min")
    etapa_id = Copia("cartera.etapa", string="Stage Today", readonly=True)
    user_id = Copia("res.users", string="Officer Today", readonly=True)
    zona_id = Copia("cartera.zona", string="Zone Today", readonly=True)
    unit = fields.Selection(related="indicador_id.unit")
    value = fields.Float(digits=(16, 2), readonly=True, aggregator="avg")
    numerator = fields.Float(string="First Figure", digits=(16, 2), readonly=True, help="What the formula divides.")
    denominator = fields.Float(string="Second Figure", digits=(16, 2), readonly=True, help="What it divides by.")
    previous_id = Copia("cartera.indicador.valor", string="Measure of the Month Before", readonly=True)
    previous_value = fields.Float(string="Month Before", digits=(16, 2), readonly=True, aggregator="avg")
    meta_id = Copia("cartera.indicador.meta", string="Goal of Its Year", readonly=True)
    goal = fields.Float(digits=(16, 2), readonly=True, aggregator="avg")
    light = fields.Selection(LUCES, string="Traffic Light", required=True, readonly=True, default="none")

    _in_force = models.Index("(company_id, indicador_id, date) WHERE is_current")
    _by_corte = models.Index("(corte_id, indicador_id)")

    def _read_group_select(self, aggregate_spec, query):
        # EXTENDS base: rates of unlike things have no mean; those of one indicator, of one part, over months do.
        term = super()._read_group_select(aggregate_spec, query)
        if aggregate_spec not in MEANS:
            return term
        of = (self._field_to_sql(self._table, name, query) for name in ("company_id", "indicador_id", "scope", "label"))
        return SQL("CASE WHEN COUNT(DISTINCT (%s)) = 1 THEN %s END", SQL(", ").join(of), term)

    @api.depends("indicador_id", "label", "date")
    def _compute_display_name(self):
        for valor in self:
            name = valor.indicador_id.name
            valor.display_name = f"{name}: {valor.label}" if valor.label else name

    @api.model
    def _guardar(self, corte, antes, filas):
        """The rows of what was measured at `corte`, each beside its value at `antes`, under its goal."""
        indicators = {i.code: i.id for i in self.env["cartera.indicador"].with_context(active_test=False).search([])}
        before = self._anteriores(antes)
        valores = self.create(
            [
                {
                    "indicador_id": indicators[fila.code],
                    "corte_id": corte.id,
                    "company_id": corte.company_id.id,
                    "date": corte.date,
                    "is_current": corte.is_current,
                    **fila.columnas(),
                    **before.get((fila.code, *fila.parte.clave()), {}),
                }
                for fila in filas
            ]
        )
        valores._alumbrar()
        return valores

    @api.model
    def _enlazar(self, corte, antes):
        """Put beside the values of `corte` those that `antes` has now."""
        before = self._anteriores(antes)
        for valor in self.search([("corte_id", "=", corte.id)]):
            found = before.get((valor.indicador_id.code, *valor._parte().clave()))
            if found or valor.previous_id:
                valor.write(found or {"previous_id": False, "previous_value": 0.0})

    @api.model
    def _anteriores(self, corte):
        """{(code, scope, key): what a value says of the one before it} of the values of another closing."""
        return {
            (valor.indicador_id.code, *valor._parte().clave()): {
                "previous_id": valor.id,
                "previous_value": valor.value,
            }
            for valor in self.search([("corte_id", "in", corte.ids)])
        }

    def _parte(self):
        key = self[IDS[self.scope]].id if self.scope in IDS else None
        return Parte(self.scope, key, self.label or None, self.place)

    def _alumbrar(self):
        """Write goal and light of each by the goals as they are now: few writes, whatever the rows."""
        lit = {}
        metas = self._metas()
        for valor in self:
            goal = valor._con_meta(metas)
            lit[goal] = lit.get(goal, self.browse()) | valor
        for (meta_id, goal, colour), valores in lit.items():
            valores.write({"meta_id": meta_id, "goal": goal, "light": colour})

    def _metas(self):
        """{(company, indicator, year, stage): goal}."""
        metas = (
            self.env["cartera.indicador.meta"]
            .sudo()
            .search(
                [
                    ("company_id", "in", self.company_id.ids),
                    ("indicador_id", "in", self.indicador_id.ids),
                    ("year", "in", list({valor.date.year for valor in self})),
                ]
            )
        )
        return {(m.company_id, m.indicador_id, m.year, m.etapa_id.id): m for m in metas}

    def _con_meta(self, metas):
        """(goal's id, goal, light) of a value: its stage's goal, or else the total's, which parts of money have not."""
        place = (self.company_id, self.indicador_id, self.date.year)
        common = metas.get((*place, False)) if self.scope == "total" or self.unit != "amount" else None
        meta = (metas.get((*place, self.etapa_id.id)) if self.etapa_id else None) or common
        if not meta:
            return False, 0.0, "none"
        colour = light(decimal(self.value), decimal(meta.goal), decimal(meta.tolerance), self.indicador_id.better)
        return meta.id, meta.goal, colour
