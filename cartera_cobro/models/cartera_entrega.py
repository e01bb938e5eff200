"""What comes back of a message: received, or returned with the reason, from Odoo's queues or from a person's hand."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, html2plaintext

from .cartera_envio import Envio

# What a person may say of a message that left; the moment from which it may be said.
ON_ITS_WAY = ("sent", "delivered", "returned")
# Status of an SMS (sms.tracker) → what becomes of the message.
FAILED = ("exception", "bounce", "canceled")
# Failures of an SMS that are the gateway's: it was not there, has no credit left, or does not know us.
DE_LA_PASARELA = ("sms_server", "sms_credit", "sms_acc")


class CarteraComunicacion(models.Model):
    _inherit = "cartera.comunicacion"

    def _recibir(self, day=None, receipt=None, note=False):
        """Mark as received those that are on their way: `day` (date, default today), `receipt` (ir.attachment)."""
        arrived = self.filtered(lambda c: c.state in ("sent", "returned"))
        for company, group in arrived.grouped("company_id").items():
            values = {"state": "delivered", "date_received": day or company._cartera_hoy(), "returned_reason": False}
            group.write(values | ({"receipt_id": receipt.id} if receipt else {}))
        arrived._anotar_resultado("delivered", note)
        return arrived

    def _devolver(self, reason):
        """Mark as returned those on their way, with the reason (str)."""
        back = self.filtered(lambda c: c.state in ("sent", "delivered"))
        back.write({"state": "returned", "returned_reason": (reason or "")[:500], "date_received": False})
        back._anotar_resultado("returned", reason)
        return back

    def _no_salir(self, reason, perhaps=False):
        """Mark as returned, with the reason, those that a gateway or server was not there to take.

        Nothing is wrong with the number or address, and it was no attempt; unless it has `perhaps` left after all.
        """
        unsent = self.filtered(lambda c: c.state == "sent")
        unsent.write({"state": "returned", "returned_reason": (reason or "")[:500]})
        unsent._anotar_resultado("returned", reason, next_step="none")
        if not perhaps:
            unsent._salidas()._anular(reason)

    def _reenviado(self):
        """Odoo tried again what had failed, and it went: it is on its way, since now where it had not left before."""
        again = self.filtered(lambda c: c.state == "returned")
        again.write({"state": "sent", "returned_reason": False})
        unrecorded = again - again._salidas().comunicacion_id
        for company, mensajes in unrecorded.grouped("company_id").items():
            Envio(self.env, company).anotar_envio(mensajes, reason=self.env._("Made already: its provider reports it."))

    def _salidas(self):
        """The rows of the contact log (in sudo) that say that these left."""
        left = [("comunicacion_id", "in", self.ids), ("result", "=", "sent"), ("date_annulled", "=", False)]
        return self.env["cartera.gestion"].sudo().search(left) if self else self.env["cartera.gestion"].sudo()

    def _anotar_resultado(self, result, note, **extra):
        """The answer of the channel in the contact log: an inbound row, for it is no attempt of ours."""
        self.env["cartera.gestion"].sudo().create(
            [
                {
                    "expediente_id": mensaje.expediente_id.id,
                    "comunicacion_id": mensaje.id,
                    "date": fields.Datetime.now(),
                    "channel": mensaje.channel,
                    "direction": "in",
                    "purpose": mensaje.purpose,
                    "result": result,
                    "address": mensaje.address,
                    "note": note or mensaje.subject,
                    "user_id": (mensaje.user_id or self.env.user).id,
                    **extra,
                }
                for mensaje in self
            ]
        )

    @api.model
    def _de_mensajes(self, messages):
        """The messages (in sudo) that mail.message records carry."""
        return self.sudo().search([("mail_message_id", "in", messages.ids)]) if messages else self.sudo()

    # --- by hand ------------------------------------------------------------------------------------------------------

    def action_received(self, day=None, receipt=None):
        """Somebody has proof that it was received. A letter needs its receipt (CC2's control point): it is uploaded.

        day: date, default today; receipt: an ir.attachment. Of one received already they correct what was recorded;
        among others that were not, those keep it.
        """
        self.check_access("write")
        if any(c.state not in ON_ITS_WAY for c in self):
            raise UserError(self.env._("Only what was sent can have been received."))
        if any(c.channel == "letter" and not (receipt or c.receipt_id) for c in self):
            raise UserError(self.env._("A letter is received when its receipt is here: upload it."))
        if day:
            self._exigir_dia_posible(fields.Date.to_date(day))
        if receipt:
            receipt.sudo().write({"res_model": self._name, "res_id": self[:1].id})
        if not self.sudo()._recibir(day, receipt):
            self.sudo()._corregir_recibo(fields.Date.to_date(day), receipt)
        return True

    def _corregir_recibo(self, day, receipt):
        """The day (date) or the proof of a receipt was recorded wrong: it is put right, and what it was is kept."""
        moved = self.filtered(lambda c: day and c.date_received != day)
        if len(self) != 1 or not (moved or receipt):
            raise UserError(
                self.env._(
                    "Received already: %s. If a day or a proof is wrong, open that one alone and give the right one.",
                    ", ".join(self.mapped("display_name")),
                )
            )
        changes = []
        if moved:
            old, new = (format_date(self.env, one) for one in (self.date_received, day))
            changes.append(self.env._("Received on %(new)s, and not on %(old)s as was recorded.", new=new, old=old))
            self._mover_recibo(day)
        if receipt:
            old = self.receipt_id.name or self.env._("none")
            changes.append(self.env._("Its proof is %(new)s; it was %(old)s.", new=receipt.name, old=old))
            self.receipt_id = receipt
        self._message_log(body=" ".join(changes))

    def _mover_recibo(self, day):
        """It was received on another day (date) than was recorded."""
        self.date_received = day

    def _exigir_dia_posible(self, day):
        """Guard: the day of a receipt interrupts prescription. When it was handed to the post may be recorded late, so
        that it was written by then is what is asked."""
        for comunicacion in self.sudo():
            if day > comunicacion.company_id._cartera_hoy():
                raise UserError(self.env._("It cannot have been received on a day to come."))
            written = comunicacion.date or comunicacion.day_sent
            if written and day < written:
                raise UserError(
                    self.env._(
                        "%(letter)s was written on %(written)s: it cannot have been received on %(day)s. "
                        "Correct the day.",
                        letter=comunicacion.display_name,
                        written=format_date(self.env, written),
                        day=format_date(self.env, day),
                    )
                )

    def action_returned(self, reason):
        """It came back: say why (str)."""
        self.check_access("write")
        if any(c.state not in ON_ITS_WAY for c in self):
            raise UserError(self.env._("Only what was sent can come back."))
        if not (reason or "").strip():
            raise UserError(self.env._("Say why it came back."))
        self.sudo()._devolver(reason.strip())
        return True


class CarteraGestion(models.Model):
    _inherit = "cartera.gestion"

    comunicacion_id = fields.Many2one(
        "cartera.comunicacion", string="Letter or Message", readonly=True, index="btree_not_null", ondelete="restrict"
    )


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(self, success_pids, success_emails, failure_reason=False, failure_type=None):
        # EXTENDS mail: what the server refused is returned. Read before super, which deletes mails that were sent.
        ours = self.env["cartera.comunicacion"]._de_mensajes(self.filtered("is_notification").mail_message_id)
        why = ours and (failure_reason or self._cartera_motivo(failure_type))
        res = super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )
        if ours and failure_type == "mail_smtp":
            ours._no_salir(why)
        elif ours and failure_type:
            ours._devolver(why)
        elif ours:
            ours._reenviado()
        return res

    def _cartera_motivo(self, failure_type):
        """Why it failed: what the mail says, else the name of the kind of failure."""
        reasons = [reason for reason in self.mapped("failure_reason") if reason]
        labels = dict(self._fields["failure_type"]._description_selection(self.env))
        return reasons[0] if reasons else labels.get(failure_type, failure_type or "")


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        # EXTENDS mail: the receiver's server gave it back.
        res = super()._routing_handle_bounce(email_message, message_dict)
        ours = self.env["cartera.comunicacion"]._de_mensajes(message_dict.get("bounced_message"))
        if ours:
            ours._devolver(html2plaintext(message_dict.get("body") or "").strip() or self.env._("It bounced."))
        return res


class SmsTracker(models.Model):
    _inherit = "sms.tracker"

    def _update_sms_notifications(self, notification_status, failure_type=False, failure_reason=False):
        # EXTENDS sms: the gateway's word on each number, at sending and in its later reports.
        res = super()._update_sms_notifications(notification_status, failure_type, failure_reason)
        messages = self.mail_notification_id.mail_message_id
        if failure_type in DE_LA_PASARELA:
            return res  # no word on the number: what becomes of it is seen when the whole answer is here
        if notification_status in ("sent", *FAILED) and messages:
            ours = self.env["cartera.comunicacion"]._de_mensajes(messages)
            if notification_status == "sent":
                ours._recibir()
            else:
                labels = dict(self.env["mail.notification"]._fields["failure_type"]._description_selection(self.env))
                ours._devolver(failure_reason or labels.get(failure_type, notification_status))
        elif notification_status == "pending" and messages:
            self.env["cartera.comunicacion"]._de_mensajes(messages)._reenviado()
        return res
