from babel.dates import format_date
from babel.numbers import format_decimal
from odoo import api, fields, models

from .cartera_contacto import BOGOTA, consciente

SPANISH = "es_CO"


class CarteraCorreo(models.AbstractModel):
    """A digest that was e-mailed to a person of a company, one row each: what they reply lands in its messages.

    Whoever inherits it has `company_id` and `user_id`, and says its subject (`_asunto`).
    """

    _name = "cartera.correo"
    _description = "E-mailed Digest"
    _inherit = ["mail.thread"]

    state = fields.Selection(
        [("sent", "Sent"), ("no_email", "No e-mail address"), ("failed", "Did not leave")],
        required=True,
        readonly=True,
    )
    failed_reason = fields.Char(string="Why It Did Not Leave", readonly=True)

    @api.model
    def _estado_para(self, user):
        """The state in which the digest of a user is born."""
        return "sent" if user.email_normalized else "no_email"

    def _asunto(self):
        raise NotImplementedError

    @api.model
    def _para_escribir(self, company):
        """The model, to create digests of a company: in Spanish, and without the chatter's own additions."""
        return self.with_company(company).with_context(
            lang=self._idioma(), mail_notrack=True, mail_create_nosubscribe=True, mail_create_nolog=True
        )

    def _encolar(self, bodies, coordinators, files=None):
        """Queue the e-mails: one message a digest, which the coordinators and the person follow.

        `bodies` is {digest: HTML}, `files` {digest: attachments}, of those that carry any.
        """
        if not self:
            return
        sender, comment = self.company_id.partner_id, self.env.ref("mail.mt_comment").id
        reply_to = self._notify_get_reply_to(default=coordinators[:1].email_formatted or sender.email_formatted)
        messages = self.env["mail.message"].create(
            [
                {
                    "model": self._name,
                    "res_id": digest.id,
                    "subject": digest._asunto(),
                    "body": bodies[digest],
                    "message_type": "email_outgoing",
                    "subtype_id": comment,
                    "author_id": sender.id,
                    "email_from": sender.email_formatted or self.env.user.email_formatted,
                    "reply_to": reply_to[digest.id],
                    "partner_ids": digest.user_id.partner_id.ids,
                    "attachment_ids": files[digest].ids if files and digest in files else [],
                }
                for digest in self
            ]
        )
        self.env["mail.mail"].create(
            [
                {
                    "mail_message_id": message.id,
                    "body_html": bodies[digest],
                    "recipient_ids": digest.user_id.partner_id.ids,
                    "auto_delete": True,
                }
                for digest, message in zip(self, messages, strict=True)
            ]
        )
        self._seguir(coordinators, comment)

    def _seguir(self, coordinators, comment):
        """The person and the coordinators follow the digest: what one replies (`comment`) reaches the others."""
        self.env["mail.followers"].sudo().create(
            [
                {"res_model": self._name, "res_id": digest.id, "partner_id": partner.id, "subtype_ids": [comment]}
                for digest in self
                for partner in digest.user_id.partner_id | coordinators.partner_id
            ]
        )

    @api.model
    def _idioma(self):
        """The installed language in which stages have their Spanish names, where there is one."""
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        return next((code for code in [SPANISH, "es_419", *installed] if code in installed and code[:2] == "es"), None)


def pesos(amount):
    """4500000.4 as 4.500.000."""
    return format_decimal(round(amount), locale=SPANISH)


def dia(day):
    """A date as 15 jul; with its year when it is not this week's business: 15 jul 2025 stays readable."""
    return format_date(day, "d MMM y", locale=SPANISH)


def dia_de(instant):
    """The day in Colombia of a naive UTC instant, as `dia`."""
    return dia(consciente(instant).astimezone(BOGOTA).date())
