"""Proofs of payment on the debtor's page: sent with a file, followed, and their own file; Spanish in every language."""

from odoo import SUPERUSER_ID, fields, models

from .cartera_portal import EXTENSIONS, Rechazado, archivo_subido
from .cartera_soporte import Repetido
from .cartera_textos import fecha, leer_dia, leer_pesos, pesos

MOST_BYTES = 8 * 1024 * 1024
MOST_A_DAY = 5
MOST_SHOWN = 20
ESTADOS = {
    "received": "En revisión",
    "verified": "En revisión",
    "registered": "Pago registrado",
    "rejected": "No aceptado",
}
RECHAZOS = {
    "paid": "No registra saldos por pagar con nosotros. Si cree que hay un error, escríbanos o llámenos.",
    "amount": "Escriba cuánto pagó: una cifra mayor que cero.",
    "huge": "El valor es mucho mayor que lo que debe ({owed}). Revise la cifra.",
    "day": "Escriba el día en que pagó.",
    "future": "El día del pago no puede ser después de hoy.",
    "old": "El día del pago es demasiado antiguo. Revise el año.",
}


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    def _secciones_del_portal(self):
        return [*super()._secciones_del_portal(), ("/comprobantes", "Soportes de pago", "fa-upload")]

    def _pagina_de_comprobantes(self):
        """What the page of proofs shows: what they sent, and what they may pay."""
        soportes = self.env["cartera.soporte"].search(
            [("expediente_id", "=", self.id)], order="id desc", limit=MOST_SHOWN
        )
        debts = self.partida_open_ids.filtered(lambda p: p.amount_residual > 0)
        Soporte, today = self.env["cartera.soporte"], self.company_id._cartera_hoy()
        return {
            "owes": Soporte._objecion(self, 1.0, self.company_id.currency_id, today) != "paid",
            "proofs": [soporte._en_la_pagina() for soporte in soportes],
            "payable": [
                {"id": p.id, "number": p.name, "due": p.date_due, "balance": p.amount_residual}
                for p in debts.sorted(lambda p: (p.date_due, p.id))
            ],
            "pause_days": self.politica_id.proof_pause_days,
            "accept": ",".join(EXTENSIONS),
            "file_limits": f"Una foto o un PDF de hasta {MOST_BYTES // 1024 // 1024} MB (JPG, PNG o PDF).",
        }

    def _enviar_comprobante(self, amount, day, bank, reference, who, chosen, files, trace):
        """The proof (in sudo) that the debtor sends on their page. Rechazado says what is wrong, and nothing is kept.

        amount, day (ISO), bank, reference, who: texts; chosen: ids of the debts that it pays, of which only this
        dossier's count; files: [(name, bytes)]; trace: from where.
        """
        self.ensure_one()
        value, paid_on = leer_pesos(amount), leer_dia(day)
        currency = self.company_id.currency_id
        code = self.env["cartera.soporte"]._objecion(self, float(value or 0), currency, paid_on)
        if code:
            raise Rechazado(RECHAZOS[code].format(owed=pesos(self._adeudado_por_todo())))
        documents = [archivo_subido(name, content, MOST_BYTES) for name, content in files if content]
        if len(documents) != 1:
            raise Rechazado("Adjunte la foto o el PDF del soporte: un solo archivo, que no esté vacío.")
        self._exigir_cupo(
            "cartera.soporte",
            [("source", "=", "portal")],
            MOST_A_DAY,
            "Ya recibimos varios soportes suyos hoy. Mañana puede enviar otro, o escríbanos.",
        )
        debts = self.partida_open_ids.filtered(lambda p: p.amount_residual > 0 and p.id in chosen)
        try:
            # Not in the name of the site's public user: what is told of it has an author.
            return (
                self.env["cartera.soporte"]
                .with_user(SUPERUSER_ID)
                ._recibir(
                    self.company_id,
                    "portal",
                    documents[0],
                    debts,
                    expediente_id=self.id,
                    amount=float(value),
                    date=paid_on,
                    bank=_corto(bank, 80),
                    reference=_corto(reference, 60),
                    sent_by=_corto(who, 120) or self.partner_id.name,
                    trace=trace,
                )
            )
        except Repetido as twice:
            raise Rechazado(twice.soporte._frase_de_repetido_del_portal()) from twice


class CarteraSoporte(models.Model):
    _inherit = "cartera.soporte"

    def _en_la_pagina(self):
        """What the debtor sees of a proof."""
        self.ensure_one()
        return {
            "id": self.id,
            "number": self.number,
            "amount": self.amount and self._en_pesos(self.amount),
            "paid_on": self.date,
            "received": fields.Datetime.context_timestamp(
                self.with_context(tz="America/Bogota"), self.date_received
            ).date(),
            "reference": self.reference or "",
            "state": ESTADOS[self.state],
            "tone": {"registered": "success", "rejected": "danger"}.get(self.state, "warning"),
            "waiting": self.state in ("received", "verified"),
            "until": self.pause_until,
            "reason": self.reject_reason or "",
            "file": bool(self.file_name),
        }

    def _frase_de_repetido_del_portal(self):
        day = self._en_la_pagina()["received"]
        how = ESTADOS[self.state].lower()
        return f"Ya recibimos este soporte el {fecha(day)}, con el número {self.number}: {how}."

    def _archivo_del_portal(self, expediente):
        """(name, content, mimetype) of the file of a proof of that dossier; None when it is not theirs."""
        if self.exists().expediente_id != expediente or not self.file:
            return None
        return self.file_name, self.with_context(bin_size=False)._contenido(), self.mimetype

    def _contenido(self):
        """Its file (bytes)."""
        found = self.env["ir.attachment"].sudo().search(
            [("res_model", "=", self._name), ("res_id", "=", self.id), ("res_field", "=", "file")], limit=1
        )  # fmt: skip
        return found.raw or b""


def _corto(text, most):
    return " ".join((text or "").split())[:most]
