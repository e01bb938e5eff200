"""Letters and messages: what leaves, what does not and why, what it says, and what comes back."""

import sys
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from unittest.mock import patch

from freezegun import freeze_time
from odoo import fields
from odoo.addons.cartera_cobro.models.cartera_envio import Envio
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import HOY
from .test_gestion import GestionCase

CARTA = "odoo.addons.cartera_cobro.models.cartera_carta"


class ComunicacionCase(GestionCase):
    """A debtor with an e-mail, a phone and a confirmed address, who owes 1,000 since 60 days, and a template."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        printed = patch.dict(sys.modules, {CARTA: SimpleNamespace(pdfs=cls.pdfs, impresion=lambda these: b"%PDF")})
        printed.start()
        cls.addClassCleanup(printed.stop)
        cls.politica.interest_regime = "civil"
        cls.company.email = "cartera@example.com"
        cls.debtor.write({"email": "juana@example.com", "street": "Calle 1 2-3", "city": "Bogotá"})
        cls.debtor.sudo().cartera_address_date = HOY
        cls.autorizar(cls.debtor, "letter", "ivr")
        cls.Comunicacion = cls.env["cartera.comunicacion"].sudo()
        cls.plantilla = (
            cls.env["cartera.plantilla"]
            .sudo()
            .create(
                {
                    "name": "Aviso",
                    "subject": "Su saldo de {{ pesos(object.amount_total) }}",
                    "body_html": '<p>Hola <t t-out="object.partner_id.name"/>: debe <t t-out="pesos(object.amount_total)"/></p>',
                    "text": "Debe {{ pesos(object.amount_total) }} desde hace {{ object.linea_ids[0].days }} días",
                    "with_pdf": False,
                }
            )
        )

    @staticmethod
    def pdfs(mensajes):
        return {mensaje.id: b"%PDF " + str(mensaje.id).encode() for mensaje in mensajes}

    @classmethod
    def mensaje(cls, channel="email", expediente=None, approve=True, plantilla=None, **extra):
        mensaje = cls.Comunicacion.create(
            {
                "expediente_id": (expediente or cls.expediente).id,
                "template_id": (plantilla or cls.plantilla).id,
                "channel": channel,
                **extra,
            }
        )
        if approve:
            mensaje._aprobar()
        return mensaje

    def enviar(self, mensajes):
        counts = Envio(self.env, self.company).enviar(mensajes)
        return {key: number for key, number in counts.items() if number}

    def assertDropped(self, reason, mensaje, note=None):
        self.assertEqual(self.enviar(mensaje), {"dropped": 1})
        self.assertEqual((mensaje.state, mensaje.drop_reason), ("cancelled", reason))
        if note:
            self.assertIn(note, mensaje.drop_note)
        self.assertFalse(self.expediente.gestion_ids.filtered(lambda g: g.result == "sent"))


@tagged("post_install", "-at_install")
class TestEnvio(ComunicacionCase):
    def test_an_email_says_what_the_ledger_says_when_it_leaves(self):
        mensaje = self.mensaje()
        self.pagar(self.expediente.partida_ids.move_id, 400)
        self.assertEqual(self.enviar(mensaje), {"sent": 1})
        # 600 pesos, civil interest of 60 days: 600 x 6% x 60 / 365
        self.assertRecordValues(
            mensaje,
            [
                {
                    "state": "sent",
                    "day_sent": HOY,
                    "address": "juana@example.com",
                    "subject": "Su saldo de $ 605,92",
                    "amount_capital": 600.0,
                    "amount_interest": 5.92,
                    "amount_total": 605.92,
                    "deadline": HOY + timedelta(days=10),
                    "verdict": "OK",
                }
            ],
        )
        self.assertEqual(mensaje.body_html, "<p>Hola Juana Deudora: debe $ 605,92</p>")
        self.assertRecordValues(mensaje.linea_ids, [{"days": 60, "capital": 600.0, "interest": 5.92, "total": 605.92}])
        mail = self.env["mail.mail"].sudo().search([("mail_message_id", "=", mensaje.mail_message_id.id)])
        self.assertEqual((mail.recipient_ids, mail.state), (self.debtor, "outgoing"))
        self.assertEqual((mail.model, mail.res_id), ("cartera.expediente", self.expediente.id))
        gestion = self.expediente.gestion_ids
        self.assertRecordValues(
            gestion, [{"result": "sent", "channel": "email", "round": 1, "comunicacion_id": mensaje.id}]
        )
