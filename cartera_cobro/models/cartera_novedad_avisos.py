from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date, is_html_empty

from .cartera_novedad import ANSWER, ASK, COMMENT
from .cartera_novedad_correo import texto_de_respuesta


class CarteraNovedad(models.Model):
    """Who is told of a matter, when, and what they reply: its messages, reminders and conversation."""

    _inherit = "cartera.novedad"

    def _anunciar(self):
        """A line on the dossier and on the invoices, and the officer's plan to ask is done."""
        novedad = self.sudo()
        body = self.env._(
            "%(matter)s was sent to %(user)s, to be answered by %(day)s.",
            matter=novedad._get_html_link(),
            user=novedad.sent_to.name,
            day=format_date(self.env, novedad.deadline),
        )
        for record in [novedad.expediente_id, *novedad.partida_ids.move_id]:
            record._message_log(body=body)
        novedad.expediente_id.activity_feedback([ASK], user_id=novedad.asked_by.id)

    def _enviar(self):
        """The activity and the message of the recipient, who answers by replying to it."""
        novedad = self.sudo().with_context(lang=self.sent_to.lang, mail_activity_quick_update=True)
        novedad.activity_schedule(
            ANSWER, date_deadline=novedad.deadline, summary=novedad.display_name, user_id=novedad.sent_to.id
        )
        day = format_date(novedad.env, novedad.deadline)
        novedad._avisar(
            "cartera_cobro.novedad_enviada",
            novedad.env._("Please answer by %(day)s: %(matter)s", day=day, matter=novedad.display_name),
            self.env.user,
        )

    def _avisar(self, view, subject, author):
        """Post the rendered `view` to the recipient, in the name of `author` (a user)."""
        values = {"novedad": self, "format_date": format_date}
        self.message_post(
            body=self.env["ir.qweb"]._render(view, values, lang=self.env.lang),
            subject=subject,
            author_id=author.partner_id.id,
            partner_ids=self.sent_to.partner_id.ids,
            message_type="notification",
            subtype_xmlid=COMMENT,
        )

    def _reenviar(self, before):
        """After the recipient or the deadline changed: the activity follows, and a new recipient is told."""
        self.date_reminded = False
        if self.sent_to == before:
            self.activity_reschedule([ANSWER], user_id=before.id, date_deadline=self.deadline)
            return
        self.activity_unlink([ANSWER], user_id=before.id)
        self.message_unsubscribe(before.partner_id.ids)
        self._enviar()

    # --- the conversation ------------------------------------------------------------------------------------------

    def _message_post_after_hook(self, message, msg_values):
        # EXTENDS mail: what the recipient replies, by e-mail or in the chatter, is the answer.
        res = super()._message_post_after_hook(message, msg_values)
        novedad, message = self.sudo(), message.sudo()
        if novedad.state == "open" and novedad._es_respuesta(message):
            text = texto_de_respuesta(message.body)
            if not text and message.attachment_ids:
                text = self.env._("See the attachments of the reply.")
            if text:
                novedad._responder(text, novedad.sent_to)
        return res

    def _es_respuesta(self, message):
        """Whether the message is the recipient's own word to the others: no internal note, nothing automatic."""
        return (
            message.author_id == self.sent_to.partner_id
            and message.message_type in ("email", "comment")
            and message.subtype_id == self.env.ref(COMMENT)
            and not self.env.context.get("cartera_automatica")
            and not (is_html_empty(message.body) and not message.attachment_ids)
        )

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        # EXTENDS mail: who asks and who answers talk here, though they may not write the record.
        res = super()._mail_get_operation_for_mail_message_operation(message_operation)
        if message_operation == "create":
            talking = self.sudo().filtered(lambda n: self.env.user in (n.sent_to, n.asked_by))
            res.update(dict.fromkeys(self.browse(talking.ids), "read"))
        return res

    # --- reminders --------------------------------------------------------------------------------------------------

    @api.model
    def _cron_recordar(self, batch=50):
        """Daily: whoever let the day pass is reminded once, and the coordinator told, batch by batch."""
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=sum(self.search_count(d) for d in self._dominios_tarde()))
        for domain in self._dominios_tarde():
            while late := self.search(domain, limit=batch, order="deadline, id").try_lock_for_update():
                late.invalidate_recordset()
                late.filtered_domain(domain)._recordar()
                if not cron._commit_progress(len(late)):
                    return

    @api.model
    def _dominios_tarde(self):
        """One domain a company of what is late there and nobody was reminded of."""
        return [
            Domain(
                [
                    ("company_id", "=", company.id),
                    ("state", "=", "open"),
                    ("date_reminded", "=", False),
                    ("deadline", "<", company._cartera_hoy()),
                ]
            )
            for company in self.env["res.company"].search([("cartera_politica_id", "!=", False)])
        ]

    def _recordar(self):
        """Remind the recipients of these late matters, and tell the coordinators of the company in one message."""
        for novedad in self:
            novedad = novedad.with_context(lang=novedad.sent_to.lang, mail_notify_force_send=False)
            subject = novedad.env._("Late: %s", novedad.display_name)
            novedad._avisar("cartera_cobro.novedad_tarde", subject, novedad.asked_by)
            novedad.date_reminded = novedad.company_id._cartera_hoy()
        for company, late in self.grouped("company_id").items():
            for user in company._cartera_coordinadores():
                late._avisar_coordinador(user)

    def _avisar_coordinador(self, user):
        late = self.with_context(lang=user.lang, mail_notify_force_send=False)
        body = self.env["ir.qweb"]._render(
            "cartera_cobro.novedad_tarde_coordinador", {"novedades": late, "format_date": format_date}, lang=user.lang
        )
        late.env["mail.thread"].message_notify(
            partner_ids=user.partner_id.ids,
            body=body,
            subject=late.env._("%s matters without an answer after their deadline", len(late)),
        )
