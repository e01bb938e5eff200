"""Bank files: tables whose columns are matched once a bank, collection files whose totals tie, nothing twice."""

import base64
from datetime import date

from odoo.addons.cartera_cobro.models import cartera_consignacion_carga
from odoo.addons.cartera_cobro.models.cartera_consignacion_lectura import Ilegible, huellas, leer_recaudo
from odoo.addons.cartera_cobro.models.cartera_importacion_archivo import libro
from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, tagged

from .common import CarteraCase

CSV = """Extracto de julio;;;;
Fecha;Descripción;Referencia;NIT Originador;Valor
2026-07-10;CONSIG NACIONAL;FV-1;900123456;1.000,00
2026-07-10;EFECTIVO;;;500,50
2026-07-10;EFECTIVO;;;500,50
2026-07-11;COMISION;;;-12,30
"""


def recaudo(pagos, nit="900123456", day="20260714", account="000045600012347", cut=0, **totals):
    """A collection file (bytes) of `pagos` [(reference, cents)] in one lot, as a bank writes it."""
    count, cents = len(pagos), sum(amount for _reference, amount in pagos)
    said = {"count": count, "cents": cents, "file_count": count, "file_cents": cents, **totals}
    lines = [f"01{nit:0>10}{day}007{account:0>17}{day}2359A01", f"05{'7709998':0>13}0001"]
    lines += [
        f"06{reference:0>48}{amount:014d}0115{number:06d}000000007{'':0>4}{number:07d}000"
        for number, (reference, amount) in enumerate(pagos, start=1)
    ]
    lines += [f"08{said['count']:09d}{said['cents']:018d}0001", f"09{said['file_count']:09d}{said['file_cents']:018d}"]
    lines = [line.ljust(162) for line in lines]
    return "\r\n".join(lines[: len(lines) - cut]).encode("latin-1")


@tagged("post_install", "-at_install")
class TestLeerRecaudo(BaseCase):
    def test_payments_with_their_day_reference_amount_and_means(self):
        found = leer_recaudo(recaudo([("910000000017", 1050025), ("88", 100)]))
        self.assertEqual((found.nit, found.account), ("900123456", "45600012347"))
        self.assertEqual(
            [(m.day, m.reference, str(m.amount), m.means, m.reasons) for m in found.movimientos],
            [
                (date(2026, 7, 14), "910000000017", "10500.25", "Débito por internet", []),
                (date(2026, 7, 14), "88", "1", "Débito por internet", []),
            ],
        )

    def test_what_does_not_tie_or_is_damaged_is_refused_with_its_line(self):
        good = [("1", 500), ("2", 700)]
        cases = [
            ("lot_totals", recaudo(good, cents=1100)),
            ("lot_totals", recaudo(good, count=3)),
            ("file_totals", recaudo(good, file_cents=1)),
            ("file_cut", recaudo(good, cut=1)),
            ("file_cut", recaudo(good, cut=2)),
            ("record_order", recaudo(good) + b"\r\n" + recaudo(good)),
            ("record_unknown", recaudo(good).replace(b"\r\n06", b"\r\n07", 1)),
            ("record_width", recaudo(good).replace(b"\r\n08", b"x\r\n08")),
            ("number_bad", recaudo(good).replace(b"00000000000500", b"0000000000050A")),
            ("day_bad", recaudo(good, day="20261314")),
            ("lot_other", recaudo(good).replace(b"0001".ljust(162 - 29) + b"\r\n09", b"0002".ljust(133) + b"\r\n09")),
        ]
        for code, raw in cases:
            with self.subTest(code), self.assertRaises(Ilegible) as caught:
                leer_recaudo(raw)
            self.assertEqual(caught.exception.code, code)

    def test_a_payment_that_the_bank_returned_is_told(self):
        raw = recaudo([("1", 500)]).replace(b"0000001000 ", b"0000001R03 ")
        self.assertEqual(leer_recaudo(raw).movimientos[0].reasons, [("returned", "R03")])

    def test_fingerprints_tell_like_lines_apart_and_are_the_same_in_the_next_file(self):
        one = (date(2026, 7, 10), "500.50", "EFECTIVO", "")
        first, second = huellas([one, one])
        self.assertNotEqual(first, second)
        self.assertEqual(
            huellas([(date(2026, 7, 9), 1, "x", ""), one]), [*huellas([(date(2026, 7, 9), 1, "x", "")]), first]
        )
        self.assertEqual(huellas([(one[0], "500.5", " efectivo ", "")]), [first])
        self.assertEqual(huellas([one], {first}), [second])


@tagged("post_install", "-at_install")
class TestCargar(CarteraCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tesorero = cls.usuario("tesorero")
        cls.company.sudo().vat = "900123456-8"
        cls.Line = cls.env["account.bank.statement.line"].sudo()

    def archivo(self, raw, name="extracto.csv", user=None):
        raw = raw.encode() if isinstance(raw, str) else raw
        return (
            self.env["cartera.consignacion.archivo"]
            .with_user(user or self.tesorero)
            .create({"journal_id": self.bank.id, "filename": name, "file": base64.b64encode(raw)})
        )

    def cargar(self, raw, **extra):
        wizard = self.archivo(raw, **extra)
        wizard.action_read()
        wizard.action_load()
        return wizard

    def lineas(self):
        return self.Line.search([("journal_id", "=", self.bank.id)], order="id")

    def test_a_table_is_read_and_its_lines_are_bank_lines_in_suspense(self):
        wizard = self.archivo(CSV)
        wizard.action_read()
        self.assertEqual(wizard.columna_ids.mapped("target"), ["date", "text", "reference", "vat", "amount"])
        self.assertEqual(wizard.decimal, ",")
        wizard.action_load()
        self.assertEqual((wizard.line_count, wizard.known_count, wizard.rejected_count), (4, 0, 0))
        self.assertEqual(self.lineas().mapped("amount"), [1000.0, 500.5, 500.5, -12.3])
        self.assertEqual(self.lineas()[0].payment_ref, "CONSIG NACIONAL FV-1 900123456")
        load = wizard.carga_id.sudo()
        self.assertEqual((load.state, load.amount_in, load.amount_out), ("done", 2001.0, 12.3))
        self.assertEqual((load.date_from, load.date_to), (date(2026, 7, 10), date(2026, 7, 11)))

    def test_the_same_file_is_refused_and_a_line_that_is_there_is_not_repeated(self):
        self.cargar(CSV)
        with self.assertRaisesRegex(UserError, "loaded already"):
            self.archivo(CSV).action_read()
        wizard = self.cargar(CSV + "2026-07-12;EFECTIVO;;;500,50\n2026-07-10;efectivo;;;500,50\n")
        self.assertEqual((wizard.line_count, wizard.known_count), (2, 4))
        self.assertEqual(len(self.lineas()), 6)

    def test_a_line_that_came_another_way_is_not_repeated(self):
        self.env["account.bank.statement.line"].create(
            {"journal_id": self.bank.id, "date": "2026-07-10", "payment_ref": "EFECTIVO", "amount": 500.5}
        )
        self.assertEqual(self.cargar(CSV).line_count, 3)

    def test_who_paid_and_from_which_account_tell_deposits_of_two_files_apart(self):
        head = "Fecha;Descripción;Nombre;Cuenta origen;Valor\n"
        row = "2026-07-10;TRANSFERENCIA;{};{};100.000,00\n"
        self.cargar(head + row.format("Juan", 111))
        for name, account, new in (("Pedro", 111, 1), ("Juan", 222, 1), ("juan", "0111", 0)):
            wizard = self.cargar(head + row.format(name, account) + f"2026-07-10;OTRO {name}{account};;;1\n")
            self.assertEqual((wizard.line_count, wizard.known_count), (1 + new, 1 - new), name)
        deposits = self.lineas().filtered(lambda line: line.amount > 1)
        self.assertEqual(deposits.mapped("partner_name"), ["Juan", "Pedro", "Juan"])

    def test_of_a_line_that_came_another_way_who_paid_is_not_known(self):
        self.env["account.bank.statement.line"].create(
            {"journal_id": self.bank.id, "date": "2026-07-10", "payment_ref": "TRANSFERENCIA", "amount": 7}
        )
        head, row = "Fecha;Descripción;Nombre;Valor\n", "2026-07-10;TRANSFERENCIA;{};7\n"
        wizard = self.cargar(head + row.format("Juan") + row.format("Pedro"))
        self.assertEqual((wizard.line_count, wizard.known_count), (1, 1))

    def test_a_number_of_the_movement_tells_all_apart(self):
        head, row = "Fecha;Descripción;Número de transacción;Valor\n", "2026-07-10;PAGO PSE;{};85.300\n"
        wizard = self.cargar(head + row.format("0001") + row.format("0002"))
        self.assertIn("number", wizard.columna_ids.mapped("target"))
        wizard = self.cargar(head + row.format("2") + row.format("3"))
        self.assertEqual((wizard.line_count, wizard.known_count, wizard.doubtful_count), (1, 1, 0))

    def test_a_day_cut_in_two_files_is_told_and_its_other_part_is_loaded_on_request(self):
        head, row = "Fecha;Descripción;Valor\n", "2026-07-10;PAGO PSE;85.300\n"
        self.cargar(head + "2026-07-09;PAGO PSE;85.300\n" + row * 3)
        wizard = self.cargar(head + row * 2 + "2026-07-11;PAGO PSE;85.300\n")
        self.assertEqual((wizard.line_count, wizard.known_count, wizard.doubtful_count), (1, 2, 2))
        self.assertIn("2 of those that are there already, on 07/10/2026, may be others", wizard.doubt)
        self.assertTrue(wizard.rejected_file, "what was left out is told")
        load = wizard.carga_id
        with self.assertRaises(AccessError):
            load.with_user(self.usuario("auditor")).action_load_doubtful()
        wizard.action_load_doubtful()
        self.assertEqual((wizard.line_count, wizard.known_count, wizard.doubtful_count), (3, 0, 0))
        self.assertRecordValues(
            load.sudo(), [{"state": "done", "amount_in": 255_900, "date_from": date(2026, 7, 10), "pending_count": 0}]
        )
        self.assertEqual(len(self.lineas()), 7)
        with self.assertRaisesRegex(UserError, "Nothing of this file is in doubt"):
            wizard.action_load_doubtful()
        wizard = self.cargar(head + row * 6)
        self.assertEqual((wizard.line_count, wizard.known_count, wizard.doubtful_count), (1, 5, 0), "a whole day")

    def test_columns_as_confirmed_are_remembered_for_the_bank(self):
        odd = "Día;Qué;Cuánto\n10/07/2026;ABONO;7\n"
        wizard = self.archivo(odd)
        wizard.action_read()
        with self.assertRaisesRegex(UserError, "Say which column is: Date, Amount"):
            wizard.action_load()
        for column, target in zip(wizard.columna_ids, ("date", "text", "amount"), strict=True):
            column.target = target
        wizard.action_load()
        again = self.archivo(odd.replace("7\n", "8\n"))
        again.action_read()
        self.assertEqual(again.columna_ids.mapped("target"), ["date", "text", "amount"])

    def test_bad_rows_come_back_with_their_reason_and_the_good_ones_are_loaded(self):
        wizard = self.cargar("Fecha;Concepto;Crédito;Débito\n2026-07-10;A;10;\nnunca;B;1;\n2026-07-10;C;;\n"
                             "2027-01-01;D;5;\n2026-07-10;E;0;\n2026-07-10;F;;4\n2026-07-10;G;12x;\n")  # fmt: skip
        self.assertEqual((wizard.line_count, wizard.rejected_count), (2, 5))
        self.assertEqual(self.lineas().mapped("amount"), [10.0, -4.0])
        for text in ("Line 3: This is not a date: nunca", "Line 4: The amount is missing", "Line 5: The day is to come",
                     "Line 6: The amount is zero", "Line 8: This is not an amount: 12x"):  # fmt: skip
            self.assertIn(text, wizard.errors)
        self.assertTrue(wizard.rejected_file)

    def test_a_spreadsheet_of_many_lines_waits_for_the_scheduled_action(self):
        rows = [["Fecha", "Concepto", "Valor"], *(["2026-07-10", f"PAGO {n}", str(n)] for n in range(1, 6))]
        self.patch(cartera_consignacion_carga, "AT_ONCE", 3)
        self.patch(cartera_consignacion_carga, "LOT", 2)
        load = self.cargar(libro(rows), name="extracto.xlsx").carga_id.sudo()
        self.assertEqual((load.state, load.pending_count, len(self.lineas())), ("running", 5, 0))
        with self.assertRaisesRegex(UserError, "loaded already"):
            self.archivo(libro(rows), name="otra vez.xlsx").action_read()
        left = iter([True, False])
        load._asentar(commit=lambda done: next(left))
        self.assertEqual((load.state, load.pending_count, len(self.lineas())), ("running", 1, 4))
        load._asentar()
        self.assertEqual((load.state, load.pending_count, len(self.lineas())), ("done", 0, 5))

    def en_espera(self, *rows):
        """A load of `rows` (day, text) that waits for the scheduled action."""
        self.patch(cartera_consignacion_carga, "AT_ONCE", 1)
        table = [["Fecha", "Concepto", "Valor"], *([day, text, "5"] for day, text in rows)]
        return self.cargar(libro(table), name=f"{rows[0][1]}.xlsx").carga_id.sudo()

    def cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("cartera_cobro.ir_cron_consignaciones").sudo().method_direct_trigger()
        self.env.invalidate_all()

    def test_a_period_closed_meanwhile_keeps_its_lines_waiting_and_moves_none(self):
        rows = ("2026-07-09", "A"), ("2026-07-10", "B"), ("2026-07-11", "C")
        load = self.en_espera(*rows)
        self.company.sudo().fiscalyear_lock_date = date(2026, 7, 10)
        for _hour in range(2):
            self.cron()
            self.assertEqual(self.lineas().mapped("date"), [date(2026, 7, 11)])
            self.assertEqual((load.state, load.pending_count), ("running", 2))
        self.assertIn("2 lines from 07/09/2026 to 07/10/2026 are of a closed period", load.waiting_reason)
        told = self.env["mail.message"].sudo().search([("subject", "like", "is not booked whole")])
        self.assertEqual(told.partner_ids, self.tesorero.partner_id, "once")
        # Known meanwhile, also in a file of other lines; opened again, they go where the bank has them.
        self.company.sudo().fiscalyear_lock_date = False
        again = self.en_espera(*rows, ("2026-07-12", "D"))
        self.assertEqual((again.line_count, again.known_count), (1, 3))
        self.cron()
        self.assertEqual((load.state, load.pending_count, load.waiting_reason), ("done", 0, False))
        self.assertEqual(sorted(self.lineas().mapped("date")), [date(2026, 7, day) for day in (9, 10, 11, 12)])

    def test_lines_are_booked_in_the_name_of_who_loaded_them(self):
        load = self.en_espera(("2026-07-09", "A"), ("2026-07-10", "B"))
        self.company.sudo().fiscalyear_lock_date = date(2026, 7, 31)
        self.env["account.lock_exception"].sudo().create(
            {"company_id": self.company.id, "user_id": self.tesorero.id, "fiscalyear_lock_date": False,
             "end_datetime": "2026-07-16 00:00:00"}
        )  # fmt: skip
        self.cron()
        self.assertEqual(load.state, "done")
        self.assertEqual(self.lineas().mapped("date"), [date(2026, 7, 9), date(2026, 7, 10)])
        self.assertEqual(self.lineas().create_uid, self.tesorero)

    def test_a_load_that_cannot_be_booked_says_why_and_stops_no_other(self):
        bad, good = self.en_espera(("2026-07-09", "A"), ("2026-07-10", "B")), self.en_espera(
            ("2026-07-09", "C"), ("2026-07-10", "D")
        )  # fmt: skip
        bad.pending = [{**values, "date": "2026-07-32"} for values in bad.pending]
        self.cron()
        self.assertEqual((bad.state, bad.pending_count, good.state), ("running", 2, "done"))
        self.assertTrue(bad.waiting_reason)
        self.assertEqual(len(self.lineas()), 2)

    def test_a_line_whose_day_was_moved_is_known_still(self):
        self.cargar(CSV)
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_move SET date = '2026-07-01' WHERE id = %s", [self.lineas()[0].move_id.id])
        self.env.invalidate_all()
        self.assertEqual(self.cargar(CSV + "2026-07-12;EFECTIVO;;;500,50\n").line_count, 1)

    def test_a_collection_file_is_loaded_and_its_coupons_are_proposed(self):
        self.factura(40, 10500.25)
        self.Partida._actualizar(self.company)
        expediente = self.Expediente.search([("partner_id", "=", self.debtor.id)])
        cupon = self.env["cartera.cupon"].sudo()._de_estado(expediente)
        wizard = self.archivo(recaudo([(cupon.number, round(cupon.amount * 100)), ("88", 100)]), name="rec.txt")
        wizard.action_read()
        self.assertEqual((wizard.state, wizard.line_count, wizard.proposed_count), ("done", 2, 1))
        line = self.lineas()[0]
        self.assertEqual((line.cartera_propuesta_id.cupon_id, line.cartera_confidence), (cupon, 99))
        self.assertEqual((str(line.date), line.transaction_type), ("2026-07-14", "Débito por internet"))
        line.with_user(self.tesorero).action_cartera_aceptar()
        self.assertEqual(cupon.state, "paid")
        self.assertCuadra()

    def test_a_collection_file_of_others_or_that_does_not_tie_is_refused_whole(self):
        with self.assertRaisesRegex(UserError, "is of NIT 800111222"):
            self.archivo(recaudo([("1", 100)], nit="800111222")).action_read()
        bank = self.env["res.partner.bank"].create({"acc_number": "999", "partner_id": self.company.partner_id.id})
        self.bank.sudo().bank_account_id = bank
        with self.assertRaisesRegex(UserError, "is of account 45600012347"):
            self.archivo(recaudo([("1", 100)])).action_read()
        self.bank.sudo().bank_account_id = False
        with self.assertRaisesRegex(UserError, "2 payments for 5, and it has 1 for 1: ask the bank"):
            self.archivo(recaudo([("1", 100)], file_count=2, file_cents=500)).action_read()
        self.assertFalse(self.lineas())

    def test_what_is_no_file_is_refused(self):
        cases = [("", "Choose the file"), ("solo\n", "no rows under"), ("\x00\x01\x02", "no rows under|cannot be read"),
                 ("Fecha;Valor\nx;y\n", "Nothing of the file")]  # fmt: skip
        for raw, why in cases:
            wizard = self.archivo(raw)
            with self.subTest(why), self.assertRaisesRegex(UserError, why):
                wizard.action_read()
                wizard.action_load()

    def test_who_may_load_and_where(self):
        for role in ("gestor", "auditor", "director", "abogado"):
            with self.assertRaises(AccessError, msg=role):
                self.archivo(CSV, user=self.usuario(role))
        other = self._create_company(name="Otra de los bancos")
        bank = (
            self.env["account.journal"]
            .sudo()
            .create({"name": "Ajeno", "code": "AJ", "type": "bank", "company_id": other.id})
        )
        wizard = self.archivo(CSV).sudo()
        wizard.journal_id = bank
        with self.assertRaisesRegex(UserError, "Choose a bank of"):
            wizard.action_read()
