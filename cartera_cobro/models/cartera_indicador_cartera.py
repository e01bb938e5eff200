"""Indicators of the portfolio itself: from the closing, the one before, the ledger's sales and what was collected.

*Receivable* is the balance of the chosen accounts: credits that nobody applied are taken off what is overdue first, and
off what is current only when nothing overdue is left.
"""

from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from odoo.tools import SQL

from ..rules import indicators
from .cartera_acuerdo import decimal
from .cartera_corte_transicion import UNPLACED
from .cartera_indicador_medicion import Fila, Medicion, Parte

# Months of credit sales against which days of sales are taken.
SALES_MONTHS = 3
INVOICES = ("out_invoice", "out_refund", "out_receipt")
# Columns of an item that say whose it is: scope, id, text, order.
PARTS = [
    ("stage", "etapa_id", "etapa", "etapa_orden"),
    ("officer", "user_id", "officer", None),
    ("zone", "zona_id", "zona", None),
]


# What is measured against the month before.
CONTRA_EL_ANTERIOR = ("overdue_reduction", "cei", "roll_rate", "recovery")


class Saldo(NamedTuple):
    """Receivable at a closing, net of credits."""

    total: Decimal
    current: Decimal


def saldo(corte):
    overdue, actual, credit = (decimal(corte[f"amount_{part}"]) for part in ("overdue", "current", "credit"))
    total = max(overdue + actual + credit, Decimal(0))
    return Saldo(total, min(actual, total))


class DeCartera(Medicion):
    """See the module's docstring."""

    def filas(self):
        return [
            *self._dias_de_venta(),
            *self._al_dia(),
            *(self.contra_el_mes_anterior() if self.antes else ()),
        ]

    def contra_el_mes_anterior(self):
        """Those of CONTRA_EL_ANTERIOR."""
        return [*self._reduccion(), *self._efectividad(), *self._rodamiento(), *self._recuperacion()]

    # --- receivable and sales -------------------------------------------------------------------------------------

    def _ventas(self, since):
        """Posted customer invoices less credit notes on the chosen accounts, from the day `since` to the closing's."""
        query = SQL(
            """SELECT COALESCE(SUM(l.balance), 0) FROM account_move_line l JOIN account_move m ON m.id = l.move_id
                WHERE %s AND m.move_type IN %s AND l.date BETWEEN %s AND %s""",
            self._alcance(),
            INVOICES,
            since,
            self.on_date,
        )
        return decimal(self.env.execute_query(query)[0][0])

    def _dias_de_venta(self):
        """DSO, the best one possible and what is between them, over the sales of the last months."""
        month_end = (self.on_date + timedelta(days=1)).day == 1
        start = self.on_date + relativedelta(months=-SALES_MONTHS, day=31 if month_end else self.on_date.day)
        days = (self.on_date - start).days
        owed, sales = saldo(self.corte), self._ventas(start + timedelta(days=1))
        outstanding = indicators.dso(owed.total, sales, days)
        best = indicators.best_possible_dso(owed.current, sales, days)
        delinquent = indicators.average_days_delinquent(outstanding, best)
        if delinquent is None:
            return []
        return [
            Fila("dso", outstanding, owed.total, sales),
            Fila("best_possible_dso", best, owed.current, sales),
            Fila("average_days_delinquent", delinquent, outstanding, best),
        ]

    def _efectividad(self):
        beginning, ending, sales = saldo(self.antes), saldo(self.corte), self._ventas(self.desde)
        value = indicators.cei(beginning.total, sales, ending.total, ending.current)
        if value is None:
            return []
        to_collect = beginning.total + sales
        return [Fila("cei", value, to_collect - ending.total, to_collect - ending.current)]

    def _al_dia(self):
        return self._porcentajes("share_current", [((), *reversed(saldo(self.corte)))])

    # --- month by month -------------------------------------------------------------------------------------------

    def _reduccion(self):
        """CC7, whole and by officer: items of both closings side by side, without those of legal."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(b.user_id, a.user_id) AS user_id, MAX(COALESCE(b.officer, a.officer)),
                       COALESCE(SUM(a.amount) FILTER (WHERE a.position = 'overdue'), 0),
                       COALESCE(SUM(b.amount) FILTER (WHERE b.position = 'overdue'), 0)
                  FROM (SELECT * FROM cartera_corte_linea WHERE corte_id = %s) a
             FULL JOIN (SELECT * FROM cartera_corte_linea WHERE corte_id = %s) b ON b.move_line_id = a.move_line_id
                 WHERE NOT COALESCE(b.legal, a.legal, FALSE)
              GROUP BY COALESCE(b.user_id, a.user_id)
                """,
                self.antes.id,
                self.corte.id,
            )
        )
        return [
            Fila("overdue_reduction", indicators.overdue_reduction(before, now), before, now, parte)
            for parte, before, now in self._sumar(
                [((self._de("officer", user_id, name),), before, now) for user_id, name, before, now in rows]
            )
        ]

    def _rodamiento(self):
        """Of what each band held a month ago, how much stands in a later one; the last band has none after it."""
        last = max(self.company.cartera_politica_id.banda_ids.mapped("days_from"), default=0)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT from_label, from_orden,
                       COALESCE(SUM(amount_after) FILTER (WHERE to_orden > from_orden AND to_orden < %(nowhere)s), 0),
                       SUM(amount_before)
                  FROM cartera_corte_transicion
                 WHERE corte_id = %(corte)s AND is_current AND dimension = 'band' AND from_orden < %(last)s
              GROUP BY from_label, from_orden ORDER BY from_orden
                """,
                nowhere=UNPLACED,
                corte=self.corte.id,
                last=last,
            )
        )
        return self._porcentajes(
            "roll_rate", [((Parte("band", None, label, place),), later, held) for label, place, later, held in rows]
        )

    def _recuperacion(self):
        """Of what was overdue when the period began, the money that came in for it; parts are those of that day."""
        columns = SQL(", ").join(SQL.identifier("a", name) for _scope, *names in PARTS for name in names if name)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT %(columns)s, COALESCE(SUM(r.amount), 0), SUM(a.amount)
                  FROM cartera_corte_linea a
             LEFT JOIN (SELECT move_line_id, SUM(amount) AS amount FROM cartera_recaudo
                         WHERE company_id = %(company)s AND date BETWEEN %(since)s AND %(until)s AND kind = 'payment'
                      GROUP BY move_line_id) r ON r.move_line_id = a.move_line_id
                 WHERE a.corte_id = %(before)s AND a.position = 'overdue'
              GROUP BY %(columns)s
                """,
                columns=columns,
                company=self.company.id,
                since=self.desde,
                until=self.on_date,
                before=self.antes.id,
            )
        )
        return self._porcentajes("recovery", [(self._partes(row[:-2]), *row[-2:]) for row in rows])

    def _partes(self, row):
        """The parts that a row belongs to, whose first columns are those of PARTS."""
        etapa_id, etapa, place, user_id, officer, zona_id, zona = row
        return [
            self._de("stage", etapa_id, etapa, place),
            self._de("officer", user_id, officer),
            self._de("zone", zona_id, zona),
        ]

    def _de(self, scope, key, label, place=None):
        return Parte(scope, key, label or self.env._("Unassigned"), place or 0)
