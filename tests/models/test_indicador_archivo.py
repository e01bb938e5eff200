"""Indicators of two years of a real portfolio, month by month, beside what pandas computes from the file alone."""

import pandas as pd
from freezegun import freeze_time
from odoo.tests import tagged
from psycopg2.extras import execute_values

from tests.bench.cartera_grande import clonar

from .test_indicador import IndicadorCase
from .test_portafolio_real import ARCHIVO

# Rows of `fila` ({n, ref, amount, issued, due, settled}) become invoices `f` and the payments `p` that settled them.
MOVE = {"access_token": "NULL", "sequence_number": "x.n"}


@tagged("post_install", "-at_install")
class TestIndicadorArchivo(IndicadorCase):
    def test_cada_mes_como_pandas(self):
        file = self.leer()
        self.sembrar(file)
        with freeze_time("2014-01-10 17:00:00"):
            self.assertEqual(self.Corte._generar_meses(self.company), 24)
        ends = pd.date_range("2012-01-31", "2013-12-31", freq="ME")
        found = self.medidos()
        # Before the first month there is no closing; the roll rates are those of every band but the last.
        self.assertEqual({day for _code, day, _label in found}, set(ends.date))
        bands = self.politica.banda_ids.sorted("days_from")
        limits = [(band.with_context(lang=self.idioma()).name, band.days_from) for band in bands]
        for before, end in zip([None, *ends[:-1]], ends, strict=True):
            expected = {k: v for k, v in esperados(file, before, end, limits).items() if v is not None}
            measured = {(code, label): v for (code, day, label), v in found.items() if day == end.date()}
            self.assertEqual(measured.keys(), expected.keys(), end)
            for key, value in expected.items():
                self.assertAlmostEqual(measured[key], value, delta=0.0101, msg=f"{key} on {end}")

    def idioma(self):
        return self.env["cartera.correo"]._idioma()

    def leer(self):
        days = ["InvoiceDate", "DueDate", "SettledDate"]
        file = pd.read_csv(ARCHIVO, parse_dates=days, date_format="%m/%d/%Y", dtype={"invoiceNumber": str})
        names = dict(zip([*days, "InvoiceAmount"], ["issued", "due", "settled", "amount"], strict=True))
        return file.rename(columns=names)[["issued", "due", "settled", "amount"]]

    def medidos(self):
        """{(code, day, label of the band): value} of totals and bands."""
        valores = (
            self.env["cartera.indicador.valor"]
            .sudo()
            .search([("company_id", "=", self.company.id), ("scope", "in", ("total", "band"))])
        )
        return {(v.indicador_id.code, v.date, v.label or None): v.value for v in valores}

    def sembrar(self, file):
        """The file as posted invoices, each paid by the bank on its day: copies of one invoice and its payment."""
        invoice = self.factura(0, 100)
        receipt = self.pagar(invoice).move_id
        self.env.flush_all()
        cr = self.env.cr
        cr.execute("CREATE TEMP TABLE fila (n int, amount numeric, issued date, due date, settled date)")
        rows = [(n, str(r.amount), r.issued, r.due, r.settled) for n, r in enumerate(file.itertuples(), 1)]
        execute_values(cr._obj, "INSERT INTO fila VALUES %s", rows)
        for move, tag, day in ((invoice, "f", "x.issued"), (receipt, "p", "x.settled")):
            name = f"'{tag}/' || x.n"
            dates = {"date": day, "invoice_date": day, "invoice_date_due": "x.due", "ref": name, "name": name}
            clonar(cr, "account_move", move.id, "fila x", {**MOVE, **dates, "sequence_prefix": f"'{tag}/'"})
            cr.execute(f"CREATE TEMP TABLE {tag} AS SELECT x.*, m.id FROM fila x JOIN account_move m ON m.ref = {name}")
            for line in move.line_ids:
                clonar(cr, "account_move_line", line.id, f"{tag} x", self.columnas(line, day, name))
        # Without figures of what was just made, each matching would look for its lines through all of them.
        cr.execute("ANALYZE fila, f, p, account_move_line")
        [partial] = invoice.line_ids.matched_credit_ids
        amounts = dict.fromkeys(("amount", "debit_amount_currency", "credit_amount_currency"), "x.amount")
        lines = {"debit_move_id": self.linea("f"), "credit_move_id": self.linea("p")}
        clonar(cr, "account_partial_reconcile", partial.id, "fila x", {**amounts, **lines, "max_date": "x.settled"})
        cr.execute("ANALYZE account_move, account_move_line, account_partial_reconcile")
        self.env.invalidate_all()

    def columnas(self, line, day, name):
        """What a copy of a line has of its own."""
        sign = "-" if line.balance < 0 else ""
        own = dict.fromkeys(("balance", "amount_currency"), f"{sign}x.amount")
        own |= {column: "x.amount" if line[column] else "0" for column in ("debit", "credit")}
        return own | {"move_id": "x.id", "move_name": name, "date": day, "date_maturity": "x.due", "invoice_date": day}

    def linea(self, tag):
        account = self.receivable.id
        return (
            f"(SELECT l.id FROM {tag} m JOIN account_move_line l ON l.move_id = m.id AND l.account_id = {account} "
            "WHERE m.n = x.n)"
        )


def esperados(file, before, end, bands):
    """{(code, band or None): value, or None when it cannot be told}, from the file at two month ends in a row.

    bands: [(name, first day)], the first one being of what is not due.
    """
    now = file[(file.issued <= end) & (file.settled > end)]
    total, current = now.amount.sum(), now[now.due >= end].amount.sum()
    start = end - pd.offsets.MonthEnd(3)
    sales = file[(file.issued > start) & (file.issued <= end)].amount.sum()
    days = (end - start).days
    result = {
        ("dso", None): round(total / sales * days, 2),
        ("best_possible_dso", None): round(current / sales * days, 2),
        ("share_current", None): current / total * 100,
    }
    result["average_days_delinquent", None] = result["dso", None] - result["best_possible_dso", None]
    return result | (contra(file, before, end, bands, now) if before is not None else {})


def contra(file, before, end, bands, now):
    """What needs the month before."""
    was = file[(file.issued <= before) & (file.settled > before)]
    late, opened = now[now.due < end].amount.sum(), was[was.due < before]
    opening, paid = opened.amount.sum(), opened[opened.settled <= end].amount.sum()
    month = (file.issued > before) & (file.issued <= end)
    owed = was.amount.sum() + file[month].amount.sum()
    result = {
        ("overdue_reduction", None): opening - late,
        ("cei", None): (owed - now.amount.sum()) / (owed - now[now.due >= end].amount.sum()) * 100,
        ("recovery", None): paid / opening * 100 if opening else None,
    }
    return result | rodamiento(was, now, before, end, bands)


def rodamiento(was, now, before, end, bands):
    """{("roll_rate", band): what went to a later band of what it held, in percent}."""
    firsts = [since for _name, since in bands]

    def band(items, day):
        return pd.cut((day - items.due).dt.days, [*firsts, 10**6], right=False, labels=False)

    moved = was.assign(of=band(was, before)).join(band(now, end).rename("to"))
    moved = moved[moved.of < len(bands) - 1]
    later = moved[moved.to > moved.of]
    held, rolled = moved.groupby("of").amount.sum(), later.groupby("of").amount.sum()
    result = {("roll_rate", bands[int(k)][0]): rolled.get(k, 0) / held[k] * 100 for k in held.index}
    return result | {("roll_rate", None): later.amount.sum() / moved.amount.sum() * 100 if len(moved) else None}
