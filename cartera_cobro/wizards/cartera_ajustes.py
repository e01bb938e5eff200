from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

ADMINS = "cartera_cobro.group_cartera_admin"
# The company's settings that whoever administers collection decides; Odoo's own settings are for system administrators.
SETTINGS = ("cartera_politica_id", "cartera_account_ids")


class CarteraAjustes(models.TransientModel):
    """The collection settings of the company, for the administrator of collection."""

    _name = "cartera.ajustes"
    _description = "Collection Settings of the Company"

    company_id = fields.Many2one("res.company", required=True, readonly=True, default=lambda self: self.env.company)
    cartera_politica_id = fields.Many2one(
        "cartera.politica", string="Collection Policy", domain="[('company_id', 'in', (False, company_id))]"
    )
    cartera_account_ids = fields.Many2many(
        "account.account",
        string="Receivable Accounts to Collect",
        domain="[('account_type', '=', 'asset_receivable'), ('company_ids', 'parent_of', company_id)]",
    )

    @api.model
    def _ajustes(self):
        """Names of the settings, here and on the company; other rooms add theirs."""
        return list(SETTINGS)

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        company = self.env.company.sudo()
        wanted = [name for name in self._ajustes() if name in fields_list]
        return {**values, **{name: company._fields[name].convert_to_write(company[name], company) for name in wanted}}

    def action_apply(self):
        """Write the settings on the company, in sudo once the role, the company and what was chosen are checked."""
        self.ensure_one()
        self._comprobar()
        values = {name: self._fields[name].convert_to_write(self[name], self) for name in self._ajustes()}
        self.company_id.sudo().write(values)
        return {"type": "ir.actions.client", "tag": "reload"}

    def _comprobar(self):
        if not self.env.user.has_group(ADMINS):
            raise AccessError(self.env._("Only an administrator of collection changes the company's settings."))
        if self.company_id not in self.env.user.company_ids:
            raise AccessError(self.env._("You do not work for %s.", self.company_id.sudo().name))
        owner = self.cartera_politica_id.sudo().company_id
        if owner and owner != self.company_id:
            raise UserError(self.env._("The policy chosen belongs to another company."))
        strange = self.cartera_account_ids.filtered(
            lambda a: a.account_type != "asset_receivable" or not a.company_ids & self.company_id.parent_ids
        )
        if strange:
            raise UserError(
                self.env._(
                    "These are not receivable accounts of the company: %s.", ", ".join(strange.mapped("display_name"))
                )
            )
