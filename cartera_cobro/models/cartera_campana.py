from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..rules.contact import BOGOTA
from .cartera_campana_seleccion import Seleccion
from .cartera_contacto import consciente
from .cartera_libro import columnas
from .cartera_plantilla import MESSAGE_CHANNELS

# What decides who gets the messages and what they say: fixed from the preview on.
FILTER = {"company_id", "template_id", "channel", "domain", "etapa_id", "control_percent", "date_planned"}
PENDING = ("draft", "approved")


class CarteraCampana(models.Model):
    """A mass run: one template through one channel to every dossier of a filter, approved by somebody else.

    draft; prepared: every dossier of the filter was judged (`cartera.campana.linea`) and those that get one have their
    draft message; approval: asked for; running: numbered and approved at once, the job of `cartera.comunicacion` sends
    them, each committed batch by itself, so that what breaks off goes on where it was; paused; done; cancelled.
    """

    _name = "cartera.campana"
    _description = "Mass Run"
    _inherit = ["cartera.firmable", "mail.thread", "mail.activity.mixin"]
    _order = "date_planned desc, id desc"
    _check_company_auto = True
    _state_from = ["draft", "prepared", "approval"]
    _state_to = ["running"]
    _cancel_state = "cancelled"

    name = fields.Char(required=True)
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users", string="Responsible", required=True, default=lambda self: self.env.user, tracking=True
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("prepared", "Prepared"),
            ("approval", "For Approval"),
            ("running", "Sending"),
            ("paused", "Paused"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    template_id = fields.Many2one(
        "cartera.plantilla", required=True, check_company=True, ondelete="restrict"
    )
    channel = fields.Selection(MESSAGE_CHANNELS, required=True, default="email")
    domain = fields.Char(
        string="Dossiers", required=True, default="[('in_list', '=', True)]", help="Which dossiers of the company."
    )
    etapa_id = fields.Many2one(
        "cartera.etapa", string="Only in Stage", ondelete="restrict", help="Empty: whatever their stage."
    )
    date_planned = fields.Datetime(
        string="Planned For",
        required=True,
        default=fields.Datetime.now,
        copy=False,
        help="Nothing is sent before; Ley 2300 may put each message off further.",
    )
    control_percent = fields.Integer(
        string="Left Out to Compare (%)",
        help="So many of a hundred debtors who would get a message get none, to measure what the run brings.",
    )
    effect_days = fields.Integer(
        string="Effect Within (days)", default=15, help="Money that came so many days after the message is its effect."
    )
    verificacion_ids = fields.One2many(
        "cartera.campana.verificacion",
        "campana_id",
        string="Checklist",
        copy=True,
        default=lambda self: self._verificaciones_habituales(),
    )
    linea_ids = fields.One2many("cartera.campana.linea", "campana_id", string="Dossiers of the Run")
    conteo_ids = fields.One2many("cartera.campana.conteo", "campana_id", string="Who Gets It and Who Not")
    comunicacion_ids = fields.One2many("cartera.comunicacion", "campana_id", string="Messages")
    date_prepared = fields.Datetime(string="Prepared On", readonly=True, copy=False)
    date_started = fields.Datetime(string="Approved On", readonly=True, copy=False)
    date_done = fields.Datetime(string="Finished On", readonly=True, copy=False)
    # --- progress -----------------------------------------------------------------------------------------------------
    message_total = fields.Integer(string="Messages of the Run", compute="_compute_avance")
    sent_count = fields.Integer(string="Sent", compute="_compute_avance")
    pending_count = fields.Integer(string="To Send", compute="_compute_avance")
    dropped_count = fields.Integer(string="Not Sent", compute="_compute_avance")
    progress = fields.Float(compute="_compute_avance", help="Percent of the messages that were sent or dropped.")

    _percent_sane = models.Constraint(
        "CHECK (control_percent BETWEEN 0 AND 50)", "At most half of the debtors are left out to compare with."
    )
    _effect_positive = models.Constraint("CHECK (effect_days > 0)", "The effect is measured over at least one day.")

    # --- computes -----------------------------------------------------------------------------------------------------

    @api.depends("comunicacion_ids.state", "comunicacion_ids.date_prepared")
    def _compute_avance(self):
        groups = self.env["cartera.comunicacion"]._read_group(
            [("campana_id", "in", self.ids)], ["campana_id", "state"], ["__count", "date_prepared:count"]
        )
        counts = {(campana.id, state): numbers for campana, state, *numbers in groups}
        for campana in self:
            of_state = {state: numbers for (run, state), numbers in counts.items() if run == campana.id}
            total = sum(count for count, _prepared in of_state.values())
            # What was written for a person to dispatch has left this run's hands.
            pending = sum(count - prepared for state, (count, prepared) in of_state.items() if state in PENDING)
            campana.message_total, campana.pending_count = total, pending
            campana.dropped_count = of_state.get("cancelled", (0, 0))[0]
            campana.sent_count = total - pending - campana.dropped_count
            campana.progress = 100.0 * (total - pending) / total if total else 0.0

    @api.model
    def _verificaciones_habituales(self):
        """What is looked at before any run (EAAB4's check list); each run may add to it or take away."""
        names = [
            self.env._("The text was read in full, and a message to ourselves looks right"),
            self.env._("The payments received until today are posted and matched"),
            self.env._("Claims and agreements of the period are on hold"),
            self.env._("The provider has the capacity and the balance for so many messages"),
            self.env._("The offices and lines that will answer know of it"),
        ]
        return [fields.Command.create({"name": name}) for name in names]

    @api.constrains("domain")
    def _check_domain(self):
        for campana in self:
            try:
                Domain(literal_eval(campana.domain)).validate(self.env["cartera.expediente"])
            except (SyntaxError, ValueError) as error:
                raise ValidationError(
                    self.env._("The filter of run %(run)s cannot be read: %(error)s", run=campana.name, error=error)
                ) from error

    @api.constrains("template_id", "channel")
    def _check_texto(self):
        for campana in self:
            campana.template_id._exigir_partes(campana.channel)

    def _compute_hide_reviews(self):
        # EXTENDS base_tier_validation: its buttons are for what was proposed.
        for campana in self:
            campana.hide_reviews = campana.state != "approval"

    # --- guards -------------------------------------------------------------------------------------------------------

    def write(self, vals):
        if FILTER & vals.keys() and any(campana.state != "draft" for campana in self):
            raise UserError(self.env._("Who gets the messages was fixed by the preview: take the run back to draft."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        for campana in self:
            if campana.state not in ("draft", "cancelled") or campana.message_total:
                raise UserError(self.env._("Run %s stays: cancel it instead.", campana.name))

    def _campos_firmados(self):
        return ["name", "company_id", "template_id", "channel", "domain", "etapa_id", "date_planned", "date_prepared"]

    def _texto_firmado(self):
        # EXTENDS cartera.firmable: what is signed is also the text, and how many get it.
        return f"{super()._texto_firmado()}{self.sudo().template_id._huella()}{self.message_total}"

    def _firmas_dadas(self):
        """The signatures by which it was approved, in their order: they stand under each of its letters."""
        self.ensure_one()
        given = self.sudo().firma_ids.filtered(
            lambda f: f.date >= self.date_proposed and f.user_id != self.proposed_by_id
        )
        return given.sorted(lambda firma: (firma.date, firma.id))

    def _exigir_estado(self, *states):
        # EXTENDS the steps of documents: whoever takes one may write it.
        self.check_access("write")
        return super()._exigir_estado(*states)

    def _exigir_turno(self):
        """Nobody else may be at the run: its row is locked until the transaction ends."""
        if len(self.sudo().try_lock_for_update()) < len(self):
            raise UserError(self.env._("Somebody else is at this run now: try again in a moment."))

    def _exigir_lista(self):
        """A run is proposed with somebody to send to and its checklist done."""
        if not self.pending_count:
            raise UserError(self.env._("Nobody gets a message in run %s: change its filter.", self.display_name))
        missing = self.verificacion_ids.filtered(lambda v: v.required and not v.done).mapped("name")
        if missing:
            raise UserError(self.env._("Verify first, and tick on the checklist: %s.", "; ".join(missing)))

    # --- preparing ----------------------------------------------------------------------------------------------------

    def action_prepare(self):
        """The preview: judge every dossier of the filter, and draft the messages of those that get one."""
        self._exigir_estado("draft", "prepared")
        for campana in self:
            campana._exigir_turno()
            campana._deshacer()
            campana._escribir_lineas()
            campana._escribir_mensajes()
            campana.sudo().write({"state": "prepared", "date_prepared": fields.Datetime.now()})

    def action_draft(self):
        """Back to draft: the preview and its draft messages go."""
        self._exigir_estado("prepared")
        for campana in self:
            campana._exigir_turno()
            campana._deshacer()
            campana.sudo().write({"state": "draft", "date_prepared": False})

    def _seleccion(self):
        # A day that went by while the draft waited is not the one on which anything leaves.
        planned = consciente(self.date_planned).astimezone(BOGOTA).date()
        day = max(planned, self.company_id._cartera_hoy())
        return Seleccion(self.sudo().env, self.company_id, self.template_id.sudo(), self.channel, day)

    def _dossiers(self):
        """SELECT of the ids of the dossiers in the filter, as far as the responsible may read them."""
        domain = Domain(literal_eval(self.domain)) & Domain("company_id", "=", self.company_id.id)
        if self.etapa_id:
            domain &= Domain("etapa_id", "=", self.etapa_id.id)
        Expediente = self.env["cartera.expediente"].with_user(self.user_id).with_company(self.company_id)
        return Expediente._search(domain, active_test=False).subselect()

    def _escribir_lineas(self):
        """One line for each dossier of the filter: its debt, stage and account as they are now, and why it gets none.

        The account is that of its oldest open item that has one.
        """
        seleccion = self._seleccion()
        seleccion.leer()
        names = "campana_id company_id expediente_id etapa_id zona_id amount_overdue use estrato reason".split()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO cartera_campana_linea (%(names)s)
                SELECT %(campana)s, x.company_id, x.id, x.etapa_id, x.zona_id, x.amount_overdue, k.use, k.estrato,
                       COALESCE(m.reason, CASE WHEN %(control)s THEN 'control' END)
                  FROM %(source)s
         LEFT JOIN LATERAL (
                       SELECT c.use, c.estrato
                         FROM cartera_partida i JOIN cartera_cuenta c ON c.id = i.cuenta_id
                        WHERE i.expediente_id = x.id AND i.is_open AND i.amount_residual > 0
                     ORDER BY i.date_due, i.id LIMIT 1) k ON TRUE
            CROSS JOIN LATERAL (SELECT %(reason)s AS reason) m
                 WHERE x.id IN %(dossiers)s
              ORDER BY x.id
                """,
                names=columnas(names),
                campana=self.id,
                control=self._sql_testigo(),
                source=seleccion.desde(),
                reason=seleccion.motivo(),
                dossiers=self._dossiers(),
            )
        )
        self.env["cartera.campana.linea"].invalidate_model(flush=False)

    def _sql_testigo(self):
        """Condition: the dossier is one of those left out to compare with, drawn by the run and the dossier."""
        return SQL("(HASHTEXT(CONCAT(%s::text, '/', x.id)) & 2147483647) %% 100 < %s", self.id, self.control_percent)

    def _escribir_mensajes(self):
        """A draft message for each line that gets one; `campana_linea_id` is unique: a line never gets two."""
        lines = SQL(
            """SELECT expediente_id, campana_id, id AS campana_linea_id FROM cartera_campana_linea
                WHERE campana_id = %s AND reason IS NULL""",
            self.id,
        )
        self._seleccion().insertar_mensajes(lines, ["campana_id", "campana_linea_id"])
        self.invalidate_recordset(["comunicacion_ids", "linea_ids", "conteo_ids"])

    def _deshacer(self):
        """Forget the preview: its lines, and its draft messages with whatever was written under them."""
        self.env.flush_all()
        drafts = SQL("SELECT id FROM cartera_comunicacion WHERE campana_id = %s", self.id)
        for table, model in (
            ("mail_message", "model"),
            ("mail_followers", "res_model"),
            ("mail_activity", "res_model"),
        ):
            self.env.cr.execute(
                SQL(
                    "DELETE FROM %s WHERE %s = 'cartera.comunicacion' AND res_id IN (%s)",
                    SQL.identifier(table),
                    SQL.identifier(model),
                    drafts,
                )
            )
        self.env.cr.execute(SQL("DELETE FROM cartera_comunicacion WHERE campana_id = %s", self.id))
        self.env.cr.execute(SQL("DELETE FROM cartera_campana_linea WHERE campana_id = %s", self.id))
        self.env.invalidate_all(flush=False)

    # --- approving ----------------------------------------------------------------------------------------------------

    def action_request(self):
        # EXTENDS cartera.firmable
        self._exigir_estado("prepared")
        for campana in self:
            campana._exigir_lista()
        self.sudo().write({"state": "approval"})
        return super().action_request()

    def restart_validation(self):
        # EXTENDS cartera.firmable: who takes the proposal back may mend it.
        res = super().restart_validation()
        self.filtered(lambda campana: campana.state == "approval").sudo().write({"state": "prepared"})
        return res

    def _al_firmarse(self):
        """Number and approve all its messages at once, and have them sent from the planned instant on."""
        self.comunicacion_ids._aprobar()
        # Computed before there were signatures, and tied to nothing that would compute it anew.
        self.invalidate_recordset(["need_validation"])
        self.write({"state": "running", "date_started": fields.Datetime.now()})
        self._programar()

    def _al_devolverse(self):
        """What was sent back is mended and proposed again: who sent it back, and why, stays in the chatter."""
        self.review_ids.unlink()
        self.write({"state": "prepared", "proposed_by_id": False, "date_proposed": False})

    # --- sending ------------------------------------------------------------------------------------------------------

    def _programar(self):
        """Wake up the job that sends."""
        job = self.env.ref("cartera_cobro.ir_cron_enviar").sudo()
        job._trigger([max(campana.date_planned, fields.Datetime.now()) for campana in self])

    def action_pause(self):
        """Stop after the batch that is being sent."""
        self._exigir_estado("running")
        self.sudo().write({"state": "paused"})

    def action_resume(self):
        """Go on with what is left."""
        self._exigir_estado("paused")
        self.sudo().write({"state": "running"})
        self._programar()

    def action_cancel(self):
        """End the run: what was not sent is not sent any more."""
        self._exigir_estado("draft", "prepared", "approval", "running", "paused")
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE cartera_comunicacion SET state = 'cancelled', drop_reason = 'cancelled'
                    WHERE campana_id IN %s AND state IN %s AND date_prepared IS NULL""",
                tuple(self.ids),
                PENDING,
            )
        )
        self.env.invalidate_all(flush=False)
        self.sudo().write({"state": "cancelled"})

    @api.model
    def _terminar(self):
        """Close the runs that have nothing left to send, and that no other worker is closing."""
        ended = self.search([("state", "=", "running")]).filtered(lambda campana: not campana.pending_count)
        ended.try_lock_for_update(allow_referencing=True).write({"state": "done", "date_done": fields.Datetime.now()})

    # --- screens ------------------------------------------------------------------------------------------------------

    def action_messages(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Messages of %s", self.name),
            "res_model": "cartera.comunicacion",
            "view_mode": "list,form",
            "domain": [("campana_id", "=", self.id)],
        }

    def action_results(self):
        """What the run brought, against those that got none."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_campana_efecto_action")
        return dict(action, domain=[("campana_id", "=", self.id)])
