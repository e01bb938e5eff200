"""The debtor's page by a link: right, wrong, over, revoked, another's; and what it never shows."""

from datetime import date, timedelta

from freezegun import freeze_time
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools.misc import hash_sign

from tests.models.common import CarteraCase


@tagged("post_install", "-at_install")
class TestEnlace(CarteraCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.factura(40, 1234.0)
        cls.dossier = cls.Expediente.search([("partner_id", "=", cls.debtor.id)])

    def open(self, path):
        # The server's threads read the clock that the link was signed with.
        self.authenticate(None, None)
        return self.url_open(path)

    def test_the_right_link_shows_the_statement_and_nothing_else(self):
        self.dossier.message_post(body="Nota interna del cobrador")
        response = self.open(self.dossier._enlace())
        self.assertEqual(response.status_code, 200)
        for text in ("Juana Deudora", self.invoice.name, "1,234", "40"):
            self.assertIn(text, response.text)
        self.assertNotIn("Nota interna", response.text)
        self.assertEqual(response.headers["Cache-Control"], "no-store")

    def test_a_payment_shows_at_once(self):
        self.pagar(self.invoice)
        self.assertIn("Está al día", self.open(self.dossier._enlace()).text)

    def test_wrong_links_open_nothing(self):
        good = self.dossier._enlace()
        env = self.env(su=True)
        forged = hash_sign(env, "other_scope", [self.dossier.id, self.dossier.sudo().link_nonce], expiration_hours=1)
        for path in (good[:-3] + "AAA", f"/cartera/estado/{forged}", "/cartera/estado/x", "/cartera/estado/%C3%B1"):
            with self.subTest(path=path):
                response = self.open(path)
                self.assertEqual(response.status_code, 404)
                self.assertNotIn("Juana", response.text)

    def test_another_debtors_link_is_not_this_ones(self):
        stranger = self.debtor.copy({"name": "Pedro Ajeno"})
        self.factura(10, partner=stranger)
        other = self.Expediente.search([("partner_id", "=", stranger.id)])
        self.assertNotIn("Juana", self.open(other._enlace()).text)
        swapped = hash_sign(self.env(su=True), "cartera_cobro.estado", [self.dossier.id, other.sudo().link_nonce])
        self.assertFalse(self.Expediente._de_enlace(swapped))

    def test_a_link_expires_after_the_policys_days(self):
        self.politica.link_days = 2
        token = self.dossier._enlace().rsplit("/", 1)[1]
        self.assertEqual(self.Expediente._de_enlace(token), self.dossier)
        with freeze_time(date(2026, 7, 15) + timedelta(days=3)):
            self.assertFalse(self.Expediente._de_enlace(token))

    def test_revoking_ends_every_link_given_out(self):
        token = self.dossier._enlace().rsplit("/", 1)[1]
        self.dossier.with_user(self.usuario("tesorero")).action_revoke_links()
        self.assertFalse(self.Expediente._de_enlace(token))
        fresh = self.dossier._enlace().rsplit("/", 1)[1]
        self.assertEqual(self.Expediente._de_enlace(fresh), self.dossier)

    def test_who_gives_out_links(self):
        action = self.dossier.with_user(self.usuario("gestor")).action_statement_link()
        self.assertTrue(action["url"].startswith("/cartera/estado/"))
        for role in ("auditor", "analista", "ventanilla"):
            with self.assertRaises(AccessError):
                self.dossier.with_user(self.usuario(role)).action_statement_link()
        with self.assertRaises(AccessError):
            self.dossier.with_user(self.usuario("tesorero")).read(["link_nonce"])
