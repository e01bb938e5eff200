from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    cartera_politica_id = fields.Many2one(related="company_id.cartera_politica_id", readonly=False)
    cartera_account_ids = fields.Many2many(related="company_id.cartera_account_ids", readonly=False)
