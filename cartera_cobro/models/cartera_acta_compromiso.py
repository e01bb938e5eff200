from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

TASK = "mail.mail_activity_data_todo"


class CarteraActaCompromiso(models.Model):
    """Something that a session left for somebody to do: what, who, until when. It shows in the next sessions."""

    _name = "cartera.acta.compromiso"
    _description = "Commitment of a Session"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "state desc, deadline, id"
    _check_company_auto = True

    acta_id = fields.Many2one("cartera.acta", string="Minutes", required=True, index=True, ondelete="cascade")
    acta_state = fields.Selection(related="acta_id.state", string="State of the Minutes", store=True)
    comite_id = fields.Many2one(related="acta_id.comite_id", string="Committee", store=True, index=True)
    company_id = fields.Many2one(related="acta_id.company_id", store=True, index=True)
    caso_id = fields.Many2one(
        "cartera.acta.caso",
        string="Case",
        domain="[('acta_id', '=', acta_id)]",
        ondelete="set null",
        index="btree_not_null",
    )
    name = fields.Char(string="What", required=True)
    user_id = fields.Many2one(
        "res.users",
        string="Who",
        required=True,
        index=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    deadline = fields.Date(string="Until", required=True)
    state = fields.Selection(
        [("open", "Open"), ("done", "Done"), ("dropped", "Given Up")],
        required=True,
        default="open",
        readonly=True,
        tracking=True,
    )
    is_late = fields.Boolean(compute="_compute_is_late")
    date_done = fields.Date(string="Ended On", readonly=True)
    done_by_id = fields.Many2one("res.users", string="Ended By", readonly=True)
    done_note = fields.Char(string="How It Ended", readonly=True)

    @api.depends("state", "deadline")
    def _compute_is_late(self):
        for compromiso in self:
            today = compromiso.company_id._cartera_hoy()
            compromiso.is_late = (
                compromiso.state == "open" and bool(compromiso.deadline) and compromiso.deadline < today
            )

    @api.model_create_multi
    def create(self, vals_list):
        compromisos = super().create(vals_list)
        compromisos.acta_id._exigir_abierta()
        return compromisos

    def write(self, vals):
        if not self.env.su:
            if vals.keys() & {"name", "user_id", "deadline", "caso_id", "acta_id"}:
                self.acta_id._exigir_abierta()
            if vals.keys() & {"state", "date_done", "done_by_id", "done_note"}:
                raise UserError(self.env._("A commitment ends by its buttons, with a note."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_open(self):
        self.acta_id._exigir_abierta()

    # --- how it ends ----------------------------------------------------------------------------------------------

    def action_done(self, note):
        """Done, by who was to do it or who keeps the minutes; `note` (str) says what was done."""
        self._exigir_suyo()
        self._terminar("done", note)
        return True

    def action_drop(self, note):
        """Given up: whoever keeps the minutes says why."""
        self.check_access("write")
        self._terminar("dropped", note)
        return True

    def _exigir_suyo(self):
        self.check_access("read")
        others = self.filtered(lambda c: c.user_id != self.env.user)
        if others and not others.has_access("write"):
            raise AccessError(
                self.env._(
                    "%(what)s is for %(who)s to do: they, or who keeps the minutes, say that it is done.",
                    what=others[0].name,
                    who=others[0].user_id.name,
                )
            )

    def _terminar(self, state, note):
        if not (note or "").strip():
            raise UserError(self.env._("Say what was done, or why it is given up: the next session reads it."))
        for compromiso in self.filtered(lambda c: c.state != "open"):
            raise UserError(self.env._("%s ended already.", compromiso.name))
        for compromiso in self.sudo():
            compromiso.write(
                {
                    "state": state,
                    "date_done": compromiso.company_id._cartera_hoy(),
                    "done_by_id": self.env.uid,
                    "done_note": note.strip(),
                }
            )
        self.sudo().activity_ids.unlink()

    def _encargar(self):
        """An activity for each responsible, with the deadline."""
        for compromiso in self.filtered(lambda c: c.state == "open"):
            compromiso.activity_schedule(
                TASK,
                date_deadline=compromiso.deadline,
                summary=compromiso.name,
                note=compromiso.acta_id.display_name,
                user_id=compromiso.user_id.id,
            )

    def _resumen(self):
        """[minutes, what, who, until (ISO), state, note] of each, as the next minutes keep them."""
        return [
            [c.acta_id.number or "", c.name, c.user_id.name, str(c.deadline), c.state, c.done_note or ""] for c in self
        ]


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        # EXTENDS mail: "done" with some words, by the responsible, ends the commitment.
        asked = self.filtered(lambda a: a.res_model == "cartera.acta.compromiso" and a.user_id == self.env.user)
        ids = asked.mapped("res_id")
        res = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        if feedback and feedback.strip():
            compromisos = self.env["cartera.acta.compromiso"].sudo().browse(ids).exists()
            compromisos.filtered(lambda c: c.state == "open")._terminar("done", feedback)
        return res
