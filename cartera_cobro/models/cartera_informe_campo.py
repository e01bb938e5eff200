"""Sections of management reports: suspensions and cuts, requests and claims, agencies, cases with the lawyer."""

from odoo import models
from odoo.tools import SQL

from .cartera_informe_cartera import comparada
from .cartera_informe_mes import barras, por_ciento, sumar, tabla
from .cartera_reclamacion import COURT

CASES = 40  # those of the largest capital that the report names; the legal report names all
REQUESTS = """COUNT(*) FILTER (WHERE r.date_filed BETWEEN %(first)s AND %(last)s),
    COUNT(*) FILTER (WHERE r.date_answered BETWEEN %(first)s AND %(last)s),
    COUNT(*) FILTER (WHERE r.date_answered BETWEEN %(first)s AND %(last)s AND r.on_time),
    COUNT(*) FILTER (WHERE r.date_filed <= %(last)s AND %(open)s),
    COUNT(*) FILTER (WHERE r.date_filed <= %(last)s AND %(open)s AND r.deadline <= %(last)s)"""


class CarteraInformeSeccion(models.Model):
    _inherit = "cartera.informe.seccion"

    # --- suspensions and cuts -------------------------------------------------------------------------------------

    def _tablas_suspensiones(self, mes):
        """Orders dispatched in the month by zone, what the field did and what was collected; why not."""
        return [
            self._ordenes(mes, "zona_id", "Zona", "Suspensiones y cortes por zona", chart=True),
            self._ordenes(mes, "kind", "Orden", "Suspensiones y cortes por clase"),
            self._no_ejecutadas(mes),
        ]

    def _dominio_ordenes(self, mes):
        return [("company_id", "=", mes.company.id), ("date_sent", ">=", mes.first), ("date_sent", "<=", mes.last)]

    def _ordenes(self, mes, by, heading, title, chart=False):
        Efecto = mes.env["cartera.suspension.efecto"]
        counts = ["sent:sum", "executed:sum", "failed:sum", "withdrawn:sum", "pending:sum"]
        found = Efecto._read_group(
            self._dominio_ordenes(mes),
            [by],
            [*counts, "effectiveness:avg", "amount_executed:sum", "amount_collected:sum"],
        )
        labels = mes.etiquetas("cartera.suspension.efecto", "kind") if by == "kind" else {}
        rows = [[labels.get(key) or key.display_name, *values] for key, *values in found]
        columns = [(heading, "text"), ("Enviadas", "number"), ("Ejecutadas", "number"), ("No ejecutadas", "number"),
                   ("Retiradas", "number"), ("Sin resultado", "number"), ("% efectivo", "percent"),
                   ("Deuda de las ejecutadas", "money"), ("Recaudado después", "money")]  # fmt: skip
        total = sumar(rows, (1, 2, 3, 4, 5, 7, 8), 9, [(6, 2, 1)])
        drawn = (
            barras([row[0] for row in rows], [("% efectivo", [row[6] for row in rows])], "percent") if chart else None
        )
        empty = "No se enviaron suspensiones ni cortes en el mes."
        return tabla(title, columns, rows, total, drawn, empty=empty)

    def _no_ejecutadas(self, mes):
        Efecto = mes.env["cartera.suspension.efecto"]
        domain = [*self._dominio_ordenes(mes), ("state", "=", "failed")]
        found = Efecto._read_group(domain, ["resultado_id"], ["__count", "amount:sum"], order="__count DESC")
        rows = [[result.display_name or "Sin causa", *values] for result, *values in found]
        columns = [("Causa", "text"), ("Órdenes", "number"), ("Deuda", "money")]
        return tabla("Por qué no se ejecutaron", columns, rows, empty="Todas las que tienen resultado se ejecutaron.")

    # --- requests and claims --------------------------------------------------------------------------------------

    def _tablas_pqr(self, mes):
        """Requests, claims and appeals by channel and by kind: received, answered, on time, open at the closing."""
        return [
            self._peticiones(mes, "channel", "Canal", "PQR por canal", chart=True),
            self._peticiones(mes, "kind", "Clase", "PQR por clase"),
        ]

    def _peticiones(self, mes, by, heading, title, chart=False):
        still_open = SQL("COALESCE(r.date_answered, r.date_end, 'infinity') > %s", mes.last)
        found = mes.env.execute_query(
            SQL(
                "SELECT r.%(by)s, " + REQUESTS + """ FROM cartera_reclamacion r
                  WHERE r.company_id = %(company)s AND r.state != 'draft' AND r.kind NOT IN %(court)s AND %(whose)s
               GROUP BY 1 ORDER BY 2 DESC, 1""",
                by=SQL.identifier(by),
                first=mes.first,
                last=mes.last,
                open=still_open,
                company=mes.company.id,
                court=COURT,
                whose=mes.de_su_gente(SQL("r.expediente_id")),
            )
        )  # fmt: skip
        labels = mes.etiquetas("cartera.reclamacion", by)
        rows = [
            [labels[key], came, answered, on_time, por_ciento(on_time, answered), waiting, late]
            for key, came, answered, on_time, waiting, late in found
            if came or answered or waiting
        ]
        columns = [(heading, "text"), ("Recibidas", "number"), ("Respondidas", "number"), ("A tiempo", "number"),
                   ("% a tiempo", "percent"), ("Abiertas al cierre", "number"), ("Vencidas", "number")]  # fmt: skip
        total = sumar(rows, (1, 2, 3, 5, 6), 7, [(4, 3, 2)])
        series = [("Recibidas", [row[1] for row in rows]), ("Respondidas", [row[2] for row in rows])]
        drawn = barras([row[0] for row in rows], series, "number") if chart else None
        return tabla(title, columns, rows, total, drawn, empty="No se recibieron ni quedaron PQR abiertas en el mes.")

    # --- agencies -------------------------------------------------------------------------------------------------

    def _tablas_agencias(self, mes):
        """What each agency has, and what it did about it in the month."""
        empty = "Ninguna agencia tenía cartera al cierre."
        return [
            comparada(mes, "agencia", "Cartera en agencias", held=True, empty=empty),
            self._recaudo_por_agencia(mes),
            self._gestion_agencias(mes),
        ]

    def _gestion_agencias(self, mes):
        found = mes.env.execute_query(
            SQL(
                """
                SELECT p.name, COUNT(DISTINCT g.expediente_id), COUNT(*), COUNT(*) FILTER (WHERE g.direct),
                       COUNT(*) FILTER (WHERE g.result = 'promise'), COUNT(*) FILTER (WHERE g.unlawful)
                  FROM cartera_gestion g JOIN res_partner p ON p.id = g.agency_id
                 WHERE g.company_id = %s AND g.day BETWEEN %s AND %s AND g.date_annulled IS NULL
              GROUP BY p.id, p.name ORDER BY COUNT(*) DESC, p.name
                """,
                mes.company.id,
                mes.first,
                mes.last,
            )
        )
        rows = [
            [name, people, tried, direct, por_ciento(direct, tried), *rest]
            for name, people, tried, direct, *rest in found
        ]
        columns = [("Agencia", "text"), ("Deudores", "number"), ("Gestiones", "number"), ("Directos", "number"),
                   ("% directo", "percent"), ("Promesas", "number"), ("Fuera de la Ley 2300", "number")]  # fmt: skip
        empty = "Las agencias no reportaron gestiones en el mes."
        return tabla("Gestiones de las agencias", columns, rows, empty=empty)

    # --- cases ----------------------------------------------------------------------------------------------------

    def _tablas_procesos(self, mes):
        """The legal state of the cases (FRV15): by state, and one by one those of the largest capital."""
        Remision = mes.env["cartera.remision"]
        cases = Remision._del_mes(mes.company, mes.first).filtered_domain(self._dominio_procesos(mes))
        largest = cases.sorted(lambda r: (-r.amount_capital, r.id))[:CASES]
        found = mes.env["report.cartera_cobro.informe_juridico"]._casos(largest, mes.last)
        return [self._por_estado(cases), self._uno_a_uno(found, len(cases))]

    def _dominio_procesos(self, mes):
        """A report about stages or the whole tells what lawyers have; one about agencies, what agencies have."""
        return [("destination", "=" if mes.tipo.scope == "agencies" else "!=", "agency")]

    def _por_estado(self, cases):
        labels = {
            name: dict(cases._fields[name]._description_selection(cases.env)) for name in ("state", "legal_state")
        }

        def estado(case):
            ended = case.state in ("returned", "closed") or not case.legal_state
            return labels["state"][case.state] if ended else labels["legal_state"][case.legal_state]

        groups = cases.grouped(estado)
        rows = [
            [name, len(some), sum(some.mapped("amount_capital")), sum(some.mapped("amount_interest"))]
            for name, some in sorted(groups.items(), key=lambda group: -len(group[1]))
        ]
        columns = [("Estado", "text"), ("Casos", "number"), ("Capital remitido", "money"),
                   ("Interés remitido", "money")]  # fmt: skip
        total = sumar(rows, (1, 2, 3), 4)
        return tabla("Estado de los procesos", columns, rows, total, empty="No hubo casos en el mes.")

    def _uno_a_uno(self, found, count):
        rows = [
            [c.debtor, c.process or c.number, c.state, c.event, _dia(c.event_date), c.next_step, c.capital_now]
            for c in found
        ]
        columns = [("Deudor", "text"), ("Proceso", "text"), ("Estado", "text"), ("Última actuación", "text"),
                   ("Fecha", "day"), ("Sigue", "text"), ("Capital hoy", "money")]  # fmt: skip
        note = f"Los {len(rows)} de mayor capital, de {count}: el informe de procesos los trae todos."
        return tabla("Casos", columns, rows, note=note if count > len(rows) else "", empty="No hubo casos en el mes.")


def _dia(day):
    return day.isoformat() if day else None
