"""Rented-property fund: the list over 90 days, two rounds of contact, the legal office, the committee, the bulletin."""

import base64
from datetime import date

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from tests.models.test_remision import falso
from tests.models.test_soporte import PDF

from .comite import Comites
from .common import Procedimiento

EXTRACTO = """Fecha;Descripción;Documento;Valor
2026-07-30;CONSIGNACION EFECTIVO SUC 045;52123451;800.000
2026-07-31;CONSIGNACION EFECTIVO SUC 011;;37.000
2026-07-31;CUOTA DE MANEJO;;-12.500
"""


@tagged("post_install", "-at_install")
class TestFRV(Comites, Procedimiento):
    """Six tenants: one pays, one agrees and breaks it, one never answers, one is in court, one's rent prescribed, one
    is a few days late."""

    politica_xmlid = "cartera_cobro.politica_fondo"
    roles = ("gestor", "contador", "abogado", "tesorero", "director", "auditor")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.politica.write({"agreement_signers": "legal", "agreement_rate": 0, "agreement_down_percent": 0})
        cls.grupo = cls.env["res.partner"].create({"name": "Grupo Financiero", "email": "financiera@example.com"})
        company = cls.company.sudo()
        company.write(
            {"cartera_bdme": True, "cartera_bdme_entity": "923272446", "cartera_bdme_partner_ids": cls.grupo.ids,
             "cartera_abogado_id": cls.gente["abogado"].id}
        )  # fmt: skip
        company.write({name: account.id for name, account in company._cartera_cargar_cgn().items() if name})
        cc = {"l10n_latam_identification_type_id": cls.env.ref("l10n_co.national_citizen_id").id,
              "country_id": cls.env.ref("base.co").id}  # fmt: skip
        cls.paga = cls.deudor("Beatriz Paga", (120, 800_000), vat="52123451", **cc)
        cls.cuotas = cls.deudor("Carlos Cuotas", (110, 1_200_000), vat="52123452", **cc)
        cls.muda = cls.deudor("Diana Muda", (130, 2_000_000), vat="52123453", street="Calle 1", city="Bogotá", **cc)
        cls.juicio = cls.deudor("Enrique Enjuicio", (400, 9_500_000), (100, 500_000), vat="52123454", **cc)
        cls.prescrita = cls.deudor("Fabio Prescrito", (4000, 900_000), autoriza=(), vat="52123455", **cc)
        cls.reciente = cls.deudor("Gloria Reciente", (20, 700_000), vat="52123456", **cc)
        cls.finca = cls.env["cartera.cuenta"].sudo().create(
            {"name": "Finca 14", "kind": "lease", "partner_id": cls.cuotas.partner_id.id, "company_id": company.id}
        )  # fmt: skip
        cls.cuotas.partida_ids.move_id.sudo().cartera_cuenta_id = cls.finca

    def test_el_procedimiento(self):
        self.patch(type(self.env["cartera.remision"]), "_papel", falso)
        self.patch(type(self.env["cartera.remision"]), "_piezas_facturas", lambda remision: iter(()))
        self.recorrer(
            date(2026, 8, 2),
            ("2026-08-03", self.FRV1_se_identifican_los_ingresos_del_extracto),
            ("2026-08-03", self.FRV2_el_listado_de_mas_de_90_dias_y_su_libro_auxiliar),
            ("2026-08-03", self.FRV3_salen_los_deudores_que_estan_en_proceso),
            ("2026-08-04", self.FRV4_primer_contacto, self.FRV5_quien_expresa_intencion_de_pago),
            ("2026-08-04", self.FRV6_en_su_totalidad_o_por_abonos),
            ("2026-08-05", self.FRV4_segundo_intento, self.FRV7_el_abogado_revisa_y_hace_el_documento),
            ("2026-08-06", self.FRV4_tercer_intento),
            ("2026-08-24", self.FRV11_segundo_contacto, self.FRV12_sin_las_dos_rondas_no_pasa),
            ("2026-08-25", self.FRV11_segundo_contacto),
            ("2026-08-26", self.FRV11_tercer_intento_y_ya_no_hay_a_quien_llamar),
            ("2026-08-27", self.FRV12_se_notifica_a_la_oficina_juridica),
            ("2026-08-28", self.FRV13_certificado_que_pide_la_oficina_juridica),
            ("2026-09-07", self.FRV8_se_hace_seguimiento_y_se_pide_el_soporte),
            ("2026-09-07", self.FRV9_con_el_soporte_se_actualiza_la_cartera),
            ("2026-09-08", self.FRV10_se_informan_los_pagos_y_quedan_con_el_bien),
            ("2026-10-06", self.FRV12_el_acuerdo_incumplido_va_a_la_oficina_juridica),
            ("2026-10-20", self.FRV14_se_registra_lo_logrado_en_cada_caso),
            ("2026-11-03", self.FRV15_informe_mensual_de_los_casos, self.FRV20_informe_de_gestion_del_mes),
            ("2026-11-04", self.FRV16_el_informe_va_al_comite, self.FRV19_depuracion_con_autorizacion_del_comite),
            ("2026-12-02", self.FRV17_se_cruza_el_listado_de_mas_de_5_smmlv, self.FRV18_se_envia_el_boletin),
        )
        self.assertEqual([row["difference"] for row in self.company._cartera_cuadre() if row["difference"]], [])

    # --- the list (accounting and administration teams) -----------------------------------------------------------

    def FRV1_se_identifican_los_ingresos_del_extracto(self):
        wizard = self.asistente(
            "contador", "cartera.consignacion.archivo", journal_id=self.bank.id, filename="julio.csv",
            file=base64.b64encode(EXTRACTO.encode()),
        )  # fmt: skip
        wizard.action_read()
        wizard.action_load()
        self.assertEqual((wizard.line_count, wizard.proposed_count), (3, 1))
        rent, *_others = wizard.carga_id.sudo().statement_line_ids.sorted(lambda line: (line.date, line.id))
        self.assertEqual(rent.cartera_partner_id, self.paga.partner_id)
        with self.no_puede():
            self.como("gestor", rent).action_cartera_aceptar()
        self.como("contador", rent).action_cartera_aceptar()
        self.assertFalse(self.paga.amount_overdue)
        waiting = self.como("contador", "cartera.consignacion.pendiente").search([])
        self.assertEqual(waiting.mapped("amount"), [37_000])

    def FRV2_el_listado_de_mas_de_90_dias_y_su_libro_auxiliar(self):
        with self.no_puede():
            self.asistente("gestor", "cartera.corte.nuevo").action_generate()
        corte = self.abrir("contador", self.asistente("contador", "cartera.corte.nuevo").action_generate())
        corte.action_confirmar()
        self.assertEqual((corte.date, corte.amount_difference), (date(2026, 7, 31), 0))
        listed = corte.line_ids.filtered(lambda line: line.days_overdue > 90 and line.amount > 0)
        self.assertEqual(
            set(listed.mapped("partner_name")),
            {"Carlos Cuotas", "Diana Muda", "Enrique Enjuicio", "Fabio Prescrito"},
        )
        self.assertEqual(corte.cuadre_ids.mapped("amount_difference"), [0])

    def FRV3_salen_los_deudores_que_estan_en_proceso(self):
        lista = [("in_list", "=", True)]
        self.assertIn(self.juicio, self.como("gestor", "cartera.expediente").search(lista))
        # The old case is in court: one of its two rents; the debtor, not the item, leaves the list.
        oldest = self.juicio.partida_ids.sorted("date_due")[0]
        values = {"etapa_id": self.etapa("JUR").id, "note": "Demanda radicada", "evidence_note": "Carpeta 2025-114"}
        with self.no_puede():
            self.asistente("auditor", "cartera.etapa.mover", oldest, **values).action_apply()
        self.asistente("tesorero", "cartera.etapa.mover", oldest, **values).action_apply()
        self.assertEqual(
            self.como("gestor", "cartera.expediente").search(lista), self.prescrita | self.muda | self.cuotas
        )

    # --- contact --------------------------------------------------------------------------------------------------

    def turno(self):
        action = self.como("gestor", "cartera.llamada").action_siguiente()
        return self.abrir("gestor", action)

    def no_contesta(self):
        turno = self.turno()
        self.assertEqual(turno.expediente_id, self.muda)
        turno.with_context(cartera_result="no_answer").action_result()
        return self.muda.gestion_ids.sorted("id")[-1]

    def FRV4_primer_contacto(self):
        primero = self.no_contesta()
        self.assertRecordValues(primero, [{"round": 1, "attempt_no": 1, "intends_to_pay": "unsaid", "verdict": "OK"}])
        # The letter of the law keeps who is not authorised out of the queue: the prescribed one has no channel.
        self.assertEqual(self.turno().expediente_id, self.cuotas)

    def FRV5_quien_expresa_intencion_de_pago(self):
        action = self.turno().with_context(cartera_result="proposal").action_result()
        self.oida = self.formulario("gestor", action, proposal="Tres abonos desde septiembre")
        self.assertRecordValues(
            self.oida, [{"expediente_id": self.cuotas.id, "intends_to_pay": "yes", "next_step": "agreement"}]
        )
        # Whoever is late but not on the list yet is called after everybody who is.
        self.assertEqual(self.turno().expediente_id, self.reciente)

    def FRV4_segundo_intento(self):
        self.assertEqual(self.no_contesta().attempt_no, 2)

    def FRV4_tercer_intento(self):
        tercero = self.no_contesta()
        self.assertEqual((tercero.round, tercero.attempt_no), (1, 3))

    def FRV11_segundo_contacto(self):
        """From the fourth week."""
        self.assertEqual(self.no_contesta().round, 2)

    def FRV11_tercer_intento_y_ya_no_hay_a_quien_llamar(self):
        tercero = self.no_contesta()
        self.assertRecordValues(tercero, [{"round": 2, "attempt_no": 3, "intends_to_pay": "unsaid"}])

    # --- the agreement --------------------------------------------------------------------------------------------

    def FRV6_en_su_totalidad_o_por_abonos(self):
        simulacion = self.abrir("gestor", self.como("gestor", self.oida).action_propose_agreement())
        plans = {plan.count: plan for plan in simulacion.plan_ids if plan.count}
        self.assertLessEqual({1, 3}, set(plans), "all at once, and by instalments")
        simulacion.first_date = date(2026, 9, 5)
        acuerdo = self.acuerdo = self.abrir("gestor", plans[3].action_choose())
        self.assertEqual(acuerdo.kind, "agreement")
        acuerdo.action_propose()
        acuerdo.action_send_proposal()
        self.assertEqual(self.correos(acuerdo).recipient_ids, self.cuotas.partner_id)
        self.asistente(
            "gestor", "cartera.acuerdo.aceptar", acuerdo, who="Carlos Cuotas", channel="email", note="Correo del 4"
        ).action_apply()
        acuerdo.action_request()

    def FRV7_el_abogado_revisa_y_hace_el_documento(self):
        acuerdo = self.acuerdo
        for role in ("tesorero", "director", "gestor"):
            self.no_firma(acuerdo, role)
        self.firmar(acuerdo, "abogado", "tesorero", "director")
        self.assertEqual(acuerdo.state, "signed")
        self.firmar_en_su_pagina(acuerdo, "gestor")
        self.assertEqual((acuerdo.state, len(acuerdo.sudo().firma_ids)), ("active", 4))

    def FRV8_se_hace_seguimiento_y_se_pide_el_soporte(self):
        """The instalment of 5 September has no payment in the ledger: the officer is told to ask for its proof."""
        self.assertEqual(self.acuerdo.missed_count, 1)
        self.assertIn(self.gente["gestor"], self.acuerdo.activity_ids.user_id)
        url = self.pagina_de(self.cuotas)
        proof = {
            "valor": f"{self.acuerdo.amount_missed:.0f}", "fecha": "2026-09-07", "banco": "PSE", "referencia": "4512",
            "nombre": "Carlos Cuotas",
        }  # fmt: skip
        self.enviar(f"{url}/comprobantes", f"{url}/comprobantes", [("archivo", ("recibo.pdf", PDF))], **proof)
        self.soporte = self.como("contador", "cartera.soporte").search([("partner_id", "=", self.cuotas.partner_id.id)])
        self.assertEqual((self.soporte.state, self.soporte.source), ("received", "portal"))

    def pagina_de(self, expediente, role="gestor"):
        """The address of the debtor's page, as the officer gives it out."""
        return self.como(role, expediente).action_statement_link()["url"]

    def FRV9_con_el_soporte_se_actualiza_la_cartera(self):
        with self.no_puede():
            self.como("gestor", self.soporte).action_register("new", self.bank, self.hoy)
        self.asistente(
            "contador", "cartera.soporte.paso", soporte_id=self.soporte.id, how="new", journal_id=self.bank.id
        ).action_apply()
        self.assertEqual(self.acuerdo.cuota_ids.sorted("number")[0].state, "paid")
        self.assertFalse(self.acuerdo.missed_count)

    def FRV10_se_informan_los_pagos_y_quedan_con_el_bien(self):
        told = self.env["mail.mail"].sudo().search([("subject", "like", "Pagos de acuerdos")])
        self.assertEqual(told.recipient_ids, (self.gente["contador"] | self.gente["abogado"]).partner_id)
        for mail in told:
            self.assertIn(self.acuerdo.number, mail.body_html)
        filed = self.como("gestor", self.finca).documento_ids
        self.assertEqual(filed.mapped("note"), [self.soporte.number])

    # --- the legal office -----------------------------------------------------------------------------------------

    def FRV12_sin_las_dos_rondas_no_pasa(self):
        self.remision = self.abrir("gestor", self.como("gestor", self.muda).action_refer())
        with self.no_puede("2 rounds of 3 attempts, and 1 are complete", UserError):
            self.remision.action_send()

    def confirmar_direccion(self, expediente):
        partner = self.como("gestor", expediente.partner_id)
        partner.sudo().write({"street": "Calle 1 # 2-3", "city": "Bogotá"})
        partner.action_cartera_confirm_address()

    def remitir(self, remision):
        """Ask for the treasurer's signature where the policy wants it; send; the lawyer receives."""
        if remision.needs_signature:
            remision.action_request()
            self.firmar(remision, "tesorero")
        remision.action_send()
        with self.no_puede("", UserError):
            self.asistente("auditor", "cartera.remision.paso", remision, step="receive", who="Yo").action_apply()
        self.asistente("abogado", "cartera.remision.paso", remision, step="receive", who="OAJ").action_apply()
        self.assertEqual(remision.state, "received")

    def FRV12_se_notifica_a_la_oficina_juridica(self):
        self.confirmar_direccion(self.muda)
        self.remision.invalidate_recordset()
        self.remitir(self.remision)
        self.assertEqual(self.muda.etapa_id, self.etapa("JUR"))
        self.assertEqual(self.correos(self.remision)[-1:].recipient_ids, self.gente["abogado"].partner_id)
        self.assertFalse(self.muda.in_list)

    def FRV12_el_acuerdo_incumplido_va_a_la_oficina_juridica(self):
        """The second instalment did not come: the coordinator declares the breach, which is evidence by itself."""
        acuerdo = self.acuerdo
        self.assertEqual(acuerdo.missed_count, 1)
        motivo = {"step": "breach", "reason": "No pagó la segunda cuota"}
        with self.no_puede():
            self.asistente("gestor", "cartera.acuerdo.motivo", acuerdo, **motivo).action_apply()
        self.asistente("tesorero", "cartera.acuerdo.motivo", acuerdo, **motivo).action_apply()
        self.assertEqual(acuerdo.state, "breached")
        self.confirmar_direccion(self.cuotas)
        self.remitir(self.abrir("gestor", self.como("gestor", acuerdo).action_refer()))
        self.assertEqual(self.cuotas.etapa_id, self.etapa("JUR"))

    def FRV13_certificado_que_pide_la_oficina_juridica(self):
        certificado = self.abrir(
            "gestor",
            self.asistente(
                "gestor", "cartera.certificado.emitir", self.muda, kind="debt",
                requested_by="Oficina Asesora Jurídica", request_ref="Memorando 114",
            ).action_apply(),
        )  # fmt: skip
        self.assertEqual((certificado.state, certificado.number), ("approval", False))
        self.no_firma(certificado, "gestor")
        self.firmar(certificado, "tesorero")
        self.assertRecordValues(certificado, [{"state": "issued", "number": "2026-00001", "amount_capital": 2_000_000}])
        self.assertTrue(self.como("abogado", self.muda).certificado_ids.pdf_id)

    def FRV14_se_registra_lo_logrado_en_cada_caso(self):
        Actuacion = "cartera.actuacion"
        auto = self.como("abogado", "ir.attachment").create({"name": "Auto.pdf", "raw": b"%PDF auto"})
        caso = self.remision
        self.como("abogado", Actuacion).create(
            {"remision_id": caso.id, "kind": "order", "date": date(2026, 10, 15), "court": "Juzgado 8",
             "document_ids": auto.ids, "next_step": "Notificar", "next_date": date(2026, 11, 5)}
        )  # fmt: skip
        self.como("gestor", Actuacion).create(
            {"remision_id": caso.id, "kind": "other", "date": date(2026, 10, 18), "note": "Abono en el banco"}
        )
        with self.no_puede():
            self.como("auditor", Actuacion).create({"remision_id": caso.id, "kind": "other", "date": self.hoy})

    def FRV15_informe_mensual_de_los_casos(self):
        report = self.asistente("gestor", "cartera.informe.juridico", month=date(2026, 10, 1), format="xlsx")
        rows = self.libro(report.action_print(), report, "gestor")
        said = {value for row in rows for value in row}
        for piece in ("Diana Muda", "Carlos Cuotas", "Juzgado 8", self.gente["abogado"].name):
            self.assertIn(piece, said)

    def FRV16_el_informe_va_al_comite(self):
        informe = self.como("abogado", "ir.attachment").create({"name": "Informe octubre.xlsx", "raw": b"x"})
        comite = self.comite("Comité de Cartera", "CC")
        acta = self.sesion(comite, anexo_ids=[Command.link(informe.id)])
        caso = self.llevar(acta, self.muda, proposed="continue")
        with self.no_puede("", UserError):
            self.como("auditor", acta).action_close()
        acta.compromiso_ids.create(
            {"acta_id": acta.id, "caso_id": caso.id, "name": "Indagar el proceso", "user_id": self.gente["abogado"].id,
             "deadline": date(2026, 11, 20)}
        )  # fmt: skip
        self.decidir(acta, caso)
        self.assertEqual(acta.number, "CC-2026-00001")
        self.assertEqual(acta.compromiso_ids.activity_ids.user_id, self.gente["abogado"])

    def FRV19_depuracion_con_autorizacion_del_comite(self):
        with self.no_puede("has no power for this decision", ValidationError):
            self.llevar(
                self.sesion(self.comite("Otro", "OT")), self.prescrita, proposed="cleanse", cause="prescription"
            )
        sostenibilidad = self.comite("Comité de Sostenibilidad Contable", "CTSC", can_cleanse=True, needs_act=True)
        acta = self.sesion(sostenibilidad)
        caso = self.llevar(acta, self.prescrita, proposed="cleanse", cause="prescription")
        resolucion = self.como("abogado", "ir.attachment").create({"name": "Resolución.pdf", "raw": b"%PDF"})
        acta.write(
            {"act_number": "Resolución 77", "act_date": acta.date, "act_file_ids": [Command.link(resolucion.id)]}
        )
        self.decidir(acta, caso)
        castigo = self.como("contador", caso.document)
        self.assertRecordValues(castigo, [{"kind": "cleanse", "state": "authorized"}])
        with self.no_puede():
            self.asistente("tesorero", "cartera.castigo.contabilizar", castigo).action_apply()
        self.asistente("contador", "cartera.castigo.contabilizar", castigo).action_apply()
        codes = {
            line.account_id.with_company(self.company).code[:4]: line.balance
            for line in (castigo.move_id | castigo.memo_move_id).sudo().line_ids
        }
        self.assertEqual({codes["5347"], codes["8315"], -codes["8915"]}, {900_000})
        self.assertEqual(self.prescrita.partida_ids.etapa_id.kind, "written_off")

    # --- the bulletin ---------------------------------------------------------------------------------------------

    def FRV17_se_cruza_el_listado_de_mas_de_5_smmlv(self):
        with self.no_puede():
            self.como("gestor", "cartera.boletin").create({"cutoff": date(2026, 11, 30), "category": "semester"})
        boletin = self.boletin = self.como("contador", "cartera.boletin").create(
            {"cutoff": date(2026, 11, 30), "category": "semester"}
        )
        # Who owes more than five wages since six months before, and who broke an agreement, whatever they owe.
        self.assertEqual(boletin.linea_ids.partner_id, (self.juicio | self.cuotas).partner_id)
        boletin.action_request()
        self.no_firma(boletin, "contador")
        self.firmar(boletin, "tesorero")
        self.assertFalse(boletin.txt_id, "one team is not enough")
        otro = self.usuario_mas("contador", "contador_dos")
        self.gente["contador_dos"] = otro
        self.firmar(boletin, "contador_dos")
        self.assertTrue(boletin.txt_id)

    def FRV18_se_envia_el_boletin(self):
        boletin = self.boletin
        self.assertEqual(boletin.date_deadline, date(2026, 12, 10))
        boletin.action_mail()
        self.assertEqual(self.correos(boletin)[-1:].recipient_ids, self.grupo)
        self.asistente("contador", "cartera.boletin.envio", boletin, receipt="CHIP-2026-1").action_apply()
        self.assertEqual((boletin.state, boletin.number), ("sent", "2026-00001"))

    def FRV20_informe_de_gestion_del_mes(self):
        corte = self.abrir("contador", self.asistente("contador", "cartera.corte.nuevo").action_generate())
        corte.action_confirmar()
        tipo = self.env.ref("cartera_cobro.informe_tipo_administracion")
        informe = self.como("tesorero", "cartera.informe").create({"tipo_id": tipo.id, "month": date(2026, 10, 1)})
        tables = {
            table["title"]: table["rows"] for section in informe.content["sections"] for table in section["tables"]
        }
        self.assertEqual({row[0] for row in tables["Casos"]}, {"Diana Muda", "Carlos Cuotas"})
        self.assertEqual([row[1] for row in tables["Acuerdos del mes"]], [1], "the breach of October")
