"""Interest of agreements in the ledger: debit notes, entries, lock dates, once each; reminders; what is told."""

from datetime import date, timedelta
from decimal import Decimal

from odoo import Command
from odoo.addons.cartera_cobro.models.cartera_acuerdo_intereses import repartir
from odoo.addons.cartera_cobro.models.cartera_envio import Envio
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import HOY
from .test_acuerdo_vigilancia import DUE, VigilanciaCase


class InteresCase(VigilanciaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.politica.write({"agreement_rate": 20, "agreement_forgive_percent": 100, "agreement_interest": "entry"})
        cls.contador = cls.usuario("contador")

    def asentar(self, day):
        with self.dia_de(day):
            posted = self.Acuerdo._asentar_intereses(self.company)
        self.env.invalidate_all()
        return posted

    def intereses(self, acuerdo):
        """(date, kind, debit, due) of the receivable lines posted."""
        lines = acuerdo.interes_move_ids.sudo().line_ids.filtered(lambda line: line.account_id == self.receivable)
        return sorted((line.date, line.move_id.move_type, line.balance, line.date_maturity) for line in lines)


@tagged("post_install", "-at_install")
class TestInteres(InteresCase):
    def test_late_interest_is_posted_at_once_and_financing_as_it_falls_due(self):
        acuerdo = self.vigente()
        self.assertEqual(
            self.intereses(acuerdo), [(HOY, "entry", 1972.60, HOY), (HOY, "entry", 5917.81, HOY)], "one an obligation"
        )
        entry = acuerdo.interes_move_ids.sudo()
        self.assertEqual(entry.state, "posted")
        self.assertFalse(entry.line_ids.tax_ids)
        income = entry.line_ids.filtered("credit")
        self.assertEqual((income.account_id.code, income.credit), ("421005", 7890.41))
        self.assertEqual(entry.cartera_partida_ids.acuerdo_id, acuerdo)
        self.assertEqual(acuerdo.amount_paid, 0)
        # Nothing of the financing before its day; then once, whatever the number of nights.
        self.assertEqual(self.asentar(DUE[0] - timedelta(days=1)), 0)
        self.assertEqual(self.asentar(DUE[0]), 1)
        self.assertEqual(self.asentar(DUE[0]), 0)
        first = acuerdo.cuota_ids[0]
        self.assertEqual(first.move_id.sudo().date, DUE[0])
        self.assertEqual(self.intereses(acuerdo)[-1], (DUE[0], "entry", first.financing, DUE[0]))
        self.assertEqual(first.move_id.sudo().cartera_partida_ids.acuerdo_id, acuerdo)
        # A job that did not run for a while posts each on its own day.
        self.assertEqual(self.asentar(DUE[2]), 2)
        self.assertEqual([row[0] for row in self.intereses(acuerdo)], [HOY, HOY, *DUE[:3]])
        self.cuadra()

    def cuadra(self):
        self.assertEqual([row for row in self.company._cartera_cuadre() if row["difference"]], [])

    def test_debit_notes_of_the_covered_invoices(self):
        self.politica.agreement_interest = "debit_note"
        acuerdo = self.vigente()
        notes = acuerdo.interes_move_ids.sudo()
        self.assertEqual(set(notes.mapped("move_type")), {"out_invoice"})
        self.assertEqual(notes.debit_origin_id, self.facturas)
        by_origin = {note.debit_origin_id: note for note in notes}
        self.assertEqual(by_origin[self.facturas[0]].amount_total, 5917.81)
        self.assertEqual(by_origin[self.facturas[1]].amount_residual, 1972.60)
        self.assertEqual(set(notes.mapped("amount_tax")), {0.0})
        self.assertEqual(set(notes.mapped("invoice_date_due")), {HOY})
        self.assertEqual(notes.partner_id, self.debtor)
        self.asentar(DUE[0])
        financing = acuerdo.cuota_ids[0].move_id.sudo()
        self.assertEqual((financing.debit_origin_id, financing.move_type), (self.facturas[0], "out_invoice"))
        self.assertEqual(financing.invoice_date_due, DUE[0])
        self.cuadra()

    def test_what_is_no_invoice_gets_an_entry_though_debit_notes_are_asked_for(self):
        self.politica.agreement_interest = "debit_note"
        opening = self.env["account.move"].create(
            {
                "journal_id": self.misc.id,
                "date": self.dia(60),
                "line_ids": [
                    Command.create(
                        {"account_id": self.receivable.id, "debit": 100_000, "partner_id": self.debtor.id,
                         "date_maturity": self.dia(60)}
                    ),
                    Command.create({"account_id": self.company_data["default_account_revenue"].id, "credit": 100_000}),
                ],
            }
        )  # fmt: skip
        opening.action_post()
        acuerdo = self.vigente(moves=opening + self.facturas[0])
        self.assertEqual(sorted(acuerdo.interes_move_ids.sudo().mapped("move_type")), ["entry", "out_invoice"])

    def test_what_is_forgiven_is_not_posted(self):
        acuerdo = self.vigente(amount_forgiven=3_000, forgiven_authority="Acuerdo 12")
        self.assertAlmostEqual(sum(row[2] for row in self.intereses(acuerdo)), 4_890.41, 2)

    def test_shares_sum_to_the_total(self):
        cases = ("10", ["1", "1", "1"]), ("0.01", ["5", "5"]), ("0", ["2", "3"])
        for total, parts in ((Decimal(total), [Decimal(part) for part in parts]) for total, parts in cases):
            with self.subTest(total=total):
                shares = repartir(total, parts)
                self.assertEqual(sum(shares), total)
                self.assertTrue(all(share >= 0 for share in shares))

    def test_none_posts_nothing(self):
        self.politica.agreement_interest = "none"
        acuerdo = self.vigente()
        # What the policy says later is for later agreements.
        self.politica.agreement_interest = "entry"
        self.assertEqual(self.asentar(DUE[3]), 0)
        self.assertFalse(acuerdo.interes_move_ids)

    def test_what_is_paid_of_the_interest_is_paid_of_the_agreement(self):
        acuerdo = self.vigente()
        interest = acuerdo.interes_move_ids.sudo()
        payment = self.env["account.payment"].sudo().create(
            {"partner_id": self.debtor.id, "amount": 7_890.41, "payment_type": "inbound", "partner_type": "customer",
             "journal_id": self.bank.id, "date": HOY}
        )  # fmt: skip
        payment.action_post()
        lines = payment.move_id.line_ids + interest.line_ids
        lines.filtered(lambda line: line.account_id == self.receivable).reconcile()
        self.assertEqual(acuerdo.amount_paid, 7_890.41)
        self.assertEqual(self.noche(HOY), {})
        payment.action_draft()
        self.assertEqual(acuerdo.amount_paid, 0)
        self.assertEqual(self.noche(HOY), {})
        # An entry of interest out of the ledger is neither owed nor paid.
        interest.button_draft()
        self.assertEqual(acuerdo.amount_paid, 0)
        self.assertEqual(self.noche(HOY), {})

    def test_paid_with_its_interest_it_is_fulfilled_without_money_on_account(self):
        acuerdo = self.vigente()
        self.asentar(DUE[3])
        with self.dia_de(DUE[3]):
            self.pagar(self.facturas, group_payment=True, payment_date=DUE[3])
            lines = acuerdo.interes_move_ids.sudo().line_ids.filtered(lambda line: line.account_id == self.receivable)
            wizard = self.env["account.payment.register"].sudo().with_context(
                active_model="account.move.line", active_ids=lines.ids
            )  # fmt: skip
            wizard.create({"payment_date": DUE[3], "group_payment": True})._create_payments()
        self.assertEqual(acuerdo.amount_due, 0)
        self.assertEqual(self.noche(DUE[3])["fulfilled"], 1)
        self.assertEqual(self.partidas(*self.facturas).filtered("is_open"), self.Partida)

    def a_cuenta(self, amount, day):
        """Money that is matched with nothing."""
        with self.dia_de(day):
            payment = self.env["account.payment"].sudo().create(
                {"partner_id": self.debtor.id, "amount": amount, "payment_type": "inbound",
                 "partner_type": "customer", "journal_id": self.bank.id, "date": day}
            )  # fmt: skip
            payment.action_post()

    def test_the_last_one_paid_a_day_early_bears_its_financing_all_the_same(self):
        acuerdo, early = self.vigente(), DUE[3] - timedelta(days=1)
        self.asentar(DUE[2])
        with self.dia_de(early):
            self.pagar(self.facturas | acuerdo.interes_move_ids.filtered(lambda m: m.move_type != "entry"))
        self.a_cuenta(acuerdo.amount_due, early)
        self.assertEqual(self.noche(early)["fulfilled"], 1)
        last = acuerdo.cuota_ids.sorted("number")[-1]
        self.assertEqual(last.move_id.sudo().date, early)
        self.assertEqual(self.intereses(acuerdo)[-1][2:], (last.financing, early))
        self.assertFalse(acuerdo.interes_move_ids.sudo().cartera_partida_ids.filtered("is_open"))
        self.assertFalse(self.expediente.partida_open_ids, "nothing is owed, nor left over")
        self.assertEqual((acuerdo.state, self.asentar(DUE[3])), ("fulfilled", 0))
        self.cuadra()

    def test_months_that_had_not_begun_are_not_charged_to_who_pays_all_at_once(self):
        acuerdo, soon = self.vigente(), HOY + timedelta(days=10)
        with self.dia_de(soon):
            self.pagar(self.facturas)
        self.a_cuenta(acuerdo.amount_due, soon)
        self.assertEqual(self.noche(soon)["fulfilled"], 1)
        first, *later = acuerdo.cuota_ids.sorted("number")
        self.assertTrue(first.move_id)
        self.assertFalse(acuerdo.cuota_ids[1:].move_id)
        self.assertAlmostEqual(self.expediente.amount_credit, sum(c.financing for c in later), 2)
        self.cuadra()

    def test_a_breach_in_the_night_posts_what_fell_due_that_day(self):
        acuerdo = self.vigente()
        with self.dia_de(DUE[0]):
            acuerdo.with_user(self.tesorero).action_breach("No paga")
            self.env.flush_all()
        first = acuerdo.cuota_ids.sorted("number")[0]
        self.assertEqual(acuerdo.cuota_ids.filtered("move_id"), first)
        self.assertEqual(first.move_id.sudo().date, DUE[0])
        self.assertFalse(acuerdo.partida_ids)
        self.assertEqual(self.asentar(DUE[3]), 0)

    def test_what_a_locked_period_kept_at_the_end_is_posted_when_it_is_open(self):
        acuerdo = self.vigente()
        self.company.sudo().fiscalyear_lock_date = DUE[0]
        self.assertEqual(self.asentar(DUE[0] + timedelta(days=5)), 0)
        with self.dia_de(DUE[1]):
            acuerdo.with_user(self.tesorero).action_breach("No paga")
            self.env.flush_all()
        first, second, *_later = acuerdo.cuota_ids.sorted("number")
        self.assertEqual(acuerdo.cuota_ids.filtered("move_id"), second)
        self.assertEqual(len(self.esperas(acuerdo)), 1, "for the first one")
        self.assertEqual(self.asentar(DUE[3]), 0)
        self.company.sudo().fiscalyear_lock_date = False
        self.assertEqual(self.asentar(DUE[3]), 1)
        self.assertEqual(first.move_id.sudo().date, DUE[0])
        self.assertEqual(acuerdo.cuota_ids.filtered("move_id"), first | second)
        self.assertFalse(self.esperas(acuerdo))
        self.assertFalse(acuerdo.partida_ids, "its items are free")
        self.assertEqual(self.asentar(DUE[3]), 0)
        self.cuadra()

    def esperas(self, acuerdo):
        return acuerdo.sudo().activity_ids.filtered(lambda activity: "locked" in (activity.note or ""))

    def test_a_locked_period_posts_nothing_and_asks_the_accountant_once(self):
        acuerdo = self.vigente()
        self.company.sudo().fiscalyear_lock_date = DUE[0]
        self.assertEqual(self.asentar(DUE[0] + timedelta(days=5)), 0)
        self.assertFalse(acuerdo.cuota_ids[0].move_id)
        self.assertEqual(len(self.intereses(acuerdo)), 2)
        self.assertEqual(acuerdo.activity_ids.user_id, self.contador)
        self.assertIn("locked", acuerdo.activity_ids.note)
        self.assertEqual(self.asentar(DUE[0] + timedelta(days=6)), 0)
        self.assertEqual(len(acuerdo.activity_ids), 1)
        self.company.sudo().fiscalyear_lock_date = False
        self.assertEqual(self.asentar(DUE[0] + timedelta(days=7)), 1)
        self.assertEqual(acuerdo.cuota_ids[0].move_id.sudo().date, DUE[0])
        self.assertFalse(acuerdo.activity_ids)

    def test_a_locked_day_does_not_keep_the_agreement_from_coming_into_force(self):
        acuerdo = self.por_firmar()
        self.company.sudo().fiscalyear_lock_date = HOY
        acuerdo.sudo()._activar()
        self.assertEqual(acuerdo.state, "active")
        self.assertFalse(acuerdo.interes_move_ids)
        self.assertFalse(acuerdo.date_interest)
        self.assertEqual(len(acuerdo.sudo().activity_ids), 1)
        self.company.sudo().fiscalyear_lock_date = False
        self.assertEqual(self.asentar(HOY + timedelta(days=1)), 1)
        self.assertEqual({row[0] for row in self.intereses(acuerdo.sudo())}, {HOY})

    def test_a_breach_and_a_consolidation_stop_posting(self):
        for action in ("action_breach", "action_consolidate"):
            acuerdo = self.vigente(moves=self.facturas[action == "action_breach"])
            getattr(acuerdo.with_user(self.tesorero), action)("Lo dicho")
            if action == "action_breach":
                acuerdo.with_user(self.tesorero).action_cure("Para el otro")
            with self.subTest(action=action):
                self.assertEqual(self.asentar(DUE[3]), 0)
                self.assertFalse(acuerdo.cuota_ids.move_id)

    def test_missing_accounts_are_named_before_it_is_proposed(self):
        for number, account in enumerate(self.env["account.account"].sudo().search([("code", "=like", "4210%")])):
            account.code = f"49000{number}"
        with self.assertRaisesRegex(UserError, "no income account"):
            self.proponer()

    def test_no_interest_on_interest(self):
        acuerdo = self.vigente()
        self.asentar(DUE[0])
        acuerdo.with_user(self.tesorero).action_consolidate("Lo pide")
        interest = acuerdo.interes_move_ids.sudo()
        later = date(2026, 12, 1)
        with self.dia_de(later):
            other = self.acuerdo(moves=self.facturas + interest, date=later, first_date=date(2026, 12, 20))
            lines = {line.partida_id.move_id: line for line in other.sudo().linea_ids}
            self.assertEqual({lines[move].interest for move in interest}, {0.0})
            self.assertGreater(lines[self.facturas[0]].interest, 0)
            # Nor does the plan finance it.
            posted = sum(interest.mapped("amount_total_signed"))
            self.assertAlmostEqual(sum(other.cuota_ids.mapped("capital")), 1_000_000, 2)
            self.assertAlmostEqual(sum(other.cuota_ids.mapped("interest")), other.amount_interest + posted, 2)

    def test_dollars_are_debited_in_pesos(self):
        self.politica.agreement_interest = "debit_note"
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].sudo().create(
            {"currency_id": usd.id, "company_id": self.company.id, "name": "2026-01-01", "rate": 1 / 4000}
        )
        invoice = self.factura(60, 100, currency_id=usd.id)
        self.Partida._actualizar(self.company)
        note = self.vigente(moves=invoice).interes_move_ids.sudo()
        self.assertEqual(note.currency_id, self.company.currency_id)
        # 6% a year of 400,000 for 60 days.
        self.assertEqual(note.amount_total, 3945.21)

    def test_the_receivable_account_is_that_of_the_debt(self):
        other = self.receivable.copy({"code": "130599"})
        self.politica.agreement_interest = "debit_note"
        acuerdo = self.por_firmar()
        self.debtor.property_account_receivable_id = other
        acuerdo.sudo()._activar()
        self.assertEqual(len(self.intereses(acuerdo.sudo())), 2)

    def test_each_company_its_own(self):
        acuerdo = self.vigente()
        other = self.env["res.company"].sudo().create({"name": "Otra", "cartera_politica_id": self.politica.id})
        with self.dia_de(DUE[0]):
            self.assertEqual(self.Acuerdo._asentar_intereses(other), 0)
        self.assertFalse(acuerdo.cuota_ids.move_id)

    def test_the_mornings_job_killed_and_run_again_posts_once(self):
        acuerdo = self.vigente()
        with self.dia_de(DUE[1]):
            # Killed after a lot was posted and before it was committed.
            with self.assertRaises(KeyboardInterrupt), self.env.cr.savepoint():
                self.Acuerdo._asentar_intereses(self.company, commit=self.matar)
            self.env.invalidate_all()
            self.assertFalse(acuerdo.cuota_ids.move_id)
            with self.enter_registry_test_mode():
                self.env.ref("cartera_cobro.ir_cron_acuerdos").sudo().method_direct_trigger()
                self.env.ref("cartera_cobro.ir_cron_acuerdos").sudo().method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual([row[0] for row in self.intereses(acuerdo)], [HOY, HOY, *DUE[:2]])

    @staticmethod
    def matar(_done):
        raise KeyboardInterrupt


@tagged("post_install", "-at_install")
class TestAvisos(VigilanciaCase):
    def recordar(self, day):
        """The reminders written on a day: [(kind, number of the instalment)]."""
        with self.dia_de(day):
            written = self.Acuerdo._recordar_cuotas(self.company)
        return sorted((m.kind, m.cuota_id.number) for mensajes in written.values() for m in mensajes)

    def enviar(self, day):
        with self.dia_de(day):
            mensajes = self.env["cartera.comunicacion"].sudo().search([("state", "=", "approved")])
            Envio(self.env, self.company.sudo()).enviar(mensajes)
        self.env.invalidate_all()
        return mensajes

    def test_each_instalment_is_reminded_once_before_and_once_after(self):
        self.vigente()
        before = DUE[0] - timedelta(days=3)
        self.assertEqual(self.recordar(before - timedelta(days=1)), [])
        self.assertEqual(self.recordar(before), [("instalment", 1)])
        self.assertEqual(self.recordar(before), [])
        self.assertEqual(self.recordar(DUE[0]), [])
        after = DUE[0] + timedelta(days=1)
        self.noche(after)
        self.assertEqual(self.recordar(after), [("instalment_missed", 1)])
        self.assertEqual(self.recordar(after + timedelta(days=1)), [])

    def test_what_was_missed_long_ago_is_not_reminded(self):
        self.vigente()
        day = DUE[0] + timedelta(days=9)
        self.noche(day)
        self.assertEqual(self.recordar(day), [])

    def test_the_policy_says_how_many_days_before(self):
        self.politica.agreement_reminder_days = 0
        self.vigente()
        self.assertEqual(self.recordar(DUE[0]), [])

    def test_it_says_what_is_left_of_the_instalment_and_is_a_contact_of_the_log(self):
        acuerdo = self.vigente()
        self.abonar(100_000)
        # Thursday 13 August.
        day = DUE[0] - timedelta(days=2)
        self.assertEqual(self.recordar(day), [("instalment", 1)])
        message = self.enviar(day)
        self.assertRecordValues(message, [{"state": "sent", "amount_total": 151_972.60, "channel": "email"}])
        self.assertIn("151.972,60", message.body_html)
        self.assertIn("cuota 1 de 4", " ".join(message.body_html.split()).replace("<t></t>", ""))
        self.assertIn(acuerdo.number, message.body_html)
        logged = self.env["cartera.gestion"].sudo().search([("comunicacion_id", "=", message.id)])
        self.assertEqual((logged.purpose, logged.channel), ("collection", "email"))

    def test_an_instalment_paid_meanwhile_is_not_reminded(self):
        self.vigente()
        day = DUE[0] - timedelta(days=2)
        self.recordar(day)
        self.abonar(260_000)
        self.assertRecordValues(self.enviar(day), [{"state": "cancelled", "drop_reason": "paid"}])

    def test_of_an_agreement_that_ended_nothing_is_said(self):
        acuerdo = self.vigente()
        day = DUE[0] - timedelta(days=2)
        self.recordar(day)
        acuerdo.with_user(self.tesorero).action_consolidate("Lo pide")
        self.assertRecordValues(self.enviar(day), [{"state": "cancelled", "drop_reason": "agreement_over"}])

    def test_ley_2300_is_asked_at_sending(self):
        self.vigente()
        # On Sunday 16 August nobody is contacted, and Monday is a holiday.
        sunday = DUE[0] + timedelta(days=1)
        self.noche(sunday)
        self.recordar(sunday)
        message = self.enviar(sunday)
        self.assertRecordValues(message, [{"state": "approved", "verdict": "SUNDAY"}])
        self.assertEqual(message.not_before.date(), date(2026, 8, 18))
        self.env["cartera.autorizacion"].sudo().search([]).date_to = HOY
        self.enviar(date(2026, 8, 18))
        self.assertRecordValues(message, [{"state": "cancelled", "drop_reason": "guard"}])

    def test_a_debtor_without_email_gets_an_sms_and_without_either_nothing(self):
        acuerdo = self.vigente()
        self.debtor.write({"email": False, "phone": "+57 310 555 0101"})
        day = DUE[0] - timedelta(days=2)
        self.recordar(day)
        self.assertEqual(acuerdo.comunicacion_ids.channel, "sms")
        acuerdo.comunicacion_ids.sudo().cuota_id = False
        self.debtor.phone = False
        self.assertEqual(self.recordar(day), [])

    def test_the_breach_is_told_with_what_is_due_at_once(self):
        acuerdo = self.vigente()
        acuerdo.with_user(self.tesorero).action_breach("No paga")
        self.env["cartera.plantilla"].sudo().search([("kind", "=", "breach")]).with_pdf = False
        message = self.enviar(HOY)
        self.assertRecordValues(message, [{"state": "sent", "kind": "breach", "amount_total": 1_007_890.41}])
        self.assertIn("1.007.890,41", message.body_html)

    def test_officers_ask_for_proofs_of_what_was_missed_until_it_is_paid(self):
        acuerdo = self.vigente()
        day = DUE[0] + timedelta(days=1)
        self.noche(day)
        with self.dia_de(day):
            self.assertEqual(self.Acuerdo._pedir_soportes(self.company), (1, 0))
            self.assertEqual(self.Acuerdo._pedir_soportes(self.company), (0, 0))
        self.assertEqual(acuerdo.activity_ids.user_id, self.gestor)
        self.abonar(260_000, day)
        with self.dia_de(day):
            self.assertEqual(self.Acuerdo._pedir_soportes(self.company), (0, 1))
        self.assertFalse(acuerdo.activity_ids)

    def informe(self, day):
        with self.dia_de(day):
            return self.Acuerdo._informar_pagos(self.company)

    def test_what_was_paid_is_told_once_to_accounting_and_legal(self):
        acuerdo, contador = self.vigente(), self.usuario("contador")
        contador.email, self.abogado.email = "contador@example.com", "abogado@example.com"
        self.assertFalse(self.informe(HOY), "nothing was paid")
        payment = self.abonar(300_000)
        mails = self.informe(HOY)
        self.assertEqual(mails.recipient_ids, contador.partner_id | self.abogado.partner_id)
        for mail in mails:
            self.assertEqual(len(mail.recipient_ids), 1)
            for said in (acuerdo.number, self.debtor.name, "$ 300.000", "$ 707.890,41"):
                self.assertIn(said, mail.body_html)
        self.assertFalse(self.informe(HOY))
        self.assertFalse(self.informe(HOY + timedelta(days=1)))
        # What was undone is told too.
        payment.action_draft()
        self.assertIn("reversado", self.informe(HOY + timedelta(days=2))[0].body_html)

    def test_the_settings_say_who_is_told_and_nobody_means_no_mail(self):
        self.vigente()
        self.abonar(300_000)
        self.abogado.sudo().active = False
        self.env.ref("cartera_cobro.group_cartera_contador").sudo().user_ids = False
        self.env.ref("cartera_cobro.group_cartera_abogado").sudo().user_ids = False
        self.assertFalse(self.informe(HOY))
        people = self.env["res.partner"].create({"name": "Tesorería", "email": "t@example.com"})
        self.company.sudo().cartera_accounting_ids = people
        self.assertEqual(self.informe(HOY).recipient_ids, people)

    def test_another_companys_payments_are_not_told(self):
        self.vigente()
        self.abonar(300_000)
        other = self.env["res.company"].sudo().create({"name": "Otra", "cartera_politica_id": self.politica.id})
        other.cartera_accounting_ids = self.env["res.partner"].create({"name": "Otra", "email": "o@example.com"})
        self.assertFalse(self.Acuerdo._informar_pagos(other))
