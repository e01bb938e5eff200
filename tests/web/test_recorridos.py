"""Each role's main path, in a real browser."""

from odoo.tests import HttpCase, tagged

from tests.models.common import CarteraCase

TRABAJO = "/odoo/action-cartera_cobro.cartera_expediente_action_trabajo"


@tagged("post_install", "-at_install")
class TestRecorridos(CarteraCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.factura(100)
        cls.factura(-20)
        cls.Partida._actualizar(cls.company)

    def recorrer(self, role):
        user = self.usuario(role)
        user.tz = "America/Bogota"
        self.start_tour(TRABAJO, f"cartera_{role}", login=user.login)

    def test_gestor(self):
        self.recorrer("gestor")

    def test_tesorero(self):
        self.recorrer("tesorero")
        partida = self.Partida.search([("partner_id", "=", self.debtor.id), ("date_due", "<", "2026-07-01")])
        self.assertEqual(partida.etapa_id, self.etapa("JUR"))
        self.assertEqual(partida.cambio_ids[0].note, "Power granted to the lawyer")
