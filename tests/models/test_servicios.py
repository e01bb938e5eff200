"""An item's balance splits over the services of its invoice, to the cent."""

from odoo import Command
from odoo.tests import tagged

from .common import CarteraCase


@tagged("post_install", "-at_install")
class TestServicios(CarteraCase):
    def reparto(self, move):
        self.env.invalidate_all()
        rows = self.env["cartera.partida.servicio"].sudo().search([("partida_id", "in", self.partidas(move).ids)])
        return {row.categ_id.name or False: row.amount_residual for row in rows}

    def test_balance_splits_by_category(self):
        categories = (
            self.env["product.category"].sudo().create([{"name": n} for n in ("Acueducto", "Alcantarillado", "Aseo")])
        )
        products = (
            self.env["product.product"]
            .sudo()
            .create([{"name": c.name, "categ_id": c.id, "taxes_id": [Command.clear()]} for c in categories])
        )
        move = self.factura(
            40,
            invoice_line_ids=[
                Command.create({"product_id": product.id, "price_unit": 100.0, "tax_ids": [Command.clear()]})
                for product in products
            ],
        )
        self.assertEqual(self.reparto(move), {"Acueducto": 100.0, "Alcantarillado": 100.0, "Aseo": 100.0})
        self.pagar(move, 200.0)
        self.assertEqual(self.reparto(move), {"Acueducto": 33.33, "Alcantarillado": 33.34, "Aseo": 33.33})
        self.pagar(move)
        self.assertEqual(self.reparto(move), {})

    def test_what_has_no_service_is_one_row(self):
        self.assertEqual(self.reparto(self.factura(40)), {False: 1000.0})
