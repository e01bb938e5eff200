"""The debtor sends proofs of payment on the page of the link and follows them; nobody else's are reached."""

import re
from datetime import timedelta

from odoo.addons.cartera_cobro.models.cartera_soporte_portal import MOST_A_DAY, MOST_BYTES
from odoo.tests import HttpCase, tagged

from tests.models.common import HOY
from tests.models.test_soporte import PDF, SoporteCase


@tagged("post_install", "-at_install")
class TestComprobanteEnLinea(SoporteCase, HttpCase):
    def enviar(self, content=PDF, path=None, name="recibo.pdf", **extra):
        """What the page answers to the form."""
        self.authenticate(None, None)
        good = self.expediente._enlace()
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', self.url_open(f"{good}/comprobantes").text).group(1)
        data = {
            "csrf_token": csrf,
            "valor": "$ 1.000",
            "fecha": HOY.isoformat(),
            "banco": "PSE",
            "referencia": "4512",
            "nombre": "Juana <b>Deudora</b>",
            **extra,
        }
        files = [("archivo", (name, content))] if content is not None else None
        return self.url_open(f"{path or good}/comprobantes", data=data, files=files)

    def soportes(self):
        return self.Soporte.search([("company_id", "=", self.company.id)])

    def test_sent_shown_registered_and_turned_down(self):
        response = self.enviar(name="<script>alert(1)</script>.exe", partida=[str(self.recent.id)])
        soporte = self.soportes()
        self.assertRecordValues(
            soporte,
            [
                {
                    "source": "portal",
                    "amount": 1000.0,
                    "date": HOY,
                    "bank": "PSE",
                    "reference": "4512",
                    "partida_ids": self.recent.ids,
                    "sent_by": "Juana <b>Deudora</b>",
                }
            ],
        )
        self.assertTrue(soporte.trace.startswith("IP 127.0.0.1"))
        self.assertNotIn("<script>alert", response.text)
        for piece in (soporte.number, "En revisión", "4512"):
            self.assertIn(piece, response.text)
        # The same form again: one document, and a sentence with its number.
        replayed = self.enviar(partida=[str(self.recent.id)])
        self.assertEqual((replayed.status_code, len(self.soportes())), (400, 1))
        self.assertIn(f"con el número {soporte.number}: en revisión", replayed.text)
        path = self.expediente._enlace()
        own = self.url_open(f"{path}/comprobante/{soporte.id}")
        self.assertEqual((own.status_code, own.content), (200, PDF))
        self.assertEqual(own.headers["X-Content-Type-Options"], "nosniff")
        self.assertEqual(own.headers["Content-Type"], "application/pdf")
        self.assertNotIn("<", own.headers["Content-Disposition"])
        self.registrar(soporte)
        self.assertIn("Pago registrado", self.url_open(f"{path}/comprobantes").text)
        self.enviar(PDF + b"2", referencia="77")
        (self.soportes() - soporte).with_user(self.tesorero).action_reject("La foto <i>no</i> se lee")
        page = self.url_open(f"{path}/comprobantes").text
        for piece in ("No aceptado", "La foto &lt;i&gt;no&lt;/i&gt; se lee"):
            self.assertIn(piece, page)

    def test_what_cannot_be_comes_back_with_a_sentence_and_what_was_typed(self):
        for sentence, arguments in (
            ("una cifra mayor que cero", {"valor": "-5"}),
            ("una cifra mayor que cero", {"valor": "mucho"}),
            ("mucho mayor que lo que debe", {"valor": "999.999.999.999"}),
            ("Escriba el día", {"fecha": "31/02/2026"}),
            ("no puede ser después de hoy", {"fecha": (HOY + timedelta(days=1)).isoformat()}),
            ("demasiado antiguo", {"fecha": "1999-01-01"}),
            ("Adjunte la foto o el PDF", {"content": None}),
            ("Adjunte la foto o el PDF", {"content": b""}),
            ("Adjunte archivos PDF", {"content": b"<html><script>alert(1)</script></html>"}),
            ("puede pesar hasta", {"content": PDF + b"0" * MOST_BYTES}),
        ):
            with self.subTest(sentence=sentence, arguments=str(arguments)[:60]):
                response = self.enviar(**arguments)
                self.assertEqual(response.status_code, 400)
                self.assertIn(sentence, response.text)
                self.assertIn('value="PSE"', response.text)
        self.assertFalse(self.soportes())
        for n in range(MOST_A_DAY):
            self.recibir(text=str(n))
        self.assertIn("varios soportes suyos hoy", self.enviar().text)
        self.pagar(self.old.move_id | self.recent.move_id)
        self.assertIn("No registra saldos por pagar", self.url_open(f"{self.expediente._enlace()}/comprobantes").text)

    def test_nothing_of_another_debtor_is_reached(self):
        other = self.debtor.copy({"name": "Pedro Ajeno"})
        item = self.Partida.search([("move_id", "=", self.factura(40, partner=other).id)])
        strange = self.recibir(text="ajeno", expediente_id=item.expediente_id.id, reference="AJENO-1")
        path = self.expediente._enlace()
        self.authenticate(None, None)
        self.assertNotIn("AJENO-1", self.url_open(f"{path}/comprobantes").text)
        for wrong in (f"{path}/comprobante/{strange.id}", f"{path}/comprobante/999999"):
            self.assertEqual(self.url_open(wrong).status_code, 404)
        # Of the items chosen, only the debtor's own count; the same paper as another's is taken, and marked.
        self.enviar(PDF + b"ajeno", partida=[str(item.id)])
        mine = self.soportes() - strange
        self.assertEqual((mine.partida_ids, mine.duplicate_id), (self.old, strange))
        for bad in (path[:-3] + "AAA", "/cartera/estado/x"):
            self.assertEqual(self.enviar(PDF + b"z", path=bad, referencia="z").status_code, 404)
        self.authenticate(self.gestor.login, self.gestor.login)
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', self.url_open(f"{path}/comprobantes").text).group(1)
        preview = self.url_open(f"{path}/comprobantes", data={"csrf_token": csrf, "valor": "1"})
        self.assertEqual(preview.status_code, 403)
        self.assertEqual(len(self.soportes()), 2)


@tagged("post_install", "-at_install")
class TestComprobanteEnElCelular(SoporteCase, HttpCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_a_proof_is_sent_from_a_phone(self):
        path = self.expediente._enlace()
        self.start_tour(f"{path}/comprobantes", "cartera_comprobante", login=None)
        self.env.invalidate_all()
        self.assertRecordValues(
            self.Soporte.search([]),
            [{"amount": 1000.0, "reference": "CUS 4512", "mimetype": "image/png", "state": "received"}],
        )
