"""The debtor, on a phone: an agreement worked out and asked for, a claim filed and followed."""

from odoo.tests import HttpCase, tagged

from tests.models.test_acuerdo import AcuerdoCase


@tagged("post_install", "-at_install")
class TestRecorridoDelDeudor(AcuerdoCase, HttpCase):
    browser_size = "390x844"
    touch_enabled = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.expediente.user_id = cls.gestor

    def test_an_agreement_is_asked_for(self):
        self.start_tour(self.expediente._enlace(), "cartera_pedir_acuerdo")
        self.assertRecordValues(
            self.expediente.acuerdo_ids,
            [{"state": "draft", "count": 3, "asked_by": "Juana Deudora", "user_id": self.gestor.id}],
        )

    def test_a_claim_is_filed(self):
        self.start_tour(self.expediente._enlace(), "cartera_reclamar")
        oldest = self.partidas(self.facturas[0])
        self.assertRecordValues(
            self.expediente.reclamacion_ids, [{"kind": "claim", "state": "filed", "channel": "virtual"}]
        )
        self.assertEqual(oldest.reclamacion_id, self.expediente.reclamacion_ids)
