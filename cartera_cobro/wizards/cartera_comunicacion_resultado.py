import base64
import binascii
import io
from datetime import datetime
from typing import NamedTuple
from zipfile import BadZipFile

import openpyxl
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.avisos import aviso
from ..models.cartera_agencia_lectura import instante
from ..models.cartera_envio import Envio
from ..models.cartera_importacion_lectura import Ilegible

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
        ids = self.env.context.get("active_ids", [])
        # What was received already is corrected: its day is the one to begin from.
        [known] = self.env["cartera.comunicacion"].browse(ids).mapped("date_received") if len(ids) == 1 else [False]
        return values | {"comunicacion_ids": [Command.set(ids)], **({"date": known} if known else {})}

    def action_apply(self):
        self.ensure_one()
        if self.result == "returned":
            self.comunicacion_ids.action_returned(self.reason)
            return {"type": "ir.actions.act_window_close"}
        self.comunicacion_ids.check_access("write")
        self.comunicacion_ids.action_received(self.date, self._adjunto())
        return {"type": "ir.actions.act_window_close"}

    def _adjunto(self):
        """The receipt as a file of its own; nothing when none was uploaded."""
        Attachment = self.env["ir.attachment"]
        if not self.receipt:
            return Attachment
        name = self.receipt_name or self.env._("Receipt")
        return Attachment.create({"name": name, "datas": self.receipt, "res_model": self._name, "res_id": self.id})


class Llamada(NamedTuple):
    """What the provider says of a call: answered | unanswered | wrong, and when it was made (naive UTC), if it says."""

    outcome: str
    at: datetime | None


class CarteraComunicacionIvr(models.TransientModel):
    """The results of a list of recorded calls, as the provider gives it back (XLSX with its last columns filled)."""

    _name = "cartera.comunicacion.ivr"
    _description = "Results of Recorded Calls"

    file = fields.Binary(string="List", required=True)
    file_name = fields.Char()

    def action_apply(self):
        """Record the result of each call of the list; answers with how many, and which rows were not understood.

        What the provider called was called, whatever was paid since or the hour of this: it is recorded as made then.
        """
        self.ensure_one()
        results, odd = self._leer()
        mensajes = self.env["cartera.comunicacion"].search(
            [("id", "in", list(results)), ("channel", "=", "ivr"), ("state", "in", ("approved", "sent"))]
        )
        mensajes.check_access("write")
        for company, called in mensajes.filtered(lambda m: m.state == "approved").grouped("company_id").items():
            made = {m: self._cuando(m, results[m.id]) for m in called}
            Envio(self.env, company).registrar(made, self.env._("Made already: its provider reports it."))
        sent = mensajes.filtered(lambda m: m.state == "sent")
        answered = sent.filtered(lambda m: results[m.id].outcome == "answered").sudo()
        for day, some in answered.grouped("day_sent").items():
            some._recibir(day)
        sent.filtered(lambda m: results[m.id].outcome == "wrong").sudo()._devolver(
            self.env._("Wrong number or out of service")
        )
        unknown = sorted(results.keys() - set(sent.ids))
        odd += [self.env._("reference %s is no call waiting for its result", number) for number in unknown]
        sentence = self.env._("%s calls recorded.", len(sent))
        if odd:
            sentence += " " + self.env._("Not recorded: %s.", "; ".join(odd[:MOST_NAMED]))
        return aviso(sentence, "warning" if odd else "success")

    @api.model
    def _cuando(self, mensaje, call):
        """When it was called (naive UTC): as the list says, else when it went to the provider."""
        return call.at or mensaje.date_listed or mensaje.date_prepared

    def _leer(self):
        """({message id: Llamada}, [sentence of each row that is not understood])."""
        rows = self._filas()
        header = [str(cell or "").strip().lower() for cell in next(rows, ())]
        if "referencia" not in header or "resultado" not in header:
            raise UserError(self.env._("The list needs the columns Referencia and Resultado, as it was exported."))
        where, what = header.index("referencia"), header.index("resultado")
        when = header.index("fecha y hora") if "fecha y hora" in header else None
        results, odd = {}, []
        for number, row in enumerate(rows, start=2):
            reference, said = str(row[where] or "").strip(), str(row[what] or "").strip().lower()
            outcome = self._entender(said)
            try:
                at = self._instante(row[when]) if when is not None and outcome else None
            except Ilegible:
                odd.append(self.env._("row %(row)s says %(said)s", row=number, said=row[when]))
                continue
            if reference.isascii() and reference.isdigit() and outcome:
                results[int(reference)] = Llamada(outcome, at)
            elif reference or said:
                odd.append(self.env._("row %(row)s says %(said)s", row=number, said=said or "-"))
        return results, odd

    @api.model
    def _instante(self, cell):
        """The naive UTC datetime of a cell with a day and hour of Colombia; None where it is empty. Raises Ilegible."""
        if not cell:
            return None
        text = f"{cell:%Y-%m-%d %H:%M:%S}" if isinstance(cell, datetime) else str(cell).strip()
        at = instante(text, "", "YMD" if text[:4].isdigit() else "DMY")
        if at > fields.Datetime.now():
            raise Ilegible("future", text)
        return at

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
