from odoo import api, fields, models

from ..models.cartera_provision_cuentas import GROUPINGS, SETTINGS


class CarteraAjustes(models.TransientModel):
    """The accounts and choices of impairment, beside those of write-offs."""

    _inherit = "cartera.ajustes"

    cartera_provision_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of Impairment",
        domain="[('type', '=', 'general'), ('company_id', '=', company_id)]",
    )
    cartera_provision_expense_account_id = fields.Many2one(
        "account.account",
        string="Expense of Impairment",
        domain="[('internal_group', '=', 'expense'), ('company_ids', 'parent_of', company_id)]",
    )
    cartera_provision_reversal_account_id = fields.Many2one(
        "account.account",
        string="Income of Reversed Impairment",
        domain="[('internal_group', '=', 'income'), ('company_ids', 'parent_of', company_id)]",
    )
    cartera_ddr_account_id = fields.Many2one(
        "account.account",
        string="Account of What Is Hard to Collect",
        domain="[('internal_group', '=', 'asset'), ('company_ids', 'parent_of', company_id)]",
    )
    cartera_ddr_days = fields.Integer(string="Reclassified over (days)")
    cartera_provision_grouping = fields.Selection(
        GROUPINGS,
        string="Entries of Impairment",
        required=True,
        default="account",
        help="In how many lines the allowance is kept. Once it is changed, the next entry shares out what the ledger "
        "holds again, without any expense.",
    )
    cartera_tax_rate = fields.Float(string="Income Tax Rate (%)", digits=(5, 2))

    @api.model
    def _ajustes(self):
        # EXTENDS
        return [*super()._ajustes(), *SETTINGS]
