import csv
import errno
import io
import os
import zipfile
from contextlib import closing
from datetime import date, timedelta
from unittest.mock import patch

from odoo import Command
from odoo.addons.cartera_cobro.models import cartera_exportacion, cartera_exportacion_libro
from odoo.addons.cartera_cobro.models.cartera_exportacion_cola import LOCK_KEY, Cancelada
from odoo.addons.cartera_cobro.models.cartera_exportacion_disco import carpeta
from odoo.exceptions import AccessError, UserError
from odoo.sql_db import db_connect
from odoo.tests import tagged
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from .common import HOY
from .test_corte import FIN, CorteCase

MODELS = "odoo.addons.cartera_cobro.models"
HOSTILE = '=HYPERLINK("x")\n<r>&"|;\x07_x0041_'


class ExportacionCase(CorteCase):
    """A closing with an item overdue, one not due and a credit, of a debtor with a hostile name."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor.name = HOSTILE
        cls.zona = cls.env["cartera.zona"].sudo().create({"name": "Zona 2"})
        cls.cuenta = (
            cls.env["cartera.cuenta"]
            .sudo()
            .create(
                {
                    "name": "-10001",
                    "kind": "account",
                    "partner_id": cls.debtor.id,
                    "company_id": cls.company.id,
                    "use": "residential",
                    "estrato": "2",
                    "zona_id": cls.zona.id,
                }
            )
        )
        cls.vencida = cls.factura(45, 1234.5, post=False)
        cls.vencida.sudo().cartera_cuenta_id = cls.cuenta
        cls.vencida.action_post()
        cls.vigente = cls.factura(-20, 500, invoice_date=FIN)
        cls.credito = cls.factura(40, 70, move_type="out_refund")
        cls.env.flush_all()
        cls.corte = cls.Corte._generar(cls.company, FIN)
        cls.corte._confirmar()
        cls.analista = cls.usuario("analista")

    def pedir(self, name, user=None, corte=None, **patches):
        """The request that an action of the closing makes, and the answer."""
        with patch.multiple(cartera_exportacion, **patches) if patches else patch.dict({}):
            answer = getattr((corte or self.corte).with_user(user or self.analista), name)()
        return self.env["cartera.exportacion"].sudo().search([], limit=1), answer

    def plano(self, user=None, **values):
        wizard = self.env["cartera.exportacion.plano"].with_user(user or self.analista)
        wizard = wizard.create({"corte_ids": [Command.set(self.corte.ids)], **values})
        wizard.action_export()
        export = self.env["cartera.exportacion"].sudo().search([], limit=1)
        return export.attachment_id.raw

    def hojas(self, export, name=None):
        content = export.attachment_id.raw
        if name:
            with zipfile.ZipFile(io.BytesIO(content)) as both:
                content = both.read(name)
        return load_workbook(io.BytesIO(content))

    def filas(self, sheet):
        """[{heading: value}] under the headings, which are in row 5."""
        head = [cell.value for cell in sheet[5]]
        return [dict(zip(head, row, strict=True)) for row in sheet.iter_rows(min_row=6, values_only=True)]


@tagged("post_install", "-at_install")
class TestTestigos(ExportacionCase):
    def test_libro_de_lo_vencido(self):
        export, answer = self.pedir("action_testigo_overdue")
        self.assertEqual(answer["url"], f"/web/content/{export.attachment_id.id}?download=true")
        self.assertEqual(export.name, "Testigo Cartera Vencida 2026-06-30.xlsx")
        self.assertEqual((export.state, export.rows_total, export.rows_done), ("done", 2, 2))
        book = self.hojas(export)
        self.assertEqual(book.sheetnames, ["Resumen", "Cartera vencida", "Saldos a favor"])
        [row] = self.filas(book["Cartera vencida"])
        self.assertEqual(unescape(row["Deudor"]), HOSTILE, "text comes back as it was, and is no formula")
        self.assertEqual(book["Cartera vencida"]["B6"].data_type, "s")
        self.assertEqual(row["Cuenta o contrato"], "-10001")
        self.assertEqual((row["Uso"], row["Estrato"], row["Zona"]), ("Residencial", "2", "Zona 2"))
        self.assertEqual((row["Saldo"], row["Días de mora"]), (1234.5, 30))
        self.assertEqual(row["Fecha de vencimiento"].date(), self.dia(45))
        self.assertEqual(row["Documento"], self.vencida.name)
        [credit] = self.filas(book["Saldos a favor"])
        self.assertEqual(credit["Saldo"], -70)
        resumen = self.filas(book["Resumen"])
        self.assertEqual([row["Saldo"] for row in resumen if row["Cartera"] == "Total"], [1164.5])
        ties = {row["Cartera"]: row["Saldo"] for row in resumen[-3:]}
        self.assertEqual(ties, {"Cierre completo": 1664.5, "Libro contable": 1664.5, "Diferencia": 0})

    def test_los_dos_libros(self):
        export, _answer = self.pedir("action_testigos")
        book = self.hojas(export, "Testigo Cartera Vigente 2026-06-30.xlsx")
        self.assertEqual([row["Saldo"] for row in self.filas(book["Cartera vigente"])], [500])
        self.assertIn("Cartera vencida", self.hojas(export, "Testigo Cartera Vencida 2026-06-30.xlsx").sheetnames)

    def test_mas_hojas_que_pasan_el_limite(self):
        """Past Excel's limit of rows the items go on in other sheets, each with its headings, none lost."""
        for number in range(10):
            self.factura(60 + number, 10 + number)
        corte = self.generar(HOY)
        with patch.object(cartera_exportacion_libro, "SHEET_ROWS", 5 + 10), patch.object(
            cartera_exportacion_libro, "LOT", 2
        ):  # fmt: skip
            export, _answer = self.pedir("action_testigo_overdue", corte=corte)
        book = self.hojas(export)
        self.assertEqual(book.sheetnames[1:3], ["Cartera vencida 1 de 2", "Cartera vencida 2 de 2"])
        parts = [[row["Saldo"] for row in self.filas(book[name])] for name in book.sheetnames[1:3]]
        self.assertEqual([len(part) for part in parts], [10, 1])
        self.assertEqual(sorted(sum(parts, [])), [*range(10, 20), 1234.5])
        self.assertEqual(book[book.sheetnames[2]].auto_filter.ref, "A5:AA6")

    def test_cierre_vacio_y_borrador(self):
        corte = self.generar(date(2020, 1, 31))
        export, _answer = self.pedir("action_testigo_current", corte=corte)
        self.assertEqual(export.name, "Testigo Cartera Vigente 2020-01-31 borrador.xlsx")
        book = self.hojas(export)
        self.assertEqual(self.filas(book["Cartera vigente"]), [])
        self.assertIn("borrador: puede cambiar", book["Resumen"]["A3"].value)

    def test_nombre_enorme(self):
        text = "Á" * 20_000 + "😀" * 10_000
        cell = cartera_exportacion_libro.texto_xml(text)
        self.assertEqual(len(cell.encode("utf-16-le")) // 2, cartera_exportacion_libro.CELL_LENGTH - 1)

    def test_muchas_filas_las_mismas_consultas(self):
        self.pedir("action_testigo_overdue")  # what is read once and kept
        counts = []
        for _turn in range(2):
            corte = self.generar(HOY)
            counts.append(self._consultas(corte))
            for number in range(8):
                self.factura(60 + number, 10)
            corte.sudo().unlink()
        self.assertEqual(*counts)

    def _consultas(self, corte):
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.pedir("action_testigo_overdue", corte=corte)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    # --- flat -------------------------------------------------------------------------------------------------------

    def test_plano(self):
        lines = self.plano().decode().splitlines()
        self.assertEqual(len(lines), 4, "a line an item, whatever its texts hold")
        rows = list(csv.DictReader(lines, delimiter="|"))
        row = next(row for row in rows if row["posicion"] == "vencida")
        self.assertEqual(row["deudor"], '\'=HYPERLINK("x") <r>&"|; _x0041_')
        self.assertEqual(row["cuenta"], "'-10001")
        self.assertEqual((row["saldo"], row["dias_mora"], row["corte"]), ("1234.50", "30", "2026-06-30"))
        credit = next(row for row in rows if row["posicion"] == "a favor")
        self.assertEqual(credit["saldo"], "-70.00", "a number stays one")
        self.assertEqual(sum(float(row["saldo"]) for row in rows), self.corte.amount_total)

    def test_plano_con_otras_convenciones(self):
        raw = self.plano(separator=";", decimal=",", bom=True)
        self.assertTrue(raw.startswith(b"\xef\xbb\xbfcorte;posicion;cuenta;"))
        rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines(), delimiter=";"))
        self.assertIn("1234,50", [row["saldo"] for row in rows])

    # --- who --------------------------------------------------------------------------------------------------------

    def test_quien_lee_cierres_los_exporta(self):
        auditor = self.usuario("auditor")
        export, _answer = self.pedir("action_testigo_overdue", auditor)
        self.assertEqual(export.user_id, auditor)
        self.assertTrue(export.with_user(auditor).attachment_id.raw)
        with self.assertRaises(AccessError):
            export.with_user(auditor).write({"name": "x"})
        self.plano(auditor)
        for name in ("action_testigo_overdue", "action_testigo_current", "action_testigos", "action_plano"):
            with self.assertRaises(AccessError):
                self.pedir(name, self.usuario("responsable") if name.endswith("overdue") else self.env.user)

    def test_cada_quien_ve_los_suyos(self):
        export, _answer = self.pedir("action_testigo_overdue")
        other, admin = self.usuario("gestor"), self.usuario("admin")
        Exportacion = self.env["cartera.exportacion"]
        self.assertFalse(Exportacion.with_user(other).search([]))
        self.assertEqual(Exportacion.with_user(admin).search([]), export)
        for act in ("action_download", "action_cancel", "action_retry"):
            with self.assertRaises(AccessError):
                getattr(export.with_user(other), act)()
        with self.assertRaises(AccessError):
            export.attachment_id.with_user(other).raw  # noqa: B018

    def test_dos_companias(self):
        other = self.env["res.company"].sudo().create({"name": "Otra", "country_id": self.env.ref("base.co").id})
        stranger = self.usuario("analista", other)
        with self.assertRaises(AccessError):
            self.corte.with_user(stranger).action_testigo_overdue()
        Exportacion = self.env["cartera.exportacion"].with_user(self.analista)
        with self.assertRaises(AccessError):
            Exportacion._pedir("ageing_xlsx", other, parameters={"date": str(HOY)})

    # --- errors -----------------------------------------------------------------------------------------------------

    def test_disco_lleno(self):
        full = OSError(errno.ENOSPC, "No space left on device")
        writer = patch(f"{MODELS}.cartera_exportacion_testigo.escribir_libro", side_effect=full)
        with writer, self.assertRaisesRegex(UserError, "disk of the server is full"):
            self.pedir("action_testigo_overdue")

    def test_purga(self):
        export, _answer = self.pedir("action_testigo_overdue")
        kept, _answer = self.pedir("action_testigo_current")
        attachment = export.attachment_id
        self.env.cr.execute(
            "UPDATE cartera_exportacion SET create_date = %s WHERE id = %s", [HOY - timedelta(days=31), export.id]
        )
        export.invalidate_recordset()
        self.env["cartera.exportacion"]._gc_viejas()
        self.assertEqual((export.exists(), attachment.exists()), (export.browse(), attachment.browse()))
        self.assertTrue(kept.exists())


@tagged("post_install", "-at_install")
class TestDetras(ExportacionCase):
    """What waits in the queue, written by the scheduled action."""

    def encolar(self, name="action_testigo_overdue"):
        export, answer = self.pedir(name, AT_ONCE=0, AT_ONCE_FLAT=0)
        self.assertEqual((export.state, answer["res_model"], answer["res_id"]), ("queued", export._name, export.id))
        return export

    def correr(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("cartera_cobro.ir_cron_exportar").sudo().method_direct_trigger()
        self.env.invalidate_all()

    def test_en_cola_y_con_su_avance(self):
        export = self.encolar()
        same, _answer = self.pedir("action_testigo_overdue", AT_ONCE=0)
        self.assertEqual(same, export, "who asks twice waits for one")
        seen = []
        advance = type(export)._avanzar
        with patch.object(cartera_exportacion_libro, "LOT", 1), patch.object(
            type(export), "_avanzar", lambda self, rows: (advance(self, rows), seen.append(rows))
        ):  # fmt: skip
            self.correr()
        self.assertEqual((export.state, export.progress, seen), ("done", 100, [1, 2]))
        self.assertEqual(export.with_user(self.analista).action_download()["type"], "ir.actions.act_url")
        self.assertEqual(self.hojas(export).sheetnames[1], "Cartera vencida")
        bus = self.env["bus.bus"].sudo().search([("message", "like", "ready to be downloaded")])
        self.assertIn(str(self.analista.partner_id.id), bus.channel)

    def test_matado_a_medias_empieza_de_cero(self):
        """What a killed run leaves: running, with rows done and a piece of a file. The next one begins anew."""
        export = self.encolar()
        export.write({"state": "running", "attempts": 1, "rows_done": 1})
        with carpeta(export) as folder, open(os.path.join(folder, "archivo"), "wb") as file:
            file.write(b"half")
            self.correr()
        self.assertEqual((export.state, export.attempts), ("done", 2))
        attachments = self.env["ir.attachment"].sudo().search([("res_model", "=", export._name)])
        self.assertEqual(attachments, export.attachment_id)
        self.correr()
        self.assertEqual(export.attachment_id, attachments, "what is done is not written again")

    def test_a_la_tercera_se_dice(self):
        export = self.encolar()
        export.write({"state": "running", "attempts": 3})
        self.correr()
        self.assertEqual(export.state, "failed")
        self.assertIn("stopped writing it 3 times", export.error)
        export.with_user(self.analista).action_retry()
        self.correr()
        self.assertEqual((export.state, export.error), ("done", False))

    def test_otro_trabajador_la_tiene(self):
        """Another connection holds its lock: it is left alone."""
        export = self.encolar()
        with closing(db_connect(self.env.cr.dbname).cursor()) as other:
            other.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_KEY, export.id])
            self.correr()
            self.assertEqual((export.state, export.attempts), ("queued", 0))
            other.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_KEY, export.id])
        self.correr()
        self.assertEqual((export.state, export.attempts), ("done", 1))

    def test_varios_cierres_van_todos_a_la_cola(self):
        both = self.corte | self.generar(HOY)
        answer = both.with_user(self.analista).action_testigos()
        self.assertEqual(answer["res_model"], "cartera.exportacion")
        exports = self.env["cartera.exportacion"].sudo().search([])
        self.assertEqual((exports.mapped("state"), exports.corte_id), (["queued"] * 2, both))
        self.correr()
        self.assertEqual(exports.mapped("state"), ["done"] * 2)

    def test_cierre_borrado(self):
        corte = self.generar(HOY)
        export, _answer = self.pedir("action_testigo_overdue", corte=corte, AT_ONCE=0)
        corte.sudo().unlink()
        self.correr()
        self.assertEqual(export.state, "failed")
        self.assertIn("was deleted", export.error)

    def test_cancelada_mientras_se_escribe(self):
        """The next lot of rows finds out; nothing is handed over."""
        export = self.encolar()
        export.write({"state": "running", "attempts": 1})
        export.with_user(self.analista).action_cancel()
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.assertRaises(Cancelada):
            export._avanzar(1)
        export.state = "queued"
        with patch.object(cartera_exportacion_libro, "LOT", 1), patch.object(
            type(export), "_avanzar", side_effect=Cancelada
        ):  # fmt: skip
            self.correr()
        self.assertFalse(self.env["ir.attachment"].sudo().search([("res_model", "=", export._name)]))

    def test_lo_que_falla_se_dice_y_no_detiene_a_los_otros(self):
        first, second = self.encolar(), self.encolar("action_testigo_current")
        full = OSError(errno.ENOSPC, "No space left on device")
        logger = f"{MODELS}.cartera_exportacion_cola"
        with patch.object(type(first), "_archivo_testigo_overdue", side_effect=full), self.assertLogs(logger, "ERROR"):
            self.correr()
        self.assertEqual((first.state, second.state), ("failed", "done"))
        self.assertIn("disk of the server is full", first.error)
        self.assertFalse(first.attachment_id)
