"""What is hard to collect is shown apart at a month end, and collection goes on as if nothing were."""

from datetime import date, timedelta
from unittest.mock import patch

from odoo import Command
from odoo.addons.cartera_cobro.models.cartera_edades import Edades
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import HOY
from .test_castigo import CastigoCase
from .test_corte import FIN, CorteCase

DESPUES = FIN + timedelta(days=1)


@tagged("post_install", "-at_install")
class TestReclasificacion(CastigoCase, CorteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Reclasificacion = cls.env["cartera.reclasificacion"].sudo()
        cls.otro = cls.env["res.partner"].create({"name": "Otro Deudor", "property_payment_term_id": False})
        cls.dificil = cls.company.sudo().cartera_ddr_account_id
        # At the end of June 485 and 385 days; 361 is the first that counts, and 360 does not.
        cls.vieja, cls.ajena = cls.factura(500, 1000), cls.factura(400, 300, partner=cls.otro)
        cls.justa, cls.casi = cls.factura(376, 50), cls.factura(375, 70)

    def generada(self, day=FIN):
        corte = self.generar(day)
        if corte.state == "draft":
            corte._confirmar()
        return self.Reclasificacion._generar(corte).sudo(False).with_user(self.contador)

    def asentada(self, day=FIN):
        reclasificacion = self.generada(day)
        reclasificacion.action_post()
        return reclasificacion

    def saldos(self, day=None):
        """(receivable, hard to collect) of the ledger at a day."""
        lines = self.env["account.move.line"].sudo().search(
            [("parent_state", "=", "posted"), ("date", "<=", day or HOY), ("company_id", "=", self.company.id)]
        )  # fmt: skip
        return tuple(
            round(sum(lines.filtered(lambda line, a=account: line.account_id == a).mapped("balance")), 2)
            for account in (self.receivable, self.dificil)
        )

    def aviso(self, invoice):
        widget = invoice.invoice_outstanding_credits_debits_widget
        return widget and widget["content"]

    # --- the entries --------------------------------------------------------------------------------------------------

    def test_shown_apart_at_the_closing_and_given_back_the_next_day(self):
        one = self.asentada()
        self.assertEqual((one.state, one.amount, one.item_count, one.debtor_count), ("posted", 1350, 3, 2))
        self.assertEqual({line.number for line in one.line_ids}, {m.name for m in (self.vieja, self.ajena, self.justa)})
        self.assertEqual(self.saldos(FIN), (70, 1350))
        self.assertEqual(self.saldos(DESPUES), (1420, 0))
        move, back = one.move_id.sudo(), one.back_move_id.sudo()
        self.assertEqual((move.date, back.date, move.state, back.state), (FIN, DESPUES, "posted", "posted"))
        expected = {
            (self.dificil, self.debtor): 1050,
            (self.receivable, self.debtor): -1050,
            (self.dificil, self.otro): 300,
            (self.receivable, self.otro): -300,
        }
        self.assertEqual(self.lineas_de(move), expected)
        self.assertEqual(self.lineas_de(back), {key: -balance for key, balance in expected.items()})
        self.assertFalse(
            move.reversed_entry_id | back.reversed_entry_id | move.line_ids.matched_debit_ids.debit_move_id.move_id
        )
        self.assertEqual(one.posted_by_id, self.contador)

    def lineas_de(self, move):
        return {(line.account_id, line.partner_id): line.balance for line in move.line_ids}

    def test_collection_does_not_see_it(self):
        """Items, ages, closings, ties and widgets read as before, and the invoice is paid as any other."""
        corte = self.generar()
        corte._confirmar()
        edades = Edades(self.env, self.company, FIN).leer().totales()
        before = self.vieja.line_ids.filtered(lambda line: line.account_id == self.receivable)
        items = self.Partida.search([])
        self.asentada()
        self.actualizar()
        self.assertEqual(self.Partida.search([]), items)
        self.assertCuadra()
        self.assertEqual(Edades(self.env, self.company, FIN).leer().totales(), edades)
        self.Corte._vigilar(self.company)
        self.assertFalse(corte.ledger_changed)
        self.assertFalse(self.aviso(self.vieja))
        self.assertEqual((self.vieja.payment_state, before.amount_residual), ("not_paid", 1000))
        self.assertEqual(self.debtor.with_company(self.company).credit, 1120)
        self.pagar(self.vieja)
        self.assertEqual((self.vieja.payment_state, before.reconciled), ("paid", True))
        self.assertFalse(self.partidas(self.vieja).is_open)
        self.assertCuadra()

    def test_the_tie_of_a_closing_adds_it(self):
        self.asentada()
        self.factura(40, 30)
        corte = self.generar()
        # Another version of a confirmed closing, computed with the entry in the ledger.
        corte = corte.action_nueva_version() and self.Corte.search([("date", "=", FIN)], order="version desc", limit=1)
        row = corte.cuadre_ids.filtered(lambda r: r.account_id == self.receivable)
        self.assertEqual(
            (row.amount_ledger, row.amount_reclassified, row.amount_items, row.amount_difference), (100, 1350, 1450, 0)
        )
        self.assertEqual((corte.amount_ledger, corte.amount_reclassified, corte.amount_difference), (100, 1350, 0))
        self.assertEqual(len(corte.line_ids), 5)
        corte._confirmar()
        self.Corte._vigilar(self.company)
        self.assertFalse(corte.ledger_changed)
        edades = Edades(self.env, self.company, FIN)
        self.assertEqual((edades.saldo_contable(), edades.reclasificado()), (1450, 1350))
        self.assertEqual(self.generar(DESPUES).amount_reclassified, 0)
        # Of today: what gives it back is of tomorrow, and posted already.
        today = self.asentada(HOY)
        self.assertEqual((today.back_move_id.date, today.back_move_id.state), (HOY + timedelta(days=1), "posted"))
        self.assertCuadra()

    def test_bands_marked_hard_to_collect_and_other_days(self):
        bands = self.politica.banda_ids
        bands.is_ddr = False
        self.company.sudo().cartera_ddr_days = 450
        self.assertEqual(self.generada().amount, 1000)
        band = bands.filtered(lambda b: b.days_from <= 361 and (b.is_last or b.days_to >= 361))
        band.is_ddr = True
        one = self.generada()
        one.action_recalcular()
        expected = sum(
            m.amount_total for m, days in ((self.vieja, 485), (self.ajena, 385), (self.justa, 361), (self.casi, 360))
            if days > 450 or days >= band.days_from
        )  # fmt: skip
        self.assertEqual(one.amount, expected)

    def test_currencies(self):
        """Of an item in dollars, its balance in pesos; of a difference in exchange, nothing."""
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].sudo().create(
            {"name": date(2020, 1, 1), "rate": 1 / 4000, "currency_id": usd.id, "company_id": self.company.id}
        )
        dollars = self.factura(450, 10, currency_id=usd.id)
        line = {"account_id": self.receivable.id, "partner_id": self.debtor.id, "currency_id": usd.id}
        revaluation = [{**line, "amount_currency": 0, "balance": 500, "date_maturity": self.dia(450)},
                       {"account_id": self.income.id, "balance": -500}]  # fmt: skip
        self.env["account.move"].sudo().create(
            {"journal_id": self.misc.id, "date": FIN, "line_ids": [Command.create(values) for values in revaluation]}
        ).action_post()
        one = self.asentada()
        self.assertEqual(one.amount, 41_350)
        self.assertEqual(set(one.move_id.sudo().line_ids.currency_id), {self.company.currency_id})
        self.assertEqual(one.line_ids.filtered(lambda r: r.number == dollars.name).amount_currency, 10)
        self.assertCuadra()

    # --- guarded ------------------------------------------------------------------------------------------------------

    def test_never_matched_nor_undone_by_another_door(self):
        one = self.asentada()
        apart = one.move_id.sudo().line_ids.filtered(lambda line: line.account_id == self.receivable)
        owed = self.vieja.line_ids.filtered(lambda line: line.account_id == self.receivable)
        mine = apart.filtered(lambda line: line.partner_id == self.debtor)
        back = one.back_move_id.sudo().line_ids.filtered(
            lambda line: line.account_id == self.receivable and line.partner_id == self.debtor
        )
        matching = {"debit_move_id": owed.id, "credit_move_id": mine.id, "amount": 1, "debit_amount_currency": 1,
                    "credit_amount_currency": 1}  # fmt: skip
        doors = {
            "reconcile": lambda: (owed | mine).reconcile(),
            "with its return": lambda: (mine | back).reconcile(),
            "plan": lambda: self.env["account.move.line"]._reconcile_plan([[owed, mine]]),
            "widget": lambda: self.vieja.js_assign_outstanding_line(mine.id),
            "matching": lambda: self.env["account.partial.reconcile"].create(matching),
        }
        for name, door in doors.items():
            with self.subTest(name), self.assertRaisesRegex(UserError, "it is never matched. Match the invoice"):
                door()
        for move in (one.move_id.sudo(), one.back_move_id.sudo()):
            for door in (move.button_draft, move.button_cancel, move._reverse_moves):
                with self.assertRaisesRegex(UserError, "an accountant annuls it there"):
                    door()
        with self.assertRaisesRegex(UserError, "not by hand"):
            owed.cartera_reclasificacion_id = one
        self.assertFalse(any(one.move_id.sudo().line_ids.mapped("amount_residual")))
        self.assertFalse(one.move_id.sudo().copy().line_ids.cartera_reclasificacion_id)

    def test_annulled_with_a_reason(self):
        one = self.asentada()
        with self.assertRaisesRegex(UserError, "Say why"):
            one.action_annul("")
        company = self.company.sudo()
        company.fiscalyear_lock_date = FIN
        with self.assertRaisesRegex(UserError, "06/30/2026 is in a locked period"):
            one.action_annul("Versión nueva")
        company.fiscalyear_lock_date = False
        wizard = self.env["cartera.reclasificacion.anular"].with_user(self.contador).with_context(active_id=one.id)
        wizard.create({"reason": "Versión nueva"}).action_apply()
        self.assertEqual((one.state, one.end_reason, len(one.move_ids)), ("reversed", "Versión nueva", 4))
        self.assertEqual((self.saldos(FIN), self.saldos(DESPUES)), ((1420, 0), (1420, 0)))
        self.assertCuadra()
        rows = self.env["cartera.partida.contable"].sudo().search([("reclasificacion_id", "=", one.id)])
        self.assertFalse(rows)
        self.assertEqual(self.asentada().amount, 1350)

    def test_refused(self):
        one = self.generada()
        for role in ("analista", "tesorero", "director", "auditor", "gestor"):
            with self.subTest(role), self.assertRaises(AccessError):
                one.with_user(self.usuario(role)).sudo().action_post()
        with self.assertRaises(UserError):
            one.write({"state": "posted"})
        company = self.company.sudo()
        for name in ("cartera_ddr_account_id", "cartera_provision_journal_id"):
            value, company[name] = company[name], False
            self.assertRechaza(one, f"lacks the setting “{company._fields[name].string}”")
            company[name] = value
        company.fiscalyear_lock_date = FIN
        self.assertRechaza(one, "06/30/2026 is in a locked period")
        company.fiscalyear_lock_date = False
        with (
            patch.object(type(one), "try_lock_for_update", lambda self, **how: self.browse()),
            self.assertRaisesRegex(UserError, "Somebody else is posting at this closing"),
        ):
            one.action_post()
        one.action_post()
        self.assertRechaza(self.generada(), "is of the same date: annul it first")
        with self.assertRaisesRegex(UserError, "Only drafts are deleted"):
            one.unlink()
        company.cartera_ddr_days = 9000
        self.politica.banda_ids.is_ddr = False
        self.assertRechaza(self.generada(HOY), "Nothing is hard to collect")

    def assertRechaza(self, one, sentence):
        one.invalidate_recordset()
        self.assertRegex(one.problems, sentence)
        with self.assertRaisesRegex(UserError, sentence):
            one.action_post()

    def test_two_companies(self):
        company = self._create_company(name="Otra compañía de las pruebas")
        one = self.asentada()
        stranger = self.usuario("contador", company)
        with self.assertRaises(AccessError):
            one.with_user(stranger).read(["amount"])
        with self.assertRaisesRegex(AccessError, "You do not work for"):
            one.with_user(stranger).sudo().action_annul("Ajena")
        rows = self.env["cartera.partida.contable"].with_user(stranger).search([])
        self.assertFalse(rows)

    # --- the item's history -------------------------------------------------------------------------------------------

    def test_history_of_the_item(self):
        one = self.asentada()
        castigo = self.castigar(self.vieja)
        item = self.partidas(self.vieja).sudo(False).with_user(self.contador)
        Contable = self.env["cartera.partida.contable"].with_user(self.contador)
        action = item.action_contable()
        rows = Contable.search(action["domain"], order="date, id")
        self.assertEqual(
            [(row.date, row.kind, row.amount, row.number) for row in rows],
            [
                (FIN, "ddr", 1000, one.number),
                (DESPUES, "ddr_back", -1000, one.number),
                (HOY, "write_off", 1000, castigo.number),
            ],
        )
        self.assertEqual(rows[0].action_open_document()["res_id"], one.id)
        self.assertEqual(rows.move_id, one.move_id | one.back_move_id | castigo.move_id)
        of_dossier = Contable.search(item.expediente_id.action_contable()["domain"])
        self.assertEqual(of_dossier.partida_id, self.partidas(self.vieja, self.justa))
        with self.assertRaises(AccessError):
            self.env["cartera.partida.contable"].with_user(self.usuario("gestor")).search([])
