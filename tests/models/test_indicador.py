from datetime import date

from odoo.tests import tagged

from .test_corte import FIN, CorteCase

MAYO = date(2026, 5, 31)


class IndicadorCase(CorteCase):
    """Closings that were confirmed, and what their indicators say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Indicador = cls.env["cartera.indicador"].sudo()

    def confirmar(self, day=FIN, company=None):
        corte = self.generar(day, company)
        corte._confirmar()
        return corte

    def valores(self, corte, code, scope="total"):
        """{label: value} of an indicator at a closing, in a scope; of the total, its value or None."""
        found = (
            self.env["cartera.indicador.valor"]
            .sudo()
            .search([("corte_id", "=", corte.id), ("indicador_id.code", "=", code), ("scope", "=", scope)])
        )
        return {valor.label: valor.value for valor in found} if scope != "total" else found.value if found else None


@tagged("post_install", "-at_install")
class TestIndicador(IndicadorCase):
    def test_los_de_la_cartera(self):
        """Worked out by hand from five invoices: 1,600 overdue in May; 400 of them and 500 more in June."""
        paid, half, _due, _current = (
            self.factura(days, amount) for days, amount in ((80, 1000), (70, 600), (20, 500), (10, 300))
        )
        self.pagar(paid, payment_date=date(2026, 6, 10))
        self.pagar(half, 200, payment_date=date(2026, 6, 12))
        mayo, junio = self.confirmar(MAYO), self.confirmar()
        self.assertIsNone(self.valores(mayo, "overdue_reduction"))
        self.assertIsNone(self.valores(mayo, "cei"))
        self.assertEqual(self.valores(junio, "overdue_reduction"), 700)
        # 900 receivable, all overdue, of 2,100 sold from April to June (91 days).
        self.assertEqual(self.valores(junio, "dso"), 39)
        self.assertEqual(self.valores(junio, "best_possible_dso"), 0)
        self.assertEqual(self.valores(junio, "average_days_delinquent"), 39)
        self.assertEqual(self.valores(junio, "share_current"), 0)
        # 1,600 in May and 500 sold in June, less 900: 1,200 collected of the 2,100 that could be.
        self.assertEqual(self.valores(junio, "cei"), 57.14)
