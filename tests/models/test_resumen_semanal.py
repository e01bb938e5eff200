"""The weekly digest: one e-mail a person and company, once a week, on its day, whatever stops it."""

from datetime import date, datetime
from unittest.mock import patch

from freezegun import freeze_time
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import html2plaintext, mute_logger

from .test_novedad import NovedadCase

LUNES = "2026-07-27 12:00"
SEMANA = date(2026, 7, 27)


@tagged("post_install", "-at_install")
class TestResumenSemanal(NovedadCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Resumen = cls.env["cartera.resumen"].sudo()
        cls.cron = cls.env.ref("cartera_cobro.ir_cron_resumen_semanal").sudo()

    def correr(self, at=LUNES):
        with freeze_time(at), self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.env.invalidate_all()

    def correos(self, user):
        return (
            self.env["mail.mail"]
            .sudo()
            .search([("recipient_ids", "in", user.partner_id.ids), ("subject", "like", "clientes en mora")])
        )

    def texto(self, user):
        return " ".join(html2plaintext(self.correos(user).body_html).split())

    def cliente(self, name, amount, days, responsible, **extra):
        move = self.factura(days, amount, partner=self.debtor.copy({"name": name}), **extra)
        dossier = move.sudo().cartera_expediente_id
        dossier.responsible_id = responsible
        return dossier

    def test_each_responsible_gets_their_overdue_customers(self):
        big = self.cliente("Transportes del Llano", 4_500_000, 120, self.manager)
        self.cliente("Al día", 700_000, -20, self.manager)
        ajeno = self.cliente("Ajeno", 900_000, 10, self.seller)
        self.gestion("promise", promise_date=date(2026, 7, 20), promise_amount=600, date=datetime(2026, 7, 14, 15))
        self.gestion("no_answer", expediente_id=big.id, date=datetime(2026, 7, 15, 4), direction="in")
        self.novedad(expediente_id=big.id)
        self.actualizar()
        self.correr()
        text = self.texto(self.manager)
        for piece in (
            "2 clientes",
            "4.501.000",
            "Transportes del Llano",
            "132 días",
            "Última gestión: 14 jul 2026",
            "Juana Deudora",
            "Prometió $ 600 para el 20 jul 2026 y sigue debiendo",
            "1 novedad sin respuesta: espera la suya",
            "Tiene 1 novedad por responder",
            self.tesorero.name,
        ):
            self.assertIn(piece, text)
        self.assertNotIn("Al día", text)
        self.assertNotIn("Ajeno", text)
        self.assertIn(f"/odoo/cartera.expediente/{big.id}", self.correos(self.manager).body_html)
        self.assertLess(text.index("Transportes"), text.index("Juana"))
        self.assertIn("Ajeno", self.texto(self.seller))
        self.assertNotIn(f"/odoo/cartera.expediente/{ajeno.id}", self.correos(self.seller).body_html)
        self.assertRecordValues(
            self.Resumen.search([("user_id", "=", self.manager.id)]),
            [{"count": 2, "amount": 4_501_000.0, "week": SEMANA, "state": "sent"}],
        )
        self.assertFalse(self.correos(self.gestor))

    def test_it_leaves_once_a_week_on_its_day(self):
        for at, sent in (
            ("2026-07-26 12:00", 0),  # Sunday
            (LUNES, 1),
            (LUNES, 1),
            ("2026-07-28 12:00", 1),
            ("2026-08-03 04:30", 1),  # still Sunday in Colombia
            ("2026-08-03 12:00", 2),
        ):
            self.correr(at)
            self.assertEqual(len(self.correos(self.manager)), sent, at)

    def test_a_holiday_moves_it_and_a_lost_day_is_made_up_for(self):
        self.correr("2026-07-20 12:00")  # a holiday
        self.assertFalse(self.correos(self.manager))
        self.correr("2026-07-21 12:00")
        self.assertEqual(len(self.correos(self.manager)), 1)
        self.correr("2026-07-29 12:00")  # Monday and Tuesday the server was down
        self.assertEqual(len(self.correos(self.manager)), 2)
        self.correr("2026-08-06 12:00")  # Thursday: too late
        self.assertEqual(len(self.correos(self.manager)), 2)

    def test_a_day_that_holidays_carry_into_the_next_week_is_not_lost(self):
        self.company.sudo().cartera_resumen_weekday = "4"
        for at, sent in (
            ("2026-08-07 12:00", 0),  # Friday, a holiday
            ("2026-08-08 12:00", 0),
            ("2026-08-10 12:00", 1),
            ("2026-08-10 13:00", 1),
            ("2026-08-14 12:00", 2),
        ):
            self.correr(at)
            self.assertEqual(len(self.correos(self.manager)), sent, at)

    def test_the_company_chooses_the_day_or_none(self):
        self.company.sudo().cartera_resumen_weekday = "3"
        self.correr(LUNES)
        self.assertFalse(self.correos(self.manager))
        self.correr("2026-07-30 12:00")
        self.assertEqual(len(self.correos(self.manager)), 1)
        self.company.sudo().cartera_resumen_weekday = False
        self.correr("2026-08-06 12:00")
        self.assertEqual(len(self.correos(self.manager)), 1)

    def test_salespersons_get_what_they_sold_where_the_company_wants_it(self):
        self.correr()
        self.assertFalse(self.correos(self.seller))
        self.company.sudo().cartera_resumen_vendedores = True
        self.factura(200, 5_000, partner=self.debtor, invoice_user_id=self.manager.id)
        self.correr("2026-08-03 12:00")
        text = self.texto(self.seller)
        self.assertIn("$ 1.000 79 días la más antigua", text)
        self.assertIn("lo vendido por usted", text)
        # The responsible has the whole customer, once.
        self.assertIn("$ 6.000", html2plaintext(self.correos(self.manager)[:1].body_html).replace("\n", " "))
        self.assertEqual(self.Resumen.search([("user_id", "=", self.manager.id)], limit=1).count, 1)

    def test_no_email_and_gone_users_are_skipped_and_said(self):
        self.manager.email = False
        self.correr()
        self.assertRecordValues(self.Resumen.search([("week", "=", SEMANA)]), [{"state": "no_email", "count": 1}])
        self.assertFalse(self.correos(self.manager))
        self.manager.write({"email": "ya@example.com", "active": False})
        self.correr("2026-08-03 12:00")
        self.assertFalse(self.Resumen.search([("week", "=", date(2026, 8, 3))]))

    def test_a_run_that_was_killed_goes_on_and_doubles_nothing(self):
        people = [self.empleado(f"gerente{n}") for n in range(5)]
        for n, user in enumerate(people):
            user.email = f"{user.login}@example.com"
            self.cliente(f"Cliente {n}", 1000, 30, user)
        Resumen, calls = type(self.Resumen), []
        original = Resumen._enviar

        def breaks(model, company, week, users):
            calls.append(users)
            if len(calls) > 1:
                raise RuntimeError("the worker was killed")
            return original(model, company, week, users)

        self.cron.code = "model._cron_enviar(batch=2)"
        with mute_logger("odoo.addons.base.models.ir_cron"):
            with patch.object(Resumen, "_enviar", breaks):
                self.correr()
            self.assertEqual(self.Resumen.search_count([("week", "=", SEMANA)]), 2)
            self.correr()
            self.correr()
        for user in [*people, self.manager]:
            self.assertEqual(len(self.correos(user)), 1, user.login)

    def test_many_persons_cost_the_queries_of_two(self):
        people = [self.empleado(f"p{n}") for n in range(12)]
        for n, user in enumerate(people):
            user.email = f"{user.login}@example.com"
            self.cliente(f"C{n}", 1000, 30, user)
        self.env.flush_all()
        users = self.Resumen.env["res.users"].browse([user.id for user in people])
        costs = []
        with freeze_time(LUNES):
            for some in (users[:2], users[2:4], users[4:12]):  # the first ones warm up views and rules
                self.env.flush_all()
                self.env.invalidate_all()
                start = self.env.cr.sql_log_count
                digests = self.Resumen._enviar(self.company, SEMANA, some)
                self.env.flush_all()
                costs.append(self.env.cr.sql_log_count - start)
                self.assertEqual(len(digests), len(some))
        self.assertEqual(costs[1], costs[2])

    def test_a_reply_reaches_the_coordinator_in_the_digest(self):
        self.correr()
        digest = self.Resumen.search([("user_id", "=", self.manager.id)])
        self.assertEqual(digest.message_partner_ids, self.manager.partner_id | self.tesorero.partner_id)
        self.assertFalse(self.env["mail.mail"].sudo().search([("recipient_ids", "in", self.tesorero.partner_id.ids)]))
        lines = (
            f"From: {self.manager.email}",
            "To: catchall@example.com",
            "Subject: Re: x",
            "Message-Id: <1@example.com>",
            f"In-Reply-To: {digest.message_ids[0].message_id}",
            "Content-Type: text/plain; charset=utf-8",
            "",
            "Transportes paga el viernes",
        )
        self.env["mail.thread"].sudo().message_process("mail.thread", "\r\n".join(lines).encode())
        reply = digest.message_ids[0]
        self.assertEqual((reply.author_id, reply.model), (self.manager.partner_id, "cartera.resumen"))
        mails = self.env["mail.mail"].sudo().search([("recipient_ids", "in", self.tesorero.partner_id.ids)])
        self.assertIn("Transportes paga el viernes", mails.body_html)
        self.assertNotIn(self.seller.partner_id, mails.recipient_ids)

    def test_who_reads_the_digests(self):
        self.correr()
        digest = self.Resumen.search([("user_id", "=", self.manager.id)])
        stranger = self.usuario("tesorero", self.setup_other_company()["company"])
        for user, seen in (
            (self.manager, True),
            (self.tesorero, True),
            (self.auditor, True),
            (self.usuario("director"), True),
            (self.gestor, False),
            (self.seller, False),
            (stranger, False),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(digest.with_user(user).has_access("read"), seen)
                with self.assertRaises(AccessError):
                    digest.with_user(user).write({"count": 0})

    def test_without_a_coordinator_it_goes_to_those_with_the_role(self):
        self.company.sudo().cartera_coordinador_id = False
        self.assertEqual(self.company._cartera_coordinadores(), self.tesorero)
        self.tesorero.active = False
        self.assertNotIn(self.tesorero, self.company._cartera_coordinadores())
