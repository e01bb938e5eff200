"""Whatever is billed, paid, provided, written off and reversed in any order, the allowance is the posted run's."""

from datetime import date

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_corte import FIN
from .test_provision_asiento import AsientoCase

DAYS = (date(2026, 5, 31), FIN, date(2026, 7, 10), date(2026, 7, 15))
GROUPINGS = ("account", "partner", "segment")
# Mostly what moves money, between runs; each with a number that says which.
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["facturar", "facturar", "pagar", "castigar", "provisionar", "reversar", "agrupar", "correr",
                         "correr", "reversar_castigo", "apartar"]),
        st.integers(0, 11),
    ),
    min_size=3,
    max_size=6,
)  # fmt: skip


@tagged("post_install", "-at_install")
class TestProvisionAzar(AsientoCase):
    def setUp(self):
        super().setUp()
        self.debtor.category_id = self.env["res.partner.category"].create({"name": "Oficiales"})
        self.matriz.segment_by = "group"
        self.usd = self.env.ref("base.USD")
        self.usd.active = True
        self.env["res.currency.rate"].sudo().create(
            {"name": date(2020, 1, 1), "rate": 1 / 3.9, "currency_id": self.usd.id, "company_id": self.company.id}
        )

    # --- steps --------------------------------------------------------------------------------------------------------

    def op_facturar(self, n):
        currency = self.usd if n % 4 == 0 else self.company.currency_id
        partner = self.otro if n % 2 else self.debtor
        self.moves |= self.factura(40 + 35 * n, 100.03 * (n + 1), partner=partner, currency_id=currency.id)

    def op_pagar(self, n):
        if open_ := self.moves.filtered("amount_residual"):
            move = open_[n % len(open_)]
            amount = move.amount_residual if n % 2 else round(move.amount_residual / 3, 2)
            self.pagar(move, amount, currency_id=move.currency_id.id, payment_date=DAYS[n % 4])

    def op_castigar(self, n):
        if open_ := self.moves.filtered("amount_residual"):
            self.castigos |= self.castigar(open_[n % len(open_)])

    def op_reversar_castigo(self, n):
        if live := self.castigos.filtered(lambda c: c.state == "posted"):
            live[n % len(live)].action_reverse("Anulado")

    def op_provisionar(self, n):
        amount = 33.33 * (n - 3)
        partner = (None, self.debtor, self.otro)[n % 3]
        self.provisionar(amount, partner, day=DAYS[n % 4], account=self.gasto if n % 2 else None)

    def op_agrupar(self, n):
        self.agrupar(GROUPINGS[n % 3])

    def op_apartar(self, n):
        corte = self.cerrado(DAYS[n % 4])
        self.env["cartera.reclasificacion"].sudo()._generar(corte).with_user(self.contador).action_post()

    def op_reversar(self, _n):
        posted = self.Provision.search([("state", "=", "posted")], order="date desc, posted_order desc", limit=1)
        if posted:
            posted.sudo(False).with_user(self.contador).action_reverse("Otra vez")
            self.assertAlmostEqual(posted.amount_ledger, posted.amount_ledger_before, 2)

    def op_correr(self, n):
        """Run on the ledger as it is: closings of days past are made again where the ledger changed."""
        day = DAYS[n % 4]
        corte = self.cerrado(day)
        self.Corte._vigilar(self.company)
        if corte.ledger_changed:
            corte.action_nueva_version()
            corte = self.Corte.search([("date", "=", day)], order="version desc", limit=1)
            corte._confirmar()
        expense, income = self.saldo(self.gasto), self.saldo(self.recupera)
        provision = self.aprobar(self.Provision._generar(corte))
        provision.action_post()
        self.assertAlmostEqual(self.deterioro(day), provision.amount, 2)
        self.assertEqual((provision.amount_difference, provision.state), (0, "posted"))
        result = self.saldo(self.gasto) - expense + self.saldo(self.recupera) - income
        self.assertAlmostEqual(result, provision.amount - provision.amount_ledger_before, 2)
        self.assertLessEqual(self.saldo(self.recupera) - income, 0)
        if provision.move_id:
            self.asiento(provision.move_id)
        self.posted += 1

    def test_any_order(self):
        done = {"posted": 0, "refused": 0}

        @settings(max_examples=3, database=None, deadline=None, derandomize=True, phases=[Phase.generate],
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(STEPS)
        def check(steps):
            with self.env.cr.savepoint() as savepoint:
                self.moves, self.castigos, self.posted = self.env["account.move"], self.env["cartera.castigo"], 0
                self.castigos = self.castigos.with_user(self.contador)
                # The last one is always refused: it is of an earlier day.
                always = [("facturar", 11), ("facturar", 8), ("correr", 0)], [("correr", 3), ("correr", 0)]
                for name, n in [*always[0], *steps, *always[1]]:
                    try:
                        with self.env.cr.savepoint():
                            getattr(self, f"op_{name}")(n)
                    except UserError:
                        done["refused"] += 1  # rightly: nothing may have changed
                self.assertCuadra()
                done["posted"] += self.posted
                savepoint.rollback()
                self.env.invalidate_all()

        check()
        self.assertGreaterEqual(done["posted"], 6)
        self.assertGreaterEqual(done["refused"], 3)
