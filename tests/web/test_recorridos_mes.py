"""The month of the roles in a browser: the officer's day, a committee's session, the month end, reading."""

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
        cls.politica.write({"agreement_rate": 0, "agreement_down_percent": 0})
        cls.gestor, cls.auditor = cls.usuario("gestor"), cls.usuario("auditor")
        for user in cls.gestor | cls.auditor:
            user.tz = "America/Bogota"
        cls.debtor.sudo().cartera_contact_exempt = True
        cls.Partida._actualizar(cls.company)

    def test_the_officers_day(self):
        self.start_tour(TRABAJO, "cartera_jornada", login=self.gestor.login)
        self.env.invalidate_all()
        self.assertEqual(self.expediente.gestion_ids.mapped("result"), ["no_answer"])
        self.assertTrue(self.expediente.comunicacion_ids.review_ids, "the treasurer is asked to sign the letter")
        self.assertRecordValues(self.expediente.acuerdo_ids, [{"state": "proposed", "count": 3}])

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
