from datetime import date

from odoo.tests import tagged

from .common import HOY, CarteraCase


class RecaudoCase(CarteraCase):
    """Collections of `cls.company`, kept in sudo as the night does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Recaudo = cls.env["cartera.recaudo"].sudo()

    def recaudar(self, company=None):
        """The rows of the company, brought up to date."""
        self.env.flush_all()
        company = company or self.company
        self.counts = self.Recaudo._actualizar(company)
        return self.Recaudo.search([("company_id", "=", company.id)], order="date, partial_id")


@tagged("post_install", "-at_install")
class TestRecaudo(RecaudoCase):
    def test_una_factura_pagada(self):
        factura = self.factura(45, 1000)
        self.pagar(factura, 400, payment_date=date(2026, 7, 1))
        self.pagar(factura, payment_date=HOY)
        rows = self.recaudar()
        self.assertEqual(rows.mapped("amount"), [400, 600])
        self.assertEqual(set(rows.mapped("kind")), {"payment"})
        self.assertEqual(rows.mapped("days_overdue"), [31, 45])
