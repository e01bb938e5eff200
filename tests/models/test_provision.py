from datetime import date
from decimal import Decimal

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_corte import FIN, CorteCase

FINES = (date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31), FIN)


class ProvisionCase(CorteCase):
    """Runs of impairment of `cls.company`."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Provision = cls.env["cartera.provision"].sudo()
        cls.matriz = cls.metodo("Matriz", posts=True, bandas={0: 1, 1: 5, 31: 10, 91: 50, 361: 100})

    @classmethod
    def metodo(cls, name, bandas=None, **extra):
        """A method of the company, with {first day: percent} as its bands."""
        return (
            cls.env["cartera.provision.metodo"]
            .sudo()
            .create(
                {
                    "name": name,
                    "company_id": cls.company.id,
                    "banda_ids": [
                        Command.create({"days_from": day, "rate": rate}) for day, rate in (bandas or {}).items()
                    ],
                    **extra,
                }
            )
        )

    def cerrado(self, day=FIN):
        corte = self.generar(day)
        if corte.state == "draft":
            corte._confirmar()
        return corte

    def correr(self, day=FIN, metodos=None):
        return self.Provision._generar(self.cerrado(day), metodos)

    def por_numero(self, provision):
        return {linea.number: linea for linea in provision.line_ids}


@tagged("post_install", "-at_install")
class TestProvision(ProvisionCase):
    def test_matriz(self):
        """Each item its band's rate, in a line; the aggregate and the totals are their sums."""
        vencidas = {days: self.factura(days, 1000) for days in (20, 40, 130, 400)}
        provision = self.correr()
        lineas = self.por_numero(provision)
        # At the end of June, 15 days before.
        self.assertEqual(
            {days: (lineas[m.name].days_overdue, lineas[m.name].rate, lineas[m.name].amount)
             for days, m in vencidas.items()},
            {20: (5, 5, 50), 40: (25, 5, 50), 130: (115, 50, 500), 400: (385, 100, 1000)},
        )  # fmt: skip
        self.assertEqual((provision.item_count, provision.amount_gross, provision.amount), (4, 4000, 1600))
        self.assertEqual({r.days_from: r.amount for r in provision.resumen_ids}, {1: 100, 91: 500, 361: 1000})
        self.assertEqual(provision.calculo_ids.mapped("amount"), [1600])

    def test_flujos(self):
        """Four month ends: the loss rates are the products of the flows that the closings show (rules, by hand)."""
        flujo = self.metodo("Flujo", {0: 0, 1: 0, 31: 0, 61: 0}, kind="flow", months=3, lgd=60)
        for days, amount in ((140, 1000), (105, 800), (70, 500), (45, 400), (30, 900), (10, 200)):
            self.factura(days, amount)
        for day in FINES:
            self.cerrado(day)
        provision = self.correr(metodos=self.matriz | flujo)
        calculo = provision.calculo_ids.filtered(lambda c: c.metodo_id == flujo)
        saldos = {(s.date, s.days_from): s.amount for s in provision.saldo_ids}
        entradas = {s.date: s.amount_entered for s in provision.saldo_ids if s.days_from == 61}
        days = (0, 1, 31, 61)
        from odoo.addons.cartera_cobro.rules.impairment import flow_rates, loss_rates

        flows = flow_rates(
            [[saldos.get((day, band), 0) for band in days[:-1]] for day in FINES],
            [entradas.get(day, 0) for day in FINES],
        )
        rates = dict(zip(days, loss_rates(flows, Decimal("0.6")), strict=True))
        for row in provision.resumen_ids.filtered(lambda r: r.calculo_id == calculo):
            self.assertAlmostEqual(row.loss_rate, 100 * float(rates[row.days_from]), 3)
        self.assertTrue(calculo.amount)
        self.assertEqual(provision.amount, sum(provision.line_ids.mapped("amount")))

    def test_flujos_sin_historia(self):
        flujo = self.metodo("Flujo", {0: 0, 31: 0}, kind="flow", months=3)
        with self.assertRaisesRegex(UserError, "3 of them are missing"):
            self.correr(metodos=flujo)
