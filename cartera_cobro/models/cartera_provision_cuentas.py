"""The journal, the accounts and the choices that impairment posts by: settings of the company, beside those of
write-offs, which share the allowance account."""

from odoo import fields, models
from odoo.tools import SQL

# As ACCOUNTS of write-offs: each account with its codes in the Colombian chart, and what kind it has to be.
ACCOUNTS = {
    "cartera_provision_expense_account_id": (("519910", "5199"), [("internal_group", "=", "expense")]),
    "cartera_provision_reversal_account_id": (("425035", "4250"), [("internal_group", "=", "income")]),
    "cartera_ddr_account_id": (("139005", "1390"), [("internal_group", "=", "asset")]),
}
CHOICES = ("cartera_ddr_days", "cartera_provision_grouping", "cartera_tax_rate")
SETTINGS = ("cartera_provision_journal_id", *ACCOUNTS, *CHOICES)
POSTING = (
    "cartera_provision_journal_id",
    "cartera_allowance_account_id",
    "cartera_provision_expense_account_id",
    "cartera_provision_reversal_account_id",
)
RECLASSIFYING = ("cartera_provision_journal_id", "cartera_ddr_account_id")
GROUPINGS = [
    ("account", "One line for the whole portfolio"),
    ("partner", "A line a debtor"),
    ("segment", "A line a segment"),
]


class ResCompany(models.Model):
    _inherit = "res.company"

    cartera_provision_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of Impairment",
        domain="[('type', '=', 'general'), ('company_id', '=', id)]",
        help="Where impairment, its reversals and the reclassification of what is hard to collect are posted.",
    )
    cartera_provision_expense_account_id = fields.Many2one(
        "account.account",
        string="Expense of Impairment",
        domain="[('internal_group', '=', 'expense'), ('company_ids', 'parent_of', id)]",
        help="What is expected to be lost; what is released of this fiscal year's charge goes back there (PUC 5199, "
        "CGN 5347).",
    )
    cartera_provision_reversal_account_id = fields.Many2one(
        "account.account",
        string="Income of Reversed Impairment",
        domain="[('internal_group', '=', 'income'), ('company_ids', 'parent_of', id)]",
        help="What is released of what earlier fiscal years charged (PUC 4250, CGN 4830).",
    )
    cartera_ddr_account_id = fields.Many2one(
        "account.account",
        string="Account of What Is Hard to Collect",
        domain="[('internal_group', '=', 'asset'), ('company_ids', 'parent_of', id)]",
        help="Where what is hard to collect is shown at month end, and taken back the next day (PUC 1390, CGN 1385).",
    )
    cartera_ddr_days = fields.Integer(
        string="Reclassified over (days)",
        default=360,
        help="What is overdue by more days is hard to collect, and so is what is in a band marked so.",
    )
    cartera_provision_grouping = fields.Selection(
        GROUPINGS,
        string="Entries of Impairment",
        default="account",
        required=True,
        help="In how many lines the allowance is kept. Once it is changed, the next entry shares out what the ledger "
        "holds again, without any expense.",
    )
    cartera_tax_rate = fields.Float(
        string="Income Tax Rate (%)",
        default=35.0,
        digits=(5, 2),
        help="Of the deferred tax on the difference between accounting and tax impairment (E.T. 240).",
    )

    _cartera_ddr_days_sane = models.Constraint("CHECK (cartera_ddr_days >= 0)", "Days overdue are zero or more.")
    _cartera_tax_rate_sane = models.Constraint(
        "CHECK (cartera_tax_rate BETWEEN 0 AND 100)", "The income tax rate is from 0 to 100%."
    )

    def _cartera_ajustes_de_cuentas(self):
        return super()._cartera_ajustes_de_cuentas() | ACCOUNTS

    def _cartera_ajustes_de_diarios(self):
        return (*super()._cartera_ajustes_de_diarios(), "cartera_provision_journal_id")

    def _cartera_falta_para_provisionar(self):
        """Yield a sentence for each account that posting impairment lacks, and where it is set."""
        yield from self._cartera_falta(POSTING)

    def _cartera_falta_para_reclasificar(self):
        yield from self._cartera_falta(RECLASSIFYING)

    def _cartera_tomar_deterioro(self):
        """Whether this transaction is the one that moves the allowance accounts of these companies, until it ends.

        Their rows are touched too: a transaction that began before another one moved them fails to take them, and is
        tried again by Odoo, instead of reading the ledger as it was.
        """
        accounts = self.sudo().cartera_allowance_account_id
        if not accounts:
            return True
        if accounts.try_lock_for_update(allow_referencing=True) != accounts:
            return False
        self.env.cr.execute(SQL("UPDATE account_account SET write_date = write_date WHERE id IN %s", accounts._ids))
        return True


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    cartera_provision_journal_id = fields.Many2one(related="company_id.cartera_provision_journal_id", readonly=False)
    cartera_provision_expense_account_id = fields.Many2one(
        related="company_id.cartera_provision_expense_account_id", readonly=False
    )
    cartera_provision_reversal_account_id = fields.Many2one(
        related="company_id.cartera_provision_reversal_account_id", readonly=False
    )
    cartera_ddr_account_id = fields.Many2one(related="company_id.cartera_ddr_account_id", readonly=False)
    cartera_ddr_days = fields.Integer(related="company_id.cartera_ddr_days", readonly=False)
    cartera_provision_grouping = fields.Selection(related="company_id.cartera_provision_grouping", readonly=False)
    cartera_tax_rate = fields.Float(related="company_id.cartera_tax_rate", readonly=False)
