"""The month of the roles in a browser: the officer's day, approvals, a committee's session, the month end, reading."""

from datetime import date

from odoo.tests import HttpCase, tagged

from tests.models.test_acta import ActaCase
from tests.models.test_comunicacion import ComunicacionCase
from tests.models.test_corte import CorteCase

TRABAJO = "/odoo/action-cartera_cobro.cartera_expediente_action_trabajo"


@tagged("post_install", "-at_install")
class TestRecorridosDelDia(ComunicacionCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.politica.write({"agreement_rate": 0, "agreement_down_percent": 0, "referral_signed": True})
        cls.gestor, cls.tesorero = cls.usuario("gestor"), cls.usuario("tesorero")
        cls.abogado, cls.auditor = cls.usuario("abogado"), cls.usuario("auditor")
        for user in cls.gestor | cls.tesorero | cls.auditor:
            user.tz = "America/Bogota"
        cls.debtor.sudo().cartera_contact_exempt = True
        cls.Partida._actualizar(cls.company)

    def test_the_officers_day(self):
        self.start_tour(TRABAJO, "cartera_jornada", login=self.gestor.login)
        self.env.invalidate_all()
        self.assertEqual(self.expediente.gestion_ids.mapped("result"), ["no_answer"])
        self.assertTrue(self.expediente.comunicacion_ids.review_ids, "the treasurer is asked to sign the letter")
        self.assertRecordValues(self.expediente.acuerdo_ids, [{"state": "proposed", "count": 3}])

    def test_the_treasurers_approvals(self):
        letter = self.escribir()
        acuerdo = self.acuerdo()
        remision = self.remision()
        self.start_tour(TRABAJO, "cartera_aprobaciones", login=self.tesorero.login)
        self.env.invalidate_all()
        self.assertEqual((letter.state, letter.firma_ids.user_id), ("approved", self.tesorero))
        self.assertNotEqual(acuerdo.state, "approval")
        self.assertFalse(acuerdo.firma_ids)
        self.assertEqual((remision.firma_ids.user_id, remision.state), (self.tesorero, "draft"))

    def escribir(self):
        """A letter of the officer's that asks for its signature."""
        wizard = self.env["cartera.comunicacion.escribir"].with_user(self.gestor)
        template = self.env.ref("cartera_cobro.plantilla_primera_carta")
        wizard.with_context(active_model="cartera.expediente", active_ids=self.expediente.ids).create(
            {"template_id": template.id, "channel": "letter"}
        ).action_apply()
        return self.expediente.comunicacion_ids

    def acuerdo(self):
        """The agreement that the debtor accepted, before its first signature."""
        action = self.expediente.with_user(self.gestor).action_propose_agreement()
        simulacion = self.env[action["res_model"]].with_user(self.gestor).browse(action["res_id"])
        action = simulacion.plan_ids.filtered(lambda plan: plan.count == 12).action_choose()
        acuerdo = self.env["cartera.acuerdo"].with_user(self.gestor).browse(action["res_id"])
        acuerdo.action_propose()
        self.env["cartera.acuerdo.aceptar"].with_user(self.gestor).create(
            {"acuerdo_id": acuerdo.id, "channel": "in_person", "who": "Juana Deudora"}
        ).action_apply()
        acuerdo.action_request()
        return acuerdo

    def remision(self):
        """The referral of another debtor, with all that it needs but the signature."""
        self.politica.etapa_ids.write({"attempts_min": 0, "rounds_min": 0, "letters_min": 0})
        other = self.otro(2, name="Segundo Deudor", vat=False).with_user(self.gestor)
        for move in other.sudo().partida_ids.move_id:
            move.cartera_received_date = move.invoice_date
        remision = self.env["cartera.remision"].with_user(self.gestor).browse(other.action_refer()["res_id"])
        remision.action_request()
        return remision

    def test_the_auditor_reads_and_touches_nothing(self):
        self.start_tour(TRABAJO, "cartera_auditor", login=self.auditor.login)


@tagged("post_install", "-at_install")
class TestRecorridoDelComite(ActaCase, HttpCase):
    def recorrer(self, tour, user, path):
        user.tz = "America/Bogota"
        self.start_tour(path, tour, login=user.login)
        self.env.invalidate_all()

    def test_from_the_session_to_what_was_decided(self):
        acta = self.acta()
        self.caso(acta, proposed="write_off", cause="cost_benefit")
        acta.action_convene()
        path = f"/odoo/action-cartera_cobro.cartera_acta_action/{acta.id}"
        self.recorrer("cartera_comite_sesion", self.secretario, path)
        self.assertEqual((acta.state, acta.number, acta.caso_ids.decision), ("approval", "CC-2026-00001", "write_off"))
        self.recorrer("cartera_comite_firmar", self.director, "/odoo/action-cartera_cobro.cartera_acta_action")
        self.assertEqual(acta.firma_ids.user_id, self.secretario | self.director)
        self.firmar(acta, self.tesorero, self.contador)
        self.recorrer("cartera_comite_ejecutar", self.secretario, path)
        self.assertEqual(self.castigos().expediente_id, self.expediente)


@tagged("post_install", "-at_install")
class TestRecorridoDelCierre(CorteCase, HttpCase):
    def test_the_month_end(self):
        self.factura(100)
        self.factura(-20, 400)
        self.actualizar()
        self.generar(date(2026, 5, 31))._confirmar()
        contador = self.usuario("contador")
        contador.tz = "America/Bogota"
        self.start_tour(
            "/odoo/action-cartera_cobro.cartera_corte_action", "cartera_cierre_de_mes", login=contador.login
        )
        self.env.invalidate_all()
        june = self.Corte.search([("company_id", "=", self.company.id), ("date", "=", date(2026, 6, 30))])
        self.assertRecordValues(june, [{"state": "confirmed", "amount_difference": 0, "confirmed_by_id": contador.id}])
        files = self.env["cartera.exportacion"].with_user(contador).search([])
        self.assertEqual(files.mapped("kind"), ["testigo_overdue"])
