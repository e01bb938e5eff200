"""Who keeps the contract's terms: days agreed and days taken, what was on time, what changed, and who may see it."""

from collections import defaultdict
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time
from odoo.exceptions import AccessError
from odoo.tests import tagged

from . import test_portafolio_real as real
from .common import HOY, CarteraCase


class Terminos:
    """Helpers of both cases."""

    def filas(self, user=None, months=None, company=None):
        """{customer: row} as a reader sees them."""
        self.env.invalidate_all()
        reader = self.env["cartera.cumplimiento"].with_user(user or self.analista).sudo(False)
        reader = reader.with_company(company or self.company).with_context(
            allowed_company_ids=(company or self.company).ids, **({"cartera_months": months} if months else {})
        )
        return {row.partner_id: row for row in reader.search([])}


@tagged("post_install", "-at_install")
class TestCumplimiento(Terminos, CarteraCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.analista = cls.usuario("analista")
        cls.good = cls.debtor.copy({"name": "Buena Paga"})

    @classmethod
    def pagada(cls, issued, term, taken, amount, partner=None, paid=None):
        """An invoice issued `issued` days ago, due `term` days later, of which `paid` was paid after `taken` days."""
        day = HOY - timedelta(days=issued)
        move = cls.factura(issued - term, amount, partner=partner, invoice_date=day, post=False)
        move.invoice_date_due = day + timedelta(days=term)
        move.action_post()
        cls.pagar(move, paid or amount, payment_date=day + timedelta(days=taken))
        return move

    def test_terms_delays_and_shares_by_hand(self):
        self.pagada(100, 30, 40, 300)
        self.pagada(90, 30, 20, 100)
        self.pagada(80, 60, 45, 100, paid=40)  # 60 are left, overdue for 20 days
        self.pagada(50, 30, 10, 500, partner=self.good)
        self.actualizar()
        rows = self.filas()
        # By amount: (300*30 + 100*30 + 40*60) / 440; (300*40 + 100*20 + 40*45) / 440.
        row = rows[self.debtor]
        self.assertAlmostEqual(row.term, 14400 / 440, 1)
        self.assertAlmostEqual(row.taken, 15800 / 440, 1)
        self.assertAlmostEqual(row.delay, 1400 / 440, 1)
        self.assertEqual((row.amount_paid, row.amount_on_time, row.amount_overdue), (440, 140, 60))
        self.assertAlmostEqual(row.on_time_rate, 28.0)
        # Three invoices, of which one was paid in its term whole.
        self.assertEqual((row.count, row.count_on_time, row.state), (3, 1, "overdue"))
        self.assertAlmostEqual(row.on_time_count_rate, 33.3, 1)
        good = rows[self.good]
        self.assertEqual((good.delay, good.on_time_rate, good.state), (-20, 100, "kept"))
        self.behind(row)
        self.of_all(rows)

    def behind(self, row):
        """Each payment and what is overdue, behind the figure."""
        action = row.action_payments()
        rows = self.env[action["res_model"]].with_user(self.analista).search(action["domain"])
        found = sorted((r.state, r.amount, r.taken, r.delay) for r in rows)
        self.assertEqual(found, [("late", 300, 40, 10), ("on_time", 40, 45, -15), ("on_time", 100, 20, -10),
                                 ("overdue", 60, 0, 20)])  # fmt: skip
        self.assertEqual(rows[0].action_open()["res_model"], "account.move")

    def of_all(self, rows):
        """Averages of many are by amount, not averages of averages."""
        groups = (
            rows[self.debtor]
            .browse()
            ._read_group([], [], ["delay:avg", "taken:avg", "on_time_rate:avg", "on_time_count_rate:avg"])
        )
        delay, taken, value, number = groups[0]
        self.assertAlmostEqual(delay, (1400 - 20 * 500) / 940, 4)
        self.assertAlmostEqual(taken, (15800 + 10 * 500) / 940, 4)
        self.assertAlmostEqual(value, 100 * (140 + 500) / 1000, 4)
        self.assertAlmostEqual(number, 100 * 2 / 4, 4)

    def test_credit_notes_pay_nothing_and_dollars_count_in_pesos(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].sudo().create(
            {"name": "2026-01-01", "currency_id": usd.id, "company_id": self.company.id, "inverse_company_rate": 4000}
        )
        move = self.factura(20, 100, currency_id=usd.id)
        self.pagar(move, 25, currency_id=usd.id, payment_date=HOY - timedelta(days=10))
        credit = self.factura(5, 30, move_type="out_refund", currency_id=usd.id)
        (move | credit).line_ids.filtered(lambda line: line.account_id == self.receivable).reconcile()
        row = self.filas()[self.debtor]
        self.assertEqual((row.amount_paid, row.amount_overdue, row.delay), (100_000, 180_000, 10))

    def test_the_trend_and_the_period(self):
        for issued, taken in ((300, 30), (200, 30), (60, 40), (55, 50)):
            self.pagada(issued, 30, taken, 100)
        self.pagada(700, 30, 90, 100)
        row = self.filas()[self.debtor]
        self.assertEqual((row.delay_before, row.delay_recent, row.trend_days, row.trend), (0, 15, 15, "worse"))
        self.assertEqual((row.delay, row.count), (7.5, 4))
        self.assertEqual(self.filas(months=24)[self.debtor].count, 5)
        short = self.filas(months=3)[self.debtor]
        self.assertEqual((short.count, short.delay, short.state), (2, 15, "late"))
        self.pagada(30, 20, 0, 5000, partner=self.good)
        self.assertEqual(self.filas()[self.good].trend, "none")

    def test_who_sees_whom(self):
        responsible = self.usuario("responsable")
        self.pagada(100, 30, 40, 300)
        self.pagada(50, 30, 10, 500, partner=self.good)
        self.Expediente.search([("partner_id", "=", self.good.id)]).responsible_id = responsible
        mine = self.filas(responsible)
        self.assertEqual(list(mine), [self.good])
        action = mine[self.good].action_payments()
        payments = self.env[action["res_model"]].with_user(responsible).search([])
        self.assertEqual(payments.partner_id, self.good)
        self.assertEqual(payments.action_open()["res_model"], "cartera.expediente")
        for role in ("auditor", "gestor"):
            self.assertEqual(len(self.filas(self.usuario(role))), 2)
        with self.assertRaises(AccessError):
            self.filas(self.env.user)

    def test_two_companies(self):
        other = self.setup_other_company()["company"].sudo()
        other.cartera_politica_id = self.politica
        self.pagada(100, 30, 40, 300)
        self.assertEqual(list(self.filas()), [self.debtor])
        self.analista.sudo().company_ids |= other
        self.assertFalse(self.filas(company=other))

    def test_one_query_for_many_customers(self):
        def queries():
            self.env.flush_all()
            reader = self.env["cartera.cumplimiento"].with_user(self.analista)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            reader.search_read([], ["delay", "state", "amount_overdue"])
            return self.env.cr.sql_log_count - before

        self.pagada(50, 30, 10, 500)
        queries()
        few = queries()
        for n in range(5):
            self.pagada(60, 30, 30 + n, 100, partner=self.debtor.copy({"name": f"Cliente {n}"}))
        queries()
        self.assertEqual(queries(), few)


@tagged("post_install", "-at_install")
class TestCumplimientoReal(Terminos, CarteraCase):
    """A real portfolio: what the file alone says of each customer, without the add-on."""

    importar = real.TestPortafolioReal.importar

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.treasurer, cls.analista = cls.usuario("tesorero"), cls.usuario("analista")

    def test_days_to_pay_delay_and_share_on_time_of_each_customer(self):
        cut, rows = date(2012, 11, 30), real.leer_archivo()
        some = sorted({row["customerID"] for row in rows})[::10]
        rows = [row for row in rows if row["customerID"] in some and real.dia(row["InvoiceDate"]) <= cut]
        with freeze_time(f"{cut} 17:00:00"):
            self.importar(rows, cut)
            self.Partida._actualizar(self.company, on_date=cut)
            found = {partner.ref: row for partner, row in self.filas().items()}
            self.comparar(found, self.esperado(rows, cut))

    def comparar(self, found, expected):
        self.assertGreater(len(expected), 8)
        self.assertEqual(set(found), set(expected))
        for customer, (taken, delay, value, number) in expected.items():
            row = found[customer]
            for got, wanted in ((row.taken, taken), (row.delay, delay), (row.on_time_rate, value),
                                (row.on_time_count_rate, number)):  # fmt: skip
                self.assertAlmostEqual(got, wanted, 1, msg=customer)

    def esperado(self, rows, cut):
        """{customer: (days to pay, days late, share on time by value, by number)} of the twelve months to `cut`."""
        since = cut - relativedelta(years=1)
        sums = defaultdict(lambda: [0.0] * 7)
        for row in rows:
            issued, due, settled = (real.dia(row[name]) for name in ("InvoiceDate", "DueDate", "SettledDate"))
            amount, total = float(row["InvoiceAmount"]), sums[row["customerID"]]
            if since < settled <= cut:
                on_time = settled <= due
                for n, value in enumerate((amount, amount * (settled - issued).days, amount * (settled - due).days,
                                           amount * on_time, 0, 1, on_time)):  # fmt: skip
                    total[n] += value
            elif settled > cut and due < cut:
                total[4] += amount
                total[5] += 1
        return {
            customer: (taken / paid if paid else 0, late / paid if paid else 0, 100 * on_time / (paid + overdue),
                       100 * kept / count)
            for customer, (paid, taken, late, on_time, overdue, count, kept) in sums.items()
            if count
        }  # fmt: skip
