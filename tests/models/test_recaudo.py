"""Collections: one row a matching that paid an item, with the place of the item when the money arrived."""

from datetime import date, timedelta

from freezegun import freeze_time
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from . import test_azar, test_castigo, test_remision
from .common import HOY

# What a row says that does not come from the clock or from its place in the table.
COMPARED = (
    "partial_id date amount kind move_line_id move_id journal_id partida_id expediente_id partner_id cuenta_id number "
    "etapa etapa_orden etapa_kind banda position days_overdue legal in_agreement agencia use estrato zona municipality "
    "officer salesperson accounts"
).split()


class Recaudando:
    """Helpers of a case: collections of `company`, kept in sudo as the night does."""

    def recaudar(self, company=None):
        """The rows of the company, brought up to date."""
        self.env.flush_all()
        company = company or self.company
        Recaudo = self.env["cartera.recaudo"].sudo()
        self.counts = Recaudo._actualizar(company)
        return Recaudo.search([("company_id", "=", company.id)], order="date, partial_id")

    def de(self, move):
        """The rows that paid a journal entry."""
        return self.recaudar().filtered(lambda row: row.move_line_id.move_id == move)

    def llevado_desde(self, day):
        """The procedure is kept here since that day."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE cartera_expediente SET create_date = %s", [day])

    def valores(self, rows):
        return [tuple(row[name] for name in COMPARED) for row in rows]

    def assertComoElLibro(self, rows):
        """The rows are the matchings of posted entries that paid the company's receivables, no more and no less."""
        accounts = self.company._cartera_cuentas_ids()
        matchings = self.env["account.partial.reconcile"].sudo().search(
            [
                ("debit_move_id.account_id", "in", accounts),
                ("debit_move_id.company_id", "=", self.company.id),
                ("debit_move_id.parent_state", "=", "posted"),
                ("credit_move_id.parent_state", "=", "posted"),
            ]
        )  # fmt: skip
        found = {row.partial_id: (row.date, row.amount, row.move_id.id, row.move_line_id.id) for row in rows}
        self.assertEqual(
            found,
            {m.id: (m.max_date, m.amount, m.credit_move_id.move_id.id, m.debit_move_id.id)
             for m in matchings if m.amount},
        )  # fmt: skip

    def assertNadaMas(self):
        """A second run writes nothing."""
        self.recaudar()
        self.assertEqual(self.counts, {"created": 0, "removed": 0, "changed": 0, "linked": 0, "locked": False})


@tagged("post_install", "-at_install")
class TestRecaudo(Recaudando, test_remision.RemisionCase):
    def cruzar(self, *moves):
        lines = self.env["account.move.line"].union(*(move.line_ids for move in moves))
        lines.filtered(lambda line: line.account_id == self.receivable and not line.reconciled).reconcile()

    def asiento(self, amount, account, partner=None, **extra):
        """A miscellaneous entry that takes `amount` off the debtor's account."""
        partner = partner or self.debtor
        lines = [
            {"account_id": self.receivable.id, "credit": amount, "partner_id": partner.id},
            {"account_id": account.id, "debit": amount},
        ]
        values = {"journal_id": self.misc.id, "date": HOY, "line_ids": [Command.create(line) for line in lines]}
        move = self.env["account.move"].create({**values, **extra})
        move.action_post()
        return move

    # --- what it is -----------------------------------------------------------------------------------------------

    def test_partes_de_una_factura(self):
        """Before and after it fell due, each part with the days, the band and the stage that the days gave."""
        factura = self.factura(45, 1000, invoice_date=self.dia(75))
        self.pagar(factura, 300, payment_date=self.dia(50))
        self.pagar(factura, 200, payment_date=self.dia(5))
        self.pagar(factura, payment_date=HOY)
        rows = self.de(factura)
        self.assertEqual(rows.mapped("amount"), [300, 200, 500])
        self.assertEqual(rows.mapped("position"), ["current", "overdue", "overdue"])
        self.assertEqual(rows.mapped("days_overdue"), [0, 40, 45])
        for row, days in zip(rows, (-5, 40, 45), strict=True):
            rungs = self.politica.etapa_ids.filtered(lambda e: e.automatic and e.kind != "current")
            reached = rungs.filtered(lambda e, days=days: e.days_from <= days).sorted("days_from")[-1:]
            self.assertEqual(row.etapa_id, reached or self.politica._etapa_inicial())
            self.assertEqual((row.etapa_orden, row.etapa_kind), (row.etapa_id.sequence, row.etapa_id.kind))
        self.assertEqual(set(rows.mapped("journal_id")), {self.bank})
        self.assertEqual(set(rows.mapped("accounts")), {-self.debtor.id})
        self.assertComoElLibro(self.recaudar())
        self.assertNadaMas()

    def test_la_etapa_del_dia(self):
        """Once the procedure is kept, the stage is the log's: that of the day, whatever came later."""
        factura = self.facturas[0]
        item = self.partidas(factura)
        self.llevado_desde("2026-06-01")
        before, later = item.etapa_id, self.etapa_de_clase("legal")
        with freeze_time("2026-07-18 17:00:00"):
            item._mover(later, "Decidido")
        with freeze_time("2026-07-20 17:00:00"):
            self.pagar(factura, 1000, payment_date=date(2026, 7, 16))
            self.pagar(factura, 2000, payment_date=date(2026, 7, 18))
            self.pagar(factura, 4000, payment_date=date(2026, 7, 14))
            rows = {row.amount: row for row in self.de(factura)}
        self.assertEqual((rows[1000].etapa_id, rows[1000].legal), (before, False))
        self.assertEqual((rows[2000].etapa_id, rows[2000].legal), (later, True))
        self.assertEqual(rows[4000].etapa, rows[4000].etapa_id.with_context(lang="es_CO").name, "by its days")

    def etapa_de_clase(self, kind):
        return self.politica.etapa_ids.filtered(lambda e: e.kind == kind)[:1]

    def test_dia_que_no_ha_terminado(self):
        """What is written on the very day is written once more when it is over, with the stage at its end."""
        factura, legal = self.facturas[0], self.etapa_de_clase("legal")
        self.llevado_desde("2026-06-01")
        self.pagar(factura, 1000)
        self.assertNotEqual(self.de(factura).etapa_id, legal)
        self.partidas(factura)._mover(legal, "Decidido")
        self.assertNadaMas()
        with freeze_time("2026-07-16 17:00:00"):
            self.assertEqual(self.de(factura).etapa_id, legal)
            self.assertEqual(self.counts["changed"], 1)
            self.assertNadaMas()

    def test_unidad_que_se_clasifica(self):
        """Where the debtor is what is staged, the oldest debt that was open that day decides."""
        self.politica.unit = "debtor"
        young, old = self.factura(40, 1000), self.factura(200, 500)
        self.pagar(old, payment_date=self.dia(20))
        self.pagar(young, 100, payment_date=self.dia(20))
        self.pagar(young, 200, payment_date=self.dia(10))
        rows = self.de(young)
        ladder = self.politica.etapa_ids.filtered("automatic").sorted("days_from")
        at = [ladder.filtered(lambda e, days=days: e.days_from <= days)[-1:] for days in (180, 50)]
        self.assertEqual(rows.mapped("etapa_id"), at[0] | at[1])
        self.assertEqual(rows.mapped("days_overdue"), [20, 30])

    def test_lo_que_no_es_dinero(self):
        factura = self.factura(45, 1000)
        nota = self.factura(0, 100, move_type="out_refund")
        self.cruzar(factura, nota)
        self.cruzar(factura, self.asiento(50, self.company_data["default_account_revenue"]))
        allowance = self.company.sudo().cartera_allowance_account_id
        self.cruzar(factura, self.asiento(25, allowance))
        self.pagar(factura)
        rows = self.de(factura)
        self.assertEqual(dict(rows.mapped(lambda row: (row.kind, row.amount))),
                         {"credit_note": 100, "other": 50, "write_off": 25, "payment": 825})  # fmt: skip
        self.assertComoElLibro(self.recaudar())

    def test_dinero_devuelto(self):
        """A payment that bounced, or went back to the debtor, collected nothing."""
        pago = self.pagar(self.factura(45, 1000))
        entry = pago.move_id
        entry.line_ids.remove_move_reconcile()
        entry._reverse_moves([{"date": HOY}], cancel=True)
        self.assertEqual(self.recaudar().mapped("kind"), ["other"])
        anticipo = self.env["account.payment"].create(
            {"partner_id": self.debtor.id, "amount": 70, "payment_type": "inbound", "journal_id": self.bank.id,
             "partner_type": "customer", "date": HOY}
        )  # fmt: skip
        devolucion = anticipo.copy({"payment_type": "outbound", "date": HOY})
        (anticipo | devolucion).action_post()
        self.cruzar(anticipo.move_id, devolucion.move_id)
        self.assertEqual(self.recaudar().mapped("kind"), ["other", "other"])

    def test_moneda_extranjera(self):
        """Pesos of the matching; the exchange difference is no money."""
        usd = self.setup_other_currency("USD", rates=[("2026-01-01", 1 / 4000.0), ("2026-07-01", 1 / 4200.0)])
        factura = self.factura(100, 50.0, currency_id=usd.id)
        self.pagar(factura, 20.0, currency_id=usd.id)
        self.pagar(factura, 30.0, currency_id=usd.id)
        rows = self.recaudar()
        money = rows.filtered(lambda row: row.kind == "payment")
        self.assertEqual(money.mapped("amount"), [80_000, 120_000])
        self.assertEqual(sum((rows - money).mapped("amount")), 10_000)
        self.assertComoElLibro(rows)

    # --- what happens to it ---------------------------------------------------------------------------------------

    def test_se_deshace_y_se_mueve(self):
        """Un-reconciled, a row goes; the same money on another item is another row, with that item's place."""
        primera, segunda = self.factura(45, 100), self.factura(5, 100)
        pago = self.pagar(primera)
        self.recaudar()
        pago.move_id.line_ids.remove_move_reconcile()
        self.assertFalse(self.recaudar())
        self.assertEqual(self.counts["removed"], 1)
        self.cruzar(segunda, pago.move_id)
        row = self.recaudar()
        self.assertEqual((row.number, row.days_overdue, row.amount), (segunda.name, 5, 100))

    def test_borrador_y_otra_fecha(self):
        """A payment sent back to draft collects nothing; posted again on another day, it counts on that day."""
        factura = self.factura(45, 100)
        pago = self.pagar(factura)
        self.recaudar()
        pago.move_id.button_draft()
        self.assertFalse(self.recaudar())
        pago.move_id.date = self.dia(2)
        pago.move_id.action_post()
        rows = self.recaudar()
        self.assertComoElLibro(rows)
        self.assertEqual(rows.mapped("days_overdue"), [43] if rows else [])

    def test_cambia_de_dia(self):
        """A matching whose day changes is written anew."""
        factura = self.factura(45, 100)
        self.pagar(factura)
        row = self.recaudar()
        self.env.cr.execute("UPDATE account_partial_reconcile SET max_date = %s WHERE id = %s",
                            [self.dia(10), row.partial_id])  # fmt: skip
        self.env.invalidate_all()
        row = self.recaudar()
        self.assertEqual((row.date, row.days_overdue, self.counts["changed"]), (self.dia(10), 35, 1))

    def test_otro_deudor(self):
        """The row follows its debtor's dossier, and keeps what it says of the day."""
        factura = self.factura(45, 100)
        self.pagar(factura)
        before = self.recaudar()
        officer = before.officer
        parent = self.env["res.partner"].create({"name": "Grupo", "is_company": True, "vat": self.debtor.vat})
        self.debtor.parent_id = parent
        after = self.recaudar()
        self.assertEqual((after.partner_id, after.expediente_id.partner_id, after.officer), (parent, parent, officer))
        self.assertEqual((self.counts["linked"], self.counts["changed"]), (1, 0))
        self.assertNadaMas()

    def test_dos_empresas(self):
        other = self.setup_other_company()["company"]
        self.pagar(self.factura(45, 100))
        with self.assertRaisesRegex(UserError, "policy"):
            self.recaudar(other)
        other.sudo().cartera_politica_id = self.politica
        self.assertFalse(self.recaudar(other))
        mine = self.recaudar()
        seen = self.env["cartera.recaudo"].with_user(self.usuario("auditor", other))
        self.assertEqual((len(mine), seen.search_count([])), (1, 0))

    # --- documents ------------------------------------------------------------------------------------------------

    def test_bajo_un_acuerdo(self):
        """Under the agreement from the day it is in force to the day on which it ends, that of the last payment."""
        factura = self.facturas[0]
        self.llevado_desde("2026-06-01")
        acuerdo = self.por_firmar()
        acuerdo._firmar_deudor("Juana Deudora", signature=test_remision.FIRMA)
        self.assertEqual(acuerdo.state, "active")
        self.pagar(factura, 1000, payment_date=self.dia(1))
        self.pagar(factura, 2000, payment_date=HOY)
        self.assertEqual(self.de(factura).mapped("in_agreement"), [False, True])

    def test_con_una_agencia(self):
        factura = self.facturas[0]
        self.llevado_desde("2026-06-01")
        self.enviada(destination="agency", agent_id=self.agencia.id)
        self.pagar(factura, 1000, payment_date=self.dia(1))
        self.pagar(factura, 2000, payment_date=HOY)
        rows = self.de(factura)
        self.assertEqual(rows.mapped("agencia"), [False, self.agencia.name])
        self.assertEqual(rows.agencia_id, self.agencia)
        self.assertEqual(set(rows.mapped("legal")), {False})

    # --- who, and how many queries --------------------------------------------------------------------------------

    def test_quien_lo_lee(self):
        self.pagar(self.factura(45, 100))
        self.recaudar()
        for user in (self.gestor, self.abogado, self.auditor):
            rows = self.env["cartera.recaudo"].with_user(user)
            self.assertEqual((rows.search_count([]), rows.has_access("write")), (1, False), user.login)
        seller = self.env["cartera.recaudo"].with_user(self.usuario("responsable"))
        self.assertFalse(seller.has_access("read"))

    def test_consultas(self):
        """As many queries for one matching as for many."""
        self.pagar(self.factura(45, 100))
        self.recaudar()
        counts = []
        for many in (1, 6):
            for n in range(many):
                self.pagar(self.factura(30 + n, 100))
            self.env.flush_all()
            before = self.cr.sql_log_count
            self.env["cartera.recaudo"].sudo()._actualizar(self.company)
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])


@tagged("post_install", "-at_install")
class TestRecaudoCastigo(Recaudando, test_castigo.CastigoCase):
    def test_castigado_y_recuperado(self):
        """A write-off is no money; what arrives later for it is, in the stage of what is written off."""
        factura = self.factura(400, 1000)
        self.actualizar()
        castigo = self.castigar(factura)
        castigo.action_recover(self.abonar(300).ids)
        rows = {row.kind: row for row in self.recaudar()}
        self.assertEqual({kind: row.amount for kind, row in rows.items()}, {"write_off": 1000, "payment": 300})
        stage = self.politica.etapa_ids.filtered(lambda e: e.kind == "written_off")
        self.assertEqual(rows["payment"].etapa_id, stage)


@tagged("post_install", "-at_install")
class TestRecaudoAzar(Recaudando, test_azar.TestAzar):
    def op_recaudar(self, _rnd):
        self.recaudar()

    def test_any_order(self):
        """Whatever people did, what was kept step by step is what would be computed from nothing."""
        names = sorted(name for name in dir(self) if name.startswith("op_"))

        @settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True,
                  phases=[Phase.generate])  # fmt: skip
        @given(st.lists(st.sampled_from(names), min_size=15, max_size=20), st.randoms(use_true_random=False))
        def hacer(chosen, rnd):
            with self.cr.savepoint(flush=True) as savepoint:
                self.moves, self.payments = self.env["account.move"], self.env["account.payment"]
                for name in ["op_facturar", "op_facturar", *chosen]:
                    try:
                        with self.cr.savepoint():
                            getattr(self, name)(rnd)
                    except UserError:
                        continue  # Odoo refused it, rightly
                self.comparar()
                savepoint.rollback()
            self.env.invalidate_all()

        hacer()

    def comparar(self):
        with freeze_time(f"{HOY + timedelta(days=1)} 17:00:00"):
            kept = self.recaudar()
            self.assertComoElLibro(kept)
            kept = self.valores(kept)
            self.assertNadaMas()
            self.cr.execute("DELETE FROM cartera_recaudo")
            self.env.invalidate_all()
            self.assertEqual(self.valores(self.recaudar()), kept)
