"""The log of contacts and the guard of Ley 2300 over it."""

from datetime import date, datetime, timedelta

from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import HOY, CarteraCase

# Instants in UTC; Bogota is five hours earlier.
JUEVES_9_JULIO = datetime(2026, 7, 9, 15)
LUNES_13_JULIO = datetime(2026, 7, 13, 15)  # the holiday of 9 July, moved (Ley 2578/2026)
SABADO_1459 = datetime(2026, 7, 11, 19, 59)
SABADO_1500 = datetime(2026, 7, 11, 20)
MARTES_14_JULIO = datetime(2026, 7, 14, 15)


class GestionCase(CarteraCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Gestion = cls.env["cartera.gestion"].sudo()
        cls.debtor.phone = "+57 310 555 0101"
        cls.factura(60)
        cls.expediente = cls.Expediente.search([("partner_id", "=", cls.debtor.id)])
        cls.autorizar(cls.debtor, "call", "sms", "email", "whatsapp")

    @classmethod
    def autorizar(cls, partner, *channels, **extra):
        return (
            cls.env["cartera.autorizacion"]
            .sudo()
            .create(
                [
                    {"partner_id": partner.id, "channel": c, "date_from": "2026-01-01", "source": "Contrato", **extra}
                    for c in channels
                ]
            )
        )

    @classmethod
    def gestion(cls, result="no_answer", date=MARTES_14_JULIO, user=None, **extra):
        values = {"expediente_id": cls.expediente.id, "channel": "call", "date": date, "result": result, **extra}
        return cls.Gestion.with_user(user or cls.env.user).sudo(not user).create(values)

    def check(self, channel="call", at=MARTES_14_JULIO, **extra):
        partner = self.debtor.sudo().with_company(self.company)
        return partner.cartera_check_contact(channel, at, **extra)


@tagged("post_install", "-at_install")
class TestGuardia(GestionCase):
    def assertVerdict(self, reason, *args, **extra):
        verdict = self.check(*args, **extra)
        self.assertEqual((verdict["reason"], verdict["allowed"]), (reason, reason == "OK"))
        return verdict

    def test_days_and_hours(self):
        for at, reason in (
            (JUEVES_9_JULIO, "OK"),
            (LUNES_13_JULIO, "HOLIDAY"),
            (SABADO_1459, "OK"),
            (SABADO_1500, "WINDOW"),
            (datetime(2026, 7, 12, 15), "SUNDAY"),
        ):
            with self.subTest(at=at):
                self.assertVerdict(reason, at=at)

    def test_next_instant_is_naive_utc_and_jumps_the_holiday(self):
        verdict = self.assertVerdict("WINDOW", at=SABADO_1500)
        self.assertEqual(verdict["next_allowed"], datetime(2026, 7, 14, 12))

    def test_what_was_not_authorised_is_refused_and_a_withdrawal_counts_from_its_day(self):
        self.assertVerdict("NO_CONSENT", "letter")
        given = self.debtor.sudo().cartera_autorizacion_ids.filtered(lambda a: a.channel == "call")
        with freeze_time("2026-07-14 15:00"):
            given.action_withdraw()
        self.assertVerdict("NO_CONSENT")
        self.assertVerdict("OK", at=JUEVES_9_JULIO)

    def test_what_another_company_was_authorised_does_not_serve(self):
        stranger = self.debtor.sudo().copy({"name": "Otra"})
        other = self.env["res.company"].sudo().create({"name": "Otra empresa"})
        self.autorizar(stranger, "call", company_id=other.id)
        verdict = stranger.with_company(self.company).cartera_check_contact("call", MARTES_14_JULIO)
        self.assertEqual(verdict["reason"], "NO_CONSENT")

    def test_other_hours_take_an_instrument_of_their_own(self):
        with self.assertRaises(ValidationError):
            self.autorizar(self.debtor, "off_hours")
        self.autorizar(self.debtor, "off_hours", evidence=b"Zg==")
        self.assertVerdict("OK", at=datetime(2026, 7, 12, 4))

    def test_blacklists_of_odoo_take_the_channel_away(self):
        self.debtor.email = "juana@example.com"
        self.assertVerdict("OK", "email")
        self.env["mail.blacklist"].sudo()._add("juana@example.com")
        self.assertVerdict("NO_CONSENT", "email")
        self.assertVerdict("OK")
        self.env["phone.blacklist"].sudo().add(self.debtor.sudo().phone_sanitized)
        for channel in ("call", "sms", "whatsapp"):
            self.assertVerdict("NO_CONSENT", channel)

    def test_contacts_of_the_person_count_whatever_the_company_and_the_record(self):
        twin = self.debtor.sudo().copy({"name": "Juana otra vez"})
        (self.debtor | twin).write({"vat": "52123456"})
        self.autorizar(twin, "call", "sms")
        self.factura(30, partner=twin)
        dossier = self.Expediente.search([("partner_id", "=", twin.id)])
        self.gestion("talked", expediente_id=dossier.id)
        self.assertVerdict("ONCE_PER_DAY", at=MARTES_14_JULIO + timedelta(hours=2))
        self.assertVerdict("OTHER_CHANNEL_WEEK", "whatsapp", at=MARTES_14_JULIO + timedelta(days=1))
        self.assertVerdict("OK", at=MARTES_14_JULIO + timedelta(days=1))

    def test_what_stands_for_no_identification_makes_nobody_the_same_person(self):
        twin = self.debtor.sudo().copy({"name": "Otro arrendatario"})
        self.factura(30, partner=twin)
        dossier = self.Expediente.search([("partner_id", "=", twin.id)])
        self.autorizar(twin, "call")
        self.gestion("talked", expediente_id=dossier.id)
        for vat in ("/", "-", "222222222222", "222222222222-7", "22.222.222"):
            (self.debtor | twin).with_context(no_vat_validation=True).write({"vat": vat})
            same = vat == "22.222.222"
            with self.subTest(vat=vat):
                self.assertVerdict("ONCE_PER_DAY" if same else "OK", at=MARTES_14_JULIO + timedelta(hours=2))

    def test_an_attempt_is_no_contact_and_an_annulled_one_never_was(self):
        self.gestion("no_answer")
        self.assertVerdict("OK", "sms", at=MARTES_14_JULIO + timedelta(hours=2))
        talked = self.gestion("talked", date=MARTES_14_JULIO + timedelta(hours=3))
        later = MARTES_14_JULIO + timedelta(hours=5)
        self.assertVerdict("ONCE_PER_DAY", at=later)
        talked.action_annul("Era otra persona")
        self.assertVerdict("OK", at=later)

    def test_holds_exemptions_references_and_purposes(self):
        self.expediente.write({"hold_reason": "insolvency"})
        self.assertVerdict("BLOCKED")
        self.assertVerdict("OK", purpose="legal")
        self.expediente.write({"hold_reason": False})
        self.assertVerdict("REFERENCE", role="reference")
        self.debtor.sudo().cartera_contact_exempt = True
        self.assertVerdict("OK", "letter", at=LUNES_13_JULIO)

    def test_a_company_adds_its_own_holidays_and_hours(self):
        self.env["cartera.festivo"].sudo().create(
            {"name": "Día cívico", "date": "2026-07-14", "company_id": self.company.id}
        )
        self.assertVerdict("HOLIDAY")
        self.politica.contact_week_from = 8
        self.assertVerdict("WINDOW", at=datetime(2026, 7, 15, 12, 30))

    def test_the_strict_reading_is_one_contact_a_week(self):
        self.gestion("talked")
        wednesday = MARTES_14_JULIO + timedelta(days=1)
        self.assertVerdict("OK", at=wednesday)
        self.politica.contact_strict = True
        self.assertVerdict("OTHER_CHANNEL_WEEK", at=wednesday)

    def test_who_may_ask(self):
        portal = new_test_user(self.env, login="portal_guardia", groups="base.group_portal")
        with self.assertRaises(AccessError):
            portal.partner_id.with_user(portal).cartera_check_contact("call")
        with self.assertRaises(ValueError):
            self.check("telegram")

    def test_many_persons_cost_the_queries_of_one(self):
        from odoo.addons.cartera_cobro.models.cartera_contacto import Caso, Guardia

        partners = self.env["res.partner"].sudo().create([{"name": f"P{n}"} for n in range(40)])
        casos = [Caso(partner, MARTES_14_JULIO, "call") for partner in partners]
        self.env.flush_all()
        Guardia(self.env, self.company).juzgar(casos[:1])
        with self.assertQueryCount(9):
            Guardia(self.env, self.company).juzgar(casos)


@tagged("post_install", "-at_install")
class TestGestion(GestionCase):
    def test_a_contact_is_kept_as_it_was(self):
        gestion = self.gestion("promise", promise_date=HOY, promise_amount=500)
        self.assertRecordValues(
            gestion,
            [
                {
                    "direct": True,
                    "intends_to_pay": "yes",
                    "verdict": "OK",
                    "unlawful": False,
                    "role": "debtor",
                    "address": "+57 310 555 0101",
                    "day": date(2026, 7, 14),
                    "amount_overdue": 1000.0,
                    "next_step": "promise",
                    "next_date": HOY,
                }
            ],
        )
        for change in (lambda: gestion.write({"note": "x"}), gestion.unlink):
            with self.assertRaises(UserError):
                change()
        self.pagar(self.expediente.partida_ids.move_id)
        self.assertEqual(gestion.amount_overdue, 1000.0)

    def test_it_is_named_by_its_channel_and_when(self):
        gestion = self.gestion().with_context(lang="en_US")
        self.assertEqual(gestion.display_name, "Call, 14 Jul, 10:00")

    def test_what_the_law_refuses_is_recorded_only_with_a_coordinators_reason(self):
        officer, treasurer = self.usuario("gestor"), self.usuario("tesorero")
        with self.assertRaisesRegex(UserError, "holidays"):
            self.gestion(date=LUNES_13_JULIO, user=officer)
        with self.assertRaises(AccessError):
            self.gestion(date=LUNES_13_JULIO, user=officer, override_reason="Insistió")
        gestion = self.gestion(date=LUNES_13_JULIO, user=treasurer, override_reason="Devolvimos su llamada")
        self.assertRecordValues(gestion, [{"verdict": "HOLIDAY", "unlawful": True}])
        self.assertFalse(self.gestion(date=LUNES_13_JULIO, user=officer, direction="in", result="talked").unlawful)

    def test_an_agency_log_is_recorded_whatever_the_law_said_and_counts(self):
        agency = self.env["res.partner"].create({"name": "Casa de cobranza"})
        gestion = self.gestion("talked", date=LUNES_13_JULIO, agency_id=agency.id, external_ref="77")
        self.assertTrue(gestion.unlawful)
        self.assertEqual(self.check(at=LUNES_13_JULIO + timedelta(hours=1))["reason"], "HOLIDAY")
        self.assertEqual(self.check("sms", at=MARTES_14_JULIO)["reason"], "OTHER_CHANNEL_WEEK")
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.gestion("talked", agency_id=agency.id, external_ref="77")

    def test_attempts_are_numbered_by_the_policys_channels_and_spacing(self):
        self.politica.etapa_ids.filtered(lambda e: e.kind == "legal").attempts_min = 3
        start = datetime(2026, 7, 6, 13)
        made = [self.gestion(date=start + timedelta(hours=h)) for h in (0, 1, 5)]
        made += [self.gestion(date=start + timedelta(days=1), channel="whatsapp")]
        made += [self.gestion(date=start + timedelta(days=d)) for d in (2, 3)]
        self.assertEqual([(g.round, g.attempt_no) for g in made], [(1, 1), (0, 0), (1, 2), (0, 0), (1, 3), (2, 1)])
        self.assertEqual(self.expediente.attempts_text, "round 1: 3, round 2: 1")

    def intentos(self):
        """[(round, attempt)] of the living contacts, in the order in which they were made."""
        made = self.Gestion.sudo().search([("expediente_id", "=", self.expediente.id), ("date_annulled", "=", False)])
        return [(g.round, g.attempt_no) for g in made.sorted("date")]

    def test_what_is_recorded_late_is_numbered_where_it_was_made(self):
        self.politica.etapa_ids.filtered(lambda e: e.kind == "legal").attempts_min = 3
        start = datetime(2026, 7, 6, 13)
        self.gestion("sent", date=start + timedelta(days=4), channel="sms")
        agency = [{"expediente_id": self.expediente.id, "channel": "call", "date": start + timedelta(days=d),
                   "result": "no_answer", "agency_id": self.debtor.id} for d in (0, 1, 2)]  # fmt: skip
        self.Gestion.sudo().create(agency)
        self.assertEqual(self.intentos(), [(1, 1), (1, 2), (1, 3), (2, 1)])
        self.gestion(date=start + timedelta(days=4, hours=-1))
        self.assertEqual(self.intentos()[-2:], [(2, 1), (0, 0)], "too soon after one counts as none")

    def test_an_attempt_annulled_leaves_a_round_that_can_be_completed(self):
        self.politica.etapa_ids.filtered(lambda e: e.kind == "legal").attempts_min = 3
        start = datetime(2026, 7, 6, 13)
        made = [self.gestion(date=start + timedelta(days=d)) for d in range(3)]
        made[1].action_annul("Otro deudor")
        self.assertEqual(self.intentos(), [(1, 1), (1, 2)])
        self.gestion(date=start + timedelta(days=3))
        self.gestion(date=start + timedelta(days=4))
        self.assertEqual(self.intentos(), [(1, 1), (1, 2), (1, 3), (2, 1)])
        made[1].invalidate_recordset()
        self.assertEqual((made[1].round, made[1].attempt_no), (1, 2), "it keeps what it was")

    def test_nobody_writes_what_the_log_finds_out(self):
        officer, counter = self.usuario("gestor"), self.usuario("ventanilla")
        values = {"direction": "in", "channel": "in_person"}
        for written in (
            {"round": 1, "attempt_no": 1},
            {"verdict": "OK"},
            {"user_id": officer.id},
            {"date_annulled": MARTES_14_JULIO},
            {"amount_overdue": 5.0},
        ):
            with self.subTest(written=written), self.assertRaises(AccessError):
                self.gestion("talked", user=counter, **values, **written)
        defaults = {"default_round": 2, "default_user_id": officer.id, "default_note": "Vino"}
        sly = self.Gestion.with_user(counter).sudo(False).with_context(**defaults)
        made = sly.create({"expediente_id": self.expediente.id, "result": "talked", "date": MARTES_14_JULIO, **values})
        self.assertRecordValues(made, [{"round": 0, "user_id": counter.id, "note": "Vino"}])
        self.assertTrue(self.gestion("talked", user=counter, user_id=counter.id, **values))

    def test_who_owes_nothing_yet_is_not_attempted(self):
        self.pagar(self.expediente.partida_ids.move_id)
        self.factura(-10)
        self.assertEqual(self.gestion("talked").round, 0)

    def test_many_contacts_recorded_at_once_are_judged_and_numbered_in_order(self):
        start = datetime(2026, 7, 6, 13)
        values = [
            {
                "expediente_id": self.expediente.id,
                "channel": "call",
                "date": start + timedelta(days=d),
                "result": "talked",
                "agency_id": self.debtor.id,
            }
            for d in (2, 0, 1)
        ]
        made = self.Gestion.create(values + [dict(values[0], date=start + timedelta(days=2, hours=1))])
        self.assertEqual(made.mapped("verdict"), ["OK", "OK", "OK", "ONCE_PER_DAY"])
        self.assertEqual(made.mapped("round"), [3, 1, 2, 0])

    def test_a_result_leads_to_its_next_step_on_an_allowed_day(self):
        with freeze_time("2026-07-10 15:00"):  # a Friday before the holiday's Monday
            gestion = self.gestion("callback", date=datetime(2026, 7, 10, 14))
        self.assertEqual(gestion.next_date, date(2026, 7, 11))
        with freeze_time("2026-07-11 19:30"):
            gestion = self.gestion("no_answer", date=datetime(2026, 7, 11, 19))
        self.assertEqual(gestion.next_date, date(2026, 7, 14))
        activity = self.expediente.activity_ids.filtered(lambda a: a.date_deadline == date(2026, 7, 14))
        self.assertEqual(activity.activity_type_id, self.env.ref("mail.mail_activity_data_call"))

    def test_recording_what_was_planned_completes_the_activity(self):
        officer = self.usuario("gestor")
        activity = self.expediente.activity_schedule("mail.mail_activity_data_call", user_id=officer.id)
        action = activity.with_user(officer).action_cartera_gestion()
        values = {"channel": "call", "date": MARTES_14_JULIO, "result": "refuses"}
        self.Gestion.with_user(officer).sudo(False).with_context(**action["context"]).create(values)
        self.assertFalse(activity.exists().active)

    def test_a_promise_needs_its_date_and_amount(self):
        for extra in ({}, {"promise_date": HOY}, {"promise_amount": 5, "promise_date": date(2026, 7, 1)}):
            with self.assertRaises(UserError):
                self.gestion("promise", **extra)

    def test_a_contact_of_the_future_is_refused(self):
        with self.assertRaises(UserError):
            self.gestion(date=datetime(2026, 7, 15, 18))

    def test_phones_are_rated_by_what_came_of_the_call(self):
        person = (
            self.env["cartera.vinculado"]
            .sudo()
            .create(
                {
                    "expediente_id": self.expediente.id,
                    "name": "Juana",
                    "role": "debtor",
                    "medio_ids": [Command.create({"kind": "phone", "value": n}) for n in ("300 1", "300 2")],
                }
            )
        )
        good, bad = person.medio_ids
        self.gestion("wrong_number", vinculado_id=person.id, medio_id=bad.id, date=datetime(2026, 7, 6, 13))
        self.gestion("talked", vinculado_id=person.id, medio_id=good.id, date=datetime(2026, 7, 7, 13))
        self.assertGreater(good.rating, bad.rating)
        self.assertEqual(self.expediente.action_gestion()["context"]["default_medio_id"], good.id)

    def test_persons_whose_authorisation_nobody_recorded_are_not_contacted(self):
        Vinculado = self.env["cartera.vinculado"].sudo()
        person = Vinculado.create({"expediente_id": self.expediente.id, "name": "Fiador", "role": "guarantor"})
        with self.assertRaisesRegex(UserError, "not authorised"):
            self.gestion(vinculado_id=person.id)
        reference = Vinculado.create({"expediente_id": self.expediente.id, "name": "Vecina", "role": "reference"})
        with self.assertRaisesRegex(UserError, "References"):
            self.gestion(vinculado_id=reference.id)

    def test_who_records_and_annuls(self):
        officer, other, counter, auditor = (self.usuario(r) for r in ("gestor", "abogado", "ventanilla", "auditor"))
        self.expediente.user_id = self.env.ref("base.user_admin")
        with self.assertRaises(AccessError):
            self.gestion(user=officer)
        own = self.gestion("talked", user=officer, direction="in")
        self.gestion("information", user=counter, direction="in", channel="in_person")
        for user in (counter, auditor):
            with self.assertRaises(AccessError):
                self.gestion(user=user)
        with self.assertRaises(AccessError):
            own.with_user(other).action_annul("no")
        with self.assertRaises(UserError):
            own.with_user(officer).action_annul(" ")
        wizard = self.env["cartera.gestion.anular"].with_user(officer).create(
            {"gestion_ids": own.ids, "reason": "Otro deudor"}
        )
        wizard.action_apply()
        self.assertRecordValues(own, [{"annulled_by_id": officer.id, "annulled_reason": "Otro deudor"}])


@tagged("post_install", "-at_install")
class TestEvidencia(GestionCase):
    politica_xmlid = "cartera_cobro.politica_fondo"

    def rondas(self, *days):
        for day in days:
            self.gestion(date=datetime(2026, 6, day, 15))

    def mover(self, **extra):
        return (
            self.env["cartera.etapa.mover"]
            .with_user(self.usuario("tesorero"))
            .with_context(active_model="cartera.expediente", active_ids=self.expediente.ids)
            .create({"etapa_id": self.etapa("JUR").id, "note": "No pagó", **extra})
        )

    def test_the_gate_names_the_missing_round_and_opens_when_it_is_there(self):
        self.rondas(1, 2, 3, 16, 17)
        wizard = self.mover()
        with self.assertRaisesRegex(UserError, "needs 2 rounds of 3 attempts, and 1 are complete"):
            wizard.action_apply()
        # Rounds after the first begin in the fourth week.
        self.rondas(22, 23, 24)
        wizard.invalidate_recordset()
        wizard.action_apply()
        self.assertEqual(self.partidas(*self.expediente.partida_ids.move_id).etapa_id, self.etapa("JUR"))

    def test_an_automatic_stage_waits_for_its_evidence_and_says_which(self):
        self.politica.etapa_ids.filtered(lambda e: e.code == "JUR").write({"automatic": True, "days_from": 30})
        self.rondas(1, 2, 3)
        self.actualizar()
        item = self.expediente.partida_ids
        self.assertEqual(item.etapa_reason, "evidence")
        self.assertIn("1 are complete", item.stage_explanation)
        self.rondas(22, 23, 24)
        self.actualizar()
        self.assertEqual((item.etapa_id, item.etapa_reason), (self.etapa("JUR"), "age"))

    def test_attempts_before_the_debt_fell_due_do_not_count_for_it(self):
        self.rondas(1, 2, 3, 22, 23, 24)
        younger = self.partidas(self.factura(5))
        from odoo.addons.cartera_cobro.models.cartera_evidencia import faltantes

        self.politica.unit = "item"
        self.assertIn(younger, faltantes(self.expediente.partida_ids, self.etapa("JUR")))
        self.politica.unit = "debtor"
        self.assertEqual(faltantes(self.expediente.partida_ids, self.etapa("JUR")), {})
