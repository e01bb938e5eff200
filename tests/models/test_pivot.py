"""Sums by stage and band: in the policy's order, in the right currency, from the items alone."""

from odoo import Command
from odoo.tests import tagged

from .common import HOY, CarteraCase

CLIENT = ["amount_residual:sum", "company_currency_id:array_agg_distinct", "amount_residual:sum_currency", "__count"]


@tagged("post_install", "-at_install")
class TestPivot(CarteraCase):
    def setUp(self):
        super().setUp()
        for days, amount in ((-20, 100.0), (20, 200.0), (45, 400.0), (400, 800.0)):
            self.factura(days, amount)
        self.actualizar()
        self.officer = self.usuario("gestor")
        self.items = self.env["cartera.partida"].with_user(self.officer).with_company(self.company)

    def leer(self, items, sets=(("etapa_id", "banda_id"), ("banda_id",), ())):
        return items.formatted_read_grouping_sets([("is_open", "=", True)], [list(names) for names in sets], CLIENT)

    def statement(self, items):
        """The statement that reads the sums."""
        seen = []
        execute = type(self.env.cr).execute

        def spy(cursor, query, *args, **kwargs):
            seen.append(getattr(query, "code", str(query)))
            return execute(cursor, query, *args, **kwargs)

        self.patch(type(self.env.cr), "execute", spy)
        self.leer(items)
        return next(code for code in seen if "GROUPING SETS" in code)

    def test_sums_are_those_of_the_items_in_the_order_of_the_policy(self):
        cells, bands, (total,) = self.leer(self.items)
        self.assertEqual([row["amount_residual:sum"] for row in bands], [100.0, 200.0, 400.0, 800.0])
        self.assertEqual(total["amount_residual:sum"], 1500.0)
        self.assertEqual(total["__count"], 4)
        ranks = {etapa.id: rank for rank, etapa in enumerate(self.politica.etapa_ids.sorted())}
        order = [ranks[row["etapa_id"][0]] for row in cells]
        self.assertEqual(order, sorted(order))
        self.politica.banda_ids.sorted()[0].days_from = -400
        backwards = self.items._read_group([("is_open", "=", True)], ["banda_id"], order="banda_id desc")
        self.assertEqual([banda.days_from for (banda,) in backwards][-1], -400)

    def test_one_currency_is_a_value(self):
        rate = {"name": HOY, "currency_id": self.company.currency_id.id, "company_id": self.company.id, "rate": 4.0}
        self.env["res.currency.rate"].sudo().create(rate)
        self.assertNotIn("JOIN", self.statement(self.items))
        total = self.leer(self.items)[-1][0]
        self.assertEqual(total["company_currency_id:array_agg_distinct"], self.company.currency_id.ids)
        self.assertEqual(total["amount_residual:sum_currency"], 375.0)
        self.assertEqual(self.suma_de_odoo(self.items), 375.0)

    def suma_de_odoo(self, items):
        """Odoo's own figure: each amount by the rate of its company's currency."""
        self.patch(type(items), "_una_moneda", lambda model: model.env["res.currency"])
        return self.leer(items)[-1][0]["amount_residual:sum_currency"]

    def test_two_currencies_are_odoo_s(self):
        euro = self.env.ref("base.EUR").sudo()
        euro.active = True
        other = self.env["res.company"].sudo().create({"name": "En euros", "currency_id": euro.id})
        self.officer.sudo().company_ids = [Command.link(other.id)]
        both = self.items.with_context(allowed_company_ids=[self.company.id, other.id])
        self.assertFalse(both._una_moneda())
        self.assertIn("JOIN", self.statement(both))
        self.assertEqual(self.leer(both)[-1][0]["company_currency_id:array_agg_distinct"], self.company.currency_id.ids)

    def test_the_day_follows_the_address_of_the_company(self):
        today = self.company._cartera_hoy()
        self.company.sudo().partner_id.tz = "Pacific/Kiritimati"  # 14 hours ahead: tomorrow
        self.assertGreater(self.company._cartera_hoy(), today)
