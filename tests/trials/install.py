"""Installing on 200,000 posted open invoices, beside the same on an empty database: seconds, rows rewritten, locks.

./dev trial install [--invoices N]
"""

import argparse
import contextlib
import threading
import time

from tests.trials import _censo

BOUND = 120  # seconds

SEED = """
import sys
from datetime import date
sys.path.insert(0, %(bench)r)
from cartera_grande import empresa, sembrar
sembrar(env, empresa(env), date(2026, 11, 21), %(invoices)d, %(invoices)d // 5)
"""

NIGHT = """
import time
company = env["res.company"].search([("name", "=", "Cartera grande")])
company.cartera_politica_id = env.ref("cartera_cobro.politica_acueducto")
env.cr.commit()
started = time.monotonic()
counts = env["cartera.partida"]._actualizar(company)
env.cr.commit()
env["ir.config_parameter"].set_param("trial.night", f"{time.monotonic() - started:.1f} s, {counts['created']} items")
env.cr.commit()
"""


def main(dev, arguments):
    parser = argparse.ArgumentParser(prog="./dev trial install")
    parser.add_argument("--invoices", type=int, default=200_000)
    invoices = parser.parse_args(arguments).invoices
    with dev.trial_database("empty") as empty, dev.trial_database("large") as large:
        seed = {"bench": str(dev.TESTS / "bench"), "invoices": invoices}
        shell = dev.odoo(dev.write_config(large, log_level="warn"), "--no-http", command="shell")
        dev.run_odoo(f"Making {invoices} posted open invoices", "install-seed", shell, SEED % seed)
        figures = {name: install(dev, name) for name in (empty, large)}
        dev.run_odoo("Its first night", "install-night", shell, NIGHT)
        [(night,)] = dev.sql("SELECT value FROM ir_config_parameter WHERE key = 'trial.night'", database=large)
    return say(dev, figures[empty], figures[large], night)


def install(dev, database):
    """What installing the add-on there took: seconds, rows rewritten by table, locks."""
    before = updates(dev, database)
    started = time.monotonic()
    with most_locks(dev, database) as locks:
        dev.install(database, ["cartera_cobro"], "Installing the add-on", f"install-{database}")
    seconds = time.monotonic() - started
    after = updates(dev, database)
    return {
        "seconds": seconds,
        "rewritten": {table: after[table] - before[table] for table in before if after[table] != before[table]},
        "invoices": dev.sql("SELECT COUNT(*) FROM account_move", database=database)[0][0],
        "locks": max(locks, default=0),
    }


@contextlib.contextmanager
def most_locks(dev, database):
    """How many locks the database's sessions hold, looked at twice a second while the block runs: a list that grows."""
    seen, over = [], threading.Event()
    count = "SELECT COUNT(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE d.datname = %s"

    def look():
        while not over.wait(0.5):
            seen.append(dev.sql(count, database)[0][0])

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


def updates(dev, database):
    """{table: how often a row of it was rewritten} of the ledger and of what it refers to."""
    return dict(
        dev.sql(
            "SELECT relname, n_tup_upd FROM pg_stat_user_tables "
            "WHERE relname ~ '^(account|res_partner|product|mail_message|mail_followers)'",
            database=database,
        )
    )


def say(dev, empty, large, night):
    _censo.table(
        dev,
        [
            ("", "empty", "large"),
            ("installing, seconds", f"{empty['seconds']:.1f}", f"{large['seconds']:.1f}"),
            ("posted invoices", empty["invoices"], large["invoices"]),
            ("rows of Odoo's own tables rewritten", empty["rewritten"] or "none", large["rewritten"] or "none"),
            ("locks held at once, at most", empty["locks"], large["locks"]),
            ("the first night", "", night),
        ],
    )
    dev.say(f"bound: {BOUND} s; on the large one it takes {large['seconds'] / empty['seconds']:.2f} times as long")
    rewritten = sum(large["rewritten"].values()) - sum(empty["rewritten"].values())
    return 1 if large["seconds"] > BOUND or rewritten > 0 else 0
