"""What the company says of its forecasts: when they are made, who gets them, and which accounts are its cash."""

from odoo import fields, models
from odoo.fields import Domain


class ResCompany(models.Model):
    _inherit = "res.company"

    cartera_pronostico_weekday = fields.Selection(
        [
            ("0", "Monday"),
            ("1", "Tuesday"),
            ("2", "Wednesday"),
            ("3", "Thursday"),
            ("4", "Friday"),
        ],
        string="Cash Forecast On",
        default="0",
        help="In the morning, from the balances of the day before; on a holiday, the next working day. Empty: only by "
        "hand.",
    )
    cartera_pronostico_user_ids = fields.Many2many(
        "res.users",
        "cartera_company_pronostico_rel",
        "company_id",
        "user_id",
        string="Cash Forecast For",
        help="Empty: everybody with the role of director or treasurer.",
    )
    cartera_pronostico_minimo = fields.Integer(
        string="Own Delay From",
        default=3,
        help="Items that a customer has paid in the last twelve months for its own delay to count; with fewer, the "
        "average of all.",
    )
    cartera_pronostico_week = fields.Date(string="Last Week Forecast", readonly=True, copy=False)

    def _cartera_lectores_del_pronostico(self):
        """Users who get the forecast by e-mail."""
        self.ensure_one()
        company = self.sudo()
        chosen = company.cartera_pronostico_user_ids.filtered("active")
        return chosen or self._cartera_usuarios_del_rol("director") | self._cartera_usuarios_del_rol("tesorero")

    def _cartera_cuentas_tipo(self, kind):
        """Ids of the company's accounts of a type, closed ones too."""
        Account = self.env["account.account"].sudo().with_context(active_test=False)
        return Account.search(Domain(Account._check_company_domain(self)) & Domain("account_type", "=", kind)).ids

    def _cartera_cuentas_por_pagar(self):
        """Ids (tuple) of the payable accounts: suppliers, and whatever else is owed there."""
        return tuple(self._cartera_cuentas_tipo("liability_payable"))

    def _cartera_cuentas_de_caja(self):
        """Ids (set) of what is cash: bank and cash accounts, and money on its way to or between them.

        A payment that waits for its bank statement has left the customer's account and has to be somewhere.
        """
        self.ensure_one()
        company = self.sudo()
        journals = self.env["account.journal"].sudo().with_context(active_test=False).search(
            [("company_id", "=", company.id), ("type", "in", ("bank", "cash"))]
        )  # fmt: skip
        lines = journals.inbound_payment_method_line_ids | journals.outbound_payment_method_line_ids
        on_the_way = (lines.payment_account_id | company.transfer_account_id).filtered(
            lambda account: account.account_type not in ("asset_receivable", "liability_payable")
        )
        return {*self._cartera_cuentas_tipo("asset_cash"), *journals.default_account_id.ids, *on_the_way.ids}

    def _cartera_cuentas_transitorias(self):
        """Ids (set) of where receipts wait that nobody has identified."""
        company = self.sudo()
        journals = self.env["account.journal"].sudo().search(
            [("company_id", "=", company.id), ("type", "in", ("bank", "cash"))]
        )  # fmt: skip
        suspense = journals.suspense_account_id | company.account_journal_suspense_account_id
        return set(suspense.ids) - self._cartera_cuentas_de_caja()


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    cartera_pronostico_weekday = fields.Selection(related="company_id.cartera_pronostico_weekday", readonly=False)
    cartera_pronostico_user_ids = fields.Many2many(related="company_id.cartera_pronostico_user_ids", readonly=False)
    cartera_pronostico_minimo = fields.Integer(related="company_id.cartera_pronostico_minimo", readonly=False)
