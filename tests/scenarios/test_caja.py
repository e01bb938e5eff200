"""Family compensation fund: administrative collection of services sold on credit, then the legal office."""

from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from tests.models.common import CarteraCase
from tests.models.test_comunicacion import ComunicacionCase


@tagged("post_install", "-at_install")
class TestCaja(CarteraCase):
    politica_xmlid = "cartera_cobro.politica_caja"

    def test_CC1_portfolio_of_the_invoices_in_collection(self):
        coordinador = self.usuario("tesorero")
        expected = {}
        for days, code in ((-30, "VIG"), (-3, "PRE"), (1, "ADM"), (200, "ADM")):
            expected[self.partidas(self.factura(days))] = code
        self.actualizar()
        for partida, code in expected.items():
            self.assertEqual(partida.with_user(coordinador).etapa_id.code, code)
        self.assertCuadra()

    def test_CC3_what_comes_up_in_collection_is_solved_with_who_sold_the_service(self):
        coordinador, vendedora = self.usuario("tesorero"), new_test_user(self.env, login="vendedora")
        vendedora.write({"company_id": self.company.id, "company_ids": [Command.set(self.company.ids)]})
        invoice = self.factura(40, invoice_user_id=vendedora.id)
        item = self.partidas(invoice)
        # The call in which the debtor disagrees leads, in one click, to whoever sold.
        contact = (
            self.env["cartera.gestion"]
            .with_user(coordinador)
            .create(
                {
                    "expediente_id": item.expediente_id.id,
                    "channel": "call",
                    "direction": "in",
                    "result": "claim",
                    "note": "El grupo fue de 20 personas, no de 30",
                    "partida_ids": item.ids,
                }
            )
        )
        dialogue = Form(
            self.env["cartera.novedad"].with_user(coordinador).with_context(**contact.action_novedad()["context"]),
            "cartera_cobro.cartera_novedad_view_form_new",
        )
        dialogue.kind = "service"
        novedad = dialogue.save()
        self.assertRecordValues(
            novedad,
            [
                {
                    "sent_to": vendedora.id,
                    "description": "El grupo fue de 20 personas, no de 30",
                    "amount": 1000.0,
                    # Five working days, a holiday among them.
                    "deadline": date(2026, 7, 23),
                }
            ],
        )
        novedad.with_user(vendedora).action_answer("Tiene razón: fueron 20", "credit_note")
        self.assertEqual((novedad.state, novedad.answered_by_id), ("answered", vendedora))
        self.assertIn("fueron 20", item.expediente_id.message_ids[0].body)
        novedad.action_close()
        self.assertEqual((novedad.state, novedad.outcome), ("closed", "credit_note"))


@tagged("post_install", "-at_install")
class TestCajaGestion(ComunicacionCase):
    politica_xmlid = "cartera_cobro.politica_caja"

    def test_CC2_calls_mails_and_notices_and_the_receipt_of_the_notice_opens_the_legal_stage(self):
        coordinador = self.usuario("tesorero")
        legal = self.politica.etapa_ids.filtered(lambda e: e.kind == "legal")[:1]
        legal.write({"letters_min": 1, "attempts_min": 0, "rounds_min": 0})
        self.gestion("no_answer")
        self.enviar(self.mensaje())
        notice = self.mensaje("letter", plantilla=self.env.ref("cartera_cobro.plantilla_aviso_1266").sudo())
        self.debtor.vat = "52123456"
        notice.action_print()
        notice.action_dispatched()
        mover = self.env["cartera.etapa.mover"].with_user(coordinador)
        mover = mover.with_context(active_model="cartera.expediente", active_ids=self.expediente.ids)
        wizard = mover.create({"etapa_id": legal.id, "note": "No pagó"})
        with self.assertRaisesRegex(UserError, "needs 1 letters with their receipt, and there are 0"):
            wizard.action_apply()
        receipt = self.env["ir.attachment"].create({"name": "recibido.pdf", "raw": b"sello"})
        notice.action_received(receipt=receipt)
        mover.create({"etapa_id": legal.id, "note": "No pagó"}).action_apply()
        self.assertEqual(self.expediente.etapa_id, legal)
        self.assertEqual(set(self.expediente.gestion_ids.mapped("channel")), {"call", "email", "letter"})
