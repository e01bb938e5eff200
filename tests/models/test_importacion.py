"""The import of another system's portfolio: what is read, what is rejected and why, and that nothing is half done."""

import base64
import csv
import io
from datetime import date, datetime
from unittest.mock import patch

import openpyxl
from odoo import Command
from odoo.addons.cartera_cobro.models import cartera_importacion_lectura as lectura
from odoo.addons.cartera_cobro.models import cartera_importacion_lote as modulo_lote
from odoo.addons.cartera_cobro.models.cartera_importacion_lote import Lote
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import HOY, CarteraCase

TITULOS = ["Tipo Id", "NIT", "Razón Social", "Correo", "Teléfono", "Dirección", "Nro. Factura", "Fecha",
           "Fecha de Vencimiento", "Valor Total", "Saldo", "Moneda", "Cuenta Contrato"]
BUENA = ["NIT", "800197268-4", "Acme S.A.S.", "pagos@acme.example", "6011234567", "Calle 1 # 2-3", "FV-1", "15/01/2026",
         "14/02/2026", "1.500.000,50", "1.000.000,50", "COP", ""]


def fila(**changes):
    """The good row with some cells changed, by header."""
    return [changes.get(_clave(header), cell) for header, cell in zip(TITULOS, BUENA, strict=True)]


def _clave(header):
    return "_".join(lectura.palabras(header))


def filas(count, start=1):
    return [fila(numero_factura=f"FV-{n}", nit=f"CC{n}" and str(1000000 + n % 7), tipo_id="CC",
                 razon_social=f"Deudor {n % 7}") for n in range(start, start + count)]


class ImportacionCase(CarteraCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tesorero = cls.usuario("tesorero")

    def csv(self, rows, headers=None, sep=";", encoding="utf-8"):
        output = io.StringIO()
        csv.writer(output, delimiter=sep).writerows([headers or TITULOS, *rows])
        return output.getvalue().encode(encoding)

    def xlsx(self, rows, headers=None):
        book = openpyxl.Workbook()
        for row in [headers or TITULOS, *rows]:
            book.active.append(row)
        output = io.BytesIO()
        book.save(output)
        return output.getvalue()

    def importacion(self, raw, name="cartera.csv", user=None, **values):
        return (
            self.env["cartera.importacion"]
            .with_user(user or self.tesorero)
            .with_company(values.get("company_id", self.company.id))
            .create({"file": base64.b64encode(raw), "filename": name, **values})
        )

    def correr(self, importacion):
        """Import everything, as the scheduled action does, without its commits."""
        importacion.action_import()
        while importacion.sudo()._siguiente_lote():
            pass
        importacion.invalidate_recordset()

    def importar(self, rows, **values):
        importacion = self.importacion(self.csv(rows), **values)
        importacion.action_check()
        if importacion.pending_count:
            self.correr(importacion)
        return importacion

    def razones(self, importacion):
        return [(row.state, row.reason) for row in importacion.sudo().fila_ids.sorted("number")]

    def cuentas_hechas(self, importacion):
        return {name: importacion[f"{name}_count"] for name in ("pending", "done", "rejected", "skipped")}


@tagged("post_install", "-at_install")
class TestImportacionBuena(ImportacionCase):
    def test_csv_row_becomes_a_posted_opening_invoice_and_a_dated_payment(self):
        importacion = self.importar([fila(cuenta_contrato="CTA-77")], date_cutoff=date(2026, 6, 30))
        self.assertEqual(self.cuentas_hechas(importacion), {"pending": 0, "done": 1, "rejected": 0, "skipped": 0})
        self.assertEqual((importacion.state, importacion.progress), ("done", 100.0))
        row = importacion.sudo().fila_ids
        self.assertRecordValues(
            row.move_id,
            [{
                "move_type": "out_invoice", "state": "posted", "ref": "FV-1", "invoice_date": date(2026, 1, 15),
                "date": date(2026, 1, 15), "invoice_date_due": date(2026, 2, 14), "amount_total": 1500000.50,
                "amount_tax": 0.0, "amount_residual": 1000000.50, "currency_id": self.company.currency_id.id,
            }],
        )
        self.assertEqual(row.move_id.journal_id.code, "CAPER")
        self.assertTrue(row.move_id.name.startswith("CAPER/2026/"))
        self.assertEqual(row.move_id.create_uid, self.tesorero)
        line = row.move_id.invoice_line_ids
        self.assertEqual((line.account_id.account_type, line.tax_ids.ids), ("equity_unaffected", []))
        self.assertRecordValues(
            row.payment_move_id,
            [{"state": "posted", "date": date(2026, 6, 30), "amount_total": 500000.0, "ref": "FV-1"}],
        )
        partner = row.move_id.partner_id
        self.assertRecordValues(
            partner,
            [{
                "name": "Acme S.A.S.", "vat": "800197268-4", "email": "pagos@acme.example", "phone": "6011234567",
                "street": "Calle 1 # 2-3", "is_company": True,
                "l10n_latam_identification_type_id": self.env.ref("l10n_co.rut").id,
                "country_id": self.env.ref("base.co").id,
            }],
        )
        cuenta = row.move_id.sudo().cartera_cuenta_id
        self.assertEqual((cuenta.name, cuenta.partner_id, cuenta.company_id), ("CTA-77", partner, self.company))

    def test_items_are_open_and_staged_at_the_end_of_the_run(self):
        importacion = self.importar([fila(), fila(numero_factura="FV-2", fecha_vencimiento="01/08/2026")])
        items = self.partidas(*importacion.sudo().fila_ids.move_id)
        self.assertEqual(
            [(item.etapa_id.code, item.days_overdue, item.amount_residual) for item in items],
            [("PER", 151, 1000000.50), ("VIG", 0, 1000000.50)],
        )
        self.assertCuadra()

    def test_xlsx_with_typed_cells(self):
        rows = [["NIT", 800197268, "Acme", "", 6011234567, "", 1001, datetime(2026, 1, 15), date(2026, 2, 14), 1500.25,
                 500, "COP", None]]
        importacion = self.importacion(self.xlsx(rows), name="cartera.xlsx")
        importacion.action_check()
        self.assertEqual(self.razones(importacion), [("pending", False)])
        self.correr(importacion)
        row = importacion.sudo().fila_ids
        self.assertRecordValues(row, [{
            "ref": "1001", "vat": "800197268-4", "date": date(2026, 1, 15), "date_due": date(2026, 2, 14),
            "amount_total": 1500.25, "amount_balance": 500.0, "phone": "6011234567",
        }])
        self.assertEqual(row.move_id.amount_residual, 500.0)

    def test_windows_encoding_title_lines_and_ragged_rows(self):
        text = "Empresa de Servicios\nCartera al 30/06/2026;;\n" + self.csv([fila(razon_social="Peña y Cía")]).decode()
        importacion = self.importacion((text + "TOTAL;;1\n").encode("cp1252"))
        self.assertEqual(importacion.header_row, 3)
        importacion.action_check()
        good, total = importacion.sudo().fila_ids.sorted("number")
        self.assertEqual((good.state, good.name, good.number), ("pending", "Peña y Cía", 4))
        self.assertEqual(total.state, "rejected")

    def test_mapping_is_editable_and_remembered(self):
        headers = [*TITULOS[:6], "Dato A", *TITULOS[7:]]
        importacion = self.importacion(self.csv([fila()], headers))
        with self.assertRaisesRegex(UserError, "Invoice Number"):
            importacion.action_check()
        importacion.columna_ids.filtered(lambda column: column.header == "Dato A").target = "ref"
        importacion.action_check()
        self.correr(importacion)
        self.assertEqual(importacion.sudo().fila_ids.move_id.ref, "FV-1")
        again = self.importacion(self.csv([fila()], headers))
        self.assertEqual(again.columna_ids.filtered(lambda column: column.header == "Dato A").target, "ref")

    def test_form_from_the_file_to_the_dry_run(self):
        form = Form(self.env["cartera.importacion"].with_user(self.tesorero))
        form.file = base64.b64encode(self.csv([fila()], [*TITULOS[:6], "Dato A", *TITULOS[7:]])).decode()
        importacion = form.save()
        self.assertEqual(importacion.columna_ids.mapped("target"), [
            "id_type", "vat", "name", "email", "phone", "street", False, "date", "date_due", "amount_total",
            "amount_balance", "currency", "cuenta"])
        self.assertEqual((importacion.date_order, importacion.decimal), ("DMY", ","))
        with Form(importacion) as form, form.columna_ids.edit(6) as column:
            self.assertEqual((column.header, column.sample), ("Dato A", "FV-1"))
            column.target = "ref"
        importacion.action_check()
        self.assertEqual(importacion.pending_count, 1)

    def test_two_columns_cannot_mean_the_same(self):
        importacion = self.importacion(self.csv([fila()]))
        importacion.columna_ids[3].target = "ref"
        with self.assertRaisesRegex(UserError, "Two columns cannot mean the same: Invoice Number"):
            importacion.action_check()

    def test_dry_run_writes_nothing_but_rows(self):
        before = {name: self.env[name].search_count([]) for name in ("account.move", "res.partner", "account.journal")}
        importacion = self.importacion(self.csv(filas(5)))
        importacion.action_check()
        self.assertEqual(importacion.pending_count, 5)
        self.assertEqual(len(importacion.preview_ids), 5)
        self.assertIn("5 rows", importacion.control)
        self.assertEqual(before, {name: self.env[name].search_count([]) for name in before})
        importacion.decimal = "."
        importacion.action_check()
        self.assertEqual(importacion.rejected_count, 5)

    def test_known_debtor_is_found_however_its_number_is_written_and_only_blanks_are_filled(self):
        known = self.env["res.partner"].create({"name": "Acme", "vat": "8001972684", "phone": "1",
                                                "l10n_latam_identification_type_id": self.env.ref("l10n_co.rut").id})
        importacion = self.importar([
            fila(nit="800.197.268-4"), fila(nit="800197268", numero_factura="FV-2"),
            fila(nit="8001972684", numero_factura="FV-3", tipo_id="31"),
        ])
        self.assertEqual(importacion.sudo().fila_ids.move_id.partner_id, known)
        self.assertRecordValues(known, [{"name": "Acme", "phone": "1", "email": "pagos@acme.example"}])

    def test_contract_account_is_found_or_opened_once(self):
        known = self.env["cartera.cuenta"].sudo().create(
            {"name": "A-1", "partner_id": self.debtor.id, "company_id": self.company.id})
        importacion = self.importar([
            fila(cuenta_contrato="A-1"), fila(cuenta_contrato="A-2", numero_factura="FV-2"),
            fila(cuenta_contrato="A-2", numero_factura="FV-3"),
        ])
        cuentas = importacion.sudo().fila_ids.sorted("number").move_id.mapped("cartera_cuenta_id")
        self.assertEqual(cuentas.mapped("name"), ["A-1", "A-2"])
        self.assertEqual(cuentas[0], known)
        self.assertEqual(self.partidas(*importacion.sudo().fila_ids.move_id).cuenta_id, cuentas)

    def test_foreign_currency_and_its_payment_leave_no_exchange_difference(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].create([
            {"currency_id": usd.id, "name": day, "rate": rate, "company_id": self.company.id}
            for day, rate in (("2026-01-01", 1 / 4000.0), ("2026-06-01", 1 / 3500.0))
        ])
        moves = self.env["account.move"].search_count([])
        importacion = self.importar([fila(moneda="USD", valor_total="100,00", saldo="40,00")])
        invoice = importacion.sudo().fila_ids.move_id
        self.assertRecordValues(invoice, [{"currency_id": usd.id, "amount_total": 100.0, "amount_residual": 40.0,
                                           "amount_residual_signed": 160000.0}])
        self.assertEqual(self.env["account.move"].search_count([]), moves + 2)
        self.assertCuadra()

    def test_opening_date_books_older_rows_on_it(self):
        importacion = self.importar([fila(), fila(numero_factura="FV-2", fecha="01/07/2026",
                                                  fecha_vencimiento="31/07/2026")], date_opening=date(2026, 5, 31))
        first, second = importacion.sudo().fila_ids.sorted("number")
        self.assertRecordValues(first.move_id, [{"invoice_date": date(2026, 1, 15), "date": date(2026, 5, 31),
                                                 "invoice_date_due": date(2026, 2, 14)}])
        self.assertEqual(first.payment_move_id.date, date(2026, 5, 31))
        self.assertEqual(second.move_id.date, date(2026, 7, 1))

    def test_payment_column_dates_the_payment_and_cutoff_leaves_out_what_came_later(self):
        headers = [*TITULOS, "Fecha de Pago"]
        rows = [
            [*fila(saldo=""), "20/02/2026"],
            [*fila(numero_factura="FV-2", saldo=""), "01/04/2026"],
            [*fila(numero_factura="FV-3", fecha="01/04/2026", fecha_vencimiento="30/04/2026"), ""],
        ]
        importacion = self.importacion(self.csv(rows, headers), date_cutoff=date(2026, 3, 31))
        importacion.action_check()
        self.correr(importacion)
        paid, owed, later = importacion.sudo().fila_ids.sorted("number")
        self.assertEqual((paid.payment_move_id.date, paid.move_id.amount_residual), (date(2026, 2, 20), 0.0))
        self.assertEqual((bool(owed.payment_move_id), owed.move_id.amount_residual), (False, 1500000.50))
        self.assertEqual((later.state, later.reason), ("skipped", "Issued after the cut-off date."))


@tagged("post_install", "-at_install")
class TestImportacionMala(ImportacionCase):
    CASOS = [
        ({"fecha_vencimiento": ""}, "The due date is missing."),
        ({"fecha": ""}, "The invoice date is missing."),
        ({"fecha": "31/02/2026"}, "The invoice date is not a date: 31/02/2026."),
        ({"fecha_vencimiento": "pronto"}, "The due date is not a date: pronto."),
        ({"fecha_vencimiento": "14/01/2026"}, "Due before it was issued: 2026-01-14 < 2026-01-15."),
        ({"moneda": "XYZ"}, "Unknown currency: XYZ."),
        ({"moneda": "CHF"}, "The currency CHF is not active: activate it in Accounting first."),
        ({"valor_total": "-100", "saldo": ""}, "The total is negative: -100."),
        ({"saldo": "(5,00)"}, "The balance is negative: (5,00)."),
        ({"valor_total": "mil"}, "The total is not a number: mil."),
        ({"saldo": "12.34"}, "The balance is not a number: 12.34."),
        ({"valor_total": "0", "saldo": "0"}, "The total is zero."),
        ({"valor_total": "", "saldo": ""}, "The total and the balance are missing."),
        ({"saldo": "2.000.000"}, "The balance is greater than the total: 2000000 > 1500000.50."),
        ({"numero_factura": ""}, "The invoice number is missing."),
        ({"nit": ""}, "The debtor's identification number is missing."),
        ({"nit": "800197268-5"}, "The check digit of the NIT 800197268-5 is wrong: it should be 4."),
        ({"nit": "ABC"}, "This is not a NIT: ABC."),
        ({"tipo_id": "Carné"}, "Unknown identification type: Carné."),
    ]

    def test_each_bad_row_comes_back_with_its_reason_and_the_good_ones_go_in(self):
        bad = [fila(**{"numero_factura": f"M-{n}", **changes}) for n, (changes, _reason) in enumerate(self.CASOS)]
        rows = [fila(), *bad, fila(razon_social="Repetida")]
        importacion = self.importar(rows)
        reasons = [reason for state, reason in self.razones(importacion) if state == "rejected"]
        self.assertEqual(reasons, [
            *(reason for _changes, reason in self.CASOS), "The invoice number is repeated: row 2 has it too."])
        self.assertEqual(self.cuentas_hechas(importacion),
                         {"pending": 0, "done": 1, "rejected": len(bad) + 1, "skipped": 0})
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(importacion.rejected_file)))
        lines = [[cell or "" for cell in row] for row in book.active.values]
        self.assertEqual(lines[0], [*TITULOS, "Reason for rejection"])
        self.assertEqual([line[:-1] for line in lines[1:]], [*bad, rows[-1]])
        self.assertEqual([line[-1] for line in lines[1:]], reasons)
        self.assertIn("rejected_file", importacion.action_rejected_file()["url"])

    def test_all_reasons_of_a_row_are_told(self):
        importacion = self.importacion(self.csv([fila(fecha_vencimiento="", moneda="XYZ", valor_total="mil")]))
        importacion.action_check()
        self.assertEqual(self.razones(importacion)[0][1],
                         "The due date is missing. The total is not a number: mil. Unknown currency: XYZ.")

    def test_corrected_rejects_can_be_imported(self):
        importacion = self.importar([fila(), fila(numero_factura="FV-2", fecha_vencimiento="")])
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(importacion.rejected_file)))
        book.active.cell(2, TITULOS.index("Fecha de Vencimiento") + 1).value = "14/02/2026"
        output = io.BytesIO()
        book.save(output)
        again = self.importacion(output.getvalue(), name="rejected.xlsx")
        again.action_check()
        self.correr(again)
        self.assertEqual(again.sudo().fila_ids.move_id.ref, "FV-2")

    def test_formulas_come_back_as_text(self):
        importacion = self.importacion(self.csv([fila(razon_social="=1+1", fecha="")]))
        importacion.action_check()
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(importacion.rejected_file)))
        cell = book.active.cell(2, TITULOS.index("Razón Social") + 1)
        self.assertEqual((cell.value, cell.data_type), ("=1+1", "s"))

    def test_numbers_may_repeat_among_debtors_when_told_so(self):
        rows = [fila(), fila(nit="900123456-8"), fila(cuenta_contrato="A"), fila()]
        importacion = self.importacion(self.csv(rows))
        importacion.action_check()
        self.assertEqual(importacion.rejected_count, 3)
        importacion.number_scope = "debtor"
        importacion.action_check()
        self.assertEqual([state for state, _reason in self.razones(importacion)],
                         ["pending", "pending", "pending", "rejected"])

    def test_currency_without_rate_is_rejected(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        usd.rate_ids.unlink()
        importacion = self.importacion(self.csv([fila(moneda="usd")]))
        importacion.action_check()
        self.assertEqual(self.razones(importacion),
                         [("rejected", "The currency USD has no exchange rate: enter one first.")])

    def test_locked_period(self):
        importacion = self.importacion(self.csv([fila(), fila(numero_factura="FV-2", fecha="15/06/2026",
                                                              fecha_vencimiento="15/07/2026")]))
        importacion.date_opening = date(2026, 2, 28)
        self.company.sudo().fiscalyear_lock_date = date(2026, 3, 31)
        with self.assertRaisesRegex(UserError, "locked up to 03/31/2026"):
            importacion.action_check()
        importacion.date_opening = False
        importacion.action_check()
        self.assertEqual(self.razones(importacion), [
            ("rejected", "Its date is in a locked period (up to 2026-03-31): set an opening date after it."),
            ("pending", False),
        ])
        importacion.date_opening = date(2026, 4, 1)
        importacion.action_check()
        self.assertEqual(importacion.pending_count, 2)

    def test_period_locked_after_the_check_rejects_instead_of_moving_the_date(self):
        importacion = self.importacion(self.csv([fila(), fila(numero_factura="FV-2", fecha="15/06/2026",
                                                              fecha_vencimiento="15/07/2026")]))
        importacion.action_check()
        importacion.action_import()
        self.company.sudo().fiscalyear_lock_date = date(2026, 3, 31)
        while importacion.sudo()._siguiente_lote():
            pass
        (bad_state, bad_reason), good = self.razones(importacion)
        self.assertEqual((bad_state, good), ("rejected", ("done", False)))
        self.assertIn("instead of 2026-01-15", bad_reason)
        self.assertFalse(self.env["account.move"].search([("ref", "=", "FV-1")]))

    def test_unreadable_files_are_refused_with_a_sentence(self):
        for raw, name, words in ((b"", "a.csv", "empty"), (b"a;b\n", "a.csv", "no rows"),
                                 (b"%PDF-1.4 x", "a.pdf", "cannot be read")):
            with self.assertRaisesRegex(UserError, words), self.cr.savepoint():
                self.importacion(raw, name=name)


@tagged("post_install", "-at_install")
class TestImportacionMarcha(ImportacionCase):
    def test_second_import_creates_nothing(self):
        rows = filas(10)
        self.importar(rows)
        counts = {name: self.env[name].sudo().search_count([])
                  for name in ("account.move", "account.partial.reconcile", "res.partner", "cartera.partida")}
        again = self.importar(rows)
        self.assertEqual(self.cuentas_hechas(again), {"pending": 0, "done": 0, "rejected": 0, "skipped": 10})
        self.assertRegex(self.razones(again)[0][1], r"^Already there: CAPER/2026/\d+\.$")
        self.assertEqual(counts, {name: self.env[name].sudo().search_count([]) for name in counts})
        with self.assertRaisesRegex(UserError, "nothing to import"):
            again.action_import()
        third = self.importar([*rows, *filas(1, start=11)])
        self.assertEqual((third.done_count, third.skipped_count), (1, 10))

    def test_two_imports_of_one_file_checked_before_either_ran(self):
        one, two = (self.importacion(self.csv(filas(3))) for _n in range(2))
        (one | two).action_check()
        self.correr(one)
        self.correr(two)
        self.assertEqual((one.done_count, two.done_count, two.skipped_count), (3, 0, 3))

    def test_run_that_broke_off_goes_on_where_it_was(self):
        """The second batch fails half way: the first stays, the second leaves nothing, the next run does the rest."""
        importacion = self.importacion(self.csv(filas(10)))
        importacion.action_check()
        importacion.action_import()
        cron = self.env.ref("cartera_cobro.ir_cron_importar").sudo()
        original, calls = Lote._cruzar, []

        def breaks(lote, facturas, pagos):
            calls.append(len(pagos))
            if len(calls) > 1:
                raise RuntimeError("the worker was killed")
            return original(lote, facturas, pagos)

        with patch.object(modulo_lote, "LOTE", 4), self.enter_registry_test_mode():
            with patch.object(Lote, "_cruzar", breaks), mute_logger("odoo.addons.base.models.ir_cron"):
                cron.method_direct_trigger()
            self.assertGreater(len(calls), 1)
            self.assertEqual(self.cuentas_hechas(importacion), {"pending": 6, "done": 4, "rejected": 0, "skipped": 0})
            self.assertEqual(len(self._asientos()), 8)
            cron.method_direct_trigger()
        self.assertEqual(self.cuentas_hechas(importacion), {"pending": 0, "done": 10, "rejected": 0, "skipped": 0})
        self.assertEqual(importacion.state, "done")
        self.assertEqual(len(self._asientos()), 20)

    def _asientos(self):
        return self.env["account.move"].search([("ref", "like", "FV-%"), ("company_id", "=", self.company.id)])

    def test_batch_with_a_bad_row_falls_back_to_row_by_row(self):
        importacion = self.importacion(self.csv(filas(6)))
        importacion.action_check()
        importacion.action_import()
        original = Lote._valores_factura

        def odoo_refuses(lote, fila, debtor, cuenta):
            values = original(lote, fila, debtor, cuenta)
            return values | ({"currency_id": self.env.ref("base.CHF").id} if fila.ref == "FV-3" else {})

        with patch.object(Lote, "_valores_factura", odoo_refuses):
            while importacion.sudo()._siguiente_lote():
                pass
        self.assertEqual(self.cuentas_hechas(importacion), {"pending": 0, "done": 5, "rejected": 1, "skipped": 0})
        self.assertIn("inactive currency", self.razones(importacion)[2][1])
        self.assertFalse(self.env["account.move"].search([("ref", "=", "FV-3")]))

    def test_second_worker_finds_it_taken(self):
        importacion = self.importacion(self.csv(filas(3)))
        importacion.action_check()
        importacion.action_import()
        with patch.object(type(importacion), "try_lock_for_update", lambda self, **options: self.browse()):
            self.assertEqual(importacion.sudo()._siguiente_lote(), 0)
        self.assertEqual(importacion.pending_count, 3)

    def test_progress_counts_batch_by_batch_and_pause(self):
        importacion = self.importacion(self.csv([*filas(10), fila(fecha="")]))
        importacion.action_check()
        self.assertEqual((importacion.progress, importacion.total_count), (0.0, 11))
        importacion.action_import()
        with patch.object(modulo_lote, "LOTE", 4):
            importacion.sudo()._siguiente_lote()
            self.assertEqual((importacion.progress, importacion.pending_count), (40.0, 6))
            importacion.action_pause()
            self.assertEqual(importacion.sudo()._siguiente_lote(), 0)
            with self.assertRaisesRegex(UserError, "has begun"):
                importacion.action_check()
            self.correr(importacion)
        self.assertEqual((importacion.progress, importacion.rejected_count, importacion.state), (100.0, 1, "done"))

    def test_queries_grow_by_batches_not_by_rows(self):
        """What the import adds to Odoo's own creating and posting is looked up once a batch."""
        def lookups(count):
            importacion = self.importacion(self.csv(filas(count, start=count * 100)))
            importacion.action_check()
            importacion.action_import()
            lote = Lote(importacion.sudo()._como_quien_importa())
            rows = lote.env["cartera.importacion.fila"].search([("importacion_id", "=", importacion.id)])
            lote.valores_facturas(rows)
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            lote.valores_facturas(rows)
            return self.cr.sql_log_count - before

        self.assertLessEqual(lookups(60), lookups(6) + 2)

    def test_two_companies_share_debtors_and_not_invoices(self):
        other = self.setup_other_company(name="Otra")["company"]
        other.sudo().cartera_politica_id = self.politica
        treasurer = new_test_user(
            self.env, "tesorero_dos", "base.group_user,cartera_cobro.group_cartera_tesorero",
            company_id=other.id, company_ids=[Command.set((other | self.company).ids)])
        self.importar(filas(3))
        importacion = self.importar(filas(3), user=treasurer, company_id=other.id)
        self.assertEqual(importacion.done_count, 3)
        moves = importacion.sudo().fila_ids.move_id
        self.assertEqual(moves.company_id, other)
        self.assertEqual(moves.journal_id.company_id, other)
        mine = self.env["account.move"].search([("company_id", "=", self.company.id), ("ref", "=", "FV-1")])
        self.assertEqual(moves.filtered(lambda move: move.ref == "FV-1").partner_id, mine.partner_id)
        with self.assertRaises(AccessError):
            importacion.with_user(self.tesorero).with_company(self.company).read(["filename"])

    def test_what_began_cannot_change_or_go(self):
        importacion = self.importar(filas(2))
        with self.assertRaisesRegex(UserError, "has begun"):
            importacion.date_cutoff = HOY
        with self.assertRaisesRegex(UserError, "stays"):
            importacion.unlink()
        with self.assertRaisesRegex(UserError, "buttons"):
            importacion.state = "checked"
        self.importacion(self.csv(filas(2))).unlink()

    def test_access_by_role(self):
        importacion = self.importacion(self.csv(filas(2)))
        importacion.action_check()
        for role in ("auditor", "director", "contador"):
            reader = importacion.with_user(self.usuario(role))
            self.assertEqual(reader.total_count, 2)
            self.assertEqual(len(reader.fila_ids), 2)
            for action in (reader.action_import, reader.action_check, reader.action_pause):
                self.assertRaises(AccessError, action)
        for role in ("gestor", "responsable", "ventanilla", "analista", "abogado"):
            with self.assertRaises(AccessError):
                importacion.with_user(self.usuario(role)).read(["filename"])
        importacion.with_user(self.usuario("admin")).action_import()
        self.assertEqual(importacion.state, "running")


@tagged("post_install", "-at_install")
class TestImportacionLectura(ImportacionCase):
    def test_headers_of_several_systems(self):
        for headers, expected in (
            (["Identificación", "Nombre tercero", "Comprobante", "Fecha elaboración", "Vencimiento", "Valor", "Saldo"],
             ["vat", "name", "ref", "date", "date_due", "amount_total", "amount_balance"]),
            (["KUNNR", "NAME1", "STCD1", "XBLNR", "BLDAT", "NETDT", "WRBTR", "WAERS", "VKONT"],
             ["partner_code", "name", "vat", "ref", "date", "date_due", "amount_total", "currency", "cuenta"]),
            (["Tipo de documento", "Nro. documento", "DV", "Cliente", "FACTURA No.", "Fec. Emisión", "Vcto",
              "Vlr. Factura", "SALDO PENDIENTE", "Teléfono", "E-mail", "Dirección"],
             ["id_type", "vat", "vat_dv", "name", "ref", "date", "date_due", "amount_total", "amount_balance", "phone",
              "email", "street"]),
            (["countryCode", "customerID", "PaperlessDate", "invoiceNumber", "InvoiceDate", "DueDate", "InvoiceAmount",
              "Disputed", "SettledDate", "PaperlessBill", "DaysToSettle", "DaysLate"],
             [None, "partner_code", None, "ref", "date", "date_due", "amount_total", None, "date_paid", *[None] * 3]),
        ):
            found = lectura.adivinar(headers)
            self.assertEqual([found.get(index) for index in range(len(headers))], expected, headers)

    def test_dates(self):
        for text, order, expected in (
            ("31/12/2025", "DMY", date(2025, 12, 31)), ("12-31-25", "MDY", date(2025, 12, 31)),
            ("2025-12-31", "DMY", date(2025, 12, 31)), ("20251231", "DMY", date(2025, 12, 31)),
            ("2025-12-31T00:00:00", "MDY", date(2025, 12, 31)), ("31-dic-2025", "MDY", date(2025, 12, 31)),
            ("1/2/2025 10:00:00", "MDY", date(2025, 1, 2)),
        ):
            self.assertEqual(lectura.fecha(text, order), expected, text)
        for text in ("", "hoy", "46022", "31/12", "32/01/2025", "01/01/0001"):
            with self.assertRaises(lectura.Ilegible, msg=text):
                lectura.fecha(text, "DMY")
        self.assertEqual(lectura.detectar_fecha(["1/2/2013", "1/15/2013"]), "MDY")
        self.assertEqual(lectura.detectar_fecha(["1/2/2013"]), "DMY")

    def test_numbers(self):
        for text, sign, expected in (
            ("1.234.567,89", ",", "1234567.89"), ("$ 1,234.50", ".", "1234.50"), ("1234,50-", ",", "-1234.50"),
            ("(10)", ".", "-10"), ("COP 5.000", ",", "5000"), ("1'000.5", ".", "1000.5"),
        ):
            self.assertEqual(str(lectura.numero(text, sign)), expected, text)
        for text in ("", "1,23", "1.2.3", "mil", "12e3", "--"):
            with self.assertRaises(lectura.Ilegible, msg=text):
                lectura.numero(text, ".")
        self.assertEqual(lectura.detectar_decimal(["150.000", "2.300"]), ",")
        self.assertEqual(lectura.detectar_decimal(["150.5", "2.30"]), ".")

    def test_identifications(self):
        nit, cc = lectura.NIT, lectura.CEDULA
        for args, expected in (
            (("800.197.268-4", "", "NIT"), (nit, "800197268-4", "800197268")),
            (("800197268", "", ""), (nit, "800197268-4", "800197268")),
            (("800197268", "4", ""), (nit, "800197268-4", "800197268")),
            (("8001972684", "", "31"), (nit, "800197268-4", "800197268")),
            (("52.123.456", "", "C.C."), (cc, "52123456", "52123456")),
            (("1012345678", "", ""), (cc, "1012345678", "1012345678")),
            (("1012345678", "", "NIT"), (nit, "1012345678-9", "1012345678")),
            (("AB-123", "", "Pasaporte"), ("l10n_latam_base.it_pass", "AB-123", "AB123")),
        ):
            self.assertEqual(lectura.identificacion(*args), expected, args)
        for args, code in ((("800197268", "5", ""), "nit_digit"), (("8001972685", "", "NIT"), "nit_digit"),
                           (("X", "", "NIT"), "nit_format"), (("1", "", "Otro"), "id_type")):
            with self.assertRaises(lectura.Ilegible) as caught:
                lectura.identificacion(*args)
            self.assertEqual(caught.exception.code, code)
