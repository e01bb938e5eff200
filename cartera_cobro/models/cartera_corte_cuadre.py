from odoo import fields, models

from .cartera_partida import Copia


class CarteraCorteCuadre(models.Model):
    """The tie of a closing to the ledger, one row an account of receivables."""

    _name = "cartera.corte.cuadre"
    _description = "Tie of a Closing"
    _order = "corte_id, account_code"
    _rec_name = "account_code"
    _log_access = False

    corte_id = Copia("cartera.corte", string="Closing", readonly=True, index=True)
    company_currency_id = fields.Many2one(related="corte_id.company_id.currency_id")
    account_id = Copia("account.account", string="Account Today", readonly=True)
    account_code = fields.Char(string="Ledger Account", readonly=True)
    amount_ledger = fields.Monetary(string="Ledger", readonly=True, currency_field="company_currency_id")
    amount_reclassified = fields.Monetary(
        string="Shown Apart",
        readonly=True,
        currency_field="company_currency_id",
        help="What entries of that day show as hard to collect: added to the ledger, it is what the items owe.",
    )
    amount_items = fields.Monetary(string="Items", readonly=True, currency_field="company_currency_id")
    amount_difference = fields.Monetary(string="Difference", readonly=True, currency_field="company_currency_id")


class CarteraCorte(models.Model):
    _inherit = "cartera.corte"

    amount_reclassified = fields.Monetary(
        string="Shown Apart",
        readonly=True,
        currency_field="company_currency_id",
        help="What entries of that day show as hard to collect: added to the ledger, it is what the items owe.",
    )
    cuadre_ids = fields.One2many("cartera.corte.cuadre", "corte_id", string="Tie to the Ledger", readonly=True)
