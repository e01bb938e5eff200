"""What the debtor files on the page of their account statement; it speaks Spanish whatever the site does."""

from decimal import Decimal

from odoo import SUPERUSER_ID, fields, models
from odoo.fields import Command
from psycopg2.errors import UniqueViolation

from .cartera_portal import Rechazado, archivo_subido
from .cartera_reclamacion import HOLDING
from .cartera_reclamacion_respuesta import NOMBRES
from .cartera_textos import fecha, leer_pesos, pesos

MOST_FILES = 3
MOST_BYTES = 5 * 1024 * 1024
MOST_A_DAY = 5
MOST_TEXT = 4000
ESTADOS = {
    "filed": "En estudio",
    "answered": "Respondido",
    "closed": "Respondido",
    "cancelled": "Retirado",
}
DECISIONES = {"accepted": "aceptado", "partial": "aceptado en parte", "rejected": "no aceptado"}


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    def _secciones_del_portal(self):
        return [*super()._secciones_del_portal(), ("/reclamos", "Solicitudes y reclamos", "fa-comments-o")]

    def _pagina_de_reclamos(self):
        """What the page of claims shows: what they filed, and what they may dispute or appeal against."""
        claims = self.reclamacion_ids.filtered(lambda c: c.number and c.kind in NOMBRES).sorted("id", reverse=True)
        debts = self._reclamables()
        return {
            "claims": [claim._en_la_pagina() for claim in claims[:20]],
            "claimable": [
                {"id": p.id, "number": p.name, "due": p.date_due, "balance": p.amount_residual}
                for p in debts.sorted(lambda p: (p.date_due, p.id))
            ],
            "appealable": [
                {"id": claim.id, "number": claim.number, "until": claim.appeal_until}
                for claim in claims
                if claim.can_appeal
            ],
            "file_limits": f"Hasta {MOST_FILES} archivos PDF, JPG o PNG, de {MOST_BYTES // 1024 // 1024} MB cada uno.",
        }

    def _reclamables(self):
        return self.partida_open_ids.filtered(lambda p: p.amount_residual > 0 and not p.reclamacion_id)

    def _reclamar_en_portal(self, kind, who, text, items, files):
        """File what the debtor types on their page; the claim. Rechazado says what is wrong.

        kind: "request", "claim", or "appeal-ID" of a claim of theirs; items: {item id: amount as text, "" for all of
        it}; files: [(name, bytes)]. Only debts of this dossier are reached, whatever the ids.
        """
        self.ensure_one()
        appealed = self._apelable(kind)
        kind = "appeal" if appealed else kind
        if kind not in NOMBRES:
            raise Rechazado("Elija si presenta una solicitud o un reclamo.")
        who, text = (who or "").strip()[:120], (text or "").strip()[:MOST_TEXT]
        if not who or not text:
            raise Rechazado("Escriba su nombre y lo que quiere decirnos.")
        again = self._ya_radicado(kind, text)
        if again:
            return again
        self._exigir_cupo(
            "cartera.reclamacion",
            [("from_page", "=", True)],
            MOST_A_DAY,
            "Ya recibimos varias solicitudes suyas hoy. Mañana puede presentar otra.",
        )
        documents = [archivo_subido(name, content, MOST_BYTES) for name, content in files if content]
        if len(documents) > MOST_FILES:
            raise Rechazado(f"Adjunte hasta {MOST_FILES} archivos.")
        lines = self._lineas_del_portal(items, appealed) if kind != "request" else []
        if kind != "request" and not lines:
            raise Rechazado("Elija al menos una obligación de las que reclama.")
        return self._radicar_del_portal(kind, who, text, lines, documents, appealed)

    def _ya_radicado(self, kind, text):
        """What they filed today on their page in these very words: a form that is sent twice files once."""
        today = self.company_id._cartera_hoy()
        return self.reclamacion_ids.filtered(
            lambda c: c.from_page and c.kind == kind and c.text == text and c.date_filed == today and c.state == "filed"
        )[:1]

    def _apelable(self, kind):
        """The claim of theirs that "appeal-ID" names; empty for another kind."""
        claims = self.env["cartera.reclamacion"]
        if not (kind or "").startswith("appeal"):
            return claims
        found = self.reclamacion_ids.filtered(lambda c: f"appeal-{c.id}" == kind and c.can_appeal)
        if not found:
            raise Rechazado("El plazo para presentar ese recurso ya terminó, o ya lo presentó.")
        return found

    def _lineas_del_portal(self, items, appealed):
        """[{"partida_id", "amount_disputed"}] of the debts that they ticked."""
        allowed = appealed.linea_ids.partida_id & self.partida_open_ids if appealed else self._reclamables()
        lines = []
        for partida in allowed.filtered(lambda p: p.amount_residual > 0 and p.id in items):
            typed = (items[partida.id] or "").strip()
            amount = leer_pesos(typed) if typed else Decimal(str(partida.amount_residual))
            if not amount or amount > Decimal(str(partida.amount_residual)):
                raise Rechazado(
                    f"De {partida.name} puede reclamar hasta {pesos(partida.amount_residual)}: escriba una cifra mayor "
                    "que cero, o deje el espacio en blanco para reclamarlo todo."
                )
            lines.append({"partida_id": partida.id, "amount_disputed": float(amount)})
        return lines

    def _radicar_del_portal(self, kind, who, text, lines, documents, appealed):
        # Not in the name of the site's public user: the notices of the activity have an author.
        Reclamacion = self.env["cartera.reclamacion"].with_user(SUPERUSER_ID).with_company(self.company_id)
        Reclamacion = Reclamacion.with_context(lang=self.company_id.partner_id.lang, mail_create_nosubscribe=True)
        first = text.splitlines()[0]
        claim = self._crear_una(
            Reclamacion,
            {
                "expediente_id": self.id,
                "kind": kind,
                "channel": "virtual",
                "from_page": True,
                "date_filed": self.company_id._cartera_hoy(),
                "filed_by": who,
                "subject": first if len(first) <= 80 else f"{first[:77]}…",
                "text": text,
                "appeal_of_id": appealed.id,
                "linea_ids": [Command.create(line) for line in lines],
                "file_ids": [Command.create(document) for document in documents],
            },
        )
        if not claim.user_id or not claim._puede_responder(claim.user_id):
            claim.user_id = self.company_id._cartera_coordinadores()[:1]
        claim.action_file()
        return claim

    def _crear_una(self, Reclamacion, values):
        """The claim; one that another press of the same button is filing at this moment is not filed again."""
        try:
            with self.env.cr.savepoint():
                return Reclamacion.create(values)
        except UniqueViolation as twice:
            raise Rechazado("Ya lo recibimos: vuelva a abrir la página para ver su número.") from twice


class CarteraReclamacion(models.Model):
    _inherit = "cartera.reclamacion"

    from_page = fields.Boolean(string="Filed on Their Page", readonly=True, copy=False)

    _filed_once = models.UniqueIndex(
        "(expediente_id, kind, date_filed, md5(text)) WHERE from_page AND state IN ('draft', 'filed')",
        "The debtor filed this very text today already.",
    )

    def _apelado(self):
        return bool(self.appeal_ids.filtered(lambda a: a.state not in ("draft", "cancelled")))

    def _en_la_pagina(self):
        """What the debtor sees of what they filed."""
        self.ensure_one()
        return {
            "id": self.id,
            "name": NOMBRES[self.kind].capitalize(),
            "number": self.number,
            "subject": self.subject,
            "date": self.date_filed,
            "state": ESTADOS[self.state],
            "open": self.state == "filed",
            "holds": self.kind in HOLDING,
            "deadline": self.deadline,
            "until": fecha(self.deadline),
            "answered": self.date_answered,
            "decision": DECISIONES.get(self.outcome, ""),
            "document": bool(self.answer_file_id),
            "appeal_until": self.appeal_until,
        }

    def _respuesta_del_portal(self, expediente):
        """(file name, content) of the answer to a claim of that dossier; None when it is not theirs."""
        if self.exists().expediente_id != expediente or not self.answer_file_id:
            return None
        return self.answer_file_id.name, self.answer_file_id.raw

