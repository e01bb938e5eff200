"""What people do with messages: send them now, print and dispatch letters, open WhatsApp, exchange lists of calls."""

import io
from urllib.parse import quote

import xlsxwriter
from odoo import fields, models
from odoo.exceptions import UserError

from ..rules.contact import Verdict
from .avisos import aviso
from .cartera_carta import impresion
from .cartera_contacto import consciente, explicar
from .cartera_envio import Envio

LIST_COLUMNS = ("Referencia", "Deudor", "Identificación", "Teléfono", "Mensaje", "Resultado", "Fecha y hora")


class CarteraComunicacion(models.Model):
    _inherit = "cartera.comunicacion"

    # --- every channel ------------------------------------------------------------------------------------------------

    def action_send(self):
        """Send approved messages now, as the scheduled action would; answers with what became of them."""
        self.check_access("write")
        self._exigir_aprobadas()
        return aviso(self._frase_conteo(self._enviar_ahora()))

    def _enviar_ahora(self):
        total = {}
        for company, mensajes in self.grouped("company_id").items():
            for key, number in Envio(self.env, company).enviar(mensajes).items():
                total[key] = total.get(key, 0) + number
        return total

    def _exigir_aprobadas(self):
        for mensaje in self:
            if mensaje.state != "approved":
                raise UserError(self.env._("%s is not approved, or has left already.", mensaje.display_name))

    def _frase_conteo(self, counts):
        """What became of messages, as a sentence; the reasons too, where some were dropped."""
        said = {
            "sent": self.env._("%s sent", counts.get("sent", 0)),
            "prepared": self.env._("%s ready to dispatch", counts.get("prepared", 0)),
            "postponed": self.env._("%s postponed by Ley 2300", counts.get("postponed", 0)),
            "dropped": self.env._("%s not sent", counts.get("dropped", 0)),
        }
        sentence = ", ".join(said[key] for key in said if counts.get(key)) or self.env._("Nothing to send")
        labels = dict(self._fields["drop_reason"]._description_selection(self.env))
        reasons = dict.fromkeys(labels[m.drop_reason] for m in self.sudo() if m.drop_reason)
        return f"{sentence}. {'; '.join(reasons)}".strip()

    def _exigir_canal(self, channel):
        """Those prepared for a person to dispatch through `channel`, written again where they were not yet."""
        self.check_access("write")
        if any(m.channel != channel for m in self):
            labels = dict(self._fields["channel"]._description_selection(self.env))
            raise UserError(self.env._("Choose only messages of channel %s.", labels[channel]))
        self._exigir_aprobadas()
        waiting = self.filtered(lambda m: not m.date_prepared)
        counts = waiting._enviar_ahora()
        ready = self.filtered("date_prepared")
        if not ready:
            raise UserError(waiting._frase_de_espera() or waiting._frase_conteo(counts))
        return ready

    def _frase_de_espera(self):
        """Until when Ley 2300 keeps a message waiting, and why (str); empty of several, or where it does not."""
        now = fields.Datetime.now()
        waits = self.sudo().filtered(lambda m: m.state == "approved" and m.not_before and m.not_before > now)
        if len(self) != 1 or not waits:
            return ""
        return explicar(self.env, Verdict(False, waits.verdict, consciente(waits.not_before)))

    def _repasar(self):
        """Of prepared messages of one channel, those that may go on their way: what was prepared earlier is looked at
        once more, and written again where it says what is not so by now."""
        standing = self.browse()
        for company, mensajes in self.grouped("company_id").items():
            standing |= Envio(self.env, company).repasar(mensajes)
        again = self.filtered(lambda m: m.state == "approved" and not m.date_prepared)
        again._enviar_ahora()
        standing |= again.filtered("date_prepared")
        if not standing:
            left = self.filtered(lambda m: m.state == "cancelled")
            counts = {"dropped": len(left), "postponed": len(self - left)}
            raise UserError(self._frase_de_espera() or self._frase_conteo(counts))
        return self & standing

    def action_dispatched(self):
        """They were handed to the post, or sent from WhatsApp: recorded as sent, unless something changed meanwhile."""
        self.check_access("write")
        self._exigir_aprobadas()
        if any(not m.date_prepared for m in self):
            raise UserError(self.env._("Print it, or open it, before saying that it was dispatched."))
        done = [Envio(self.env, company).despachar(these) for company, these in self.grouped("company_id").items()]
        counts = {key: sum(len(outcome[key]) for outcome in done) for key in ("sent", "dropped", "stale", "postponed")}
        sentence = self._frase_conteo(counts)
        if counts["stale"]:
            sentence += " " + self.env._(
                "%s owe another amount by now, or give too little time to pay it: print them again.", counts["stale"]
            )
        return aviso(sentence, "success" if counts["sent"] == len(self) else "warning")

    # --- letters ------------------------------------------------------------------------------------------------------

    def action_print(self):
        """One file with the letters chosen, each written with what is owed now if it was not yet."""
        sent = self.filtered(lambda m: m.pdf_id and m.state in ("sent", "delivered", "returned"))
        sent.check_access("read")
        new = self - sent
        ready = (new._exigir_canal("letter")._repasar() if new else new) | sent
        return self._descargar(self.env._("Letters.pdf"), impresion(ready.sudo()), "application/pdf")

    def _descargar(self, name, content, mimetype):
        """The action that downloads `content` (bytes)."""
        attachment = self.env["ir.attachment"].create({"name": name, "raw": content, "mimetype": mimetype})
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "download",
        }

    # --- WhatsApp -----------------------------------------------------------------------------------------------------

    date_opened = fields.Datetime(
        string="Opened On", readonly=True, copy=False, help="When its chat was opened in WhatsApp: it was sent then."
    )

    def action_whatsapp(self):
        """Open the chat with the text written; it is sent by hand, and recorded with Dispatched.

        Opening is sending: what was prepared days ago is looked at again, and the guard asked, before.
        """
        self.ensure_one()
        mensaje = self._exigir_canal("whatsapp")._repasar()
        mensaje.sudo().date_opened = fields.Datetime.now()
        number = "".join(digit for digit in mensaje.address or "" if digit.isdigit())
        return {
            "type": "ir.actions.act_url",
            "url": f"https://wa.me/{number}?text={quote(mensaje.text or '')}",
            "target": "new",
        }

    # --- recorded calls -----------------------------------------------------------------------------------------------

    date_listed = fields.Datetime(
        string="Listed On", readonly=True, copy=False, help="When the list of calls that has it went to the provider."
    )

    def action_ivr_list(self):
        """The list of calls for the provider (XLSX): one row a message; its results are imported afterwards."""
        ready = self._exigir_canal("ivr")._repasar()
        ready.sudo().date_listed = fields.Datetime.now()
        output = io.BytesIO()
        with xlsxwriter.Workbook(output, {"in_memory": True}) as book:
            sheet = book.add_worksheet("Llamadas")
            sheet.write_row(0, 0, LIST_COLUMNS, book.add_format({"bold": True}))
            for row, mensaje in enumerate(ready.sudo(), start=1):
                partner = mensaje.partner_id
                values = (str(mensaje.id), partner.name, partner.vat, mensaje.address, mensaje.text)
                for column, value in enumerate(values):
                    sheet.write_string(row, column, value or "")
            sheet.set_column(0, 3, 18)
            sheet.set_column(4, 4, 80)
            sheet.set_column(5, 6, 18)
        mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return self._descargar(self.env._("Recorded calls.xlsx"), output.getvalue(), mimetype)
