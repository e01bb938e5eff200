"""A write-off posts once, by an accountant and after signed minutes; what it closed was not paid, and may come back."""

from datetime import date, timedelta
from unittest.mock import patch

from odoo import Command
from odoo.addons.cartera_cobro.models.cartera_promesa_pedido import Pedido
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import HOY, CarteraCase


class CastigoCase(CarteraCase):
    """A committee with every power, whose minutes are of yesterday, an accountant, and helpers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contador = cls.usuario("contador")
        env = cls.env(su=True)
        cls.comite = env["cartera.comite"].create(
            {"name": "Comité de cartera", "code": "CC", "company_id": cls.company.id, "can_write_off": True,
             "can_cleanse": True}
        )  # fmt: skip
        company = cls.company.sudo()
        cls.allowance = company.cartera_allowance_account_id
        cls.expense = company.cartera_writeoff_expense_account_id
        cls.income = company.cartera_recovery_account_id
        cls.memo = company.cartera_memo_debit_account_id
        # Signatures are the committee's own room: its minutes say yes here.
        signed = patch.object(type(env["cartera.acta"]), "_en_firme", lambda self: self.state == "signed")
        signed.start()
        cls.addClassCleanup(signed.stop)

    def poner(self, acta, state):
        """Put the minutes in a state from below, as no user can: they are signed in their own room."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE cartera_acta SET state = %s WHERE id = %s", [state, acta.id])
        self.env.invalidate_all()

    def caso(self, *moves, decision="write_off", state="signed"):
        """A case of minutes of its own, CC-2026-00001 and on, that decided so."""
        items = self.partidas(*moves).filtered(lambda p: p.amount > 0)
        Acta = self.env["cartera.acta"].sudo()
        number = Acta.search_count([("comite_id", "=", self.comite.id)]) + 1
        acta = Acta.create(
            {"comite_id": self.comite.id, "date": HOY - timedelta(days=1), "number": f"CC-2026-{number:05d}"}
        )  # fmt: skip
        caso = self.env["cartera.acta.caso"].sudo().create(
            {
                "acta_id": acta.id,
                "expediente_id": items.expediente_id[:1].id,
                "partida_ids": [Command.set(items.ids)],
            }
        )  # fmt: skip
        caso.write({"decision": decision, "state": "executed"})
        self.poner(acta, state)
        return caso

    def autorizar(self, *moves, **extra):
        castigo = self.env["cartera.castigo"]._autorizar(self.caso(*moves, **extra))
        return castigo.sudo(False).with_user(self.contador)

    def castigar(self, *moves, **extra):
        castigo = self.autorizar(*moves, **extra)
        castigo.action_post()
        return castigo

    def provisionar(self, amount, partner=None):
        lines = (self.allowance, -amount), (self.company_data["default_account_expense"], amount)
        entry = self.env["account.move"].sudo().create(
            {
                "journal_id": self.misc.id,
                "date": HOY,
                "line_ids": [
                    Command.create({"account_id": account.id, "balance": balance, "partner_id": partner and partner.id})
                    for account, balance in lines
                ],
            }
        )  # fmt: skip
        entry.action_post()

    def abonar(self, amount, **extra):
        """A payment of the debtor that nothing is matched with; its open item."""
        values = {"partner_id": self.debtor.id, "amount": amount, "payment_type": "inbound", "journal_id": self.bank.id,
                  "partner_type": "customer", "date": HOY, **extra}  # fmt: skip
        payment = self.env["account.payment"].sudo().create(values)
        payment.action_post()
        return self.partidas(payment.move_id)

    def saldo(self, account, partner=None):
        domain = [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        lines = (
            self.env["account.move.line"].sudo().search(domain + ([("partner_id", "=", partner.id)] if partner else []))
        )
        return round(sum(lines.mapped("balance")), 2)

    def lineas(self, move):
        return {
            (line.account_id, line.partner_id): line.balance for line in move.sudo().line_ids.sorted("id")
        }  # fmt: skip

    def expediente(self):
        return self.Expediente.search([("partner_id", "=", self.debtor.id)])


@tagged("post_install", "-at_install")
class TestCastigo(CastigoCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.factura(500, 1000.0)

    # --- authorised ---------------------------------------------------------------------------------------------------

    def test_signed_minutes_authorise_once_and_tell_the_accountant(self):
        paid, second = self.factura(450, 70.0), self.factura(400, 300.0)
        caso = self.caso(self.invoice, paid, second)
        caso.write({"cause": "prescription", "authority": "Manual, art. 4"})
        self.pagar(paid)
        castigo = self.env["cartera.castigo"]._autorizar(caso)
        self.assertEqual(self.env["cartera.castigo"]._autorizar(caso), castigo)
        self.assertEqual(castigo.linea_ids.mapped("amount_authorized"), [1000.0, 300.0])
        self.assertEqual((castigo.state, castigo.kind, castigo.amount_authorized), ("authorized", "write_off", 1300.0))
        self.assertEqual((castigo.cause, castigo.number), ("prescription", "2026-00001"))
        self.assertEqual(castigo.activity_ids.user_id, self.contador)
        self.assertEqual(self.invoice.payment_state, "not_paid")

    def test_what_authorises_nothing(self):
        paid = self.factura(300)
        of_paid = self.caso(paid)
        self.pagar(paid)
        self.autorizar(self.invoice)
        other = self.factura(200)
        cases = (
            (self.caso(other, state="approval"), "not signed"),
            (self.caso(other, decision="sue"), "did not decide"),
            (of_paid, "nothing of the case is owed"),
            (self.caso(self.invoice), f"{self.invoice.name} is in write-off 2026-00001 already"),
        )
        for caso, sentence in cases:
            with self.subTest(sentence), self.assertRaisesRegex(UserError, sentence):
                self.env["cartera.castigo"]._autorizar(caso)
        self.assertEqual(self.env["cartera.castigo"].sudo().search_count([("company_id", "=", self.company.id)]), 1)

    # --- posted -------------------------------------------------------------------------------------------------------

    def test_against_what_was_provided_for_the_debtor_then_the_portfolio_and_the_rest_to_expense(self):
        self.provisionar(400, self.debtor)
        self.provisionar(250)
        self.provisionar(999, self.debtor.copy())
        castigo = self.castigar(self.invoice)
        nobody = self.env["res.partner"]
        self.assertEqual(
            self.lineas(castigo.move_id),
            {
                (self.receivable, self.debtor): -1000.0,
                (self.allowance, self.debtor): 400.0,
                (self.allowance, nobody): 250.0,
                (self.expense, self.debtor): 350.0,
            },
        )
        self.assertEqual((castigo.amount_allowance, castigo.amount_expense), (650.0, 350.0))
        self.assertIn("CC-2026-00001", castigo.move_id.ref)
        self.assertEqual(set(castigo.memo_move_id.sudo().line_ids.mapped("balance")), {1000.0, -1000.0})
        self.assertEqual(castigo.move_ids, castigo.move_id | castigo.memo_move_id)
        self.assertEqual((castigo.move_id.date, castigo.memo_move_id.date), (HOY, HOY))
        self.assertFalse(castigo.activity_ids)
        # The allowance is used up: the next one is expense.
        self.assertEqual(self.castigar(self.factura(400, 50.0)).amount_expense, 50.0)
        self.assertCuadra()

    def test_a_provision_never_covers_more_than_the_balances_oldest_first(self):
        self.provisionar(1100, self.debtor)
        old, new = self.partidas(self.invoice, self.factura(100, 300.0))
        self.assertEqual(self.env["cartera.castigo"]._deterioro(new | old), {old: 1000.0, new: 100.0})
        self.provisionar(-5000, self.debtor)
        self.assertEqual(set(self.env["cartera.castigo"]._deterioro(new | old).values()), {0.0})

    def test_what_it_holds_is_read_in_one_query_whatever_the_items(self):
        few = self.partidas(self.invoice)
        many = few | self.partidas(*(self.factura(n, 10.0) for n in range(5)))
        castigo = self.env["cartera.castigo"]
        many.mapped("amount_residual")
        for items in (few, many):
            with self.assertQueryCount(1):
                castigo._deterioro(items)

    def test_written_off_everywhere_and_paid_nowhere(self):
        item = self.partidas(self.invoice)
        promesa = self.env["cartera.promesa"].sudo()._prometer(
            [Pedido(expediente=item.expediente_id, made=HOY, day=HOY + timedelta(days=2), amount=500.0, partidas=item,
                    overdue=True, source="contact", gestion=self.env["cartera.gestion"].sudo(), user=self.env.user)]
        )  # fmt: skip
        castigo = self.castigar(self.invoice)
        self.assertFalse(item.is_open)
        self.assertEqual((item.written_off, item.castigo_id), (1000.0, castigo))
        self.assertEqual(item.etapa_id.kind, "written_off")
        change = item.cambio_ids[0]
        self.assertEqual((change.document, change.etapa_to_id), (castigo.sudo(), item.etapa_id))
        self.assertIn("It was not paid", item.with_user(self.usuario("gestor")).stage_explanation)
        expediente = self.expediente()
        self.assertEqual((expediente._castigado(), expediente.amount_written_off), (1000.0, 1000.0))
        self.assertEqual(expediente._castigado(item.browse()), 0)
        self.assertEqual(expediente._castigado(item), 1000.0)
        # Odoo says paid; whoever invoices, without a role in collection, reads that it was not.
        self.assertEqual(self.invoice.payment_state, "paid")
        self.assertFalse(self.env.user.has_group("cartera_cobro.group_cartera_reader"))
        self.assertEqual((self.invoice.cartera_written_off, self.invoice.cartera_castigo_texto),
                         (1000.0, castigo.number))  # fmt: skip
        self.assertEqual(item.castigo_movimiento_ids.mapped("kind"), ["write_off"])
        # Nobody kept the promise over it.
        self.assertEqual(promesa.state, "cancelled")
        self.actualizar()
        self.assertEqual((item.castigo_id, item.etapa_id.kind), (castigo, "written_off"))
        self.assertCuadra()

    def test_paid_meanwhile_falls_out_and_less_owed_less_is_written_off(self):
        half, gone = self.factura(450, 500.0), self.factura(400, 70.0)
        castigo = self.autorizar(self.invoice, half, gone)
        self.pagar(half, 200.0)
        self.pagar(gone)
        self.assertIn(f"{gone.name} was paid meanwhile", castigo.warnings)
        castigo.action_post()
        self.assertEqual(castigo.linea_ids.mapped("amount"), [1000.0, 300.0, 0.0])
        self.assertEqual([bool(note) for note in castigo.linea_ids.mapped("note")], [False, True, True])
        self.assertEqual(self.expediente()._castigado(), 1300.0)
        self.assertFalse(self.partidas(gone).castigo_linea_id)
        self.assertEqual((half.cartera_written_off, gone.cartera_written_off), (300.0, 0.0))

    def test_everything_paid_meanwhile_is_cancelled(self):
        castigo = self.autorizar(self.invoice)
        self.pagar(self.invoice)
        castigo.action_post()
        self.assertEqual((castigo.state, castigo.amount, castigo.move_ids.ids), ("cancelled", 0.0, []))
        self.assertFalse(castigo.activity_ids)

    def test_many_at_once_or_none_and_the_bad_one_names_itself(self):
        good, bad = self.autorizar(self.invoice), self.autorizar(self.factura(300))
        reclamacion = (
            self.env["cartera.reclamacion"]
            .sudo()
            .create({"expediente_id": self.expediente().id, "subject": "No es la tarifa"})
        )
        bad.sudo().linea_ids.partida_id.write({"reclamacion_id": reclamacion.id, "amount_disputed": 1.0})
        self.env.invalidate_all()
        self.assertIn("disputed", bad.problems)
        wizard = self.env["cartera.castigo.contabilizar"].with_user(self.contador).with_context(
            active_model="cartera.castigo", active_ids=(good | bad).ids
        )  # fmt: skip
        form = Form(wizard)
        self.assertEqual((form.amount, form.amount_expense), (2000.0, 2000.0))
        self.assertIn(f"{bad.number}: ", form.problems)
        with self.assertRaisesRegex(UserError, f"{bad.number}: .*disputed in claim"):
            form.save().action_apply()
        self.assertEqual((good.state, bad.state), ("authorized", "authorized"))
        bad.sudo().linea_ids.partida_id.write({"reclamacion_id": False, "amount_disputed": 0})
        form.save().action_apply()
        self.assertEqual(set((good | bad).mapped("state")), {"posted"})

    def test_cleansing_posts_the_same_with_its_own_cause(self):
        castigo = self.castigar(self.invoice, decision="cleanse")
        self.assertEqual((castigo.kind, castigo.amount), ("cleanse", 1000.0))
        self.assertIn("Cleansing", castigo.move_id.ref)

    def test_foreign_currency_closes_with_no_exchange_difference(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].sudo().create(
            [
                {"name": day, "rate": rate, "currency_id": usd.id, "company_id": self.company.id}
                for day, rate in ((date(2020, 1, 1), 1 / 4000), (date(2026, 7, 1), 1 / 3700.55))
            ]
        )
        invoice = self.factura(400, 100.0, currency_id=usd.id)
        self.pagar(invoice, 33.33, currency_id=usd.id)
        owed = self.partidas(invoice).amount_residual
        castigo = self.castigar(invoice)
        line = self.partidas(invoice).move_line_id.sudo()
        self.assertEqual((line.amount_residual, line.amount_residual_currency), (0.0, 0.0))
        ours = castigo.move_id.sudo().line_ids.filtered(lambda aml: aml.account_id == self.receivable)
        self.assertEqual((ours.amount_currency, ours.balance, ours.reconciled), (-66.67, -owed, True))
        self.assertFalse(ours.matched_debit_ids.exchange_move_id)
        castigo.action_reverse("Anulada")
        self.assertEqual((line.amount_residual, line.amount_residual_currency), (owed, 66.67))
        self.assertCuadra()

    # --- who and when -------------------------------------------------------------------------------------------------

    def test_only_accountants_of_the_company(self):
        castigo = self.autorizar(self.invoice)
        for role in ("tesorero", "admin", "director", "auditor", "gestor"):
            with self.subTest(role), self.assertRaisesRegex(AccessError, "Only an accountant"):
                castigo.with_user(self.usuario(role)).action_post()
        with self.assertRaisesRegex(AccessError, "Only an accountant"):
            castigo.sudo().with_user(self.env.ref("base.user_root")).action_post()
        other = self.env["res.company"].sudo().create({"name": "Otra"})
        stranger = self.usuario("contador", other)
        with self.assertRaises(AccessError):
            castigo.with_user(stranger).action_post()
        with self.assertRaises(AccessError):
            castigo.with_user(stranger).read(["number"])
        with self.assertRaisesRegex(UserError, "by its buttons"):
            castigo.write({"state": "posted"})
        with self.assertRaises(AccessError):
            castigo.with_user(self.usuario("responsable")).read(["number"])
        self.assertEqual(castigo.state, "authorized")

    def test_unsigned_again_twice_or_at_once(self):
        castigo = self.autorizar(self.invoice)
        self.poner(castigo.sudo().acta_id, "approval")
        with self.assertRaisesRegex(UserError, "not signed any more"):
            castigo.action_post()
        self.poner(castigo.sudo().acta_id, "signed")
        with (
            patch.object(type(castigo), "try_lock_for_update", lambda self, **how: self.browse()),
            self.assertRaisesRegex(UserError, "Somebody else is posting"),
        ):
            castigo.action_post()
        castigo.action_post()
        with self.assertRaisesRegex(UserError, f"{castigo.number} is Posted"):
            castigo.action_post()
        self.assertEqual(len(castigo.move_ids), 2)

    def test_a_locked_or_wrong_day_is_refused_with_the_first_open_day(self):
        castigo = self.autorizar(self.invoice)
        company = self.company.sudo()
        company.fiscalyear_lock_date = HOY
        with self.assertRaisesRegex(UserError, r"locked period, by .*: the first open day is 07/16/2026"):
            castigo.action_post()
        company.fiscalyear_lock_date = False
        for day, sentence in (
            (HOY + timedelta(days=1), "still to come"),
            (HOY - timedelta(days=9), "before the minutes"),
        ):
            with self.subTest(sentence), self.assertRaisesRegex(UserError, sentence):
                castigo.action_post(day)
        castigo.action_post(str(HOY - timedelta(days=1)))
        self.assertEqual(castigo.move_id.date, HOY - timedelta(days=1))
        company.fiscalyear_lock_date = HOY
        with self.assertRaisesRegex(UserError, "locked period"):
            castigo.action_reverse("Anulada")
        company.fiscalyear_lock_date = False
        # Where the legal representative decides, the committee's day is not enough.
        acted = self.autorizar(self.factura(60))
        self.comite.sudo().needs_act = True
        acted.sudo().acta_id.act_date = HOY
        with self.assertRaisesRegex(UserError, "is before the act, of"):
            acted.action_post(HOY - timedelta(days=1))
        acted.action_post()
        # Whatever Odoo does with the date after it was checked, nothing stays.
        company.fiscalyear_lock_date = False
        other = self.autorizar(self.factura(30))
        company.fiscalyear_lock_date = HOY
        with (
            patch.object(type(company), "_cartera_cierres", lambda self, day: []),
            self.assertRaisesRegex(UserError, "would post its entry on"),
        ):
            other.action_post()

    def test_a_missing_account_is_named_with_where_to_set_it(self):
        castigo = self.autorizar(self.invoice)
        company = self.company.sudo()
        for name in ("cartera_allowance_account_id", "cartera_memo_debit_account_id", "cartera_writeoff_journal_id"):
            kept, company[name] = company[name], False
            label = company._fields[name]._description_string(self.env)
            with self.subTest(name), self.assertRaisesRegex(UserError, f"{label}.*Company Settings"):
                castigo.action_post()
            company[name] = kept
        company.write({"cartera_memo_debit_account_id": False, "cartera_writeoff_memo": False})
        castigo.action_post()
        self.assertFalse(castigo.memo_move_id)
        self.assertEqual(self.saldo(self.memo), 0)

    def test_an_agreement_more_owed_and_a_draft_payment_are_refused(self):
        castigo = self.autorizar(self.invoice)
        item = castigo.sudo().linea_ids.partida_id
        acuerdo = self.env["cartera.acuerdo"].sudo().search([], limit=1) or self.env["cartera.acuerdo"].sudo().create(
            {"expediente_id": item.expediente_id.id, "first_date": HOY + timedelta(days=30)}
        )  # fmt: skip
        item.acuerdo_id = acuerdo
        with self.assertRaisesRegex(UserError, "under agreement"):
            castigo.action_post()
        item.acuerdo_id = False
        castigo.sudo().linea_ids.amount_authorized = 900
        with self.assertRaisesRegex(UserError, "more than the"):
            castigo.action_post()
        castigo.sudo().linea_ids.amount_authorized = 1000
        payment = self.pagar(self.invoice, 100)
        payment.action_draft()
        with self.assertRaisesRegex(UserError, "matched to an entry that is not posted"):
            castigo.action_post()

    def test_money_on_its_way_is_told_before(self):
        castigo = self.autorizar(self.invoice)
        self.assertFalse(castigo.warnings)
        self.abonar(80)
        self.env.invalidate_all()
        self.assertIn("80.00", castigo.warnings)
        # One that waits for the bank is no entry yet: the invoice still owes.
        payment = self.env["account.payment"].sudo().create(
            {"partner_id": self.debtor.id, "amount": 100, "payment_type": "inbound", "journal_id": self.bank.id}
        )  # fmt: skip
        payment.outstanding_account_id = False
        payment.action_post()
        self.invoice.matched_payment_ids = payment
        self.env.invalidate_all()
        self.assertIn(f"{payment.display_name} of {self.invoice.name} is in process", castigo.warnings)
        self.assertFalse(castigo.problems)

    # --- undone -------------------------------------------------------------------------------------------------------

    def test_reversed_once_it_owes_again_and_age_decides(self):
        self.actualizar()
        item = self.partidas(self.invoice)
        before = item.etapa_id
        castigo = self.castigar(self.invoice)
        with self.assertRaisesRegex(UserError, "Say why"):
            castigo.action_reverse(" ")
        wizard = self.env["cartera.castigo.motivo"].with_user(self.contador).with_context(
            active_model="cartera.castigo", active_id=castigo.id
        )  # fmt: skip
        wizard.create({"step": "reverse", "reason": "Acta anulada", "date": HOY}).action_apply()
        self.assertEqual((castigo.state, castigo.end_reason), ("reversed", "Acta anulada"))
        self.assertEqual((item.is_open, item.amount_residual, item.castigo_linea_id.id), (True, 1000.0, False))
        self.assertEqual(self.invoice.payment_state, "not_paid")
        self.assertEqual((self.invoice.cartera_written_off, self.expediente()._castigado()), (0.0, 0.0))
        self.assertEqual((self.saldo(self.memo), self.saldo(self.expense)), (0.0, 0.0))
        self.assertEqual(item.castigo_movimiento_ids.mapped("amount"), [1000.0, -1000.0])
        self.actualizar()
        self.assertEqual(item.etapa_id, before)
        with self.assertRaisesRegex(UserError, "is Reversed"):
            castigo.action_reverse("Otra vez")
        self.assertEqual(len(castigo.move_ids), 4)
        self.assertCuadra()
        # Another case may write it off again.
        self.assertEqual(self.castigar(self.invoice).amount, 1000.0)

    def test_cancelled_before_it_is_posted(self):
        castigo = self.autorizar(self.invoice)
        castigo.action_cancel("Decisión anulada")
        self.assertEqual((castigo.state, castigo.end_reason), ("cancelled", "Decisión anulada"))
        with self.assertRaisesRegex(UserError, "is Cancelled"):
            castigo.action_post()
        self.assertEqual(self.env["cartera.castigo"]._autorizar(castigo.sudo().caso_id), castigo.sudo())

    def test_nobody_takes_its_entries_apart_by_another_door(self):
        castigo = self.castigar(self.invoice)
        castigo.action_recover(self.abonar(100).ids)
        moves = castigo.move_ids.sudo()
        doors = (
            *((move.button_draft, "reverses it, or annuls") for move in moves),
            (moves[0].button_cancel, "reverses it, or annuls"),
            (moves[0]._reverse_moves, "reverses it, or annuls"),
            (moves.line_ids.remove_move_reconcile, "reverses it, or annuls"),
            (self.invoice.line_ids.remove_move_reconcile, "reverses it, or annuls"),
            (self.invoice.button_draft, "was written off in"),
            (self.invoice._reverse_moves, "was written off in"),
            (castigo.sudo().unlink, "never deleted"),
            (castigo.recuperacion_ids.sudo().unlink, "never deleted"),
        )
        for door, sentence in doors:
            with self.subTest(door=door.__name__), self.assertRaisesRegex(UserError, sentence):
                door()
        with self.assertRaisesRegex(UserError, "append-only"):
            castigo.recuperacion_ids.sudo().write({"amount": 1})
        # A context from outside is no permit.
        with self.assertRaisesRegex(UserError, "reverses it, or annuls"):
            moves[0].with_context(cartera_castigo=True).button_draft()

    # --- recovered ----------------------------------------------------------------------------------------------------

    def test_later_money_is_income_until_all_is_recovered(self):
        second = self.factura(300, 400.0)
        castigo = self.castigar(self.invoice, second)
        credit = self.abonar(1100)
        wizard = self.env["cartera.castigo.recuperar"].with_user(self.contador).with_context(
            active_model="cartera.castigo", active_id=castigo.id
        )  # fmt: skip
        form = Form(wizard)
        self.assertEqual((form.credito_ids[:], form.amount), (credit, 1100.0))
        form.save().action_apply()
        row = castigo.recuperacion_ids
        self.assertEqual((row.amount, row.credito_id, row.date), (1100.0, credit, HOY))
        self.assertEqual(self.lineas(row.move_id), {(self.receivable, self.debtor): 1100.0,
                                                    (self.income, self.debtor): -1100.0})  # fmt: skip
        self.assertFalse(credit.is_open)
        self.assertEqual(self.saldo(self.memo), 300.0)
        self.assertEqual((castigo.amount_recovered, castigo.amount_pending, castigo.is_recovered), (1100, 300, False))
        # The oldest item is recovered first.
        self.assertEqual((self.invoice.cartera_recovered, second.cartera_recovered), (1000.0, 100.0))
        self.assertEqual(self.expediente()._castigado(self.partidas(self.invoice)), 0)
        self.assertEqual(self.expediente()._castigado(), 300.0)
        more = self.abonar(500)
        with self.assertRaisesRegex(UserError, "the rest stays a credit"):
            castigo.action_recover(more.ids, 301)
        with self.assertRaisesRegex(UserError, "more than zero"):
            castigo.action_recover(more.ids, 0)
        with self.assertRaisesRegex(UserError, "recovered: annul"):
            castigo.action_reverse("Anulada")
        castigo.action_recover(more.ids)
        self.assertEqual((castigo.is_recovered, castigo.amount_pending, more.amount_residual), (True, 0.0, -200.0))
        self.assertEqual((self.saldo(self.memo), self.saldo(self.income)), (0.0, -1400.0))
        self.assertIn("Recovered in full", castigo.message_ids[0].preview)
        self.assertCuadra()

    def test_what_cannot_be_a_recovery(self):
        castigo = self.castigar(self.invoice)
        stranger = self.debtor.copy()
        theirs, small = self.abonar(50, partner_id=stranger.id), self.abonar(50)
        debt = self.partidas(self.factura(10))
        cases = (
            ([], 10, "Choose the payments"),
            (theirs.ids, 10, "of another debtor"),
            (debt.ids, 10, "not a credit"),
            (small.ids, 60, "hold"),
        )
        for ids, amount, sentence in cases:
            with self.subTest(sentence), self.assertRaisesRegex(UserError, sentence):
                castigo.action_recover(ids, amount)
        self.company.sudo().cartera_recovery_account_id = False
        with self.assertRaisesRegex(UserError, "Income of Recoveries"):
            castigo.action_recover(small.ids, 10)
        with self.assertRaisesRegex(AccessError, "Only an accountant"):
            castigo.with_user(self.usuario("tesorero")).action_recover(small.ids, 10)
        self.assertFalse(castigo.recuperacion_ids)

    def test_money_that_did_not_stay_is_annulled_by_a_contrary_row(self):
        castigo = self.castigar(self.invoice)
        credit = self.abonar(400)
        castigo.action_recover(credit.ids)
        row = castigo.recuperacion_ids
        credit.move_id.sudo().origin_payment_id.action_draft()
        with self.assertRaisesRegex(AccessError, "Only an accountant"):
            row.with_user(self.usuario("tesorero")).action_annul("Cheque devuelto")
        row.action_annul("Cheque devuelto")
        self.assertEqual((castigo.amount_recovered, castigo.amount_pending), (0.0, 1000.0))
        self.assertTrue(row.is_annulled)
        self.assertEqual((self.saldo(self.memo), self.saldo(self.income)), (1000.0, 0.0))
        with self.assertRaisesRegex(UserError, "annulled already"):
            row.action_annul("Otra vez")
        self.assertCuadra()
        castigo.action_reverse("Anulada")
        self.assertEqual(self.expediente()._castigado(), 0)
        self.assertCuadra()

    def test_a_credit_of_a_written_off_debtor_is_told_once(self):
        castigo = self.castigar(self.invoice)
        avisar = self.env["cartera.castigo"]._avisar_creditos
        self.assertEqual(avisar(self.company), 0)
        self.abonar(150)
        self.assertEqual([avisar(self.company), avisar(self.company)], [1, 0])
        activity = castigo.activity_ids
        self.assertEqual(activity.user_id, self.contador)
        self.assertIn("150.00", activity.note)
        later = self.abonar(20)
        with self.enter_registry_test_mode():
            self.env.ref("cartera_cobro.ir_cron_castigos").sudo().method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(castigo.credit_told_id, later.id)
        self.assertEqual(len(castigo.activity_ids), 1)
        castigo.action_recover(later.ids)
        self.assertFalse(castigo.activity_ids)

    def test_it_follows_its_debtor_to_another_dossier(self):
        castigo = self.castigar(self.invoice)
        target = self.debtor.copy({"name": "Sucesora"})
        self.factura(10, partner=target)
        self.debtor.parent_id = target
        self.actualizar()
        dossier = self.Expediente.search([("partner_id", "=", target.id)])
        self.assertEqual((castigo.expediente_id, castigo.partner_id), (dossier, target))
        self.assertEqual(dossier._castigado(), 1000.0)


@tagged("post_install", "-at_install")
class TestCastigoCuentas(CarteraCase):
    """Whoever starts to collect is proposed the accounts of the chart; public entities load the CGN's."""

    def test_the_chart_of_l10n_co_is_proposed_with_the_policy(self):
        company = self.company.sudo()
        codes = [company[name].with_company(company).code for name in (
            "cartera_allowance_account_id", "cartera_writeoff_expense_account_id", "cartera_recovery_account_id",
            "cartera_memo_debit_account_id", "cartera_memo_credit_account_id",
        )]  # fmt: skip
        self.assertEqual(codes, ["139900", "531000", "425000", "832500", "860000"])
        self.assertEqual(company.cartera_writeoff_journal_id.type, "general")
        kept = company.cartera_allowance_account_id.copy({"code": "139910"})
        company.write({"cartera_allowance_account_id": kept.id, "cartera_recovery_account_id": False})
        company._cartera_proponer_cuentas()
        self.assertEqual(company.cartera_allowance_account_id, kept)
        self.assertEqual(company.cartera_recovery_account_id.with_company(company).code, "425000")

    def test_the_administrator_of_collection_proposes_and_loads_the_cgn(self):
        company = self.company.sudo()
        names = ("cartera_allowance_account_id", "cartera_writeoff_journal_id")
        company.write(dict.fromkeys(names, False))
        wizard = self.env["cartera.ajustes"].with_user(self.usuario("admin")).with_company(company).create({})
        wizard.action_propose_accounts()
        self.assertEqual(wizard.cartera_allowance_account_id.with_company(company).code, "139900")
        self.assertFalse(company.cartera_allowance_account_id, "nothing is saved yet")
        wizard.action_load_cgn()
        wizard.action_load_cgn()
        wizard.action_apply()
        chosen = {name: company[name].with_company(company).code for name in (
            "cartera_allowance_account_id", "cartera_writeoff_expense_account_id", "cartera_recovery_account_id",
            "cartera_memo_debit_account_id", "cartera_memo_credit_account_id",
        )}  # fmt: skip
        self.assertEqual(list(chosen.values()), ["138690", "534790", "483002", "831590", "891506"])
        Account = self.env["account.account"].sudo().with_company(company)
        self.assertEqual(Account.search_count([("code", "in", ["138590", *chosen.values()])]), 6)
        wizard.cartera_recovery_account_id = self.company_data["default_account_expense"]
        with self.assertRaisesRegex(UserError, "is no account of the company for"):
            wizard.action_apply()
        settings = self.env["res.config.settings"].sudo().with_user(self.usuario("tesorero")).sudo()
        with self.assertRaisesRegex(AccessError, "administrator of collection"):
            settings.create({}).action_cartera_load_cgn()

    def test_an_account_of_the_cgn_of_another_kind_is_told(self):
        self.env["account.account"].sudo().create(
            {"code": "483002", "name": "Otra cosa", "account_type": "expense",
             "company_ids": [Command.link(self.company.id)]}
        )  # fmt: skip
        with self.assertRaisesRegex(UserError, "483002.*not of the kind"):
            self.company.sudo()._cartera_cargar_cgn()
