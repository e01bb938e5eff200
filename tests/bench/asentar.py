"""Seconds to post and to pay invoices on one database: run.py keeps one for each database and lets them work in turn.

    python tests/bench/asentar.py CONFIG [--invoices 10]

Answers every line that it reads with a round, on a line of its own: seconds of posting a batch, of posting one invoice
and of paying one (medians). Each is a request: a cursor and an environment of its own, and a commit. The database is
left with the invoices.
"""

import argparse
import statistics
import sys
import time
from contextlib import contextmanager
from datetime import date, timedelta

from cartera_grande import empresa
from odoo import api
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tools import config

DAY = date(2026, 11, 20)


class Cajero:
    """Somebody who posts and pays invoices of one company."""

    def __init__(self, registry):
        self.registry = registry
        with registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            company = empresa(env, f"Caja {time.time_ns()}")
            if "cartera.partida" in env:
                company.cartera_politica_id = env.ref("cartera_cobro.politica_servicios")
            self.context = {"allowed_company_ids": company.ids}

    @contextmanager
    def peticion(self):
        """An environment as a request has it, committed at the end."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, api.SUPERUSER_ID, self.context)

    def facturas(self, count):
        """Ids of that many draft invoices, each of a customer of its own."""
        with self.peticion() as env:
            partners = env["res.partner"].create([{"name": f"Cliente {n}"} for n in range(count)])
            moves = env["account.move"].create(
                [
                    {
                        "move_type": "out_invoice",
                        "partner_id": partner.id,
                        "company_id": env.company.id,
                        "invoice_date": DAY,
                        "invoice_date_due": DAY + timedelta(days=n % 60),
                        "invoice_line_ids": [Command.create({"name": "Servicio", "price_unit": 100 + n})],
                    }
                    for n, partner in enumerate(partners)
                ]
            )
            return moves.ids

    def asentar(self, move_ids):
        with self.peticion() as env:
            env["account.move"].browse(move_ids).action_post()

    def pagar(self, move_ids):
        with self.peticion() as env:
            context = {"active_model": "account.move", "active_ids": move_ids}
            env["account.payment.register"].with_context(**context).create(
                {"payment_date": DAY}
            ).action_create_payments()

    def ronda(self, count):
        batch, single = self.facturas(count), self.facturas(count)
        with self.registry.cursor() as cr:
            cr.execute("ANALYZE account_move, account_move_line, account_payment, account_partial_reconcile")
        each = [[move_id] for move_id in single]
        return cronometrar(self.asentar, [batch]), cronometrar(self.asentar, each), cronometrar(self.pagar, each)


def cronometrar(work, requests):
    """Median seconds of a request."""
    times = []
    for request in requests:
        started = time.perf_counter()
        work(request)
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("config")
    parser.add_argument("--invoices", type=int, default=10)
    args = parser.parse_args()
    config.parse_config(["-c", args.config, "--log-level=warn"])
    cajero = Cajero(Registry(config["db_name"][0]))
    cajero.ronda(5)
    for _line in sys.stdin:
        print(*(f"{seconds:.5f}" for seconds in cajero.ronda(args.invoices)), flush=True)


if __name__ == "__main__":
    main()
