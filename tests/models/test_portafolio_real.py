"""A real portfolio of 2012-2013, imported: at a cut-off the portfolio is what the file alone says it is.

The expected side reads the file with the csv module and computes open items, ages, stages and bands in plain Python
from the thresholds written here; nothing of it goes through the add-on.
"""

import base64
import csv
import io
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from freezegun import freeze_time
from odoo import Command
from odoo.addons.cartera_cobro.models.cartera_corte_transicion import OUTSIDE
from odoo.tests import tagged

from .common import CarteraCase

ARCHIVO = Path(__file__).parent.parent / "data" / "receivables-2012-2013.csv"
# In this file nothing is more than some weeks late: thresholds fine enough to tell its items apart.
ETAPAS = [("VIG", None), ("PRE", -10), ("UNO", 1), ("DOS", 4), ("TRES", 8), ("CUATRO", 15)]
BANDAS = [("not due", -36500, 0), ("1-3", 1, 3), ("4-7", 4, 7), ("8-14", 8, 14), ("15+", 15, None)]


def dia(text):
    return datetime.strptime(text, "%m/%d/%Y").date()


def leer_archivo():
    with open(ARCHIVO, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def lugar(days):
    """(stage, band) of an item that many days overdue, by the thresholds above."""
    stage = [code for code, since in ETAPAS if since is None or days >= since][-1]
    return stage, next(name for name, low, high in BANDAS if low <= days and (high is None or days <= high))


def esperadas(rows, cut):
    """{number: (customer, amount, due, days overdue, stage, band)} of the items open at the end of `cut`."""
    result = {}
    for row in rows:
        if dia(row["InvoiceDate"]) <= cut < dia(row["SettledDate"]):
            due = dia(row["DueDate"])
            days = (cut - due).days
            stage, band = lugar(days)
            result[row["invoiceNumber"]] = (
                row["customerID"], Decimal(row["InvoiceAmount"]), due, max(days, 0), stage, band
            )
    return result


@tagged("post_install", "-at_install")
class TestPortafolioReal(CarteraCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.politica = cls.env["cartera.politica"].sudo().create(
            {
                "name": "Semanas",
                "etapa_ids": [
                    Command.create({"code": code, "name": code, "sequence": n, "days_from": since or 0,
                                    "kind": "persuasive" if n else "current"})
                    for n, (code, since) in enumerate(ETAPAS)
                ],
                "banda_ids": [
                    Command.create({"name": name, "days_from": low, "days_to": high or 0, "is_last": high is None})
                    for name, low, high in BANDAS
                ],
            }
        )
        cls.company.sudo().cartera_politica_id = cls.politica
        cls.treasurer = cls.usuario("tesorero")

    def importar(self, rows, cut):
        output = io.StringIO()
        writer = csv.DictWriter(output, rows[0])
        writer.writeheader()
        writer.writerows(rows)
        importacion = (
            self.env["cartera.importacion"]
            .with_user(self.treasurer)
            .create({"file": base64.b64encode(output.getvalue().encode()), "filename": "r.csv", "date_cutoff": cut})
        )
        importacion.action_check()
        importacion.action_import()
        while importacion.sudo()._siguiente_lote():
            pass
        return importacion

    def comparar(self, rows, cut):
        """Import `rows` on the day of the cut-off and hold the portfolio against the file."""
        with freeze_time(f"{cut} 17:00:00"):
            importacion = self.importar(rows, cut)
            counts = self.Partida._actualizar(self.company, on_date=cut)
            expected = esperadas(rows, cut)
            self.assertEqual((importacion.date_order, importacion.rejected_count), ("MDY", 0))
            self.assertEqual(importacion.done_count, sum(dia(row["InvoiceDate"]) <= cut for row in rows))
            self.assertEqual(importacion.skipped_count, len(rows) - importacion.done_count)
            self.assertEqual(counts, {"created": 0, "moved": 0, "closed": 0, "unchanged": len(expected),
                                      "locked": False})
            items = self.Partida.search([("company_id", "=", self.company.id), ("is_open", "=", True)])
            self.assertEqual({item.move_id.ref: self.como_esperada(item) for item in items}, expected)
            self.comparar_totales(items, expected, cut)
            self.assertEqual([row for row in self.company._cartera_cuadre() if row["difference"]], [])
            self.comparar_recaudo(rows, cut)

    def comparar_recaudo(self, rows, cut):
        """What was collected each month, by stage and by how late it came."""
        expected = defaultdict(Decimal)
        for row in rows:
            settled = dia(row["SettledDate"])
            if settled <= cut:
                stage, band = lugar((settled - dia(row["DueDate"])).days)
                expected[settled.replace(day=1), stage, band] += Decimal(row["InvoiceAmount"])
        Recaudo = self.env["cartera.recaudo"].sudo()
        Recaudo._actualizar(self.company)
        found = Recaudo._read_group([("company_id", "=", self.company.id), ("kind", "=", "payment")],
                                    ["date:month", "etapa", "banda"], ["amount:sum"])  # fmt: skip
        self.assertEqual(
            {(month, stage, band): round(amount, 2) for month, stage, band, amount in found},
            {key: float(amount) for key, amount in expected.items()},
        )
        self.assertGreater(len(expected), 10)

    def como_esperada(self, item):
        return (item.partner_id.ref, Decimal(str(item.amount_residual)).quantize(Decimal("0.01")), item.date_due,
                item.days_overdue, item.etapa_id.code, item.banda_id.name)

    def comparar_totales(self, items, expected, cut):
        """Totals by band and stage, and the dossiers' overdue balances."""
        groups = self.Partida._read_group(
            [("id", "in", items.ids)], ["banda_id", "etapa_id"], ["__count", "amount_residual:sum"])
        found = {(band.name, stage.code): (count, round(amount, 2)) for band, stage, count, amount in groups}
        amounts, counts = defaultdict(Decimal), Counter()
        for _customer, amount, _due, _days, stage, band in expected.values():
            amounts[band, stage] += amount
            counts[band, stage] += 1
        self.assertEqual(found, {key: (counts[key], float(amounts[key])) for key in counts})
        self.assertGreater(len(found), 3)
        overdue = defaultdict(Decimal)
        for customer, amount, due, *_rest in expected.values():
            overdue[customer] += amount if due < cut else 0
        for expediente in self.Expediente.search([("company_id", "=", self.company.id)]):
            self.assertAlmostEqual(expediente.amount_overdue, float(overdue[expediente.partner_id.ref]), 2)

    def test_whole_file_at_the_end_of_the_first_quarter(self):
        self.comparar(leer_archivo(), date(2012, 3, 31))

    def test_a_quarter_of_the_customers_eight_months_later(self):
        rows, cut = self.de_algunos(), date(2012, 11, 30)
        self.comparar(rows, cut)
        self.comparar_transiciones(rows, cut)

    def comparar_transiciones(self, rows, cut):
        """The matrix from the month end before to the cut-off, held against the one that the file alone gives."""
        first = cut.replace(day=1) - timedelta(days=1)
        with freeze_time(f"{cut} 17:00:00"):
            for end in (first, cut):
                corte = self.env["cartera.corte"].sudo()._generar(self.company, end)
                corte._confirmar()
                self.assertEqual(corte.amount_difference, 0)
        before, after = esperadas(rows, first), esperadas(rows, cut)
        places = {name: low for name, low, _high in BANDAS} | {None: OUTSIDE}
        moved = defaultdict(lambda: (0, Decimal(), Decimal()))
        for number in before.keys() | after.keys():
            old, new = before.get(number), after.get(number)
            key = places[old[-1] if old else None], places[new[-1] if new else None]
            items, had, has = moved[key]
            moved[key] = (items + 1, had + (old[1] if old else 0), has + (new[1] if new else 0))
        found = self.env["cartera.corte.transicion"].sudo().search(
            [("corte_id", "=", corte.id), ("dimension", "=", "band")]
        )
        self.assertEqual(
            {(t.from_orden, t.to_orden): (t.items, t.amount_before, t.amount_after) for t in found},
            {key: (items, float(had), float(has)) for key, (items, had, has) in moved.items()},
        )
        self.assertGreater(len(found), 5)

    def test_a_quarter_of_the_customers_in_2013(self):
        self.comparar(self.de_algunos(), date(2013, 6, 30))

    def de_algunos(self):
        rows = leer_archivo()
        some = sorted({row["customerID"] for row in rows})[::4]
        return [row for row in rows if row["customerID"] in some]

    def test_settlements_are_dated_payments_of_the_whole_amount(self):
        cut = date(2012, 2, 15)
        rows = leer_archivo()
        with freeze_time("2012-02-15 17:00:00"):
            importacion = self.importar(rows, cut)
        by_number = {row["invoiceNumber"]: row for row in rows}
        done = importacion.sudo().fila_ids.filtered(lambda row: row.state == "done")
        self.assertTrue(done)
        for fila in done:
            row = by_number[fila.ref]
            settled = dia(row["SettledDate"])
            self.assertEqual(fila.move_id.amount_total, float(row["InvoiceAmount"]))
            self.assertEqual(fila.payment_move_id.date, settled if settled <= cut else False)
            self.assertEqual(fila.move_id.amount_residual, 0 if settled <= cut else float(row["InvoiceAmount"]))
        partials = done.move_id.line_ids.matched_credit_ids
        self.assertEqual(set(partials.mapped("max_date")), set(done.payment_move_id.mapped("date")))
