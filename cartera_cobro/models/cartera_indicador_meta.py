from datetime import date

from odoo import api, fields, models


class CarteraIndicadorMeta(models.Model):
    """The goal of an indicator for a year in a company; of one stage, where it names one.

    Changing it lights the year's values again.
    """

    _name = "cartera.indicador.meta"
    _description = "Goal of an Indicator"
    _order = "year desc, indicador_id, etapa_id"
    _rec_name = "indicador_id"
    _check_company_auto = True

    indicador_id = fields.Many2one(
        "cartera.indicador", string="Indicator", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    year = fields.Integer(required=True, aggregator=None, default=lambda self: self.env.company._cartera_hoy().year)
    etapa_id = fields.Many2one(
        "cartera.etapa", string="Of Stage", ondelete="cascade", help="Empty: of the total, and of every part of it."
    )
    goal = fields.Float(required=True, digits=(16, 2), aggregator=None)
    tolerance = fields.Float(
        digits=(16, 2), aggregator=None, help="Yellow while it misses the goal by no more than this, in the same unit."
    )
    unit = fields.Selection(related="indicador_id.unit")
    better = fields.Selection(related="indicador_id.better")

    _year_uniq = models.UniqueIndex(
        "(indicador_id, company_id, year, COALESCE(etapa_id, 0))", "This indicator has a goal for that year already."
    )
    _year_sane = models.Constraint("CHECK (year BETWEEN 2000 AND 2100)", "Write the year with its four digits.")
    _tolerance_positive = models.Constraint("CHECK (tolerance >= 0)", "The tolerance is zero or more.")

    @api.depends("indicador_id", "year", "etapa_id")
    def _compute_display_name(self):
        for meta in self:
            parts = [meta.indicador_id.name, meta.etapa_id.name, str(meta.year)]
            meta.display_name = ", ".join(part for part in parts if part)

    @api.model_create_multi
    def create(self, vals_list):
        metas = super().create(vals_list)
        self._alumbrar(metas._alcanzados())
        return metas

    def write(self, vals):
        before = self._alcanzados()
        res = super().write(vals)
        self._alumbrar(before | self._alcanzados())
        return res

    def unlink(self):
        before = self._alcanzados()
        res = super().unlink()
        self._alumbrar(before)
        return res

    def _alcanzados(self):
        """{(company id, indicator id, year)} of these goals."""
        return {(meta.company_id.id, meta.indicador_id.id, meta.year) for meta in self}

    @api.model
    def _alumbrar(self, reached):
        """Give the values of those companies, indicators and years the goals that they have now."""
        Valor = self.env["cartera.indicador.valor"].sudo()
        for company_id, indicador_id, year in reached:
            Valor.search(
                [
                    ("company_id", "=", company_id),
                    ("indicador_id", "=", indicador_id),
                    ("date", ">=", date(year, 1, 1)),
                    ("date", "<=", date(year, 12, 31)),
                ]
            )._alumbrar()
