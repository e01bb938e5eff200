from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError


class CarteraIndicadorApa(models.TransientModel):
    """'Acuerdo de gestión' (APA, EAAB9): the indicators of a year against its goals, month by month, as a workbook."""

    _name = "cartera.indicador.apa"
    _description = "Management Agreement"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    year = fields.Integer(required=True, default=lambda self: self._ultimo_ano())

    @api.model
    def _ultimo_ano(self):
        """The year of the last closing that was measured, else this one."""
        Valor = self.env["cartera.indicador.valor"]
        [(last,)] = Valor._read_group([("company_id", "=", self.env.company.id)], [], ["date:max"])
        return (last or self.env.company._cartera_hoy()).year

    @api.depends("year")
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = f"Acuerdo de gestión (APA) {wizard.year}"

    def _valores(self):
        """The year's values in force, the oldest first."""
        self.ensure_one()
        return self.env["cartera.indicador.valor"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("is_current", "=", True),
                ("date", ">=", date(self.year, 1, 1)),
                ("date", "<=", date(self.year, 12, 31)),
            ],
            order="indicador_id, scope, place, label, date",
        )

    def _metas(self):
        """The year's goals."""
        self.ensure_one()
        return self.env["cartera.indicador.meta"].search(
            [("company_id", "=", self.company_id.id), ("year", "=", self.year)]
        )

    def action_export(self):
        self.ensure_one()
        self.env["cartera.indicador.valor"].check_access("read")
        if not 2000 <= self.year <= 2100:
            raise UserError(self.env._("Write the year with its four digits."))
        if not self._valores() and not self._metas():
            raise UserError(
                self.env._("%(year)s has neither measures nor goals: confirm its closings first.", year=self.year)
            )
        return self.env.ref("cartera_cobro.report_cartera_indicador_apa").report_action(self, config=False)
