"""Runs of impairment: what each item of a closing is expected to lose, by several methods, one of which is posted.

How it works. A run reads a confirmed closing and computes every method chosen (`cartera_provision_calculo`, set-based):
a line an item with the amounts of the posted method and of the tax one; an aggregate by method, segment and band; the
balances of the month ends from which flow rates were derived. It is proposed and approved in tiers
(`cartera_provision_estado`), and posted as the difference with what the ledger holds (`cartera_provision_asiento`).
"""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .cartera_provision_calculo import CalculoProvision
from .cartera_provision_metodo import KINDS

STATES = [
    ("draft", "Draft"),
    ("proposed", "Proposed"),
    ("approved", "Approved"),
    ("posted", "Posted"),
    ("reversed", "Reversed"),
]


class CarteraProvision(models.Model):
    """A run of impairment on a closing (ALM8, CC6; NIIF 9 5.5.15; NIIF para PYMES section 11)."""

    _name = "cartera.provision"
    _description = "Impairment Run"
    _inherit = ["cartera.asentable", "cartera.firmable", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _rec_names_search = ["number"]
    _check_company_auto = True
    _state_from = ["draft", "proposed"]
    _state_to = ["approved"]
    _se_elige = {"company_id", "corte_id", "metodo_id", "metodo_ids", "note"}
    _se_escribe = {"metodo_id", "metodo_ids", "note"}

    number = fields.Char(readonly=True, copy=False, index="trigram", help="Consecutive of the company and year.")
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    corte_id = fields.Many2one(
        "cartera.corte",
        string="Closing",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('company_id', '=', company_id), ('is_current', '=', True)]",
        help="The confirmed closing whose items are valued; the entry takes its date.",
    )
    date = fields.Date(related="corte_id.date", store=True, index=True)
    metodo_id = fields.Many2one(
        "cartera.provision.metodo",
        string="Posted Method",
        required=True,
        ondelete="restrict",
        domain="[('company_id', '=', company_id), ('kind', 'not in', ('fiscal_general', 'fiscal_individual'))]",
        check_company=True,
        tracking=True,
        compute="_compute_metodos",
        store=True,
        readonly=False,
        precompute=True,
    )
    metodo_ids = fields.Many2many(
        "cartera.provision.metodo",
        string="Compared Methods",
        domain="[('company_id', '=', company_id)]",
        check_company=True,
        compute="_compute_metodos",
        store=True,
        readonly=False,
        precompute=True,
    )
    state = fields.Selection(
        STATES, string="Status", default="draft", required=True, readonly=True, copy=False, tracking=True, index=True
    )
    note = fields.Html(string="Reasons", copy=False, help="What whoever approves it should know.")
    returned_reason = fields.Char(string="Returned Because", readonly=True, copy=False)
    calculated_on = fields.Datetime(readonly=True, copy=False)
    # --- what was computed ----------------------------------------------------------------------------------------
    line_ids = fields.One2many("cartera.provision.linea", "provision_id", string="Items", readonly=True)
    calculo_ids = fields.One2many("cartera.provision.calculo", "provision_id", string="Methods", readonly=True)
    resumen_ids = fields.One2many("cartera.provision.resumen", "provision_id", string="Bands", readonly=True)
    saldo_ids = fields.One2many("cartera.provision.saldo", "provision_id", string="History", readonly=True)
    item_count = fields.Integer(string="Items Valued", readonly=True, copy=False)
    amount_gross = fields.Monetary(
        string="Portfolio", readonly=True, copy=False, currency_field="company_currency_id",
        help="What the valued items owe at the closing.",
    )  # fmt: skip
    amount_base = fields.Monetary(string="Base", readonly=True, copy=False, currency_field="company_currency_id")
    amount = fields.Monetary(
        string="Impairment", readonly=True, copy=False, currency_field="company_currency_id",
        help="What the allowance has to hold at the closing's date.",
    )  # fmt: skip
    previous_amount = fields.Monetary(
        string="Impairment Before", readonly=True, copy=False, currency_field="company_currency_id",
        help="Of the last run posted at an earlier date.",
    )  # fmt: skip
    amount_movement = fields.Monetary(
        string="Movement", readonly=True, copy=False, currency_field="company_currency_id"
    )  # fmt: skip
    amount_fiscal = fields.Monetary(
        string="Tax Provision", readonly=True, copy=False, currency_field="company_currency_id"
    )  # fmt: skip
    amount_revaluation = fields.Monetary(
        string="Currency Revaluation", readonly=True, copy=False, currency_field="company_currency_id",
        help="Of the closing, and left out: differences in exchange without an amount in their currency.",
    )  # fmt: skip
    anterior_id = fields.Many2one(
        "cartera.provision", string="Run Before", readonly=True, copy=False, ondelete="restrict"
    )

    @api.depends("company_id")
    def _compute_metodos(self):
        for provision in self:
            metodos = self.env["cartera.provision.metodo"].search([("company_id", "=", provision.company_id.id)])
            provision.metodo_ids = metodos
            provision.metodo_id = metodos.filtered("posts")[:1] or metodos.filtered(lambda m: m.kind == "matrix")[:1]

    @api.depends("number", "date", "metodo_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for provision in self:
            day = format_date(self.env, provision.date) if provision.date else ""
            provision.display_name = provision.number or self.env._("Impairment at %s", day)

    # --- preparing ------------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        provisiones = super().create(vals_list)
        provisiones.sudo()._calcular()
        return provisiones

    def write(self, vals):
        # EXTENDS cartera.firmable
        res = super().write(vals)
        if {"metodo_id", "metodo_ids"} & vals.keys():
            self.sudo()._calcular()
        return res

    def _exigir_escribible(self, vals):
        # EXTENDS cartera.tecleado: what is proposed changes only once it is a draft again.
        self._exigir_estado("draft")

    @api.model
    def _generar(self, corte, metodos=None, posted=None):
        """The draft run of a confirmed closing by `metodos` (records; default: all active).

        Its amounts are those of `posted` (default: the first that posts, else the first). The draft that the closing
        has is computed again. UserError: what the computation lacks.
        """
        values = {}
        if metodos:
            posted = posted or metodos.filtered("posts")[:1] or metodos[:1]
            values = {"metodo_id": posted.id, "metodo_ids": [fields.Command.set((metodos | posted).ids)]}
        found = self.search([("corte_id", "=", corte.id), ("state", "=", "draft")], limit=1)
        if found and values:
            found.write(values)  # which computes it
        elif found:
            found.action_recalcular()
        return found or self.create({"company_id": corte.company_id.id, "corte_id": corte.id, **values})

    def action_recalcular(self):
        """Compute drafts again, from their closings and the guarantees and assessments as they read now."""
        self.check_access("write")
        self._exigir_estado("draft")
        self.sudo()._calcular()
        return True

    def _calcular(self):
        for provision in self:
            provision._exigir_corte()
            CalculoProvision(provision).ejecutar()

    @api.ondelete(at_uninstall=False)
    def _unlink_draft(self):
        if any(provision.state != "draft" or provision.number for provision in self):
            raise UserError(self.env._("Only drafts that were never approved are deleted: a run stays."))

    def unlink(self):
        # Lines go by SQL, and not one by one.
        self.check_access("unlink")
        self._unlink_draft()
        for provision in self.sudo():
            CalculoProvision(provision).olvidar()
        return super().unlink()

    def _frase_de_calculado(self):
        return self.env._("The figures of a run come from its closing and its methods, and the rest from its steps.")

    # --- doors and words ------------------------------------------------------------------------------------------

    def action_open_items(self):
        """Its items, in their own list."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_provision_linea_action")
        return dict(action, domain=[("provision_id", "=", self.id)], context={})


class CarteraProvisionCalculo(models.Model):
    """A method as a run computed it: its parameters as they were, and its totals."""

    _name = "cartera.provision.calculo"
    _description = "Method of an Impairment Run"
    _order = "provision_id, is_posted desc, id"
    _log_access = False

    provision_id = fields.Many2one(
        "cartera.provision", string="Impairment Run", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_currency_id = fields.Many2one(related="provision_id.company_currency_id")
    metodo_id = fields.Many2one("cartera.provision.metodo", string="Method", readonly=True, ondelete="restrict")
    name = fields.Char(readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    is_posted = fields.Boolean(string="Posted", readonly=True)
    parameters = fields.Json(readonly=True, help="The method's parameters when the run was computed.")
    items = fields.Integer(readonly=True)
    amount_base = fields.Monetary(string="Base", readonly=True, currency_field="company_currency_id")
    amount = fields.Monetary(string="Impairment", readonly=True, currency_field="company_currency_id")
    previous_amount = fields.Monetary(
        string="By the Same Method Before", readonly=True, currency_field="company_currency_id"
    )
    share = fields.Float(string="Of the Portfolio (%)", compute="_compute_share", digits=(7, 2))

    @api.depends("amount", "provision_id.amount_gross")
    def _compute_share(self):
        for calculo in self:
            gross = calculo.provision_id.amount_gross
            calculo.share = 100 * calculo.amount / gross if gross else 0.0
