"""Whoever runs an account asks their customers when they pay, or who collects, with one press, and sees what comes."""

from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_acuerdo import AcuerdoCase


@tagged("post_install", "-at_install")
class TestResponsable(AcuerdoCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.usuario("responsable")
        cls.expediente.write({"responsible_id": cls.manager.id, "user_id": cls.gestor.id})
        cls.debtor.email = "pagos@example.com"
        cls.env["cartera.autorizacion"].sudo().create(
            {"partner_id": cls.debtor.id, "channel": "email", "date_from": "2026-01-01", "source": "Contrato"}
        )
        cls.own = cls.expediente.with_user(cls.manager)

    def correos(self):
        return self.env["mail.mail"].sudo().search([("recipient_ids", "in", self.debtor.ids)])

    def test_the_customer_is_asked_with_what_is_overdue_and_a_link_that_stays_out_of_the_chatter(self):
        answer = self.own.action_ask_customer()
        self.assertEqual(answer["params"]["type"], "success")
        mail = self.correos()
        for piece in (*self.facturas.mapped("name"), "$ 1.000.000", "/cartera/estado/", self.manager.name):
            self.assertIn(piece, mail.body_html)
        token = mail.body_html.split("/cartera/estado/")[1].split('"')[0]
        self.assertEqual(self.Expediente._de_enlace(token), self.expediente)
        self.assertNotIn(token, "".join(self.expediente.message_ids.mapped("body")))
        self.assertRecordValues(
            self.expediente.gestion_ids,
            [{"channel": "email", "purpose": "collection", "verdict": "OK", "user_id": self.manager.id}],
        )
        self.assertEqual(mail.cartera_purpose, "collection", "it keeps the hours of Ley 2300 in the queue")
        self.assertEqual(self.expediente.date_info_asked, date(2026, 7, 15))
        with self.assertRaisesRegex(UserError, "asked today already"):
            self.own.action_ask_customer()
        self.assertEqual(len(self.correos()), 1)

    def test_what_the_law_or_the_debtors_word_stops_is_said(self):
        for change, sentence in (
            (lambda: self.debtor.sudo().cartera_autorizacion_ids.action_withdraw(), "not authorised by the person"),
            (lambda: self.debtor.write({"email": False}), "no e-mail address"),
            (lambda: self.expediente._prometer_en_portal("1.000.000", "2026-07-20"), "promised, agreed on or referred"),
            (lambda: self.pagar(self.facturas), "nothing is overdue"),
        ):
            self.assertNoPregunta(change, sentence)

    def assertNoPregunta(self, change, sentence):
        """After `change()`, which is undone, nothing is asked, and `sentence` (a pattern) says why."""
        with self.subTest(sentence=sentence):
            savepoint = self.env.cr.savepoint()
            change()
            with self.assertRaisesRegex(UserError, sentence):
                self.own.action_ask_customer()
            self.assertFalse(self.correos())
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def test_it_asks_for_what_letters_would_ask_for(self):
        disputed = self.partidas(*self.facturas)[0]
        self.env["cartera.reclamacion"].with_user(self.gestor).create(
            {
                "expediente_id": self.expediente.id,
                "subject": "No reconozco",
                "text": "Estuve de viaje",
                "filed_by": "Juana",
                "linea_ids": [Command.create({"partida_id": disputed.id, "amount_disputed": 300_000})],
            }
        ).action_file()
        self.a_cuenta(250_000)
        self.own.action_ask_customer()
        body = self.correos().body_html
        self.assertIn("Menos pagos y saldos a favor por aplicar: $ 250.000", body)
        self.assertIn("$ 450.000", body)
        for more in ("$ 1.000.000", "$ 750.000"):
            self.assertNotIn(more, body)

    def test_it_asks_nothing_of_who_has_paid_on_account_or_is_before_a_lawyer(self):
        def ante_el_abogado():
            self.partidas(*self.facturas).write({"etapa_id": self.etapa("JUR").id})

        for change, sentence in (
            (lambda: self.a_cuenta(1_000_000), "Nothing overdue any more"),
            (ante_el_abogado, "In legal collection"),
        ):
            self.assertNoPregunta(change, sentence)

    def a_cuenta(self, amount):
        """A payment of the debtor that nobody has matched."""
        payment = self.env["account.payment"].sudo().create(
            {"partner_id": self.debtor.id, "amount": amount, "payment_type": "inbound", "partner_type": "customer",
             "journal_id": self.bank.id, "date": date(2026, 7, 15)}
        )  # fmt: skip
        payment.action_post()

    def test_many_at_once_ask_the_law_once_and_name_who_was_left_out(self):
        other = self.debtor.copy({"name": "Sin Correo SAS", "email": False})
        self.factura(20, partner=other)
        both = self.Expediente.search([("partner_id", "in", (self.debtor | other).ids)])
        both.responsible_id = self.manager
        answer = both.with_user(self.manager).action_ask_customer()
        self.assertEqual(answer["params"]["type"], "warning")
        self.assertIn("Sin Correo SAS: it has no e-mail", answer["params"]["message"])
        self.assertEqual(len(self.correos()), 1)

    def test_who_collects_is_asked_once_by_an_activity(self):
        self.own.action_ask_officer()
        self.own.action_ask_officer()
        [activity] = self.expediente.activity_ids
        self.assertEqual(activity.user_id, self.gestor)
        self.assertIn(self.manager.name, activity.summary)

    def test_nobody_asks_about_the_customers_of_others(self):
        self.expediente.responsible_id = False
        for user in (self.manager, self.usuario("auditor"), self.usuario("analista")):
            for step in ("action_ask_customer", "action_ask_officer"):
                with self.subTest(user=user.login, step=step), self.assertRaises(AccessError):
                    getattr(self.expediente.with_user(user), step)()
        self.expediente.with_user(self.gestor).action_ask_customer()
        self.assertTrue(self.correos(), "an officer does, on their own dossiers")

    def test_what_the_customer_announced_comes_by_its_day(self):
        acuerdo = self.vigente(moves=self.facturas[0])
        promesa = self.expediente._prometer_en_portal("400.000", "2026-07-20")
        Programado = self.env["cartera.programado"].with_user(self.manager)
        rows = Programado.search([])
        self.assertEqual(rows.mapped("kind"), ["promise"] + ["instalment"] * 4)
        self.assertEqual(rows[0].action_open()["res_id"], promesa.id)
        self.assertEqual(rows[1].action_open()["res_id"], acuerdo.id)
        self.assertEqual(rows[1].date, date(2026, 8, 15))
        self.assertAlmostEqual(sum(rows.mapped("amount")), 400_000 + acuerdo.amount_plan)
        self.assertEqual(self.own.programmed_date, date(2026, 7, 20))
        self.assertAlmostEqual(self.own.programmed_amount, 400_000 + acuerdo.amount_plan)
        self.pagar(self.facturas[0], acuerdo.cuota_ids.sorted("number")[0].amount)
        self.env.invalidate_all()
        self.assertEqual(Programado.search([("kind", "=", "instalment")])[0].date, date(2026, 9, 15))
        self.expediente.responsible_id = self.gestor
        self.env.flush_all()
        self.assertFalse(Programado.search([]), "those of others are not theirs to see")
        self.assertTrue(Programado.with_user(self.gestor).search([("kind", "=", "promise")]))
        other = self.usuario("tesorero", self.setup_other_company()["company"])
        self.assertFalse(Programado.with_user(other).search([]))

    def test_lists_ask_the_database_as_often_for_many_as_for_few(self):
        for n in range(4):
            self.factura(10, partner=self.debtor.copy({"name": f"Cliente {n}"}))
        dossiers = self.Expediente.search([("company_id", "=", self.company.id)])
        dossiers.mapped("programmed_amount")

        def queries(records):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.mapped("programmed_date")
            return self.env.cr.sql_log_count - before

        self.assertEqual(queries(dossiers), queries(dossiers[:1]))
