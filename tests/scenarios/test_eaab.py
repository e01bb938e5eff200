"""Water utility: the mission portfolio by contract account, stage and age."""

from odoo.tests import tagged

from tests.models.common import CarteraCase
from tests.models.test_comunicacion import ComunicacionCase


@tagged("post_install", "-at_install")
class TestEAAB(CarteraCase):
    politica_xmlid = "cartera_cobro.politica_acueducto"

    def cuenta(self, number, *ages, **attributes):
        cuenta = (
            self.env["cartera.cuenta"]
            .sudo()
            .create(
                {
                    "name": number,
                    "kind": "account",
                    "partner_id": self.debtor.id,
                    "company_id": self.company.id,
                    **attributes,
                }
            )
        )
        for days in ages:
            move = self.factura(days, post=False)
            move.sudo().cartera_cuenta_id = cuenta
            move.action_post()
        return cuenta

    def test_EAAB1_EAAB3_accounts_by_stage_and_over_360_days_hard_to_collect(self):
        zona = self.env["cartera.zona"].sudo().create({"name": "Zona 2"})
        self.cuenta("10001", -5, 20, use="residential", estrato="2", zona_id=zona.id)
        self.cuenta("10002", 20, 75, use="commercial")
        self.cuenta("10003", 400, use="official")
        self.actualizar()
        rows = self.Partida._read_group(
            [("company_id", "=", self.company.id), ("is_open", "=", True)],
            ["etapa_id"],
            ["cuenta_id:count_distinct", "amount_residual:sum"],
        )
        by_stage = {etapa.code: (accounts, amount) for etapa, accounts, amount in rows}
        self.assertEqual(by_stage, {"PRE": (1, 2000.0), "PER": (2, 3000.0)})
        ddr = self.Partida.search([("company_id", "=", self.company.id), ("banda_id.is_ddr", "=", True)])
        self.assertEqual(ddr.cuenta_id.mapped("name"), ["10003"])
        self.assertEqual(self.Expediente.search([("partner_id", "=", self.debtor.id)]).zona_id, zona)

    def test_EAAB3_blocked_items_stay_and_age(self):
        self.cuenta("10004", 50)
        partida = self.Partida.search([("cuenta_id.name", "=", "10004")])
        self.actualizar()
        partida.move_id.no_followup = True
        self.actualizar()
        self.assertEqual((partida.etapa_id.code, partida.etapa_reason), ("PRE", "hold"))
        self.assertEqual(partida.banda_id.name, "31 to 60 days")


@tagged("post_install", "-at_install")
class TestEAABMensajes(ComunicacionCase):
    politica_xmlid = "cartera_cobro.politica_acueducto"

    def test_EAAB4_an_account_gets_one_message_with_what_it_owes_and_none_once_it_paid(self):
        self.factura(30, 400)
        sms = self.mensaje("sms")
        self.assertEqual(self.enviar(sms), {"sent": 1})
        self.assertEqual(sms.amount_capital, 1400.0)
        self.assertIn("desde hace 60 días", sms.text)
        self.assertEqual(self.env["sms.sms"].sudo().search_count([("partner_id", "=", self.debtor.id)]), 1)
        call = self.mensaje("ivr")
        self.pagar(self.expediente.partida_ids.move_id)
        self.assertDropped("paid", call)
