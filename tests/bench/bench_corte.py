"""Closings of a large portfolio, beside a bare INSERT of the same rows."""

import resource
from datetime import timedelta

from abonar import abonar, asignar, contratar
from cartera_grande import analizar, olvidar


def run(env, company, say, timed, day, tag, invoices):
    """`invoices` open items, each with a matching: the closing of today, and of a year before."""
    olvidar(env)
    contratar(env, company, tag)
    made = abonar(env, company, tag)
    env["cartera.partida"]._actualizar(company, day)
    asignar(env, company, tag)
    analizar(env)
    say(f"{invoices} items with {made} matchings", "seeded")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    Corte = env["cartera.corte"]
    hoy = company._cartera_hoy()
    seconds, corte = timed(lambda: _generar(Corte, company, hoy))
    # Turn and turn about, the least of each: another's load on the machine falls on either.
    bare = copiar(env, corte, timed)
    for _turn in range(2):
        seconds = min(seconds, timed(lambda: (corte._calcular(), env.cr.commit()))[0])
        bare = min(bare, copiar(env, corte, timed))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before
    say(f"closing of {corte.item_count} items, seconds", f"{seconds:.1f}")
    say("closing / bare INSERT of the same rows", f"{seconds / bare:.2f}", "at most 4")
    say("memory added to the process at its peak, MB", f"{max(grown, 0):.1f}", "at most 150")
    say("rows of its aggregate", str(len(corte.resumen_ids)))
    assert not corte.amount_difference, corte.amount_difference
    seconds, past = timed(lambda: _generar(Corte, company, hoy - timedelta(days=365)))
    say(f"closing of a year before, {past.item_count} items, seconds", f"{seconds:.1f}", "at most 60 at 1,000,000")
    assert not past.amount_difference, past.amount_difference
    seconds, _nothing = timed(lambda: (corte._confirmar(), env.cr.commit()))
    say("confirmed, with all that follows from it, seconds", f"{seconds:.1f}")
    return corte


def _generar(Corte, company, day):
    corte = Corte._generar(company, day)
    Corte.env.cr.commit()
    return corte


def copiar(env, corte, timed):
    """Seconds of an INSERT … SELECT of the closing's rows into a table with the same columns and indexes."""
    cr = env.cr
    cr.execute("CREATE TABLE copia (LIKE cartera_corte_linea INCLUDING ALL)")
    cr.commit()

    def insert():
        cr.execute("INSERT INTO copia SELECT * FROM cartera_corte_linea WHERE corte_id = %s", [corte.id])
        cr.commit()

    seconds = timed(insert)[0]
    cr.execute("DROP TABLE copia")
    cr.commit()
    return seconds
