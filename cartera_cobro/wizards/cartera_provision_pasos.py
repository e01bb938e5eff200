from odoo import api, fields, models
from odoo.fields import Command

from ..models.cartera_provision_libro import Movimiento


class CarteraProvisionContabilizar(models.TransientModel):
    """Post a run, seen before: what the ledger holds, what the run says, and the entry between them."""

    _name = "cartera.provision.contabilizar"
    _description = "Post Impairment"

    provision_id = fields.Many2one(
        "cartera.provision", string="Impairment Run", required=True, readonly=True, ondelete="cascade"
    )
    company_currency_id = fields.Many2one(related="provision_id.company_currency_id")
    date = fields.Date(related="provision_id.date")
    amount = fields.Monetary(related="provision_id.amount", currency_field="company_currency_id")
    amount_ledger = fields.Monetary(related="provision_id.amount_ledger", currency_field="company_currency_id")
    amount_difference = fields.Monetary(
        string="The Entry", related="provision_id.amount_difference", currency_field="company_currency_id"
    )
    problems = fields.Text(related="provision_id.problems")
    asiento_ids = fields.One2many(
        "cartera.provision.contabilizar.linea", "wizard_id", string="Lines of the Entry", readonly=True
    )

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if self.env.context.get("active_model") == "cartera.provision":
            provision = self.env["cartera.provision"].browse(self.env.context.get("active_id"))
            values |= {"provision_id": provision.id, "asiento_ids": self._vista_previa(provision)}
        return values

    def _vista_previa(self, provision):
        """Commands of a line an account, as the entry would be posted now; none while something keeps it back."""
        provision._exigir_contador()
        if provision.state != "approved" or provision.problems:
            return []
        balances = {}
        for account, _key, balance in Movimiento(provision.sudo()).lineas():
            balances[account] = balances.get(account, 0) + balance
        return [
            Command.create(
                {
                    "account_id": account.id,
                    "debit": float(max(balance, 0)),
                    "credit": float(max(-balance, 0)),
                    "company_currency_id": provision.company_currency_id.id,
                }
            )
            for account, balance in balances.items()
        ]

    def action_apply(self):
        self.ensure_one()
        self.provision_id.action_post()
        return {"type": "ir.actions.act_window_close"}


class CarteraProvisionContabilizarLinea(models.TransientModel):
    """An account of the entry that a run would post."""

    _name = "cartera.provision.contabilizar.linea"
    _description = "Line of an Impairment Entry to Post"

    wizard_id = fields.Many2one("cartera.provision.contabilizar", readonly=True, ondelete="cascade")
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    account_id = fields.Many2one("account.account", readonly=True)
    debit = fields.Monetary(readonly=True, currency_field="company_currency_id")
    credit = fields.Monetary(readonly=True, currency_field="company_currency_id")


class CarteraProvisionReversar(models.TransientModel):
    """Take a posted run back, with the reason that stays with it."""

    _name = "cartera.provision.reversar"
    _description = "Reverse Impairment"

    provision_id = fields.Many2one(
        "cartera.provision", string="Impairment Run", required=True, readonly=True, ondelete="cascade"
    )
    company_currency_id = fields.Many2one(related="provision_id.company_currency_id")
    anterior_id = fields.Many2one(related="provision_id.anterior_id")
    amount = fields.Monetary(related="provision_id.amount", currency_field="company_currency_id")
    date = fields.Date(string="Reversed On", required=True)
    reason = fields.Char(required=True)

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if self.env.context.get("active_model") == "cartera.provision":
            provision = self.env["cartera.provision"].browse(self.env.context.get("active_id"))
            values |= {"provision_id": provision.id, "date": provision.date}
        return values

    def action_apply(self):
        self.ensure_one()
        self.provision_id.action_reverse(self.reason, self.date)
        return {"type": "ir.actions.act_window_close"}
