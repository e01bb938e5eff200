"""The debtor's statement and promise in a real browser, on a phone, by the link that was sent."""

from datetime import date

from odoo.tests import HttpCase, tagged

from tests.models.test_acuerdo import AcuerdoCase


@tagged("post_install", "-at_install")
class TestRecorridoDeEstado(AcuerdoCase, HttpCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_the_statement(self):
        self.env["cartera.certificado"].sudo()._emitir(self.expediente, "statement")
        self.start_tour(self.expediente._enlace(), "cartera_estado_telefono")

    def test_the_promise(self):
        self.start_tour(self.expediente._enlace(), "cartera_promesa_telefono")
        self.env.invalidate_all()
        promesa = self.env["cartera.promesa"].sudo().search([("expediente_id", "=", self.expediente.id)])
        self.assertRecordValues(
            promesa, [{"amount": 600_000, "date_promised": date(2026, 7, 20), "source": "portal", "state": "pending"}]
        )
