from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.cartera_castigo_cuentas import SETTINGS


class CarteraAjustes(models.TransientModel):
    """The accounts of write-offs, beside the other settings of the company."""

    _inherit = "cartera.ajustes"

    cartera_writeoff_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of Write-offs",
        domain="[('type', '=', 'general'), ('company_id', '=', company_id)]",
    )
    cartera_allowance_account_id = fields.Many2one(
        "account.account",
        string="Allowance for Impairment",
        domain="[('internal_group', '=', 'asset'), ('company_ids', 'parent_of', company_id)]",
    )
    cartera_writeoff_expense_account_id = fields.Many2one(
        "account.account",
        string="Expense of Write-offs",
        domain="[('internal_group', '=', 'expense'), ('company_ids', 'parent_of', company_id)]",
    )
    cartera_recovery_account_id = fields.Many2one(
        "account.account",
        string="Income of Recoveries",
        domain="[('internal_group', '=', 'income'), ('company_ids', 'parent_of', company_id)]",
    )
    cartera_writeoff_memo = fields.Boolean(string="Memorandum Entries")
    cartera_memo_debit_account_id = fields.Many2one(
        "account.account",
        string="Memorandum, Debit",
        domain="[('account_type', '=', 'off_balance'), ('company_ids', 'parent_of', company_id)]",
    )
    cartera_memo_credit_account_id = fields.Many2one(
        "account.account",
        string="Memorandum, Credit",
        domain="[('account_type', '=', 'off_balance'), ('company_ids', 'parent_of', company_id)]",
    )

    @api.model
    def _ajustes(self):
        # EXTENDS
        return [*super()._ajustes(), *SETTINGS]

    def _comprobar(self):
        # EXTENDS: accounts of the company, of the kind that each setting asks for.
        res = super()._comprobar()
        company = self.company_id.sudo()
        for name, (_codes, domain) in company._cartera_ajustes_de_cuentas().items():
            account = self[name].sudo()
            if account and not (account.filtered_domain(domain) and account.company_ids & company.parent_ids):
                raise UserError(
                    self.env._(
                        "%(account)s is no account of the company for “%(setting)s”: choose one of the list.",
                        account=account.display_name,
                        setting=self._fields[name]._description_string(self.env),
                    )
                )
        for name in company._cartera_ajustes_de_diarios():
            journal = self[name].sudo()
            if journal and (journal.company_id != company or journal.type != "general"):
                raise UserError(
                    self.env._("%s is no journal of miscellaneous entries of the company.", journal.display_name)
                )
        return res

    def action_propose_accounts(self):
        """Fill what is empty from the company's chart; nothing is saved yet."""
        self.ensure_one()
        self._comprobar()
        proposed = self.company_id.sudo()._cartera_cuentas_propuestas()
        self.write({name: record.id for name, record in proposed.items() if record and not self[name]})
        return self._seguir()

    def action_load_cgn(self):
        """Make the accounts of the CGN that the chart lacks, and choose them; the choice is not saved yet."""
        self.ensure_one()
        self._comprobar()
        accounts = self.company_id.sudo()._cartera_cargar_cgn()
        self.write({name: account.id for name, account in accounts.items() if name})
        return self._seguir()

    def _seguir(self):
        """The same dialog again."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Company Settings"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
