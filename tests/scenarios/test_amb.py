"""Local authority: cobro persuasivo, from the review of the portfolio to the payment or the lawyer."""

import base64
from datetime import date, timedelta

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from tests.models.common import HOY, CarteraCase
from tests.models.test_acuerdo import FIRMA, AcuerdoCase
from tests.models.test_acuerdo_simulacion import SimulacionCase
from tests.models.test_acuerdo_vigilancia import DUE, VigilanciaCase
from tests.models.test_comunicacion import ComunicacionCase
from tests.models.test_control_contacto import paginas
from tests.models.test_remision import falso
from tests.models.test_soporte import PDF
from tests.models.test_tablero import Tablero


@tagged("post_install", "-at_install")
class TestAMB(CarteraCase):
    politica_xmlid = "cartera_cobro.politica_autoridad"

    def test_AMB1_AMB2_monthly_review_orders_the_oldest_and_largest(self):
        gestor = self.usuario("gestor")
        for days, amount in ((-10, 9e6), (20, 1e5), (20, 8e6), (400, 1e5), (400, 8e6)):
            self.factura(days, amount, partner=self.debtor.copy({"name": f"{days}d {amount:.0f}"}))
        counts = self.actualizar()
        self.assertEqual((counts["moved"], counts["unchanged"]), (4, 1))
        worklist = self.Expediente.with_user(gestor).search([("amount_overdue", ">", 0)])
        self.assertEqual(
            worklist.mapped("partner_id.name"), ["400d 8000000", "400d 100000", "20d 8000000", "20d 100000"]
        )
        self.assertEqual(set(worklist.mapped("etapa_id.code")), {"PER"})
        self.assertTrue(all(worklist.mapped("in_list")))

    def llamar(self, user, **values):
        """What the officer records of the call of their turn in the queue."""
        env = self.env(user=user, su=False, context={"allowed_company_ids": self.company.ids})
        turn = env["cartera.llamada"].browse(env["cartera.llamada"].action_siguiente()["res_id"])
        dialog = turn._dialogo(values.pop("result"))
        return env["cartera.gestion"].with_context(**dialog["context"]).create(values)

    def test_AMB3_AMB4_AMB5_the_debtor_is_called_heard_and_sent_to_the_unit_that_answers(self):
        gestor = self.usuario("gestor")
        for name, days in (("Propone", 90), ("No está de acuerdo", 40)):
            partner = self.debtor.copy({"name": name, "phone": f"+57 310 555 01{days}"})
            self.factura(days, 1_000_000.0, partner=partner)
            self.env["cartera.autorizacion"].sudo().create(
                {"partner_id": partner.id, "channel": "call", "date_from": "2026-01-01", "source": "Contrato"}
            )
        self.actualizar()
        # AMB3: the call is in the contact record, with the number dialled, the attempt, and what the law said.
        heard = self.llamar(gestor, result="proposal", proposal="300.000 hoy y el resto en tres cuotas")
        self.assertRecordValues(
            heard,
            [
                {
                    "partner_id": heard.expediente_id.partner_id.id,
                    "address": "+57 310 555 0190",
                    "direct": True,
                    "attempt_no": 1,
                    "verdict": "OK",
                    "amount_overdue": 1_000_000.0,
                    # AMB4: what the debtor proposes is kept in their words, and somebody has to prepare it.
                    "proposal": "300.000 hoy y el resto en tres cuotas",
                    "intends_to_pay": "yes",
                    "next_step": "agreement",
                }
            ],
        )
        self.assertIn("300.000 hoy", heard.expediente_id.activity_ids.note)
        # AMB5: who does not agree with the debt is sent to the competent unit, and the complaint is followed.
        claim = self.llamar(gestor, result="claim", referred_to="Subdirección Ambiental")
        self.assertRecordValues(claim, [{"intends_to_pay": "no", "next_step": "claim"}])
        self.assertIn("Subdirección Ambiental", claim.expediente_id.activity_ids.note)
        self.assertNotEqual(claim.expediente_id, heard.expediente_id)

    def test_AMB5_the_complaint_is_filed_for_the_competent_unit_and_holds_what_it_disputes(self):
        gestor = self.usuario("gestor")
        self.debtor.phone = "+57 310 555 0190"
        disputed, other = self.factura(90, 1_000_000.0), self.factura(40, 300_000.0)
        self.env["cartera.autorizacion"].sudo().create(
            {"partner_id": self.debtor.id, "channel": "call", "date_from": "2026-01-01", "source": "Contrato"}
        )
        self.actualizar()
        heard = self.llamar(
            gestor,
            result="claim",
            referred_to="Subdirección Ambiental",
            note="La sanción fue revocada",
            partida_ids=self.partidas(disputed).ids,
        )
        # From the contact, the complaint is written down for the unit that the debtor was sent to.
        action = heard.action_reclamar()
        form = Form(self.env["cartera.reclamacion"].with_user(gestor).with_context(**action["context"]))
        form.subject = "Sanción revocada"
        claim = form.save()
        claim.action_file()
        self.assertRecordValues(
            claim,
            [
                {
                    "gestion_id": heard.id,
                    "unit": "Subdirección Ambiental",
                    "text": "La sanción fue revocada",
                    "amount_disputed": 1_000_000.0,
                    "user_id": gestor.id,
                    "deadline": date(2026, 8, 6),
                }
            ],
        )
        self.assertEqual(self.partidas(disputed, other).mapped("hold_reason"), ["claim", False])
        self.assertEqual(heard.action_reclamar()["res_id"], claim.id)

    def test_AMB3_AMB4_AMB10_what_the_debtor_promises_on_the_phone_is_followed_up_from_the_ledger(self):
        gestor = self.usuario("gestor")
        self.debtor.phone = "+57 310 555 0101"
        old, recent = self.factura(90, 1_000_000.0), self.factura(40, 300_000.0)
        self.env["cartera.autorizacion"].sudo().create(
            {"partner_id": self.debtor.id, "channel": "call", "date_from": "2026-01-01", "source": "Contrato"}
        )
        self.actualizar()
        # AMB4: heard on the phone, the promise is of the oldest debt and waits until its day.
        heard = self.llamar(gestor, result="promise", promise_amount=800_000, promise_date="2026-07-17")
        promesa = heard.promesa_ids
        self.assertRecordValues(promesa, [{"state": "pending", "source": "contact", "user_id": gestor.id}])
        self.assertEqual(promesa.linea_ids.partida_id.move_id, old)
        self.assertFalse(self.partidas(recent).date_promised)
        # AMB10: half of it comes, and the night says so on top of the worklist.
        self.pagar(old, 400_000.0, payment_date="2026-07-17")
        self.Partida.env["cartera.promesa"]._juzgar(self.company, date(2026, 7, 23))
        self.assertRecordValues(promesa, [{"state": "partial", "amount_paid": 400_000.0}])
        mine = self.Expediente.with_user(gestor).search([("alert", "=", "promise")])
        self.assertRecordValues(mine, [{"partner_id": self.debtor.id, "promise_level": "sometimes"}])

    def test_AMB10_the_treasurer_sees_on_the_dashboard_what_came_in_and_whom_nobody_called(self):
        gestor, tesorero = self.usuario("gestor"), self.usuario("tesorero")
        called = self.debtor.copy({"name": "Llamado"})
        called.sudo().cartera_contact_exempt = True
        paid = self.factura(60, 500_000, partner=called)
        self.factura(45, 800_000)
        self.actualizar()
        self.pagar(paid, 200_000, payment_date=date(2026, 6, 20))
        self.env["cartera.corte"].sudo()._generar(self.company, date(2026, 6, 30))._confirmar()
        self.env["cartera.recaudo"].sudo()._actualizar(self.company)
        tablero = Tablero(self.env(user=tesorero, su=False))
        self.assertEqual((tablero.value("cmo_vencida"), tablero.value("cmo_recaudo")), (1_100_000, 200_000))
        self.assertEqual(tablero.value("cmo_sin_contacto"), 2)
        expediente = self.Expediente.search([("partner_id", "=", called.id)])
        self.env["cartera.gestion"].with_user(gestor).create(
            {"expediente_id": expediente.id, "channel": "call", "direction": "in", "result": "talked"}
        )
        self.assertEqual(tablero.value("cmo_sin_contacto"), 1)

    def test_AMB3_the_calls_of_a_month_are_on_the_form_F_FIN_01(self):
        gestor, tesorero = self.usuario("gestor"), self.usuario("tesorero")
        self.debtor.phone = "+57 310 555 0190"
        self.factura(90)
        self.env["cartera.autorizacion"].sudo().create(
            {"partner_id": self.debtor.id, "channel": "call", "date_from": "2026-01-01", "source": "Contrato"}
        )
        self.actualizar()
        self.llamar(gestor, result="claim", referred_to="Subdirección Ambiental")
        wizard = self.env["cartera.control.contacto"].with_user(tesorero).create({"month": HOY, "user_id": gestor.id})
        Report = self.env["ir.actions.report"].with_user(tesorero).with_context(force_report_rendering=True)
        [page] = paginas(Report._render_qweb_pdf("cartera_cobro.control_contacto_mes", wizard.ids)[0])
        for piece in ("F-FIN-01", "Juana Deudora", "+57 310 555 0190", "1 / 1", "Subdirección Ambiental", gestor.name):
            self.assertIn(piece, page)


@tagged("post_install", "-at_install")
class TestAMBCartas(ComunicacionCase):
    politica_xmlid = "cartera_cobro.politica_autoridad"

    def escribir(self, user, template, channel):
        """The letter that the officer writes from the dossier, with its signatures asked for."""
        wizard = self.env["cartera.comunicacion.escribir"].with_user(user)
        wizard.with_context(active_model="cartera.expediente", active_ids=self.expediente.ids).create(
            {"template_id": self.env.ref(f"cartera_cobro.{template}").id, "channel": channel}
        ).action_apply()
        return self.expediente.comunicacion_ids.sorted()[:1].with_user(user)

    def firmar(self, letter, user):
        """The treasurer signs, in the dialogue that asks for a comment."""
        letter.invalidate_recordset()
        action = letter.with_user(user).validate_tier()
        wizard = self.env["comment.wizard"].with_user(user).with_context(**action["context"])
        wizard.create({"comment": "Revisado"}).add_comment()
        letter.invalidate_recordset()

    def test_AMB6_the_address_is_confirmed_before_a_letter(self):
        gestor = self.usuario("gestor")
        self.debtor.sudo().cartera_address_date = False
        letter = self.mensaje("letter").with_user(gestor)
        letter.action_send()
        self.assertEqual((letter.state, letter.drop_reason), ("cancelled", "unconfirmed"))
        self.debtor.with_user(gestor).action_cartera_confirm_address()
        again = self.mensaje("letter").with_user(gestor)
        again.action_send()
        self.assertTrue(again.date_prepared)
        self.debtor.city = "Cali"
        self.assertEqual(self.enviar(self.mensaje("letter", plantilla=self.plantilla.copy())), {"dropped": 1})

    def test_AMB7_the_letter_is_signed_by_the_treasurer_filed_and_dispatched_on_paper_and_by_email(self):
        gestor, tesorero = self.usuario("gestor"), self.usuario("tesorero")
        self.debtor.vat = "52123456"
        paper = self.escribir(gestor, "plantilla_primera_carta", "letter")
        email = self.escribir(gestor, "plantilla_primera_carta", "email")
        self.assertEqual((paper.state, email.state), ("draft", "draft"))
        for letter in (paper, email):
            self.firmar(letter, tesorero)
        self.assertEqual((paper.number, email.number), ("2026-00001", "2026-00002"))
        self.assertEqual(paper.firma_ids.user_id, tesorero)
        paper.write({"number_external": "R-2026-881", "tracking_number": "RA123"})
        paper.action_print()
        paper.action_dispatched()
        email.action_send()
        self.assertEqual((paper.state, email.state), ("sent", "sent"))
        self.assertTrue(email.pdf_id)
        self.assertIn("Acuerdo de pago", paper.body_html)
        self.assertEqual(self.expediente.gestion_ids.mapped("channel"), ["email", "letter"])
        self.assertEqual(paper.day_sent, HOY)

    def test_AMB8_AMB12_ineffective_persuasive_collection_goes_to_the_lawyer_for_coactive_collection(self):
        gestor, tesorero, lawyer = (self.usuario(role) for role in ("gestor", "tesorero", "abogado"))
        lawyer.email = "coactivo@example.com"
        self.patch(type(self.env["cartera.remision"]), "_papel", falso)
        self.env.ref("cartera_cobro.tier_remision_tesorero").sudo().has_comment = False
        expediente = self.expediente.with_user(gestor)
        remision = self.env["cartera.remision"].with_user(gestor).browse(expediente.action_refer()["res_id"])
        self.assertRecordValues(
            remision,
            [{"destination": "coactive", "abogado_id": lawyer.id, "etapa_id": self.politica.etapa_ids[2].id}],
        )
        # The coactive stage asks for a round of contact: nobody has called yet.
        with self.assertRaisesRegex(UserError, "needs 1 rounds of 1 attempts, and 0 are complete"):
            remision.action_request()
        self.gestion("no_answer")
        remision.invalidate_recordset()
        remision.action_request()
        self.firmar_sin_comentario(remision, tesorero)
        remision.action_send()
        self.assertEqual(self.expediente.etapa_id.code, "COA")
        mail = self.env["mail.mail"].sudo().search([("model", "=", "cartera.remision"), ("res_id", "=", remision.id)])
        self.assertEqual(mail.recipient_ids, lawyer.partner_id)
        remision.with_user(lawyer)._recibir("Laura Abogada", HOY, "R-114")
        # AMB12: the official communication to the lawyer stays in the dossier.
        self.assertEqual(self.expediente.documento_ids.mapped("code"), ["coactivo"])
        self.assertEqual(self.expediente.documento_ids.file_name, f"Comunicado interno {remision.number}.pdf")

    def firmar_sin_comentario(self, remision, user):
        remision.invalidate_recordset()
        remision.with_user(user).validate_tier()
        remision.invalidate_recordset()


@tagged("post_install", "-at_install")
class TestAMBAcuerdo(AcuerdoCase):
    politica_xmlid = "cartera_cobro.politica_autoridad"

    def test_AMB9_AMB11_the_debtor_accepts_then_treasurer_director_and_debtor_sign_in_that_order(self):
        # AMB9: the proposal is shown to the debtor, who accepts it, and only then it is formalised.
        acuerdo = self.acuerdo(count=12, down_payment=200_000, down_date=HOY)
        acuerdo.action_propose()
        with self.assertRaisesRegex(UserError, "has not accepted"):
            acuerdo.action_request()
        acuerdo._aceptar("in_person", "Juana Deudora", "Firmó el formato de propuesta de pago.")
        acuerdo.action_request()
        # AMB11: the treasurer, the director, the debtor.
        self.firmar(acuerdo, self.director)
        self.assertFalse(acuerdo.firma_ids)
        with self.assertRaises(UserError):
            acuerdo._firmar_deudor("Juana Deudora", signature=FIRMA)
        for user in (self.tesorero, self.director):
            self.firmar(acuerdo, user)
        acuerdo._firmar_deudor("Juana Deudora", signature=FIRMA)
        signed = acuerdo.firma_ids.sorted("id")
        self.assertEqual(signed.mapped("signer_name"), [self.tesorero.name, self.director.name, "Juana Deudora"])
        self.assertEqual((acuerdo.state, acuerdo.date_active), ("active", HOY))
        # AMB10: what the treasurer verifies afterwards is the ledger's.
        self.pagar(self.facturas[0], 200_000)
        self.assertEqual(acuerdo.cuota_ids[0].state, "paid")
        self.assertEqual(acuerdo.cuota_ids[0].date_due, HOY)
        self.assertEqual(acuerdo.next_date, date(2026, 8, 15))


@tagged("post_install", "-at_install")
class TestAMBSimulacion(SimulacionCase):
    politica_xmlid = "cartera_cobro.politica_autoridad"

    def test_AMB4_AMB9_what_the_debtor_proposes_becomes_the_plan_that_both_choose(self):
        # AMB4: the officer hears the proposal and records it; from the contact, the plans are compared.
        self.politica.write({"agreement_rate": 12, "agreement_guarantee_from": 900_000})
        heard = self.proposicion(proposal="200.000 hoy y el resto en un año o más")
        simulacion = self.abrir(heard)
        self.assertEqual(simulacion.proposal, "200.000 hoy y el resto en un año o más")
        simulacion.write({"down_payment": 200_000})
        self.plan(simulacion, 6).count = 24
        plans = {p.count: (p.needs_guarantee, p.amount_plan) for p in simulacion.plan_ids}
        self.assertEqual([plans[n][0] for n in (1, 3, 12, 24, 60)], [False, False, False, True, True])
        # AMB9: they settle on a year, without guarantee; it is proposed to the debtor, who accepts it.
        acuerdo = self.elegir(simulacion, 12)
        self.assertEqual((acuerdo.gestion_id, acuerdo.amount_plan), (heard, plans[12][1]))
        acuerdo.action_propose()
        acuerdo._aceptar("in_person", "Juana Deudora", "Firmó el formato de propuesta de pago.")
        acuerdo.action_request()
        self.assertEqual(acuerdo.state, "approval")


@tagged("post_install", "-at_install")
class TestAMBPapeles(CarteraCase):
    politica_xmlid = "cartera_cobro.politica_autoridad"

    def archivar(self, user, expediente, code, name):
        tipo = self.politica.documento_tipo_ids.filtered(lambda t: t.code == code)
        values = {"expediente_id": expediente.id, "tipo_id": tipo.id, "file_name": name}
        return self.env["cartera.documento"].with_user(user).create(
            {**values, "file": base64.b64encode(name.encode())}
        )

    def test_AMB12_receipts_acts_and_official_communications_are_kept_in_the_dossier(self):
        gestor, tesorero = self.usuario("gestor"), self.usuario("tesorero")
        self.factura(90)
        self.actualizar()
        dossier = self.Expediente.search([("partner_id", "=", self.debtor.id)]).with_user(gestor)
        self.assertEqual(
            dossier._documentos_faltantes()[dossier],
            ["Acto administrativo que origina la obligación", "Copia del documento de identidad"],
        )
        for code, name in (
            ("acto", "Resolución 114.pdf"),
            ("oficio", "Oficio 2026-00001 con guía.pdf"),
            ("recibo_caja", "Recibo 881.pdf"),
            ("recibo_caja", "Recibo 902.pdf"),
            ("reclamacion", "Reclamación.pdf"),
            ("cedula", "Cédula.pdf"),
        ):
            self.archivar(gestor, dossier, code, name)
        self.env.invalidate_all()
        self.assertEqual(dossier._documentos_faltantes(), {})
        # Nothing replaced anything: each receipt is its own, and all stay after the debt is paid.
        self.pagar(dossier.partida_ids.sudo().move_id)
        self.assertEqual(len(dossier.documento_ids.filtered(lambda d: d.state == "valid")), 6)
        # The paper that says so is one more that stays.
        paid = self.env["cartera.certificado"].with_user(gestor)._emitir(dossier, "paid", purpose="Trámite catastral")
        debts = dossier.partida_ids.filtered(lambda p: p.amount > 0)
        self.assertEqual((paid.number, paid.linea_ids.partida_id), ("2026-00001", debts))
        for document in (*dossier.documento_ids.with_user(tesorero), paid.with_user(tesorero)):
            with self.assertRaises(UserError):
                document.unlink()

    def test_AMB12_the_receipt_that_the_debtor_brings_is_kept_once_the_treasury_registered_it(self):
        gestor, tesorero = self.usuario("gestor"), self.usuario("tesorero")
        item = self.partidas(self.factura(90))
        Nuevo = self.env["cartera.soporte.nuevo"].with_user(gestor)
        with Form(Nuevo.with_context(default_expediente_id=item.expediente_id.id)) as form:
            form.amount, form.reference, form.file = 400.0, "881", base64.b64encode(PDF)
        form.save().file_name = "881.pdf"
        soporte = self.env["cartera.soporte"].sudo().browse(form.save().action_send()["res_id"])
        self.assertFalse(item.expediente_id.documento_ids)
        soporte.with_user(tesorero).action_register("new", self.bank, soporte.date)
        self.assertRecordValues(
            item.expediente_id.documento_ids,
            [{"code": "recibo_caja", "file_name": "881.pdf", "received_by_id": tesorero.id, "note": soporte.number}],
        )
        self.assertEqual(item.amount_residual, 600.0)


@tagged("post_install", "-at_install")
class TestAMBSeguimiento(VigilanciaCase):
    politica_xmlid = "cartera_cobro.politica_autoridad"

    def test_AMB11_the_agreement_in_force_is_followed_night_after_night_until_it_is_paid(self):
        acuerdo = self.vigente()
        before = DUE[0] - timedelta(days=2)
        with self.dia_de(before):
            self.Acuerdo._recordar_cuotas(self.company)
        self.assertEqual(acuerdo.comunicacion_ids.mapped("kind"), ["instalment"])
        for day, cuota in zip(DUE[:3], acuerdo.cuota_ids[:3], strict=True):
            self.abonar(cuota.amount, day)
            self.noche(day + timedelta(days=1))
            self.assertFalse(acuerdo.missed_count)
        # AMB10: the treasurer sees in the ledger that capital is paid; the rest of the interest closes it.
        self.abonar(sum(self.facturas.mapped("amount_residual")), DUE[3])
        self.assertEqual(sum(self.facturas.mapped("amount_residual")), 0)
        with self.dia_de(DUE[3]):
            self.env["account.payment"].create(
                {"partner_id": self.debtor.id, "amount": acuerdo.amount_due, "payment_type": "inbound",
                 "partner_type": "customer", "journal_id": self.bank.id, "date": DUE[3]}
            ).action_post()  # fmt: skip
        self.assertEqual(self.noche(DUE[3] + timedelta(days=1))["fulfilled"], 1)
        self.assertEqual(acuerdo.comunicacion_ids.sorted("id").mapped("kind"), ["instalment", "fulfilled"])
