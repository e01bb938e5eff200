"""A run of impairment by flow rates over 24 closings of a large portfolio, beside a bare INSERT of the same lines."""

import os
import re
import tempfile
from datetime import timedelta
from pathlib import Path

from cartera_grande import analizar, clonar
from copia import copiar
from dateutil.relativedelta import relativedelta
from odoo import Command
from odoo.addons.cartera_cobro.reports.provision import Papel
from odoo.addons.cartera_cobro.reports.provision_libro import Libro
from odoo.tools import SQL

MONTHS = 24  # closings
BANDS = (0, 1, 31, 61, 91, 121, 151, 181, 361)


def cierre(today):
    """The last month end before `today`, of which the run is."""
    return today.replace(day=1) - timedelta(days=1)


def _medido(timed, work):
    """(seconds, MB added at the peak of the process, result) of one call, whatever was used before it."""
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before = _pico()
    seconds, result = timed(work)
    return seconds, max(_pico() - before, 0), result


def _pico():
    """Most memory (MB) that the process held since its peak began."""
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024


def run(env, company, say, timed, today):
    """A real closing of the month end, cloned into the 23 before with other ages and other items; the run of it."""
    env["cartera.partida"]._actualizar(company, today)
    corte = env["cartera.corte"]._generar(company, cierre(today))
    corte._confirmar()
    env.cr.commit()
    seconds, _nothing = timed(lambda: clonar_cierres(env, corte))
    say(f"{MONTHS} closings of {corte.item_count} items each, seeded in seconds", f"{seconds:.0f}")
    metodos = _metodos(env, company)
    seconds, grown, provision = _medido(timed, lambda: _generar(env, corte, metodos))
    lines = provision.item_count
    flow = provision.calculo_ids.filtered("is_posted")
    say(f"flow rates of {MONTHS - 1} months by stage, and {lines} lines beside the tax provision, seconds",
        f"{seconds:.1f}", "under 20")  # fmt: skip
    bare = copiar(env, timed, "cartera_provision_linea", SQL("provision_id = %s", provision.id))
    say("run / bare INSERT of the same lines", f"{seconds / bare:.1f}")
    say("memory added to the process at its peak, MB", f"{grown:.1f}", "at most 60")
    say("month ends x bands x segments kept, and rates derived",
        f"{len(provision.saldo_ids)}, {len(flow.parameters['rates'])}")  # fmt: skip
    assert provision.amount and flow.amount == provision.amount, (provision.amount, flow.amount)
    seconds, _nothing = timed(lambda: (provision.action_recalcular(), env.cr.commit()))
    say("the same, computed again over its draft, seconds", f"{seconds:.1f}")
    _papeles(env, provision, say, timed)


def clonar_cierres(env, corte):
    """The closing's items a month younger at each month end behind; where one was not issued yet, another that left."""
    cr = env.cr
    env.flush_all()
    ends = [str(corte.date + timedelta(days=1) - relativedelta(months=n, days=1)) for n in range(1, MONTHS)]
    clonar(
        cr,
        "cartera_corte",
        corte.id,
        f"unnest(ARRAY{ends}::date[]) g",
        {"date": "g", "name": "g::text", "previous_id": "NULL"},
    )
    cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'cartera_corte_linea' "
        "AND column_name != 'id'"
    )
    columns = [name for (name,) in cr.fetchall()]
    age = "l.days_overdue - 30 * n.back"
    own = {
        "corte_id": "c.id",
        "date": "c.date",
        "move_line_id": f"CASE WHEN {age} >= -30 THEN l.move_line_id ELSE -l.move_line_id END",
        "days_overdue": f"CASE WHEN {age} >= -30 THEN GREATEST({age}, 0) ELSE l.move_line_id % 210 END",
    }
    names, values = (
        ", ".join(f'"{name}"' for name in columns),
        ", ".join(own.get(name, f'l."{name}"') for name in columns),
    )
    months = "EXTRACT(year FROM AGE(l.date, c.date)) * 12 + EXTRACT(month FROM AGE(l.date, c.date))"
    cr.execute(
        f"INSERT INTO cartera_corte_linea ({names}) SELECT {values} FROM cartera_corte_linea l JOIN cartera_corte c "
        f"ON c.company_id = l.company_id AND c.id != l.corte_id CROSS JOIN LATERAL (SELECT ({months})::int AS back) n "
        f"WHERE l.corte_id = {corte.id}"
    )
    analizar(env)
    env.invalidate_all()


def _metodos(env, company):
    bands = [Command.create({"days_from": day}) for day in BANDS]
    return env["cartera.provision.metodo"].create(
        [
            {"name": "Flujo", "company_id": company.id, "kind": "flow", "posts": True, "months": MONTHS - 1,
             "segment_by": "stage", "banda_ids": bands},
            {"name": "Fiscal", "company_id": company.id, "kind": "fiscal_general"},
        ]
    )  # fmt: skip


def _generar(env, corte, metodos):
    provision = env["cartera.provision"]._generar(corte, metodos)
    env.cr.commit()
    return provision


def _papeles(env, provision, say, timed):
    """What the paper says, and the workbook with every item."""
    seconds, tables = timed(lambda: Papel(provision).secciones())
    say(f"the {len(tables)} tables of its paper, seconds", f"{seconds:.2f}")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "libro.xlsx")
        seconds, grown, _nothing = _medido(
            timed, lambda: Libro(Papel(provision)).archivo().escribir(path, lambda rows: None)
        )
        size = os.path.getsize(path) / 2**20
    say(f"its workbook of {size:.0f} MB, seconds", f"{seconds:.1f}")
    say("memory added to the process at its peak by the workbook, MB", f"{grown:.1f}", "at most 60")
