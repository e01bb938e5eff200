from odoo import api, fields, models


class CarteraAjustes(models.TransientModel):
    _inherit = "cartera.ajustes"

    cartera_export_days = fields.Integer(
        string="Keep Exported Files (days)", help="Exported files are deleted after so many days."
    )

    @api.model
    def _ajustes(self):
        # EXTENDS the company's settings
        return [*super()._ajustes(), "cartera_export_days"]
