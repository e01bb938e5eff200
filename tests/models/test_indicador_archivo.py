"""Two years of a real portfolio, month by month, beside what pandas computes from the file alone: indicators, and the
flow rates of an impairment at their end."""

import pandas as pd
from freezegun import freeze_time
from odoo import Command
from odoo.tests import tagged
from psycopg2.extras import execute_values

from tests.bench.cartera_grande import clonar

from .test_indicador import IndicadorCase
from .test_portafolio_real import ARCHIVO

# Rows of `fila` ({n, ref, amount, issued, due, settled}) become invoices `f` and the payments `p` that settled them.
MOVE = {"access_token": "NULL", "sequence_number": "x.n"}
ENDS = pd.date_range("2012-01-31", "2013-12-31", freq="ME")
BANDAS = [0, 1, 6, 11, 16]  # days: nothing in this file is more than some weeks late


@tagged("post_install", "-at_install")
class TestIndicadorArchivo(IndicadorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file = cls.leer()
        cls.sembrar(cls.file)
        with freeze_time("2014-01-10 17:00:00"):
            assert cls.Corte._generar_meses(cls.company) == len(ENDS)

    def test_cada_mes_como_pandas(self):
        file, ends = self.file, ENDS
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

    def test_flujos_como_pandas(self):
        """Balances, what entered the last band, flows, losses and the impairment of 21 months of flows."""
        ends = ENDS[:-2]
        metodo = self.env["cartera.provision.metodo"].sudo().create(
            {"name": "Flujo", "company_id": self.company.id, "kind": "flow", "months": 21, "lgd": 45, "forward": 1.2,
             "forward_note": "Tasas al alza", "banda_ids": [Command.create({"days_from": day}) for day in BANDAS]}
        )  # fmt: skip
        corte = self.Corte.search([("company_id", "=", self.company.id), ("date", "=", ends[-1].date())])
        provision = self.env["cartera.provision"].sudo()._generar(corte, metodo)
        balances, entered, flows, losses, amounts = deterioro(self.file, ends)
        saldos = provision.saldo_ids
        self.assertEqual({(s.date, s.days_from): s.amount for s in saldos}, balances)
        self.assertEqual({s.date: s.amount_entered for s in saldos if s.amount_entered}, entered)
        said = {day: (flow, rate) for _segment, day, rate, flow in provision.calculo_ids.parameters["rates"]}
        for place, day in enumerate(BANDAS):
            self.assertAlmostEqual(said[day][0] or 0, [*flows, 0][place], 9, day)
            self.assertAlmostEqual(said[day][1], losses[place], 9, day)
        self.assertEqual(sorted(provision.line_ids.mapped("amount")), sorted(amounts))
        self.assertAlmostEqual(provision.amount, sum(amounts), 2)
        self.assertGreater(min(flows), 0)
        self.assertGreater(len(amounts), 40)

    def idioma(self):
        return self.env["cartera.correo"]._idioma()

    @classmethod
    def leer(cls):
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

    @classmethod
    def sembrar(cls, file):
        """The file as posted invoices, each paid by the bank on its day: copies of one invoice and its payment."""
        invoice = cls.factura(0, 100)
        receipt = cls.pagar(invoice).move_id
        cls.env.flush_all()
        cr = cls.env.cr
        cr.execute("CREATE TEMP TABLE fila (n int, amount numeric, issued date, due date, settled date)")
        rows = [(n, str(r.amount), r.issued, r.due, r.settled) for n, r in enumerate(file.itertuples(), 1)]
        execute_values(cr._obj, "INSERT INTO fila VALUES %s", rows)
        for move, tag, day in ((invoice, "f", "x.issued"), (receipt, "p", "x.settled")):
            name = f"'{tag}/' || x.n"
            dates = {"date": day, "invoice_date": day, "invoice_date_due": "x.due", "ref": name, "name": name}
            clonar(cr, "account_move", move.id, "fila x", {**MOVE, **dates, "sequence_prefix": f"'{tag}/'"})
            cr.execute(f"CREATE TEMP TABLE {tag} AS SELECT x.*, m.id FROM fila x JOIN account_move m ON m.ref = {name}")
            for line in move.line_ids:
                clonar(cr, "account_move_line", line.id, f"{tag} x", cls.columnas(line, day, name))
        # Without figures of what was just made, each matching would look for its lines through all of them.
        cr.execute("ANALYZE fila, f, p, account_move_line")
        [partial] = invoice.line_ids.matched_credit_ids
        amounts = dict.fromkeys(("amount", "debit_amount_currency", "credit_amount_currency"), "x.amount")
        lines = {"debit_move_id": cls.linea("f"), "credit_move_id": cls.linea("p")}
        clonar(cr, "account_partial_reconcile", partial.id, "fila x", {**amounts, **lines, "max_date": "x.settled"})
        cr.execute("ANALYZE account_move, account_move_line, account_partial_reconcile")
        cls.env.invalidate_all()

    @classmethod
    def columnas(cls, line, day, name):
        """What a copy of a line has of its own."""
        sign = "-" if line.balance < 0 else ""
        own = dict.fromkeys(("balance", "amount_currency"), f"{sign}x.amount")
        own |= {column: "x.amount" if line[column] else "0" for column in ("debit", "credit")}
        return own | {"move_id": "x.id", "move_name": name, "date": day, "date_maturity": "x.due", "invoice_date": day}

    @classmethod
    def linea(cls, tag):
        account = cls.receivable.id
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


def deterioro(file, ends, lgd=0.45, forward=1.2):
    """What flow rates give at the last of `ends`, from the file: balances {(day, band)}, what entered the last band
    {day}, flows and losses by band, and the impairment of each item."""
    open_at = {}
    for end in ends:
        items = file[(file.issued <= end) & (file.settled > end)]
        late = (end - items.due).dt.days.clip(lower=0)
        open_at[end] = items.assign(band=pd.cut(late, [*BANDAS, 10**6], right=False, labels=BANDAS).astype(int))
    sums = {end: items.groupby("band").amount.sum().reindex(BANDAS, fill_value=0) for end, items in open_at.items()}
    arrived = {}
    for before, end in zip(ends, ends[1:], strict=False):
        stood, stand = ({*items.index[items.band == BANDAS[-1]]} for items in (open_at[before], open_at[end]))
        arrived[end] = file.amount.reindex(sorted(stand - stood)).sum()
    flows = []
    for band, following in zip(BANDAS, BANDAS[1:], strict=False):
        came = (arrived[end] if following == BANDAS[-1] else sums[end][following] for end in ends[1:])
        flows.append(sum(came) / sum(sums[end][band] for end in ends[:-1]))
    losses = [lgd * forward]
    for flow in reversed(flows):
        losses.insert(0, flow * losses[0])
    last = open_at[ends[-1]]
    rates = last.band.map(dict(zip(BANDAS, losses, strict=True))).clip(upper=1)
    return (
        {(end.date(), band): round(value, 2) for end, row in sums.items() for band, value in row.items() if value},
        {end.date(): round(value, 2) for end, value in arrived.items() if value},
        flows,
        losses,
        [round(value, 2) for value in last.amount * rates],
    )
