"""Whatever happens to the ledger in any order, a closing of any day is what the plain definition says it is."""

from datetime import date, datetime, timedelta

from freezegun import freeze_time
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from odoo import Command
from odoo.addons.cartera_cobro.models.cartera_corte_libro import LibroAl
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .test_corte import CorteCase

START = date(2026, 5, 1)
SPAN = 60
# What says nothing new of days before: a day is then remembered as it was at its end.
FORWARD = ("facturar", "facturar", "cobrar", "cobrar", "mudar", "mudar", "abonar", "nota")
ANY = (
    *FORWARD[1:],
    "cruzar",
    "deshacer",
    "abonar_tarde",
    "facturar_tarde",
    "borrador",
    "reasentar",
    "reescribir",
    "borrar",
)
# An example takes a second: the first that fails is told as it is, not made smaller.
SETTINGS = settings(
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def historias(operations, size):
    """Lists of (day, operation, company, three numbers), the days in order."""
    number = st.integers(0, 1_000_000)
    step = st.tuples(st.integers(0, SPAN), st.sampled_from(operations), st.integers(0, 3), number, number, number)
    return st.lists(step, min_size=size, max_size=size).map(lambda steps: sorted(steps, key=lambda s: s[0]))


@tagged("post_install", "-at_install")
class TestCorteAzar(CorteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        usd = cls.env.ref("base.USD")
        usd.active = True
        other = cls.setup_other_company()
        other["company"].sudo().cartera_politica_id = cls.politica
        cls.mundos = [cls.mundo(cls.company_data, usd), cls.mundo(other, usd)]
        cls.partners = cls.debtor | cls.debtor.copy({"name": "B"})

    @classmethod
    def mundo(cls, data, usd):
        cls.env["res.currency.rate"].sudo().create(
            [
                {"name": day, "rate": 1 / pesos, "currency_id": usd.id, "company_id": data["company"].id}
                for day, pesos in ((date(2020, 1, 1), 3900), (date(2026, 5, 20), 4100), (date(2026, 6, 15), 4000))
            ]
        )
        return {**data, "usd": usd, "cop": data["company"].currency_id}

    # --- what people do ---------------------------------------------------------------------------------------------

    def jugar(self, steps, at_the_end_of=lambda day: None):
        """Do `steps`, each on its day, with the day on which each matching was made; told of each day that ended."""
        self.moves = {0: self.env["account.move"], 1: self.env["account.move"]}
        for n, (days, operation, where, *numbers) in enumerate(steps):
            day = START + timedelta(days=days)
            self.hacer(day, operation, int(where == 3), numbers)
            if n + 1 == len(steps) or steps[n + 1][0] != days:
                with freeze_time(datetime(day.year, day.month, day.day, 22)):
                    at_the_end_of(day)

    def hacer(self, day, operation, where, numbers):
        """One operation; what Odoo refuses changes nothing."""
        instant = datetime(day.year, day.month, day.day, 17)
        last = self.ultima()
        with freeze_time(instant):
            world = self.mundos[where]
            env = self.env(context={**self.env.context, "allowed_company_ids": world["company"].ids})
            try:
                with self.env.cr.savepoint():
                    self.moves[where] |= getattr(self, operation)(env, world, self.moves[where], day, *numbers)
                    self.env.flush_all()
            except UserError:
                self.env.invalidate_all()
        self.moves[where] = self.moves[where].exists()
        self.env.cr.execute("UPDATE account_partial_reconcile SET create_date = %s WHERE id > %s", [instant, last])
        self.env.invalidate_all()

    def ultima(self):
        self.env.cr.execute("SELECT COALESCE(MAX(id), 0) FROM account_partial_reconcile")
        return self.env.cr.fetchone()[0]

    def apunte(self, env, world, day, a, b, sign, due=0):
        """An entry of the receivables against income; in dollars one time in three."""
        currency = world["usd"] if self.dollars and b % 3 == 0 else world["cop"]
        amount = (a % 90_000 + 1) / 100 * sign
        line = {"currency_id": currency.id, "partner_id": self.partners[b % 2].id}
        entry = env["account.move"].create(
            {
                "journal_id": world["default_journal_misc"].id,
                "date": day,
                "line_ids": [
                    Command.create(
                        {
                            **line,
                            "account_id": world["default_account_receivable"].id,
                            "amount_currency": amount,
                            "date_maturity": day + timedelta(days=due),
                        }
                    ),
                    Command.create(
                        {**line, "account_id": world["default_account_revenue"].id, "amount_currency": -amount}
                    ),
                ],
            }
        )
        entry.action_post()
        return entry

    def facturar(self, env, world, moves, day, a, b, c):
        return self.apunte(env, world, day, a, b, 1, due=c % 40 - 20)

    def facturar_tarde(self, env, world, moves, day, a, b, c):
        return self.apunte(env, world, day - timedelta(days=c % 25), a, b, 1)

    def abonar(self, env, world, moves, day, a, b, c):
        return self.apunte(env, world, day, a, b, -1)

    def nota(self, env, world, moves, day, a, b, c):
        """A credit note, on an invoice of its own."""
        line = {"name": "Servicio", "quantity": 1, "price_unit": a % 500 + 1, "tax_ids": [Command.clear()]}
        values = {"partner_id": self.partners[b % 2].id, "invoice_date": day, "invoice_payment_term_id": False}
        invoice, note = env["account.move"].create(
            [
                {**values, "move_type": kind, "invoice_line_ids": [Command.create(line)]}
                for kind in ("out_invoice", "out_refund")
            ]
        )
        (invoice | note).action_post()
        return invoice | note

    def abonar_tarde(self, env, world, moves, day, a, b, c):
        """A receipt of some days ago, matched at once."""
        entry = self.apunte(env, world, day - timedelta(days=c % 25), a, b, -1)
        self.cruzar(env, world, moves | entry, day, a, b, c)
        return entry

    def cruzar(self, env, world, moves, day, a, b, c, only=None):
        """Match a debit and a credit of one debtor; `only` says whose the credit is."""
        lines = moves.line_ids.filtered(
            lambda line: (
                line.account_id == world["default_account_receivable"]
                and line.parent_state == "posted"
                and not line.reconciled
                and line.partner_id == self.partners[b % 2]
            )
        ).with_env(env)
        debits = lines.filtered(lambda line: line.balance > 0)
        credits = (lines - debits).filtered(lambda line: not only or line.move_id in only)
        if debits and credits:
            (debits[a % len(debits)] | credits[c % len(credits)]).reconcile()
        return moves.browse()

    def deshacer(self, env, world, moves, day, a, b, c):
        if matched := moves.line_ids.filtered("matching_number"):
            matched[a % len(matched)].with_env(env).remove_move_reconcile()
        return moves.browse()

    def cobrar(self, env, world, moves, day, a, b, c):
        """A receipt of today, matched at once."""
        entry = self.abonar(env, world, moves, day, a, b, c)
        self.cruzar(env, world, moves | entry, day, a, b, c, only=entry)
        return entry

    def mudar(self, env, world, moves, day, a, b, c):
        """The money of one item goes to another, on a later day than it came."""
        last = day - timedelta(days=1)
        partials = moves.line_ids.matched_credit_ids.filtered(lambda p: p.create_date.date() <= last)
        if partials:
            credit = partials[a % len(partials)].credit_move_id.with_env(env)
            credit.remove_move_reconcile()
            self.cruzar(env, world, moves, day, a, int(credit.partner_id == self.partners[1]), c, only=credit.move_id)
        return moves.browse()

    def borrador(self, env, world, moves, day, a, b, c):
        if posted := moves.filtered(lambda m: m.state == "posted"):
            posted[a % len(posted)].with_env(env).button_draft()
        return moves.browse()

    def reasentar(self, env, world, moves, day, a, b, c):
        if drafts := moves.filtered(lambda m: m.state == "draft"):
            drafts[a % len(drafts)].with_env(env).action_post()
        return moves.browse()

    def reescribir(self, env, world, moves, day, a, b, c):
        """Sent to draft, written for another amount or another day, and posted again."""
        if entries := moves.filtered(lambda m: m.state == "posted" and m.move_type == "entry"):
            entry = entries[a % len(entries)].with_env(env)
            entry.button_draft()
            if b % 2:
                entry.date = day - timedelta(days=c % 30)
            else:
                line = entry.line_ids[:1]
                entry.line_ids = [
                    Command.update(one.id, {"amount_currency": round(one.amount_currency * 0.5, 2)})
                    for one in line | (entry.line_ids - line)
                ]
            entry.action_post()
        return moves.browse()

    def borrar(self, env, world, moves, day, a, b, c):
        if entries := moves.filtered(lambda m: m.move_type == "entry"):
            entry = entries[a % len(entries)].with_env(env)
            if entry.state == "posted":
                entry.button_draft()
            entry.with_context(force_delete=True).unlink()
        return moves.browse()

    # --- what a closing is ------------------------------------------------------------------------------------------

    def definicion(self, company, day):
        """{line id: balance} at the end of `day`: the plain definition, line by line."""
        accounts = company._cartera_cuentas_ids()
        lines = (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("account_id", "in", accounts),
                    ("parent_state", "=", "posted"),
                    ("date", "<=", day),
                ]
            )
        )
        removed = self.retiradas(company, lines, day)
        touched = {line for row in removed for line in (row.debit_line_id.id, row.credit_line_id.id)}
        partials = (lines.matched_debit_ids | lines.matched_credit_ids).filtered(
            lambda p: (
                p.max_date <= day
                and p.debit_move_id in lines
                and p.credit_move_id in lines
                and not (
                    {p.debit_move_id.id, p.credit_move_id.id} & touched
                    and (p.create_date - timedelta(hours=5)).date() > day
                )
            )
        )
        result = {line.id: line.balance for line in lines}
        for p in partials:
            result[p.debit_move_id.id] -= p.amount
            result[p.credit_move_id.id] += p.amount
        for row in removed:
            result[row.debit_line_id.id] -= row.amount
            result[row.credit_line_id.id] += row.amount
        return {line: round(balance, 2) for line, balance in result.items() if round(balance, 2)}

    def retiradas(self, company, lines, day):
        """The removed matchings that stood at the end of `day`, between lines that are what they were."""
        rows = self.env["cartera.conciliacion.retirada"].sudo().search([("company_id", "=", company.id)])
        return rows.filtered(
            lambda r: (
                r.made_on <= day < r.removed_on
                and r.debit_line_id in lines
                and r.credit_line_id in lines
                and r.debit_line_id.balance == r.debit_balance
                and r.credit_line_id.balance == r.credit_balance
            )
        )

    def saldos(self, corte):
        return {line.move_line_id.id: line.amount for line in corte.line_ids if line.amount}

    def assertDefinido(self, corte):
        self.assertEqual(self.saldos(corte), self.definicion(corte.company_id, corte.date))
        self.assertEqual(corte.amount_difference, 0, "the total is the ledger's, to the cent")
        self.assertAlmostEqual(corte.amount_total, sum(corte.line_ids.mapped("amount")), 2)
        for line in corte.line_ids.filtered(lambda line: line.currency == corte.company_id.currency_id.name):
            self.assertGreaterEqual(line.amount * (1 if line.amount_original > 0 else -1), 0, "never overpaid")

    def ejemplo(self, body):
        """Run `body` and take back all that it wrote."""
        savepoint = self.env.cr.savepoint()
        try:
            body()
        finally:
            self.env.clear()
            savepoint.close(rollback=True)
            self.env.clear()

    def test_what_a_day_was_is_not_forgotten(self):
        """Matched, unmatched and matched elsewhere later: a closing of that day, made at the end, is as made then."""

        @settings(SETTINGS, max_examples=4)
        @given(historias(FORWARD, 14))
        def prueba(steps):
            self.ejemplo(lambda: self.recordar(steps))

        prueba()

    def recordar(self, steps):
        self.dollars = False  # whose exchange entries Odoo reverses on the day on which they were made
        then = {}

        def fotografiar(day):
            then.update({(world["company"], day): self.abiertas(world["company"], day) for world in self.mundos})

        self.jugar(steps, fotografiar)
        for (company, day), expected in then.items():
            self.assertEqual(self.abiertas(company, day), expected, day)
            self.assertEqual(expected, self.definicion(company, day), day)

    def abiertas(self, company, day):
        """{line id: balance} of what a closing of that day would find, without making it."""
        self.env.flush_all()
        query = SQL(
            "SELECT move_line_id, residual FROM (%s) q WHERE residual != 0", LibroAl(self.env, company, day)._abiertas()
        )
        return {line: float(residual) for line, residual in self.env.execute_query(query)}

    def test_any_order(self):
        """Backdated, sent to draft, rewritten and deleted too: the definition, the ledger, and versions explained."""

        @settings(SETTINGS, max_examples=4)
        @given(historias(ANY, 16), st.lists(st.integers(0, SPAN), min_size=2, max_size=2))
        def prueba(steps, days):
            self.ejemplo(lambda: self.comprobar(steps, [START + timedelta(days=n) for n in days]))

        prueba()

    def comprobar(self, steps, days):
        self.dollars = True
        half = len(steps) // 2
        self.jugar(steps[:half])
        now = START + timedelta(days=steps[half][0])
        first = self.primera(min(now, days[0]), now)
        moves = self.moves
        for step in steps[half:]:
            self.moves = moves
            self.hacer(START + timedelta(days=step[0]), step[1], int(step[2] == 3), step[3:])
            moves = self.moves
        for world in self.mundos:
            for day in {*days, START + timedelta(days=SPAN)} - {first.date}:
                self.assertEqual(self.abiertas(world["company"], day), self.definicion(world["company"], day), day)
            self.assertDefinido(self.generar(START + timedelta(days=SPAN), world["company"]))
        self.assertExplicada(first)

    def primera(self, day, now):
        """The confirmed closing of a day, made at a moment of the story."""
        corte = self.generar(day)
        corte._confirmar()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE cartera_corte SET generated_on = %s WHERE id = %s",
            [datetime.combine(now, datetime.min.time()), corte.id],
        )
        self.env.invalidate_all()
        return corte

    def assertExplicada(self, first):
        self.env.flush_all()
        before = self.saldos(first)
        try:
            with self.env.cr.savepoint():
                second = first._nueva_version()
        except UserError:
            self.assertEqual(before, self.definicion(first.company_id, first.date), "nothing differs")
            return
        self.assertDefinido(second)
        self.assertEqual(self.saldos(first), before, "the first one does not change")
        rows = second.diferencia_ids
        self.assertAlmostEqual(sum(rows.mapped("amount")), second.amount_total - first.amount_total, 2)
        self.assertTrue(all(row.cause and row.document for row in rows), rows.mapped("cause"))
