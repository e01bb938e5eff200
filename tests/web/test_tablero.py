"""The operating dashboard in a real browser."""

from odoo.tests import HttpCase, tagged

from tests.models.test_tablero import TableroCase

CIERRES = "/odoo/action-cartera_cobro.cartera_corte_action"


@tagged("post_install", "-at_install")
class TestTableroWeb(TableroCase, HttpCase):
    def recorrer(self, user):
        user.tz = "America/Bogota"
        self.start_tour(CIERRES, "cartera_tablero", login=user.login)

    def test_director(self):
        self.recorrer(self.director)

    def test_tesorero(self):
        self.recorrer(self.usuario("tesorero"))

    def test_en_un_telefono(self):
        """At a phone's width every figure is there, and none of them is an error."""
        self.browser_size = "390x844"
        tablero = "/odoo/action-cartera_cobro.cartera_tablero_action"
        self.start_tour(tablero, "cartera_tablero_telefono", login=self.director.login)
