"""The last step of e-mails: what collects leaves within the days and hours of Ley 2300 or waits for them; what the mail
server was not there to take waits for it, and what never leaves is said to have failed."""

import logging
import smtplib
from contextlib import contextmanager
from datetime import timedelta

from odoo import fields, models
from odoo.tools import split_every

from ..rules.contact import EXEMPT_PURPOSES
from .cartera_autorizacion import PURPOSE_LABELS
from .cartera_contacto import Caso, Guardia, ingenuo

_logger = logging.getLogger(__name__)

RETRY = timedelta(minutes=30)
GIVE_UP = timedelta(days=2)
# A server may hang up because of what an e-mail holds: its next try is after the next run of Odoo's hourly queue, so
# that those behind it leave, and there are few.
RETRY_CUT = timedelta(minutes=90)
MOST_CUTS = 3
# E-mails that collect whose hour is looked at together, just before they leave: so many take a slow server a minute.
SOME = 50


def primeros_instantes(company, at, channel, whom):
    """{record: first instant from `at` on (naive UTC) when it may leave} of `whom`, {what waits in a queue: partner}.

    By days and hours alone: it was judged whole when it was queued.
    """
    casos = [Caso(partner, at, channel, record.cartera_purpose) for record, partner in whom.items()]
    verdicts = Guardia(company.env, company).horario(casos)
    return {record: ingenuo(v.next_allowed) or at for record, v in zip(whom, verdicts, strict=True)}


def retener(queue, when, field, cron):
    """Keep waiting those of `when` ({record: first instant when it may leave}) whose instant has not come; those.

    `field` of each says until when, and the queue's scheduled action `cron` (xml id) runs then. queue: its model.
    """
    held, now = queue.browse(), fields.Datetime.now()
    for record, at in when.items():
        if at > now:
            record[field] = at
            held |= record
    if held:
        _logger.info("Outside the hours of Ley 2300: %s of %s wait", len(held), queue._name)
        queue.env.ref(cron).sudo()._trigger(at=set(held.mapped(field)))
    return held


class MailMail(models.Model):
    _inherit = "mail.mail"

    cartera_insist = fields.Boolean(
        string="Collections Keep Trying", help="It stands on no document, and is tried again as those that do."
    )
    cartera_cuts = fields.Integer(string="Times the Server Hung Up", readonly=True)
    cartera_purpose = fields.Selection(
        PURPOSE_LABELS,
        string="Purpose before Ley 2300",
        help="What collects leaves on the days and at the hours that the law and the policy allow.",
    )

    def _send(self, *args, post_send_callback=None, **kwargs):
        # EXTENDS mail: what collects is looked at once more, however long it waited, or those before it took.
        ours = self.filtered(lambda mail: mail.state == "outgoing" and mail._cartera_cobra())
        for some in (self - ours, *split_every(SOME, ours.ids, self.browse)):
            held = (some & ours)._cartera_fuera_de_hora()
            if held and post_send_callback:
                post_send_callback(held.ids)
            if going := some - held:
                with going._cartera_por_si_cuelga():
                    super(MailMail, going)._send(*args, post_send_callback=post_send_callback, **kwargs)
        return True

    def _cartera_cobra(self):
        return self.cartera_purpose and self.cartera_purpose not in EXEMPT_PURPOSES

    def _cartera_fuera_de_hora(self):
        """Those that may not leave now: they wait in the queue for the instant when they may."""
        when = self._cartera_cuando(fields.Datetime.now())
        return retener(self, when, "scheduled_date", "mail.ir_cron_mail_scheduler_action")

    def _cartera_cuando(self, at):
        """{e-mail: first instant from `at` on (naive UTC) when it may leave} of those that collect."""
        result = {}
        ours = self.filtered(lambda mail: mail._cartera_cobra() and mail.recipient_ids)
        for company, mails in ours.grouped("record_company_id").items():
            whom = {mail: mail.recipient_ids[0] for mail in mails}
            result |= primeros_instantes(company or self.env.company, at, "email", whom)
        return result

    @contextmanager
    def _cartera_por_si_cuelga(self):
        """Odoo lets this error out having written that the e-mail under way failed, and tells nobody."""
        waiting = self.filtered(lambda mail: mail.state == "outgoing")
        try:
            yield
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
        """The next instant (naive UTC) for it: what collects keeps the days and hours of Ley 2300."""
        at = fields.Datetime.now() + delay
        return self._cartera_cuando(at).get(self, at)
