"""Whatever is paid, written off, reversed and recovered in any order, the ledger and the write-offs say the same."""

import random
from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_castigo import CastigoCase

OPERATIONS = 25


@tagged("post_install", "-at_install")
class TestCastigoAzar(CastigoCase):
    def setUp(self):
        super().setUp()
        self.usd = self.env.ref("base.USD")
        self.usd.active = True
        self.env["res.currency.rate"].sudo().create(
            [
                {"name": day, "rate": rate, "currency_id": self.usd.id, "company_id": self.company.id}
                for day, rate in ((date(2020, 1, 1), 1 / 3.9), (date(2026, 7, 1), 1 / 4.1))
            ]
        )
        self.moves = self.env["account.move"]
        self.payments = self.env["account.payment"]
        self.castigos = self.env["cartera.castigo"].with_user(self.contador)
        self.provisionar(3000)

    def op_facturar(self, rnd):
        currency = rnd.choice([self.usd, self.company.currency_id])
        self.moves |= self.factura(rnd.randint(1, 900), rnd.randint(1, 999_99) / 100, currency_id=currency.id)

    def op_pagar(self, rnd):
        if open_ := self.moves.filtered("amount_residual"):
            move = rnd.choice(open_)
            amount = round(move.amount_residual * rnd.choice([0.3, 1.0]), 2) or 0.01
            self.payments |= self.pagar(move, amount, currency_id=move.currency_id.id)

    def op_abonar(self, rnd):
        self.payments |= self.abonar(rnd.randint(1, 500_00) / 100).move_id.origin_payment_id

    def op_castigar(self, rnd):
        open_ = self.moves.filtered("amount_residual")
        if open_:
            chosen = rnd.sample(list(open_), min(len(open_), rnd.randint(1, 2)))
            castigo = self.autorizar(*chosen)
            castigo.action_post()
            self.castigos |= castigo

    def op_castigar_tarde(self, rnd):
        """Paid between the minutes and the accountant."""
        if open_ := self.moves.filtered("amount_residual"):
            castigo = self.autorizar(*open_[:2])
            self.payments |= self.pagar(open_[0], currency_id=open_[0].currency_id.id)
            castigo.action_post()
            self.castigos |= castigo

    def op_reversar(self, rnd):
        if self.castigos:
            rnd.choice(self.castigos).action_reverse("Anulada")

    def op_recuperar(self, rnd):
        if live := self.castigos.filtered("amount_pending"):
            castigo = rnd.choice(live)
            credits = castigo.sudo()._creditos()
            whole = min(-sum(credits.mapped("amount_residual")), castigo.amount_pending)
            castigo.action_recover(credits.ids, rnd.choice([None, whole * rnd.random(), whole + 0.01]))

    def op_anular(self, rnd):
        if rows := self.castigos.recuperacion_ids:
            rnd.choice(rows).action_annul("No entró")

    def op_pago_a_borrador(self, rnd):
        if posted := self.payments.move_id.filtered(lambda m: m.state == "posted"):
            rnd.choice(posted).button_draft()

    def op_reasentar(self, rnd):
        if drafts := self.payments.move_id.filtered(lambda m: m.state == "draft"):
            rnd.choice(drafts).action_post()

    def op_deshacer(self, rnd):
        if matched := self.moves.line_ids.filtered("matching_number"):
            rnd.choice(matched).remove_move_reconcile()

    def op_clasificar(self, rnd):
        self.actualizar()

    def assertVerdad(self):
        self.assertCuadra()
        written_off = self.expediente()._castigado() if self.moves else 0
        self.assertAlmostEqual(self.saldo(self.memo), written_off, 2, "memorandum")
        self.assertAlmostEqual(sum(self.castigos.mapped("amount_pending")), written_off, 2)
        self.assertLessEqual(self.saldo(self.allowance), 0, "the allowance gives what it holds and no more")
        entries = self.castigos.sudo().move_ids
        self.assertEqual(set(entries.mapped("state")) - {"posted"}, set())
        self.assertFalse([e for e in entries if round(sum(e.line_ids.mapped("balance")), 2)])
        for move in self.moves:
            items = self.partidas(move)
            live = items.castigo_linea_id
            if live:
                self.assertEqual(live.castigo_id.state, "posted")
                self.assertAlmostEqual(
                    items.expediente_id._castigado(items), move.cartera_written_off - move.cartera_recovered, 2
                )
            else:
                self.assertEqual((items.expediente_id._castigado(items), move.cartera_written_off), (0, 0))

    def test_any_order(self):
        operations = [getattr(self, name) for name in sorted(dir(self)) if name.startswith("op_")]
        operations += [self.op_castigar, self.op_abonar, self.op_recuperar, self.op_recuperar, self.op_anular]
        refused = 0
        for seed in (1, 2):
            rnd, done = random.Random(seed), []
            for _n in range(OPERATIONS):
                operation = rnd.choice(operations)
                done.append(operation.__name__)
                try:
                    with self.env.cr.savepoint():
                        operation(rnd)
                except UserError:
                    refused += 1  # rightly: nothing may have changed
                with self.subTest(seed=seed, done=done[-8:]):
                    self.assertVerdad()
        done = {row.kind for row in self.castigos.linea_ids.movimiento_ids}
        self.assertEqual(done, {"write_off", "reversal", "recovery", "annulment"}, "the seeds do a bit of everything")
        self.assertTrue(refused)
