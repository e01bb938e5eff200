"""What fails around the add-on: a mail server that is away or hangs up, a disk that is full, a job that runs twice."""

import builtins
import errno
import os
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest.mock import Mock, patch

from freezegun import freeze_time
from odoo import fields
from odoo.addons.base.models import ir_attachment
from odoo.addons.base.models.ir_mail_server import IrMail_Server
from odoo.addons.cartera_cobro.models.cartera_envio import Envio
from odoo.tests import tagged
from odoo.tools import mute_logger

from tests.trials._faults_actions import ACTIONS

from .common import HOY
from .smtp import smtp_server
from .test_comunicacion import ComunicacionCase

FULL = OSError(errno.ENOSPC, "No space left on device")


@tagged("post_install", "-at_install")
class TestFallas(ComunicacionCase):
    @contextmanager
    def servidor(self, connect=None, send=None):
        """Odoo's mail queue sends for real, to a server that fails with these errors (or lists of them)."""
        with (
            patch.object(IrMail_Server, "_disable_send", lambda server: False),
            patch.object(IrMail_Server, "_connect__", Mock(side_effect=connect)),
            patch.object(IrMail_Server, "send_email", Mock(side_effect=send, return_value="<1@x>")) as sent,
            mute_logger("odoo.addons.mail.models.mail_mail"),
        ):
            yield sent

    @contextmanager
    def smtp(self, hangs_up_at=None):
        """Odoo's mail queue sends to a real server on the loopback."""
        with (
            smtp_server(hangs_up_at) as server,
            patch.object(IrMail_Server, "_disable_send", lambda server: False),
            mute_logger("odoo.addons.mail.models.mail_mail"),
        ):
            Server = self.env["ir.mail_server"].sudo()
            Server.search([]).active = False
            Server.create({"name": "Loopback", "smtp_host": "127.0.0.1", "smtp_port": server.port})
            yield server

    def cola(self, mails, at=None):
        """The scheduled action sends what waits of these at that instant."""
        with freeze_time(at or fields.Datetime.now()):
            self.env["mail.mail"].sudo().process_email_queue(mails.ids)
        self.env.invalidate_all()

    def correo(self, mensaje):
        return self.env["mail.mail"].sudo().search([("mail_message_id", "in", mensaje.mail_message_id.ids)], order="id")

    def envejecer(self, mail):
        """The e-mail has waited for three days."""
        self.env.cr.execute("UPDATE mail_mail SET create_date = %s WHERE id = %s",
                            [fields.Datetime.now() - timedelta(days=3), mail.id])  # fmt: skip
        mail.invalidate_recordset()

    def test_every_scheduled_action_is_tried_by_the_trial_and_does_nothing_twice(self):
        data = self.env["ir.model.data"].sudo().search([("model", "=", "ir.cron"), ("module", "=", "cartera_cobro")])
        self.assertEqual(set(data.mapped("complete_name")), {action.name for action in ACTIONS})
        self.enviar(self.mensaje())
        jobs = self.env["ir.cron"].sudo().browse(data.mapped("res_id")).sorted("priority")
        kept = ("mail.message", "mail.mail", "mail.activity", "cartera.gestion", "cartera.comunicacion", "account.move",
                "cartera.corte", "cartera.etapa.cambio", "cartera.promesa", "ir.attachment")  # fmt: skip

        def rows():
            self.env.invalidate_all()
            return [self.env[model].sudo().search_count([]) for model in kept]

        with self.enter_registry_test_mode(), mute_logger("odoo.addons.base.models.ir_cron"):
            for _turn in range(2):
                before = rows()
                for job in jobs:
                    self.assertIs(job.method_direct_trigger(), True, job.name)
        self.assertEqual(rows(), before)

    def test_without_a_mail_server_an_e_mail_waits_and_is_not_said_to_have_come_back(self):
        mensaje = self.mensaje()
        self.enviar(mensaje)
        mail = self.correo(mensaje)
        with self.servidor(connect=ConnectionRefusedError()) as sent:
            mail.send()
        self.assertFalse(sent.called)
        self.assertEqual((mail.state, mensaje.state), ("outgoing", "sent"))
        self.assertEqual(mail.scheduled_date, fields.Datetime.now() + timedelta(minutes=30))
        self.assertEqual(self.expediente.gestion_ids.mapped("result"), ["sent"])
        with self.servidor() as sent:
            mail.send()
        self.assertEqual(sent.call_count, 1)
        self.assertFalse(mail.exists())

    def test_what_waits_for_the_mail_server_keeps_the_hours_of_the_law(self):
        mensaje = self.mensaje()
        self.enviar(mensaje)
        mail = self.correo(mensaje)
        with freeze_time("2026-07-18 19:50:00"), self.servidor(connect=ConnectionRefusedError()):  # Saturday, 14:50
            mail.create_date = fields.Datetime.now()
            mail.send()
        # Monday 20 July is a holiday.
        self.assertEqual(mail.scheduled_date, datetime(2026, 7, 21, 12))

    def test_what_waited_in_the_queue_past_the_hours_of_the_law_leaves_at_the_next_ones(self):
        mensaje, other = self.mensaje(), self.mensaje(expediente=self.otro(1))
        with freeze_time("2026-07-17 23:50:00"):  # Friday, 18:50
            self.enviar(mensaje | other)
        queue = self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()
        triggers = self.env["ir.cron.trigger"].sudo()
        at = triggers.search([("cron_id", "=", queue.id)]).mapped("call_at")
        self.assertIn(datetime(2026, 7, 17, 23, 50), at, "the queue is not left to its hour")
        self.autorizar(other.partner_id, "off_hours", evidence=b"Zg==")
        mails = self.correo(mensaje | other)
        with self.servidor() as sent:
            self.cola(mails, datetime(2026, 7, 18, 0, 10))
        self.assertEqual(sent.call_count, 1, "whoever authorised any hour")
        [mail] = mails.exists()
        self.assertRecordValues(mail, [{"state": "outgoing", "scheduled_date": datetime(2026, 7, 18, 13)}])
        self.assertTrue(triggers.search([("cron_id", "=", queue.id), ("call_at", "=", datetime(2026, 7, 18, 13))]))
        with self.servidor() as sent:
            self.cola(mail, datetime(2026, 7, 18, 13))
        self.assertFalse(mail.exists())

    def test_the_hours_of_the_policy_hold_in_the_queue_and_in_what_is_tried_again(self):
        self.politica.contact_week_to = 17
        mensaje = self.mensaje()
        self.enviar(mensaje)
        mail = self.correo(mensaje)
        late = datetime(2026, 7, 15, 22, 10)  # 17:10
        with self.servidor() as sent:
            self.cola(mail, late)
        self.assertFalse(sent.called)
        self.assertEqual(mail.scheduled_date, datetime(2026, 7, 16, 12))
        mail.scheduled_date = False
        with freeze_time("2026-07-15 21:50:00"), self.servidor(connect=ConnectionRefusedError()):
            mail.send()
        self.assertEqual(mail.scheduled_date, datetime(2026, 7, 16, 12))

    def test_what_the_law_lets_through_at_any_hour_leaves_at_any_hour(self):
        self.plantilla.purpose = "information"
        mensaje = self.mensaje()
        self.assertEqual(mensaje.purpose, "information")
        self.enviar(mensaje)
        mail = self.correo(mensaje)
        with self.servidor() as sent:
            self.cola(mail, datetime(2026, 7, 19, 3))
        self.assertTrue(sent.called)
        self.assertFalse(mail.exists())

    def test_after_two_days_without_a_server_it_comes_back_with_the_reason(self):
        mensaje = self.mensaje()
        self.enviar(mensaje)
        mail = self.correo(mensaje)
        self.envejecer(mail)
        with self.servidor(connect=ConnectionRefusedError("refused")):
            mail.send()
        self.assertEqual((mail.state, mensaje.state), ("exception", "returned"))
        self.assertIn("refused", mensaje.returned_reason)
        self.assertFalse(self.expediente.gestion_ids.filtered(lambda g: g.round and not g.date_annulled))
        self.assertFalse(self.expediente.activity_ids, "nothing is wrong with the address")

    def test_a_server_that_hangs_up_midway_loses_and_doubles_nothing(self):
        mensajes = self.mensaje().union(*[self.mensaje(expediente=self.otro(n)) for n in (1, 2)])
        self.enviar(mensajes)
        mails = self.correo(mensajes)
        with self.smtp(hangs_up_at=2) as server:
            self.cola(mails)
        self.assertEqual(len(server.taken), 1)
        self.assertEqual(mails.exists().mapped("state"), ["outgoing", "outgoing"])
        self.assertEqual(mails.exists()[0].scheduled_date, fields.Datetime.now() + timedelta(minutes=90))
        self.assertEqual(mensajes.mapped("state"), ["sent"] * 3)
        taken = server.taken
        with self.smtp() as server:
            # The next run of the queue leaves alone the one at which the server hung up.
            self.cola(mails.exists(), fields.Datetime.now() + timedelta(minutes=60))
            self.assertEqual(len(server.taken), 1)
            self.cola(mails.exists(), fields.Datetime.now() + timedelta(minutes=91))
        self.assertFalse(mails.exists())
        self.assertEqual(
            sorted(mail["To"].addresses[0].addr_spec for mail in taken + server.taken),
            ["d1@example.com", "d2@example.com", "juana@example.com"],
        )
        self.assertEqual(set(mensajes.mail_message_id.notification_ids.mapped("notification_status")), {"sent"})

    def test_an_email_at_which_the_server_always_hangs_up_is_given_up_and_said(self):
        mensaje = self.mensaje()
        self.enviar(mensaje)
        mail = self.correo(mensaje)
        with freeze_time(fields.Datetime.now()) as clock:
            for cuts in (1, 2, 3):
                with self.smtp(hangs_up_at=1):
                    self.cola(mail)
                self.assertEqual((mail.cartera_cuts, mail.state), (cuts, "exception" if cuts == 3 else "outgoing"))
                clock.move_to(mail.scheduled_date + timedelta(minutes=1))
        self.assertEqual(mensaje.state, "returned")

    def test_one_to_several_persons_is_not_sent_whole_again(self):
        people = self.env.user.partner_id | self.debtor
        mail = self.env["mail.mail"].sudo().create(
            {"recipient_ids": people.ids, "body_html": "<p>1</p>", "cartera_insist": True, "email_from": "a@x.co"}
        )
        with self.smtp(hangs_up_at=2) as server:
            self.cola(mail)
        self.assertEqual((len(server.taken), mail.state), (1, "exception"))

    def test_what_is_not_ours_is_left_to_odoo_when_the_server_hangs_up(self):
        mail = self.env["mail.mail"].sudo().create({"email_to": "x@example.com", "body_html": "<p>1</p>"})
        with self.smtp(hangs_up_at=1):
            self.cola(mail)
        self.assertEqual(mail.state, "exception")

    def test_a_digest_that_never_left_says_so_until_it_leaves(self):
        digest = self.env["cartera.recaudo.diario"].sudo().create(
            {"company_id": self.company.id, "user_id": self.env.user.id, "date": HOY, "state": "sent"}
        )
        digest._encolar({digest: "<p>1</p>"}, self.env.user)
        mail = self.env["mail.mail"].sudo().search([("model", "=", digest._name), ("res_id", "=", digest.id)])
        with self.servidor(connect=ConnectionRefusedError("refused")):
            mail.send()
        self.assertEqual((mail.state, digest.state), ("outgoing", "sent"))
        self.envejecer(mail)
        with self.servidor(connect=ConnectionRefusedError("refused")):
            mail.send()
        self.assertEqual((mail.state, digest.state, digest.failed_reason), ("exception", "failed", "refused"))
        mail.action_retry()
        with self.servidor():
            mail.send()
        self.assertRecordValues(digest, [{"state": "sent", "failed_reason": False}])

    def test_a_report_on_no_document_waits_for_the_server_too(self):
        mail = self.company._cartera_informar_de_pagos(
            self.env.user.partner_id, "Pagos", "cartera_cobro.informe_soportes",
            {"company": self.company, "soportes": self.env["cartera.soporte"], "today": HOY, "fecha": str},
        )  # fmt: skip
        with self.servidor(connect=ConnectionRefusedError("refused")):
            mail.send()
        self.assertEqual(mail.state, "outgoing")

    def test_on_a_full_disk_letters_wait_and_are_not_dropped(self):
        mensaje = self.mensaje(channel="letter")
        full = patch.object(type(self.env["ir.attachment"]), "_file_write", Mock(side_effect=FULL))
        with full, self.assertRaises(OSError), self.env.cr.savepoint():
            Envio(self.env, self.company).enviar(mensaje)
        self.env.invalidate_all()
        self.assertRecordValues(mensaje, [{"state": "approved", "drop_reason": False, "pdf_id": False}])
        self.enviar(mensaje)
        self.assertTrue(mensaje.date_prepared and mensaje.pdf_id)

    def test_half_a_file_does_not_stay_on_a_full_disk(self):
        Attachment, content = self.env["ir.attachment"].sudo(), os.urandom(64)
        path = Attachment._get_path(content, Attachment._compute_checksum(content))[1]

        def short(name, mode="r"):
            if "w" not in mode:
                return builtins.open(name, mode)
            with builtins.open(name, mode) as file:
                file.write(content[:9])
            raise FULL

        with (
            patch.object(ir_attachment, "open", short, create=True),
            self.assertRaises(OSError),
            mute_logger("odoo.addons.base.models.ir_attachment"),
        ):
            Attachment.create({"name": "a.bin", "raw": content})
        self.assertFalse(os.path.exists(path))
        self.assertEqual(Attachment.create({"name": "a.bin", "raw": content}).raw, content)
