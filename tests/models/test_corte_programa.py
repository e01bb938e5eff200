"""Closings made by themselves, told by e-mail, rebuilt in the background, watched afterwards."""

import contextlib
from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo.addons.cartera_cobro.models import cartera_corte_historia
from odoo.addons.cartera_cobro.models.cartera_libro import Libro
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import html2plaintext, mute_logger

from .common import HOY, ROLES
from .test_corte import FIN, READ, STEPS, CorteCase

JULIO = date(2026, 7, 31)


class ProgramaCase(CorteCase):
    """A portfolio in two zones, kept here since May; on the 2nd the month before is closed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sudo().cartera_corte_dia = 2
        cls.tesorero, cls.director, cls.contador = (cls.usuario(r) for r in ("tesorero", "director", "contador"))
        cls.jefe, cls.jefa = (cls.usuario(r) for r in ("ventanilla", "responsable"))
        for user in cls.tesorero | cls.director | cls.contador | cls.jefe | cls.jefa:
            user.sudo().email = f"{user.login}@example.com"
        Zona = cls.env["cartera.zona"].sudo()
        cls.norte = Zona.create({"name": "Norte", "user_ids": cls.jefe.ids})
        cls.sur = Zona.create({"name": "Sur", "user_ids": (cls.jefe | cls.jefa).ids})
        cls.moves = {
            "norte": cls.en_zona(cls.norte, 60, 1_000_000) + cls.en_zona(cls.norte, -40, 300_000),
            "sur": cls.en_zona(cls.sur, 100, 2_000_000),
        }
        cls.env.flush_all()
        cls.env.cr.execute("UPDATE cartera_expediente SET create_date = '2026-05-01 12:00'")
        cls.env.invalidate_all()

    @classmethod
    def en_zona(cls, zona, days, amount):
        cuenta = cls.env["cartera.cuenta"].sudo().create(
            {"name": f"{zona.name}{days}", "kind": "account", "partner_id": cls.debtor.id,
             "company_id": cls.company.id, "zona_id": zona.id}
        )  # fmt: skip
        move = cls.factura(days, amount, post=False)
        move.sudo().cartera_cuenta_id = cuenta
        move.action_post()
        return move

    def correr(self, at, cron="ir_cron_cortes"):
        with freeze_time(f"{at} 12:00"), self.enter_registry_test_mode():
            self.env.ref(f"cartera_cobro.{cron}").sudo().method_direct_trigger()
        self.env.invalidate_all()

    def corte(self, day=JULIO):
        return self.Corte.search([("company_id", "=", self.company.id), ("date", "=", day)])

    def correos(self):
        """{login: e-mail} of what was queued."""
        mails = self.env["mail.mail"].sudo().search([("subject", "like", "Cierre de cartera")])
        self.assertEqual(len(mails), len(mails.recipient_ids), "one e-mail a person")
        return {mail.recipient_ids.user_ids.login.split("_")[0]: mail for mail in mails}

    def texto(self, mail):
        return " ".join(html2plaintext(mail.body_html).replace("*", "").split())


@tagged("post_install", "-at_install")
class TestCortePrograma(ProgramaCase):
    def test_closed_on_its_day_once_and_told_once(self):
        self.correr("2026-08-01")
        self.assertFalse(self.corte(), "its day is the 2nd")
        self.correr("2026-08-02")
        corte = self.corte()
        self.assertRecordValues(
            corte, [{"state": "confirmed", "is_current": True, "reconstructed": False, "amount_total": 3_300_000}]
        )
        self.assertEqual(set(self.correos()), {"tesorero", "director", "ventanilla", "responsable"})
        for day in ("2026-08-02", "2026-08-03", "2026-08-31"):
            self.correr(day)
        self.assertEqual((self.corte(), len(self.correos())), (corte, 4))
        self.correr("2026-09-02")
        self.assertEqual((len(self.corte(date(2026, 8, 31))), len(self.correos_de(date(2026, 8, 31)))), (1, 4))

    def correos_de(self, day):
        return self.env["cartera.corte.aviso"].sudo().search([("date", "=", day)])

    def test_a_short_month_and_a_company_that_does_not_want_it(self):
        self.company.sudo().cartera_corte_dia = 31
        self.correr("2026-09-29")
        self.assertFalse(self.corte(date(2026, 8, 31)))
        self.correr("2026-09-30")
        self.assertTrue(self.corte(date(2026, 8, 31)))
        self.company.sudo().cartera_corte_dia = 0
        self.correr("2026-10-31")
        self.assertFalse(self.corte(date(2026, 9, 30)))
        with self.assertRaisesRegex(ValidationError, "from 1 to 31"):
            self.company.sudo().cartera_corte_dia = 32

    def test_history_is_not_closed_by_itself(self):
        self.desde("2026-07-01 12:00")
        self.correr("2026-07-15")
        self.assertFalse(self.corte(FIN), "of June the procedure knows nothing")

    def test_a_difference_leaves_it_to_the_accountant_until_it_ties(self):
        Cierre = type(self.Corte)
        ties = Cierre._compute_is_tied
        with patch.object(Cierre, "_compute_is_tied", lambda cortes: cortes.update({"is_tied": False})):
            self.correr("2026-08-02")
            self.correr("2026-08-03")
        corte = self.corte()
        self.assertEqual(corte.state, "draft")
        review = self.env.ref("cartera_cobro.mail_activity_type_corte").id
        self.assertRecordValues(corte.activity_ids, [{"user_id": self.contador.id, "activity_type_id": review}])
        self.assertFalse(self.correos())
        # The entry that lacked is posted, and the next day it goes on by itself.
        self.assertIs(Cierre._compute_is_tied, ties)
        self.recibo(300_000, JULIO)
        self.correr("2026-08-04")
        self.assertRecordValues(corte, [{"state": "confirmed", "amount_total": 3_000_000}])
        self.assertFalse(corte.activity_ids)
        self.assertEqual(len(self.correos()), 4)

    def sin_cuadrar(self, *days):
        with patch.object(type(self.Corte), "_compute_is_tied", lambda cortes: cortes.update({"is_tied": False})):
            for day in days:
                self.correr(day)

    def test_a_month_that_ties_once_the_next_one_began_goes_on_by_itself_before_it(self):
        self.sin_cuadrar("2026-08-02", "2026-08-31")
        july = self.corte()
        self.assertEqual(july.state, "draft")
        self.recibo(300_000, JULIO)
        self.correr("2026-09-02")
        august = self.corte(date(2026, 8, 31))
        self.assertEqual((july | august).mapped("state"), ["confirmed", "confirmed"])
        self.assertEqual(july.amount_total, 3_000_000)
        self.assertLess(july.confirmed_on, august.confirmed_on + timedelta(seconds=1))
        reduction = self.env["cartera.indicador.valor"].sudo().search(
            [("corte_id", "=", august.id), ("indicador_id.code", "=", "overdue_reduction"), ("scope", "=", "total")]
        )
        self.assertTrue(reduction, "measured against July")

    def test_what_people_confirm_is_not_computed_again_once_its_month_passed(self):
        self.company.sudo().cartera_corte_confirma = False
        self.correr("2026-08-02")
        july = self.corte()
        generated = july.generated_on
        self.correr("2026-09-02")
        self.assertEqual((july.state, july.generated_on), ("draft", generated))
        self.assertTrue(self.corte(date(2026, 8, 31)))

    def test_a_day_on_which_nothing_ran_is_made_up_for(self):
        self.company.sudo().cartera_corte_dia = 31
        self.correr("2026-09-03")
        self.assertEqual(self.corte().state, "confirmed", "due on 31 August")
        self.assertFalse(self.corte(date(2026, 8, 31)))

    def test_people_confirm_where_the_company_says_so(self):
        self.company.sudo().cartera_corte_confirma = False
        self.correr("2026-08-02")
        corte = self.corte()
        self.assertEqual((corte.state, len(corte.activity_ids)), ("draft", 1))
        with freeze_time("2026-08-03 12:00"):
            corte.with_user(self.contador).action_confirmar()
        self.assertFalse(corte.activity_ids)
        self.assertFalse(self.correos())
        self.correr("2026-08-03")
        self.assertEqual(len(self.correos()), 4)

    def test_one_company_does_not_stop_another_and_what_failed_is_told(self):
        def falla(model, corte):
            raise ValueError("no mail")

        with (
            patch.object(type(self.env["cartera.corte.aviso"]), "_enviar", falla),
            mute_logger("odoo.addons.cartera_cobro.models.cartera_noche", "odoo.addons.base.models.ir_cron"),
            contextlib.suppress(UserError),
        ):
            self.correr("2026-08-02")
        self.env.invalidate_all()
        self.assertEqual((self.corte().state, self.corte().mail_state), ("confirmed", "pending"), "it stays closed")
        self.correr("2026-08-03")
        self.assertEqual((self.corte().mail_state, len(self.correos())), ("sent", 4))

    def test_while_the_classification_has_the_company_it_waits(self):
        with patch.object(Libro, "tomar_turno", lambda libro: False):
            self.correr("2026-08-02")
            self.assertFalse(self.corte())
            with freeze_time("2026-08-02 12:00"), self.assertRaisesRegex(UserError, "try again in a minute"):
                self.generar(JULIO)
        self.correr("2026-08-02")
        self.assertTrue(self.corte())

    # --- the e-mails ------------------------------------------------------------------------------------------------

    def test_each_zone_gets_its_figures_against_the_month_before(self):
        self.Corte._generar_historia(self.company, FIN)
        late = self.moves["sur"]
        with freeze_time("2026-07-20 12:00"):
            self.actualizar()
            self.pagar(late, 500_000, payment_date=date(2026, 7, 20))
        self.jefe.sudo().email = False
        self.correr("2026-08-02")
        mails = self.correos()
        self.assertEqual(set(mails), {"tesorero", "director", "responsable"})
        south = self.texto(mails["responsable"])
        for piece in ("31 de julio de 2026", "frente al 30 jun 2026", "Sur", "$ 1.500.000", "−25,0 %", "1 cuenta"):
            self.assertIn(piece, south)
        self.assertNotIn("Norte", south)
        self.assertNotIn("Abrir el cierre", south, "an account responsible sees no closing")
        whole = self.texto(mails["tesorero"])
        for piece in ("$ 2.500.000", "$ 300.000", "Vencida por zona", "Norte 1 1.000.000", "Vencida por etapa"):
            self.assertIn(piece, whole)
        self.assertIn(f"/odoo/cartera-cortes/{self.corte().id}", mails["tesorero"].body_html)
        avisos = self.corte().aviso_ids
        self.assertEqual(
            {a.user_id: (a.scope, a.zonas, a.state, a.amount_overdue) for a in avisos if a.scope == "zone"},
            {
                self.jefe: ("zone", "Norte, Sur", "no_email", 2_500_000),
                self.jefa: ("zone", "Sur", "sent", 1_500_000),
            },
        )

    def test_sent_by_hand_to_whom_has_it_not(self):
        corte = self.generar(FIN)
        with self.assertRaisesRegex(UserError, "not in force"):
            corte.with_user(self.contador).action_enviar()
        corte.action_confirmar()
        self.company.sudo().cartera_corte_correo = False
        corte.with_user(self.contador).action_enviar()
        self.assertEqual(corte.aviso_count, 4)
        self.norte.user_ids |= self.contador
        corte.with_user(self.contador).action_enviar()
        corte.with_user(self.contador).action_enviar()
        self.assertEqual(corte.aviso_count, 5)
        with self.assertRaises(AccessError):
            corte.with_user(self.jefe).action_enviar()
        Aviso = self.env["cartera.corte.aviso"]
        seen = {login: Aviso.with_user(user).search_count([]) for login, user in
                (("jefe", self.jefe), ("contador", self.contador))}  # fmt: skip
        self.assertEqual(seen, {"jefe": 1, "contador": 5})

    def test_as_many_queries_whatever_the_zones(self):
        corte = self.generar(FIN)
        corte.action_confirmar()
        counts = []
        self.env["cartera.corte.aviso"].sudo()._destinatarios(corte)
        for turn in range(2):
            self.env["cartera.corte.aviso"].sudo().search([]).unlink()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["cartera.corte.aviso"].sudo()._destinatarios(corte)
            counts.append(self.env.cr.sql_log_count - before)
            for n in range(5):
                zona = self.env["cartera.zona"].sudo().create({"name": f"Z{turn}{n}", "user_ids": self.jefe.ids})
                self.en_zona(zona, 40, 9)
            corte = self.generar(FIN - timedelta(days=1))
            self.env["cartera.corte.aviso"].sudo()._destinatarios(corte)
        self.assertEqual(counts[0], counts[1])

    # --- watched ----------------------------------------------------------------------------------------------------

    def test_a_late_entry_asks_for_a_version(self):
        corte, july = self.generar(FIN), self.generar(HOY)
        (corte | july)._confirmar()
        self.Corte._vigilar(self.company)
        self.assertFalse((corte | july).activity_ids)
        late = self.recibo(50_000, date(2026, 6, 28))
        self.assertIn(("cartera.corte", "_vigilar"), self.Partida._jobs_de_la_noche())
        for _night in range(2):
            self.Corte._vigilar(self.company)
        self.assertRecordValues(
            corte | july,
            [
                {"ledger_changed": True, "amount_ledger_now": corte.amount_ledger - 50_000},
                {"ledger_changed": True, "amount_ledger_now": july.amount_ledger - 50_000},
            ],
        )
        self.assertRecordValues(corte.activity_ids, [{"user_id": self.contador.id}])
        self.fechar(corte, "2026-07-01 10:00:00")
        second = self.Corte.browse(corte.with_user(self.contador).action_nueva_version()["res_id"])
        second._confirmar()
        self.assertFalse(corte.activity_ids)
        self.assertFalse(corte.ledger_changed)
        late.button_draft()
        self.Corte._vigilar(self.company)
        self.assertEqual((july.ledger_changed, july.activity_ids.ids), (False, []), "back to what it was")
        self.assertTrue(second.ledger_changed)

    def test_the_watch_is_one_query_whatever_the_closings(self):
        counts = []
        for months in (2, 8):
            self.Corte._generar_meses(self.company, months)
            self.env.invalidate_all()
            self.Corte._vigilar(self.company)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.Corte._vigilar(self.company)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])


@tagged("post_install", "-at_install")
class TestCorteHistoria(ProgramaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Historia = cls.env["cartera.corte.historia"]

    def pedir(self, months=24, user=None):
        wizard = self.env["cartera.corte.rehacer"].with_user(user or self.contador).create({"months": months})
        return wizard.action_rebuild()

    def test_one_click_of_24_months(self):
        action = self.env["cartera.corte.rehacer"].with_user(self.contador).action_24()
        self.assertEqual(action["res_model"], "cartera.corte")
        cortes = self.Corte.search([("company_id", "=", self.company.id)])
        self.assertEqual(len(cortes), 24)
        self.assertEqual((cortes[0].date, cortes[-1].date), (FIN, date(2024, 7, 31)))
        self.assertEqual(set(cortes.mapped("state")), {"confirmed"})
        self.assertEqual(cortes[0].confirmed_by_id, self.contador)
        self.assertEqual(cortes.filtered("reconstructed"), cortes[2:], "May and June were lived")
        self.assertFalse(self.env["cartera.corte.aviso"].sudo().search_count([]), "history is told to nobody")
        self.assertFalse(cortes.filtered("mail_state"))
        with self.assertRaisesRegex(UserError, "have their closing already"):
            self.pedir()

    def test_refusals(self):
        for months in (0, -1, 61, 1000):
            with self.subTest(months), self.assertRaisesRegex(UserError, "Between 1 and 60"):
                self.pedir(months)
        self.company.sudo().cartera_politica_id = False
        with self.assertRaisesRegex(UserError, "collection policy"):
            self.pedir()

    def test_a_large_one_goes_on_in_the_background(self):
        """Killed after some months it goes on with the others; beside itself it makes none twice."""
        self.patch(cartera_corte_historia, "AT_ONCE", 0)
        self.assertEqual(self.pedir(5)["res_model"], "cartera.corte.historia")
        historia = self.Historia.sudo().search([])
        self.assertRecordValues(historia, [{"state": "running", "asked_count": 5, "progress": 0}])
        with self.assertRaisesRegex(UserError, "being rebuilt already"):
            self.pedir(6)
        real, killed = type(self.Corte)._generar_historia, []

        def muere(model, company, end):
            if len(killed) == 2:
                raise KeyboardInterrupt
            killed.append(end)
            return real(model, company, end)

        with patch.object(type(self.Corte), "_generar_historia", muere), contextlib.suppress(KeyboardInterrupt):
            while historia._intentar():
                pass
        self.env.invalidate_all()
        self.assertEqual((historia.done_count, historia.state), (2, "running"))
        self.generar(FIN)._confirmar()  # somebody makes one of them by hand meanwhile
        self.correr("2026-07-15", "ir_cron_historia")
        self.assertRecordValues(historia, [{"state": "done", "done_count": 5, "progress": 100}])
        self.assertEqual(self.Corte.search_count([("company_id", "=", self.company.id)]), 5)
        self.correr("2026-07-15", "ir_cron_historia")
        self.assertEqual(self.Corte.search_count([("company_id", "=", self.company.id)]), 5)

    def test_it_waits_for_the_classification_and_says_why_it_stopped(self):
        self.patch(cartera_corte_historia, "AT_ONCE", 0)
        self.pedir(2)
        historia = self.Historia.sudo().search([])
        with patch.object(Libro, "tomar_turno", lambda libro: False):
            self.assertEqual(historia._intentar(), 0)
        self.assertEqual(historia.state, "running")
        self.company.sudo().cartera_politica_id = False
        with mute_logger("odoo.addons.cartera_cobro.models.cartera_corte_historia"):
            historia._intentar()
        self.assertEqual(historia.state, "failed")
        self.assertIn("collection policy", historia.reason)
        self.company.sudo().cartera_politica_id = self.politica
        historia.with_user(self.contador).action_retry()
        self.correr("2026-07-15", "ir_cron_historia")
        self.assertEqual(historia.state, "done")

    def test_new_closing(self):
        form = Form(self.env["cartera.corte.nuevo"].with_user(self.contador))
        self.assertEqual((form.date, form.corte_id.id), (FIN, False))
        form.moment = "today"
        self.assertEqual(form.date, HOY)
        action = form.save().action_generate()
        corte = self.Corte.browse(action["res_id"])
        self.assertEqual((corte.date, corte.state, corte.amount_total), (HOY, "draft", 3_300_000))
        form.moment = "day"
        form.date = HOY + timedelta(days=1)
        with self.assertRaisesRegex(UserError, "still to come"):
            form.save().action_generate()
        again = Form(self.env["cartera.corte.nuevo"].with_user(self.contador))
        again.moment = "today"
        self.assertEqual(again.corte_id, corte)
        self.assertEqual(again.save().action_generate()["res_id"], corte.id)

    def test_who_may(self):
        other = self.setup_other_company()["company"]
        other.sudo().cartera_politica_id = self.politica
        known = {user.login.split("_")[0]: user for user in self.tesorero | self.director | self.contador}
        known.update(ventanilla=self.jefe, responsable=self.jefa)
        for role in ROLES:
            user = known.get(role) or self.usuario(role)
            Nuevo = self.env["cartera.corte.nuevo"].with_user(user)
            with self.subTest(role):
                self.assertEqual(Nuevo.has_access("create"), role in STEPS)
                self.assertEqual(self.env["cartera.corte.rehacer"].with_user(user).has_access("create"), role in STEPS)
                self.assertEqual(self.Historia.with_user(user).has_access("read"), role in READ)
                self.assertFalse(self.Historia.with_user(user).has_access("write"))
        wizard = self.env["cartera.corte.nuevo"].with_user(self.contador).create({})
        wizard.sudo().company_id = other
        with self.assertRaisesRegex(UserError, "Choose one of your companies"):
            wizard.action_generate()
