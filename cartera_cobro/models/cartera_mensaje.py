"""E-mails and SMS to debtors in Odoo's own queues, many at once.

Each is a message of a record's chatter with its notification, as if posted there: answers land on the record, and what
Odoo learns of the delivery comes back to the message (`cartera_entrega`).
"""

from typing import NamedTuple

from markupsafe import Markup, escape
from odoo.fields import Command
from odoo.models import BaseModel


class Sobre(NamedTuple):
    """What is said to whom. record: whose chatter keeps it; body: as the chatter shows it; attachment: one, some or
    none; mail: the body of the e-mail (Markup), where that is another; purpose: before Ley 2300, one of rules.contact's
    ("reply", "information"… go at any hour, as does what is not for debtors)."""

    record: BaseModel
    partner: BaseModel
    subject: str
    body: str
    attachment: BaseModel
    mail: str = ""
    purpose: str = "information"


def encolar(mensajes):
    """Queue rendered messages of one company through e-mail or SMS."""
    emails = mensajes.filtered(lambda m: m.channel == "email")
    if emails:
        sobres = [
            Sobre(
                record=m.expediente_id,
                partner=m.partner_id,
                subject=m.subject,
                body=m.body_html,
                attachment=m.pdf_id,
                mail=m._cuerpo_del_correo(),
                purpose=m._proposito_ante_la_ley(),
            )
            for m in emails
        ]
        _enlazar(emails, encolar_correos(emails.company_id, sobres))
    texts = mensajes.filtered(lambda m: m.channel == "sms")
    if texts:
        sobres = [Sobre(m.expediente_id, m.partner_id, m.subject, _parrafos(m.text), m.pdf_id) for m in texts]
        published = _publicar(texts.company_id, sobres, "sms")
        _enlazar(texts, published)
        _encolar_sms(texts, sobres, published)


def _enlazar(mensajes, published):
    for mensaje, message in zip(mensajes, published, strict=True):
        mensaje.mail_message_id = message


def _publicar(company, sobres, message_type):
    """Make the chatter's message of each, all on records of one model (mail.message, in their order)."""
    env = company.env
    sender = company.email_formatted or env.user.email_formatted
    records = sobres[0].record.union(*(sobre.record for sobre in sobres))
    reply_to = records._notify_get_reply_to(default=sender)
    subtype = env["ir.model.data"]._xmlid_to_res_id("mail.mt_note")
    return env["mail.message"].create(
        [
            {
                "model": sobre.record._name,
                "res_id": sobre.record.id,
                "record_name": sobre.record.display_name,
                "record_company_id": company.id,
                "record_alias_domain_id": company.alias_domain_id.id,
                "author_id": company.partner_id.id,
                "email_from": sender,
                "reply_to": reply_to[sobre.record.id],
                "message_type": message_type,
                "subtype_id": subtype,
                "subject": sobre.subject,
                "body": sobre.body,
                "partner_ids": [Command.link(sobre.partner.id)],
                "attachment_ids": [Command.link(file.id) for file in sobre.attachment or ()],
            }
            for sobre in sobres
        ]
    )


def _parrafos(text):
    return Markup("<p>%s</p>") % Markup("<br/>").join(escape(line) for line in (text or "").splitlines())


def encolar_correos(company, sobres):
    """Queue e-mails of one company, on records of one model, with superuser rights; the chatter's messages.

    They leave as soon as this is committed: Odoo's queue would wait for its hour, and the hours of Ley 2300 go by.
    """
    published = _publicar(company, sobres, "email_outgoing")
    mails = company.env["mail.mail"].create(
        [
            {
                "mail_message_id": message.id,
                "body_html": sobre.mail or sobre.body,
                "recipient_ids": [Command.link(sobre.partner.id)],
                "auto_delete": True,
                "state": "outgoing",
                "cartera_purpose": sobre.purpose,
            }
            for sobre, message in zip(sobres, published, strict=True)
        ]
    )
    _notificar(sobres, published, [{"mail_mail_id": m.id, "notification_type": "email"} for m in mails])
    company.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
    return published


def _encolar_sms(mensajes, sobres, published):
    env = mensajes.env
    texts = env["sms.sms"].create(
        [
            {
                "mail_message_id": message.id,
                "partner_id": mensaje.partner_id.id,
                "number": mensaje.address,
                "body": mensaje.text,
                "cartera_purpose": mensaje._proposito_ante_la_ley(),
            }
            for mensaje, message in zip(mensajes, published, strict=True)
        ]
    )
    tracks = [
        {
            "notification_type": "sms",
            "sms_id_int": sms.id,
            "sms_number": sms.number,
            "sms_tracker_ids": [Command.create({"sms_uuid": sms.uuid})],
        }
        for sms in texts
    ]
    _notificar(sobres, published, tracks)


def _notificar(sobres, published, values):
    """The notification that follows each message to its debtor."""
    published.env["mail.notification"].create(
        [
            {
                "mail_message_id": message.id,
                "author_id": message.author_id.id,
                "res_partner_id": sobre.partner.id,
                "mail_email_address": sobre.partner.email_normalized,
                "is_read": True,
                "notification_status": "ready",
                **extra,
            }
            for sobre, message, extra in zip(sobres, published, values, strict=True)
        ]
    )
