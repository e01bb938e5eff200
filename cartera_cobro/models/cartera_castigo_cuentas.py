"""The journal and the accounts that write-offs post to: settings of the company, proposed from its chart.

Odoo's own settings and the collection administrator's dialog show the same fields. Colombian companies have the
accounts in `l10n_co`; public entities keep the General Accounting Office's chart (CGN), which it lacks: its accounts
are a file that they may load (`data/plan_cgn_castigos.csv`).
"""

import csv
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import file_open

ADMINS = "cartera_cobro.group_cartera_admin"
CGN = "cartera_cobro/data/plan_cgn_castigos.csv"
# Each account: its codes in the Colombian chart (PUC), the most precise first, and what kind of account it has to be.
ACCOUNTS = {
    "cartera_allowance_account_id": (("139905", "1399"), [("internal_group", "=", "asset")]),
    "cartera_writeoff_expense_account_id": (("5310",), [("internal_group", "=", "expense")]),
    "cartera_recovery_account_id": (("425005", "4250"), [("internal_group", "=", "income")]),
    "cartera_memo_debit_account_id": (("832510", "8325"), [("account_type", "=", "off_balance")]),
    "cartera_memo_credit_account_id": (("86",), [("account_type", "=", "off_balance")]),
}
SETTINGS = ("cartera_writeoff_journal_id", *ACCOUNTS, "cartera_writeoff_memo")
POSTING = ("cartera_writeoff_journal_id", "cartera_allowance_account_id", "cartera_writeoff_expense_account_id")
MEMO = ("cartera_memo_debit_account_id", "cartera_memo_credit_account_id")


class ResCompany(models.Model):
    _inherit = "res.company"

    cartera_writeoff_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of Write-offs",
        domain="[('type', '=', 'general'), ('company_id', '=', id)]",
        help="Where write-offs, their reversals and recoveries are posted.",
    )
    cartera_allowance_account_id = fields.Many2one(
        "account.account",
        string="Allowance for Impairment",
        domain="[('internal_group', '=', 'asset'), ('company_ids', 'parent_of', id)]",
        help="What was provided for: write-offs are posted against it up to what it holds (PUC 1399, CGN 1386).",
    )
    cartera_writeoff_expense_account_id = fields.Many2one(
        "account.account",
        string="Expense of Write-offs",
        domain="[('internal_group', '=', 'expense'), ('company_ids', 'parent_of', id)]",
        help="What the allowance did not hold for what is written off (PUC 5310, CGN 5347).",
    )
    cartera_recovery_account_id = fields.Many2one(
        "account.account",
        string="Income of Recoveries",
        domain="[('internal_group', '=', 'income'), ('company_ids', 'parent_of', id)]",
        help="What arrives later for what was written off (PUC 4250, CGN 4830).",
    )
    cartera_writeoff_memo = fields.Boolean(
        string="Memorandum Entries",
        default=True,
        help="Keep the control of what was written off in memorandum accounts, in an entry of its own.",
    )
    cartera_memo_debit_account_id = fields.Many2one(
        "account.account",
        string="Memorandum, Debit",
        domain="[('account_type', '=', 'off_balance'), ('company_ids', 'parent_of', id)]",
        help="Assets written off (PUC 8325, CGN 8315).",
    )
    cartera_memo_credit_account_id = fields.Many2one(
        "account.account",
        string="Memorandum, Credit",
        domain="[('account_type', '=', 'off_balance'), ('company_ids', 'parent_of', id)]",
        help="The contra account of the memorandum entries (PUC 86, CGN 8915).",
    )

    def write(self, vals):
        # EXTENDS: a company that starts to collect is proposed the accounts of its chart.
        res = super().write(vals)
        if vals.get("cartera_politica_id"):
            for company in self:
                company._cartera_proponer_cuentas()
        return res

    # --- proposals --------------------------------------------------------------------------------------------------

    def _cartera_ajustes_de_cuentas(self):
        """{setting: (codes, domain)} of the accounts that are chosen, as ACCOUNTS."""
        return ACCOUNTS

    def _cartera_ajustes_de_diarios(self):
        """Names of the settings that choose a journal of miscellaneous entries."""
        return ("cartera_writeoff_journal_id",)

    def _cartera_cuentas_propuestas(self):
        """{setting: record} for each account that the chart has, and the journals; empty records where it has none."""
        self.ensure_one()
        journal = self._cartera_diario_general()
        found = {
            name: self._cartera_buscar_cuenta(*how) for name, how in self._cartera_ajustes_de_cuentas().items()
        }
        return {**dict.fromkeys(self._cartera_ajustes_de_diarios(), journal), **found}

    def _cartera_buscar_cuenta(self, codes, domain):
        company = self.sudo()
        Account = company.env["account.account"].with_company(company)
        found = Account
        for code in codes:
            of_code = Domain(Account._check_company_domain(company)) & Domain("code", "=like", f"{code}%")
            found = found or Account.search(of_code & Domain(domain), order="code", limit=1)
        return found

    def _cartera_proponer_cuentas(self):
        """Fill the settings of write-offs that are empty; what was chosen stays."""
        company = self.sudo()
        proposed = company._cartera_cuentas_propuestas()
        company.write({name: record.id for name, record in proposed.items() if record and not company[name]})

    def _cartera_cargar_cgn(self):
        """{setting: account} of the CGN's accounts of write-offs, made where the chart lacks them.

        UserError: an account with the code is of another kind.
        """
        self.ensure_one()
        company = self.sudo()
        with file_open(CGN, "r") as rows:
            return {row["setting"]: company._cartera_cuenta_cgn(row) for row in csv.DictReader(rows)}

    def _cartera_cuenta_cgn(self, row):
        Account = self.env["account.account"].with_company(self)
        found = Account.search([*Account._check_company_domain(self), ("code", "=", row["code"])], limit=1)
        if found and found.account_type != row["account_type"]:
            raise UserError(
                self.env._(
                    "Account %(account)s is not of the kind that the CGN's chart gives it: mend it first.",
                    account=found.display_name,
                )
            )
        return found or Account.create(
            {
                "code": row["code"],
                "name": row["name"],
                "account_type": row["account_type"],
                "company_ids": [fields.Command.link(self.id)],
            }
        )

    # --- guards -----------------------------------------------------------------------------------------------------

    def _cartera_falta_para_castigar(self):
        """Yield a sentence for each account that posting a write-off lacks, and where it is set."""
        yield from self._cartera_falta(POSTING + (MEMO if self.sudo().cartera_writeoff_memo else ()))

    def _cartera_falta_para_recuperar(self, memo):
        names = ("cartera_writeoff_journal_id", "cartera_recovery_account_id")
        yield from self._cartera_falta(names + (MEMO if memo else ()))

    def _cartera_falta(self, names):
        company = self.sudo()
        for name in names:
            if not company[name]:
                yield self.env._(
                    "%(company)s lacks the setting “%(setting)s” (%(help)s) An administrator of collection chooses it "
                    "in Configuration, Company Settings.",
                    company=company.name,
                    setting=company._fields[name]._description_string(self.env),
                    help=company._fields[name]._description_help(self.env),
                )

    def _cartera_cierres(self, day, journal=None):
        """[(lock date, field)] that keep an entry of `journal` (default: of write-offs) from being posted on `day`."""
        company = self.sudo()
        return company._get_violated_lock_dates(day, False, journal or company.cartera_writeoff_journal_id)

    def _cartera_dia_abierto(self, day, journal=None):
        """The first day from `day` on that no lock date closes."""
        while locks := self._cartera_cierres(day, journal):
            day = locks[-1][0] + timedelta(days=1)
        return day

    def _cartera_exigir_admin(self):
        if not self.env.user.has_group(ADMINS):
            raise AccessError(self.env._("Only an administrator of collection changes the company's settings."))


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    cartera_writeoff_journal_id = fields.Many2one(related="company_id.cartera_writeoff_journal_id", readonly=False)
    cartera_allowance_account_id = fields.Many2one(related="company_id.cartera_allowance_account_id", readonly=False)
    cartera_writeoff_expense_account_id = fields.Many2one(
        related="company_id.cartera_writeoff_expense_account_id", readonly=False
    )
    cartera_recovery_account_id = fields.Many2one(related="company_id.cartera_recovery_account_id", readonly=False)
    cartera_writeoff_memo = fields.Boolean(related="company_id.cartera_writeoff_memo", readonly=False)
    cartera_memo_debit_account_id = fields.Many2one(related="company_id.cartera_memo_debit_account_id", readonly=False)
    cartera_memo_credit_account_id = fields.Many2one(
        related="company_id.cartera_memo_credit_account_id", readonly=False
    )

    def action_cartera_propose_accounts(self):
        """Fill what is empty from the company's chart."""
        self.company_id._cartera_exigir_admin()
        self.company_id._cartera_proponer_cuentas()
        return {"type": "ir.actions.client", "tag": "reload"}

    def action_cartera_load_cgn(self):
        """Make the CGN's accounts and set them: for public entities."""
        self.company_id._cartera_exigir_admin()
        company = self.company_id.sudo()
        accounts = company._cartera_cargar_cgn()
        company.write({name: account.id for name, account in accounts.items() if name})
        return {"type": "ir.actions.client", "tag": "reload"}
