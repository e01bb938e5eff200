"""Two companies in one database, of which one collects: whoever works in the other notices nothing."""

import re

from odoo import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from .common import HOY, CarteraCase


@tagged("post_install", "-at_install")
class TestOtraCompania(CarteraCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.setup_other_company()["company"]
        cls.clerk = new_test_user(
            cls.env,
            login="facturador_otra",
            groups="base.group_user,account.group_account_invoice",
            company_id=cls.other.id,
            company_ids=[Command.set(cls.other.ids)],
        )
        cls.own = cls.env(user=cls.clerk, context={"allowed_company_ids": cls.other.ids})
        cls.factura(40)

    def rastro(self):
        """{table: rows} of what an entry or a night may write."""
        self.env.flush_all()
        kinds = "partida etapa_cambio expediente gestion comunicacion recaudo conciliacion_retirada".split()
        tables = [f"cartera_{kind}" for kind in kinds]
        count = "SELECT COUNT(*) FROM %s"
        return {table: self.env.execute_query(SQL(count, SQL.identifier(table)))[0][0] for table in tables}

    def facturar(self):
        line = {"name": "Servicio", "price_unit": 1000, "tax_ids": [Command.clear()]}
        move = self.own["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.debtor.id,
                "invoice_date": HOY,
                "invoice_line_ids": [Command.create(line)],
            }
        )
        move.action_post()
        return move

    def test_post_pay_and_reset_leave_no_trace(self):
        before = self.rastro()
        move = self.facturar()
        wizard = self.own["account.payment.register"].with_context(active_model="account.move", active_ids=move.ids)
        payment = wizard.create({})._create_payments()
        self.assertIn(move.payment_state, ("paid", "in_payment"))
        payment.action_draft()
        payment.action_cancel()
        self.assertEqual(move.payment_state, "not_paid")
        move._reverse_moves([{"date": HOY, "invoice_date": HOY}], cancel=True)
        move = self.facturar()
        move.button_draft()
        move.button_cancel()
        self.assertEqual(move.state, "cancel")
        self.assertEqual(self.rastro(), before)

    def test_the_night_passes_it_by(self):
        self.facturar()
        self.actualizar()
        before = self.rastro()
        with self.enter_registry_test_mode():
            self.env.ref("cartera_cobro.ir_cron_actualizar").sudo().method_direct_trigger()
        self.assertEqual(self.rastro(), before)
        self.assertFalse(self.Partida.search([("company_id", "=", self.other.id)]))
        self.assertFalse(self.Expediente.search([("company_id", "=", self.other.id)]))

    def test_nothing_of_it_shows(self):
        """No menu, no report or action on an invoice, no field in what they open, but what says it was written off."""
        ours = self.env["ir.model.data"].sudo().search([("module", "=", "cartera_cobro")])
        menus = ours.filtered(lambda data: data.model == "ir.ui.menu").mapped("res_id")
        self.assertFalse(self.own["ir.ui.menu"].load_menus(False).keys() & set(menus))
        actions = ours.filtered(lambda data: data.model.startswith("ir.actions")).mapped("res_id")
        for model in "account.move account.payment res.partner account.journal".split():
            for view in ("form", "list", "search"):
                answer = self.own[model].get_views([(False, view)], {"toolbar": True})["views"][view]
                shown = set(re.findall(r'name="(cartera_\w+)"', answer["arch"]))
                self.assertLessEqual(
                    shown, {"cartera_written_off", "cartera_recovered", "cartera_castigo_texto"}, f"{model} {view}"
                )
                bound = [each["id"] for kind in answer.get("toolbar", {}).values() for each in kind]
                self.assertFalse(set(bound) & set(actions), f"{model} {view}")
