"""The agreement's page for its debtor: by a link and by login, what it shows, accepting, signing, and every refusal."""

import json
import re
from datetime import date, timedelta

from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools.misc import hash_sign

from tests.models.test_acuerdo import FIRMA, AcuerdoCase


@tagged("post_install", "-at_install")
class TestAcuerdoPortal(AcuerdoCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner = cls.portal("juana", cls.debtor)
        cls.stranger = cls.portal("pedro", cls.env["res.partner"].create({"name": "Pedro Ajeno"}))

    @classmethod
    def portal(cls, login, partner):
        return new_test_user(
            cls.env, login=login, name=partner.name, groups="base.group_portal", partner_id=partner.id,
            company_id=cls.company.id, company_ids=[Command.set(cls.company.ids)],
        )  # fmt: skip

    def abrir(self, path, login=None):
        # The server's threads read the clock that the link was signed with.
        self.authenticate(login, login)
        return self.url_open(path)

    def campos(self, page):
        """The hidden fields of the form on a page."""
        return dict(re.findall(r'name="(csrf_token|huella)" value="([^"]+)"', page.text))

    def aceptar(self, path, login=None, nombre="Juana Deudora", form=None, **fields):
        """Send the form of a page; `form`: another page of the session, whose form lends its token to one with none."""
        page = self.abrir(path, login)
        lent = self.campos(self.url_open(form)) if form else {}
        values = {**lent, **self.campos(page), "nombre": nombre, **fields}
        return self.url_open(f"{path}/aceptar", data={k: v for k, v in values.items() if v is not None})

    def firmar_en(self, path, digest, name="Juana Deudora", signature=FIRMA):
        payload = {"jsonrpc": "2.0", "method": "call", "params": {"name": name, "signature": signature}}
        answer = self.url_open(
            f"{path}/firmar/{digest}", data=json.dumps(payload), headers={"Content-Type": "application/json"}
        )
        return answer.json()["result"]

    # --- who gets in ----------------------------------------------------------------------------------------------

    def test_no_wrong_forged_and_swapped_links_open_nothing(self):
        acuerdo, other = self.proponer(moves=self.facturas[0]), self.proponer(moves=self.facturas[1])
        good = acuerdo._enlace()
        env = self.env(su=True)
        forged = hash_sign(env, "cartera_cobro.estado", [acuerdo.id, acuerdo.sudo().link_nonce], expiration_hours=1)
        other._enlace()
        swapped = hash_sign(env, "cartera_cobro.acuerdo", [acuerdo.id, other.sudo().link_nonce], expiration_hours=1)
        for token in ("x", "%C3%B1", good[-20:], f"{good[18:-3]}AAA", forged, swapped):
            for tail in ("", "/pdf/propuesta"):
                with self.subTest(token=token, tail=tail):
                    response = self.abrir(f"/cartera/acuerdo/{token}{tail}")
                    self.assertEqual(response.status_code, 404)
                    self.assertNotIn("Juana", response.text)
        self.assertFalse(self.Expediente._de_enlace(good.rsplit("/", 1)[1]), "no link to the dossier either")
        self.assertIn("enlace ya no abre", self.firmar_en("/cartera/acuerdo/x", "0")["error"])

    def test_the_right_link_shows_the_proposal_and_nothing_internal(self):
        acuerdo = self.proponer()
        acuerdo.sudo().message_post(body="Nota interna del cobrador")
        response = self.abrir(acuerdo._enlace())
        self.assertEqual(response.status_code, 200)
        for text in ("Juana Deudora", "2026-00001", self.facturas[0].name, "Cuota 4 de 4", "Acepto la propuesta"):
            self.assertIn(text, response.text)
        self.assertNotIn("Nota interna", response.text)
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")

    def test_a_link_lasts_while_the_proposal_stands_then_the_policys_days(self):
        self.politica.write({"agreement_valid_days": 5, "link_days": 40})
        acuerdo = self.por_firmar()
        token = acuerdo._enlace().rsplit("/", 1)[1]
        with freeze_time("2026-07-21 04:59:00"):  # the last minute of the 20th in Bogota
            self.assertEqual(self.Acuerdo._de_enlace(token), acuerdo)
        with freeze_time("2026-07-21 06:01:00"):
            self.assertFalse(self.Acuerdo._de_enlace(token))
            self.assertEqual(acuerdo._enlace_horas(), 40 * 24, "so that the page says that it is over")
        acuerdo._firmar_deudor("Juana Deudora", signature=FIRMA)
        self.assertEqual(acuerdo._enlace_horas(), 40 * 24)

    def test_revoked_links_open_nothing(self):
        acuerdo = self.proponer()
        old = acuerdo._enlace()
        acuerdo.with_user(self.gestor).action_revoke_links()
        self.assertEqual(self.abrir(old).status_code, 404)
        self.assertEqual(self.abrir(acuerdo._enlace()).status_code, 200)

    def test_who_gives_out_links(self):
        acuerdo = self.proponer()
        self.assertIn("/cartera/acuerdo/", acuerdo.with_user(self.gestor).action_open_as_debtor()["url"])
        wizard = self.env["cartera.acuerdo.enlace"].browse(acuerdo.action_link()["res_id"])
        self.assertTrue(wizard.url.startswith(acuerdo.get_base_url()))
        for role in ("auditor", "analista", "contador", "ventanilla"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                acuerdo.with_user(self.usuario(role)).action_open_as_debtor()
        with self.assertRaises(AccessError):
            acuerdo.with_user(self.tesorero).read(["link_nonce"])

    def test_by_login_the_owner_sees_theirs_and_a_stranger_nothing(self):
        acuerdo = self.proponer()
        path = f"/my/acuerdos/{acuerdo.id}"
        self.assertIn("2026-00001", self.abrir("/my/acuerdos", "juana").text)
        self.assertIn("Acepto la propuesta", self.abrir(path, "juana").text)
        self.assertEqual(self.abrir(f"{path}/pdf/propuesta", "juana").status_code, 200)
        self.assertNotIn("2026-00001", self.abrir("/my/acuerdos", "pedro").text)
        for tail in ("", "/pdf/propuesta"):
            self.assertEqual(self.abrir(path + tail, "pedro").status_code, 404)
        self.assertIn("ya no abre", self.firmar_en(path, acuerdo._huella())["error"])
        self.assertIn("/web/login", self.abrir(path).url, "the public logs in first")
        with self.assertRaises(AccessError):
            acuerdo.with_user(self.owner).read(["number"])

    def test_a_contact_of_the_debtor_sees_it_too(self):
        acuerdo = self.proponer()
        child = self.env["res.partner"].create({"name": "Ana", "parent_id": self.debtor.id})
        self.portal("ana", child)
        self.assertEqual(self.abrir(f"/my/acuerdos/{acuerdo.id}", "ana").status_code, 200)

    def test_drafts_are_not_shown(self):
        acuerdo = self.acuerdo()
        self.assertEqual(self.abrir(f"/my/acuerdos/{acuerdo.id}", "juana").status_code, 404)
        self.proponer(acuerdo)
        link = acuerdo._enlace()
        acuerdo.action_reopen()
        page = self.abrir(link)
        self.assertIn("preparando de nuevo", page.text)
        self.assertNotIn(self.facturas[0].name, page.text)
        self.assertNotIn("2026-00001", self.abrir("/my/acuerdos", "juana").text)

    def test_the_home_counts_them(self):
        self.proponer()
        self.authenticate("juana", "juana")
        payload = {"jsonrpc": "2.0", "method": "call", "params": {"counters": ["acuerdo_count"]}}
        answer = self.url_open(
            "/my/counters", data=json.dumps(payload), headers={"Content-Type": "application/json"}
        ).json()
        self.assertEqual(answer["result"]["acuerdo_count"], 1)

    # --- accepting ------------------------------------------------------------------------------------------------

    def test_accepting_by_the_link(self):
        acuerdo = self.proponer()
        response = self.aceptar(acuerdo._enlace())
        self.assertIn("Propuesta aceptada", response.text)
        self.assertRecordValues(acuerdo, [{"accepted_by": "Juana Deudora", "accepted_channel": "portal"}])
        self.assertIn("IP 127.0.0.1", acuerdo.message_ids[0].body)

    def test_accepting_by_login(self):
        acuerdo = self.proponer()
        self.aceptar(f"/my/acuerdos/{acuerdo.id}", "juana")
        self.assertEqual(acuerdo.accepted_channel, "portal")

    def test_accepting_is_refused_with_a_sentence_and_nothing_changes(self):
        acuerdo = self.proponer()
        path = acuerdo._enlace()
        for fields, sentence in (
            ({"nombre": " "}, "Escriba su nombre completo"),
            ({"huella": "0" * 64}, "El texto cambió mientras usted lo leía"),
        ):
            with self.subTest(sentence=sentence):
                response = self.aceptar(path, **fields)
                self.assertEqual(response.status_code, 422)
                self.assertIn(sentence, response.text)
                self.assertFalse(acuerdo.date_accepted)
        self.assertEqual(self.aceptar(path, csrf_token=None).status_code, 400)
        self.assertEqual(self.aceptar("/cartera/acuerdo/x").status_code, 400)
        self.assertFalse(acuerdo.date_accepted)
        self.aceptar(path)
        first = acuerdo.date_accepted
        self.assertIn("ya no está pendiente", self.aceptar(path, form=self.otra(), huella=acuerdo._huella()).text)
        self.assertEqual((acuerdo.date_accepted, acuerdo.accepted_by), (first, "Juana Deudora"))

    def otra(self):
        """The page of another proposal, which has a form."""
        moves = self.factura(10)
        self.Partida._actualizar(self.company)
        return self.proponer(moves=moves)._enlace()

    def test_terms_changed_meanwhile_are_read_again(self):
        acuerdo = self.proponer()
        path = acuerdo._enlace()
        seen = self.campos(self.abrir(path))
        acuerdo.action_reopen()
        acuerdo.count = 6
        self.proponer(acuerdo)
        response = self.url_open(f"{path}/aceptar", data={**seen, "nombre": "Juana"})
        self.assertIn("El texto cambió", response.text)
        self.assertFalse(acuerdo.date_accepted)

    def test_a_proposal_that_is_over_says_so(self):
        acuerdo = self.proponer()
        acuerdo.sudo().valid_until = date(2026, 7, 14)
        page = self.abrir(acuerdo._enlace())
        self.assertIn("El plazo venció", page.text)
        self.assertNotIn("Acepto la propuesta", page.text)
        self.assertIn("venció", self.aceptar(acuerdo._enlace(), form=self.otra(), huella=acuerdo._huella()).text)
        self.assertFalse(acuerdo.date_accepted)

    def test_our_own_people_look_and_do_not_touch(self):
        acuerdo = self.proponer()
        login = self.gestor.login
        page = self.abrir(acuerdo._enlace(), login)
        self.assertIn("como la ve el deudor", page.text)
        self.assertNotIn("Acepto la propuesta", page.text)
        refused = self.aceptar(acuerdo._enlace(), login, form="/my/security", huella=acuerdo._huella())
        self.assertIn("solo él hace cambios", refused.text)
        self.assertFalse(acuerdo.date_accepted)

    # --- signing --------------------------------------------------------------------------------------------------

    def test_signing_by_the_link(self):
        acuerdo = self.por_firmar()
        path = acuerdo._enlace()
        page = self.abrir(path)
        self.assertIn("falta su firma", page.text)
        self.assertEqual(self.url_open(f"{path}/pdf/acuerdo").status_code, 200)
        self.assertEqual(self.firmar_en(path, acuerdo._huella())["redirect_url"], path)
        self.assertRecordValues(acuerdo, [{"state": "active", "debtor_signed_by": "Juana Deudora"}])
        self.assertTrue(acuerdo.debtor_signature)
        self.assertFalse(acuerdo.firma_ids.sorted("id")[-1].user_id, "nobody had logged in")
        self.assertIn("IP 127.0.0.1", "".join(acuerdo.message_ids.mapped("body")))
        after = self.url_open(path)
        self.assertIn("Firmado y vigente", after.text)
        self.assertNotIn("o_cartera_firmar", after.text)
        kept = self.url_open(f"{path}/pdf/acuerdo?descargar=1")
        self.assertEqual(kept.content, acuerdo.pdf_id.raw)
        self.assertTrue(kept.headers["Content-Disposition"].startswith("attachment"))

    def test_signing_by_login_names_the_user(self):
        acuerdo = self.por_firmar()
        self.authenticate("juana", "juana")
        self.firmar_en(f"/my/acuerdos/{acuerdo.id}", acuerdo._huella())
        self.assertEqual(acuerdo.state, "active")
        self.assertEqual(acuerdo.firma_ids.sorted("id")[-1].user_id, self.owner)

    def test_signing_is_refused_with_a_sentence_and_nothing_changes(self):
        acuerdo = self.por_firmar()
        path, digest = acuerdo._enlace(), acuerdo._huella()
        self.authenticate(None, None)
        for arguments, sentence in (
            ({"digest": digest, "name": ""}, "Escriba su nombre"),
            ({"digest": digest, "signature": None}, "Falta la firma"),
            ({"digest": digest, "signature": "no es imagen"}, "No se pudo leer la firma"),
            ({"digest": digest, "signature": "aG9sYQ=="}, "No se pudo leer la firma"),
            ({"digest": "0" * 64}, "El texto cambió mientras"),
        ):
            with self.subTest(sentence=sentence):
                self.assertIn(sentence, self.firmar_en(path, **arguments)["error"])
                acuerdo.invalidate_recordset()
                self.assertEqual((acuerdo.state, acuerdo.debtor_signed_by), ("signed", False))

    def test_a_second_signature_changes_nothing(self):
        acuerdo = self.por_firmar()
        path, digest = acuerdo._enlace(), acuerdo._huella()
        self.authenticate(None, None)
        self.firmar_en(path, digest)
        kept = acuerdo.pdf_id
        self.assertIn("ya fue firmado", self.firmar_en(path, digest, name="Otra")["error"])
        self.assertEqual((acuerdo.debtor_signed_by, acuerdo.pdf_id), ("Juana Deudora", kept))
        self.assertEqual(len(acuerdo.firma_ids), 3)

    def test_a_changed_text_is_not_signed(self):
        acuerdo = self.por_firmar()
        path, digest = acuerdo._enlace(), acuerdo._huella()
        acuerdo.sudo().guarantee_note = "Otra cosa"
        page = self.abrir(path)
        self.assertIn("El texto cambió después de firmado", page.text)
        self.assertNotIn("o_cartera_firmar", page.text)
        self.assertIn("debe firmarse de nuevo", self.firmar_en(path, digest)["error"])
        self.assertEqual(acuerdo.state, "signed")

    def test_before_our_side_has_signed_nobody_signs(self):
        acuerdo = self.proponer()
        path = acuerdo._enlace()
        self.authenticate(None, None)
        self.assertIn("no está pendiente de su firma", self.firmar_en(path, acuerdo._huella())["error"])
        self.assertEqual(acuerdo.state, "proposed")

    def test_our_own_people_do_not_sign_for_the_debtor(self):
        acuerdo = self.por_firmar()
        path = acuerdo._enlace()
        self.authenticate(self.gestor.login, self.gestor.login)
        self.assertIn("solo él hace cambios", self.firmar_en(path, acuerdo._huella())["error"])
        self.assertEqual(acuerdo.state, "signed")

    # --- afterwards -----------------------------------------------------------------------------------------------

    def test_in_force_it_shows_what_was_paid_and_what_is_next(self):
        acuerdo = self.vigente()
        self.pagar(self.facturas[0], 300_000)
        page = self.abrir(acuerdo._enlace())
        for text in ("Próximo pago", "15/09/2026", "Pagada", "Pagada en parte", "Estado y pagos"):
            self.assertIn(text, page.text)
        self.assertEqual(self.url_open(f"{acuerdo._enlace()}/pdf/estado").status_code, 200)

    def test_when_it_ended_the_page_says_how(self):
        acuerdo = self.vigente()
        link = acuerdo._enlace()
        acuerdo.with_user(self.tesorero).action_breach("Dos cuotas")
        page = self.abrir(link)
        for text in ("Incumplido", "Pagado hasta el", "Saldo de hoy", "se hizo exigible"):
            self.assertIn(text, page.text)
        self.assertIn("Saldo de hoy", self.abrir("/my/acuerdos", "juana").text)
        self.assertNotIn("Dos cuotas", page.text, "the reason is ours")
        other = self.proponer(moves=self.factura(10, partner=self.stranger.partner_id), **self.de_ajeno())
        other.action_cancel("No quiso")
        self.assertIn("Terminado", self.abrir(other._enlace()).text)

    def de_ajeno(self):
        self.Partida._actualizar(self.company)
        dossier = self.Expediente.search([("partner_id", "=", self.stranger.partner_id.id)])
        return {"expediente_id": dossier.id, "first_date": date(2026, 7, 15) + timedelta(days=31)}
