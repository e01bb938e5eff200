"""The PDFs of letters: each says what is its own debtor's and no other's, whatever the build of wkhtmltopdf can do."""

import base64
import hashlib
import io
from unittest.mock import patch

from odoo.addons.base.models import ir_actions_report
from odoo.addons.cartera_cobro.models import cartera_impreso
from odoo.addons.cartera_cobro.models.cartera_carta import TOGETHER, impresion, pdfs
from odoo.addons.cartera_cobro.models.cartera_envio import Envio
from odoo.addons.cartera_cobro.models.cartera_textos import pesos
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools.pdf import PdfFileReader
from PIL import Image

from .common import HOY
from .test_control_contacto import paginas
from .test_gestion import GestionCase

TABLA = """<div><p>Le solicitamos pagar:</p><table><thead><tr><th>Número</th><th>Total</th></tr></thead>
<tbody><tr t-foreach="object.linea_ids" t-as="linea"><td t-out="linea.name"/>
<td t-out="pesos(linea.total)"/></tr></tbody></table>
<p>Total a pagar <t t-out="pesos(object.amount_total)"/> antes del <t t-out="fecha(object.deadline)"/>.</p></div>"""


class CartaCase(GestionCase):
    """Debtors with an e-mail and one invoice each, and letters to them as the engine of sending writes them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"email": "cartera@example.com", "city": "Villavicencio", "vat": "999000001-2"})
        cls.plantilla = (
            cls.env["cartera.plantilla"]
            .sudo()
            .create({"name": "Oficio", "subject": "Cobro persuasivo", "body_html": TABLA, "numbered": True})
        )

    @classmethod
    def deudor(cls, number):
        """The dossier of a debtor who may be written to, with an invoice."""
        values = {"name": f"Deudor Número {number:03d} Ñáñez", "vat": f"10{number:06d}", "street": f"Calle {number}"}
        partner = cls.env["res.partner"].create({**values, "city": "Bogotá", "email": f"deudor{number}@example.com"})
        cls.autorizar(partner, "email")
        cls.factura(60, 1000.0 * number, partner)
        return cls.Expediente.search([("partner_id", "=", partner.id)])

    @classmethod
    def cartas(cls, *expedientes, write=True, **extra):
        """Letters to the dossiers, written as when they are sent but not printed."""
        cartas = (
            cls.env["cartera.comunicacion"]
            .sudo()
            .create(
                [
                    {"expediente_id": e.id, "template_id": cls.plantilla.id, "channel": "email", **extra}
                    for e in expedientes
                ]
            )
        )
        cartas._aprobar()
        if write:
            with patch.object(Envio, "_imprimir"):
                Envio(cls.env, cls.company).enviar(cartas)
        return cartas

    @staticmethod
    def alargar(carta):
        """Give the letter's table more rows than a page has."""
        rows = "".join(f"<tr><td>Fila {number}</td><td>$ 1</td></tr>" for number in range(90))
        carta.body_html = carta.body_html.replace("</tbody>", f"{rows}</tbody>")

    def assertSuya(self, carta, text, others):
        """The text is that of the letter, and names no other debtor, number or amount."""
        for piece in (carta.partner_id.name, carta.partner_id.vat, carta.number, *carta.linea_ids.mapped("name")):
            self.assertIn(piece, text)
        self.assertIn(f"Total a pagar {pesos(carta.amount_total)} antes", text)
        for other in others - carta:
            for piece in (other.partner_id.name, other.number, pesos(other.amount_total)):
                self.assertNotIn(piece, text)


@tagged("post_install", "-at_install")
class TestCarta(CartaCase):
    def test_each_pdf_is_its_own_debtors_over_several_lots(self):
        cartas = self.cartas(*(self.deudor(number) for number in range(1, TOGETHER + 4)))
        with patch.object(ir_actions_report, "_run_wkhtmltopdf", wraps=ir_actions_report._run_wkhtmltopdf) as run:
            files = pdfs(cartas)
        self.assertEqual(run.call_count, 2)
        self.assertEqual(files.keys(), set(cartas.ids))
        for carta in cartas:
            [text] = paginas(files[carta.id])
            self.assertSuya(carta, text, cartas)
            self.assertIn(f"N.° {carta.number} · Página 1 de 1", text)

    def test_a_letter_has_the_parts_of_an_oficio(self):
        carta = self.cartas(self.deudor(1))
        carta.number_external = "2026EE0099"
        [text] = paginas(pdfs(carta)[carta.id])
        for piece in (
            "NIT 999000001-2", "Villavicencio, 15 de julio de 2026", "Radicado 2026EE0099", "Calle 1", "Bogotá",
            "deudor1@example.com", "Asunto: Cobro persuasivo", "antes del 25 de julio de 2026", "Gestión de cartera",
            carta._huella(),
        ):  # fmt: skip
            self.assertIn(piece, text)

    def test_a_long_letter_goes_on_and_its_neighbours_keep_to_themselves(self):
        cartas = self.cartas(self.deudor(1), self.deudor(2), self.deudor(3))
        self.alargar(cartas[1])
        files = pdfs(cartas)
        first, long, last = (paginas(files[carta.id]) for carta in cartas)
        self.assertEqual([len(first), len(last)], [1, 1])
        self.assertGreater(len(long), 1)
        for number, text in enumerate(long, start=1):
            self.assertIn(f"N.° {cartas[1].number} · Página {number} de {len(long)}", text)
        self.assertSuya(cartas[1], " ".join(long), cartas)
        self.assertSuya(cartas[2], last[0], cartas)

    def test_signatures_are_never_alone_on_a_page(self):
        paragraphs = range(20, 44)
        cartas = self.cartas(*[self.deudor(1)] * len(paragraphs), write=False)
        for carta, count in zip(cartas, paragraphs, strict=True):
            words = "<p>Otro párrafo.</p>" * count
            carta.write({"body_html": f"<div>{words}<p>Penúltimo párrafo.</p><p>Cordialmente,</p></div>", "date": HOY})
        files = [paginas(pdf) for pdf in pdfs(cartas).values()]
        self.assertEqual({len(pages) for pages in files}, {1, 2})
        for pages in files:
            self.assertIn("Penúltimo párrafo. Cordialmente, ", pages[-1])
            self.assertIn("Gestión de cartera", pages[-1])

    def test_letters_that_cannot_be_told_apart_are_converted_one_by_one(self):
        cartas = self.cartas(*(self.deudor(number) for number in (1, 2, 3)))
        for found in ([], [(0, (240, 240, 240))], [(0, (240, 240, 241)), (1, (240, 240, 240)), (2, (240, 240, 242))]):
            with (
                self.subTest(found=found),
                patch.object(cartera_impreso, "_inicios", return_value=found),
                patch.object(ir_actions_report, "_run_wkhtmltopdf", wraps=ir_actions_report._run_wkhtmltopdf) as run,
            ):
                files = pdfs(cartas)
                self.assertEqual(run.call_count, 4)
            for carta in cartas:
                [text] = paginas(files[carta.id])
                self.assertSuya(carta, text, cartas)

    def test_a_letter_that_forges_the_marks_of_another_is_told_apart_all_the_same(self):
        cartas = self.cartas(self.deudor(1), self.deudor(2), self.deudor(3))
        boxes = "".join(
            f'<div style="page-break-before:always;height:1px;background-color:{cartera_impreso.marca(index)}"></div>'
            for index in (None, 1)
        )
        cartas[0].body_html = f"<div>{cartas[0].body_html}{boxes.replace('page-break-before:always;', '', 1)}</div>"
        files = pdfs(cartas)
        for carta in cartas:
            self.assertSuya(carta, " ".join(paginas(files[carta.id])), cartas)

    def test_the_print_file_has_every_letter_in_order_each_numbered_by_itself(self):
        cartas = self.cartas(self.deudor(1), self.deudor(2), self.deudor(3))
        self.alargar(cartas[1])
        pages = paginas(impresion(cartas.sorted("id", reverse=True)))
        self.assertGreater(len(pages), 3)
        self.assertIn(f"N.° {cartas[2].number} · Página 1 de 1", pages[0])
        self.assertIn(f"N.° {cartas[1].number} · Página 1 de {len(pages) - 2}", pages[1])
        self.assertIn(f"N.° {cartas[0].number} · Página 1 de 1", pages[-1])

    def test_what_was_recorded_is_what_is_printed(self):
        carta = self.cartas(self.deudor(1), write=False)
        Envio(self.env, self.company).enviar(carta)
        kept = carta.pdf_id.raw
        self.assertEqual(hashlib.sha256(kept).hexdigest(), carta.pdf_sha256)
        self.assertSuya(carta, paginas(kept)[0], carta)
        other = self.cartas(self.deudor(2))
        carta.partner_id.name = "Otro nombre"
        pages = paginas(impresion(carta | other))
        self.assertEqual(pages[0], paginas(kept)[0])
        self.assertSuya(other, pages[1], carta | other)

    def test_what_has_not_been_written_is_not_printed(self):
        carta = self.cartas(self.deudor(1), write=False)
        with self.assertRaisesRegex(UserError, "written when it is sent"):
            impresion(carta)

    def test_the_print_button_gives_the_same_file_and_asks_for_a_role(self):
        carta = self.cartas(self.deudor(1))
        Report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        reader, outsider = self.usuario("auditor"), self.env.user
        pdf = Report.with_user(reader)._render_qweb_pdf("cartera_cobro.carta", carta.ids)[0]
        self.assertSuya(carta, paginas(pdf)[0], carta)
        with self.assertRaises(AccessError):
            Report.with_user(outsider)._render_qweb_pdf("cartera_cobro.carta", carta.ids)

    def test_a_logo_is_drawn_and_the_placeholder_of_odoo_is_not(self):
        carta = self.cartas(self.deudor(1))

        def imagenes():
            [page] = PdfFileReader(io.BytesIO(pdfs(carta)[carta.id]), strict=False).pages
            return page["/Resources"].get("/XObject", {})

        self.assertFalse(imagenes())
        picture = io.BytesIO()
        Image.new("RGB", (1200, 400), "navy").save(picture, "PNG")
        self.company.sudo().logo = base64.b64encode(picture.getvalue())
        self.assertEqual(len(imagenes()), 1)

    def test_signatures_given_under_the_text_as_it_is_are_printed(self):
        carta = self.cartas(self.deudor(1))
        common = {"res_model": carta._name, "res_id": carta.id, "date": "2026-07-15 15:30:00"}
        self.env["cartera.firma"].sudo().create(
            [
                {**common, "signer_name": "Teresa Orera", "role": "Tesorera", "hash": carta._huella()},
                {**common, "signer_name": "Quien firmó otra cosa", "hash": "0" * 64},
            ]
        )
        carta.invalidate_recordset()
        [text] = paginas(pdfs(carta)[carta.id])
        self.assertIn("Teresa Orera Tesorera Firmado electrónicamente el 15/07/2026 a las 10:30", text)
        self.assertNotIn("Quien firmó otra cosa", text)
        self.assertNotIn("Gestión de cartera", text)

    def test_sizes_are_the_same_under_either_build(self):
        patched = ir_actions_report._wkhtml()._replace(is_patched_qt=True)
        with patch.object(ir_actions_report, "_wkhtml", return_value=patched):
            self.assertEqual(cartera_impreso.escala(), 1)
        with patch.object(ir_actions_report, "_wkhtml", return_value=patched._replace(is_patched_qt=False)):
            self.assertAlmostEqual(cartera_impreso.escala(), 4 / 3)

    def test_without_wkhtmltopdf_or_without_its_pdf_one_is_told(self):
        carta = self.cartas(self.deudor(1))
        missing = ir_actions_report._wkhtml()._replace(state="install")
        with (
            patch.object(ir_actions_report, "_wkhtml", return_value=missing),
            self.assertRaisesRegex(UserError, "install"),
        ):
            pdfs(carta)
        failed = type("Process", (), {"stderr": "out of memory", "returncode": 1})()
        with (
            patch.object(ir_actions_report, "_run_wkhtmltopdf", return_value=failed),
            self.assertRaisesRegex(UserError, "out of memory"),
        ):
            pdfs(carta)

    def test_a_hundred_letters_cost_the_queries_of_one(self):
        def leer(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["ir.actions.report"].sudo()._render_qweb_html("cartera_cobro.carta", some.ids)
            return self.env.cr.sql_log_count - before

        cartas = self.cartas(*(self.deudor(number) for number in range(1, 13)))
        leer(cartas[:1])
        self.assertLessEqual(leer(cartas), leer(cartas[:1]) + 3)


assert HOY.isoformat() == "2026-07-15", "the dates above are those of the frozen day"
