"""The open lines of the chosen receivable accounts at the end of any day, from the ledger as it reads now.

A balance at a day is the line's amount less the matchings up to that day (`max_date`) whose two entries are posted. The
ledger keeps the line's amount less *all* its matchings, so it is cheaper, and the same, to start from that and give
back what does not count: matchings of later days, those with an entry that is not posted. From the day on which the
add-on was installed, matchings that were removed later are known too (`cartera.conciliacion.retirada`) and taken off.
"""

from odoo.tools import SQL

from .cartera_libro import Libro


class LibroAl(Libro):
    """The open lines of one company at the end of `on_date`."""

    def _abiertas(self):
        """SELECT of the lines open at that day: their columns in the ledger, `residual` and `residual_currency`."""
        return SQL(
            """
            WITH retirada AS MATERIALIZED (%(removed)s), suelta AS MATERIALIZED (
                SELECT debit_line_id AS id FROM retirada UNION SELECT credit_line_id FROM retirada
            ), devuelto AS MATERIALIZED (
                SELECT line_id, SUM(amount) AS amount, SUM(amount_currency) AS amount_currency
                  FROM (%(undone)s) d GROUP BY line_id
            )
            SELECT l.id AS move_line_id, l.move_id, l.account_id, l.partner_id, l.move_name AS number, l.date,
                   COALESCE(l.date_maturity, l.date) AS date_due, l.currency_id, l.balance, r.*
              FROM account_move_line l
         LEFT JOIN devuelto d ON d.line_id = l.id
        CROSS JOIN LATERAL (SELECT l.amount_residual + COALESCE(d.amount, 0) AS residual,
                                   l.amount_residual_currency + COALESCE(d.amount_currency, 0) AS residual_currency) r
             WHERE %(scope)s AND l.date <= %(on_date)s
               AND (l.reconciled IS NOT TRUE OR d.line_id IS NOT NULL)
               AND (r.residual != 0 OR r.residual_currency != 0)
            """,
            removed=self._retirada(),
            undone=self._devuelto(),
            scope=self._alcance(),
            on_date=self.on_date,
        )

    def _devuelto(self):
        """What matchings that do not count at that day took from each of their two lines, and removed ones did not.

        A removed matching counts up to the day before it was removed, while both its entries are posted; what was
        matched instead, since that day, does not count then, whatever its date.
        """
        return SQL(
            """
            SELECT x.line_id, x.amount, x.amount_currency
              FROM account_partial_reconcile r
              JOIN account_move_line a ON a.id = r.debit_move_id
              JOIN account_move_line b ON b.id = r.credit_move_id
        CROSS JOIN LATERAL (VALUES (a.id, r.amount, r.debit_amount_currency),
                                   (b.id, -r.amount, -r.credit_amount_currency)) x(line_id, amount, amount_currency)
             WHERE (r.max_date > %(on_date)s OR a.parent_state != 'posted' OR b.parent_state != 'posted'
                    OR (a.id IN (SELECT id FROM suelta) OR b.id IN (SELECT id FROM suelta))
                       AND (r.create_date AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date > %(on_date)s)
               AND a.account_id IN %(accounts)s
             UNION ALL
            SELECT x.line_id, -x.amount, -x.amount_currency
              FROM retirada r
        CROSS JOIN LATERAL (VALUES (r.debit_line_id, r.amount, r.debit_amount_currency),
                                   (r.credit_line_id, -r.amount, -r.credit_amount_currency))
                        AS x(line_id, amount, amount_currency)
            """,
            on_date=self.on_date,
            accounts=self._cuentas(),
            zone=self.company._cartera_zona(),
        )

    def _retirada(self):
        """Matchings that stood at the end of that day and were removed later, between lines that are still the same.

        A line sent back to draft, deleted, moved to another day or account, or written for another amount is not what
        was matched then: the ledger of that day reads otherwise, and so do its items.
        """
        return SQL(
            """
            SELECT r.* FROM cartera_conciliacion_retirada r
              JOIN account_move_line a ON a.id = r.debit_line_id AND a.parent_state = 'posted'
              JOIN account_move_line b ON b.id = r.credit_line_id AND b.parent_state = 'posted'
             WHERE r.company_id = %(company)s AND GREATEST(a.date, b.date) <= %(on_date)s
               AND r.removed_on > %(on_date)s AND (r.made_on IS NULL OR r.made_on <= %(on_date)s)
               AND a.account_id IN %(accounts)s AND b.account_id IN %(accounts)s
               AND a.balance = r.debit_balance AND b.balance = r.credit_balance
            """,
            company=self.company.id,
            on_date=self.on_date,
            accounts=self._cuentas(),
        )

    def _saldos(self):
        """[(account id, balance)] of the chosen accounts at the end of that day: what the lines must sum to."""
        return self.env.execute_query(
            SQL(
                "SELECT l.account_id, SUM(l.balance) FROM account_move_line l WHERE %s AND l.date <= %s "
                "GROUP BY l.account_id ORDER BY l.account_id",
                self._alcance(),
                self.on_date,
            )
        )
