from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, mute_logger
from psycopg2.errors import UniqueViolation

from .cartera_cola import COORDINATOR, Cola

OFFICER = "cartera_cobro.group_cartera_gestor"
# Results that say all there is to say; the others open the dialogue of the contact.
DE_UN_CLIC = ("no_answer", "voicemail", "third_party", "wrong_number", "talked", "refuses", "paid")
ULTIMAS = 5  # contacts and promises shown beside the phone


class CarteraLlamada(models.Model):
    """A turn in the calling queue: a debtor in one officer's hands until it is called, skipped or given back.

    Nobody else gets the dossier while the turn is open; one that runs out (`date_until`) is free again. Turns are
    written by the queue alone.
    """

    _name = "cartera.llamada"
    _description = "Calling Turn"
    _order = "date desc, id desc"
    _rec_name = "expediente_id"
    _check_company_auto = True

    expediente_id = fields.Many2one(
        "cartera.expediente", string="Debtor", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="expediente_id.company_id", store=True, index=True)
    user_id = fields.Many2one("res.users", string="Officer", required=True, readonly=True, index=True)
    date = fields.Datetime(string="Taken", required=True, readonly=True)
    day = fields.Date(required=True, readonly=True)
    date_until = fields.Datetime(string="Theirs Until", required=True, readonly=True)
    date_ended = fields.Datetime(string="Ended", readonly=True)
    state = fields.Selection(
        [("open", "Calling"), ("logged", "Recorded"), ("skipped", "Skipped"), ("released", "Given back")],
        required=True,
        readonly=True,
        default="open",
    )
    skip_reason = fields.Char(string="Why Skipped", readonly=True)
    gestion_id = fields.Many2one("cartera.gestion", string="Contact", readonly=True, ondelete="restrict")
    result = fields.Selection(related="gestion_id.result")
    # --- what the officer sees ------------------------------------------------------------------------------------
    medio_id = fields.Many2one("cartera.medio", compute="_compute_phone")
    phone = fields.Char(compute="_compute_phone")
    other_phones = fields.Char(compute="_compute_phone")
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    vat = fields.Char(related="expediente_id.vat")
    etapa_id = fields.Many2one(related="expediente_id.etapa_id")
    etapa_color = fields.Integer(related="expediente_id.etapa_color")
    amount_overdue = fields.Monetary(related="expediente_id.amount_overdue", currency_field="company_currency_id")
    amount_credit = fields.Monetary(related="expediente_id.amount_credit", currency_field="company_currency_id")
    amount_net = fields.Monetary(related="expediente_id.amount_net", currency_field="company_currency_id")
    overdue_count = fields.Integer(related="expediente_id.overdue_count")
    days_overdue = fields.Integer(related="expediente_id.days_overdue")
    priority_score = fields.Float(related="expediente_id.priority_score")
    attempts_text = fields.Char(related="expediente_id.attempts_text")
    call_allowed = fields.Boolean(related="expediente_id.call_allowed")
    call_text = fields.Char(related="expediente_id.call_text")
    partida_ids = fields.Many2many("cartera.partida", compute="_compute_listas", string="Overdue Items")
    contact_ids = fields.Many2many("cartera.gestion", compute="_compute_listas", string="Last Contacts")
    promise_ids = fields.Many2many("cartera.gestion", compute="_compute_listas", string="Promises")
    logged_today = fields.Integer(compute="_compute_logged_today", string="Recorded Today")

    _one_hand = models.UniqueIndex("(expediente_id) WHERE state = 'open'", "Somebody else is calling this debtor.")
    _one_turn = models.UniqueIndex("(user_id, company_id) WHERE state = 'open'", "The officer has a debtor already.")
    _of_day = models.Index("(user_id, day)")

    # --- computes -------------------------------------------------------------------------------------------------

    @api.depends("expediente_id")
    def _compute_phone(self):
        """The debtor's phone that works best: a rated one, unless it fails more than an untried one would."""
        for turn in self:
            rated = turn.expediente_id.medio_ids.filtered(lambda m: m.kind == "phone" and m.role == "debtor")
            own = turn.expediente_id.phone
            best = rated[:1] if rated[:1].rating >= 0.5 or not own else rated.browse()
            turn.medio_id, turn.phone = best, best.value or own
            others = dict.fromkeys([*rated.mapped("value"), own or turn.phone])
            others.pop(turn.phone, None)
            turn.other_phones = ", ".join(filter(None, others))

    @api.depends("expediente_id")
    def _compute_listas(self):
        for turn in self:
            alive = turn.expediente_id.gestion_ids.filtered(lambda g: not g.date_annulled)
            today = turn.company_id._cartera_hoy()
            turn.contact_ids = alive[:ULTIMAS]
            turn.promise_ids = alive.filtered(lambda g: g.result == "promise")[:ULTIMAS]
            turn.partida_ids = turn.expediente_id.partida_open_ids.filtered(
                lambda p, day=today: p.amount_residual > 0 and p.date_due < day
            )

    @api.depends("user_id", "day")
    def _compute_logged_today(self):
        counts = {
            (user.id, day): count
            for user, day, count in self._read_group(
                [("user_id", "in", self.user_id.ids), ("day", "in", self.mapped("day")), ("state", "=", "logged")],
                ["user_id", "day:day"],
                ["__count"],
            )
        }
        for turn in self:
            turn.logged_today = counts.get((turn.user_id.id, turn.day), 0)

    # --- taking turns ---------------------------------------------------------------------------------------------

    @api.model
    def _tomar(self, cola):
        """The turn of `cola`'s user: the one that is open, else a new one; empty when nobody may be called."""
        own = self.search(
            [("user_id", "=", cola.user.id), ("company_id", "=", cola.company.id), ("state", "=", "open")]
        )
        if own.date_until and own.date_until >= cola.now:
            return own
        self._vencer(cola)
        for allowed in cola.tandas():
            while expediente := allowed.try_lock_for_update(limit=1):
                if turn := self._abrir(cola, expediente):
                    return turn
                allowed -= expediente
        return self.browse()

    @api.model
    def _vencer(self, cola):
        """Give back the company's turns whose time is over, but those that somebody is writing at this moment."""
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """UPDATE cartera_llamada SET state = 'released', date_ended = date_until
                    WHERE id IN (SELECT id FROM cartera_llamada
                                  WHERE company_id = %s AND state = 'open' AND date_until < %s
                                    FOR UPDATE SKIP LOCKED)""",
                cola.company.id,
                cola.now,
            )
        )
        self.invalidate_model(flush=False)

    @api.model
    def _abrir(self, cola, expediente):
        """A new turn with the dossier; empty when somebody took it since this transaction began to read."""
        minutes = expediente.politica_id.call_minutes
        values = {
            "expediente_id": expediente.id,
            "user_id": cola.user.id,
            "date": cola.now,
            "day": cola.today,
            "date_until": cola.now + timedelta(minutes=minutes),
        }
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                return self.sudo().create(values).sudo(False)
        except UniqueViolation as error:
            if "one_turn" in (error.diag.constraint_name or ""):
                raise UserError(
                    self.env._("Another window of yours has just taken a debtor: press again to see who it is.")
                ) from error
            return self.browse()

    def _cerrar(self, state, **extra):
        """End these turns, if they are open."""
        self.sudo().filtered(lambda t: t.state == "open").write(
            {"state": state, "date_ended": fields.Datetime.now(), **extra}
        )

    def _exigir_mio(self):
        """Guard: one's own open turn."""
        self.ensure_one()
        self._exigir_gestor()
        self.check_access("read")
        if self.user_id != self.env.user:
            raise AccessError(self.env._("This debtor is in another officer's hands."))
        if self.state != "open":
            raise UserError(self.env._("This turn is over: press Next for the debtor that follows."))

    @api.model
    def _exigir_gestor(self):
        if not self.env.user.has_group(OFFICER):
            raise AccessError(self.env._("Only collections officers work the calling queue."))

    # --- people's actions -----------------------------------------------------------------------------------------

    @api.model
    def action_siguiente(self):
        """The screen of the debtor to call now, or of why nobody may be called and until when."""
        self._exigir_gestor()
        cola = Cola(self.env, self.env.company, self.env.user)
        turn = self._tomar(cola)
        return turn._pantalla() if turn else self.env["cartera.llamada.pausa"]._pantalla(cola)

    def action_next(self):
        """The button of a turn that is over."""
        return self.action_siguiente()

    def _pantalla(self):
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_llamada_action_calling")
        return dict(action, res_id=self.id, target="main")

    def action_result(self):
        """Record the result that the button names, at once or through the dialogue, and go on to the next debtor."""
        self._exigir_mio()
        result = self.env.context.get("cartera_result")
        if result not in DE_UN_CLIC:
            return self._dialogo(result)
        self.env["cartera.gestion"].create({**self._valores(), "result": result})
        return self.action_siguiente()

    def _valores(self):
        """What the log keeps of a call of this turn, whatever came of it."""
        return {
            "expediente_id": self.expediente_id.id,
            "channel": "call",
            "vinculado_id": self.medio_id.vinculado_id.id,
            "medio_id": self.medio_id.id,
            "address": self.phone,
        }

    def _dialogo(self, result):
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_gestion_action_new")
        defaults = {f"default_{name}": value for name, value in self._valores().items()}
        if result:
            defaults["default_result"] = result
        if result == "promise":
            defaults["default_promise_amount"] = self.amount_net
        return dict(action, context={**defaults, "cartera_calling": True})

    def action_skip(self, reason):
        """Leave the debtor for another day, saying why (str)."""
        self._exigir_mio()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why this debtor is skipped."))
        self._cerrar("skipped", skip_reason=reason.strip())
        return self.action_siguiente()

    def action_release(self):
        """Give debtors back to the queue: the officer stops calling, or a coordinator takes them off their hands."""
        self._exigir_gestor()
        self.check_access("read")
        if self.user_id != self.env.user and not self.env.user.has_group(COORDINATOR):
            raise AccessError(self.env._("Only a coordinator gives back what is in another officer's hands."))
        self._cerrar("released")
        return self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_expediente_action_trabajo")

    def action_expediente(self):
        self.ensure_one()
        self.check_access("read")
        return self.expediente_id._get_records_action()


class CarteraPolitica(models.Model):
    _inherit = "cartera.politica"

    call_minutes = fields.Integer(
        string="Calling Turn (minutes)",
        default=15,
        required=True,
        help="How long a debtor of the calling queue stays in an officer's hands without a result.",
    )

    _call_minutes_positive = models.Constraint("CHECK (call_minutes > 0)", "A calling turn lasts at least a minute.")


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    llamada_ids = fields.One2many("cartera.llamada", "expediente_id", string="Calling Turns")

    def _fusionar(self, target):
        # EXTENDS cartera_cobro: two open turns cannot end up on one dossier.
        self.llamada_ids._cerrar("released")
        return super()._fusionar(target)


class ResPartner(models.Model):
    _inherit = "res.partner"

    _cartera_exempt = models.Index("(id) WHERE cartera_contact_exempt")


class CarteraGestion(models.Model):
    _inherit = "cartera.gestion"

    hour = fields.Selection(
        [(f"{hour:02}", f"{hour:02}:00") for hour in range(24)],
        compute="_compute_hour",
        store=True,
        help="Hour of the day in Colombia.",
    )
    answered = fields.Float(
        string="Spoken To (%)",
        compute="_compute_answered",
        store=True,
        aggregator="avg",
        digits=(5, 1),
        help="Share of the contacts in which the person was spoken to.",
    )

    @api.depends("date")
    def _compute_hour(self):
        for gestion in self:
            local = gestion.date and fields.Datetime.context_timestamp(
                gestion.with_context(tz="America/Bogota"), gestion.date
            )
            gestion.hour = f"{local.hour:02}" if local else False

    @api.depends("direct")
    def _compute_answered(self):
        for gestion in self:
            gestion.answered = 100.0 if gestion.direct else 0.0

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS cartera_cobro: whoever records a contact has done with the debtor that they had to call.
        self._exigir_quien_importa(vals_list)
        gestiones = super().create(vals_list)
        turns = self.env["cartera.llamada"].search(
            [
                ("expediente_id", "in", gestiones.expediente_id.ids),
                ("user_id", "in", gestiones.user_id.ids),
                ("state", "=", "open"),
            ]
        )
        # What a message sends by itself, or its delivery, is no conversation of theirs.
        spoken = gestiones.filtered(lambda g: not g.agency_id and not g.comunicacion_id)
        for turn in turns:
            own = spoken.filtered(lambda g, t=turn: g.expediente_id == t.expediente_id and g.user_id == t.user_id)
            if own:
                turn._cerrar("logged", gestion_id=own[-1].id)
        return gestiones

    @api.model
    def _exigir_quien_importa(self, vals_list):
        """Guard: contacts of an agency, which are recorded whatever the law says, come in by a coordinator's hand."""
        if self.env.su or self.env.user.has_group(COORDINATOR):
            return
        if any(vals.get("agency_id") for vals in vals_list):
            raise AccessError(self.env._("Only a coordinator imports the contacts of an agency."))

    def action_record(self):
        # EXTENDS cartera_cobro: from the calling queue, on to the next debtor.
        res = super().action_record()
        if self.env.context.get("cartera_calling"):
            return self.env["cartera.llamada"].action_siguiente()
        return res
