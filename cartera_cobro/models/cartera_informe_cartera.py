"""Sections of management reports: the portfolio at the closing and at those before it."""

from babel.dates import format_date
from odoo import models
from odoo.tools import SQL

from .cartera_informe_mes import YEAR, Suma, barras, frase_variacion, lineas, por_ciento, sumar, tabla, variacion
from .cartera_textos import SPANISH

LARGEST = 20  # debtors
NOTHING = "Sin cartera vencida al cierre."
# Whose groups go by their name: of the others, the largest first, where the procedure gives no order.
BY_NAME = ("estrato",)
# Column of the aggregate: heading, and what those without it are.
DIMENSIONS = {
    "etapa": ("Etapa", "Sin etapa"),
    "banda": ("Edad de mora", "Sin edad"),
    "estrato": ("Estrato", "Sin estrato"),
    "use": ("Uso", "Sin uso"),
    "zona": ("Zona", "Sin zona"),
    "municipality": ("Municipio", "Sin municipio"),
    "hold_reason": ("Motivo del bloqueo", ""),
    "agencia": ("Agencia", ""),
}


class CarteraInformeSeccion(models.Model):
    _inherit = "cartera.informe.seccion"

    def _tablas_resumen(self, mes):
        """What is owed, this month, the month before, and the same month last year."""
        sums = mes.sumas("position", (0, 1, YEAR), ("overdue", "current"))
        rows = [self._renglon_resumen(mes, sums, n) for n in (0, 1, YEAR) if mes.hay(n)]
        said = [
            frase_variacion("La cartera vencida", rows[0][3], self._vencida(sums, n), mes.nombre(n))
            for n in (1, YEAR)
            if mes.hay(n)
        ]
        columns = [("Cierre", "text"), ("Cuentas vencidas", "number"), ("Partidas vencidas", "number"),
                   ("Cartera vencida", "money"), ("Por vencer", "money"), ("Total", "money"),
                   ("% vencido", "percent")]  # fmt: skip
        note = " ".join(filter(None, [*said, mes.sin_comparacion()]))
        return [tabla("Cartera al cierre", columns, rows, note=note)]

    def _renglon_resumen(self, mes, sums, n):
        overdue, due = sums.get((n, "overdue"), Suma()), sums.get((n, "current"), Suma())
        total = overdue.amount + due.amount
        share = por_ciento(overdue.amount, total)
        return [mes.nombre(n), overdue.accounts, overdue.items, overdue.amount, due.amount, total, share]

    def _vencida(self, sums, n):
        return sums.get((n, "overdue"), Suma()).amount

    def _tablas_meses(self, mes):
        """The overdue portfolio of the last twelve month ends."""
        months = [n for n in range(YEAR - 1, -1, -1) if mes.hay(n)]
        sums = mes.sumas(None, months)
        owed = {n: sums.get((n, None), Suma()) for n in months}
        rows = [[mes.nombre(n), owed[n].accounts, owed[n].items, owed[n].amount] for n in months]
        labels = [format_date(mes.fin(n), "MMM yy", locale=SPANISH).replace(".", "") for n in months]
        chart = lineas(labels, [("Cartera vencida", [owed[n].amount for n in months])])
        columns = [("Cierre", "text"), ("Cuentas", "number"), ("Partidas", "number"), ("Valor", "money")]
        return [tabla("Cartera vencida, mes a mes", columns, rows, chart=chart)]

    def _tablas_etapas(self, mes):
        return [comparada(mes, "etapa", "Cartera vencida por etapa")]

    def _tablas_bandas(self, mes):
        return [comparada(mes, "banda", "Cartera vencida por edad de mora")]

    def _tablas_estratos(self, mes):
        return [comparada(mes, "estrato", "Cartera vencida por estrato")]

    def _tablas_usos(self, mes):
        return [comparada(mes, "use", "Cartera vencida por clase de uso")]

    def _tablas_zonas(self, mes):
        return [comparada(mes, "zona", "Cartera vencida por zona")]

    def _tablas_municipios(self, mes):
        return [comparada(mes, "municipality", "Cartera vencida por municipio")]

    def _tablas_bloqueada(self, mes):
        """What a claim or another hold kept from being chased."""
        labels = mes.etiquetas("cartera.partida", "hold_reason")
        empty = "Ninguna partida estaba bloqueada al cierre."
        return [comparada(mes, "hold_reason", "Cartera vencida bloqueada", labels, held=True, empty=empty)]

    def _tablas_mayores(self, mes):
        """The debtors who owe most, by their overdue items of which the report tells."""
        rows = mes.env.execute_query(
            SQL(
                """
                SELECT MAX(partner_name), MAX(vat), COUNT(*), MAX(days_overdue), SUM(amount) AS owed
                  FROM (%s) l WHERE position = 'overdue' AND partner_id IS NOT NULL
              GROUP BY partner_id ORDER BY owed DESC, partner_id LIMIT %s
                """,
                mes.partidas(mes.corte._ids),
                LARGEST,
            )
        )
        whole = mes.sumas().get((0, None), Suma()).amount
        rows = [[*row[:4], float(row[4]), por_ciento(float(row[4]), whole)] for row in rows]
        columns = [("Deudor", "text"), ("NIT o cédula", "text"), ("Partidas", "number"), ("Días de mora", "number"),
                   ("Valor vencido", "money"), ("% del total", "percent")]  # fmt: skip
        note = f"Los {len(rows)} deudores que más deben." if len(rows) == LARGEST else ""
        return [tabla("Mayores deudores", columns, rows, sumar(rows, (2, 4, 5), 6), note=note, empty=NOTHING)]


def comparada(mes, by, title, labels=None, held=False, empty=NOTHING):
    """The overdue portfolio by a dimension, this month beside the one before, with its chart.

    labels: {code: text} of a dimension that is one; held: only what has a value in it.
    """
    sums = mes.sumas(by, (0, 1))
    groups = list(dict.fromkeys(group for _n, group in sums if group is not None or not held))
    if by in BY_NAME:
        groups.sort(key=lambda group: (group is None, group))
    pairs = {group: (sums.get((0, group), Suma()), sums.get((1, group), Suma())) for group in groups}
    now, before = (sum((pair[n] for pair in pairs.values()), Suma()) for n in (0, 1))
    heading, none = DIMENSIONS[by]
    names = [(labels or {}).get(group, group) if group is not None else none for group in groups]
    compared = mes.hay(1)
    columns = [(heading, "text"), ("Cuentas", "number"), ("Partidas", "number"), ("Valor", "money"), ("%", "percent")]
    if compared:
        columns += [("Valor mes anterior", "money"), ("Variación", "money"), ("Var. %", "percent")]
    rows = [_renglon(name, *pairs[group], now, compared) for name, group in zip(names, groups, strict=True)]
    series = [(mes.nombre(), [pairs[group][0].amount for group in groups])]
    if compared:
        series.append((mes.nombre(1), [pairs[group][1].amount for group in groups]))
    total = _renglon("Total", now, before, now, compared) if rows else None
    return tabla(title, columns, rows, total, barras(names, series), mes.sin_comparacion(), empty)


def _renglon(name, now, before, whole, compared):
    row = [name, now.accounts, now.items, now.amount, por_ciento(now.amount, whole.amount)]
    if compared:
        row += [before.amount, now.amount - before.amount, variacion(now.amount, before.amount)]
    return row
