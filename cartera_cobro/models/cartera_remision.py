from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .cartera_deuda import Deudas, deuda
from .cartera_remision_politica import DESTINATIONS
from .cartera_remision_revision import lista

STATES = [
    ("draft", "Draft"),
    ("sent", "Sent"),
    ("received", "Received"),
    ("returned", "Returned"),
    ("closed", "Closed"),
]
# While somebody else has its items.
UNDER_WAY = ("sent", "received")
RETURNS = [
    ("evidence", "Evidence is missing"),
    ("title", "The title is not clear, express or enforceable"),
    ("amount", "The amounts do not match"),
    ("address", "The debtor or the address cannot be identified"),
    ("prescribed", "It prescribed"),
    ("cost", "It costs more than it would bring"),
    ("other", "Another reason"),
]
CLOSINGS = [
    ("paid", "Paid in full"),
    ("agreement", "Payment agreement in force"),
    ("ruling", "Ended by a ruling"),
    ("committee", "Decided by the committee"),
]
# What is referred, to whom and why: fixed once it is sent.
TERMS = (
    "expediente_id destination etapa_id acuerdo_id linea_ids assets_note evidence_note prescription_note note user_id"
).split()
CODES = {"coactive": "COA", "legal": "JUR"}
COORDINATOR = "cartera_cobro.group_cartera_tesorero"


class CarteraRemision(models.Model):
    """A referral of a debtor's items to a lawyer, to coactive collection or to an agency, with its documents.

    Drafted, sent with its file, received; then the events of the case follow it until it is closed, or it comes back.
    While it is under way its items are nobody else's to chase. How it goes on is in `cartera_remision_estado`, what it
    has to have in `cartera_remision_revision`, its file in `cartera_remision_carpeta`.
    """

    _name = "cartera.remision"
    _description = "Referral"
    _inherit = ["cartera.firmable", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_names_search = ["number", "process_number", "partner_id.name", "partner_id.vat"]
    _check_company_auto = True
    _state_from = ["draft"]
    _state_to = ["sent"]
    _cancel_state = "returned"

    number = fields.Char(readonly=True, copy=False, index="trigram", help="Consecutive of the company and year.")
    expediente_id = fields.Many2one(
        "cartera.expediente", string="Dossier", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="expediente_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="expediente_id.partner_id", string="Debtor", store=True, index=True)
    politica_id = fields.Many2one(related="expediente_id.politica_id", string="Policy")
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    destination = fields.Selection(
        DESTINATIONS, compute="_compute_destination", store=True, readonly=False, required=True, precompute=True
    )
    etapa_id = fields.Many2one(
        "cartera.etapa",
        string="Stage of Its Items",
        compute="_compute_etapa_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        domain="[('politica_id', '=', politica_id), ('kind', '=', 'legal')]",
        help="Where they go when it is sent. Empty: they stay where they are (agencies).",
    )
    abogado_id = fields.Many2one(
        "res.users",
        string="Lawyer",
        index=True,
        tracking=True,
        domain=lambda self: [
            ("all_group_ids", "in", self.env.ref("cartera_cobro.group_cartera_abogado").ids),
            ("share", "=", False),
        ],
        help="Who works the case here: sees it, records its events.",
    )
    agent_id = fields.Many2one(
        "res.partner", string="Outside Lawyer or Agency", tracking=True, help="Gets the memo and the file by e-mail."
    )
    user_id = fields.Many2one(
        "res.users", string="Prepared By", default=lambda self: self.env.user, domain="[('share', '=', False)]"
    )
    acuerdo_id = fields.Many2one(
        "cartera.acuerdo",
        string="Agreement Broken",
        ondelete="restrict",
        domain="[('expediente_id', '=', expediente_id), ('state', '=', 'breached'), ('date_cured', '=', False)]",
        check_company=True,
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
    linea_ids = fields.One2many("cartera.remision.linea", "remision_id", string="Obligations", copy=False)
    date = fields.Date(string="Liquidated On", readonly=True, copy=False, help="Late interest runs until this day.")
    amount_capital = fields.Monetary(
        string="Capital", compute="_compute_amounts", store=True, currency_field="company_currency_id"
    )
    amount_interest = fields.Monetary(
        string="Late Interest", compute="_compute_amounts", store=True, currency_field="company_currency_id"
    )
    amount_total = fields.Monetary(
        string="Referred", compute="_compute_amounts", store=True, currency_field="company_currency_id"
    )
    amount_residual = fields.Monetary(
        string="Capital Now", compute="_compute_amount_residual", currency_field="company_currency_id"
    )
    amount_collected = fields.Monetary(
        string="Taken Off Since",
        compute="_compute_amount_residual",
        currency_field="company_currency_id",
        help="What payments and credit notes took off the capital since it was liquidated.",
    )
    prescription_date = fields.Date(
        string="Prescribes On",
        compute="_compute_prescription_date",
        help="The first day on which one of its items prescribes.",
    )
    # --- what it has to have ----------------------------------------------------------------------------------------
    checklist = fields.Html(compute="_compute_checklist", sanitize=False)
    is_missing = fields.Boolean(string="Something Is Missing", compute="_compute_checklist")
    evidence_note = fields.Char(
        string="Where the Evidence Is",
        copy=False,
        help="Attempts and letters from before this system are not in its log: a coordinator says where they are kept.",
    )
    prescription_note = fields.Char(
        string="Why Although Prescribed", copy=False, help="e.g. The debtor renounced it, or the term is argued."
    )
    assets_note = fields.Text(string="Assets and Guarantees", help="What is known of what the debtor owns.")
    note = fields.Text(string="Facts", help="For the memo: what happened, in Spanish.")
    needs_signature = fields.Boolean(related="politica_id.referral_signed")
    # --- sent, received, ended --------------------------------------------------------------------------------------
    date_sent = fields.Date(string="Sent", readonly=True, copy=False)
    sent_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    memo_id = fields.Many2one("ir.attachment", readonly=True, copy=False, ondelete="restrict")
    carpeta_id = fields.Many2one("ir.attachment", string="File", readonly=True, copy=False, ondelete="restrict")
    carpeta_sha256 = fields.Char(string="SHA-256 of the File", readonly=True, copy=False)
    certificado_id = fields.Many2one(
        "cartera.certificado", string="Debt Certificate", readonly=True, copy=False, ondelete="restrict"
    )
    date_received = fields.Date(string="Received", readonly=True, copy=False)
    received_by = fields.Char(readonly=True, copy=False)
    filing_number = fields.Char(readonly=True, copy=False, help="Of the receipt (radicado).")
    receipt_id = fields.Many2one("ir.attachment", string="Stamped Copy", readonly=True, copy=False, ondelete="restrict")
    date_end = fields.Date(string="Ended", readonly=True, copy=False)
    return_reason = fields.Selection(RETURNS, readonly=True, copy=False)
    end_kind = fields.Selection(CLOSINGS, string="How It Ended", readonly=True, copy=False)
    end_note = fields.Char(readonly=True, copy=False)
    # --- the case -----------------------------------------------------------------------------------------------------
    process_number = fields.Char(copy=False, tracking=True, help="23 digits in ordinary courts.")
    court = fields.Char(string="Court or Authority", copy=False, tracking=True)

    _number_uniq = models.UniqueIndex(
        "(company_id, number) WHERE number IS NOT NULL", "This number was given to another referral: try again."
    )
    _cases = models.Index("(company_id, abogado_id) WHERE state IN ('sent', 'received')")

    # --- computes -------------------------------------------------------------------------------------------------

    @api.depends("number", "partner_id")
    def _compute_display_name(self):
        for remision in self:
            pieces = [self.env._("Referral"), remision.number, remision.partner_id.display_name]
            remision.display_name = " ".join(piece for piece in pieces if piece)

    @api.depends("expediente_id")
    def _compute_destination(self):
        for remision in self:
            remision.destination = remision.politica_id.referral_destination or remision.destination or "legal"

    @api.depends("expediente_id", "destination")
    def _compute_etapa_id(self):
        """The legal stage; of several, the one whose code says so."""
        for remision in self:
            legal = remision.politica_id.etapa_ids.filtered(lambda e: e.kind == "legal").sorted("sequence")
            code = CODES.get(remision.destination)
            named = legal.filtered_domain([("code", "=", code)])
            remision.etapa_id = False if remision.destination == "agency" else (named or legal)[:1]

    @api.depends("linea_ids.capital", "linea_ids.interest")
    def _compute_amounts(self):
        for remision in self:
            remision.amount_capital = sum(remision.linea_ids.mapped("capital"))
            remision.amount_interest = sum(remision.linea_ids.mapped("interest"))
            remision.amount_total = remision.amount_capital + remision.amount_interest

    @api.depends(
        "linea_ids.capital", "linea_ids.amount_residual", "linea_ids.partida_id.castigo_movimiento_ids.amount"
    )
    def _compute_amount_residual(self):
        """A write-off takes nothing off: it was not paid."""
        written_off = self.linea_ids.partida_id._castigado_por_partida()
        for remision in self:
            left = sum(max(linea.amount_residual, 0.0) for linea in remision.linea_ids)
            off = sum(written_off.get(item, 0.0) for item in remision.linea_ids.partida_id)
            remision.amount_residual = left
            remision.amount_collected = max(remision.amount_capital - left - off, 0.0)

    @api.depends("linea_ids.prescription_date", "linea_ids.amount_residual")
    def _compute_prescription_date(self):
        for remision in self:
            owed = remision.linea_ids.filtered(lambda line: line.amount_residual > 0)
            remision.prescription_date = min(filter(None, owed.mapped("prescription_date")), default=False)

    @api.depends(
        "linea_ids.partida_id", "linea_ids.capital", "destination", "etapa_id", "acuerdo_id", "abogado_id", "agent_id",
        "evidence_note", "prescription_note", "assets_note", "state",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_checklist(self):
        """Only of drafts: what was sent had it all."""
        self.checklist = self.is_missing = False
        for remision in self.filtered(lambda r: r.state == "draft" and r.expediente_id):
            requisitos, problemas = lista(remision)
            remision.is_missing = bool(problemas)
            values = {"requisitos": requisitos, "problemas": problemas}
            remision.checklist = self.env["ir.qweb"]._render("cartera_cobro.remision_lista", values)

    @api.model
    def _read_group_states(self, states, domain):
        return [state for state, _label in STATES]

    # --- guards ---------------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS cartera.firmable
        for vals in vals_list:
            self._exigir_quien_guarda(vals)
        remisiones = super().create(vals_list)
        remisiones._liquidar()
        return remisiones

    def _exigir_quien_guarda(self, vals):
        """AccessError: somebody else than a coordinator says where evidence is kept."""
        if vals.get("evidence_note") and not self.env.su and not self.env.user.has_group(COORDINATOR):
            raise AccessError(self.env._("Only a coordinator says where evidence that is not in the log is kept."))

    def _exigir_escribible(self, vals):
        # EXTENDS cartera.tecleado
        self._exigir_quien_guarda(vals)
        sent = self.filtered(lambda r: r.state != "draft")
        if sent and set(TERMS) & vals.keys():
            raise UserError(
                self.env._("%s was sent: what was referred is fixed. Return it to change it.", sent[0].display_name)
            )
        if sent and {"abogado_id", "agent_id"} & vals.keys() and not self.env.user.has_group(COORDINATOR):
            raise AccessError(self.env._("Only a coordinator gives a case to another lawyer."))

    @api.constrains("abogado_id")
    def _check_abogado(self):
        for remision in self.filtered("abogado_id"):
            if remision.company_id not in remision.abogado_id.sudo().company_ids:
                raise UserError(
                    self.env._(
                        "%(lawyer)s does not work in %(company)s: choose a lawyer of that company.",
                        lawyer=remision.abogado_id.name,
                        company=remision.company_id.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_draft(self):
        if any(r.state != "draft" for r in self):
            raise UserError(self.env._("A referral that was sent is kept: return or close it."))

    # --- drafting -------------------------------------------------------------------------------------------------

    @api.model
    def _preparar(self, expediente, partidas=None, **vals):
        """A draft of a dossier's `partidas` (default: every overdue one that is free), liquidated to today.

        vals: other values of the referral. UserError where there is nothing to refer.
        """
        self.check_access("create")
        expediente.ensure_one()
        chosen = partidas if partidas is not None else expediente._partidas_por_remitir()
        chosen = chosen.filtered(lambda p: p.is_open and p.amount_residual > 0)
        if not chosen:
            raise UserError(
                self.env._(
                    "%s has nothing overdue to refer: it is paid, held, agreed on or referred already.",
                    expediente.partner_id.display_name,
                )
            )
        lawyer = expediente.company_id._cartera_abogado()
        return self.create(
            {
                "expediente_id": expediente.id,
                "abogado_id": lawyer.id,
                "linea_ids": [Command.create({"partida_id": item.id}) for item in chosen],
                **vals,
            }
        )

    def action_liquidate(self):
        """Read again what is owed of the items of a draft."""
        self.check_access("write")
        self._exigir_estado("draft")
        self._liquidar()
        return True

    def _liquidar(self):
        """Write on the lines of drafts what the ledger says now of their capital, and its late interest until today."""
        for remision in self.sudo().filtered(lambda r: r.state == "draft"):
            obligaciones = remision._obligaciones()
            remision.date = remision.company_id._cartera_hoy()
            for linea in remision.linea_ids:
                linea.write(deuda(obligaciones.get(linea.partida_id.id)))

    def _obligaciones(self):
        """{item id: Obligacion} of what is owed now of its items, whatever its state."""
        self.ensure_one()
        deudas = Deudas(self.env, self.company_id)
        mine = set(self.linea_ids.partida_id.ids)
        partidas = [p for p in deudas.leer(self.expediente_id)[self.expediente_id.id] if p.id in mine]
        try:
            return {o.partida.id: o for o in deudas.liquidar(partidas, self.politica_id)}
        except ValueError as error:
            raise UserError(self.env._("The debt cannot be liquidated. %s", error)) from error

    # --- doors ----------------------------------------------------------------------------------------------------

    def action_open_dossier(self):
        self.ensure_one()
        return self.expediente_id._get_records_action()


class CarteraPartida(models.Model):
    _inherit = "cartera.partida"

    remision_id = fields.Many2one(
        "cartera.remision",
        string="Referral",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The referral under way that it belongs to: age does not move it meanwhile.",
    )
