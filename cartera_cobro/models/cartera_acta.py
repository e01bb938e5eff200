import json

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date, format_datetime

from ..rules.committee import quorum

# While it is being prepared or held: what it says may still change.
OPEN = ("draft", "session")
STATES = [
    ("draft", "To Be Held"),
    ("session", "In Session"),
    ("approval", "For Signature"),
    ("signed", "Signed"),
    ("cancelled", "Cancelled"),
]
DECISIONS = [
    ("continue", "Go on collecting"),
    ("agree", "Payment agreement"),
    ("sue", "Legal collection"),
    ("write_off", "Write off"),
    ("cleanse", "Cleanse"),
]
# Decisions that take debts out of the accounts: only a body with that power takes them.
WRITING_OFF = {"write_off": "can_write_off", "cleanse": "can_cleanse"}
# What people write of the minutes after they are signed: the act of the legal representative.
AFTER_SIGNING = {"act_number", "act_date", "act_file_ids"}


class CarteraActa(models.Model):
    """The minutes of a session of a committee: who was there, what was decided on each case, who signed.

    Convened, held, closed (numbered, its text fixed), signed by all who voted, and then carried out once.
    """

    _name = "cartera.acta"
    _description = "Minutes"
    _inherit = ["cartera.firmable", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _state_from = ["draft", "session", "approval"]
    _state_to = ["signed"]
    _cancel_state = "cancelled"
    _rec_names_search = ["number", "comite_id.name"]

    number = fields.Char(readonly=True, copy=False, index="trigram")
    comite_id = fields.Many2one("cartera.comite", string="Committee", required=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="comite_id.company_id", store=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        string="Session On", required=True, default=lambda self: self.env.company._cartera_hoy(), tracking=True
    )
    hour_start = fields.Float(string="From (time)", default=8.0)
    hour_end = fields.Float(string="To (time)")
    place = fields.Char(help="Where it meets, or the link of the call.")
    state = fields.Selection(
        STATES, default="draft", required=True, readonly=True, copy=False, tracking=True, index=True, group_expand=True
    )
    # --- who ------------------------------------------------------------------------------------------------------
    chair_id = fields.Many2one(
        "cartera.comite.miembro",
        compute="_compute_from_committee",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('comite_id', '=', comite_id)]",
        ondelete="restrict",
    )
    chair_user_id = fields.Many2one(related="chair_id.user_id", string="Chair (user)")
    secretary_id = fields.Many2one(
        "res.users",
        compute="_compute_from_committee",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        ondelete="restrict",
    )
    asistente_ids = fields.One2many("cartera.acta.asistente", "acta_id", string="Attendance", copy=False)
    quorum_met = fields.Boolean(string="Quorum", compute="_compute_quorum")
    quorum_text = fields.Char(string="Quorum, in Words", compute="_compute_quorum")
    # --- what -----------------------------------------------------------------------------------------------------
    agenda = fields.Text(compute="_compute_from_committee", store=True, readonly=False, precompute=True)
    development = fields.Html(string="What Was Said", help="How the session went, beyond the cases.")
    previo_ids = fields.Many2many(
        "cartera.acta.compromiso",
        "cartera_acta_previo_rel",
        string="Earlier Commitments",
        readonly=True,
        copy=False,
        help="Open when the session began, of the earlier minutes of the same body.",
    )
    previos = fields.Json(readonly=True, copy=False, help="The earlier commitments as they were when it was closed.")
    caso_ids = fields.One2many("cartera.acta.caso", "acta_id", string="Cases", copy=False)
    compromiso_ids = fields.One2many("cartera.acta.compromiso", "acta_id", string="Commitments", copy=False)
    anexo_ids = fields.Many2many(
        "ir.attachment", "cartera_acta_anexo_rel", string="Annexes", bypass_search_access=True, copy=False
    )
    case_count = fields.Integer(compute="_compute_case_count")
    pending_count = fields.Integer(string="Cases to Decide", compute="_compute_case_count")
    # --- its way --------------------------------------------------------------------------------------------------
    convened_on = fields.Datetime(readonly=True, copy=False)
    signed_on = fields.Datetime(readonly=True, copy=False)
    pdf_id = fields.Many2one("ir.attachment", string="Signed PDF", readonly=True, copy=False, ondelete="restrict")
    pdf_sha256 = fields.Char(string="SHA-256 of the PDF", readonly=True, copy=False)
    date_executed = fields.Datetime(string="Carried Out On", readonly=True, copy=False)
    executed_by_id = fields.Many2one("res.users", string="Carried Out By", readonly=True, copy=False)
    cancel_reason = fields.Char(readonly=True, copy=False)
    # --- the legal representative ---------------------------------------------------------------------------------
    needs_act = fields.Boolean(compute="_compute_needs_act")
    act_number = fields.Char(string="Act No.", copy=False)
    act_date = fields.Date(string="Act Of", copy=False)
    act_file_ids = fields.Many2many(
        "ir.attachment", "cartera_acta_acto_rel", string="Signed Act", bypass_search_access=True, copy=False
    )

    _number_uniq = models.UniqueIndex(
        "(comite_id, number) WHERE number IS NOT NULL", "This number was given to other minutes: try again."
    )

    # --- computes -------------------------------------------------------------------------------------------------

    @api.depends("number", "comite_id", "date")
    def _compute_display_name(self):
        for acta in self:
            day = acta.date and format_date(self.env, acta.date)
            acta.display_name = acta.number or " · ".join(filter(None, (acta.comite_id.name, day)))

    @api.depends("comite_id")
    def _compute_from_committee(self):
        for acta in self.filtered(lambda a: a.state in OPEN):
            acta.chair_id, acta.secretary_id = acta.comite_id.chair_id, acta.comite_id.secretary_id
            acta.agenda = acta.comite_id.agenda

    @api.depends("asistente_ids.attendance", "comite_id.quorum_rule", "comite_id.quorum_number", "state")
    @api.depends_context("lang")
    def _compute_quorum(self):
        for acta in self:
            acta.quorum_met, acta.quorum_text = acta._quorum()

    def _quorum(self):
        """(whether it is met, the sentence that says so)."""
        if not self.asistente_ids:
            return False, self.env._("Attendance is taken when the session begins.")
        seats = self.asistente_ids.filtered(lambda a: a.kind == "permanent" and a.has_vote)
        here = len(seats.filtered("attends"))
        try:
            needed = quorum(self.comite_id.quorum_rule, len(seats), self.comite_id.quorum_number)
        except ValueError:
            return False, self.env._(
                "%(committee)s has %(seats)s permanent members with a vote: its quorum cannot be reached. Set its "
                "members and its quorum.",
                committee=self.comite_id.name,
                seats=len(seats),
            )
        facts = {"here": here, "seats": len(seats), "needed": needed}
        if here >= needed:
            return True, self.env._(
                "%(here)s of %(seats)s permanent members with a vote are present, and %(needed)s are needed: there is "
                "quorum.",
                **facts,
            )
        return False, self.env._(
            "%(here)s of %(seats)s permanent members with a vote are present, and %(needed)s are needed: there is no "
            "quorum.",
            **facts,
        )

    @api.depends("caso_ids.state")
    def _compute_case_count(self):
        for acta in self:
            acta.case_count = len(acta.caso_ids)
            acta.pending_count = len(acta.caso_ids.filtered(lambda c: c.state == "pending"))

    @api.depends("comite_id.needs_act", "caso_ids.decision")
    def _compute_needs_act(self):
        for acta in self:
            acta.needs_act = acta.comite_id.needs_act and bool(acta.caso_ids._de_baja())

    # --- guards ---------------------------------------------------------------------------------------------------

    def _exigir_escribible(self, vals):
        # EXTENDS cartera.tecleado
        names = self._propios() & vals.keys()
        for acta in self.filtered(lambda a: a.state not in OPEN):
            if acta.state == "cancelled" or names - AFTER_SIGNING or acta.date_executed:
                acta._rechazar_cambio()
        if "comite_id" in vals and (self.caso_ids or self.asistente_ids):
            raise UserError(self.env._("The session has cases already: convene another one for another committee."))

    def _rechazar_cambio(self):
        raise UserError(
            self.env._(
                "The minutes %s are closed: their text does not change. What is still to be signed may be taken back "
                "to the session, and what is signed is corrected by other minutes.",
                self.display_name,
            )
        )

    def _exigir_abierta(self):
        """The text changes while the session is prepared or held; methods that guarded it already go on."""
        if self.env.su:
            return
        for acta in self.filtered(lambda a: a.state not in OPEN):
            acta._rechazar_cambio()

    @api.constrains("act_date", "date")
    def _check_act_date(self):
        for acta in self.filtered("act_date"):
            if acta.act_date > acta.company_id._cartera_hoy():
                raise ValidationError(
                    self.env._(
                        "The act is of %s, which has not come: record it when it has been signed.",
                        format_date(self.env, acta.act_date),
                    )
                )
            if acta.act_date < acta.date:
                raise ValidationError(
                    self.env._(
                        "The act is of %(act)s, and the committee met on %(session)s: the legal representative decides "
                        "after its recommendation. Correct the date, or record the act that came after.",
                        act=format_date(self.env, acta.act_date),
                        session=format_date(self.env, acta.date),
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_empty(self):
        if any(acta.state != "draft" or acta.number or acta.caso_ids for acta in self):
            raise UserError(
                self.env._("Only a session to be held, without cases, is deleted: cancel it, with the reason.")
            )

    # --- the text -------------------------------------------------------------------------------------------------

    def _campos_firmados(self):
        return [
            "number", "comite_id", "date", "hour_start", "hour_end", "place", "chair_id", "secretary_id", "agenda",
            "development", "previos",
        ]  # fmt: skip

    def _texto_firmado(self):
        # EXTENDS cartera.firmable: who was there, each case with its sheet and votes, commitments and annexes.
        acta = self.sudo()
        parts = [
            [a._texto() for a in acta.asistente_ids.sorted("id")],
            [c._texto() for c in acta.caso_ids.sorted("id")],
            [(c.name, c.user_id.id, c.deadline, c.caso_id.id) for c in acta.compromiso_ids.sorted("id")],
            [(file.name, file.checksum) for file in acta.anexo_ids.sorted("id")],
        ]
        return super()._texto_firmado() + json.dumps(parts, sort_keys=True, default=str, ensure_ascii=False)

    def _en_firme(self):
        """Whether the minutes are signed by all who had to, over the text as it is now: only then do they execute."""
        self.ensure_one()
        return self.state == "signed" and self._firmado()

    # --- doors ----------------------------------------------------------------------------------------------------

    def action_cases(self):
        """The cases, one sheet after the other, as a meeting room goes through them."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_acta_caso_action")
        return dict(action, domain=[("acta_id", "=", self.id)], context={"default_acta_id": self.id})

    def _momento(self, instant):
        """An instant as people of the session read it."""
        return format_datetime(self.env, instant, tz="America/Bogota") if instant else ""
