"""The answer to a claim: its document, the e-mail to the debtor, and what it takes off the debt."""

import hashlib
from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import plaintext2html

from ..rules.dates import add_working_days
from .cartera_mensaje import Sobre, encolar_correos
from .cartera_reclamacion import HOLDING
from .cartera_reclamacion_estado import ANSWER

REPORT = "cartera_cobro.respuesta_reclamacion"
ADJUST = "cartera_cobro.mail_activity_type_ajuste"
DELIVER = "mail.mail_activity_data_todo"
PDF = "application/pdf"
INVOICES = ("out_invoice", "out_receipt")


class CarteraReclamacion(models.Model):
    _inherit = "cartera.reclamacion"

    def action_answer(self, outcome, text=None, accepted=None, attachment=None, day=None):
        """Answer it, in writing: with `attachment` (a PDF, ir.attachment) or our letter around `text`, drawn here.

        outcome: one of OUTCOMES; accepted: {line: amount}, of what is accepted in part; day: default today. What was
        disputed is let go, but for what was accepted, which waits for its credit note.
        """
        self.ensure_one()
        self.check_access("write")
        self._exigir_estado("filed")
        self._exigir_clase(court=False)
        self._exigir_responsable()
        day = day or self.company_id._cartera_hoy()
        self._exigir_respuesta(outcome, text, attachment, day)
        amounts = self._aceptado(outcome, accepted or {})
        self.expediente_id._reservar()
        self.sudo()._responder(outcome, (text or "").strip(), amounts, attachment, day)
        return True

    def _exigir_respuesta(self, outcome, text, attachment, day):
        if outcome not in dict(self._fields["outcome"].selection):
            raise UserError(self.env._("Say whether it is accepted, accepted in part or rejected."))
        if not attachment and not (text or "").strip():
            raise UserError(self.env._("Write the answer, or attach its document."))
        if attachment and attachment.sudo().mimetype != PDF:
            raise UserError(self.env._("The answer is kept as it was signed: attach it as a PDF."))
        if day < self.date_filed or day > self.company_id._cartera_hoy():
            raise UserError(self.env._("It is answered between the day on which it was filed and today."))

    def _aceptado(self, outcome, accepted):
        """{line: amount accepted} of what is disputed, by the outcome."""
        disputed = {line: line.amount_disputed for line in self.linea_ids} if self.kind in HOLDING else {}
        if outcome == "rejected" or not disputed:
            return {}
        if outcome == "accepted":
            return disputed
        if any(accepted.get(line, 0) < 0 or accepted.get(line, 0) > most for line, most in disputed.items()):
            raise UserError(self.env._("What is accepted of an item goes from zero to what is disputed of it."))
        given = {line: self.company_currency_id.round(accepted.get(line, 0)) for line in disputed}
        if not 0 < sum(given.values()) < sum(disputed.values()):
            raise UserError(
                self.env._("Accepted in part: say how much of each item, more than nothing and less than all.")
            )
        return {line: amount for line, amount in given.items() if amount}

    def _responder(self, outcome, text, amounts, attachment, day):
        """Do it, with superuser rights."""
        self.write(
            {
                "state": "answered",
                "outcome": outcome,
                "answer": text,
                "date_answered": day,
                "answered_by_id": self.env.uid,
                "days_taken": self._dias_habiles(day),
            }
        )
        if self.partner_id.email_normalized:
            self._dar_por_notificada(self.company_id._cartera_hoy())
        for line, amount in amounts.items():
            line.sudo().amount_accepted = amount
        self._guardar_respuesta(attachment)
        self._acreditar()
        self._soltar()
        self.activity_feedback([ANSWER])
        self.expediente_id._message_log(
            body=self.env._(
                "%(claim)s was answered: %(outcome)s.", claim=self._get_html_link(), outcome=self._etiqueta("outcome")
            )
        )
        self._enviar_respuesta()

    def _dar_por_notificada(self, day):
        """The debtor knows the answer since `day`: the term to appeal runs from the day after (Ley 142 art. 154)."""
        within = self._politica().claim_appeal_within
        self.date_notified = day
        if self.kind == "claim" and self.outcome != "accepted":
            self.appeal_until = add_working_days(day, within, self._festivos())

    def _sin_notificar(self):
        """Those that may be appealed and whose answer, on paper, nobody said to have been received."""
        return self.filtered(
            lambda c: c.state == "answered" and c.kind == "claim" and c.outcome != "accepted" and not c.appeal_until
        )

    def _notificar(self, day):
        """The debtor got the answer, on paper, on `day` (date)."""
        self.ensure_one()
        self.check_access("write")
        self._exigir_responsable()
        if not self._sin_notificar():
            raise UserError(self.env._("Nothing waits for the debtor to get the answer to %s.", self.display_name))
        if not day or not self.date_answered <= day <= self.company_id._cartera_hoy():
            raise UserError(self.env._("The debtor got the answer between the day on which it was answered and today."))
        claim = self.sudo()
        claim._dar_por_notificada(day)
        claim.activity_unlink([DELIVER])
        claim.message_post(
            body=self.env._(
                "The debtor got the answer on %(day)s: it may be appealed until %(until)s.",
                day=self._dia(day),
                until=self._dia(claim.appeal_until),
            )
        )

    def _etiqueta(self, name):
        return dict(self._fields[name]._description_selection(self.env)).get(self[name], "")

    # --- its document -----------------------------------------------------------------------------------------------

    def _guardar_respuesta(self, attachment):
        """Keep the document for good, with its hash."""
        document = attachment.sudo() if attachment else self._adjuntar(REPORT)
        document.write({"res_model": self._name, "res_id": self.id})
        digest = hashlib.sha256(document.raw).hexdigest()
        self.write({"answer_file_id": document.id, "answer_sha256": digest})
        body = "\n".join(filter(None, [self._etiqueta("outcome"), self.answer]))
        self.message_post(body=plaintext2html(body), attachment_ids=document.ids)

    def _nombre_documento(self, report):
        return self._nombre_respuesta()

    def _nombre_respuesta(self):
        return f"Respuesta {self.number}.pdf"

    def _enviar_respuesta(self):
        if not self.partner_id.email_normalized:
            self._message_log(body=self.env._("The debtor has no e-mail: the answer is delivered another way."))
            self._pedir_entrega()
            return
        subject = f"Respuesta a su {NOMBRES[self.kind]} {self.number}"
        self._escribir_al_deudor(subject, "cartera_cobro.correo_respuesta", self.answer_file_id)

    def _pedir_entrega(self):
        """The responsible says when the debtor got it: from that day it may be appealed."""
        for claim in self._sin_notificar():
            user = claim.user_id
            claim.with_context(lang=user.lang or claim.company_id.partner_id.lang).activity_schedule(
                DELIVER,
                summary=claim.env._("Deliver the answer, and say when the debtor got it"),
                user_id=user.id,
            )

    def _avisar_ampliacion(self):
        """The debtor is told why, and until when, while the term runs (Ley 1437 art. 14)."""
        if not self.partner_id.email_normalized:
            self._message_log(
                body=self.env._("The debtor has no e-mail: tell them today, in writing, that the term is extended.")
            )
            return
        subject = f"Ampliamos el plazo para responder su {NOMBRES[self.kind]} {self.number}"
        self._escribir_al_deudor(subject, "cartera_cobro.correo_ampliacion")

    def _escribir_al_deudor(self, subject, template, document=None):
        """Queue the e-mail to the debtor, and record the contact: an answer, which Ley 2300 lets through."""
        partner = self.partner_id
        body = self.env["ir.qweb"]._render(template, {"claim": self, "nombres": NOMBRES})
        encolar_correos(self.company_id, [Sobre(self, partner, subject, body, document)])
        self.env["cartera.gestion"].create(
            {
                "expediente_id": self.expediente_id.id,
                "date": fields.Datetime.now(),
                "channel": "email",
                "purpose": "reply",
                "result": "sent",
                "address": partner.email,
                "note": subject,
                "user_id": self.env.uid,
                "partida_ids": [Command.set(self.linea_ids.partida_id.ids)],
            }
        )

    # --- what it takes off the debt ---------------------------------------------------------------------------------

    def _acreditar(self):
        """A credit note in draft for each invoice, and for what has none an activity of the accountant."""
        by_move = defaultdict(lambda: self.env["cartera.reclamacion.linea"])
        for line in self.linea_ids.filtered("amount_accepted"):
            by_move[line.partida_id.move_id] |= line
        other = self.env["cartera.reclamacion.linea"]
        for move, lines in by_move.items():
            if move.move_type in INVOICES and move.state == "posted":
                lines.credit_move_id = self._nota_credito(move, sum(lines.mapped("amount_accepted")))
            else:
                other |= lines
        if other:
            self._pedir_ajuste(other)

    def _nota_credito(self, move, amount):
        """The draft that reverses an invoice, by Odoo's own reversal, down to `amount` (company currency)."""
        day = self.company_id._cartera_hoy()
        reason = f"{NOMBRES[self.kind].capitalize()} {self.number}"
        [note] = move.with_company(self.company_id)._reverse_moves(
            [{"ref": f"{move.name}, {reason}", "date": day, "invoice_date": day, "invoice_date_due": day}]
        )
        total = abs(move.amount_total_signed)
        if self.company_currency_id.compare_amounts(amount, total) < 0:
            _reducir(note, abs(move.amount_total) * amount / total)
        note.message_post(body=self.env._("Proposed by the answer to %s.", self._get_html_link()))
        return note

    def _pedir_ajuste(self, lines):
        users = self.company_id._cartera_usuarios_del_rol("contador") or self.company_id._cartera_coordinadores()
        user = users[:1] or self.user_id
        claim = self.with_context(lang=user.lang or self.company_id.partner_id.lang)
        named = [
            f"{line.partida_id.name or ''}: {self.company_currency_id.format(line.amount_accepted)}" for line in lines
        ]
        claim.activity_schedule(
            ADJUST,
            date_deadline=self.company_id._cartera_hoy(),
            summary=claim.env._("Take off what was accepted, and close the claim"),
            note=plaintext2html("\n".join(named)),
            user_id=user.id,
        )


NOMBRES = {"request": "solicitud", "claim": "reclamo", "appeal": "recurso"}


def _reducir(note, wanted):
    """Scale the lines of a draft so that its total, taxes included, is `wanted`; cents left over go to the last one."""
    factor = wanted / note.amount_total
    products = note.invoice_line_ids.filtered(lambda line: line.display_type == "product")
    currency = note.currency_id
    note.write(
        {
            "invoice_line_ids": [
                Command.update(
                    line.id, {"quantity": 1, "discount": 0, "price_unit": currency.round(_bruto(line) * factor)}
                )
                for line in products
            ]
        }
    )
    last = products.filtered("price_unit")[-1:]
    left = wanted - note.amount_total
    if last and not currency.is_zero(left):
        net = last.price_unit / last.price_total if last.price_total else 1
        note.invoice_line_ids = [
            Command.update(last.id, {"price_unit": currency.round(last.price_unit + left * net)})
        ]  # fmt: skip


def _bruto(line):
    """The price of a line as it was typed, for its whole quantity and after its discount."""
    return line.price_unit * line.quantity * (1 - line.discount / 100)
