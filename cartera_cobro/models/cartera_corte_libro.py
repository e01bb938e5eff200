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
        # Not materialised: what is, only one process reads.
        return SQL(
            """
            WITH retirada AS NOT MATERIALIZED (%(removed)s), suelta AS NOT MATERIALIZED (
                SELECT debit_line_id AS id FROM retirada UNION SELECT credit_line_id FROM retirada
            ), devuelto AS NOT MATERIALIZED (
                SELECT line_id, SUM(amount) AS amount, SUM(amount_currency) AS amount_currency
                  FROM (%(undone)s) d GROUP BY line_id
            )
            SELECT l.id AS move_line_id, l.move_id, l.account_id, l.partner_id, l.move_name AS number, l.date,
                   COALESCE(l.date_maturity, l.date) AS date_due, l.currency_id, l.balance, r.*
              FROM account_move_line l
         LEFT JOIN devuelto d ON d.line_id = l.id
        CROSS JOIN LATERAL (SELECT l.amount_residual + COALESCE(d.amount, 0) AS residual,
                                   l.amount_residual_currency + COALESCE(d.amount_currency, 0) AS residual_currency) r
             WHERE %(scope)s AND %(until)s
               AND (l.reconciled IS NOT TRUE OR d.line_id IS NOT NULL)
               AND (r.residual != 0 OR r.residual_currency != 0)
            """,
            removed=self._retirada(),
            undone=self._devuelto(),
            scope=self._alcance(),
            until=self._hasta(),
        )

    def _hasta(self):
        """Condition: the line is one of those that there are at that day."""
        return SQL("l.date <= %s", self.on_date)

    def _devuelto(self):
        """What matchings that do not count at that day took from each of their two lines, and removed ones did not.

        A removed matching counts up to the day before it was removed, while both its entries are posted; what was
        matched instead, since that day, does not count then, whatever its date.
        """
        return SQL(
            """
            SELECT x.line_id, x.amount, x.amount_currency
              FROM (%(later)s UNION ALL %(unposted)s UNION ALL %(instead)s) r
        CROSS JOIN LATERAL (VALUES (r.debit_move_id, r.amount, r.debit_amount_currency),
                                   (r.credit_move_id, -r.amount, -r.credit_amount_currency))
                        AS x(line_id, amount, amount_currency)
             UNION ALL
            SELECT x.line_id, -x.amount, -x.amount_currency
              FROM retirada r
        CROSS JOIN LATERAL (VALUES (r.debit_line_id, r.amount, r.debit_amount_currency),
                                   (r.credit_line_id, -r.amount, -r.credit_amount_currency))
                        AS x(line_id, amount, amount_currency)
            """,
            later=SQL("SELECT r.* FROM account_partial_reconcile r WHERE r.max_date > %s", self.on_date),
            unposted=self._sin_asentar(),
            instead=self._en_su_lugar(),
        )

    def _sin_asentar(self):
        """Matchings up to that day of which an entry is not posted: each once."""
        return SQL(
            """
            SELECT DISTINCT ON (r.id) r.*
              FROM account_move_line u
              JOIN account_partial_reconcile r ON u.id IN (r.debit_move_id, r.credit_move_id)
             WHERE u.parent_state != 'posted' AND u.matching_number IS NOT NULL AND u.company_id = %s
               AND r.max_date <= %s
            """,
            self.company.id,
            self.on_date,
        )

    def _en_su_lugar(self):
        """Matchings with a date up to that day that were made later, of lines that had another one then."""
        return SQL(
            """
            SELECT r.*
              FROM account_partial_reconcile r
              JOIN account_move_line a ON a.id = r.debit_move_id AND a.parent_state = 'posted'
              JOIN account_move_line b ON b.id = r.credit_move_id AND b.parent_state = 'posted'
             WHERE r.id IN (SELECT p.id FROM suelta s JOIN account_partial_reconcile p ON p.debit_move_id = s.id
                             UNION
                            SELECT p.id FROM suelta s JOIN account_partial_reconcile p ON p.credit_move_id = s.id)
               AND r.max_date <= %(on_date)s
               AND (r.create_date AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date > %(on_date)s
            """,
            on_date=self.on_date,
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
