"""Rented-property fund: the list over 90 days, two rounds of contact, the legal office, the committee."""

import base64
from datetime import date, datetime, timedelta

from freezegun import freeze_time
from lxml import etree
from odoo import Command
from odoo.addons.cartera_cobro.models.cartera_cola import Cola
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from tests.models.common import HOY, CarteraCase
from tests.models.test_acta import ActaCase
from tests.models.test_acuerdo import FIRMA, AcuerdoCase
from tests.models.test_acuerdo_simulacion import SimulacionCase
from tests.models.test_acuerdo_vigilancia import DUE, VigilanciaCase
from tests.models.test_boletin import MAS, MAYO, SEIS_MESES, BoletinCase
from tests.models.test_castigo import CastigoCase
from tests.models.test_consignacion import Consignaciones
from tests.models.test_corte import FIN, CorteCase
from tests.models.test_remision import falso
from tests.models.test_soporte import PDF


@tagged("post_install", "-at_install")
class TestFRVIngresos(Consignaciones, CarteraCase):
    politica_xmlid = "cartera_cobro.politica_fondo"

    def test_FRV1_FRV9_the_months_income_is_identified_from_the_bank_report_and_brings_the_portfolio_up_to_date(self):
        """The accounting team reads the bank's report, and says of each deposit whose rent it is."""
        contador = self.usuario("contador")
        cc = self.env.ref("l10n_co.national_citizen_id")
        tenant = self.debtor.copy({"name": "Ana Arrendataria", "vat": "52123456"})
        tenant.l10n_latam_identification_type_id = cc
        old, new = self.factura(120, 800_000.0, tenant), self.factura(20, 800_000.0, tenant)
        self.actualizar()
        report = (
            "Fecha;Descripción;Documento;Valor\n"
            "2026-07-03;CONSIGNACION EFECTIVO SUC 045;52123456;1.600.000\n"
            "2026-07-06;CONSIGNACION EFECTIVO SUC 011;;37.000\n"
            "2026-07-07;CUOTA DE MANEJO;;-12.500\n"
        )
        wizard = (
            self.env["cartera.consignacion.archivo"]
            .with_user(contador)
            .create({"journal_id": self.bank.id, "filename": "julio.csv", "file": base64.b64encode(report.encode())})
        )
        wizard.action_read()
        wizard.action_load()
        self.assertEqual((wizard.line_count, wizard.proposed_count), (3, 1))
        rent, unknown, _fee = wizard.carga_id.sudo().statement_line_ids.sorted(lambda line: (line.date, line.id))
        self.assertEqual((rent.cartera_partner_id, rent.cartera_propuesta_id.amount_kind), (tenant, "overdue"))
        rent.with_user(contador).action_cartera_aceptar()
        # FRV9: the portfolio says so by itself; what nobody knows is on the list of what waits, with its age.
        self.assertEqual((old.amount_residual, new.amount_residual), (0.0, 0.0))
        self.assertFalse(self.Expediente.search([("partner_id", "=", tenant.id)]).amount_overdue)
        waiting = (
            self.env["cartera.consignacion.pendiente"]
            .with_user(contador)
            .search([("company_id", "=", self.company.id)])
        )
        self.assertEqual((waiting.statement_line_id, waiting.days, waiting.band), (unknown, 9, "2"))
        self.assertCuadra()


@tagged("post_install", "-at_install")
class TestFRV(CarteraCase):
    politica_xmlid = "cartera_cobro.politica_fondo"

    def arrendatario(self, name, *ages):
        partner = self.debtor.copy({"name": name})
        for days in ages:
            self.factura(days, partner=partner)
        return self.Expediente.search([("partner_id", "=", partner.id)])

    def test_FRV2_FRV3_list_over_90_days_without_debtors_in_legal_process(self):
        tesorero = self.usuario("tesorero")
        young = self.arrendatario("Mora corta", 90)
        old = self.arrendatario("Mora larga", 120, 10)
        legal = self.arrendatario("En proceso", 200, 120)
        self.actualizar()
        in_list = [("in_list", "=", True), ("id", "in", (young | old | legal).ids)]
        self.assertEqual(self.Expediente.search(in_list), legal | old)
        # One item of the debtor goes to the legal office: the debtor, not the item, leaves the list.
        self.env["cartera.etapa.mover"].with_user(tesorero).with_context(
            active_model="cartera.partida", active_ids=legal.partida_ids[0].ids
        ).create(
            {"etapa_id": self.etapa("JUR").id, "note": "Demanda radicada", "evidence_note": "Carpeta 2025-114"}
        ).action_apply()
        self.assertEqual(self.Expediente.with_user(tesorero).search(in_list), old)
        self.actualizar()
        self.assertEqual(self.Expediente.search(in_list), old)

    def test_FRV3_a_referral_takes_the_debtor_off_the_list_and_a_return_brings_them_back(self):
        tesorero, lawyer = self.usuario("tesorero"), self.usuario("abogado")
        self.patch(type(self.env["cartera.remision"]), "_papel", falso)
        self.patch(type(self.env["cartera.remision"]), "_piezas_facturas", lambda remision: iter(()))
        tenant = self.arrendatario("Arrendataria", 200, 120)
        tenant.partner_id.write({"street": "Calle 1 # 2-3", "city": "Bogotá"})
        tenant.partner_id.sudo().cartera_address_date = HOY
        self.actualizar()
        self.assertTrue(tenant.in_list)
        Remision = self.env["cartera.remision"].with_user(tesorero)
        oldest = tenant.partida_ids.sorted("date_due")[0]
        remision = Remision._preparar(tenant.with_user(tesorero), oldest, evidence_note="Carpeta 2025-114")
        remision.action_send()
        self.assertFalse(tenant.in_list, "the debtor, not the item, is left out")
        self.actualizar()
        self.env.invalidate_all()
        self.assertFalse(tenant.in_list)
        remision.with_user(lawyer)._devolver("title", "Falta el contrato")
        self.actualizar()
        self.env.invalidate_all()
        self.assertTrue(tenant.in_list)

    def test_FRV4_FRV11_the_legal_office_asks_for_two_rounds_of_three_attempts(self):
        self.assertRecordValues(self.etapa("JUR"), [{"attempts_min": 3, "rounds_min": 2, "automatic": False}])

    def intentar(self, gestor, day, hour, **values):
        """The officer calls whom the queue gives on that day of June 2026 (hour of Bogota); what was recorded."""
        with freeze_time(datetime(2026, 6, day, hour + 5)):
            env = self.env(user=gestor, su=False, context={"allowed_company_ids": self.company.ids})
            turn = env["cartera.llamada"]._tomar(Cola(env, self.company, gestor))
            if not turn:
                return turn
            turn.with_context(cartera_result=values.get("result", "no_answer")).action_result()
            return turn.gestion_id

    def test_FRV4_FRV5_FRV11_two_rounds_of_three_attempts_day_by_day_and_then_the_legal_office(self):
        gestor, tesorero = self.usuario("gestor"), self.usuario("tesorero")
        tenant = self.arrendatario("Arrendataria", 130)
        tenant.partner_id.phone = "+57 310 555 0130"
        self.env["cartera.autorizacion"].sudo().create(
            {"partner_id": tenant.partner_id.id, "channel": "call", "date_from": "2026-01-01", "source": "Contrato"}
        )
        self.actualizar()
        # FRV4: the first contact. Sundays and holidays (8 and 15 June 2026) the queue gives nobody.
        first = [self.intentar(gestor, day, 9) for day in (5, 6, 7, 8, 9)]
        self.assertEqual([(g.round, g.attempt_no) if g else None for g in first], [(1, 1), (1, 2), None, None, (1, 3)])
        self.assertFalse(self.intentar(gestor, 9, 11), "Two hours later is no other attempt")
        # FRV5: nobody answered, so no intention to pay: on to the second contact. The legal stage says what it lacks.
        self.assertEqual({g.intends_to_pay for g in first if g}, {"unsaid"})
        move = self.env["cartera.etapa.mover"].with_user(tesorero).with_context(
            active_model="cartera.expediente", active_ids=tenant.ids
        )
        values = {"etapa_id": self.etapa("JUR").id, "note": "No atendió dos rondas de contacto"}
        with freeze_time("2026-06-16 15:00"), self.assertRaisesRegex(UserError, "2 rounds of 3 attempts, and 1 are"):
            move.create(values).action_apply()
        # FRV11: the second contact begins in the fourth week, whatever is tried before.
        self.assertEqual(self.intentar(gestor, 16, 9).round, 1)
        second = [self.intentar(gestor, day, 10) for day in (22, 23, 24)]
        self.assertEqual([(g.round, g.attempt_no) for g in second], [(2, 1), (2, 2), (2, 3)])
        with freeze_time("2026-06-25 15:00"):
            move.create(values).action_apply()
        self.assertEqual(tenant.etapa_id, self.etapa("JUR"))
        # Out of the collection list, nobody calls any more.
        self.assertFalse(self.intentar(gestor, 26, 10))

    def test_FRV5_FRV9_who_intends_to_pay_promises_and_is_left_in_peace_until_then(self):
        gestor, tenant = self.usuario("gestor"), self.arrendatario("Arrendataria", 130)
        tenant.partner_id.phone = "+57 310 555 0144"
        self.env["cartera.autorizacion"].sudo().create(
            {"partner_id": tenant.partner_id.id, "channel": "call", "date_from": "2026-01-01", "source": "Contrato"}
        )
        self.actualizar()

        def motivos(day):
            with freeze_time(f"2026-{day} 15:00"):
                return Cola(self.env, self.company, gestor).motivos()[0]

        Gestion = self.env["cartera.gestion"].with_user(gestor)
        said = {"channel": "call", "result": "promise", "promise_amount": 1000, "promise_date": "2026-07-22"}
        gestion = Gestion.create({"expediente_id": tenant.id, "date": "2026-07-15 15:00:00", **said})
        # FRV5: the debtor intends to pay.
        self.assertEqual((gestion.intends_to_pay, gestion.next_step), ("yes", "promise"))
        self.assertEqual(motivos("07-22"), {"paused": 1})
        self.assertEqual(motivos("07-23"), {"guard": 1})
        # FRV9: the income received brings everything up to date, and the promise is kept before its day.
        self.pagar(tenant.partida_ids.move_id, payment_date="2026-07-21")
        self.env["cartera.promesa"].sudo()._juzgar(self.company)
        self.assertEqual(gestion.promesa_ids.state, "pending", "the payment is of a day to come")
        with freeze_time("2026-07-21 15:00"):
            self.env["cartera.promesa"].sudo()._juzgar(self.company)
        self.assertEqual(gestion.promesa_ids.state, "kept")
        self.assertEqual((tenant.amount_overdue, tenant.promise_level), (0.0, "keeps"))

    def test_FRV13_the_legal_office_asks_for_a_certificate_of_debt_and_gets_it_signed(self):
        gestor, tesorero = self.usuario("gestor"), self.usuario("tesorero")
        tenant = self.arrendatario("Arrendataria", 130, 100, -5)
        self.actualizar()
        asked = Form(
            self.env["cartera.certificado.emitir"]
            .with_user(gestor)
            .with_context(active_model="cartera.expediente", active_id=tenant.id)
        )
        asked.kind, asked.requested_by, asked.request_ref = "debt", "Oficina Asesora Jurídica", "Memorando 114"
        self.assertEqual((asked.item_count, asked.amount_capital, asked.needs_signature), (2, 2000, True))
        certificado = self.env["cartera.certificado"].sudo().browse(asked.save().action_apply()["res_id"])
        # The rent that is not due yet cannot be demanded: it is told apart.
        self.assertEqual(certificado.linea_ids.filtered("excluded").partida_id.date_due, self.dia(-5))
        self.assertEqual((certificado.state, certificado.number), ("approval", False))
        # The coordinator signs the next morning, and the interest is that morning's.
        before = certificado.amount_interest
        with freeze_time("2026-07-16 15:00"):
            certificado.with_user(tesorero)._validate_tier()
        self.assertRecordValues(certificado, [{"state": "issued", "number": "2026-00001", "date": date(2026, 7, 16)}])
        self.assertGreater(certificado.amount_interest, before)
        self.assertEqual(certificado.firma_ids.user_id, tesorero)
        # The lawyer finds it in the dossier.
        abogado = self.usuario("abogado")
        self.assertEqual(tenant.with_user(abogado).certificado_ids.pdf_id.mimetype, "application/pdf")

    def test_FRV10_the_proofs_of_payment_are_in_the_propertys_file_beside_its_lease(self):
        gestor = self.usuario("gestor")
        tenant = self.arrendatario("Arrendataria", 130)
        values = {"name": "Finca 14", "kind": "lease", "partner_id": tenant.partner_id.id}
        finca = self.env["cartera.cuenta"].sudo().create({**values, "company_id": self.company.id})
        tenant.partida_ids.move_id.sudo().cartera_cuenta_id = finca
        tipos = {t.code: t for t in self.politica.documento_tipo_ids}
        dossier = tenant.with_user(gestor)
        self.assertIn("Contrato de arrendamiento · Finca 14", dossier._documentos_faltantes()[dossier])
        for code in ("contrato", "soporte_pago", "soporte_pago"):
            self.env["cartera.documento"].with_user(gestor).create(
                {
                    "expediente_id": tenant.id,
                    "cuenta_id": finca.id,
                    "tipo_id": tipos[code].id,
                    "file": base64.b64encode(code.encode()),
                    "file_name": f"{code}.pdf",
                }
            )
        self.env.invalidate_all()
        self.assertEqual(finca.with_user(gestor).documento_ids.mapped("code").count("soporte_pago"), 2)
        self.assertEqual(dossier._documentos_faltantes()[dossier], ["Copia del documento de identidad"])

@tagged("post_install", "-at_install")
class TestFRVAcuerdo(AcuerdoCase):
    politica_xmlid = "cartera_cobro.politica_fondo"

    def test_FRV6_the_tenant_proposes_the_payment_on_their_own_page_and_the_officer_takes_it_on(self):
        """All at once or by partial payments: the tenant works it out; what they saw is what the officer gets."""
        self.expediente.user_id = self.gestor
        oldest = self.partidas(self.facturas[0])
        asked = {"partidas": set(oldest.ids), "primera": "2026-08-01"}
        page = self.expediente._pagina_de_acuerdo({**asked, "cuotas": "1"})
        at_once = page["plan"]
        self.assertEqual((len(at_once["instalments"]), at_once["capital"]), (1, 600_000))
        self.assertEqual([plan["count"] for plan in page["plans"]][:3], [1, 3, 6])
        plan = self.expediente._pagina_de_acuerdo({**asked, "cuotas": "3"})["plan"]
        acuerdo = self.expediente._pedir_acuerdo(
            {**asked, "cuotas": "3"}, plan["digest"], "Juana Deudora", "Me pagan el 30", "IP 10.0.0.1"
        )
        self.assertEqual((acuerdo.state, acuerdo.activity_ids.user_id), ("draft", self.gestor))
        acuerdo.with_user(self.gestor).action_propose()
        self.assertEqual(sum(acuerdo.cuota_ids.mapped("amount")), plan["total"])

    def test_FRV6_FRV7_all_at_once_or_by_instalments_reviewed_by_the_lawyer_and_the_head_of_the_legal_office(self):
        self.politica.agreement_signers = "legal"
        lawyer, head = self.usuario("abogado"), self.director
        for count, kind in ((1, "commitment"), (6, "agreement")):
            # FRV6: in full, or by partial payments, on the form "propuesta de pago".
            acuerdo = self.acuerdo(moves=self.facturas[0] if count == 1 else self.facturas[1], count=count)
            self.assertEqual(acuerdo.kind, kind)
            acuerdo.action_propose()
            acuerdo._aceptar("email", "Juana Deudora")
            acuerdo.action_request()
            # FRV7: the lawyer reviews it, the coordinator and the head of the legal office subscribe it.
            for user in (lawyer, self.tesorero, head):
                self.assertEqual(acuerdo.state, "approval")
                self.firmar(acuerdo, user)
            self.assertEqual(acuerdo.firma_ids.sorted("id").user_id, lawyer + self.tesorero + head)
            acuerdo._firmar_deudor("Juana Deudora", signature=FIRMA)
            self.assertEqual(acuerdo.state, "active")


@tagged("post_install", "-at_install")
class TestFRVSimulacion(SimulacionCase):
    politica_xmlid = "cartera_cobro.politica_fondo"

    def test_FRV6_the_tenant_compares_paying_at_once_with_instalments_of_chosen_rents(self):
        rents = self.partidas(*self.facturas)
        simulacion = self.abrir(rents[0])
        once, six = self.plan(simulacion, 1), self.plan(simulacion, 6)
        self.assertEqual((once.amount_plan, six.amount_plan), (605_917.81, 605_917.81))
        self.assertEqual((once.date_last, six.date_last), (date(2026, 8, 15), date(2027, 1, 15)))
        commitment = self.elegir(simulacion, 1)
        self.assertEqual(commitment.kind, "commitment")
        commitment.action_propose()
        # The other rent by instalments: the first one is taken.
        other = self.abrir(self.expediente)
        self.assertEqual(other.linea_ids.filtered("chosen").partida_id, rents[1])
        agreement = self.elegir(other, 6)
        agreement.action_propose()
        self.assertEqual((agreement.kind, agreement.linea_ids.partida_id), ("agreement", rents[1]))


@tagged("post_install", "-at_install")
class TestFRVSeguimiento(VigilanciaCase):
    politica_xmlid = "cartera_cobro.politica_fondo"

    def por_firmar(self, **extra):
        """Signed as the fund's policy says: lawyer, coordinator, head of the legal office."""
        self.politica.agreement_signers = "legal"
        acuerdo = self.proponer(**extra)
        acuerdo._aceptar("in_person", "Juana Deudora")
        acuerdo.action_request()
        for user in (self.abogado, self.tesorero, self.director):
            self.firmar(acuerdo, user)
        return acuerdo

    def test_FRV8_FRV9_FRV10_the_officer_asks_for_proofs_and_payments_are_told_to_accounting_and_legal(self):
        contador = self.usuario("contador")
        contador.email, self.abogado.email = "contador@example.com", "juridica@example.com"
        acuerdo, day = self.vigente(), DUE[0] + timedelta(days=1)
        # FRV8: an instalment has no payment in the ledger, so the officer asks for its proof.
        self.noche(day)
        with self.dia_de(day):
            self.Acuerdo._pedir_soportes(self.company)
        self.assertEqual(acuerdo.activity_ids.user_id, self.gestor)
        # FRV9: the income is registered, and the agreement is up to date by itself.
        self.abonar(acuerdo.cuota_ids[0].amount, day)
        self.assertEqual(acuerdo.cuota_ids[0].state, "paid")
        # FRV10: accounting and the legal office know the next morning, once; nobody has to ask any more.
        with self.dia_de(day + timedelta(days=1)):
            self.Acuerdo._pedir_soportes(self.company)
            mail = self.Acuerdo._informar_pagos(self.company)
            self.assertFalse(self.Acuerdo._informar_pagos(self.company))
        self.assertEqual(mail.recipient_ids, contador.partner_id | self.abogado.partner_id)
        self.assertIn(acuerdo.number, mail.body_html)
        self.assertFalse(acuerdo.activity_ids)

    def test_FRV8_FRV10_the_proof_that_the_tenant_sends_pays_the_instalment_and_is_filed_with_the_property(self):
        contador = self.usuario("contador")
        contador.email, self.abogado.email = "contador@example.com", "juridica@example.com"
        values = {"name": "Finca 14", "kind": "lease", "partner_id": self.debtor.id, "company_id": self.company.id}
        self.facturas.sudo().cartera_cuenta_id = finca = self.env["cartera.cuenta"].sudo().create(values)
        acuerdo, day = self.vigente(), DUE[0] + timedelta(days=1)
        self.noche(day)
        cuota, Soporte = acuerdo.cuota_ids[0], self.env["cartera.soporte"].sudo()
        with self.dia_de(day):
            self.Acuerdo._pedir_soportes(self.company)
            # FRV8: asked for; what they send first cannot be read, and is asked for again.
            send = [f"{cuota.amount:.2f}", day.isoformat(), "Banco", "4512", "Juana", set()]
            blurred = self.expediente._enviar_comprobante(*send, [("1.pdf", PDF)], "IP")
            self.assertFalse(acuerdo.activity_ids, "they sent it: nobody asks")
            blurred.with_user(self.tesorero).action_reject("No se lee")
            self.Acuerdo._pedir_soportes(self.company)
            self.assertEqual(acuerdo.activity_ids.user_id, self.gestor)
            good = self.expediente._enviar_comprobante(*send, [("2.pdf", PDF + b"2")], "IP")
            good.with_user(self.tesorero).action_register("new", self.bank, day)
        self.assertEqual(cuota.state, "paid")
        # FRV10: in the property's file, and told to accounting and the legal office, by activity and by mail.
        self.assertEqual(finca.documento_ids.mapped("note"), [good.number])
        self.assertLessEqual(contador | self.abogado, good.activity_ids.user_id)
        mail = Soporte._informar(self.company)
        self.assertEqual(mail.recipient_ids, (contador | self.abogado).partner_id)
        self.assertIn(acuerdo.number, mail.body_html)

    def test_FRV12_a_breach_is_decided_by_a_coordinator_and_told_for_legal_action(self):
        acuerdo, day = self.vigente(), DUE[1] + timedelta(days=1)
        self.noche(day)
        self.assertEqual(acuerdo.activity_ids.user_id, self.tesorero)
        self.assertEqual(self.expediente.alert, "instalment")
        with self.dia_de(day):
            acuerdo.with_user(self.tesorero).action_breach("Dos cuotas sin pagar")
        self.noche(day)
        self.assertEqual(self.expediente.alert, "breach")
        self.assertFalse(acuerdo.activity_ids)
        told = self.env["mail.message"].sudo().search(
            [("model", "=", "cartera.acuerdo"), ("res_id", "=", acuerdo.id), ("message_type", "=", "user_notification")]
        )  # fmt: skip
        self.assertIn(self.abogado.partner_id, told.partner_ids)
        self.assertEqual(acuerdo.comunicacion_ids.mapped("kind"), ["breach"])

    def test_FRV12_FRV14_FRV15_FRV20_the_breach_goes_to_the_legal_office_and_each_case_is_reported_every_month(self):
        self.patch(type(self.env["cartera.remision"]), "_papel", falso)
        self.patch(type(self.env["cartera.remision"]), "_piezas_facturas", lambda remision: iter(()))
        self.abogado.email = "oaj@example.com"
        self.debtor.write({"street": "Calle 1 # 2-3", "city": "Bogotá"})
        self.debtor.sudo().cartera_address_date = HOY
        acuerdo = self.vigente()
        with self.dia_de(date(2026, 10, 1)):
            acuerdo.with_user(self.tesorero).action_breach("Dos cuotas sin pagar")
            # FRV12: told by e-mail, for legal action; the breach is evidence by itself.
            action = acuerdo.with_user(self.gestor).action_refer()
            remision = self.env["cartera.remision"].with_user(self.gestor).browse(action["res_id"])
            remision.action_send()
            mail = self.env["mail.mail"].sudo().search(
                [("model", "=", "cartera.remision"), ("res_id", "=", remision.id)]
            )
            self.assertEqual(mail.recipient_ids, self.abogado.partner_id)
            self.assertIn("incumplió", mail.body_html)
            remision.with_user(self.abogado)._recibir("OAJ", date(2026, 10, 1))
        with self.dia_de(date(2026, 10, 20)):
            # FRV14: what was achieved, case by case, with its proofs, by the lawyer and by the administration team.
            Actuacion = self.env["cartera.actuacion"]
            paper = self.env["ir.attachment"].with_user(self.abogado).create({"name": "Auto.pdf", "raw": b"%PDF auto"})
            Actuacion.with_user(self.abogado).create(
                {"remision_id": remision.id, "kind": "order", "date": date(2026, 10, 15), "court": "Juzgado 8",
                 "document_ids": paper.ids, "next_step": "Notificar", "next_date": date(2026, 11, 5)}
            )  # fmt: skip
            Actuacion.with_user(self.gestor).create(
                {"remision_id": remision.id, "kind": "other", "date": date(2026, 10, 18), "note": "Abono en el banco"}
            )
        with self.dia_de(date(2026, 11, 3)):
            # FRV15: the month's state of each case.
            report = self.env["cartera.informe.juridico"].with_user(self.gestor).create({"month": date(2026, 10, 1)})
            [caso] = report._casos()
        self.assertEqual((caso.court, caso.lawyer, caso.sent), ("Juzgado 8", self.abogado.name, date(2026, 10, 1)))
        self.assertEqual((caso.event_date, caso.capital), (date(2026, 10, 18), 1_000_000))
        with self.dia_de(date(2026, 11, 3)):
            # FRV20: the month's management, to the administration team; FRV15's cases are in it.
            self.env["cartera.corte"].sudo()._generar(self.company, date(2026, 10, 31))._confirmar()
            tipo = self.env.ref("cartera_cobro.informe_tipo_administracion")
            informe = (
                self.env["cartera.informe"]
                .with_user(self.tesorero)
                .with_company(self.company)
                .create({"tipo_id": tipo.id, "month": date(2026, 10, 1)})
            )
        tables = {t["title"]: t for s in informe.content["sections"] for t in s["tables"]}
        [row] = tables["Casos"]["rows"]
        self.assertEqual((row[0], row[4], row[6]), (self.debtor.name, "2026-10-18", 1_000_000))
        self.assertEqual(tables["Cartera al cierre"]["rows"][0][3], 1_000_000)
        self.assertEqual([r[1] for r in tables["Acuerdos del mes"]["rows"]], [1], "the breach of 1 October")


@tagged("post_install", "-at_install")
class TestFRVBoletin(BoletinCase):
    def test_FRV17_FRV18_the_list_over_five_wages_crossed_by_two_teams_and_sent_with_its_memo_twice_a_year(self):
        tenant = self.deudor("Arrendataria", "1020304050", self.cc)
        rents = [self.deuda(MAS, SEIS_MESES, tenant), self.deuda(MAS - 10, SEIS_MESES, tenant)]
        # FRV17: the accounting team lists who owes more than five wages, and the portfolio team crosses the list.
        boletin = self.boletin(user=self.contador)
        self.assertEqual(set(boletin.linea_ids.move_id), {self.debe, rents[0]})
        self.assertIn("1020304050", boletin.linea_ids.mapped("id_number"))
        boletin.linea_ids.filtered(lambda line: line.partner_id == tenant)._decidir(False, "lawsuit", "Juzgado 3")
        boletin.action_request()
        self.firmar(boletin, self.tesorero)
        self.assertFalse(boletin.txt_id, "one team is not enough")
        self.firmar(boletin, self.otro_contador)
        # FRV18: it goes to the financial group by a numbered memo, and is sent; again at the other cut-off.
        boletin.action_mail()
        self.assertTrue(boletin.mailed_on)
        boletin._enviar(date(2026, 7, 15), "CHIP-1")
        self.assertTrue(self.expediente(self.deudora)._reportado_bdme())
        self.assertFalse(self.expediente(tenant)._reportado_bdme())
        with freeze_time("2026-12-02 17:00:00"):
            self.actualizar()
            following = self.boletin(user=self.contador, cutoff=date(2026, 11, 30))
            self.assertEqual((following.date_deadline, following.included_count), (date(2026, 12, 10), 2))
            self.firmado_por(following, self.tesorero, self.otro_contador)
            self.assertEqual((boletin.number, following.number), ("2026-00001", "2026-00002"))
        self.assertEqual(boletin.cutoff, MAYO)

    def firmado_por(self, boletin, *users):
        boletin.action_request()
        self.firmar(boletin, *users)


@tagged("post_install", "-at_install")
class TestFRVSaneamiento(CastigoCase):
    politica_xmlid = "cartera_cobro.politica_fondo"

    def test_frv19_cleansing_posts_after_the_minutes_of_the_accounting_sustainability_committee(self):
        company = self.company.sudo()
        accounts = company._cartera_cargar_cgn()
        company.write({name: account.id for name, account in accounts.items() if name})
        rent = self.factura(2000, 900_000.0)
        caso = self.caso(rent, decision="cleanse")
        caso.write({"cause": "prescription", "authority": "Manual de sostenibilidad contable, art. 12"})
        castigo = self.env["cartera.castigo"]._autorizar(caso).sudo(False).with_user(self.contador)
        castigo.action_post()
        self.assertEqual((castigo.kind, castigo.cause, castigo.amount), ("cleanse", "prescription", 900_000.0))
        codes = {line.account_id.with_company(company).code: line.balance
                 for line in (castigo.move_id | castigo.memo_move_id).sudo().line_ids}  # fmt: skip
        receivable = self.receivable.with_company(company).code
        self.assertEqual(codes, {receivable: -900_000.0, "534790": 900_000.0, "831590": 900_000.0,
                                 "891506": -900_000.0})  # fmt: skip
        self.assertEqual(self.partidas(rent).etapa_id.kind, "written_off")
        # The decision is annulled: the rent is owed again.
        castigo.action_reverse("El comité anuló la decisión")
        self.assertEqual((rent.amount_residual, self.expediente()._castigado()), (900_000.0, 0))


@tagged("post_install", "-at_install")
class TestFRVComite(ActaCase):
    politica_xmlid = "cartera_cobro.politica_fondo"

    def test_FRV16_the_report_goes_to_the_committee_and_its_minutes_say_what_follows(self):
        Attachment = self.env["ir.attachment"].with_user(self.secretario)
        report = Attachment.create({"name": "Informe julio.xlsx", "raw": b"x"})
        acta = self.acta(anexo_ids=[Command.link(report.id)])
        acta.action_convene()
        acta.action_open()
        self.compromiso(acta, name="Indagar el estado del proceso 2025-114", user=self.secretario)
        acta.development = "<p>Se revisó el estado de los casos.</p>"
        acta.action_close()
        self.firmar(acta)
        acta.action_execute()
        self.assertEqual(acta.compromiso_ids.activity_ids.user_id, self.secretario)
        # The next month it comes back by itself, until somebody says what was done.
        following = self.acta()
        following.action_open()
        self.assertEqual(following.previo_ids.mapped("name"), ["Indagar el estado del proceso 2025-114"])
        # What was attached is part of what was signed.
        report.sudo().raw = b"otro"
        self.assertFalse(acta._en_firme())

    def test_FRV19_only_the_signed_minutes_of_accounting_sustainability_cleanse(self):
        with self.assertRechaza(ValidationError, "Comité de Cartera has no power for this decision"):
            self.caso(self.acta(), proposed="cleanse", cause="insolvency")
        body = self.crear_comite(
            "Comité de Sostenibilidad", "CTSC", can_write_off=False, can_cleanse=True, needs_act=True, quorum_rule="all"
        )
        acta, caso = self.cerrada("cleanse", body)
        with self.assertRechaza(UserError, "unsigned minutes decide nothing"):
            acta.action_execute()
        self.firmar(acta)
        with self.assertRechaza(UserError, "the legal representative decides by act"):
            acta.action_execute()
        act = self.env["ir.attachment"].with_user(self.secretario).create({"name": "resolucion.pdf", "raw": b"%PDF"})
        acta.write({"act_number": "Resolución 77", "act_date": acta.date, "act_file_ids": [Command.link(act.id)]})
        acta.action_execute()
        self.assertRecordValues(self.castigos(), [{"caso_id": caso.id, "kind": "cleanse", "state": "authorized"}])


@tagged("post_install", "-at_install")
class TestFRVListado(CorteCase):
    politica_xmlid = "cartera_cobro.politica_fondo"

    def test_FRV2_monthly_list_of_more_than_90_days_and_its_auxiliary_book(self):
        """The closing of the month, filtered as the screen does it, and the account that it ties to."""
        tenants = [self.debtor.copy({"name": name}) for name in ("Al día", "Noventa", "Noventa y uno", "Antigua")]
        since = (HOY - FIN).days
        ages = zip((5, 90, 91, 400), tenants, strict=True)
        moves = [self.factura(days + since, 1_000, partner=tenant) for days, tenant in ages]
        self.pagar(moves[3], 400, payment_date=date(2026, 6, 15))
        corte = self.generar().with_user(self.usuario("contador"))
        corte.action_confirmar()
        search = self.env.ref("cartera_cobro.cartera_corte_linea_view_search")
        domain = etree.fromstring(search.arch).xpath("//filter[@name='over_90']/@domain")[0]
        listed = corte.line_ids.filtered_domain(safe_eval(domain))
        self.assertEqual(
            [(line.partner_name, line.days_overdue, line.amount) for line in listed.sorted("days_overdue")],
            [("Noventa y uno", 91, 1_000), ("Antigua", 400, 600)],
        )
        # The auxiliary book of the account sums to what the closing does.
        tie = {"amount_ledger": 3_600, "amount_items": 3_600, "amount_difference": 0}
        self.assertRecordValues(corte.cuadre_ids, [tie])
