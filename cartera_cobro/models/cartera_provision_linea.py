"""The rows of a run of impairment: its items, its aggregate by band, and the history behind flow rates."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .cartera_corte_linea import POSITIONS
from .cartera_corte_texto import Ordenados
from .cartera_partida import Copia


class CarteraProvisionLinea(Ordenados, models.Model):
    """An item of a run: what it is exposed for, its rate and impairment, and what was provided for it before.

    An item that was provided for in the run before and is not owed any more has a line too (`released`), of amount 0.
    """

    _name = "cartera.provision.linea"
    _description = "Item of an Impairment Run"
    _order = "provision_id, id"
    _rec_name = "number"
    # Written many at a time by `cartera_provision_calculo`; by people, only through `_cambiar`.
    _log_access = False
    _places = {"banda": "days_from"}

    provision_id = Copia("cartera.provision", string="Impairment Run", readonly=True)
    company_id = Copia("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(readonly=True)
    # --- which item -----------------------------------------------------------------------------------------------
    move_line_id = Copia("account.move.line", string="Journal Item", readonly=True)
    partida_id = Copia("cartera.partida", string="Open Item", readonly=True)
    expediente_id = Copia("cartera.expediente", string="Dossier", readonly=True)
    partner_id = Copia("res.partner", string="Debtor Today", readonly=True)
    number = fields.Char(readonly=True)
    partner_name = fields.Char(string="Debtor", readonly=True)
    vat = fields.Char(string="NIT", readonly=True)
    account_code = fields.Char(string="Ledger Account", readonly=True)
    currency = fields.Char(readonly=True)
    date_due = fields.Date(string="Due Date", readonly=True)
    days_overdue = fields.Integer(readonly=True, aggregator="max")
    position = fields.Selection(POSITIONS, readonly=True)
    etapa = fields.Char(string="Stage", readonly=True)
    segment = fields.Char(readonly=True, help="By the posted method; empty: the whole portfolio.")
    days_from = fields.Integer(string="First Day of Band", readonly=True, aggregator="min")
    banda = fields.Char(string="Band", readonly=True)
    released = fields.Boolean(readonly=True, help="Not owed any more: what was provided for it is released.")
    # --- how much -------------------------------------------------------------------------------------------------
    amount_gross = fields.Monetary(string="Balance", readonly=True, currency_field="company_currency_id")
    amount_tax = fields.Monetary(string="Less Tax", readonly=True, currency_field="company_currency_id")
    amount_credit = fields.Monetary(string="Less Credits", readonly=True, currency_field="company_currency_id")
    amount_guarantee = fields.Monetary(string="Less Guarantees", readonly=True, currency_field="company_currency_id")
    amount_base = fields.Monetary(string="Base", readonly=True, currency_field="company_currency_id")
    rate = fields.Float(string="Rate (%)", digits=(9, 4), readonly=True, aggregator=None)
    individual = fields.Boolean(string="Assessed One by One", readonly=True)
    amount_computed = fields.Monetary(string="Computed", readonly=True, currency_field="company_currency_id")
    amount = fields.Monetary(string="Impairment", readonly=True, currency_field="company_currency_id")
    previous_amount = fields.Monetary(
        string="Impairment Before", readonly=True, currency_field="company_currency_id"
    )  # fmt: skip
    amount_movement = fields.Monetary(string="Movement", readonly=True, currency_field="company_currency_id")
    amount_fiscal = fields.Monetary(string="Tax Provision", readonly=True, currency_field="company_currency_id")
    # --- what somebody changed ------------------------------------------------------------------------------------
    is_manual = fields.Boolean(string="Changed by Hand", readonly=True)
    reason = fields.Char(readonly=True)
    changed_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")

    _by_run = models.Index("(provision_id, move_line_id)")
    _by_item = models.Index("(move_line_id)")

    @api.model_create_multi
    def create(self, vals_list):
        self._exigir_calculo()
        return super().create(vals_list)

    def write(self, vals):
        self._exigir_calculo()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._exigir_calculo()

    def _exigir_calculo(self):
        if not self.env.su:
            raise UserError(self.env._("Items of a run are computed, or changed one by one with a reason."))


class CarteraProvisionResumen(Ordenados, models.Model):
    """A band of a segment by one method: how many, how much, at which rate. What papers and comparisons read."""

    _name = "cartera.provision.resumen"
    _description = "Band of an Impairment Run"
    _order = "provision_id, calculo_id, segment, days_from"
    _rec_name = "banda"
    _log_access = False
    _places = {"banda": "days_from"}

    provision_id = Copia("cartera.provision", string="Impairment Run", readonly=True)
    company_id = Copia("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(readonly=True)
    calculo_id = fields.Many2one(
        "cartera.provision.calculo", string="Method", readonly=True, ondelete="cascade", index=True
    )
    is_posted = fields.Boolean(string="Posted", readonly=True)
    segment = fields.Char(readonly=True)
    days_from = fields.Integer(string="First Day of Band", readonly=True, aggregator="min")
    banda = fields.Char(string="Band", readonly=True)
    items = fields.Integer(readonly=True)
    amount_gross = fields.Monetary(string="Balance", readonly=True, currency_field="company_currency_id")
    amount_base = fields.Monetary(string="Base", readonly=True, currency_field="company_currency_id")
    flow = fields.Float(
        string="Flow to the Next Band", digits=(9, 6), readonly=True, aggregator=None, help="Of flow rates only."
    )
    loss_rate = fields.Float(
        string="Loss Rate (%)", digits=(9, 4), readonly=True, aggregator=None,
        help="Before the cap of 100% and before individual assessments.",
    )  # fmt: skip
    amount = fields.Monetary(string="Impairment", readonly=True, currency_field="company_currency_id")

    _by_run = models.Index("(provision_id, calculo_id)")


class CarteraProvisionSaldo(Ordenados, models.Model):
    """What a band of a segment owed at a month end, and what entered the last band since the one before."""

    _name = "cartera.provision.saldo"
    _description = "History behind Flow Rates"
    _order = "provision_id, calculo_id, segment, date, days_from"
    _rec_name = "banda"
    _log_access = False
    _places = {"banda": "days_from"}

    provision_id = Copia("cartera.provision", string="Impairment Run", readonly=True)
    company_id = Copia("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    calculo_id = fields.Many2one(
        "cartera.provision.calculo", string="Method", readonly=True, ondelete="cascade", index=True
    )
    segment = fields.Char(readonly=True)
    date = fields.Date(string="Month End", readonly=True)
    days_from = fields.Integer(string="First Day of Band", readonly=True, aggregator="min")
    banda = fields.Char(string="Band", readonly=True)
    amount = fields.Monetary(string="Balance", readonly=True, currency_field="company_currency_id")
    amount_entered = fields.Monetary(
        string="Entered the Last Band", readonly=True, currency_field="company_currency_id"
    )

    _by_run = models.Index("(provision_id, calculo_id)")
