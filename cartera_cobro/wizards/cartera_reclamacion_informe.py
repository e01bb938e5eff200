from odoo import api, fields, models
from odoo.exceptions import UserError


class CarteraReclamacionInforme(models.TransientModel):
    """The period of the traceability of answers."""

    _name = "cartera.reclamacion.informe"
    _description = "Traceability of Answers"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    date_from = fields.Date(
        string="From", required=True, default=lambda self: self.env.company._cartera_hoy().replace(day=1)
    )
    date_to = fields.Date(string="To", required=True, default=lambda self: self.env.company._cartera_hoy())

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        if any(wizard.date_from > wizard.date_to for wizard in self):
            raise UserError(self.env._("The period ends before it begins: change one of the days."))

    def _filas(self):
        """What was filed in the period, and what was answered in it, the oldest first."""
        self.ensure_one()
        Reclamacion = self.env["cartera.reclamacion"]
        Reclamacion.check_access("read")
        period = [("date_filed", ">=", self.date_from), ("date_filed", "<=", self.date_to)]
        answered = [("date_answered", ">=", self.date_from), ("date_answered", "<=", self.date_to)]
        domain = ["|", "&", *period, "&", *answered]
        return Reclamacion.search(
            [("company_id", "=", self.company_id.id), ("state", "!=", "draft"), *domain], order="date_filed, number, id"
        )

    def action_export(self):
        self.ensure_one()
        self.env["cartera.reclamacion"].check_access("read")
        return self.env.ref("cartera_cobro.report_cartera_reclamacion_informe").report_action(self, config=False)
