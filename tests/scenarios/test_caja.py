"""Family compensation fund: administrative collection of services sold on credit, then the legal office."""

import base64
import io
import zipfile
from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged
from openpyxl import load_workbook

from tests.models.test_remision import falso
from tests.models.test_soporte import PDF

from .comite import Comites
from .common import Procedimiento


@tagged("post_install", "-at_install")
class TestCaja(Comites, Procedimiento):
    """Five customers: one disagrees, one has paid already, one goes to the legal office, two before the committee."""

    politica_xmlid = "cartera_cobro.politica_caja"
    roles = ("gestor", "contador", "abogado", "tesorero", "director", "auditor")
    noches = ("ir_cron_actualizar",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.politica.write({"interest_regime": "civil", "collection_cost": 50_000})
        cls.vendedora = new_test_user(
            cls.env, login="vendedora", company_id=cls.company.id, company_ids=[Command.set(cls.company.ids)]
        )
        cls.oficina = cls.env["res.partner"].create({"name": "Oficina Jurídica", "email": "juridica@caja.example.com"})
        cls.company.sudo().write({"cartera_legal_ids": cls.oficina.ids, "cartera_abogado_id": cls.gente["abogado"].id})
        cls.hotel = cls.deudor("Hotel Inconforme", (40, 1_000_000))
        cls.hotel.partida_ids.move_id.invoice_user_id = cls.vendedora
        cls.colegio = cls.deudor("Colegio Pagó", (60, 1_000_000))
        cls.empresa = cls.deudor(
            "Empresa Renuente", (75, 5_000_000), vat="52123456", street="Calle 1 # 2-3", city="Yopal"
        )
        cls.minima = cls.deudor("Afiliada Pequeña", (400, 20_000))
        cls.agotada = cls.deudor("Afiliada Grande", (420, 900_000))
        cls.aldia = cls.deudor("Empresa al Día", (-40, 300_000))

    def test_el_procedimiento(self):
        self.patch(type(self.env["cartera.remision"]), "_papel", falso)
        self.recorrer(
            date(2026, 7, 14),
            ("2026-07-15", self.CC7_se_cierra_el_mes_anterior_y_se_fija_la_meta, self.CC1_reporte_de_cartera),
            ("2026-07-15", self.CC2_llamadas_y_correos, self.CC3_la_novedad_se_resuelve_con_quien_vendio),
            ("2026-07-16", self.CC4_los_pagos_que_aparecen_pasan_a_tesoreria),
            ("2026-07-22", self.CC2_notificacion_con_su_recibido),
            ("2026-07-28", self.CC5_se_remite_a_juridica_con_sus_documentos),
            ("2026-07-29", self.CC3_el_plazo_de_ventas_vencio_y_se_cierra_con_respuesta),
            ("2026-08-03", self.CC7_la_mora_del_mes_anterior_menos_la_de_este_sin_juridica),
            ("2026-08-12", self.CC6_el_comite_decide_caso_por_caso),
            ("2026-08-13", self.CC6_lo_castigado_se_contabiliza_y_lo_que_llega_se_recupera),
        )
        self.assertEqual([row["difference"] for row in self.company._cartera_cuadre() if row["difference"]], [])

    # --- administrative collection --------------------------------------------------------------------------------

    def cerrar(self):
        corte = self.abrir("tesorero", self.asistente("tesorero", "cartera.corte.nuevo").action_generate())
        corte.action_confirmar()
        return corte

    def CC7_se_cierra_el_mes_anterior_y_se_fija_la_meta(self):
        self.assertEqual(self.cerrar().date, date(2026, 6, 30))
        self.indicador = self.env.ref("cartera_cobro.indicador_overdue_reduction")
        goal = {"indicador_id": self.indicador.id, "year": 2026, "goal": 2_000_000, "tolerance": 100_000}
        with self.no_puede():
            self.como("gestor", "cartera.indicador.meta").create(goal)
        self.como("director", "cartera.indicador.meta").create(goal)

    def CC1_reporte_de_cartera(self):
        """Every invoice to be collected, by its age: on the screen, and as a book."""
        lista = self.como("tesorero", "cartera.expediente").search([("in_list", "=", True)])
        self.assertEqual(set(lista), set(self.hotel | self.colegio | self.empresa | self.minima | self.agotada))
        self.assertEqual(set(lista.mapped("etapa_id.code")), {"ADM"})
        self.asistente("tesorero", "cartera.edades.informe").action_xlsx()
        content = self.como("tesorero", "cartera.exportacion").search([], limit=1).attachment_id.raw
        rows = list(load_workbook(io.BytesIO(content))["Por deudor"].iter_rows(min_row=5, values_only=True))
        totals = {row[0]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}
        self.assertEqual(totals["Empresa Renuente"]["Total"], 5_000_000)
        self.assertEqual(totals["Empresa al Día"]["Total"], 300_000)

    def anotar(self, role, expediente, **values):
        """A contact recorded in the dialogue of the dossier."""
        return self.formulario(role, self.como(role, expediente).action_gestion(), **values)

    def CC2_llamadas_y_correos(self):
        with self.no_puede():
            self.anotar("auditor", self.empresa, result="no_answer")
        self.anotar("tesorero", self.empresa, result="no_answer")
        plantilla = self.env.ref("cartera_cobro.plantilla_estado_cuenta")
        self.asistente(
            "tesorero", "cartera.comunicacion.escribir", self.empresa, template_id=plantilla.id, channel="email"
        ).action_apply()
        self.assertEqual(self.empresa.comunicacion_ids.state, "sent")

    def CC2_notificacion_con_su_recibido(self):
        """The control point: without the receipt of the notice the legal stage stays shut."""
        plantilla = self.env.ref("cartera_cobro.plantilla_primera_carta")
        self.como("gestor", self.empresa.partner_id).action_cartera_confirm_address()
        self.asistente(
            "gestor", "cartera.comunicacion.escribir", self.empresa, template_id=plantilla.id, channel="letter"
        ).action_apply()
        aviso = self.como("gestor", self.empresa).comunicacion_ids.filtered(lambda c: c.channel == "letter")
        self.no_firma(aviso, "gestor")
        self.firmar(aviso, "tesorero")
        aviso.action_print()
        aviso.action_dispatched()
        mover = {"etapa_id": self.etapa("JUR").id, "note": "No pagó"}
        with self.no_puede("needs 1 letters with their receipt, and there are 0", UserError):
            self.asistente("tesorero", "cartera.etapa.mover", self.empresa, **mover).action_apply()
        self.asistente(
            "gestor", "cartera.comunicacion.resultado", aviso, result="received", receipt=base64.b64encode(b"sello"),
            receipt_name="recibido.pdf",
        ).action_apply()  # fmt: skip
        self.assertEqual(aviso.state, "delivered")
        self.assertLessEqual({"call", "email", "letter"}, set(self.empresa.gestion_ids.mapped("channel")))

    def CC3_la_novedad_se_resuelve_con_quien_vendio(self):
        dijo = self.anotar(
            "tesorero", self.hotel, direction="in", result="claim", note="El grupo fue de 20 personas, no de 30"
        )
        self.novedad = self.formulario("tesorero", dijo.action_novedad(), kind="service")
        self.assertRecordValues(
            self.novedad,
            [{"sent_to": self.vendedora.id, "state": "open", "deadline": date(2026, 7, 23),
              "description": "El grupo fue de 20 personas, no de 30"}],
        )  # fmt: skip

    def CC3_el_plazo_de_ventas_vencio_y_se_cierra_con_respuesta(self):
        self.correr("ir_cron_novedad_tarde")
        self.assertTrue(self.novedad.late)
        with self.no_puede("", UserError):
            self.asistente(
                "gestor", "cartera.novedad.paso", novedad_id=self.novedad.id, step="answer", text="Yo respondo"
            ).action_apply()
        self.gente["vendedora"] = self.vendedora
        self.asistente(
            "vendedora", "cartera.novedad.paso", novedad_id=self.novedad.id, step="answer", text="Fueron 20",
            outcome="credit_note",
        ).action_apply()  # fmt: skip
        self.assertIn("Fueron 20", self.hotel.message_ids[0].body)
        self.asistente(
            "tesorero", "cartera.novedad.paso", novedad_id=self.novedad.id, step="close", outcome="credit_note"
        ).action_apply()
        self.assertRecordValues(self.novedad, [{"state": "closed", "outcome": "credit_note"}])

    def CC4_los_pagos_que_aparecen_pasan_a_tesoreria(self):
        """Who found it passes it on and verifies it in the system; the treasury registers it."""
        Nuevo = self.como("tesorero", "cartera.soporte.nuevo").with_context(default_expediente_id=self.colegio.id)
        with Form(Nuevo) as form:
            form.amount, form.reference, form.file = 1_000_000.0, "4512", base64.b64encode(PDF)
        soporte = self.abrir("tesorero", form.save().action_send())
        self.assertEqual((soporte.state, self.colegio.amount_overdue), ("received", 1_000_000))
        paso = {"soporte_id": soporte.id, "how": "new", "journal_id": self.bank.id}
        with self.no_puede():
            self.asistente("tesorero", "cartera.soporte.paso", **paso).action_apply()
        self.asistente("contador", "cartera.soporte.paso", **paso).action_apply()
        self.assertFalse(self.colegio.amount_overdue)
        self.assertIn(self.gente["tesorero"], soporte.activity_ids.user_id)
        soporte.action_confirm()
        self.assertNotIn(self.gente["tesorero"], soporte.activity_ids.user_id)

    # --- the legal office -----------------------------------------------------------------------------------------

    def CC5_se_remite_a_juridica_con_sus_documentos(self):
        remision = self.abrir("gestor", self.como("gestor", self.empresa).action_refer())
        with self.no_puede("The acceptance of", UserError):
            remision.action_send()
        invoice = self.empresa.partida_ids.move_id
        self.como("gestor", "cartera.aceptar.factura").with_context(active_id=remision.id).create(
            {"received_date": invoice.invoice_date}
        ).action_apply()
        remision.invalidate_recordset()
        if remision.needs_signature:
            remision.action_request()
            self.no_firma(remision, "gestor")
            self.firmar(remision, "tesorero")
        remision.action_send()
        self.assertEqual(self.empresa.etapa_id, self.etapa("JUR"))
        with zipfile.ZipFile(io.BytesIO(remision.sudo().carpeta_id.raw)) as carpeta:
            names = " ".join(carpeta.namelist())
        for piece in ("00 Índice", "Comunicado interno", "Liquidación", "Factura ", "recibido", "Control de contacto"):
            self.assertIn(piece, names)
        self.asistente(
            "abogado", "cartera.remision.paso", remision, step="receive", who="Oficina Jurídica", filing_number="881",
            file=base64.b64encode(b"%PDF sello"), file_name="Comunicado con recibido.pdf",
        ).action_apply()  # fmt: skip
        self.assertEqual((remision.state, remision.filing_number), ("received", "881"))
        filed = self.empresa.documento_ids.filtered(lambda d: d.code == "comunicado_juridica")
        self.assertIn("Comunicado con recibido.pdf", filed.mapped("file_name"))

    def CC7_la_mora_del_mes_anterior_menos_la_de_este_sin_juridica(self):
        """6.92 million of the others at the end of June less 1.92 at the end of July: the legal one is in neither."""
        self.assertEqual(self.cerrar().date, date(2026, 7, 31))
        board = self.como("tesorero", self.indicador)
        self.assertEqual(board.valor_id.value, board.valor_id.numerator - board.valor_id.denominator)
        self.assertEqual((board.valor_id.numerator, board.valor_id.denominator), (2_920_000, 1_920_000))
        self.assertEqual(board.valor_id.light, "red")

    # --- the committee --------------------------------------------------------------------------------------------

    def CC6_el_comite_decide_caso_por_caso(self):
        comite = self.comite("Comité de Cartera", "CC", can_write_off=True)
        acta = self.acta = self.sesion(comite)
        wizard = self.asistente("abogado", "cartera.acta.proponer", acta)
        wizard.linea_ids.filtered(lambda linea: linea.expediente_id in self.minima | self.agotada).chosen = True
        wizard.action_apply()
        casos = {caso.expediente_id: caso for caso in acta.caso_ids}
        self.assertEqual(set(casos), {self.minima, self.agotada})
        self.assertIn("Collecting costs more", casos[self.minima].reason)
        casos[self.agotada].proposed = "agree"
        casos[self.minima].write({"proposed": "write_off", "cause": "cost_benefit"})
        with self.no_puede("", UserError):
            self.como("auditor", acta).action_convene()
        self.decidir(acta, *casos.values())
        self.assertEqual(acta.number, "CC-2026-00001")
        opened = {caso.expediente_id: caso.document._name for caso in acta.caso_ids}
        self.assertEqual(opened, {self.agotada: "cartera.acuerdo", self.minima: "cartera.castigo"})
        self.castigo = acta.caso_ids.filtered(lambda c: c.expediente_id == self.minima).document

    def CC6_lo_castigado_se_contabiliza_y_lo_que_llega_se_recupera(self):
        castigo = self.como("contador", self.castigo)
        with self.no_puede():
            self.asistente("gestor", "cartera.castigo.contabilizar", castigo).action_apply()
        self.asistente("contador", "cartera.castigo.contabilizar", castigo).action_apply()
        self.assertEqual((castigo.state, castigo.amount, self.minima.amount_total), ("posted", 20_000, 0))
        payment = self.env["account.payment"].sudo().create(
            {"partner_id": self.minima.partner_id.id, "amount": 12_000, "payment_type": "inbound",
             "partner_type": "customer", "journal_id": self.bank.id, "date": self.hoy}
        )  # fmt: skip
        payment.action_post()
        self.asistente("contador", "cartera.castigo.recuperar", castigo).action_apply()
        self.assertEqual(castigo.amount_pending, 8_000)
