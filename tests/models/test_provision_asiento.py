"""A run posts once, by an accountant, the difference with what the ledger holds; and is taken back whole."""

from datetime import date, timedelta
from unittest.mock import patch

import odoo
from freezegun import freeze_time
from odoo import Command
from odoo.addons.cartera_cobro.models.cartera_consecutivo import tomar
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import SerializationFailure

from .common import HOY
from .test_castigo import CastigoCase
from .test_corte import FIN
from .test_provision import ProvisionCase

JUL = HOY
MAYO = date(2026, 5, 31)


class AsientoCase(CastigoCase, ProvisionCase):
    """Runs that are signed, an accountant, and the accounts of the Colombian chart."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.company.sudo()
        cls.gasto = company.cartera_provision_expense_account_id
        cls.recupera = company.cartera_provision_reversal_account_id
        cls.otro = cls.env["res.partner"].create({"name": "Otro Deudor", "property_payment_term_id": False})
        # Signatures are tried on their own below.
        cls.de_verdad = staticmethod(type(cls.Provision)._firmado)
        signed = patch.object(type(cls.Provision), "_firmado", lambda self: self.state == "approved")
        signed.start()
        cls.addClassCleanup(signed.stop)

    def aprobar(self, provision):
        """Approved from below, as no user can."""
        number = (
            provision.number or tomar(self.env(su=True), self.company, "cartera.provision", "", 1, provision.date)[0]
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE cartera_provision SET state = 'approved', number = %s WHERE id = %s", [number, provision.id]
        )
        self.env.invalidate_all()
        return provision.sudo(False).with_user(self.contador)

    def aprobada(self, day=FIN):
        return self.aprobar(self.correr(day))

    def asentada(self, day=FIN):
        provision = self.aprobada(day)
        provision.action_post()
        self.assertEqual((provision.amount_ledger, provision.amount_difference), (provision.amount, 0))
        return provision

    def provisionar(self, amount, partner=None, day=FIN, account=None):
        """An entry by hand of `amount` into the allowance."""
        lines = (self.allowance, -amount), (account or self.company_data["default_account_revenue"], amount)
        entry = self.env["account.move"].sudo().create(
            {
                "journal_id": self.misc.id,
                "date": day,
                "line_ids": [
                    Command.create({"account_id": a.id, "balance": balance, "partner_id": partner and partner.id})
                    for a, balance in lines
                ],
            }
        )  # fmt: skip
        entry.action_post()
        return entry

    def asiento(self, move):
        """{(account, debtor, segment): balance}; each key once."""
        lines = {
            (line.account_id, line.partner_id, line.cartera_segmento or ""): line.balance
            for line in move.sudo().line_ids
        }
        self.assertEqual(len(lines), len(move.sudo().line_ids))
        self.assertAlmostEqual(sum(lines.values()), 0, 2)
        return lines

    def general(self, **amounts):
        """The same of an entry in general: {account's name here: balance}."""
        return {(getattr(self, name), self.debtor.browse(), ""): balance for name, balance in amounts.items()}

    def deterioro(self, day=None):
        """What the allowance holds at a day."""
        lines = self.env["account.move.line"].sudo().search(
            [("account_id", "=", self.allowance.id), ("parent_state", "=", "posted"), ("date", "<=", day or HOY)]
        )  # fmt: skip
        return -round(sum(lines.mapped("balance")), 2)

    def agrupar(self, how):
        self.company.sudo().cartera_provision_grouping = how


@tagged("post_install", "-at_install")
class TestProvisionAsiento(AsientoCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # At the end of June 385 and 115 days: 100% and 50%.
        cls.vieja, cls.media = cls.factura(400, 1000), cls.factura(130, 1000, partner=cls.otro)

    # --- the entry ----------------------------------------------------------------------------------------------------

    def test_signed_by_people_and_posted_on_the_closing_s_date(self):
        analista, tesorero, director = (self.usuario(role) for role in ("analista", "tesorero", "director"))
        provision = self.correr().sudo(False).with_user(analista)
        with patch.object(type(provision), "_firmado", self.de_verdad):
            provision.action_request()
            for user in (tesorero, director):
                provision.invalidate_recordset()
                provision.with_user(user)._validate_tier()
            provision = provision.with_user(self.contador)
            provision.invalidate_recordset()
            self.assertEqual((provision.state, provision.amount_difference), ("approved", 1500))
            self.assertEqual(provision.activity_ids.user_id, self.contador)
            provision.action_post()
        move = provision.move_id.sudo()
        self.assertEqual((provision.state, move.date, move.state), ("posted", FIN, "posted"))
        self.assertEqual(move.journal_id, self.company.sudo().cartera_provision_journal_id)
        self.assertEqual(self.asiento(move), self.general(gasto=1500, allowance=-1500))
        self.assertEqual(set(move.line_ids.currency_id), {self.company.currency_id})
        self.assertEqual(
            (provision.amount_ledger_before, provision.amount_ledger, provision.amount_difference), (0, 1500, 0)
        )
        self.assertEqual(provision.posted_by_id, self.contador)
        self.assertFalse(provision.activity_ids)

    def test_only_the_difference_and_nothing_where_there_is_none(self):
        self.provisionar(400, day=MAYO)
        first = self.asentada()
        self.assertEqual(self.asiento(first.move_id), self.general(gasto=1100, allowance=-1100))
        self.assertEqual(first.amount_ledger_before, 400)
        again = self.asentada()
        self.assertFalse(again.move_id)
        self.assertEqual((again.anterior_id, again.state), (first, "posted"))
        self.pagar(self.media, payment_date=date(2026, 7, 2))
        later = self.asentada(JUL)
        self.assertEqual(self.asiento(later.move_id), self.general(gasto=-500, allowance=500))
        self.assertEqual(self.deterioro(FIN), 1500)
        self.assertEqual(self.deterioro(), 1000)

    def test_what_earlier_years_charged_is_income(self):
        self.provisionar(1800, day=date(2025, 12, 31), account=self.gasto)
        self.provisionar(100, day=date(2026, 2, 1), account=self.gasto)
        provision = self.asentada()
        self.assertEqual(self.asiento(provision.move_id), self.general(allowance=400, gasto=-100, recupera=-300))

    def test_a_fiscal_year_that_ends_in_may(self):
        self.company.sudo().write({"fiscalyear_last_month": "5", "fiscalyear_last_day": 31})
        self.provisionar(1700, day=MAYO, account=self.gasto)
        self.assertEqual(self.asiento(self.asentada().move_id), self.general(allowance=200, recupera=-200))

    def test_by_debtor(self):
        self.agrupar("partner")
        self.provisionar(300, self.debtor, day=date(2025, 1, 1))
        first = self.asentada()
        none = ""
        self.assertEqual(
            self.asiento(first.move_id),
            {
                (self.allowance, self.debtor, none): -700,
                (self.gasto, self.debtor, none): 700,
                (self.allowance, self.otro, none): -500,
                (self.gasto, self.otro, none): 500,
            },
        )
        self.pagar(self.vieja, payment_date=date(2026, 7, 2))
        self.factura(45, 1000, partner=self.otro)  # 10% in July
        later = self.asentada(JUL)
        self.assertEqual(
            self.asiento(later.move_id),
            {
                (self.allowance, self.debtor, none): 1000,
                (self.gasto, self.debtor, none): -700,
                (self.recupera, self.debtor, none): -300,
                (self.allowance, self.otro, none): -100,
                (self.gasto, self.otro, none): 100,
            },
        )

    def por_grupo(self):
        """Segments: one of the debtors is of a group, the other of none."""
        self.debtor.category_id = self.env["res.partner.category"].create({"name": "Oficiales"})
        self.matriz.segment_by = "group"

    def test_by_segment(self):
        self.agrupar("segment")
        self.por_grupo()
        provision = self.asentada()
        by_segment = {}
        for line in provision.sudo().line_ids:
            by_segment[line.segment] = by_segment.get(line.segment, 0) + line.amount
        self.assertGreater(len(by_segment), 1)
        nobody = self.debtor.browse()
        self.assertEqual(
            self.asiento(provision.move_id),
            {(self.allowance, nobody, s): -amount for s, amount in by_segment.items() if amount}
            | {(self.gasto, nobody, s): amount for s, amount in by_segment.items() if amount},
        )

    def test_another_setting_shares_out_without_expense(self):
        self.asentada()
        self.por_grupo()
        for how in ("partner", "segment", "account", "segment", "partner"):
            self.agrupar(how)
            provision = self.asentada()
            self.assertEqual(set(provision.move_id.sudo().line_ids.account_id), {self.allowance}, how)
            if how == "segment":
                self.debtor.category_id.name += " de otro nombre"
                provision = self.asentada()
                self.assertEqual(set(provision.move_id.sudo().line_ids.account_id), {self.allowance}, "renamed")
        self.assertEqual(-self.saldo(self.allowance, self.debtor), 1000)
        # What was charged in general this year is taken back by debtor.
        self.pagar(self.vieja, payment_date=date(2026, 7, 2))
        later = self.asentada(JUL)
        self.assertEqual(
            self.asiento(later.move_id),
            {(self.allowance, self.debtor, ""): 1000, (self.gasto, self.debtor, ""): -1000},
        )

    def test_revaluation_does_not_leak(self):
        """A difference in exchange of the receivable is no loss; nor does it move the allowance afterwards."""
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].sudo().create(
            [
                {"name": day, "rate": rate, "currency_id": usd.id, "company_id": self.company.id}
                for day, rate in ((date(2020, 1, 1), 1 / 4000), (date(2026, 6, 30), 1 / 5000))
            ]
        )
        self.factura(400, 10, currency_id=usd.id)  # 40,000 pesos
        before = self.asentada(MAYO)
        line = {"account_id": self.receivable.id, "partner_id": self.debtor.id, "currency_id": usd.id}
        lines = [{**line, "amount_currency": 0, "balance": 10_000},
                 {"account_id": self.recupera.id, "balance": -10_000}]  # fmt: skip
        self.env["account.move"].sudo().create(
            {"journal_id": self.misc.id, "date": FIN, "line_ids": [Command.create(values) for values in lines]}
        ).action_post()
        provision = self.asentada()
        self.assertEqual(provision.amount_revaluation, 10_000)
        self.assertEqual((before.amount, provision.amount), (20_600, 41_500))
        self.assertEqual(self.asiento(provision.move_id), self.general(gasto=20_900, allowance=-20_900))

    # --- with write-offs ----------------------------------------------------------------------------------------------

    def test_a_write_off_uses_it_and_the_next_run_knows(self):
        for how in ("partner", "segment"):
            with self.subTest(how), self.env.cr.savepoint() as savepoint:
                self.agrupar(how)
                first = self.asentada()
                castigo = self.castigar(self.vieja)
                self.assertEqual((castigo.amount_allowance, castigo.amount_expense), (1000, 0))
                later = self.asentada(JUL)
                self.assertEqual((later.anterior_id, later.amount_used, later.amount_ledger_before), (first, 1000, 500))
                self.assertFalse(self.saldo(self.recupera), "what was used is no income")
                self.assertEqual(self.saldo(self.gasto), 1500, "nor an expense again")
                credit = self.abonar(600)
                castigo.action_recover(credit.ids)
                item = self.partidas(self.vieja)
                rows = (
                    self.env["cartera.partida.contable"].sudo().search([("partida_id", "=", item.id)], order="date,id")
                )
                self.assertEqual(
                    {(row.date, row.kind): row.amount for row in rows},
                    {
                        (FIN, "provision"): 1000,
                        (JUL, "provision"): -1000,
                        (JUL, "write_off"): 1000,
                        (JUL, "recovery"): -600,
                    },
                )
                self.assertEqual(set(rows.mapped("number")), {first.number, later.number, castigo.number})
                savepoint.rollback()
                self.env.invalidate_all()

    # --- taken back ---------------------------------------------------------------------------------------------------

    def test_reversed_restores_what_was_before(self):
        self.provisionar(200, day=MAYO)
        first = self.asentada(MAYO)
        second = self.asentada()
        with self.assertRaisesRegex(UserError, f"{second.number} was posted after it"):
            first.action_reverse("Error")
        with self.assertRaisesRegex(UserError, "Say why"):
            second.action_reverse(" ")
        for day, sentence in ((HOY + timedelta(days=1), "still to come"), (MAYO, "before its entries")):
            with self.assertRaisesRegex(UserError, sentence):
                second.action_reverse("Error", day)
        second.action_reverse("Tasa mal escrita")
        self.assertEqual((second.state, second.end_reason), ("reversed", "Tasa mal escrita"))
        self.assertEqual(
            self.asiento(second.reversal_move_id), {k: -v for k, v in self.asiento(second.move_id).items()}
        )
        self.assertEqual(self.deterioro(FIN), first.amount)
        self.assertEqual(self.correr().anterior_id, first)
        first.action_reverse("También")
        self.assertEqual(self.deterioro(), 200)
        rows = self.env["cartera.partida.contable"].sudo().search([("partida_id", "=", self.partidas(self.vieja).id)])
        self.assertEqual(sum(rows.mapped("amount")), 0)
        self.assertEqual(set(rows.mapped("kind")), {"provision", "provision_reversed"})

    def reversar_el_ano_siguiente(self, provision):
        with freeze_time("2027-01-20 17:00:00"):
            provision.action_reverse("Tasa mal escrita", date(2027, 1, 20))
        move = provision.reversal_move_id.sudo()
        self.assertEqual((move.date, move.reversed_entry_id), (date(2027, 1, 20), provision.sudo().move_id))
        return self.asiento(move)

    def test_reversed_in_a_later_year_is_an_income_of_that_year(self):
        provision = self.asentada()
        self.assertEqual(self.asiento(provision.move_id), self.general(allowance=-1500, gasto=1500))
        self.assertEqual(self.reversar_el_ano_siguiente(provision), self.general(allowance=1500, recupera=-1500))
        self.assertEqual(self.deterioro(date(2027, 1, 31)), 0)

    def test_a_release_reversed_in_a_later_year_is_an_expense_of_that_year(self):
        self.provisionar(2000, day=date(2025, 12, 15))
        provision = self.asentada()
        self.assertEqual(self.asiento(provision.move_id), self.general(allowance=500, recupera=-500))
        self.assertEqual(self.reversar_el_ano_siguiente(provision), self.general(allowance=-500, gasto=500))

    def test_reversed_in_a_later_year_debtor_by_debtor(self):
        self.provisionar(200, day=date(2025, 12, 15))
        self.agrupar("partner")
        provision = self.asentada()
        before = self.asiento(provision.move_id)
        after = self.reversar_el_ano_siguiente(provision)
        held = {key: -balance for key, balance in before.items() if key[0] == self.allowance}
        self.assertEqual(len(held), 3)
        self.assertEqual({key: balance for key, balance in after.items() if key[0] == self.allowance}, held)
        result = {(self.recupera, *key[1:]): -balance for key, balance in before.items() if key[0] == self.gasto}
        self.assertEqual({key: balance for key, balance in after.items() if key[0] != self.allowance}, result)
        self.assertEqual(self.deterioro(date(2027, 1, 31)), 200)

    def test_no_run_starts_from_a_ledger_that_is_taken_back_later(self):
        """July's reversal of May's run would leave what June's posts without it."""
        may = self.asentada(MAYO)
        may.action_reverse("Error", date(2026, 7, 5))
        june, july = self.aprobada(), self.aprobada(JUL)
        self.assertRechaza(june, f"{may.number} was taken back on 07/05/2026 only")
        july.action_post()
        self.assertEqual(self.deterioro(), july.amount)

    def test_what_write_offs_used_is_not_given_back(self):
        provision = self.asentada()
        castigo = self.castigar(self.vieja)
        with self.assertRaisesRegex(UserError, r"Write-offs took .*1,000.00"):
            provision.action_reverse("Error")
        castigo.action_reverse("Error")
        provision.action_reverse("Error")
        self.assertEqual(self.deterioro(), 0)

    def test_no_other_door(self):
        provision = self.asentada()
        move = provision.move_id.sudo()
        for door in (move.button_draft, move.button_cancel, move._reverse_moves):
            with self.assertRaisesRegex(UserError, f"is of impairment {provision.number}"):
                door()
        with self.assertRaisesRegex(UserError, "nobody writes it by hand"):
            self.provisionar(1).cartera_provision_id = provision
        with self.assertRaisesRegex(UserError, "nobody writes it by hand"):
            self.env["account.move"].sudo().create({"cartera_provision_id": provision.id})
        copy = move.copy()
        self.assertFalse(copy.cartera_provision_id)

    # --- refused ------------------------------------------------------------------------------------------------------

    def test_who_posts(self):
        provision = self.aprobada()
        for role in ("analista", "tesorero", "director", "auditor", "abogado", "gestor"):
            with self.subTest(role), self.assertRaises(AccessError):
                provision.with_user(self.usuario(role)).sudo().action_post()
        company = self.company_data_2 = self._create_company(name="Otra compañía de las pruebas")
        stranger = self.usuario("contador", company)
        with self.assertRaises(AccessError):
            provision.with_user(stranger).action_post()
        with self.assertRaisesRegex(AccessError, "You do not work for"):
            provision.with_user(stranger).sudo().action_post()
        self.assertEqual(provision.state, "approved")

    def test_what_keeps_it_from_being_posted(self):
        company = self.company.sudo()
        provision = self.aprobada()
        with patch.object(type(provision), "_firmado", lambda self: False):
            self.assertRechaza(provision, "is not signed as it reads now")
        for name in ("cartera_provision_journal_id", "cartera_allowance_account_id",
                     "cartera_provision_expense_account_id", "cartera_provision_reversal_account_id"):  # fmt: skip
            with self.subTest(name):
                value, company[name] = company[name], False
                self.assertRechaza(provision, f"lacks the setting “{company._fields[name].string}”")
                company[name] = value
        company.fiscalyear_lock_date = FIN
        self.assertRechaza(provision, r"06/30/2026 is in a locked period, by .*: the first open day is 07/01/2026")
        company.fiscalyear_lock_date = False
        self.factura(40, 70)
        self.cerrado().action_nueva_version()
        self.Corte.search([("date", "=", FIN)], order="version desc", limit=1)._confirmar()
        self.assertRechaza(provision, "is not a confirmed closing in force")

    def assertRechaza(self, provision, sentence):
        provision.invalidate_recordset()
        self.assertRegex(provision.problems, sentence)
        with self.assertRaisesRegex(UserError, sentence):
            provision.action_post()

    def test_runs_follow_one_another(self):
        early, late = self.aprobada(MAYO), self.aprobada()
        late.action_post()
        self.assertRechaza(early, f"{late.number}, of 06/30/2026, was posted already")
        other = self.aprobada(JUL)
        late.action_reverse("Error")
        self.assertRechaza(other, "Another run was posted or reversed since")
        other.action_reopen()
        other.sudo()._calcular()
        self.aprobar(other).action_post()
        with self.assertRaisesRegex(UserError, "is Posted"):
            other.action_post()

    def test_at_once(self):
        provision = self.aprobada()
        with (
            patch.object(type(provision), "try_lock_for_update", lambda self, **how: self.browse()),
            self.assertRaisesRegex(UserError, "Somebody else is posting impairment"),
        ):
            provision.action_post()
        with (
            patch.object(type(self.allowance), "try_lock_for_update", lambda self, **how: self.browse()),
            self.assertRaisesRegex(UserError, "Somebody else is posting impairment"),
        ):
            provision.action_post()
        self.assertFalse(self.deterioro())

    def test_a_stale_transaction_does_not_take_the_allowance(self):
        """Whoever began to read before somebody else posted is tried again from the start, as Odoo does."""
        with self.registry.cursor() as first, self.registry.cursor() as second:
            takers = []
            for cr in (first, second):
                env = odoo.api.Environment(cr, odoo.SUPERUSER_ID, {})
                company, account = env.ref("base.main_company"), env["account.account"].search([], order="id", limit=1)
                company._fields["cartera_allowance_account_id"]._update_cache(company, account.id)
                takers.append(company)
            self.assertTrue(takers[0]._cartera_tomar_deterioro())
            self.assertFalse(takers[1]._cartera_tomar_deterioro())
            first.commit()
            with self.assertRaises(SerializationFailure), mute_logger("odoo.sql_db"):
                takers[1]._cartera_tomar_deterioro()
            second.rollback()

    def test_a_date_that_odoo_moves_is_refused(self):
        provision = self.aprobada()
        with (
            patch.object(type(self.env["res.company"]), "_cartera_cierres", lambda self, day, journal=None: []),
            self.assertRaisesRegex(UserError, "Odoo would post its entry on"),
            self.env.cr.savepoint(),
        ):
            self.company.sudo().fiscalyear_lock_date = FIN
            provision.action_post()

    # --- settings -----------------------------------------------------------------------------------------------------

    def test_accounts_of_the_chart_and_of_the_cgn(self):
        company = self.company.sudo()
        self.assertEqual(
            [company[name].code[:4] for name in ("cartera_provision_expense_account_id",
             "cartera_provision_reversal_account_id", "cartera_ddr_account_id")],
            ["5199", "4250", "1390"],
        )  # fmt: skip
        admin = self.usuario("admin")
        dialog = self.env["cartera.ajustes"].with_user(admin).with_company(company).create({})
        dialog.action_load_cgn()
        dialog.write({"cartera_provision_grouping": "partner", "cartera_ddr_days": 180})
        dialog.action_apply()
        self.assertEqual(
            [company[name].code for name in ("cartera_provision_expense_account_id",
             "cartera_provision_reversal_account_id", "cartera_ddr_account_id", "cartera_allowance_account_id")],
            ["534790", "483002", "138590", "138690"],
        )  # fmt: skip
        self.assertEqual((company.cartera_provision_grouping, company.cartera_ddr_days), ("partner", 180))
        dialog.cartera_ddr_account_id = self.gasto
        with self.assertRaisesRegex(UserError, "is no account of the company for “Account of What Is Hard to Collect”"):
            dialog.action_apply()

    def test_queries_do_not_grow_with_the_items(self):
        def measured(count):
            for n in range(count):
                self.factura(130, 100 + n, partner=self.otro)
            provision = self.aprobada()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            provision.action_post()
            return self.env.cr.sql_log_count - before, provision

        few, provision = measured(1)
        provision.action_reverse("Otra vez")
        many, _provision = measured(12)
        self.assertLessEqual(many, few + 2)
