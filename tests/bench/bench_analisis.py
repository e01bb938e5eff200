"""What closings are analysed with: transitions of one closing into the next, services, and 24 closings compared.

`medir(env, company, say, day)` closes two month ends of a portfolio that is classified already and takes everything
back. Each figure is beside the bare SQL of the same rows, in the same run.
"""

import time
from datetime import timedelta

from odoo.tests import new_test_user
from odoo.tools import SQL

# Rows of an aggregate, and closings compared: 100,000 items of five zones and ten officers leave a fifth of these.
COMBINATIONS, MONTHS = 10_000, 24


def timed(work):
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def medir(env, company, say, day):
    env.cr.commit()
    Corte = env["cartera.corte"].sudo()
    last = day.replace(day=1) - timedelta(days=1)
    before, corte = (Corte._generar(company, one) for one in (last.replace(day=1) - timedelta(days=1), last))
    before._confirmar()
    env.cr.execute("ANALYZE cartera_corte_linea")
    label = f"{before.item_count} x {corte.item_count} items"
    corte.write({"state": "confirmed", "is_current": True})
    env.flush_all()
    bare, _rows = timed(lambda: env.cr.execute(_sql_desnudo(before, corte)))
    pairs = corte._pares_de_transicion()
    seconds, _nothing = timed(lambda: env.cr.execute(corte._sql_transiciones(pairs)))
    say(f"{label}: transitions by band and by stage, seconds", f"{seconds:.2f}", "at most 10")
    say(f"{label}: transitions / one bare FULL JOIN by band", f"{seconds / bare:.2f}", "at most 3")
    seconds, _nothing = timed(lambda: env.cr.execute(corte._sql_servicios()))
    say(f"{corte.item_count} items: the closing by service, seconds", f"{seconds:.2f}", "at most 30")
    env.cr.rollback()
    env.invalidate_all()
    comparar(env, company, say, last)


def _sql_desnudo(before, corte):
    return SQL(
        """CREATE TEMP TABLE desnudo AS
           SELECT v.banda AS antes, n.banda AS ahora, COUNT(*), SUM(v.amount) AS de, SUM(n.amount) AS a
             FROM (SELECT * FROM cartera_corte_linea WHERE corte_id = %s) n
        FULL JOIN (SELECT * FROM cartera_corte_linea WHERE corte_id = %s) v USING (move_line_id)
         GROUP BY v.banda, n.banda""",
        corte.id,
        before.id,
    )


def comparar(env, company, say, last):
    """The screens over 24 closings with large aggregates, as an officer opens them."""
    env.cr.execute(
        SQL(
            """INSERT INTO cartera_corte (company_id, date, version, state, is_current)
               SELECT %s, (DATE_TRUNC('month', %s::date) - g * INTERVAL '1 month' + INTERVAL '1 month - 1 day')::date,
                      99, 'confirmed', TRUE FROM GENERATE_SERIES(0, %s) g""",
            company.id,
            last,
            MONTHS - 1,
        )
    )
    env.cr.execute(
        SQL(
            """INSERT INTO cartera_corte_resumen (corte_id, company_id, date, is_current, position, etapa, etapa_orden,
                                                  banda, banda_orden, estrato, use, zona, municipality, officer, items,
                                                  accounts, amount, amount_impairment)
               SELECT c.id, c.company_id, c.date, TRUE, 'overdue', 'Etapa ' || g %% 6, g %% 6, 'Banda ' || g %% 7,
                      g %% 7, 1 + g %% 6, 'Uso ' || g %% 3, 'Zona ' || g %% 20, 'Municipio ' || g %% 11,
                      'Gestor ' || g %% 30, 20, 10, 1000 * g, 0
                 FROM cartera_corte c, GENERATE_SERIES(1, %s) g WHERE c.company_id = %s AND c.version = 99""",
            COMBINATIONS,
            company.id,
        )
    )
    env.cr.execute("ANALYZE cartera_corte, cartera_corte_resumen")
    groups = "base.group_user,cartera_cobro.group_cartera_gestor"
    gestor = new_test_user(env, login="analisis", groups=groups, company_id=company.id, company_ids=company.ids)
    own = env(user=gestor, su=False, context={"allowed_company_ids": company.ids})
    sums = ["amount:sum_currency", "company_currency_id:array_agg_distinct", "accounts:sum", "__count"]
    wide = ["amount:sum_currency", "amount_before:sum_currency", "amount_change:sum_currency", "change_rate:avg"]
    wide += ["amount_year:sum_currency", "year_rate:avg", "accounts:sum", "company_currency_id:array_agg_distinct"]
    # The last one counts each closing three times: nobody opens it so, and no bound holds it.
    screens = [
        ("last closing against earlier ones by stage", "comparacion", [("is_last", "=", True)], ["etapa"], wide),
        ("the same by zone and municipality", "comparacion", [("is_last", "=", True)], ["zona", "municipality"], wide),
        ("the 24 by stage and month", "resumen", [("is_current", "=", True)], ["etapa", "date:month"], sums),
        ("each of the 24 against earlier ones by stage", "comparacion", [], ["etapa", "date:month"], wide),
    ]
    for what, model, domain, by, aggregates in screens:
        sets = [by, by[:1], []]
        Model = own[f"cartera.corte.{model}"]
        seconds = min(
            timed(lambda M=Model, d=domain, s=sets, a=aggregates: M.formatted_read_grouping_sets(d, s, a))[0]
            for _ in range(3)
        )
        say(
            f"{MONTHS} closings of {COMBINATIONS} rows: {what}, seconds",
            f"{seconds:.2f}",
            "at most 1" if domain else "",
        )
    env.cr.rollback()
    env.invalidate_all()
