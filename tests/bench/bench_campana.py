"""Mass runs: building over many dossiers, and sending that is killed, while a part of the debtors pays.

`run(env, config, dossiers, sent)` answers the figures; the database is left as it is after them.
"""

import gc
import resource
import subprocess
import sys
import time
from pathlib import Path

from cartera_grande import analizar, empresa, sembrar
from odoo import api
from odoo.fields import Command, Datetime
from odoo.tests import new_test_user
from odoo.tools import SQL

WORKER = Path(__file__).parent / "enviar.py"
PAID = 0.2
KILLS = 3


def rss_mb():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize() / 2**20


def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(work):
    """(seconds, MB kept, MB that the peak rose over what was there before) of one call."""
    gc.collect()
    before, started = rss_mb(), time.perf_counter()
    top = peak_mb()
    work()
    seconds = time.perf_counter() - started
    return seconds, rss_mb() - before, max(peak_mb() - max(top, before), 0)


def people(env, company):
    """An officer who proposes and a treasurer who approves."""
    return [
        new_test_user(
            env,
            login=f"runs_{role}",
            groups=f"base.group_user,cartera_cobro.group_cartera_{role}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        for role in ("gestor", "tesorero")
    ]


def authorise(env):
    """Nine of ten debtors authorised e-mail."""
    env.cr.execute(
        """INSERT INTO cartera_autorizacion (partner_id, channel, date_from, source)
           SELECT partner_id, 'email', DATE '2020-01-01', 'Contrato' FROM cartera_expediente
            WHERE partner_id % 10 != 0"""
    )


def template(env):
    return env["cartera.plantilla"].create(
        {
            "name": "Aviso",
            "kind": "first_letter",
            "subject": "Saldo de {{ object.partner_id.name }}",
            "body_html": '<p>Debe <t t-out="pesos(object.amount_total)"/>.</p>',
            "with_pdf": False,
            "numbered": True,
        }
    )


def new_run(env, officer, name, domain):
    run = (
        env["cartera.campana"]
        .with_user(officer)
        .create(
            {
                "name": name,
                "template_id": env["cartera.plantilla"].search([("name", "=", "Aviso")], limit=1).id,
                "channel": "email",
                "domain": domain,
                "date_planned": Datetime.now(),
            }
        )
    )
    env.cr.commit()
    return run


def prepare(run):
    run.action_prepare()
    run.env.flush_all()
    run.env.cr.commit()


def approve(run, treasurer):
    run.verificacion_ids.done = True
    run.action_request()
    run.with_user(treasurer).validate_tier()
    run.env.flush_all()
    run.env.cr.commit()


def show(run):
    """What the form reads again and again while it sends."""
    run.env.invalidate_all()
    run.web_read({"conteo_ids": {"fields": {"outcome": {}, "count": {}, "amount_overdue": {}}}, "progress": {}})


def pay(env, company, debtors):
    """Settle the invoices of some dossiers through Odoo's own wizard."""
    moves = debtors.partida_ids.move_id
    wizard = env["account.payment.register"].with_context(active_model="account.move", active_ids=moves.ids)
    wizard.create({"payment_date": company._cartera_hoy(), "group_payment": False})._create_payments()
    env.flush_all()
    env.cr.commit()


def worker(config, **options):
    arguments = [str(part) for name, value in options.items() for part in (f"--{name}", value)]
    return subprocess.Popen([sys.executable, WORKER, config, *arguments], stdout=subprocess.PIPE, text=True)


def kill_in_the_middle(config, lot):
    """Start a worker, and kill it (SIGKILL) when its second lot is written and not committed."""
    process = worker(config, lot=lot, wait=0.2)
    lots = 0
    for line in process.stdout:
        lots += line.startswith("lot")
        if lots == 2:
            process.kill()
            break
    process.wait()
    return lots == 2


def send_broken(config, lot):
    """Three workers killed in the middle, then two at once to the end; how many were killed, and seconds of the two."""
    killed = sum(kill_in_the_middle(config, lot) for _turn in range(KILLS))
    started = time.perf_counter()
    pair = [worker(config, lot=lot) for _number in range(2)]
    lots = [process.communicate()[0].count("lot") for process in pair]
    return killed, lots, time.perf_counter() - started


def mails_of(env, run):
    """{dossier id: e-mails queued} of the run, counted in Odoo's own queue."""
    rows = env.execute_query(
        SQL(
            """SELECT l.expediente_id, COUNT(DISTINCT m.id)
                 FROM cartera_campana_linea l
                 JOIN cartera_expediente x ON x.id = l.expediente_id
                 JOIN mail_mail_res_partner_rel r ON r.res_partner_id = x.partner_id
                 JOIN mail_mail m ON m.id = r.mail_mail_id
                WHERE l.campana_id = %s GROUP BY l.expediente_id""",
            run.id,
        )
    )
    return dict(rows)


def run(env, config, dossiers=100_000, sent=2_000):
    company = empresa(env, "Cartera masiva")
    env.user.company_id = company
    env = api.Environment(env.cr, env.uid, {"allowed_company_ids": company.ids})
    day = company._cartera_hoy()
    sembrar(env, company, day, dossiers, dossiers, tag="m")
    # Civil interest: the rates of the others are not loaded for debts of years ago.
    company.cartera_politica_id = env.ref("cartera_cobro.politica_servicios").copy({"interest_regime": "civil"})
    env["cartera.partida"]._actualizar(company)
    authorise(env)
    template(env)
    officer, treasurer = people(env, company)
    analizar(env)
    figures = {"dossiers": env["cartera.expediente"].search_count([("company_id", "=", company.id)])}

    prepare(new_run(env, officer, "En frío", "[('id', '=', 0)]"))  # prepared plans, caches
    whole = new_run(env, officer, "Toda la cartera", "[]")
    figures["build_s"], figures["build_mb"], figures["build_peak_mb"] = measured(lambda: prepare(whole))
    figures["messages"], figures["lines"] = whole.message_total, len(whole.linea_ids)
    figures["approve_s"], figures["approve_mb"], figures["approve_peak_mb"] = measured(
        lambda: approve(whole, treasurer)
    )
    figures["screen_s"] = min(measured(lambda: show(whole))[0] for _time in range(3))
    whole.action_pause()
    env.cr.commit()

    return figures | broken(env, company, config, officer, treasurer, sent)


def broken(env, company, config, officer, treasurer, sent):
    """A run that is killed three times and then taken by two workers, after a fifth of its debtors paid."""
    some = env["cartera.expediente"].search(
        [("company_id", "=", company.id), ("amount_overdue", ">", 0)], limit=sent, order="id"
    )
    # At whatever hour it is measured: nobody is contacted out of hours otherwise.
    env.cr.execute("UPDATE res_partner SET cartera_contact_exempt = TRUE WHERE id = ANY(%s)", [some.partner_id.ids])
    env.invalidate_all()
    part = new_run(env, officer, "Interrumpida", repr([("id", "in", some.ids)]))
    prepare(part)
    approve(part, treasurer)
    payers = some[: int(len(some) * PAID)]
    pay(env, company, payers)
    killed, lots, seconds = send_broken(config, lot=100)
    env.cr.rollback()
    env.invalidate_all()
    counts = mails_of(env, part)
    states = {row.outcome: row.count for row in part.conteo_ids}
    return {
        "killed": killed,
        "lots_of_the_two": lots,
        "two_workers_s": seconds,
        "states": states,
        "to_payers": sum(counts.get(expediente.id, 0) for expediente in payers),
        "exactly_one": sum(counts.get(expediente.id) == 1 for expediente in some - payers),
        "expected": len(some) - len(payers),
        "state": part.state,
    }
