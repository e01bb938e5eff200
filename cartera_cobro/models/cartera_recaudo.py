from odoo import api, fields, models
from odoo.exceptions import UserError

from .cartera_corte_texto import Ordenados
from .cartera_partida import Copia
from .cartera_politica import KINDS
from .cartera_recaudo_calculo import Recaudacion

PAID_BY = [
    ("payment", "Money"),
    ("credit_note", "Credit note"),
    ("write_off", "Write-off"),
    ("other", "Another entry"),
]
ARRIVALS = [("overdue", "Overdue"), ("current", "Not due yet")]


class CarteraRecaudo(Ordenados, models.Model):
    """A matching of the ledger that paid (part of) an item, with the place that the item had when it arrived.

    Kept by `_actualizar` from Odoo's own matchings (`cartera_recaudo_calculo`), never by hand. Texts are copies of that
    day; the ids only open what there still is. Only kind = payment is money: credit notes, write-offs and other entries
    (transfers, exchange differences, money returned) are here because they settled something too.
    """

    _name = "cartera.recaudo"
    _description = "Money Collected"
    _order = "date desc, id desc"
    _rec_name = "number"
    _log_access = False

    company_id = Copia("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(readonly=True, help="The day from which the matching counts: the later of its two entries'.")
    amount = fields.Monetary(string="Collected", readonly=True, currency_field="company_currency_id")
    kind = fields.Selection(PAID_BY, string="Paid By", readonly=True)
    # --- what it is in the ledger ---------------------------------------------------------------------------------
    partial_id = fields.Integer(string="Matching", readonly=True, aggregator=None)
    move_line_id = Copia("account.move.line", string="Item Paid", readonly=True, aggregator="count_distinct")
    move_id = Copia("account.move", string="Paid With", readonly=True)
    journal_id = Copia("account.journal", string="Collection Channel", readonly=True)
    number = fields.Char(readonly=True)
    placed_on = fields.Date(readonly=True, help="The day on which its stage, officer and so on were read.")
    # --- whose it is today ----------------------------------------------------------------------------------------
    partida_id = Copia("cartera.partida", string="Open Item", readonly=True)
    expediente_id = Copia("cartera.expediente", string="Dossier", readonly=True)
    partner_id = Copia("res.partner", string="Debtor", readonly=True)
    cuenta_id = Copia("cartera.cuenta", string="Account / Contract", readonly=True)
    # --- where it stood when it arrived ---------------------------------------------------------------------------
    etapa = fields.Char(string="Stage", readonly=True)
    etapa_id = Copia("cartera.etapa", string="Stage Today", readonly=True)
    etapa_orden = fields.Integer(string="Place of Stage", readonly=True, aggregator="min")
    etapa_kind = fields.Selection(KINDS, string="Kind of Stage", readonly=True)
    banda = fields.Char(string="Age Band", readonly=True)
    banda_orden = fields.Integer(string="First Day of Band", readonly=True, aggregator="min")
    position = fields.Selection(ARRIVALS, readonly=True)
    days_overdue = fields.Integer(readonly=True, aggregator="avg")
    legal = fields.Boolean(string="In Legal Collection", readonly=True)
    in_agreement = fields.Boolean(string="Under an Agreement", readonly=True)
    agencia = fields.Char(string="Agency", readonly=True)
    agencia_id = Copia("res.partner", string="Agency Today", readonly=True)
    # --- whose and where ------------------------------------------------------------------------------------------
    use = fields.Char(readonly=True)
    estrato = fields.Char(readonly=True)
    zona = fields.Char(string="Zone", readonly=True)
    zona_id = Copia("cartera.zona", string="Zone Today", readonly=True)
    municipality = fields.Char(readonly=True)
    user_id = Copia("res.users", string="Officer Today", readonly=True)
    officer = fields.Char(readonly=True)
    salesperson = fields.Char(readonly=True)
    accounts = fields.Integer(
        readonly=True,
        aggregator="count_distinct",
        help="How many different accounts (debtors, where there is no account) paid.",
    )

    _partial_uniq = models.UniqueIndex("(partial_id)")
    _by_date = models.Index("(company_id, date)")

    @api.model
    def _actualizar(self, company):
        """Bring the collections of `company` up to date with the ledger: set-based, idempotent.

        Returns counts of rows {"created", "removed", "changed", "linked", "locked"}: changed ones were written anew,
        linked ones only point to another debtor, dossier or item. While another transaction works on the company's
        items: zeros and locked=True. A company without a policy is a UserError.
        """
        company = company.sudo()
        Corte = self.env["cartera.corte"].sudo()
        Corte._exigir_politica(company)
        return Recaudacion(self.sudo().env, company, company._cartera_hoy(), Corte._desde(company)).ejecutar()

    @api.model
    def action_actualizar(self):
        """Bring the collections of the user's company up to date, and say what changed."""
        self.env["cartera.corte"].check_access("write")
        company = self.env.company
        counts = self._actualizar(company)
        if counts["locked"]:
            raise UserError(
                self.env._("%s is being classified at this moment: try again in a minute.", company.display_name)
            )
        message = self.env._(
            "%(created)s new, %(changed)s corrected, %(removed)s undone.",
            created=counts["created"],
            changed=counts["changed"],
            removed=counts["removed"],
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "title": self.env._("Collections up to Date"),
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_open_move(self):
        """The entry that paid."""
        self.ensure_one()
        return self.move_id._get_records_action()

    def action_open_item(self):
        """What was paid: its entry."""
        self.ensure_one()
        return self.move_line_id.move_id._get_records_action()

    def action_open_dossier(self):
        self.ensure_one()
        return self.expediente_id._get_records_action()


class CarteraPartida(models.Model):
    _inherit = "cartera.partida"

    @api.model
    def _jobs_de_la_noche(self):
        # EXTENDS: collections read the items that were classified before them.
        return [*super()._jobs_de_la_noche(), ("cartera.recaudo", "_actualizar")]
