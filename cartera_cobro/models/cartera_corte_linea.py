from odoo import fields, models
from odoo.tools import SQL

from .cartera_corte_texto import Ordenados
from .cartera_partida import HOLDS, Copia
from .cartera_politica import KINDS

POSITIONS = [("overdue", "Overdue"), ("current", "Current"), ("credit", "Credit")]


def sql_diferencia_en_cambio(company):
    """Condition on items `l` of a closing: only a difference in exchange, without an amount in its currency."""
    return SQL("(l.currency != %s AND l.amount_currency = 0)", company.currency_id.name)


class CarteraCorteLinea(Ordenados, models.Model):
    """An open item as it was at a closing's date: never changed, deleted only with a closing still in draft.

    What describes it (stage, band, account, people) is text, so that nothing later renames or deletes it; the ids
    only open what there still is, and match an item to itself in another closing (`move_line_id`).
    """

    _name = "cartera.corte.linea"
    _description = "Item of a Closing"
    _order = "corte_id, move_line_id"
    _rec_name = "number"
    # Written millions at a time by `cartera_corte_calculo`, and never again.
    _log_access = False

    corte_id = Copia("cartera.corte", string="Closing", readonly=True)
    company_id = Copia("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(string="Closing Date", readonly=True)
    # --- which item -----------------------------------------------------------------------------------------------
    move_line_id = Copia("account.move.line", string="Journal Item", readonly=True)
    move_id = Copia("account.move", string="Journal Entry", readonly=True)
    partida_id = Copia("cartera.partida", string="Open Item", readonly=True)
    expediente_id = Copia("cartera.expediente", string="Dossier", readonly=True)
    partner_id = Copia("res.partner", string="Debtor Today", readonly=True)
    cuenta_id = Copia("cartera.cuenta", string="Account Today", readonly=True)
    number = fields.Char(readonly=True)
    account_code = fields.Char(string="Ledger Account", readonly=True)
    partner_name = fields.Char(string="Debtor", readonly=True)
    vat = fields.Char(string="NIT", readonly=True)
    date_invoice = fields.Date(string="Entry Date", readonly=True)
    date_due = fields.Date(string="Due Date", readonly=True)
    days_overdue = fields.Integer(readonly=True, aggregator="max")
    # --- where it stood -------------------------------------------------------------------------------------------
    position = fields.Selection(POSITIONS, readonly=True)
    etapa = fields.Char(string="Stage", readonly=True)
    etapa_id = Copia("cartera.etapa", string="Stage Today", readonly=True)
    etapa_orden = fields.Integer(string="Place of Stage", readonly=True, aggregator="min")
    etapa_kind = fields.Selection(KINDS, string="Kind of Stage", readonly=True)
    banda = fields.Char(string="Age Band", readonly=True)
    banda_orden = fields.Integer(string="First Day of Band", readonly=True, aggregator="min")
    hold_reason = fields.Selection(HOLDS, string="Hold", readonly=True)
    responsable = fields.Char(
        string="Responsible for the Hold",
        readonly=True,
        help="Whoever had to answer the claim; where there was none, the officer.",
    )
    acuerdo = fields.Char(string="Agreement", readonly=True)
    remision = fields.Char(string="Referral", readonly=True)
    legal = fields.Boolean(string="In Legal Collection", readonly=True)
    agencia = fields.Char(string="Agency", readonly=True)
    # --- whose and where ------------------------------------------------------------------------------------------
    cuenta = fields.Char(string="Account / Contract", readonly=True)
    use = fields.Char(readonly=True)
    estrato = fields.Char(readonly=True)
    zona = fields.Char(string="Zone", readonly=True)
    cycle = fields.Char(string="Billing Cycle", readonly=True)
    zona_id = Copia("cartera.zona", string="Zone Today", readonly=True)
    municipality = fields.Char(readonly=True)
    officer = fields.Char(readonly=True)
    user_id = Copia("res.users", string="Officer Today", readonly=True)
    salesperson = fields.Char(readonly=True)
    # --- how much -------------------------------------------------------------------------------------------------
    currency = fields.Char(readonly=True)
    amount_original = fields.Monetary(string="Original Amount", readonly=True, currency_field="company_currency_id")
    amount = fields.Monetary(string="Balance", readonly=True, currency_field="company_currency_id")
    amount_currency = fields.Float(string="Balance in Currency", digits=(16, 2), readonly=True, aggregator=None)
    amount_impairment = fields.Monetary(string="Impairment", readonly=True, currency_field="company_currency_id")
    accounts = fields.Integer(
        readonly=True,
        help="1 on the oldest item of each account (of each debtor, where there is no account), else 0: the sum counts "
        "each account once, where its oldest item is.",
    )

    _by_corte = models.Index("(corte_id, move_line_id)")
