"""Files of closings and aged balances: beside XlsxWriter alone writing the same cells, and beside OCA's report.

`run(env, company, say, timed, best, (day, today), peer, large)` makes a closing of `day`, as of which the portfolio was
seeded, each invoice with a matching, half of these made later; and the files of it.
"""

import os
import resource
import tempfile

import xlsxwriter
from abonar import abonar, asignar, contratar
from cartera_grande import analizar, olvidar
from odoo.addons.cartera_cobro.models.cartera_edades import Edades, Linea
from odoo.addons.cartera_cobro.models.cartera_edades_libro import EdadesLibro
from odoo.addons.cartera_cobro.models.cartera_exportacion_plano import Plano
from odoo.addons.cartera_cobro.models.cartera_exportacion_testigo import DATOS, Testigo
from odoo.tools import SQL

ALONE = 200_000  # rows that XlsxWriter alone is made to write
FORMATS = {"money": "#,##0.00", "day": "dd/mm/yyyy", "number": "#,##0"}


def run(env, company, say, timed, best, days, peer=False, large=False):
    corte = sembrar(env, company, days, "b")
    say(f"closing of {corte.item_count} items at {corte.date}", "seeded")
    with tempfile.TemporaryDirectory() as folder:
        files(env, corte, say, timed, os.path.join(folder, "archivo"))
        ageing(env, corte, say, timed, best, os.path.join(folder, "edades"), peer)
        if large:
            multiplicar(env, corte, 1_000_000)
            files(env, corte, say, timed, os.path.join(folder, "archivo"))
    env.cr.rollback()


def multiplicar(env, corte, count):
    """Repeat the closing's rows until there are `count`: files read nothing else."""
    copied = [name for name, field in env["cartera.corte.linea"]._fields.items() if field.store and name != "id"]
    names = SQL(", ").join(map(SQL.identifier, copied))
    env.cr.execute(
        SQL(
            """INSERT INTO cartera_corte_linea (%s)
               SELECT %s FROM cartera_corte_linea, GENERATE_SERIES(1, %s) WHERE corte_id = %s LIMIT %s""",
            names,
            names,
            count // corte.item_count + 1,
            corte.id,
            count - corte.item_count,
        )
    )
    analizar(env)


def sembrar(env, company, days, tag):
    """A draft closing of the first of the two `days`; one matching of two is of the other."""
    day, today = days
    olvidar(env)
    contratar(env, company, tag)
    abonar(env, company, tag)
    env.cr.execute(
        "UPDATE account_partial_reconcile SET max_date = %s WHERE company_id = %s AND id %% 2 = 0", [today, company.id]
    )
    env.cr.execute(
        """UPDATE account_move_line l SET date = %s FROM account_partial_reconcile r
            WHERE r.credit_move_id = l.id AND r.company_id = %s AND r.id %% 2 = 0""",
        [today, company.id],
    )
    env["cartera.partida"]._actualizar(company, today)
    asignar(env, company, tag)
    analizar(env)
    corte = env["cartera.corte"]._generar(company, day)
    env.cr.commit()
    analizar(env)
    return corte


def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def quiet(_rows):
    """Nobody watches the progress."""


def files(env, corte, say, timed, path):
    """The two testigos and the flat file."""
    before = peak_mb()
    testigo = Testigo(corte)
    seconds, rows = 0.0, 0
    for kind in ("testigo_overdue", "testigo_current"):
        book = testigo.libro(kind)
        seconds += timed(lambda book=book: book.escribir(path, quiet))[0]
        rows += book.count
    say(f"testigos of {rows} rows to XLSX, seconds", f"{seconds:.1f}")
    flat = Plano(corte).archivo()
    written = timed(lambda: flat.escribir(path, quiet))[0]
    say(f"flat file of {flat.count} rows, seconds", f"{written:.1f}", "at most 15 at 1,000,000")
    say("memory added to the process at its peak by the three files, MB", f"{peak_mb() - before:.0f}", "at most 300")
    if rows <= ALONE:
        cells = env.execute_query(_celdas(testigo))
        bare = timed(lambda: solo(path, cells))[0]
        say("testigos / XlsxWriter alone, the same cells in constant memory", f"{seconds / bare:.2f}", "at most 1.3")
    env.cr.rollback()


def _celdas(testigo):
    columns = SQL(", ").join(testigo._celda(dato) for dato in DATOS)
    return SQL("SELECT %s FROM cartera_corte_linea l WHERE l.corte_id = %s", columns, testigo.corte.id)


def solo(path, rows):
    """XlsxWriter's own way to a book of any size: every cell by the method of its type."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        formats = [dato.kind in FORMATS and book.add_format({"num_format": FORMATS[dato.kind]}) for dato in DATOS]
        write = [sheet.write_string if dato.kind == "text" else sheet.write_number for dato in DATOS]
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if value is not None:
                    write[column](number, column, value, formats[column] or None)


def ageing(env, corte, say, timed, best, path, peer):
    """The aged balance of the closing's day, with each item: its rows, and as a book."""
    company, day = corte.company_id, corte.date
    lines, debtors = leer(env, company, day)
    seconds = best(lambda: leer(env, company, day))
    matched = env.execute_query(
        SQL("SELECT COUNT(*) FROM account_partial_reconcile WHERE company_id = %s AND max_date > %s", company.id, day)
    )[0][0]
    say(f"aged balance at {day}: {len(lines)} items, {matched} matchings since, seconds", f"{seconds:.2f}")
    assert round(sum(line.residual for line in lines) - corte.amount_total, 2) == 0
    book = timed(lambda: EdadesLibro(Edades(env, company, day).leer(), True).archivo().escribir(path, quiet))[0]
    say("the same to XLSX, seconds", f"{book:.1f}")
    if peer:
        beside(env, company, say, timed, day, seconds, book, lines, debtors)
    env.cr.rollback()


def leer(env, company, day):
    edades = Edades(env, company, day).leer()
    debtors = {row[0] or 0: row[-2] for row in env.execute_query(edades.por_deudor())}
    return [Linea._make(row) for row in env.execute_query(edades.detalle())], debtors


def beside(env, company, say, timed, day, ours, our_book, lines, debtors):
    """OCA account_financial_report's aged partner balance of the same day, on the same rows."""
    env = env(context=dict(env.context, allowed_company_ids=company.ids))
    env.user.company_id = company
    wizard = env["aged.partner.balance.report.wizard"].create(
        {
            "date_at": day,
            "company_id": company.id,
            "account_ids": [(6, 0, company._cartera_cuentas_ids())],
            "target_move": "posted",
            "show_move_line_details": True,
        }
    )
    data = {**wizard._prepare_report_data(), "date_at": str(day)}
    report = env["report.account_financial_report.aged_partner_balance"]
    theirs, values = timed(lambda: report._get_report_values(wizard, data))
    say("OCA account_financial_report: the same, seconds", f"{theirs:.1f}")
    say("aged balance with each item: OCA / ours", f"{theirs / ours:.1f}", "at least 10")
    compare(say, values["aged_partner_balance"], lines, debtors)
    name = "account_financial_report.action_report_aged_partner_balance_xlsx"
    sheet = timed(lambda: env["ir.actions.report"]._render_xlsx(name, wizard.ids, data))[0]
    say("aged balance to XLSX: OCA / ours", f"{sheet / our_book:.1f}", "more than 1")


def compare(say, accounts, lines, debtors):
    """Nothing may differ: neither a debtor's sum nor an item's balance."""
    partners, items = {}, {}
    for account in accounts:
        for partner in account["partners"]:
            for line in partner["move_lines"]:
                key = line["line_rec"]
                items[key.move_name] = items.get(key.move_name, 0) + round(line["residual"], 2)
                partners[key.partner_id.id] = partners.get(key.partner_id.id, 0) + line["residual"]
    mine = {}
    for line in lines:
        mine[line.number] = mine.get(line.number, 0) + round(line.residual, 2)
    wrong = sum(round(mine.get(key, 0) - items.get(key, 0), 2) != 0 for key in mine.keys() | items.keys())
    apart = sum(round(debtors.get(key, 0) - partners.get(key, 0), 2) != 0 for key in debtors.keys() | partners.keys())
    say(f"of {len(items)} items, those whose balance differs from OCA's", str(wrong), "0")
    say(f"of {len(partners)} debtors, those whose sum differs from OCA's", str(apart), "0")
    assert not wrong and not apart
