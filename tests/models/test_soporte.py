"""Proofs of payment: taken, duplicates, who may do what, the money they become, and what is told of them."""

import base64
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo import Command, fields
from odoo.addons.cartera_cobro.models.cartera_campana_seleccion import Seleccion
from odoo.addons.cartera_cobro.models.cartera_cola import Cola
from odoo.addons.cartera_cobro.models.cartera_deuda import Deudas
from odoo.addons.cartera_cobro.models.cartera_soporte import MOST_REJECTED, Repetido
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import SQL

from .common import HOY
from .test_acuerdo_vigilancia import VigilanciaCase
from .test_gestion import GestionCase

PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


class SoporteCase(GestionCase):
    """A debtor with 1.000 (60 days) and 500 (20 days) overdue."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gestor, cls.tesorero, cls.contador, cls.auditor = (
            cls.usuario(r) for r in ("gestor", "tesorero", "contador", "auditor")
        )
        cls.colega = new_test_user(
            cls.env, "colega", groups="base.group_user,cartera_cobro.group_cartera_gestor",
            company_id=cls.company.id, company_ids=[Command.set(cls.company.ids)],
        )  # fmt: skip
        for user in cls.gestor | cls.tesorero | cls.contador:
            user.sudo().email = f"{user.login}@example.com"
        cls.company.sudo().cartera_coordinador_id = cls.tesorero
        cls.politica.interest_regime = "none"
        cls.debtor.write({"email": "juana@example.com", "vat": "52123456"})
        cls.expediente.user_id = cls.gestor
        cls.old = cls.expediente.partida_ids
        cls.recent = cls.Partida.search([("move_id", "=", cls.factura(20, 500.0).id)])
        cls.Soporte = cls.env["cartera.soporte"].sudo()

    @classmethod
    def archivo(cls, text="a"):
        return {"name": "recibo.pdf", "raw": PDF + text.encode(), "mimetype": "application/pdf"}

    @classmethod
    def recibir(cls, amount=1000.0, text="a", source="portal", partidas=None, **extra):
        values = {"expediente_id": cls.expediente.id, "amount": amount, "date": HOY, "sent_by": "Juana", **extra}
        return cls.Soporte._recibir(cls.company, source, text and cls.archivo(text), partidas, **values)

    def nuevo(self, user, amount=1000.0, text="a", **extra):
        """Passed on by somebody of the team, through the dialogue of the dossier; as that person sees it."""
        Nuevo = self.env["cartera.soporte.nuevo"].with_user(user).with_context(default_expediente_id=self.expediente.id)
        with Form(Nuevo) as form:
            form.amount = amount
            form.file = base64.b64encode(PDF + text.encode())
            for name, value in extra.items():
                setattr(form, name, value)
        action = form.save().action_send()
        return self.env["cartera.soporte"].with_user(user).browse(action["res_id"])

    def registrar(self, soporte, user=None, how="new", **extra):
        values = {"journal": self.bank, "day": soporte.date} if how == "new" else {}
        return soporte.with_user(user or self.contador).sudo(False).action_register(how, **{**values, **extra})

    def motivo(self):
        """Why a mass run of today leaves the debtor out; None when it does not."""
        seleccion = Seleccion(
            self.env, self.company, self.env.ref("cartera_cobro.plantilla_primera_carta").sudo(), "email", HOY
        )
        self.env.flush_all()
        query = SQL("SELECT %s FROM %s WHERE x.id = %s", seleccion.motivo(), seleccion.desde(), self.expediente.id)
        return self.env.execute_query(query)[0][0]


@tagged("post_install", "-at_install")
class TestSoporteQueLlega(SoporteCase):
    def test_it_is_no_money_and_only_leaves_in_peace_what_it_says_to_pay(self):
        soporte = self.recibir(1000.0)
        self.assertRecordValues(
            soporte,
            [
                {
                    "state": "received",
                    "partida_ids": self.old.ids,
                    "pause_until": HOY + timedelta(days=5),
                    "number": "2026-00001",
                }
            ],
        )
        self.assertEqual(self.expediente.amount_overdue, 1500.0)
        self.assertFalse(soporte.move_id)
        leido = {p.id: p.pause for p in Deudas(self.env, self.company).leer(self.expediente)[self.expediente.id]}
        self.assertEqual(leido, {self.old.id: "proof", self.recent.id: None})
        after = Deudas(self.env, self.company, HOY + timedelta(days=6)).leer(self.expediente)[self.expediente.id]
        self.assertEqual([p.pause for p in after], [None, None], "the policy's days are over")
        self.assertNotEqual(self.motivo(), "proof")
        self.recibir(600.0, "b", reference="2", partidas=self.recent)
        self.assertEqual(self.motivo(), "proof")
        self.assertEqual(Cola(self.env, self.company, self.tesorero).motivos()[0].get("paused"), 1)

    def test_the_policy_says_for_how_long_and_who_cries_wolf_is_not_left_in_peace(self):
        self.politica.proof_pause_days = 0
        self.assertFalse(self.recibir(text="z").pause_until)
        self.politica.proof_pause_days = 5
        for n in range(MOST_REJECTED):
            soporte = self.recibir(text=str(n))
            self.assertTrue(soporte.pause_until)
            soporte.with_user(self.tesorero).action_reject("Es de otra empresa")
        self.assertFalse(self.recibir(text="once more").pause_until)

    def test_how_much_its_money_reaches(self):
        for amount, partidas in ((1000.0, self.old), (1000.01, self.old | self.recent), (0, self.old | self.recent)):
            with self.subTest(amount=amount):
                self.assertEqual(self.recibir(amount, str(amount)).partida_ids, partidas)
        dollars = self.recibir(1.0, "usd", currency_id=self.env.ref("base.USD").id)
        self.assertEqual(
            dollars._en_moneda_propia(),
            self.env.ref("base.USD")._convert(1, self.company.currency_id, self.company, HOY),
        )

    def test_the_same_one_is_named_and_refused_and_of_another_debtor_it_is_marked(self):
        first = self.recibir(1000.0, "a", reference="CUS 00-4512", bank="PSE")
        for extra in ({"text": "a", "amount": 3.0}, {"text": "b", "reference": "cus004512"}):
            with self.subTest(extra=extra), self.assertRaises(Repetido) as caught:
                self.recibir(**extra)
            self.assertIn(first.number, str(caught.exception))
        self.recibir(text="c", reference="CUS004512", date=HOY - timedelta(days=1))  # another day: another payment
        other = self.debtor.copy({"name": "Pedro Ajeno"})
        self.factura(40, partner=other)
        strange = self.Expediente.search([("partner_id", "=", other.id)])
        twin = self.recibir(text="a", expediente_id=strange.id)
        self.assertEqual(twin.duplicate_id, first)
        with self.assertRaisesRegex(UserError, first.number):
            self.registrar(twin)
        mailed = self.recibir(text="a", source="mail")
        self.assertEqual(mailed.duplicate_id, first, "what comes by e-mail is kept, and marked")
        first.with_user(self.tesorero).action_reject("Es de Pedro")
        mailed.with_user(self.tesorero).action_reject("Es de Pedro")
        self.registrar(twin)
        self.assertEqual(twin.state, "registered")

    def test_it_is_kept_and_what_others_did_is_not_typed(self):
        soporte = self.recibir().with_user(self.tesorero)
        soporte.write({"amount": 900.0, "reference": "77"})
        self.assertEqual(soporte.partida_ids.ids, self.old.ids)
        for vals in (
            {"state": "registered"},
            {"verified_by": self.gestor.id},
            {"pause_until": False},
            {"file_hash": ""},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                soporte.write(vals)
        with self.assertRaises(ValidationError):
            other = self.Partida.search([("move_id", "=", self.factura(9, partner=self.debtor.copy()).id)])
            soporte.partida_ids = [Command.link(other.id)]
        for user in (self.tesorero, self.usuario("admin")):
            with self.assertRaises(UserError):
                soporte.with_user(user).unlink()
        with self.assertRaises(AccessError):
            self.env["cartera.soporte"].with_user(self.tesorero).create(
                {"company_id": self.company.id, "source": "officer", "currency_id": self.company.currency_id.id}
            )

    def test_it_goes_to_the_debtor_whose_it_is_with_what_they_owe(self):
        other = self.debtor.copy({"name": "Pedro Dueño"})
        theirs = self.Partida.search([("move_id", "=", self.factura(40, 1000.0, partner=other).id)])
        soporte = self.recibir()
        self.assertEqual(soporte.partida_ids, self.old)
        soporte.with_user(self.tesorero).sudo(False).expediente_id = theirs.expediente_id
        self.assertRecordValues(soporte, [{"expediente_id": theirs.expediente_id.id, "partida_ids": theirs.ids}])
        for expediente, said in ((self.expediente, "was of another debtor"), (theirs.expediente_id, "came in")):
            self.assertIn(said, "".join(expediente.message_ids.mapped("body")))
        leido = {p.id: p.pause for p in Deudas(self.env, self.company).leer(self.expediente)[self.expediente.id]}
        self.assertEqual(leido[self.old.id], None)

    def test_what_the_officer_cannot_pass_on(self):
        for extra, sentence in (
            ({"amount": 0.0}, "more than zero"),
            ({"amount": -5.0}, "more than zero"),
            ({"amount": 15001.0}, "many times"),
            ({"date": HOY + timedelta(days=1)}, "day to come"),
            ({"date": HOY - timedelta(days=4000)}, "too long ago"),
            ({"file": base64.b64encode(b"<script>alert(1)</script>")}, "PDF"),
        ):
            with self.subTest(extra=extra), self.assertRaisesRegex(UserError, sentence):
                self.nuevo(self.gestor, **extra)
        self.pagar(self.old.move_id | self.recent.move_id)
        with self.assertRaisesRegex(UserError, "owes nothing"):
            self.nuevo(self.gestor)
        with self.assertRaises(AccessError):
            self.nuevo(self.auditor)


@tagged("post_install", "-at_install")
class TestSoporteQuienHaceQue(SoporteCase):
    def test_who_sends_who_registers_and_who_confirms_are_different_people(self):
        soporte = self.nuevo(self.tesorero)
        for step in (soporte.action_verify, lambda: self.registrar(soporte, self.tesorero)):
            with self.assertRaisesRegex(AccessError, "yourself"):
                step()
        for user in (self.gestor, self.usuario("abogado"), self.auditor):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.registrar(soporte, user)
        self.registrar(soporte)
        self.assertRecordValues(
            soporte, [{"state": "registered", "verified_by": self.contador.id, "registered_by": self.contador.id}]
        )
        with self.assertRaises(AccessError):
            soporte.with_user(self.contador).action_confirm()
        for user in (self.colega, self.auditor):
            with self.assertRaises(AccessError):
                soporte.with_user(user).action_confirm()
        soporte.with_user(self.gestor).action_confirm()
        self.assertEqual(soporte.confirmed_by, self.gestor)
        with self.assertRaisesRegex(UserError, "already"):
            soporte.with_user(self.tesorero).action_confirm()

    def test_two_people_where_the_policy_asks_for_them(self):
        self.politica.proof_two_people = True
        soporte = self.recibir()
        with self.assertRaisesRegex(UserError, "Verified"):
            self.registrar(soporte)
        soporte.with_user(self.contador).action_verify()
        with self.assertRaisesRegex(AccessError, "somebody else"):
            self.registrar(soporte)
        self.registrar(soporte, self.tesorero)
        self.assertEqual(soporte.registered_by, self.tesorero)
        with self.assertRaisesRegex(AccessError, "registered"):
            soporte.with_user(self.tesorero).action_confirm()

    def test_each_role_reads_and_only_of_its_company(self):
        soporte = self.recibir()
        manager = self.usuario("responsable")
        Own = self.env["cartera.soporte"].with_user(manager)
        self.assertFalse(Own.search([]))
        self.expediente.responsible_id = manager
        self.assertEqual(Own.search([]).ids, soporte.ids)
        for user in (*(self.usuario(role) for role in ("ventanilla", "analista", "director")), self.auditor):
            self.assertEqual(self.env["cartera.soporte"].with_user(user).search([]).ids, soporte.ids)
        other = self.env["res.company"].create({"name": "Otra"})
        self.assertFalse(self.env["cartera.soporte"].with_user(self.usuario("tesorero", other)).search([]))


@tagged("post_install", "-at_install")
class TestSoporteDinero(SoporteCase):
    def test_a_new_payment_is_matched_with_the_oldest_and_the_rest_stays_as_credit(self):
        soporte = self.recibir(1600.0, reference="4512", bank=self.bank.name)
        with Form(
            self.env["cartera.soporte.paso"]
            .with_user(self.contador)
            .with_context(default_soporte_id=soporte.id, default_step="register")
        ) as form:
            self.assertEqual((form.how, form.journal_id, form.date), ("new", self.bank, HOY))
        form.save().action_apply()
        payment = soporte.payment_id
        self.assertRecordValues(
            payment, [{"amount": 1600.0, "partner_id": self.debtor.id, "date": HOY, "create_uid": self.contador.id}]
        )
        self.assertEqual((self.old.amount_residual, self.recent.amount_residual), (0, 0))
        self.assertEqual(self.expediente.amount_credit, 100.0)
        self.assertIn("100.00", soporte.message_ids[0].body + soporte.message_ids[1].body)
        self.assertCuadra()

    def test_chosen_items_come_first_and_are_of_the_debtor(self):
        soporte = self.recibir(500.0, partidas=self.recent)
        other = self.Partida.search([("move_id", "=", self.factura(9, partner=self.debtor.copy()).id)])
        with self.assertRaisesRegex(UserError, "another dossier"):
            self.registrar(soporte, partidas=other)
        self.registrar(soporte)
        self.assertEqual((self.old.amount_residual, self.recent.amount_residual), (1000.0, 0))
        usd = self.env.ref("base.USD")
        usd.active = True
        dollars = self.recibir(100.0, "usd", currency_id=usd.id, partidas=self.old)
        self.registrar(dollars)
        self.assertEqual(dollars.payment_id.currency_id, usd)
        self.assertLess(self.old.amount_residual, 1000.0)
        self.assertCuadra()

    def test_where_it_cannot_be_posted(self):
        soporte = self.recibir(1000.0, date=HOY - timedelta(days=40))
        other = self.env["res.company"].create({"name": "Otra"})
        foreign = (
            self.env["account.journal"]
            .sudo()
            .create({"name": "B", "type": "bank", "code": "BX", "company_id": other.id})
        )
        self.company.sudo().fiscalyear_lock_date = HOY - timedelta(days=15)
        for journal, day, sentence in (
            (self.bank, HOY - timedelta(days=40), "locked"),
            (self.bank, HOY + timedelta(days=1), "to come"),
            (foreign, HOY, "Choose the bank"),
            (self.misc, HOY, "Choose the bank"),
            (None, HOY, "Choose the bank"),
        ):
            with self.subTest(sentence=sentence), self.assertRaisesRegex(UserError, sentence):
                self.registrar(soporte, journal=journal, day=day)
        with self.assertRaisesRegex(UserError, "how its money came"):
            self.registrar(soporte, how="magic")
        self.assertEqual((soporte.state, self.old.amount_residual), ("received", 1000.0))
        self.registrar(soporte, day=HOY)
        self.assertEqual(soporte.payment_id.date, HOY)
        with self.assertRaisesRegex(UserError, "while it is"):
            self.registrar(soporte, day=HOY)

    def test_a_payment_that_is_there_is_taken_once(self):
        payment = self.env["account.payment"].create(
            {"partner_id": self.debtor.id, "amount": 1000.0, "payment_type": "inbound", "partner_type": "customer",
             "journal_id": self.bank.id, "date": HOY - timedelta(days=1)}
        )  # fmt: skip
        payment.action_post()
        soporte, second = self.recibir(1000.0), self.recibir(1000.0, "b")
        self.assertEqual(soporte.with_user(self.contador).sudo(False)._propuesta()["payment"], payment)
        self.registrar(soporte, how="payment", payment=payment)
        self.assertEqual(self.old.amount_residual, 0)
        self.assertFalse(soporte.message_ids.filtered(lambda m: "came." in (m.body or "")))
        strange = payment.copy({"partner_id": self.debtor.copy().id})
        strange.action_post()
        for wrong in (payment, strange, None):
            with self.assertRaisesRegex(UserError, "no other proof"):
                self.registrar(second, how="payment", payment=wrong)

    def test_the_bank_line_that_it_names_is_proposed_and_applied(self):
        values = {"journal_id": self.bank.id, "date": HOY, "amount": 1200.0}
        line, other = self.env["account.bank.statement.line"].create(
            [{**values, "payment_ref": "ACH 4512 JUANA"}, {**values, "payment_ref": "ACH 9999"}]
        )
        soporte = self.recibir(1200.0, reference="00-4512")
        with Form(
            self.env["cartera.soporte.paso"]
            .with_user(self.tesorero)
            .with_context(default_soporte_id=soporte.id, default_step="register")
        ) as form:
            self.assertEqual((form.how, form.line_id, form.line_amount), ("line", line, 1200.0))
        form.save().action_apply()
        self.assertRecordValues(
            soporte, [{"statement_line_id": line.id, "amount_registered": 1200.0, "is_undone": False}]
        )
        self.assertEqual((self.old.amount_residual, self.recent.amount_residual), (0, 300.0))
        self.assertEqual(line.sudo().cartera_expediente_id, self.expediente)
        second = self.recibir(1200.0, "b")
        with self.assertRaisesRegex(UserError, "not matched yet"):
            self.registrar(second, self.tesorero, how="line", line=line)
        self.assertEqual(second.with_user(self.tesorero).sudo(False)._propuesta()["line"], other, "the only one left")
        line.action_undo_reconciliation()
        self.assertTrue(soporte.is_undone)
        self.assertCuadra()

    def test_what_came_in_another_currency_is_told_in_that_of_the_proof(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].sudo().create(
            {"currency_id": usd.id, "company_id": self.company.id, "name": "2026-01-01", "rate": 1 / 4000}
        )
        abroad = self.env["account.journal"].create(
            {"name": "Banco en dólares", "type": "bank", "code": "USD", "company_id": self.company.id,
             "currency_id": usd.id}
        )  # fmt: skip
        payment = self.env["account.payment"].create(
            {"partner_id": self.debtor.id, "amount": 0.3, "payment_type": "inbound", "partner_type": "customer",
             "journal_id": abroad.id, "currency_id": usd.id, "date": HOY}
        )  # fmt: skip
        payment.action_post()
        first = self.recibir(1300.0)
        self.assertFalse(self.recibir(0.3, "z", reference="z")._propuesta()["payment"], "0.30 dollars are not 30 cents")
        self.registrar(first, how="payment", payment=payment)
        self.assertAlmostEqual(first.amount_registered, 1200.0, 2)
        line = self.env["account.bank.statement.line"].create(
            {"journal_id": abroad.id, "date": HOY, "amount": 0.05, "payment_ref": "WIRE"}
        )
        second = self.recibir(200.0, "b")
        self.registrar(second, how="line", line=line)
        self.assertRecordValues(second, [{"amount_registered": 200.0, "amount": 200.0}])
        self.assertFalse(second.message_ids.filtered(lambda m: "came." in (m.body or "")))

    def test_a_deposit_applied_before_its_proof_came_is_not_paid_twice(self):
        line = self.env["account.bank.statement.line"].create(
            {"journal_id": self.bank.id, "date": HOY, "amount": 1200.0, "payment_ref": "ABONO"}
        )
        line._cartera_aplicar(self.expediente)
        owed = sum((self.old | self.recent).mapped("amount_residual"))
        soporte = self.recibir(1200.0)
        self.assertEqual(soporte.with_user(self.tesorero).sudo(False)._propuesta()["line"], line)
        with self.assertRaisesRegex(UserError, "applied to this debtor already"):
            self.registrar(soporte, self.tesorero, how="new", journal=self.bank, day=HOY)
        self.registrar(soporte, self.tesorero, how="line", line=line)
        self.assertRecordValues(soporte, [{"statement_line_id": line.id, "state": "registered"}])
        self.assertEqual(sum((self.old | self.recent).mapped("amount_residual")), owed, "the money is the same")

    def test_a_journal_without_an_outstanding_account_has_its_entry_all_the_same(self):
        self.bank.inbound_payment_method_line_ids.payment_account_id = False
        soporte = self.recibir(1200.0)
        with patch.object(type(self.env["account.move"]), "_get_invoice_in_payment_state", lambda move: "in_payment"):
            self.registrar(soporte, self.tesorero, how="new", journal=self.bank, day=HOY)
        self.assertEqual((soporte.payment_id.move_id.state, self.old.amount_residual), ("posted", 0))

    def test_what_accounting_undoes_goes_back_to_the_tray(self):
        soporte = self.recibir()
        self.registrar(soporte)
        with self.assertRaisesRegex(UserError, "stands"):
            soporte.with_user(self.tesorero).action_reopen()
        soporte.payment_id.action_draft()
        self.assertTrue(soporte.is_undone)
        self.assertEqual(self.Soporte.search([("is_undone", "=", True)]), soporte)
        with self.assertRaisesRegex(UserError, "undone"):
            soporte.with_user(self.gestor).action_confirm()
        self.Soporte._avisar(self.company)
        self.assertIn("fa-search", soporte.activity_ids.activity_type_id.mapped("icon"))
        soporte.with_user(self.tesorero).action_reopen()
        self.assertRecordValues(soporte, [{"state": "received", "payment_id": False, "registered_by": False}])
        self.assertNotIn("fa-search", soporte.activity_ids.activity_type_id.mapped("icon"))


@tagged("post_install", "-at_install")
class TestSoporteAvisos(SoporteCase):
    def test_registered_it_is_filed_and_told_to_the_debtor_the_collector_and_accounting(self):
        soporte = self.recibir(reference="4512")
        self.registrar(soporte, self.tesorero)
        kinds = {a.activity_type_id.icon: a.user_id for a in soporte.activity_ids}
        self.assertEqual(kinds, {"fa-check": self.gestor, "fa-money": self.contador})
        filed = self.expediente.documento_ids
        self.assertRecordValues(
            filed, [{"code": "soporte_pago", "note": soporte.number, "received_by_id": self.tesorero.id}]
        )
        [mail] = self.env["mail.mail"].sudo().search([("recipient_ids", "in", self.debtor.ids)])
        self.assertIn("$ 1.000", mail.body_html)
        self.assertIn("/comprobantes", mail.body_html)
        self.assertNotIn("/cartera/estado/", soporte.message_ids.filtered("subject")[:1].body)
        told = self.Soporte._informar(self.company)
        self.assertEqual(told.recipient_ids, self.contador.partner_id)
        self.assertIn(soporte.number, told.body_html)
        self.assertFalse(self.Soporte._informar(self.company), "once")
        self.assertIn(("cartera.soporte", "_avisar"), self.Partida._jobs_de_la_noche())
        soporte.with_user(self.gestor).action_confirm()
        self.assertEqual(soporte.activity_ids.user_id, self.contador)

    def filed_by_account(self, holder):
        """The policy files proofs by account, and that of the old debt is of `holder`; the account."""
        cuenta = self.env["cartera.cuenta"].sudo().create(
            {"name": "101", "partner_id": holder.id, "company_id": self.company.id}
        )  # fmt: skip
        self.old.cuenta_id = cuenta
        tipo = self.politica.sudo().documento_tipo_ids.filtered(lambda t: t.code == "soporte_pago")
        tipo.applies_to = "account"
        return cuenta

    def test_it_is_filed_in_the_account_it_pays(self):
        cuenta = self.filed_by_account(self.debtor)
        self.registrar(self.recibir())
        self.assertEqual(self.expediente.documento_ids.cuenta_id, cuenta)

    def test_it_is_registered_though_its_account_has_another_holder_by_now(self):
        self.filed_by_account(self.debtor.copy({"name": "Nueva arrendataria"}))
        soporte = self.recibir()
        self.registrar(soporte)
        self.assertEqual((soporte.state, self.old.amount_residual), ("registered", 0.0))
        self.assertFalse(self.expediente.documento_ids)
        self.assertIn("It was not filed", "".join(soporte.message_ids.mapped("body")))

    def test_it_is_registered_though_it_cannot_be_filed(self):
        soporte = self.recibir()
        with patch.object(type(self.env["cartera.documento"]), "create", side_effect=ValidationError("Roto")):
            self.registrar(soporte)
        self.assertEqual((soporte.state, self.old.amount_residual), ("registered", 0.0))
        self.assertIn("It was not filed. Roto", "".join(soporte.message_ids.mapped("body")))

    def test_turned_down_the_debtor_is_told_why_and_chased_again(self):
        soporte = self.nuevo(self.gestor)
        with self.assertRaisesRegex(UserError, "Say why"):
            soporte.with_user(self.tesorero).action_reject(" ")
        soporte.with_user(self.tesorero).action_reject("La foto <b>no</b> se lee")
        [mail] = self.env["mail.mail"].sudo().search([("recipient_ids", "in", self.debtor.ids)])
        self.assertIn("La foto &lt;b&gt;no&lt;/b&gt; se lee", mail.body_html)
        told = self.env["mail.notification"].sudo().search([("res_partner_id", "=", self.gestor.partner_id.id)])
        self.assertIn(soporte, [self.Soporte.browse(n.mail_message_id.res_id) for n in told])
        pauses = [p.pause for p in Deudas(self.env, self.company).leer(self.expediente)[self.expediente.id]]
        self.assertEqual(pauses, [None, None])
        self.assertFalse(self.expediente.documento_ids)
        self.assertEqual(self.expediente.gestion_ids.filtered(lambda g: g.purpose == "reply").channel, "email")

    def test_by_mail_with_its_best_file_and_from_strangers_nothing_is_lost(self):
        self.company.sudo().cartera_soporte_alias = "pagos-prueba"
        self.assertEqual(self.company.cartera_soporte_alias_id.alias_model_id.model, "cartera.soporte")
        picture = b"\x89PNG\r\n\x1a\n" + b"0" * 500

        def llegar(sender, *attachments, body="Ya pagué"):
            message = {
                "email_from": sender,
                "subject": "Pago",
                "body": f"<p>{body}</p>",
                "attachments": list(attachments),
            }
            return self.Soporte.message_new(message, {"company_id": self.company.id})

        known = llegar("Juana <juana@example.com>", ("firma.png", picture), ("a.pdf", PDF + b"m"), ("x.exe", b"MZ"))
        self.assertRecordValues(
            known, [{"expediente_id": self.expediente.id, "source": "mail", "mimetype": "application/pdf", "amount": 0}]
        )
        self.assertTrue(known.pause_until)
        with self.assertRaisesRegex(UserError, "amount"):
            self.registrar(known)
        stranger = llegar("Nadie <nadie@example.com>", ("x.exe", b"MZ"))
        self.assertFalse(stranger.expediente_id or stranger.file or stranger.pause_until)
        self.assertIn("Ya pagué", stranger.note)
        with self.assertRaisesRegex(UserError, "whose it is"):
            stranger.with_user(self.tesorero).action_verify()
        stranger.with_user(self.tesorero).write({"expediente_id": self.expediente.id, "amount": 500.0, "date": HOY})
        self.assertTrue(stranger.pause_until and stranger.partida_ids)
        with self.assertRaisesRegex(UserError, "no file"):
            self.registrar(stranger)
        passed = llegar(self.tesorero.email, ("b.pdf", PDF + b"p"), body="De Juana, c.c. 52.123.456")
        self.assertEqual((passed.expediente_id, passed.sent_user_id), (self.expediente, self.tesorero))
        with self.assertRaisesRegex(AccessError, "yourself"):
            passed.with_user(self.tesorero).action_verify()
        lost = llegar("Nadie <nadie@example.com>", body="hola")
        lost.with_user(self.tesorero).action_reject("No trae comprobante")
        self.assertEqual(self.env["mail.mail"].sudo().search([("email_to", "like", "nadie@")]).subject[:8], "No pudim")

    def test_the_tray_says_who_waits_too_long(self):
        soporte = self.recibir()
        late = [("is_late", "=", True)]
        self.assertFalse(self.Soporte.search(late) or soporte.is_late)
        soporte.pause_until = HOY - timedelta(days=1)
        self.assertEqual(self.Soporte.search(late), soporte)
        self.assertTrue(soporte.is_late)
        for _night in range(2):
            self.Soporte._avisar(self.company)
            self.assertEqual(soporte.activity_ids.user_id, self.tesorero, "once")
        soporte.with_user(self.contador).action_reject("No llegó")
        self.assertFalse(soporte.activity_ids)

    def test_of_nobody_known_it_waits_too_long_from_the_next_day_of_the_company_on(self):
        late = [("is_late", "=", True)]
        with freeze_time("2026-07-16 01:00:00"):  # eight in the evening of the 15th
            soporte = self.recibir(expediente_id=False, source="mail", date_received=fields.Datetime.now())
        self.assertFalse(soporte.pause_until)
        cases = (("2026-07-16 04:59:00", False), ("2026-07-16 05:00:00", True), ("2026-07-17 05:00:00", True))
        for instant, expected in cases:
            for zone in ("UTC", "America/Bogota", "Asia/Tokyo"):
                with self.subTest(instant=instant, zone=zone), freeze_time(instant):
                    self.env.invalidate_all()
                    self.assertEqual(soporte.with_context(tz=zone).is_late, expected)
                    found = self.Soporte.with_context(tz=zone).search(late)
                    self.assertEqual(found, soporte if expected else found.browse())

    def test_as_many_queries_for_many_as_for_a_few(self):
        def consultas(count):
            for n in range(count):
                self.recibir(10.0, f"{count}-{n}", reference=f"{count}-{n}")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            proofs = self.expediente._pagina_de_comprobantes()["proofs"]
            self.Soporte.search([], limit=50).mapped(lambda s: (s.is_late, s.is_undone, s.can_confirm, s.display_name))
            return len(proofs), self.cr.sql_log_count - before

        (few, queries), (many, same) = consultas(2), consultas(9)
        self.assertEqual((few, many, same), (2, 11, queries))

    def test_of_a_debt_that_was_paid_meanwhile_it_is_the_debtors_credit(self):
        soporte = self.recibir(1000.0)
        self.pagar(self.old.move_id | self.recent.move_id)
        self.registrar(soporte)
        self.assertEqual((soporte.state, self.expediente.amount_credit), ("registered", 1000.0))
        self.assertCuadra()


@tagged("post_install", "-at_install")
class TestSoporteDeAcuerdo(VigilanciaCase):
    """Of an agreement whose financing is in its plan alone: with all that it covers paid, instalments are left."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.politica.agreement_rate = 24
        cls.Soporte = cls.env["cartera.soporte"].sudo()

    def recibir(self, amount, partidas=None):
        document = {"name": "recibo.pdf", "raw": PDF + str(amount).encode(), "mimetype": "application/pdf"}
        values = {"expediente_id": self.expediente.id, "amount": amount, "date": HOY, "sent_by": "Juana"}
        return self.Soporte._recibir(self.company, "portal", document, partidas, **values)

    def sin_capital(self):
        acuerdo = self.vigente().sudo()
        self.abonar(acuerdo.amount_capital)
        newer = self.factura(1, 90_000)
        self.Partida._actualizar(self.company)
        return acuerdo, self.partidas(newer)

    def registrar(self, soporte):
        soporte.with_user(self.tesorero).sudo(False).action_register("new", journal=self.bank, day=HOY)

    def test_the_last_instalment_is_paid_on_account(self):
        acuerdo, newer = self.sin_capital()
        self.registrar(self.recibir(acuerdo.amount_due))
        self.assertEqual((acuerdo.amount_due, newer.amount_residual), (0, 90_000))

    def test_so_is_what_came_while_its_items_were_owed(self):
        acuerdo = self.vigente().sudo()
        soporte = self.recibir(20_000.0, self.partidas(self.facturas[0]))
        self.abonar(acuerdo.amount_capital)
        newer = self.partidas(self.factura(1, 90_000))
        due = acuerdo.amount_due
        self.registrar(soporte)
        self.assertAlmostEqual(acuerdo.amount_due, due - 20_000, 2)
        self.assertEqual(newer.amount_residual, 90_000)

    def test_a_payment_that_counts_for_it_stays_there(self):
        acuerdo, newer = self.sin_capital()
        due = acuerdo.amount_due
        soporte, payment = self.recibir(due), self.pago(due)
        self.assertEqual(acuerdo.amount_due, 0)
        soporte.with_user(self.tesorero).sudo(False).action_register("payment", payment=payment)
        self.assertEqual((acuerdo.amount_due, newer.amount_residual), (0, 90_000))

    def test_unless_other_debts_are_chosen_for_it(self):
        acuerdo, newer = self.sin_capital()
        other, due = self.partidas(self.factura(-3, 20_000)), acuerdo.amount_due
        payment = self.pago(20_000.0)
        soporte = self.recibir(20_000.0, other)
        soporte.with_user(self.tesorero).sudo(False).action_register("payment", payment=payment)
        self.assertEqual((acuerdo.amount_due, newer.amount_residual, other.amount_residual), (due, 90_000, 0))

    def dos_acuerdos(self):
        """Two in force, each with an instalment of its own amount due; of the newer one all that it covers is paid."""
        older = self.vigente(moves=self.facturas[0]).sudo()
        newer = self.vigente(moves=self.facturas[1]).sudo()
        self.abonar(newer.amount_capital, moves=self.facturas[1])
        self.Partida._actualizar(self.company)
        self.assertFalse(newer._partidas_por_pagar())
        return older, newer

    def test_of_two_agreements_it_pays_the_one_whose_instalment_it_is(self):
        older, newer = self.dos_acuerdos()
        owed, due = older.amount_due, newer.amount_due
        self.registrar(self.recibir(due))
        self.assertEqual((older.amount_due, newer.amount_due), (owed, 0))

    def test_so_does_a_payment_that_counted_for_the_older_by_itself(self):
        older, newer = self.dos_acuerdos()
        owed, due = older.amount_due, newer.amount_due
        soporte, payment = self.recibir(due), self.pago(due)
        self.assertAlmostEqual(older.amount_due, owed - due, 2)
        soporte.with_user(self.tesorero).sudo(False).action_register("payment", payment=payment)
        self.assertEqual((older.amount_due, newer.amount_due), (owed, 0))

    def test_so_does_a_bank_line(self):
        older, newer = self.dos_acuerdos()
        owed, due = older.amount_due, newer.amount_due
        line = self.env["account.bank.statement.line"].create(
            {"journal_id": self.bank.id, "date": HOY, "payment_ref": "PSE", "amount": due}
        )
        soporte = self.recibir(due)
        soporte.with_user(self.tesorero).sudo(False).action_register("line", line=line)
        self.assertEqual((older.amount_due, newer.amount_due), (owed, 0))

    def pago(self, amount):
        """A payment registered on account."""
        payment = self.env["account.payment"].create(
            {"partner_id": self.debtor.id, "amount": amount, "payment_type": "inbound", "partner_type": "customer",
             "journal_id": self.bank.id, "date": HOY}
        )  # fmt: skip
        payment.action_post()
        return payment

    def test_who_owes_only_instalments_may_send_one(self):
        acuerdo = self.vigente().sudo()
        self.abonar(acuerdo.amount_capital)
        currency = self.company.currency_id
        self.assertIsNone(self.Soporte._objecion(self.expediente, acuerdo.amount_due, currency, HOY))
        self.abonar_lo_demas(acuerdo)
        self.assertEqual(self.Soporte._objecion(self.expediente, 1.0, currency, HOY), "paid")

    def abonar_lo_demas(self, acuerdo):
        self.registrar(self.recibir(acuerdo.amount_due))
        self.assertEqual(self.noche(HOY)["fulfilled"], 1)
