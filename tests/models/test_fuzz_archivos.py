"""Whatever a file holds, whoever loads it is told in a sentence or gets its rows back, and no half of it stays."""

import base64
import csv
import io

import openpyxl
from hypothesis import given
from hypothesis import strategies as st
from odoo.addons.cartera_cobro.models import cartera_agencia_lectura as agencia
from odoo.addons.cartera_cobro.models import cartera_consignacion_lectura as bank
from odoo.addons.cartera_cobro.models import cartera_importacion_lectura as lectura
from odoo.addons.cartera_cobro.models import cartera_suspension_lectura as suspension
from odoo.addons.cartera_cobro.models.cartera_importacion_archivo import leer_archivo, libro
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .azar import ODD, celdas, filas, veces
from .common import CarteraCase
from .test_consignacion_archivo import recaudo

NAMES = ("a.csv", "a.xlsx", "a.xls", "a.ods", "a.txt", "a", "", ".", "a.pdf", "a.file", "a.group", "a.CSV.exe", "ñ.csv")
# What a load writes on, besides the row of the file itself.
KEPT = ("account.move", "account.bank.statement.line", "cartera.gestion", "cartera.suspension", "res.partner",
        "cartera.cuenta", "cartera.consignacion.carga")  # fmt: skip


def tabla(headers, rows, encoding="utf-8", sep=";"):
    output = io.StringIO()
    csv.writer(output, delimiter=sep, escapechar="\\").writerows([headers, *rows])
    return output.getvalue().encode(encoding, "replace")


def titulos(sinonimos):
    return [words[0] for words in sinonimos.values()]


@tagged("post_install", "-at_install")
class TestArchivos(CarteraCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tesorero = cls.usuario("tesorero")
        cls.agency = cls.env["res.partner"].create({"name": "Agencia", "is_company": True})
        book = io.BytesIO()
        openpyxl.Workbook().save(book)
        cls.seeds = [
            tabla(titulos(lectura.SINONIMOS), [["x"] * 17]), libro([["a", "b"], ["1", "2"]]), book.getvalue(),
            recaudo([("1", 500)]), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), b"PK\x03\x04" + bytes(50),
            b"%PDF-1.4\n", "Fecha;Valor\n1;2\n".encode("utf-16"), b"\xff\xfe\x00", b"\xef\xbb\xbf", b"\x00" * 50,
        ]  # fmt: skip

    def dicho(self, act, *arguments):
        """What `act` answers, or None where it is refused in a sentence; what it wrote is taken back then."""
        try:
            with self.env.cr.savepoint():
                found = act(*arguments)
                self.env.flush_all()
                return found
        except (UserError, ValidationError) as error:
            self.assertTrue(str(error).strip())
            self.env.invalidate_all(flush=False)
            return None

    def cuantos(self):
        return [self.env[model].sudo().with_context(active_test=False).search_count([]) for model in KEPT]

    @veces(60)
    @given(st.data())
    def test_any_file_is_read_or_refused_in_a_sentence(self, data):
        raw = data.draw(st.one_of(st.binary(max_size=200), st.sampled_from(self.seeds)))
        cut = data.draw(st.integers(0, 2 * len(raw)))
        raw = raw[:cut] + data.draw(st.binary(max_size=20))
        rows = self.dicho(leer_archivo, self.env, raw, data.draw(st.sampled_from(NAMES)))
        self.assertTrue(rows is None or all(isinstance(cell, str) for row in rows for cell in row))

    def cargador(self, model, raw, **values):
        env = self.env(user=self.tesorero, context={"allowed_company_ids": self.company.ids})
        return env[model].create({"file": base64.b64encode(raw), "filename": "a.csv", **values})

    def cargar_cartera(self, raw):
        load = self.cargador("cartera.importacion", raw)
        load.action_check()
        if load.pending_count:
            load.action_import()
            while load.sudo()._siguiente_lote():
                pass
        load.invalidate_recordset()
        self.assertEqual(load.pending_count, 0)
        self.assertEqual(load.done_count, len(load.sudo().fila_ids.move_id))
        return load

    def cargar_banco(self, raw):
        wizard = self.cargador("cartera.consignacion.archivo", raw, journal_id=self.bank.id)
        wizard.action_read()
        if wizard.state == "columns":
            wizard.action_load()
        return wizard

    def cargar_agencia(self, raw):
        self.cargador("cartera.agencia", raw, agency_id=self.agency.id).action_import()

    def cargar_visitas(self, raw):
        self.cargador("cartera.suspension.resultados", raw).action_import()

    def cargas(self):
        return (
            (self.cargar_cartera, lectura.SINONIMOS), (self.cargar_banco, bank.SINONIMOS),
            (self.cargar_agencia, agencia.SINONIMOS), (self.cargar_visitas, suspension.SINONIMOS),
        )  # fmt: skip

    def probar(self, load, raw):
        before = self.cuantos()
        if self.dicho(load, raw) is None and load in (self.cargar_cartera, self.cargar_banco):
            self.assertEqual(self.cuantos(), before)

    def test_every_odd_cell_in_every_column_of_every_file(self):
        for load, synonyms in self.cargas():
            headers = titulos(synonyms)
            rows = [[text.replace("\x00", "")] * len(headers) for text in ODD]
            with self.subTest(load.__name__):
                self.probar(load, tabla(headers, rows))

    @veces(3)
    @given(filas(12), st.sampled_from(["utf-8", "utf-16", "cp1252", "utf-8-sig"]), st.sampled_from(";,\t|"))
    def test_random_tables_with_the_right_headers(self, rows, encoding, sep):
        for load, synonyms in self.cargas():
            self.probar(load, tabla(titulos(synonyms), rows, encoding, sep))

    @veces(4)
    @given(st.lists(st.tuples(celdas(), celdas(), st.integers(-(10**15), 10**15)), min_size=1, max_size=6))
    def test_plausible_invoices_with_odd_names_and_amounts(self, rows):
        table = [["CC", str(79000000 + n), name, ref or f"F{n}", "15/01/2026", "14/02/2026", str(amount)]
                 for n, (name, ref, amount) in enumerate(rows)]  # fmt: skip
        headers = ["Tipo Id", "NIT", "Razón Social", "Nro. Factura", "Fecha", "Fecha de Vencimiento", "Valor Total"]
        self.probar(self.cargar_cartera, tabla(headers, table))
