"""Rented-property fund: the list over 90 days, two rounds of contact, the legal office, the committee."""

from odoo.tests import tagged

from tests.models.common import CarteraCase


@tagged("post_install", "-at_install")
class TestFRV(CarteraCase):
    politica_xmlid = "cartera_cobro.politica_fondo"

    def arrendatario(self, name, *ages):
        partner = self.debtor.copy({"name": name})
        for days in ages:
            self.factura(days, partner=partner)
        return self.Expediente.search([("partner_id", "=", partner.id)])

    def test_FRV2_FRV3_list_over_90_days_without_debtors_in_legal_process(self):
        tesorero = self.usuario("tesorero")
        young = self.arrendatario("Mora corta", 90)
        old = self.arrendatario("Mora larga", 120, 10)
        legal = self.arrendatario("En proceso", 200, 120)
        self.actualizar()
        in_list = [("in_list", "=", True), ("id", "in", (young | old | legal).ids)]
        self.assertEqual(self.Expediente.search(in_list), legal | old)
        # One item of the debtor goes to the legal office: the debtor, not the item, leaves the list.
        self.env["cartera.etapa.mover"].with_user(tesorero).with_context(
            active_model="cartera.partida", active_ids=legal.partida_ids[0].ids
        ).create(
            {"etapa_id": self.etapa("JUR").id, "note": "Demanda radicada", "evidence_note": "Carpeta 2025-114"}
        ).action_apply()
        self.assertEqual(self.Expediente.with_user(tesorero).search(in_list), old)
        self.actualizar()
        self.assertEqual(self.Expediente.search(in_list), old)

    def test_FRV4_FRV11_the_legal_office_asks_for_two_rounds_of_three_attempts(self):
        self.assertRecordValues(self.etapa("JUR"), [{"attempts_min": 3, "rounds_min": 2, "automatic": False}])
