"""The nightly classification: thresholds, units, gates, idempotence, isolation, constant number of queries."""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.addons.base.models import ir_cron
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import HOY, CarteraCase

NOTHING = {"created": 0, "moved": 0, "closed": 0}


@tagged("post_install", "-at_install")
class TestClasificacion(CarteraCase):
    def olvidar(self):
        """Forget every item, as on a database where the add-on was just installed."""
        self.env.flush_all()
        self.env.cr.execute("TRUNCATE cartera_etapa_cambio, cartera_partida RESTART IDENTITY CASCADE")
        self.env.cr.execute("DELETE FROM cartera_expediente")
        self.env.invalidate_all()

    def filas(self):
        """Row versions of the add-on's tables: what a run wrote shows as a new one."""
        self.env.flush_all()
        versions = []
        for table in ("cartera_partida", "cartera_expediente", "cartera_etapa_cambio"):
            self.env.cr.execute(f"SELECT id, ctid::text, xmin::text FROM {table} ORDER BY id")  # pylint: disable=E8103
            versions.append(self.env.cr.fetchall())
        return versions

    def test_thresholds(self):
        """days overdue → stage and band, on both sides of every edge of the services policy."""
        table = [
            (-6, "VIG", "Not due"),
            (-5, "PRE", "Not due"),
            (0, "PRE", "Not due"),
            (1, "MOR", "1 to 30 days"),
            (30, "MOR", "1 to 30 days"),
            (31, "MOR", "31 to 60 days"),
            (60, "MOR", "31 to 60 days"),
            (61, "PER", "61 to 90 days"),
            (90, "PER", "61 to 90 days"),
            (91, "PER", "91 to 180 days"),
            (360, "PER", "181 to 360 days"),
            (361, "PER", "Over 360 days"),
        ]
        moves = [self.factura(days) for days, *_rest in table]
        self.actualizar()
        for move, (days, code, band) in zip(moves, table, strict=True):
            with self.subTest(days=days):
                partida = self.partidas(move)
                self.assertEqual((partida.etapa_id.code, partida.banda_id.name), (code, band))

    def test_newcomer_lands_at_once_and_a_created_item_is_not_moved(self):
        move = self.factura(300)
        self.olvidar()
        self.assertEqual(self.actualizar(), {"created": 1, "moved": 0, "closed": 0, "unchanged": 0, "locked": False})
        partida = self.partidas(move)
        self.assertEqual(partida.etapa_id, self.etapa("PER"))
        self.assertFalse(partida.cambio_ids)
        self.assertEqual(partida.expediente_id.etapa_id, self.etapa("PER"))
        self.assertCuadra()

    def test_unchanged_second_run_writes_nothing(self):
        for days in (-10, 0, 40, 400):
            self.factura(days)
        self.pagar(self.factura(70), 10.0)
        self.factura(3, 200.0, move_type="out_refund")
        first = self.actualizar()
        self.assertTrue(first["moved"])
        before = self.filas()
        second = self.actualizar()
        self.assertEqual(self.filas(), before)
        self.assertEqual({key: second[key] for key in NOTHING}, NOTHING)
        self.assertEqual(second["unchanged"], 6)

    def test_every_move_is_logged_with_its_reason(self):
        move = self.factura(58)
        self.actualizar()
        partida = self.partidas(move)
        self.assertEqual(self.actualizar(HOY + timedelta(days=3))["moved"], 1)
        self.assertRecordValues(
            partida.cambio_ids,
            [
                {
                    "etapa_from_id": self.etapa("MOR").id,
                    "etapa_to_id": self.etapa("PER").id,
                    "reason": "age",
                    "date": HOY + timedelta(days=3),
                    "expediente_id": partida.expediente_id.id,
                },
                {
                    "etapa_from_id": self.etapa("VIG").id,
                    "etapa_to_id": self.etapa("MOR").id,
                    "reason": "age",
                    "date": HOY,
                    "expediente_id": partida.expediente_id.id,
                },
            ],
        )
        self.assertEqual(partida.etapa_date, HOY + timedelta(days=3))
        with self.assertRaises(UserError):
            partida.cambio_ids[0].sudo().write({"note": "otra cosa"})
        with self.assertRaises(UserError):
            partida.cambio_ids.sudo().unlink()

    def test_a_second_run_at_the_same_time_goes_away(self):
        self.factura(40)
        from odoo.addons.cartera_cobro.models.cartera_libro import LOCK_KEY

        with self.registry.cursor() as other:
            other.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_KEY, self.company.id])
            self.assertEqual(self.actualizar(), {"created": 0, "moved": 0, "closed": 0, "unchanged": 0, "locked": True})
        self.assertFalse(self.actualizar()["locked"])

    def test_company_without_policy_is_a_clear_refusal(self):
        self.company.sudo().cartera_politica_id = False
        with self.assertRaisesRegex(UserError, "policy"):
            self.actualizar()
        self.assertFalse(self.partidas(self.factura(40)))

    def test_other_company_is_untouched(self):
        other = self.setup_other_company()
        other["company"].sudo().cartera_politica_id = self.politica
        move = self.factura(40)
        foreign = (
            self.env["account.move"]
            .with_company(other["company"])
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.debtor.id,
                    "invoice_date": self.dia(80),
                    "invoice_date_due": self.dia(80),
                    "company_id": other["company"].id,
                    "journal_id": other["default_journal_sale"].id,
                    "invoice_line_ids": [
                        Command.create({"name": "x", "price_unit": 5.0, "tax_ids": [Command.clear()]})
                    ],
                }
            )
        )
        foreign.action_post()
        theirs = self.partidas(foreign)
        before = theirs.etapa_id
        self.actualizar()
        self.assertEqual(theirs.etapa_id, before)
        self.assertNotEqual(theirs.expediente_id, self.partidas(move).expediente_id)
        self.assertEqual(self.Partida._actualizar(other["company"])["moved"], 1)

    def test_minimum_balance_keeps_pennies_out(self):
        self.etapa("PER").amount_min = 500.0
        penny, pound = self.factura(100, 499.99), self.factura(100, 500.0)
        self.actualizar()
        self.assertRecordValues(
            self.partidas(penny, pound),
            [
                {"etapa_id": self.etapa("MOR").id, "etapa_reason": "minimum"},
                {"etapa_id": self.etapa("PER").id, "etapa_reason": "age"},
            ],
        )

    def test_a_gate_without_its_evidence_keeps_the_item_back(self):
        self.etapa("PER").write({"attempts_min": 3, "rounds_min": 2})
        partida = self.partidas(self.factura(100))
        self.actualizar()
        self.assertRecordValues(partida, [{"etapa_id": self.etapa("MOR").id, "etapa_reason": "evidence"}])
        self.assertIn("attempts", partida.stage_explanation)

    def test_unit_debtor_and_account(self):
        cuentas = (
            self.env["cartera.cuenta"]
            .sudo()
            .create([{"name": f"C-{n}", "partner_id": self.debtor.id, "company_id": self.company.id} for n in (1, 2)])
        )
        old = self.factura(100)
        same = self.factura(-20)
        other = self.factura(-20)
        (old | same).sudo().cartera_cuenta_id = cuentas[0]
        other.sudo().cartera_cuenta_id = cuentas[1]
        none = self.factura(-20)
        expected = {
            "item": ["PER", "VIG", "VIG", "VIG"],
            "account": ["PER", "PER", "VIG", "VIG"],
            "debtor": ["PER", "PER", "PER", "PER"],
        }
        for unit, codes in expected.items():
            with self.subTest(unit=unit):
                self.politica.unit = unit
                self.actualizar()
                self.assertEqual([self.partidas(m).etapa_id.code for m in (old, same, other, none)], codes)
        # What is on hold stages nobody.
        old.no_followup = True
        self.actualizar()
        self.assertEqual([self.partidas(m).etapa_id.code for m in (old, same, other, none)], ["PER"] + ["VIG"] * 3)

    def test_a_decision_keeps_the_item_until_handed_back_to_age(self):
        partida = self.partidas(self.factura(100))
        self.actualizar()
        partida._mover(self.etapa("JUR"), "Poder otorgado")
        self.assertEqual(partida.cambio_ids[0].note, "Poder otorgado")
        self.assertEqual(self.actualizar(HOY + timedelta(days=400))["moved"], 0)
        self.assertRecordValues(partida, [{"etapa_id": self.etapa("JUR").id, "etapa_reason": "manual"}])
        partida._mover(self.etapa("VIG"), "Devuelto")
        self.actualizar()
        self.assertEqual(partida.etapa_id, self.etapa("PER"))

    def test_another_policy_maps_stages_by_kind(self):
        partidas = self.partidas(self.factura(100), self.factura(200))
        self.actualizar()
        partidas[1]._mover(self.etapa("JUR"), "Demanda")
        fondo = self.env.ref("cartera_cobro.politica_fondo").sudo()
        partidas.expediente_id.own_politica_id = fondo
        self.actualizar()
        self.assertEqual(set(partidas.etapa_id.politica_id), {fondo})
        self.assertEqual(sorted(partidas.etapa_id.mapped("kind")), ["legal", "persuasive"])
        self.assertFalse(partidas.expediente_id.in_list, "a debtor with a legal case is not on the list")

    def test_list_of_the_rented_property_fund(self):
        self.company.sudo().cartera_politica_id = self.env.ref("cartera_cobro.politica_fondo")
        for days, listed in ((90, False), (91, True)):
            partner = self.debtor.copy({"name": f"Arrendatario {days}"})
            move = self.factura(days, partner=partner)
            self.actualizar()
            self.assertEqual(self.partidas(move).expediente_id.in_list, listed, days)

    def test_score_orders_the_oldest_and_the_largest(self):
        def score(days, amount):
            partner = self.debtor.copy({"name": f"{days} {amount}"})
            move = self.factura(days, amount, partner=partner)
            return self.partidas(move).expediente_id.priority_score

        self.assertGreater(score(400, 1000), score(10, 1000))
        self.assertGreater(score(10, 900_000), score(10, 1000))
        self.assertEqual(score(-10, 900_000), 0)
        self.assertEqual(score(400, 50_000_000), 100)

    def test_ledger_changed_behind_the_hooks_is_repaired(self):
        move = self.factura(40)
        partida = self.partidas(move)
        gone = self.partidas(self.factura(50))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE cartera_partida SET amount_residual = 1, partner_id = NULL WHERE id = %s", [partida.id]
        )
        self.env.cr.execute(
            "UPDATE account_move_line SET parent_state = 'cancel' WHERE id = %s", [gone.move_line_id.id]
        )
        self.env.invalidate_all()
        self.assertEqual(self.actualizar()["closed"], 1)
        self.assertEqual((partida.amount_residual, partida.partner_id), (1000.0, self.debtor))
        self.assertFalse(gone.is_open)

    def test_queries_do_not_grow_with_the_rows(self):
        def cost(invoices):
            for n in range(invoices):
                self.factura(40 + n, partner=self.debtor.copy({"name": f"D{n}"}))
            self.olvidar()
            before = self.env.cr.sql_log_count
            self.actualizar()
            return self.env.cr.sql_log_count - before

        cost(1)
        few = cost(2)
        self.assertEqual(cost(20), few)

    def test_the_scheduled_action_goes_company_by_company(self):
        other = self.setup_other_company()["company"].sudo()
        other.cartera_politica_id = self.politica
        move = self.factura(100)
        self.Expediente.search([]).write({"user_id": False})
        rule = (
            self.env["cartera.asignacion"]
            .sudo()
            .create(
                {"name": "Todo", "company_id": self.company.id, "user_ids": [Command.set(self.usuario("gestor").ids)]}
            )
        )
        with self.enter_registry_test_mode():
            self.env.ref("cartera_cobro.ir_cron_actualizar").sudo().method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.partidas(move).etapa_id, self.etapa("PER"))
        self.assertEqual(self.partidas(move).expediente_id.user_id, rule.user_ids)

    def noche(self):
        """The jobs (model, method) that a night did for the company; Odoo's time for a job is over at once."""
        done = []

        def hacer(partida, company, model, method):
            if company == self.company:
                done.append((model, method))
            return real(partida, company, model, method)

        real = type(self.Partida)._intentar
        with (
            patch.object(ir_cron, "MIN_TIME_PER_JOB", 0),
            patch.object(type(self.Partida), "_intentar", hacer),
            self.enter_registry_test_mode(),
        ):
            self.env.ref("cartera_cobro.ir_cron_actualizar").sudo().method_direct_trigger()
        self.env.invalidate_all()
        return done

    def matada(self, remaining):
        """A run that was killed before its last `remaining` jobs, as Odoo keeps it; only the company has a policy."""
        self.env["res.company"].sudo().search([("id", "!=", self.company.id)]).cartera_politica_id = False
        cron = self.env.ref("cartera_cobro.ir_cron_actualizar")
        progress = self.env["ir.cron.progress"].sudo().create(
            {"cron_id": cron.id, "done": 3, "remaining": remaining, "timed_out_counter": 1}
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ir_cron_progress SET create_date = %s WHERE id = %s", [fields.Datetime.now(), progress.id]
        )

    def test_a_long_night_goes_on_to_its_last_job(self):
        self.setup_other_company()["company"].sudo().cartera_politica_id = self.politica
        self.assertEqual(self.noche(), self.Partida._jobs_de_la_noche())

    def test_a_night_that_was_killed_goes_on_where_it_was(self):
        jobs = self.Partida._jobs_de_la_noche()
        self.matada(len(jobs) - 3)
        self.assertEqual(self.noche(), jobs[3:])
        self.assertEqual(self.noche(), jobs, "what ended by itself begins anew the next time")

    def test_what_was_killed_on_another_day_begins_anew(self):
        self.matada(2)
        self.env.cr.execute("UPDATE ir_cron_progress SET create_date = create_date - INTERVAL '1 day'")
        self.assertEqual(self.noche(), self.Partida._jobs_de_la_noche())

    def test_a_company_that_another_is_at_is_tried_again_soon(self):
        cron = self.env.ref("cartera_cobro.ir_cron_actualizar").sudo()
        Trigger = self.env["ir.cron.trigger"].sudo()
        Trigger.search([("cron_id", "=", cron.id)]).unlink()
        self.noche()
        self.assertFalse(Trigger.search([("cron_id", "=", cron.id)]))
        busy = {"created": 0, "moved": 0, "closed": 0, "unchanged": 0, "locked": True}
        with patch.object(type(self.Partida), "_actualizar", lambda partida, company, on_date=None: busy):
            self.noche()
        again = Trigger.search([("cron_id", "=", cron.id)])
        self.assertEqual(again.call_at, fields.Datetime.now() + timedelta(minutes=10))
