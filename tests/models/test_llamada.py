"""The calling queue: who comes next, in whose hands, and why nobody."""

from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo import api, fields
from odoo.addons.cartera_cobro.models.cartera_cola import Cola
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from .test_gestion import MARTES_14_JULIO, GestionCase


@tagged("post_install", "-at_install")
class TestCola(GestionCase):
    """Now is Wednesday 15 July 2026, noon in Bogota."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = cls.usuario("gestor")
        cls.Llamada = cls.env["cartera.llamada"]
        cls.second = cls.otro("Segundo", 20)

    @classmethod
    def otro(cls, name, days=60, phone="+57 310 555 0199", channels=("call", "sms"), **extra):
        """The overdue dossier of another debtor who may be called."""
        partner = cls.debtor.copy({"name": name, "phone": phone})
        cls.factura(days, partner=partner)
        cls.autorizar(partner, *channels)
        expediente = cls.Expediente.search([("partner_id", "=", partner.id)])
        expediente.write(extra)
        return expediente

    def tomar(self, user=None):
        user = user or self.officer
        env = self.env(user=user, su=False, context={"allowed_company_ids": self.company.ids})
        return env["cartera.llamada"]._tomar(Cola(env, self.company, user))

    def siguiente(self, user=None):
        return self.Llamada.with_user(user or self.officer).sudo(False).action_siguiente()

    def vaciar(self):
        """Take every debtor out of the officer's reach but those of the test."""
        (self.expediente | self.second).user_id = self.env.ref("base.user_admin")

    def motivos(self, user=None):
        user = user or self.officer
        return Cola(self.env, self.company, user).motivos()

    def test_the_best_score_comes_first_and_stays_in_its_officers_hands(self):
        turn = self.tomar()
        self.assertEqual(turn.expediente_id, self.expediente)
        self.assertEqual(turn.date_until - turn.date, timedelta(minutes=15))
        self.assertEqual(self.tomar(), turn)
        colleague = self.tomar(self.usuario("tesorero"))
        self.assertEqual(colleague.expediente_id, self.second)
        self.assertFalse(self.tomar(self.usuario("admin")))

    def test_a_turn_that_ran_out_is_free_again(self):
        self.politica.call_minutes = 5
        turn = self.tomar()
        with freeze_time("2026-07-15 17:06:00"):
            taken = self.tomar(self.usuario("tesorero"))
        self.assertEqual(taken.expediente_id, self.expediente)
        self.assertRecordValues(turn, [{"state": "released", "date_ended": turn.date_until}])

    def test_officers_call_their_own_and_the_unassigned_the_coordinator_anybodys(self):
        self.vaciar()
        self.assertFalse(self.tomar())
        self.assertEqual(self.tomar(self.usuario("tesorero")).expediente_id, self.expediente)

    def test_who_is_left_out(self):
        self.vaciar()
        paid = self.otro("Ya pagó")
        self.pagar(paid.partida_ids.move_id)
        self.otro("En espera", hold_reason="insolvency")
        claimed = self.otro("Reclama")
        claimed.partida_ids.move_id.no_followup = True
        legal = self.otro("En juicio")
        self.env["cartera.etapa.mover"].with_user(self.usuario("tesorero")).with_context(
            active_model="cartera.expediente", active_ids=legal.ids
        ).create({"etapa_id": self.etapa("JUR").id, "note": "Demanda", "evidence_note": "Carpeta 7"}).action_apply()
        self.assertEqual(self.motivos()[0], {})
        self.otro("Sin teléfono", phone=False)
        self.otro("No autorizó", channels=("sms",))
        self.assertFalse(self.tomar())
        self.assertEqual(self.motivos(), ({"phone": 1, "consent": 1}, None))
        exempt = self.otro("Empresa exenta", channels=())
        exempt.partner_id.sudo().cartera_contact_exempt = True
        self.assertEqual(self.tomar().expediente_id, exempt)

    def test_an_attempt_rests_as_long_as_the_policy_spaces_attempts(self):
        self.vaciar()
        self.expediente.user_id = self.officer
        self.gestion("no_answer", date=datetime(2026, 7, 15, 15))
        self.assertFalse(self.tomar())
        self.assertEqual(self.motivos(), ({"resting": 1}, datetime(2026, 7, 15, 19)))
        with freeze_time("2026-07-15 19:00:01"):
            self.assertEqual(self.tomar().expediente_id, self.expediente)

    def test_what_is_promised_is_not_called_until_its_day_has_passed(self):
        self.vaciar()
        self.expediente.user_id = self.officer
        self.gestion("promise", promise_date="2026-07-20", promise_amount=10)
        self.assertFalse(self.tomar())
        self.assertEqual(self.motivos()[0], {"waiting": 1})
        with freeze_time("2026-07-21 15:00"):
            self.assertTrue(self.tomar())

    def test_what_was_agreed_is_awaited_unless_something_falls_due_before(self):
        self.vaciar()
        self.expediente.user_id = self.officer
        self.gestion("callback", next_date="2026-07-20")
        self.assertFalse(self.tomar())
        self.assertEqual(self.motivos()[0], {"waiting": 1})
        self.expediente.activity_schedule("mail.mail_activity_data_call", date_deadline="2026-07-15")
        self.assertTrue(self.tomar())

    def test_the_guard_has_the_last_word_and_says_until_when(self):
        self.vaciar()
        self.expediente.user_id = self.officer
        self.gestion("talked", channel="whatsapp", next_step="none")
        self.assertFalse(self.tomar())
        reasons, back = self.motivos()
        self.assertEqual((reasons, back), ({"guard": 1}, datetime(2026, 7, 21, 12)))

    def test_out_of_hours_nobody_but_who_authorised_it_in_its_own_instrument(self):
        with freeze_time("2026-07-20 15:00"):  # Independence day
            self.assertFalse(self.tomar())
            self.assertEqual(self.motivos(), ({"closed": 2}, datetime(2026, 7, 21, 12)))
            self.autorizar(self.second.partner_id, "off_hours", evidence=b"Zg==")
            self.assertEqual(self.tomar().expediente_id, self.second)

    def test_the_screen_says_plainly_when_nobody_may_be_called(self):
        with freeze_time("2026-07-18 21:00"):  # Saturday, four in the afternoon; Monday is a holiday
            action = self.siguiente()
            pausa = self.env[action["res_model"]].with_user(self.officer).browse(action["res_id"])
            self.assertIn("July", pausa.next_time)
            self.assertIn("21", pausa.next_time)
            self.assertEqual(pausa.reasons, "2: outside the days and hours of collection")
        self.vaciar()
        action = self.siguiente()
        pausa = self.env[action["res_model"]].with_user(self.officer).browse(action["res_id"])
        self.assertFalse(pausa.next_time)
        self.assertIn("None of your dossiers", pausa.reasons)

    def test_one_press_records_the_result_and_brings_the_next_debtor(self):
        turn = self.tomar()
        action = turn.with_context(cartera_result="no_answer").action_result()
        self.assertRecordValues(turn, [{"state": "logged", "result": "no_answer"}])
        self.assertRecordValues(
            turn.gestion_id, [{"channel": "call", "verdict": "OK", "round": 1, "user_id": self.officer.id}]
        )
        following = self.Llamada.browse(action["res_id"])
        self.assertEqual((following.expediente_id, following.state), (self.second, "open"))
        self.assertEqual(following.with_user(self.officer).logged_today, 1)
        with self.assertRaisesRegex(UserError, "over"):
            turn.with_context(cartera_result="no_answer").action_result()

    def test_what_needs_more_opens_its_dialogue_prefilled_and_goes_on_from_there(self):
        turn = self.tomar()
        action = turn.with_context(cartera_result="promise").action_result()
        self.assertEqual(turn.state, "open")
        context = action["context"]
        self.assertEqual((context["default_result"], context["default_promise_amount"]), ("promise", 1000.0))
        values = {"promise_date": "2026-07-30"}
        gestion = self.env["cartera.gestion"].with_user(self.officer).with_context(**context).create(values)
        self.assertEqual((turn.state, turn.gestion_id), ("logged", gestion))
        following = gestion.action_record()
        self.assertEqual(self.Llamada.browse(following["res_id"]).expediente_id, self.second)

    def test_what_a_message_sends_by_itself_or_somebody_else_records_leaves_the_turn_open(self):
        turn = self.tomar()
        message = self.env["cartera.comunicacion"].sudo().create(
            {"expediente_id": turn.expediente_id.id, "user_id": self.officer.id, "channel": "sms",
             "template_id": self.env.ref("cartera_cobro.plantilla_recordatorio").id}
        )  # fmt: skip
        for direction, result in (("out", "sent"), ("in", "delivered")):
            values = {"comunicacion_id": message.id, "channel": "sms", "direction": direction}
            self.gestion(result, date=fields.Datetime.now(), user_id=self.officer.id, **values)
        other = self.usuario("tesorero")
        rows = [
            {"expediente_id": turn.expediente_id.id, "user_id": other.id, "direction": "in", "result": "voicemail"},
            {"expediente_id": self.second.id, "user_id": self.officer.id, "direction": "in", "result": "voicemail"},
        ]
        self.env["cartera.gestion"].sudo().create(rows)
        self.assertEqual(turn.state, "open")
        turn.with_context(cartera_result="no_answer").action_result()
        self.assertEqual(turn.state, "logged")

    def test_a_skip_takes_its_reason_and_lasts_the_day(self):
        turn = self.tomar()
        with self.assertRaisesRegex(UserError, "why"):
            turn.action_skip("  ")
        wizard = self.env["cartera.llamada.saltar"].with_user(self.officer).with_context(active_id=turn.id)
        action = wizard.create({"reason": "Línea dañada"}).action_apply()
        self.assertRecordValues(turn, [{"state": "skipped", "skip_reason": "Línea dañada"}])
        self.assertEqual(self.Llamada.browse(action["res_id"]).expediente_id, self.second)
        self.assertEqual(self.motivos()[0], {"skipped": 1, "taken": 1})
        with freeze_time("2026-07-16 15:00"):
            self.assertEqual(self.tomar().expediente_id, self.expediente)

    def test_giving_back(self):
        turn = self.tomar()
        boss = self.usuario("tesorero")
        with self.assertRaises(AccessError):
            turn.with_user(self.usuario("auditor")).action_release()
        turn.with_user(boss).action_release()
        self.assertEqual(self.tomar(boss).expediente_id, self.expediente)
        with self.assertRaises(AccessError):
            self.tomar().with_user(boss).with_context(cartera_result="talked").action_result()

    def test_who_works_the_queue(self):
        for role in ("ventanilla", "auditor", "abogado"):
            with self.assertRaises(AccessError):
                self.siguiente(self.usuario(role))
        turn = self.tomar()
        for change in (lambda: turn.write({"state": "released"}), lambda: turn.copy(), turn.unlink):
            with self.assertRaises(AccessError):
                change()

    def test_the_phone_that_works_best(self):
        person = (
            self.env["cartera.vinculado"]
            .sudo()
            .create(
                {
                    "expediente_id": self.expediente.id,
                    "name": "Juana",
                    "role": "debtor",
                    "medio_ids": [(0, 0, {"kind": "phone", "value": number}) for number in ("300 111", "300 222")],
                }
            )
        )
        bad, good = person.medio_ids
        turn = self.tomar()
        bad._usado(False)
        turn.invalidate_recordset()
        self.assertEqual((turn.phone, turn.medio_id), ("300 222", good))
        self.assertEqual(turn.other_phones, "300 111, +57 310 555 0101")
        good._usado(False)
        turn.invalidate_recordset()
        self.assertEqual((turn.phone, turn.medio_id.id), ("+57 310 555 0101", False))

    def test_dossiers_that_are_joined_end_with_one_turn_at_most(self):
        turn, other = self.tomar(), self.tomar(self.usuario("tesorero"))
        other.expediente_id.sudo()._fusionar(self.expediente)
        self.assertEqual(turn.state, "open")
        self.assertRecordValues(other, [{"state": "released", "expediente_id": self.expediente.id}])

    def test_a_long_queue_is_judged_in_batches_with_few_queries(self):
        others = [self.otro(f"P{n}", days=5) for n in range(60)]
        # Spoken to this week through another channel, with nothing agreed: only the guard knows.
        for expediente in (self.expediente, self.second, *others[:59]):
            self.gestion("talked", expediente_id=expediente.id, channel="sms", next_step="none")
        self.env.flush_all()
        self.officer.has_group("base.group_user")
        self.tomar().action_release()
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(36):
            turn = self.tomar()
        self.assertEqual(turn.expediente_id, others[59])
        self.assertEqual(self.motivos(self.usuario("tesorero"))[0], {"guard": 61, "taken": 1})

    def test_results_by_hour_are_of_colombia(self):
        self.gestion("talked", date=datetime(2026, 7, 7, 13, 30), channel="sms")
        self.gestion("no_answer", date=datetime(2026, 7, 6, 13, 5))
        self.gestion("no_answer", date=MARTES_14_JULIO)
        groups = self.Gestion._read_group(
            [("expediente_id", "=", self.expediente.id)], ["hour"], ["answered:avg", "__count"], order="hour"
        )
        self.assertEqual(groups, [("08", 50.0, 2), ("10", 0.0, 1)])


@tagged("post_install", "-at_install")
class TestDosGestores(TransactionCase):
    """Two officers press Next at the same instant, each in a transaction of their own, on committed data."""

    def setUp(self):
        super().setUp()
        self.cr_setup = self.registry.cursor()
        self.addCleanup(self.limpiar)
        env = api.Environment(self.cr_setup, api.SUPERUSER_ID, {})
        self.created = []
        self.empresa = self.crear(env["res.company"], {"name": "Dos gestores"})
        politica = env.ref("cartera_cobro.politica_servicios")
        self.empresa.cartera_politica_id = politica
        partners = self.crear(
            env["res.partner"],
            *[{"name": f"Deudor {n}", "phone": f"310555000{n}", "cartera_contact_exempt": True} for n in range(2)],
        )
        dossiers = self.crear(
            env["cartera.expediente"], *[{"partner_id": p.id, "company_id": self.empresa.id} for p in partners]
        )
        self.users = self.crear(
            env["res.users"].with_context(no_reset_password=True),
            *[
                {
                    "name": f"Gestor {n}",
                    "login": f"dos_gestores_{n}",
                    "company_id": self.empresa.id,
                    "company_ids": [(6, 0, self.empresa.ids)],
                    "group_ids": [(6, 0, env.ref("cartera_cobro.group_cartera_gestor").ids)],
                }
                for n in range(2)
            ],
        )
        env.flush_all()
        self.endeudar(dossiers)
        self.cr_setup.commit()

    def crear(self, model, *vals_list):
        records = model.create(list(vals_list))
        self.created.append(records)
        return records

    def endeudar(self, dossiers):
        """An overdue item each, in SQL: what the queue reads of the ledger's own."""
        for dossier in dossiers:
            self.cr_setup.execute(
                """INSERT INTO cartera_partida
                          (company_id, expediente_id, partner_id, date_due, amount_residual, is_open)
                   VALUES (%s, %s, %s, '2026-06-01', 100, TRUE)""",
                [self.empresa.id, dossier.id, dossier.partner_id.id],
            )
        self.cr_setup.execute(
            "UPDATE cartera_expediente SET amount_overdue = 100, priority_score = 100 - id %% 2 WHERE id = ANY(%s)",
            [dossiers.ids],
        )

    def limpiar(self):
        cr = self.cr_setup
        cr.rollback()
        company = self.empresa.id
        for table in ("cartera_llamada", "cartera_partida", "cartera_expediente"):
            cr.execute(f"DELETE FROM {table} WHERE company_id = %s", [company])
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        people = self.users.with_env(env)
        partners = people.partner_id | self.empresa.with_env(env).partner_id
        people.unlink()
        self.empresa.with_env(env).unlink()
        for records in self.created:
            if records._name == "res.partner":
                partners |= records.with_env(env)
        partners.exists().unlink()
        cr.commit()
        cr.close()

    def cola(self, cr, user):
        env = api.Environment(cr, user.id, {"allowed_company_ids": self.empresa.ids})
        return env["cartera.llamada"], Cola(env, env["res.company"].browse(self.empresa.id), env.user)

    def test_they_never_get_the_same_debtor(self):
        with self.registry.cursor() as one, self.registry.cursor() as two:
            # Both transactions have read before either takes: neither sees what the other does.
            for cr in (one, two):
                cr.execute("SELECT 1 FROM cartera_expediente LIMIT 1")
            model, cola = self.cola(one, self.users[0])
            first = model._tomar(cola)
            model, cola = self.cola(two, self.users[1])
            second = model._tomar(cola)  # the first one's is locked: skipped
            self.assertTrue(first and second)
            self.assertNotEqual(first.expediente_id.id, second.expediente_id.id)
            two.rollback()
            two.execute("SELECT 1 FROM cartera_expediente LIMIT 1")
            one.commit()
            model, cola = self.cola(two, self.users[1])
            second = model._tomar(cola)  # the lock is gone, but not the turn
            self.assertNotEqual(first.expediente_id.id, second.expediente_id.id)
            two.commit()
            self.assertFalse(model.search_count([("state", "=", "open"), ("company_id", "=", self.empresa.id)]) - 2)
