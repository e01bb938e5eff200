"""Sections of management reports: what was done in the month, and what came of it."""

from odoo import models
from odoo.tools import SQL

from .cartera_informe_mes import barras, por_ciento, sumar, tabla

# Messages that the log also keeps: they are told apart, by the mass runs and letters.
MESSAGES = ("sent", "delivered", "returned")
ENDS = ("proposed", "active", "fulfilled", "breached", "consolidated", "cancelled")


class CarteraInformeSeccion(models.Model):
    _inherit = "cartera.informe.seccion"

    # --- contacts -------------------------------------------------------------------------------------------------

    def _tablas_gestion(self, mes):
        """Contacts of the month by channel, and what came of them."""
        return [self._contactos_por_canal(mes), self._contactos_por_resultado(mes)]

    def _contactos(self, mes, select, group):
        """Rows of the month's contacts that were not messages."""
        return mes.env.execute_query(
            SQL(
                """
                SELECT %(select)s FROM cartera_gestion g
                 WHERE g.company_id = %(company)s AND g.day BETWEEN %(first)s AND %(last)s
                   AND g.date_annulled IS NULL AND g.result NOT IN %(messages)s AND %(whose)s
              GROUP BY %(group)s ORDER BY COUNT(*) DESC, %(group)s
                """,
                select=select,
                company=mes.company.id,
                first=mes.first,
                last=mes.last,
                messages=MESSAGES,
                whose=mes.de_su_gente(SQL("g.expediente_id")),
                group=group,
            )
        )

    def _contactos_por_canal(self, mes):
        labels = mes.etiquetas("cartera.gestion", "channel")
        found = self._contactos(
            mes,
            SQL(
                """g.channel, COUNT(DISTINCT g.expediente_id), COUNT(*) FILTER (WHERE g.direction = 'out'),
                   COUNT(*) FILTER (WHERE g.direction = 'out' AND g.direct),
                   COUNT(*) FILTER (WHERE g.direction = 'in'), COUNT(*) FILTER (WHERE g.intends_to_pay = 'yes')"""
            ),
            SQL("g.channel"),
        )
        rows = [
            [labels[channel], people, tried, direct, por_ciento(direct, tried), *rest]
            for channel, people, tried, direct, *rest in found
        ]
        columns = [("Canal", "text"), ("Deudores", "number"), ("Intentos", "number"), ("Directos", "number"),
                   ("% directo", "percent"), ("Recibidos", "number"), ("Con intención de pago", "number")]  # fmt: skip
        total = sumar(rows, (2, 3, 5, 6), 7, [(4, 3, 2)])
        series = [("Intentos", [row[2] for row in rows]), ("Directos", [row[3] for row in rows])]
        chart = barras([row[0] for row in rows], series, "number")
        empty = "No se registraron gestiones en el mes."
        return tabla("Gestiones por canal", columns, rows, total, chart, empty=empty)

    def _contactos_por_resultado(self, mes):
        labels = mes.etiquetas("cartera.gestion", "result")
        found = self._contactos(mes, SQL("g.result, COUNT(*), COUNT(DISTINCT g.expediente_id)"), SQL("g.result"))
        whole = sum(count for _result, count, _people in found)
        rows = [[labels[result], count, por_ciento(count, whole), people] for result, count, people in found]
        columns = [("Resultado", "text"), ("Gestiones", "number"), ("%", "percent"), ("Deudores", "number")]
        total = sumar(rows, (1,), 4, [(2, 1, 1)])
        return tabla("Resultado de las gestiones", columns, rows, total)

    # --- promises -------------------------------------------------------------------------------------------------

    def _tablas_promesas(self, mes):
        """Promises made in the month, and what the ledger says of those whose term ended in it."""
        labels = mes.etiquetas("cartera.promesa", "state")
        [(made, promised)] = self._promesas(mes, SQL("COUNT(*), COALESCE(SUM(p.amount), 0)"), SQL("p.date"), SQL())
        found = self._promesas(
            mes,
            SQL("p.state, COUNT(*), SUM(p.amount), SUM(COALESCE(p.amount_paid, 0))"),
            SQL("p.deadline"),
            SQL("GROUP BY p.state ORDER BY COUNT(*) DESC, p.state"),
        )
        judged = {state: count for state, count, *_amounts in found if state in ("kept", "partial", "broken")}
        rows = [[labels[state], count, float(amount), float(paid)] for state, count, amount, paid in found]
        columns = [("Estado", "text"), ("Promesas", "number"), ("Prometido", "money"), ("Pagado a tiempo", "money")]
        total = sumar(rows, (1, 2, 3), 4)
        kept = por_ciento(judged.get("kept", 0), sum(judged.values()))
        note = "" if kept is None else f"Se cumplió el {_cifra(kept)} % de las promesas juzgadas."
        columns_made = [("Promesas", "text"), ("Cantidad", "number"), ("Valor", "money")]
        rows_made = [["Hechas en el mes", made, float(promised)]] if made else []
        return [
            tabla("Promesas hechas", columns_made, rows_made, empty="No se hicieron promesas en el mes."),
            tabla("Promesas que vencieron en el mes", columns, rows, total, note=note, empty="No venció ninguna."),
        ]

    def _promesas(self, mes, select, day, group):
        return mes.env.execute_query(
            SQL(
                "SELECT %s FROM cartera_promesa p WHERE p.company_id = %s AND %s BETWEEN %s AND %s AND %s %s",
                select,
                mes.company.id,
                day,
                mes.first,
                mes.last,
                mes.de_su_gente(SQL("p.expediente_id")),
                group,
            )
        )

    # --- letters and mass runs ------------------------------------------------------------------------------------

    def _tablas_masivos(self, mes):
        """Letters and messages of the month by channel; what the runs begun in it brought."""
        return [self._mensajes(mes), self._campanas(mes)]

    def _mensajes(self, mes):
        labels = mes.etiquetas("cartera.comunicacion", "channel")
        found = mes.env.execute_query(
            SQL(
                """
                SELECT c.channel, COUNT(*) FILTER (WHERE c.campana_id IS NULL), COUNT(c.campana_id),
                       COUNT(*) FILTER (WHERE c.state = 'delivered'), COUNT(*) FILTER (WHERE c.state = 'returned')
                  FROM cartera_comunicacion c
                 WHERE c.company_id = %s AND c.day_sent BETWEEN %s AND %s AND %s
              GROUP BY c.channel ORDER BY COUNT(*) DESC, c.channel
                """,
                mes.company.id,
                mes.first,
                mes.last,
                mes.de_su_gente(SQL("c.expediente_id")),
            )
        )
        rows = [[labels[channel], *counts] for channel, *counts in found]
        columns = [("Canal", "text"), ("Individuales", "number"), ("Masivos", "number"), ("Recibidos", "number"),
                   ("Devueltos", "number")]  # fmt: skip
        total = sumar(rows, range(1, 5), 5)
        empty = "No se enviaron oficios ni mensajes en el mes."
        return tabla("Oficios y mensajes enviados", columns, rows, total, empty=empty)

    def _campanas(self, mes):
        Efecto = mes.env["cartera.campana.efecto"]
        domain = [
            ("company_id", "=", mes.company.id),
            ("date_from", ">=", mes.first),
            ("date_from", "<=", mes.last),
            ("group", "=", "contacted"),
            *mes.dominio_etapa("etapa_id", "expediente_id"),
        ]
        sums = ["sent:sum", "answered:sum", "paid:sum", "amount_overdue:sum", "amount_collected:sum"]
        found = Efecto._read_group(domain, ["channel"], [*sums, "collected_rate:avg"])
        labels = mes.etiquetas("cartera.comunicacion", "channel")
        rows = [[labels[channel], *values] for channel, *values in found]
        columns = [("Canal", "text"), ("Enviados", "number"), ("Contestaron", "number"), ("Pagaron", "number"),
                   ("Vencido entonces", "money"), ("Recaudado", "money"), ("% recaudado", "percent")]  # fmt: skip
        chart = barras([row[0] for row in rows], [("Recaudado", [row[5] for row in rows])])
        note = "Recaudado: lo que pagaron en los días de efecto de cada envío." if rows else ""
        empty = "No hubo envíos masivos en el mes."
        return tabla("Efectividad del cobro masivo", columns, rows, None, chart, note, empty)

    # --- agreements -----------------------------------------------------------------------------------------------

    def _tablas_acuerdos(self, mes):
        """Agreements in force at the closing by stage, and what happened to agreements in the month."""
        return [self._vigentes(mes), self._sucesos(mes)]

    def _vigentes(self, mes):
        Vigencia = mes.env["cartera.acuerdo.vigencia"]
        sums = ["acuerdo_id:count_distinct", "partida_id:count_distinct", "total:sum"]

        def en_vigor(back):
            domain = [*Vigencia._vigentes(mes.fin(back)), ("company_id", "=", mes.company.id)]
            found = Vigencia._read_group([*domain, *mes.dominio_etapa("etapa_id", "expediente_id")], ["etapa_id"], sums)
            return {etapa: values for etapa, *values in found}

        now, before = en_vigor(0), en_vigor(1)
        etapas = (mes.env["cartera.etapa"].union(*now, *before)).sorted(lambda e: (e.sequence, e.id))
        rows = [
            [
                e.name or "Sin etapa",
                *now.get(e, (0, 0, 0.0)),
                before.get(e, (0, 0, 0.0))[0],
                before.get(e, (0, 0, 0.0))[2],
            ]
            for e in [*etapas, *({key for key in (*now, *before) if not key})]
        ]
        columns = [("Etapa en que se acordó", "text"), ("Acuerdos", "number"), ("Partidas", "number"),
                   ("Valor acordado", "money"), ("Acuerdos mes anterior", "number"),
                   ("Valor mes anterior", "money")]  # fmt: skip
        total = sumar(rows, range(1, 6), 6)
        empty = "Ningún acuerdo estaba vigente al cierre."
        return tabla("Acuerdos de pago vigentes al cierre", columns, rows, total, empty=empty)

    def _sucesos(self, mes):
        Suceso = mes.env["cartera.acuerdo.suceso"]
        domain = [
            ("company_id", "=", mes.company.id),
            ("date", ">=", mes.first),
            ("date", "<=", mes.last),
            ("event", "in", ENDS),
            *mes.dominio_etapa("acuerdo_id.linea_ids.etapa_id", "expediente_id"),
        ]
        found = {
            event: values for event, *values in Suceso._read_group(domain, ["event"], ["__count", "amount_total:sum"])
        }
        labels = mes.etiquetas("cartera.acuerdo.suceso", "event")
        rows = [[labels[event], *found[event]] for event in ENDS if event in found]
        columns = [("Qué pasó", "text"), ("Acuerdos", "number"), ("Deuda acordada", "money")]
        empty = "No se firmó, cumplió ni incumplió ninguno en el mes."
        return tabla("Acuerdos del mes", columns, rows, empty=empty)


def _cifra(percent):
    return f"{percent:.1f}".replace(".", ",")
