"""The import against bare create-and-post of the same values, in one transaction that is rolled back.

`run(env)` answers {"rows", "bare_s", "import_s", "check_s", "rows_per_s", "ratio"}: seconds of the best of `rounds`
alternating runs; `ratio` is the import's speed over the bare one's (1.0 is as fast), the median of the pairs. The
import's time holds all that a run does after the dry run: looking up and creating debtors, the rows' own state,
matching, the final classification. The bare run creates the same debtors, accounts, invoices and opening payments,
posts and matches them, in the same batches.
"""

import base64
import csv
import io
import time
from datetime import date, timedelta
from statistics import median

from odoo.addons.cartera_cobro.models import cartera_importacion_lote as lote
from odoo.addons.cartera_cobro.models.cartera_importacion_lote import Lote
from odoo.tools import split_every

HEADERS = ["Identificación", "Nombre", "Correo", "Teléfono", "Dirección", "Factura", "Fecha", "Vencimiento", "Valor",
           "Saldo", "Cuenta Contrato"]


def portfolio(rows):
    """A CSV (bytes) of `rows` invoices of a fifth as many debtors, one in four partly paid."""
    output = io.StringIO()
    writer = csv.writer(output)
    writer.writerow(HEADERS)
    for n in range(rows):
        debtor = n * 7919 % max(rows // 5, 1)
        issued = date(2024, 1, 1) + timedelta(days=n % 600)
        total = 100000 + n
        writer.writerow([10000000 + debtor, f"Deudor {debtor}", f"d{debtor}@example.com", f"300{debtor:07}",
                         f"Calle {n}", f"B-{n}", issued.isoformat(), (issued + timedelta(days=30)).isoformat(), total,
                         total if n % 4 else total // 2, f"BENCH-{debtor}"])
    return output.getvalue().encode()


def new_import(env, raw):
    importacion = env["cartera.importacion"].create({"file": base64.b64encode(raw), "filename": "bench.csv"})
    importacion.action_check()
    importacion.action_import()
    env.flush_all()
    return importacion


def timed_import(importacion):
    started = time.perf_counter()
    while importacion._siguiente_lote():
        importacion.env.flush_all()
    importacion.env.flush_all()
    return time.perf_counter() - started


def bare(importacion):
    """Create, post and match what the import would, with nothing around it."""
    runner = Lote(importacion._como_quien_importa())
    rows = runner.env["cartera.importacion.fila"].search([("importacion_id", "=", importacion.id)])
    plans = [plan_of(runner, some) for some in split_every(lote.LOTE, rows.ids, rows.browse)]
    importacion.env.flush_all()
    started = time.perf_counter()
    debtors, accounts = {}, {}
    for number, plan in enumerate(plans, 1):
        post(runner, number, plan, debtors, accounts)
        importacion.env.flush_all()
        importacion.env.invalidate_all()
    return time.perf_counter() - started


def plan_of(runner, rows):
    """The values of a batch, computed before the clock starts: debtors, accounts, invoices, payments."""
    by_key = rows.grouped("partner_key")
    return {
        "debtors": {key: runner._valores_deudor(some) for key, some in by_key.items()},
        "invoices": [(row.partner_key, row.cuenta, runner._valores_factura(row, None, None)) for row in rows],
        "paid": [(index, row.amount_total - row.amount_balance, runner._dia_de_pago(row))
                 for index, row in enumerate(rows) if runner._dia_de_pago(row)],
    }


def post(runner, number, plan, debtors, accounts):
    env, importacion = runner.env, runner.importacion
    new = {key: values for key, values in plan["debtors"].items() if key not in debtors}
    debtors.update(zip(new, env["res.partner"].create(list(new.values())).ids, strict=True))
    wanted = {number: debtors[key] for key, number, _values in plan["invoices"] if number and number not in accounts}
    opened = env["cartera.cuenta"].create([{"name": number, "partner_id": debtor, "company_id": runner.company.id}
                                           for number, debtor in wanted.items()])
    accounts.update(zip(wanted, opened.ids, strict=True))
    invoices = env["account.move"].create([
        {**values, "partner_id": debtors[key], "cartera_cuenta_id": accounts.get(number)}
        for key, number, values in plan["invoices"]])
    receivables = {index: runner._por_cobrar(invoices[index]) for index, _amount, _day in plan["paid"]}
    payments = env["account.move"].create([
        {"move_type": "entry", "journal_id": importacion.payment_journal_id.id, "date": day, "ref": invoices[index].ref,
         "line_ids": [
             (0, 0, {"account_id": receivables[index].account_id.id, "partner_id": invoices[index].partner_id.id,
                     "name": invoices[index].ref, "balance": -amount}),
             (0, 0, {"account_id": importacion.account_id.id, "partner_id": invoices[index].partner_id.id,
                     "name": invoices[index].ref, "balance": amount, "tax_ids": [(6, 0, [])]})]}
        for index, amount, day in plan["paid"]])
    if number & (number - 1) == 0:  # as the import does
        env.flush_all()
        env.cr.execute("ANALYZE account_move, account_move_line, account_partial_reconcile")
    (invoices | payments).action_post()
    env["account.move.line"]._reconcile_plan([
        receivables[index] | runner._por_cobrar(payment)
        for (index, _amount, _day), payment in zip(plan["paid"], payments, strict=True)])


def measured(env, work, raw):
    """Seconds of `work` on a fresh import, everything undone after; and of the dry run before it."""
    savepoint = env.cr.savepoint()
    try:
        started = time.perf_counter()
        importacion = new_import(env, raw)
        checked = time.perf_counter() - started
        return work(importacion), checked
    finally:
        savepoint.close(rollback=True)
        env.invalidate_all(flush=False)


def run(env, rows=1000, rounds=3):
    raw = portfolio(rows)
    measured(env, timed_import, portfolio(50))  # warm caches
    bares, imports, checks = [], [], []
    for _round in range(rounds):
        bares.append(measured(env, bare, raw)[0])
        seconds, checked = measured(env, timed_import, raw)
        imports.append(seconds)
        checks.append(checked)
    return {
        "rows": rows,
        "bare_s": round(min(bares), 2),
        "import_s": round(min(imports), 2),
        "check_s": round(min(checks), 2),
        "rows_per_s": round(rows / min(imports), 1),
        "ratio": round(median(one / other for one, other in zip(bares, imports, strict=True)), 3),
    }
