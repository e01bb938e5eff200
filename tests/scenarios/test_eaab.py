"""Water utility: the mission portfolio by contract account, followed month by month until its management report."""

import base64
import zipfile
from datetime import date
from io import BytesIO

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from openpyxl import load_workbook

from tests.models.test_soporte import PDF
from tests.models.test_tablero import Tablero

from .common import Procedimiento

RESULTADOS = "Orden;Cuenta;Resultado;Fecha;Lectura;Observación"


@tagged("post_install", "-at_install")
class TestEAAB(Procedimiento):
    """Accounts of two zones: two are suspended and one of them pays, one gets a message and pays, one claims, one is
    official and very old, one is not due, one breaks an agreement and one ends it."""

    politica_xmlid = "cartera_cobro.politica_acueducto"
    roles = ("analista", "gestor", "ventanilla", "contador", "tesorero", "director", "auditor")
    noches = (
        "ir_cron_actualizar", "ir_cron_cortes", "ir_cron_recaudo_diario", "ir_cron_documentos_faltantes",
        "ir_cron_suspensiones_aviso",
    )  # fmt: skip

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.politica.write({"agreement_rate": 0, "agreement_down_percent": 0, "agreement_breach": "declare"})
        company, Zona = cls.company.sudo(), cls.env["cartera.zona"].sudo()
        company.write({"cartera_corte_dia": 2, "cartera_recaudo_user_ids": cls.gente["director"].ids})
        cls.jefe = cls.gente["jefe"] = cls.usuario_mas("ventanilla", "jefe")
        cls.norte = Zona.create({"name": "Norte", "user_ids": cls.jefe.ids, "company_id": company.id})
        cls.sur = Zona.create({"name": "Sur", "company_id": company.id})
        north, home = {"zona_id": cls.norte.id}, {"use": "residential", "estrato": "2"}
        cls.paga = cls.suscriptor("Suspendida Paga", "20001", (95, 35), **north, **home)
        cls.debe = cls.suscriptor("Suspendida Debe", "20002", (95, 35), **north, **home)
        cls.mensaje = cls.suscriptor("Mensaje Recibido", "30001", (20,), use="commercial", zona_id=cls.sur.id)
        cls.reclama = cls.suscriptor("Lectura Errada", "30002", (50, 40, 30), **home, zona_id=cls.sur.id)
        cls.oficial = cls.suscriptor("Entidad Oficial", "40001", (400,), use="official", zona_id=cls.sur.id)
        cls.aldia = cls.suscriptor("Vecina al Día", "40002", (-20,), **home, zona_id=cls.sur.id)
        cls.rompe = cls.suscriptor("Acuerdo Roto", "50001", (75,), use="residential", estrato="1")
        cls.desiste = cls.suscriptor("Acuerdo Terminado", "50002", (76,), use="residential", estrato="3")
        # Kept here since May.
        cls.env.flush_all()
        cls.env.cr.execute("UPDATE cartera_expediente SET create_date = '2026-05-01 12:00'")
        cls.env.invalidate_all()

    @classmethod
    def suscriptor(cls, name, number, ages, **attributes):
        """A subscriber with one contract account and a bill of 1,000 of each age; the account."""
        partner = cls.deudor(name).partner_id or cls.env["res.partner"].search([("name", "=", name)])
        values = {"name": number, "kind": "account", "partner_id": partner.id, "company_id": cls.company.id}
        cuenta = cls.env["cartera.cuenta"].sudo().create({**values, "address": f"Calle {number}", **attributes})
        for days in ages:
            cls.factura(days, 1000, partner=partner, cartera_cuenta_id=cuenta.id)
        cuenta.invalidate_recordset()
        return cuenta

    def test_el_procedimiento(self):
        self.recorrer(
            date(2026, 7, 14),
            ("2026-07-15", self.EAAB1_se_extrae_la_cartera_a_pedido, self.EAAB5_solicitudes_por_tres_canales),
            ("2026-07-15", self.EAAB4_cobro_masivo_con_lista_de_chequeo, self.EAAB4_suspensiones_por_zona),
            ("2026-07-16", self.EAAB3_acuerdos_del_dia, self.EAAB4_llegan_los_resultados_de_terreno),
            ("2026-07-17", self.EAAB6_recaudo_por_etapa_cada_manana, self.EAAB7_acuerdos_sin_digitalizar),
            ("2026-07-22", self.EAAB5_se_responden_en_su_termino),
            ("2026-08-03", self.EAAB2_testigos_del_cierre_y_su_correo, self.EAAB3_frente_al_cierre_anterior),
            (
                "2026-08-03",
                self.EAAB3_cartera_bloqueada_y_acuerdos_vigentes,
                self.EAAB6_recaudo_del_mes_frente_a_la_meta,
            ),
            ("2026-08-03", self.EAAB8_cuadro_de_mando, self.EAAB9_indicadores_frente_a_la_meta),
            ("2026-08-03", self.EAAB13_dificil_recaudo, self.EAAB10_informe_de_suspensiones),
            ("2026-08-18", self.EAAB4_que_trajo_cada_accion, self.EAAB11_revisan_dos_y_aprueba_el_director),
            ("2026-08-18", self.EAAB12_se_publica_y_se_socializa),
            ("2026-09-17", self.EAAB14_consolidacion_por_incumplimiento_o_a_solicitud),
        )
        self.assertEqual([row["difference"] for row in self.company._cartera_cuadre() if row["difference"]], [])

    # --- information ----------------------------------------------------------------------------------------------

    def EAAB1_se_extrae_la_cartera_a_pedido(self):
        with self.no_puede():
            self.asistente("gestor", "cartera.corte.nuevo", moment="today").action_generate()
        corte = self.abrir(
            "analista", self.asistente("analista", "cartera.corte.nuevo", moment="today").action_generate()
        )
        self.asistente("analista", "cartera.exportacion.plano", corte_ids=corte.ids).action_export()
        raw = self.como("analista", "cartera.exportacion").search([], limit=1).attachment_id.raw
        head, *lines = raw.decode().splitlines()
        rows = [dict(zip(head.split("|"), line.split("|"), strict=True)) for line in lines]
        self.assertEqual(sum(float(row["saldo"]) for row in rows), corte.amount_ledger)
        self.assertIn(("20001", "2", "Norte"), {(row["cuenta"], row["estrato"], row["zona"]) for row in rows})

    def EAAB2_testigos_del_cierre_y_su_correo(self):
        """The night of the 2nd closed July: what is overdue and what is not, mailed to the zones."""
        corte = self.corte = self.como("analista", "cartera.corte").search([("date", "=", date(2026, 7, 31))])
        self.assertEqual((corte.state, corte.amount_difference), ("confirmed", 0))
        corte.action_testigos()
        both = self.como("analista", "cartera.exportacion").search([], limit=1).attachment_id.raw
        accounts = {}
        with zipfile.ZipFile(BytesIO(both)) as books:
            for name in ("Vencida", "Vigente"):
                book = load_workbook(BytesIO(books.read(f"Testigo Cartera {name} 2026-07-31.xlsx")))
                rows = book[f"Cartera {name.lower()}"].iter_rows(min_row=6, values_only=True)
                accounts[name] = {str(value) for row in rows for value in row if str(value).isdigit()}
        self.assertIn("40002", accounts["Vigente"])
        self.assertLessEqual({"20002", "40001"}, accounts["Vencida"])
        mails = self.env["mail.mail"].sudo().search([("model", "=", "cartera.corte.aviso")])
        self.assertLessEqual(self.jefe.partner_id | self.gente["tesorero"].partner_id, mails.recipient_ids)
        with self.no_puede("", UserError):
            self.como("auditor", corte).action_nueva_version()

    def EAAB3_frente_al_cierre_anterior(self):
        """July against June, which the first night closed; by stage, estrato and use."""
        Comparacion = self.como("analista", "cartera.corte.comparacion")
        measures = ["accounts:sum", "amount:sum", "amount_before:sum"]
        last = [("date", "=", date(2026, 7, 31))]
        by_use = Comparacion._read_group(last, ["use"], measures)
        self.assertIn((1, 1000, 1000), [row[1:] for row in by_use], "the official account owes the same as in June")
        by_stage = Comparacion._read_group(last, ["etapa"], measures)
        self.assertEqual(sum(row[2] for row in by_stage), self.corte.amount_overdue + self.corte.amount_current)
        matriz = self.como("director", "cartera.corte.transicion").matriz("stage")
        self.assertTrue(matriz["totals"])

    def EAAB3_acuerdos_del_dia(self):
        """Two accounts are financed at the window, on paper; the day's agreements are listed."""
        self.roto = self.financiar(self.rompe)
        self.terminado = self.financiar(self.desiste)
        wizard = self.asistente("analista", "cartera.acuerdo.informe", kind="day", date=self.hoy)
        action = wizard.action_show()
        day = self.como("analista", action["res_model"]).search(action["domain"])
        active = day.filtered(lambda row: row.event == "active")
        self.assertEqual(set(active.acuerdo_id), {self.roto, self.terminado})

    def financiar(self, cuenta):
        expediente = cuenta.partida_ids.expediente_id
        simulacion = self.abrir("gestor", self.como("gestor", expediente).action_propose_agreement())
        simulacion.first_date = date(2026, 8, 15)
        plan = simulacion.plan_ids.filtered(lambda plan: plan.count == 3)
        acuerdo = self.abrir("gestor", plan.action_choose())
        acuerdo.action_propose()
        self.asistente(
            "gestor", "cartera.acuerdo.aceptar", acuerdo, channel="in_person", who=expediente.partner_id.name
        ).action_apply()
        acuerdo.action_request()
        with self.no_puede("", UserError):
            self.asistente(
                "gestor", "cartera.acuerdo.copia", acuerdo, who="Nadie", file=base64.b64encode(PDF)
            ).action_apply()
        self.no_firma(acuerdo, "gestor")
        self.firmar(acuerdo, "tesorero")
        if acuerdo.state == "approval":
            self.firmar(acuerdo, "director")
        self.asistente(
            "gestor", "cartera.acuerdo.copia", acuerdo, who=expediente.partner_id.name, file=base64.b64encode(PDF),
            file_name="acuerdo firmado.pdf",
        ).action_apply()  # fmt: skip
        self.assertEqual(acuerdo.state, "active")
        return acuerdo

    def EAAB3_cartera_bloqueada_y_acuerdos_vigentes(self):
        rows = self.como("analista", "cartera.bloqueo")._read_group([], ["user_id"], ["amount_blocked:sum"])
        self.assertEqual(rows, [(self.gente["gestor"], 1000)])
        wizard = self.asistente("analista", "cartera.acuerdo.informe", kind="in_force", date=date(2026, 7, 31))
        rows = self.libro(wizard.action_export(), wizard, "analista", "Por etapa")
        self.assertEqual([row[1:4] for row in rows if row[0] == "Total"], [(2, 2, 2000)])

    # --- mass collection ------------------------------------------------------------------------------------------

    def EAAB4_cobro_masivo_con_lista_de_chequeo(self):
        plantilla = self.env.ref("cartera_cobro.plantilla_primera_carta")
        campana = self.campana = self.como("gestor", "cartera.campana").create(
            {"name": "SMS de julio", "template_id": plantilla.id, "channel": "sms", "effect_days": 30,
             "domain": repr([("partner_id", "in", (self.mensaje | self.reclama).partner_id.ids)])}
        )  # fmt: skip
        campana.action_prepare()
        with self.no_puede("Verify first", UserError):
            campana.action_request()
        campana.verificacion_ids.write({"done": True, "note": "Revisado"})
        campana.action_request()
        self.no_firma(campana, "gestor")
        self.firmar(campana, "tesorero")
        self.correr("ir_cron_enviar")
        self.assertEqual(campana.state, "done")
        self.assertIn(self.mensaje.partner_id, self.env["sms.sms"].sudo().search([]).partner_id)

    def EAAB4_suspensiones_por_zona(self):
        regla = self.env.ref("cartera_cobro.suspension_regla_suspension")
        values = {"regla_id": regla.id, "date": date(2026, 7, 16)}
        with self.no_puede():
            self.como("gestor", "cartera.suspension.lote").create(values)
        lote = self.como("tesorero", "cartera.suspension.lote").create(values)
        lote.action_prepare()
        lote.action_dispatch()
        self.ordenes = {orden.cuenta_id: orden for orden in self.como("analista", "cartera.suspension").search([])}
        self.assertLessEqual({self.paga, self.debe}, set(self.ordenes))
        self.assertNotIn(self.aldia, self.ordenes)
        mails = self.correos(lote)
        self.assertIn(self.jefe.partner_id, mails.recipient_ids)

    def EAAB4_llegan_los_resultados_de_terreno(self):
        rows = [f"{self.ordenes[c].number};{c.name};Ejecutada;16/07/2026;310;" for c in (self.paga, self.debe)]
        content = base64.b64encode("\n".join([RESULTADOS, *rows]).encode())
        with self.no_puede():
            self.asistente("auditor", "cartera.suspension.resultados", file=content, filename="n.csv").action_import()
        wizard = self.asistente("analista", "cartera.suspension.resultados", file=content, filename="norte.csv")
        wizard.action_import()
        self.assertEqual((wizard.executed_count, wizard.errors or ""), (2, ""))
        self.assertEqual((self.paga | self.debe).mapped("service_state"), ["suspended"] * 2)
        # They pay: the suspended one, and the one that got the message.
        self.abonar((self.paga.partida_ids | self.mensaje.partida_ids).move_id, group_payment=False)

    def EAAB4_que_trajo_cada_accion(self):
        """By channel, stage, estrato and use; on the 15th of the month after (a Saturday: on the 18th), by zone."""
        rows = self.como("analista", "cartera.campana.efecto")._read_group(
            [("campana_id", "=", self.campana.id), ("group", "=", "contacted")], ["use"],
            ["sent:sum", "paid:sum", "amount_collected:sum"],
        )  # fmt: skip
        self.assertIn((1, 1, 1000), [row[1:] for row in rows])
        informe = self.asistente("analista", "cartera.suspension.informe")
        self.assertEqual((informe.date_from, informe.date_to), (date(2026, 7, 1), date(2026, 7, 31)))
        action = informe.action_show()
        effect = self.como("analista", action["res_model"])._read_group(
            action["domain"], ["zona_id"], ["executed:sum", "amount_collected:sum"]
        )
        self.assertIn((self.norte, 2, 2000), effect)
        told = self.env["cartera.suspension.aviso"].sudo().search([("company_id", "=", self.company.id)])
        self.assertEqual(sorted(told.mapped("user_id.login")), sorted([self.jefe.login, self.gente["tesorero"].login]))

    # --- requests -------------------------------------------------------------------------------------------------

    def EAAB5_solicitudes_por_tres_canales(self):
        """At the window in person, by letter, and on the user's own page."""
        items = self.reclama.partida_ids.sorted("date_due")
        expediente = self.expediente_de(self.reclama.partner_id)
        expediente.user_id = self.gente["gestor"]
        self.quejas = {}
        for channel, kind in (("written", "claim"), ("in_person", "request")):
            lines = [Command.create({"partida_id": items[0].id})] if kind == "claim" else []
            queja = self.como("ventanilla", "cartera.reclamacion").create(
                {"expediente_id": expediente.id, "channel": channel, "kind": kind, "subject": "Consumo que no reconoce",
                 "text": "Solicita revisar la lectura", "filed_by": "Lectura Errada", "linea_ids": lines}
            )  # fmt: skip
            queja.action_file()
            self.quejas[channel] = queja
        with self.no_puede():
            self.quejas["written"].user_id = self.gente["ventanilla"]
        url = self.como("gestor", expediente).action_statement_link()["url"]
        self.enviar(f"{url}/reclamos", f"{url}/reclamos", clase="request", nombre="Lectura Errada", texto="Pido visita")
        self.quejas["virtual"] = self.como("gestor", expediente).reclamacion_ids.filtered(
            lambda queja: queja.channel == "virtual"
        )
        self.assertEqual({queja.state for queja in self.quejas.values()}, {"filed"})
        self.assertEqual(items.mapped("hold_reason"), ["claim", False, False])
        with self.no_puede():
            self.como("analista", self.quejas["written"]).action_answer("rejected", "No")

    def EAAB5_se_responden_en_su_termino(self):
        self.asistente(
            "gestor", "cartera.reclamacion.paso", reclamacion_id=self.quejas["virtual"].id, step="answer",
            outcome="accepted", text="Se programó la visita.",
        ).action_apply()  # fmt: skip
        wizard = self.asistente(
            "analista", "cartera.reclamacion.informe", date_from=date(2026, 7, 1), date_to=date(2026, 7, 31)
        )
        rows = self.libro(wizard.action_export(), wizard, "analista")
        self.assertIn("MPFD0206F02", rows[0][0])
        channels = [row[rows[4].index("Canal")] for row in rows[5:]]
        self.assertEqual(sorted(channels), ["Escrito", "Presencial", "Virtual"])

    # --- collections ----------------------------------------------------------------------------------------------

    def EAAB6_recaudo_por_etapa_cada_manana(self):
        digest = self.como("director", "cartera.recaudo.diario").search([], limit=1, order="id desc")
        self.assertEqual((digest.amount, digest.user_id), (3000, self.gente["director"]))
        self.assertIn(self.gente["director"].partner_id, self.correos(digest).recipient_ids)

    def EAAB6_recaudo_del_mes_frente_a_la_meta(self):
        meta = {"year": 2026, "month": "00", "etapa_id": self.etapa("PER").id, "amount": 12_000}
        with self.no_puede():
            self.como("gestor", "cartera.recaudo.meta").create(meta)
        self.como("director", "cartera.recaudo.meta").create(meta)
        against = self.como("director", "cartera.recaudo.cumplimiento").search(
            [("date", "=", date(2026, 7, 1)), ("etapa_id", "=", self.etapa("PER").id)]
        )
        self.assertEqual((against.amount, against.goal), (2000, 1000))

    def EAAB7_acuerdos_sin_digitalizar(self):
        missing = self.como("gestor", "cartera.documento.faltante").search([("acuerdo_id", "!=", False)])
        self.assertEqual(set(missing.acuerdo_id), {self.roto, self.terminado})
        told = self.env["mail.mail"].sudo().search([("model", "=", "cartera.documento.aviso")])
        self.assertIn(self.gente["tesorero"].partner_id, told.recipient_ids)
        tipo = missing.filtered(lambda row: row.acuerdo_id == self.roto)[0].tipo_id
        paper = {"expediente_id": self.roto.expediente_id.id, "acuerdo_id": self.roto.id, "tipo_id": tipo.id,
                 "file": base64.b64encode(b"digitalizado"), "file_name": "digitalizado.pdf"}  # fmt: skip
        with self.no_puede():
            self.como("analista", "cartera.documento").create(paper)
        self.como("gestor", "cartera.documento").create({**paper, "date_issued": self.hoy})
        left = self.como("gestor", "cartera.documento.faltante").search([("acuerdo_id", "=", self.roto.id)])
        self.assertNotIn(tipo, left.tipo_id)

    # --- results --------------------------------------------------------------------------------------------------

    def EAAB8_cuadro_de_mando(self):
        july = {"month": date(2026, 7, 31)}
        tablero = Tablero(self.como("director"))
        self.assertEqual(tablero.value("cmo_vencida", **july), self.corte.amount_overdue)
        self.assertEqual(tablero.value("cmo_recaudo", **july), 3000)
        self.assertEqual(tablero.value("cmo_suspensiones", **july), len(self.ordenes))

    def EAAB9_indicadores_frente_a_la_meta(self):
        indicador = self.env.ref("cartera_cobro.indicador_recovery")
        self.como("tesorero", "cartera.indicador.meta").create(
            {"indicador_id": indicador.id, "year": 2026, "goal": 20, "tolerance": 5}
        )
        board = self.como("analista", indicador)
        self.assertEqual(board.light, "green")
        apa = self.asistente("analista", "cartera.indicador.apa", year=2026)
        rows = self.libro(apa.action_export(), apa, "analista", "Indicadores")
        shown = {row[0]: row for row in rows if row[0]}
        name = indicador.with_context(lang=self.env["cartera.correo"]._idioma()).name
        self.assertIn(20, shown[name])

    def EAAB13_dificil_recaudo(self):
        with self.no_puede():
            self.como("gestor", "cartera.reclasificacion").create({"corte_id": self.corte.id})
        apart = self.como("contador", "cartera.reclasificacion").create({"corte_id": self.corte.id})
        self.assertEqual((apart.line_ids.partner_id, apart.amount), (self.oficial.partner_id, 1000))
        apart.action_post()
        account = self.company.sudo().cartera_ddr_account_id
        held = {line.date: line.balance for line in apart.sudo().move_ids.line_ids if line.account_id == account}
        self.assertEqual(held, {date(2026, 7, 31): 1000, date(2026, 8, 1): -1000})
        self.assertEqual(self.oficial.partida_ids.amount_residual, 1000)

    def EAAB10_informe_de_suspensiones(self):
        tipo = self.env.ref("cartera_cobro.informe_tipo_suspensiones").sudo().with_company(self.company)
        control = self.control = self.env["res.partner"].create(
            {"name": "Control Interno y Gestión", "email": "control@example.com"}
        )
        tipo.destinatario_ids = [Command.create({"partner_id": control.id, "company_id": self.company.id})]
        with self.no_puede():
            self.como("ventanilla", "cartera.informe").create({"tipo_id": tipo.id, "month": date(2026, 7, 1)})
        servicio = self.env.ref("cartera_cobro.informe_tipo_servicio").sudo().with_company(self.company)
        servicio.categ_id = self.env["product.category"].sudo().create({"name": "Aseo"})
        for xmlid in ("suspensiones", "prejuridico", "persuasivo", "coactivo", "agencias", "servicio", "pqr"):
            tipo = self.env.ref(f"cartera_cobro.informe_tipo_{xmlid}")
            informe = self.como("analista", "cartera.informe").create({"tipo_id": tipo.id, "month": date(2026, 7, 1)})
            self.assertTrue(informe.content["sections"])
            if xmlid == "suspensiones":
                self.informe = informe
        tables = [table for section in self.informe.content["sections"] for table in section["tables"]]
        self.assertIn("Norte", {row[0] for table in tables for row in table["rows"]})
        self.informe.write({"conclusions": "<p>Se ejecutó la mitad.</p>", "recommendations": "<p>Volver a ir.</p>"})

    def EAAB11_revisan_dos_y_aprueba_el_director(self):
        informe = self.informe
        with self.no_puede("Nobody is left to sign each step", UserError):
            informe.action_request()
        self.gente["profesional"] = self.usuario_mas("analista", "profesional")
        informe.action_request()
        self.no_firma(informe, "analista")
        for role in ("profesional", "tesorero"):
            self.firmar(informe, role)
            self.assertFalse(informe.number)
        self.firmar(informe, "director")
        self.assertEqual((informe.state, informe.number), ("approved", "2026-00001"))

    def EAAB12_se_publica_y_se_socializa(self):
        with self.no_puede("", UserError):
            self.como("auditor", self.informe).action_publish()
        self.informe.action_publish()
        self.assertIn(self.control, self.correos(self.informe).recipient_ids)
        published = self.como("auditor", "cartera.informe").search([("state", "=", "published")])
        self.assertEqual(published, self.informe)

    def EAAB14_consolidacion_por_incumplimiento_o_a_solicitud(self):
        motivo = {"step": "consolidate", "reason": "Lo pide el suscriptor: quiere uno nuevo"}
        with self.no_puede():
            self.asistente("gestor", "cartera.acuerdo.motivo", self.terminado, **motivo).action_apply()
        # Two instalments without payment: the night declares it, as the policy says.
        self.assertEqual(self.roto.state, "breached")
        if self.terminado.state == "active":
            self.asistente("tesorero", "cartera.acuerdo.motivo", self.terminado, **motivo).action_apply()
            self.assertEqual(self.terminado.state, "cancelled")
        self.hasta(date(2026, 9, 18))
        self.assertFalse((self.rompe | self.desiste).partida_ids.acuerdo_id)
