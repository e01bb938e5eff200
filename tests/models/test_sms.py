"""SMS through a company's own gateway: a real HTTP server on the loopback, that answers well and badly."""

import json
import threading
import time
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import patch

from freezegun import freeze_time
from odoo import fields
from odoo.addons.base.models.ir_cron import IrCron
from odoo.addons.cartera_cobro.models import cartera_pasarela
from odoo.addons.sms.tools.sms_api import SmsApi
from odoo.tests import tagged
from odoo.tests.common import _super_send
from odoo.tools import mute_logger

from .test_comunicacion import ComunicacionCase


class Pasarela(BaseHTTPRequestHandler):
    """Answers each message with the status that `server.outcomes` has for its number, or as `server.mode` says."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.headers["Authorization"], body))
        mode = self.server.mode
        if mode == "slow":
            time.sleep(1)
        results = [
            {"id": sms["id"], **self.server.outcomes.get(sms["to"], {"status": "accepted"})} for sms in body["messages"]
        ]
        answer = {"broken": b"<html>", "odd": b"[]"}.get(mode, json.dumps({"results": results}).encode())
        self.send_response({"down": 503, "crashed": 500}.get(mode, 200))
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args):
        """Quiet."""


@tagged("post_install", "-at_install")
class TestSms(ComunicacionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = ThreadingHTTPServer(("127.0.0.1", 0), Pasarela)
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()
        cls.addClassCleanup(cls.server.server_close)
        cls.addClassCleanup(cls.server.shutdown)
        cls.url = f"http://127.0.0.1:{cls.server.server_port}/send"
        cls.company.sudo().write(
            {"cartera_sms_url": cls.url, "cartera_sms_token": "secreto", "cartera_sms_sender": "CARTERA"}
        )

    def setUp(self):
        super().setUp()
        self.server.asked, self.server.outcomes, self.server.mode = [], {}, ""

    @classmethod
    def _request_handler(cls, s, r, /, **kw):
        # Odoo's own handler raises every timeout to ten seconds.
        return _super_send(s, r, **kw)

    def encolar(self, *dossiers):
        mensajes = self.Comunicacion.union(*(self.mensaje("sms", expediente=d) for d in dossiers or [self.expediente]))
        self.enviar(mensajes)
        return mensajes

    @mute_logger("odoo.addons.cartera_cobro.models.cartera_pasarela", "odoo.addons.sms.models.sms_sms")
    def procesar(self):
        self.env["sms.sms"].sudo().search([("state", "=", "outgoing")])._send()

    def test_the_gateway_gets_the_text_the_number_and_the_token(self):
        mensaje = self.encolar()
        self.procesar()
        [(token, body)] = self.server.asked
        self.assertEqual((token, body["sender"]), ("Bearer secreto", "CARTERA"))
        [sms] = body["messages"]
        self.assertEqual((sms["to"], sms["text"]), ("+573105550101", "Debe $ 1.009,86 desde hace 60 días"))
        self.assertTrue(body["reports_url"].endswith("/sms/status"))
        self.assertEqual(mensaje.state, "sent")

    def test_what_collects_keeps_the_hours_of_the_law_in_the_queue_and_nothing_else_waits_for_it(self):
        self.env["ir.config_parameter"].sudo().set_param("sms.session.batch.size", "1")
        queue = self.env.ref("sms.ir_cron_sms_scheduler_action").sudo()
        self.encolar(self.expediente, self.otro(1))
        late, informs = self.env["sms.sms"].sudo().search([("state", "=", "outgoing")], order="id")
        self.assertEqual(late.cartera_purpose, "collection")
        informs.cartera_purpose = "information"
        # It is eight in the evening in Colombia.
        with freeze_time("2026-07-16 01:00:00"), self.enter_registry_test_mode():
            queue.method_direct_trigger()
        self.assertEqual([body["messages"][0]["id"] for _token, body in self.server.asked], [informs.uuid])
        self.env.invalidate_all()
        self.assertRecordValues(late, [{"state": "outgoing", "cartera_not_before": datetime(2026, 7, 16, 12)}])
        woken = self.env["ir.cron.trigger"].sudo().search([("cron_id", "=", queue.id)])
        self.assertIn(late.cartera_not_before, woken.mapped("call_at"))
        with freeze_time("2026-07-16 12:00:00"), self.enter_registry_test_mode():
            queue.method_direct_trigger()
        self.assertEqual(self.server.asked[-1][1]["messages"][0]["id"], late.uuid)

    def test_a_rejected_number_comes_back_and_the_others_go(self):
        good, wrong, barred = self.encolar(self.expediente, self.otro(1), self.otro(2))
        self.server.outcomes = {
            "+573105551001": {"status": "invalid_number"},
            "+573105551002": {"status": "rejected", "reason": "Lista negra del operador"},
        }
        self.procesar()
        self.assertEqual((good | wrong | barred).mapped("state"), ["sent", "returned", "returned"])
        self.assertEqual(wrong.returned_reason, "Wrong Number Format")
        self.assertEqual(barred.returned_reason, "Lista negra del operador")
        self.assertEqual(wrong.expediente_id.gestion_ids.mapped("result"), ["returned", "sent"])

    def cola(self, at=None):
        """Odoo's queue of SMS runs, at that instant (naive UTC); default now."""
        quiet = mute_logger("odoo.addons.cartera_cobro.models.cartera_pasarela", "odoo.addons.sms.models.sms_sms")
        with freeze_time(at or fields.Datetime.now()), quiet, patch.object(IrCron, "_commit_progress"):
            self.env["sms.sms"].sudo()._process_queue()

    def textos(self, mensajes):
        return self.env["sms.sms"].sudo().search([("mail_message_id", "in", mensajes.mail_message_id.ids)], order="id")

    def envejecer(self, mensajes):
        """Their SMS have waited for three days."""
        since = fields.Datetime.now() - timedelta(days=3)
        texts = self.textos(mensajes)
        self.env.cr.execute("UPDATE sms_sms SET create_date = %s WHERE id = ANY(%s)", [since, texts.ids])
        texts.invalidate_recordset()

    def test_what_the_gateway_may_have_taken_is_returned_with_the_reason_and_not_repeated(self):
        for mode, reason in (
            ("broken", "Expecting value"),
            ("odd", "The gateway's answer has no results."),
            ("slow", "The gateway did not answer in time"),
            ("crashed", "The gateway answered 500."),
        ):
            with self.subTest(mode):
                self.server.mode = mode
                mensaje = self.encolar(self.otro(sum(map(ord, mode))))
                with patch.object(cartera_pasarela, "TIMEOUT", 0.3):
                    self.procesar()
                self.assertEqual(mensaje.state, "returned")
                self.assertIn(reason, mensaje.returned_reason)
                self.assertFalse(self.textos(mensaje).cartera_not_before)
                made = mensaje.expediente_id.gestion_ids
                self.assertEqual([(g.result, g.round) for g in made], [("returned", 0), ("sent", 1)])
                self.assertFalse(mensaje.expediente_id.activity_ids, "nothing is wrong with the phone")

    def test_what_the_gateway_was_not_there_to_take_waits_for_it(self):
        mensajes = self.encolar()
        self.server.outcomes = {"+573105550101": {"status": "no_credit"}}
        self.cola()
        mensajes |= self.encolar(self.otro(1))
        self.server.mode, self.server.outcomes = "down", {}
        self.cola()
        mensajes |= self.encolar(self.otro(2))
        self.company.sudo().cartera_sms_url = "http://127.0.0.1:9/"
        self.cola()
        texts = self.textos(mensajes)
        self.assertEqual(texts.mapped("failure_type"), ["sms_credit", "sms_server", "sms_server"])
        self.assertEqual(set(texts.mapped("cartera_not_before")), {fields.Datetime.now() + timedelta(minutes=30)})
        self.assertEqual(set(mensajes.mail_message_id.notification_ids.mapped("notification_status")), {"ready"})
        self.assertFalse(mensajes.expediente_id.activity_ids)
        self.company.sudo().cartera_sms_url, self.server.mode, self.server.asked = self.url, "", []
        self.cola(fields.Datetime.now() + timedelta(minutes=20))
        self.assertFalse(self.server.asked)
        self.cola(fields.Datetime.now() + timedelta(minutes=31))
        asked = [sms["id"] for _token, body in self.server.asked for sms in body["messages"]]
        self.assertEqual(sorted(asked), sorted(texts.mapped("uuid")))
        self.assertEqual(set(mensajes.mapped("state")), {"sent"})
        self.assertEqual(mensajes.expediente_id.gestion_ids.mapped("result"), ["sent"] * 3)

    def test_the_next_try_keeps_the_hours(self):
        with freeze_time("2026-07-17 23:50:00"):  # Friday, 18:50
            mensaje = self.encolar()
        self.server.mode = "down"
        self.cola("2026-07-17 23:55:00")
        self.assertEqual(self.textos(mensaje).cartera_not_before, datetime(2026, 7, 18, 13))

    def test_after_two_days_it_comes_back_its_attempt_does_not_count_and_nobody_looks_for_another_phone(self):
        with freeze_time("2026-07-14 13:00:00"):
            mensaje = self.encolar()
        later = self.gestion("no_answer", date=fields.Datetime.now())
        self.assertNotEqual((later.round, later.attempt_no), (1, 1))
        self.envejecer(mensaje)
        self.server.mode = "down"
        self.cola()
        self.assertRecordValues(mensaje, [{"state": "returned", "returned_reason": "The gateway answered 503."}])
        self.assertFalse(self.textos(mensaje).cartera_not_before)
        made = self.expediente.gestion_ids.filtered("comunicacion_id").sorted("id")
        self.assertEqual([(g.result, bool(g.date_annulled)) for g in made], [("sent", True), ("returned", False)])
        self.assertEqual((later.round, later.attempt_no), (1, 1))
        self.assertNotIn("Find a phone", "".join(filter(None, self.expediente.activity_ids.mapped("summary"))))
        self.server.mode = ""
        with freeze_time("2026-07-16 15:00:00"):
            self.textos(mensaje).resend_failed()
        self.assertRecordValues(mensaje, [{"state": "sent", "day_sent": date(2026, 7, 16)}])
        again = mensaje._salidas()
        self.assertRecordValues(again, [{"date": datetime(2026, 7, 16, 15), "override_reason": False}])
        self.assertGreater(again.round, 0)

    def test_a_delivery_report_makes_it_received(self):
        mensaje = self.encolar()
        self.procesar()
        sms = self.env["sms.sms"].sudo().search([("mail_message_id", "=", mensaje.mail_message_id.id)])
        sms.sms_tracker_id._action_update_from_sms_state("sent")
        self.assertEqual(mensaje.state, "delivered")
        self.assertEqual(self.expediente.gestion_ids.mapped("result"), ["delivered", "sent"])

    def test_each_company_has_its_gateway_and_other_sms_go_the_usual_way(self):
        self.encolar()
        note = self.env["sms.sms"].sudo().create({"number": "+573001112233", "body": "Otra cosa"})
        with patch.object(SmsApi, "_contact_iap", lambda api, *args, **kw: [{"uuid": note.uuid, "state": "success"}]):
            self.procesar()
        self.assertEqual([len(body["messages"]) for _token, body in self.server.asked], [1])
        self.assertEqual(note.state, "pending")
        self.company.sudo().cartera_sms_url = False
        self.assertIs(self.company.with_context(cartera_sms=True)._get_sms_api_class(), SmsApi)

    def test_only_the_system_reads_the_token(self):
        self.assertNotIn("cartera_sms_token", self.company.with_user(self.usuario("tesorero")).fields_get())
