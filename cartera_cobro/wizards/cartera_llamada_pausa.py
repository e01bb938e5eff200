from odoo import api, fields, models
from odoo.tools import format_datetime

from ..rules.contact import BOGOTA


class CarteraLlamadaPausa(models.TransientModel):
    """Why the calling queue has nobody for the officer now, and until when."""

    _name = "cartera.llamada.pausa"
    _description = "Nobody to Call Now"

    next_time = fields.Char(readonly=True)
    reasons = fields.Text(readonly=True)

    @api.model
    def _pantalla(self, cola):
        """The dialogue that explains the empty queue `cola`."""
        counts, back = cola.motivos()
        when = back and format_datetime(self.env, back, tz=BOGOTA.key, dt_format="EEEE d MMMM, HH:mm")
        pausa = self.create({"next_time": when, "reasons": self._explicar(counts)})
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_llamada_pausa_action")
        return dict(action, res_id=pausa.id)

    @api.model
    def _explicar(self, counts):
        """A line for each reason, with its dossiers counted; one sentence where the queue is empty."""
        if not counts:
            return self.env._("None of your dossiers is overdue and in a stage that is collected by calling.")
        known = [(counts[reason], sentence) for reason, sentence in self._motivos().items() if reason in counts]
        return "\n".join(f"{count}: {sentence}" for count, sentence in known)

    @api.model
    def _motivos(self):
        return {
            "closed": self.env._("outside the days and hours of collection"),
            "guard": self.env._("were spoken to already, today or this week (Ley 2300)"),
            "resting": self.env._("were tried a moment ago: the policy spaces attempts"),
            "waiting": self.env._("what was agreed with them is for a later day"),
            "paused": self.env._("all they owe is promised, under an agreement, or on a proof being checked"),
            "taken": self.env._("in another officer's hands"),
            "skipped": self.env._("skipped today"),
            "consent": self.env._("have not authorised calls: record their authorisation, or write to them"),
            "phone": self.env._("have no phone: find one"),
        }

    def action_retry(self):
        return self.env["cartera.llamada"].action_siguiente()
