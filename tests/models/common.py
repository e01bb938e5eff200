"""Shared ground of the model tests: a Colombian company that collects, a frozen day, a user of each role."""

from datetime import date, timedelta

from freezegun import freeze_time
from odoo import Command
from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.tests import new_test_user

READY_COMPANIES = ("Compañía de las pruebas", "Otra compañía de las pruebas")
HOY = date(2026, 7, 15)
ROLES = "responsable ventanilla analista gestor abogado contador tesorero director auditor admin".split()


class CarteraCase(AccountTestInvoicingCommon):
    """`cls.company` collects with the services company's policy; today is HOY at noon in Bogota."""

    politica_xmlid = "cartera_cobro.politica_servicios"

    @classmethod
    def _create_company(cls, **create_values):
        """OVERRIDE: one that `conftest` has made, while there is one: a chart of accounts takes seconds to load."""
        ready = cls.env["res.company"].search([("name", "in", READY_COMPANIES)], order="id", limit=1)
        if not ready or cls.chart_template != "co" or create_values.keys() - {"name"}:
            return super()._create_company(**create_values)
        ready.write(create_values)
        cls.env.user.company_ids = [Command.link(ready.id)]
        return ready

    @classmethod
    @AccountTestInvoicingCommon.setup_chart_template("co")
    def setUpClass(cls):
        super().setUpClass()
        frozen = freeze_time("2026-07-15 17:00:00")
        frozen.start()
        cls.addClassCleanup(frozen.stop)
        cls.company = cls.company_data["company"]
        # The tests' own user only invoices: it has none of the add-on's groups, and must not need them.
        cls.politica = cls.env.ref(cls.politica_xmlid).sudo()
        cls.company.sudo().cartera_politica_id = cls.politica
        cls.receivable = cls.company_data["default_account_receivable"]
        cls.bank = cls.company_data["default_journal_bank"]
        cls.misc = cls.company_data["default_journal_misc"]
        cls.Partida = cls.env["cartera.partida"].sudo()
        cls.Expediente = cls.env["cartera.expediente"].sudo()
        cls.debtor = cls.env["res.partner"].create({"name": "Juana Deudora", "property_payment_term_id": False})

    @classmethod
    def dia(cls, days_overdue):
        """The due date of something that many days overdue on HOY."""
        return HOY - timedelta(days=days_overdue)

    @classmethod
    def factura(cls, days_overdue, amount=1000.0, partner=None, post=True, **extra):
        """An invoice of `amount` pesos due `days_overdue` days before HOY."""
        due = cls.dia(days_overdue)
        line = {"name": "Servicio", "quantity": 1, "price_unit": amount, "tax_ids": [Command.clear()]}
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or cls.debtor).id,
                "invoice_date": min(due, HOY),
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [Command.create(line)],
                **extra,
            }
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def pagar(cls, moves, amount=None, **extra):
        """Register a payment of `amount` (default: all) on invoices through Odoo's own wizard; the payment."""
        values = {"payment_date": HOY, **({"amount": amount} if amount is not None else {}), **extra}
        wizard = (
            cls.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=moves.ids)
            .create(values)
        )
        return wizard._create_payments()

    @classmethod
    def usuario(cls, role, company=None):
        """A user with the role's group only (and Odoo's internal user)."""
        return new_test_user(
            cls.env,
            login=f"{role}_{(company or cls.company).id}",
            groups=f"base.group_user,cartera_cobro.group_cartera_{role}",
            company_id=(company or cls.company).id,
            company_ids=[Command.set((company or cls.company).ids)],
        )

    def partidas(self, *moves):
        return self.Partida.search([("move_id", "in", [move.id for move in moves])], order="date_due, id")

    def etapa(self, code):
        return self.politica.etapa_ids.filtered(lambda e: e.code == code)

    def actualizar(self, on_date=None):
        return self.Partida._actualizar(self.company, on_date)

    def assertCuadra(self):
        """Open items equal the ledger to the cent, and every dossier equals its items."""
        self.assertEqual([row["difference"] for row in self.company._cartera_cuadre() if row["difference"]], [])
        for expediente in self.Expediente.search([("company_id", "=", self.company.id)]):
            items = self.Partida.search([("expediente_id", "=", expediente.id), ("is_open", "=", True)])
            debits = items.filtered(lambda p: p.amount_residual > 0)
            self.assertAlmostEqual(expediente.amount_total, sum(debits.mapped("amount_residual")), 2)
            self.assertAlmostEqual(expediente.amount_credit, -sum((items - debits).mapped("amount_residual")), 2)
            overdue = debits.filtered(lambda p: p.date_due < HOY)
            self.assertAlmostEqual(expediente.amount_overdue, sum(overdue.mapped("amount_residual")), 2)
            self.assertEqual(expediente.oldest_date_due, min(overdue.mapped("date_due"), default=False))
