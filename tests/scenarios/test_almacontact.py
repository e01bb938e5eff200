"""Services company: invoices and payments of the month, who keeps the terms, who is late, what is provided for."""

from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import Procedimiento


@tagged("post_install", "-at_install")
class TestAlmacontact(Procedimiento):
    """Four customers: one pays in time, one pays late, one announces when it pays, one cannot pay."""

    roles = ("contador", "tesorero", "responsable", "director", "gestor", "auditor")
    noches = ("ir_cron_actualizar", "ir_cron_resumen_semanal", "ir_cron_pronostico")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The accounting assistant only invoices: none of the add-on's groups, and none is needed.
        cls.gente["asistente"] = new_test_user(
            cls.env, login="asistente", groups="base.group_user,account.group_account_invoice",
            company_id=cls.company.id, company_ids=[Command.set(cls.company.ids)],
        )  # fmt: skip
        # In this company the finance director approves the provision alone.
        cls.env.ref("cartera_cobro.tier_provision_tesorero").sudo().active = False
        cls.company.sudo().cartera_coordinador_id = cls.gente["tesorero"]
        bandas = {0: 1, 1: 5, 31: 10, 91: 50, 361: 100}
        cls.env["cartera.provision.metodo"].sudo().create(
            {"name": "Matriz", "company_id": cls.company.id, "posts": True,
             "banda_ids": [Command.create({"days_from": day, "rate": rate}) for day, rate in bandas.items()]}
        )  # fmt: skip
        cls.cumple = cls.deudor("Cliente Cumplido SAS", (5, 9_500_000))
        cls.tarde = cls.deudor("Cliente Tardío SAS", (45, 5_000_000))
        cls.anuncia = cls.deudor("Cliente que Anuncia SAS", (20, 2_000_000), (-10, 1_000_000))
        cls.insolvente = cls.deudor("Cliente en Reorganización SAS", (100, 4_000_000))
        for expediente in cls.tarde | cls.anuncia:
            expediente.responsible_id = cls.gente["responsable"]

    def test_el_procedimiento(self):
        self.recorrer(
            date(2026, 7, 14),
            ("2026-07-15", self.ALM1_se_causan_las_facturas_del_mes, self.ALM2_se_revisan_las_consignaciones),
            ("2026-07-15", self.ALM3_se_contabilizan_los_recaudos),
            ("2026-07-16", self.ALM4_se_preparan_los_egresos_del_flujo),
            ("2026-07-21", self.ALM4_el_flujo_de_caja_llega_a_la_direccion, self.ALM5_quien_cumple_los_plazos),
            ("2026-07-27", self.ALM6_los_clientes_en_mora_se_piden_por_su_gerente),
            ("2026-07-28", self.ALM7_el_cliente_dice_su_programacion_de_pagos),
            ("2026-08-04", self.ALM7_lo_que_anuncio_se_compara_con_lo_que_pago),
            ("2026-08-05", self.ALM8_lo_que_no_se_puede_recaudar_se_provisiona),
        )
        self.assertEqual([row["difference"] for row in self.company._cartera_cuadre() if row["difference"]], [])

    # --- the accounting assistant and the finance coordinator -----------------------------------------------------

    def ALM1_se_causan_las_facturas_del_mes(self):
        line = {"name": "Contact center julio", "quantity": 1, "price_unit": 9_800_000, "tax_ids": [Command.clear()]}
        self.julio = self.como("asistente", "account.move").create(
            {"move_type": "out_invoice", "partner_id": self.cumple.partner_id.id, "invoice_date": self.hoy,
             "invoice_date_due": date(2026, 8, 14), "invoice_payment_term_id": False,
             "invoice_line_ids": [Command.create(line)]}
        )  # fmt: skip
        self.julio.action_post()
        self.assertEqual(self.partidas(self.julio).amount_residual, 9_800_000)
        self.assertEqual(self.cumple.amount_total, 19_300_000)

    def ALM2_se_revisan_las_consignaciones(self):
        vencida = self.cumple.partida_ids.sorted("date_due")[0].move_id
        values = {"journal_id": self.bank.id, "date": date(2026, 7, 14)}
        lines = self.env["account.bank.statement.line"].create(
            [{**values, "payment_ref": f"PAGO {vencida.name}", "amount": 9_500_000},
             {**values, "payment_ref": "TRANSF ACH", "amount": 37_000}]
        )  # fmt: skip
        self.nombrada, self.desconocida = lines
        with self.no_puede():
            self.como("gestor", lines).action_cartera_proponer()
        self.como("tesorero", lines).action_cartera_proponer()
        self.assertEqual(self.nombrada.sudo().cartera_propuesta_id.partida_ids.move_id, vencida)
        self.assertFalse(self.desconocida.sudo().cartera_propuesta_id)

    def ALM3_se_contabilizan_los_recaudos(self):
        vencida = self.cumple.partida_ids.sorted("date_due")[0].move_id
        self.como("tesorero", self.nombrada).action_cartera_aceptar()
        self.assertEqual((vencida.payment_state, self.cumple.amount_overdue), ("paid", 0))
        accounts = self.nombrada.move_id.line_ids.account_id
        self.assertEqual(accounts, self.bank.default_account_id | self.receivable)
        # One that comes late, registered by the assistant as any payment is.
        wizard = self.como("asistente", "account.payment.register").with_context(
            active_model="account.move", active_ids=self.tarde.partida_ids.move_id.ids
        )
        wizard.create({"amount": 1_000_000, "payment_date": self.hoy}).action_create_payments()
        self.assertEqual(self.tarde.amount_overdue, 4_000_000)

    def ALM4_se_preparan_los_egresos_del_flujo(self):
        nomina = {"name": "Nómina", "amount": 9_000_000, "frequency": "fortnight", "date_from": "2026-01-15"}
        with self.no_puede():
            self.como("gestor", "cartera.pronostico.fijo").create(nomina)
        self.como("tesorero", "cartera.pronostico.fijo").create(nomina)

    def ALM4_el_flujo_de_caja_llega_a_la_direccion(self):
        """Made by itself on the first working day of the week (the 20th is a holiday), and mailed."""
        flujo = self.como("director", "cartera.pronostico").search([], limit=1, order="date desc, id desc")
        self.assertEqual((flujo.state, flujo.amount_difference), ("confirmed", 0))
        owed = sum(self.Partida.search([("company_id", "=", self.company.id)]).mapped("amount_residual"))
        self.assertLessEqual(flujo.amount_income, owed)
        mine = [("user_id", "=", self.gente["director"].id)]
        mail = self.como("director", "cartera.pronostico.aviso").search(mine, limit=1, order="id desc")
        self.assertEqual(mail.state, "sent")
        self.assertIn("La caja no alcanza", mail.message_ids[:1].body)

    def ALM5_quien_cumple_los_plazos(self):
        rows = self.como("tesorero", "cartera.cumplimiento").search([])
        states = {row.partner_id.name: row.state for row in rows}
        self.assertEqual(states["Cliente Tardío SAS"], "overdue")
        self.assertNotEqual(states["Cliente Cumplido SAS"], "overdue")
        mine = self.como("responsable", "cartera.cumplimiento").search([("state", "=", "overdue")])
        self.assertEqual(set(mine.partner_id), set((self.tarde | self.anuncia).partner_id))
        behind = mine[:1].action_payments()
        self.assertTrue(self.como("responsable", behind["res_model"]).search(behind["domain"]))

    # --- the operations manager -----------------------------------------------------------------------------------

    def ALM6_los_clientes_en_mora_se_piden_por_su_gerente(self):
        digest = self.como("responsable", "cartera.resumen").search([], limit=1, order="id desc")
        self.assertRecordValues(digest, [{"count": 2, "amount": 7_000_000, "state": "sent"}])
        self.assertIn("Cliente Tardío SAS", digest.message_ids[:1].body)
        mios = self.como("responsable", "cartera.expediente").search([])
        self.assertEqual(mios, self.tarde | self.anuncia)
        with self.no_puede():
            self.como("responsable", self.insolvente).action_ask_customer()
        self.como("responsable", self.anuncia).action_ask_customer()
        # The coordinator asks the manager, who answers on the dossier.
        novedad = self.como("tesorero", "cartera.novedad").create(
            {"expediente_id": self.tarde.id, "kind": "schedule", "description": "¿Cuándo nos pagan?"}
        )
        novedad.action_send()
        self.assertEqual(novedad.sent_to, self.gente["responsable"])
        self.asistente(
            "responsable", "cartera.novedad.paso", novedad_id=novedad.id, step="answer", text="Pagan el viernes"
        ).action_apply()
        self.assertEqual(novedad.answer, "Pagan el viernes")

    def ALM7_el_cliente_dice_su_programacion_de_pagos(self):
        """By the link of the e-mail: the state of its account, and two payments with their days."""
        mail = self.env["mail.mail"].sudo().search([("recipient_ids", "in", self.anuncia.partner_id.ids)], limit=1)
        url = f"/cartera/estado/{mail.body_html.split('/cartera/estado/')[1].split(chr(34))[0]}"
        self.assertIn("2,000,000", self.pagina(url).text)
        for amount, day in (("2.000.000", "2026-07-31"), ("1.000.000", "2026-08-03")):
            self.enviar(url, f"{url}/promesa", importe=amount, dia=day)
        announced = self.como("responsable", "cartera.programado").search([], order="date")
        self.assertEqual(
            [(row.date, row.amount) for row in announced],
            [(date(2026, 7, 31), 2_000_000), (date(2026, 8, 3), 1_000_000)],
        )

    def ALM7_lo_que_anuncio_se_compara_con_lo_que_pago(self):
        oldest, other = self.anuncia.partida_ids.sorted("date_due").move_id
        with self.no_puede("", UserError):
            self.como("auditor", self.anuncia.promesa_ids[:1]).action_withdraw("No")
        self.pagar(oldest, payment_date=date(2026, 7, 31))
        self.hasta(date(2026, 8, 5))
        states = dict.fromkeys(self.anuncia.promesa_ids.mapped("state"))
        self.assertIn("kept", states)
        self.assertEqual(other.amount_residual, 1_000_000)

    # --- the provision --------------------------------------------------------------------------------------------

    def evaluar(self):
        """The coordinator assesses the customer from its dossier; the finance director approves it."""
        action = self.como("tesorero", self.insolvente).action_evaluar()
        evaluacion = self.como("tesorero", "cartera.evaluacion").with_context(**action["context"]).create(
            {"date": date(2026, 7, 20), "evidence": "insolvency", "loss": 80,
             "document_ids": [Command.create({"name": "Auto de admisión.pdf", "raw": b"%PDF-1.4 auto"})]}
        )  # fmt: skip
        with self.no_puede("", UserError):
            evaluacion.action_approve()
        self.como("director", evaluacion).action_approve()

    def ALM8_lo_que_no_se_puede_recaudar_se_provisiona(self):
        self.evaluar()
        corte = self.abrir("tesorero", self.asistente("tesorero", "cartera.corte.nuevo").action_generate())
        corte.action_confirmar()
        with self.no_puede():
            self.asistente("gestor", "cartera.provision.nueva").action_generate()
        provision = self.abrir("tesorero", self.asistente("tesorero", "cartera.provision.nueva").action_generate())
        lineas = {linea.partner_id: linea for linea in provision.line_ids}
        self.assertEqual(lineas[self.insolvente.partner_id].amount, 3_200_000)
        # 61 days at the end of July: 10% by the matrix, and all of it by the coordinator's decision.
        tarde = lineas[self.tarde.partner_id]
        self.assertEqual((tarde.days_overdue, tarde.amount), (61, 400_000))
        self.asistente(
            "tesorero", "cartera.provision.cambiar", linea_ids=tarde.ids, percent=100, reason="El cliente cerró"
        ).action_apply()
        provision.note = "<p>Se provisiona todo lo del cliente que cerró.</p>"
        provision.action_request()
        self.no_firma(provision, "tesorero")
        self.firmar(provision, "director")
        with self.no_puede("", UserError):
            self.asistente("director", "cartera.provision.contabilizar", provision).action_apply()
        self.asistente("contador", "cartera.provision.contabilizar", provision).action_apply()
        provision.invalidate_recordset()
        self.assertEqual((provision.state, provision.amount_difference), ("posted", 0))
        posted = {line.account_id.code[:4]: line.balance for line in provision.sudo().move_id.line_ids}
        self.assertEqual(posted, {"5199": provision.amount, "1399": -provision.amount})
