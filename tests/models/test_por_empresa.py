"""Scheduled actions that go company by company: each is reached, and what fails in one takes nothing from another."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.addons.base.models import ir_cron
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CarteraCase

# Each action, what it does in a company, and what makes it look at one.
ACCIONES = {
    "ir_cron_acuerdos": ("cartera.acuerdo", "_recordar_cuotas", {}),
    "ir_cron_estados": ("cartera.comunicacion", "_mandar_estados", {"cartera_estado_on": True}),
    "ir_cron_boletin": ("cartera.boletin", "_juzgar", {"cartera_bdme": True}),
    "ir_cron_castigos": ("cartera.castigo", "_avisar_creditos", {}),
    "ir_cron_cadencia": ("cartera.cadencia", "_dar_pasos", {}),
    "ir_cron_cortes": ("cartera.corte", "_avisar_pendientes", {"cartera_corte_dia": 0}),
    "ir_cron_reconexiones": ("cartera.suspension", "_juzgar", {}),
}


@tagged("post_install", "-at_install")
class TestPorEmpresa(CarteraCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.setup_other_company()["company"].sudo()
        cls.other.cartera_politica_id = cls.politica
        Company = cls.env["res.company"].sudo()
        Company.search([("id", "not in", (cls.company | cls.other).ids)]).cartera_politica_id = False
        cls.companies = Company.search([("cartera_politica_id", "!=", False)])

    def correr(self, name, method):
        """Run an action in which `method(company)` takes the place of what it does, with no time left."""
        model, replaced, _values = ACCIONES[name]
        with (
            patch.object(ir_cron, "MIN_TIME_PER_JOB", 0),
            patch.object(type(self.env[model]), replaced, lambda records, company, **_options: method(company)),
            mute_logger("odoo.addons.base.models.ir_cron", "odoo.addons.cartera_cobro.models.cartera_noche"),
            self.enter_registry_test_mode(),
        ):
            self.env.ref(f"cartera_cobro.{name}").sudo().method_direct_trigger()
        self.env.invalidate_all()

    def test_the_last_company_is_reached_however_long_or_ill_the_first_goes(self):
        for number, company in enumerate(self.companies):
            partner = self.env["res.partner"].create({"name": f"Suscriptor {number}"})
            self.env["cartera.cuenta"].sudo().create(
                {"name": f"C{number}", "partner_id": partner.id, "company_id": company.id, "service_state": "suspended"}
            )
        for name, (_model, _method, values) in ACCIONES.items():
            for company in self.companies:
                company.write(values)
            for fails in (False, True):
                done = []

                def hacer(company, done=done, fails=fails):
                    done.append(company.id)
                    if fails and len(done) == 1:
                        raise RuntimeError("it went ill")

                with self.subTest(action=name, fails=fails):
                    self.correr(name, hacer)
                    self.assertCountEqual(done, self.companies.ids)

    def test_what_was_committed_of_a_company_that_fails_stays(self):
        def hacer(company):
            company.cartera_pay_info = "Un lote"
            self.assertTrue(company.env["cartera.partida"]._guardar_lote())
            company.cartera_pay_info = "Otro lote"
            raise RuntimeError("it went ill")

        self.correr("ir_cron_castigos", hacer)
        self.assertEqual(self.companies.mapped("cartera_pay_info"), ["Un lote"] * 2)

    def test_a_company_that_another_is_at_is_tried_again_soon(self):
        cron = self.env.ref("cartera_cobro.ir_cron_castigos")
        Trigger = self.env["ir.cron.trigger"].sudo()
        Trigger.search([("cron_id", "=", cron.id)]).unlink()
        self.correr("ir_cron_castigos", lambda company: {"locked": company == self.companies[0]})
        again = Trigger.search([("cron_id", "=", cron.id)])
        self.assertEqual(again.mapped("call_at"), [fields.Datetime.now() + timedelta(minutes=10)])
