"""Who may do what: real users of each role, and an invoicing user with none of them."""

import re

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import HOY, ROLES, CarteraCase


@tagged("post_install", "-at_install")
class TestAcceso(CarteraCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {role: cls.usuario(role) for role in ROLES}
        cls.factura(40)
        cls.own = cls.Expediente.search([("partner_id", "=", cls.debtor.id)])
        cls.strange = cls.factura(50, partner=cls.debtor.copy({"name": "Ajeno"})).sudo().cartera_expediente_id
        cls.strange.user_id = cls.users["tesorero"]

    def test_who_reads(self):
        both = self.own | self.strange
        self.own.responsible_id = self.users["responsable"]
        for role, user in self.users.items():
            with self.subTest(role=role):
                seen = self.Expediente.with_user(user).search([("id", "in", both.ids)])
                items = self.Partida.with_user(user).search([("expediente_id", "in", both.ids)])
                self.assertEqual(seen, self.own if role == "responsable" else both.sorted())
                self.assertEqual(items.expediente_id.sorted("id"), seen.sorted("id"))
                items.mapped("stage_explanation")

    def test_who_writes(self):
        """(own or unassigned, somebody else's) dossier, by role."""
        writers = {"gestor": (True, False), "tesorero": (True, True), "admin": (True, True)}
        for role, user in self.users.items():
            for expediente, allowed in zip((self.own, self.strange), writers.get(role, (False, False)), strict=True):
                with self.subTest(role=role, expediente=expediente.partner_id.name):
                    record = expediente.with_user(user)
                    self.assertEqual(record.has_access("write"), allowed)
                    if allowed:
                        record.hold_note = "x"
                        record.message_post(body="x")
                    else:
                        with self.assertRaises(AccessError):
                            record.hold_note = "x"
                        with self.assertRaises(AccessError):
                            record.message_post(body="x")

    def test_nobody_writes_items_or_the_log(self):
        self.actualizar()
        partida = self.own.partida_ids
        for role, user in self.users.items():
            with self.subTest(role=role), self.assertRaises(AccessError):
                partida.with_user(user).write({"etapa_reason": "manual"})
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.env["cartera.etapa.cambio"].with_user(user).create(
                    {"partida_id": partida.id, "company_id": self.company.id, "date": "2026-07-15", "reason": "age"}
                )

    def test_who_moves_by_decision(self):
        for role, user in self.users.items():
            with self.subTest(role=role):
                Wizard = self.env["cartera.etapa.mover"].with_user(user)
                self.assertEqual(Wizard.has_access("create"), role in ("tesorero", "admin"))
        wizard = (
            self.env["cartera.etapa.mover"]
            .with_user(self.users["tesorero"])
            .with_context(active_model="cartera.expediente", active_ids=self.own.ids)
            .create({"etapa_id": self.etapa("JUR").id, "note": "Poder al abogado"})
        )
        with self.assertRaisesRegex(UserError, "needs 1 rounds of 1 attempts"):
            wizard.action_apply()
        wizard.evidence_note = "Carpeta 114"
        wizard.action_apply()
        self.assertEqual(self.own.etapa_id, self.etapa("JUR"))
        self.assertEqual(self.own.cambio_ids[0].user_id, self.users["tesorero"])

    def test_only_the_administrator_changes_policies(self):
        for role, user in self.users.items():
            with self.subTest(role=role):
                self.assertEqual(self.politica.with_user(user).has_access("write"), role == "admin")

    def test_other_companies_stay_unseen(self):
        other = self.setup_other_company()["company"]
        stranger = self.usuario("auditor", other)
        self.assertFalse(self.Expediente.with_user(stranger).search([]))
        self.assertFalse(self.Partida.with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            self.own.with_user(stranger).read(["amount_overdue"])

    def test_an_invoicing_user_without_our_groups_works_as_before(self):
        clerk = new_test_user(
            self.env,
            login="facturador",
            groups="base.group_user,account.group_account_invoice",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.assertFalse(clerk.has_group("cartera_cobro.group_cartera_reader"))
        move = self.factura(40, post=False).with_user(clerk)
        move.action_post()
        wizard = (
            self.env["account.payment.register"]
            .with_user(clerk)
            .with_context(active_model="account.move", active_ids=move.ids)
        )
        payment = wizard.create({})._create_payments()
        self.assertFalse(self.partidas(move).is_open)
        payment.action_draft()
        self.assertTrue(self.partidas(move).is_open)
        payment.action_cancel()
        move.button_draft()
        self.assertFalse(self.partidas(move).is_open)
        cuenta = (
            self.env["cartera.cuenta"]
            .sudo()
            .create({"name": "C-1", "partner_id": self.debtor.id, "company_id": self.company.id})
        )
        move.sudo().cartera_cuenta_id = cuenta
        move.read(list(move.fields_get()))
        move.action_post()
        copies = move.copy() + move._reverse_moves([{"date": HOY, "invoice_date": HOY}], cancel=True)
        self.assertEqual(copies.sudo().cartera_cuenta_id, cuenta)
        self.assertEqual(len(copies.sudo().filtered("cartera_cuenta_id")), 2)
        # Only that an invoice which Odoo calls paid was written off is said to everybody.
        said = {"form": {"cartera_written_off", "cartera_recovered", "cartera_castigo_texto"}, "list": set()}
        for view, names in said.items():
            arch = self.env["account.move"].with_user(clerk).get_view(view_type=view)["arch"]
            self.assertEqual(set(re.findall(r"cartera_\w+", arch)), names)
        with self.assertRaises(AccessError):
            self.own.with_user(clerk).read(["amount_overdue"])
