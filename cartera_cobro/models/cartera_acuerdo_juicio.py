"""The nightly judgement of agreements in force: what was paid of each, which instalments were missed, what is broken.

How it works, for one company on one day:

1. *Turn*: the advisory lock of the classification (`cartera_clasificacion`): one of both at a time works on a company.
2. *Items*: those of an agreement in force point to it, and nothing points to one that ended; money on account since the
   liquidation counts for the oldest agreement of the dossier. Hooks do so at once: this repairs what they missed.
3. *Imputation*: what the items went down fills the instalments as they fall due (`rules.agreements.impute`), by a
   running total. Only instalments and agreements that differ are written.
4. *Alerts*: a dossier with a missed instalment, or a breach, comes on top of the worklist until somebody contacts the
   debtor, or it is made good.

What people are told of (`cartera_acuerdo_vigilancia`) is decided on what is stored by then, with the pure rules. The
ORM computes the same values at once when money moves (`cartera.acuerdo`, `cartera.acuerdo.cuota`).
"""

from odoo.tools import SQL

from .cartera_libro import Libro, columnas

OF_INSTALMENT = "amount_paid paid_capital paid_interest paid_financing amount_due state".split()
OF_AGREEMENT = "amount_paid amount_due missed_count amount_missed next_date".split()
READ_HERE = (
    "cartera.acuerdo cartera.acuerdo.linea cartera.acuerdo.cuota cartera.partida cartera.expediente cartera.gestion "
    "cartera.politica cartera.castigo.movimiento"
).split()


def sql_debido(acuerdo):
    """What is owed now of the items of an agreement (`acuerdo`, SQL of its id) and of the interest posted for it.

    What was written off closed without being paid: it is owed until it is recovered.
    """
    return SQL(
        """(SELECT COALESCE(SUM(GREATEST(p.amount_residual, 0) + GREATEST(w.amount, 0)), 0)
              FROM (SELECT l.partida_id AS id FROM cartera_acuerdo_linea l WHERE l.acuerdo_id = %(acuerdo)s
                     UNION ALL
                    SELECT i.id FROM account_move m JOIN cartera_partida i ON i.move_id = m.id
                     WHERE m.cartera_acuerdo_id = %(acuerdo)s) c
              JOIN cartera_partida p ON p.id = c.id
        CROSS JOIN LATERAL (SELECT SUM(v.amount) AS amount FROM cartera_castigo_movimiento v
                             WHERE v.partida_id = p.id) w)""",
        acuerdo=acuerdo,
    )


class Juicio(Libro):
    """One judgement of the agreements of one company, as of `on_date`."""

    def anotar(self):
        """Bring items, instalments and agreements up to date: the rows written of each, by name."""
        for model in READ_HERE:
            self.env[model].flush_model()
        items = self._ejecutar(self._sql_soltar()) + self._ejecutar(self._sql_sujetar())
        items += self._ejecutar(self._sql_a_cuenta())
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS cartera_imputada"))
        self.env.cr.execute(SQL("CREATE TEMPORARY TABLE cartera_imputada ON COMMIT DROP AS %s", self._sql_imputar()))
        instalments = self._ejecutar(self._sql_escribir_cuotas())
        agreements = self._ejecutar(self._sql_escribir_acuerdos())
        if items or instalments or agreements:
            self.env.invalidate_all(flush=False)
        return {"items": items, "instalments": instalments, "agreements": agreements}

    def avisar_expedientes(self):
        """Set and clear the alerts of missed instalments and breaches; how many dossiers changed."""
        self.env.flush_all()
        changed = self._ejecutar(self._sql_alertas())
        if changed:
            self.env["cartera.expediente"].invalidate_model(["alert", "alert_date"], flush=False)
        return changed

    def _ejecutar(self, query):
        self.env.cr.execute(query)
        return self.env.cr.rowcount

    # --- items --------------------------------------------------------------------------------------------------------

    def _sql_soltar(self):
        """Items of agreements that are not in force are free; so is money on account from before the liquidation."""
        return SQL(
            """UPDATE cartera_partida p SET acuerdo_id = NULL
                 FROM cartera_acuerdo a
                WHERE a.id = p.acuerdo_id AND a.company_id = %s
                  AND (a.state != 'active'
                       OR p.amount_residual < 0 AND p.date < a.date
                          AND NOT EXISTS (SELECT FROM cartera_acuerdo_linea l
                                           WHERE l.acuerdo_id = a.id AND l.partida_id = p.id))""",
            self.company.id,
        )

    def _sql_sujetar(self):
        """What an agreement in force covers is under it."""
        return SQL(
            """UPDATE cartera_partida p SET acuerdo_id = l.acuerdo_id
                 FROM cartera_acuerdo_linea l
                WHERE l.partida_id = p.id AND l.state = 'active' AND l.company_id = %s
                  AND p.acuerdo_id IS DISTINCT FROM l.acuerdo_id""",
            self.company.id,
        )

    def _sql_a_cuenta(self):
        """Open credits dated since the liquidation count for the dossier's oldest agreement in force."""
        return SQL(
            """UPDATE cartera_partida p SET acuerdo_id = a.id
                 FROM cartera_expediente x
                 JOIN cartera_acuerdo a ON a.id = x.acuerdo_id AND a.state = 'active'
                WHERE p.expediente_id = x.id AND x.company_id = %s AND p.is_open AND p.amount_residual < 0
                  AND p.date >= a.date AND p.acuerdo_id IS NULL""",
            self.company.id,
        )

    # --- imputation ---------------------------------------------------------------------------------------------------

    def _sql_pagado(self):
        """What was paid of each agreement in force: see `cartera.acuerdo._pagado`, which says the same."""
        return SQL(
            """
            SELECT a.id, a.expediente_id,
                   GREATEST(ROUND(COALESCE(SUM(COALESCE(l.capital, GREATEST(p.amount, 0)) - p.amount_residual), 0), %s),
                            0) AS pagado
              FROM cartera_acuerdo a
         LEFT JOIN cartera_partida p ON p.acuerdo_id = a.id AND p.parent_state = 'posted'
         LEFT JOIN cartera_acuerdo_linea l ON l.acuerdo_id = a.id AND l.partida_id = p.id
             WHERE a.company_id = %s AND a.state = 'active'
          GROUP BY a.id
            """,
            self.company.currency_id.decimal_places,
            self.company.id,
        )

    def _sql_imputar(self):
        """Each instalment of the agreements in force with what was paid of it, by part, and its state.

        Within an instalment the parts are paid late interest first, then financing, then capital (interest_first), or
        each in its proportion, rounded half up to the cent and never below what the later parts cannot hold.
        """
        return SQL(
            """
            WITH pagado AS (%(pagado)s), turno AS (
                SELECT c.id, c.acuerdo_id, c.date_due, c.amount, c.interest, c.financing, g.pagado,
                       k.allocation_order = 'proportional' AS proporcional,
                       LEAST(c.amount, GREATEST(g.pagado - SUM(c.amount) OVER w + c.amount, 0)) AS paid
                  FROM cartera_acuerdo_cuota c
                  JOIN pagado g ON g.id = c.acuerdo_id
                  JOIN cartera_expediente x ON x.id = g.expediente_id
             LEFT JOIN cartera_politica k ON k.id = x.politica_id
                WINDOW w AS (PARTITION BY c.acuerdo_id ORDER BY c.date_due, c.number)
            )
            SELECT t.id, t.acuerdo_id, t.date_due, t.pagado, t.paid AS amount_paid, i.paid_interest, f.paid_financing,
                   t.paid - i.paid_interest - f.paid_financing AS paid_capital, t.amount - t.paid AS amount_due,
                   CASE WHEN t.amount = t.paid AND (t.amount != 0 OR t.date_due < %(day)s) THEN 'paid'
                        WHEN t.date_due < %(day)s THEN 'missed'
                        WHEN t.paid != 0 THEN 'partial'
                        ELSE 'pending' END AS state
              FROM turno t
        CROSS JOIN LATERAL (SELECT %(of_interest)s AS paid_interest) i
        CROSS JOIN LATERAL (SELECT %(of_financing)s AS paid_financing) f
            """,
            pagado=self._sql_pagado(),
            day=self.on_date,
            of_interest=self._sql_parte(SQL("t.interest"), SQL("t.paid"), SQL("t.amount - t.interest")),
            of_financing=self._sql_parte(
                SQL("t.financing"), SQL("t.paid - i.paid_interest"), SQL("t.amount - t.interest - t.financing")
            ),
        )

    def _sql_parte(self, part, left, rest):
        """Share of a part: `left` is what is left to share out, `rest` what the parts after it hold.

        `div` is exact where a division would be rounded twice: 100 x paid x part / total, half up, in cents.
        """
        return SQL(
            """CASE WHEN t.proporcional AND t.amount > 0
                    THEN LEAST(GREATEST(DIV(200 * t.paid * %(part)s + t.amount, 2 * t.amount) / 100.0,
                                        %(left)s - (%(rest)s)),
                               %(part)s, %(left)s)
                    ELSE LEAST(%(left)s, %(part)s) END""",
            part=part,
            left=SQL("(%s)", left),
            rest=rest,
        )

    def _sql_escribir_cuotas(self):
        return SQL(
            """UPDATE cartera_acuerdo_cuota c SET (%(names)s) = ROW(%(values)s)
                 FROM cartera_imputada t
                WHERE c.id = t.id AND (%(stored)s) IS DISTINCT FROM (%(values)s)""",
            names=columnas(OF_INSTALMENT),
            stored=columnas(OF_INSTALMENT, "c"),
            values=columnas(OF_INSTALMENT, "t"),
        )

    def _sql_escribir_acuerdos(self):
        return SQL(
            """
            UPDATE cartera_acuerdo a SET (%(names)s) = ROW(%(values)s)
              FROM (SELECT i.acuerdo_id, i.pagado AS amount_paid, GREATEST(b.amount_plan - i.pagado, 0) AS amount_due,
                           COUNT(*) FILTER (WHERE i.state = 'missed')::int AS missed_count,
                           COALESCE(SUM(i.amount_due) FILTER (WHERE i.state = 'missed'), 0) AS amount_missed,
                           MIN(i.date_due) FILTER (WHERE i.state != 'missed' AND i.amount_due != 0) AS next_date
                      FROM cartera_imputada i
                      JOIN cartera_acuerdo b ON b.id = i.acuerdo_id
                  GROUP BY i.acuerdo_id, i.pagado, b.amount_plan) t
             WHERE a.id = t.acuerdo_id AND (%(stored)s) IS DISTINCT FROM (%(values)s)
            """,
            names=columnas(OF_AGREEMENT),
            stored=columnas(OF_AGREEMENT, "a"),
            values=columnas(OF_AGREEMENT, "t"),
        )

    # --- what is decided on it ----------------------------------------------------------------------------------------

    def pagados(self):
        """Ids of the agreements in force of which everything was paid."""
        query = SQL(
            """SELECT id FROM cartera_acuerdo
                WHERE company_id = %s AND state = 'active' AND amount_plan > 0 AND amount_due = 0 ORDER BY id""",
            self.company.id,
        )
        return [row[0] for row in self.env.execute_query(query)]

    def atrasados(self):
        """[(agreement id, missed instalments, oldest due date, the policy's most instalments, most days, breach)]."""
        query = SQL(
            """
            SELECT a.id, a.missed_count, MIN(c.date_due), k.agreement_missed, k.agreement_missed_days,
                   k.agreement_breach
              FROM cartera_acuerdo a
              JOIN cartera_acuerdo_cuota c ON c.acuerdo_id = a.id AND c.state = 'missed'
              JOIN cartera_expediente x ON x.id = a.expediente_id
              JOIN cartera_politica k ON k.id = x.politica_id
             WHERE a.company_id = %s AND a.state = 'active' AND a.missed_count > 0
          GROUP BY a.id, k.id ORDER BY a.id
            """,
            self.company.id,
        )
        return self.env.execute_query(query)

    def saneados(self):
        """Ids of breached agreements, not cured yet, of whose items and interest nothing is owed any more."""
        query = SQL(
            """SELECT a.id FROM cartera_acuerdo a
                WHERE a.company_id = %s AND a.state = 'breached' AND a.date_cured IS NULL AND %s <= 0 ORDER BY a.id""",
            self.company.id,
            sql_debido(SQL("a.id")),
        )
        return [row[0] for row in self.env.execute_query(query)]

    def _sql_alertas(self):
        """UPDATE of the dossiers whose alert differs: of the day after the last missed due date, or of the breach.

        A breach says more than a missed instalment, and either more than a promise. Whoever has contacted the debtor
        since has seen to it; where it was made good there is nothing to see to.
        """
        return SQL(
            """
            WITH caso AS (
                SELECT a.expediente_id AS id, 'instalment' AS alert, MAX(c.date_due) + 1 AS day
                  FROM cartera_acuerdo a
                  JOIN cartera_acuerdo_cuota c ON c.acuerdo_id = a.id AND c.state = 'missed'
                 WHERE a.company_id = %(company)s AND a.state = 'active' AND a.missed_count > 0
              GROUP BY a.expediente_id
                 UNION ALL
                SELECT a.expediente_id, 'breach', MAX(a.date_end)
                  FROM cartera_acuerdo a
                 WHERE a.company_id = %(company)s AND a.state = 'breached' AND a.date_cured IS NULL
              GROUP BY a.expediente_id
            ), vivo AS (
                SELECT DISTINCT ON (v.id) v.id, v.alert, v.day FROM caso v
                 WHERE NOT EXISTS (SELECT FROM cartera_gestion g
                                    WHERE g.expediente_id = v.id AND g.day >= v.day AND g.date_annulled IS NULL
                                      AND (g.direction = 'out' OR g.direct) AND g.comunicacion_id IS NULL)
              ORDER BY v.id, v.alert
            ), meta AS (
                SELECT e.id, COALESCE(v.alert, NULLIF(NULLIF(e.alert, 'instalment'), 'breach')) AS alert,
                       CASE WHEN v.id IS NOT NULL THEN GREATEST(v.day, e.alert_date) END AS alert_date
                  FROM cartera_expediente e
             LEFT JOIN vivo v ON v.id = e.id
                 WHERE e.company_id = %(company)s AND (v.id IS NOT NULL OR e.alert IN ('instalment', 'breach'))
            )
            UPDATE cartera_expediente e SET alert = m.alert, alert_date = m.alert_date
              FROM meta m
             WHERE e.id = m.id AND (e.alert, e.alert_date) IS DISTINCT FROM (m.alert, m.alert_date)
            """,
            company=self.company.id,
        )
