"""The cadence: what is said by itself in each stage, once in each episode of debt."""

from datetime import timedelta
from unittest.mock import patch

from odoo.addons.base.models import ir_cron
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import HOY
from .test_campana import CampanaCase


@tagged("post_install", "-at_install")
class TestCadencia(CampanaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Cadencia = cls.env["cartera.cadencia"].sudo()
        cls.preventiva, cls.mora = (cls.politica.etapa_ids.filtered(lambda e, c=c: e.code == c) for c in ("PRE", "MOR"))

    @classmethod
    def paso(cls, days, base="due", **values):
        return cls.Cadencia.create(
            {
                "etapa_id": cls.mora.id,
                "days": days,
                "base": base,
                "channel": "email",
                "template_id": cls.plantilla.id,
                **values,
            }
        )

    def andar(self, day=HOY):
        """Classify and take the steps of a day: {step: names of the debtors}."""
        self.actualizar(day)
        self.env.invalidate_all()
        taken = self.Cadencia._dar_pasos(self.company, day)
        self.env.invalidate_all()
        return {step: sorted(messages.partner_id.mapped("name")) for step, messages in taken.items()}

    def al_dia(self, days):
        """Days overdue with which a debt is in the stage of these tests."""
        return self.mora.days_from + days

    def test_a_step_is_proposed_once_with_an_activity_for_the_officer(self):
        step, expediente = self.paso(self.al_dia(2)), self.deudor("Una", self.al_dia(2))
        self.deudor("Aun", self.al_dia(1))
        expediente.user_id = self.gestor
        self.assertEqual(self.andar(), {step: ["Una"]})
        message = expediente.propuesta_ids
        self.assertRecordValues(
            message,
            [
                {
                    "state": "draft",
                    "cadencia_id": step.id,
                    "cadencia_due": self.dia(self.al_dia(2)),
                    "user_id": self.gestor.id,
                }
            ],
        )
        self.assertEqual(expediente.activity_ids.user_id, self.gestor)
        self.assertEqual(self.andar(), {})
        self.assertEqual(self.andar(HOY + timedelta(days=1)), {step: ["Aun"]})
        found = self.Expediente.search([("propuesta_ids", "any", [("state", "=", "draft")])])
        self.assertEqual(set(found.partner_id.mapped("name")), {"Una", "Aun"})

    def test_cancelled_or_with_another_invoice_it_is_not_taken_again(self):
        self.paso(self.al_dia(2))
        expediente = self.deudor("Una", self.al_dia(2))
        expediente.user_id = self.gestor
        self.andar()
        expediente.propuesta_ids.with_user(self.gestor).sudo(False).action_cancel()
        self.assertFalse(expediente.activity_ids)
        self.factura(self.al_dia(1), partner=expediente.partner_id)
        self.assertEqual(self.andar(HOY + timedelta(days=1)), {})
        # The oldest is paid; the other was owed already when the step was taken.
        self.pagar(expediente.partida_ids.sorted("date_due")[0].move_id)
        self.assertEqual(self.andar(HOY + timedelta(days=2)), {})

    def test_a_new_episode_of_debt_begins_anew(self):
        step, expediente = self.paso(self.al_dia(2)), self.deudor("Una", self.al_dia(2))
        self.andar()
        self.pagar(expediente.partida_ids.move_id)
        later = HOY + timedelta(days=40)
        self.factura(-10, partner=expediente.partner_id)
        self.assertEqual(self.andar(HOY + timedelta(days=10 + self.al_dia(1))), {})
        self.assertEqual(self.andar(later), {step: ["Una"]})

    def test_who_enters_late_takes_only_the_latest_step(self):
        first, second, third = (self.paso(self.al_dia(n)) for n in (1, 3, 6))
        self.deudor("Una", self.al_dia(4))
        self.assertEqual(self.andar(), {second: ["Una"]})
        self.assertEqual(self.andar(HOY + timedelta(days=1)), {})
        self.assertEqual(self.andar(HOY + timedelta(days=2)), {third: ["Una"]})
        self.assertNotIn(first, self.Comunicacion.search([]).cadencia_id)

    def test_counted_from_entering_the_stage(self):
        step = self.paso(3, "stage")
        self.deudor("Una", self.al_dia(20))
        self.assertEqual(self.andar(), {})
        self.assertEqual(self.andar(HOY + timedelta(days=2)), {})
        self.assertEqual(self.andar(HOY + timedelta(days=3)), {step: ["Una"]})
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.paso(-1, "stage")

    def test_before_the_due_date(self):
        self.plantilla.write({"kind": "reminder", "days_ahead": 5})
        early, late = (self.paso(days, etapa_id=self.preventiva.id) for days in (-5, -2))
        expediente = self.deudor("Una", -4)
        self.assertEqual(self.andar(), {early: ["Una"]})
        self.assertEqual(self.andar(HOY + timedelta(days=2)), {late: ["Una"]})
        self.assertEqual(self.andar(HOY + timedelta(days=3)), {})
        self.pagar(expediente.partida_ids.move_id)
        self.factura(-30, partner=expediente.partner_id)
        self.assertEqual(self.andar(HOY + timedelta(days=28)), {late: ["Una"]})

    def test_gates_read_what_was_done_since_the_debt_fell_due(self):
        step = self.paso(self.al_dia(1), gate="first_letter")
        expediente = self.deudor("Una", self.al_dia(5))
        self.assertEqual(self.andar(), {})
        letter = self.Comunicacion.create(
            {"expediente_id": expediente.id, "template_id": self.plantilla.id, "channel": "email"}
        )
        letter._aprobar()
        letter.write({"state": "sent", "day_sent": HOY - timedelta(days=1)})
        self.assertEqual(self.andar(), {})
        letter._recibir()
        self.assertEqual(self.andar(), {step: ["Una"]})

    def test_silence_and_rounds(self):
        silence = self.paso(self.al_dia(1), gate="silence")
        rounds = self.paso(self.al_dia(2), gate="round", channel="sms")
        both = ("call", "email", "sms")
        spoken, _silent = (self.deudor(name, self.al_dia(30), channels=both) for name in ("Hablada", "Callada"))
        tried = self.deudor("Buscada", self.al_dia(30), channels=both, phone="+57 310 555 0101")
        Gestion = self.env["cartera.gestion"].sudo()
        values = {"channel": "call", "date": "2026-07-14 15:00:00"}
        Gestion.create({"expediente_id": spoken.id, "result": "talked", **values})
        Gestion.create({"expediente_id": tried.id, "result": "no_answer", **values})
        self.assertEqual(self.andar(), {silence: ["Callada"], rounds: ["Buscada"]})

    def test_who_cannot_get_it_waits_until_they_can(self):
        step = self.paso(self.al_dia(1))
        expediente = self.deudor("Una", self.al_dia(3), channels=())
        self.assertEqual(self.andar(), {})
        self.env["cartera.autorizacion"].sudo().create(
            {"partner_id": expediente.partner_id.id, "channel": "email", "date_from": HOY, "source": "Portal"}
        )
        self.assertEqual(self.andar(), {step: ["Una"]})

    def test_by_setting_it_is_sent(self):
        step = self.paso(self.al_dia(1), mode="send")
        expediente = self.deudor("Una", self.al_dia(3))
        self.assertEqual(self.andar(), {step: ["Una"]})
        self.enviar()
        message = self.Comunicacion.search([("expediente_id", "=", expediente.id)])
        self.assertEqual(message.state, "sent")
        self.assertFalse(expediente.activity_ids)
        with self.assertRaisesRegex(ValidationError, "signed before"):
            step.template_id = self.plantilla.copy({"approval": True})

    def test_two_jobs_at_once_cannot_take_a_step_twice(self):
        self.paso(self.al_dia(1))
        expediente = self.deudor("Una", self.al_dia(3))
        self.andar()
        message = self.Comunicacion.search([("expediente_id", "=", expediente.id)])
        self.assertTrue(message.cadencia_key)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            message.copy().write({"cadencia_key": message.cadencia_key})
            self.env.flush_all()

    def test_a_policy_is_copied_with_its_steps(self):
        self.paso(self.al_dia(1))
        copied = self.politica.copy()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(copied.cadencia_ids.etapa_id.politica_id, copied)
        self.assertEqual(copied.cadencia_ids.mapped("days"), self.politica.cadencia_ids.mapped("days"))

    def test_the_nightly_job_goes_over_every_company(self):
        self.paso(self.al_dia(1))
        expediente = self.deudor("Una", self.al_dia(3))
        self.actualizar()
        with self.enter_registry_test_mode():
            self.env.ref("cartera_cobro.ir_cron_cadencia").sudo().method_direct_trigger()
        self.env.invalidate_all()
        self.assertTrue(expediente.propuesta_ids)

    def test_the_nightly_job_goes_on_to_the_last_company_however_long_the_first_takes(self):
        self.setup_other_company()["company"].sudo().cartera_politica_id = self.politica
        companies = self.env["res.company"].sudo().search([("cartera_politica_id", "!=", False)])
        done = []
        with (
            patch.object(ir_cron, "MIN_TIME_PER_JOB", 0),
            patch.object(type(self.Cadencia), "_dar_pasos", lambda cadencia, company: done.append(company.id)),
            self.enter_registry_test_mode(),
        ):
            self.env.ref("cartera_cobro.ir_cron_cadencia").sudo().method_direct_trigger()
        self.assertGreater(len(done), 1)
        self.assertEqual(done, companies.ids)

    def test_the_number_of_queries_does_not_grow_with_the_dossiers(self):
        self.paso(self.al_dia(1), mode="send")
        for n in range(3):
            self.deudor(f"D{n}", self.al_dia(2))
        self.actualizar()
        self.env.flush_all()
        before = self.cr.sql_log_count
        self.Cadencia._dar_pasos(self.company)
        spent = self.cr.sql_log_count - before
        for n in range(20):
            self.deudor(f"E{n}", self.al_dia(2))
        self.actualizar()
        self.env.flush_all()
        with self.assertQueryCount(spent):
            self.Cadencia._dar_pasos(self.company)
        self.assertEqual(self.Comunicacion.search_count([("cadencia_id", "!=", False)]), 23)
