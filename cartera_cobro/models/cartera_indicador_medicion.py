"""How the indicators of a closing are taken: a few statements each, none a row.

The *period* goes from the day after the closing in force of the month before to the closing's own day; without one, it
begins with the month. *Receivable* is the balance of the chosen accounts: credits that nobody applied are taken off
what is overdue first, and off what is current only when nothing overdue is left.
"""

from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from odoo.tools import SQL

from ..rules import indicators
from .cartera_acuerdo import decimal
from .cartera_libro import Libro

# Months of credit sales against which days of sales are taken.
SALES_MONTHS = 3
INVOICES = ("out_invoice", "out_refund", "out_receipt")
# Scope: the column of a value that keeps whose it is.
IDS = {"stage": "etapa_id", "officer": "user_id", "zone": "zona_id"}


class Fila(NamedTuple):
    """A value measured. numerator and denominator: the two figures of its formula; key: id (int) of its part."""

    code: str
    value: Decimal
    numerator: Decimal = Decimal(0)
    denominator: Decimal = Decimal(0)
    scope: str = "total"
    key: int | None = None
    label: str | None = None

    def clave(self):
        """What `cartera.indicador.valor` knows it by."""
        return (self.key if self.scope in IDS else None) or self.label or ""

    def columnas(self):
        return {
            "scope": self.scope,
            "label": self.label,
            "value": float(self.value),
            "numerator": float(self.numerator),
            "denominator": float(self.denominator),
            **({IDS[self.scope]: self.key} if self.scope in IDS else {}),
        }


def porcentaje(code, part, whole, *of):
    """[Fila] of part / whole * 100, or none."""
    value = indicators.percent(Decimal(part), Decimal(whole))
    return [] if value is None else [Fila(code, value, part, whole, *of)]


class Saldo(NamedTuple):
    """Receivable at a closing. total, current: net of credits; overdue: what is overdue, gross."""

    total: Decimal
    current: Decimal
    overdue: Decimal


class Medicion(Libro):
    """The indicators of one confirmed closing."""

    def __init__(self, corte):
        corte = corte.with_context(lang=corte.env["cartera.correo"]._idioma() or corte.env.lang)
        super().__init__(corte.env, corte.company_id, corte.date)
        self.corte = corte
        self.antes = self._mes_anterior()
        self.desde = self.antes.date + timedelta(days=1) if self.antes else corte.date.replace(day=1)
        self.sin_nombre = self.env._("Unassigned")

    def _mes_anterior(self):
        """The closing in force of the month before, the last one if it has several; empty when there is none."""
        first = self.corte.date.replace(day=1)
        return self.corte.search(
            [
                ("company_id", "=", self.company.id),
                ("is_current", "=", True),
                ("date", "<", first),
                ("date", ">=", first - relativedelta(months=1)),
            ],
            limit=1,
        )

    def filas(self):
        """[Fila] of everything that can be told of this closing."""
        self.env.flush_all()
        return [*self._dias_de_venta(), *self._efectividad(), *self._al_dia(), *self._reduccion()]

    # --- receivable and sales -------------------------------------------------------------------------------------

    def _saldo(self, corte):
        overdue, actual, credit = (
            decimal(amount) for amount in (corte.amount_overdue, corte.amount_current, corte.amount_credit)
        )
        total = max(overdue + actual + credit, Decimal(0))
        return Saldo(total, min(actual, total), overdue)

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
        start = self.on_date + relativedelta(months=-SALES_MONTHS, day=31 if self._fin_de_mes() else self.on_date.day)
        days = (self.on_date - start).days
        saldo, sales = self._saldo(self.corte), self._ventas(start + timedelta(days=1))
        outstanding, best = (
            indicators.dso(saldo.total, sales, days),
            indicators.best_possible_dso(saldo.current, sales, days),
        )
        delinquent = indicators.average_days_delinquent(outstanding, best)
        if delinquent is None:
            return []
        return [
            Fila("dso", outstanding, saldo.total, sales),
            Fila("best_possible_dso", best, saldo.current, sales),
            Fila("average_days_delinquent", delinquent, outstanding, best),
        ]

    def _fin_de_mes(self):
        return (self.on_date + timedelta(days=1)).day == 1

    def _efectividad(self):
        if not self.antes:
            return []
        beginning, ending, sales = self._saldo(self.antes), self._saldo(self.corte), self._ventas(self.desde)
        value = indicators.cei(beginning.total, sales, ending.total, ending.current)
        to_collect = beginning.total + sales
        return [] if value is None else [Fila("cei", value, to_collect - ending.total, to_collect - ending.current)]

    def _al_dia(self):
        saldo = self._saldo(self.corte)
        return porcentaje("share_current", saldo.current, saldo.total)

    # --- overdue, month by month ----------------------------------------------------------------------------------

    def _reduccion(self):
        """CC7, of the whole and by officer: items of both closings side by side, without those of legal."""
        if not self.antes:
            return []
        return [
            Fila("overdue_reduction", indicators.overdue_reduction(before, now), before, now, *of)
            for before, now, *of in self._por_gestor()
        ]

    def _por_gestor(self):
        """[(overdue before, overdue now, scope, officer's id, name)], the total first."""
        rows = self.env.execute_query(
            SQL(
                """
                WITH partida AS (
                    SELECT COALESCE(b.user_id, a.user_id) AS user_id, COALESCE(b.officer, a.officer) AS officer,
                           CASE WHEN a.position = 'overdue' THEN a.amount ELSE 0 END AS before,
                           CASE WHEN b.position = 'overdue' THEN b.amount ELSE 0 END AS now
                      FROM (SELECT * FROM cartera_corte_linea WHERE corte_id = %(before)s) a
                 FULL JOIN (SELECT * FROM cartera_corte_linea WHERE corte_id = %(now)s) b
                        ON b.move_line_id = a.move_line_id
                     WHERE NOT COALESCE(b.legal, a.legal, FALSE)
                )
                SELECT COALESCE(SUM(before), 0), COALESCE(SUM(now), 0),
                       CASE GROUPING(user_id) WHEN 1 THEN 'total' ELSE 'officer' END, user_id, MAX(officer)
                  FROM partida GROUP BY GROUPING SETS ((), (user_id))
              ORDER BY GROUPING(user_id) DESC, user_id
                """,
                before=self.antes.id,
                now=self.corte.id,
            )
        )
        return [
            (decimal(before), decimal(now), scope, user_id, (name or self.sin_nombre) if scope == "officer" else None)
            for before, now, scope, user_id, name in rows
        ]
