"""Analysis over closings: transitions, comparisons, services, what each role sees."""

from datetime import date

from odoo.addons.cartera_cobro.models.cartera_corte_transicion import OUTSIDE
from odoo.tests import tagged

from .test_corte import FIN, CorteCase

MAYO = date(2026, 5, 31)


def matriz(transiciones):
    """{(place before, place after): (items, before, after)}; places are first days of bands, or stages' sequences."""
    return {(t.from_orden, t.to_orden): (t.items, t.amount_before, t.amount_after) for t in transiciones}


class AnalisisCase(CorteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Transicion = cls.env["cartera.corte.transicion"].sudo()

    def cerrar(self, day=FIN, company=None):
        corte = self.generar(day, company)
        corte._confirmar()
        return corte

    def transiciones(self, corte, dimension="band"):
        return self.Transicion.search([("corte_id", "=", corte.id), ("dimension", "=", dimension)])


@tagged("post_install", "-at_install")
class TestTransicion(AnalisisCase):
    def test_matriz_calculada_a_mano(self):
        """Days overdue on 31 May and on 30 June; HOY is 45 and 15 days after."""
        self.factura(55, 100)  # 10 days, then 40
        self.factura(45 + 40, 200)  # 40, then 70
        self.factura(45 + 400, 400)  # over 360 both times
        parcial = self.factura(54, 80)  # 9, then 39, half of it paid
        pagada = self.factura(45 + 5, 50)  # 5, paid on 20 June
        self.factura(20, 30)  # 5 days on 30 June
        self.pagar(pagada, payment_date=date(2026, 6, 20))
        self.pagar(parcial, 40, payment_date=date(2026, 6, 21))
        self.cerrar(MAYO)
        self.assertEqual(
            matriz(self.transiciones(self.cerrar())),
            {
                (1, 31): (2, 180, 140),
                (1, OUTSIDE): (1, 50, 0),
                (31, 61): (1, 200, 200),
                (361, 361): (1, 400, 400),
                (OUTSIDE, 1): (1, 0, 30),
            },
        )
