"""The account statement of every month by e-mail: to whom, when, once, what it says and in which language."""
from datetime import date, datetime
from unittest.mock import patch

from freezegun import freeze_time
from odoo.addons.cartera_cobro.models import cartera_estado_mensual
from odoo.addons.cartera_cobro.models.cartera_envio import Envio
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import HOY
from .test_acuerdo_vigilancia import VigilanciaCase
from .test_certificado import texto


@tagged("post_install", "-at_install")
class TestEstadoMensual(VigilanciaCase):
    """The debtor owes 1,000,000, overdue; the company sends statements on the 13th, and two nights did not run."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Comunicacion = cls.env["cartera.comunicacion"].sudo()
        cls.company.sudo().write({"cartera_estado_on": True, "cartera_estado_day": 13})
        cls.debtor.lang = False

    def noche_de_estados(self, day=HOY):
        with self.dia_de(day):
            return self.Comunicacion._mandar_estados(self.company)

    def otro(self, overdue=10, **values):
        """Another debtor, who authorised e-mails."""
        partner = self.debtor.copy({"name": "Pedro Puntual", "email": "pedro@example.com", **values})
        self.factura(overdue, 80_000, partner=partner)
        self.env["cartera.autorizacion"].sudo().create(
            {"partner_id": partner.id, "channel": "email", "date_from": "2026-01-01", "source": "Contrato"}
        )
        return self.Expediente.search([("partner_id", "=", partner.id)])

    def enviar(self, mensajes):
        result = Envio(self.env, self.company).enviar(mensajes)
        self.env.flush_all()
        return result

    # --- whom and when --------------------------------------------------------------------------------------------

    def test_once_a_month_from_its_day_on_and_some_days_more(self):
        self.assertFalse(self.noche_de_estados("2026-07-12"), "before its day")
        self.assertFalse(self.noche_de_estados("2026-07-19"), "long after it")
        mensaje = self.noche_de_estados()
        self.assertRecordValues(
            mensaje,
            [
                {
                    "expediente_id": self.expediente.id,
                    "state": "approved",
                    "channel": "email",
                    "statement_month": date(2026, 7, 1),
                    "user_id": self.gestor.id,
                }
            ],
        )
        self.assertFalse(self.noche_de_estados(), "the same night again")
        mensaje._descartar("error")
        self.assertFalse(self.noche_de_estados("2026-07-16"), "what did not leave is not tried again")
        self.assertTrue(self.noche_de_estados("2026-08-13"))
        self.company.sudo().cartera_estado_on = False
        self.assertFalse(self.noche_de_estados("2026-09-13"))

    def test_lot_by_lot_and_what_was_stopped_goes_on_the_next_time(self):
        self.otro()
        self.otro()
        with patch.object(cartera_estado_mensual, "LOTE", 1), self.dia_de(HOY):
            first = self.Comunicacion._mandar_estados(self.company, commit=lambda done: False)
            self.assertEqual(len(first), 1)
            done = []
            rest = self.Comunicacion._mandar_estados(self.company, commit=lambda count: done.append(count) or True)
        self.assertEqual((len(rest), done), (2, [1, 1]))
        self.assertFalse(first.expediente_id & rest.expediente_id)

    def test_the_scheduled_action_writes_to_the_companies_that_want_it(self):
        with self.dia_de(HOY), self.enter_registry_test_mode():
            self.env.ref("cartera_cobro.ir_cron_estados").sudo().method_direct_trigger()
        self.assertEqual(self.Comunicacion.search([("statement_month", "!=", False)]).company_id, self.company)

    def test_who_is_not_overdue_gets_it_only_where_everybody_does(self):
        punctual = self.otro(overdue=-10)
        self.company.sudo().cartera_estado_who = "overdue"
        self.assertEqual(self.noche_de_estados().expediente_id, self.expediente)
        self.company.sudo().cartera_estado_who = "all"
        self.assertEqual(self.noche_de_estados().expediente_id, punctual)

    def test_who_cannot_or_does_not_want_to_be_written_to(self):
        self.expediente.with_user(self.gestor).no_statement = True
        self.otro(email=False)
        held = self.otro()
        held.hold_reason = "insolvency"
        withdrawn = self.otro()
        self.env["cartera.autorizacion"].sudo().search([("partner_id", "=", withdrawn.partner_id.id)]).date_to = HOY
        self.assertFalse(self.noche_de_estados())
        self.assertFalse(self.Comunicacion.search([("statement_month", "!=", False)]), "and nothing is kept of them")

    def test_many_cost_no_query_each(self):
        def queries(count):
            for _n in range(count):
                self.otro()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(self.Comunicacion._mandar_estados(self.company)), count)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        self.noche_de_estados()
        queries(1)
        self.assertLessEqual(queries(6), queries(2) + 2)

    # --- as it leaves ---------------------------------------------------------------------------------------------

    def test_it_says_everything_gives_out_the_coupon_and_links_to_their_page(self):
        self.factura(-20, 50_000)
        mensaje = self.noche_de_estados()
        self.assertEqual(self.enviar(mensaje)["sent"], 1)
        cupon = mensaje.cupon_id
        self.assertEqual((mensaje.amount_total, cupon.amount), (1_057_890.41, 1_007_890.41))
        self.assertEqual(cupon, self.env["cartera.cupon"]._de_estado(self.expediente))
        for words in (cupon.number, "$ 1.007.890,41", "25 de julio de 2026", self.facturas[0].name):
            self.assertIn(words, mensaje.body_html)
        mail = self.env["mail.mail"].sudo().search([("mail_message_id", "=", mensaje.mail_message_id.id)])
        token = mail.body_html.split("/cartera/estado/")[1].split('"')[0]
        self.assertEqual(self.Expediente._de_enlace(token), self.expediente)
        self.assertNotIn("/cartera/estado/", mensaje.mail_message_id.body, "the chatter has no link")
        self.assertIn(cupon.number, texto(mensaje.pdf_id.raw))
        self.assertEqual(mensaje.pdf_id.name, "Estado de cuenta 2026-07.pdf")
        self.assertIn(mensaje.pdf_id, self.expediente._papeles_del_portal()["carta"].pdf_id)
        logged = self.env["cartera.gestion"].sudo().search([("comunicacion_id", "=", mensaje.id)])
        self.assertRecordValues(logged, [{"purpose": "information", "result": "sent", "direct": False}])

    def test_the_reminder_of_an_instalment_gives_out_its_coupon(self):
        first = self.vigente().cuota_ids.sorted("number")[0]
        with self.dia_de("2026-08-12"):
            mensaje = self.Acuerdo._recordar_cuotas(self.company)["instalment"]
            self.assertEqual(self.enviar(mensaje)["sent"], 1)
        self.assertEqual((mensaje.cupon_id.cuota_id, mensaje.cupon_id.amount), (first, first.amount))
        self.assertIn(mensaje.cupon_id.number, mensaje.body_html)

    def test_outside_lawful_hours_it_waits_and_what_was_paid_meanwhile_is_not_sent(self):
        mensaje = self.noche_de_estados()
        # A Saturday at 17:00 in Bogota; the Monday after is a holiday.
        with freeze_time("2026-07-18 22:00:00"):
            self.assertEqual(self.enviar(mensaje)["postponed"], 1)
        self.assertRecordValues(
            mensaje, [{"state": "approved", "verdict": "WINDOW", "not_before": datetime(2026, 7, 21, 12)}]
        )
        self.pagar(self.facturas[0])
        self.pagar(self.facturas[1])
        with freeze_time("2026-07-21 15:00:00"):
            self.assertEqual(self.enviar(mensaje)["dropped"], 1)
        self.assertEqual((mensaje.drop_reason, mensaje.cupon_id.id), ("paid", False))

    def test_spanish_comes_first_and_the_debtors_language_after(self):
        for lang, other in (("en_US", True), (False, False)):
            self.debtor.lang = lang
            mensaje = self.noche_de_estados("2026-07-15" if other else "2026-08-14")
            with freeze_time("2026-07-15 17:00:00" if other else "2026-08-14 17:00:00"):
                self.enviar(mensaje)
            spanish, english = (mensaje.body_html.find(text) for text in ("estado de su cuenta", "Your balance with"))
            self.assertGreater(spanish, 0)
            self.assertEqual(english > spanish, other)

    # --- settings -------------------------------------------------------------------------------------------------

    def test_days_that_not_every_month_has_are_refused(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.company.sudo().cartera_estado_day = 30
            self.env.flush_all()
