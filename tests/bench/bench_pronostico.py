"""The cash forecast and the compliance with terms of a large portfolio, beside a bare INSERT of the same lines."""

import resource
from datetime import timedelta

from abonar import abonar
from cartera_grande import analizar
from copia import copiar
from odoo.tools import SQL


def run(env, company, say, timed, day, tag, invoices):
    """`invoices` open items of which one in four was paid in part, and a tenth was promised."""
    env["cartera.partida"]._actualizar(company, day)
    paid = abonar(env, company, tag, every=4)
    env["cartera.partida"]._actualizar(company, day)
    env.cr.commit()
    say(f"{invoices} items with {paid} payments", "seeded")
    _pronostico(env, company, say, timed, invoices)
    _cumplimiento(env, company, say, timed)


def _pronostico(env, company, say, timed, invoices):
    _prometer(env, company, invoices // 10)
    analizar(env)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    close = company._cartera_hoy() - timedelta(days=1)

    def generate():
        forecast = env["cartera.pronostico"]._generar(company, close)
        env.cr.commit()
        return forecast

    seconds, forecast = timed(generate)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before
    lines = env["cartera.pronostico.linea"].search_count([("pronostico_id", "=", forecast.id)])
    bare = copiar(env, timed, "cartera_pronostico_linea", SQL("pronostico_id = %s", forecast.id))
    say(f"forecast of {lines} lines, seconds", f"{seconds:.2f}")
    say("forecast / bare INSERT of the same lines", f"{seconds / bare:.2f}")
    say("memory added to the process at its peak, MB", f"{max(grown, 0):.1f}")
    assert not forecast.amount_difference, forecast.amount_difference
    env.invalidate_all()
    say("its table on screen, seconds", f"{timed(lambda: forecast.tabla)[0]:.3f}")


def _prometer(env, company, count):
    """`count` pending promises, one an item, of half of what it owes, for the next eight weeks."""
    env.cr.execute(
        SQL(
            """
            WITH prometida AS (
                SELECT NEXTVAL('cartera_promesa_id_seq') AS id, q.* FROM (
                    SELECT p.id AS partida_id, p.expediente_id, p.partner_id, p.amount_residual AS balance,
                           %(today)s::date + (p.id %% 56)::int AS day
                      FROM cartera_partida p
                     WHERE p.company_id = %(company)s AND p.is_open AND p.amount_residual > 0
                  ORDER BY p.id LIMIT %(count)s) q
            ), hecha AS (
                INSERT INTO cartera_promesa (id, expediente_id, company_id, partner_id, source, date, date_promised,
                                             deadline, amount, amount_paid, state)
                SELECT id, expediente_id, %(company)s, partner_id, 'contact', %(today)s, day, day, balance / 2, 0,
                       'pending'
                  FROM prometida)
            INSERT INTO cartera_promesa_linea (promesa_id, partida_id, company_id, date_promised, balance, pending)
            SELECT id, partida_id, %(company)s, day, balance, TRUE FROM prometida
            """,
            company=company.id,
            today=company._cartera_hoy(),
            count=count,
        )
    )
    env.cr.commit()
    env.invalidate_all()


def _cumplimiento(env, company, say, timed):
    """The first page of the customers that pay latest, and the averages of all."""
    report = env["cartera.cumplimiento"].with_context(allowed_company_ids=company.ids, cartera_months=36)
    seconds, rows = timed(lambda: report.search_read([], ["partner_id", "delay", "state"], limit=80))
    say(f"who keeps the terms, page of {len(rows)} customers over 36 months, seconds", f"{seconds:.2f}")
    seconds, groups = timed(lambda: report._read_group([], [], ["__count", "delay:avg"]))
    say(f"averages of {groups[0][0]} customers, seconds", f"{seconds:.2f}")
