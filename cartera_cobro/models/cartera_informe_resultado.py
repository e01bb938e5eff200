"""Sections of management reports: what was collected, and the indicators against their goals."""

from odoo import models
from odoo.tools import SQL

from .cartera_informe_mes import DAY, barras, por_ciento, sumar, tabla, variacion
from .cartera_servicio import sql_parte, sql_partes


class CarteraInformeSeccion(models.Model):
    _inherit = "cartera.informe.seccion"

    # --- collected ------------------------------------------------------------------------------------------------

    def _tablas_recaudo(self, mes):
        """Money of the month by the stage in which it found the debt, against its goal, and by channel."""
        found = sorted(self._recaudado(mes, SQL("r.journal_id")), key=lambda row: -row[2])
        journals = mes.env["account.journal"].browse([key for key, *_rest in found if key]).exists()
        names = {journal.id: journal.name for journal in journals}
        rows = [[names.get(key) or "Sin canal", *values] for key, _name, *values in found]
        return [self._recaudo_por_etapa(mes), self._tabla_recaudo(mes, "Canal", "Recaudo por canal", rows)]

    def _recaudado(self, mes, by):
        """[(key, stage, collected, accounts that paid, collected in the month before)] grouped by a column (SQL)."""
        found = mes.env.execute_query(
            SQL(
                """
                SELECT %(by)s, MAX(r.etapa), SUM(r.amount) FILTER (WHERE r.date >= %(first)s),
                       COUNT(DISTINCT r.accounts) FILTER (WHERE r.date >= %(first)s),
                       SUM(r.amount) FILTER (WHERE r.date < %(first)s)
                  FROM (%(money)s) r GROUP BY 1 ORDER BY MIN(r.etapa_orden), 3 DESC NULLS LAST, 1
                """,
                by=by,
                first=mes.first,
                money=self._dinero(mes),
            )
        )
        return [
            (key, name, float(now or 0), accounts, float(before or 0)) for key, name, now, accounts, before in found
        ]

    def _recaudo_por_etapa(self, mes):
        goals = self._metas(mes)
        found = {key: (name, *values) for key, name, *values in self._recaudado(mes, SQL("r.etapa_id"))}
        etapas = mes.env["cartera.etapa"].browse(key for key in goals if key).sorted("sequence")
        missing = {e.id: (e.name, 0.0, 0, 0.0) for e in etapas} | ({None: (None, 0.0, 0, 0.0)} if None in goals else {})
        rows = [
            [name or "Sin etapa", now, accounts, before, goals.get(key)]
            for key, (name, now, accounts, before) in (missing | found).items()
        ]
        return self._tabla_recaudo(mes, "Etapa", "Recaudo por etapa", rows, goals)

    def _tabla_recaudo(self, mes, heading, title, rows, goals=None):
        """rows: [[name, collected, accounts, collected before, goal]]; the goal where there are any."""
        rows = [[*row[:4], variacion(row[1], row[3]), *self._frente_a_meta(row, goals)] for row in rows]
        columns = [(heading, "text"), ("Recaudado", "money"), ("Cuentas que pagaron", "number"),
                   ("Mes anterior", "money"), ("Var. %", "percent")]  # fmt: skip
        columns += [("Meta", "money"), ("% de la meta", "percent")] if goals else []
        total = sumar(rows, (1, 3, 5) if goals else (1, 3), len(columns), [(6, 1, 5)] if goals else [])
        if total:
            total[4] = variacion(total[1], total[3])
        series = [(mes.nombre(), [row[1] for row in rows]), (mes.nombre(1), [row[3] for row in rows])]
        series += [("Meta", [row[5] for row in rows])] if goals else []
        chart = barras([row[0] for row in rows], series)
        return tabla(title, columns, rows, total, chart, empty="No se recaudó en el mes ni en el anterior.")

    def _frente_a_meta(self, row, goals):
        return [row[4], por_ciento(row[1], row[4])] if goals else []

    def _metas(self, mes):
        """{stage id, or None: what was to be collected in the month}; of agencies and services there are no goals."""
        if mes.tipo.scope not in ("all", "stage"):
            return {}
        rows = mes.env.execute_query(
            SQL(
                """SELECT g.etapa_id, g.amount FROM (%s) g LEFT JOIN cartera_etapa e ON e.id = g.etapa_id
                    WHERE g.company_id = %s AND g.date = %s AND g.amount > 0 AND %s""",
                mes.env["cartera.recaudo.meta"]._sql_mensual(),
                mes.company.id,
                mes.first,
                SQL("e.kind = %s", mes.tipo.stage_kind) if mes.tipo.scope == "stage" else SQL("TRUE"),
            )
        )
        return {etapa: float(amount) for etapa, amount in rows}

    def _recaudo_por_agencia(self, mes):
        rows = [[name, *values] for name, _stage, *values in self._recaudado(mes, SQL("r.agencia")) if name]
        return self._tabla_recaudo(mes, "Agencia", "Recaudo de las agencias", rows)

    def _dinero(self, mes):
        """SELECT of the money of this month and the one before, of what the report is about."""
        money = SQL(
            """SELECT r.date, r.etapa_id, r.etapa, r.etapa_orden, r.journal_id, r.accounts, r.move_line_id, r.agencia,
                      r.amount
                 FROM cartera_recaudo r
                WHERE r.company_id = %s AND r.kind = 'payment' AND r.date BETWEEN %s AND %s AND %s""",
            mes.company.id,
            mes.fin(2) + DAY,
            mes.last,
            mes.parte(),
        )
        if mes.tipo.scope != "service":
            return money
        paid = SQL("SELECT i.move_id FROM account_move_line i JOIN (%s) r ON r.move_line_id = i.id", money)
        return SQL(
            """SELECT r.date, r.etapa_id, r.etapa, r.etapa_orden, r.journal_id, r.accounts, %s AS amount
                 FROM (%s) r JOIN account_move_line l ON l.id = r.move_line_id
                 JOIN (%s) s ON s.move_id = l.move_id AND s.categ_id = ANY(%s)""",
            sql_parte(SQL("r.amount"), SQL("%s", mes.company.currency_id.decimal_places)),
            money,
            sql_partes(SQL("l.move_id IN (%s)", paid)),
            mes.servicio(),
        )

    # --- indicators -----------------------------------------------------------------------------------------------

    def _tablas_indicadores(self, mes):
        """The indicators at the closing with their goals and lights; of a report about a stage, its own ones too."""
        tables = [self._medidas(mes, "Indicadores de la cartera", [("scope", "=", "total")])]
        if mes.tipo.scope == "stage":
            own = [("scope", "=", "stage"), ("etapa_id.kind", "=", mes.tipo.stage_kind)]
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
