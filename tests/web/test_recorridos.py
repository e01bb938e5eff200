"""Each role's main path, in a real browser."""

from datetime import date

from odoo.tests import HttpCase, new_test_user, tagged

from tests.models.common import CarteraCase
from tests.models.test_acuerdo import AcuerdoCase
from tests.models.test_documento import DocumentoCase
from tests.models.test_gestion import GestionCase
from tests.models.test_provision_estado import PasosCase

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
        self.assertEqual(partida.cambio_ids[0].note, "Power granted to the lawyer (Folder 2026-7)")

    def test_director_reads_the_transition_matrix(self):
        for end in (date(2026, 5, 31), date(2026, 6, 30)):
            self.env["cartera.corte"].sudo()._generar(self.company, end)._confirmar()
        self.start_tour("/odoo/cartera-matrix", "cartera_matriz", login=self.usuario("director").login)


@tagged("post_install", "-at_install")
class TestRecorridosDeLlamadas(GestionCase, HttpCase):
    """On the phone and at the counter; the debtors are exempt, so that the path is what is tested."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor.vat = "52123456"
        cls.second = cls.debtor.copy({"name": "Segundo Deudor", "vat": False, "phone": "+57 310 555 0102"})
        cls.factura(20, 2000.0, partner=cls.second)
        (cls.debtor | cls.second).sudo().cartera_contact_exempt = True
        cls.Partida._actualizar(cls.company)

    def recorrer(self, tour, role, menu="cartera_expediente_action_trabajo"):
        user = self.usuario(role)
        user.tz = "America/Bogota"
        self.start_tour(f"/odoo/action-cartera_cobro.{menu}", tour, login=user.login)
        return user

    def test_a_contact_from_the_worklist_in_two_presses(self):
        officer = self.recorrer("cartera_contacto_dos_clics", "gestor")
        self.assertRecordValues(
            self.Gestion.search([("expediente_id", "=", self.expediente.id)]),
            [{"result": "no_answer", "user_id": officer.id, "channel": "call", "verdict": "OK"}],
        )

    def test_the_calling_queue_next_result_next(self):
        self.politica.promise_max_days = 365  # the browser's calendar opens on today, the server's day is another
        officer = self.recorrer("cartera_cola", "gestor")
        turns = self.env["cartera.llamada"].sudo().search([("user_id", "=", officer.id)], order="id")
        self.assertEqual(turns.mapped("expediente_id.partner_id"), self.debtor | self.second)
        self.assertEqual(turns.mapped("result"), ["no_answer", "promise"])

    def test_the_counter_finds_and_records(self):
        agent = self.recorrer("cartera_ventanilla", "ventanilla", "cartera_expediente_action")
        self.assertRecordValues(
            self.Gestion.search([("expediente_id", "=", self.expediente.id)]),
            [{"channel": "in_person", "direction": "in", "user_id": agent.id}],
        )


@tagged("post_install", "-at_install")
class TestRecorridoDePapeles(DocumentoCase, HttpCase):
    def test_papers_are_dropped_on_the_line_that_misses_them(self):
        self.gestor.tz = "America/Bogota"
        self.start_tour(f"/odoo/cartera.expediente/{self.expediente.id}", "cartera_papeles", login=self.gestor.login)
        filed = self.Documento.with_user(self.gestor).search([], order="id")
        self.assertEqual(filed.tipo_id, self.cedula | self.cert)
        self.assertEqual(filed.mapped("file_name"), ["cedula.pdf", "existencia.pdf"])
        self.assertEqual((filed[1].date_issued, filed[1].date_until), (date(2026, 7, 1), date(2026, 7, 31)))
        self.assertEqual(filed[0].size, len(b"%PDF-1.4 cedula"))


@tagged("post_install", "-at_install")
class TestRecorridoDeAcuerdo(AcuerdoCase, HttpCase):
    """From the officer's draft to the debtor's signature on the portal, each in their own browser."""

    def recorrer(self, tour, path, user):
        user.tz = "America/Bogota"
        self.start_tour(path, tour, login=user.login)
        self.env.invalidate_all()

    def test_from_the_proposal_to_the_debtors_signature(self):
        acuerdo = self.acuerdo()
        debtor = new_test_user(
            self.env, login="deudora", name="Juana Deudora", groups="base.group_portal", partner_id=self.debtor.id
        )
        path = f"/odoo/action-cartera_cobro.cartera_acuerdo_action/{acuerdo.id}"
        self.recorrer("cartera_acuerdo_proponer", path, self.gestor)
        self.assertEqual(acuerdo.state, "proposed")
        self.recorrer("cartera_acuerdo_aceptar", "/my/acuerdos", debtor)
        self.assertEqual(acuerdo.accepted_channel, "portal")
        self.recorrer("cartera_acuerdo_pedir_firmas", path, self.gestor)
        self.assertEqual(acuerdo.state, "approval")
        self.firmar(acuerdo, self.tesorero)
        self.firmar(acuerdo, self.director)
        self.recorrer("cartera_acuerdo_firmar", "/my/acuerdos", debtor)
        self.assertRecordValues(acuerdo, [{"state": "active", "debtor_signed_by": "Juana Deudora"}])
        self.assertEqual(acuerdo.firma_ids.sorted("id")[-1].user_id, debtor)
        self.assertTrue(acuerdo.debtor_signature and acuerdo.pdf_id)


@tagged("post_install", "-at_install")
class TestRecorridoDeDeterioro(PasosCase, HttpCase):
    """From the closing to the ledger: the analyst proposes, two sign, the accountant posts."""

    def test_from_the_closing_to_the_ledger(self):
        self.cerrado()
        self.start_tour("/odoo/cartera-deterioro", "cartera_deterioro_proponer", login=self.analista.login)
        self.env.invalidate_all()
        provision = self.Provision.search([("company_id", "=", self.company.id)])
        self.assertRecordValues(provision, [{"state": "proposed", "amount": 800, "proposed_by_id": self.analista.id}])
        self.firmar(provision, self.tesorero, self.director)
        self.start_tour("/odoo/cartera-deterioro", "cartera_deterioro_contabilizar", login=self.contador.login)
        self.env.invalidate_all()
        self.assertRecordValues(
            provision, [{"state": "posted", "amount_ledger": 800, "posted_by_id": self.contador.id}]
        )
