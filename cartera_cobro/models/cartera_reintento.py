"""E-mails that the mail server was not there to take wait for it; what never leaves is said to have failed."""

import logging
import smtplib
from datetime import timedelta

from odoo import fields, models

from ..rules.contact import Limits
from .cartera_contacto import Guardia, consciente

_logger = logging.getLogger(__name__)

RETRY = timedelta(minutes=30)
GIVE_UP = timedelta(days=2)
# A server may hang up because of what an e-mail holds: its next try is after the next run of Odoo's hourly queue, so
# that those behind it leave, and there are few.
RETRY_CUT = timedelta(minutes=90)
MOST_CUTS = 3


class MailMail(models.Model):
    _inherit = "mail.mail"

    cartera_insist = fields.Boolean(
        string="Collections Keep Trying", help="It stands on no document, and is tried again as those that do."
    )
    cartera_cuts = fields.Integer(string="Times the Server Hung Up", readonly=True)

    def _send(self, *args, **kwargs):
        # EXTENDS mail, which lets this error out having written that the e-mail under way failed, and tells nobody.
        waiting = self.filtered(lambda mail: mail.state == "outgoing")
        try:
            return super()._send(*args, **kwargs)
        except smtplib.SMTPServerDisconnected as error:
            # Those behind it have not been touched.
            under_way = waiting.exists().filtered(lambda mail: mail.state == "exception")[-1:]
            under_way.filtered(lambda mail: mail._cartera_es_nuestro())._cartera_cortado(str(error))
            raise

    def _cartera_cortado(self, reason):
        """The server hung up in the middle of it, with that reason: it is tried again, or has failed.

        Of one to several persons some may have it already.
        """
        for mail in self:
            mail.write({"cartera_cuts": mail.cartera_cuts + 1, "failure_reason": reason})
            tries = mail.cartera_cuts < MOST_CUTS and len(mail.recipient_ids) + bool(mail.email_to) == 1
            if tries and mail._cartera_por_reintentar():
                mail._cartera_aplazar(RETRY_CUT * mail.cartera_cuts, reason)
            else:
                mail._postprocess_sent_message([], [], failure_reason=reason, failure_type="unknown")

    def _postprocess_sent_message(self, success_pids, success_emails, failure_reason=False, failure_type=None):
        # EXTENDS mail: where there is no server, nothing left: ours are tried again later, for two days.
        later = self._cartera_por_reintentar() if failure_type == "mail_smtp" else self.browse()
        for mail in later:
            mail._cartera_aplazar(RETRY, failure_reason or mail.failure_reason)
        rest = self - later
        if later:
            _logger.info("No mail server: %s e-mails are tried again later", len(later))
        if not rest:
            return True
        digests = rest._cartera_resumenes()
        why = failure_type and (failure_reason or rest._cartera_motivo(failure_type))
        res = super(MailMail, rest)._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )
        for some in digests:
            told = some if why else some.filtered(lambda digest: digest.state == "failed")
            told.write({"state": "failed" if why else "sent", "failed_reason": why and why[:500]})
        return res

    def _cartera_resumenes(self):
        """The digests (in sudo) that these carry, a recordset a model."""
        registry = self.env.registry
        # What people reply on a digest is a message of its own.
        carried = self.filtered(lambda mail: mail.message_type == "email_outgoing" and mail.model in registry)
        return [
            self.env[model].sudo().browse(mails.mapped("res_id")).exists()
            for model, mails in carried.grouped("model").items()
            if issubclass(registry[model], registry["cartera.correo"])
        ]

    def _cartera_por_reintentar(self):
        since = fields.Datetime.now() - GIVE_UP
        return self.filtered(lambda mail: mail._cartera_es_nuestro() and mail.create_date > since)

    def _cartera_es_nuestro(self):
        return self.cartera_insist or (self.model or "").startswith("cartera.")

    def _cartera_aplazar(self, delay, reason):
        self.write(
            {"state": "outgoing", "scheduled_date": self._cartera_cuando_reintentar(delay), "failure_reason": reason}
        )

    def _cartera_cuando_reintentar(self, delay):
        """The next instant (naive UTC) for it: what goes to debtors keeps the days and hours of Ley 2300."""
        at = fields.Datetime.now() + delay
        ours = self.env["cartera.comunicacion"]._de_mensajes(self.mail_message_id)
        if not ours or ours.partner_id.cartera_contact_exempt:
            return at
        days_off = Guardia(self.env, ours.company_id)._festivos()
        verdict = Limits().check(consciente(at), "email", consents={"email"}, holidays=days_off)
        return at if verdict.allowed else verdict.next_allowed.replace(tzinfo=None)
