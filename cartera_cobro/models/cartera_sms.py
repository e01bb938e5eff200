"""The last step of SMS: what collects leaves within the days and hours of Ley 2300 or waits for them in the queue."""

import logging

from odoo import api, fields, models
from odoo.fields import Domain

from ..rules.contact import EXEMPT_PURPOSES
from .cartera_autorizacion import PURPOSE_LABELS
from .cartera_reintento import primeros_instantes

_logger = logging.getLogger(__name__)


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
        held, now = self.browse(), fields.Datetime.now()
        ours = self.filtered(lambda sms: sms.partner_id and sms._cartera_cobra())
        for company, texts in ours.grouped(lambda sms: sms._get_sms_company()).items():
            whom = {sms: sms.partner_id for sms in texts}
            for sms, at in primeros_instantes(company, now, "sms", whom).items():
                if at > now:
                    sms.cartera_not_before = at
                    held |= sms
        if held:
            _logger.info("Outside the hours of Ley 2300: %s SMS wait", len(held))
            self.env.ref("sms.ir_cron_sms_scheduler_action").sudo()._trigger(at=set(held.mapped("cartera_not_before")))
        return held

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
