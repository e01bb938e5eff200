"""Sections of management reports: what was collected, and the indicators against their goals."""

from odoo import models
from odoo.tools import SQL

from .cartera_informe_mes import DAY, barras, sumar, tabla, variacion
from .cartera_servicio import sql_parte, sql_partes


class CarteraInformeSeccion(models.Model):
    _inherit = "cartera.informe.seccion"

    # --- collected ------------------------------------------------------------------------------------------------

    def _tablas_recaudo(self, mes):
        """Money of the month by the stage in which it found the debt, and by channel, beside the month before."""
        journals = {j.id: j.name for j in mes.env["account.journal"].with_context(active_test=False).search([])}
        stage, place, nowhere = SQL("r.etapa"), SQL("MIN(r.etapa_orden)"), {None: "Sin etapa"}
        return [
            self._recaudado(mes, stage, place, "Etapa", "Recaudo por etapa", nowhere),
            self._recaudado(mes, SQL("r.journal_id"), SQL("NULL::int"), "Canal", "Recaudo por canal", journals),
        ]

    def _recaudado(self, mes, by, place, heading, title, names):
        found = mes.env.execute_query(
            SQL(
                """
                SELECT %(by)s, SUM(r.amount) FILTER (WHERE r.date >= %(first)s),
                       COUNT(DISTINCT r.accounts) FILTER (WHERE r.date >= %(first)s),
                       SUM(r.amount) FILTER (WHERE r.date < %(first)s)
                  FROM (%(money)s) r GROUP BY 1 ORDER BY %(place)s, 2 DESC NULLS LAST, 1
                """,
                by=by,
                first=mes.first,
                money=self._dinero(mes),
                place=place,
            )
        )
        rows = [
            [
                names.get(key, key) or "",
                float(now or 0),
                accounts,
                float(before or 0),
                variacion(float(now or 0), float(before or 0)),
            ]
            for key, now, accounts, before in found
        ]
        columns = [(heading, "text"), ("Recaudado", "money"), ("Cuentas que pagaron", "number"),
                   ("Mes anterior", "money"), ("Var. %", "percent")]  # fmt: skip
        total = sumar(rows, (1, 3), 5)
        if total:
            total[4] = variacion(total[1], total[3])
        series = [(mes.nombre(), [row[1] for row in rows]), (mes.nombre(1), [row[3] for row in rows])]
        chart = barras([row[0] for row in rows], series)
        return tabla(title, columns, rows, total, chart, empty="No se recaudó en el mes ni en el anterior.")

    def _dinero(self, mes):
        """SELECT of the money of this month and the one before, of what the report is about."""
        money = SQL(
            """SELECT r.date, r.etapa, r.etapa_orden, r.journal_id, r.accounts, r.move_line_id, r.agencia, r.amount
                 FROM cartera_recaudo r
                WHERE r.company_id = %s AND r.kind = 'payment' AND r.date BETWEEN %s AND %s AND %s""",
            mes.company.id,
            mes.fin(2) + DAY,
            mes.last,
            mes.parte(),
        )
        if mes.tipo.scope != "service":
            return money
        return SQL(
            """SELECT r.date, r.etapa, r.etapa_orden, r.journal_id, r.accounts, %s AS amount
                 FROM (%s) r JOIN account_move_line l ON l.id = r.move_line_id
                 JOIN (%s) s ON s.move_id = l.move_id AND s.categ_id = ANY(%s)""",
            sql_parte(SQL("r.amount"), SQL("%s", mes.company.currency_id.decimal_places)),
            money,
            sql_partes(),
            mes.servicio(),
        )

    # --- indicators -----------------------------------------------------------------------------------------------

    def _tablas_indicadores(self, mes):
        """The indicators at the closing with their goals and lights; of a report about a stage, its own ones too."""
        tables = [self._medidas(mes, "Indicadores de la cartera", [("scope", "=", "total")])]
        if mes.tipo.scope == "stage":
            own = [("scope", "=", "stage"), *mes.dominio_etapa("etapa_id")]
            tables.insert(0, self._medidas(mes, "Indicadores de la etapa", own))
        return tables

    def _medidas(self, mes, title, domain):
        Valor = mes.env["cartera.indicador.valor"]
        found = Valor.search([("corte_id", "=", mes.corte.id), *domain])
        rows = [
            [
                v.indicador_id.name,
                v.indicador_id._escribir(v.value),
                v.indicador_id._escribir(v.previous_value) if v.previous_id else None,
                v.indicador_id._escribir(v.goal) if v.meta_id else None,
                v.light,
            ]
            for v in found.sorted(lambda v: (v.indicador_id.sequence, v.indicador_id.id, v.label or ""))
        ]
        columns = [("Indicador", "text"), ("Resultado", "figure"), ("Mes anterior", "figure"), ("Meta", "figure"),
                   ("Estado", "light")]  # fmt: skip
        return tabla(title, columns, rows, empty="No hay indicadores medidos en este cierre.")
