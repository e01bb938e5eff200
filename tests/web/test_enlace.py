"""The debtor's page by a link: right, wrong, over, revoked, another's; and what it never shows."""

import re
from datetime import date, timedelta
from decimal import Decimal

from freezegun import freeze_time
from odoo import Command
from odoo.addons.cartera_cobro.models.cartera_promesa_portal import frase_del_portal
from odoo.addons.cartera_cobro.models.cartera_textos import leer_pesos
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger
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


@tagged("post_install", "-at_install")
class TestPromesaEnLinea(CarteraCase, HttpCase):
    """The debtor says on their page what they will pay, and when."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.politica.interest_regime = "none"
        cls.invoice = cls.factura(40, 1234.0)
        cls.dossier = cls.Expediente.search([("partner_id", "=", cls.debtor.id)])
        cls.officer = cls.usuario("gestor")
        cls.dossier.user_id = cls.officer

    def prometer(self, importe="1.000", dia="2026-07-17", path=None, csrf=True):
        """What the page answers to the form, filled in on the page of the link."""
        path = path or self.dossier._enlace()
        self.authenticate(None, None)
        page = self.url_open(path)
        found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        data = {"importe": importe, "dia": dia, "csrf_token": found.group(1) if found and csrf else ""}
        return self.url_open(f"{path}/promesa", data=data)

    def promesas(self):
        return self.env["cartera.promesa"].sudo().search([("expediente_id", "=", self.dossier.id)])

    def test_the_right_link_takes_it_and_the_officer_knows(self):
        response = self.prometer("$ 1.234,00")
        self.assertEqual(response.status_code, 200)
        for text in ("Gracias, quedó registrado", "Usted se comprometió a pagar", "17 de", "Prometido para el"):
            self.assertIn(text, response.text)
        self.assertNotIn('name="importe"', response.text, "nothing is left to promise")
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertRecordValues(
            self.promesas(),
            [
                {
                    "amount": 1234.0,
                    "date": date(2026, 7, 15),
                    "date_promised": date(2026, 7, 17),
                    "source": "portal",
                    "state": "pending",
                    "user_id": self.officer.id,
                }
            ],
        )
        message = self.dossier.message_ids.filtered(lambda m: m.author_id == self.debtor)
        self.assertIn(self.invoice.name, message.body)
        self.assertTrue(message.is_internal)
        self.assertRecordValues(
            self.dossier.activity_ids,
            [
                {
                    "user_id": self.officer.id,
                    "date_deadline": date(2026, 7, 17),
                    "activity_type_id": self.env.ref("cartera_cobro.mail_activity_type_promesa").id,
                }
            ],
        )

    def test_a_dossier_without_officer_tells_who_coordinates(self):
        self.dossier.user_id = False
        coordinator = self.usuario("tesorero")
        self.company.sudo().cartera_coordinador_id = coordinator
        self.prometer()
        self.assertEqual(self.dossier.activity_ids.user_id, coordinator)

    def test_what_cannot_be_comes_back_with_a_sentence_and_what_was_typed(self):
        for importe, dia, sentence in (
            ("", "2026-07-17", "Escriba cuánto va a pagar"),
            ("0", "2026-07-17", "Escriba cuánto va a pagar"),
            ("-500", "2026-07-17", "Escriba cuánto va a pagar"),
            ("mucho", "2026-07-17", "Escriba cuánto va a pagar"),
            ("1.234,01", "2026-07-17", "Puede comprometerse hasta por $ 1.234,"),
            ("500", "", "Escriba el día en que va a pagar"),
            ("500", "mañana", "Escriba el día en que va a pagar"),
            ("500", "2026-07-14", "El día debe ser hoy o uno posterior"),
            ("500", "2026-08-15", "Recibimos compromisos hasta el 14 de agosto de 2026"),
        ):
            with self.subTest(importe=importe, dia=dia):
                response = self.prometer(importe, dia)
                self.assertEqual(response.status_code, 400)
                self.assertIn(sentence, response.text)
                self.assertIn("<details open", re.sub(r"<details[^>]*open", "<details open", response.text))
                if importe:
                    self.assertIn(f'value="{importe}"', response.text)
        self.assertFalse(self.promesas())
        self.assertFalse(self.dossier.activity_ids)

    def test_twice_is_refused(self):
        self.prometer()
        response = self.url_open(self.dossier._enlace())
        self.assertNotIn('name="importe"', response.text)
        with self.assertRaises(UserError) as refused:
            self.dossier._prometer_en_portal("100", "2026-07-20")
        self.assertIn("Ya se comprometió", frase_del_portal(refused.exception))

    def test_a_schedule_promises_one_item_after_another_due_or_not(self):
        current = self.factura(-5, 500.0)
        self.prometer("1.234")
        response = self.prometer("500", "2026-07-20")
        self.assertIn("20 de", response.text)
        promises = self.promesas().sorted("date_promised")
        self.assertEqual(promises.mapped("linea_ids.partida_id.move_id"), self.invoice | current)

    def assertNoAbre(self, path):
        """The form posted to `path`, out of a page that opens, reaches nothing."""
        page = self.url_open(self.dossier._enlace())
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
        data = {"importe": "500", "dia": "2026-07-20", "csrf_token": csrf}
        response = self.url_open(f"{path}/promesa", data=data)
        self.assertEqual(response.status_code, 404)
        self.assertNotIn("Juana", response.text)

    def test_no_link_but_the_right_one_takes_it(self):
        self.authenticate(None, None)
        good = self.dossier._enlace()
        for path in (good[:-3] + "AAA", "/cartera/estado/x"):
            self.assertNoAbre(path)
        self.politica.link_days = 1
        short = self.dossier._enlace()
        self.politica.link_days = 30
        with freeze_time("2026-07-17 17:00:00"):
            self.assertNoAbre(short)
        self.dossier.with_user(self.usuario("tesorero")).action_revoke_links()
        self.assertNoAbre(good)
        self.assertFalse(self.promesas())

    def test_what_is_disputed_is_not_offered_to_be_promised(self):
        item = self.partidas(self.invoice)
        claim = self.env["cartera.reclamacion"].sudo().create(
            {
                "expediente_id": self.dossier.id,
                "subject": "No es mío",
                "text": "No es mío",
                "filed_by": "Juana",
                "linea_ids": [Command.create({"partida_id": item.id, "amount_disputed": 234.0})],
            }
        )  # fmt: skip
        claim.action_file()
        values = self.dossier._estado_de_cuenta()
        self.assertEqual((values["promisable"], values["promise_default"]), (1000.0, "$ 1.000"))
        claim.action_withdraw("Juana", "x")
        claim = claim.copy({"linea_ids": [Command.create({"partida_id": item.id, "amount_disputed": 1234.0})]})
        claim.action_file()
        self.assertFalse(self.dossier._estado_de_cuenta()["promisable"])

    def test_another_site_cannot_promise_for_the_debtor(self):
        with mute_logger("odoo.http"):
            self.assertEqual(self.prometer(csrf=False).status_code, 400)
        self.assertFalse(self.promesas())

    def test_amounts_as_people_type_them(self):
        for text, amount in (
            ("1.234.567", 1234567),
            ("$ 1.234.567,50", "1234567.5"),
            ("1234567.5", "1234567.5"),
            ("1234567,5", "1234567.5"),
            ("1.234", 1234),
            ("500", 500),
        ):
            self.assertEqual(leer_pesos(text), Decimal(str(amount)), text)
        for text in ("", None, "-5", "1,234,567", "1.23.4", "mil", "1e6", "NaN", "9" * 20):
            self.assertIsNone(leer_pesos(text), text)
