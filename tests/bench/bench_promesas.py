"""Judging promises: a night on which all of them come due, and the night after, on the large portfolio.

`run(env, company, say, day, count)` seeds them by SQL over the open items of a portfolio that is classified already,
judges them, and takes everything back: the database is as it was.
"""

import gc
import time
from datetime import timedelta

from cartera_grande import clonar
from odoo.tools import SQL

BOUND = 20  # seconds, together with agreements


def timed(work):
    gc.collect()
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def sembrar_promesas(env, company, day, count):
    """`count` pending promises, one an item, whose deadline was the day before `day`.

    Of each four: one was paid in full, one a tenth, one the same late, one not at all. One debtor in ten has a credit.
    """
    cr = env.cr
    cr.execute(
        SQL(
            """CREATE TEMPORARY TABLE prometida ON COMMIT DROP AS
               SELECT ROW_NUMBER() OVER (ORDER BY p.id) AS n, p.id, p.expediente_id, p.partner_id, p.move_line_id,
                      p.amount_residual AS balance
                 FROM cartera_partida p
                WHERE p.company_id = %s AND p.is_open AND p.amount_residual > 0 ORDER BY p.id LIMIT %s""",
            company.id,
            count,
        )
    )
    if cr.rowcount != count:
        raise ValueError(f"The portfolio has {cr.rowcount} open items, and {count} promises take as many.")
    cr.execute(
        SQL(
            """WITH hecha AS (
                   INSERT INTO cartera_promesa (id, expediente_id, company_id, partner_id, source, date, date_promised,
                                                deadline, amount, amount_paid, state)
                   SELECT NEXTVAL('cartera_promesa_id_seq'), expediente_id, %(company)s, partner_id, 'contact',
                          %(made)s, %(promised)s, %(deadline)s, balance / 2, 0, 'pending'
                     FROM prometida ORDER BY n RETURNING id)
               SELECT MIN(id) FROM hecha""",
            company=company.id,
            made=day - timedelta(days=20),
            promised=day - timedelta(days=3),
            deadline=day - timedelta(days=1),
        )
    )
    first = cr.fetchone()[0]
    cr.execute(
        SQL(
            """INSERT INTO cartera_promesa_linea (promesa_id, partida_id, company_id, date_promised, balance, pending)
               SELECT %s + n - 1, id, %s, %s, balance, TRUE FROM prometida""",
            first,
            company.id,
            day - timedelta(days=3),
        )
    )
    _pagar(cr, company, day)
    cr.execute("ANALYZE cartera_promesa, cartera_promesa_linea, account_partial_reconcile, prometida")


def _pagar(cr, company, day):
    """Matchings of three in four of the promised items, in time and late; and credits."""
    cr.execute(
        SQL(
            """INSERT INTO account_partial_reconcile (debit_move_id, credit_move_id, amount, debit_amount_currency,
                                                      credit_amount_currency, max_date, company_id)
               SELECT p.move_line_id, (SELECT MAX(move_line_id) FROM prometida), k.paid, k.paid, k.paid,
                      CASE p.n %% 4 WHEN 2 THEN %(late)s::date ELSE %(soon)s::date END, %(company)s
                 FROM prometida p
           CROSS JOIN LATERAL (SELECT CASE p.n %% 4 WHEN 0 THEN p.balance ELSE p.balance / 10 END AS paid) k
                WHERE p.n %% 4 < 3""",
            late=day,
            soon=day - timedelta(days=5),
            company=company.id,
        )
    )
    _abonar(cr, day)


def _abonar(cr, day):
    """A credit that nobody has applied, of one debtor in ten."""
    cr.execute("SELECT MAX(move_line_id), (SELECT MAX(id) FROM account_move_line) FROM prometida")
    model, last = cr.fetchone()
    amount = "-1000"
    clonar(
        cr,
        "account_move_line",
        model,
        "(SELECT DISTINCT expediente_id, partner_id FROM prometida WHERE expediente_id % 10 = 0) g",
        {
            "partner_id": "g.partner_id",
            "date": f"DATE '{day - timedelta(days=4)}'",
            "debit": "0",
            "credit": "1000",
            **dict.fromkeys(("balance", "amount_currency", "amount_residual", "amount_residual_currency"), amount),
        },
    )
    cr.execute(
        """INSERT INTO cartera_partida (move_line_id, move_id, company_id, currency_id, partner_id, date, is_open,
                                        amount, amount_residual, expediente_id)
           SELECT l.id, l.move_id, l.company_id, l.currency_id, x.partner_id, l.date, TRUE, -1000, -1000, x.id
             FROM account_move_line l
             JOIN cartera_expediente x ON x.partner_id = l.partner_id AND x.company_id = l.company_id
            WHERE l.id > %s""",
        [last],
    )


def escritas(env):
    """Rows that this transaction has written so far."""
    env.cr.execute(
        "SELECT SUM(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables "
        "WHERE (relname LIKE 'cartera_%' OR relname = 'mail_message') AND schemaname NOT LIKE 'pg_temp%'"
    )
    return int(env.cr.fetchone()[0])


def medir(env, company, day, count):
    """(seconds of the first night, its counts, seconds of the second, rows that it wrote)."""
    Promesa = env["cartera.promesa"].sudo()
    env.cr.commit()
    sembrar_promesas(env, company, day, count)
    try:
        first, counts = timed(lambda: Promesa._juzgar(company, day))
        before = escritas(env)
        second, again = timed(lambda: Promesa._juzgar(company, day))
        return first, counts, second, escritas(env) - before + again["written"]
    finally:
        env.cr.rollback()
        env.invalidate_all()


def run(env, company, say, day, count):
    small, _counts, _second, _rows = medir(env, company, day, count // 10)
    first, counts, second, rows = medir(env, company, day, count)
    judged = {state: counts[state] for state in ("kept", "partial", "broken")}
    say(f"{count} promises judged in a night, seconds", f"{first:.2f}", f"at most {BOUND} with agreements {judged}")
    say(f"{count} / {count // 10} promises, seconds", f"{first / small:.1f}", "at most 12")
    say(f"{count} promises, unchanged second night, seconds", f"{second:.2f}")
    say(f"{count} promises, unchanged second night, rows written", str(rows), "0")
