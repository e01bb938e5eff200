"""One, two workers and a read replica under the same load: requests a second, and how long pages take."""

import argparse
import contextlib
import json
import re
import subprocess
import tempfile
import threading
from pathlib import Path
from xml.etree import ElementTree

from tests.trials._workers import CLIENTS, Odoo, Servidores, cargar, percentil

USERS = ("gestor1", "gestor2", "tesorero", "director", "analista", "auditor")
SETUPS = (  # label, workers, scheduled actions' threads, replica, whether the night runs meanwhile
    ("hilos", 0, 0, False, False),
    ("1", 1, 1, False, False),
    ("2", 2, 1, False, False),
    ("2+noche", 2, 1, False, True),
    ("2+replica", 2, 2, True, False),
    ("2+replica+noche", 2, 2, True, True),
)
SEED = """
import sys; sys.path.insert(0, {bench!r})
from cartera_grande import sembrar
company = env.ref("cartera_cobro.demo_company")
day = company._cartera_hoy()
if {items}:
    sembrar(env, company, day, {items}, max({items} // 5, 1))
    print("CLASSIFIED", env["cartera.partida"]._actualizar(company)); env.cr.commit()
    env.cr.execute("ANALYZE")
    env["cartera.corte"]._generar(company, day); env.cr.commit()
some = env["cartera.expediente"].search([("company_id", "=", company.id), ("amount_overdue", ">", 0)], limit=40)
links = [e._enlace() for e in some]
env.cr.commit()
import json; print("FACTS " + json.dumps({{"ids": some.ids, "links": links, "company": company.id}}))
"""
NIGHT = """
import time
company = env.ref("cartera_cobro.demo_company")
for day in range(1, 100):
    started = time.time()
    env["cartera.partida"]._actualizar(company, fields.Date.add(company._cartera_hoy(), days=day))
    env.cr.commit()
    print("NIGHT", round(time.time() - started, 1), flush=True)
""".replace("import time", "import time\nfrom odoo import fields")


def main(dev, arguments):
    options = argparse.ArgumentParser(prog="./dev trial workers")
    options.add_argument("--items", type=int, default=100_000, help="invoices beside the demo's")
    options.add_argument("--requests", type=int, default=400)
    options.add_argument("--only", help="the setups to try, with commas: " + ",".join(label for label, *_ in SETUPS))
    options = options.parse_args(arguments)
    database = dev.RUN
    if not dev.exists(database):
        raise dev.Stop("There is no demo portfolio to work on: ./dev run makes it once.")
    chosen = [one for one in SETUPS if not options.only or one[0] in options.only.split(",")]
    place = Path(tempfile.mkdtemp(prefix="cartera-trial-", dir=dev.cache()))
    place.chmod(0o755)
    with Servidores(dev, place) as servers:
        with dev.Step("Copying the demo portfolio"):
            servers.traer(database)
        facts = sembrado(dev, servers, database, options.items)
        with dev.Step("Making the replica"):
            servers.replicar()
        dev.say(f"\n{CLIENTS} clients, {options.requests} requests, {options.items} items beside the demo's\n")
        dev.say(f"{'':18}{'req/s':>7}{'p50 s':>8}{'p95 s':>8}{'replica':>9}{'retried':>9}{'failed':>8}")
        bad = [label for label, *setup in chosen if not probar(dev, servers, database, facts, options, label, *setup)]
    return 1 if bad else 0


def consola(dev, servers, database, script, name):
    """Odoo's prompt on the trial's primary: the process, which reads `script`."""
    config = dev.write_config(database, log_level="warn")
    source = dev.folder(dev.LOGS) / f"trial-workers-{name}.py"
    source.write_text(script)
    kept = {key: value for key, value in dev.environment().items() if not key.startswith("PG")}
    command = dev.odoo(config, "--no-http", f"--db_host={servers.primary.sockets}", "--db_port=5432", "--db_user=odoo",
                       command="shell")  # fmt: skip
    return command, {"env": kept, "stdin": source.open(), "text": True, "stdout": subprocess.PIPE}


def sembrado(dev, servers, database, items):
    script = SEED.format(bench=str(dev.TESTS / "bench"), items=items)
    command, how = consola(dev, servers, database, script, "seed")
    with dev.Step(f"Adding {items} items, and a closing"):
        done = subprocess.run([str(part) for part in command], stderr=subprocess.STDOUT, check=False, **how)
    found = re.search(r"^FACTS (.*)$", done.stdout, re.MULTILINE)
    if not found:
        raise dev.Stop(f"The portfolio was not made:\n{done.stdout[-2000:]}")
    return json.loads(found[1])


def campos(client, model, kind):
    """What the web client asks of a view's records: its fields, names of what they point at."""
    views = json.loads(client.llamar(model, "get_views", [[[False, kind]]], {})[1])["result"]
    arch = ElementTree.fromstring(views["views"][kind]["arch"])
    inside = {node for field in arch.iter("field") for node in field.iter("field") if node is not field}
    names = {field.get("name") for field in arch.iter("field") if field not in inside}
    known = views["models"][model]["fields"]
    many = {"one2many": {"fields": {"display_name": {}}, "limit": 40}, "many2one": {"fields": {"display_name": {}}}}
    many["many2many"] = many["one2many"]
    return {name: many.get(known[name]["type"], {}) for name in names if name in known}


def paginas(client, facts):
    """{name: what a client does to see it}."""
    turn = iter(range(10**6))
    own = {"context": {"lang": "es_CO", "allowed_company_ids": [facts["company"]]}}
    work, form = campos(client, "cartera.expediente", "list"), campos(client, "cartera.expediente", "form")
    overdue = [["amount_overdue", ">", 0]]

    def dossier(client):
        one = facts["ids"][next(turn) % len(facts["ids"])]
        return client.llamar("cartera.expediente", "web_read", [[one]], {"specification": form, **own})

    def lista(client):
        asked = {"domain": overdue, "specification": work, "limit": 80, "offset": 80 * (next(turn) % 5), **own}
        return client.llamar("cartera.expediente", "web_search_read", [], asked)

    def cifras(model, groupby, total):
        asked = {"domain": [], "groupby": groupby, "aggregates": [f"{total}:sum", "__count"], **own}
        return lambda client: client.llamar(model, "formatted_read_group", [], asked)

    def estado(client):
        return client.pedir("GET", facts["links"][next(turn) % len(facts["links"])])

    return {
        "worklist": lista,
        "dossier": dossier,
        "pivot items": cifras("cartera.partida", ["etapa_id", "banda_id"], "amount_residual"),
        "dashboard": cifras("cartera.corte.resumen", ["corte_id", "etapa_id"], "amount"),
        "statement": estado,
    }


def probar(dev, servers, database, facts, options, label, workers, crons, replica, night):
    """Whether everything answered; prints the figures of one setup."""
    from tests.trials._workers import Cliente

    with Odoo(dev, servers, database, label, workers, crons, replica) as odoo, contextlib.ExitStack() as after:
        first = Cliente(odoo.port)
        first.entrar(database, USERS[0], USERS[0])
        pages = paginas(first, facts)
        ran = after.enter_context(noche(dev, servers, database)) if night else []
        before = servers.transacciones(servers.replica, database)
        times, seconds, failed = cargar(odoo.port, database, pages, USERS, options.requests)
        arrived = servers.transacciones(servers.replica, database) - before
    every = [one for values in times.values() for one in values]
    retried = odoo.lineas("retrying with a read/write cursor")
    figures = f"{len(every) / seconds:>7.1f}{percentil(every, 50):>8.3f}{percentil(every, 95):>8.3f}"
    dev.say(f"{label:<18}{figures}{arrived:>9}{len(retried):>9}{len(failed):>8}")
    for name, values in times.items():
        dev.say(f"    {name:<14}{'':>7}{percentil(values, 50):>8.3f}{percentil(values, 95):>8.3f}")
    if night:
        dev.say(f"    meanwhile the portfolio was classified {len(ran)} times, each in {', '.join(ran)} s")
    for line in [*failed[:3], *retried[:3]]:
        dev.say(f"    {line[:200]}")
    return not failed and (not replica or arrived > options.requests / 2)


@contextlib.contextmanager
def noche(dev, servers, database):
    """The classification of day after day, in a process of its own, for as long as the block; [seconds of each]."""
    ran = []
    command, how = consola(dev, servers, database, NIGHT, "night")
    said = dev.folder(dev.LOGS) / "trial-workers-night.log"  # it is ended in the middle, and says so
    process = dev.start(command, stderr=said.open("w"), **how)
    reader = threading.Thread(
        target=lambda: ran.extend(line.split()[1] for line in process.stdout if line.startswith("NIGHT")), daemon=True
    )
    reader.start()
    try:
        yield ran
    finally:
        dev.end(process)
        reader.join(10)
