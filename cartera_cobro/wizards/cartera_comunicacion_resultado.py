import base64
import binascii
import io
from zipfile import BadZipFile

import openpyxl
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.avisos import aviso

# What a provider of recorded calls says of each, as its list has it.
ANSWERED = ("contestada", "contestado", "entregada", "answered", "delivered", "ok")
UNANSWERED = ("no contestada", "no contesta", "ocupado", "buzón", "buzon", "no answer", "busy")
WRONG = ("número errado", "numero errado", "errado", "fuera de servicio", "wrong number", "failed")
MOST_NAMED = 10


class CarteraComunicacionResultado(models.TransientModel):
    """What came back of messages: a receipt, or the message itself."""

    _name = "cartera.comunicacion.resultado"
    _description = "Result of a Letter or Message"

    comunicacion_ids = fields.Many2many("cartera.comunicacion", string="Messages", required=True)
    result = fields.Selection(
        [("received", "Received"), ("returned", "Returned")], string="What Happened", required=True, default="received"
    )
    date = fields.Date(string="Received On", default=lambda self: self.env.company._cartera_hoy())
    receipt = fields.Binary(help="The post's proof, or the copy with the stamp of receipt.")
    receipt_name = fields.Char()
    reason = fields.Char(help="e.g. No such address, moved, refused.")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        return values | {"comunicacion_ids": [Command.set(self.env.context.get("active_ids", []))]}

    def action_apply(self):
        self.ensure_one()
        if self.result == "returned":
            self.comunicacion_ids.action_returned(self.reason)
            return {"type": "ir.actions.act_window_close"}
        self.comunicacion_ids.check_access("write")
        if self.date and self.date > self.env.company._cartera_hoy():
            raise UserError(self.env._("It cannot have been received on a day to come."))
        self.comunicacion_ids.action_received(self.date, self._adjunto())
        return {"type": "ir.actions.act_window_close"}

    def _adjunto(self):
        """The receipt as a file of its own; nothing when none was uploaded."""
        Attachment = self.env["ir.attachment"]
        if not self.receipt:
            return Attachment
        name = self.receipt_name or self.env._("Receipt")
        return Attachment.create({"name": name, "datas": self.receipt, "res_model": self._name, "res_id": self.id})


class CarteraComunicacionIvr(models.TransientModel):
    """The results of a list of recorded calls, as the provider gives it back (XLSX with its last column filled)."""

    _name = "cartera.comunicacion.ivr"
    _description = "Results of Recorded Calls"

    file = fields.Binary(string="List", required=True)
    file_name = fields.Char()

    def action_apply(self):
        """Record the result of each call of the list; answers with how many, and which rows were not understood."""
        self.ensure_one()
        results, odd = self._leer()
        mensajes = self.env["cartera.comunicacion"].search(
            [("id", "in", list(results)), ("channel", "=", "ivr"), ("state", "in", ("approved", "sent"))]
        )
        mensajes.check_access("write")
        called = mensajes.filtered(lambda m: m.state == "approved" and m.date_prepared)
        if called:
            called.action_dispatched()
        sent = mensajes.filtered(lambda m: m.state == "sent")
        sent.filtered(lambda m: results[m.id] == "answered").sudo()._recibir()
        for mensaje in sent.filtered(lambda m: results[m.id] == "wrong"):
            mensaje.sudo()._devolver(self.env._("Wrong number or out of service"))
        unknown = sorted(results.keys() - set(mensajes.ids))
        odd += [self.env._("reference %s is no call waiting for its result", number) for number in unknown]
        sentence = self.env._("%s calls recorded.", len(sent))
        if odd:
            sentence += " " + self.env._("Not recorded: %s.", "; ".join(odd[:MOST_NAMED]))
        return aviso(sentence, "warning" if odd else "success")

    def _leer(self):
        """({message id: answered | unanswered | wrong}, [sentence of each row that is not understood])."""
        rows = self._filas()
        header = [str(cell or "").strip().lower() for cell in next(rows, ())]
        if "referencia" not in header or "resultado" not in header:
            raise UserError(self.env._("The list needs the columns Referencia and Resultado, as it was exported."))
        where, what = header.index("referencia"), header.index("resultado")
        results, odd = {}, []
        for number, row in enumerate(rows, start=2):
            reference, said = str(row[where] or "").strip(), str(row[what] or "").strip().lower()
            outcome = self._entender(said)
            if reference.isascii() and reference.isdigit() and outcome:
                results[int(reference)] = outcome
            elif reference or said:
                odd.append(self.env._("row %(row)s says %(said)s", row=number, said=said or "-"))
        return results, odd

    def _filas(self):
        try:
            content = base64.b64decode(self.file)
            return openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True).active.iter_rows(
                values_only=True
            )
        except (BadZipFile, KeyError, ValueError, binascii.Error) as error:
            raise UserError(self.env._("The file is not an XLSX list: export it, fill it and upload it.")) from error

    @staticmethod
    def _entender(said):
        for outcome, words in (("answered", ANSWERED), ("unanswered", UNANSWERED), ("wrong", WRONG)):
            if said in words:
                return outcome
        return None
