"""What paid the receivable items of companies, matching by matching: what days to pay and delays are computed from."""

from odoo.tools import SQL

from .cartera_campana_efecto import MONEY_JOURNALS


def sql_alcance(companies, line="l"):
    """Condition: the line (an alias, str) is of the receivable accounts that these companies collect."""
    pieces = [
        SQL(
            "(%s = %s AND %s IN %s)",
            SQL.identifier(line, "company_id"),
            company.id,
            SQL.identifier(line, "account_id"),
            company._cartera_cuentas_ids() or (0,),
        )
        for company in companies
    ]
    return SQL("(%s)", SQL(" OR ").join(pieces)) if pieces else SQL("FALSE")


def sql_pagos(companies, first, last):
    """SELECT of what was paid of receivable items from `first` to `last` (dates, both included), a row a matching.

    partial_id, line_id, move_id, company_id, partner_id (commercial), number, date_invoice, date_due, date (of the
    later of the two entries: when the money counts), amount (company currency). Paid is what posted entries of bank
    and cash journals, or the payments of an imported history, are matched with: credit notes and write-offs pay
    nothing.
    """
    return SQL(
        """
        SELECT r.id AS partial_id, l.id AS line_id, l.move_id, l.company_id, rp.commercial_partner_id AS partner_id,
               l.move_name AS number, COALESCE(l.invoice_date, l.date) AS date_invoice,
               COALESCE(l.date_maturity, l.date) AS date_due, r.max_date AS date, r.amount
          FROM account_partial_reconcile r
          JOIN account_move_line l ON l.id = r.debit_move_id
          JOIN account_move_line b ON b.id = r.credit_move_id
          JOIN account_journal jl ON jl.id = l.journal_id
          JOIN account_journal jb ON jb.id = b.journal_id
          JOIN res_partner rp ON rp.id = l.partner_id
         WHERE r.max_date BETWEEN %(first)s AND %(last)s AND r.amount > 0 AND %(scope)s
           AND l.parent_state = 'posted' AND b.parent_state = 'posted' AND jl.type NOT IN %(money)s
           AND (jb.type IN %(money)s
                OR b.move_id IN (SELECT payment_move_id FROM cartera_importacion_fila
                                  WHERE payment_move_id IS NOT NULL))
        """,
        first=first,
        last=last,
        scope=sql_alcance(companies),
        money=MONEY_JOURNALS,
    )
