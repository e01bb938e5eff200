"""E-mails that the mail server was not there to take: they wait for it, and are not said to have come back."""

import logging
from datetime import timedelta

from odoo import fields, models

from ..rules.contact import Limits
from .cartera_contacto import Guardia, consciente

_logger = logging.getLogger(__name__)

RETRY = timedelta(minutes=30)
GIVE_UP = timedelta(days=2)


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(self, success_pids, success_emails, failure_reason=False, failure_type=None):
        # EXTENDS mail: where there is no server, nothing left: ours are tried again later, for two days.
        later = self._cartera_por_reintentar() if failure_type == "mail_smtp" else self.browse()
        for mail in later:
            mail.write({"state": "outgoing", "scheduled_date": mail._cartera_cuando_reintentar()})
        rest = self - later
        if later:
            _logger.info("No mail server: %s e-mails are tried again later", len(later))
        if not rest:
            return True
        return super(MailMail, rest)._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )

    def _cartera_por_reintentar(self):
        since = fields.Datetime.now() - GIVE_UP
        return self.filtered(lambda mail: (mail.model or "").startswith("cartera.") and mail.create_date > since)

    def _cartera_cuando_reintentar(self):
        """The next instant (naive UTC) for it: what goes to debtors keeps the days and hours of Ley 2300."""
        at = fields.Datetime.now() + RETRY
        ours = self.env["cartera.comunicacion"]._de_mensajes(self.mail_message_id)
        if not ours or ours.partner_id.cartera_contact_exempt:
            return at
        days_off = Guardia(self.env, ours.company_id)._festivos()
        verdict = Limits().check(consciente(at), "email", consents={"email"}, holidays=days_off)
        return at if verdict.allowed else verdict.next_allowed.replace(tzinfo=None)
