"""Services company: invoices and payments of the month, and which customers are late."""

from datetime import date

from freezegun import freeze_time
from odoo import Command
from odoo.tests import tagged

from tests.models.common import CarteraCase
from tests.models.test_consignacion import Consignaciones
from tests.models.test_provision_estado import PasosCase
from tests.models.test_soporte import PDF


@tagged("post_install", "-at_install")
class TestAlmacontactConsignaciones(Consignaciones, CarteraCase):
    def test_ALM1_ALM2_ALM3_the_deposits_are_reviewed_against_the_invoices_of_the_month(self):
        coordinadora = self.usuario("tesorero")
        client = self.debtor.copy({"name": "Cliente Corporativo SAS"})
        june, july = self.factura(20, 9_500_000.0, client), self.factura(-15, 9_800_000.0, client)
        self.actualizar()
        # ALM1: the invoice of the month is there as it was entered.
        self.assertEqual(self.partidas(july).amount_residual, 9_800_000.0)
        # ALM2: two deposits, one names its invoice and one only who sent it.
        named = self.consignar(9_500_000.0, f"PAGO {june.name}", date="2026-07-14")
        sent = self.consignar(9_800_000.0, "TRANSF ACH", partner_name="CLIENTE CORPORATIVO S.A.S.")
        self.env["cartera.identificacion"]._proponer(self.company)
        self.assertEqual(named.sudo().cartera_propuesta_id.partida_ids, self.partidas(june))
        self.assertEqual(sent.sudo().cartera_propuesta_id.partida_ids, self.partidas(july))
        # ALM3: accounted in Odoo's own entry of the bank, with the day that the bank says.
        (named | sent).with_user(coordinadora).action_cartera_aceptar()
        self.assertEqual((june.payment_state, july.payment_state), ("paid", "paid"))
        self.assertEqual(str(named.move_id.date), "2026-07-14")
        self.assertEqual(named.move_id.line_ids.account_id, self.bank.default_account_id | self.receivable)
        self.assertCuadra()


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

    def test_ALM2_ALM3_what_the_customer_says_it_deposited_is_found_at_the_bank_and_accounted(self):
        coordinadora = self.usuario("tesorero")
        item = self.partidas(self.factura(15, 5_000_000.0))
        values = {"journal_id": self.bank.id, "date": date(2026, 7, 14), "amount": 5_000_000.0}
        self.env["account.bank.statement.line"].create(
            [{**values, "payment_ref": f"CONSIGNACION {ref}"} for ref in ("7781", "9902")]
        )
        expediente = item.expediente_id
        sent = ["5.000.000", "2026-07-14", "Bancolombia", "9902", "Tesorería", set()]
        soporte = expediente._enviar_comprobante(*sent, [("c.pdf", PDF)], "IP")
        # ALM2: of the two deposits of that amount, the one that it names; ALM3: accounted on it, to the cent.
        likely = soporte.with_user(coordinadora).sudo(False)._propuesta()
        self.assertEqual((likely["how"], likely["line"].payment_ref), ("line", "CONSIGNACION 9902"))
        soporte.with_user(coordinadora).action_register("line", line=likely["line"])
        self.assertEqual((item.amount_residual, soporte.move_id), (0, likely["line"].move_id))
        self.assertCuadra()

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

    def test_ALM5_ALM6_ALM7_the_operations_manager_asks_late_customers_with_one_press_and_sees_when_they_pay(self):
        manager, officer = self.usuario("responsable"), self.usuario("gestor")
        late = self.factura(45, 5_000_000.0, invoice_date="2026-05-02")
        self.debtor.email = "tesoreria@cliente.example.com"
        self.env["cartera.autorizacion"].sudo().create(
            {"partner_id": self.debtor.id, "channel": "email", "date_from": "2026-01-01", "source": "Contrato"}
        )
        expediente = self.partidas(late).expediente_id
        expediente.write({"responsible_id": manager.id, "user_id": officer.id})
        # ALM5: which of theirs are past the term of the contract. ALM6: asked through the manager, by e-mail.
        broken = self.env["cartera.cumplimiento"].with_user(manager).search([("state", "=", "overdue")])
        self.assertEqual((broken.partner_id, broken.amount_overdue), (self.debtor, 5_000_000.0))
        expediente.with_user(manager).action_ask_customer()
        mail = self.env["mail.mail"].sudo().search([("recipient_ids", "in", self.debtor.ids)])
        token = mail.body_html.split("/cartera/estado/")[1].split('"')[0]
        # ALM7: the customer opens the link, and says when it pays.
        customer = self.Expediente._de_enlace(token)
        customer._prometer_en_portal("5.000.000", "2026-07-24")
        announced = self.env["cartera.programado"].with_user(manager).search([])
        self.assertRecordValues(announced, [{"date": date(2026, 7, 24), "amount": 5_000_000.0, "kind": "promise"}])
        self.pagar(late, payment_date="2026-07-23")
        with freeze_time("2026-07-27 12:00"), self.enter_registry_test_mode():
            self.env.ref("cartera_cobro.ir_cron_actualizar").sudo().method_direct_trigger()
        self.assertFalse(self.env["cartera.programado"].with_user(manager).search([]))


@tagged("post_install", "-at_install")
class TestAlmacontactProvision(PasosCase):
    def evaluar(self, move):
        """The coordinator assesses the customer from its dossier, and the finance director approves it."""
        action = move.sudo().cartera_expediente_id.with_user(self.tesorero).action_evaluar()
        evaluacion = self.env["cartera.evaluacion"].with_user(self.tesorero).with_context(**action["context"]).create(
            {
                "date": date(2026, 6, 20),
                "evidence": "insolvency",
                "loss": 80,
                "document_ids": [Command.create({"name": "Auto de admisión.pdf", "raw": b"%PDF-1.4 auto"})],
            }
        )  # fmt: skip
        evaluacion.with_user(self.director).action_approve()
        return evaluacion

    def contabilizar(self, provision):
        wizard = self.env["cartera.provision.contabilizar"].with_user(self.contador).with_context(
            active_model="cartera.provision", active_id=provision.id
        )  # fmt: skip
        wizard = wizard.create({})
        seen = {line.account_id.code[:4]: line.debit - line.credit for line in wizard.asiento_ids}
        wizard.action_apply()
        provision.invalidate_recordset()
        self.assertEqual((provision.state, provision.amount_difference), ("posted", 0))
        self.assertEqual({li.account_id.code[:4]: li.balance for li in provision.move_id.line_ids}, seen)
        return seen

    def preparar(self):
        """The coordinator computes the run of the last closing, and opens it."""
        wizard = self.env["cartera.provision.nueva"].with_user(self.tesorero).create({})
        return self.env["cartera.provision"].with_user(self.tesorero).browse(wizard.action_generate()["res_id"])

    def test_ALM8_which_invoices_cannot_be_collected_and_how_they_are_provided_for(self):
        # In this company the finance director approves alone.
        self.env.ref("cartera_cobro.tier_provision_tesorero").sudo().active = False
        insolvent = self.factura(60, 4_000_000, partner=self.debtor.copy({"name": "Cliente en reorganización"}))
        evaluacion = self.evaluar(insolvent)
        self.cerrado()
        provision = self.preparar()
        # 80% of the one, 5% and 50% of the others by the matrix; and the oldest is given up by hand.
        self.assertEqual(provision.amount, 3_200_550)
        self.env["cartera.provision.cambiar"].with_user(self.tesorero).create(
            {"linea_ids": self.linea(provision, self.vieja).ids, "percent": 100, "reason": "El cliente cerró"}
        ).action_apply()
        provision.note = "<p>Se provisiona todo lo del cliente que cerró.</p>"
        provision.action_request()
        self.firmar(provision, self.director)
        self.assertEqual(self.contabilizar(provision), {"5199": 3_201_050, "1399": -3_201_050})
        # It pays in July, and its assessment ends: what was provided for it is released against the year's expense.
        with freeze_time("2026-08-03 17:00:00"):
            self.pagar(insolvent, payment_date=date(2026, 7, 20))
            self.env["cartera.evaluacion.terminar"].with_user(self.director).with_context(
                active_model="cartera.evaluacion", active_id=evaluacion.id
            ).create({"reason": "Pagó", "date": date(2026, 7, 20)}).action_apply()
            self.cerrado(date(2026, 7, 31))
            july = self.preparar()
            self.assertEqual((july.previous_amount, july.line_ids.filtered("released").number),
                             (3_201_050, insolvent.name))  # fmt: skip
            july.action_request()
            self.firmar(july, self.director)
            self.assertEqual(self.contabilizar(july), {"1399": 3_200_450, "5199": -3_200_450})
        self.assertCuadra()
