"""What is expected of the portfolio in a forecast, and what is not: see `cartera_pronostico_calculo`."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta
from odoo.tools import SQL

from ..rules.forecast import WEEKS, waiting, weeks
from .cartera_acuerdo import decimal
from .cartera_campana_efecto import MONEY_JOURNALS
from .cartera_corte_libro import LibroAl
from .cartera_deuda import sql_disputado
from .cartera_libro import apuntar
from .cartera_pagos import sql_pagos
from .cartera_politica import KINDS_OUT_OF_LIST

YEAR = relativedelta(years=1)
COLUMNS = SQL(
    "pronostico_id, company_id, flow, source, reason, week, date, date_due, delay, partner_id, move_line_id, move_id, "
    "partida_id, promesa_id, acuerdo_id, cuota_id, name, amount, amount_credit"
)


class Previsto(LibroAl):
    """The lines open at the close of a day, with what was issued since: it is still to be paid."""

    def _hasta(self):
        return SQL(
            "(l.date <= %s OR l.journal_id NOT IN (SELECT id FROM account_journal WHERE type IN %s))",
            self.on_date,
            MONEY_JOURNALS,
        )


class Cartera(Previsto):
    """The lines of one draft forecast that come from the portfolio."""

    def __init__(self, pronostico):
        pronostico = pronostico.sudo()
        super().__init__(pronostico.env, pronostico.company_id, pronostico.date)
        self.pronostico = pronostico
        self.weeks = weeks(pronostico.date + timedelta(days=1))
        self.first = self.weeks[0].first

    def _semana(self, day):
        """The number of the week of `day` (SQL); what comes after the last one is in the next."""
        monday = self.first - timedelta(days=self.first.weekday())
        return SQL("LEAST((%s - %s::date) / 7 + 1, %s)", day, monday, WEEKS + 1)

    def _preparar(self):
        """The open lines and their promises, in tables of this transaction, counted before they are joined."""
        apuntar(
            self.env.cr,
            "cartera_pronostico_hecho",
            SQL(
                "WITH abierta AS MATERIALIZED (%s), demora AS MATERIALIZED (%s) %s",
                self._abiertas(),
                SQL(
                    "SELECT * FROM UNNEST(%s::int[], %s::int[]) AS d(partner_id, days)",
                    *map(list, zip(*self.delays.items(), strict=True)),
                ),
                self._hechos(),
            ),
        )
        apuntar(self.env.cr, "cartera_pronostico_prometido", self._prometido())

    def _sql_cartera(self):
        return SQL(
            """
            INSERT INTO cartera_pronostico_linea (%(columns)s)
              WITH pieza AS (%(pieces)s), credito AS (%(credits)s), neta AS (%(net)s), plan AS (%(plan)s)
            SELECT %(id)s, %(company)s, flow, source, reason,
                   CASE WHEN flow = 'none' THEN 0 ELSE %(week)s END, date, date_due, delay, NULLIF(partner_id, 0),
                   move_line_id, move_id, partida_id, promesa_id, acuerdo_id, cuota_id, name, amount, amount_credit
              FROM (%(all)s) q
             WHERE amount != 0 OR amount_credit != 0
            """,
            columns=COLUMNS,
            pieces=self._piezas(),
            credits=self._creditos(),
            net=self._neto(),
            plan=self._plan(),
            id=self.pronostico.id,
            company=self.company.id,
            week=self._semana(SQL("date")),
            all=self._todo(),
        )

    def _pagado(self):
        """SELECT of what was paid in the last twelve months."""
        return sql_pagos(self.company, self.on_date - YEAR + timedelta(days=1), self.on_date)

    def _esperas(self):
        """How late what is late already is paid, by how late it is; nothing where few items were paid."""
        rows = self.env.execute_query(
            SQL("SELECT date - date_due, SUM(amount), COUNT(DISTINCT line_id) FROM (%s) p GROUP BY 1", self._pagado())
        )
        enough = sum(items for _days, _amount, items in rows) >= self._minimo()
        return waiting((days, decimal(amount)) for days, amount, _items in rows) if enough else []

    def _minimo(self):
        """How many paid items make an average: one at least, where the box was emptied."""
        return max(self.company.cartera_pronostico_minimo, 1)

    def _sql_demoras(self):
        """(partner_id, days): each customer with enough items paid in the year; partner 0 is the whole company."""
        days = "ROUND(SUM(amount * (date - date_due)) / NULLIF(SUM(amount), 0))::int"
        return SQL(
            """
            WITH pago AS MATERIALIZED (%(paid)s)
            SELECT partner_id, %(days)s AS days FROM pago GROUP BY partner_id
            HAVING COUNT(DISTINCT line_id) >= %(least)s
             UNION ALL
            SELECT 0, CASE WHEN COUNT(DISTINCT line_id) >= %(least)s THEN %(days)s ELSE 0 END FROM pago
            """,
            paid=self._pagado(),
            days=SQL(days),
            least=self._minimo(),
        )

    def _hechos(self):
        """Each open line with its place in the procedure; `libre` is what of it a claim does not dispute."""
        return SQL(
            """
            SELECT a.move_line_id, a.move_id, a.number, a.date_due, a.residual,
                   COALESCE(rp.commercial_partner_id, 0) AS partner_id, p.id AS partida_id, g.id AS acuerdo_id,
                   r.id AS promesa_id, r.date_promised, COALESCE(d.days, c.days) AS delay,
                   CASE WHEN a.residual > 0 THEN a.residual - LEAST(a.residual, %(disputed)s) ELSE 0 END AS libre,
                   CASE WHEN a.residual <= 0 THEN NULL
                        WHEN p.hold_reason IS NOT NULL THEN p.hold_reason
                        WHEN g.id IS NOT NULL OR r.id IS NOT NULL THEN NULL
                        WHEN e.kind IN %(out)s OR f.destination != 'agency' THEN 'legal'
                        WHEN k.ddr_days > 0 AND %(date)s - a.date_due > k.ddr_days THEN 'ddr' END AS reason
              FROM abierta a
              JOIN demora c ON c.partner_id = 0
         LEFT JOIN res_partner rp ON rp.id = a.partner_id
         LEFT JOIN demora d ON d.partner_id = rp.commercial_partner_id
         LEFT JOIN cartera_partida p ON p.move_line_id = a.move_line_id
         LEFT JOIN cartera_expediente x ON x.id = p.expediente_id
         LEFT JOIN cartera_politica k ON k.id = COALESCE(x.politica_id, %(policy)s)
         LEFT JOIN cartera_etapa e ON e.id = p.etapa_id
         LEFT JOIN cartera_remision f ON f.id = p.remision_id AND f.state IN ('sent', 'received')
         LEFT JOIN cartera_acuerdo g ON g.id = p.acuerdo_id AND g.state = 'active'
         LEFT JOIN cartera_promesa_linea t ON t.partida_id = p.id AND t.pending AND g.id IS NULL
         LEFT JOIN cartera_promesa r ON r.id = t.promesa_id AND r.state = 'pending'
            """,
            disputed=sql_disputado("p"),
            out=KINDS_OUT_OF_LIST,
            date=self.on_date,
            policy=self.company.cartera_politica_id.id,
        )

    def _prometido(self):
        """What its promise still pays of each item: the amount less what its items went down since, oldest first."""
        return SQL(
            """
            SELECT h.move_line_id, LEAST(h.libre, GREATEST(s.amount - %(before)s, 0)) AS amount
              FROM cartera_pronostico_hecho h
              JOIN (SELECT r.id, r.amount - GREATEST(SUM(t.balance) - SUM(COALESCE(i.residual, 0)), 0) AS amount
                      FROM cartera_promesa r
                      JOIN cartera_promesa_linea t ON t.promesa_id = r.id
                 LEFT JOIN cartera_pronostico_hecho i ON i.partida_id = t.partida_id
                     WHERE r.company_id = %(company)s AND r.state = 'pending'
                  GROUP BY r.id) s ON s.id = h.promesa_id
             WHERE h.reason IS NULL
            """,
            before=antes("h.libre", "h.promesa_id", "h.date_due, h.move_line_id"),
            company=self.company.id,
        )

    def _piezas(self):
        """Each debit outside agreements in pieces, with their days: promised, the rest, and what is not expected."""
        return SQL(
            """
            SELECT h.*, 'none' AS flow, 'invoice' AS source, COALESCE(h.reason, 'claim') AS why, NULL::date AS date,
                   CASE WHEN h.reason IS NULL THEN h.residual - h.libre ELSE h.residual END AS amount
              FROM cartera_pronostico_hecho h WHERE h.residual > 0
             UNION ALL
            SELECT h.*, 'income', 'promise', NULL, GREATEST(h.date_promised, %(first)s), t.amount
              FROM cartera_pronostico_hecho h JOIN cartera_pronostico_prometido t ON t.move_line_id = h.move_line_id
             UNION ALL
            SELECT h.*, 'income', 'invoice', NULL,
                   GREATEST(h.date_due + CASE WHEN %(first)s - h.date_due > h.delay
                                              THEN COALESCE(w.days, %(first)s - h.date_due) ELSE h.delay END,
                            %(first)s, h.date_promised),
                   h.libre - COALESCE(t.amount, 0)
              FROM cartera_pronostico_hecho h
         LEFT JOIN cartera_pronostico_prometido t ON t.move_line_id = h.move_line_id
         LEFT JOIN UNNEST(%(wait)s::int[]) WITH ORDINALITY AS w(days, place) ON w.place = %(first)s - h.date_due + 1
             WHERE h.residual > 0 AND h.reason IS NULL AND h.acuerdo_id IS NULL
            """,
            first=self.first,
            wait=self.wait,
        )

    def _creditos(self):
        """What each debtor has in its favour, outside agreements."""
        return SQL(
            "SELECT partner_id, -SUM(residual) AS amount FROM cartera_pronostico_hecho "
            "WHERE residual < 0 AND acuerdo_id IS NULL GROUP BY partner_id"
        )

    def _neto(self):
        """What is expected outside agreements, less the credits of its debtor, which pay the first pieces."""
        return SQL(
            """
            SELECT p.*, LEAST(p.amount, GREATEST(COALESCE(c.amount, 0) - %s, 0)) AS credit
              FROM (SELECT * FROM pieza WHERE flow = 'income' AND amount > 0) p
         LEFT JOIN credito c ON c.partner_id = p.partner_id
            """,
            antes("p.amount", "p.partner_id", "p.date, p.move_line_id, p.source DESC"),
        )

    def _plan(self):
        """The instalments still to pay of each agreement: how much of each the ledger owes, and how much not yet."""
        return SQL(
            """
            SELECT q.*, LEAST(q.capital, GREATEST(q.balance - q.capital_before, 0))
                        + LEAST(q.interest, GREATEST(q.balance - q.capital_all - q.interest_before, 0)) AS booked
              FROM (SELECT k.*, b.balance, b.partner_id, %(capital)s AS capital_before, %(interest)s AS interest_before,
                           SUM(k.capital) OVER (PARTITION BY k.acuerdo_id) AS capital_all
                      FROM (SELECT c.id AS cuota_id, c.acuerdo_id, c.number, c.date_due, c.amount_due,
                                   c.capital - COALESCE(c.paid_capital, 0) AS capital,
                                   c.amount_due - (c.capital - COALESCE(c.paid_capital, 0)) AS interest
                              FROM cartera_acuerdo_cuota c
                             WHERE c.company_id = %(company)s AND c.agreement_state = 'active'
                               AND c.amount_due > 0) k
                      JOIN (%(owed)s) b ON b.acuerdo_id = k.acuerdo_id) q
            """,
            capital=antes("k.capital", "k.acuerdo_id", "k.date_due, k.number, k.cuota_id"),
            interest=antes("k.interest", "k.acuerdo_id", "k.date_due, k.number, k.cuota_id"),
            company=self.company.id,
            owed=self._de_acuerdos(),
        )

    def _de_acuerdos(self):
        """What the items of each agreement owe, less its credits, what is held and what is disputed."""
        return SQL(
            """
            SELECT acuerdo_id, MAX(partner_id) AS partner_id,
                   SUM(CASE WHEN residual < 0 THEN residual WHEN reason IS NULL THEN libre ELSE 0 END) AS balance
              FROM cartera_pronostico_hecho WHERE acuerdo_id IS NOT NULL GROUP BY acuerdo_id
            """
        )

    def _todo(self):
        """Every line of the forecast that comes from the portfolio."""
        blank = SQL("NULL::int")
        return SQL(
            """
            SELECT flow, source, why AS reason, date, date_due, %(none)s AS delay, partner_id, move_line_id, move_id,
                   partida_id, %(none)s AS promesa_id, acuerdo_id, %(none)s AS cuota_id, number AS name, amount,
                   0 AS amount_credit
              FROM pieza WHERE flow = 'none'
             UNION ALL
            SELECT flow, source, NULL, date, date_due, CASE WHEN source = 'invoice' THEN delay END, partner_id,
                   move_line_id, move_id, partida_id, promesa_id, %(none)s, %(none)s, number, amount - credit, credit
              FROM neta
             UNION ALL
            SELECT 'none', 'credit', 'credit', NULL, NULL, %(none)s, c.partner_id, %(none)s, %(none)s, %(none)s,
                   %(none)s, %(none)s, %(none)s, NULL, COALESCE(n.used, 0) - c.amount, 0
              FROM credito c
         LEFT JOIN (SELECT partner_id, SUM(credit) AS used FROM neta GROUP BY partner_id) n
                ON n.partner_id = c.partner_id
             UNION ALL
            SELECT 'income', s.source, NULL, GREATEST(p.date_due, %(first)s), p.date_due, %(none)s, p.partner_id,
                   %(none)s, %(none)s, %(none)s, %(none)s, p.acuerdo_id, p.cuota_id, g.number || ' / ' || p.number,
                   s.amount, 0
              FROM plan p
              JOIN cartera_acuerdo g ON g.id = p.acuerdo_id
        CROSS JOIN LATERAL (VALUES ('agreement', p.booked), ('financing', LEAST(p.amount_due - p.booked, p.interest)))
                        AS s(source, amount)
             UNION ALL
            SELECT 'none', 'agreement', 'plan', NULL, NULL, %(none)s, b.partner_id, %(none)s, %(none)s, %(none)s,
                   %(none)s, b.acuerdo_id, %(none)s, NULL, b.balance - COALESCE(p.booked, 0), 0
              FROM (%(owed)s) b
         LEFT JOIN (SELECT acuerdo_id, SUM(booked) AS booked FROM plan GROUP BY acuerdo_id) p
                ON p.acuerdo_id = b.acuerdo_id
            """,
            none=blank,
            first=self.first,
            owed=self._de_acuerdos(),
        )


def antes(amount, group, order):
    """Sum of `amount` over the rows of the same group that come before in the order (text of columns)."""
    return SQL(
        f"COALESCE(SUM({amount}) OVER (PARTITION BY {group} ORDER BY {order} "
        "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)"
    )
