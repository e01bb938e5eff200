"""Open items follow the ledger: DESIGN's "The ground, exactly", sentence by sentence."""

from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from .common import HOY, CarteraCase


@tagged("post_install", "-at_install")
class TestPartida(CarteraCase):
    def test_posting_opens_the_item_at_once(self):
        move = self.factura(300)
        partida = self.partidas(move)
        self.assertEqual(len(partida), 1)
        self.assertEqual(partida.move_line_id, move.line_ids.filtered(lambda line: line.account_id == self.receivable))
        self.assertRecordValues(
            partida,
            [
                {
                    "amount_residual": 1000.0,
                    "is_open": True,
                    "date_due": self.dia(300),
                    "partner_id": self.debtor.id,
                    "company_id": self.company.id,
                    "etapa_id": self.etapa("VIG").id,
                    "days_overdue": 300,
                }
            ],
        )
        self.assertEqual(partida.expediente_id.amount_overdue, 1000.0)
        self.assertCuadra()

    def test_draft_has_no_item(self):
        self.assertFalse(self.partidas(self.factura(10, post=False)))

    def test_partial_and_full_payment(self):
        move = self.factura(40)
        partida = self.partidas(move)
        self.pagar(move, 400.0)
        self.assertEqual(partida.amount_residual, 600.0)
        self.assertEqual(partida.expediente_id.amount_overdue, 600.0)
        self.assertCuadra()
        self.pagar(move)
        self.assertEqual((partida.amount_residual, partida.is_open), (0.0, False))
        self.assertEqual(partida.expediente_id.amount_overdue, 0.0)
        self.assertEqual(self.actualizar()["closed"], 2 + 1)
        self.assertEqual(partida.date_closed, HOY)
        self.assertCuadra()

    def test_payment_back_to_draft_leaves_the_debt_open(self):
        """Odoo keeps the matching, so its residual says paid: the deciding balance does not."""
        move = self.factura(40)
        payment = self.pagar(move)
        partida = self.partidas(move)
        self.assertFalse(partida.is_open)
        payment.move_id.button_draft()
        self.assertEqual(partida.move_line_id.amount_residual, 0.0)
        self.assertEqual((partida.amount_residual, partida.is_open), (1000.0, True))
        self.assertEqual(partida.expediente_id.amount_overdue, 1000.0)
        self.assertCuadra()
        self.assertEqual(self.actualizar()["moved"], 1)
        self.assertEqual(partida.amount_residual, 1000.0)
        self.assertCuadra()
        payment.move_id.action_post()
        self.assertFalse(partida.is_open)
        self.assertCuadra()

    def test_reset_to_draft_and_cancel_close_the_item(self):
        move = self.factura(40)
        partida = self.partidas(move)
        move.button_draft()
        self.assertFalse(partida.is_open)
        self.assertEqual(partida.expediente_id.amount_overdue, 0.0)
        move.action_post()
        self.assertTrue(partida.is_open)
        self.assertEqual(self.partidas(move), partida)
        move.button_draft()
        move.button_cancel()
        self.assertFalse(partida.is_open)
        self.assertCuadra()

    def test_deleted_entry_leaves_a_closed_item_with_its_log(self):
        move = self.factura(40)
        partida = self.partidas(move)
        self.actualizar()
        number = partida.name
        move.button_draft()
        move.with_context(force_delete=True).unlink()
        self.assertTrue(partida.exists())
        self.assertRecordValues(
            partida, [{"name": number, "is_open": False, "move_line_id": False, "amount_residual": 0.0}]
        )
        self.assertEqual(len(partida.cambio_ids), 1)
        self.assertCuadra()

    def test_credit_note_and_unapplied_payment_are_credits_without_stage(self):
        self.factura(40)
        refund = self.factura(5, 300.0, move_type="out_refund")
        credit = self.partidas(refund)
        self.assertEqual(credit.amount_residual, -300.0)
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.debtor.id,
                "amount": 150.0,
                "journal_id": self.bank.id,
                "date": HOY,
            }
        )
        payment.action_post()
        self.actualizar()
        credit |= self.partidas(payment.move_id)
        self.assertEqual(len(credit), 2)
        self.assertFalse(credit.etapa_id or credit.banda_id)
        self.assertRecordValues(
            credit.expediente_id, [{"amount_overdue": 1000.0, "amount_credit": 450.0, "amount_net": 550.0}]
        )
        self.assertCuadra()

    def test_credit_note_applied(self):
        move = self.factura(40)
        refund = self.factura(5, 300.0, move_type="out_refund")
        (move | refund).line_ids.filtered(lambda line: line.account_id == self.receivable).reconcile()
        self.assertEqual(self.partidas(move).amount_residual, 700.0)
        self.assertFalse(self.partidas(refund).is_open)
        self.assertCuadra()

    def test_lines_without_debtor_count_in_the_tie_only(self):
        entry = self.env["account.move"].create(
            {
                "journal_id": self.misc.id,
                "date": HOY,
                "line_ids": [
                    Command.create({"account_id": self.receivable.id, "debit": 77.0, "name": "sin tercero"}),
                    Command.create({"account_id": self.company_data["default_account_revenue"].id, "credit": 77.0}),
                ],
            }
        )
        entry.action_post()
        partida = self.partidas(entry)
        self.assertFalse(partida.expediente_id)
        self.assertEqual(partida.date_due, HOY)
        self.assertCuadra()

    def test_what_is_in_scope(self):
        copy = {"account_type": "asset_receivable", "reconcile": True}
        other = self.receivable.copy({"code": "130599", "name": "No comercial", "non_trade": True, **copy})
        pos = self.receivable.copy({"code": "130598", "name": "Punto de venta", **copy})
        self.company.account_default_pos_receivable_account_id = pos
        self.assertIn(self.receivable.id, self.company._cartera_cuentas_ids())
        self.assertFalse({other.id, pos.id} & set(self.company._cartera_cuentas_ids()))
        move = self.factura(10)
        self.company.cartera_account_ids = other
        self.assertEqual(self.company._cartera_cuentas_ids(), tuple(other.ids))
        self.actualizar()
        self.assertFalse(self.partidas(move).is_open)
        self.company.cartera_account_ids = False
        self.actualizar()
        self.assertTrue(self.partidas(move).is_open)
        self.assertCuadra()

    def test_foreign_currency(self):
        usd = self.setup_other_currency("USD", rates=[("2026-01-01", 1 / 4000.0), ("2026-07-01", 1 / 4200.0)])
        move = self.factura(100, 50.0, currency_id=usd.id)
        partida = self.partidas(move)
        self.assertRecordValues(
            partida,
            [{"currency_id": usd.id, "amount_residual": 200000.0, "amount_residual_currency": 50.0}],
        )
        self.pagar(move, 20.0, currency_id=usd.id)
        self.assertEqual(partida.amount_residual_currency, 30.0)
        self.assertEqual(partida.amount_residual, partida.move_line_id.amount_residual)
        self.assertCuadra()
        self.pagar(move, 30.0, currency_id=usd.id)
        self.assertFalse(partida.is_open)
        self.actualizar()
        self.assertCuadra()

    def test_instalments_of_payment_terms(self):
        terms = self.env["account.payment.term"].create(
            {
                "name": "30/60",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 30}),
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 60}),
                ],
            }
        )
        move = self.factura(100, invoice_payment_term_id=terms.id, post=False)
        move.invoice_payment_term_id = terms
        move.action_post()
        partidas = self.partidas(move)
        self.assertEqual(partidas.mapped("amount_residual"), [500.0, 500.0])
        self.assertEqual(partidas.mapped("days_overdue"), [70, 40])
        self.assertCuadra()
        # The same invoice by other terms: the instalment that is still there keeps its item and its log.
        kept = partidas[1]
        move.button_draft()
        terms2 = terms.copy({"name": "60/90"})
        for line, days in zip(terms2.line_ids, (60, 90), strict=True):
            line.nb_days = days
        move.invoice_payment_term_id = terms2
        move.action_post()
        open_items = self.partidas(move).filtered("is_open")
        self.assertEqual(open_items.mapped("days_overdue"), [40, 10])
        self.assertEqual(open_items[0], kept)
        for partida in open_items:
            self.assertEqual(partida.date_due, partida.move_line_id.date_maturity)
        self.assertCuadra()

    def test_an_instalment_given_another_day_keeps_its_item_also_when_it_is_paid(self):
        move = self.factura(90, invoice_payment_term_id=self.env.ref("account.account_payment_term_advance_60days").id)
        first, second = self.partidas(move).sorted("date_due")
        second.move_line_id.date_maturity = HOY
        self.assertEqual((second.date_due, second.move_line_id.partner_id), (HOY, self.debtor))
        self.assertEqual(self.partidas(move), first | second)
        payment = self.pagar(move, first.amount_residual)
        line = first.move_line_id
        self.assertFalse(first.is_open)
        line.date_maturity = self.dia(10)
        self.assertEqual(first.move_line_id, line)
        payment.move_id.button_draft()
        self.assertTrue(first.is_open)
        self.assertCuadra()

    def test_what_was_paid_before_the_company_collected_is_open_when_its_payment_is_undone(self):
        self.company.sudo().cartera_politica_id = False
        moves = self.factura(90) | self.factura(60)
        payments = [self.pagar(move) for move in moves]
        self.company.sudo().cartera_politica_id = self.politica
        self.actualizar()
        self.assertFalse(self.partidas(*moves))
        payments[0].move_id.button_draft()
        self.assertEqual(self.partidas(moves[0]).filtered("is_open").amount_residual, moves[0].amount_total)
        moves[1].line_ids.remove_move_reconcile()
        self.assertEqual(self.partidas(moves[1]).filtered("is_open").amount_residual, moves[1].amount_total)
        self.assertCuadra()

    def test_no_followup_by_hand_is_a_hold_and_by_odoo_is_none(self):
        move = self.factura(100)
        entry = self.env["account.move"].create(
            {
                "journal_id": self.misc.id,
                "date": self.dia(100),
                "line_ids": [
                    Command.create({"account_id": self.receivable.id, "debit": 50.0, "partner_id": self.debtor.id}),
                    Command.create({"account_id": self.company_data["default_account_revenue"].id, "credit": 50.0}),
                ],
            }
        )
        entry.action_post()
        self.assertTrue(entry.line_ids.filtered("debit").no_followup)
        move.no_followup = True
        self.assertEqual(self.partidas(move).hold_reason, "no_followup")
        self.assertFalse(self.partidas(entry).hold_reason)
        self.actualizar()
        self.assertRecordValues(
            self.partidas(move), [{"etapa_id": self.etapa("VIG").id, "etapa_reason": "hold", "days_overdue": 100}]
        )
        self.assertEqual(self.partidas(entry).etapa_id, self.etapa("PER"))
        self.assertIn("hold", self.partidas(move).stage_explanation.lower())
        move.no_followup = False
        self.actualizar()
        self.assertEqual(self.partidas(move).etapa_id, self.etapa("PER"))

    def test_changed_account_and_debtor_of_a_posted_line(self):
        other = self.env["res.partner"].create({"name": "Otro"})
        entry = self.env["account.move"].create(
            {
                "journal_id": self.misc.id,
                "date": self.dia(20),
                "line_ids": [
                    Command.create({"account_id": self.receivable.id, "debit": 50.0, "partner_id": self.debtor.id}),
                    Command.create({"account_id": self.company_data["default_account_revenue"].id, "credit": 50.0}),
                ],
            }
        )
        entry.action_post()
        partida = self.partidas(entry)
        partida.move_line_id.partner_id = other
        self.assertEqual(partida.expediente_id.partner_id, other)
        self.assertCuadra()
        partida.move_line_id.account_id = self.company_data["default_account_expense"]
        self.assertFalse(partida.is_open)
        self.assertCuadra()

    def test_bank_line_rebuilt_by_odoo_keeps_its_item(self):
        move = self.factura(40)
        st_line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank.id,
                "date": HOY,
                "payment_ref": "abono",
                "partner_id": self.debtor.id,
                "amount": 400.0,
            }
        )
        suspense = st_line.move_id.line_ids.filtered(
            lambda line: line.account_id == st_line.journal_id.suspense_account_id
        )
        suspense.account_id = self.receivable
        credit = self.partidas(st_line.move_id)
        self.assertEqual(credit.amount_residual, -400.0)
        (suspense | move.line_ids.filtered(lambda line: line.account_id == self.receivable)).reconcile()
        self.assertEqual(self.partidas(move).amount_residual, 600.0)
        self.assertCuadra()
        st_line.action_undo_reconciliation()
        self.assertEqual(self.partidas(move).amount_residual, 1000.0)
        self.assertFalse(credit.is_open)
        self.assertCuadra()

    def test_posting_many_costs_what_posting_one_costs(self):
        """Statements of ours when a batch is posted: they do not grow with the invoices."""

        def statements(moves):
            self.env.flush_all()
            ours = []
            execute = type(self.env.cr).execute

            def counting(cursor, query, *args, **kwargs):
                if "cartera_" in str(getattr(query, "code", query)):
                    ours.append(query)
                return execute(cursor, query, *args, **kwargs)

            with patch.object(type(self.env.cr), "execute", counting):
                moves.action_post()
                self.env.flush_all()
            return len(ours)

        def drafts(count):
            partners = self.env["res.partner"].create([{"name": f"D{n}"} for n in range(count)])
            moves = self.env["account.move"]
            for partner in partners:
                moves |= self.factura(30, partner=partner, post=False)
            return moves

        statements(drafts(2))
        one = statements(drafts(1))
        self.assertGreater(one, 0)
        self.assertEqual(statements(drafts(12)), one)
