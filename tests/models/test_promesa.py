"""Promises to pay: who may make which, what the ledger says became of them, and what that changes."""

from datetime import date, datetime, timedelta

from freezegun import freeze_time
from odoo import Command
from odoo.addons.cartera_cobro.models.cartera_campana_seleccion import Seleccion
from odoo.addons.cartera_cobro.models.cartera_cola import Cola
from odoo.addons.cartera_cobro.models.cartera_promesa_pedido import Pedido, PromesaRechazada
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger
from psycopg2 import IntegrityError

from .common import HOY
from .test_comunicacion import ComunicacionCase
from .test_gestion import GestionCase

HOY_A_LAS_10 = datetime(2026, 7, 15, 15)
# Promised for Friday 17 July; Monday 20 is a holiday, so two working days of tolerance end on Wednesday 22.
DIA = date(2026, 7, 17)
PLAZO = date(2026, 7, 22)
DESPUES = PLAZO + timedelta(days=1)


class PromesaCase(GestionCase):
    """`cls.invoice` owes 1,000 for 60 days; `cls.expediente` is its dossier."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.politica.interest_regime = "none"
        cls.Promesa = cls.env["cartera.promesa"].sudo()
        cls.invoice = cls.expediente.partida_ids.move_id
        cls.item = cls.expediente.partida_ids

    def promete(self, amount=600.0, day=DIA, moves=None, expediente=None, made=HOY, overdue=True, **extra):
        """The promise of a debtor over the items of `moves`, or over the oldest ones."""
        values = {
            "expediente": expediente or self.expediente,
            "made": made,
            "day": day,
            "amount": amount,
            "partidas": self.partidas(*moves) if moves else self.Partida,
            "overdue": overdue,
            "source": "contact",
            "gestion": self.Gestion,
            "user": self.env.user,
        }
        return self.Promesa._prometer([Pedido(**{**values, **extra})])

    def por_contacto(self, amount=600.0, day=DIA, **extra):
        return self.gestion("promise", date=HOY_A_LAS_10, promise_date=day, promise_amount=amount, **extra)

    def juzgar(self, on_date=DESPUES):
        counts = self.Promesa._juzgar(self.company, on_date)
        return {name: count for name, count in counts.items() if count and name != "written"}

    def assertPromesa(self, promesa, state, paid=0.0):
        self.assertRecordValues(promesa, [{"state": state, "amount_paid": paid}])


@tagged("post_install", "-at_install")
class TestPrometer(PromesaCase):
    def test_a_contact_makes_it(self):
        gestion = self.por_contacto()
        promesa = gestion.promesa_ids
        self.assertRecordValues(
            promesa,
            [
                {
                    "expediente_id": self.expediente.id,
                    "company_id": self.company.id,
                    "partner_id": self.debtor.id,
                    "source": "contact",
                    "date": HOY,
                    "date_promised": DIA,
                    "deadline": PLAZO,
                    "amount": 600.0,
                    "amount_paid": 0.0,
                    "state": "pending",
                    "user_id": self.env.user.id,
                }
            ],
        )
        self.assertRecordValues(promesa.linea_ids, [{"partida_id": self.item.id, "balance": 1000.0, "pending": True}])
        self.assertIn("Promises to pay", self.expediente.message_ids[0].body)
        self.assertEqual(self.item.date_promised, DIA)
        self.assertEqual((self.expediente.promesa_count, self.expediente.promise_pending_amount), (1, 600.0))

    def test_at_the_counter(self):
        gestion = self.por_contacto(channel="in_person", direction="in")
        self.assertEqual(gestion.promesa_ids.source, "counter")

    def test_the_oldest_overdue_items_as_many_as_the_amount_reaches(self):
        second, third, current = self.factura(30, 500.0), self.factura(10, 700.0), self.factura(-5, 900.0)
        for amount, moves in (
            (1000, [self.invoice]),
            (1000.01, [self.invoice, second]),
            (2200, [self.invoice, second, third]),
        ):
            with self.subTest(amount=amount):
                promesa = self.promete(amount)
                self.assertEqual(promesa.linea_ids.partida_id, self.partidas(*moves))
                promesa._retirar("otra prueba")
        with self.assertRaisesRegex(UserError, "more than what may be promised: .*2,200"):
            self.promete(2200.5)
        # What is not due yet is promised when somebody chooses it.
        self.assertEqual(self.promete(900, moves=[current]).linea_ids.partida_id, self.partidas(current))
        self.assertEqual(self.promete(2200).amount, 2200)

    def en_disputa(self, item, amount):
        claim = self.env["cartera.reclamacion"].sudo().create(
            {
                "expediente_id": self.expediente.id,
                "subject": "No reconozco el consumo",
                "text": "Estuve de viaje",
                "filed_by": "Juana",
                "user_id": self.usuario("gestor").id,
                "linea_ids": [Command.create({"partida_id": item.id, "amount_disputed": amount})],
            }
        )  # fmt: skip
        claim.action_file()
        return claim

    def test_what_is_disputed_is_promised_after_all_the_rest(self):
        second = self.factura(30, 500.0)
        other = self.partidas(second)
        self.en_disputa(self.item, 1000)
        promesa = self.por_contacto(500).promesa_ids
        self.assertEqual(promesa.linea_ids.partida_id, other)
        self.pagar(second, payment_date="2026-07-16")
        self.assertEqual(self.juzgar(), {"kept": 1})
        # Whoever promises more than the rest promises what they dispute too; whoever owes nothing else, only that.
        third = self.factura(20, 300.0)
        promesa = self.promete(301)
        self.assertEqual(promesa.linea_ids.partida_id, self.item | self.partidas(third))
        promesa._retirar("otra prueba")
        self.pagar(third)
        self.assertEqual(self.promete(400).linea_ids.partida_id, self.item)

    def test_the_interest_of_the_rest_reaches_nothing_disputed(self):
        self.politica.interest_regime = "civil"
        other = self.partidas(self.factura(30, 500.0))
        self.en_disputa(self.item, 1000)
        self.assertEqual(self.promete(502).linea_ids.partida_id, other)

    def test_of_an_item_disputed_in_part_the_amount_reaches_the_rest(self):
        second = self.factura(30, 500.0)
        self.en_disputa(self.item, 400)
        self.assertEqual(self.promete(600).linea_ids.partida_id, self.item)
        self.Promesa.search([])._retirar("otra prueba")
        self.assertEqual(self.promete(601).linea_ids.partida_id, self.partidas(self.invoice, second))

    def test_each_refusal_is_a_sentence_and_changes_nothing(self):
        other = self.env["res.partner"].create({"name": "Pedro Ajeno", "property_payment_term_id": False})
        theirs = self.factura(20, partner=other)
        paid = self.factura(20, 300.0)
        self.pagar(paid)
        credit = self.factura(5, 100.0, move_type="out_refund")
        company = self.env["res.company"].sudo().create({"name": "Otra empresa"})
        abroad = self.Partida.new({"company_id": company.id, "name": "FV-9"})
        for sentence, values in (
            ("more than zero", {"amount": 0}),
            ("more than zero", {"amount": -5}),
            ("more than what may be promised", {"amount": 1000.01}),
            ("or a later one", {"day": HOY - timedelta(days=1)}),
            ("up to 30 days ahead: until 08/14/2026", {"day": HOY + timedelta(days=31)}),
            ("owed by Pedro Ajeno: a promise is of one debtor", {"moves": [self.invoice, theirs]}),
            ("is paid: nothing is owed on it", {"moves": [paid]}),
            ("a credit in the debtor's favour", {"moves": [credit]}),
            ("FV-9 is owed to Otra empresa", {"partidas": abroad}),
        ):
            with self.subTest(sentence=sentence, values=values), self.assertRaisesRegex(PromesaRechazada, sentence):
                self.promete(**values)
        self.assertFalse(self.Promesa.search([("company_id", "=", self.company.id)]))

    def test_who_owes_nothing_promises_nothing(self):
        current = self.factura(-5, 900.0, partner=self.debtor.copy({"name": "Al día"}))
        dossier = self.partidas(current).expediente_id
        with self.assertRaisesRegex(UserError, "Nothing of Al día is overdue: choose"):
            self.promete(expediente=dossier)
        self.pagar(current)
        with self.assertRaisesRegex(UserError, "Al día owes nothing"):
            self.promete(expediente=dossier)

    def test_late_interest_may_be_promised_with_what_it_runs_on(self):
        self.politica.interest_regime = "civil"
        # 1,000 due 30 days before, promised for two days later: 6% a year.
        with self.assertRaisesRegex(UserError, "more than what may be promised"):
            self.promete(1100)
        self.assertEqual(self.promete(1005).state, "pending")

    def test_a_contact_that_promises_in_vain_is_not_recorded(self):
        with self.assertRaisesRegex(UserError, "more than what may be promised"):
            self.por_contacto(5000)

    def test_one_pending_promise_an_item(self):
        first = self.promete()
        for values in ({"moves": [self.invoice]}, {}):
            with self.assertRaisesRegex(UserError, f"{self.invoice.name} has a pending promise of .*600.* already"):
                self.promete(100, **values)
        first._retirar("pidió otro día")
        self.assertEqual(self.promete(100).state, "pending")

    def test_the_database_lets_no_second_one_in_and_says_which_stands(self):
        first = self.promete()
        values = {"promesa_id": first.id, "partida_id": self.item.id, "balance": 1, "pending": True}
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError) as caught, self.env.cr.savepoint():
            self.env["cartera.promesa.linea"].sudo().create(values)
        sentence = self.env["cartera.promesa.linea"]._sql_error_to_message(caught.exception)
        self.assertIn(self.item.display_name, sentence)
        self.assertIn(first.display_name, sentence)

    def test_the_tolerance_is_of_working_days_and_of_the_policy(self):
        self.politica.promise_tolerance_days = 0
        self.assertEqual(self.promete().deadline, DIA)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.politica.promise_max_days = 0
            self.politica.flush_recordset()
        self.politica.promise_max_days = 5
        self.Promesa.search([])._retirar("otra prueba")
        with self.assertRaisesRegex(UserError, "up to 5 days"):
            self.por_contacto(day=HOY + timedelta(days=6))

    def test_annulling_the_contact_takes_the_promise_back(self):
        gestion = self.por_contacto()
        gestion.action_annul("era otro deudor")
        self.assertRecordValues(
            gestion.promesa_ids, [{"state": "cancelled", "cancel_reason": "the contact was annulled (era otro deudor)"}]
        )
        self.assertFalse(gestion.promesa_ids.linea_ids.pending)
        self.assertTrue(self.promete())

    def test_told_late_it_is_judged_at_once_by_the_balances_of_its_day(self):
        self.pagar(self.invoice, 400.0, payment_date="2026-07-03")
        gestion = self.gestion("promise", date=datetime(2026, 7, 2, 15), promise_date="2026-07-06", promise_amount=400)
        self.assertPromesa(gestion.promesa_ids, "kept", 400.0)
        self.assertEqual(gestion.promesa_ids.linea_ids.balance, 1000.0)
        # The next one stands, whatever was promised before.
        self.assertPromesa(self.promete(), "pending")

    def test_an_agency_that_tells_of_one_that_cannot_be_loses_only_the_promise(self):
        agency = self.env["res.partner"].create({"name": "Casa de cobranza"})
        gestion = self.por_contacto(999_999, agency_id=agency.id)
        self.assertFalse(gestion.promesa_ids)
        self.assertIn("is not followed", self.expediente.message_ids[0].body)
        self.assertEqual(self.por_contacto(100, agency_id=agency.id).promesa_ids.source, "agency")

    def test_withdrawing_takes_a_reason_and_the_dossier(self):
        officer, other, auditor = self.usuario("gestor"), self.usuario("ventanilla"), self.usuario("auditor")
        promesa = self.promete()
        with self.assertRaisesRegex(UserError, "Say why"):
            promesa.with_user(officer).action_withdraw("  ")
        for user in (other, auditor):
            with self.assertRaises(AccessError):
                promesa.with_user(user).action_withdraw("porque sí")
        self.expediente.user_id = self.usuario("tesorero")
        with self.assertRaises(AccessError):
            promesa.with_user(officer).action_withdraw("pidió otro día")
        self.expediente.user_id = officer
        wizard = self.env["cartera.promesa.retirar"].with_user(officer).with_context(active_ids=promesa.ids)
        wizard.create({"reason": "pidió otro día"}).action_apply()
        self.assertRecordValues(promesa, [{"state": "cancelled", "cancel_reason": "pidió otro día"}])
        self.assertIn("pidió otro día", self.expediente.message_ids[0].body)
        with self.assertRaisesRegex(UserError, "Only a pending promise"):
            promesa.with_user(officer).action_withdraw("otra vez")

    def test_nobody_writes_or_deletes_one(self):
        promesa = self.promete()
        for role in ("gestor", "tesorero", "admin", "auditor"):
            theirs = promesa.with_user(self.usuario(role)).sudo(False)
            self.assertEqual(theirs.amount, 600)
            for act in (
                lambda p=theirs: p.write({"state": "kept"}),
                lambda p=theirs: p.create({"expediente_id": self.expediente.id}),
                lambda p=theirs: p.linea_ids.write({"pending": False}),
            ):
                with self.assertRaises(AccessError):
                    act()
        with self.assertRaises(UserError):
            promesa.unlink()

    def test_who_reads_them(self):
        promesa = self.promete()
        responsible = self.usuario("responsable")
        Promesa = self.env["cartera.promesa"].with_user(responsible).sudo(False)
        self.assertFalse(Promesa.search([]))
        self.expediente.responsible_id = responsible
        self.assertEqual(Promesa.search([]), promesa)
        other = self.env["res.company"].sudo().create({"name": "Otra empresa"})
        stranger = self.usuario("tesorero", other)
        self.assertFalse(self.env["cartera.promesa"].with_user(stranger).sudo(False).search([("id", "=", promesa.id)]))


@tagged("post_install", "-at_install")
class TestJuicio(PromesaCase):
    def pago(self, amount, day="2026-07-16", invoice=None):
        return self.pagar(invoice or self.invoice, amount, payment_date=day)

    def abono(self, amount, day="2026-07-16", **extra):
        """A payment of the debtor that nobody has applied."""
        payment = (
            self.env["account.payment"]
            .sudo()
            .create(
                {
                    "partner_id": self.debtor.id,
                    "payment_type": "inbound",
                    "amount": amount,
                    "date": day,
                    "journal_id": self.bank.id,
                    **extra,
                }
            )
        )
        payment.action_post()
        return payment

    def test_what_was_paid_in_time_decides(self):
        for paid, day, state, amount in (
            (0, None, "broken", 0),
            (599.99, "2026-07-16", "partial", 599.99),
            (600, "2026-07-16", "kept", 600),
            (600, "2026-07-22", "kept", 600),  # within the tolerance
            (600, "2026-07-23", "broken", 0),  # a day late
            (1000, "2026-07-17", "kept", 600),
        ):
            with self.subTest(paid=paid, day=day), self.env.cr.savepoint() as point:
                promesa = self.promete()
                if paid:
                    self.pago(paid, day)
                self.juzgar()
                self.assertPromesa(promesa, state, amount)
                self.assertEqual(promesa.date_judged, DESPUES)
                point.rollback()
                self.env.invalidate_all()

    def test_it_is_pending_until_the_deadline_has_passed(self):
        promesa = self.promete()
        self.assertEqual(self.juzgar(PLAZO), {})
        self.assertPromesa(promesa, "pending")
        self.assertEqual(self.juzgar(DESPUES), {"broken": 1})

    def test_several_partial_payments_add_up_and_the_last_one_counts(self):
        promesa = self.promete()
        for amount, day in ((200, "2026-07-15"), (150, "2026-07-17"), (250, "2026-07-21")):
            self.assertPromesa(promesa, "pending", promesa.amount_paid)
            self.pago(amount, day)
            self.juzgar(date.fromisoformat(day))
        self.assertPromesa(promesa, "kept", 600.0)

    def test_it_is_kept_as_soon_as_it_is_paid_and_its_items_are_free(self):
        promesa = self.promete()
        self.pago(600)
        self.assertEqual(self.juzgar(date(2026, 7, 16)), {"kept": 1})
        self.assertRecordValues(promesa, [{"date_judged": date(2026, 7, 16), "kept_rate": 1.0}])
        self.assertEqual(self.promete(400).state, "pending")

    def test_what_was_paid_before_it_was_promised_does_not_count(self):
        self.pago(300, "2026-07-14")
        promesa = self.promete(600)
        self.assertEqual(promesa.linea_ids.balance, 700.0)
        self.assertEqual(self.juzgar(), {"broken": 1})

    def test_an_undone_payment_breaks_it_and_one_posted_late_mends_it(self):
        promesa = self.promete()
        payment = self.pago(600)
        self.juzgar()
        self.assertPromesa(promesa, "kept", 600.0)
        payment.action_draft()
        self.assertEqual(self.juzgar(DESPUES + timedelta(days=3)), {"broken": 1})
        self.assertPromesa(promesa, "broken")
        self.assertRecordValues(self.expediente, [{"alert": "promise", "promise_level": "breaks"}])
        payment.action_post()
        self.assertEqual(self.juzgar(DESPUES + timedelta(days=4)), {"kept": 1})
        self.assertRecordValues(self.expediente, [{"alert": False, "alert_date": False, "promise_level": "keeps"}])

    def test_a_payment_dated_in_time_and_posted_late_counts_for_ninety_days(self):
        promesa = self.promete()
        self.juzgar()
        self.pago(600)
        self.assertEqual(self.juzgar(PLAZO + timedelta(days=91)), {})
        self.assertEqual(self.juzgar(PLAZO + timedelta(days=90)), {"kept": 1})
        self.assertPromesa(promesa, "kept", 600.0)

    def test_undone_before_the_deadline_it_is_pending_again_unless_another_has_its_items(self):
        first = self.promete()
        payment = self.pago(600)
        self.juzgar(date(2026, 7, 16))
        payment.action_draft()
        with self.env.cr.savepoint() as point:
            self.assertEqual(self.juzgar(DIA), {"pending": 1})
            self.assertRecordValues(first, [{"state": "pending", "date_judged": False}])
            self.assertTrue(first.linea_ids.pending)
            point.rollback()
            self.env.invalidate_all()
        self.promete(100, day=date(2026, 7, 30))
        self.assertEqual(self.juzgar(DIA), {})
        self.assertPromesa(first, "kept", 600.0)
        self.assertEqual(self.juzgar(), {"broken": 1})

    def test_credits_not_applied_count_once_and_the_oldest_promise_first(self):
        second = self.factura(30, 500.0)
        first, later = self.promete(600), self.promete(500)
        self.abono(700)
        self.assertEqual(self.juzgar(), {"kept": 1, "partial": 1})
        self.assertPromesa(first, "kept", 600.0)
        self.assertPromesa(later, "partial", 100.0)
        self.assertEqual(later.linea_ids.partida_id, self.partidas(second))

    def test_credits_of_another_time_do_not_count(self):
        self.abono(600, "2026-07-14")
        self.abono(600, "2026-07-23")
        self.promete()
        self.assertEqual(self.juzgar(), {"broken": 1})

    def test_a_credit_sent_back_to_draft_is_none(self):
        promesa = self.promete()
        payment = self.abono(600)
        self.juzgar()
        self.assertPromesa(promesa, "kept", 600.0)
        payment.action_draft()
        self.juzgar()
        self.assertPromesa(promesa, "broken")

    def test_what_is_owed_no_more_is_no_broken_promise(self):
        promesa = self.promete()
        self.invoice.button_draft()
        self.assertEqual(self.juzgar(), {"kept": 1})
        self.assertEqual(promesa.amount_paid, 600)

    def test_an_item_in_another_currency_is_judged_in_the_company_s(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].sudo().create(
            [
                {"name": day, "currency_id": usd.id, "company_id": self.company.id, "inverse_company_rate": rate}
                for day, rate in (("2026-01-01", 4000), ("2026-07-16", 4400))
            ]
        )
        other = self.debtor.copy({"name": "Exportadora"})
        invoice = self.factura(20, 100.0, partner=other, currency_id=usd.id)
        dossier = self.partidas(invoice).expediente_id
        self.assertEqual(dossier.amount_overdue, 400_000)
        promesa = self.promete(400_000, expediente=dossier)
        self.pagar(invoice, 50.0, payment_date="2026-07-16", currency_id=usd.id)
        self.juzgar(date(2026, 7, 16))
        self.assertEqual(promesa.state, "pending")
        self.assertAlmostEqual(promesa.amount_paid, 200_000, 0)
        self.pagar(invoice, 50.0, payment_date="2026-07-17", currency_id=usd.id)
        self.assertEqual(self.juzgar(), {"kept": 1})

    def test_a_second_run_writes_nothing(self):
        self.promete()
        self.factura(30, 500.0)
        self.promete(100)
        self.pago(300)
        self.assertEqual(self.Promesa._juzgar(self.company, DESPUES)["written"], 2)
        messages = len(self.expediente.message_ids)
        self.env.cr.execute("SELECT pg_current_xact_id()::text")
        before = self.versiones()
        self.assertEqual(self.Promesa._juzgar(self.company, DESPUES)["written"], 0)
        self.assertEqual(self.versiones(), before)
        self.assertEqual(len(self.expediente.message_ids), messages)

    def versiones(self):
        """The physical place of every row that judging may write: it changes at every update."""
        self.env.flush_all()
        result = []
        for table in ("cartera_promesa", "cartera_promesa_linea", "cartera_expediente"):
            self.env.cr.execute(f"SELECT ctid FROM {table} ORDER BY id")  # pylint: disable=sql-injection
            result.append(self.env.cr.fetchall())
        return result

    def test_each_change_is_told_on_the_dossier(self):
        self.promete()
        self.juzgar()
        self.expediente.invalidate_recordset()
        message = self.expediente.message_ids[0]
        self.assertIn("Promise broken", message.body)
        self.assertIn("$ 600", message.body)
        self.assertTrue(message.is_internal)
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_note"))

    def test_each_company_judges_its_own(self):
        promesa = self.promete()
        other = self.env["res.company"].sudo().create({"name": "Otra empresa"})
        other.cartera_politica_id = self.politica
        self.Promesa._juzgar(other, DESPUES)
        self.assertPromesa(promesa, "pending")

    def test_as_many_queries_for_many_as_for_few(self):
        def sembrar(count):
            for n in range(count):
                partner = self.debtor.copy({"name": f"Deudor {n}"})
                self.promete(10, expediente=self.partidas(self.factura(20, partner=partner)).expediente_id)
            self.env.flush_all()

        def gastar(day):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.Promesa._juzgar(self.company, day)
            return self.env.cr.sql_log_count - before

        sembrar(2)
        gastar(HOY)
        few = gastar(DESPUES)
        sembrar(12)
        many = gastar(DESPUES)
        self.assertEqual(self.Promesa.search_count([("state", "=", "broken")]), 14)
        self.assertLessEqual(many, few)

    def test_another_worker_in_the_turn_means_nothing_is_done(self):
        self.promete()
        with self.env.registry.cursor() as cr:
            cr.execute("SELECT pg_advisory_xact_lock(%s, %s)", [0x63617274, self.company.id])
            counts = self.Promesa._juzgar(self.company, DESPUES)
        self.assertEqual((counts["locked"], counts["broken"], counts["written"]), (True, 0, 0))

    def test_the_nightly_job_judges(self):
        promesa = self.promete()
        with freeze_time("2026-07-24 12:00"), self.enter_registry_test_mode():
            self.env.ref("cartera_cobro.ir_cron_actualizar").sudo().method_direct_trigger()
        self.assertPromesa(promesa, "broken")


@tagged("post_install", "-at_install")
class TestAlerta(PromesaCase):
    def romper(self, expediente=None):
        promesa = self.promete(expediente=expediente)
        self.juzgar()
        return promesa

    def test_a_broken_one_puts_the_dossier_on_top_until_somebody_contacts_the_debtor(self):
        bigger = self.partidas(
            self.factura(300, 9_000_000.0, partner=self.debtor.copy({"name": "Mayor"}))
        ).expediente_id
        self.actualizar()
        mine = [("id", "in", (self.expediente | bigger).ids)]
        self.assertEqual(self.Expediente.search(mine)[0], bigger)
        self.romper()
        self.assertRecordValues(self.expediente, [{"alert": "promise", "alert_date": DESPUES}])
        self.assertEqual(self.Expediente.search(mine)[0], self.expediente)
        with freeze_time("2026-07-23 16:00"):
            self.gestion("no_answer", date=datetime(2026, 7, 23, 15), direction="in")
            self.assertTrue(self.expediente.alert)
            self.gestion("no_answer", date=datetime(2026, 7, 23, 15, 30))
        self.assertRecordValues(self.expediente, [{"alert": False, "alert_date": False}])
        # And the next night does not bring it back.
        self.juzgar(DESPUES + timedelta(days=1))
        self.assertFalse(self.expediente.alert)

    def test_it_is_over_when_nothing_is_overdue(self):
        self.romper()
        self.pagar(self.invoice, payment_date="2026-07-30")
        self.env.flush_all()
        self.assertRecordValues(self.expediente, [{"alert": False, "alert_date": False, "amount_overdue": 0.0}])

    def test_of_one_that_failed_long_ago_and_was_seen_to_nothing_is_said(self):
        self.gestion("talked", date=datetime(2026, 7, 14, 15))
        self.promete(made=date(2026, 7, 1), day=date(2026, 7, 3))
        self.assertRecordValues(self.Promesa.search([]), [{"state": "broken"}])
        self.assertFalse(self.expediente.alert)

    def test_a_failed_agreement_weighs_more(self):
        self.expediente.write({"alert": "breach", "alert_date": HOY})
        self.romper()
        self.assertRecordValues(self.expediente, [{"alert": "breach", "alert_date": DESPUES}])

    def test_the_level_of_a_year(self):
        promesa = self.romper()
        self.assertEqual(self.expediente.promise_level, "breaks")
        self.pagar(self.invoice, 300.0, payment_date="2026-07-16")
        self.juzgar()
        self.assertPromesa(promesa, "partial", 300.0)
        self.assertEqual(self.expediente.promise_level, "sometimes")
        self.assertEqual(promesa.kept_rate, 0.5)
        self.juzgar(PLAZO + timedelta(days=366))
        self.assertFalse(self.expediente.promise_level)

    def test_joined_dossiers_keep_their_promises(self):
        promesa = self.promete()
        other = self.env["res.partner"].create({"name": "La que queda", "property_payment_term_id": False})
        kept = self.partidas(self.factura(15, partner=other)).expediente_id
        self.expediente._fusionar(kept)
        self.assertRecordValues(promesa, [{"expediente_id": kept.id, "partner_id": other.id, "state": "pending"}])


@tagged("post_install", "-at_install")
class TestPausa(PromesaCase, ComunicacionCase):
    """What is promised, or under an agreement, is not chased; the rest of the debt is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tesorero = cls.usuario("tesorero")

    def acordar(self, *moves):
        """An agreement in force over the items of `moves`, as far as chasing is concerned."""
        values = {"expediente_id": self.expediente.id, "first_date": HOY}
        acuerdo = self.env["cartera.acuerdo"].sudo().create(values)
        self.partidas(*moves).acuerdo_id = acuerdo
        return acuerdo

    def motivo(self, day=HOY, plantilla=None):
        """Why a mass run of a day leaves the dossier out; None when it does not."""
        seleccion = Seleccion(self.env, self.company, plantilla or self.plantilla, "email", day)
        self.env.flush_all()
        seleccion.leer()
        query = SQL("SELECT %s FROM %s WHERE x.id = %s", seleccion.motivo(), seleccion.desde(), self.expediente.id)
        return self.env.execute_query(query)[0][0]

    def fuera(self):
        return Cola(self.env, self.company, self.tesorero).motivos()[0]

    def test_a_letter_on_what_is_promised_does_not_leave_until_its_day_has_passed(self):
        self.promete()
        self.assertEqual(self.motivo(), "promise")
        self.assertDropped("promise", self.mensaje(), self.invoice.name)
        self.assertEqual(self.motivo(DIA), "promise")
        self.assertIsNone(self.motivo(DIA + timedelta(days=1)))
        with freeze_time("2026-07-18 15:00"):
            self.assertEqual(self.enviar(self.mensaje()), {"sent": 1})

    def test_the_rest_of_the_debt_goes_on_being_chased(self):
        self.promete()
        self.factura(30, 500.0)
        self.assertIsNone(self.motivo())
        mensaje = self.mensaje()
        self.assertEqual(self.enviar(mensaje), {"sent": 1})
        self.assertEqual(mensaje.amount_capital, 500)

    def test_what_is_agreed_is_not_chased_nor_are_its_credits_taken_off_the_rest(self):
        self.acordar(self.invoice)
        self.assertEqual(self.motivo(), "agreement")
        self.assertDropped("agreement", self.mensaje(), self.invoice.name)
        self.factura(30, 500.0)
        credit = self.factura(5, 400.0, move_type="out_refund")
        mensaje = self.mensaje()
        self.enviar(mensaje)
        self.assertEqual((mensaje.amount_capital, mensaje.amount_credit), (500, 400))
        credit = self.factura(5, 700.0, move_type="out_refund")
        self.assertEqual(self.motivo(), "paid")
        self.partidas(credit).acuerdo_id = self.item.acuerdo_id
        self.assertIsNone(self.motivo())
        with self.assertRaisesRegex(UserError, "is under a payment agreement"):
            self.promete(moves=[self.invoice])

    def test_both_at_once(self):
        self.acordar(self.factura(30, 500.0))
        self.promete()
        self.assertEqual(self.motivo(), "agreement")
        self.assertDropped("agreement", self.mensaje())

    def test_what_is_no_collection_is_sent_all_the_same(self):
        self.promete()
        self.plantilla.write({"kind": "statement", "purpose": "information"})
        self.assertIsNone(self.motivo())
        mensaje = self.mensaje()
        self.assertEqual(self.enviar(mensaje), {"sent": 1})
        self.assertEqual(mensaje.amount_capital, 1000)

    def test_nobody_calls_who_promised_it_all(self):
        self.assertEqual(self.fuera(), {"guard": 1})
        promesa = self.promete()
        self.assertEqual(self.fuera(), {"paused": 1})
        self.acordar(self.factura(30, 500.0))
        self.assertEqual(self.fuera(), {"paused": 1})
        promesa._retirar("pidió otro día")
        self.assertEqual(self.fuera(), {"guard": 1})

    def test_the_queue_calls_first_whose_promise_broke_and_of_equals_who_breaks_them(self):
        twin = self.otro(1)
        self.autorizar(twin.partner_id, "call")
        cola = Cola(self.env, self.company, self.tesorero)
        self.assertEqual(next(cola.tandas()), self.expediente | twin)
        twin.promise_level = "breaks"
        self.assertEqual(next(cola.tandas())[0], twin)
        self.expediente.write({"alert": "promise", "alert_date": HOY})
        self.assertEqual(next(cola.tandas())[0], self.expediente)

    def test_it_goes_on_ageing(self):
        self.actualizar()
        stage = self.item.etapa_id
        self.promete(day=HOY + timedelta(days=30))
        self.actualizar(HOY + timedelta(days=40))
        self.assertGreater(self.item.etapa_id.days_from, stage.days_from)
