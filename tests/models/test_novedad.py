"""Matters for whoever sold: who is asked, by when, how they answer, and who may see what."""

from datetime import date
from unittest.mock import patch

from freezegun import freeze_time
from odoo import Command
from odoo.addons.cartera_cobro.models.cartera_novedad_correo import texto_de_respuesta
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import html_sanitize, mute_logger

from .test_gestion import GestionCase

ANSWER = "cartera_cobro.mail_activity_type_novedad_responder"
READ = "cartera_cobro.mail_activity_type_novedad_leer"


class NovedadCase(GestionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gestor, cls.tesorero, cls.auditor = (cls.usuario(r) for r in ("gestor", "tesorero", "auditor"))
        cls.manager = cls.usuario("responsable")
        cls.seller = cls.empleado("vendedora")
        for user in cls.gestor | cls.tesorero | cls.manager | cls.seller:
            user.email = f"{user.login}@example.com"
        cls.invoice = cls.expediente.partida_ids.move_id
        cls.invoice.invoice_user_id = cls.seller
        cls.expediente.responsible_id = cls.manager
        cls.company.sudo().cartera_coordinador_id = cls.tesorero
        cls.Novedad = cls.env["cartera.novedad"]

    @classmethod
    def empleado(cls, login, company=None):
        """An internal user with no role in collection."""
        company = company or cls.company
        return new_test_user(
            cls.env,
            login=login,
            groups="base.group_user",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def novedad(self, user=None, **extra):
        values = {
            "expediente_id": self.expediente.id,
            "kind": "price",
            "description": "Dice que se pactó menos",
            **extra,
        }
        return self.Novedad.with_user(user or self.gestor).create(values)

    def actividades(self, novedad, kind):
        return novedad.sudo().activity_ids.filtered(lambda a: a.activity_type_id == self.env.ref(kind))

    def correo(self, novedad, user, body, html=False, **headers):
        """Process the reply of `user` to the first e-mail of a matter, as the mail gateway would."""
        sent = novedad.sudo().message_ids.filtered(lambda m: novedad.sent_to.partner_id in m.partner_ids)[-1:]
        lines = {
            "From": f"{user.name} <{user.email}>",
            "To": "catchall@example.com",
            "Subject": "Re: x",
            "Message-Id": f"<{len(novedad.sudo().message_ids)}.{novedad.id}@example.com>",
            "In-Reply-To": sent.message_id,
            "References": sent.message_id,
            "Content-Type": f"text/{'html' if html else 'plain'}; charset=utf-8",
            **headers,
        }
        text = "\r\n".join(f"{name}: {value}" for name, value in lines.items()) + "\r\n\r\n" + body
        self.env["mail.thread"].sudo().message_process("mail.thread", text.encode())
        novedad.invalidate_recordset()


@tagged("post_install", "-at_install")
class TestNovedad(NovedadCase):
    def test_it_goes_to_the_seller_of_the_invoice_or_to_who_runs_the_account(self):
        self.assertEqual(self.novedad(partida_ids=self.expediente.partida_ids.ids).sent_to, self.seller)
        self.assertEqual(self.novedad().sent_to, self.manager)
        self.expediente.responsible_id = False
        self.assertEqual(self.novedad().sent_to, self.seller)
        self.seller.active = False
        dialogue = Form(
            self.Novedad.with_user(self.gestor).with_context(default_expediente_id=self.expediente.id),
            "cartera_cobro.cartera_novedad_view_form_new",
        )
        self.assertFalse(dialogue.sent_to)
        with self.assertRaisesRegex(UserError, "Nobody to send it to"):
            self.novedad()

    def test_the_deadline_is_in_working_days_of_colombia_and_of_the_company(self):
        # Wednesday 15 July; Monday 20 is a holiday.
        self.assertEqual(self.novedad().deadline, date(2026, 7, 23))
        self.env["cartera.festivo"].sudo().create(
            {"name": "Día de la empresa", "date": "2026-07-16", "company_id": self.company.id}
        )
        self.assertEqual(self.novedad().deadline, date(2026, 7, 24))
        self.company.sudo().cartera_novedad_days = 1
        self.assertEqual(self.novedad().deadline, date(2026, 7, 17))

    def test_sending_it_plans_mails_and_shows(self):
        novedad = self.novedad(partida_ids=self.expediente.partida_ids.ids)
        activity = self.actividades(novedad, ANSWER)
        self.assertRecordValues(activity, [{"user_id": self.seller.id, "date_deadline": novedad.deadline}])
        mails = self.env["mail.mail"].sudo().search([("recipient_ids", "in", self.seller.partner_id.ids)])
        self.assertEqual(len(mails), 1)
        for piece in ("Dice que se pactó menos", "Juana Deudora", self.invoice.name, "1,000"):
            self.assertIn(piece, mails.body_html)
        for record in (self.expediente, self.invoice):
            self.assertIn(novedad.display_name, record.sudo().message_ids[0].body)
        self.assertEqual((self.expediente.novedad_count, self.expediente.novedad_open_count), (1, 1))
        self.assertEqual(self.invoice.sudo().cartera_novedad_count, 1)
        self.assertEqual((novedad.amount, novedad.items_text.count(self.invoice.name)), (1000.0, 1))
        self.pagar(self.invoice)
        self.assertEqual(novedad.amount, 1000.0)

    def test_one_click_from_the_dossier_the_invoice_and_the_contact(self):
        contact = self.gestion("claim", note="Que el precio no era ese", partida_ids=self.expediente.partida_ids.ids)
        for record, expected in (
            (self.expediente, {}),
            (self.invoice, {"kind": "invoice", "items": self.expediente.partida_ids, "to": self.seller}),
            (contact, {"said": "Que el precio no era ese", "items": self.expediente.partida_ids, "to": self.seller}),
        ):
            with self.subTest(model=record._name):
                name = "action_cartera_novedad" if record._name == "account.move" else "action_novedad"
                action = getattr(record.with_user(self.gestor), name)()
                form = Form(
                    self.Novedad.with_user(self.gestor).with_context(**action["context"]),
                    "cartera_cobro.cartera_novedad_view_form_new",
                )
                self.assertEqual(form.expediente_id, self.expediente)
                self.assertEqual(form.sent_to, expected.get("to", self.manager))
                self.assertEqual(form.partida_ids[:], expected.get("items", self.env["cartera.partida"]))
                form.kind = expected.get("kind", "price")
                form.description = expected.get("said") or "x"
                novedad = form.save()
                self.assertEqual(novedad.sudo().gestion_id, contact if record == contact else contact.browse())

    def test_the_next_step_of_a_claim_opens_the_dialogue_and_leaves_no_loose_end(self):
        extra = {"next_step": "novedad", "next_date": date(2026, 7, 16), "note": "No prestaron el servicio"}
        contact = self.gestion("claim", user=self.gestor, **extra)
        ask = "cartera_cobro.mail_activity_type_novedad_preguntar"
        self.assertTrue(self.actividades(self.expediente, ask))
        action = contact.with_user(self.gestor).action_record()
        self.assertEqual(action["res_model"], "cartera.novedad")
        self.assertEqual(action["context"]["default_description"], "No prestaron el servicio")
        self.novedad(gestion_id=contact.id)
        self.assertFalse(self.actividades(self.expediente, ask))

    def test_what_is_missing_is_refused_with_words(self):
        for values, said in (
            ({"description": "  "}, "Say what the debtor says"),
            ({"sent_to": self.empleado("otra", self.setup_other_company()["company"]).id}, "does not work in"),
            ({"state": "closed"}, "starts open"),
        ):
            with self.subTest(values), self.assertRaisesRegex(UserError, said):
                self.novedad(**values)
        other = self.factura(20, partner=self.debtor.copy({"name": "Otro"})).sudo().cartera_partida_ids
        with self.assertRaisesRegex(UserError, "own debtor"):
            self.novedad(partida_ids=other.ids)

    def test_it_is_answered_from_the_record_and_comes_back(self):
        novedad = self.novedad()
        wizard = self.env["cartera.novedad.paso"].with_user(self.manager).with_context(default_novedad_id=novedad.id)
        dialogue = Form(wizard)
        dialogue.text, dialogue.outcome = "Es cierto: hacemos nota crédito", "credit_note"
        dialogue.save().action_apply()
        self.assertRecordValues(
            novedad,
            [
                {
                    "state": "answered",
                    "answer": "Es cierto: hacemos nota crédito",
                    "outcome": "credit_note",
                    "answered_by_id": self.manager.id,
                }
            ],
        )
        self.assertFalse(self.actividades(novedad, ANSWER))
        self.assertEqual(self.actividades(novedad, READ).user_id, self.gestor)
        self.assertIn("Es cierto", self.expediente.sudo().message_ids[0].body)
        mails = self.env["mail.mail"].sudo().search([("recipient_ids", "in", self.gestor.partner_id.ids)])
        self.assertIn("Es cierto", mails[:1].body_html)
        novedad.action_close()
        self.assertEqual(novedad.state, "closed")
        self.assertFalse(self.actividades(novedad, READ))

    def test_closing_takes_an_outcome(self):
        novedad = self.novedad()
        novedad.with_user(self.manager).action_answer("Ya se le explicó")
        with self.assertRaisesRegex(UserError, "what came of it"):
            novedad.action_close()
        novedad.action_close("debtor_wrong")
        self.assertEqual(novedad.outcome, "debtor_wrong")
        with self.assertRaisesRegex(UserError, "not cancelled"):
            novedad.action_cancel("x")

    def test_a_poor_answer_is_sent_back_with_a_new_term(self):
        novedad = self.novedad()
        novedad.with_user(self.manager).action_answer("No sé")
        with freeze_time("2026-07-22 15:00"):
            novedad.action_return("Falta la orden de compra")
        self.assertRecordValues(novedad, [{"state": "open", "answer": False, "deadline": date(2026, 7, 29)}])
        self.assertEqual(self.actividades(novedad, ANSWER).date_deadline, date(2026, 7, 29))
        self.assertIn("No sé", "".join(novedad.message_ids.mapped("body")))

    def test_a_new_recipient_gets_it_and_the_former_one_loses_it(self):
        novedad = self.novedad()
        novedad.sent_to = self.seller
        self.assertEqual(self.actividades(novedad, ANSWER).user_id, self.seller)
        self.assertNotIn(self.manager.partner_id, novedad.message_partner_ids)
        novedad.deadline = date(2026, 7, 30)
        self.assertEqual(self.actividades(novedad, ANSWER).date_deadline, date(2026, 7, 30))
        novedad.with_user(self.seller).action_answer("Listo")
        with self.assertRaisesRegex(UserError, "not rewritten"):
            novedad.description = "Otra cosa"

    def test_cancelling_tells_the_recipient_and_leaves_no_activity(self):
        novedad = self.novedad()
        with self.assertRaises(UserError):
            novedad.action_cancel(" ")
        novedad.action_cancel("Pagó")
        self.assertEqual(novedad.state, "cancelled")
        self.assertFalse(novedad.sudo().activity_ids)
        self.assertIn(self.manager.partner_id, novedad.message_ids[0].partner_ids | novedad.message_ids[1].partner_ids)


@tagged("post_install", "-at_install")
class TestRespuestaPorCorreo(NovedadCase):
    def test_a_reply_by_email_is_the_answer_without_what_it_quotes(self):
        novedad = self.novedad()
        body = (
            "Se factur=C3=B3 de m=C3=A1s.\r\nHacemos nota.\r\n\r\n"
            "El mi=C3=A9, 15 jul 2026 a las 10:00, Ana <a@b.co> =\r\n"
            "escribi=C3=B3:\r\n> Hola\r\n> =C2=BFes cierto?\r\n"
        )
        self.correo(novedad, self.manager, body, **{"Content-Transfer-Encoding": "quoted-printable"})
        self.assertRecordValues(
            novedad,
            [
                {
                    "state": "answered",
                    "answer": "Se facturó de más.\nHacemos nota.",
                    "answered_by_id": self.manager.id,
                    "outcome": False,
                }
            ],
        )
        self.assertEqual(self.actividades(novedad, READ).user_id, self.gestor)
        mails = self.env["mail.mail"].sudo().search([("recipient_ids", "in", self.gestor.partner_id.ids)])
        self.assertIn("Hacemos nota", mails[:1].body_html)
        self.correo(novedad, self.manager, "Y algo m=C3=A1s", **{"Content-Transfer-Encoding": "quoted-printable"})
        self.assertEqual(novedad.answer, "Se facturó de más.\nHacemos nota.")

    def test_replies_of_the_common_mail_programs(self):
        for name, body in {
            "gmail": '<div dir="ltr">Sí, es correcto.</div><br><div class="gmail_quote"><div class="gmail_attr">El mié '
            "Ana &lt;a@b.co&gt; escribió:<br></div><blockquote>Pregunta</blockquote></div>",
            "outlook": '<div>Sí, es correcto.</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>De:</b> '
            "Ana</div><div>Pregunta</div>",
            "plain outlook": "<pre>Sí, es correcto.\n\n________________________________\nDe: Ana\nEnviado: lunes\n"
            "Asunto: x\n\nPregunta</pre>",
            "signature": '<p>Sí, es correcto.</p><div class="gmail_signature">Pregunta a mi asistente</div>',
        }.items():
            with self.subTest(name):
                self.assertEqual(texto_de_respuesta(html_sanitize(body)), "Sí, es correcto.")
        self.assertEqual(texto_de_respuesta(""), "")

    def test_what_is_no_answer_leaves_it_waiting(self):
        novedad = self.novedad()
        self.correo(novedad, self.manager, "Estoy de vacaciones", **{"Auto-Submitted": "auto-replied"})
        self.assertEqual(novedad.state, "open")
        self.correo(novedad, self.seller, "Yo creo que no")
        self.assertEqual(novedad.state, "open")
        self.correo(novedad, self.manager, "> Hola\r\n> solo la cita\r\n")
        self.assertEqual(novedad.state, "open")
        novedad.with_user(self.manager).message_post(
            body="para mí", subtype_xmlid="mail.mt_note", message_type="comment"
        )
        self.assertEqual(novedad.state, "open")
        self.correo(novedad, self.manager, "Ahora sí")
        self.assertEqual((novedad.state, novedad.answer), ("answered", "Ahora sí"))

    def test_what_they_say_in_the_chatter_or_marking_it_done_is_the_answer_too(self):
        novedad = self.novedad()
        novedad.with_user(self.manager).message_post(
            body="Ya hablé con ellos", subtype_xmlid="mail.mt_comment", message_type="comment"
        )
        self.assertEqual((novedad.state, novedad.answer), ("answered", "Ya hablé con ellos"))
        novedad = self.novedad()
        activity = self.actividades(novedad, ANSWER).with_user(self.manager)
        activity.action_feedback(feedback="Pagan el viernes")
        novedad.invalidate_recordset()
        self.assertEqual((novedad.state, novedad.answer), ("answered", "Pagan el viernes"))
        novedad = self.novedad()
        self.actividades(novedad, ANSWER).with_user(self.manager).action_feedback()
        self.assertEqual(novedad.state, "open")


@tagged("post_install", "-at_install")
class TestNovedadTarde(NovedadCase):
    def recordar(self):
        with self.enter_registry_test_mode():
            self.env.ref("cartera_cobro.ir_cron_novedad_tarde").sudo().method_direct_trigger()
        self.env.invalidate_all()

    def avisos(self, user, subject):
        return (
            self.env["mail.mail"]
            .sudo()
            .search([("recipient_ids", "in", user.partner_id.ids), ("subject", "like", subject)])
        )

    def test_late_is_the_day_after_the_deadline_and_only_while_open(self):
        novedad = self.novedad()
        Novedad = novedad.browse()
        with freeze_time("2026-07-23 17:00"):
            novedad.invalidate_recordset(["late"])
            self.assertFalse(novedad.late)
            self.assertNotIn(novedad, Novedad.search([("late", "=", True)]))
        with freeze_time("2026-07-24 17:00"):
            novedad.invalidate_recordset(["late"])
            self.assertTrue(novedad.late)
            self.assertIn(novedad, Novedad.search([("late", "=", True)]))
            self.assertNotIn(novedad, Novedad.search([("late", "=", False)]))
            novedad.with_user(self.manager).action_answer("x")
            self.assertFalse(novedad.late)

    def test_the_recipient_is_reminded_once_and_the_coordinator_told_once(self):
        late, soon = self.novedad(), self.novedad(deadline=date(2026, 7, 31))
        with freeze_time("2026-07-24 12:00"):
            self.recordar()
            self.recordar()
        self.assertRecordValues(late | soon, [{"date_reminded": date(2026, 7, 24)}, {"date_reminded": False}])
        self.assertEqual(len(self.avisos(self.manager, "Late:")), 1)
        told = self.avisos(self.tesorero, "without an answer")
        self.assertEqual(len(told), 1)
        self.assertIn(f"/odoo/cartera.novedad/{late.id}", told.body_html)
        # The reminder is answered like the first e-mail.
        self.correo(late, self.manager, "Perd=C3=B3n", **{"Content-Transfer-Encoding": "quoted-printable"})
        self.assertEqual(late.state, "answered")

    def test_it_goes_on_where_it_was_stopped(self):
        novedades = self.Novedad.union(*(self.novedad() for _n in range(5))).sudo()
        Novedad = type(self.Novedad)
        original, calls = Novedad._recordar, []

        def breaks(records):
            calls.append(records)
            if len(calls) > 1:
                raise RuntimeError("the worker was killed")
            return original(records)

        cron = self.env.ref("cartera_cobro.ir_cron_novedad_tarde").sudo()
        cron.code = "model._cron_recordar(batch=2)"
        with freeze_time("2026-07-24 12:00"), mute_logger("odoo.addons.base.models.ir_cron"):
            with patch.object(Novedad, "_recordar", breaks):
                self.recordar()
            self.assertEqual(len(novedades.filtered("date_reminded")), 2)
            self.recordar()
        self.assertEqual(len(novedades.filtered("date_reminded")), 5)
        self.assertEqual(len(self.avisos(self.manager, "Late:")), 5)


@tagged("post_install", "-at_install")
class TestAccesoNovedad(NovedadCase):
    def test_who_reads(self):
        novedad = self.novedad(sent_to=self.seller.id)
        outsider = self.empleado("ajena")
        stranger = self.usuario("auditor", self.setup_other_company()["company"])
        for user, seen in (
            (self.seller, True),
            (self.manager, True),
            (self.gestor, True),
            (self.tesorero, True),
            (self.auditor, True),
            (outsider, False),
            (stranger, False),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(bool(self.Novedad.with_user(user).search([("id", "=", novedad.id)])), seen)
                self.assertEqual(novedad.with_user(user).has_access("read"), seen)
        self.expediente.responsible_id = False
        self.assertFalse(novedad.with_user(self.manager).has_access("read"))

    def test_a_salesperson_without_a_role_reads_what_was_put_in_and_not_the_dossier(self):
        novedad = self.novedad(sent_to=self.seller.id, partida_ids=self.expediente.partida_ids.ids)
        own = novedad.with_user(self.seller)
        view = self.Novedad.with_user(self.seller).get_view(view_type="form")
        self.assertNotIn("expediente_id", view["arch"])
        self.assertNotIn("partida_ids", view["arch"])
        specification = {
            "partner_id": {"fields": {"display_name": {}}},
            "items_text": {},
            "amount": {},
            "description": {},
            "sent_to": {"fields": {"display_name": {}}},
            "asked_by": {"fields": {"display_name": {}}},
        }
        values = own.web_read(specification)[0]
        self.assertEqual(values["partner_id"]["display_name"], "Juana Deudora")
        self.assertIn(self.invoice.name, values["items_text"])
        for field in ("expediente_id", "partida_ids", "gestion_id"):
            with self.assertRaises(AccessError):
                own.read([field])
        with self.assertRaises(AccessError):
            self.expediente.with_user(self.seller).read(["amount_overdue"])
        self.assertEqual(self.actividades(novedad, ANSWER).with_user(self.seller).res_name, novedad.display_name)

    def test_who_answers(self):
        for user, allowed in (
            (self.seller, True),
            (self.tesorero, True),
            (self.gestor, False),
            (self.manager, False),
            (self.auditor, False),
        ):
            with self.subTest(user=user.login):
                novedad = self.novedad(sent_to=self.seller.id)
                if allowed:
                    novedad.with_user(user).action_answer("Sí")
                    self.assertEqual(novedad.answered_by_id, user)
                else:
                    with self.assertRaises(AccessError):
                        novedad.with_user(user).action_answer("Sí")
        with self.assertRaises(AccessError):
            self.novedad(sent_to=self.seller.id).with_user(self.empleado("ajena")).action_answer("Sí")

    def test_nobody_writes_the_answer_or_the_state_by_hand(self):
        novedad = self.novedad(sent_to=self.seller.id)
        for user in (self.gestor, self.tesorero):
            for values in ({"state": "closed"}, {"answer": "Sí"}, {"outcome": "solved"}, {"asked_by": user.id}):
                with self.subTest(user=user.login, values=values), self.assertRaises(UserError):
                    novedad.with_user(user).write(values)
        for user in (self.seller, self.manager, self.auditor):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                novedad.with_user(user).write({"description": "x"})
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                novedad.with_user(user).action_cancel("x")
        with self.assertRaises(UserError):
            novedad.sudo().unlink()

    def test_who_asks(self):
        for role, allowed in (
            ("gestor", True),
            ("ventanilla", True),
            ("abogado", True),
            ("tesorero", True),
            ("responsable", False),
            ("analista", False),
            ("auditor", False),
            ("director", False),
        ):
            user = getattr(self, role, None) or (self.manager if role == "responsable" else self.usuario(role))
            with self.subTest(role=role):
                if allowed:
                    self.assertEqual(self.novedad(user).asked_by, user)
                else:
                    with self.assertRaises(AccessError):
                        self.novedad(user)
        with self.assertRaises(AccessError):
            self.novedad(self.gestor, asked_by=self.tesorero.id)
        with self.assertRaises(AccessError):
            self.novedad(self.seller)

    def test_the_officer_of_the_dossier_follows_what_the_counter_asked(self):
        novedad = self.novedad(self.usuario("ventanilla"))
        self.assertFalse(novedad.with_user(self.gestor).has_access("write"))
        self.expediente.user_id = self.gestor
        self.assertTrue(novedad.with_user(self.gestor).has_access("write"))

    def test_who_speaks_on_a_dossier(self):
        """The account responsible on their customers', the auditor nowhere, not even following it."""
        strange = self.factura(9, partner=self.debtor.copy({"name": "Otra"})).sudo().cartera_expediente_id
        own = self.expediente.with_user(self.manager)
        own.message_post(body="Hablé con ellos", subtype_xmlid="mail.mt_comment", message_type="comment")
        self.assertEqual(self.expediente.message_ids[0].author_id, self.manager.partner_id)
        own.activity_schedule("mail.mail_activity_data_todo", user_id=self.manager.id)
        self.assertFalse(own.has_access("write"))
        with self.assertRaises(AccessError):
            own.hold_note = "x"
        with self.assertRaises(AccessError):
            strange.with_user(self.manager).message_post(body="x")
        seen = self.expediente.with_user(self.auditor)
        seen.message_subscribe(self.auditor.partner_id.ids)
        self.expediente.responsible_id = self.auditor
        for speak in (
            lambda: seen.message_post(body="x"),
            lambda: seen.message_post(body="x", subtype_xmlid="mail.mt_comment", message_type="comment"),
            lambda: seen.activity_schedule("mail.mail_activity_data_todo", user_id=self.auditor.id),
            lambda: (
                self.env["mail.message"]
                .with_user(self.auditor)
                .create({"model": "cartera.expediente", "res_id": seen.id, "body": "x"})
            ),
        ):
            with self.assertRaises(AccessError):
                speak()
        # Elsewhere they speak as anybody does.
        channel = self.env["discuss.channel"].with_user(self.auditor).create({"name": "Auditoría"})
        self.assertTrue(channel.message_post(body="x", message_type="comment"))

    def test_the_composer_shows_to_who_may_speak(self):
        operation = "_mail_get_operation_for_mail_message_operation"
        for user, expected in ((self.manager, "read"), (self.auditor, "write"), (self.gestor, "write")):
            record = self.expediente.with_user(user).sudo()
            self.assertEqual(getattr(record, operation)("create")[record], expected)
            self.assertEqual(getattr(record, operation)("write")[record], "write")
        novedad = self.novedad(sent_to=self.seller.id)
        for user, expected in ((self.seller, "read"), (self.gestor, "read"), (self.auditor, "write")):
            record = novedad.with_user(user).sudo()
            self.assertEqual(getattr(record, operation)("create")[record], expected)

    def test_counts_cost_the_same_for_many_dossiers_and_invoices(self):
        partners = self.env["res.partner"].create([{"name": f"P{n}"} for n in range(8)])
        moves = self.env["account.move"].union(*(self.factura(20, partner=p) for p in partners))
        dossiers = moves.sudo().cartera_expediente_id
        for dossier in dossiers:
            self.novedad(expediente_id=dossier.id, sent_to=self.seller.id, partida_ids=dossier.partida_ids.ids)
        self.env.flush_all()
        for records, field in ((dossiers, "novedad_count"), (moves.sudo(), "cartera_novedad_count")):
            records = records.browse(records.ids)
            costs = []
            for some in (records[:1], records):
                self.env.invalidate_all()
                some.mapped("display_name")
                start = self.env.cr.sql_log_count
                self.assertEqual(sum(some.mapped(field)), len(some))
                costs.append(self.env.cr.sql_log_count - start)
            self.assertEqual(costs[0], costs[1], field)
