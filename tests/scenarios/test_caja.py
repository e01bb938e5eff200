"""Family compensation fund: administrative collection of services sold on credit, then the legal office."""

from odoo.tests import tagged

from tests.models.common import CarteraCase


@tagged("post_install", "-at_install")
class TestCaja(CarteraCase):
    politica_xmlid = "cartera_cobro.politica_caja"

    def test_CC1_portfolio_of_the_invoices_in_collection(self):
        coordinador = self.usuario("tesorero")
        expected = {}
        for days, code in ((-30, "VIG"), (-3, "PRE"), (1, "ADM"), (200, "ADM")):
            expected[self.partidas(self.factura(days))] = code
        self.actualizar()
        for partida, code in expected.items():
            self.assertEqual(partida.with_user(coordinador).etapa_id.code, code)
        self.assertCuadra()
