"""Deposits applied to debts: on Odoo's own statement lines, to the cent, and undone."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo import Command
from odoo.addons.cartera_cobro.models.cartera_consignacion import repartir
from odoo.exceptions import UserError
from odoo.tests import BaseCase, tagged

from .common import HOY, CarteraCase

CENTS = st.integers(1, 10**9).map(lambda n: n / 100)


class Consignaciones:
    """Bank lines of the tests' company: to be mixed into a case."""

    @classmethod
    def consignar(cls, amount, ref="Consignación", **extra):
        values = {"journal_id": cls.bank.id, "date": HOY, "payment_ref": ref, "amount": amount, **extra}
        return cls.env["account.bank.statement.line"].create(values)

    def expediente(self, partner=None):
        return self.Expediente.search(
            [("partner_id", "=", (partner or self.debtor).id), ("company_id", "=", self.company.id)]
        )


@tagged("post_install", "-at_install")
class TestAplicar(Consignaciones, CarteraCase):
    def test_oldest_first_the_rest_is_a_credit_and_undone_it_is_as_before(self):
        old, new = self.factura(60, 1000.0), self.factura(10, 500.0)
        other = self.env["res.partner"].create({"name": "Quien consignó"})
        line = self.consignar(1700.0, "Pago julio", partner_id=other.id)
        credits = line._cartera_aplicar(self.expediente())
        self.assertEqual(credits.account_id, self.receivable)
        self.assertEqual(credits.amount_residual, -200.0)
        self.assertEqual((old.payment_state, new.payment_state), ("paid", "paid"))
        self.assertEqual(self.expediente().amount_credit, 200.0)
        self.assertTrue(line.is_reconciled)
        self.assertEqual(line.partner_id, self.debtor)
        self.assertIn("Pago julio", self.expediente().message_ids[0].body)
        self.assertCuadra()
        with self.assertRaisesRegex(UserError, "left to apply"):
            line._cartera_aplicar(self.expediente())
        line._cartera_desaplicar()
        self.assertEqual((old.payment_state, new.payment_state), ("not_paid", "not_paid"))
        self.assertEqual((line.is_reconciled, line.partner_id), (False, other))
        self.assertFalse(line.sudo().cartera_expediente_id)
        self.assertCuadra()

    def test_chosen_items_take_it_before_older_ones_and_what_is_left_waits(self):
        old, new = self.factura(60, 1000.0), self.factura(10, 500.0)
        self.consignar(700.0)._cartera_aplicar(self.expediente(), self.partidas(new))
        self.assertEqual((old.amount_residual, new.amount_residual), (1000.0, 0.0))
        self.assertEqual(self.expediente().amount_credit, 200.0)
        self.assertCuadra()

    def test_items_of_two_accounts_are_paid_in_their_order(self):
        second = self.receivable.copy({"code": "13059901", "name": "Otros deudores"})
        third = self.env["res.partner"].create(
            {"name": "Dos cuentas", "property_account_receivable_id": second.id, "property_payment_term_id": False}
        )
        old = self.factura(60, 1000.0, third)
        third.property_account_receivable_id = self.receivable
        new = self.factura(10, 500.33, third)
        credits = self.consignar(1200.11)._cartera_aplicar(self.expediente(third))
        self.assertEqual(credits.account_id, second | self.receivable)
        self.assertEqual((old.amount_residual, new.amount_residual), (0.0, 300.22))
        self.assertCuadra()

    def test_pesos_pay_a_debt_in_dollars_at_the_days_rate(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].create(
            [
                {"currency_id": usd.id, "company_id": self.company.id, "name": day, "inverse_company_rate": rate}
                for day, rate in ((date(2026, 1, 1), 4000.0), (HOY, 4100.0))
            ]
        )
        move = self.factura(30, 100.0, currency_id=usd.id)
        self.consignar(205000.0)._cartera_aplicar(self.expediente())
        self.assertEqual(move.amount_residual, 50.0)
        self.assertEqual(self.partidas(move).amount_residual, 200000.0)
        self.assertCuadra()

    def test_what_cannot_be_applied_is_said(self):
        move = self.factura(60)
        stranger = self.env["res.partner"].create({"name": "Otro deudor"})
        foreign = self.factura(60, partner=stranger)
        line = self.consignar(100.0)
        with self.assertRaisesRegex(UserError, "not all of"):
            line._cartera_aplicar(self.expediente(), self.partidas(move, foreign))
        paid = self.consignar(-100.0)
        with self.assertRaisesRegex(UserError, "takes money out"):
            paid._cartera_aplicar(self.expediente())
        paid.unlink()
        line._cartera_aplicar(self.expediente())
        self.company.sudo().fiscalyear_lock_date = HOY
        with self.assertRaisesRegex(UserError, "closed up to"):
            line._cartera_desaplicar()

    def test_what_another_tool_matched_stays_and_only_the_rest_is_applied(self):
        move = self.factura(60, 1000.0)
        line = self.consignar(1000.0)
        suspense = line._seek_for_lines()[1]
        line.move_id.with_context(skip_readonly_check=True).write(
            {
                "line_ids": [
                    Command.update(suspense.id, {"balance": -400.0, "amount_currency": -400.0}),
                    Command.create({"account_id": self.company_data["default_account_revenue"].id, "balance": -600.0}),
                ]
            }
        )
        line._cartera_aplicar(self.expediente())
        self.assertEqual(move.amount_residual, 600.0)
        self.assertEqual(line.move_id.line_ids.mapped("balance"), [1000.0, -400.0, -600.0])

    def test_a_debt_that_a_claim_disputes_is_paid_after_the_others(self):
        disputed, other = self.factura(60, 1000.0), self.factura(10, 500.0)
        self.partidas(disputed).hold_reason = "claim"
        self.consignar(700.0)._cartera_aplicar(self.expediente())
        self.assertEqual((disputed.amount_residual, other.amount_residual), (800.0, 0.0))
        self.assertCuadra()

    def test_who_owes_nothing_has_it_as_a_credit(self):
        move = self.factura(60, 1000.0)
        self.pagar(move)
        credits = self.consignar(300.0)._cartera_aplicar(self.expediente())
        self.assertEqual((credits.account_id, credits.amount_residual), (self.receivable, -300.0))
        self.assertEqual(self.expediente().amount_credit, 300.0)
        self.assertIn("no debt", self.expediente().message_ids[0].body)

    def test_odoos_own_undoing_tells_the_dossier_too(self):
        move = self.factura(60, 1000.0)
        line = self.consignar(1000.0)
        line._cartera_aplicar(self.expediente())
        line.action_undo_reconciliation()
        self.assertEqual((move.payment_state, line.partner_id), ("not_paid", self.env["res.partner"]))
        self.assertIn("no longer applied", self.expediente().message_ids[0].body)


@tagged("post_install", "-at_install")
class TestRepartir(BaseCase):
    class Peso:
        round = staticmethod(lambda amount: round(amount, 2))

    @settings(deadline=None, derandomize=True, database=None)
    @given(CENTS, st.lists(st.tuples(st.sampled_from("ab"), CENTS), max_size=8), st.sampled_from("abc"))
    def test_shares_sum_to_the_money_and_no_account_gets_more_than_it_is_owed_but_the_last(self, total, debts, rest):
        shares = repartir(self.Peso, total, debts, rest)
        self.assertAlmostEqual(sum(shares.values()), total, 2)
        self.assertTrue(all(share > 0 for share in shares.values()))
        for key, share in shares.items():
            owed = sum(amount for account, amount in debts if account == key)
            self.assertLessEqual(
                round(share - owed, 2), 0 if key != rest else max(total - sum(a for _k, a in debts), 0) + 0.01
            )
