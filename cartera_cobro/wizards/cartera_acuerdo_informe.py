from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date


class CarteraAcuerdoInforme(models.TransientModel):
    """Agreements of a day, or those in force when a day ended: on the screen, or as a sheet. On demand only."""

    _name = "cartera.acuerdo.informe"
    _description = "Agreements at a Date"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    kind = fields.Selection(
        [("day", "Agreements of the day"), ("in_force", "Agreements in force")], required=True, default="in_force"
    )
    date = fields.Date(required=True, default=lambda self: self.env.company._cartera_hoy())

    @api.depends("kind", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for wizard in self:
            wizard.display_name = f"{kinds[wizard.kind]}, {format_date(self.env, wizard.date)}"

    def _filas(self):
        """The rows of the report: steps of agreements, or items in them."""
        self.ensure_one()
        if self.kind == "day":
            Suceso = self.env["cartera.acuerdo.suceso"]
            return Suceso.search([("company_id", "=", self.company_id.id), ("date", "=", self.date)], order="event, id")
        Vigencia = self.env["cartera.acuerdo.vigencia"]
        return Vigencia.search(Vigencia._vigentes(self.date) & Domain("company_id", "=", self.company_id.id))

    def action_show(self):
        """The same rows in a list, pivot and graph."""
        self.ensure_one()
        if self.kind == "day":
            action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_acuerdo_suceso_action")
            domain = Domain("date", "=", self.date)
        else:
            action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_acuerdo_vigencia_action")
            domain = self.env["cartera.acuerdo.vigencia"]._vigentes(self.date)
        domain &= Domain("company_id", "=", self.company_id.id)
        return dict(action, name=self.display_name, display_name=self.display_name, domain=list(domain), context={})

    def action_export(self):
        self.ensure_one()
        self.env["cartera.acuerdo"].check_access("read")
        return self.env.ref("cartera_cobro.report_cartera_acuerdo_informe").report_action(self, config=False)
