from odoo import api, fields, models

from ..models.cartera_boletin_ajustes import SCOPES


class CarteraAjustes(models.TransientModel):
    _inherit = "cartera.ajustes"

    cartera_bdme = fields.Boolean(string="Reports to the BDME")
    cartera_bdme_entity = fields.Char(string="Code of the Entity")
    cartera_bdme_smmlv = fields.Float(string="Minimum (SMMLV)", digits=(6, 2))
    cartera_bdme_scope = fields.Selection(SCOPES, string="Minimum Compared With")
    cartera_bdme_breach_minimum = fields.Boolean(string="Minimum for Breaches Too")
    cartera_bdme_user_id = fields.Many2one(
        "res.users",
        string="Responsible for the Bulletin",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    cartera_bdme_partner_ids = fields.Many2many("res.partner", string="Memo of the Bulletin To")

    @api.model
    def _ajustes(self):
        # EXTENDS the company's settings
        return super()._ajustes() + [name for name in self._fields if name.startswith("cartera_bdme")]
