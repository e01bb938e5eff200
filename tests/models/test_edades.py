from datetime import date
from unittest.mock import patch

from odoo import Command
from odoo.addons.cartera_cobro.models.cartera_edades import Edades
from odoo.addons.cartera_cobro.wizards import cartera_edades_informe
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import HOY
from .test_corte import FIN
from .test_exportacion import ExportacionCase


@tagged("post_install", "-at_install")
class TestEdades(ExportacionCase):
    """The aged balance of the closing's day and of others, on the same three items and what a second debtor has."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.otro = cls.env["res.partner"].create({"name": "Álvaro", "vat": "900123456"})
        cls.pagada = cls.factura(200, 300, cls.otro)
        cls.pagar(cls.pagada, 100, payment_date=date(2026, 7, 10))
        cls.env.flush_all()

    def edades(self, day=FIN, **filters):
        return Edades(self.env, self.company, day, filters).leer()

    def bandas(self, edades):
        totals = edades.totales()
        names = ["credit", *(banda.days_from for banda in edades.bandas)]
        return {name: amount for name, amount in zip(names, totals.amounts, strict=True) if amount}

    def informe(self, user=None, **values):
        wizard = self.env["cartera.edades.informe"].with_user(user or self.analista)
        return wizard.create({"date": FIN, **values})

    def test_bandas_de_la_politica_y_cuadre(self):
        """What was paid after the day is owed on it; the total is the ledger's, and the closing's."""
        edades = self.edades()
        not_due = edades.bandas[0].days_from
        self.assertEqual(self.bandas(edades), {"credit": -70, not_due: 500, 1: 1234.5, 181: 300})
        self.assertEqual((edades.totales().total, edades.saldo_contable()), (1964.5, 1964.5))
        self.assertEqual((edades.totales().items, edades.totales().debtors), (4, 2))
        self.assertEqual(self.bandas(self.edades(HOY))[181], 200)
        self.assertEqual(self.edades(date(2020, 1, 1)).totales().items, 0)

    def test_por_deudor_y_cada_partida(self):
        query = self.env.execute_query
        rows = query(self.edades().por_deudor())
        self.assertEqual(
            [(row[1], row[3], row[-2]) for row in rows], [(self.debtor.name, 3, 1664.5), ("Álvaro", 1, 300)]
        )
        lines = query(self.edades(partner_ids=self.otro.ids).detalle())
        self.assertEqual([(row[1], row[2], row[9], row[-1]) for row in lines], [("Álvaro", "900123456", 185, 300)])

    def test_filtros(self):
        total = lambda **filters: self.edades(**filters).totales().total  # noqa: E731
        self.assertEqual(total(zona_ids=self.zona.ids), 1234.5)
        self.assertEqual(total(cuenta_ids=self.cuenta.ids), 1234.5)
        self.assertEqual(total(account_ids=self.receivable.ids, partner_ids=self.otro.ids), 300)
        self.assertEqual(total(user_ids=self.analista.ids), 0)

    def test_en_pantalla(self):
        action = self.informe(partner_ids=[Command.set(self.otro.ids)]).action_show()
        Linea = self.env["cartera.edades.linea"].with_user(self.analista).with_context(**action["context"])
        groups = Linea._read_group(action["domain"], ["partner_id"], ["amount:sum"])
        self.assertEqual(groups, [(self.otro, 300)])
        every = Linea._read_group([], [], ["amount:sum", "amount_credit:sum", "amount_2:sum", "amount_1:sum"])
        self.assertEqual(every, [(1964.5, -70, 1234.5, 500)])
        arch = Linea.get_view(self.env.ref("cartera_cobro.cartera_edades_linea_view_list").id, "list")["arch"]
        last = self.politica.banda_ids.sorted("days_from")[-1].name
        self.assertIn(f'string="{last}"', arch)
        self.assertNotIn("amount_12", arch)
        line = Linea.search([("partner_id", "=", self.otro.id)])
        self.assertEqual(line.action_open()["res_id"], line.expediente_id.id)
        with self.assertRaises(AccessError):
            Linea.with_user(self.usuario("responsable")).search([])

    def test_libro(self):
        self.informe(detail=True).action_xlsx()
        export = self.env["cartera.exportacion"].sudo().search([], limit=1)
        book = self.hojas(export)
        self.assertEqual(book.sheetnames, ["Resumen", "Por deudor", "Detalle"])
        self.assertEqual([row["Total"] for row in self.filas(book["Por deudor"])], [1664.5, 300])
        detalle = self.filas(book["Detalle"])
        self.assertEqual(sum(row["Total"] for row in detalle), 1964.5)
        self.assertEqual([row["Saldos a favor"] for row in detalle if row["Saldos a favor"]], [-70])
        self.assertNotIn("Moneda", detalle[0])
        self.assertEqual(self.filas(book["Resumen"])[-1], {"Concepto": "Diferencia", "Saldo": 0})

    def test_moneda_extranjera(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].create(
            {"name": "2026-01-01", "currency_id": usd.id, "company_id": self.company.id, "rate": 0.00025}
        )
        self.factura(30, 100, self.otro, currency_id=usd.id)
        self.informe(partner_ids=[Command.set(self.otro.ids)]).action_xlsx()
        export = self.env["cartera.exportacion"].sudo().search([], limit=1)
        rows = self.filas(self.hojas(export)["Detalle"])
        self.assertEqual(
            [(row["Moneda"], row["Saldo en moneda"], row["Total"]) for row in rows][-1], ("USD", 100, 400000)
        )

    def test_en_papel(self):
        self.company.sudo().cartera_politica_id = self.politica
        wizard = self.informe()
        report = self.env.ref("cartera_cobro.report_edades").with_user(self.analista)
        html = report._render_qweb_html(report.report_name, wizard.ids)[0].decode()
        for text in ("Cartera por edades", "NIT 900123456", "1.234,50", "Total: 2 deudores, 4 partidas", "$ 1.964,50"):
            self.assertIn(text, html)
        self.assertIn("El total es el saldo de las cuentas por cobrar", html)
        self.assertEqual(wizard.action_pdf()["report_name"], "cartera_cobro.edades")
        with patch.object(cartera_edades_informe, "PDF_ROWS", 5), self.assertRaisesRegex(UserError, "take the XLSX"):
            wizard.action_pdf()
        with patch.object(cartera_edades_informe, "PDF_ROWS", 5):
            self.informe(detail=False).action_pdf()

    def test_quien_y_de_cuando(self):
        for role in ("auditor", "gestor"):
            self.informe(self.usuario(role)).action_xlsx()
        with self.assertRaises(AccessError):
            self.informe(self.usuario("responsable"))
        with self.assertRaisesRegex(UserError, "is to come"):
            self.informe(date=date(2026, 7, 16)).action_show()
        self.company.sudo().cartera_politica_id = False
        with self.assertRaisesRegex(UserError, "Choose a collection policy"):
            self.informe().action_show()
