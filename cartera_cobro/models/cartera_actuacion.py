import hashlib

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..rules.prescription import in_time_to_interrupt
from .cartera_actuacion_clase import AFTER_THE_END, CLASES, KINDS, LEGAL_STATES
from .cartera_remision import COORDINATOR
from .cartera_remision_estado import IDLE, NEXT

ANNULMENT = {"date_annulled", "annulled_by_id", "annulled_reason"}
# What its own steps write on an event, with superuser rights.
BY_ITS_STEPS = {"document_hashes", "date_until", *ANNULMENT}


class CarteraActuacion(models.Model):
    """An event of a case that was referred: append-only. What was recorded wrong is annulled, with a reason.

    What each kind does to the case and to the term of its items is in `cartera_actuacion_clase`.
    """

    _name = "cartera.actuacion"
    _description = "Event of a Case"
    _order = "date desc, id desc"
    _check_company_auto = True

    remision_id = fields.Many2one("cartera.remision", string="Referral", required=True, index=True, ondelete="restrict")
    expediente_id = fields.Many2one(related="remision_id.expediente_id", string="Dossier", store=True, index=True)
    company_id = fields.Many2one(related="remision_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="remision_id.partner_id", string="Debtor", store=True)
    abogado_id = fields.Many2one(related="remision_id.abogado_id", store=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(KINDS, string="Event", required=True)
    date = fields.Date(required=True, default=lambda self: self.env.company._cartera_hoy())
    date_until = fields.Date(string="Suspended Until", help="Included; empty while it lasts.")
    court = fields.Char(
        string="Court or Authority", compute="_compute_from_case", store=True, readonly=False, precompute=True
    )
    process_number = fields.Char(compute="_compute_from_case", store=True, readonly=False, precompute=True)
    note = fields.Text()
    document_ids = fields.Many2many(
        "ir.attachment", "cartera_actuacion_adjunto_rel", string="Documents", bypass_search_access=True
    )
    document_hashes = fields.Text(
        string="SHA-256 of Its Documents", readonly=True, copy=False, help="As they were when it was recorded."
    )
    next_step = fields.Char()
    next_date = fields.Date()
    amount_cost = fields.Monetary(string="Costs", currency_field="company_currency_id")
    user_id = fields.Many2one(
        "res.users", string="Recorded By", required=True, readonly=True, default=lambda self: self.env.user
    )
    date_annulled = fields.Datetime(readonly=True, copy=False)
    annulled_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    annulled_reason = fields.Char(readonly=True, copy=False)

    _costs_positive = models.Constraint("CHECK (amount_cost >= 0)", "Costs cannot be negative.")

    @api.depends("remision_id")
    def _compute_from_case(self):
        for actuacion in self:
            actuacion.court = actuacion.remision_id.court
            actuacion.process_number = actuacion.remision_id.process_number

    @api.depends("kind", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for actuacion in self:
            day = format_date(self.env, actuacion.date)
            actuacion.display_name = f"{kinds.get(actuacion.kind, '')}, {day}"

    # --- recorded ---------------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        own = {"user_id", "document_hashes", *ANNULMENT}
        if not self.env.su:
            vals_list = [{name: value for name, value in vals.items() if name not in own} for vals in vals_list]
        actuaciones = super().create(vals_list)
        for actuacion in actuaciones:
            actuacion._exigir_lo_posible()
            actuacion.document_ids.check_access("read")
            actuacion.sudo()._registrar()
        return actuaciones

    def _exigir_lo_posible(self):
        """Refuse what cannot have happened: see the sentences."""
        env, remision, today = self.env, self.remision_id.sudo(), self.company_id._cartera_hoy()
        if remision.state != "received" and not (remision.state == "closed" and self.kind in AFTER_THE_END):
            raise UserError(
                env._("%s is not in the hands of its lawyer: events are recorded from its receipt until it ends.",
                      remision.display_name)
            )  # fmt: skip
        if self.date > today:
            raise UserError(env._("An event is recorded once it happened: its day is after today."))
        first = min(remision.linea_ids.mapped("date_due"), default=self.date)
        if self.date < first:
            raise UserError(
                env._("The event is before anything of the case was due, on %s.", format_date(env, first))
            )
        # Of a process that began before the case was referred here: its day moves the term of the debt.
        if self.date < remision.date_sent and not self.document_ids:
            raise UserError(
                env._("The event is before the case was referred, on %s: attach the document that proves it.",
                      format_date(env, remision.date_sent))
            )  # fmt: skip
        if self.next_date and self.next_date < self.date:
            raise UserError(env._("The next date is before the event itself."))
        if self.date_until and (self.kind != "suspension" or self.date_until < self.date):
            raise UserError(env._("Only a suspension has an end, and not before it begins."))
        if self.kind == "resumption" and not self._suspension():
            raise UserError(env._("Nothing of this case is suspended."))

    def _registrar(self):
        """What follows from the event, with superuser rights."""
        self.document_ids.filtered(lambda a: not a.res_id).write({"res_model": self._name, "res_id": self.id})
        hashes = "\n".join(f"{a.name}: {hashlib.sha256(a.raw or b'').hexdigest()}" for a in self.document_ids)
        self.write({"document_hashes": hashes or False})
        self._surtir_efecto()
        remision = self.remision_id
        remision.write(
            {name: self[name] for name in ("court", "process_number") if self[name] and self[name] != remision[name]}
        )
        remision._seguir_actuaciones()
        remision.activity_feedback([NEXT, IDLE], feedback=self.display_name)
        self._programar()
        remision._message_log(body=". ".join(filter(None, (self.display_name, self.note))))

    def _surtir_efecto(self):
        """On the term of the items that are still owed (E.T. 818, C.G.P. 94)."""
        effect = CLASES[self.kind].effect
        Evento, items = self.env["cartera.prescripcion.evento"], self._obligaciones()
        if effect == "resume":
            self._suspension()._levantar(self.date)
        elif effect:
            Evento._anotar(items, effect, self._dia_del_efecto(), end=self.date_until or None, document=self)
        elif self.kind in ("filing", "order"):
            self._fechar_interrupciones()

    def _levantar(self, day):
        """This suspension was over on `day`: of all that it held, also what was paid meanwhile, and is owed again."""
        Evento = self.env["cartera.prescripcion.evento"]
        Evento._levantar(self, day)
        Evento._anotar(self._obligaciones(), "suspend", self.date, end=day, document=self)
        self.write({"date_until": day})

    def _dia_del_efecto(self):
        """Its day; of a notification before a judge, that of the filing, where it came within the year (C.G.P. 94).

        Of coactive collection it is the notification that interrupts (E.T. 818).
        """
        if self.kind != "notification" or self.remision_id.destination == "coactive":
            return self.date
        events = self.remision_id.actuacion_ids.filtered(lambda a: not a.date_annulled and a.date <= self.date)
        filing = events.filtered(lambda a: a.kind == "filing").sorted("date")[-1:]
        if not filing:
            return self.date
        # Nobody is notified before there is an order: a year from the filing is never more than the law's.
        order = events.filtered(lambda a: a.kind == "order" and a.date >= filing.date).sorted("date")[:1]
        return filing.date if in_time_to_interrupt((order or filing).date, self.date) else self.date

    def _fechar_interrupciones(self):
        """Its filing, or its order, was recorded late or annulled: notifications interrupt from the day they should."""
        Evento = self.env["cartera.prescripcion.evento"].sudo()
        for notification in self.remision_id.actuacion_ids.filtered(
            lambda a: a.kind == "notification" and not a.date_annulled
        ):
            eventos, day = Evento._de(notification), notification._dia_del_efecto()
            if set(eventos.mapped("date")) - {day}:
                Evento._anular(notification)
                Evento._anotar(eventos.partida_id, "interrupt", day, document=notification)

    def _obligaciones(self):
        return self.remision_id.linea_ids.partida_id.filtered(lambda p: p.is_open and p.amount_residual > 0)

    def _suspension(self):
        """The last suspension of the case that has no end yet."""
        return self.sudo().search(
            [
                ("remision_id", "=", self.remision_id.id),
                ("kind", "=", "suspension"),
                ("date_until", "=", False),
                ("date_annulled", "=", False),
            ],
            limit=1,
        )

    def _programar(self):
        """The next step, in the agenda of whoever works the case."""
        if self.next_date:
            self.remision_id.with_context(mail_activity_quick_update=True).activity_schedule(
                NEXT,
                date_deadline=self.next_date,
                summary=self.next_step or self.display_name,
                user_id=self.remision_id._encargado().id,
            )

    # --- append-only --------------------------------------------------------------------------------------------------

    def write(self, vals):
        # Odoo's merge of partners writes on whatever it finds, nothing included.
        if not self or (self.env.su and vals.keys() <= BY_ITS_STEPS):
            return super().write(vals)
        raise UserError(self.env._("An event is not changed: annul it, with the reason, and record the right one."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("An event is never deleted: annul it, with the reason."))

    def _anular(self, reason):
        """Annul it; by who recorded it, or a coordinator."""
        self.ensure_one()
        self.check_access("read")
        if not (self.env.su or self.env.user == self.user_id or self.env.user.has_group(COORDINATOR)):
            raise AccessError(self.env._("An event is annulled by whoever recorded it, or by a coordinator."))
        if self.date_annulled:
            raise UserError(self.env._("It was annulled already."))
        if self.kind == "resumption":
            raise UserError(self.env._("Annul the suspension that it ended, and record that one again."))
        if not (reason or "").strip():
            raise UserError(self.env._("Say why it is annulled: it stays with the event."))
        actuacion = self.sudo()
        values = {"date_annulled": fields.Datetime.now(), "annulled_by_id": self.env.uid, "annulled_reason": reason}
        actuacion.write(values)
        self.env["cartera.prescripcion.evento"].sudo()._anular(actuacion)
        if self.kind in ("filing", "order"):
            actuacion._fechar_interrupciones()
        actuacion.remision_id._seguir_actuaciones()
        actuacion.remision_id._message_log(
            body=self.env._("Annulled: %(event)s. %(why)s", event=self.display_name, why=reason)
        )


class CarteraRemision(models.Model):
    """What its events make of a case."""

    _inherit = "cartera.remision"

    actuacion_ids = fields.One2many("cartera.actuacion", "remision_id", string="Events")
    legal_state = fields.Selection(LEGAL_STATES, readonly=True, copy=False, index=True)
    last_actuacion_id = fields.Many2one(
        "cartera.actuacion", string="Last Event", readonly=True, copy=False, ondelete="restrict"
    )
    last_date = fields.Date(string="Last Event On", readonly=True, copy=False)
    next_date = fields.Date(readonly=True, copy=False, index=True)
    next_step = fields.Char(readonly=True, copy=False)
    amount_cost = fields.Monetary(string="Costs", readonly=True, copy=False, currency_field="company_currency_id")

    def _terminar(self, state, **vals):
        # EXTENDS how a referral ends: nobody would say any more when the auction goes on, and no term stands for ever.
        res = super()._terminar(state, **vals)
        self._levantar_suspensiones()
        return res

    def _levantar_suspensiones(self):
        """What was still suspended when they ended was so until that day."""
        for suspension in self.actuacion_ids.filtered(
            lambda a: a.kind == "suspension" and not a.date_until and not a.date_annulled
        ):
            suspension._levantar(max(suspension.remision_id.date_end, suspension.date))

    def _seguir_actuaciones(self):
        """Write what the events that were not annulled say of the case, with superuser rights."""
        for remision in self:
            events = remision.actuacion_ids.filtered(lambda a: not a.date_annulled).sorted(lambda a: (a.date, a.id))
            last = events[-1:]
            states = [CLASES[event.kind].state for event in events]
            remision.write(
                {
                    "last_actuacion_id": last.id,
                    "last_date": last.date,
                    "next_date": last.next_date,
                    "next_step": last.next_step,
                    "amount_cost": sum(events.mapped("amount_cost")),
                    "legal_state": next((state for state in reversed(states) if state), False),
                }
            )
