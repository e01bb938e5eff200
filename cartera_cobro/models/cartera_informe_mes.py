"""What a management report reads: a company's month, from its closings, whole or the part that it is about."""

from typing import NamedTuple

from babel.dates import format_date
from dateutil.relativedelta import relativedelta
from odoo.tools import SQL

from .cartera_corte_resumen import DIMENSIONS
from .cartera_servicio import sql_parte, sql_partes
from .cartera_textos import SPANISH

# What groups of a dimension that has an order of its own are sorted by.
PLACES = {"etapa": "etapa_orden", "banda": "banda_orden"}
YEAR = 12  # months
DAY = relativedelta(days=1)


class Suma(NamedTuple):
    """What open items sum to; accounts: each where its oldest item is."""

    items: int = 0
    accounts: int = 0
    amount: float = 0.0

    def __add__(self, other):
        return Suma(*(mine + its for mine, its in zip(self, other, strict=True)))


def tabla(title, columns, rows, total=None, chart=None, note="", empty="Sin movimiento en el mes."):
    """A table of a report as its JSON keeps it.

    columns: [(heading, kind)], kind one of text, number, money, percent, day, figure (written already), light; rows:
    lists of values in their order, None for what does not apply; total: a row; chart: see reports/grafica; note: a
    sentence under it; empty: what is said when it has no rows.
    """
    return {
        "title": title,
        "columns": [list(column) for column in columns],
        "rows": [list(row) for row in rows],
        "total": list(total) if total else None,
        "chart": chart if rows else None,
        "note": note,
        "empty": empty,
    }


def sumar(rows, places, width, rates=()):
    """The total row of `width` cells, None when there are no rows: the sums of the columns at `places`.

    rates: (column, part, whole), the percent that the sum of one column is of another's.
    """
    if not rows:
        return None
    total = ["Total"] + [None] * (width - 1)
    for place in places:
        total[place] = sum(row[place] or 0 for row in rows)
    for place, part, whole in rates:
        total[place] = por_ciento(total[part], total[whole])
    return total


def barras(labels, series, unit="money"):
    """The chart of a table, [(name, [number])] side by side; None where there is nothing to compare."""
    return _grafica("bars", labels, series, unit)


def lineas(labels, series, unit="money"):
    """The same over months."""
    return _grafica("lines", labels, series, unit)


def _grafica(kind, labels, series, unit):
    drawn = [[name, [float(value or 0) for value in values]] for name, values in series]
    if len(labels) < 2 or not any(value for _name, values in drawn for value in values):
        return None
    return {"kind": kind, "unit": unit, "labels": list(labels), "series": drawn}


def por_ciento(part, whole):
    """What percent `part` is of `whole`; None of nothing."""
    return 100.0 * part / whole if whole else None


def variacion(now, before):
    """How many percent more `now` is than `before`; None when there was nothing."""
    return 100.0 * (now - before) / abs(before) if before else None


def frase_variacion(what, now, before, when):
    """ "La cartera vencida bajó 3,2 % frente a mayo de 2026." """
    change = variacion(now, before)
    if change is None:
        return ""
    if round(change, 1) == 0:
        return f"{what} no varió frente a {when}."
    figure = f"{abs(change):.1f}".replace(".", ",")
    return f"{what} {'subió' if change > 0 else 'bajó'} {figure} % frente a {when}."


def mes_de(day):
    """junio de 2026"""
    return format_date(day, "MMMM 'de' y", locale=SPANISH)


class Mes:
    """The month of a report, read with superuser rights in the company's language. Everything pending is flushed."""

    def __init__(self, informe):
        company = informe.company_id
        informe = informe.sudo().with_company(company)
        lang = informe.env["cartera.correo"]._idioma() or informe.env.lang
        self.env = informe.with_context(lang=lang, allowed_company_ids=company.ids).env
        self.company = company.with_env(self.env)
        self.tipo = informe.tipo_id.with_env(self.env)
        self.corte = informe.corte_id.with_env(self.env)
        self.last = self.corte.date
        self.first = self.last.replace(day=1)
        self.env.flush_all()
        self.cortes = self._cortes()

    # --- months ---------------------------------------------------------------------------------------------------

    def fin(self, back):
        """The last day (date) of the month that many months before."""
        return self.first + relativedelta(months=1 - back) - DAY

    def nombre(self, back=0):
        return mes_de(self.fin(back))

    def _cortes(self):
        """{months back: id} of the closings in force at the ends of this month and of the twelve before."""
        back = {self.fin(n): n for n in range(YEAR + 1)}
        found = self.env["cartera.corte"].search_fetch(
            [("company_id", "=", self.company.id), ("is_current", "=", True), ("date", "in", list(back))], ["date"]
        )
        return {back[corte.date]: corte.id for corte in found} | {0: self.corte.id}

    def hay(self, back):
        """Whether there is a closing to compare with, that many months before."""
        return back in self.cortes

    def sin_comparacion(self, back=1):
        return "" if self.hay(back) else f"No hay cierre de {self.nombre(back)} con que comparar."

    # --- the portfolio at the closings ----------------------------------------------------------------------------

    def sumas(self, by=None, months=(0,), positions=("overdue",)):
        """{(months back, group): Suma} of what the report is about, in the order of the procedure or by amount.

        by: a column of the aggregate (a name of DIMENSIONS, or position), whose empty values are the group None.
        """
        ids = {self.cortes[n]: n for n in months if n in self.cortes}
        place = SQL("MIN(%s)", SQL.identifier(PLACES[by])) if by in PLACES else SQL("NULL::int")
        rows = self.env.execute_query(
            SQL(
                """
                SELECT corte_id, %(by)s AS grupo, SUM(items)::int, SUM(accounts)::int, SUM(amount)
                  FROM (%(source)s) r WHERE position IN %(positions)s
              GROUP BY 1, 2 ORDER BY %(place)s, SUM(amount) DESC, 2
                """,
                by=SQL.identifier(by) if by else SQL("NULL::varchar"),
                source=self.fuente(tuple(ids) or (0,)),
                positions=positions,
                place=place,
            )
        )
        return {
            (ids[corte], group): Suma(items, accounts, float(amount)) for corte, group, items, accounts, amount in rows
        }

    def fuente(self, cortes):
        """SELECT of the part of closings (ids) that the report is about: dimensions, items, accounts, amount."""
        if self.tipo.scope == "service":
            return self._fuente_servicio(cortes)
        return SQL("SELECT * FROM cartera_corte_resumen WHERE corte_id IN %s AND %s", cortes, self.parte())

    def parte(self):
        """Condition (SQL) on the items or the aggregate of a closing: what of them the report is about."""
        match self.tipo.scope:
            case "stage":
                return SQL("etapa_kind = %s", self.tipo.stage_kind)
            case "agencies":
                return SQL("agencia IS NOT NULL")
        return SQL("TRUE")

    def partidas(self, cortes):
        """SELECT of the items of closings (ids) that the report is about, with what of each it is about (`amount`)."""
        if self.tipo.scope != "service":
            return SQL("SELECT * FROM cartera_corte_linea WHERE corte_id IN %s AND %s", cortes, self.parte())
        return SQL(
            """
            SELECT l.corte_id, l.partner_id, l.partner_name, l.vat, l.days_overdue, l.position, s.amount
              FROM cartera_corte_linea l JOIN (%s) s ON s.id = l.id
            """,
            self._del_servicio(cortes),
        )

    def _fuente_servicio(self, cortes):
        """The items of invoices with that service, each with its share; accounts where the oldest such item is."""
        return SQL(
            """
            SELECT l.corte_id, %(names)s, 1 AS items, s.amount,
                   (l.position != 'credit' AND ROW_NUMBER() OVER (
                       PARTITION BY l.corte_id, l.position = 'credit', l.cuenta_id,
                                    CASE WHEN l.cuenta_id IS NULL THEN COALESCE(l.partner_id, -l.move_line_id) END
                           ORDER BY l.date_due, l.move_line_id) = 1)::int AS accounts
              FROM cartera_corte_linea l JOIN (%(shares)s) s ON s.id = l.id
            """,
            names=SQL(", ").join(SQL("l.%s", SQL.identifier(name)) for name in DIMENSIONS),
            shares=self._del_servicio(cortes),
        )

    def _del_servicio(self, cortes):
        """(id, amount) of the items of closings in whose invoices the service is. Only those invoices are split."""
        return SQL(
            """
            SELECT l.id, SUM(%(share)s) AS amount
              FROM cartera_corte_linea l JOIN (%(shares)s) s ON s.move_id = l.move_id
             WHERE l.corte_id IN %(cortes)s AND s.categ_id = ANY(%(categories)s) GROUP BY l.id
            """,
            shares=sql_partes(
                SQL("l.move_id IN (SELECT move_id FROM cartera_corte_linea WHERE corte_id IN %s)", cortes)
            ),
            share=sql_parte(SQL("l.amount"), SQL("%s", self.company.currency_id.decimal_places)),
            cortes=cortes,
            categories=self.servicio(),
        )

    def servicio(self):
        """Ids of the product categories of the service that the report is about."""
        return self.env["product.category"].search([("id", "child_of", self.tipo.categ_id.id)]).ids

    # --- whose management -----------------------------------------------------------------------------------------

    def gente(self):
        """SELECT of the ids of the dossiers of whose management the report tells; None: of all.

        Of a report about a stage, those whose worst overdue item was in it when the month began; those that had nothing
        overdue then, when it ended. Of one about agencies, those of which an agency had something.
        """
        if self.tipo.scope not in ("stage", "agencies"):
            return None
        return SQL(
            """SELECT expediente_id
                 FROM (SELECT DISTINCT ON (expediente_id) expediente_id, etapa_kind, agencia FROM cartera_corte_linea
                        WHERE corte_id IN %s AND position = 'overdue' AND expediente_id IS NOT NULL
                     ORDER BY expediente_id, %s date, etapa_orden DESC NULLS LAST) d WHERE %s""",
            tuple(self.cortes[n] for n in (0, 1) if n in self.cortes),
            SQL("agencia IS NULL,") if self.tipo.scope == "agencies" else SQL(),
            self.parte(),
        )

    def de_su_gente(self, expediente):
        """Condition (SQL) on a dossier's id: the report tells what was done with it."""
        people = self.gente()
        return SQL("%s IN (%s)", expediente, people) if people else SQL("TRUE")

    def dominio_etapa(self, etapa, expediente):
        """Domain of what has a stage of its own, and a dossier, by these fields: what the report tells of it."""
        match self.tipo.scope:
            case "stage":
                return [(f"{etapa}.kind", "=", self.tipo.stage_kind)]
            case "agencies":
                return [(expediente, "in", SQL("(%s)", self.gente()))]
        return []

    def etiquetas(self, model, field):
        """{code: label} of a selection, in the company's language."""
        return dict(self.env[model]._fields[field]._description_selection(self.env))
