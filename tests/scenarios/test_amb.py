"""Local authority: cobro persuasivo, from the review of the portfolio to the payment or the lawyer."""

from odoo.tests import tagged

from tests.models.common import CarteraCase


@tagged("post_install", "-at_install")
class TestAMB(CarteraCase):
    politica_xmlid = "cartera_cobro.politica_autoridad"

    def test_AMB1_AMB2_monthly_review_orders_the_oldest_and_largest(self):
        gestor = self.usuario("gestor")
        for days, amount in ((-10, 9e6), (20, 1e5), (20, 8e6), (400, 1e5), (400, 8e6)):
            self.factura(days, amount, partner=self.debtor.copy({"name": f"{days}d {amount:.0f}"}))
        counts = self.actualizar()
        self.assertEqual((counts["moved"], counts["unchanged"]), (4, 1))
        worklist = self.Expediente.with_user(gestor).search([("amount_overdue", ">", 0)])
        self.assertEqual(
            worklist.mapped("partner_id.name"), ["400d 8000000", "400d 100000", "20d 8000000", "20d 100000"]
        )
        self.assertEqual(set(worklist.mapped("etapa_id.code")), {"PER"})
        self.assertTrue(all(worklist.mapped("in_list")))
