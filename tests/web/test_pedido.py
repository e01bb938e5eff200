"""The debtor asks for an agreement on the page of the link."""

import re

from odoo.tests import HttpCase, tagged

from tests.models.test_acuerdo import AcuerdoCase


@tagged("post_install", "-at_install")
class TestPedidoEnLinea(AcuerdoCase, HttpCase):
    def campos(self, page):
        """The fields of the form that asks for the plan shown on a page."""
        form = page.text.split('class="o_cartera_plan')[1]
        pairs = re.findall(r'name="(csrf_token|visto|partida|cuotas|inicial|primera)" value="([^"]*)"', form)
        return {name: [v for n, v in pairs if n == name] for name, _value in pairs}

    def test_compared_asked_for_sent_again_and_seen_until_it_is_signed(self):
        self.expediente.user_id = self.gestor
        self.authenticate(None, None)
        path = f"{self.expediente._enlace()}/acuerdo"
        # The button of another plan comes after the box of the form.
        page = self.url_open(f"{path}?partida={self.partidas(self.facturas[0]).id}&cuotas=6&inicial=&cuotas=3")
        self.assertEqual(page.status_code, 200)
        self.assertIn("Cuota 3 de 3", page.text)
        self.assertNotIn("Cuota 6 de 6", page.text)
        fields = {**self.campos(page), "nombre": "<script>alert(1)</script>", "nota": "Cobro los 15"}
        for _twice in range(2):
            response = self.url_open(path, data=fields)
            self.assertEqual(response.status_code, 200)
            self.assertIn("Recibimos su solicitud", response.text)
        acuerdo = self.Acuerdo.sudo().search([("expediente_id", "=", self.expediente.id)])
        self.assertRecordValues(acuerdo, [{"state": "draft", "count": 3, "asked_by": "<script>alert(1)</script>"}])
        self.assertIn("IP 127.0.0.1", "".join(acuerdo.message_ids.mapped("body")))
        self.assertNotIn("<script>alert", "".join(acuerdo.message_ids.mapped("body")) + response.text)
        self.assertIn("En estudio", response.text)
        refused = self.url_open(path, data={**fields, "visto": "x"})
        self.assertEqual(refused.status_code, 400)
        self.assertIn("Ya recibimos su solicitud", refused.text)
        acuerdo.with_user(self.gestor).action_propose()
        page = self.url_open(path)
        self.assertIn("Por aceptar", page.text)
        self.assertIn("con el enlace que le enviamos", page.text)
        self.assertNotIn("/cartera/acuerdo/", page.text, "this link is not that one")

    def test_what_was_typed_comes_back_with_the_reason(self):
        self.authenticate(None, None)
        path = f"{self.expediente._enlace()}/acuerdo"
        fields = {**self.campos(self.url_open(path)), "nombre": "Juana", "nota": "Por favor"}
        for changed, sentence in (
            ({"cuotas": "61"}, "Elija de 1 a 60"),
            ({"primera": "2030-01-01"}, "El primer pago va de hoy"),
            ({"partida": ["999999999"]}, "Elija al menos una"),
            ({"nombre": " "}, "Escriba su nombre"),
            ({"visto": ""}, "El plan cambió"),
        ):
            with self.subTest(sentence=sentence):
                response = self.url_open(path, data={**fields, **changed})
                self.assertEqual(response.status_code, 400)
                self.assertIn(sentence, response.text)
        self.assertFalse(self.expediente.acuerdo_ids)
        self.authenticate(self.gestor.login, self.gestor.login)
        self.assertIn("Vista previa", self.url_open(path).text)
        self.assertNotIn("Pedir este acuerdo", self.url_open(path).text)
