"""The page that verifies a certificate: no code, a wrong one, the right one, revoked, another company's."""

import re

from odoo.tests import HttpCase, tagged

from tests.models.test_certificado import CertificadoCase


@tagged("post_install", "-at_install")
class TestVerificar(CertificadoCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor.write({"email": "juana@example.com", "phone": "310 555 0101", "street": "Calle 1 # 2-3"})
        cls.company.sudo().name = "Fondo Uno"

    def abrir(self, path=""):
        # Nobody is logged in.
        self.authenticate(None, None)
        return self.url_open(f"/cartera/verificar{path}")

    def assertNada(self, response):
        self.assertEqual(response.status_code, 404)
        self.assertIn("Ningún documento tiene ese código", response.text)
        self.assertNotIn("Juana", response.text)

    def test_without_a_code_it_asks_for_one(self):
        response = self.abrir()
        self.assertEqual((response.status_code, response.headers["X-Robots-Tag"]), (200, "noindex, nofollow"))
        self.assertIn('name="codigo"', response.text)

    def test_a_wrong_code_says_so_and_shows_nothing(self):
        issued, draft = self.emitir(), self.preparar()
        last = "2" if issued.code[-1] != "2" else "3"
        for path in (f"/{issued.code[:-1]}{last}", f"/{issued.code[:-1]}", f"/{draft.id}", "/%C3%B1", "/' OR 1=1",
                     f"?codigo={issued.number}", f"/{issued.code}2"):  # fmt: skip
            with self.subTest(path):
                self.assertNada(self.abrir(path))

    def test_the_right_code_however_it_is_typed_shows_the_paper_and_nothing_else(self):
        certificado = self.emitir()
        certificado.sudo().write({"purpose": "Demanda ejecutiva", "requested_by": "Oficina Jurídica"})
        plain = certificado.code.replace("-", "")
        for path in (f"/{certificado.code}", f"?codigo=%20{plain.lower()}%20", f"/{plain[:6]}%20{plain[6:]}"):
            with self.subTest(path):
                response = self.abrir(path)
                self.assertEqual(response.status_code, 200)
                for text in ("auténtico y vigente", "Certificado de deuda", "2026-00001", "Juana Deudora", "52123456",
                             "15 de julio de 2026", "1.007.890,41", certificado.pdf_sha256, "Fondo Uno"):  # fmt: skip
                    self.assertIn(text, response.text)
        for private in ("juana@example.com", "310 555 0101", "Calle 1", self.facturas[0].name, "Demanda ejecutiva",
                        "Oficina Jurídica", "/web/content", self.tesorero.name):  # fmt: skip
            self.assertNotIn(private, response.text)
        self.assertEqual(response.headers["Cache-Control"], "no-store")

    def test_what_was_printed_stays_when_the_debtor_changes(self):
        certificado = self.emitir()
        self.debtor.name = "Otro Nombre"
        self.assertIn("Juana Deudora", self.abrir(f"/{certificado.code}").text)

    def test_a_revoked_one_says_so_and_what_replaces_it_but_not_why(self):
        old, new = self.emitir(), self.emitir()
        old.with_user(self.tesorero).action_revoke("Se liquidó mal", new)
        response = self.abrir(f"/{old.code}")
        for text in ("Documento revocado", "Lo reemplaza el N.° 2026-00002"):
            self.assertIn(text, response.text)
        for text in ("vigente", "Se liquidó mal", new.code):
            self.assertNotIn(text, response.text)

    def test_each_company_signs_its_own(self):
        other = (
            self.env["res.company"].sudo().create({"name": "Acueducto Dos", "currency_id": self.company.currency_id.id})
        )
        other.cartera_politica_id = self.politica
        expediente = self.Expediente.create({"partner_id": self.debtor.id, "company_id": other.id})
        certificado = self.emitir("statement", expediente=expediente)
        response = self.abrir(f"/{certificado.code}")
        self.assertIn("Acueducto Dos", response.text)
        self.assertNotIn("Fondo Uno", response.text)


@tagged("post_install", "-at_install")
class TestEstadoPdf(CertificadoCase, HttpCase):
    """The debtor takes the statement of the day with them, from the page of their link."""

    def descargar(self, path=None):
        page = self.expediente._enlace()
        self.authenticate(None, None)
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', self.url_open(page).text).group(1)
        return self.url_open(f"{path or page}/pdf", data={"csrf_token": csrf})

    def estados(self):
        return self.Certificado.sudo().search([("expediente_id", "=", self.expediente.id)], order="id")

    def test_the_same_paper_as_long_as_nothing_changes(self):
        first = self.descargar()
        self.assertEqual((first.status_code, first.headers["Content-Type"]), (200, "application/pdf"))
        self.assertEqual(self.descargar().content, first.content)
        self.assertRecordValues(
            self.estados(), [{"kind": "statement", "number": "2026-00001", "amount_total": 1_007_890.41}]
        )
        self.pagar(self.facturas[0])
        self.assertNotEqual(self.descargar().content, first.content)
        self.assertEqual(self.estados().mapped("number"), ["2026-00001", "2026-00002"])

    def test_no_other_link_gets_it_and_a_missing_rate_is_said(self):
        self.assertEqual(self.descargar("/cartera/estado/x").status_code, 404)
        self.politica.interest_regime = "commercial"
        self.env["cartera.parametro"].sudo().search([("code", "=", "ibc")]).unlink()
        response = self.descargar()
        self.assertEqual(response.status_code, 503)
        self.assertIn("No es posible generar el documento", response.text)
        self.assertFalse(self.estados())
