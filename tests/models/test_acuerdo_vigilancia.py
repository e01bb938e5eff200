"""Agreements watched every night: paid, missed, broken, cured, fulfilled; and what each leads to."""

from contextlib import contextmanager
from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from odoo.addons.cartera_cobro.models.cartera_acuerdo import decimal
from odoo.addons.cartera_cobro.models.cartera_acuerdo_juicio import Juicio
from odoo.addons.cartera_cobro.rules.agreements import impute, plan
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import HOY
from .test_acuerdo import AcuerdoCase
from .test_castigo import CastigoCase

# The first instalment of the agreements of these tests is of 15 August.
DUE = [date(2026, 8, 15), date(2026, 9, 15), date(2026, 10, 15), date(2026, 11, 15)]
TABLES = "cartera_acuerdo cartera_acuerdo_cuota cartera_partida cartera_expediente mail_message mail_activity".split()


class VigilanciaCase(AcuerdoCase):
    """An agreement of four instalments of about 251,972.60, and nights on any day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Acuerdo = cls.env["cartera.acuerdo"].sudo()
        cls.abogado = cls.usuario("abogado")
        cls.debtor.email = "juana@example.com"
        cls.env["cartera.autorizacion"].sudo().create(
            {"partner_id": cls.debtor.id, "channel": "email", "date_from": "2026-01-01", "source": "Contrato"}
        )
        cls.company.sudo().write({"email": "cartera@example.com", "cartera_bdme": True})
        cls.expediente.user_id = cls.gestor

    @contextmanager
    def dia_de(self, day):
        self.env.flush_all()
        with freeze_time(f"{day} 17:00:00"):
            self.env.invalidate_all()
            yield
            self.env.flush_all()

    def noche(self, day):
        """The judgement of a night; its counts that are not zero."""
        with self.dia_de(day):
            counts = self.Acuerdo._juzgar(self.company)
            self.env.flush_all()
            self.env.invalidate_all()
        self.assertFalse(counts.pop("locked"))
        return {name: count for name, count in counts.items() if count}

    def abonar(self, amount, day=HOY, moves=None):
        """A payment of part of the invoices, oldest first."""
        with self.dia_de(day):
            moves = (moves or self.facturas).filtered("amount_residual")
            return self.pagar(moves, amount, group_payment=True, payment_date=day)

    def estados(self, acuerdo):
        acuerdo.invalidate_recordset()
        return acuerdo.cuota_ids.sorted("number").mapped("state")


@tagged("post_install", "-at_install")
class TestVigilancia(VigilanciaCase):
    def test_instalments_are_missed_the_day_after_and_a_second_night_writes_nothing(self):
        acuerdo = self.vigente()
        self.assertEqual(self.noche(DUE[0]), {})
        self.assertEqual(self.estados(acuerdo), ["pending"] * 4)
        counts = self.noche(DUE[0] + timedelta(days=1))
        self.assertEqual((counts["instalments"], counts["agreements"]), (1, 1))
        self.assertRecordValues(
            acuerdo, [{"missed_count": 1, "amount_missed": 251_972.60, "next_date": DUE[1], "state": "active"}]
        )
        before = self.versiones()
        self.assertEqual(self.noche(DUE[0] + timedelta(days=1)), {})
        self.assertEqual(self.versiones(), before)

    def versiones(self):
        """What would change were any row of these tables written: where each row is."""
        self.env.flush_all()
        result = []
        for table in TABLES:
            self.env.cr.execute(f"SELECT COUNT(*), MAX(ctid::text), SUM(xmin::text::bigint) FROM {table}")
            result.append(self.env.cr.fetchone())
        return result

    def test_the_night_says_what_the_orm_says_at_once(self):
        acuerdo = self.vigente()
        self.abonar(300_000)
        names = ["amount_paid", "amount_due", "missed_count", "amount_missed", "next_date"]
        of_instalment = ["amount_paid", "paid_capital", "paid_interest", "paid_financing", "amount_due", "state"]
        at_once = acuerdo.read(names), acuerdo.cuota_ids.read(of_instalment)
        self.assertEqual(acuerdo.amount_paid, 300_000)
        self.assertEqual(self.noche(HOY), {})
        # Spoilt from below, it is mended by the night.
        self.env.cr.execute(
            "UPDATE cartera_acuerdo_cuota SET amount_paid = 1, paid_capital = 7, state = 'missed', amount_due = 3"
        )
        self.env.cr.execute("UPDATE cartera_acuerdo SET amount_paid = 5, missed_count = 9, next_date = NULL")
        self.env.invalidate_all()
        self.noche(HOY)
        self.assertEqual((acuerdo.read(names), acuerdo.cuota_ids.read(of_instalment)), at_once)

    def test_what_hooks_missed_of_the_items_is_repaired(self):
        acuerdo = self.vigente()
        payment = self.env["account.payment"].create(
            {"partner_id": self.debtor.id, "amount": 100_000, "payment_type": "inbound", "partner_type": "customer",
             "journal_id": self.bank.id, "date": HOY}
        )  # fmt: skip
        payment.action_post()
        credit = self.Partida.search([("move_id", "=", payment.move_id.id)])
        self.env.flush_all()
        self.env.cr.execute("UPDATE cartera_partida SET acuerdo_id = NULL WHERE acuerdo_id = %s", [acuerdo.id])
        self.env.invalidate_all()
        self.assertEqual(self.noche(HOY)["items"], 3)
        self.assertEqual((self.partidas(*self.facturas) | credit).acuerdo_id, acuerdo)
        self.assertEqual(acuerdo.amount_paid, 100_000)
        # And what an agreement that ended still held is let go.
        self.forzar(acuerdo, "cancelled")
        self.env.cr.execute("UPDATE cartera_acuerdo_linea SET state = 'cancelled'")
        self.env.cr.execute("UPDATE cartera_expediente SET acuerdo_id = NULL")
        self.assertEqual(self.noche(HOY)["items"], 3)
        self.assertFalse((self.partidas(*self.facturas) | credit).acuerdo_id)

    def test_money_of_a_day_before_the_liquidation_does_not_count_however_late_it_is_booked(self):
        acuerdo = self.vigente()
        payment = self.env["account.payment"].create(
            {"partner_id": self.debtor.id, "amount": 260_000, "payment_type": "inbound", "partner_type": "customer",
             "journal_id": self.bank.id, "date": date(2026, 7, 1)}
        )  # fmt: skip
        payment.action_post()
        credit = self.Partida.search([("move_id", "=", payment.move_id.id)])
        self.assertFalse(credit.acuerdo_id)
        self.assertEqual((acuerdo.amount_paid, self.noche(HOY)), (0, {}))
        # Where it counted, the night sets it right.
        self.env.flush_all()
        self.env.cr.execute("UPDATE cartera_partida SET acuerdo_id = %s WHERE id = %s", [acuerdo.id, credit.id])
        self.env.invalidate_all()
        self.assertEqual(self.noche(HOY)["items"], 1)
        self.assertFalse(credit.acuerdo_id)
        self.assertEqual((acuerdo.amount_paid, self.noche(HOY)), (0, {}))
        # What it pays of what the agreement covers is paid of it.
        lines = payment.move_id.line_ids + self.facturas[0].line_ids
        lines.filtered(lambda line: line.account_id == self.receivable).reconcile()
        self.assertEqual(acuerdo.amount_paid, 260_000)

    def test_paid_in_full_it_is_fulfilled_and_thanks(self):
        acuerdo = self.vigente()
        self.abonar(600_000)
        self.assertEqual(self.noche(HOY), {})
        # Interest is not in the ledger: the debtor pays it on account.
        self.abonar(400_000, moves=self.facturas[1])
        payment = self.env["account.payment"].create(
            {"partner_id": self.debtor.id, "amount": 7_890.41, "payment_type": "inbound", "partner_type": "customer",
             "journal_id": self.bank.id, "date": HOY}
        )  # fmt: skip
        payment.action_post()
        self.assertEqual(self.noche(HOY)["fulfilled"], 1)
        self.assertRecordValues(acuerdo, [{"state": "fulfilled", "date_end": HOY, "amount_due": 0}])
        self.assertEqual(acuerdo.comunicacion_ids.mapped("kind"), ["fulfilled"])
        self.assertIn(acuerdo.number, "".join(self.expediente.message_ids.mapped("body")))
        self.assertEqual(self.noche(HOY), {})

    def test_a_breach_is_proposed_once_with_what_was_missed_and_taken_back_when_paid_up(self):
        self.politica.agreement_missed_days = 0
        acuerdo = self.vigente()
        self.noche(DUE[0] + timedelta(days=1))
        self.assertEqual(self.noche(DUE[1]), {})
        night = DUE[1] + timedelta(days=1)
        self.assertEqual(self.noche(night)["proposed"], 1)
        self.assertEqual(acuerdo.state, "active")
        activity = acuerdo.activity_ids
        self.assertEqual(activity.user_id, self.tesorero)
        self.assertIn("2", activity.note)
        self.assertEqual(acuerdo.date_breach_proposed, night)
        self.assertEqual(self.noche(night), {})
        self.assertEqual(self.noche(night + timedelta(days=1)), {})
        self.assertEqual(len(acuerdo.activity_ids), 1)
        self.abonar(260_000, night)
        self.noche(night)
        self.assertFalse(acuerdo.activity_ids)
        self.assertFalse(acuerdo.date_breach_proposed)
        # Missed again, it is proposed again.
        self.assertEqual(self.noche(DUE[2] + timedelta(days=1))["proposed"], 1)

    def test_a_breach_by_days_of_one_instalment(self):
        self.politica.write({"agreement_missed": 0, "agreement_missed_days": 10})
        acuerdo = self.vigente()
        self.noche(DUE[0] + timedelta(days=10))
        self.assertFalse(acuerdo.date_breach_proposed)
        self.noche(DUE[0] + timedelta(days=11))
        self.assertTrue(acuerdo.date_breach_proposed)

    def test_declared_by_the_policy_it_accelerates_tells_and_is_marked(self):
        self.politica.write({"agreement_breach": "declare", "agreement_rate": 20})
        acuerdo = self.vigente()
        self.abonar(100_000)
        self.noche(DUE[0] + timedelta(days=1))
        night = DUE[1] + timedelta(days=1)
        self.assertEqual(self.noche(night)["breached"], 1)
        self.assertRecordValues(
            acuerdo, [{"state": "breached", "date_end": night, "date_accelerated": night, "bdme_breach": True}]
        )
        # Capital and late interest left, and the financing of the two months that ran.
        ran = sum(acuerdo.cuota_ids[:2].mapped("financing"))
        self.assertAlmostEqual(acuerdo.amount_accelerated, acuerdo.amount_total + ran - 100_000, 2)
        self.assertLess(acuerdo.amount_accelerated, acuerdo.amount_due)
        self.assertFalse(self.partidas(*self.facturas).acuerdo_id)
        told = self.env["mail.message"].sudo().search(
            [("model", "=", "cartera.acuerdo"), ("res_id", "=", acuerdo.id), ("message_type", "=", "user_notification")]
        )  # fmt: skip
        self.assertEqual(told.partner_ids, self.gestor.partner_id | self.abogado.partner_id)
        self.assertEqual(acuerdo.comunicacion_ids.mapped("kind"), ["breach"])
        self.assertIn(acuerdo.number, "".join(self.expediente.message_ids.mapped("body")))
        self.assertEqual(self.Acuerdo.search([("bdme_breach", "=", True)]), acuerdo)
        self.assertNotIn(acuerdo, self.Acuerdo.search([("bdme_breach", "=", False)]))
        self.assertEqual(self.noche(night), {})
        # True age rules again.
        self.actualizar(night)
        self.assertEqual(self.partidas(*self.facturas).mapped("etapa_reason"), ["age", "age"])

    def test_the_legal_office_of_the_settings_is_told(self):
        office = self.env["res.partner"].create({"name": "Jurídica", "email": "juridica@example.com"})
        self.company.sudo().cartera_legal_ids = office
        acuerdo = self.vigente()
        acuerdo.with_user(self.tesorero).action_breach("No paga")
        told = self.env["mail.message"].sudo().search(
            [("model", "=", "cartera.acuerdo"), ("res_id", "=", acuerdo.id), ("message_type", "=", "user_notification")]
        )  # fmt: skip
        self.assertEqual(told.partner_ids, self.gestor.partner_id | office)
        self.assertIn("No paga", told.body)

    def test_a_breach_of_which_nothing_is_owed_any_more_is_cured_by_itself(self):
        acuerdo = self.vigente()
        acuerdo.with_user(self.tesorero).action_breach("No paga")
        self.abonar(600_000)
        self.assertNotIn("cured", self.noche(HOY))
        self.abonar(400_000, moves=self.facturas[1])
        self.assertEqual(self.noche(HOY)["cured"], 1)
        self.assertFalse(self.expediente.alert)
        self.assertRecordValues(acuerdo, [{"state": "breached", "date_cured": HOY, "bdme_breach": False}])
        self.assertEqual(self.noche(HOY), {})

    def test_a_missed_instalment_and_a_breach_put_the_dossier_on_top_until_somebody_sees_to_it(self):
        self.politica.write({"agreement_missed": 2, "agreement_missed_days": 0})
        acuerdo, night = self.vigente(), DUE[0] + timedelta(days=1)
        self.noche(night)
        self.assertRecordValues(self.expediente, [{"alert": "instalment", "alert_date": night}])
        with self.dia_de(night + timedelta(days=1)):
            self.env["cartera.gestion"].sudo().create(
                {"expediente_id": self.expediente.id, "channel": "in_person", "direction": "in", "result": "talked"}
            )
        self.env.invalidate_all()
        self.assertFalse(self.expediente.alert)
        self.assertEqual(self.noche(night + timedelta(days=2)), {})
        # The next one missed is another matter.
        self.noche(DUE[1] + timedelta(days=1))
        self.assertRecordValues(self.expediente, [{"alert": "instalment", "alert_date": DUE[1] + timedelta(days=1)}])
        # Paid up, there is nothing to see to.
        self.abonar(510_000, DUE[1] + timedelta(days=2))
        self.noche(DUE[1] + timedelta(days=2))
        self.assertRecordValues(self.expediente, [{"alert": False, "alert_date": False}])
        with self.dia_de(DUE[2]):
            acuerdo.with_user(self.tesorero).action_breach("No paga")
        self.noche(DUE[2])
        self.assertRecordValues(self.expediente, [{"alert": "breach", "alert_date": DUE[2]}])

    def test_an_invoice_out_of_the_ledger_is_not_paid(self):
        acuerdo = self.vigente()
        self.facturas[0].button_draft()
        self.assertEqual(acuerdo.amount_paid, 0)
        self.assertEqual(self.noche(HOY), {})
        self.facturas[0].action_post()
        self.assertEqual(acuerdo.amount_paid, 0)
        self.assertEqual(self.noche(HOY), {})

    def test_a_credit_note_pays(self):
        acuerdo = self.vigente()
        refund = self.facturas[0]._reverse_moves([{"date": HOY, "invoice_date": HOY}], cancel=True)
        self.assertEqual(refund.state, "posted")
        self.assertEqual(acuerdo.amount_paid, 600_000)
        self.assertEqual(self.noche(HOY), {})

    def test_undone_payments_of_past_months_are_missed_again(self):
        acuerdo = self.vigente()
        payment = self.abonar(251_972.60, DUE[0])
        self.assertEqual(self.noche(DUE[0] + timedelta(days=1)), {})
        self.assertEqual(self.estados(acuerdo)[0], "paid")
        with self.dia_de(DUE[1]):
            payment.action_draft()
        self.assertEqual(acuerdo.amount_paid, 0)
        self.noche(DUE[1])
        self.assertEqual(self.estados(acuerdo), ["missed", "pending", "pending", "pending"])

    def test_dollars_are_judged_in_pesos(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].sudo().create(
            [
                {"currency_id": usd.id, "company_id": self.company.id, "name": day, "rate": 1 / rate}
                for day, rate in (("2026-01-01", 4000), ("2026-07-15", 4400))
            ]
        )
        invoice = self.factura(60, 100, currency_id=usd.id)
        self.Partida._actualizar(self.company)
        acuerdo = self.vigente(moves=invoice)
        self.assertEqual(acuerdo.amount_capital, 400_000)
        self.pagar(invoice, 50, currency_id=usd.id)
        paid = acuerdo.amount_paid
        self.assertGreaterEqual(paid, 200_000)
        self.assertEqual(self.noche(HOY), {})
        self.pagar(invoice, 50, currency_id=usd.id)
        self.assertEqual(acuerdo.amount_paid, 400_000)
        self.assertEqual(self.noche(HOY), {})

    def test_each_company_judges_its_own(self):
        acuerdo = self.vigente()
        other = self.env["res.company"].sudo().create({"name": "Otra", "cartera_politica_id": self.politica.id})
        with self.dia_de(DUE[1] + timedelta(days=1)):
            counts = self.Acuerdo._juzgar(other)
        self.assertFalse(any(counts.values()))
        self.assertFalse(acuerdo.missed_count)

    def test_while_another_works_on_the_company_nothing_is_done(self):
        acuerdo = self.vigente()
        with self.dia_de(DUE[0] + timedelta(days=1)), patch.object(Juicio, "tomar_turno", return_value=False):
            counts = self.Acuerdo._juzgar(self.company)
        self.assertEqual(counts, dict.fromkeys(counts, 0) | {"locked": True})
        self.assertFalse(acuerdo.missed_count)

    def test_the_night_judges_before_it_classifies(self):
        self.politica.agreement_breach = "declare"
        acuerdo = self.vigente()
        with self.dia_de(DUE[1] + timedelta(days=1)), self.enter_registry_test_mode():
            self.env.ref("cartera_cobro.ir_cron_actualizar").sudo().method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(acuerdo.state, "breached")
        self.assertEqual(set(self.partidas(*self.facturas).mapped("etapa_reason")), {"age"})

    def test_queries_do_not_grow_with_the_agreements(self):
        self.vigente()
        day = DUE[0] + timedelta(days=1)
        spent = self.consultas(day)
        for number in range(3):
            partner = self.debtor.copy({"name": f"Deudor {number}", "email": f"d{number}@example.com"})
            move = self.factura(50, 500_000, partner=partner)
            dossier = self.Expediente.search([("partner_id", "=", partner.id)])
            self.vigente(moves=move, expediente_id=dossier.id)
        self.env.cr.execute("UPDATE cartera_acuerdo_cuota SET state = 'pending'")
        self.env.invalidate_all()
        self.assertLessEqual(self.consultas(day), spent)

    def consultas(self, day):
        self.env.flush_all()
        with self.dia_de(day):
            before = self.env.cr.sql_log_count
            self.Acuerdo._juzgar(self.company)
            return self.env.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestIncumplidoCastigado(VigilanciaCase, CastigoCase):
    def test_writing_off_cures_no_breach_until_all_of_it_is_recovered(self):
        acuerdo = self.vigente()
        acuerdo.with_user(self.tesorero).action_breach("No paga")
        castigo = self.castigar(*self.facturas)
        self.assertEqual(self.partidas(*self.facturas).mapped("amount_residual"), [0, 0])
        self.assertNotIn("cured", self.noche(HOY))
        self.assertTrue(acuerdo.bdme_breach)
        castigo.action_recover(CastigoCase.abonar(self, 900_000).ids)
        self.assertNotIn("cured", self.noche(HOY))
        castigo.action_recover(CastigoCase.abonar(self, 100_000).ids)
        self.assertEqual(self.noche(HOY)["cured"], 1)
        self.assertFalse(acuerdo.bdme_breach)


@tagged("post_install", "-at_install")
class TestImputacion(VigilanciaCase):
    """The statement of the night and the rule share a payment out alike."""

    def test_the_night_imputes_as_the_rule(self):
        acuerdo = self.vigente()
        self.env.flush_all()
        juicio = Juicio(self.env(su=True), self.company, HOY)
        money = st.decimals(min_value=0, max_value=9_999_999, places=2)

        @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(
            capital=money.filter(bool),
            interest=money,
            count=st.integers(1, 14),
            rate=st.sampled_from([0, 12, "27.5"]),
            down=st.floats(0, 1),
            paid=st.floats(0, 1.2),
            order=st.sampled_from(["interest_first", "proportional"]),
        )
        def check(capital, interest, count, rate, down, paid, order):
            down_payment = (decimal(down) * (capital + interest)).quantize(decimal("0.01"))
            cuotas = plan(
                capital, interest, count, DUE[0], annual_rate=decimal(rate), down_payment=min(down_payment, capital),
                down_date=HOY, order=order,
            )  # fmt: skip
            total = (decimal(paid) * sum(c.total for c in cuotas)).quantize(decimal("0.01"))
            by_rule = [tuple(float(part) for part in paid) for paid in impute(total, cuotas, order)]
            self.assertEqual(self.imputado(acuerdo, juicio, cuotas, total, order), by_rule)

        check()

    def imputado(self, acuerdo, juicio, cuotas, total, order):
        """What the statement answers for a plan and a payment, as [Pagado]."""
        cr = self.env.cr
        cr.execute("DELETE FROM cartera_acuerdo_cuota WHERE acuerdo_id = %s", [acuerdo.id])
        for c in cuotas:
            cr.execute(
                "INSERT INTO cartera_acuerdo_cuota (acuerdo_id, company_id, expediente_id, number, date_due, capital, "
                "interest, financing, amount, agreement_state) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 'active')",
                [acuerdo.id, self.company.id, self.expediente.id, c.number, c.due, c.capital, c.interest, c.financing,
                 c.total],
            )  # fmt: skip
        cr.execute("UPDATE cartera_politica SET allocation_order = %s WHERE id = %s", [order, self.politica.id])
        # What was agreed less what is left is what was paid.
        cr.execute("UPDATE cartera_acuerdo_linea SET capital = %s WHERE acuerdo_id = %s", [total, acuerdo.id])
        cr.execute("UPDATE cartera_partida SET amount_residual = 0 WHERE acuerdo_id = %s", [acuerdo.id])
        cr.execute(
            "UPDATE cartera_acuerdo_linea SET capital = 0 WHERE acuerdo_id = %s AND id != (SELECT MIN(id) FROM "
            "cartera_acuerdo_linea WHERE acuerdo_id = %s)",
            [acuerdo.id, acuerdo.id],
        )
        cr.execute(juicio._sql_imputar())
        names = [column.name for column in cr.description]
        rows = [dict(zip(names, row, strict=True)) for row in cr.fetchall()]
        cr.execute("SELECT id FROM cartera_acuerdo_cuota WHERE acuerdo_id = %s ORDER BY date_due, number", [acuerdo.id])
        order_of = {key: n for n, (key,) in enumerate(cr.fetchall())}
        rows.sort(key=lambda row: order_of[row["id"]])
        return [(row["paid_capital"], row["paid_interest"], row["paid_financing"]) for row in rows]


@tagged("post_install", "-at_install")
class TestMovimientos(VigilanciaCase):
    """Whatever happens to an agreement, in any order, its figures hold."""

    MOVES = ("pagar", "deshacer", "noche", "mes", "incumplir", "sanear", "consolidar", "a_cuenta", "otro")

    def test_any_order_of_events(self):
        @settings(
            max_examples=6,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            phases=[Phase.generate],
        )
        @given(st.lists(st.tuples(st.sampled_from(self.MOVES), st.integers(1, 700_000)), min_size=3, max_size=9))
        def check(moves):
            with self.env.cr.savepoint() as savepoint:
                self.hoy, self.pagos = HOY, self.env["account.payment"]
                self.acuerdos = self.vigente()
                for name, amount in moves:
                    with self.dia_de(self.hoy):
                        try:
                            with self.env.cr.savepoint():
                                getattr(self, f"mover_{name}")(amount)
                        except UserError:
                            continue
                        self.invariantes(moves)
                savepoint.rollback()
                self.env.invalidate_all()

        check()

    def mover_pagar(self, amount):
        owing = self.facturas.filtered("amount_residual")[:1]
        if owing:
            self.pagos |= self.pagar(owing, min(amount, owing.amount_residual), payment_date=self.hoy)

    def mover_a_cuenta(self, amount):
        payment = self.env["account.payment"].create(
            {"partner_id": self.debtor.id, "amount": amount, "payment_type": "inbound", "partner_type": "customer",
             "journal_id": self.bank.id, "date": self.hoy}
        )  # fmt: skip
        payment.action_post()
        self.pagos |= payment

    def mover_deshacer(self, _amount):
        if posted := self.pagos.filtered(lambda p: p.state != "draft")[-1:]:
            posted.action_draft()

    def mover_noche(self, _amount):
        self.Acuerdo._juzgar(self.company)
        self.Partida._actualizar(self.company)
        self.env.flush_all()
        again = self.Acuerdo._juzgar(self.company)
        self.assertFalse(any(again.values()), again)

    def mover_mes(self, _amount):
        self.hoy += timedelta(days=31)

    def mover_incumplir(self, _amount):
        self.acuerdos[-1:].with_user(self.tesorero).action_breach("No paga")

    def mover_sanear(self, _amount):
        self.acuerdos[-1:].with_user(self.tesorero).action_cure("Pagó")

    def mover_consolidar(self, _amount):
        self.acuerdos[-1:].with_user(self.tesorero).action_consolidate("Lo pide")

    def mover_otro(self, _amount):
        first = {"first_date": self.hoy + timedelta(days=30), "date": self.hoy}
        self.acuerdos |= self.vigente(moves=self.facturas.filtered("amount_residual"), **first)

    def invariantes(self, moves):
        self.env.flush_all()
        self.env.invalidate_all()
        for acuerdo in self.acuerdos:
            paid = sum(acuerdo.cuota_ids.mapped("amount_paid"))
            self.assertAlmostEqual(paid, min(acuerdo.amount_paid, acuerdo.amount_plan), 2, moves)
            parts = acuerdo.cuota_ids.mapped(lambda c: c.paid_capital + c.paid_interest + c.paid_financing)
            self.assertAlmostEqual(sum(parts), paid, 2, moves)
            self.assertTrue(all(c.amount_paid <= c.amount for c in acuerdo.cuota_ids), moves)
            if acuerdo.state != "active":
                self.assertFalse(acuerdo.partida_ids, moves)
            else:
                self.assertLessEqual(acuerdo.linea_ids.partida_id, acuerdo.partida_ids)
        alive = self.acuerdos.filtered(lambda a: a.state == "active").linea_ids.partida_id
        self.assertEqual(len(alive), sum(len(a.linea_ids) for a in self.acuerdos if a.state == "active"), moves)
        self.assertEqual([row for row in self.company._cartera_cuadre() if row["difference"]], [], moves)
