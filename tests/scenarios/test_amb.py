"""Local authority: cobro persuasivo, from the review of the portfolio to the payment or the lawyer."""

import base64
from datetime import date

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from tests.models.test_control_contacto import paginas
from tests.models.test_remision import falso
from tests.models.test_soporte import PDF
from tests.models.test_tablero import Tablero

from .common import Procedimiento


@tagged("post_install", "-at_install")
class TestAMB(Procedimiento):
    """Five debtors: one pays by instalments, one complains, one pays after a letter, one never answers, one owes
    nothing yet."""

    politica_xmlid = "cartera_cobro.politica_autoridad"
    roles = ("gestor", "tesorero", "director", "abogado", "auditor")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.politica.write({"agreement_rate": 0, "agreement_down_percent": 0})
        cls.constructora = cls.deudor("Constructora Muda", (400, 8_000_000), vat="52123450")
        cls.ana = cls.deudor("Ana Propone", (90, 1_000_000), vat="52123456")
        cls.pedro = cls.deudor("Pedro Reclama", (40, 600_000), (35, 300_000))
        cls.luisa = cls.deudor("Luisa Paga", (20, 500_000), street="Calle 8 # 9-10", city="Palmira", vat="52123458")
        cls.aldia = cls.deudor("Almacén al Día", (-120, 900_000))

    def test_el_procedimiento(self):
        self.recorrer(
            date(2026, 7, 14),
            ("2026-07-15", self.AMB1_se_revisa_quien_esta_en_mora, self.AMB2_primero_lo_mas_antiguo_y_lo_mas_alto),
            ("2026-07-15", self.AMB3_se_llama_y_queda_en_el_formato, self.AMB4_se_oye_lo_que_propone),
            ("2026-07-15", self.AMB5_se_recomienda_la_queja_ante_quien_responde),
            ("2026-07-16", self.AMB9_se_le_presenta_el_plan_y_lo_acepta),
            ("2026-07-17", self.AMB11_firman_tesorero_director_y_deudor_en_ese_orden),
            ("2026-07-22", self.AMB6_se_confirma_la_direccion, self.AMB7_el_oficio_se_firma_se_radica_y_se_despacha),
            ("2026-07-27", self.AMB12_el_recibo_de_caja_queda_en_el_expediente),
            ("2026-08-03", self.AMB10_el_tesorero_verifica_la_gestion_y_el_recaudo),
            ("2026-08-04", self.AMB8_lo_que_no_se_logro_pasa_al_abogado),
            ("2026-08-18", self.AMB11_se_sigue_la_cuota_que_no_llego),
            ("2026-10-20", self.AMB12_todo_quedo_y_nadie_lo_borra),
        )
        self.assertCuadra_hoy()

    def assertCuadra_hoy(self):
        self.assertEqual([row["difference"] for row in self.company._cartera_cuadre() if row["difference"]], [])

    # --- the officer (profesional universitario) ------------------------------------------------------------------

    def AMB1_se_revisa_quien_esta_en_mora(self):
        lista = self.como("gestor", "cartera.expediente").search([("in_list", "=", True)])
        self.assertEqual(lista, self.constructora | self.ana | self.pedro | self.luisa)
        self.assertEqual(set(lista.mapped("etapa_id.code")), {"PER"})
        self.assertEqual(self.aldia.etapa_id.code, "VIG")
        with self.no_puede():
            self.como("auditor", lista).action_assign_me()
        lista.action_assign_me()
        self.assertEqual(lista.user_id, self.gente["gestor"])

    def AMB2_primero_lo_mas_antiguo_y_lo_mas_alto(self):
        lista = self.como("gestor", "cartera.expediente").search([("in_list", "=", True)])
        self.assertEqual(lista.sorted("priority_score", reverse=True), lista)
        self.assertEqual(lista.ids, (self.constructora | self.ana | self.pedro | self.luisa).ids)

    def turno(self):
        return self.abrir("gestor", self.como("gestor", "cartera.llamada").action_siguiente())

    def AMB3_se_llama_y_queda_en_el_formato(self):
        """The first of the queue does not answer; the second one does."""
        turno = self.turno()
        self.assertEqual((turno.expediente_id, turno.phone), (self.constructora, "+57 310 555 0101"))
        turno.with_context(cartera_result="no_answer").action_result()
        [llamada] = self.constructora.gestion_ids
        self.assertRecordValues(
            llamada, [{"attempt_no": 1, "direct": False, "verdict": "OK", "user_id": self.gente["gestor"].id}]
        )
        with self.no_puede():
            self.como("auditor", "cartera.llamada").action_siguiente()
        with self.no_puede("annul it and record it again", UserError):
            self.como("gestor", llamada).write({"result": "talked"})

    def contestar(self, result, **values):
        """What the officer writes in the dialogue of the turn's button."""
        turno = self.turno()
        return self.formulario("gestor", turno.with_context(cartera_result=result).action_result(), **values)

    def AMB4_se_oye_lo_que_propone(self):
        oida = self.contestar("proposal", proposal="200.000 hoy y el resto en un año")
        self.assertRecordValues(
            oida, [{"expediente_id": self.ana.id, "intends_to_pay": "yes", "next_step": "agreement", "direct": True}]
        )
        self.assertIn("200.000 hoy", self.ana.activity_ids.note)
        self.oida = oida

    def AMB5_se_recomienda_la_queja_ante_quien_responde(self):
        dijo = self.contestar("claim", referred_to="Subdirección Ambiental", note="La sanción fue revocada")
        self.assertRecordValues(dijo, [{"expediente_id": self.pedro.id, "intends_to_pay": "no", "next_step": "claim"}])
        # The complaint is filed for that unit, and holds what it disputes: the rest goes on.
        action = dijo.action_reclamar()
        form = Form(self.como("gestor", "cartera.reclamacion").with_context(**action["context"]))
        form.subject = "Sanción revocada"
        with form.linea_ids.new() as linea:
            linea.partida_id = self.como("gestor", self.pedro.partida_ids[0])
        queja = form.save()
        queja.action_file()
        self.assertRecordValues(
            queja, [{"unit": "Subdirección Ambiental", "deadline": date(2026, 8, 6), "gestion_id": dijo.id}]
        )
        self.assertEqual(self.pedro.partida_ids.mapped("hold_reason").count("claim"), 1)
        with self.no_puede():
            self.como("auditor", queja).action_answer("rejected", "No procede")

    # --- the plan -------------------------------------------------------------------------------------------------

    def AMB9_se_le_presenta_el_plan_y_lo_acepta(self):
        simulacion = self.abrir("gestor", self.como("gestor", self.oida).action_propose_agreement())
        self.assertEqual(simulacion.proposal, "200.000 hoy y el resto en un año")
        simulacion.write({"down_payment": 200_000, "down_date": date(2026, 7, 17), "first_date": date(2026, 8, 14)})
        action = simulacion.plan_ids.filtered(lambda plan: plan.count == 12).action_choose()
        acuerdo = self.acuerdo = self.abrir("gestor", action)
        acuerdo.action_propose()
        acuerdo.action_send_proposal()
        with self.no_puede("has not accepted", UserError):
            acuerdo.action_request()
        # On the page of the link that the e-mail has.
        url = acuerdo.action_open_as_debtor()["url"]
        self.enviar(url, f"{url}/aceptar", nombre="Ana Propone")
        self.assertEqual((acuerdo.accepted_channel, acuerdo.state), ("portal", "proposed"))
        acuerdo.action_request()

    def AMB11_firman_tesorero_director_y_deudor_en_ese_orden(self):
        acuerdo = self.acuerdo
        for role in ("gestor", "director", "auditor"):
            self.no_firma(acuerdo, role)
        self.firmar(acuerdo, "tesorero")
        self.no_firma(acuerdo, "tesorero")
        self.firmar(acuerdo, "director")
        self.assertEqual(acuerdo.state, "signed")
        self.assertIn("redirect_url", self.firmar_en_su_pagina(acuerdo, "gestor"))
        self.assertEqual(
            acuerdo.sudo().firma_ids.sorted("id").mapped("signer_name"),
            [self.gente["tesorero"].name, self.gente["director"].name, "Ana Propone"],
        )
        self.assertEqual((acuerdo.state, acuerdo.date_active), ("active", self.hoy))
        self.abonar(self.ana.partida_ids.move_id, 200_000)
        self.assertEqual(acuerdo.cuota_ids.sorted("number")[0].state, "paid")

    def AMB11_se_sigue_la_cuota_que_no_llego(self):
        """The reminder left before the day; the instalment did not come, and the night says so."""
        acuerdo = self.acuerdo
        self.assertIn("instalment", acuerdo.comunicacion_ids.mapped("kind"))
        self.assertEqual(acuerdo.missed_count, 1)
        self.assertEqual(self.como("gestor", self.ana).alert, "instalment")
        with self.no_puede():
            self.asistente("gestor", "cartera.acuerdo.motivo", acuerdo, step="breach", reason="No paga").action_apply()
        self.abonar(self.ana.partida_ids.move_id, acuerdo.amount_missed)
        self.hasta(date(2026, 8, 19))
        self.assertEqual((acuerdo.missed_count, acuerdo.state), (0, "active"))

    # --- letters --------------------------------------------------------------------------------------------------

    def escribir(self, channel):
        plantilla = self.env.ref("cartera_cobro.plantilla_primera_carta")
        self.asistente(
            "gestor", "cartera.comunicacion.escribir", self.luisa, template_id=plantilla.id, channel=channel
        ).action_apply()
        return self.como("gestor", self.luisa).comunicacion_ids.sorted("id")[-1]

    def AMB6_se_confirma_la_direccion(self):
        sin_confirmar = self.escribir("letter")
        self.firmar(sin_confirmar, "tesorero")
        sin_confirmar.action_send()
        self.assertEqual((sin_confirmar.state, sin_confirmar.drop_reason), ("cancelled", "unconfirmed"))
        self.como("gestor", self.luisa.partner_id).action_cartera_confirm_address()
        self.assertEqual(self.luisa.partner_id.sudo().cartera_address_date, self.hoy)

    def AMB7_el_oficio_se_firma_se_radica_y_se_despacha(self):
        papel, correo = self.escribir("letter"), self.escribir("email")
        with self.no_puede("", UserError):
            papel.action_approve()
        self.no_firma(papel, "gestor")
        # The treasurer reads what it will say before signing it.
        self.assertIn("Luisa Paga", self.como("tesorero", papel).preview_html)
        for oficio in (papel, correo):
            self.assertEqual(oficio.state, "draft")
            self.firmar(oficio, "tesorero")
        self.assertEqual(papel.firma_ids.user_id, self.gente["tesorero"])
        self.assertEqual(len({papel.number, correo.number} - {False}), 2)
        papel.write({"number_external": "R-2026-881", "tracking_number": "RA123"})
        papel.action_print()
        papel.action_dispatched()
        correo.action_send()
        self.assertEqual((papel.state, correo.state, papel.day_sent), ("sent", "sent", self.hoy))
        self.assertTrue(correo.pdf_id)
        self.assertEqual(set(self.luisa.gestion_ids.mapped("channel")), {"email", "letter"})

    # --- the treasurer --------------------------------------------------------------------------------------------

    def AMB12_el_recibo_de_caja_queda_en_el_expediente(self):
        """The debtor brings the receipt; it stays once the treasury registered its money."""
        Nuevo = self.como("gestor", "cartera.soporte.nuevo").with_context(default_expediente_id=self.luisa.id)
        with Form(Nuevo) as form:
            form.amount, form.reference, form.file = 500_000.0, "881", base64.b64encode(PDF)
        soporte = self.abrir("gestor", form.save().action_send())
        with self.no_puede():
            soporte.action_register("new", self.bank, self.hoy)
        self.como("tesorero", soporte).action_register("new", self.bank, self.hoy)
        self.assertRecordValues(
            self.luisa.documento_ids.filtered(lambda d: d.code == "recibo_caja"),
            [{"received_by_id": self.gente["tesorero"].id, "note": soporte.number}],
        )
        self.assertFalse(self.luisa.amount_overdue)

    def AMB10_el_tesorero_verifica_la_gestion_y_el_recaudo(self):
        corte = self.abrir("tesorero", self.asistente("tesorero", "cartera.corte.nuevo").action_generate())
        self.assertEqual((corte.date, corte.amount_difference), (date(2026, 7, 31), 0))
        corte.action_confirmar()
        self.correr("ir_cron_recaudo_diario")
        tablero = Tablero(self.como("tesorero"))
        month = {"month": date(2026, 7, 31)}
        self.assertEqual(tablero.value("cmo_recaudo", **month), 700_000)
        self.assertEqual(tablero.value("cmo_vencida", **month), corte.amount_overdue)
        # AMB3: what was said in July, on the form F-FIN-01.
        wizard = self.asistente("tesorero", "cartera.control.contacto", month=date(2026, 7, 1))
        Report = self.como("tesorero", "ir.actions.report").with_context(force_report_rendering=True)
        text = " ".join(paginas(Report._render_qweb_pdf(wizard.action_print()["report_name"], wizard.ids)[0]))
        for piece in ("F-FIN-01", "Constructora Muda", "+57 310 555 0101", "Subdirección Ambiental"):
            self.assertIn(piece, text)

    def AMB8_lo_que_no_se_logro_pasa_al_abogado(self):
        self.patch(type(self.env["cartera.remision"]), "_papel", falso)
        self.patch(type(self.env["cartera.remision"]), "_piezas_facturas", lambda remision: iter(()))
        remision = self.abrir("gestor", self.como("gestor", self.constructora).action_refer())
        self.assertRecordValues(
            remision, [{"destination": "coactive", "abogado_id": self.gente["abogado"].id, "state": "draft"}]
        )
        with self.no_puede("address", UserError):
            remision.action_request()
        self.constructora.partner_id.write({"street": "Carrera 1 # 2-3", "city": "Cali"})
        self.como("gestor", self.constructora.partner_id).action_cartera_confirm_address()
        remision.invalidate_recordset()
        remision.action_request()
        for role in ("gestor", "abogado"):
            self.no_firma(remision, role)
        self.firmar(remision, "tesorero")
        remision.action_send()
        self.assertEqual(self.constructora.etapa_id.code, "COA")
        self.assertEqual(self.correos(remision)[:1].recipient_ids, self.gente["abogado"].partner_id)
        self.asistente(
            "abogado", "cartera.remision.paso", remision, step="receive", who="Laura Abogada", filing_number="R-114"
        ).action_apply()
        self.assertEqual(remision.state, "received")
        self.assertNotIn(self.constructora, self.como("gestor", "cartera.expediente").search([("in_list", "=", True)]))

    def AMB12_todo_quedo_y_nadie_lo_borra(self):
        """The communication to the lawyer, the signed agreement, the act: each in its dossier, and for good."""
        self.assertIn("coactivo", self.constructora.documento_ids.mapped("code"))
        tipo = self.politica.documento_tipo_ids.filtered(lambda t: t.code == "acto")
        self.como("gestor", "cartera.documento").create(
            {"expediente_id": self.ana.id, "tipo_id": tipo.id, "file_name": "Resolución 114.pdf",
             "file": base64.b64encode(b"%PDF-1.4 resolucion")}
        )  # fmt: skip
        kept = self.ana.documento_ids | self.luisa.documento_ids | self.constructora.documento_ids
        for documento in kept:
            with self.no_puede("", UserError):
                self.como("tesorero", documento).unlink()
        # The act of the man who complained is asked for, and nobody else's is.
        missing = self.como("auditor", "cartera.documento.faltante").search([("tipo_id", "=", tipo.id)])
        self.assertNotIn(self.ana, missing.expediente_id)
        self.assertIn(self.pedro, missing.expediente_id)
