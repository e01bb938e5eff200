"""Letters and messages: what leaves, what does not and why, what it says, and what comes back."""

import base64
import io
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from unittest.mock import Mock, patch
from urllib.parse import unquote

import openpyxl
from freezegun import freeze_time
from odoo.addons.base.models.ir_mail_server import IrMail_Server
from odoo.addons.cartera_cobro.models.cartera_acuerdo_avisos import KINDS
from odoo.addons.cartera_cobro.models.cartera_envio import Envio
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import HOY, CarteraCase
from .test_gestion import GestionCase


class ComunicacionCase(GestionCase):
    """A debtor with an e-mail, a phone and a confirmed address, who owes 1,000 since 60 days, and a template."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The paper has tests of its own (test_carta).
        for where in ("cartera_envio.pdfs", "cartera_despacho.impresion"):
            printed = patch(f"odoo.addons.cartera_cobro.models.{where}", getattr(cls, where.split(".")[1]))
            printed.start()
            cls.addClassCleanup(printed.stop)
        cls.politica.interest_regime = "civil"
        cls.company.email = "cartera@example.com"
        cls.debtor.write({"email": "juana@example.com", "street": "Calle 1 2-3", "city": "Bogotá"})
        cls.debtor.sudo().cartera_address_date = HOY
        cls.autorizar(cls.debtor, "letter", "ivr")
        cls.Comunicacion = cls.env["cartera.comunicacion"].sudo()
        cls.plantilla = (
            cls.env["cartera.plantilla"]
            .sudo()
            .create(
                {
                    "name": "Aviso",
                    "subject": "Su saldo de {{ pesos(object.amount_total) }}",
                    "body_html": '<p>Hola <t t-out="object.partner_id.name"/>: '
                    '<t t-out="pesos(object.amount_total)"/></p>',
                    "text": "Debe {{ pesos(object.amount_total) }} desde hace {{ object.linea_ids[0].days }} días",
                    "with_pdf": False,
                }
            )
        )

    @staticmethod
    def pdfs(mensajes):
        return {mensaje.id: b"%PDF " + str(mensaje.id).encode() for mensaje in mensajes}

    @staticmethod
    def impresion(mensajes):
        return b"%PDF" * len(mensajes)

    @classmethod
    def mensaje(cls, channel="email", expediente=None, approve=True, plantilla=None, **extra):
        mensaje = cls.Comunicacion.create(
            {
                "expediente_id": (expediente or cls.expediente).id,
                "template_id": (plantilla or cls.plantilla).id,
                "channel": channel,
                **extra,
            }
        )
        if approve:
            mensaje._aprobar()
        return mensaje

    def enviar(self, mensajes):
        counts = Envio(self.env, self.company).enviar(mensajes)
        return {key: number for key, number in counts.items() if number}

    def otro(self, n, **extra):
        """Another debtor like the first, who owes the same; its dossier."""
        values = {"name": f"Deudor {n}", "email": f"d{n}@example.com", "phone": f"+57 310 555 1{n:03d}", **extra}
        partner = self.debtor.copy(values)
        partner.sudo().cartera_address_date = HOY
        self.autorizar(partner, "sms", "email", "whatsapp", "letter", "ivr")
        self.factura(60, partner=partner)
        return self.Expediente.search([("partner_id", "=", partner.id)])

    def assertDropped(self, reason, mensaje, note=None):
        self.assertEqual(self.enviar(mensaje), {"dropped": 1})
        self.assertEqual((mensaje.state, mensaje.drop_reason), ("cancelled", reason))
        if note:
            self.assertIn(note, mensaje.drop_note)
        self.assertFalse(self.expediente.gestion_ids.filtered(lambda g: g.comunicacion_id == mensaje))


@tagged("post_install", "-at_install")
class TestEnvio(ComunicacionCase):
    def test_an_email_says_what_the_ledger_says_when_it_leaves(self):
        mensaje = self.mensaje()
        self.pagar(self.expediente.partida_ids.move_id, 400)
        self.assertEqual(self.enviar(mensaje), {"sent": 1})
        # 600 pesos, civil interest of 60 days: 600 x 6% x 60 / 365
        self.assertRecordValues(
            mensaje,
            [
                {
                    "state": "sent",
                    "day_sent": HOY,
                    "address": "juana@example.com",
                    "subject": "Su saldo de $ 605,92",
                    "amount_capital": 600.0,
                    "amount_interest": 5.92,
                    "amount_total": 605.92,
                    "deadline": HOY + timedelta(days=10),
                    "verdict": "OK",
                }
            ],
        )
        self.assertEqual(mensaje.body_html, "<p>Hola Juana Deudora: $ 605,92</p>")
        self.assertRecordValues(mensaje.linea_ids, [{"days": 60, "capital": 600.0, "interest": 5.92, "total": 605.92}])
        mail = self.env["mail.mail"].sudo().search([("mail_message_id", "=", mensaje.mail_message_id.id)])
        self.assertEqual((mail.recipient_ids, mail.state), (self.debtor, "outgoing"))
        self.assertEqual((mail.model, mail.res_id), ("cartera.expediente", self.expediente.id))
        gestion = self.expediente.gestion_ids
        self.assertRecordValues(
            gestion, [{"result": "sent", "channel": "email", "round": 1, "comunicacion_id": mensaje.id}]
        )

    def test_one_message_a_debtor_with_everything_that_is_overdue_and_nothing_else(self):
        self.factura(10, 500)
        self.factura(-5, 700)
        mensaje = self.mensaje()
        self.enviar(mensaje)
        self.assertEqual(mensaje.linea_ids.mapped("capital"), [1000.0, 500.0])
        self.assertEqual(len(self.env["mail.mail"].sudo().search([("model", "=", "cartera.expediente")])), 1)

    def test_credits_and_payments_not_applied_are_taken_off_and_may_leave_nothing_to_chase(self):
        self.factura(0, 300, move_type="out_refund")
        mensaje = self.mensaje()
        self.enviar(mensaje)
        self.assertRecordValues(
            mensaje,
            [{"amount_capital": 1000.0, "amount_credit": 300.0, "amount_interest": 9.86, "amount_total": 709.86}],
        )
        self.env["account.payment"].create(
            {"partner_id": self.debtor.id, "amount": 700, "payment_type": "inbound", "journal_id": self.bank.id}
        ).action_post()
        other = self.mensaje(plantilla=self.plantilla.copy())
        self.assertDropped("paid", other)

    def test_what_there_is_no_reason_to_send_is_dropped_and_says_why(self):
        invoice = self.expediente.partida_ids.move_id
        legal = self.etapa("JUR")
        cases = {
            "paid": lambda: self.pagar(invoice),
            "held": lambda: self.expediente.write({"hold_reason": "insolvency"}),
            "legal": lambda: self.expediente.partida_ids._mover(legal, "Demanda"),
            "no_address": lambda: self.debtor.write({"email": "no es correo"}),
            "guard": lambda: self.debtor.sudo().cartera_autorizacion_ids.unlink(),
            "rate": lambda: self.politica.write({"interest_regime": "tax"}),
            "template": lambda: self.plantilla.write({"subject": "Cuenta {{ object.partner_id.ref }}"}),
        }
        for reason, happen in cases.items():
            mensaje = self.mensaje()
            with self.subTest(reason), self.cr.savepoint() as point:
                happen()
                self.assertDropped(reason, mensaje)
                point.rollback()
                self.env.invalidate_all()

    def test_an_invoice_left_out_of_follow_up_is_not_chased_and_the_others_are(self):
        excluded = self.factura(20, 500)
        excluded.no_followup = True
        mensaje = self.mensaje()
        self.enviar(mensaje)
        self.assertEqual(mensaje.linea_ids.mapped("capital"), [1000.0])
        self.expediente.partida_ids.move_id.no_followup = True
        self.assertDropped("held", self.mensaje(plantilla=self.plantilla.copy()), excluded.name)

    def test_the_missing_value_and_the_missing_rate_are_named(self):
        self.plantilla.text = "{{ object.partner_id.vat }} {{ object.partner_id.ref or 'sin' }} {{ object.date ||| x }}"
        self.debtor.vat = False
        self.assertDropped("template", self.mensaje("sms"), "object.partner_id.vat.")
        self.politica.interest_regime = "tax"
        self.assertDropped("rate", self.mensaje(), "05/17/2026")
        self.plantilla.text = False
        self.assertDropped("template", self.mensaje("sms"), "Short Text")

    def test_a_letter_leaves_only_to_a_confirmed_address(self):
        self.debtor.sudo().cartera_address_date = HOY - timedelta(days=366)
        self.assertDropped("unconfirmed", self.mensaje("letter"), "14 de julio de 2025")
        self.debtor.sudo().cartera_address_date = HOY - timedelta(days=365)
        self.assertEqual(self.enviar(self.mensaje("letter")), {"prepared": 1})
        self.debtor.street = False
        self.assertDropped("no_address", self.mensaje("letter", plantilla=self.plantilla.copy()))

    def test_the_same_message_does_not_go_twice_a_day(self):
        first, second = self.mensaje(), self.mensaje()
        self.assertEqual(self.enviar(first | second), {"sent": 1, "dropped": 1})
        self.assertEqual((first.state, second.drop_reason), ("sent", "duplicate"))
        self.assertEqual(self.enviar(self.mensaje()), {"dropped": 1})
        self.assertEqual(self.enviar(self.mensaje("sms")), {"sent": 1})

    def test_what_ley_2300_allows_later_waits_until_then(self):
        mensaje = self.mensaje()
        with freeze_time("2026-07-18 21:00"):  # Saturday 16:00; Monday 20 is a holiday
            self.assertEqual(self.enviar(mensaje), {"postponed": 1})
            self.assertEqual((mensaje.state, mensaje.verdict), ("approved", "WINDOW"))
            self.assertEqual(mensaje.not_before, datetime(2026, 7, 21, 12))
            self.assertNotIn(mensaje, self.Comunicacion.search(self.Comunicacion._dominio_de_envio()))
        with freeze_time("2026-07-21 12:00"):
            self.assertIn(mensaje, self.Comunicacion.search(self.Comunicacion._dominio_de_envio()))
            self.assertEqual(self.enviar(mensaje), {"sent": 1})
            self.assertEqual(mensaje.linea_ids.days, 66)

    def test_a_statement_that_was_asked_for_goes_at_any_hour_and_lists_everything(self):
        self.factura(-20, 700)
        self.expediente.write({"hold_reason": "insolvency"})
        statement = self.mensaje(plantilla=self.env.ref("cartera_cobro.plantilla_estado_cuenta").sudo())
        self.debtor.vat = "52123456"
        with freeze_time("2026-07-19 15:00"):
            self.assertEqual(self.enviar(statement), {"sent": 1})
        self.assertEqual(statement.linea_ids.mapped("capital"), [1000.0, 700.0])

    def test_a_reminder_tells_of_what_falls_due_soon_and_not_of_what_is_covered(self):
        reminder = self.env.ref("cartera_cobro.plantilla_recordatorio").sudo()
        soon = self.otro(1)
        self.factura(-3, 400, partner=soon.partner_id)
        self.factura(-30, 900, partner=soon.partner_id)
        mensaje = self.mensaje(expediente=soon, plantilla=reminder)
        self.enviar(mensaje)
        self.assertEqual((mensaje.linea_ids.mapped("capital"), mensaje.amount_interest), ([400.0], 0.0))
        self.factura(0, 1400, partner=soon.partner_id, move_type="out_refund")
        again = self.mensaje(expediente=soon, plantilla=reminder.copy())
        self.enviar(again)
        self.assertEqual(again.drop_reason, "paid")

    def test_residential_accounts_bear_the_civil_rate(self):
        self.politica.write({"interest_regime": "public", "interest_regime_residential": "civil"})
        cuenta = (
            self.env["cartera.cuenta"]
            .sudo()
            .create({"name": "A1", "partner_id": self.debtor.id, "company_id": self.company.id, "use": "residential"})
        )
        home = self.factura(60, post=False)
        home.sudo().cartera_cuenta_id = cuenta
        home.action_post()
        mensaje = self.mensaje()
        self.enviar(mensaje)
        interests = {line.origin: line.interest for line in mensaje.linea_ids}
        self.assertEqual(interests, {"Factura de venta": 19.73, "A1": 9.86})

    @mute_logger("odoo.addons.mail.models.mail_render_mixin", "odoo.addons.cartera_cobro.models.cartera_envio")
    def test_one_bad_message_never_stops_the_others(self):
        self.plantilla.body_html = '<p t-if="1 / (len(object.partner_id.name) - 8)">Debe</p>'
        bad = self.mensaje(expediente=self.otro(1))
        good = self.mensaje() | self.mensaje(expediente=self.otro(22))
        self.assertEqual(self.enviar(bad | good), {"sent": 2, "dropped": 1})
        self.assertEqual(bad.drop_reason, "template")
        self.assertIn("ZeroDivision", bad.drop_note)
        failing = self.mensaje(plantilla=self.plantilla.copy())
        fine = self.mensaje(expediente=self.otro(33))
        ask = Envio._preguntar

        def broken(envio, ready):
            if failing in ready:
                raise ValueError("se dañó")
            return ask(envio, ready)

        with patch.object(Envio, "_preguntar", broken):
            self.assertEqual(self.enviar(failing | fine), {"sent": 1, "dropped": 1})
        self.assertEqual((failing.drop_reason, failing.drop_note), ("error", "se dañó"))

    def test_many_messages_cost_few_queries_each(self):
        dossiers = [self.otro(n) for n in range(20)]
        few = self.Comunicacion.union(*(self.mensaje(expediente=d) for d in dossiers[:5]))
        many = self.Comunicacion.union(*(self.mensaje(expediente=d) for d in dossiers[5:]))
        self.env.flush_all()
        counts = []
        for these in (few, many):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertEqual(self.enviar(these), {"sent": len(these)})
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual((counts[1] - counts[0]) / 10, 1)


@tagged("post_install", "-at_install")
class TestAprobacion(ComunicacionCase):
    def test_numbers_follow_each_other_in_company_and_year_and_a_run_takes_them_at_once(self):
        self.plantilla.numbered = True
        run = self.Comunicacion.union(*(self.mensaje(approve=False) for _n in range(30)))
        self.env.flush_all()
        with self.assertQueryCount(40):
            run._aprobar()
        self.assertEqual(run.sorted("id").mapped("number"), [f"2026-{n:05d}" for n in range(1, 31)])
        run[3].action_cancel()
        self.assertEqual(self.mensaje().number, "2026-00031")
        with freeze_time("2027-01-04 15:00"):
            self.assertEqual(self.mensaje().number, "2027-00001")
        run._aprobar()
        self.assertEqual(run[5].number, "2026-00006")

    def test_what_was_rolled_back_leaves_no_gap(self):
        self.plantilla.numbered = True
        with self.cr.savepoint() as point:
            self.assertEqual(self.mensaje().number, "2026-00001")
            point.rollback()
        self.env.invalidate_all()
        self.assertEqual(self.mensaje().number, "2026-00001")

    def test_only_what_needs_no_signature_is_approved_by_the_officer(self):
        officer = self.usuario("gestor")
        draft = self.mensaje(approve=False)
        draft.with_user(officer).action_approve()
        self.assertRecordValues(draft, [{"state": "approved", "number": False, "approved_by_id": officer.id}])
        self.plantilla.approval = True
        with self.assertRaisesRegex(UserError, "signed before it leaves"):
            self.mensaje(approve=False).with_user(officer).action_approve()

    def test_what_a_message_says_is_written_by_nobody_and_its_addressee_is_fixed(self):
        officer = self.usuario("gestor")
        mine = self.mensaje(approve=False).with_user(officer)
        for values in (
            {"day_sent": HOY},
            {"number": "1"},
            {"amount_total": 1},
            {"state": "sent"},
            {"drop_reason": "paid"},
        ):
            with self.assertRaises(UserError):
                mine.write(values)
        mine.write({"channel": "sms", "number_external": "R-1"})
        mine.action_approve()
        mine.tracking_number = "G1"
        with self.assertRaises(UserError):
            mine.channel = "email"
        with self.assertRaises(UserError):
            mine.sudo().unlink()

    def test_who_writes_and_sends(self):
        self.expediente.user_id = self.env.ref("base.user_admin")
        mensaje = self.mensaje()
        for role in ("gestor", "auditor", "ventanilla", "director"):
            with self.subTest(role), self.assertRaises(AccessError):
                mensaje.with_user(self.usuario(role)).action_send()
        mensaje.with_user(self.usuario("tesorero")).action_send()
        self.assertEqual(mensaje.state, "sent")

    def test_the_scheduled_action_sends_what_is_approved_and_goes_on_where_it_was(self):
        here = self.Comunicacion.union(*(self.mensaje(expediente=self.otro(n)) for n in range(3)))
        draft = self.mensaje(approve=False)
        with self.enter_registry_test_mode():
            self.env.ref("cartera_cobro.ir_cron_enviar").sudo().method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(set(here.mapped("state")), {"sent"})
        self.assertEqual(draft.state, "draft")
        mails = self.env["mail.mail"].sudo().search([("mail_message_id", "in", here.mail_message_id.ids)])
        self.assertEqual(len(mails), 3)


@tagged("post_install", "-at_install")
class TestEntrega(ComunicacionCase):
    @contextmanager
    def correo(self, error=None):
        """Odoo's mail queue sends for real, into a server that takes all or fails with `error`."""
        with (
            patch.object(IrMail_Server, "_disable_send", lambda server: False),
            patch.object(IrMail_Server, "_connect__", lambda server, *args, **kw: Mock()),
            patch.object(IrMail_Server, "send_email", Mock(side_effect=error, return_value="<1@x>")),
            mute_logger("odoo.addons.mail.models.mail_mail"),
        ):
            yield

    def correos(self, mensaje):
        return self.env["mail.mail"].sudo().search([("mail_message_id", "=", mensaje.mail_message_id.id)])

    def test_what_the_mail_server_refuses_comes_back_with_the_reason_and_may_go_again(self):
        mensaje = self.mensaje()
        self.enviar(mensaje)
        mail = self.correos(mensaje)
        with self.correo(OSError("550 no such user")):
            mail.send()
        self.assertRecordValues(mensaje, [{"state": "returned", "returned_reason": "550 no such user"}])
        self.assertEqual(self.expediente.gestion_ids.mapped("result"), ["returned", "sent"])
        mail.mark_outgoing()
        with self.correo():
            mail.send()
        self.assertRecordValues(mensaje, [{"state": "sent", "returned_reason": False}])

    def test_a_bounce_comes_back_even_on_a_sunday(self):
        mensaje = self.mensaje()
        self.enviar(mensaje)
        with self.correo():
            self.correos(mensaje).send()
        bounce = {
            "bounced_email": "juana@example.com",
            "bounced_partner": self.debtor,
            "bounced_msg_ids": [mensaje.mail_message_id.message_id],
            "bounced_message": mensaje.mail_message_id,
            "body": "<p>Buzón lleno</p>",
            "email_from": "mailer-daemon@example.com",
            "to": "bounce@example.com",
            "message_id": "<b@x>",
        }
        with freeze_time("2026-07-19 08:00"):
            self.env["mail.thread"]._routing_handle_bounce(None, bounce)
        self.assertRecordValues(mensaje, [{"state": "returned", "returned_reason": "Buzón lleno"}])
        self.assertEqual(self.expediente.gestion_ids.filtered(lambda g: g.round).mapped("result"), ["sent"])

    def test_an_answer_lands_on_the_dossier(self):
        mensaje = self.mensaje()
        self.enviar(mensaje)
        message = mensaje.mail_message_id
        self.assertEqual((message.model, message.res_id), ("cartera.expediente", self.expediente.id))
        self.assertIn(message, self.expediente.message_ids)

    def test_a_letter_is_printed_dispatched_and_received_with_its_proof(self):
        officer = self.usuario("gestor")
        letter = self.mensaje("letter", is_demand=True).with_user(officer)
        with self.assertRaisesRegex(UserError, "Print it"):
            letter.action_dispatched()
        with freeze_time("2026-07-14 17:00:00"):
            self.assertEqual(letter.action_print()["type"], "ir.actions.act_url")
        self.assertEqual((letter.state, letter.pdf_id.raw), ("approved", f"%PDF {letter.id}".encode()))
        self.assertEqual(len(letter.pdf_sha256), 64)
        letter.tracking_number = "RA1"
        letter.action_dispatched()
        self.assertRecordValues(letter, [{"state": "sent", "day_sent": HOY}])
        with self.assertRaisesRegex(UserError, "upload it"):
            letter.action_received()
        wizard = Form(self.env["cartera.comunicacion.resultado"].with_user(officer).with_context(active_ids=letter.ids))
        wizard.receipt, wizard.date = base64.b64encode(b"sello"), HOY - timedelta(days=1)
        wizard.save().action_apply()
        self.assertRecordValues(letter, [{"state": "delivered", "date_received": HOY - timedelta(days=1)}])
        self.assertEqual(letter.receipt_id.raw, b"sello")
        event = letter.linea_ids.partida_id.prescripcion_evento_ids
        self.assertRecordValues(event, [{"kind": "demand", "date": HOY - timedelta(days=1), "date_annulled": False}])
        with self.assertRaises(IntegrityError), self.cr.savepoint(), mute_logger("odoo.sql_db"):
            letter.pdf_id.sudo().unlink()
        letter.action_returned("Nadie la recibió")
        self.assertEqual(event.date_annulled, HOY, "what was not received interrupts no prescription")

    def test_a_letter_whose_debt_changed_is_not_dispatched(self):
        paid, partly = self.mensaje("letter"), self.mensaje("letter", expediente=self.otro(1))
        self.assertEqual(self.enviar(paid | partly), {"prepared": 2})
        self.pagar(self.expediente.partida_ids.move_id)
        self.pagar(partly.expediente_id.partida_ids.move_id, 100)
        (paid | partly).action_dispatched()
        self.assertEqual((paid.state, paid.drop_reason), ("cancelled", "paid"))
        self.assertRecordValues(partly, [{"state": "approved", "date_prepared": False}])
        partly.action_print()
        self.assertEqual(partly.amount_capital, 900.0)

    def test_a_letter_whose_term_has_run_out_is_not_dispatched_and_is_printed_anew(self):
        old, newer = self.mensaje("letter"), self.mensaje("letter", expediente=self.otro(1))
        with freeze_time("2026-07-15 17:00:00"):
            self.enviar(old)
        with freeze_time("2026-07-22 17:00:00"):
            self.enviar(newer)
        with freeze_time("2026-07-27 17:00:00"):
            said = (old | newer).action_dispatched()["params"]["message"]
            self.assertIn("1 owe another amount by now, or give too little time", said)
            self.assertEqual((old | newer).mapped("state"), ["approved", "sent"])
            old.action_print()
            self.assertRecordValues(old, [{"date": date(2026, 7, 27), "deadline": date(2026, 8, 6)}])
            old.action_dispatched()
        self.assertRecordValues(old, [{"state": "sent", "day_sent": date(2026, 7, 27)}])

    def test_what_is_printed_late_is_written_anew_and_what_was_paid_is_not_printed(self):
        paid, old = self.mensaje("letter"), self.mensaje("letter", expediente=self.otro(1))
        self.enviar(paid | old)
        self.pagar(self.expediente.partida_ids.move_id)
        with freeze_time("2026-07-26 17:00:00"), self.assertRaisesRegex(UserError, "No collection on Sundays"):
            old.action_print()  # what is written anew is asked about
        with freeze_time("2026-07-25 17:00:00"):
            (paid | old).action_print()
        self.assertRecordValues(paid, [{"state": "cancelled", "drop_reason": "paid"}])
        self.assertRecordValues(old, [{"date": date(2026, 7, 25), "deadline": date(2026, 8, 4)}])
        with freeze_time("2026-07-26 17:00:00"):
            self.assertEqual(old.action_print()["type"], "ir.actions.act_url")

    def test_a_term_of_no_days_is_written_once_a_day(self):
        self.plantilla.days_to_pay = 0
        letter = self.mensaje("letter")
        letter.action_print()
        letter.action_dispatched()
        self.assertEqual(letter.state, "sent")

    def test_a_letter_comes_back(self):
        letter = self.mensaje("letter")
        letter.action_print()
        letter.action_dispatched()
        with self.assertRaises(UserError):
            letter.action_returned(" ")
        letter.action_returned("Se trasladó")
        self.assertEqual((letter.state, letter.returned_reason), ("returned", "Se trasladó"))
        self.assertIn("Find a phone", self.expediente.activity_ids.mapped("summary")[0])

    def test_the_second_letter_refers_to_the_first_and_its_receipt(self):
        second = self.env.ref("cartera_cobro.plantilla_segunda_carta").sudo()
        self.debtor.vat = "52123456"
        second.approval = False
        self.assertDropped("template", self.mensaje("letter", plantilla=second), "object.previous_id.number")
        first = self.mensaje("letter", plantilla=self.env.ref("cartera_cobro.plantilla_primera_carta").sudo())
        first.action_print()
        first.action_dispatched()
        first._recibir(HOY, self.env["ir.attachment"].create({"name": "r", "raw": b"r"}))
        letter = self.mensaje("letter", plantilla=second)
        letter.action_print()
        self.assertEqual(letter.previous_id, first)
        self.assertIn(f"oficio {first.number}", letter.body_html)
        self.assertIn("recibido el 15 de julio de 2026", letter.body_html)

    def test_nothing_is_received_before_it_was_written_nor_on_a_day_to_come(self):
        letter = self.mensaje("letter", is_demand=True)
        letter.action_print()
        letter.action_dispatched()
        receipt = self.env["ir.attachment"].create({"name": "r", "raw": b"r"})
        for day, sentence in ((HOY - timedelta(days=60), "was written on"), (HOY + timedelta(days=1), "a day to come")):
            with self.subTest(day=day), self.assertRaisesRegex(UserError, sentence):
                letter.action_received(day, receipt)
        self.assertFalse(letter.linea_ids.partida_id.prescripcion_evento_ids)
        letter.action_received(HOY.isoformat(), receipt)
        self.assertRecordValues(letter, [{"state": "delivered", "date_received": HOY}])

    def test_the_day_and_the_proof_of_a_receipt_are_corrected(self):
        officer = self.usuario("gestor")
        letter, other = self.mensaje("letter", is_demand=True), self.mensaje("letter", expediente=self.otro(1))
        with freeze_time("2026-07-14 17:00:00"):
            (letter | other).with_user(officer).action_print()
        (letter | other).action_dispatched()
        first, proof = self.env["ir.attachment"].create([{"name": n, "raw": b"r"} for n in ("sello", "guía")])
        (letter | other).with_user(officer).action_received(HOY, first)
        right = HOY - timedelta(days=1)
        wizard = self.env["cartera.comunicacion.resultado"].with_user(officer).with_context(active_ids=letter.ids)
        wizard = wizard.create({})
        self.assertEqual(wizard.date, HOY)
        wizard.date = right
        wizard.action_apply()
        self.assertRecordValues(letter, [{"state": "delivered", "date_received": right, "receipt_id": first.id}])
        self.assertIn("and not on 07/15/2026", letter.message_ids[0].body)
        events = letter.linea_ids.partida_id.prescripcion_evento_ids.sorted("id")
        self.assertRecordValues(
            events, [{"date": HOY, "date_annulled": HOY}, {"date": right, "date_annulled": False}]
        )  # fmt: skip
        letter.with_user(officer).action_received(receipt=proof)
        self.assertRecordValues(letter, [{"date_received": right, "receipt_id": proof.id}])
        self.assertIn("guía", letter.message_ids[0].body)
        for several, values in ((letter, {}), (letter, {"day": right}), (letter | other, {"day": HOY})):
            with self.assertRaisesRegex(UserError, "Received already: .*open that one alone"):
                several.with_user(officer).action_received(**values)
        with self.assertRaisesRegex(UserError, "was written on"):
            letter.with_user(officer).action_received(HOY - timedelta(days=60))

    def test_why_it_did_not_leave_is_kept_in_the_words_of_the_company(self):
        self.env["res.lang"]._activate_lang("es_CO")
        self.env["ir.module.module"]._load_module_terms(["cartera_cobro"], ["es_CO"])
        self.company.partner_id.lang = "es_CO"
        mensaje = self.mensaje()
        self.debtor.email = False
        Envio(self.env(context={}), self.company).enviar(mensaje)
        self.assertEqual(mensaje.drop_reason, "no_address")
        self.assertEqual(mensaje.drop_note, "El deudor no tiene un correo electrónico válido.")

    def test_whatsapp_opens_with_the_text_and_is_recorded_when_sent(self):
        mensaje = self.mensaje("whatsapp")
        url = mensaje.action_whatsapp()["url"]
        self.assertEqual(unquote(url), "https://wa.me/573105550101?text=Debe $ 1.009,86 desde hace 60 días")
        self.assertFalse(self.expediente.gestion_ids)
        mensaje.action_dispatched()
        self.assertEqual((mensaje.state, self.expediente.gestion_ids.channel), ("sent", "whatsapp"))

    def test_whatsapp_is_looked_at_again_before_it_opens_and_is_sent_when_it_was_opened(self):
        mensaje = self.mensaje("whatsapp")
        self.assertEqual(self.enviar(mensaje), {"prepared": 1})
        with freeze_time("2026-07-19 16:00:00"), self.assertRaisesRegex(UserError, "No collection on Sundays"):
            mensaje.action_whatsapp()
        self.pagar(self.expediente.partida_ids.move_id, 400)
        with freeze_time("2026-07-17 23:59:00"):  # Friday, 18:59
            self.assertIn("Debe $ 606,12", unquote(mensaje.action_whatsapp()["url"]))
        with freeze_time("2026-07-19 16:00:00"):
            mensaje.action_dispatched()
        self.assertRecordValues(mensaje, [{"state": "sent", "day_sent": date(2026, 7, 17)}])
        self.assertRecordValues(
            self.expediente.gestion_ids,
            [{"date": datetime(2026, 7, 17, 23, 59), "verdict": "OK", "unlawful": False, "override_reason": False}],
        )

    def test_whatsapp_to_who_paid_or_was_spoken_to_meanwhile_does_not_open(self):
        paid, talked = self.mensaje("whatsapp"), self.mensaje("whatsapp", expediente=self.otro(1))
        self.enviar(paid | talked)
        self.pagar(self.expediente.partida_ids.move_id)
        with self.assertRaisesRegex(UserError, "Nothing overdue any more"):
            paid.action_whatsapp()
        self.autorizar(talked.partner_id, "call")
        self.gestion("talked", expediente_id=talked.expediente_id.id)
        with self.assertRaisesRegex(UserError, "already a direct contact"):
            talked.action_whatsapp()
        self.assertFalse((paid | talked).filtered("date_opened"))

    def test_what_was_opened_is_recorded_although_it_was_paid_before_it_was_said(self):
        mensaje = self.mensaje("whatsapp")
        mensaje.action_whatsapp()
        self.pagar(self.expediente.partida_ids.move_id)
        mensaje.action_dispatched()
        self.assertEqual((mensaje.state, self.expediente.gestion_ids.result), ("sent", "sent"))

    def lista(self, action):
        attachment = self.env["ir.attachment"].browse(int(action["url"].split("/")[3].split("?")[0]))
        return openpyxl.load_workbook(io.BytesIO(attachment.raw))

    def importar(self, book):
        output = io.BytesIO()
        book.save(output)
        wizard = self.env["cartera.comunicacion.ivr"].sudo().create({"file": base64.b64encode(output.getvalue())})
        return wizard.action_apply()["params"]

    def test_recorded_calls_leave_as_a_list_and_their_results_come_back(self):
        calls = (
            self.mensaje("ivr")
            | self.mensaje("ivr", expediente=self.otro(1))
            | self.mensaje("ivr", expediente=self.otro(2))
        )
        book = self.lista(calls.action_ivr_list())
        rows = list(book.active.iter_rows(min_row=2, values_only=True))
        self.assertEqual(rows[0][:4], (str(calls[0].id), "Juana Deudora", "", "+573105550101"))
        self.assertIn("$ 1.009,86", rows[0][4])
        for row, said in enumerate(("Contestada", "No contestada", "Número errado"), start=2):
            book.active.cell(row, 6, said)
        book.active.append(["99999999", "", "", "", "", "Contestada"])
        book.active.append([str(calls[0].id), "", "", "", "", "???"])
        said = self.importar(book)
        self.assertEqual(calls.mapped("state"), ["delivered", "sent", "returned"])
        self.assertIn("99999999", said["message"])
        self.assertIn("row 6", said["message"])
        with self.assertRaisesRegex(UserError, "not an XLSX"):
            self.env["cartera.comunicacion.ivr"].sudo().create({"file": base64.b64encode(b"x")}).action_apply()

    def llamadas(self, *results):
        """Messages of recorded calls listed in the morning, and the list filled: (result, day and hour) each."""
        dossiers = [self.expediente, *(self.otro(n) for n in range(1, len(results)))]
        calls = self.Comunicacion.union(*[self.mensaje("ivr", expediente=dossier) for dossier in dossiers])
        with freeze_time("2026-07-17 13:00:00"):  # Friday, 8:00
            book = self.lista(calls.action_ivr_list())
        for row, (said, when) in enumerate(results, start=2):
            book.active.cell(row, 6, said)
            book.active.cell(row, 7, when)
        return calls, book

    def test_a_call_that_was_made_is_recorded_at_its_hour_whatever_came_since(self):
        calls, book = self.llamadas(
            ("Contestada", "17/07/2026 09:15"), ("Contestada", datetime(2026, 7, 17, 19, 5)), ("Ocupado", None)
        )
        self.pagar(calls[0].expediente_id.partida_ids.move_id)
        self.pagar(calls[1].expediente_id.partida_ids.move_id, 400)
        with freeze_time("2026-07-18 21:30:00"):  # Saturday, 16:30
            said = self.importar(book)
        self.assertEqual((said["type"], said["message"]), ("success", "3 calls recorded."))
        self.assertRecordValues(
            calls,
            [
                {"state": "delivered", "date_sent": datetime(2026, 7, 17, 14, 15), "date_received": date(2026, 7, 17)},
                {"state": "delivered", "date_sent": datetime(2026, 7, 18, 0, 5), "date_received": date(2026, 7, 17)},
                {"state": "sent", "date_sent": datetime(2026, 7, 17, 13), "date_received": False},
            ],
        )
        made = [self.Gestion.sudo().search([("comunicacion_id", "=", m.id), ("result", "=", "sent")]) for m in calls]
        self.assertEqual([g.date for g in made], calls.mapped("date_sent"))
        self.assertEqual([(g.verdict, g.unlawful) for g in made], [("OK", False), ("WINDOW", True), ("OK", False)])
        self.assertEqual([bool(g.override_reason) for g in made], [False, True, False])
        self.assertEqual(self.enviar(calls), {}, "nobody is called twice")

    def test_a_call_whose_hour_is_not_understood_is_named_and_not_recorded(self):
        calls, book = self.llamadas(("Contestada", "mañana"), ("Contestada", "2026-12-31 10:00"), ("Contestada", None))
        with freeze_time("2026-07-17 21:00:00"):
            said = self.importar(book)
        self.assertEqual(calls.mapped("state"), ["approved", "approved", "delivered"])
        self.assertIn("row 2 says mañana; row 3 says 2026-12-31 10:00", said["message"])

    def test_a_list_of_calls_leaves_out_who_was_spoken_to_since_and_may_be_made_in_the_evening(self):
        calls = self.mensaje("ivr") | self.mensaje("ivr", expediente=self.otro(1))
        self.enviar(calls)
        self.gestion("talked")
        for instant in ("2026-07-15 18:00:00", "2026-07-16 17:00:00", "2026-07-17 02:00:00"):  # the last, 21:00
            with self.subTest(instant), freeze_time(instant):
                rows = self.lista(calls.action_ivr_list()).active.iter_rows(min_row=2, values_only=True)
                self.assertEqual([row[0] for row in rows], [str(calls[1].id)])
        self.assertEqual(calls.mapped("date_listed"), [False, datetime(2026, 7, 17, 2)])
        with freeze_time("2026-07-16 17:00:00"), self.assertRaisesRegex(UserError, "this week through another channel"):
            calls[0].action_ivr_list()
        with freeze_time("2026-07-21 17:00:00"):  # the next week, whose Monday is a holiday
            self.assertEqual(len(list(self.lista(calls.action_ivr_list()).active.iter_rows())), 3)

    def test_a_list_of_calls_is_looked_at_once_more_when_it_goes_to_the_provider(self):
        calls = self.mensaje("ivr").union(*[self.mensaje("ivr", expediente=self.otro(n)) for n in (1, 2)])
        self.enviar(calls)
        self.pagar(calls[0].expediente_id.partida_ids.move_id)
        self.pagar(calls[1].expediente_id.partida_ids.move_id, 400)
        with freeze_time("2026-07-16 17:00:00"):
            book = self.lista(calls.action_ivr_list())
        rows = [row[0] for row in book.active.iter_rows(min_row=2, values_only=True)]
        self.assertEqual(rows, [str(m.id) for m in calls[1:]])
        self.assertRecordValues(calls[0], [{"state": "cancelled", "drop_reason": "paid"}])
        self.assertEqual(calls[1].amount_capital, 600.0)
        self.pagar(calls[1].expediente_id.partida_ids.move_id)
        self.pagar(calls[2].expediente_id.partida_ids.move_id)
        with freeze_time("2026-07-16 18:00:00"), self.assertRaisesRegex(UserError, "Nothing overdue"):
            calls[1:].action_ivr_list()


@tagged("post_install", "-at_install")
class TestEscribir(ComunicacionCase):
    def wizard(self, dossiers, user=None, **values):
        return (
            self.env["cartera.comunicacion.escribir"]
            .with_user(user or self.usuario("gestor"))
            .with_context(active_model="cartera.expediente", active_ids=dossiers.ids)
            .create({"template_id": self.plantilla.id, **values})
        )

    def test_the_preview_says_what_would_be_said_and_what_is_missing_and_keeps_nothing(self):
        wizard = self.wizard(self.expediente)
        self.assertIn("Hola Juana Deudora: $ 1.009,86", wizard.preview_html)
        self.assertIn("May be contacted now", wizard.verdict_text)
        self.debtor.email = False
        wizard.invalidate_recordset()
        self.assertIn("no valid e-mail", wizard.preview_html)
        self.assertFalse(self.Comunicacion.search([("expediente_id", "=", self.expediente.id)]))

    def test_one_is_sent_at_once_and_many_are_approved_without_repeating_those_that_wait(self):
        self.wizard(self.expediente).action_apply()
        self.assertEqual(self.expediente.comunicacion_ids.state, "sent")
        self.assertEqual(self.expediente.comunicacion_count, 1)
        both = self.otro(1) | self.otro(2)
        self.wizard(both, self.usuario("tesorero"), channel="sms").action_apply()
        self.assertEqual(both.comunicacion_ids.mapped("state"), ["approved", "approved"])
        with self.assertRaisesRegex(UserError, "already"):
            self.wizard(
                both, self.env["res.users"].search([("login", "=like", "tesorero_%")]), channel="sms"
            ).action_apply()

    def test_only_on_ones_own_dossiers(self):
        self.expediente.user_id = self.env.ref("base.user_admin")
        with self.assertRaises(AccessError):
            self.wizard(self.expediente).action_draft()

    def test_the_form_of_a_template_shows_it_with_a_dossier(self):
        form = Form(self.plantilla)
        form.preview_expediente_id = self.expediente
        self.assertIn("Hola Juana Deudora", form.preview_html)
        form.preview_channel = "sms"
        self.assertIn("desde hace 60 días", form.preview_html)

    def test_every_template_that_comes_with_the_add_on_says_something_complete(self):
        self.debtor.vat = "52123456"
        self.company.write({"cartera_pay_info": "Banco, cuenta 1", "cartera_complaint_info": "en la sede"})
        self.factura(-3, 200)
        promised = self.partidas(self.factura(50, 500))
        self.gestion("promise", promise_date=HOY, promise_amount=500, partida_ids=promised.ids)
        templates = self.env["cartera.plantilla"].sudo().search([("id", "!=", self.plantilla.id)])
        # Those of agreements speak of one: see the tests of their reminders.
        templates = templates.filtered(lambda t: t.kind not in dict(KINDS))
        self.assertEqual(len(templates), 8)
        first = self.mensaje("letter", plantilla=self.env.ref("cartera_cobro.plantilla_primera_carta").sudo())
        first.sudo().write({"state": "delivered", "date": HOY, "day_sent": HOY, "date_received": HOY})
        for template in templates:
            for channel in ("email", "sms") if template.text else ("email",):
                with self.subTest(template=template.name, channel=channel):
                    shown = template._previa(self.expediente, channel)
                    self.assertNotIn("alert-warning", shown)
                    self.assertNotRegex(shown, r"object\.|None|False")
                    if channel == "email":
                        self.assertIn("Factura de venta", shown)

    def test_only_template_editors_write_expressions(self):
        admin = self.usuario("admin")
        admin.sudo().group_ids -= self.env.ref("mail.group_mail_template_editor")
        self.env.ref("base.group_user").sudo().implied_ids -= self.env.ref("mail.group_mail_template_editor")
        template = self.plantilla.with_user(admin)
        with self.assertRaises(AccessError):
            template.text = "{{ object.env.cr }}"


@tagged("post_install", "-at_install")
class TestAviso1266(ComunicacionCase):
    politica_xmlid = "cartera_cobro.politica_fondo"

    def avisar(self, day):
        notice = self.mensaje("letter", plantilla=self.env.ref("cartera_cobro.plantilla_aviso_1266").sudo())
        notice.sudo().write({"state": "sent", "day_sent": day})
        return notice

    def test_the_notice_that_leaves_gives_the_days_of_the_law(self):
        self.debtor.vat = "52123456"
        self.company.write({"cartera_pay_info": "Banco, cuenta 1", "cartera_complaint_info": "en la sede"})
        notice = self.mensaje("letter", plantilla=self.env.ref("cartera_cobro.plantilla_aviso_1266").sudo())
        notice.action_print()
        self.assertEqual(notice.deadline, date(2026, 8, 9))
        with freeze_time("2026-07-22 17:00:00"):
            notice.action_dispatched()
            self.assertRecordValues(notice, [{"state": "approved", "date_prepared": False}])
            notice.action_print()
            self.assertEqual(notice.deadline, date(2026, 8, 16))
        with freeze_time("2026-07-27 17:00:00"):
            notice.action_dispatched()  # twenty days are left
        self.assertRecordValues(notice, [{"state": "sent", "day_sent": date(2026, 7, 27)}])

    def test_a_small_debt_takes_two_notices_on_different_days(self):
        self.assertFalse(self.expediente.report_from)
        self.avisar(date(2026, 6, 2))
        self.avisar(date(2026, 6, 2))
        self.assertFalse(self.expediente.report_from)
        third = self.avisar(date(2026, 6, 3))
        self.assertEqual(self.expediente.report_from, date(2026, 6, 24))
        third._devolver("No existe")
        self.expediente.invalidate_recordset()
        self.assertFalse(self.expediente.report_from)


@tagged("post_install", "-at_install")
class TestConsecutivo(CarteraCase):
    def test_an_administrator_may_change_the_prefix_and_width(self):
        from odoo.addons.cartera_cobro.models.cartera_consecutivo import tomar

        env = self.env(su=True)
        self.assertEqual(tomar(env, self.company, "prueba", "Prueba", 1, HOY), ["2026-00001"])
        env["ir.sequence"].search([("code", "=", "prueba")]).write({"prefix": "OF-%(range_year)s-", "padding": 3})
        self.assertEqual(tomar(env, self.company, "prueba", "Prueba", 2, HOY), ["OF-2026-002", "OF-2026-003"])
