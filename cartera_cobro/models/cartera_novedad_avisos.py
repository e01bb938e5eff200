from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from .cartera_novedad import ANSWER, ASK, COMMENT


class CarteraNovedad(models.Model):
    """Who is told of a matter, and when: the recipient at once and once more when late, then the coordinator."""

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
