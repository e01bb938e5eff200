"""The cash forecast: what is expected and when, nothing twice, frozen, beside what came."""

import io
import random
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
from freezegun import freeze_time
from odoo import Command
from odoo.addons.cartera_cobro.rules.forecast import expected_day, waiting
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import HOY
from .test_acuerdo import AcuerdoCase
from .test_promesa import PromesaCase

# Made at the close of Wednesday 15 July: the first week forecast is Thursday 16 to Sunday 19.
PRIMERO = date(2026, 7, 16)


class Pronosticos:
    """Helpers for cases that have a portfolio."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Pronostico = cls.env["cartera.pronostico"].sudo()
        cls.other = cls.debtor.copy({"name": "Beatriz"})

    @classmethod
    def pagada(cls, late, amount, partner=None):
        """An invoice due 100 days ago and paid `late` days after."""
        move = cls.factura(100, amount, partner=partner)
        cls.pagar(move, payment_date=cls.dia(100 - late))
        return move

    @classmethod
    def adelantada(cls, early, amount, partner=None):
        """An invoice due 100 days ago and paid `early` days before."""
        move = cls.factura(100, amount, partner=partner, invoice_date=cls.dia(110 + early))
        cls.pagar(move, payment_date=cls.dia(100 + early))
        return move

    @classmethod
    def compra(cls, days_overdue, amount, **extra):
        bill = cls.factura(
            days_overdue,
            amount,
            partner=cls.partner_a,
            post=False,
            **{"move_type": "in_invoice", "journal_id": cls.company_data["default_journal_purchase"].id, **extra},
        )
        bill.action_post()
        return bill

    def pronostico(self, day=HOY, company=None):
        self.env.flush_all()
        return self.Pronostico._generar(company or self.company, day)

    def lineas(self, pronostico, **where):
        return pronostico.linea_ids.filtered(lambda line: all(line[name] == value for name, value in where.items()))

    def resumen(self, pronostico, **where):
        """[(source, week, amount)] of its lines, in their order."""
        lines = self.lineas(pronostico, **where).filtered("amount")
        lines = lines.sorted(lambda line: (line.week, line.source, line.amount))
        return [(line.source, line.week, round(line.amount, 2)) for line in lines]

    def assertUnaVez(self, pronostico):
        """Every peso of the ledger is in the forecast once: expected, later, or not expected."""
        self.assertEqual(pronostico.amount_difference, 0)
        by_item = {}
        for line in pronostico.linea_ids.filtered("partida_id"):
            by_item[line.partida_id] = by_item.get(line.partida_id, 0) + line.amount + line.amount_credit
        items = self.Partida.search(
            [("company_id", "=", pronostico.company_id.id), ("is_open", "=", True), ("amount_residual", ">", 0)]
        ).filtered(lambda item: item.acuerdo_id.state != "active" or item.hold_reason)
        self.assertEqual(
            {item: round(amount, 2) for item, amount in by_item.items()},
            {item: round(item.amount_residual, 2) for item in items},
        )


@tagged("post_install", "-at_install")
class TestPronostico(Pronosticos, PromesaCase):
    """`cls.debtor` owes 1,000 for 60 days; `cls.tesorero` makes forecasts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tesorero = cls.usuario("tesorero")

    def test_each_customer_with_its_own_delay_and_few_payments_with_that_of_all(self):
        for late, amount in ((10, 100), (10, 100), (20, 200)):
            self.pagada(late, amount)
        self.pagada(0, 400, partner=self.other)
        self.factura(-10, 700)
        self.factura(-10, 300, partner=self.other)
        pronostico = self.pronostico()
        # (10*100 + 10*100 + 20*200) / 400 = 15 days of the debtor; over 800, 7.5 of all: 8.
        self.assertEqual(pronostico.delay, 8)
        lines = self.lineas(pronostico, source="invoice")
        self.assertEqual(
            sorted((line.partner_id.name, line.delay, line.date, line.week, line.amount) for line in lines),
            [
                ("Beatriz", 8, date(2026, 8, 2), 3, 300),
                ("Juana Deudora", 15, PRIMERO, 1, 1000),  # 60 days overdue: never in the past
                ("Juana Deudora", 15, date(2026, 8, 9), 4, 700),
            ],
        )
        self.assertUnaVez(pronostico)
        self.company.sudo().cartera_pronostico_minimo = 1
        pronostico.action_recalcular()
        self.assertEqual(self.lineas(pronostico, partner_id=self.other).delay, 0)

    def test_weeks_with_their_balances(self):
        self.pagada(0, 5000)
        self.compra(5, 4200)
        self.compra(-20, 2000)
        self.env["cartera.pronostico.fijo"].with_user(self.tesorero).create(
            {"name": "Nómina", "company_id": self.company.id, "amount": 900, "frequency": "fortnight",
             "date_from": HOY}
        )  # fmt: skip
        pronostico = self.pronostico()
        weeks = pronostico.semana_ids.sorted("number")
        self.assertEqual(len(weeks), 13)
        found = [(w.amount_opening, w.amount_income, w.amount_expense, w.amount_closing) for w in weeks[:5]]
        self.assertEqual(
            found,
            [
                (5000, 1000, 4200, 1800),  # to Sunday 19 July: what is overdue on both sides
                (1800, 0, 0, 1800),
                (1800, 0, 900, 900),  # the last of July
                (900, 0, 2000, -1100),  # 4 August
                (-1100, 0, 900, -2000),  # the 15th of August
            ],
        )
        self.assertEqual((weeks[0].date_from, weeks[0].date_to, weeks[-1].date_to), (
            PRIMERO, date(2026, 7, 19), date(2026, 10, 11)
        ))  # fmt: skip
        # The last of August, and both of September, follow; that of 15 October is after the 13 weeks.
        self.assertEqual((pronostico.amount_lowest, pronostico.amount_closing), (-1100 - 4 * 900, -1100 - 4 * 900))
        self.assertEqual(pronostico.lowest_week, date(2026, 9, 28))
        self.assertEqual(pronostico.amount_income - pronostico.amount_expense, pronostico.amount_closing - 5000)

    def test_what_was_issued_since_the_close_counts_and_money_of_after_does_not(self):
        self.factura(-5, 70)  # of today
        self.compra(-5, 30)
        self.pagar(self.invoice, 400)
        pronostico = self.pronostico(HOY - timedelta(days=1))
        self.assertEqual(self.resumen(pronostico), [("invoice", 1, 1000), ("bill", 2, -30), ("invoice", 2, 70)])
        self.assertEqual((pronostico.amount_opening, pronostico.amount_difference), (0, 0))

    def test_what_is_late_already_is_expected_as_late_as_what_was_paid_so_late(self):
        for late in (61, 75, 80):
            self.pagada(late, 100, partner=self.other)
        pronostico = self.pronostico()
        # Usually 72 days late: due on 16 May, not before 27 July.
        self.assertEqual((pronostico.delay, self.lineas(pronostico).date), (72, date(2026, 7, 27)))
        late = self.factura(76, 10)
        pronostico.action_recalcular()
        # 77 days late on the first day: of the payments later than that, 80 days after 30 April.
        self.assertEqual(self.lineas(pronostico, move_id=late).date, date(2026, 7, 19))
        self.assertUnaVez(pronostico)

    def test_who_pays_early_is_not_expected_later_for_what_is_due_earlier(self):
        for _ in range(3):
            self.adelantada(40, 100, partner=self.other)
        for days in (-38, -40, -41, -46):
            self.factura(days, 100 - days, partner=self.other)
        lines = self.lineas(self.pronostico(), partner_id=self.other).sorted("date_due")
        self.assertEqual(set(lines.mapped("delay")), {-40})
        # Due on 22 and 24 August, what would have come by 15 July is expected at once.
        self.assertEqual(lines.mapped("date"), [PRIMERO, PRIMERO, PRIMERO, date(2026, 7, 21)])

    def test_without_payments_everything_is_expected_on_its_due_date_whatever_the_box_says(self):
        self.company.sudo().cartera_pronostico_minimo = 0
        move = self.factura(-30, 100)
        pronostico = self.pronostico()
        self.assertEqual(pronostico.delay, 0)
        self.assertEqual(self.lineas(pronostico, move_id=move).date, self.dia(-30))

    def test_promises_have_their_day_and_the_rest_does_not_come_before(self):
        second = self.factura(10, 500)
        promesa = self.promete(1200, day=date(2026, 7, 24), moves=(self.invoice, second))
        pronostico = self.pronostico()
        self.assertEqual(self.resumen(pronostico), [("invoice", 2, 300), ("promise", 2, 200), ("promise", 2, 1000)])
        rest = self.lineas(pronostico, source="invoice")
        self.assertEqual((rest.date, rest.partida_id.move_id), (date(2026, 7, 24), second))
        self.assertEqual(self.lineas(pronostico, source="promise").promesa_id, promesa)
        self.assertUnaVez(pronostico)
        # What was paid of it since is not expected again.
        self.pagar(self.invoice, 700)
        pronostico.action_recalcular()
        self.assertEqual(self.resumen(pronostico), [("invoice", 2, 300), ("promise", 2, 200), ("promise", 2, 300)])
        self.assertUnaVez(pronostico)

    def test_what_is_not_expected_and_why(self):
        ddr, legal, held = self.factura(400, 70), self.factura(30, 80), self.factura(20, 90)
        self.partidas(legal)._mover(self.politica.etapa_ids.filtered(lambda e: e.kind == "legal")[0], "Al abogado")
        self.partidas(held).hold_reason = "pause"
        claim = self.env["cartera.reclamacion"].sudo().create(
            {"expediente_id": self.expediente.id, "subject": "s", "text": "t", "filed_by": "Juana", "kind": "claim",
             "linea_ids": [Command.create({"partida_id": self.item.id, "amount_disputed": 600})]}
        )  # fmt: skip
        claim.action_file()
        self.factura(-400, 60)
        self.partidas(held).hold_reason = "pause"
        pronostico = self.pronostico()
        self.assertEqual(self.resumen(pronostico, flow="income"), [("invoice", 1, 400), ("invoice", 14, 60)])
        none = {(line.reason, line.partida_id.move_id, line.amount) for line in self.lineas(pronostico, flow="none")}
        self.assertEqual(
            none, {("ddr", ddr, 70), ("legal", legal, 80), ("pause", held, 90), ("claim", self.invoice, 600)}
        )
        self.assertEqual(pronostico.amount_unexpected, 840)
        self.assertUnaVez(pronostico)
        # But a promise says when.
        self.promete(80, moves=(legal,))
        pronostico.action_recalcular()
        self.assertEqual(self.resumen(pronostico, source="promise"), [("promise", 1, 80)])

    def test_credits_pay_what_comes_first_and_what_is_left_is_apart(self):
        self.factura(-10, 300)
        self.factura(0, 1100, move_type="out_refund")
        self.factura(-20, 50, partner=self.other)
        self.factura(0, 80, partner=self.other, move_type="out_refund")
        pronostico = self.pronostico()
        self.assertEqual(self.resumen(pronostico), [("credit", 0, -30), ("invoice", 2, 200)])
        credits = self.lineas(pronostico, source="invoice", partner_id=self.debtor).sorted("date")
        self.assertEqual(credits.mapped("amount_credit"), [1000, 100])
        self.assertEqual((pronostico.amount_ledger, pronostico.amount_difference), (170, 0))
        self.assertEqual(pronostico.amount_unexpected, 0)

    def test_advances_to_a_supplier_pay_its_first_bills(self):
        self.compra(10, 500)
        self.compra(-10, 400)
        self.compra(0, 600, move_type="in_refund")
        pronostico = self.pronostico()
        self.assertEqual(self.resumen(pronostico, flow="expense"), [("bill", 2, -300)])

    def test_dollars_count_in_pesos(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].sudo().create(
            {"name": "2026-01-01", "currency_id": usd.id, "company_id": self.company.id, "inverse_company_rate": 4000}
        )
        move = self.factura(-10, 100, partner=self.other, currency_id=usd.id)
        self.pagar(move, 25, currency_id=usd.id)
        self.assertEqual(self.resumen(self.pronostico(), partner_id=self.other), [("invoice", 2, 300_000)])

    def test_two_companies(self):
        other = self.setup_other_company()["company"].sudo()
        other.cartera_politica_id = self.politica
        with self.assertRaisesRegex(UserError, "policy"):
            self.pronostico(company=self.env["res.company"].sudo().create({"name": "Sin cartera"}))
        theirs, ours = self.pronostico(company=other), self.pronostico()
        self.assertFalse(theirs.linea_ids)
        self.assertEqual(theirs.amount_opening, 0)
        seen = self.Pronostico.with_user(self.tesorero).sudo(False).search([])
        self.assertEqual(seen, ours)

    def test_whatever_the_portfolio_every_peso_counts_once_on_the_day_that_the_rule_says(self):
        for seed in (7, 2026):
            with self.subTest(seed=seed):
                self.azar(random.Random(seed))

    def azar(self, rnd):
        partners = self.debtor | self.other
        for _ in range(3):
            self.adelantada(rnd.randint(20, 60), 3_000, partner=self.other)
        for _ in range(14):
            days, amount = rnd.randint(-120, 420), rnd.randint(1, 999_99) / 100
            kind = rnd.choice(["out_invoice"] * 4 + ["out_refund"])
            move = self.factura(days, amount, partner=rnd.choice(partners), move_type=kind)
            if kind == "out_invoice" and rnd.random() < 0.5:
                self.pagar(move, round(amount * rnd.choice((0.3, 1)), 2) or 0.01, payment_date=self.dia(
                    rnd.randint(0, min(max(days, 0), 90))
                ))  # fmt: skip
        self.actualizar()
        items = self.Partida.search([("partner_id", "in", partners.ids), ("is_open", "=", True)])
        items = items.filtered(lambda p: p.amount_residual > 1 and not p.hold_reason)
        free = items.filtered(lambda p: not p.date_promised)
        for item in rnd.sample(free, min(3, len(free))):
            day = HOY + timedelta(days=rnd.randint(0, 25))
            amount = round(item.amount_residual * rnd.choice((0.4, 1)), 2)
            self.promete(amount, day=day, expediente=item.expediente_id, moves=(item.move_id,), overdue=False)
        rnd.choice(items).hold_reason = "pause"
        self.pronostico().unlink()
        pronostico = self.pronostico()
        self.assertUnaVez(pronostico)
        for line in self.lineas(pronostico, source="invoice", flow="income"):
            promised = line.promesa_id.date_promised or None
            day = expected_day(line.date_due, line.delay, PRIMERO, self.esperas(), promised)
            self.assertEqual(line.date, day)
            self.assertEqual(line.week, min((line.date - date(2026, 7, 13)).days // 7 + 1, 14))
        sums = sum(pronostico.semana_ids.mapped("amount_income"))
        self.assertAlmostEqual(
            sums, sum(line.amount for line in self.lineas(pronostico, flow="income") if line.week < 14)
        )

    def esperas(self):
        """What the ledger's payments say of late items, as the rule takes it."""
        partials = self.receivable_partials()
        return waiting((days, Decimal(str(amount))) for days, amount in partials)

    def receivable_partials(self):
        """[(days late, amount)] of what payments of the last year paid of invoices."""
        partials = self.env["account.partial.reconcile"].search(
            [("debit_move_id.account_id", "=", self.receivable.id), ("company_id", "=", self.company.id)]
        )
        paid = partials.filtered(lambda p: p.credit_move_id.journal_id.type in ("bank", "cash", "credit"))
        return [((p.max_date - p.debit_move_id.date_maturity).days, p.amount) for p in paid]

    # --- frozen ---------------------------------------------------------------------------------------------------

    def test_confirmed_it_never_changes(self):
        pronostico = self.pronostico().with_user(self.tesorero).sudo(False)
        self.assertEqual(self.pronostico(), pronostico)
        pronostico.note = "Ojo con la nómina"
        pronostico.action_confirmar()
        income = pronostico.amount_income
        self.factura(-5, 333)
        for step in (
            pronostico.action_recalcular,
            pronostico.action_confirmar,
            pronostico.unlink,
            lambda: pronostico.write({"note": "x"}),
            lambda: pronostico.write({"amount_income": 0}),
        ):
            with self.assertRaises(UserError):
                step()
        self.assertEqual(pronostico.amount_income, income)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.Pronostico.create({"company_id": self.company.id, "date": HOY})

    def test_only_of_days_that_have_closed_and_are_near(self):
        Pronostico = self.Pronostico.with_user(self.tesorero).sudo(False)
        for day, sentence in ((HOY + timedelta(days=1), "has not closed"), (HOY - timedelta(days=8), "too far back")):
            with self.assertRaisesRegex(UserError, sentence):
                Pronostico.create({"date": day})
        with self.assertRaisesRegex(UserError, "is computed"):
            Pronostico.create({"state": "confirmed"})
        draft = Pronostico.create({})
        self.assertEqual((draft.date, draft.user_id), (HOY - timedelta(days=1), self.tesorero))
        lines = draft.sudo().linea_ids
        draft.unlink()
        self.assertFalse(lines.exists())

    def test_who_may(self):
        pronostico = self.pronostico()
        for role in ("gestor", "ventanilla", "abogado", "responsable"):
            with self.assertRaises(AccessError):
                pronostico.with_user(self.usuario(role)).sudo(False).read(["amount_closing"])
        for role in ("auditor", "analista"):
            reader = pronostico.with_user(self.usuario(role)).sudo(False)
            self.assertTrue(reader.tabla["rows"])
            with self.assertRaises(AccessError):
                reader.action_confirmar()
            with self.assertRaises(AccessError):
                reader.create({})
        director = pronostico.with_user(self.usuario("director")).sudo(False)
        director.action_confirmar()
        self.assertEqual(pronostico.state, "confirmed")

    def test_as_many_queries_for_many_items_as_for_few(self):
        def queries():
            pronostico = self.pronostico()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            pronostico.action_recalcular()
            count = self.env.cr.sql_log_count - before
            pronostico.unlink()
            return count

        queries()
        few = queries()
        for n in range(12):
            self.factura(n - 6, 10, partner=self.debtor.copy({"name": f"Cliente {n}"}))
        self.assertEqual(queries(), few)

    # --- what came ------------------------------------------------------------------------------------------------

    def test_what_came_beside_what_was_forecast(self):
        self.pagada(0, 5000)
        bill = self.compra(-7, 800)
        pronostico = self.pronostico()
        Semana = self.env["cartera.pronostico.semana"]
        with freeze_time("2026-07-27 17:00:00"):
            self.assertEqual(Semana._contrastar(self.company), 0, "a draft is held against nothing")
            pronostico.action_confirmar()
            self.pagar(self.invoice, 600, payment_date=date(2026, 7, 17))
            self.pagar(self.invoice, 400, payment_date=date(2026, 7, 22))
            self.pagar(bill, payment_date=date(2026, 7, 23))
            self.trasladar(2000, date(2026, 7, 21))
            self.assertEqual(Semana._contrastar(self.company), 2)
            self.assertEqual(Semana._contrastar(self.company), 0)
            first, second, third = pronostico.semana_ids.sorted("number")[:3]
            self.assertRecordValues(
                first | second | third,
                [
                    {"is_over": True, "amount_income": 1000, "actual_income": 600, "actual_expense": 0},
                    {"is_over": True, "amount_income": 0, "actual_income": 400, "actual_expense": 800},
                    {"is_over": False, "amount_income": 0, "actual_income": 0, "actual_expense": 0},
                ],
            )
            self.assertEqual((first.error_income, second.error_income), (-400, 400))
            # 800 missed of the 1,000 that came; of expenses, nothing.
            self.assertAlmostEqual(pronostico.accuracy_income, 20)
            self.assertAlmostEqual(pronostico.accuracy_expense, 100)
            balance = pronostico.amount_opening + sum((first | second).mapped("actual_income")) - 800
            self.assertEqual(balance, 5000 + 1000 - 800)
            self.comparar(pronostico)

    def trasladar(self, amount, day):
        """From the bank to the cash box: neither income nor expense."""
        cash = self.company_data["default_journal_cash"].default_account_id
        lines = [(cash, amount), (self.bank.default_account_id, -amount)]
        self.env["account.move"].create(
            {
                "journal_id": self.misc.id,
                "date": day,
                "line_ids": [Command.create({"account_id": a.id, "balance": b, "name": "Traslado"}) for a, b in lines],
            }
        ).action_post()

    def comparar(self, pronostico):
        """The graph: a bar of what was forecast and one of what came, a week."""
        groups = self.env["cartera.pronostico.contraste"].with_user(self.tesorero)._read_group(
            [("flow", "=", "income"), ("pronostico_id", "=", pronostico.id)],
            ["date:day", "kind"],
            ["amount:sum", "error:sum"],
        )  # fmt: skip
        found = {(week, kind): sums for week, kind, *sums in groups}
        monday = date(2026, 7, 13)
        self.assertEqual(found[monday, "forecast"], [1000, 0])
        self.assertEqual(found[monday, "actual"], [600, 400])

    # --- what people see ------------------------------------------------------------------------------------------

    def test_the_table_and_the_lines_behind_a_figure(self):
        self.pagada(0, 1500)
        self.compra(5, 4200)
        pronostico = self.pronostico()
        table = pronostico.with_user(self.tesorero).sudo(False).tabla
        rows = {row["key"]: row for row in table["rows"]}
        self.assertEqual(list(rows), [
            "opening", "income.income", "income.invoice", "expense.expense", "expense.bill", "net", "closing"
        ])  # fmt: skip
        self.assertEqual([rows[key]["values"][0] for key in rows], [1500, 1000, 1000, -4200, -4200, -3200, -1700])
        action = pronostico.with_user(self.tesorero).sudo(False).action_lineas(flow="income", source="invoice", week=1)
        lines = self.env[action["res_model"]].with_user(self.tesorero).search(action["domain"])
        self.assertEqual(sum(lines.mapped("amount")), 1000)
        self.assertEqual(lines.action_open()["res_model"], "cartera.partida")
        with self.assertRaises(AccessError):
            pronostico.with_user(self.usuario("gestor")).sudo(False).action_lineas()

    def test_sheet_and_paper(self):
        self.debtor.name = "=1+1"
        self.compra(5, 4200)
        pronostico = self.pronostico()
        book = openpyxl.load_workbook(io.BytesIO(pronostico.with_user(self.tesorero)._xlsx()))
        self.assertEqual(book.sheetnames, ["Semanas", "Detalle"])
        weeks = {row[0]: row[1:] for row in book["Semanas"].iter_rows(min_row=5, values_only=True) if row[0]}
        closing = next(values for label, values in weeks.items() if label in ("Saldo final", "Final Balance"))
        self.assertEqual(closing[:2], (-3200, -3200))
        cell = next(c for row in book["Detalle"].iter_rows() for c in row if c.value == "=1+1")
        self.assertEqual(cell.data_type, "s")
        html = self.env["ir.actions.report"].sudo()._render_qweb_html("cartera_cobro.pronostico", pronostico.ids)[0]
        self.assertIn("-3.200", html.decode())

    def test_weekly_made_confirmed_and_sent_with_the_weeks_under_zero_in_red(self):
        director = self.usuario("director")
        director.email, self.tesorero.email = "director@example.com", False
        self.compra(5, 4200)
        self.company.sudo().cartera_pronostico_weekday = "0"
        cron = self.env.ref("cartera_cobro.ir_cron_pronostico").sudo()
        # Monday 20 July is a holiday: it leaves on Tuesday, from the balances of Monday.
        for instant, count in (("2026-07-20 12:00", 0), ("2026-07-21 12:00", 1), ("2026-07-22 12:00", 1)):
            with freeze_time(instant), self.enter_registry_test_mode():
                cron.method_direct_trigger()
            made = self.Pronostico.search([("company_id", "=", self.company.id)])
            self.assertEqual(len(made), count)
        self.assertRecordValues(made, [{"date": date(2026, 7, 20), "state": "confirmed"}])
        rows = self.env["cartera.pronostico.aviso"].sudo().search([("pronostico_id", "=", made.id)])
        self.assertEqual({(row.user_id, row.state) for row in rows}, {(director, "sent"), (self.tesorero, "no_email")})
        message = rows.filtered(lambda row: row.user_id == director).message_ids[:1]
        self.assertIn("La caja no alcanza", message.body)
        self.assertIn("#b3261e", message.body)
        self.assertIn("-3.200", message.body)
        self.assertEqual(message.attachment_ids.mapped("name"), ["Flujo de caja 2026-07-20.xlsx"])
        with self.assertRaisesRegex(UserError, "already"):
            made.action_enviar()


@tagged("post_install", "-at_install")
class TestPronosticoDeAcuerdos(Pronosticos, AcuerdoCase):
    def test_instalments_have_their_days_and_interest_not_invoiced_is_apart(self):
        acuerdo = self.vigente(annual_rate=12)
        pronostico = self.pronostico()
        cuotas = acuerdo.cuota_ids.sorted("date_due")
        lines = self.lineas(pronostico, acuerdo_id=acuerdo)
        by_cuota = {cuota: self.lineas(pronostico, cuota_id=cuota) for cuota in cuotas}
        for cuota, of_cuota in by_cuota.items():
            self.assertAlmostEqual(sum(of_cuota.mapped("amount")), cuota.amount_due, 2)
            self.assertEqual(set(of_cuota.mapped("date")), {cuota.date_due})
        capital = sum(lines.filtered(lambda line: line.source == "agreement").mapped("amount"))
        self.assertAlmostEqual(capital, 1_000_000, 2)
        interest = sum(lines.filtered(lambda line: line.source == "financing").mapped("amount"))
        self.assertAlmostEqual(interest, acuerdo.amount_plan - 1_000_000, 2)
        self.assertGreater(interest, 0)
        self.assertFalse(self.lineas(pronostico, source="invoice"))
        self.assertUnaVez(pronostico)

    def test_what_was_paid_is_not_expected_and_what_was_missed_is_expected_first(self):
        acuerdo = self.vigente()
        first = acuerdo.cuota_ids.sorted("date_due")[0]
        self.pagar(self.facturas[0], round(first.amount * 0.4, 2))
        with freeze_time("2026-08-20 17:00:00"):
            acuerdo.cuota_ids.invalidate_recordset()
            pronostico = self.pronostico(date(2026, 8, 20))
            line = self.lineas(pronostico, cuota_id=first)
            self.assertEqual(set(line.mapped("date")), {date(2026, 8, 21)})
            self.assertAlmostEqual(sum(line.mapped("amount")), round(first.amount * 0.6, 2), 1)
            self.assertEqual(pronostico.amount_difference, 0)
