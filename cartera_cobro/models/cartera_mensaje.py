"""E-mails and SMS in Odoo's own queues, many at once.

Each is a message of the dossier's chatter with its notification, as if posted there: answers land on the dossier, and
what Odoo learns of the delivery comes back to the message (`cartera_entrega`).
"""

from markupsafe import Markup, escape
from odoo.fields import Command


def encolar(mensajes):
    """Queue rendered messages of one company through e-mail or SMS."""
    emails = mensajes.filtered(lambda m: m.channel == "email")
    _encolar_correos(emails, _publicar(emails, "email_outgoing"))
    texts = mensajes.filtered(lambda m: m.channel == "sms")
    _encolar_sms(texts, _publicar(texts, "sms"))


def _publicar(mensajes, message_type):
    """Make the chatter's message of each (mail.message, in their order)."""
    env = mensajes.env
    if not mensajes:
        return env["mail.message"]
    company = mensajes.company_id
    sender = company.email_formatted or env.user.email_formatted
    expedientes = mensajes.expediente_id
    reply_to = expedientes._notify_get_reply_to(default=sender)
    subtype = env["ir.model.data"]._xmlid_to_res_id("mail.mt_note")
    published = env["mail.message"].create(
        [
            {
                "model": expedientes._name,
                "res_id": mensaje.expediente_id.id,
                "record_name": mensaje.partner_id.display_name,
                "record_company_id": company.id,
                "record_alias_domain_id": company.alias_domain_id.id,
                "author_id": company.partner_id.id,
                "email_from": sender,
                "reply_to": reply_to[mensaje.expediente_id.id],
                "message_type": message_type,
                "subtype_id": subtype,
                "subject": mensaje.subject,
                "body": mensaje.body_html if message_type == "email_outgoing" else _parrafos(mensaje.text),
                "partner_ids": [Command.link(mensaje.partner_id.id)],
                "attachment_ids": [Command.link(mensaje.pdf_id.id)] if mensaje.pdf_id else [],
            }
            for mensaje in mensajes
        ]
    )
    for mensaje, message in zip(mensajes, published, strict=True):
        mensaje.mail_message_id = message
    return published


def _parrafos(text):
    return Markup("<p>%s</p>") % Markup("<br/>").join(escape(line) for line in (text or "").splitlines())


def _encolar_correos(mensajes, published):
    env = mensajes.env
    mails = env["mail.mail"].create(
        [
            {
                "mail_message_id": message.id,
                "body_html": mensaje.body_html,
                "recipient_ids": [Command.link(mensaje.partner_id.id)],
                "auto_delete": True,
                "state": "outgoing",
            }
            for mensaje, message in zip(mensajes, published, strict=True)
        ]
    )
    _notificar(mensajes, published, [{"mail_mail_id": m.id, "notification_type": "email"} for m in mails])


def _encolar_sms(mensajes, published):
    env = mensajes.env
    if not mensajes:
        return
    texts = env["sms.sms"].create(
        [
            {
                "mail_message_id": message.id,
                "partner_id": mensaje.partner_id.id,
                "number": mensaje.address,
                "body": mensaje.text,
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
    _notificar(mensajes, published, tracks)


def _notificar(mensajes, published, values):
    """The notification that follows each message to its debtor."""
    mensajes.env["mail.notification"].create(
        [
            {
                "mail_message_id": message.id,
                "author_id": message.author_id.id,
                "res_partner_id": mensaje.partner_id.id,
                "mail_email_address": mensaje.partner_id.email_normalized,
                "is_read": True,
                "notification_status": "ready",
                **extra,
            }
            for mensaje, message, extra in zip(mensajes, published, values, strict=True)
        ]
    )
