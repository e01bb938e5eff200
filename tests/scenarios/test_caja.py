"""Family compensation fund: administrative collection of services sold on credit, then the legal office."""

import base64
import io
import zipfile
from datetime import date, timedelta

from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from openpyxl import load_workbook

from tests.models.common import CarteraCase
from tests.models.test_acta import ActaCase
from tests.models.test_castigo import CastigoCase
from tests.models.test_certificado import texto
from tests.models.test_comunicacion import ComunicacionCase
from tests.models.test_provision import ProvisionCase
from tests.models.test_remision import RemisionCase, falso
from tests.models.test_soporte import PDF


@tagged("post_install", "-at_install")
class TestCaja(CarteraCase):
    politica_xmlid = "cartera_cobro.politica_caja"

    def test_CC1_portfolio_of_the_invoices_in_collection(self):
        coordinador = self.usuario("tesorero")
        expected = {}
        for days, code in ((-30, "VIG"), (-3, "PRE"), (1, "ADM"), (200, "ADM")):
            expected[self.partidas(self.factura(days))] = code
        self.actualizar()
        for partida, code in expected.items():
            self.assertEqual(partida.with_user(coordinador).etapa_id.code, code)
        self.assertCuadra()

    def test_CC1_the_portfolio_report_by_age_as_a_book(self):
        coordinador = self.usuario("tesorero")
        for days, amount in ((-30, 100), (15, 200), (45, 300)):
            self.factura(days, amount)
        self.env["cartera.edades.informe"].with_user(coordinador).create({}).action_xlsx()
        content = self.env["cartera.exportacion"].with_user(coordinador).search([], limit=1).attachment_id.raw
        sheet = load_workbook(io.BytesIO(content))["Por deudor"]
        head, row = ([cell.value for cell in sheet[number]] for number in (5, 6))
        totals = dict(zip(head, row, strict=True))
        self.assertEqual((totals["Deudor"], totals["Partidas"], totals["Total"]), (self.debtor.name, 3, 600))
        self.assertEqual([amount for amount in row[3:-1] if amount], [100, 200, 300], "a band each")

    def test_CC1_the_portfolio_report_as_a_document(self):
        coordinador = self.usuario("tesorero")
        for days, amount in ((40, 1000), (120, 2500)):
            self.factura(days, amount)
        self.actualizar()
        self.env["cartera.corte"].sudo()._generar(self.company, date(2026, 6, 30))._confirmar()
        tipo = self.env.ref("cartera_cobro.informe_tipo_cartera")
        env = self.env(user=coordinador, su=False, context={"force_report_rendering": True})
        Informe = env["cartera.informe"].with_company(self.company)
        informe = Informe.create({"tipo_id": tipo.id, "month": date(2026, 6, 1)})
        said = texto(informe._pdf("cartera_cobro.informe_gestion"))
        for words in ("Informe de cartera", "junio de 2026", "3.500", "2.500", "71,4 %", "Juana Deudora", "Borrador"):
            self.assertIn(words, said)

    def test_CC4_payments_found_while_collecting_go_to_the_treasury_and_are_verified_after(self):
        coordinador, tesorera = self.usuario("tesorero"), self.usuario("contador")
        item = self.partidas(self.factura(60))
        # On the phone the debtor says that they paid, and sends the proof: the coordinator passes it on.
        Nuevo = self.env["cartera.soporte.nuevo"].with_user(coordinador)
        with Form(Nuevo.with_context(default_expediente_id=item.expediente_id.id)) as form:
            form.amount, form.reference, form.file = 1000.0, "4512", base64.b64encode(PDF)
        soporte = self.env["cartera.soporte"].sudo().browse(form.save().action_send()["res_id"])
        self.assertEqual((item.amount_residual, soporte.state), (1000.0, "received"))
        # Who found it does not register it; the treasury does, and the coordinator has it before them to be verified.
        with self.assertRaises(AccessError):
            soporte.with_user(coordinador).action_register("new", self.bank, soporte.date)
        soporte.with_user(tesorera).action_register("new", self.bank, soporte.date)
        self.assertEqual((item.amount_residual, soporte.move_id.state), (0, "posted"))
        told = soporte.activity_ids.filtered(lambda a: a.user_id == coordinador)
        self.assertEqual(told.res_name, soporte.display_name)
        self.assertEqual(item.expediente_id.documento_ids.code, "soporte_pago")
        soporte.with_user(coordinador).action_confirm()
        self.assertFalse(soporte.activity_ids.filtered(lambda a: a.user_id == coordinador))
        self.assertCuadra()

    def test_CC3_what_comes_up_in_collection_is_solved_with_who_sold_the_service(self):
        coordinador, vendedora = self.usuario("tesorero"), new_test_user(self.env, login="vendedora")
        vendedora.write({"company_id": self.company.id, "company_ids": [Command.set(self.company.ids)]})
        invoice = self.factura(40, invoice_user_id=vendedora.id)
        item = self.partidas(invoice)
        # The call in which the debtor disagrees leads, in one click, to whoever sold.
        contact = (
            self.env["cartera.gestion"]
            .with_user(coordinador)
            .create(
                {
                    "expediente_id": item.expediente_id.id,
                    "channel": "call",
                    "direction": "in",
                    "result": "claim",
                    "note": "El grupo fue de 20 personas, no de 30",
                    "partida_ids": item.ids,
                }
            )
        )
        dialogue = Form(
            self.env["cartera.novedad"].with_user(coordinador).with_context(**contact.action_novedad()["context"]),
            "cartera_cobro.cartera_novedad_view_form_new",
        )
        dialogue.kind = "service"
        novedad = dialogue.save()
        self.assertRecordValues(
            novedad,
            [
                {
                    "sent_to": vendedora.id,
                    "description": "El grupo fue de 20 personas, no de 30",
                    "amount": 1000.0,
                    # Five working days, a holiday among them.
                    "deadline": date(2026, 7, 23),
                }
            ],
        )
        novedad.with_user(vendedora).action_answer("Tiene razón: fueron 20", "credit_note")
        self.assertEqual((novedad.state, novedad.answered_by_id), ("answered", vendedora))
        self.assertIn("fueron 20", item.expediente_id.message_ids[0].body)
        novedad.action_close()
        self.assertEqual((novedad.state, novedad.outcome), ("closed", "credit_note"))


@tagged("post_install", "-at_install")
class TestCajaGestion(ComunicacionCase):
    politica_xmlid = "cartera_cobro.politica_caja"

    def test_CC2_calls_mails_and_notices_and_the_receipt_of_the_notice_opens_the_legal_stage(self):
        coordinador = self.usuario("tesorero")
        legal = self.politica.etapa_ids.filtered(lambda e: e.kind == "legal")[:1]
        legal.write({"letters_min": 1, "attempts_min": 0, "rounds_min": 0})
        self.gestion("no_answer")
        self.enviar(self.mensaje())
        notice = self.mensaje("letter", plantilla=self.env.ref("cartera_cobro.plantilla_aviso_1266").sudo())
        self.debtor.vat = "52123456"
        notice.action_print()
        notice.action_dispatched()
        mover = self.env["cartera.etapa.mover"].with_user(coordinador)
        mover = mover.with_context(active_model="cartera.expediente", active_ids=self.expediente.ids)
        wizard = mover.create({"etapa_id": legal.id, "note": "No pagó"})
        with self.assertRaisesRegex(UserError, "needs 1 letters with their receipt, and there are 0"):
            wizard.action_apply()
        receipt = self.env["ir.attachment"].create({"name": "recibido.pdf", "raw": b"sello"})
        notice.action_received(receipt=receipt)
        mover.create({"etapa_id": legal.id, "note": "No pagó"}).action_apply()
        self.assertEqual(self.expediente.etapa_id, legal)
        self.assertEqual(set(self.expediente.gestion_ids.mapped("channel")), {"call", "email", "letter"})

    def test_CC5_what_was_not_recovered_goes_to_the_legal_office_with_its_documents_and_comes_back_stamped(self):
        gestor, coordinador, lawyer = (self.usuario(role) for role in ("gestor", "tesorero", "abogado"))
        office = self.env["res.partner"].create({"name": "Oficina Jurídica", "email": "juridica@example.com"})
        self.company.sudo().cartera_legal_ids = office
        self.patch(type(self.env["cartera.remision"]), "_papel", falso)
        legal = self.politica.etapa_ids.filtered(lambda e: e.kind == "legal")[:1]
        legal.write({"letters_min": 1, "attempts_min": 1, "rounds_min": 1})
        self.debtor.vat = "52123456"
        expediente = self.expediente.with_user(gestor)
        remision = self.env["cartera.remision"].with_user(gestor).browse(expediente.action_refer()["res_id"])
        with self.assertRaises(UserError) as refusal:
            remision.action_send()
        for missing in ("The acceptance of", "needs 1 rounds of 1 attempts", "needs 1 letters with their receipt"):
            self.assertIn(missing, str(refusal.exception))
        # Administrative collection is completed, and the sale's papers too.
        self.gestion("no_answer")
        notice = self.mensaje("letter", plantilla=self.env.ref("cartera_cobro.plantilla_aviso_1266").sudo())
        notice.action_print()
        notice.action_dispatched()
        notice.action_received(receipt=self.env["ir.attachment"].create({"name": "recibido.pdf", "raw": b"sello"}))
        invoices = self.env["cartera.aceptar.factura"].with_user(gestor).with_context(active_id=remision.id)
        invoices.create({"received_date": self.expediente.partida_ids.move_id.invoice_date}).action_apply()
        remision.invalidate_recordset()
        remision.action_send()
        self.assertEqual(self.expediente.etapa_id, legal)
        with zipfile.ZipFile(io.BytesIO(remision.sudo().carpeta_id.raw)) as folder:
            names = " ".join(folder.namelist())
        for piece in ("00 Índice", "Comunicado interno", "Liquidación", "Factura ", "recibido", "Control de contacto"):
            self.assertIn(piece, names)
        # Comunicado con recibido: the stamped copy is in the dossier.
        step = self.env["cartera.remision.paso"].with_user(coordinador).with_context(
            active_model="cartera.remision", active_id=remision.id, default_step="receive"
        )
        step.create(
            {"who": "Oficina Jurídica", "filing_number": "881", "file": base64.b64encode(b"%PDF sello"),
             "file_name": "Comunicado con recibido.pdf"}
        ).action_apply()  # fmt: skip
        self.assertEqual((remision.state, remision.abogado_id), ("received", lawyer))
        filed = self.expediente.documento_ids.filtered(lambda d: d.code == "comunicado_juridica")
        self.assertIn("Comunicado con recibido.pdf", filed.mapped("file_name"))


@tagged("post_install", "-at_install")
class TestCajaCastigo(CastigoCase):
    politica_xmlid = "cartera_cobro.politica_caja"

    def test_cc6_write_off_posts(self):
        old, recent = self.factura(1200, 300_000.0), self.factura(20, 80_000.0)
        self.provisionar(200_000, self.debtor)
        # The minutes name one invoice of the debtor; the accountant is asked to post what they decided.
        castigo = self.autorizar(old)
        self.assertEqual(castigo.activity_ids.user_id, self.contador)
        castigo.action_post()
        self.assertEqual((castigo.amount_allowance, castigo.amount_expense), (200_000.0, 100_000.0))
        self.assertIn("CC-2026-00001", castigo.move_id.ref)
        expediente = self.expediente()
        self.assertEqual((expediente.amount_total, expediente._castigado()), (80_000.0, 300_000.0))
        # Recovered: what arrives later is income, and the control in memorandum accounts comes down.
        castigo.action_recover(self.abonar(120_000.0).ids)
        self.assertEqual((expediente._castigado(), self.saldo(self.memo)), (180_000.0, 180_000.0))
        self.assertEqual(recent.amount_residual, 80_000.0)
        self.assertCuadra()


@tagged("post_install", "-at_install")
class TestCajaComite(ActaCase):
    politica_xmlid = "cartera_cobro.politica_caja"

    def test_CC6_case_by_case_recover_or_write_off_in_numbered_minutes(self):
        self.politica.collection_cost = 50_000
        small = self.otro("Afiliada pequeña", 400, 20_000)
        legal = self.otro("Empresa afiliada", 400, 900_000)
        self.Partida._actualizar(self.company)
        acta = self.acta()
        wizard = self.env["cartera.acta.proponer"].with_user(self.secretario).create({"acta_id": acta.id})
        wizard.linea_ids.chosen = True
        wizard.action_apply()
        cases = {caso.expediente_id: caso for caso in acta.caso_ids}
        self.assertEqual(set(cases), {self.expediente, small, legal})
        self.assertIn("Collecting costs more", cases[small].reason)
        acta.action_convene()
        acta.action_open()
        # Each case by itself: one is recovered by an agreement, one goes to a lawyer, one is written off.
        cases[self.expediente].proposed = "agree"
        cases[legal].write({"proposed": "sue", "lawyer_id": self.secretario.id})
        cases[small].write({"proposed": "write_off", "cause": "cost_benefit"})
        for caso in cases.values():
            caso.action_unanimous()
        acta.action_close()
        self.assertEqual(acta.number, "CC-2026-00001")
        self.firmar(acta)
        acta.action_execute()
        opened = {expediente: caso.document._name for expediente, caso in cases.items()}
        self.assertEqual(
            opened, {self.expediente: "cartera.acuerdo", legal: "cartera.remision", small: "cartera.castigo"}
        )


@tagged("post_install", "-at_install")
class TestCajaIndicador(RemisionCase):
    politica_xmlid = "cartera_cobro.politica_caja"

    def cerrar(self, day):
        """The coordinator confirms the closing of a month end on the day after it."""
        self.env.flush_all()
        with freeze_time(f"{day + timedelta(days=1)} 15:00:00"):
            corte = self.env["cartera.corte"].sudo()._generar(self.company, day)
            corte.with_user(self.tesorero).action_confirmar()
        return corte

    def test_CC7_overdue_last_month_less_overdue_this_one_without_what_is_in_legal(self):
        indicador = self.env.ref("cartera_cobro.indicador_overdue_reduction")
        goal = {"indicador_id": indicador.id, "year": 2026, "goal": 350_000, "tolerance": 100_000}
        meta = self.env["cartera.indicador.meta"].with_user(self.director).with_company(self.company).create(goal)
        junio = self.cerrar(date(2026, 6, 30))
        self.assertEqual(junio.amount_overdue, 1_000_000)
        # In July the older invoice goes to the legal office, 300,000 of the other come in, and 100,000 more fall due.
        older, other = self.facturas
        self.borrador(partidas=self.partidas(older)).action_send()
        self.pagar(other, 300_000)
        self.factura(-5, 100_000)
        self.cerrar(date(2026, 7, 31))
        # 400,000 before, less the 100,000 left of it and the new 100,000: legal counts in neither month.
        board = indicador.with_user(self.tesorero).with_company(self.company)
        self.assertRecordValues(
            board.valor_id, [{"value": 200_000, "numerator": 400_000, "denominator": 200_000, "light": "red"}]
        )
        self.assertIn("200", board.value_text)
        meta.goal = 250_000
        self.assertEqual(board.valor_id.light, "amber")


@tagged("post_install", "-at_install")
class TestCajaDeterioro(CastigoCase, ProvisionCase):
    politica_xmlid = "cartera_cobro.politica_caja"

    def contabilizar(self, day):
        """The run of a month end: prepared by an analyst, signed by two, posted by the accountant."""
        provision = self.Provision._generar(self.cerrado(day)).sudo(False).with_user(self.analista)
        provision.action_request()
        for user in (self.tesorero, self.director):
            provision.invalidate_recordset()
            provision.with_user(user)._validate_tier()
        provision = provision.with_user(self.contador)
        provision.action_post()
        return provision

    def test_CC6_what_the_committee_writes_off_was_provided_for_and_the_next_run_counts_it_as_used(self):
        self.analista, self.tesorero, self.director = map(self.usuario, ("analista", "tesorero", "director"))
        old = self.factura(400, 300_000.0)
        self.factura(20, 80_000.0)
        june = self.contabilizar(date(2026, 6, 30))
        # 385 and 5 days at the end of June: in full, and 5%.
        self.assertEqual((june.amount, june.amount_ledger), (304_000, 304_000))
        castigo = self.castigar(old)
        self.assertEqual((castigo.amount_allowance, castigo.amount_expense), (300_000, 0))
        with freeze_time("2026-08-03 17:00:00"):
            july = self.contabilizar(date(2026, 7, 31))
        # 36 days: 10%. The allowance had 4,000 left, and gets as much again.
        self.assertEqual((july.amount, july.amount_used, july.amount_ledger_before), (8_000, 300_000, 4_000))
        self.assertEqual(july.move_id.line_ids.filtered(lambda li: li.debit).mapped("debit"), [4_000])
        self.assertCuadra()
