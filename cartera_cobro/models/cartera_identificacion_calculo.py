"""How deposits are proposed to debtors: a handful of statements for a company, however many lines and items there are.

1. *Deposits*: bank lines of money in that are still in suspense, and the keys of their texts (rules/deposits.py).
2. *Signs*: what these keys name: coupons, agreements, invoices, contract accounts, debtors; and what the line itself
   says: its partner, the account it comes from, a payment registered before that waits for it.
3. *Amounts*: what each debtor owes that a deposit may be exactly: a coupon, an instalment, an item, all that is
   overdue, the oldest items up to one, everything.
4. *Candidates*: a line and a dossier, by their best sign; without any sign, by an amount that few owe. Trust is the
   rule's; each other sign that agrees adds a little, and rivals that fit as well share it.
5. *Difference* with the proposals that stand: only that is written.
"""

from odoo.tools import SQL

from ..rules.deposits import WEAK_FIGURES, claves
from .cartera_identificacion_senas import Senas, sql_clave
from .cartera_libro import apuntar, columnas

MOST_A_LINE = 3  # proposals of a deposit
MOST_OWE_IT = 3  # debtors of one amount, for the amount alone to say something
MOST_ITEMS = 12  # of the oldest that are added up
AGREES, MOST_TRUST = 2, 99  # what another sign of the same debtor adds, and up to what
WEAK, SUM = 20, 15  # what a short number, or a sum of items without any sign, takes away
ORDER = ("coupon", "payment", "instalment", "named", "item", "overdue", "items", "total")
KEPT = "expediente_id regla_id sign amount_kind cupon_id cuota_id payment_line_id rivals confidence".split()


class Identificacion(Senas):
    """Brings the proposals of one company's deposits up to date; see the module's docstring."""

    def ejecutar(self):
        """{"deposits", "created", "removed", "unchanged", "locked"}: deposits looked at, and proposals."""
        counts = dict.fromkeys(("deposits", "created", "removed", "unchanged"), 0)
        if not self.tomar_turno():
            return counts | {"locked": True}
        self.env.flush_all()
        cr = self.env.cr
        apuntar(cr, "cartera_deposito", self._depositos())
        counts["deposits"] = self._escribir_claves()
        apuntar(cr, "cartera_sena", SQL(" UNION ALL ").join(self._senas()))
        apuntar(cr, "cartera_importe", self._importes())
        cr.execute("CREATE INDEX ON cartera_importe (expediente_id, amount)")
        apuntar(cr, "cartera_candidata", self._candidatas())
        apuntar(cr, "cartera_propuesta", self._propuestas())
        counts |= self._guardar()
        return counts | {"locked": False}

    # --- deposits ---------------------------------------------------------------------------------------------------

    def _depositos(self):
        """(line_id, journal_id, date, currency_id, amount (in it), partner_id (commercial), account (key))."""
        return SQL(
            """
            SELECT l.id AS line_id, l.journal_id, m.date, s.currency_id, -SUM(s.amount_currency) AS amount,
                   rp.commercial_partner_id AS partner_id, %(account)s AS account
              FROM account_bank_statement_line l
              JOIN account_move m ON m.id = l.move_id AND m.state = 'posted'
              JOIN account_journal j ON j.id = l.journal_id
              JOIN account_move_line s ON s.move_id = l.move_id AND s.account_id = j.suspense_account_id
                                      AND s.matching_number IS NULL
         LEFT JOIN res_partner rp ON rp.id = l.partner_id
             WHERE l.company_id = %(company)s AND l.is_reconciled IS NOT TRUE AND l.amount > 0 AND %(chosen)s
          GROUP BY l.id, l.journal_id, m.date, s.currency_id, rp.commercial_partner_id
            HAVING SUM(s.amount_currency) < 0
            """,
            account=sql_clave(SQL("l.account_number")),
            company=self.company.id,
            chosen=self._mias(SQL("l.id")),
        )

    def _escribir_claves(self):
        """Table `cartera_escrito` (line_id, clave): the keys of each text; the number of deposits."""
        rows = self.env.execute_query(
            SQL(
                """SELECT d.line_id, l.payment_ref, m.ref, l.partner_name FROM cartera_deposito d
                     JOIN account_bank_statement_line l ON l.id = d.line_id JOIN account_move m ON m.id = l.move_id"""
            )
        )
        keys = [(line, key) for line, *texts in rows for key in claves(*texts)]
        lines, names = map(list, zip(*keys, strict=True)) if keys else ([], [])
        query = SQL("SELECT * FROM UNNEST(%s::int[], %s::text[]) AS e(line_id, clave)", lines, names)
        apuntar(self.env.cr, "cartera_escrito", query)
        return len(rows)

    # --- amounts ----------------------------------------------------------------------------------------------------

    def _importes(self):
        """(expediente_id, currency_id, amount, kind, partida_ids, cuota_id) of what a deposit may be exactly."""
        return SQL(
            """
            WITH abierta AS (
                SELECT p.id, p.expediente_id, p.currency_id, p.date_due,
                       CASE WHEN p.currency_id = %(currency)s THEN p.amount_residual
                            ELSE p.amount_residual_currency END AS amount
                  FROM cartera_partida p
                 WHERE p.company_id = %(company)s AND p.is_open AND p.amount_residual > 0
            ), sumada AS (
                SELECT a.*, SUM(a.amount) OVER oldest AS total, ARRAY_AGG(a.id) OVER oldest AS ids,
                       ROW_NUMBER() OVER oldest AS n,
                       COUNT(*) OVER (PARTITION BY a.expediente_id, a.currency_id) AS many
                  FROM abierta a
                WINDOW oldest AS (PARTITION BY a.expediente_id, a.currency_id ORDER BY a.date_due, a.id
                                  ROWS BETWEEN %(most)s PRECEDING AND CURRENT ROW)
            )
            SELECT u.expediente_id, %(currency)s AS currency_id, u.amount_due AS amount, 'instalment' AS kind,
                   NULL::int[] AS partida_ids, u.id AS cuota_id, u.date_due
              FROM cartera_acuerdo_cuota u
             WHERE u.company_id = %(company)s AND u.agreement_state = 'active' AND u.amount_due > 0
             UNION ALL
            SELECT expediente_id, currency_id, amount, 'item', ARRAY[id], NULL, date_due FROM abierta
             UNION ALL
            SELECT expediente_id, currency_id, total, 'items', ids, NULL, date_due FROM sumada
             WHERE n BETWEEN 2 AND %(most)s AND n < many
             UNION ALL
            SELECT expediente_id, currency_id, SUM(amount), 'overdue', ARRAY_AGG(id), NULL, MIN(date_due) FROM abierta
             WHERE date_due < %(today)s GROUP BY expediente_id, currency_id HAVING COUNT(*) > 1
             UNION ALL
            SELECT expediente_id, currency_id, SUM(amount), 'total', ARRAY_AGG(id), NULL, MIN(date_due) FROM abierta
             GROUP BY expediente_id, currency_id HAVING COUNT(*) > 1
            """,
            currency=self.company.currency_id.id,
            company=self.company.id,
            most=MOST_ITEMS,
            today=self.on_date,
        )

    def _orden(self, kind):
        return SQL("ARRAY_POSITION(%s::text[], %s)", list(ORDER), kind)

    # --- candidates -------------------------------------------------------------------------------------------------

    def _candidatas(self):
        """(line_id, expediente_id, code, sign, agreeing, cupon_id, acuerdo_id, payment_line_id, named): by sign, or by
        an amount that few owe."""
        trust = SQL(", ").join(
            SQL("(%s, %s, %s)", code, rule.confidence_amount, rule.sequence) for code, rule in self.rules.items()
        )
        by_sign = SQL(
            """
            SELECT DISTINCT ON (s.line_id, s.expediente_id)
                   s.line_id, s.expediente_id, s.code, s.sign, s.cupon_id, s.acuerdo_id, s.payment_line_id,
                   a.agreeing, a.named
              FROM cartera_sena s
              JOIN (VALUES %s) AS r(code, trust, sequence) ON r.code = s.code
              JOIN (SELECT line_id, expediente_id, COUNT(DISTINCT code) - 1 AS agreeing,
                           ARRAY_AGG(DISTINCT partida_id) FILTER (WHERE partida_id IS NOT NULL) AS named
                      FROM cartera_sena GROUP BY line_id, expediente_id) a
                ON a.line_id = s.line_id AND a.expediente_id = s.expediente_id
             WHERE s.code != 'payment' OR a.agreeing > 0
                   OR NOT EXISTS (SELECT FROM cartera_sena o WHERE o.line_id = s.line_id AND o.code != 'payment')
          ORDER BY s.line_id, s.expediente_id, r.trust DESC, r.sequence, s.cupon_id DESC, s.acuerdo_id, s.sign,
                   s.payment_line_id
            """,
            trust or SQL("('', 0, 0)"),
        )
        by_amount = SQL(
            """
            SELECT DISTINCT d.line_id, i.expediente_id, 'amount', NULL, NULL::int, NULL::int, NULL::int, 0, NULL::int[]
              FROM cartera_deposito d
              JOIN (SELECT currency_id, amount FROM cartera_importe WHERE kind != 'total'
                  GROUP BY currency_id, amount HAVING COUNT(DISTINCT expediente_id) <= %s) few
                ON few.currency_id = d.currency_id AND few.amount = d.amount
              JOIN cartera_importe i ON i.currency_id = d.currency_id AND i.amount = d.amount AND i.kind != 'total'
             WHERE NOT EXISTS (SELECT FROM cartera_sena s WHERE s.line_id = d.line_id) AND %s
            """,
            MOST_OWE_IT,
            "amount" in self.rules,
        )
        return SQL("(%s) UNION ALL %s", by_sign, by_amount)

    def _propuestas(self):
        """The proposals there should be, with their trust; those that people discarded are not made again."""
        rules = SQL(", ").join(
            SQL("(%s, %s, %s, %s)", code, rule.id, rule.confidence, rule.confidence_amount)
            for code, rule in self.rules.items()
        )
        weak = SQL("(c.sign ~ '^[0-9]+$' AND LENGTH(c.sign) < %s)", WEAK_FIGURES)
        return SQL(
            """
            WITH medida AS (
                SELECT c.line_id, c.expediente_id, r.regla_id, c.sign, q.kind AS amount_kind, c.cupon_id, q.cuota_id,
                       CASE WHEN c.code = 'payment' THEN c.payment_line_id END AS payment_line_id,
                       COALESCE(q.partida_ids, CASE WHEN c.code = 'invoice' THEN c.named END) AS partida_ids,
                       GREATEST(LEAST(
                           CASE WHEN q.kind IS NULL THEN r.trust ELSE r.trust_amount END + c.agreeing * %(agrees)s,
                           %(most)s)
                           - CASE WHEN %(weak)s AND q.kind IS NULL OR c.code = 'payment' AND c.agreeing = 0
                                  THEN %(less)s ELSE 0 END
                           - CASE WHEN c.code = 'amount' AND q.kind = 'items' THEN %(sum)s ELSE 0 END, 0) AS trust
                  FROM cartera_candidata c
                  JOIN cartera_deposito d ON d.line_id = c.line_id
                  JOIN (VALUES %(rules)s) AS r(code, regla_id, trust, trust_amount) ON r.code = c.code
             LEFT JOIN LATERAL (%(amounts)s) q ON TRUE
            ), repartida AS (
                SELECT m.*, COUNT(*) OVER (PARTITION BY m.line_id, m.trust) - 1 AS rivals
                  FROM medida m
                 WHERE NOT EXISTS (SELECT FROM cartera_identificacion i WHERE i.state = 'discarded'
                                      AND i.statement_line_id = m.line_id AND i.expediente_id = m.expediente_id)
            ), ordenada AS (
                SELECT p.*, p.trust / (p.rivals + 1) AS confidence,
                       ROW_NUMBER() OVER (PARTITION BY p.line_id ORDER BY p.trust / (p.rivals + 1) DESC, p.trust DESC,
                                          p.expediente_id) AS place
                  FROM repartida p WHERE p.trust > 0
            )
            SELECT * FROM ordenada WHERE place <= %(shown)s
            """,
            agrees=AGREES,
            most=MOST_TRUST,
            weak=weak,
            less=WEAK,
            sum=SUM,
            rules=rules or SQL("('', 0, 0, 0)"),
            amounts=self._importe_de_la_candidata(),
            shown=MOST_A_LINE,
        )

    def _importe_de_la_candidata(self):
        """What the deposit `d` is exactly, of what the candidate `c` owes: (kind, partida_ids, cuota_id), or no row."""
        return SQL(
            """
            SELECT x.kind, x.partida_ids, x.cuota_id FROM (
                SELECT 'coupon' AS kind,
                       (SELECT ARRAY_AGG(z.partida_id) FROM cartera_cupon_partida_rel z WHERE z.cupon_id = k.id)
                       AS partida_ids, k.cuota_id, k.date_limit AS day
                  FROM cartera_cupon k
                 WHERE k.id = c.cupon_id AND k.amount = d.amount AND d.currency_id = %(currency)s
                 UNION ALL
                SELECT 'payment', NULL, NULL, NULL WHERE c.code = 'payment'
                 UNION ALL
                SELECT 'named', c.named, NULL, NULL
                  FROM cartera_partida p WHERE p.id = ANY(c.named) AND CARDINALITY(c.named) > 1
                HAVING SUM(CASE WHEN p.currency_id = %(currency)s THEN p.amount_residual
                                ELSE p.amount_residual_currency END) = d.amount
                 UNION ALL
                SELECT i.kind, i.partida_ids, i.cuota_id, i.date_due
                  FROM cartera_importe i
                 WHERE i.expediente_id = c.expediente_id AND i.currency_id = d.currency_id AND i.amount = d.amount
                   AND (c.code != 'invoice' OR i.kind != 'item' OR i.partida_ids <@ c.named)
            ) x ORDER BY %(order)s, x.day LIMIT 1
            """,
            currency=self.company.currency_id.id,
            order=self._orden(SQL("x.kind")),
        )

    # --- what changes -----------------------------------------------------------------------------------------------

    def _guardar(self):
        """Write the difference with the proposals that stand, and each line's best; counts."""
        cr = self.env.cr
        apuntar(cr, "cartera_contraste", self._contraste())
        cr.execute("SELECT what, COUNT(*) FROM cartera_contraste GROUP BY what")
        found = dict(cr.fetchall())
        cr.execute(
            "DELETE FROM cartera_identificacion WHERE id IN (SELECT id FROM cartera_contraste WHERE what != 'same')"
        )
        cr.execute(self._sql_insertar())
        created = cr.rowcount
        cr.execute(self._sql_mejores())
        self.env["cartera.identificacion"].invalidate_model()
        self.env["account.bank.statement.line"].invalidate_model(["cartera_propuesta_id", "cartera_confidence"])
        removed = found.get("gone", 0) + found.get("changed", 0)
        return {"created": created, "removed": removed, "unchanged": found.get("same", 0)}

    def _mias(self, line):
        """Condition: the bank line (SQL) is of those that are looked at."""
        return SQL("TRUE") if self.lines is None else SQL("%s IN %s", line, tuple(self.lines.ids) or (0,))

    def _contraste(self):
        """(line_id, expediente_id, id, what): same, changed, gone, or new; `id` is that of the standing one."""
        items = SQL("ARRAY(SELECT r.partida_id FROM cartera_identificacion_partida_rel r"
                    " WHERE r.identificacion_id = i.id ORDER BY 1)")  # fmt: skip
        return SQL(
            """
            SELECT COALESCE(w.line_id, i.statement_line_id) AS line_id,
                   COALESCE(w.expediente_id, i.expediente_id) AS expediente_id, i.id,
                   CASE WHEN i.id IS NULL THEN 'new' WHEN w.line_id IS NULL THEN 'gone'
                        WHEN (%(wanted)s, ARRAY(SELECT UNNEST(w.partida_ids) ORDER BY 1))
                             IS DISTINCT FROM (%(standing)s, %(items)s) THEN 'changed' ELSE 'same' END AS what
              FROM cartera_propuesta w
         FULL JOIN (SELECT * FROM cartera_identificacion i
                     WHERE i.state = 'proposed' AND i.company_id = %(company)s AND %(mine)s) i
                ON i.statement_line_id = w.line_id AND i.expediente_id = w.expediente_id
            """,
            wanted=columnas(KEPT, "w"),
            standing=columnas(KEPT, "i"),
            items=items,
            company=self.company.id,
            mine=self._mias(SQL("i.statement_line_id")),
        )

    def _sql_insertar(self):
        """INSERT of the new and the changed ones, with their items; the count is of proposals."""
        return SQL(
            """
            WITH nueva AS (
                INSERT INTO cartera_identificacion (statement_line_id, company_id, state, %(names)s, create_uid,
                                                    create_date, write_uid, write_date)
                SELECT w.line_id, %(company)s, 'proposed', %(values)s, %(uid)s, NOW() AT TIME ZONE 'UTC', %(uid)s,
                       NOW() AT TIME ZONE 'UTC'
                  FROM cartera_propuesta w JOIN cartera_contraste c USING (line_id, expediente_id)
                 WHERE c.what IN ('new', 'changed')
              ORDER BY w.line_id, w.place
             RETURNING id, statement_line_id, expediente_id
            ), cosas AS (
                INSERT INTO cartera_identificacion_partida_rel (identificacion_id, partida_id)
                SELECT n.id, UNNEST(w.partida_ids) FROM nueva n
                  JOIN cartera_propuesta w ON w.line_id = n.statement_line_id AND w.expediente_id = n.expediente_id
            )
            SELECT id FROM nueva
            """,
            names=columnas(KEPT),
            values=columnas(KEPT, "w"),
            company=self.company.id,
            uid=self.env.uid,
        )

    def _sql_mejores(self):
        """UPDATE of the best proposal of each line, for lists to be sorted by."""
        return SQL(
            """
            UPDATE account_bank_statement_line l
               SET cartera_propuesta_id = b.id, cartera_confidence = COALESCE(b.confidence, 0)
              FROM account_bank_statement_line o
         LEFT JOIN LATERAL (SELECT i.id, i.confidence FROM cartera_identificacion i
                             WHERE i.statement_line_id = o.id AND i.state = 'proposed'
                          ORDER BY i.confidence DESC, i.id LIMIT 1) b ON TRUE
             WHERE o.id = l.id AND o.company_id = %s AND %s
               AND (o.id IN (SELECT line_id FROM cartera_contraste) OR o.id IN (SELECT line_id FROM cartera_deposito)
                    OR o.cartera_propuesta_id IS NOT NULL)
               AND (l.cartera_propuesta_id, l.cartera_confidence) IS DISTINCT FROM (b.id, COALESCE(b.confidence, 0))
            """,
            self.company.id,
            self._mias(SQL("o.id")),
        )
