"""Collections of a large portfolio, a matching an item: from nothing, beside a bare INSERT, and with nothing new."""

import resource

from abonar import abonar, asignar, contratar
from cartera_grande import analizar, olvidar
from copia import copiar


def run(env, company, say, timed, day, tag, invoices):
    """`invoices` open items, each with a receipt; then the same where the account is what is staged."""
    olvidar(env)
    contratar(env, company, tag)
    made = abonar(env, company, tag)
    env["cartera.partida"]._actualizar(company, day)
    asignar(env, company, tag)
    analizar(env)
    say(f"{invoices} items with {made} matchings", "seeded")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds, counts = timed(lambda: _actualizar(env, company))
    assert counts["created"] == made, counts
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before
    say(f"collections of {made} matchings from nothing, seconds", f"{seconds:.1f}")
    bare = copiar(env, timed, "cartera_recaudo")
    say("collections / bare INSERT of the same rows", f"{seconds / bare:.2f}", "at most 8")
    say("memory added to the process at its peak, MB", f"{max(grown, 0):.1f}", "at most 60")
    analizar(env)
    seconds, counts = timed(lambda: _actualizar(env, company))
    say("collections, unchanged second run, seconds", f"{seconds:.1f}")
    say("collections, unchanged second run, rows written", str(sum(map(int, counts.values()))), "0")
    seconds, _groups = timed(lambda: _pivot(env, company))
    say("collections by stage and month, with distinct accounts, seconds", f"{seconds:.2f}")
    env["cartera.politica"].browse(company.cartera_politica_id.id).unit = "account"
    env.cr.execute("TRUNCATE cartera_recaudo")
    env.cr.commit()
    seconds, _counts = timed(lambda: _actualizar(env, company))
    say("collections from nothing where accounts are staged, seconds", f"{seconds:.1f}")


def _actualizar(env, company):
    counts = env["cartera.recaudo"]._actualizar(company)
    env.cr.commit()
    return counts


def _pivot(env, company):
    return env["cartera.recaudo"].formatted_read_grouping_sets(
        [("kind", "=", "payment"), ("company_id", "=", company.id)],
        [["etapa", "date:month"], ["etapa"], ["date:month"], []],
        ["amount:sum", "move_line_id:count_distinct", "accounts:count_distinct", "__count"],
    )
