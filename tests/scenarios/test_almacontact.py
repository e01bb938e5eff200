"""Services company: invoices and payments of the month, and which customers are late."""

from odoo.tests import tagged

from tests.models.common import CarteraCase


@tagged("post_install", "-at_install")
class TestAlmacontact(CarteraCase):
    def test_ALM1_ALM3_ALM6_invoices_payments_and_customers_of_an_operations_manager(self):
        manager = self.usuario("responsable")
        late = self.factura(45, 5_000_000.0)
        paid = self.factura(10, 2_000_000.0, partner=self.debtor.copy({"name": "Cumplido"}))
        late.sudo().cartera_expediente_id.responsible_id = manager
        self.pagar(paid)
        self.pagar(late, 1_000_000.0)
        self.actualizar()
        mine = self.Expediente.with_user(manager).search([("amount_overdue", ">", 0)])
        self.assertEqual(mine.partner_id, self.debtor)
        self.assertEqual((mine.amount_overdue, mine.days_overdue), (4_000_000.0, 45))
        self.assertCuadra()
