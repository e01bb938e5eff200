"""Services company: invoices and payments of the month, and which customers are late."""

from freezegun import freeze_time
from odoo.tests import tagged

from tests.models.common import CarteraCase


@tagged("post_install", "-at_install")
class TestAlmacontact(CarteraCase):
    def test_ALM1_ALM3_ALM6_invoices_payments_and_customers_of_an_operations_manager(self):
        manager = self.usuario("responsable")
        late = self.factura(45, 5_000_000.0)
        paid = self.factura(10, 2_000_000.0, partner=self.debtor.copy({"name": "Cumplido"}))
        late.sudo().cartera_expediente_id.responsible_id = manager
        self.pagar(paid)
        self.pagar(late, 1_000_000.0)
        self.actualizar()
        mine = self.Expediente.with_user(manager).search([("amount_overdue", ">", 0)])
        self.assertEqual(mine.partner_id, self.debtor)
        self.assertEqual((mine.amount_overdue, mine.days_overdue), (4_000_000.0, 45))
        self.assertCuadra()

    def test_ALM6_the_operations_manager_is_told_every_monday_and_asked_when_the_customer_pays(self):
        coordinadora, manager = self.usuario("tesorero"), self.usuario("responsable")
        (coordinadora | manager).write({"email": "gerente@example.com"})
        expediente = self.partidas(self.factura(45, 5_000_000.0)).expediente_id
        expediente.responsible_id = manager
        self.company.sudo().cartera_coordinador_id = coordinadora
        with freeze_time("2026-07-27 12:00"), self.enter_registry_test_mode():
            self.env.ref("cartera_cobro.ir_cron_resumen_semanal").sudo().method_direct_trigger()
        digest = self.env["cartera.resumen"].with_user(manager).search([])
        self.assertRecordValues(digest, [{"count": 1, "amount": 5_000_000.0, "state": "sent"}])
        self.assertIn("Juana Deudora", digest.message_ids[:1].body)
        novedad = (
            self.env["cartera.novedad"]
            .with_user(coordinadora)
            .create({"expediente_id": expediente.id, "kind": "schedule", "description": "¿Cuándo nos pagan?"})
        )
        self.assertEqual(novedad.sent_to, manager)
        novedad.with_user(manager).action_answer("Programado para el viernes 24")
        self.assertEqual(novedad.answer, "Programado para el viernes 24")
        # And says so on the dossier too, which is not theirs to write.
        expediente.with_user(manager).message_post(body="Hablé con su tesorera")
        self.assertEqual(expediente.message_ids[0].author_id, manager.partner_id)

    def test_ALM6_the_operations_manager_sees_what_the_customer_said_on_the_phone(self):
        manager, officer = self.usuario("responsable"), self.usuario("gestor")
        self.debtor.phone = "+57 601 555 0145"
        expediente = self.factura(45, 5_000_000.0).sudo().cartera_expediente_id
        expediente.responsible_id = manager
        self.env["cartera.autorizacion"].sudo().create(
            {"partner_id": self.debtor.id, "channel": "call", "date_from": "2026-01-01", "source": "Contrato"}
        )
        self.actualizar()
        env = self.env(user=officer, su=False, context={"allowed_company_ids": self.company.ids})
        turn = env["cartera.llamada"].browse(env["cartera.llamada"].action_siguiente()["res_id"])
        self.assertEqual((turn.expediente_id, turn.phone), (expediente, "+57 601 555 0145"))
        turn.with_context(cartera_result="paid").action_result()
        seen = self.env["cartera.gestion"].with_user(manager).search([])
        self.assertRecordValues(seen, [{"partner_id": self.debtor.id, "result": "paid", "user_id": officer.id}])

    def test_ALM7_the_customer_states_its_payment_schedule_and_is_held_to_it(self):
        manager, officer = self.usuario("responsable"), self.usuario("gestor")
        late = self.factura(45, 5_000_000.0)
        soon = self.factura(-10, 2_000_000.0)
        expediente = self.partidas(late).expediente_id
        expediente.write({"responsible_id": manager.id, "user_id": officer.id})
        # On the page of its account statement, one line of the schedule after another.
        page = expediente.with_user(officer)._enlace()
        customer = self.Expediente._de_enlace(page.rsplit("/", 1)[1])
        first = customer._prometer_en_portal("5.000.000", "2026-07-24")
        second = customer._prometer_en_portal("2.000.000", "2026-08-05")
        self.assertEqual(first.linea_ids.partida_id.move_id, late)
        self.assertEqual(second.linea_ids.partida_id.move_id, soon)
        self.assertEqual([p["amount"] for p in customer._estado_de_cuenta()["promises"]], [5_000_000.0, 2_000_000.0])
        self.assertEqual(
            expediente.activity_ids.sorted("date_deadline").mapped("date_deadline"),
            [first.date_promised, second.date_promised],
        )
        # The operations manager sees what their customer promised, and what came of it.
        seen = self.env["cartera.promesa"].with_user(manager).search([], order="date_promised")
        self.assertEqual(seen.ids, (first | second).ids)
        self.pagar(late, payment_date="2026-07-27")
        with freeze_time("2026-08-13 12:00"), self.enter_registry_test_mode():
            self.env.ref("cartera_cobro.ir_cron_actualizar").sudo().method_direct_trigger()
        self.assertEqual(seen.mapped("state"), ["kept", "broken"])
        self.assertEqual((expediente.alert, expediente.promise_level), ("promise", "sometimes"))

    def test_ALM4_the_cash_forecast_reaches_the_finance_director_every_week_and_is_held_against_what_came(self):
        coordinadora, director = self.usuario("tesorero"), self.usuario("director")
        director.email = "direccion@example.com"
        late = self.factura(45, 5_000_000.0)
        self.factura(-20, 3_000_000.0, partner=self.debtor.copy({"name": "Otra Empresa"}))
        self.env["cartera.pronostico.fijo"].with_user(coordinadora).create(
            {"name": "Nómina", "amount": 9_000_000.0, "frequency": "fortnight", "date_from": "2026-01-15"}
        )
        # On the first working day of the week: Monday 20 July is a holiday.
        with freeze_time("2026-07-21 12:00"), self.enter_registry_test_mode():
            self.env.ref("cartera_cobro.ir_cron_pronostico").sudo().method_direct_trigger()
        forecast = self.env["cartera.pronostico"].with_user(director).search([])
        self.assertEqual((forecast.state, forecast.amount_income, forecast.amount_difference), ("confirmed", 8e6, 0))
        self.assertEqual(forecast.semana_ids.sorted("number").mapped("amount_closing")[:2], [5e6, -4e6])
        mail = self.env["cartera.pronostico.aviso"].with_user(director).search([("user_id", "=", director.id)])
        self.assertEqual(mail.state, "sent")
        self.assertIn("La caja no alcanza", mail.message_ids[:1].body)
        # It was to come in that week, and two of its five millions did.
        with freeze_time("2026-07-27 17:00:00"):
            self.pagar(late, 2_000_000.0, payment_date="2026-07-24")
            self.env["cartera.pronostico.semana"]._contrastar(self.company)
        week = forecast.semana_ids.sorted("number")[0]
        self.assertEqual((week.amount_income, week.actual_income, week.error_income), (5e6, 2e6, -3e6))

    def test_ALM5_who_keeps_the_terms_of_the_contract(self):
        coordinadora, manager = self.usuario("tesorero"), self.usuario("responsable")
        kept, broken = (self.debtor.copy({"name": name}) for name in ("Cumplida SAS", "Incumplida SAS"))
        for partner, paid_on in ((kept, "2026-06-10"), (broken, "2026-07-10")):
            move = self.factura(30, 4_000_000.0, partner=partner, invoice_date="2026-05-16")
            self.pagar(move, payment_date=paid_on)
        self.factura(10, 1_000_000.0, partner=broken)
        self.Expediente.search([("partner_id", "=", broken.id)]).responsible_id = manager
        rows = self.env["cartera.cumplimiento"].with_user(coordinadora).search([])
        self.assertEqual(
            {row.partner_id.name: (row.term, row.taken, row.state) for row in rows},
            {"Cumplida SAS": (30, 25, "kept"), "Incumplida SAS": (30, 55, "overdue")},
        )
        # The operations manager sees the one of theirs, with the payments behind.
        mine = rows.with_user(manager).search([("state", "!=", "kept")])
        self.assertEqual((mine.partner_id, mine.amount_overdue), (broken, 1_000_000.0))
        action = mine.action_payments()
        behind = self.env[action["res_model"]].with_user(manager).search(action["domain"])
        self.assertEqual(sorted(behind.mapped("state")), ["late", "overdue"])
