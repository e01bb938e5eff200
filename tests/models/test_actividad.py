"""Activities that contact a debtor are planned for days on which Ley 2300 allows it."""

from datetime import date

from freezegun import freeze_time
from odoo.tests import tagged

from .common import HOY
from .test_gestion import MARTES_14_JULIO, GestionCase

DOMINGO, LUNES = date(2026, 7, 19), date(2026, 7, 21)  # Monday 20 July is a holiday
CALL, TODO = "mail.mail_activity_data_call", "mail.mail_activity_data_todo"


@tagged("post_install", "-at_install")
class TestActividad(GestionCase):
    def planear(self, day, kind=CALL, expediente=None, **extra):
        return (expediente or self.expediente).activity_schedule(kind, date_deadline=day, **extra)

    def test_a_call_on_a_closed_day_moves_to_the_next_open_one_and_says_so(self):
        activity = self.planear(DOMINGO, note="Llamar a las 8")
        self.assertEqual(activity.date_deadline, LUNES)
        self.assertIn("Llamar a las 8", activity.note)
        self.assertIn("07/21/2026", activity.note)
        self.assertIn("Ley 2300", activity.note)

    def test_what_contacts_nobody_or_may_be_done_stays(self):
        for day, kind in ((DOMINGO, TODO), (date(2026, 7, 18), CALL), (HOY, CALL), (date(2026, 7, 12), CALL)):
            with self.subTest(day=day, kind=kind):
                activity = self.planear(day, kind)
                self.assertEqual(activity.date_deadline, day)
                self.assertNotIn("Ley 2300", activity.note or "")

    def test_e_mails_and_meetings_wait_as_calls_do(self):
        for kind in ("mail.mail_activity_data_email", "mail.mail_activity_data_meeting"):
            self.assertEqual(self.planear(DOMINGO, kind).date_deadline, LUNES)

    def test_today_after_hours_or_after_a_talk_is_another_day(self):
        with freeze_time("2026-07-16 01:00"):  # 20:00 of the 15th in Bogota
            self.assertEqual(self.planear(HOY).date_deadline, date(2026, 7, 16))
        self.gestion("talked", date=MARTES_14_JULIO.replace(day=15))
        self.assertEqual(self.planear(HOY).date_deadline, date(2026, 7, 16))
        self.assertEqual(self.planear(HOY, "mail.mail_activity_data_email").date_deadline, LUNES)

    def test_where_no_waiting_helps_it_stays_for_the_officer_to_solve(self):
        self.debtor.sudo().cartera_autorizacion_ids.action_withdraw()
        self.assertEqual(self.planear(DOMINGO).date_deadline, DOMINGO)

    def test_replanning_and_changing_the_type_are_judged_too(self):
        activity = self.planear(HOY)
        activity.date_deadline = DOMINGO
        self.assertEqual(activity.date_deadline, LUNES)
        todo = self.planear(DOMINGO, TODO)
        todo.write({"activity_type_id": self.env.ref(CALL).id})
        self.assertEqual(todo.date_deadline, LUNES)
        todo.write({"summary": "Otra cosa"})
        self.assertEqual(str(todo.note).count("Ley 2300"), 1)

    def test_what_is_created_by_the_dialogue_of_activities_is_judged(self):
        Activity = (
            self.env["mail.activity"]
            .sudo()
            .with_context(default_res_model="cartera.expediente", default_res_id=self.expediente.id)
        )
        activity = Activity.create({"activity_type_id": self.env.ref(CALL).id, "date_deadline": DOMINGO})
        self.assertEqual(activity.date_deadline, LUNES)

    def test_activities_of_other_records_are_left_alone(self):
        activity = self.debtor.activity_schedule(CALL, date_deadline=DOMINGO)
        self.assertEqual(activity.date_deadline, DOMINGO)

    def test_a_type_says_how_it_contacts(self):
        Type = self.env["mail.activity.type"].sudo()
        self.assertEqual(Type.create({"name": "Llamada", "category": "phonecall"}).cartera_channel, "call")
        kind = Type.create({"name": "WhatsApp"})
        self.assertFalse(kind.cartera_channel)
        kind.cartera_channel = "whatsapp"
        plan = {"date_deadline": DOMINGO, "activity_type_id": kind.id}
        self.assertEqual(self.expediente.activity_schedule(**plan).date_deadline, LUNES)

    def test_many_cost_the_guards_queries_of_one(self):
        partners = self.env["res.partner"].create([{"name": f"P{n}"} for n in range(30)])
        self.autorizar(partners[0], "call")
        dossiers = self.Expediente.create([{"partner_id": p.id, "company_id": self.company.id} for p in partners])
        plans = [(dossier.id, self.env.ref(CALL).id, DOMINGO) for dossier in dossiers]
        Activity = self.env["mail.activity"]
        self.env.flush_all()
        Activity._cartera_dias(plans[:1])
        with self.assertQueryCount(10):
            moved = Activity._cartera_dias(plans)
        self.assertEqual(moved, [LUNES] + [None] * 29)
