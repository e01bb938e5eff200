from odoo import fields, models


class CarteraComite(models.Model):
    """A body that decides on cases: the portfolio committee, the accounting-sustainability committee…"""

    _name = "cartera.comite"
    _description = "Committee"
    _inherit = ["mail.thread"]
    _order = "company_id, name"
    _check_company_auto = True

    name = fields.Char(required=True)
    code = fields.Char(required=True, help="Starts the numbers of its minutes, e.g. CC: CC-2026-00003.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)
    secretary_id = fields.Many2one("res.users", string="Secretary", domain="[('share', '=', False)]")
    can_write_off = fields.Boolean(string="Decides Write-offs")
    can_cleanse = fields.Boolean(string="Decides Cleansing", help="Cleansing of the accounts (saneamiento).")
