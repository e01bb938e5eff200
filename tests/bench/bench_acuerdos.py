"""Judging agreements: a first night over all of them, and the night after, on the large portfolio.

`run(env, company, say, day, count)` seeds them by SQL over the dossiers of a portfolio that is classified already,
twelve instalments each, judges them, and takes everything back: the database is as it was.
"""

from datetime import timedelta

from bench_promesas import BOUND, escritas, timed
from odoo.tools import SQL

INSTALMENTS = 12


def sembrar_acuerdos(env, company, day, count):
    """`count` agreements in force since 100 days, each on all the items of a dossier; three instalments are past.

    One in a hundred paid nothing and is to be proposed as broken; one in twenty missed the last instalment; one in a
    thousand is paid in full; the others are ahead. Nothing of it is written on the instalments yet.
    """
    cr = env.cr
    cr.execute(
        SQL(
            """CREATE TEMPORARY TABLE acordado ON COMMIT DROP AS
               SELECT ROW_NUMBER() OVER (ORDER BY x.id) AS n, x.id, x.partner_id, d.balance, k.agreed,
                      NEXTVAL('cartera_acuerdo_id_seq')::int AS acuerdo_id,
                      CASE WHEN k.agreed = 2 THEN d.balance ELSE d.balance * k.agreed END AS plan
                 FROM cartera_expediente x
                 JOIN LATERAL (SELECT SUM(p.amount_residual) AS balance FROM cartera_partida p
                                WHERE p.expediente_id = x.id AND p.is_open AND p.amount_residual > 0) d
                   ON d.balance > 0
           CROSS JOIN LATERAL (SELECT CASE WHEN x.id %% 1000 = 1 THEN 2.0 WHEN x.id %% 100 = 2 THEN 1.0
                                           WHEN x.id %% 20 = 3 THEN 1.2 ELSE 1.5 END AS agreed) k
                WHERE x.company_id = %s ORDER BY x.id LIMIT %s""",
            company.id,
            count,
        )
    )
    if cr.rowcount != count:
        raise ValueError(f"The portfolio has {cr.rowcount} dossiers that owe, and {count} agreements take as many.")
    values = {"company": company.id, "since": day - timedelta(days=100), "first": day - timedelta(days=70)}
    values["count"] = INSTALMENTS
    for statement in SEED:
        cr.execute(SQL(statement, **values))
    cr.execute("ANALYZE cartera_acuerdo, cartera_acuerdo_linea, cartera_acuerdo_cuota, cartera_partida")
    env.invalidate_all()


# What is agreed on an item is so much more than what is left of it as was paid.
SEED = (
    """INSERT INTO cartera_acuerdo (id, number, expediente_id, company_id, partner_id, state, kind, date, date_active,
                                     amount_capital, amount_total, amount_plan, amount_paid, amount_due, count,
                                     first_date, guarantee_type, missed_count)
       SELECT acuerdo_id, 'B-' || n, id, %(company)s, partner_id, 'active', 'agreement', %(since)s, %(since)s,
              balance * agreed, balance * agreed, plan, 0, plan, %(count)s, %(first)s, 'none', 0 FROM acordado""",
    """INSERT INTO cartera_acuerdo_linea (acuerdo_id, partida_id, company_id, capital, interest, total, state,
                                           date_active)
       SELECT a.acuerdo_id, p.id, %(company)s, p.amount_residual * a.agreed, 0, p.amount_residual * a.agreed, 'active',
              %(since)s
         FROM acordado a JOIN cartera_partida p ON p.expediente_id = a.id AND p.is_open AND p.amount_residual > 0""",
    """INSERT INTO cartera_acuerdo_cuota (acuerdo_id, company_id, expediente_id, partner_id, agreement_state, number,
                                          date_due, capital, interest, financing, amount, amount_paid, paid_capital,
                                          paid_interest, paid_financing, amount_due, state)
       SELECT a.acuerdo_id, %(company)s, a.id, a.partner_id, 'active', g, (%(first)s::date + 30 * (g - 1)), c.capital,
              0, 0, c.capital, 0, 0, 0, 0, c.capital, 'pending'
         FROM acordado a CROSS JOIN GENERATE_SERIES(1, %(count)s) g
   CROSS JOIN LATERAL (SELECT ROUND(a.plan / %(count)s, 2)
                              + CASE WHEN g = %(count)s THEN a.plan - %(count)s * ROUND(a.plan / %(count)s, 2)
                                     ELSE 0 END AS capital) c""",
    """UPDATE cartera_partida p SET acuerdo_id = l.acuerdo_id FROM cartera_acuerdo_linea l
        WHERE l.partida_id = p.id AND l.company_id = %(company)s""",
    "UPDATE cartera_expediente x SET acuerdo_id = a.acuerdo_id FROM acordado a WHERE a.id = x.id",
)


def medir(env, company, day, count):
    """(seconds of the first night, its counts, seconds of the second, rows that it wrote)."""
    Acuerdo = env["cartera.acuerdo"].sudo()
    env.cr.commit()
    sembrar_acuerdos(env, company, day, count)
    try:
        first, counts = timed(lambda: Acuerdo._juzgar(company, day))
        env.flush_all()
        before = escritas(env)
        second, again = timed(lambda: Acuerdo._juzgar(company, day))
        env.flush_all()
        return first, counts, second, escritas(env) - before + sum(again.values())
    finally:
        env.cr.rollback()
        env.invalidate_all()


def run(env, company, say, day, count):
    small, _counts, _second, _rows = medir(env, company, day, count // 10)
    first, counts, second, rows = medir(env, company, day, count)
    label = f"{count} agreements of {INSTALMENTS} instalments"
    judged = {name: counts[name] for name in ("instalments", "fulfilled", "proposed", "alerts")}
    say(f"{label} judged in a night, seconds", f"{first:.2f}", f"at most {BOUND} with promises {judged}")
    say(f"{count} / {count // 10} agreements, seconds", f"{first / small:.1f}", "at most 12")
    say(f"{label}, unchanged second night, seconds", f"{second:.2f}")
    say(f"{label}, unchanged second night, rows written", str(rows), "0")
