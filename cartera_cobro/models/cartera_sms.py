"""The last step of SMS: what collects leaves within the days and hours of Ley 2300 or waits for them in the queue; what
the gateway was not there to take waits for it, and what never leaves is said to have failed."""

from odoo import api, fields, models
from odoo.fields import Domain

from ..rules.contact import EXEMPT_PURPOSES
from .cartera_autorizacion import PURPOSE_LABELS
from .cartera_entrega import DE_LA_PASARELA
from .cartera_reintento import GIVE_UP, RETRY, primeros_instantes, retener

QUEUE = "sms.ir_cron_sms_scheduler_action"


class SmsSms(models.Model):
    _inherit = "sms.sms"

    cartera_purpose = fields.Selection(
        PURPOSE_LABELS,
        string="Purpose before Ley 2300",
        help="What collects leaves on the days and at the hours that the law and the policy allow.",
    )
    cartera_not_before = fields.Datetime(string="Waits Until", readonly=True)

    def _send(self, unlink_failed=False, unlink_sent=True, raise_exception=False):
        # EXTENDS sms: what collects is looked at once more, however long it waited.
        going = self - self._cartera_fuera_de_hora()
        if going:
            options = {"unlink_failed": unlink_failed, "unlink_sent": unlink_sent, "raise_exception": raise_exception}
            return super(SmsSms, going)._send(**options)
        return None

    def _cartera_fuera_de_hora(self):
        """Those that may not leave now: they wait in the queue for the instant when they may."""
        return retener(self, self._cartera_cuando(fields.Datetime.now()), "cartera_not_before", QUEUE)

    def _cartera_cuando(self, at):
        """{SMS: first instant from `at` on (naive UTC) when it may leave} of those that collect."""
        result = {}
        ours = self.filtered(lambda sms: sms.partner_id and sms._cartera_cobra())
        for company, texts in ours.grouped(lambda sms: sms._get_sms_company()).items():
            result |= primeros_instantes(company, at, "sms", {sms: sms.partner_id for sms in texts})
        return result

    def _cartera_cobra(self):
        return self.state == "outgoing" and self.cartera_purpose and self.cartera_purpose not in EXEMPT_PURPOSES

    @api.model
    def _process_queue(self):
        # EXTENDS sms: what waits for its hour does not keep the others waiting.
        return super(SmsSms, self.with_context(cartera_en_su_hora=True))._process_queue()

    @api.model
    def _search(self, domain, *args, **kwargs):
        # EXTENDS base
        if self.env.context.get("cartera_en_su_hora"):
            at = Domain("cartera_not_before", "=", False) | Domain("cartera_not_before", "<=", fields.Datetime.now())
            domain = Domain(domain) & at
        return super()._search(domain, *args, **kwargs)

    # --- what the gateway did not take --------------------------------------------------------------------------------

    def _handle_call_result_hook(self, results):
        # EXTENDS sms: what it surely did not take is tried again later, for two days.
        res = super()._handle_call_result_hook(results)
        failed = self.filtered(lambda sms: sms.state == "error" and sms.failure_type in DE_LA_PASARELA)
        ours = {m.mail_message_id: m for m in self.env["cartera.comunicacion"]._de_mensajes(failed.mail_message_id)}
        failed = failed.filtered(lambda sms: sms.mail_message_id in ours)
        said = {result["uuid"]: result for result in results}
        unsent = failed.filtered(lambda sms: sms.failure_type != "sms_server" or said[sms.uuid].get("unsent"))
        since = fields.Datetime.now() - GIVE_UP
        later = unsent.filtered(lambda sms: sms.create_date > since)
        later._cartera_aplazar()
        why = {sms: (sms._cartera_motivo(said[sms.uuid]), sms not in unsent) for sms in failed - later}
        for (reason, perhaps), texts in (failed - later).grouped(why.get).items():
            self.env["cartera.comunicacion"].union(*map(ours.get, texts.mail_message_id))._no_salir(reason, perhaps)
        return res

    def _cartera_motivo(self, result):
        """Why it failed (str): what the gateway says, else the name of the kind of failure."""
        labels = dict(self._fields["failure_type"]._description_selection(self.env))
        return result.get("failure_reason") or labels[self.failure_type]

    def _cartera_aplazar(self):
        """They go back to the queue, until the next instant that Ley 2300 allows; why they wait stays on them."""
        at = fields.Datetime.now() + RETRY
        self.write({"state": "outgoing", "to_delete": False})
        self.sms_tracker_id._action_update_from_sms_state("outgoing")
        when = dict.fromkeys(self, at) | self._cartera_cuando(at)
        for instant, texts in self.grouped(when.get).items():
            texts.cartera_not_before = instant
        if when:
            self.env.ref(QUEUE).sudo()._trigger(at=set(when.values()))
