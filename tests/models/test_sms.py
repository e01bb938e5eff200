"""SMS through a company's own gateway: a real HTTP server on the loopback, that answers well and badly."""

import json
import threading
import time
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import patch

from freezegun import freeze_time
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
        self.send_response(503 if mode == "down" else 200)
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

    def test_a_gateway_that_fails_returns_the_messages_with_the_reason(self):
        for mode, reason in (
            ("down", "The gateway answered 503."),
            ("broken", "Expecting value"),
            ("odd", "The gateway's answer has no results."),
            ("slow", "The gateway did not answer in time"),
        ):
            with self.subTest(mode):
                self.server.mode = mode
                mensaje = self.encolar(self.otro(sum(map(ord, mode))))
                with patch.object(cartera_pasarela, "TIMEOUT", 0.3):
                    self.procesar()
                self.assertEqual(mensaje.state, "returned")
                self.assertIn(reason, mensaje.returned_reason)
        self.company.sudo().cartera_sms_url = "http://127.0.0.1:9/"
        mensaje = self.encolar()
        self.procesar()
        self.assertEqual(mensaje.returned_reason, "The gateway cannot be reached.")

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
