"""Who asks too often is told to wait, and what they had sent stays."""

import re

from freezegun import api, freeze_time
from limits import RateLimitItemPerMinute
from odoo.addons.cartera_cobro.controllers.deudor import SEEN, SENT, _counter
from odoo.tests import HttpCase, tagged

from tests.models.common import CarteraCase


@tagged("post_install", "-at_install")
class TestLimite(CarteraCase, HttpCase):
    def con_la_hora_de_verdad(self):
        # What forgets old requests works beside, by the machine's own clock: the one here has to be that.
        today = freeze_time(api.real_datetime.now(), tick=True)
        today.start()
        self.addCleanup(today.stop)

    def test_too_many_forms_in_a_minute_are_refused_politely_and_logged(self):
        self.con_la_hora_de_verdad()
        self.factura(40, 1234.0)
        dossier = self.Expediente.search([("partner_id", "=", self.debtor.id)])
        self.authenticate(None, None)
        path = dossier._enlace()
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', self.url_open(path).text).group(1)
        data = {"csrf_token": csrf, "importe": "100", "dia": "x"}
        for _n in range(SENT):
            self.assertEqual(self.url_open(f"{path}/promesa", data=data).status_code, 400)
        with self.assertLogs("odoo.addons.cartera_cobro.controllers.deudor", "WARNING") as logged:
            response = self.url_open(f"{path}/promesa", data=data)
        self.assertEqual((response.status_code, response.headers["Retry-After"]), (429, "60"))
        self.assertIn("Espere un minuto", response.text)
        self.assertIn("Too many requests", logged.output[0])
        self.assertNotIn(path.rsplit("/", 1)[1], logged.output[0], "a link is not written into the log")
        self.assertEqual(self.url_open(path).status_code, 200, "reading has its own limit")

    def test_a_thousand_requests_in_a_minute_are_nothing_to_the_server(self):
        """Of what one address asks, only so many reach a page: the others cost no more than being counted."""
        self.con_la_hora_de_verdad()
        counted = [_counter.hit(RateLimitItemPerMinute(SEEN), "cartera", "get", "203.0.113.9") for _n in range(1000)]
        self.assertEqual((counted.count(True), counted.index(False)), (SEEN, SEEN))
        self.assertTrue(_counter.hit(RateLimitItemPerMinute(SEEN), "cartera", "get", "203.0.113.10"), "another address")

    def test_what_is_sent_again_and_again_is_kept_once(self):
        self.factura(40, 1234.0)
        dossier = self.Expediente.search([("partner_id", "=", self.debtor.id)])
        dossier.user_id = self.usuario("gestor")
        self.authenticate(None, None)
        path = dossier._enlace()
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', self.url_open(f"{path}/reclamos").text).group(1)
        forms = {
            "promesa": {"importe": "100", "dia": "2026-07-20"},
            "reclamos": {"clase": "request", "nombre": "Juana", "texto": "Pido un plazo"},
            "datos": {"nombre": "Juana", "city": "Tunja"},
        }
        for _thrice in range(3):
            for page, form in forms.items():
                self.assertIn(self.url_open(f"{path}/{page}", {"csrf_token": csrf, **form}).status_code, (200, 400))
        self.assertEqual(
            [len(dossier[name]) for name in ("promesa_ids", "reclamacion_ids", "actualizacion_ids")], [1, 1, 1]
        )

    def test_what_the_address_says_does_not_replace_what_was_opened(self):
        self.factura(40, 1234.0)
        dossier = self.Expediente.search([("partner_id", "=", self.debtor.id)])
        self.authenticate(None, None)
        response = self.url_open(f"{dossier._enlace()}?base=ajena&expediente=1&claim=x")
        self.assertEqual(response.status_code, 200)
        self.assertIn("1,234", response.text)
        self.assertNotIn("ajena", response.text.split("<main>")[1].split("<footer")[0])
