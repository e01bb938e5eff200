"""Seconds to post and to pay invoices on one database: run.py calls it with the add-on and without, in turn.

    python tests/bench/asentar.py CONFIG [--invoices 40] [--rounds 3]

Prints one line a round: seconds posting in a batch, posting one by one, paying one by one. What is done one by one is
flushed one by one, as requests of their own would be.
"""

import argparse
import time
from datetime import date, timedelta

from cartera_grande import empresa
from odoo import api
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tools import config

DAY = date(2026, 11, 20)


def facturas(env, company, count):
    partners = env["res.partner"].create([{"name": f"Cliente {n}"} for n in range(count)])
    return env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "company_id": company.id,
                "invoice_date": DAY,
                "invoice_date_due": DAY + timedelta(days=n % 60),
                "invoice_line_ids": [Command.create({"name": "Servicio", "price_unit": 100 + n})],
            }
            for n, partner in enumerate(partners)
        ]
    )


def cronometrar(env, work):
    env.flush_all()
    env.cr.execute("ANALYZE account_move, account_move_line, account_payment, account_partial_reconcile")
    started = time.perf_counter()
    work()
    env.flush_all()
    return time.perf_counter() - started


def asentar(moves):
    for move in moves:
        move.action_post()
        move.env.flush_all()


def pagar(moves):
    for move in moves:
        move.env["account.payment.register"].with_context(active_model="account.move", active_ids=move.ids).create(
            {"payment_date": DAY}
        )._create_payments()
        move.env.flush_all()


def ronda(env, company, count):
    batch, single = facturas(env, company, count), facturas(env, company, count)
    return (
        cronometrar(env, batch.action_post),
        cronometrar(env, lambda: asentar(single)),
        cronometrar(env, lambda: pagar(single)),
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("config")
    parser.add_argument("--invoices", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    config.parse_config(["-c", args.config, "--log-level=warn"])
    with Registry(config["db_name"][0]).cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        company = empresa(env)
        if "cartera.partida" in env:
            company.cartera_politica_id = env.ref("cartera_cobro.politica_servicios")
        env = env(context=dict(env.context, allowed_company_ids=company.ids))
        ronda(env, company, 5)
        for _round in range(args.rounds):
            print(*(f"{seconds:.3f}" for seconds in ronda(env, company, args.invoices)), flush=True)
        cr.rollback()


if __name__ == "__main__":
    main()
