from datetime import date, timedelta

from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import HOY, ROLES, CarteraCase

FIN = date(2026, 6, 30)
# Who reads closings, and who does their steps.
READ = {"ventanilla", "gestor", "analista", "abogado", "contador", "auditor", "tesorero", "director", "admin"}
STEPS = {"analista", "contador", "tesorero", "director", "admin"}


class CorteCase(CarteraCase):
    """Closings of `cls.company`, in sudo as the scheduled action makes them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Corte = cls.env["cartera.corte"].sudo()

    def generar(self, day=FIN, company=None):
        self.env.flush_all()
        return self.Corte._generar(company or self.company, day)

    def desde(self, day):
        """The procedure is kept here since that day."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE cartera_expediente SET create_date = %s", [day])
        self.env.invalidate_all()

    def fechar_cruces(self, instant):
        """Every matching that there is was made at that moment."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_partial_reconcile SET create_date = %s", [instant])
        self.env.invalidate_all()

    def fechar(self, corte, instant):
        """The closing was computed at that moment: what was matched later came after it."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE cartera_corte SET generated_on = %s WHERE id = %s", [instant, corte.id])
        self.env.invalidate_all()

    def recibo(self, amount, day, **line):
        """An entry of that day that lessens the receivable by `amount`, matched to nothing."""
        line = {"partner_id": self.debtor.id, **line}
        entry = self.env["account.move"].create(
            {
                "journal_id": self.misc.id,
                "date": day,
                "line_ids": [
                    Command.create({**line, "account_id": self.receivable.id, "balance": -amount}),
                    Command.create({"account_id": self.company_data["default_account_revenue"].id, "balance": amount}),
                ],
            }
        )
        entry.action_post()
        return entry

    def lineas(self, corte):
        return {linea.number: linea for linea in corte.line_ids}


@tagged("post_install", "-at_install")
class TestCorte(CorteCase):
    def test_saldos_de_un_dia_pasado(self):
        """Paid later counts as owed, issued later does not count, and the total is the ledger's."""
        vencida, pagada, parcial = self.factura(45, 100), self.factura(40, 200), self.factura(30, 300)
        nueva = self.factura(5, 400)  # dated on its due date, after the closing
        self.pagar(pagada, payment_date=date(2026, 6, 20))
        self.pagar(parcial, 120, payment_date=date(2026, 7, 2))
        corte = self.generar()
        lineas = self.lineas(corte)
        self.assertEqual({name: linea.amount for name, linea in lineas.items()}, {vencida.name: 100, parcial.name: 300})
        self.assertNotIn(nueva.name, lineas)
        self.assertEqual(lineas[vencida.name].days_overdue, (FIN - vencida.invoice_date_due).days)
        self.assertEqual(corte.amount_total, 400)
        self.assertEqual((corte.amount_ledger, corte.amount_difference), (400, 0))

    def test_fecha_futura(self):
        with self.assertRaisesRegex(UserError, "still to come"):
            self.generar(HOY + timedelta(days=1))

    def test_el_que_la_fecha_tiene(self):
        corte = self.generar()
        self.assertEqual(corte.state, "draft")
        self.assertEqual(self.generar(), corte)

    def test_conciliacion_retirada(self):
        """A matching that stood that day counts still, although it was undone since and the money matched elsewhere."""
        with freeze_time("2026-06-20 17:00:00"):
            primera, segunda = self.factura(45, 100), self.factura(44, 100)
            pago = self.pagar(primera, payment_date=date(2026, 6, 20))
            self.fechar_cruces("2026-06-20 17:00:00")
        receipt = pago.move_id.line_ids.filtered(lambda line: line.account_id == self.receivable)
        receipt.remove_move_reconcile()
        owed = segunda.line_ids.filtered(lambda line: line.account_id == self.receivable)
        (receipt | owed).reconcile()
        self.fechar_cruces("2026-07-15 17:00:00")
        self.assertEqual(list(self.lineas(self.generar())), [segunda.name])
        self.assertEqual(list(self.lineas(self.generar(HOY))), [primera.name])

    def cobrada(self):
        """An invoice paid in June, and its payment: what happens to them later, June does not forget."""
        with freeze_time("2026-06-20 17:00:00"):
            move = self.factura(45, 100)
            payment = self.pagar(move, payment_date=date(2026, 6, 20))
        self.fechar_cruces("2026-06-20 17:00:00")
        return move, payment.move_id

    def test_every_way_to_undo_a_matching_is_logged(self):
        """Undone by hand, cancelled, deleted, reversed, written for another amount: one row of the log each."""
        Log = self.env["cartera.conciliacion.retirada"].sudo()
        cases = {
            "by hand": lambda move, payment: move.line_ids.remove_move_reconcile(),
            "cancelled": lambda move, payment: payment.button_cancel(),
            "deleted": lambda move, payment: (
                payment.origin_payment_id.action_draft(),
                payment.origin_payment_id.unlink(),
            ),
            "reversed": lambda move, payment: payment._reverse_moves(cancel=True),
            "rewritten": self.reescribir,
        }
        for name, undo in cases.items():
            with self.subTest(name):
                move, payment = self.cobrada()
                before = Log.search_count([])
                undo(move, payment)
                self.assertEqual(Log.search_count([]) - before, 1)
        move, payment = self.cobrada()
        before = Log.search_count([])
        payment.button_draft()
        self.assertEqual(Log.search_count([]), before, "Odoo keeps it matched: nothing was removed")

    def reescribir(self, move, payment):
        payment.button_draft()
        payment.line_ids = [
            Command.update(line.id, {"balance": line.balance / 2, "amount_currency": line.amount_currency / 2})
            for line in payment.line_ids
        ]
        payment.action_post()

    def test_an_entry_that_changed_is_not_what_was_matched(self):
        """Half the receipt is left: June owes the other half, and nothing is overpaid."""
        move, payment = self.cobrada()
        self.reescribir(move, payment)
        corte = self.generar()
        self.assertEqual(sorted(corte.line_ids.mapped("amount")), [-50, 100])
        self.assertEqual((corte.amount_total, corte.amount_difference), (50, 0))

    def test_a_receipt_moved_to_another_day_leaves_that_day_with_its_debt(self):
        move, payment = self.cobrada()
        payment.button_draft()
        payment.line_ids.remove_move_reconcile()
        payment.date = HOY
        payment.action_post()
        corte = self.generar()
        self.assertEqual(self.lineas(corte)[move.name].amount, 100)
        self.assertEqual((corte.amount_total, corte.amount_difference), (100, 0))

    def test_sent_to_draft_and_posted_again_is_as_before(self):
        move, payment = self.cobrada()
        payment.button_draft()
        corte = self.generar()
        self.assertEqual(corte.amount_total, 100, "a receipt in draft is no receipt")
        payment.action_post()
        corte.action_recalcular()
        self.assertEqual((corte.amount_total, len(corte.line_ids)), (0, 0))

    # --- where each item stood --------------------------------------------------------------------------------------

    def test_stage_of_a_day_undoes_the_changes_since(self):
        moves = {days: self.factura(days, 100) for days in (70, 30, 10)}
        for day in (date(2026, 6, 5), date(2026, 6, 20), HOY):
            with freeze_time(f"{day} 17:00:00"):
                self.actualizar()
        legal = self.partidas(moves[30])
        legal.sudo()._mover(self.etapa("JUR"), "Demanda")
        self.desde("2026-06-01")
        for day, expected in (
            (date(2026, 6, 10), {70: "MOR"}),
            (date(2026, 6, 18), {70: "MOR", 30: "VIG"}),
            (date(2026, 6, 25), {70: "MOR", 30: "MOR"}),
            (HOY, {70: "PER", 30: "JUR", 10: "MOR"}),
        ):
            with self.subTest(day=day):
                corte = self.generar(day)
                self.assertFalse(corte.reconstructed)
                found = {name: linea.etapa_id.code for name, linea in self.lineas(corte).items()}
                self.assertEqual(found, {moves[d].name: code for d, code in expected.items()})
        self.assertEqual({linea.etapa_kind for linea in self.generar(HOY).line_ids if linea.legal}, {"legal"})

    def test_before_the_procedure_the_ladder_stages_the_unit(self):
        """Days 75 and 20 of one account: alone, each by its own; together, both by the oldest, bands by their own."""
        cuenta = self.env["cartera.cuenta"].sudo().create(
            {"name": "10001", "kind": "account", "partner_id": self.debtor.id, "company_id": self.company.id}
        )  # fmt: skip
        moves = [self.factura(days + 15, 100, post=False) for days in (75, 20)]
        for move in moves:
            move.sudo().cartera_cuenta_id = cuenta
            move.action_post()
        other = self.factura(15 - 10, 100)
        for unit, stages in (("item", "PER MOR"), ("account", "PER PER"), ("debtor", "PER PER")):
            self.politica.unit = unit
            corte = self.generar()
            with self.subTest(unit):
                self.assertTrue(corte.reconstructed)
                lineas = self.lineas(corte)
                self.assertNotIn(other.name, lineas)
                self.assertEqual([lineas[move.name].etapa_id.code for move in moves], stages.split())
                self.assertEqual([lineas[move.name].banda_orden for move in moves], [61, 1])
                self.assertEqual([lineas[move.name].accounts for move in moves], [1, 0], "the account counts once")
                self.assertEqual((corte.item_count, corte.account_count), (2, 1))
            corte.unlink()

    def test_impairment_is_what_write_offs_would_take(self):
        moves = [self.factura(days, amount) for days, amount in ((90, 300), (60, 200), (40, 500), (-10, 50))]
        other = self.factura(80, 400, partner=self.debtor.copy({"name": "Otro"}))
        allowance = self.company_data["default_account_receivable"].sudo().copy({"code": "139905", "name": "Deterioro"})
        allowance.write({"account_type": "asset_current", "reconcile": False})
        self.company.sudo().cartera_allowance_account_id = allowance
        for partner, amount in ((self.debtor, 350), (None, 250)):
            self.env["account.move"].create(
                {
                    "journal_id": self.misc.id,
                    "date": FIN,
                    "line_ids": [
                        Command.create(
                            {"account_id": account.id, "balance": balance, "partner_id": partner and partner.id}
                        )
                        for account, balance in (
                            (allowance, -amount),
                            (self.company_data["default_account_expense"], amount),
                        )
                    ],
                }
            ).action_post()
        self.actualizar()
        items = self.Partida.search([("company_id", "=", self.company.id), ("is_open", "=", True)])
        held = {item.name: amount for item, amount in self.env["cartera.castigo"].sudo()._deterioro(items).items()}
        corte = self.generar(HOY)
        self.assertEqual({name: line.amount_impairment for name, line in self.lineas(corte).items()}, held)
        self.assertEqual(held, dict(zip([*(m.name for m in moves), other.name], (300, 50, 0, 0, 250), strict=True)))
        self.assertEqual(sum(corte.resumen_ids.mapped("amount_impairment")), 600)

    def test_lines_without_a_partner_count(self):
        self.recibo(70, FIN, partner_id=False)
        corte = self.generar()
        self.assertRecordValues(corte.line_ids, [{"amount": -70, "position": "credit", "partner_name": False}])
        self.assertEqual((corte.amount_credit, corte.amount_difference, corte.account_count), (-70, 0, 0))

    def test_names_are_copies(self):
        self.debtor.name = "Juana Deudora"
        move = self.factura(45, 100)
        corte = self.generar()
        corte.action_confirmar()
        before = corte.line_ids.read(["partner_name", "etapa", "banda", "number"])
        self.debtor.name = "Otro nombre"
        stage = self.politica.etapa_ids.filtered(lambda e: e.id == corte.line_ids.etapa_id.id)
        stage.name = "Otra etapa"
        move.button_draft()
        move.with_context(force_delete=True).unlink()
        self.env.invalidate_all()
        self.assertEqual(corte.line_ids.read(["partner_name", "etapa", "banda", "number"]), before)
        self.assertFalse(corte.line_ids.move_id.exists())

    # --- confirmed, followed by a version ---------------------------------------------------------------------------

    def test_versions(self):
        debe = self.factura(45, 100)
        primera = self.generar()
        primera.action_confirmar()
        self.fechar(primera, "2026-07-02 10:00:00")
        self.assertRecordValues(primera, [{"state": "confirmed", "is_current": True, "confirmed_by_id": self.env.uid}])
        with self.assertRaisesRegex(UserError, "has not changed since"), self.cr.savepoint():
            primera.action_nueva_version()
        tarde = self.recibo(30, date(2026, 6, 28))
        (tarde | debe).line_ids.filtered(lambda line: line.account_id == self.receivable).reconcile()
        nueva = self.factura(25, 60)
        segunda = self.Corte.browse(primera.action_nueva_version()["res_id"])
        self.assertEqual((segunda.version, segunda.state, segunda.amount_total), (2, "draft", 130))
        self.assertEqual(primera.resumen_ids.mapped("is_current"), [True], "until the second is confirmed")
        self.assertRecordValues(
            segunda.diferencia_ids.sorted("amount"),
            [
                {"number": debe.name, "amount_before": 100, "amount_after": 70, "amount": -30, "cause": "late_receipt",
                 "document": f"{tarde.name} (2026-06-28)"},
                {"number": nueva.name, "amount_before": 0, "amount_after": 60, "amount": 60, "cause": "late_entry",
                 "document": f"{nueva.name} (2026-06-20)"},
            ],
        )  # fmt: skip
        segunda.action_confirmar()
        self.assertEqual((primera.is_current, segunda.is_current), (False, True))
        self.assertEqual(set(primera.resumen_ids.mapped("is_current")), {False})
        with self.assertRaisesRegex(UserError, "not the last version"):
            primera.action_nueva_version()
        debe.line_ids.remove_move_reconcile()
        tarde.button_draft()
        nueva.button_draft()
        nueva.with_context(force_delete=True).unlink()
        self.fechar(segunda, "2026-07-03 10:00:00")
        tercera = self.Corte.browse(segunda.action_nueva_version()["res_id"])
        causes = {row.number: row.cause for row in tercera.diferencia_ids}
        self.assertEqual(causes[debe.name], "unmatched")
        self.assertEqual(set(causes.values()), {"unmatched", "gone"})

    def test_a_confirmed_one_never_changes(self):
        self.factura(45, 100)
        corte = self.generar()
        corte.action_confirmar()
        for step in (corte.action_recalcular, corte.action_confirmar):
            with self.assertRaisesRegex(UserError, "confirmed and never changes"):
                step()
        with self.assertRaisesRegex(UserError, "a confirmed closing stays"):
            corte.unlink()
        values = {"amount_total": 1, "state": "draft", "date": HOY}
        for role in ROLES:
            user = self.usuario(role)
            mine = corte.with_user(user)
            with self.subTest(role):
                self.assertEqual(mine.has_access("read"), role in READ)
                self.assertEqual(mine.has_access("write"), role in STEPS)
                for name, value in values.items():
                    with self.assertRaises(UserError):
                        mine.write({name: value})
                for row in (mine.line_ids, mine.resumen_ids, mine.cuadre_ids) if role in READ else ():
                    with self.assertRaises(AccessError):
                        row.sudo(False).write({"corte_id": False})
                    with self.assertRaises(AccessError):
                        row.sudo(False).unlink()
                with self.assertRaises(AccessError):
                    mine.create({"company_id": self.company.id, "date": FIN})
                step = mine.action_nueva_version
                with self.assertRaisesRegex(UserError if role in STEPS else AccessError, ""):
                    step()

    def test_a_draft_goes_with_its_lines(self):
        self.factura(45, 100)
        corte, role = self.generar(), self.usuario("contador")
        corte.with_user(role).unlink()
        for table in ("linea", "resumen", "cuadre"):
            self.assertFalse(self.env[f"cartera.corte.{table}"].sudo().search_count([("corte_id", "=", corte.id)]))

    def test_a_draft_version_goes_with_what_differs(self):
        self.factura(45, 100)
        corte, role = self.generar(), self.usuario("contador")
        corte.action_confirmar()
        self.factura(45, 50)
        corte.with_user(role).action_nueva_version()
        draft = self.Corte.search([("previous_id", "=", corte.id)])
        differing = self.env["cartera.corte.diferencia"].sudo().search([("corte_id", "=", draft.id)])
        self.assertTrue(differing)
        draft.with_user(role).unlink()
        self.assertFalse(differing.exists())

    def test_one_of_each_version_and_one_in_force(self):
        corte = self.generar()
        corte.action_confirmar()
        values = {"company_id": self.company.id, "date": FIN}
        for extra in ({"version": 1}, {"version": 2, "is_current": True}):
            with (
                self.subTest(extra),
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.cr.savepoint(),
            ):
                self.Corte.create({**values, **extra}).flush_recordset()

    def test_two_companies(self):
        other = self.setup_other_company()["company"]
        self.factura(45, 100)
        with self.assertRaisesRegex(UserError, "collection policy"):
            self.generar(company=other)
        other.sudo().cartera_politica_id = self.politica
        theirs, ours = self.generar(company=other), self.generar()
        self.assertEqual((theirs.amount_total, ours.amount_total), (0, 100))
        seen = self.Corte.with_user(self.usuario("auditor")).search([("date", "=", FIN)])
        self.assertEqual(seen, ours)

    def test_as_many_queries_whatever_the_items(self):
        partners = [self.debtor.copy({"name": f"D{n}"}) for n in range(3)]
        counts = []
        for size in (1, 6):
            for n in range(size):
                self.factura(45 + n, 100, partner=partners[n % 3])
            self.env.flush_all()
            corte = self.Corte._generar(self.company, FIN)
            corte.unlink()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.Corte._generar(self.company, FIN).unlink()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
