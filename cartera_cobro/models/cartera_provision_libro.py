"""What a run of impairment and the ledger hold, key by key, and the entry that makes one the other.

A key is (debtor or None, segment or ""): `GENERAL` is the whole portfolio. The company's setting says under which
keys a run keeps its allowance; journal items of the allowance carry theirs. What the ledger holds under keys that the
run does not have (another setting, an opening balance, a segment of another name, a write-off against the portfolio)
moves to those of the run without any result.
"""

from odoo.tools import SQL

from ..rules.impairment import annulled, split_movement
from .cartera_acuerdo import decimal

GENERAL = (None, "")


class LibroDeterioro:
    """The allowance account of one company at the end of a day."""

    def __init__(self, company, date):
        self.env = company.env
        self.company = company.sudo()
        self.date = date
        self.account = self.company.cartera_allowance_account_id

    def saldos(self):
        """{key: Decimal} of what the account holds (credit is positive), keys of zero left out."""
        query = SQL(
            """
            SELECT p.commercial_partner_id, COALESCE(l.cartera_segmento, ''), -SUM(l.balance)
              FROM account_move_line l LEFT JOIN res_partner p ON p.id = l.partner_id
             WHERE %s GROUP BY 1, 2 HAVING SUM(l.balance) != 0
            """,
            self._lineas(),
        )
        return {(partner, segment): decimal(amount) for partner, segment, amount in self._leer(query)}

    def total(self):
        return sum(self.saldos().values(), decimal(0))

    def usado(self, since):
        """What write-offs took from it after the day `since`, less what their reversals gave back."""
        query = SQL(
            """
            SELECT COALESCE(SUM(l.balance), 0) FROM account_move_line l JOIN account_move m ON m.id = l.move_id
             WHERE %s AND m.cartera_castigo_id IS NOT NULL AND l.date > %s
            """,
            self._lineas(),
            since,
        )
        return decimal(self._leer(query)[0][0])

    def cargado(self):
        """{key: Decimal} charged to expense, less what was taken back, in the fiscal year up to the day.

        Read from the entries that move the allowance, whoever made them, but for those of write-offs.
        """
        year = self.company.compute_fiscalyear_dates(self.date)["date_from"]
        query = SQL(
            """
            SELECT p.commercial_partner_id, COALESCE(e.cartera_segmento, ''), SUM(e.balance)
              FROM account_move_line e
              JOIN account_account a ON a.id = e.account_id AND a.account_type LIKE 'expense%%'
         LEFT JOIN res_partner p ON p.id = e.partner_id
             WHERE e.move_id IN (SELECT l.move_id FROM account_move_line l JOIN account_move m ON m.id = l.move_id
                                  WHERE %s AND l.date >= %s AND m.cartera_castigo_id IS NULL)
          GROUP BY 1, 2
            """,
            self._lineas(),
            year,
        )
        return {(partner, segment): decimal(amount) for partner, segment, amount in self._leer(query)}

    def _lineas(self):
        return SQL(
            "l.account_id = %s AND l.company_id = %s AND l.parent_state = 'posted' AND l.date <= %s",
            self.account.id or 0,
            self.company.id,
            self.date,
        )

    def _leer(self, query):
        self.env["account.move.line"].flush_model()
        self.env["account.move"].flush_model(["cartera_castigo_id"])
        return self.env.execute_query(query)


class Movimiento:
    """What a run changes in the ledger."""

    def __init__(self, provision):
        self.provision = provision
        self.company = provision.company_id
        self.grouping = self.company.cartera_provision_grouping
        self.libro = LibroDeterioro(self.company, provision.date)

    def lineas(self):
        """[(account, key, balance (Decimal))] of the entry, the allowance first; empty: nothing moves."""
        held, wanted = self.libro.saldos(), self._querido()
        keys = sorted(held.keys() | wanted.keys(), key=lambda key: (key[0] or 0, key[1]))
        grown = {key: wanted.get(key, 0) - held.get(key, 0) for key in keys}
        allowance = [(self.libro.account, key, -amount) for key, amount in grown.items() if amount]
        return allowance + self._resultado(grown, wanted) if allowance else []

    def _querido(self):
        """{key: Decimal} of what the run asks the allowance to hold; what it released has a key too, with zero."""
        column = {
            "account": SQL("NULL::int, ''"),
            "partner": SQL("p.commercial_partner_id, ''"),
            "segment": SQL("NULL::int, COALESCE(l.segment, '')"),
        }[self.grouping]
        self.provision.env["cartera.provision.linea"].flush_model()
        rows = self.provision.env.execute_query(
            SQL(
                """SELECT %s, SUM(l.amount)
                     FROM cartera_provision_linea l LEFT JOIN res_partner p ON p.id = l.partner_id
                    WHERE l.provision_id = %s GROUP BY 1, 2""",
                column,
                self.provision.id,
            )
        )
        return {(partner, segment): decimal(amount) for partner, segment, amount in rows}

    def _de_la_forma(self, key):
        """Whether it is of the setting in force, other than the whole portfolio."""
        partner, segment = key
        if self.grouping == "partner":
            return bool(partner) and not segment
        return self.grouping == "segment" and bool(segment) and not partner

    def _resultado(self, grown, wanted):
        """The lines of expense and income of what grew and shrank.

        What was charged for debtors or segments that the run does not have any more is not taken back for others.
        """
        mine = {key for key in wanted if self._de_la_forma(key)}
        own, general = self._partir(grown, mine)
        charges = {k: v for k, v in self.libro.cargado().items() if k in mine or not self._de_la_forma(k)}
        charged, charged_in_general = self._partir(charges, mine)
        effects, rest = split_movement(own, general, charged, charged_in_general)
        company, lines = self.company, []
        for key, (expense, income) in {**effects, GENERAL: rest}.items():
            lines.append((company.cartera_provision_expense_account_id, key, expense))
            lines.append((company.cartera_provision_reversal_account_id, key, -income))
        return [line for line in lines if line[-1]]

    def _partir(self, amounts, mine):
        """({key of `mine`: amount}, the sum of the others)."""
        own = {key: amount for key, amount in amounts.items() if key in mine}
        return own, sum(amounts.values(), decimal(0)) - sum(own.values(), decimal(0))


class Contrario:
    """What takes a posted run back in a later fiscal year: its allowance, line by line, and the result of that year."""

    def __init__(self, provision):
        self.company = provision.company_id
        self.lines = provision.move_id.line_ids

    def lineas(self):
        """[(account, key, balance (Decimal))] of the entry, as `Movimiento`."""
        company, lines, results = self.company, [], {}
        for line in self.lines:
            key, balance = (line.partner_id.id or None, line.cartera_segmento or ""), decimal(line.balance)
            if line.account_id.internal_group in ("expense", "income"):
                results[key] = results.get(key, 0) + balance
            else:
                lines.append((line.account_id, key, -balance))
        for key, (expense, income) in annulled(results).items():
            lines.append((company.cartera_provision_expense_account_id, key, expense))
            lines.append((company.cartera_provision_reversal_account_id, key, -income))
        return [line for line in lines if line[-1]]
