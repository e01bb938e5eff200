"""Attempts and rounds: which outbound contacts of a dossier count for the gates of stages, in the order in which they
were made, and not in that in which they were recorded."""

from datetime import datetime
from typing import NamedTuple

from odoo import models
from odoo.tools import SQL

from ..rules import attempts
from ..rules.contact import BOGOTA
from .cartera_contacto import consciente


class Anotado(NamedTuple):
    """An outbound contact of the log, as it is numbered. date: naive UTC; round: 0 where it does not count."""

    id: int
    date: datetime
    channel: str
    purpose: str
    round: int
    attempt_no: int


class CarteraGestion(models.Model):
    _inherit = "cartera.gestion"

    def _anular(self, reason):
        # EXTENDS cartera.gestion: those made after it take its place.
        res = super()._anular(reason)
        self._numerar()
        return res

    def _numerar(self):
        """Give outbound contacts their round and attempt; what is recorded late, or annulled, moves those after it.

        The dossier's row is locked first: two officers recording at once do not get the same number.
        """
        counting = self.filtered(lambda g: g.round if g.date_annulled else g._es_intento())
        if not counting:
            return
        counting.expediente_id._reservar()
        made = counting._del_episodio()
        for expediente, some in counting.grouped("expediente_id").items():
            self._renumerar(expediente.politica_id, made[expediente.id], min(some.mapped("date")))

    def _renumerar(self, politica, made, since):
        """Number the attempts of `made` ([Anotado], oldest first) from `since` (naive UTC) on; those before it stay."""
        channels, minimum, rhythm = politica._canales_de_intento(), politica._intentos_por_ronda(), politica._ritmo()
        log = []
        for row in made:
            at = consciente(row.date).astimezone(BOGOTA)
            attempt = attempts.Attempt(at, row.round, row.attempt_no) if row.round else None
            if row.date >= since and (row.round or (row.purpose == "collection" and row.channel in channels)):
                attempt = attempts.next_attempt(at, log, minimum, **rhythm)
                number, count = (attempt.round, attempt.number) if attempt else (0, 0)
                if (number, count) != (row.round, row.attempt_no):
                    self.browse(row.id)._anotar({"round": number, "attempt_no": count})
            if attempt:
                log.append(attempt)

    def _es_intento(self):
        """Whether it may count: we sought payment of a debtor in arrears through a channel that the policy counts."""
        expediente = self.expediente_id
        channels = expediente.politica_id._canales_de_intento()
        sought = self.direction == "out" and self.purpose == "collection" and self.channel in channels
        return sought and bool(expediente.oldest_date_due)

    def _del_episodio(self):
        """{dossier id: [Anotado]}: outbound contacts since its oldest debt fell due, and these; oldest first."""
        self.flush_model()
        result = {expediente.id: [] for expediente in self.expediente_id}
        rows = self.env.execute_query(
            SQL(
                """SELECT g.expediente_id, g.id, g.date, g.channel, g.purpose, COALESCE(g.round, 0),
                          COALESCE(g.attempt_no, 0)
                     FROM cartera_gestion g JOIN cartera_expediente x ON x.id = g.expediente_id
                    WHERE g.expediente_id IN %s AND g.direction = 'out' AND g.date_annulled IS NULL
                      AND (g.day > x.oldest_date_due OR g.id = ANY(%s))
                 ORDER BY g.date, g.id""",
                tuple(result),
                self.ids,
            )
        )
        for expediente, *row in rows:
            result[expediente].append(Anotado(*row))
        return result
