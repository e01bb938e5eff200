"""Who is reported in the bulletin as of a day, from the ledger as it stood then; and what became of who was reported.

How it works. An obligation is an invoice, with all its overdue items together; of an entry of another type, as opening
balances are, each item is one. What it owed on a day is each item's amount less the matchings made up to that day whose
two entries are posted, and less what a claim disputes now: where nothing is left, it is left out and shows whole.
PostgreSQL adds it up, and leaves those over the limit or with a broken agreement: few. `rules.bulletin.reportable` has
the last word on each.
"""

from decimal import Decimal
from typing import NamedTuple

from odoo.tools import SQL

from ..rules.bulletin import MONTHS_IN_ARREARS, reportable
from .cartera_deuda import sql_disputado
from .cartera_libro import Libro


class Regla(NamedTuple):
    """What a company reports.

    limit: the minimum in pesos; breach_limit: that of broken agreements (0: none); by_debtor: whether what is compared
    with them is the sum of what each debtor owes.
    """

    limit: Decimal
    breach_limit: Decimal
    by_debtor: bool


class Obligacion(NamedTuple):
    """One row of the list.

    partida_id: the item, or None of an invoice; label: what its item says in an entry of another type; compared: what
    the minimum is compared with; acuerdo_id: the broken agreement, or None; broken: the day on which it was; reason:
    why it is left out (a code of REASONS), or None.
    """

    expediente_id: int
    move_id: int
    partida_id: int | None
    name: str
    label: str | None
    date_due: object
    amount: Decimal
    compared: Decimal
    acuerdo_id: int | None
    broken: object
    reason: str | None


class Lista(Libro):
    """The obligations of one company as of `on_date`."""

    def leer(self, regla):
        """[Obligacion] to report by `regla` (Regla), those left out too, the debtors that owe most first."""
        self.env.flush_all()
        rows = (Obligacion(*row) for row in self.env.execute_query(self._sql(regla)))
        return [row for row in rows if self._se_reporta(row, regla)]

    def _se_reporta(self, row, regla):
        broken = row.acuerdo_id is not None
        limit = regla.breach_limit if broken else regla.limit
        return reportable(row.compared, row.date_due, self.on_date, limit, broken)

    def _sql(self, regla):
        return SQL(
            """
            WITH pagado AS (
                SELECT r.debit_move_id AS line_id, SUM(r.amount) AS amount
                  FROM account_partial_reconcile r
                  JOIN account_move_line u ON u.id = r.credit_move_id AND u.parent_state = 'posted'
                 WHERE r.max_date <= %(day)s
              GROUP BY r.debit_move_id
            ), vencida AS (
                SELECT p.id, p.expediente_id, p.move_id, p.name, p.hold_reason,
                       CASE WHEN m.move_type = 'entry' THEN p.id END AS partida_id,
                       CASE WHEN m.move_type = 'entry' THEN l.name END AS label,
                       p.amount_residual AS owed_now,
                       COALESCE(l.date_maturity, l.date) AS date_due, l.balance - COALESCE(g.amount, 0) AS amount,
                       %(disputed)s AS disputed
                  FROM cartera_partida p
                  JOIN account_move_line l ON l.id = p.move_line_id
                  JOIN account_move m ON m.id = p.move_id
             LEFT JOIN pagado g ON g.line_id = l.id
                 WHERE p.company_id = %(company)s AND p.expediente_id IS NOT NULL AND %(scope)s
                   AND l.balance > 0 AND l.date <= %(day)s AND COALESCE(l.date_maturity, l.date) < %(day)s
                   AND l.balance > COALESCE(g.amount, 0)
            ), roto AS (
                SELECT i.partida_id, MAX(a.id) AS acuerdo_id, MAX(a.date_end) AS broken
                  FROM cartera_acuerdo a
                  JOIN cartera_acuerdo_linea i ON i.acuerdo_id = a.id
                 WHERE a.company_id = %(company)s AND a.state = 'breached' AND a.date_end <= %(day)s
                   AND (a.date_cured IS NULL OR a.date_cured > %(day)s)
              GROUP BY i.partida_id
            ), vigente AS (
                SELECT DISTINCT i.partida_id
                  FROM cartera_acuerdo a
                  JOIN cartera_acuerdo_linea i ON i.acuerdo_id = a.id
                 WHERE a.company_id = %(company)s AND a.date_active <= %(day)s
                   AND a.state IN ('active', 'fulfilled', 'breached', 'cancelled')
                   AND (a.date_end IS NULL OR a.date_end > %(day)s)
            ), castigada AS (%(written_off)s), obligacion AS (
                SELECT v.expediente_id, v.move_id, v.partida_id, MIN(v.name) AS name, MIN(v.label) AS label,
                       COALESCE(MIN(v.date_due) FILTER (WHERE u.amount > 0), MIN(v.date_due)) AS date_due,
                       CASE WHEN SUM(u.amount) > 0 THEN SUM(u.amount) ELSE SUM(v.amount) END AS amount,
                       MAX(t.acuerdo_id) AS acuerdo_id, MAX(t.broken) AS broken,
                       CASE WHEN BOOL_OR(c.partida_id IS NOT NULL) THEN 'written_off'
                            WHEN SUM(v.owed_now) <= 0 THEN 'paid'
                            WHEN BOOL_OR(v.hold_reason = 'insolvency') THEN 'insolvency'
                            WHEN SUM(u.amount) <= 0 THEN 'claim'
                            WHEN BOOL_OR(g.partida_id IS NOT NULL) THEN 'agreement' END AS reason
                  FROM vencida v
            CROSS JOIN LATERAL (SELECT CASE WHEN v.hold_reason = 'claim' THEN 0
                                            ELSE v.amount - LEAST(v.disputed, v.amount) END AS amount) u
             LEFT JOIN roto t ON t.partida_id = v.id
             LEFT JOIN vigente g ON g.partida_id = v.id
             LEFT JOIN castigada c ON c.partida_id = v.id
              GROUP BY v.expediente_id, v.move_id, v.partida_id
            ), comparada AS (
                SELECT o.expediente_id, o.move_id, o.partida_id, o.name, o.label, o.date_due, o.amount,
                       %(compared)s AS compared, o.acuerdo_id, o.broken, o.reason
                  FROM obligacion o
            )
            SELECT * FROM comparada
             WHERE compared > %(limit)s OR acuerdo_id IS NOT NULL
          ORDER BY compared DESC, expediente_id, date_due, move_id, partida_id
            """,
            day=self.on_date,
            company=self.company.id,
            scope=self._alcance(),
            disputed=sql_disputado("p"),
            written_off=self._castigadas(),
            compared=self._comparado(regla),
            limit=regla.limit,
        )

    def _comparado(self, regla):
        """What the minimum is compared with: the obligation, or all that its debtor owes long enough or has broken."""
        if not regla.by_debtor:
            return SQL("o.amount")
        return SQL(
            """COALESCE(SUM(o.amount) FILTER (
                   WHERE o.reason IS NULL AND (o.acuerdo_id IS NOT NULL OR o.date_due + %s * INTERVAL '1 month' < %s)
               ) OVER (PARTITION BY o.expediente_id), 0)""",
            MONTHS_IN_ARREARS,
            self.on_date,
        )

    def _castigadas(self):
        """What of each item was written off and neither recovered nor reversed: not paid, whatever the ledger shows."""
        return SQL(
            "SELECT partida_id, SUM(amount) AS amount FROM cartera_castigo_movimiento WHERE company_id = %s "
            "GROUP BY partida_id HAVING SUM(amount) > 0",
            self.company.id,
        )

    # --- who is reported already --------------------------------------------------------------------------------------

    def proponer_retiros(self, by_debtor):
        """Write on each debt reported why it has to be withdrawn, or that it has not any more; how many changed."""
        self.env.flush_all()
        self.env.cr.execute(self._sql_retiros(by_debtor))
        changed = self.env.cr.rowcount
        if changed:
            self.env["cartera.boletin.reporte"].invalidate_model(
                ["withdrawal_cause", "date_proposed", "amount_owed"], flush=False
            )
        return changed

    def _sql_retiros(self, by_debtor):
        whole = SQL("SUM(d.owed) OVER (PARTITION BY d.expediente_id)") if by_debtor else SQL("d.owed")
        return SQL(
            """
            WITH debida AS (
                SELECT r.id, r.expediente_id, r.cutoff, r.amount_limit, a.date_cured IS NOT NULL AS cured,
                       COALESCE(SUM(GREATEST(p.amount_residual, 0) + COALESCE(c.amount, 0)), 0) AS owed,
                       COALESCE(BOOL_OR(p.acuerdo_id IS NOT NULL AND p.amount_residual > 0), FALSE) AS agreed
                  FROM cartera_boletin_reporte r
             LEFT JOIN cartera_partida p ON p.expediente_id = r.expediente_id AND p.move_id = r.move_id
                                        AND (r.partida_id IS NULL OR r.partida_id = p.id)
             LEFT JOIN cartera_acuerdo a ON a.id = r.acuerdo_id
             LEFT JOIN (%(written_off)s) c ON c.partida_id = p.id
                 WHERE r.company_id = %(company)s AND r.date_withdrawn IS NULL
              GROUP BY r.id, a.id
            ), entera AS (
                SELECT d.*, %(whole)s AS whole FROM debida d
            ), meta AS (
                SELECT e.id, e.owed,
                       CASE WHEN e.owed <= 0 THEN 'paid'
                            WHEN e.cured THEN 'cured'
                            WHEN e.agreed THEN 'agreement'
                            WHEN e.whole <= e.amount_limit THEN 'below'
                            WHEN EXISTS (SELECT FROM cartera_boletin b
                                          WHERE b.company_id = %(company)s AND b.category = 'semester'
                                            AND b.state = 'sent' AND b.cutoff > e.cutoff) THEN 'left_out' END AS cause
                  FROM entera e
            )
            UPDATE cartera_boletin_reporte r
               SET withdrawal_cause = m.cause, amount_owed = m.owed,
                   date_proposed = CASE WHEN m.cause IS NULL THEN NULL ELSE COALESCE(r.date_proposed, %(day)s) END
              FROM meta m
             WHERE r.id = m.id
               AND (r.withdrawal_cause, r.amount_owed) IS DISTINCT FROM (m.cause::varchar, m.owed)
            """,
            company=self.company.id,
            whole=whole,
            written_off=self._castigadas(),
            day=self.on_date,
        )
