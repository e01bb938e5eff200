from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# What whoever keeps the minutes writes of a seat: who signs at it, whether it votes and whose it is come from the
# committee. Of a guest of the day, also who it is.
ATTENDANCE = {"attendance", "substitute_id", "sequence"}
GUEST = {"name", "role"}


class CarteraActaAsistente(models.Model):
    """A seat at a session: whether who has it came, who came instead, and whether they signed.

    Seats come from the committee when the session begins, and keep what they were then. One without a member is a guest
    of the day, with voice only.
    """

    _name = "cartera.acta.asistente"
    _description = "Attendance at a Session"
    _inherit = ["cartera.tecleado"]
    _order = "acta_id, kind desc, sequence, id"
    _check_company_auto = True
    _se_elige = {"acta_id"} | ATTENDANCE | GUEST
    _se_escribe = ATTENDANCE | GUEST

    acta_id = fields.Many2one("cartera.acta", string="Minutes", required=True, index=True, ondelete="cascade")
    comite_id = fields.Many2one(related="acta_id.comite_id")
    company_id = fields.Many2one(related="acta_id.company_id", store=True)
    state = fields.Selection(related="acta_id.state")
    sequence = fields.Integer(default=100)
    miembro_id = fields.Many2one("cartera.comite.miembro", string="Member", readonly=True, ondelete="restrict")
    name = fields.Char(compute="_compute_from_member", store=True, readonly=False, required=True, precompute=True)
    role = fields.Char(string="Office", compute="_compute_from_member", store=True, readonly=False, precompute=True)
    kind = fields.Selection(
        [("permanent", "Permanent"), ("invited", "Invited")],
        compute="_compute_from_member",
        store=True,
        precompute=True,
    )
    has_voice = fields.Boolean(string="Voice", compute="_compute_from_member", store=True, precompute=True)
    has_vote = fields.Boolean(string="Vote", compute="_compute_from_member", store=True, precompute=True)
    attendance = fields.Selection(
        [
            ("present", "Present"),
            ("substitute", "By a substitute"),
            ("excused", "Absent, excused"),
            ("absent", "Absent"),
        ],
        required=True,
        default="present",
    )
    substitute_id = fields.Many2one(
        "cartera.comite.miembro",
        domain="[('substitute_for_id', '=', miembro_id)]",
        ondelete="restrict",
    )
    attends = fields.Boolean(compute="_compute_attends", store=True)
    votes = fields.Boolean(
        string="Signs", compute="_compute_attends", store=True, help="Is there, and has a vote: so signs, too."
    )
    person_name = fields.Char(string="Who Came", compute="_compute_attends", store=True)
    user_id = fields.Many2one("res.users", string="Signs As", compute="_compute_attends", store=True, index=True)
    voto_ids = fields.One2many("cartera.acta.voto", "asistente_id", string="Votes")
    # --- the signature --------------------------------------------------------------------------------------------
    firma_id = fields.Many2one("cartera.firma", string="Signature", readonly=True, copy=False, ondelete="restrict")
    paper_id = fields.Many2one(
        "ir.attachment", string="Signed on Paper", readonly=True, copy=False, ondelete="restrict"
    )
    signed_on = fields.Datetime(compute="_compute_signed_on", help="Of a signature under the text as it is now.")
    on_paper = fields.Boolean(
        string="Signs on Paper", compute="_compute_on_paper", help="Has no user to sign with, or not any more."
    )

    _member_uniq = models.UniqueIndex(
        "(acta_id, miembro_id) WHERE miembro_id IS NOT NULL", "The member is in the attendance already."
    )

    # --- computes -------------------------------------------------------------------------------------------------

    @api.depends("miembro_id")
    def _compute_from_member(self):
        """As the seat is when the session begins; who is no member speaks and does not vote."""
        for seat in self:
            member = seat.miembro_id
            seat.name = member.name or seat.name
            seat.role = member.role or seat.role
            seat.kind = member.kind or "invited"
            seat.has_voice = member.has_voice if member else True
            seat.has_vote = member.has_vote

    @api.depends("attendance", "substitute_id", "miembro_id", "name", "has_vote")
    def _compute_attends(self):
        for seat in self:
            seat.attends = seat.attendance in ("present", "substitute")
            seat.votes = seat.attends and seat.has_vote
            member = seat._quien()
            seat.person_name = (member.name or seat.name) if seat.attends else ""
            seat.user_id = member.user_id

    @api.depends("firma_id", "state")
    def _compute_signed_on(self):
        for acta, seats in self.grouped("acta_id").items():
            valid = acta._firmas_validas()
            for seat in seats:
                firma = seat.sudo().firma_id
                seat.signed_on = firma.date if firma in valid else False

    @api.depends("votes", "user_id.active")
    def _compute_on_paper(self):
        for seat in self:
            seat.on_paper = seat.votes and not seat.user_id.active

    @api.depends("person_name", "name", "role")
    def _compute_display_name(self):
        for seat in self:
            seat.display_name = seat.person_name or seat.name

    def _quien(self):
        """The member who is there, in their own seat or in another's; none of who did not come, or is a guest."""
        self.ensure_one()
        members = {"present": self.miembro_id, "substitute": self.substitute_id}
        return members.get(self.attendance, self.miembro_id.browse())

    def _texto(self):
        """What of it the minutes say."""
        return [
            self.id, self.name, self.role, self.kind, self.has_voice, self.has_vote, self.attendance, self.person_name,
        ]  # fmt: skip

    # --- guards ---------------------------------------------------------------------------------------------------

    @api.constrains("attendance", "substitute_id")
    def _check_substitute(self):
        for seat in self:
            if seat.attendance != "substitute":
                continue
            if not seat.substitute_id:
                raise ValidationError(self.env._("Say who came in the place of %s.", seat.name))
            if seat.substitute_id.substitute_for_id != seat.miembro_id:
                raise ValidationError(
                    self.env._(
                        "%(substitute)s does not stand in for %(member)s in this committee.",
                        substitute=seat.substitute_id.name,
                        member=seat.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        seats = super().create(vals_list)
        seats.acta_id._exigir_abierta()
        return seats

    def write(self, vals):
        self.acta_id._exigir_abierta()
        if {"attendance", "substitute_id"} & vals.keys():
            self._exigir_sin_votos()
        res = super().write(vals)
        if {"attendance", "substitute_id"} & vals.keys():
            self.acta_id.caso_ids._preparar_votos()
        return res

    def _exigir_escribible(self, vals):
        # EXTENDS cartera.tecleado
        if self.miembro_id and GUEST & vals.keys():
            raise UserError(self._frase_de_calculado())

    def _frase_de_calculado(self):
        # EXTENDS cartera.tecleado
        return self.env._(
            "Of a member only whether they came, or who came in their place, is written: who signs and who votes comes "
            "from the committee."
        )

    def _exigir_sin_votos(self):
        for voto in self.voto_ids.filtered("vote")[:1]:
            raise UserError(
                self.env._(
                    "%(who)s has voted in the case of %(debtor)s: take the votes of its cases back before changing who "
                    "came.",
                    who=voto.asistente_id.display_name,
                    debtor=voto.caso_id.debtor_name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_guest(self):
        self.acta_id._exigir_abierta()
        if self.miembro_id and not self.env.su:
            raise UserError(self.env._("Whoever is a member stays in the attendance: say that they did not come."))
