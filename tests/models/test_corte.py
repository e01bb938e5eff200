from datetime import date, timedelta

from freezegun import freeze_time
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import HOY, CarteraCase

FIN = date(2026, 6, 30)


class CorteCase(CarteraCase):
    """Closings of `cls.company`, in sudo as the scheduled action makes them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Corte = cls.env["cartera.corte"].sudo()

    def generar(self, day=FIN, company=None):
        self.env.flush_all()
        return self.Corte._generar(company or self.company, day)

    def lineas(self, corte):
        return {linea.number: linea for linea in corte.line_ids}


@tagged("post_install", "-at_install")
class TestCorte(CorteCase):
    def test_saldos_de_un_dia_pasado(self):
        """Paid later counts as owed, issued later does not count, and the total is the ledger's."""
        vencida, pagada, parcial = self.factura(45, 100), self.factura(40, 200), self.factura(30, 300)
        nueva = self.factura(5, 400)  # dated on its due date, after the closing
        self.pagar(pagada, payment_date=date(2026, 6, 20))
        self.pagar(parcial, 120, payment_date=date(2026, 7, 2))
        corte = self.generar()
        lineas = self.lineas(corte)
        self.assertEqual({name: linea.amount for name, linea in lineas.items()}, {vencida.name: 100, parcial.name: 300})
        self.assertNotIn(nueva.name, lineas)
        self.assertEqual(lineas[vencida.name].days_overdue, (FIN - vencida.invoice_date_due).days)
        self.assertEqual(corte.amount_total, 400)
        self.assertEqual((corte.amount_ledger, corte.amount_difference), (400, 0))

    def test_fecha_futura(self):
        with self.assertRaisesRegex(UserError, "still to come"):
            self.generar(HOY + timedelta(days=1))

    def test_el_que_la_fecha_tiene(self):
        corte = self.generar()
        self.assertEqual(corte.state, "draft")
        self.assertEqual(self.generar(), corte)

    def test_conciliacion_retirada(self):
        """A matching that stood that day counts still, although it was undone since and the money matched elsewhere."""
        with freeze_time("2026-06-20 17:00:00"):
            primera, segunda = self.factura(45, 100), self.factura(44, 100)
            pago = self.pagar(primera, payment_date=date(2026, 6, 20))
            self.env.cr.execute("UPDATE account_partial_reconcile SET create_date = '2026-06-20 17:00:00'")
        receipt = pago.move_id.line_ids.filtered(lambda line: line.account_id == self.receivable)
        receipt.remove_move_reconcile()
        owed = segunda.line_ids.filtered(lambda line: line.account_id == self.receivable)
        (receipt | owed).reconcile()
        self.env.cr.execute("UPDATE account_partial_reconcile SET create_date = '2026-07-15 17:00:00'")
        self.assertEqual(list(self.lineas(self.generar())), [segunda.name])
        self.assertEqual(list(self.lineas(self.generar(HOY))), [primera.name])
