import json
from datetime import timedelta

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang

from .cartera_indicador_cartera import CONTRA_EL_ANTERIOR, DeCartera
from .cartera_indicador_gestion import DeGestion
from .cartera_indicador_valor import LUCES

UNITS = [("amount", "Money"), ("percent", "Percentage"), ("days", "Days"), ("count", "Number")]
BETTER = [("higher", "It rises"), ("lower", "It falls")]
# What the add-on computes by, and nobody changes on the screen.
FIXED = {"code", "unit", "better"}
# Months of the small graph.
MONTHS = 12


class CarteraIndicador(models.Model):
    """An indicator of the portfolio: what it is, in words that a person reads, and how it is doing in the company.

    Its formula is in `rules/indicators.py`; its figures are taken by `cartera_indicador_cartera` and `_gestion`.
    """

    _name = "cartera.indicador"
    _description = "Indicator"
    _order = "sequence, id"

    code = fields.Char(required=True, readonly=True)
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    unit = fields.Selection(UNITS, string="Measured In", required=True, readonly=True)
    better = fields.Selection(BETTER, string="Better When", required=True, readonly=True)
    definition = fields.Text(required=True, translate=True)
    formula = fields.Text(translate=True)
    left_out = fields.Text(string="What Does Not Count", translate=True)
    source = fields.Char(translate=True)
    meta_ids = fields.One2many("cartera.indicador.meta", "indicador_id", string="Goals")
    valor_ids = fields.One2many("cartera.indicador.valor", "indicador_id", string="Measures")
    mes_ids = fields.One2many(
        "cartera.indicador.valor",
        "indicador_id",
        string="Months",
        domain=[("scope", "=", "total"), ("is_current", "=", True)],
    )
    # --- how it is doing in the user's company ----------------------------------------------------------------------
    valor_id = fields.Many2one("cartera.indicador.valor", string="Last Measure", compute="_compute_valor")
    date = fields.Date(string="Measured At", compute="_compute_valor")
    light = fields.Selection(LUCES, string="Traffic Light", compute="_compute_valor")
    value_text = fields.Char(string="Last Value", compute="_compute_valor")
    previous_text = fields.Char(string="Month Before", compute="_compute_valor")
    goal_text = fields.Char(string="Goal of the Year", compute="_compute_valor")
    history = fields.Text(compute="_compute_valor")

    _code_uniq = models.UniqueIndex("(code)")

    @api.depends("valor_ids.light", "valor_ids.is_current", "unit")
    @api.depends_context("company", "lang")
    def _compute_valor(self):
        latest, months = self._ultimos()
        for indicador in self:
            valores = months.get(indicador, self.env["cartera.indicador.valor"])
            valor = valores.filtered(lambda v: v.date == latest)
            indicador.valor_id = valor
            indicador.date = valor.date
            indicador.light = valor.light or "none"
            indicador.value_text = indicador._escribir(valor.value) if valor else False
            indicador.previous_text = indicador._escribir(valor.previous_value) if valor.previous_id else False
            indicador.goal_text = indicador._escribir(valor.goal) if valor.meta_id else False
            indicador.history = indicador._grafica(valores)

    def _ultimos(self):
        """(day of the last closing measured, {indicator: totals of its last months, oldest first}) of the company."""
        Valor = self.env["cartera.indicador.valor"]
        domain = [("company_id", "=", self.env.company.id), ("is_current", "=", True), ("scope", "=", "total")]
        [(latest,)] = Valor._read_group(domain, [], ["date:max"])
        if not latest:
            return latest, {}
        since = latest - relativedelta(months=MONTHS)
        valores = Valor.search([*domain, ("indicador_id", "in", self.ids), ("date", ">", since)], order="date, id")
        return latest, valores.grouped("indicador_id")

    def _escribir(self, value):
        """A value of this indicator as people write it."""
        text = formatLang(self.env, value, digits=0 if self.unit in ("amount", "count") else 1)
        symbol = self.env.company.currency_id.symbol
        units = {"amount": f"{symbol} {text}", "percent": f"{text} %", "days": self.env._("%s days", text)}
        return units.get(self.unit, text)

    def _grafica(self, valores):
        """What the small graph of a card shows (JSON)."""
        points = [{"x": format_date(self.env, v.date, date_format="MMM"), "y": v.value} for v in valores]
        return json.dumps([{"key": self.name, "area": True, "values": points}]) if points else False

    def write(self, vals):
        if not self.env.su and FIXED & vals.keys():
            raise UserError(self.env._("What an indicator measures is not changed by hand: its words and goals are."))
        return super().write(vals)

    # --- measuring --------------------------------------------------------------------------------------------------

    @api.model
    def _medir(self, corte):
        """The values (in sudo) of every indicator at a confirmed closing, in place of those that it had.

        The number of queries does not depend on that of items. What cannot be computed (nothing to divide by, no
        closing of the month before) has no value. UserError: the company is being classified, and with it what was
        collected.
        """
        corte = corte.sudo()
        if self.env["cartera.recaudo"]._actualizar(corte.company_id)["locked"]:
            raise UserError(
                self.env._(
                    "%s is being classified at this moment: try again in a minute.", corte.company_id.display_name
                )
            )
        Valor = self.env["cartera.indicador.valor"].sudo()
        Valor.search([("corte_id", "=", corte.id)]).unlink()
        Valor.search(
            [("company_id", "=", corte.company_id.id), ("date", "=", corte.date), ("is_current", "=", True)]
        ).is_current = False
        self.env.flush_all()
        cartera = DeCartera(corte)
        return Valor._guardar(corte, cartera.antes, [*cartera.filas(), *DeGestion(corte).filas()])

    @api.model
    def _comparar(self, corte):
        """Measure anew what the closings of the month after `corte` say against it: it was confirmed after them.

        All else that they say stays as it was measured; what follows them has their new values beside its own.
        """
        Valor = self.env["cartera.indicador.valor"].sudo()
        for after in corte.sudo()._del_mes_siguiente():
            Valor.search([("corte_id", "=", after.id), ("indicador_id.code", "in", CONTRA_EL_ANTERIOR)]).unlink()
            self.env.flush_all()
            cartera = DeCartera(after)
            Valor._guardar(after, cartera.antes, cartera.contra_el_mes_anterior())
            Valor._enlazar(after, cartera.antes)
            for later in after._del_mes_siguiente():
                Valor._enlazar(later, after)

    # --- screens ----------------------------------------------------------------------------------------------------

    def action_history(self):
        """Its values month by month, as a line."""
        self.ensure_one()
        return self._accion("cartera_cobro.cartera_indicador_valor_action_history")

    def action_detail(self):
        """Its values of the year by stage, officer, zone, channel or band."""
        self.ensure_one()
        return self._accion("cartera_cobro.cartera_indicador_valor_action_detail", search_default_date=1)

    def _accion(self, xmlid, **context):
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        return {**action, "context": {"search_default_indicador_id": self.id, **context}}


class CarteraCorte(models.Model):
    _inherit = "cartera.corte"

    def _al_confirmar(self):
        # EXTENDS cartera_cobro: what closings are for
        res = super()._al_confirmar()
        Indicador = self.env["cartera.indicador"]
        Indicador._medir(self)
        Indicador._comparar(self)
        return res

    def _del_mes_siguiente(self):
        """The closings in force of the month after this month end; none where it is another day."""
        first = self.date + timedelta(days=1)
        if first.day != 1:
            return self.browse()
        month = [("date", ">=", first), ("date", "<", first + relativedelta(months=1))]
        return self.search([("company_id", "=", self.company_id.id), ("is_current", "=", True), *month])
