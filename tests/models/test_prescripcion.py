"""Prescription: the last day of each obligation, what moves it, who is told before it."""

from datetime import date, timedelta

from freezegun import freeze_time
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import HOY, CarteraCase


@tagged("post_install", "-at_install")
class TestPrescripcion(CarteraCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.politica.write({"prescription_regime": "invoice", "prescription_alerts": "365, 180, 90, 30"})
        cls.Evento = cls.env["cartera.prescripcion.evento"].sudo()
        cls.Aviso = cls.env["cartera.prescripcion.aviso"].sudo()
        cls.gestor = cls.usuario("gestor")
        cls.tesorero = cls.usuario("tesorero")

    def item(self, due, amount=1000.0, **extra):
        """The open item of an invoice due on `due`."""
        return self.partidas(self.factura((HOY - due).days, amount, **extra))

    def juzgar(self):
        return self.Aviso._juzgar(self.company)

    # --- the last day -----------------------------------------------------------------------------------------------

    def test_example_of_the_law(self):
        item = self.item(date(2023, 5, 15))
        self.assertEqual(item.prescription_date, date(2026, 5, 15))
        self.assertTrue(item.is_prescribed)
        self.Evento._anotar(item, "demand", date(2025, 1, 10))
        self.assertEqual(item.prescription_date, date(2028, 1, 10))
        self.Evento._anotar(item, "demand", date(2026, 1, 10))
        self.assertEqual(item.prescription_date, date(2028, 1, 10), "a second demand changes nothing")

    def test_by_regime_of_the_policy(self):
        item = self.item(date(2022, 3, 1))
        for regime, years in (("public", 5), ("invoice", 3), ("executive", 5), ("ordinary", 10)):
            with self.subTest(regime):
                self.politica.prescription_regime = regime
                self.assertEqual(item.prescription_date, date(2022 + years, 3, 1))

    def test_credits_have_none(self):
        credit = self.item(HOY, move_type="out_refund")
        self.assertFalse(credit.prescription_date)

    def test_an_event_after_expiry_is_flagged_and_revives_nothing(self):
        item = self.item(date(2023, 1, 1))
        late = self.Evento._anotar(item, "interrupt", date(2026, 2, 1))
        self.assertTrue(late.is_late)
        self.assertEqual(item.prescription_date, date(2026, 1, 1))

    def test_the_same_event_twice_is_one(self):
        item = self.item(date(2025, 1, 1))
        self.Evento._anotar(item, "interrupt", date(2026, 1, 1), document=item.expediente_id)
        self.assertFalse(self.Evento._anotar(item, "interrupt", date(2026, 1, 1), document=item.expediente_id))
        self.assertEqual(len(item.prescripcion_evento_ids), 1)

    def test_what_is_annulled_no_longer_counts(self):
        item = self.item(date(2025, 1, 1))
        self.Evento._anotar(item, "interrupt", date(2026, 1, 1), document=item.expediente_id)
        self.Evento._anular(item.expediente_id)
        self.assertEqual(item.prescription_date, date(2028, 1, 1))

    def test_a_suspension_lengthens_it_while_it_lasts(self):
        item = self.item(date(2023, 10, 1))
        self.Evento._anotar(item, "suspend", date(2026, 7, 6), document=item.expediente_id)
        self.assertEqual(item.prescription_date, date(2026, 10, 11))
        with freeze_time("2026-07-25 17:00:00"):
            self.juzgar()
            self.assertEqual(item.prescription_date, date(2026, 10, 21))
        self.Evento._anotar(item, "suspend", date(2026, 7, 6), date(2026, 7, 10), document=item.expediente_id)
        self.assertEqual(item.prescription_date, date(2026, 10, 6))

    def test_another_policy_counts_again_by_night(self):
        item = self.item(date(2025, 1, 1))
        self.Evento._anotar(item, "interrupt", date(2026, 1, 1))
        self.politica.prescription_years = 4
        self.juzgar()
        self.assertEqual(item.prescription_date, date(2030, 1, 1))

    def test_the_log_is_append_only(self):
        event = self.Evento._anotar(self.item(date(2025, 1, 1)), "interrupt", date(2026, 1, 1))
        with self.assertRaises(UserError):
            event.date = date(2026, 2, 2)
        with self.assertRaises(UserError):
            event.unlink()
        for user in (self.gestor, self.tesorero):
            self.assertFalse(event.with_user(user).has_access("create"))

    # --- what people search -----------------------------------------------------------------------------------------

    def test_search_agrees_with_the_field(self):
        """On every day around leap days, whichever way it is asked."""
        dues = [date(2024, 2, 27) + timedelta(days=n) for n in range(4)] + [date(2023, 7, 15), date(2025, 2, 28)]
        items = self.Partida.union(*(self.item(due) for due in dues))
        self.Evento._anotar(items[-1], "interrupt", date(2026, 1, 5))
        for day in {*(item.prescription_date for item in items), date(2027, 2, 26), date(2026, 7, 16)}:
            for operator, compare in (
                ("<", date.__lt__),
                ("<=", date.__le__),
                (">", date.__gt__),
                (">=", date.__ge__),
            ):
                with self.subTest(day=day, operator=operator):
                    found = self.Partida.search([("id", "in", items.ids), ("prescription_date", operator, day)])
                    wanted = [item for item in items if compare(item.prescription_date, day)]
                    self.assertEqual(set(found), set(wanted))

    def test_filters_of_the_list(self):
        soon, over = self.item(HOY - timedelta(days=3 * 365 - 10)), self.item(date(2022, 1, 1))
        Partida = self.Partida.with_user(self.gestor).with_company(self.company)
        mine = [("id", "in", (soon | over).ids)]
        self.assertEqual(Partida.search([*mine, ("is_prescribed", "=", True)]), over)
        near = [("prescription_date", ">=", "today"), ("prescription_date", "<=", "+30d")]
        self.assertEqual(Partida.search([*mine, *near]), soon)

    # --- telling people ---------------------------------------------------------------------------------------------

    def test_officer_and_committee_are_told_once_at_each_warning(self):
        item = self.item(HOY - timedelta(days=3 * 365 + 1 - 100))
        item.expediente_id.user_id = self.gestor
        self.assertEqual(item.prescription_days, 100)
        self.assertEqual(self.juzgar(), 1)
        self.assertEqual(item.prescription_alert, 180)
        told = self.Aviso.search([("company_id", "=", self.company.id)])
        self.assertIn(self.gestor, told.user_id)
        self.assertTrue(told.user_id & self.company._cartera_coordinadores())
        self.assertEqual(told.mapped("amount"), [1000.0] * len(told))
        activity = item.expediente_id.activity_ids
        self.assertEqual((activity.user_id, activity.date_deadline), (self.gestor, item.prescription_date))
        self.assertEqual(self.juzgar(), 0, "a second run tells nobody")
        with freeze_time("2026-07-26 17:00:00"):
            self.assertEqual(self.juzgar(), 1)
            self.assertEqual(item.prescription_alert, 90)

    def test_an_interruption_takes_the_warning_back(self):
        item = self.item(HOY - timedelta(days=3 * 365 - 100))
        self.juzgar()
        self.Evento._anotar(item, "interrupt", HOY)
        self.assertEqual(self.juzgar(), 0)
        self.assertFalse(item.prescription_alert)

    def test_what_prescribed_is_told_and_never_written_off(self):
        item = self.item(date(2023, 1, 1))
        self.juzgar()
        self.assertEqual((item.prescription_alert, item.amount_residual, item.is_open), (-1, 1000.0, True))
        self.assertIn("Prescritas", self.Aviso.search([], limit=1).message_ids[:1].body)

    def test_many_dossiers_make_a_list_and_no_activities(self):
        partners = self.env["res.partner"].create([{"name": f"Deudor {n}"} for n in range(26)])
        for partner in partners:
            self.item(date(2023, 1, 1), partner=partner)
        dossiers = self.Expediente.search([("partner_id", "in", partners.ids)])
        dossiers.user_id = self.gestor
        self.env.flush_all()
        self.juzgar()
        self.assertFalse(dossiers.activity_ids)
        self.assertEqual(self.Aviso.search([("user_id", "=", self.gestor.id)]).items, 26)

    def test_days_of_warning_are_numbers(self):
        for wrong in ("un año", "90, -1", "0"):
            with self.subTest(wrong), self.assertRaises(ValidationError):
                self.politica.prescription_alerts = wrong

    def test_another_company_is_not_told(self):
        item = self.item(date(2023, 1, 1))
        other = self.env["res.company"].sudo().create({"name": "Otra", "cartera_politica_id": self.politica.id})
        self.assertEqual(self.Aviso._juzgar(other), 0)
        self.assertFalse(self.Aviso.search([("company_id", "=", other.id)]))
        stranger = self.usuario("gestor", company=other)
        self.Evento._anotar(item, "interrupt", HOY)
        self.assertFalse(self.env["cartera.prescripcion.evento"].with_user(stranger).search([]))
