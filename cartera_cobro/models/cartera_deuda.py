"""What debtors owe at this moment, read from the ledger for many dossiers at once, with its late interest."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from odoo.tools import SQL, format_date

from ..rules.interest import NoRate, late_interest
from .cartera_libro import Libro
from .cartera_pausa import sql_pausa
from .cartera_politica import KINDS_OUT_OF_LIST

# Which legal value each regime reads (see cartera.parametro).
RATE_OF = {"commercial": "ibc", "tax": "usury"}
# What an obligation comes from, where nothing on it says: legal documents are in Spanish.
ORIGINS = {"out_invoice": "Factura de venta", "out_receipt": "Recibo de venta", "entry": "Saldo registrado"}


class Partida(NamedTuple):
    """An open item. capital: its balance (Decimal), negative for a credit; kind: of its stage; hold: its reason;
    pause: what of the debtor's word keeps it from being chased, one of PAUSES or None; is_interest: posted interest of
    an agreement, which bears none (C.C. 1617); disputed: what an open claim disputes of the balance."""

    id: int
    name: str
    origin: str
    date_due: date
    capital: Decimal
    kind: str
    hold: str
    residential: bool
    pause: str | None = None
    is_interest: bool = False
    disputed: Decimal = Decimal(0)


class Obligacion(NamedTuple):
    """A debt in a letter: the item, its days overdue, and its interest to the day of the liquidation."""

    partida: Partida
    days: int
    interest: Decimal

    @property
    def total(self):
        return self.partida.capital + self.interest


class Deudas:
    """The debts of dossiers of one company, as of `on_date`.

    Balances are those of the journal items, not of the open items that follow them: what was paid a moment ago is paid,
    and a payment sent back to draft is not. The rates are read once.
    """

    def __init__(self, env, company, on_date=None):
        self.env = env(su=True)
        self.company = company.sudo()
        self.on_date = on_date or company._cartera_hoy()
        self.rates = {code: self._tramos(code) for code in set(RATE_OF.values())}

    def _tramos(self, code):
        tramos = self.env["cartera.parametro"]._tramos(code)
        return [(day, Decimal(str(value))) for day, value in tramos]

    def leer(self, expedientes):
        """{dossier id: [Partida]}, oldest due first; a dossier that owes and is owed nothing has an empty list."""
        self.env.flush_all()
        ids = list(expedientes.ids)
        mine = SQL("(SELECT i.move_line_id FROM cartera_partida i WHERE i.expediente_id = ANY(%s) AND i.is_open)", ids)
        libro = Libro(self.env, self.company, self.on_date)
        waiting = libro._leer_espera(SQL("line_id IN %s", mine))
        lines = libro._lineas(SQL("l.id IN %s", mine), waiting)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.expediente_id, p.id, COALESCE(NULLIF(q.name, ''), p.name), m.move_type,
                       CONCAT_WS(' · ', c.name, COALESCE(NULLIF(m.invoice_origin, ''), NULLIF(m.ref, ''))),
                       q.date_due, q.amount_residual, e.kind,
                       COALESCE(p.hold_reason, CASE WHEN q.excluida THEN 'no_followup' END), c.use = 'residential',
                       %s, m.cartera_acuerdo_id IS NOT NULL, %s
                  FROM (%s) q
                  JOIN cartera_partida p ON p.move_line_id = q.move_line_id
                  JOIN account_move m ON m.id = q.move_id
             LEFT JOIN cartera_etapa e ON e.id = p.etapa_id
             LEFT JOIN cartera_cuenta c ON c.id = q.cuenta_id
              ORDER BY q.date_due, p.id
                """,
                sql_pausa("p", self.on_date),
                sql_disputado("p"),
                lines,
            )
        )
        result = defaultdict(list)
        for expediente, item, name, move_type, origin, due, capital, kind, hold, residential, *rest, disputed in rows:
            text = origin or ORIGINS.get(move_type, ORIGINS["entry"])
            capital, disputed = Decimal(str(capital)), Decimal(str(disputed))
            known = (item, name, text, due, capital, kind, hold, bool(residential))
            result[expediente].append(Partida(*known, *rest, disputed))
        return result

    def liquidar(self, partidas, politica):
        """[Obligacion] of the debts among `partidas`, with late interest under the policy's regime to `on_date`.

        ValueError: an interest rate is missing; its sentence names the day.
        """
        return [
            Obligacion(p, max((self.on_date - p.date_due).days, 0), self._interes(p, politica))
            for p in partidas
            if p.capital > 0
        ]

    def _interes(self, partida, politica):
        regime = politica.interest_regime
        if partida.residential and politica.interest_regime_residential == "civil":
            regime = "civil"
        if regime == "none" or partida.is_interest:
            return Decimal(0)
        rates = self.rates.get(RATE_OF.get(regime), ())
        first_day = partida.date_due + timedelta(days=1)
        try:
            return late_interest(partida.capital, first_day, self.on_date, regime, rates)
        except NoRate as error:
            day = format_date(self.env, error.day)
            sentence = self.env._("No rate is in force on %s: record it in Configuration, Legal Values.", day)
            raise ValueError(sentence) from error


def deuda(obligacion):
    """Values of a line that keeps what is owed of an item (an Obligacion; None: nothing any more)."""
    return {
        "days": obligacion.days if obligacion else 0,
        "capital": float(obligacion.partida.capital) if obligacion else 0.0,
        "interest": float(obligacion.interest) if obligacion else 0.0,
    }


def sin_disputa(partida):
    """What of an item may be chased: without what a claim disputes, which Ley 142 art. 155 forbids to collect.

    Where nothing is left of it, the item itself, held by the claim: a payment since the last night may have done that.
    """
    if not partida.disputed:
        return partida
    left = partida.capital - partida.disputed
    return partida._replace(capital=left) if left > 0 else partida._replace(hold="claim")


def a_favor(env, partidas):
    """Credits of the debtor to apply, among `partidas`: those that count for an agreement in force pay its plan."""
    credits = [p for p in partidas if p.capital < 0]
    taken = set(env["cartera.partida"].sudo().browse([p.id for p in credits]).filtered("acuerdo_id").ids)
    return [p for p in credits if p.id not in taken]


def sql_disputado(item):
    """Expression: what an open claim disputes of the open item `item` (an alias, str)."""
    return SQL(
        "(CASE WHEN %s IS NOT NULL THEN COALESCE(%s, 0) ELSE 0 END)",
        SQL.identifier(item, "reclamacion_id"),
        SQL.identifier(item, "amount_disputed"),
    )


def sql_retenida(item):
    """Expression: whether nothing of the open item `item` (an alias, str) may be collected: it is held, or a claim
    disputes all that is left of it, which a payment since the last night may have done."""
    return SQL(
        "(%s IS NOT NULL OR %s >= %s)",
        SQL.identifier(item, "hold_reason"),
        sql_disputado(item),
        SQL.identifier(item, "amount_residual"),
    )


def fuera_de_lista(partidas):
    """Those of `partidas` whose case a lawyer or the committee has."""
    return [p for p in partidas if p.kind in KINDS_OUT_OF_LIST]
