"""The debtor files a claim on the page of the link, and sees what became of it; nobody else's is reached."""

import re

from odoo import Command
from odoo.addons.cartera_cobro.models.cartera_reclamacion_portal import MOST_A_DAY, MOST_BYTES
from odoo.tests import HttpCase, tagged

from tests.models.common import CarteraCase

PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF"


@tagged("post_install", "-at_install")
class TestReclamoEnLinea(CarteraCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = cls.usuario("gestor")
        cls.item = cls.Partida.search([("move_id", "=", cls.factura(40, 1234.0).id)])
        cls.other = cls.Partida.search([("move_id", "=", cls.factura(20, 500.0).id)])
        cls.dossier = cls.item.expediente_id
        cls.dossier.user_id = cls.officer
        stranger = cls.debtor.copy({"name": "Pedro Ajeno"})
        cls.strange = cls.Partida.search([("move_id", "=", cls.factura(10, partner=stranger).id)])

    def radicar(self, items=(), amounts=None, files=(), path=None, **extra):
        """What the page answers to the form."""
        self.authenticate(None, None)
        good = self.dossier._enlace()
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', self.url_open(f"{good}/reclamos").text).group(1)
        data = {
            "csrf_token": csrf,
            "clase": "claim",
            "nombre": "Juana Deudora",
            "texto": "No reconozco este consumo",
            "partida": [str(item.id) for item in items],
            **{f"importe_{item.id}": amount for item, amount in (amounts or {}).items()},
            **extra,
        }
        uploads = [("archivo", (name, content)) for name, content in files]
        return self.url_open(f"{path or good}/reclamos", data=data, files=uploads or None)

    def reclamos(self):
        return self.env["cartera.reclamacion"].sudo().search([("expediente_id", "=", self.dossier.id)])

    def test_filed_held_shown_answered_and_appealed(self):
        response = self.radicar([self.item], {self.item: "$ 1.000"}, [("foto<b>.exe", PDF)])
        self.assertEqual(response.status_code, 200)
        claim = self.reclamos()
        self.assertRecordValues(
            claim,
            [
                {
                    "kind": "claim",
                    "channel": "virtual",
                    "state": "filed",
                    "filed_by": "Juana Deudora",
                    "amount_disputed": 1000.0,
                    "user_id": self.officer.id,
                }
            ],
        )
        self.assertEqual(self.item.amount_disputed, 1000.0)
        self.assertEqual(claim.file_ids.mapped("name"), ["foto<b>.pdf"])
        self.assertEqual(claim.message_ids.filtered("attachment_ids").author_id, self.debtor)
        for piece in (claim.number, "En estudio", "6 de agosto de 2026"):
            self.assertIn(piece, response.text)
        self.assertIn("En reclamo", self.url_open(self.dossier._enlace()).text)
        self.assertNotIn(f'value="{self.item.id}"', response.text, "it is disputed already")
        claim.with_user(self.officer).action_answer("rejected", "Se verificó la lectura.")
        path = self.dossier._enlace()
        page = self.url_open(f"{path}/reclamos").text
        for piece in ("Respondido", "no aceptado", "recurso"):
            self.assertIn(piece, page)
        answer = self.url_open(f"{path}/respuesta/{claim.id}")
        self.assertEqual((answer.status_code, answer.content), (200, claim.answer_file_id.raw))
        self.radicar([self.item], clase=f"appeal-{claim.id}")
        appeal = self.reclamos() - claim
        self.assertRecordValues(appeal, [{"kind": "appeal", "state": "filed", "appeal_of_id": claim.id}])
        self.assertEqual(self.item.reclamacion_id, appeal)

    def test_what_cannot_be_comes_back_with_a_sentence_and_what_was_typed(self):
        for sentence, arguments in (
            ("Elija al menos una obligación", {}),
            ("puede reclamar hasta", {"items": [self.item], "amounts": {self.item: "9.999.999"}}),
            ("puede reclamar hasta", {"items": [self.item], "amounts": {self.item: "mucho"}}),
            ("Elija al menos una obligación", {"items": [self.strange]}),
            ("Escriba su nombre", {"items": [self.item], "nombre": " "}),
            ("Elija si presenta", {"clase": "insolvency"}),
            ("El plazo para presentar ese recurso", {"clase": "appeal-1"}),
            ("Adjunte archivos PDF", {"items": [self.item], "files": [("a.pdf", b"<script>alert(1)</script>")]}),
            ("puede pesar hasta", {"items": [self.item], "files": [("a.pdf", PDF + b"0" * MOST_BYTES)]}),
            ("Adjunte hasta 3", {"items": [self.item], "files": [(f"{n}.pdf", PDF) for n in range(4)]}),
        ):
            with self.subTest(sentence=sentence):
                response = self.radicar(**arguments)
                self.assertEqual(response.status_code, 400)
                self.assertIn(sentence, response.text)
                self.assertIn("No reconozco este consumo", response.text)
        self.assertFalse(self.reclamos() or self.strange.reclamacion_id)

    def test_only_so_many_a_day(self):
        for n in range(MOST_A_DAY):
            self.dossier._reclamar_en_portal("request", "Juana", f"Pido un plazo {n}", {}, [])
        self.assertIn("varias solicitudes suyas hoy", self.radicar(clase="request").text)
        self.assertFalse(self.item.reclamacion_id or self.dossier.hold_reason, "a request holds nothing")

    def test_nothing_of_another_debtor_is_reached(self):
        claim = self.env["cartera.reclamacion"].sudo().create(
            {
                "expediente_id": self.strange.expediente_id.id,
                "subject": "Reclamo ajeno",
                "text": "x",
                "user_id": self.officer.id,
                "linea_ids": [Command.create({"partida_id": self.strange.id})],
            }
        )  # fmt: skip
        claim.action_file()
        claim.action_answer("rejected", "Respuesta ajena")
        path = self.dossier._enlace()
        self.authenticate(None, None)
        page = self.url_open(f"{path}/reclamos").text
        for piece in (claim.number, "Reclamo ajeno", self.strange.name):
            self.assertNotIn(piece, page)
        self.assertEqual(self.url_open(f"{path}/respuesta/{claim.id}").status_code, 404)
        self.assertEqual(self.radicar(clase=f"appeal-{claim.id}").status_code, 400)
        for wrong in (path[:-3] + "AAA", "/cartera/estado/x"):
            self.assertEqual(self.radicar([self.item], path=wrong).status_code, 404)
        self.assertFalse(self.reclamos())
