"""Plans compared before one is chosen: what they show, what keeps each from being proposed, what choosing drafts."""

from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import HOY
from .test_acuerdo import AcuerdoCase


class SimulacionCase(AcuerdoCase):
    def abrir(self, record, user=None):
        """The comparison that `user` opens from a record."""
        action = record.with_user(user or self.gestor).action_propose_agreement()
        self.assertEqual((action["res_model"], action["target"]), ("cartera.acuerdo.simulacion", "new"))
        return self.env["cartera.acuerdo.simulacion"].with_user(user or self.gestor).browse(action["res_id"])

    def plan(self, simulacion, count):
        return simulacion.plan_ids.filtered(lambda p: p.count == count)

    def elegir(self, simulacion, count):
        action = self.plan(simulacion, count).action_choose()
        self.assertEqual(action["res_model"], "cartera.acuerdo")
        return self.Acuerdo.with_user(simulacion.env.user).browse(action["res_id"])

    def proposicion(self, **extra):
        """A contact in which the debtor proposes instalments."""
        values = {
            "expediente_id": self.expediente.id,
            "channel": "in_person",
            "direction": "in",
            "result": "proposal",
            "proposal": "300.000 hoy y el resto en tres cuotas",
            **extra,
        }
        return self.env["cartera.gestion"].with_user(self.gestor).create(values)


@tagged("post_install", "-at_install")
class TestSimulacion(SimulacionCase):
    def test_plans_side_by_side_agree_with_the_agreement_that_is_drafted(self):
        self.politica.agreement_rate = 12
        simulacion = self.abrir(self.expediente)
        self.assertEqual(simulacion.plan_ids.mapped("count"), [1, 3, 6, 12, 60])
        self.assertRecordValues(
            simulacion,
            [{"amount_capital": 1_000_000, "amount_interest": 5917.81 + 1972.60, "amount_total": 1_007_890.41}],
        )
        self.assertEqual(simulacion.linea_ids.mapped("days"), [60, 30])
        totals = simulacion.plan_ids.mapped("amount_plan")
        self.assertEqual(totals, sorted(totals), "the longer, the dearer")
        self.assertGreater(self.plan(simulacion, 1).amount_cuota, self.plan(simulacion, 3).amount_cuota)
        before = {
            name: self.plan(simulacion, 6)[name]
            for name in ("amount_cuota", "amount_interest", "amount_plan", "date_last")
        }
        acuerdo = self.elegir(simulacion, 6)
        self.assertRecordValues(acuerdo, [{"state": "draft", "count": 6, "kind": "agreement", "annual_rate": 12}])
        self.assertEqual(
            before,
            {
                "amount_cuota": acuerdo.cuota_ids[0].amount,
                "amount_interest": round(acuerdo.amount_interest + acuerdo.amount_financing, 2),
                "amount_plan": acuerdo.amount_plan,
                "date_last": acuerdo.cuota_ids[-1].date_due,
            },
        )
        self.assertEqual(acuerdo.linea_ids.partida_id, self.partidas(*self.facturas))
        acuerdo.action_propose()
        self.assertEqual(acuerdo.state, "proposed")

    def test_all_at_once_is_a_commitment_without_down_payment(self):
        simulacion = self.abrir(self.expediente)
        simulacion.down_percent = 30
        self.assertEqual(simulacion.down_payment, 302_367.12)
        self.assertEqual(self.plan(simulacion, 3).amount_down, 302_367.12)
        acuerdo = self.elegir(simulacion, 1)
        self.assertRecordValues(
            acuerdo, [{"kind": "commitment", "down_payment": 0, "amount_plan": simulacion.amount_total}]
        )

    def test_with_a_down_payment_a_proposal_stands_as_long_as_the_policy_says(self):
        self.politica.write({"agreement_down_percent": 20, "agreement_valid_days": 15})
        acuerdo = self.elegir(self.abrir(self.expediente), 3)
        acuerdo.action_propose()
        self.assertRecordValues(acuerdo, [{"down_date": date(2026, 7, 30), "valid_until": date(2026, 7, 30)}])
        acuerdo.action_cancel("Otro plan")
        simulacion = self.abrir(self.expediente)
        with Form(simulacion) as form:
            form.first_date = date(2026, 7, 22)
            self.assertEqual(form.down_date, date(2026, 7, 22), "no later than the first instalment")
        self.politica.agreement_valid_days = 90
        self.assertEqual(self.abrir(self.expediente).down_date, date(2026, 8, 15))

    def test_it_is_worked_out_again_as_the_officer_types(self):
        simulacion = self.abrir(self.expediente)
        with Form(simulacion) as form:
            form.down_percent = 50
            self.assertEqual(form.down_payment, 503_945.21)
            with form.plan_ids.edit(1) as plan:
                self.assertEqual(plan.amount_cuota, 167_981.73)
                plan.count = 5
                self.assertEqual(plan.date_last, date(2026, 12, 15))
                self.assertEqual(plan.amount_cuota, 100_789.04)
            form.down_payment = 400_000
            self.assertEqual(form.down_percent, 0)
            with form.linea_ids.edit(1) as linea:
                linea.chosen = False
            self.assertEqual(form.amount_capital, 600_000)
            form.date = date(2026, 7, 25)
            self.assertEqual(form.amount_interest, 6904.11)
            self.assertEqual(form.down_payment, 400_000)
        self.assertEqual(self.plan(simulacion, 5).amount_plan, 606_904.11)

    def test_what_keeps_each_plan_from_being_proposed(self):
        self.politica.write({"agreement_max_count": 24, "agreement_forgive_percent": 50})
        simulacion = self.abrir(self.expediente)
        self.assertEqual(simulacion.plan_ids.mapped("count"), [1, 3, 6, 12, 24])
        self.assertFalse(any(simulacion.plan_ids.mapped("problems")))
        self.plan(simulacion, 12).count = 25
        self.assertIn("24 instalments at most", self.plan(simulacion, 25).problems)
        self.plan(simulacion, 6).count = 10**9
        self.assertIn("24 instalments at most", self.plan(simulacion, 10**9).problems)
        self.assertFalse(self.plan(simulacion, 3).problems)
        simulacion.amount_forgiven = 1000
        self.assertIn("which authority", self.plan(simulacion, 3).problems)
        simulacion.forgiven_authority = "Acuerdo 12 de 2025"
        self.assertFalse(self.plan(simulacion, 3).problems)
        self.assertTrue(self.plan(simulacion, 3).upper_signature)
        simulacion.write({"down_payment": 9_000_000})
        self.assertIn("more than the debt", self.plan(simulacion, 3).problems)
        simulacion.write({"down_payment": 0, "first_date": date(2026, 7, 1)})
        self.assertIn("has passed", self.plan(simulacion, 3).problems)
        with self.assertRaisesRegex(UserError, "has passed"):
            self.plan(simulacion, 3).action_choose()
        self.assertFalse(self.expediente.acuerdo_ids)

    def test_whether_a_guarantee_and_the_upper_signature_are_needed(self):
        self.politica.write({"agreement_guarantee_from": 500_000, "agreement_upper_from": 5_000_000})
        simulacion = self.abrir(self.expediente)
        self.assertEqual(simulacion.plan_ids.mapped("needs_guarantee"), [False, False, False, False, True])
        self.assertFalse(any(simulacion.plan_ids.mapped("upper_signature")))
        self.assertFalse(self.plan(simulacion, 60).problems, "it is named on the draft")
        acuerdo = self.elegir(simulacion, 60)
        with self.assertRaisesRegex(UserError, "asks for a guarantee"):
            acuerdo.action_propose()

    def test_items_held_in_another_agreement_or_not_due_are_not_preselected(self):
        held, taken, later = self.factura(40), self.factura(45), self.factura(-10)
        held.sudo().no_followup = True
        self.Partida._actualizar(self.company)
        self.proponer(moves=taken)
        simulacion = self.abrir(self.expediente)
        self.assertEqual(len(simulacion.linea_ids), 5)
        self.assertEqual(simulacion.linea_ids.filtered("chosen").partida_id, self.partidas(*self.facturas))
        notes = {linea.partida_id.move_id: linea.note for linea in simulacion.linea_ids}
        self.assertIn("follow-up", notes[held])
        self.assertIn("2026-00001", notes[taken])
        self.assertEqual((notes[later], notes[self.facturas[0]]), ("Not due yet", False))
        simulacion.linea_ids.chosen = True
        self.assertIn("another agreement already", simulacion.problems)

    def test_from_chosen_items(self):
        item = self.partidas(self.facturas[1])
        simulacion = self.abrir(item)
        self.assertEqual(simulacion.linea_ids.filtered("chosen").partida_id, item)
        self.assertEqual(simulacion.amount_capital, 400_000)
        acuerdo = self.elegir(simulacion, 3)
        self.assertEqual(acuerdo.linea_ids.partida_id, item)

    def test_wrong_items_are_refused(self):
        Partida = self.env["cartera.partida"].with_user(self.gestor)
        with self.assertRaisesRegex(UserError, "Choose the items"):
            Partida.action_propose_agreement()
        other = self.factura(40, partner=self.env["res.partner"].create({"name": "Otro Deudor"}))
        with self.assertRaisesRegex(UserError, "Juana Deudora, Otro Deudor.*one debtor's items|one debtor's items"):
            self.partidas(*self.facturas, other).with_user(self.gestor).action_propose_agreement()
        paid = self.factura(20)
        self.pagar(paid)
        with self.assertRaisesRegex(UserError, "Nothing is owed"):
            self.partidas(paid).with_user(self.gestor).action_propose_agreement()
        simulacion = self.abrir(self.expediente)
        simulacion.linea_ids.chosen = False
        self.assertIn("Choose the items", simulacion.problems)
        with self.assertRaisesRegex(UserError, "Choose the items"):
            self.plan(simulacion, 3).action_choose()
        self.plan(simulacion, 3).count = 0
        with self.assertRaisesRegex(UserError, "how many instalments"):
            simulacion.plan_ids.filtered(lambda p: not p.count).action_choose()

    def test_items_of_two_companies_are_refused(self):
        other = self.setup_other_company()["company"]
        other.sudo().cartera_politica_id = self.politica
        move = (
            self.env["account.move"]
            .with_company(other)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.debtor.id,
                    "invoice_date": self.dia(40),
                    "invoice_date_due": self.dia(20),
                    "invoice_line_ids": [
                        Command.create({"name": "x", "price_unit": 1000.0, "tax_ids": [Command.clear()]})
                    ],
                }
            )
        )
        move.action_post()
        self.Partida._actualizar(other)
        self.gestor.sudo().company_ids |= other
        items = self.partidas(self.facturas[0], move).with_user(self.gestor)
        with self.assertRaisesRegex(UserError, "one company's items"):
            items.with_context(allowed_company_ids=(self.company | other).ids).action_propose_agreement()

    def test_a_missing_interest_rate_is_said(self):
        self.politica.interest_regime = "commercial"
        self.env["cartera.parametro"].sudo().search([("code", "=", "ibc")]).unlink()
        simulacion = self.abrir(self.expediente)
        self.assertIn("cannot be liquidated", simulacion.liquidation_problem)
        self.assertIn("cannot be liquidated", simulacion.problems)
        with self.assertRaisesRegex(UserError, "cannot be liquidated"):
            self.plan(simulacion, 3).action_choose()

    def test_what_a_lawyer_has_is_said_once_and_a_debtor_in_breach_too(self):
        legal = self.politica.etapa_ids.filtered(lambda e: e.kind == "legal")[:1]
        self.partidas(*self.facturas)._mover(legal, "Demanda")
        simulacion = self.abrir(self.expediente)
        self.assertEqual(simulacion.problems.count("a lawyer or a coordinator"), 1)
        for move in self.facturas:
            self.assertIn(move.name, simulacion.problems)
        self.assertFalse(any(simulacion.plan_ids.mapped("problems")), "the terms are right")
        with self.assertRaisesRegex(UserError, "a lawyer or a coordinator"):
            self.plan(simulacion, 3).action_choose()
        self.assertFalse(self.expediente.acuerdo_ids)
        broken = self.vigente(moves=self.facturas[0], user=self.usuario("abogado"))
        broken.with_user(self.tesorero).action_breach("Dos cuotas")
        self.assertIn("was not cured", self.abrir(self.expediente, self.tesorero).problems)

    def test_two_clicks_from_the_contact_and_the_activity_is_done(self):
        gestion = self.proposicion()
        activity = self.expediente.activity_ids
        self.assertEqual(activity.activity_category, "cartera_acuerdo")
        self.assertEqual(
            activity.with_user(self.gestor).action_cartera_acuerdo()["res_model"], "cartera.acuerdo.simulacion"
        )
        simulacion = self.abrir(gestion)
        self.assertEqual(simulacion.proposal, "300.000 hoy y el resto en tres cuotas")
        acuerdo = self.elegir(simulacion, 3)
        self.assertEqual(acuerdo.gestion_id, gestion)
        self.assertFalse(self.expediente.activity_ids)
        self.assertEqual(gestion.acuerdo_ids, acuerdo)
        # From the dossier the last proposal counts until an agreement comes from it.
        again = self.proposicion()
        self.assertEqual(self.abrir(self.expediente).gestion_id, again)
        again.action_annul("Mal anotada")
        self.assertFalse(self.abrir(self.expediente).gestion_id)

    def test_who_may_compare_and_choose(self):
        for role in ("auditor", "contador", "responsable"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.expediente.with_user(self.usuario(role)).action_propose_agreement()
        self.expediente.user_id = self.tesorero
        simulacion = self.abrir(self.expediente)
        with self.assertRaises(AccessError):
            self.plan(simulacion, 3).action_choose()
        self.assertEqual(self.elegir(self.abrir(self.expediente, self.usuario("abogado")), 3).state, "draft")

    def test_nobody_reads_what_a_dossier_owes_by_writing_its_id(self):
        other = self.setup_other_company()["company"]
        stranger = self.usuario("gestor", company=other)
        Simulacion = self.env["cartera.acuerdo.simulacion"].with_user(stranger)
        values = {"expediente_id": self.expediente.id, "date": HOY, "first_date": HOY}
        item = self.partidas(self.facturas[0])
        with self.assertRaises(AccessError):
            simulacion = Simulacion.create({**values, "linea_ids": [Command.create({"partida_id": item.id})]})
            simulacion.date = HOY

    def test_many_items_cost_no_more_queries(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            simulacion = self.abrir(self.expediente)
            simulacion.plan_ids.mapped("amount_plan")
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        few = queries()
        for days in range(10, 40):
            self.factura(days)
        self.Partida._actualizar(self.company)
        queries()
        self.assertLessEqual(queries(), few + 5)
