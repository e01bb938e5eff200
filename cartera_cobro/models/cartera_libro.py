"""What the classification and the hooks of journal entries read of the ledger, and how items find their lines."""

from odoo.tools import SQL

# What open matchings with unposted entries hide: one row each, to be added back to the journal item `line_id`.
LIBRO_SIN_ASENTAR = SQL(
    """
    SELECT m.debit_move_id AS line_id, m.amount, m.debit_amount_currency AS amount_currency
      FROM account_partial_reconcile m
      JOIN account_move_line u ON u.id = m.credit_move_id
     WHERE u.parent_state != 'posted' AND u.matching_number IS NOT NULL
     UNION ALL
    SELECT m.credit_move_id, -m.amount, -m.credit_amount_currency
      FROM account_partial_reconcile m
      JOIN account_move_line u ON u.id = m.debit_move_id
     WHERE u.parent_state != 'posted' AND u.matching_number IS NOT NULL
    """
)

# Ledger columns of an item, in one order for reading, inserting and comparing.
LEDGER = (
    "move_line_id name move_id currency_id partner_id date date_due parent_state reconciled amount "
    "amount_residual amount_residual_currency is_open cuenta_id zona_id expediente_id user_id hold_reason"
).split()
# Those that decide, and that are compared every night; the others follow the journal item by the ORM, and are written
# with these. The last four are not the line's own.
DECISIVE = (
    "partner_id date_due amount_residual amount_residual_currency is_open cuenta_id "
    "zona_id expediente_id user_id hold_reason"
).split()
PLACE = "etapa_id etapa_reason banda_id".split()


def columnas(names, alias=None):
    """`alias.a, alias.b, …`, or `a, b, …`, as SQL."""
    return SQL(", ").join(SQL.identifier(alias, name) if alias else SQL.identifier(name) for name in names)


def apuntar(cr, table, query, *keys):
    """Keep the rows of `query` (SQL) in `table` (str) until the transaction ends, counted before they are joined.

    `keys` are the columns by which that is done, where the others are many: by default all.
    """
    name = SQL.identifier(table)
    cr.execute(SQL("DROP TABLE IF EXISTS %s", name))
    cr.execute(SQL("CREATE TEMPORARY TABLE %s ON COMMIT DROP AS %s", name, query))
    cr.execute(SQL("ANALYZE %s (%s)", name, columnas(keys)) if keys else SQL("ANALYZE %s", name))


# First key of the advisory locks of this add-on ("cart" in ASCII); the second is the company's id.
LOCK_KEY = 0x63617274


class Libro:
    """The open lines of one company's chosen receivable accounts, as of a day."""

    def __init__(self, env, company, on_date):
        self.env = env
        self.company = company
        self.on_date = on_date

    def tomar_turno(self):
        """Whether this transaction is the one that works on the company's items: until it ends, no other is."""
        query = SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", LOCK_KEY, self.company.id)
        return self.env.execute_query(query)[0][0]

    def _cuentas(self):
        return self.company._cartera_cuentas_ids() or (0,)

    def _alcance(self):
        """Condition: a posted line of the chosen accounts, but for those that only show apart the hard to collect."""
        return SQL("%s AND l.cartera_reclasificacion_id IS NULL", self._alcance_contable())

    def _alcance_contable(self):
        """The same with those: what the accounts show."""
        return SQL(
            "l.account_id IN %s AND l.company_id = %s AND l.parent_state = 'posted'", self._cuentas(), self.company.id
        )

    def _leer_espera(self, condition):
        """What is matched to unposted entries, on the lines of `condition` (on `d`): [(line, amount, currency)].

        Nearly always nothing, and then the queries do without it.
        """
        query = SQL(
            "SELECT line_id, SUM(amount), SUM(amount_currency) FROM (%s) d WHERE %s GROUP BY line_id",
            LIBRO_SIN_ASENTAR,
            condition,
        )
        return self.env.execute_query(query)

    def _lineas(self, condition, espera):
        """Open lines of the chosen accounts under `condition`: the ledger's columns of an item.

        `espera` is what `_leer_espera` gave: it is added back to the balances.
        """
        residual, currency, waiting = SQL("l.amount_residual"), SQL("l.amount_residual_currency"), SQL()
        if espera:
            residual = SQL("l.amount_residual + COALESCE(e.amount, 0)")
            currency = SQL("l.amount_residual_currency + COALESCE(e.amount_currency, 0)")
            waiting = SQL(
                "LEFT JOIN UNNEST(%s::int[], %s::numeric[], %s::numeric[]) AS e(line_id, amount, amount_currency)"
                " ON e.line_id = l.id",
                *(list(column) for column in zip(*espera, strict=True)),
            )
        return SQL(
            """
            SELECT l.id AS move_line_id, l.move_name AS name, l.move_id, l.currency_id,
                   rp.commercial_partner_id AS partner_id, l.date, COALESCE(l.date_maturity, l.date) AS date_due,
                   l.parent_state, l.reconciled, l.balance AS amount,
                   %(residual)s AS amount_residual, %(currency)s AS amount_residual_currency,
                   TRUE AS is_open, m.cartera_cuenta_id AS cuenta_id,
                   l.no_followup
                   AND l.journal_id NOT IN (SELECT id FROM account_journal WHERE type = 'general') AS excluida
              FROM account_move_line l
         LEFT JOIN account_move m ON m.id = l.move_id AND m.cartera_cuenta_id IS NOT NULL
         LEFT JOIN res_partner rp ON rp.id = l.partner_id
                   %(waiting)s
             WHERE %(scope)s AND %(condition)s AND (%(residual)s != 0 OR %(currency)s != 0)
            """,
            residual=residual,
            currency=currency,
            waiting=waiting,
            scope=self._alcance(),
            condition=condition,
        )

    def _sql_enlazar(self, of_items):
        """UPDATE that binds the orphan items selected by `of_items` (a condition on `p`); returns the items' ids."""
        return SQL(
            """
            WITH huerfana AS (
                SELECT p.id, p.move_id, p.date_bound,
                       ROW_NUMBER() OVER (PARTITION BY p.move_id, p.date_bound ORDER BY p.id) AS n
                  FROM cartera_partida p
                 WHERE p.move_line_id IS NULL AND p.move_id IS NOT NULL AND %(of_items)s
            ), libre AS (
                SELECT l.id, l.move_id, COALESCE(l.date_maturity, l.date) AS date_due,
                       ROW_NUMBER() OVER (PARTITION BY l.move_id, COALESCE(l.date_maturity, l.date) ORDER BY l.id) AS n
                  FROM account_move_line l
                 WHERE l.move_id IN (SELECT move_id FROM huerfana)
                   AND l.account_id IN %(accounts)s AND l.parent_state = 'posted'
                   AND NOT EXISTS (SELECT FROM cartera_partida b WHERE b.move_line_id = l.id)
            )
            UPDATE cartera_partida p
               SET move_line_id = f.id
              FROM huerfana h
              JOIN libre f ON f.move_id = h.move_id AND f.date_due = h.date_bound AND f.n = h.n
             WHERE p.id = h.id
         RETURNING p.id
            """,
            of_items=of_items,
            accounts=self._cuentas(),
        )
