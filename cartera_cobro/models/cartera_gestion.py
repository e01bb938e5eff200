from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_datetime

from ..rules.contact import BOGOTA, REASONS, Verdict
from .cartera_autorizacion import CHANNEL_LABELS, PURPOSE_LABELS
from .cartera_contacto import Caso, Guardia, consciente, explicar, primer_dia
from .cartera_resultado import INTENDS, RESULTADOS, STEPS
from .cartera_vinculado import ROLES

CALL_CHANNELS = ("call", "whatsapp", "sms", "ivr")
# Read-only on the screen, and yet of whoever records it: where, for which activity, from which agency's log.
SAID_BY_PEOPLE = {"expediente_id", "activity_id", "agency_id", "external_ref"}
# What makes a contact an agency's, which is recorded whatever the law said: never a default of who opens a dialogue.
OF_AN_AGENCY = {"agency_id", "external_ref"}

VERDICTS = [
    ("OK", "Allowed"),
    ("BLOCKED", "On hold"),
    ("REFERENCE", "A reference"),
    ("NO_CONSENT", "Not authorised"),
    ("VISIT", "Visit"),
    ("SUNDAY", "Sunday"),
    ("HOLIDAY", "Holiday"),
    ("WINDOW", "Outside hours"),
    ("ONCE_PER_DAY", "Twice a day"),
    ("OTHER_CHANNEL_WEEK", "Another channel that week"),
]
assert tuple(code for code, _label in VERDICTS) == REASONS


class CarteraGestion(models.Model):
    """A contact with a debtor, or an attempt: append-only. What was recorded wrong is annulled, with a reason.

    Outbound contacts pass the guard of Ley 2300 (`res.partner.cartera_check_contact`), whose verdict is kept here; what
    it refuses is recorded only with a coordinator's reason, or when it comes from an agency's log, and counts as such.
    """

    _name = "cartera.gestion"
    _description = "Contact"
    _order = "date desc, id desc"
    _rec_name = "date"
    _check_company_auto = True

    expediente_id = fields.Many2one(
        "cartera.expediente", string="Dossier", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="expediente_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="expediente_id.partner_id", string="Debtor", store=True, index=True)
    date = fields.Datetime(string="When", required=True, default=fields.Datetime.now)
    day = fields.Date(compute="_compute_day", store=True, index=True, help="The day in Colombia.")
    channel = fields.Selection(CHANNEL_LABELS, required=True, default="call")
    direction = fields.Selection([("out", "We contacted"), ("in", "They contacted us")], required=True, default="out")
    purpose = fields.Selection(
        PURPOSE_LABELS,
        required=True,
        default="collection",
    )
    result = fields.Selection([(code, r.label) for code, r in RESULTADOS.items()], required=True)
    direct = fields.Boolean(
        string="Two-Way", compute="_compute_direct", store=True, readonly=False, help="The person was spoken to."
    )
    # --- with whom ------------------------------------------------------------------------------------------------
    role = fields.Selection(ROLES, string="Spoke With", compute="_compute_role", store=True, readonly=False)
    vinculado_id = fields.Many2one(
        "cartera.vinculado",
        string="Linked Person",
        domain="[('expediente_id', '=', expediente_id)]",
        ondelete="restrict",
    )
    person_id = fields.Many2one(
        "res.partner", compute="_compute_person", store=True, index=True, help="Whose rest counts."
    )
    contact_name = fields.Char(string="Name Given", help="Who answered, where it was not the person sought.")
    medio_id = fields.Many2one(
        "cartera.medio", string="Rated Phone or Address", domain="[('vinculado_id.expediente_id', '=', expediente_id)]"
    )
    address = fields.Char(string="Number or Address", compute="_compute_address", store=True, readonly=False)
    # --- what came of it ------------------------------------------------------------------------------------------
    partida_ids = fields.Many2many(
        "cartera.partida",
        string="Obligations",
        domain="[('expediente_id', '=', expediente_id), ('is_open', '=', True)]",
    )
    amount_overdue = fields.Monetary(
        string="Overdue Then", currency_field="company_currency_id", compute="_compute_amount_overdue", store=True
    )
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    intends_to_pay = fields.Selection(
        [("yes", "Yes"), ("no", "No"), ("unsaid", "Not said")],
        compute="_compute_direct",
        store=True,
        readonly=False,
        help="What the debtor said. Nobody asks why it was not paid (Ley 2300).",
    )
    promise_date = fields.Date(string="Promised For")
    promise_amount = fields.Monetary(string="Amount Promised", currency_field="company_currency_id")
    proposal = fields.Char(string="Debtor's Proposal", help="What the debtor proposed, in their words.")
    referred_to = fields.Char(string="Complaint Referred To", help="The unit to which the debtor was sent with it.")
    note = fields.Text()
    evidence_ids = fields.Many2many("ir.attachment", )
    next_step = fields.Selection(
        [(code, label) for code, (_type, label) in STEPS.items()], compute="_compute_next", store=True, readonly=False
    )
    next_date = fields.Date(string="On", compute="_compute_next", store=True, readonly=False)
    # --- attempts, guard ------------------------------------------------------------------------------------------
    round = fields.Integer(readonly=True, aggregator=None, help="Round that the attempt belongs to; 0 does not count.")
    attempt_no = fields.Integer(string="Attempt", readonly=True, aggregator=None)
    verdict = fields.Selection(
        VERDICTS, string="Ley 2300", readonly=True, help="What Ley 2300 said at that instant."
    )
    unlawful = fields.Boolean(
        compute="_compute_unlawful", store=True, help="Made although Ley 2300 did not allow it at that instant."
    )
    override_reason = fields.Char(string="Why All the Same", help="A coordinator's reason to record it.")
    verdict_text = fields.Char(string="May They Be Contacted", compute="_compute_verdict_text")
    is_allowed = fields.Boolean(compute="_compute_verdict_text")
    activity_id = fields.Many2one(
        "mail.activity", string="Planned As", readonly=True, ondelete="set null", help="The activity it completes."
    )
    user_id = fields.Many2one(
        "res.users", string="Officer", required=True, default=lambda self: self.env.user, readonly=True, index=True
    )
    agency_id = fields.Many2one("res.partner", readonly=True, help="Whose log it comes from.")
    external_ref = fields.Char(string="Agency's Reference", readonly=True, index="btree_not_null")
    # --- annulment --------------------------------------------------------------------------------------------------
    date_annulled = fields.Datetime(string="Annulled On", readonly=True)
    annulled_by_id = fields.Many2one("res.users", readonly=True)
    annulled_reason = fields.Char(readonly=True)

    _dossier_rounds = models.Index("(expediente_id, round, day) WHERE round > 0 AND date_annulled IS NULL")
    _person_direct = models.Index("(person_id, date) WHERE direct AND date_annulled IS NULL")
    _agency_uniq = models.UniqueIndex(
        "(company_id, agency_id, external_ref) WHERE agency_id IS NOT NULL AND external_ref IS NOT NULL",
        "This contact of the agency was imported already.",
    )

    # --- computes -------------------------------------------------------------------------------------------------

    @api.depends("date")
    def _compute_day(self):
        for gestion in self:
            gestion.day = gestion.date and consciente(gestion.date).astimezone(BOGOTA).date()

    @api.depends("channel", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        channels = dict(self._fields["channel"]._description_selection(self.env))
        for gestion in self:
            when = gestion.date and format_datetime(self.env, gestion.date, tz=BOGOTA.key, dt_format="d MMM, HH:mm")
            gestion.display_name = f"{channels.get(gestion.channel, '')}, {when or ''}"

    @api.depends("result")
    def _compute_direct(self):
        for gestion in self:
            gestion.direct = bool(gestion.result) and RESULTADOS[gestion.result].direct
            gestion.intends_to_pay = INTENDS.get(gestion.result, "unsaid")

    @api.depends("vinculado_id")
    def _compute_role(self):
        for gestion in self:
            gestion.role = gestion.vinculado_id.role or "debtor"

    @api.depends("vinculado_id.partner_id", "expediente_id.partner_id")
    def _compute_person(self):
        """Who answers for whom was contacted; of a debtor who becomes part of another, the other."""
        for gestion in self:
            gestion.person_id = gestion._persona().commercial_partner_id

    @api.depends("expediente_id")
    def _compute_amount_overdue(self):
        """What was overdue when the contact was made: later payments change nothing here."""
        for gestion in self:
            gestion.amount_overdue = gestion.expediente_id.amount_overdue

    @api.depends("channel", "medio_id", "vinculado_id", "expediente_id")
    def _compute_address(self):
        for gestion in self:
            gestion.address = gestion.medio_id.value or gestion._direccion()

    def _direccion(self):
        """The debtor's own phone, e-mail or address for the channel; a linked person's comes from its rated ones."""
        partner = self._persona()
        if self.channel in CALL_CHANNELS:
            return partner.phone
        if self.channel == "email":
            return partner.email
        return partner.contact_address_inline if self.channel in ("letter", "visit") else False

    @api.depends("result", "promise_date")
    def _compute_next(self):
        for gestion in self:
            outcome = RESULTADOS.get(gestion.result)
            gestion.next_step = outcome.step if outcome else False
            gestion.next_date = gestion._proxima_fecha() if outcome and outcome.step != "none" else False

    def _proxima_fecha(self):
        """The day of the next step: the promise's, or as many days on as the result asks, when it may be done."""
        if self.result == "promise":
            return self.promise_date
        day = self.company_id._cartera_hoy() + timedelta(days=RESULTADOS[self.result].days)
        person = self.person_id or self.partner_id
        return primer_dia(self.env, self.company_id, day, person, self.expediente_id) if person else day

    @api.depends("verdict", "direction")
    def _compute_unlawful(self):
        for gestion in self:
            gestion.unlawful = gestion.direction == "out" and gestion.verdict not in (False, "OK")

    @api.depends("date", "channel", "purpose", "direction", "vinculado_id", "expediente_id")
    @api.depends_context("lang")
    def _compute_verdict_text(self):
        verdicts = self._veredictos()
        for gestion in self:
            verdict = verdicts.get(gestion)
            gestion.is_allowed = not verdict or verdict.allowed
            gestion.verdict_text = explicar(self.env, verdict) if verdict else False

    def _veredictos(self):
        """{contact: Verdict} of those that the guard judges: what we began and is complete enough to be judged."""
        judged = self.filtered(lambda g: g.direction == "out" and g.channel and g.date and g.expediente_id)
        result = {}
        for company, gestiones in judged.grouped("company_id").items():
            known = gestiones.filtered(lambda g: g._persona())
            casos = [
                Caso(
                    g._persona(), g.date, g.channel, g.purpose or "collection", g.role or "debtor", g._origin.id,
                    g.expediente_id,
                )
                for g in known
            ]
            result |= dict(zip(known, Guardia(self.env, company).juzgar(casos), strict=True))
            # Nobody has recorded what the others authorised.
            for gestion in gestiones - known:
                reason = "REFERENCE" if gestion.role == "reference" else "NO_CONSENT"
                result[gestion] = Verdict(False, reason, None)
        return result

    def _persona(self):
        """The partner contacted; empty for another linked person whom nobody has made a contact of Odoo."""
        linked = self.vinculado_id
        if linked and linked.role != "debtor":
            return linked.partner_id
        return linked.partner_id or self.expediente_id.partner_id

    # --- recording --------------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self._exigir_de_su_mano(vals_list)
            own = {f"default_{name}" for name in self._propios_del_registro() | OF_AN_AGENCY}
            kept = {key: value for key, value in self.env.context.items() if key not in own}
            self = self.with_env(self.env(context=kept))  # pylint: disable=self-cls-assignment
        gestiones = super().create(vals_list)
        gestiones._juzgar()
        gestiones._numerar()
        gestiones._calificar_medios()
        gestiones._cumplir_actividad()
        gestiones._programar_siguiente()
        return gestiones

    @api.model
    def _propios_del_registro(self):
        """Names of what the log itself finds out, and nobody writes: author, verdict, round, annulment…"""
        ours = (field for field in self._fields.values() if field.readonly and field._module == "cartera_cobro")
        return {field.name for field in ours} - SAID_BY_PEOPLE

    @api.model
    def _exigir_de_su_mano(self, vals_list):
        """Guard: who records a contact says what was said; an author is only oneself."""
        own = self._propios_del_registro()
        for vals in vals_list:
            written = {name for name in own & vals.keys() if vals[name]}
            if written - {"user_id"} or vals.get("user_id", self.env.uid) not in (self.env.uid, False):
                raise AccessError(
                    self.env._(
                        "The round, the verdict and the author of a contact are the log's: they are not written."
                    )
                )

    def _juzgar(self):
        """Keep the verdict of each outbound contact, and refuse what the law refuses."""
        for gestion, verdict in self._veredictos().items():
            gestion._anotar({"verdict": verdict.reason})
            if not verdict.allowed and not gestion.agency_id:
                gestion._exigir_motivo(verdict)

    def _exigir_motivo(self, verdict):
        if not self.override_reason:
            raise UserError(
                self.env._(
                    "%s A contact made all the same is recorded by a coordinator, with the reason.",
                    explicar(self.env, verdict),
                )
            )
        if not (self.env.su or self.env.user.has_group("cartera_cobro.group_cartera_tesorero")):
            raise AccessError(self.env._("Only a coordinator may record a contact that Ley 2300 did not allow."))

    def _calificar_medios(self):
        for worked in (True, False):
            self.filtered(lambda g, w=worked: RESULTADOS[g.result].worked is w).medio_id.sudo()._usado(worked)

    def _cumplir_actividad(self):
        for gestion in self.filtered("activity_id"):
            feedback = dict(gestion._fields["result"]._description_selection(self.env))[gestion.result]
            gestion.activity_id.action_feedback(feedback)

    def _programar_siguiente(self):
        """An activity on the dossier for the step that the contact leads to."""
        following = self.filtered(lambda g: g.next_step not in (False, "none") and g.next_date)
        lang = self.env.context.get("lang") or self.company_id[:1].partner_id.lang
        Actividad = self.env["mail.activity"].sudo().with_context(lang=lang)
        Actividad.create([gestion._valores_actividad() for gestion in following])

    def _valores_actividad(self):
        kind, label = STEPS[self.next_step]
        user = self.expediente_id.user_id or self.user_id
        here = self.with_context(lang=user.lang or self.company_id.partner_id.lang)
        return {
            "res_model_id": self.env["ir.model"]._get_id("cartera.expediente"),
            "res_id": self.expediente_id.id,
            "activity_type_id": self.env.ref(kind).id,
            "automated": True,
            "date_deadline": self.next_date,
            "summary": dict(here._fields["next_step"]._description_selection(here.env))[self.next_step] or label,
            "note": here._resumen(),
            "user_id": user.id,
        }

    def _resumen(self):
        """What was said, for the activity that follows."""
        pieces = [self.note, self.proposal]
        if self.promise_date:
            pieces.append(self.env._("Promised %s.", self.company_currency_id.format(self.promise_amount)))
        if self.referred_to:
            pieces.append(self.env._("Sent to %s with the complaint.", self.referred_to))
        return " ".join(piece for piece in pieces if piece)

    @api.constrains("result", "promise_date", "promise_amount")
    def _check_promise(self):
        for gestion in self.filtered(lambda g: g.result == "promise"):
            if not gestion.promise_date or gestion.promise_amount <= 0:
                raise UserError(self.env._("A promise needs its date and its amount."))
            if gestion.promise_date < gestion.day:
                raise UserError(self.env._("A promise is for the day of the contact or a later one."))

    @api.constrains("date")
    def _check_past(self):
        soon = fields.Datetime.now() + timedelta(minutes=5)
        if any(gestion.date > soon for gestion in self):
            raise UserError(self.env._("A contact is recorded after it was made, not before."))

    # --- append-only --------------------------------------------------------------------------------------------------

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(
            self.env._("A contact is not changed once recorded. If something is wrong, annul it and record it again.")
        )

    def _anotar(self, vals):
        """Write what the log itself finds out about a contact, whoever recorded it."""
        return super(CarteraGestion, self.sudo()).write(vals)  # pylint: disable=super-method-mismatch

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A contact is never deleted: annul it, with the reason."))

    def action_record(self):
        """The button of the dialogue: what it saves is the record itself."""
        self.check_access("read")
        return {"type": "ir.actions.act_window_close"}

    def action_annul(self, reason):
        """Annul contacts recorded by oneself (a coordinator: any): they stay, and count no more."""
        self.check_access("read")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the contact is annulled."))
        coordinator = self.env.user.has_group("cartera_cobro.group_cartera_tesorero")
        if not coordinator and self.user_id != self.env.user:
            raise AccessError(self.env._("Only whoever recorded a contact, or a coordinator, may annul it."))
        self.filtered(lambda g: not g.date_annulled)._anular(reason.strip())
        return True

    def _anular(self, reason):
        self._anotar(
            {"date_annulled": fields.Datetime.now(), "annulled_by_id": self.env.uid, "annulled_reason": reason}
        )
