"""Payment coupons: what they charge, how long the same one holds, and what became of it as the ledger says."""

from datetime import date
from unittest.mock import patch

from odoo.addons.cartera_cobro.models.cartera_cupon_numero import is_gln, is_reference, reference
from odoo.addons.cartera_cobro.reports.cupon import anchos
from odoo.addons.cartera_cobro.rules.coupon import FNC1
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError
from reportlab.graphics.barcode.code128 import _patterns

from .common import HOY
from .test_acuerdo_vigilancia import VigilanciaCase
from .test_certificado import texto
from .test_consignacion import Consignaciones

GLN = "7709998000001"


class CuponCase(VigilanciaCase):
    """Invoices of 600,000 and 400,000, overdue 60 and 30 days, with interest at 6% a year."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Cupon = cls.env["cartera.cupon"]

    def estado(self, expedientes=None):
        self.env.flush_all()
        cupon = self.Cupon._de_estado(expedientes or self.expediente)
        self.env.invalidate_all()
        return cupon


def leer_barras(widths):
    """What a scanner reads of bars (str) in Code 128: six widths a symbol, the last but the stop checks the others."""
    known = {tuple(ord(c.lower()) - 96 for c in pattern): value for value, pattern in _patterns.items()}
    figures = [width for _bar, width in widths]
    values = [known[tuple(figures[at : at + 6])] for at in range(0, len(figures) - 7, 6)]
    *body, check = values
    assert check == (body[0] + sum(place * value for place, value in enumerate(body))) % 103
    mode, text = {104: "B", 105: "C"}[body[0]], ""
    for value in body[1:]:
        if value == 102:
            text += FNC1
        elif value == (100 if mode == "C" else 99):
            mode = "B" if mode == "C" else "C"
        else:
            text += f"{value:02d}" if mode == "C" else chr(value + 32)
    return text


@tagged("post_install", "-at_install")
class TestCuponConIntereses(Consignaciones, CuponCase):
    """What a coupon collects beyond the capital is income, in the entry of the deposit that pays it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.income = cls.company.sudo()._cartera_cuenta_interes()

    def pagar_cupon(self, cupon, amount=None):
        """The bank brings its reference, and the treasurer accepts; the bank's line."""
        line = self.consignar(cupon.amount if amount is None else amount, f"RECAUDO {cupon.number}").sudo()
        self.env["cartera.identificacion"].sudo()._proponer(self.company, line)
        self.assertEqual(line.cartera_propuesta_id.cupon_id, cupon)
        line.with_user(self.tesorero).sudo(False).action_cartera_aceptar()
        self.env.invalidate_all()
        return line

    def ingreso(self):
        """What the deposits earned; what an agreement did is in entries of its own."""
        lines = self.env["account.move.line"].sudo().search(
            [("account_id", "=", self.income.id), ("parent_state", "=", "posted"), ("statement_line_id", "!=", False)]
        )  # fmt: skip
        return -sum(lines.mapped("balance"))

    def test_it_is_earned_where_it_is_paid_and_no_later_coupon_gives_it_back(self):
        cupon = self.estado()
        line = self.pagar_cupon(cupon)
        self.assertAlmostEqual(self.ingreso(), 7890.41, 2)
        self.assertEqual((cupon.state, self.expediente.amount_credit, self.expediente.amount_total), ("paid", 0, 0))
        self.assertRecordValues(line, [{"cartera_interest": 7890.41, "cartera_interest_cupon_id": cupon.id}])
        self.assertIn(f"7,890.41 are late interest of coupon {cupon.number}", self.expediente.message_ids[0].body)
        self.factura(1, 500_000)
        self.assertEqual(self.estado().amount_credit, 0)
        self.assertCuadra()

    def test_a_credit_that_the_coupon_took_off_is_no_less_interest(self):
        self.factura(1, 100_000, move_type="out_refund")
        cupon = self.estado()
        self.assertEqual(cupon.amount_credit, 100_000)
        self.pagar_cupon(cupon)
        self.assertAlmostEqual(self.ingreso(), cupon.amount_interest, 2)
        # What is left of the invoices is what the credit pays.
        self.assertAlmostEqual(sum(self.expediente.partida_open_ids.mapped("amount_residual")), 0, 2)

    def test_undone_with_the_deposit(self):
        cupon = self.estado()
        line = self.pagar_cupon(cupon)
        line._cartera_desaplicar()
        self.env.invalidate_all()
        self.assertEqual((self.ingreso(), self.expediente.amount_total), (0, 1_000_000))
        self.assertRecordValues(line, [{"cartera_interest": 0, "cartera_interest_cupon_id": False}])
        self.assertFalse(self.expediente.amount_credit)
        self.pagar_cupon(cupon)
        self.assertAlmostEqual(self.ingreso(), 7890.41, 2)

    def test_paid_twice_or_owed_again_it_collects_no_more(self):
        cupon = self.estado()
        line = self.pagar_cupon(cupon)
        with self.assertRaisesRegex(UserError, "Nothing is owed any more"), self.cr.savepoint():
            self.pagar_cupon(cupon)
        line.line_ids.remove_move_reconcile()
        self.pagar_cupon(cupon)
        self.assertAlmostEqual(self.ingreso(), 7890.41, 2)

    def test_never_more_than_what_it_brings_beyond_the_capital(self):
        cupon = self.estado()
        self.pagar_cupon(cupon, 400_000)
        self.assertEqual(self.ingreso(), 0)
        self.pagar_cupon(cupon, 603_000)
        self.assertAlmostEqual(self.ingreso(), 3000, 2)
        self.assertEqual((self.expediente.amount_credit, self.expediente.amount_total), (0, 0))

    def test_of_what_an_agreement_covers_by_now_the_plan_says_the_interest(self):
        cupon = self.estado()
        self.vigente()
        self.pagar_cupon(cupon)
        self.assertEqual(self.ingreso(), 0)

    def test_without_an_income_account_it_stays_a_credit_and_the_log_says_why(self):
        with patch.object(
            type(self.company), "_cartera_cuenta_interes", lambda company: company.env["account.account"]
        ):
            self.pagar_cupon(self.estado())
        self.assertAlmostEqual(self.expediente.amount_credit, 7890.41, 2)
        self.assertIn("has no income account", self.expediente.message_ids[0].body)
        self.assertCuadra()


@tagged("post_install", "-at_install")
class TestCupon(CuponCase):
    # --- of a statement -------------------------------------------------------------------------------------------

    def test_it_charges_what_is_due_with_interest_and_stays_the_same_while_nothing_changes(self):
        self.factura(-5, 50_000)  # not due: not charged
        cupon = self.estado()
        self.assertRecordValues(
            cupon,
            [
                {
                    "kind": "statement",
                    "state": "active",
                    "amount_capital": 1_000_000,
                    "amount_interest": 5917.81 + 1972.60,
                    "amount": 1_007_890.41,
                    "date": HOY,
                    "date_limit": date(2026, 7, 25),
                    "partner_id": self.debtor.id,
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertEqual(cupon.partida_ids, self.partidas(*self.facturas))
        self.assertEqual(self.estado(), cupon)
        # Another day, more interest: another one takes its place.
        with self.dia_de("2026-07-16"):
            other = self.estado()
        self.assertEqual((cupon.replaced_by_id, cupon.state, other.amount), (other, "replaced", 1_008_054.80))
        self.assertNotEqual(cupon.number, other.number)

    def test_without_interest_it_lasts_until_its_last_day_and_then_expires(self):
        self.politica.interest_regime = "none"
        cupon = self.estado()
        with self.dia_de("2026-07-25"):
            self.assertEqual((self.estado(), cupon.state), (cupon, "active"))
        with self.dia_de("2026-07-26"):
            self.assertEqual(cupon.state, "expired")
            self.assertEqual(self.Cupon.sudo().search([("state", "=", "expired")]), cupon)
            other = self.estado()
            self.assertEqual((cupon.state, other.date_limit), ("replaced", date(2026, 8, 5)))

    def test_paid_is_what_the_ledger_says(self):
        self.politica.interest_regime = "none"
        cupon = self.estado()
        self.pagar(self.facturas[0])
        self.env.invalidate_all()
        self.assertEqual(cupon.state, "active", "a part of it")
        self.pagar(self.facturas[1])
        self.env.invalidate_all()
        self.assertEqual(cupon.state, "paid")
        self.assertEqual(self.Cupon.sudo().search([("state", "in", ["paid", "expired"])]), cupon)
        self.assertFalse(self.estado(), "nothing is owed")

    def test_what_is_in_their_favour_is_taken_off_and_may_pay_it(self):
        self.politica.interest_regime = "none"
        self.factura(10, 100_000, move_type="out_refund")
        cupon = self.estado()
        self.assertEqual((cupon.amount_credit, cupon.amount), (100_000, 900_000))
        credit = self.factura(1, 900_000, move_type="out_refund")
        self.env.invalidate_all()
        self.assertEqual(cupon.state, "paid", "their credits cover it")
        credit.button_draft()
        self.env.invalidate_all()
        self.assertEqual(cupon.state, "active")

    def test_where_nothing_is_due_it_charges_what_is_due_next_on_its_own_day(self):
        other = self.env["res.partner"].create({"name": "Pedro Puntual", "property_payment_term_id": False})
        soon = self.factura(-9, 70_000, partner=other) + self.factura(-9, 5_000, partner=other)
        self.factura(-40, 60_000, partner=other)
        dossier = self.Expediente.search([("partner_id", "=", other.id)])
        cupon = self.estado(dossier)
        self.assertEqual((cupon.amount, cupon.date_limit), (75_000, soon[0].invoice_date_due))
        self.assertEqual(cupon.partida_ids.move_id, soon)

    def test_many_at_once_cost_no_query_each(self):
        def queries(count):
            people = self.env["res.partner"].create(
                [{"name": f"Deudor {n}", "property_payment_term_id": False} for n in range(count)]
            )
            for one in people:
                self.factura(20, 10_000, partner=one)
            dossiers = self.Expediente.search([("partner_id", "in", people.ids)])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            given = self.Cupon._de_estado(dossiers)
            self.env.flush_all()
            self.assertEqual(len(given), count)
            return self.env.cr.sql_log_count - before

        queries(1)  # the sequence is made
        self.assertLessEqual(queries(6), queries(2) + 2)

    def test_debtors_that_become_one_keep_their_coupons_and_have_one_to_pay(self):
        self.politica.interest_regime = "none"
        other = self.env["res.partner"].create({"name": "La misma", "property_payment_term_id": False})
        self.factura(20, 70_000, partner=other)
        twin = self.Expediente.search([("partner_id", "=", other.id)])
        cupones = self.estado(twin | self.expediente)
        twin._fusionar(self.expediente)
        self.assertEqual((cupones.expediente_id, cupones.partner_id), (self.expediente, self.debtor))
        whole = self.estado()
        self.assertEqual(whole.amount, 1_070_000)
        self.assertEqual(set(cupones.mapped("state")), {"replaced"})
        self.assertEqual(self.expediente.cupon_ids.filtered(lambda c: c.state == "active"), whole)

    def test_what_is_disputed_or_waits_for_a_judge_is_not_charged(self):
        self.politica.interest_regime = "none"
        item = self.partidas(self.facturas[0])
        self.reclamar(item, 600_000)
        self.assertEqual(self.estado().amount, 400_000)
        self.expediente.sudo().write({"hold_reason": "insolvency"})
        self.assertFalse(self.estado())
        with self.assertRaisesRegex(UserError, "owes nothing that a coupon pays"):
            self.expediente.with_user(self.gestor).action_coupon()

    def reclamar(self, item, amount):
        claim = self.env["cartera.reclamacion"].sudo().create(
            {"expediente_id": self.expediente.id, "kind": "claim", "channel": "written", "filed_by": "Juana",
             "subject": "Cobro", "text": "No es mío", "date_filed": HOY, "user_id": self.gestor.id,
             "linea_ids": [(0, 0, {"partida_id": item.id, "amount_disputed": amount})]}
        )  # fmt: skip
        claim.action_file()

    def test_what_is_all_disputed_was_not_paid(self):
        self.politica.interest_regime = "none"
        self.pagar(self.facturas[1])
        cupon = self.estado().with_context(force_report_rendering=True)
        self.assertEqual((cupon.amount, cupon.state), (600_000, "active"))
        self.reclamar(self.partidas(self.facturas[0]), 600_000)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(cupon.state, "disputed")
        self.assertIn("está en reclamo", texto(cupon._pdf()))
        self.assertEqual(self.buscados("disputed"), cupon)
        self.assertFalse(self.buscados("paid"))
        self.pagar(self.facturas[0])
        self.env.invalidate_all()
        self.assertEqual((cupon.state, self.buscados("paid")), ("paid", cupon))

    def test_disputed_in_part_it_may_be_paid(self):
        self.politica.interest_regime = "none"
        cupon = self.estado()
        self.reclamar(self.partidas(self.facturas[0]), 600_000)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(cupon.state, "active")

    def buscados(self, *states):
        return self.Cupon.with_user(self.gestor).search([("state", "in", states)])

    def test_lists_are_filtered_where_the_coupons_are(self):
        first = self.estado()
        self.pagar(self.facturas[0], 100_000)
        self.env.invalidate_all()
        second = self.estado()
        self.assertEqual((self.buscados("active"), self.buscados("replaced")), (second, first))
        self.assertEqual(self.buscados("active", "replaced"), second | first)
        self.assertEqual(self.Cupon.with_user(self.gestor).search([("state", "!=", "active")]), first)
        self.assertFalse(self.buscados("expired", "paid"))
        with self.dia_de("2027-01-10"):
            self.assertEqual(self.buscados("expired"), second)
            self.assertFalse(self.buscados("active"))

    # --- of an instalment -----------------------------------------------------------------------------------------

    def test_an_agreement_is_paid_by_the_coupons_of_its_instalments(self):
        acuerdo = self.vigente()
        first, second = acuerdo.cuota_ids.sorted("number")[:2]
        self.assertFalse(self.estado(), "all is under the agreement")
        cupones = self.Cupon._de_cuota(first + second)
        self.assertRecordValues(
            cupones,
            [
                {
                    "kind": "instalment",
                    "cuota_id": c.id,
                    "amount": c.amount,
                    "date_limit": c.date_due,
                    "state": "active",
                }
                for c in (first, second)
            ],
        )
        self.assertEqual(cupones[0].partida_ids, self.partidas(*self.facturas))
        self.assertEqual(self.Cupon._de_cuota(first), cupones[0])
        self.assertIn("Cuota 1 de 4 del acuerdo de pago", cupones[0]._concepto())
        # Part of it is paid: another one, for the rest; then all of it.
        self.abonar(100_000)
        self.env.invalidate_all()
        rest = self.Cupon._de_cuota(first)
        self.assertEqual((rest.amount, cupones[0].state), (first.amount - 100_000, "replaced"))
        self.abonar(rest.amount)
        self.env.invalidate_all()
        self.assertEqual((rest.state, cupones[1].state), ("paid", "active"))
        self.assertFalse(self.Cupon._de_cuota(first))
        # Missed: it may be paid for some days more.
        with self.dia_de("2026-09-20"):
            self.assertEqual(self.Cupon._de_cuota(second).date_limit, date(2026, 9, 30))

    def test_an_agreement_that_is_not_in_force_has_no_coupons(self):
        acuerdo = self.proponer()
        self.assertFalse(self.Cupon._de_cuota(acuerdo.cuota_ids))
        with self.assertRaisesRegex(UserError, "not in force"):
            acuerdo.cuota_ids[0].with_user(self.gestor).action_coupon()

    # --- references -----------------------------------------------------------------------------------------------

    def test_references_are_unique_in_a_company_and_check_themselves(self):
        cupon = self.estado()
        values = {
            "kind": "statement",
            "expediente_id": self.expediente.id,
            "date": HOY,
            "date_limit": HOY,
            "amount": 1,
        }
        with self.assertRaises(ValidationError):
            self.Cupon.sudo().create({**values, "number": "900000000018"})
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.Cupon.sudo().create({**values, "number": cupon.number})
        with self.assertRaisesRegex(UserError, "Coupons stay"):
            cupon.unlink()

    def test_only_officers_and_the_counter_give_them_out_and_nobody_writes_them(self):
        cupon = self.estado()
        for role in ("gestor", "ventanilla"):
            user = self.gestor if role == "gestor" else self.usuario(role)
            action = self.expediente.with_user(user).action_coupon()
            self.assertEqual(action["context"]["active_ids"], cupon.ids)
            with self.assertRaises(AccessError):
                cupon.with_user(user).write({"amount": 1})
        auditor = self.usuario("auditor")
        self.assertEqual(cupon.with_user(auditor).number, cupon.number)
        with self.assertRaises(AccessError):
            self.expediente.with_user(auditor).action_coupon()

    # --- the paper ------------------------------------------------------------------------------------------------

    def test_the_barcode_says_who_collects_what_how_much_and_until_when(self):
        cupon = self.estado()
        self.assertEqual((cupon._simbolos(), cupon._leyenda()), (cupon.number, cupon.number))
        with self.assertRaises(ValidationError):
            self.company.sudo().cartera_gln = "7709998000002"
        self.company.sudo().cartera_gln = GLN
        self.assertEqual(
            cupon._leyenda(), f"(415){GLN}(8020){cupon.number}(3902)0100789041(96)20260725"
        )  # fmt: skip
        self.assertEqual(leer_barras(anchos(cupon._simbolos())), cupon._simbolos())

    def test_the_statement_of_everything_bears_it(self):
        Certificado = self.env["cartera.certificado"].sudo().with_context(force_report_rendering=True)
        whole = Certificado._emitir(self.expediente, "statement")
        cupon = self.estado()
        self.assertEqual(whole.cupon_id, cupon)
        said = texto(whole.pdf_id.raw)
        for words in (cupon.number, cupon._leyenda(), "Con esta colilla paga lo exigible hoy: $ 1.000.000 de capital"):
            self.assertIn(words, said)
        part = Certificado._emitir(self.expediente, "statement", self.partidas(self.facturas[0]))
        self.assertFalse(part.cupon_id)

    def test_the_paper(self):
        self.company.sudo().write({"cartera_gln": GLN, "cartera_pay_info": "Cuenta 123-456 del Banco"})
        cupon = self.estado().with_context(force_report_rendering=True)
        said = texto(cupon._pdf())
        for words in (cupon.number, "$ 1.007.890,41", "25 de julio de 2026", self.facturas[0].name, "Cuenta 123-456",
                      "UN MILLÓN SIETE MIL", cupon._leyenda(), "Página 1 de 1"):  # fmt: skip
            self.assertIn(words, said)
        with self.dia_de("2026-08-01"):
            self.assertIn("Este cupón venció", texto(cupon._pdf()))


@tagged("post_install", "-at_install")
class TestCuponNumero(BaseCase):
    def test_a_reference_has_twelve_figures_and_any_wrong_one_is_found(self):
        self.assertEqual(reference(1), "900000000019")
        for serial in (1, 19, 123456, 10**10 - 1):
            good = reference(serial)
            self.assertTrue(len(good) == 12 and is_reference(good))
            for place in range(12):
                for figure in set("0123456789") - {good[place]}:
                    self.assertFalse(is_reference(good[:place] + figure + good[place + 1 :]))

    def test_what_is_no_reference(self):
        wrong = ("", "900000000012", "90000000001", "9000000000190", "９00000000019", "90000000001a", "100000000009")
        for text in wrong:
            self.assertFalse(is_reference(text), text)

    def test_the_sequence_ends(self):
        for serial in (0, -1, 10**10):
            with self.assertRaisesRegex(ValueError, "No coupon can bear"):
                reference(serial)

    def test_a_gln_checks_itself(self):
        self.assertTrue(is_gln("7709998000001"))
        for text in ("", "7709998000002", "770999800000", "77099980000010", "770999800000x"):
            self.assertFalse(is_gln(text), text)
