"""The debtor's contact data and authorisations on their page: asked for, reviewed, granted and withdrawn."""

import base64
import re

from odoo.addons.cartera_cobro.models.cartera_actualizacion import MOST_A_DAY
from odoo.addons.cartera_cobro.models.cartera_portal import Rechazado
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from tests.models.common import HOY, CarteraCase

TRACE = "IP 10.0.0.1, Navegador"


@tagged("post_install", "-at_install")
class TestDatos(CarteraCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = cls.usuario("gestor")
        cls.debtor.write({"phone": "+57 601 555 0145", "email": "juana@example.com", "street": "Calle 1 # 2-3"})
        cls.factura(40)
        cls.dossier = cls.Expediente.search([("partner_id", "=", cls.debtor.id)])
        cls.dossier.user_id = cls.officer

    def enviar(self, path, **fields):
        """What the page answers to one of its forms; by the link, with no user."""
        self.authenticate(None, None)
        base = self.dossier._enlace()
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', self.url_open(f"{base}/datos").text).group(1)
        return self.url_open(f"{base}{path}", data={"csrf_token": csrf, "nombre": "Juana <i>Deudora</i>", **fields})

    def pedir(self, **typed):
        return self.dossier._pedir_cambio_de_datos(typed, "Juana", TRACE)

    def vigentes(self):
        return set(self.dossier._autorizaciones_del_portal())

    # --- data -----------------------------------------------------------------------------------------------------

    def test_data_are_asked_for_with_evidence_and_change_when_an_officer_applies_them(self):
        page = self.enviar(
            "/datos", phone=" 310 555  0101", email="Juana@Nueva.co", street="Carrera 7 <b>", city="Tunja"
        )
        self.assertEqual(page.status_code, 200)
        self.assertIn("Recibimos sus datos", page.text)
        self.assertNotIn("555 0145", page.text, "what is known is half hidden")
        self.assertIn("••• 0145", page.text)
        change = self.dossier.actualizacion_ids
        self.assertRecordValues(
            change,
            [
                {
                    "phone": "310 555 0101", "email": "juana@nueva.co", "street": "Carrera 7 <b>", "city": "Tunja",
                    "asked_by": "Juana <i>Deudora</i>", "user_id": False, "state": "received",
                    "before": "+57 601 555 0145\njuana@example.com\nCalle 1 # 2-3",
                }
            ],
        )  # fmt: skip
        self.assertIn("IP 127.0.0.1", change.trace)
        self.assertNotIn("<i>Deudora", "".join(self.dossier.message_ids.mapped("body")))
        self.assertEqual(self.debtor.email, "juana@example.com", "nothing changes by itself")
        self.assertEqual(self.dossier.activity_ids.user_id, self.officer)
        change.with_user(self.officer).action_apply()
        self.assertRecordValues(
            self.debtor.sudo(),
            [{"phone": "310 555 0101", "email": "juana@nueva.co", "city": "Tunja", "cartera_address_date": HOY}],
        )
        self.assertEqual(
            set(self.dossier.vinculado_ids.medio_ids.mapped(lambda m: (m.kind, m.value))),
            {("phone", "310 555 0101"), ("email", "juana@nueva.co"), ("address", "Carrera 7 <b>")},
        )
        self.assertRecordValues(change, [{"state": "applied", "reviewed_by_id": self.officer.id}])
        self.assertFalse(self.dossier.activity_ids)
        with self.assertRaises(UserError):
            change.with_user(self.officer).action_apply()

    def test_what_is_no_datum_comes_back_with_a_sentence(self):
        for fields, sentence in (
            ({}, "Escriba al menos un dato"),
            ({"phone": "llámame"}, "Teléfono: escriba solo el número"),
            ({"phone_other": "1"}, "Otro teléfono: escriba solo"),
            ({"email": "juana"}, "Correo electrónico: revíselo"),
            ({"street": "x" * 161}, "Dirección: escriba hasta 160 letras"),
            ({"city": "Tunja", "nombre": " "}, "Escriba su nombre"),
        ):
            with self.subTest(sentence=sentence):
                response = self.enviar("/datos", **fields)
                self.assertEqual(response.status_code, 400)
                self.assertIn(sentence, response.text)
        self.assertFalse(self.dossier.actualizacion_ids)

    def test_twice_the_same_is_one_and_so_many_a_day(self):
        self.assertEqual(self.pedir(city="Tunja"), self.pedir(city=" Tunja "))
        for n in range(MOST_A_DAY - 1):
            self.pedir(city=f"Ciudad {n}")
        with self.assertRaisesRegex(Rechazado, "varios cambios suyos hoy"):
            self.pedir(city="Otra")
        self.assertEqual(len(self.dossier.activity_ids), 1, "one reminder for all")

    def test_who_reviews(self):
        change = self.pedir(city="Tunja")
        with self.assertRaises(UserError):
            change.unlink()
        self.dossier.user_id = self.usuario("tesorero")
        for user in (self.officer, self.usuario("auditor"), self.usuario("ventanilla")):
            self.assertTrue(change.with_user(user).city)
            with self.assertRaises(AccessError):
                change.with_user(user).action_apply()
        with self.assertRaises(AccessError):
            change.with_user(self.usuario("responsable")).read(["city"])
        change.with_user(self.dossier.user_id).action_reject()
        self.assertEqual((change.state, self.debtor.city), ("rejected", False))

    # --- authorisations -------------------------------------------------------------------------------------------

    def test_channels_are_granted_and_withdrawn_with_their_evidence(self):
        old = (
            self.env["cartera.autorizacion"]
            .sudo()
            .create({"partner_id": self.debtor.id, "channel": "call", "date_from": "2026-01-01", "source": "Contrato"})
        )
        self.assertFalse(self.debtor.cartera_check_contact("email")["allowed"])
        page = self.enviar("/datos/canales", canal=["email", "sms", "visit", "bureau", "<x>"])
        self.assertIn("Quedó guardado", page.text)
        self.assertEqual(self.vigentes(), {"email", "sms"}, "a visit and the bureaus are no channel of the page")
        self.assertTrue(self.debtor.cartera_check_contact("email")["allowed"])
        self.assertEqual(old.date_to, HOY)
        self.assertIn("Juana", old.withdrawal)
        [granted] = self.dossier._autorizaciones_del_portal()["email"]
        self.assertEqual((granted.company_id, granted.date_from), (self.company, HOY))
        self.assertIn("15 de julio de 2026, 12:00", granted.source)
        paper = base64.b64decode(granted.evidence).decode()
        for piece in ("Correo electrónico", "Mensajes de texto", "IP 127.0.0.1", "Juana &lt;i&gt;Deudora", "07:00"):
            self.assertIn(piece, paper)
        count = self.env["cartera.autorizacion"].sudo().search_count([])
        self.enviar("/datos/canales", canal=["email", "sms"])
        self.assertEqual(self.env["cartera.autorizacion"].sudo().search_count([]), count, "sent twice, given once")
        self.enviar("/datos/canales")
        self.assertFalse(self.vigentes())
        self.assertFalse(self.debtor.cartera_check_contact("email")["allowed"])
        self.assertEqual(self.enviar("/datos/canales", canal="email", nombre="").status_code, 400)
        self.assertFalse(self.vigentes())

    def test_other_hours_take_an_instrument_of_their_own(self):
        self.dossier._autorizar_en_portal(["email", "off_hours"], "Juana", TRACE)
        self.assertEqual(self.vigentes(), {"email"}, "not among the channels")
        sunday = "2026-07-19 15:00:00"
        self.assertEqual(self.debtor.cartera_check_contact("email", sunday)["reason"], "SUNDAY")
        self.enviar("/datos/horas", autorizo="1")
        self.assertTrue(self.debtor.cartera_check_contact("email", sunday)["allowed"])
        [granted] = self.dossier._autorizaciones_del_portal()["off_hours"]
        self.assertIn("en otros días y horas", base64.b64decode(granted.evidence).decode())
        self.dossier._autorizar_en_portal([], "Juana", TRACE)
        self.assertEqual(self.vigentes(), {"off_hours"}, "each is withdrawn by itself")
        self.enviar("/datos/horas")
        self.assertFalse(self.vigentes())

    def test_another_companys_authorisation_is_not_touched(self):
        other = self.setup_other_company()["company"]
        theirs = self.env["cartera.autorizacion"].sudo().create(
            {"partner_id": self.debtor.id, "company_id": other.id, "channel": "call", "date_from": "2026-01-01",
             "source": "Contrato"}
        )  # fmt: skip
        self.assertFalse(self.vigentes())
        self.dossier._autorizar_en_portal([], "Juana", TRACE)
        self.assertFalse(theirs.date_to)
