"""How a forecast of cash is computed: one statement for the portfolio, one for payables, none a row.

1. *Ledger*: the receivable and payable lines open at the close of the day, and their balances then (`LibroAl`); what
   was issued since is still to be paid, and counts, but money of later days does not.
2. *Reasons*: what is held, in legal collection or hard to collect is not expected, unless an agreement in force or a
   pending promise says when it is paid; of an item that a claim disputes in part, that part is not.
3. *Day*: instalments and promises have theirs; the rest of an item is due on its date plus the days late that its
   customer's payments of the last year were on average, by amount (early ones are negative), or those of all customers
   where it paid fewer items than the company asks for; none, where all of them did. What is later than that already is
   expected as late as what was paid after being that late was on average (`rules.forecast.waiting`); where nothing was,
   on the first day.
   Who promised a part does not pay the rest before.
4. *Credits* of a customer pay what it would pay first; those of an agreement are in its instalments already.
5. *Agreements*: what their items owe, spread over the capital of the instalments still to pay, the oldest first, and
   then over their interest; interest that no item owes yet is income of its own, outside the portfolio.

So what is expected of the portfolio, in time or later, and what is not, sum to the balance of the receivable accounts.
"""

from odoo import fields
from odoo.tools import SQL

from .cartera_pronostico_cartera import COLUMNS, Cartera, Previsto, antes


class Pagables(Previsto):
    """Those of the payable accounts."""

    def _cuentas(self):
        return self.company._cartera_cuentas_por_pagar() or (0,)


class Calculo(Cartera):
    """The lines and weeks of one draft forecast; see the module's docstring."""

    def ejecutar(self):
        """Replace what the draft had; its totals are left in its own columns."""
        self.env.flush_all()
        self.olvidar()
        self.delays = dict(self.env.execute_query(self._sql_demoras()))
        self.wait = self._esperas()
        cr = self.env.cr
        self._preparar()
        cr.execute(self._sql_cartera())
        cr.execute(self._sql_por_pagar())
        self._poner_fijos()
        self.env.flush_all()
        cr.execute(self._sql_semanas(self._saldo(self.company._cartera_cuentas_de_caja())))
        cr.execute(self._sql_totales())
        self.env.invalidate_all(flush=False)

    def olvidar(self):
        """Delete what the draft had."""
        for table in ("cartera_pronostico_linea", "cartera_pronostico_semana"):
            self.env.cr.execute(
                SQL("DELETE FROM %s WHERE pronostico_id = %s", SQL.identifier(table), self.pronostico.id)
            )

    # --- payables and recurring amounts ---------------------------------------------------------------------------

    def _sql_por_pagar(self):
        """Each payable on its due date, overdue ones on the first day; advances to a supplier pay its first ones."""
        return SQL(
            """
            INSERT INTO cartera_pronostico_linea (%(columns)s)
              WITH abierta AS MATERIALIZED (%(open)s), debe AS (
                   SELECT a.*, COALESCE(rp.commercial_partner_id, 0) AS supplier, GREATEST(a.date_due, %(first)s) AS day
                     FROM abierta a LEFT JOIN res_partner rp ON rp.id = a.partner_id WHERE a.residual != 0
              ), neta AS (
                   SELECT d.*, LEAST(-d.residual, GREATEST(COALESCE(v.amount, 0) - %(before)s, 0)) AS credit
                     FROM (SELECT * FROM debe WHERE residual < 0) d
                LEFT JOIN (SELECT supplier, SUM(residual) AS amount FROM debe WHERE residual > 0 GROUP BY supplier) v
                       ON v.supplier = d.supplier)
            SELECT %(id)s, %(company)s, 'expense', 'bill', NULL, %(week)s, day, date_due, NULL, NULLIF(supplier, 0),
                   move_line_id, move_id, NULL, NULL, NULL, NULL, number, residual + credit, -credit
              FROM neta
            """,
            columns=COLUMNS,
            open=Pagables(self.env, self.company, self.on_date)._abiertas(),
            first=self.first,
            before=antes("-d.residual", "d.supplier", "d.day, d.move_line_id"),
            id=self.pronostico.id,
            company=self.company.id,
            week=self._semana(SQL("day")),
        )

    def _poner_fijos(self):
        """The recurring amounts that fall in these weeks."""
        fijos = self.env["cartera.pronostico.fijo"].search([("company_id", "=", self.company.id)])
        vals_list = [
            {
                "pronostico_id": self.pronostico.id,
                "company_id": self.company.id,
                "flow": fijo.kind,
                "source": "recurring",
                "week": next(week.number for week in self.weeks if day <= week.last),
                "date": day,
                "fijo_id": fijo.id,
                "name": fijo.name,
                "amount": fijo.amount if fijo.kind == "income" else -fijo.amount,
            }
            for fijo in fijos
            for day in fijo._dias(self.first, self.weeks[-1].last)
        ]
        self.env["cartera.pronostico.linea"].create(vals_list)

    # --- weeks and totals -----------------------------------------------------------------------------------------

    def _saldo(self, accounts, until=None):
        """Balance of accounts (ids) at the close of the day, or of their lines (`l`) under the condition `until`."""
        query = SQL(
            "SELECT COALESCE(SUM(l.balance), 0) FROM account_move_line l WHERE l.company_id = %s "
            "AND l.account_id IN %s AND l.parent_state = 'posted' AND l.cartera_reclasificacion_id IS NULL AND %s",
            self.company.id,
            tuple(accounts) or (0,),
            until or SQL("l.date <= %s", self.on_date),
        )
        return self.env.execute_query(query)[0][0]

    def _sql_semanas(self, opening):
        numbers, firsts, lasts = (list(column) for column in zip(*self.weeks, strict=True))
        return SQL(
            """
            INSERT INTO cartera_pronostico_semana (pronostico_id, company_id, number, date_from, date_to, amount_income,
                        amount_expense, amount_opening, amount_closing, is_over, actual_income, actual_expense)
            SELECT %(id)s, %(company)s, number, first, last, income, expense,
                   %(opening)s + SUM(income - expense) OVER (ORDER BY number) - income + expense,
                   %(opening)s + SUM(income - expense) OVER (ORDER BY number), FALSE, 0, 0
              FROM (SELECT w.number, w.first, w.last,
                           COALESCE(SUM(l.amount) FILTER (WHERE l.flow = 'income'), 0) AS income,
                           COALESCE(-SUM(l.amount) FILTER (WHERE l.flow = 'expense'), 0) AS expense
                      FROM UNNEST(%(numbers)s, %(firsts)s::date[], %(lasts)s::date[]) AS w(number, first, last)
                 LEFT JOIN cartera_pronostico_linea l ON l.pronostico_id = %(id)s AND l.week = w.number
                  GROUP BY w.number, w.first, w.last) s
            """,
            id=self.pronostico.id,
            company=self.company.id,
            opening=opening,
            numbers=numbers,
            firsts=firsts,
            lasts=lasts,
        )

    def _sql_totales(self):
        ledger = self._saldo(self._cuentas(), self._hasta())
        return SQL(
            """
            UPDATE cartera_pronostico x
               SET amount_opening = s.opening, amount_closing = s.closing, amount_income = s.income,
                   amount_expense = s.expense, amount_lowest = s.lowest, lowest_week = s.lowest_week,
                   amount_unexpected = l.unexpected, amount_ledger = %(ledger)s,
                   amount_difference = %(ledger)s - l.portfolio, amount_suspense = %(suspense)s, delay = %(delay)s,
                   generated_on = %(now)s
              FROM (SELECT (ARRAY_AGG(amount_opening ORDER BY number))[1] AS opening,
                           (ARRAY_AGG(amount_closing ORDER BY number DESC))[1] AS closing,
                           SUM(amount_income) AS income, SUM(amount_expense) AS expense, MIN(amount_closing) AS lowest,
                           (ARRAY_AGG(date_from ORDER BY amount_closing, number))[1] AS lowest_week
                      FROM cartera_pronostico_semana WHERE pronostico_id = %(id)s) s,
                   (SELECT COALESCE(SUM(amount) FILTER (WHERE flow = 'none' AND source != 'credit'), 0) AS unexpected,
                           COALESCE(SUM(amount) FILTER (WHERE source IN %(portfolio)s), 0) AS portfolio
                      FROM cartera_pronostico_linea WHERE pronostico_id = %(id)s) l
             WHERE x.id = %(id)s
            """,
            id=self.pronostico.id,
            ledger=ledger,
            suspense=-self._saldo(self.company._cartera_cuentas_transitorias()),
            delay=self.delays[0],
            portfolio=("invoice", "promise", "agreement", "credit"),
            now=fields.Datetime.now(),
        )
