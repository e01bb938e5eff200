from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .avisos import dinero
from .cartera_acta import DECISIONS, OPEN, WRITING_OFF

# D. 445/2017, article 2.5.6.3; other reglamentos have their own.
CAUSES = [
    ("prescription", "Prescription"),
    ("expiry", "Expiry of the action (caducidad)"),
    ("unenforceable", "Loss of enforceability of the act"),
    ("insolvency", "Proven non-existence or insolvency of the debtor"),
    ("cost_benefit", "Cost-benefit"),
    ("other", "Another"),
]
STATES = [
    ("pending", "To Decide"),
    ("decided", "Decided"),
    ("rejected", "Not Approved"),
    ("postponed", "Postponed"),
    ("dropped", "Dropped"),
    ("executed", "Carried Out"),
]
# What the committee sees and decides on: fixed once the minutes are closed.
TEXT = (
    "debtor_name debtor_vat origin amount_capital amount_interest interest_note amount_impaired days oldest_due stage "
    "attempts direct_contacts letters letters_received promises promises_kept agreements referral last_events "
    "prescription_date amount_prescribed obligations collection_cost recovery_percent reason evidence legal_opinion "
    "proposed decision cause cause_note authority drop_note"
).split()


class CarteraActaCaso(models.Model):
    """A case of a session: a debtor's items, with the sheet that the committee saw and what it decided."""

    _name = "cartera.acta.caso"
    _description = "Case before a Committee"
    _order = "acta_id, sequence, id"
    _rec_name = "expediente_id"
    _check_company_auto = True

    acta_id = fields.Many2one("cartera.acta", string="Minutes", required=True, index=True, ondelete="restrict")
    acta_state = fields.Selection(related="acta_id.state", string="State of the Minutes", store=True)
    comite_id = fields.Many2one(related="acta_id.comite_id", string="Committee", store=True, index=True)
    company_id = fields.Many2one(related="acta_id.company_id", store=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(related="acta_id.date", string="Session On", store=True)
    sequence = fields.Integer(default=10)
    expediente_id = fields.Many2one(
        "cartera.expediente", string="Dossier", required=True, index=True, ondelete="restrict"
    )
    partida_ids = fields.Many2many(
        "cartera.partida",
        string="Items",
        compute="_compute_partida_ids",
        store=True,
        readonly=False,
        bypass_search_access=True,
        domain="[('expediente_id', '=', expediente_id), ('is_open', '=', True), ('amount_residual', '>', 0)]",
    )
    reason = fields.Char(string="Why It Is Here", help="The rule that proposed it, or who brought it and why.")
    state = fields.Selection(STATES, required=True, default="pending", readonly=True, copy=False, index=True)
    # --- what is proposed and decided -----------------------------------------------------------------------------
    proposed = fields.Selection(DECISIONS, string="Decision Proposed")
    decision = fields.Selection(DECISIONS, readonly=True, copy=False, help="Once the majority was reached.")
    cause = fields.Selection(CAUSES, help="Why the debt leaves the accounts (D. 445/2017).")
    cause_note = fields.Char(string="Cause, in Detail", help="What proves it.")
    authority = fields.Char(
        compute="_compute_authority",
        store=True,
        readonly=False,
        precompute=True,
        help="The rule or act that lets the committee decide so.",
    )
    lawyer_id = fields.Many2one(
        "res.users", domain="[('share', '=', False), ('company_ids', 'in', company_id)]"
    )
    legal_opinion = fields.Text(string="Lawyer's Opinion")
    evidence = fields.Text(help="What proves the debt and what was done to collect it.")
    # --- votes ----------------------------------------------------------------------------------------------------
    voto_ids = fields.One2many("cartera.acta.voto", "caso_id", string="Votes", copy=False)
    yes_count = fields.Integer(string="In Favour", compute="_compute_counts")
    no_count = fields.Integer(string="Against", compute="_compute_counts")
    abstain_count = fields.Integer(string="Abstain", compute="_compute_counts")
    may_vote = fields.Boolean(compute="_compute_may_vote", help="Whether the user has a vote in this case.")
    # --- what came of it ------------------------------------------------------------------------------------------
    compromiso_ids = fields.One2many("cartera.acta.compromiso", "caso_id", string="Commitments")
    drop_note = fields.Char(string="Left Out", readonly=True, copy=False, help="Items that were paid meanwhile.")
    date_executed = fields.Datetime(string="Carried Out On", readonly=True, copy=False)
    execution_note = fields.Char(string="What Was Done", readonly=True, copy=False)
    document = fields.Reference(selection="_selection_document", string="What It Opened", readonly=True, copy=False)

    # --- computes -------------------------------------------------------------------------------------------------

    @api.model
    def _selection_document(self):
        return self.env["cartera.etapa.cambio"]._selection_document()

    @api.depends("expediente_id")
    def _compute_partida_ids(self):
        """Everything overdue of the dossier, unless somebody chose the items."""
        for caso in self.filtered(lambda c: not c.partida_ids):
            today = (caso.company_id or self.env.company)._cartera_hoy()
            caso.partida_ids = caso.expediente_id.partida_open_ids.filtered(
                lambda p, day=today: p.amount_residual > 0 and p.date_due and p.date_due < day
            )

    @api.depends("acta_id")
    def _compute_authority(self):
        for caso in self:
            caso.authority = caso.authority or caso.acta_id.comite_id.authority

    @api.depends("voto_ids.vote")
    def _compute_counts(self):
        for caso in self:
            votes = caso.voto_ids.mapped("vote")
            caso.yes_count, caso.no_count = votes.count("yes"), votes.count("no")
            caso.abstain_count = votes.count("abstain")

    @api.depends("voto_ids.user_id", "acta_state")
    @api.depends_context("uid")
    def _compute_may_vote(self):
        for caso in self:
            caso.may_vote = caso.acta_state == "session" and self.env.user in caso.voto_ids.user_id

    @api.depends("debtor_name", "expediente_id")
    def _compute_display_name(self):
        for caso in self:
            caso.display_name = caso.debtor_name or caso.expediente_id.display_name

    def _de_baja(self):
        """Those whose decision takes the debt out of the accounts."""
        return self.filtered(lambda c: c.decision in WRITING_OFF)

    def _texto(self):
        """What of it the minutes say (JSON-able), which is what signatures fix."""
        values = {name: self[name] for name in TEXT}
        state = "decided" if self.state == "executed" else self.state
        votes = [(v.asistente_id.id, v.vote, v.note) for v in self.voto_ids.sorted("id")]
        return [self.id, values, state, self.lawyer_id.id, sorted(self.partida_ids.ids), votes]

    # --- guards ---------------------------------------------------------------------------------------------------

    @api.constrains("expediente_id", "acta_id", "partida_ids")
    def _check_items(self):
        for caso in self.sudo():
            expediente, acta = caso.expediente_id, caso.acta_id
            if expediente.company_id != acta.company_id:
                raise ValidationError(
                    self.env._(
                        "%(dossier)s is of %(company)s: a committee decides on its own company's debtors.",
                        dossier=expediente.display_name,
                        company=expediente.company_id.name,
                    )
                )
            astray = caso.partida_ids.filtered(lambda p, mine=expediente: p.expediente_id != mine)
            if astray:
                raise ValidationError(
                    self.env._("%s is not of this debtor: a case is of one dossier.", astray[0].display_name)
                )

    @api.constrains("expediente_id", "acta_id", "proposed", "state")
    def _check_once(self):
        """One case per dossier in a session, and no two bodies on the same decision at a time."""
        alive = ("pending", "decided")
        mine = self.filtered(lambda c: c.acta_state in OPEN)
        domain = [("expediente_id", "in", mine.expediente_id.ids), ("acta_state", "in", (*OPEN, "approval", "signed"))]
        others = self.sudo().search(domain).grouped("expediente_id")
        for caso in mine:
            for other in others.get(caso.expediente_id, self.browse()) - caso:
                if other.acta_id == caso.acta_id:
                    raise ValidationError(
                        self.env._("%s is in this session already: one case per debtor.", caso.display_name)
                    )
                if caso.state in alive and other.state in alive and other.proposed == caso.proposed:
                    raise ValidationError(
                        self.env._(
                            "%(debtor)s is before %(body)s for the same decision (%(minutes)s): wait for what it "
                            "decides, or take the case out there.",
                            debtor=caso.display_name,
                            body=other.comite_id.name,
                            minutes=other.acta_id.display_name,
                        )
                    )

    @api.constrains("proposed", "partida_ids")
    def _check_power(self):
        for caso in self.filtered(lambda c: c.acta_state in OPEN):
            caso._exigir_poder()

    def _exigir_poder(self):
        """Only a body with the power decides that debts leave the accounts, up to its maximum."""
        for caso in self.sudo().filtered(lambda c: c.proposed in WRITING_OFF):
            comite = caso.comite_id
            label = dict(self._fields["proposed"]._description_selection(self.env))[caso.proposed]
            if not comite[WRITING_OFF[caso.proposed]]:
                raise ValidationError(
                    self.env._(
                        "%(body)s has no power for this decision: %(decision)s. Take the case to a body that has it.",
                        body=comite.name,
                        decision=label,
                    )
                )
            # Once the text is fixed, what is written off is what it says, whatever is owed by then.
            fixed = caso.acta_state not in OPEN
            capital = sum(caso._segun_la_ficha().values() if fixed else caso.partida_ids.mapped("amount_residual"))
            if comite.max_write_off and capital > comite.max_write_off:
                raise ValidationError(
                    self.env._(
                        "%(debtor)s owes %(capital)s, and %(body)s decides up to %(most)s: take the case to a body "
                        "with the power.",
                        debtor=caso.display_name,
                        capital=dinero(comite, capital),
                        body=comite.name,
                        most=dinero(comite, comite.max_write_off),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        casos = super().create(vals_list)
        casos.acta_id._exigir_abierta()
        casos._refrescar()
        casos._preparar_votos()
        return casos

    def write(self, vals):
        if not self.env.su:
            self._check_editable(vals)
        res = super().write(vals)
        if "partida_ids" in vals and not self.env.su:
            self._refrescar()
        return res

    def _check_editable(self, vals):
        self.acta_id._exigir_abierta()
        if {"expediente_id", "acta_id"} & vals.keys():
            raise UserError(self.env._("A case stays with its debtor and its session: take it out and add another."))
        if any(self._fields[name].readonly and self._fields[name].store for name in vals if name in self._fields):
            raise UserError(self.env._("The sheet of a case and what is decided are written by its buttons."))
        if {"proposed", "partida_ids", "cause"} & vals.keys():
            for voto in self.voto_ids.filtered("vote")[:1]:
                raise UserError(
                    self.env._(
                        "Votes were cast on %s as it is: take them back before proposing something else.",
                        voto.caso_id.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_open(self):
        self.acta_id._exigir_abierta()
        self._devolver_etapa()

    # --- people's actions -----------------------------------------------------------------------------------------

    def _exigir_en_curso(self):
        self.check_access("write")
        self.acta_id._exigir_abierta()

    def action_refresh(self):
        """Read again what is owed and what was done; what was paid leaves the case, with a note."""
        self._exigir_en_curso()
        self._refrescar()
        return True

    def action_postpone(self):
        """Left for another session."""
        self._exigir_en_curso()
        self._quitar_votos()
        self.sudo().filtered(lambda c: c.state in ("pending", "decided", "rejected")).state = "postponed"
        return True

    def action_resume(self):
        """Back before this session."""
        self._exigir_en_curso()
        self.sudo().filtered(lambda c: c.state == "postponed").state = "pending"
        return True

    def action_clear_votes(self):
        """Take the votes back, to propose something else or vote again."""
        self._exigir_en_curso()
        self._quitar_votos()
        return True

    def _quitar_votos(self):
        self.sudo().voto_ids.write({"vote": False, "recorded_by_id": False})
        self._contar_votos()

    def action_open_dossier(self):
        self.ensure_one()
        return self.expediente_id._get_records_action()

    def action_open_document(self):
        self.ensure_one()
        return self.document._get_records_action()


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    caso_ids = fields.One2many("cartera.acta.caso", "expediente_id", string="Cases before Committees")
    committee_count = fields.Integer(compute="_compute_committee_count")

    def _compute_committee_count(self):
        counts = dict(
            self.env["cartera.acta.caso"]
            .sudo()
            ._read_group(
                [("expediente_id", "in", self.ids), ("acta_state", "!=", "cancelled")], ["expediente_id"], ["__count"]
            )
        )
        for expediente in self:
            expediente.committee_count = counts.get(expediente, 0)

    def action_committee(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_acta_caso_action")
        return dict(action, domain=[("expediente_id", "=", self.id)], context={})
