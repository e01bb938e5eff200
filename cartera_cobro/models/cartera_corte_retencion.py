"""What held an item at the end of a day: claims and insolvencies by the dates of their own documents.

A hold that was put by hand has no dates: of it there is only how it stands now.
"""

from odoo.tools import SQL

from .cartera_reclamacion import COURT, HOLDING


class Retenciones:
    """Pieces of SQL for a reader of the ledger: items `p`, open lines `a`, disputes `k`, processes of a court `v`."""

    def _retencion(self, by_hand):
        """The reason (SQL), or NULL. by_hand: whether what is held by hand now was so on that day too."""
        # An insolvency without a document is by hand; with one, its dates say when it was.
        return SQL(
            """
            CASE WHEN v.stood THEN 'insolvency' WHEN k.disputed >= a.residual THEN 'claim'
                 WHEN NOT %s OR p.hold_reason = 'claim' THEN NULL
                 WHEN p.hold_reason != 'insolvency' OR v.expediente_id IS NULL THEN p.hold_reason END
            """,
            by_hand,
        )

    def _reclamos(self):
        """(partida_id, disputed, user_id): what open claims dispute of each item; else what was accepted of it and no
        credit note had taken off by that day.
        """
        return SQL(
            """
            SELECT partida_id, COALESCE(SUM(amount_disputed) FILTER (WHERE live), SUM(amount_accepted)) AS disputed,
                   (ARRAY_AGG(user_id ORDER BY live DESC, date_filed, id))[1] AS user_id
              FROM (SELECT l.partida_id, l.amount_disputed, l.amount_accepted, r.id, r.user_id, r.date_filed,
                           COALESCE(r.date_answered, r.date_end, 'infinity') > %(date)s AS live,
                           l.amount_accepted > 0 AND COALESCE(r.date_end, 'infinity') > %(date)s
                           AND (n.id IS NULL OR n.state = 'draft'
                                OR n.state = 'posted' AND n.date > %(date)s) AS owed
                      FROM cartera_reclamacion_linea l
                      JOIN cartera_reclamacion r ON r.id = l.reclamacion_id
                 LEFT JOIN account_move n ON n.id = l.credit_move_id
                     WHERE r.company_id = %(company)s AND r.number IS NOT NULL AND r.kind IN %(kinds)s
                       AND r.date_filed <= %(date)s) c
             WHERE live OR owed
          GROUP BY partida_id
            """,
            company=self.company.id,
            date=self.on_date,
            kinds=HOLDING,
        )

    def _de_un_juez(self):
        """(expediente_id, stood, user_id): dossiers with a process of a court, and whether one was open that day."""
        return SQL(
            """
            SELECT r.expediente_id, BOOL_OR(%(open)s) AS stood,
                   (ARRAY_AGG(r.user_id ORDER BY r.date_filed, r.id) FILTER (WHERE %(open)s))[1] AS user_id
              FROM cartera_reclamacion r
             WHERE r.company_id = %(company)s AND r.number IS NOT NULL AND r.kind IN %(kinds)s
          GROUP BY r.expediente_id
            """,
            company=self.company.id,
            open=SQL("r.date_filed <= %(d)s AND COALESCE(r.date_end, 'infinity') > %(d)s", d=self.on_date),
            kinds=COURT,
        )
