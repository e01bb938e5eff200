"""The administrator of collection chooses the company's policy and accounts without administering the system."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ROLES, CarteraCase


@tagged("post_install", "-at_install")
class TestAjustes(CarteraCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls.usuario("admin")
        cls.otra_politica = cls.env.ref("cartera_cobro.politica_fondo").sudo()

    def wizard(self, user=None, **values):
        return self.env["cartera.ajustes"].with_user(user or self.admin).with_company(self.company).create(values)

    def test_it_shows_what_the_company_has(self):
        self.company.sudo().cartera_account_ids = self.receivable
        wizard = self.wizard()
        self.assertEqual(wizard.company_id, self.company)
        self.assertEqual(wizard.cartera_politica_id, self.politica)
        self.assertEqual(wizard.cartera_account_ids, self.receivable)

    def test_it_writes_what_was_chosen_and_nothing_else(self):
        name = self.company.name
        self.wizard(
            cartera_politica_id=self.otra_politica.id, cartera_account_ids=[Command.set(self.receivable.ids)]
        ).action_apply()
        company = self.company.sudo()
        self.assertEqual(company.cartera_politica_id, self.otra_politica)
        self.assertEqual(company.cartera_account_ids, self.receivable)
        self.assertEqual(company.name, name)
        self.wizard(cartera_politica_id=False, cartera_account_ids=[Command.clear()]).action_apply()
        self.assertFalse(company.cartera_politica_id or company.cartera_account_ids)

    def test_nobody_else(self):
        for role in set(ROLES) - {"admin"}:
            user = self.usuario(role)
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.wizard(user)
        wizard = self.wizard(cartera_politica_id=self.otra_politica.id)
        self.admin.sudo().group_ids -= self.env.ref("cartera_cobro.group_cartera_admin")
        with self.assertRaises(AccessError):
            wizard.action_apply()
        self.assertEqual(self.company.sudo().cartera_politica_id, self.politica)

    def test_not_for_another_company(self):
        other = self.env["res.company"].sudo().create({"name": "Otra"})
        with self.assertRaises(AccessError):  # the dialog of another company does not even open
            self.wizard(company_id=other.id, cartera_politica_id=self.otra_politica.id).action_apply()
        self.assertFalse(other.cartera_politica_id)

    def test_not_with_what_belongs_to_another_company(self):
        other = self.env["res.company"].sudo().create({"name": "Otra"})
        theirs = self.otra_politica.copy({"company_id": other.id})
        wizard = self.wizard()
        wizard.sudo().cartera_politica_id = theirs
        with self.assertRaisesRegex(UserError, "another company"):
            wizard.action_apply()
        payable = self.company_data["default_account_payable"]
        with self.assertRaisesRegex(UserError, "not receivable"):
            self.wizard(cartera_account_ids=[Command.set(payable.ids)]).action_apply()
