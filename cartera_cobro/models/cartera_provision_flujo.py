"""Flow rates of a run: what the month ends behind show of each band going on to the next, by segment."""

from collections import defaultdict

from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ..rules.impairment import flow_rates, loss_rates
from .cartera_provision_metodo import etiquetas, fin_de_mes

NOTHING = (0, 0)


class Flujos:
    """Part of `CalculoProvision`: the rates of a method that derives them from closings."""

    def _derivar(self, metodo, calculo, days):
        """({(segment, day): flow}, {(segment, day): loss rate}) from the month ends behind; "" is the whole portfolio.

        Where a segment owed nothing in a band, it takes the flow of the whole: nothing is not the same as no loss.
        UserError: a month end has no closing.
        """
        cortes = self._historia(metodo)
        rows = self._saldos(metodo, cortes, days)
        history = {"": {}}
        for segment, day, band, amount, entered in rows:
            history.setdefault(segment, {})[day, band] = (amount, entered)
        self._guardar_saldos(calculo, rows, days)
        flows, rates = {}, {}
        for segment in sorted(history):
            closings = [[history[segment].get((c.date, day), NOTHING)[0] for day in days[:-1]] for c in cortes]
            entered = [history[segment].get((c.date, days[-1]), NOTHING)[1] for c in cortes]
            of_segment = flow_rates(closings, entered)
            if segment:
                of_segment = [
                    flow if any(closing[band] for closing in closings[:-1]) else flows["", days[band]]
                    for band, flow in enumerate(of_segment)
                ]
            flows |= {(segment, day): flow for day, flow in zip(days, of_segment, strict=False)}
            losses = loss_rates(of_segment, metodo.lgd / 100, metodo.forward)
            rates |= {(segment, day): rate for day, rate in zip(days, losses, strict=True)}
        return flows, rates

    def _historia(self, metodo):
        """The closings in force of the month ends up to the run's, one more than the method's months, in order."""
        ends = [fin_de_mes(self.date, n) for n in range(metodo.months + 1)]
        missing = metodo._fines_que_faltan(self.date)
        if missing:
            raise UserError(
                self.env._(
                    "“%(method)s” reads the closings of %(count)s month ends, and %(missing)s of them are missing "
                    "(%(examples)s): generate and confirm them, or shorten the method's history.",
                    method=metodo.name,
                    count=len(ends),
                    missing=len(missing),
                    examples=", ".join(format_date(self.env, day) for day in missing[:3]),
                )
            )
        return self.corte.search(
            [("company_id", "=", self.company.id), ("is_current", "=", True), ("date", "in", ends)], order="date"
        )

    def _saldos(self, metodo, cortes, days):
        """[(segment, month end, first day of band, balance, what entered the last band)], and of all segments ("")."""
        rows = self.env.execute_query(self._sql_saldos(metodo, cortes, days))
        if metodo.segment_by == "none":
            return rows
        whole = defaultdict(lambda: NOTHING)
        for _segment, day, band, *amounts in rows:
            whole[day, band] = tuple(map(sum, zip(whole[day, band], amounts, strict=True)))
        return rows + [("", *key, *amounts) for key, amounts in whole.items()]

    def _sql_saldos(self, metodo, cortes, days):
        """What entered the last band is what stands there and stood in another band, or nowhere, a month before.

        The closings are read once: their rows are wide, and what is looked at again is narrow.
        """
        return SQL(
            """
            WITH corte AS (SELECT * FROM UNNEST(%(cortes)s::int[], %(before)s::int[], %(dates)s::date[])
                               AS c(id, before_id, date)),
                 linea AS MATERIALIZED (
                SELECT l.corte_id, c.before_id, c.date, l.move_line_id, l.amount, %(segment)s AS segment,
                       %(band)s AS days_from
                  FROM corte c JOIN cartera_corte_linea l ON l.corte_id = c.id %(groups)s
                 WHERE l.amount > 0 AND NOT %(revaluation)s
            )
            SELECT n.segment, n.date, n.days_from, SUM(n.amount),
                   COALESCE(SUM(n.amount) FILTER (WHERE n.days_from = %(last)s AND v.move_line_id IS NULL), 0)
              FROM linea n
         LEFT JOIN linea v ON v.corte_id = n.before_id AND v.move_line_id = n.move_line_id
                          AND v.days_from = %(last)s AND n.days_from = %(last)s
          GROUP BY n.segment, n.date, n.days_from
            """,
            cortes=cortes.ids,
            before=[None, *cortes[:-1].ids],
            dates=cortes.mapped("date"),
            segment=self._segmento(metodo, SQL("l"), SQL("g.name")),
            band=self._banda(days, SQL("l.days_overdue")),
            groups=SQL("LEFT JOIN (%s) g ON g.partner_id = l.partner_id", self._grupos())
            if metodo.segment_by == "group"
            else SQL(),
            revaluation=self.revaluacion,
            last=days[-1],
        )

    def _guardar_saldos(self, calculo, rows, days):
        labels = etiquetas(self.env(context={**self.env.context, "lang": self.lang}), days)
        self.env.cr.execute(
            SQL(
                """INSERT INTO cartera_provision_saldo (provision_id, company_id, calculo_id, segment, date, days_from,
                                                        banda, amount, amount_entered)
                   SELECT %s, %s, %s, * FROM UNNEST(%s::varchar[], %s::date[], %s::int[], %s::varchar[],
                                                    %s::numeric[], %s::numeric[])""",
                self.provision.id,
                self.company.id,
                calculo.id,
                [row[0] for row in rows],
                [row[1] for row in rows],
                [row[2] for row in rows],
                [labels[row[2]] for row in rows],
                [row[3] for row in rows],
                [row[4] for row in rows],
            )
        )
