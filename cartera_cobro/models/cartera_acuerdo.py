from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from ..rules.agreements import impute, plan
from .cartera_acuerdo_revision import Terminos, problemas
from .cartera_deuda import Deudas, deuda

STATES = [
    ("draft", "Draft"),
    ("proposed", "Proposed"),
    ("approval", "Being Signed"),
    ("signed", "For the Debtor to Sign"),
    ("active", "In Force"),
    ("fulfilled", "Fulfilled"),
    ("breached", "Breached"),
    ("cancelled", "Cancelled"),
]
KINDS = [("agreement", "Payment Agreement"), ("commitment", "Payment Commitment")]
# While it holds its items: nobody else may agree on them.
ALIVE = ("proposed", "approval", "signed", "active")
GUARANTEES = [
    ("none", "None"),
    ("codebtor", "A codebtor or guarantor"),
    ("note", "Promissory note"),
    ("mortgage", "Mortgage"),
    ("pledge", "Pledge on movable goods"),
    ("bank", "Bank guarantee or insurance policy"),
    ("assets", "List of assets (E.T. 814)"),
]
# What the parties agree on: fixed once it is proposed.
TERMS = (
    "expediente_id date amount_forgiven forgiven_authority down_payment down_date count annual_rate first_date "
    "guarantee_type guarantee_value guarantee_note guarantee_ids clauses linea_ids"
).split()


def decimal(amount):
    """A stored amount as the rules take it."""
    return Decimal(str(amount or 0))


class CarteraAcuerdo(models.Model):
    """A payment agreement, or a commitment (*compromiso*, one instalment): what of chosen items is paid, and when.

    It is drafted, proposed to the debtor, accepted, signed by our side in tiers, signed by the debtor, and then in
    force until it is fulfilled, broken or ended. What was paid of it is read from its items: what their balances went
    down since the liquidation, and what the debtor has paid on account.
    """

    _name = "cartera.acuerdo"
    _description = "Payment Agreement"
    _inherit = ["cartera.firmable", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _state_from = ["draft", "proposed", "approval"]
    _state_to = ["signed"]
    _se_elige = {*TERMS, "user_id", "gestion_id"}
    _se_escribe = _se_elige - {"expediente_id", "gestion_id"}
    _cancel_state = "cancelled"
    _rec_names_search = ["number", "partner_id.name", "partner_id.vat"]

    number = fields.Char(readonly=True, copy=False, index="trigram", help="Consecutive of the company and year.")
    expediente_id = fields.Many2one(
        "cartera.expediente", string="Dossier", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="expediente_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="expediente_id.partner_id", string="Debtor", store=True, index=True)
    politica_id = fields.Many2one(related="expediente_id.politica_id", string="Policy")
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users", string="Officer", default=lambda self: self.env.user, index=True, domain="[('share', '=', False)]"
    )
    gestion_id = fields.Many2one(
        "cartera.gestion", string="Comes From", readonly=True, help="The contact it came from."
    )
    kind = fields.Selection(
        KINDS,
        compute="_compute_kind",
        store=True,
        help="A commitment is paid at once.",
    )
    state = fields.Selection(
        STATES,
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        group_expand="_read_group_states",
    )
    # --- what is owed ---------------------------------------------------------------------------------------------
    linea_ids = fields.One2many("cartera.acuerdo.linea", "acuerdo_id", string="Obligations", copy=False)
    date = fields.Date(
        string="Liquidated On",
        required=True,
        default=lambda self: self.env.company._cartera_hoy(),
        copy=False,
        help="Late interest runs until this day.",
    )
    amount_capital = fields.Monetary(
        string="Capital", compute="_compute_amounts", store=True, currency_field="company_currency_id"
    )
    amount_interest = fields.Monetary(
        string="Late Interest", compute="_compute_amounts", store=True, currency_field="company_currency_id"
    )
    amount_forgiven = fields.Monetary(string="Interest Forgiven", currency_field="company_currency_id")
    forgiven_authority = fields.Char(
        string="Authority to Forgive", help="The act, law or minutes that allow it, as the agreement will cite it."
    )
    amount_total = fields.Monetary(
        string="Debt Agreed",
        compute="_compute_amounts",
        store=True,
        currency_field="company_currency_id",
        help="Capital and late interest, less what is forgiven.",
    )
    # --- how it is paid -------------------------------------------------------------------------------------------
    down_payment = fields.Monetary(currency_field="company_currency_id")
    down_date = fields.Date(string="Down Payment On")
    count = fields.Integer(string="Instalments", required=True, default=1)
    annual_rate = fields.Float(
        string="Financing Rate (% a year)",
        digits=(6, 3),
        compute="_compute_from_policy",
        store=True,
        readonly=False,
        precompute=True,
        help="Effective annual rate on the capital still owed.",
    )
    first_date = fields.Date(string="First Instalment", required=True, copy=False)
    cuota_ids = fields.One2many(
        "cartera.acuerdo.cuota", "acuerdo_id", string="Plan", compute="_compute_cuota_ids", store=True, copy=False
    )
    guarantee_type = fields.Selection(GUARANTEES, string="Guarantee", required=True, default="none")
    guarantee_value = fields.Monetary(string="Value of the Guarantee", currency_field="company_currency_id")
    guarantee_note = fields.Char(string="What It Is", help="Who answers, or which good, with its registration.")
    guarantee_ids = fields.Many2many(
        "ir.attachment", "cartera_acuerdo_garantia_rel", string="Documents of the Guarantee", bypass_search_access=True
    )
    clauses = fields.Html(compute="_compute_from_policy", store=True, readonly=False, precompute=True)
    signers = fields.Selection(related="politica_id.agreement_signers", string="Signed By")
    upper_signature = fields.Boolean(
        compute="_compute_upper_signature", help="Whether the director, or the head of the legal office, signs too."
    )
    # --- its way --------------------------------------------------------------------------------------------------
    proposed_on = fields.Date(readonly=True, copy=False)
    valid_until = fields.Date(string="Stands Until", readonly=True, copy=False)
    date_accepted = fields.Datetime(string="Accepted On", readonly=True, copy=False)
    accepted_by = fields.Char(readonly=True, copy=False)
    accepted_channel = fields.Selection(
        [("portal", "Portal"), ("email", "E-mail"), ("in_person", "In person")], readonly=True, copy=False
    )
    debtor_signed_on = fields.Datetime(readonly=True, copy=False)
    debtor_signed_by = fields.Char(readonly=True, copy=False)
    debtor_signature = fields.Image(readonly=True, copy=False, max_width=1024, max_height=512)
    pdf_id = fields.Many2one("ir.attachment", string="Signed PDF", readonly=True, copy=False, ondelete="restrict")
    pdf_sha256 = fields.Char(string="SHA-256 of the PDF", readonly=True, copy=False)
    date_active = fields.Date(string="In Force Since", readonly=True, copy=False, index=True)
    date_end = fields.Date(string="Ended On", readonly=True, copy=False)
    end_reason = fields.Char(string="Why It Ended", readonly=True, copy=False)
    date_cured = fields.Date(
        string="Breach Cured On", readonly=True, copy=False, help="Until then no new agreement with the debtor."
    )
    # --- what was paid --------------------------------------------------------------------------------------------
    partida_ids = fields.One2many("cartera.partida", "acuerdo_id", string="Items Covered")
    amount_financing = fields.Monetary(
        string="Financing", compute="_compute_amount_plan", store=True, currency_field="company_currency_id"
    )
    amount_plan = fields.Monetary(
        string="To Pay in All", compute="_compute_amount_plan", store=True, currency_field="company_currency_id"
    )
    amount_paid = fields.Monetary(
        string="Paid",
        compute="_compute_amount_paid",
        store=True,
        currency_field="company_currency_id",
        help="What its items went down since the liquidation, and what was paid on account.",
    )
    amount_due = fields.Monetary(
        string="Still to Pay", compute="_compute_amount_due", store=True, currency_field="company_currency_id"
    )
    missed_count = fields.Integer(string="Missed Instalments", compute="_compute_missed", store=True)
    amount_missed = fields.Monetary(compute="_compute_missed", store=True, currency_field="company_currency_id")
    next_date = fields.Date(string="Next Instalment", compute="_compute_missed", store=True)

    _number_uniq = models.UniqueIndex(
        "(company_id, number) WHERE number IS NOT NULL", "This number was given to another agreement: try again."
    )
    _in_force = models.Index("(company_id, expediente_id) WHERE state = 'active'")

    # --- computes -------------------------------------------------------------------------------------------------

    @api.depends("count", "down_payment")
    def _compute_kind(self):
        for acuerdo in self:
            acuerdo.kind = "commitment" if acuerdo.count == 1 and not acuerdo.down_payment else "agreement"

    @api.depends("number", "kind", "partner_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for acuerdo in self:
            pieces = [kinds.get(acuerdo.kind), acuerdo.number, acuerdo.partner_id.display_name]
            acuerdo.display_name = " ".join(piece for piece in pieces if piece)

    @api.depends("expediente_id")
    def _compute_from_policy(self):
        for acuerdo in self.filtered(lambda a: a.state == "draft"):
            acuerdo.annual_rate = acuerdo.politica_id.agreement_rate
            acuerdo.clauses = acuerdo.politica_id.agreement_clauses

    @api.depends("linea_ids.capital", "linea_ids.interest", "amount_forgiven")
    def _compute_amounts(self):
        for acuerdo in self:
            acuerdo.amount_capital = sum(acuerdo.linea_ids.mapped("capital"))
            acuerdo.amount_interest = sum(acuerdo.linea_ids.mapped("interest"))
            acuerdo.amount_total = acuerdo.amount_capital + acuerdo.amount_interest - acuerdo.amount_forgiven

    @api.depends("amount_total", "amount_forgiven", "politica_id.agreement_upper_from")
    def _compute_upper_signature(self):
        """Forgiving interest always takes the last signature."""
        for acuerdo in self:
            limit = acuerdo.politica_id.agreement_upper_from
            acuerdo.upper_signature = bool(acuerdo.amount_forgiven) or acuerdo.amount_total >= limit

    @api.depends(
        "amount_capital", "amount_interest", "amount_forgiven", "down_payment", "down_date", "count", "annual_rate",
        "first_date", "date",
    )  # fmt: skip
    def _compute_cuota_ids(self):
        """The plan follows the terms while it is a draft; terms that make none leave it empty until they are right."""
        for acuerdo in self.filtered(lambda a: a.state == "draft"):
            try:
                # A slip of the keyboard must not plan a million months.
                within = acuerdo.count <= acuerdo.politica_id.agreement_max_count
                cuotas = plan(**acuerdo._terminos()._asdict()) if within else []
            except (ValueError, TypeError, AttributeError):
                cuotas = []
            acuerdo.cuota_ids = [Command.clear(), *(Command.create(self._valores_cuota(c)) for c in cuotas)]

    def _terminos(self):
        """What the plan is computed from, as `rules.agreements.plan` takes it."""
        self.ensure_one()
        return Terminos(
            capital=decimal(self.amount_capital),
            interest=decimal(self.amount_interest) - decimal(self.amount_forgiven),
            count=self.count,
            first=self.first_date,
            annual_rate=decimal(self.annual_rate),
            down_payment=decimal(self.down_payment),
            down_date=self.down_date or None,
            order=self.politica_id.allocation_order or "interest_first",
            start=self.date or None,
        )

    @api.model
    def _valores_cuota(self, cuota):
        amounts = {name: float(getattr(cuota, name)) for name in ("capital", "interest", "financing")}
        return {"number": cuota.number, "date_due": cuota.due, **amounts}

    @api.depends("cuota_ids.amount", "cuota_ids.financing")
    def _compute_amount_plan(self):
        for acuerdo in self:
            acuerdo.amount_financing = sum(acuerdo.cuota_ids.mapped("financing"))
            acuerdo.amount_plan = sum(acuerdo.cuota_ids.mapped("amount"))

    @api.depends("state", "linea_ids.capital", "partida_ids.amount_residual", "partida_ids.parent_state")
    def _compute_amount_paid(self):
        """Read from the items while it is in force; what was paid until it ended stays."""
        for acuerdo in self:
            in_force = acuerdo.state == "active"
            acuerdo.amount_paid = max(acuerdo._pagado(), 0.0) if in_force else acuerdo.amount_paid

    def _recibir(self):
        """Money on account reached these agreements by SQL: what was paid of them is read again."""
        self.invalidate_recordset(["partida_ids"], flush=False)
        self.modified(["partida_ids"])

    def _pagado(self):
        """What the items under the agreement say was paid of it, in company currency.

        An invoice taken back to draft, or cancelled, owes nothing and was not paid.
        """
        self.ensure_one()
        agreed = {linea.partida_id: linea.capital for linea in self.linea_ids}
        items = self.partida_ids.filtered(lambda item: item.parent_state == "posted")
        # Its own interest counts from its amount, money on account as the credit it is.
        before = (agreed.get(item, max(item.amount, 0.0)) for item in items)
        return self.company_currency_id.round(sum(before) - sum(items.mapped("amount_residual")))

    @api.depends("amount_plan", "amount_paid")
    def _compute_amount_due(self):
        for acuerdo in self:
            acuerdo.amount_due = max(acuerdo.amount_plan - acuerdo.amount_paid, 0.0)

    @api.depends("cuota_ids.state", "cuota_ids.amount_due")
    def _compute_missed(self):
        for acuerdo in self:
            cuotas = acuerdo.cuota_ids
            missed = cuotas.filtered(lambda c: c.state == "missed")
            acuerdo.missed_count = len(missed)
            acuerdo.amount_missed = sum(missed.mapped("amount_due"))
            acuerdo.next_date = min((cuotas - missed).filtered("amount_due").mapped("date_due"), default=False)

    @api.model
    def _read_group_states(self, states, domain):
        """Kanban columns: the whole way to being in force, and those of its ends that have something."""
        return [state for state, _label in STATES if state in (*ALIVE, "draft") or state in states]

    # --- guards ---------------------------------------------------------------------------------------------------

    @api.constrains("count", "annual_rate", "amount_forgiven", "down_payment", "down_date", "first_date", "date")
    def _check_terms(self):
        for acuerdo in self.filtered(lambda a: a.state == "draft"):
            for sentence in problemas(acuerdo, only_terms=True):
                raise ValidationError(sentence)

    def write(self, vals):
        # EXTENDS cartera.firmable
        res = super().write(vals)
        if "date" in vals:
            self.filtered(lambda a: a.state == "draft")._liquidar()
        return res

    def _exigir_escribible(self, vals):
        # EXTENDS cartera.tecleado
        fixed = self.filtered(lambda a: a.state != "draft")
        if fixed and set(TERMS) & vals.keys():
            raise UserError(
                self.env._(
                    "%s is not a draft any more. Take it back to draft to change it: the debtor then accepts it again, "
                    "and the signatures given do not count.",
                    fixed[0].display_name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_draft(self):
        if any(a.state != "draft" or a.number for a in self):
            raise UserError(self.env._("Only drafts that were never proposed are deleted: cancel it instead."))

    # --- what is owed ---------------------------------------------------------------------------------------------

    def action_liquidate(self):
        """Read again what is owed of the items of a draft."""
        self.check_access("write")
        if any(a.state != "draft" for a in self):
            raise UserError(self.env._("Only a draft is liquidated again: take it back to draft."))
        self._liquidar()
        return True

    def _liquidar(self):
        """Write on the lines what the ledger says now of their capital, and its late interest until the date."""
        for acuerdo in self.sudo():
            deudas = Deudas(acuerdo.env, acuerdo.company_id, acuerdo.date)
            partidas = deudas.leer(acuerdo.expediente_id)[acuerdo.expediente_id.id]
            mine = set(acuerdo.linea_ids.partida_id.ids)
            try:
                obligaciones = deudas.liquidar([p for p in partidas if p.id in mine], acuerdo.politica_id)
            except ValueError as error:
                raise UserError(acuerdo.env._("The debt cannot be liquidated. %s", error)) from error
            owed = {o.partida.id: o for o in obligaciones}
            plan_field = acuerdo._fields["cuota_ids"]
            with self.env.protecting([plan_field], acuerdo):  # planned once, not after each line
                for linea in acuerdo.linea_ids:
                    linea.write(deuda(owed.get(linea.partida_id.id)))
            self.env.add_to_compute(plan_field, acuerdo)

    # --- what was paid --------------------------------------------------------------------------------------------

    def _imputar(self):
        """{instalment: Pagado} by the order of the policy."""
        self.ensure_one()
        cuotas = self.cuota_ids.sorted(lambda c: (c.date_due, c.number))
        order = self.politica_id.allocation_order or "interest_first"
        paid = impute(decimal(self.amount_paid), [c._cuota() for c in cuotas], order)
        return dict(zip(cuotas, paid, strict=True))

    # --- doors ----------------------------------------------------------------------------------------------------

    def action_open_dossier(self):
        self.ensure_one()
        return self.expediente_id._get_records_action()

    def action_open_instalments(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_acuerdo_cuota_action")
        return dict(action, domain=[("acuerdo_id", "=", self.id)], context={})
