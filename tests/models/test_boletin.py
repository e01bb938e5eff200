"""The bulletin of the State's debtors: who is on it, what would be rejected, who signs, what is sent and withdrawn."""

import io
from datetime import date

import openpyxl
from freezegun import freeze_time
from odoo import Command
from odoo.addons.cartera_cobro.models.cartera_boletin_lista import Lista
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import HOY, CarteraCase

MAYO = date(2026, 5, 31)
LIMITE = 8_754_525  # 5 x 1,750,905
MAS = LIMITE + 1
SEIS_MESES = date(2025, 11, 30)


class BoletinCase(CarteraCase):
    """A fund that reports; a company of Bogotá that owes more than the minimum since 30 November 2025."""

    politica_xmlid = "cartera_cobro.politica_fondo"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tesorero, cls.contador, cls.director = (cls.usuario(r) for r in ("tesorero", "contador", "director"))
        cls.otro_contador = new_test_user(
            cls.env,
            login="contador_dos",
            groups="base.group_user,cartera_cobro.group_cartera_contador",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.grupo = cls.env["res.partner"].create({"name": "Grupo Financiero", "email": "financiera@example.com"})
        cls.company.sudo().write(
            {"cartera_bdme": True, "cartera_bdme_entity": "923272446", "cartera_bdme_partner_ids": cls.grupo.ids}
        )
        cls.env["tier.definition"].sudo().search([("model", "=", "cartera.boletin")]).has_comment = False
        cls.nit, cls.cc = (cls.env.ref(f"l10n_co.{name}") for name in ("rut", "national_citizen_id"))
        cls.deudora = cls.deudor("CAFÉ Y MAÍZ S.A.S.", "900123456-8")
        cls.debe = cls.deuda(MAS, SEIS_MESES, cls.deudora)
        cls.Boletin = cls.env["cartera.boletin"]
        cls.Reporte = cls.env["cartera.boletin.reporte"].sudo()

    @classmethod
    def deudor(cls, name, vat, kind=None, **extra):
        values = {"name": name, "vat": vat, "l10n_latam_identification_type_id": (kind or cls.nit).id}
        company = {"is_company": kind is None, "country_id": cls.env.ref("base.co").id}
        return cls.env["res.partner"].with_context(no_vat_validation=True).create({**values, **company, **extra})

    @classmethod
    def deuda(cls, amount, due, partner):
        return cls.factura((HOY - due).days, amount, partner=partner)

    def boletin(self, user=None, **extra):
        self.actualizar()
        values = {"cutoff": MAYO, "category": "semester", **extra}
        return self.Boletin.with_user(user or self.tesorero).create(values)

    def lineas(self, boletin, *names):
        rows = boletin.sudo().linea_ids.sorted("id")
        return [tuple(line[name] for name in names) for line in rows]

    def firmar(self, boletin, *users):
        for user in users:
            boletin.invalidate_recordset()
            boletin.with_user(user).validate_tier()
        boletin.invalidate_recordset()

    def firmado(self, boletin=None, **extra):
        boletin = boletin or self.boletin(**extra)
        boletin.action_request()
        self.firmar(boletin, self.director, self.contador)
        return boletin

    def enviado(self, boletin=None, **extra):
        boletin = self.firmado(boletin, **extra)
        boletin._enviar(HOY, "CHIP-2026-114")
        return boletin

    def expediente(self, partner):
        return self.Expediente.search([("partner_id", "=", partner.id), ("company_id", "=", self.company.id)])

    def acuerdo(self, moves, partner, **values):
        """An agreement written as it would be by then: its way is another room's."""
        acuerdo = (
            self.env["cartera.acuerdo"]
            .sudo()
            .create(
                {
                    "expediente_id": self.expediente(partner).id,
                    "count": 2,
                    "first_date": date(2026, 8, 15),
                    "linea_ids": [Command.create({"partida_id": item.id}) for item in self.partidas(*moves)],
                }
            )
        )
        acuerdo.write(values)
        return acuerdo


@tagged("post_install", "-at_install")
class TestBoletinLista(BoletinCase):
    def test_the_example_of_the_law(self):
        self.deuda(LIMITE, SEIS_MESES, self.deudor("Justo", "1020304050", self.cc))
        self.deuda(MAS, date(2025, 12, 1), self.deudor("Reciente", "1020304051", self.cc))
        boletin = self.boletin()
        self.assertEqual((boletin.amount_limit, boletin.date_deadline), (LIMITE, date(2026, 6, 10)))
        self.assertRecordValues(
            boletin.linea_ids,
            [
                {
                    "partner_id": self.deudora.id,
                    "amount": MAS,
                    "date_due": SEIS_MESES,
                    "months": 6,
                    "days": 182,
                    "id_number": "900123456",
                    "included": True,
                    "faults": False,
                    "to_mend": False,
                }
            ],
        )
        self.assertEqual((boletin.included_count, boletin.debtor_count, boletin.amount_included), (1, 1, MAS))

    def test_the_ledger_as_it_stood_at_the_cut_off(self):
        """Paid before it: not there. Paid after: left out. Paid by an entry that went back to draft: there."""
        before, after, undone = (self.deudor(n, v, self.cc) for n, v in (("A", "101"), ("B", "102"), ("C", "103")))
        moves = [self.deuda(MAS, SEIS_MESES, partner) for partner in (before, after, undone)]
        self.pagar(moves[0], payment_date=MAYO)
        self.pagar(moves[1], payment_date=date(2026, 6, 1))
        self.pagar(moves[2], payment_date=date(2026, 4, 1))
        matched = self.env["account.partial.reconcile"].search([("debit_move_id.move_id", "=", moves[2].id)])
        matched.credit_move_id.move_id.button_draft()
        boletin = self.boletin()
        told = {(line.partner_id, line.included, line.reason) for line in boletin.linea_ids}
        self.assertIn((after, False, "paid"), told)
        self.assertNotIn(before, {partner for partner, *_rest in told})
        self.assertIn((undone, True, False), told)
        # A partial payment counts from its day.
        half = self.deuda(2 * MAS, SEIS_MESES, before)
        self.pagar(half, MAS + 2, payment_date=date(2026, 5, 2))
        boletin.action_refresh()
        self.assertNotIn(before, boletin.linea_ids.partner_id)

    def test_an_obligation_is_the_debtors_part_of_an_entry_and_the_scope_may_be_the_debtor(self):
        many = self.deudor("Varias", "104", self.cc)
        for amount in (MAS - 10, 100):
            self.deuda(amount, SEIS_MESES, many)
        self.deuda(MAS, date(2026, 2, 1), many)
        boletin = self.boletin()
        self.assertNotIn(many, boletin.linea_ids.partner_id)
        self.company.sudo().cartera_bdme_scope = "debtor"
        boletin.action_refresh()
        theirs = boletin.linea_ids.filtered(lambda line: line.partner_id == many)
        self.assertEqual(sorted(theirs.mapped("amount")), [100, MAS - 10])

    def test_each_item_of_an_opening_entry_is_an_obligation(self):
        other = self.deudor("Otra", "112", self.cc)
        due = {"account_id": self.receivable.id, "date_maturity": SEIS_MESES}
        rows = [(self.deudora, "FV-77"), (self.deudora, "Saldo anterior 2022-002"), (other, "Saldo"), (other, "Saldo")]
        lines = [{**due, "partner_id": partner.id, "name": name, "balance": MAS} for partner, name in rows]
        income = {"account_id": self.company_data["default_account_revenue"].id, "balance": -4 * MAS}
        values = {"journal_id": self.misc.id, "date": SEIS_MESES, "line_ids": [*map(Command.create, [*lines, income])]}
        entry = self.env["account.move"].create(values)
        entry.action_post()
        boletin = self.boletin()
        found = boletin.linea_ids.filtered(lambda line: line.move_id == entry)
        self.assertEqual(found.mapped("amount"), [MAS] * 4)
        items = {f"P{item.id}" for item in found.partida_id}
        self.assertEqual(len(set(found.mapped("obligation")) & (items | {"FV-77"})), 4)
        self.assertFalse(boletin.mend_count)
        boletin.action_refresh()
        self.assertEqual(boletin.linea_ids.filtered(lambda line: line.move_id == entry), found)

    def test_broken_agreements_need_no_age_and_a_minimum_only_where_the_company_says(self):
        broken = self.deudor("Incumplido", "105", self.cc)
        kept = self.deudor("Cumplido", "106", self.cc)
        moves = {p: self.deuda(amount, date(2026, 3, 1), p) for p, amount in ((broken, 500_000), (kept, 500_000))}
        old = self.deuda(MAS, SEIS_MESES, kept)
        self.actualizar()
        end = {"state": "breached", "date_active": date(2026, 4, 1), "date_end": date(2026, 5, 20)}
        self.acuerdo([moves[broken]], broken, **end)
        agreed = self.acuerdo([old], kept, state="active", date_active=date(2026, 5, 1))
        boletin = self.boletin()
        told = {line.partner_id: (line.included, line.reason, bool(line.acuerdo_id)) for line in boletin.linea_ids}
        self.assertEqual(told[broken], (True, False, True))
        self.assertEqual(told[kept], (False, "agreement", False))
        self.company.sudo().cartera_bdme_breach_minimum = True
        agreed.date_active = date(2026, 6, 1)
        boletin.action_refresh()
        told = {line.partner_id: (line.included, line.reason) for line in boletin.linea_ids}
        self.assertNotIn(broken, told)
        self.assertEqual(told[kept], (True, False), "agreed on after the cut-off")

    def test_claims_and_insolvency_are_left_out_by_themselves(self):
        self.boletin()
        item = self.partidas(self.debe)
        for hold in ("claim", "insolvency"):
            self.env.cr.execute("UPDATE cartera_partida SET hold_reason = %s WHERE id = %s", (hold, item.id))
            item.invalidate_recordset()
            boletin = self.Boletin.sudo().search([])
            boletin._leer()
            self.assertEqual(self.lineas(boletin, "included", "reason"), [(False, hold)])

    def test_what_a_claim_disputes_is_neither_reported_nor_compared(self):
        part, little = self.deudor("En parte", "113", self.cc), self.deudor("Poco", "114", self.cc)
        disputed = {
            self.debe: MAS,
            self.deuda(MAS + 300, SEIS_MESES, part): 100,
            self.deuda(MAS + 300, SEIS_MESES, little): 301,
        }
        for scope in ("obligation", "debtor"):
            with self.subTest(scope):
                self.company.sudo().cartera_bdme_scope = scope
                boletin = self.boletin()
                self.assertEqual(boletin.included_count, 3)
                claims = [self.reclamar(move, amount) for move, amount in disputed.items()]
                boletin.action_refresh()
                told = {line.partner_id: (line.amount, line.included, line.reason) for line in boletin.linea_ids}
                whole = {self.deudora: (MAS, False, "claim")} if scope == "obligation" else {}
                self.assertEqual(told, {part: (MAS + 200, True, False), **whole})
                for claim in claims:
                    claim.action_withdraw("Juana", "Se equivocó")
                boletin.sudo().unlink()

    def reclamar(self, move, amount):
        item = self.partidas(move)
        claim = self.env["cartera.reclamacion"].sudo().create(
            {
                "expediente_id": item.expediente_id.id,
                "subject": "Consumo",
                "text": "No es mío",
                "filed_by": "Juana",
                "user_id": self.tesorero.id,
                "linea_ids": [Command.create({"partida_id": item.id, "amount_disputed": amount})],
            }
        )  # fmt: skip
        claim.action_file()
        return claim

    def test_by_hand_with_a_reason_that_a_new_reading_keeps(self):
        boletin = self.boletin()
        line = boletin.linea_ids
        for reason, note, message in ((None, "x", "Say why"), ("other", " ", "Write the note")):
            with self.assertRaisesRegex(UserError, message):
                line._decidir(False, reason, note)
        self.assertTrue(line.included)
        Motivo = self.env["cartera.boletin.motivo"].with_user(self.contador)
        Motivo.with_context(**line.action_exclude()["context"]).create(
            {"reason": "lawsuit", "note": "Proceso 2026-114"}
        ).action_apply()
        self.pagar(self.debe, 1, payment_date=date(2026, 5, 1))
        other = self.deuda(MAS, SEIS_MESES, self.deudor("Otra", "107", self.cc))
        self.actualizar()
        boletin.action_refresh()
        self.assertRecordValues(
            boletin.linea_ids.filtered(lambda one: one.partner_id == other.partner_id),
            [{"included": True, "by_hand": False}],
        )
        self.assertFalse(line.exists(), "it is not over the minimum any more")
        said = "".join(boletin.message_ids.mapped("body"))
        self.assertIn("Proceso 2026-114", said)
        self.assertIn("1 new, 1 gone", said)

    def test_a_decision_stays_while_the_debt_is_on_the_list(self):
        self.pagar(self.deuda(MAS, SEIS_MESES, self.deudora), payment_date=date(2026, 6, 2))
        boletin = self.boletin()
        mine, paid = boletin.linea_ids.sorted("id")
        self.assertEqual((mine.included, paid.reason), (True, "paid"))
        mine._decidir(False, "claim", "")
        paid.with_user(self.contador)._decidir(True, note="El pago fue devuelto por el banco")
        boletin.action_refresh()
        self.assertEqual((mine.included, mine.reason, paid.included), (False, "claim", True))
        self.assertEqual(boletin.prepared_by_id, self.tesorero)

    def test_its_queries_do_not_grow_with_the_portfolio(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            boletin.sudo()._leer()
            return self.env.cr.sql_log_count - before

        boletin = self.boletin()
        queries()
        few = queries()
        for n in range(6):
            self.deuda(MAS, SEIS_MESES, self.deudor(f"Más {n}", f"20{n}", self.cc))
        self.actualizar()
        boletin.sudo()._leer()
        self.assertLessEqual(queries(), few + 2)

    # --- what would be rejected, and refused ----------------------------------------------------------------------
    def test_what_the_receiver_would_reject_is_said_and_keeps_the_bulletin_from_being_signed(self):
        bad = {
            "sin_tipo": self.deudor("Sin tipo", "108", self.env.ref("l10n_latam_base.it_vat")),
            "sin_numero": self.deudor("Sin número", False, self.cc),
            "nit": self.deudor("NIT errado S.A.", "900123456-1"),
            "largo": self.deudor("Largo " * 20, "109", self.cc),
            "signos": self.deudor("Niño <script>", "110", self.cc),
        }
        for partner in bad.values():
            self.deuda(MAS, SEIS_MESES, partner)
        boletin = self.boletin()
        said = {line.partner_id: line.problem for line in boletin.linea_ids}
        self.assertEqual(said.pop(self.deudora), "")
        self.assertIn("no code for the debtor's type", said[bad["sin_tipo"]])
        self.assertIn("no identification number", said[bad["sin_numero"]])
        self.assertIn("900123456-1 is no valid NIT", said[bad["nit"]])
        self.assertIn("longer than 100 characters", said[bad["largo"]])
        self.assertIn("signs that the receiver does not take", said[bad["signos"]])
        self.assertEqual(boletin.mend_count, 5)
        with self.assertRaisesRegex(UserError, "would reject 5 lines"):
            boletin.action_request()
        # Mended on the contact, written shorter here, or left out.
        bad["nit"].with_context(no_vat_validation=True).vat = "900123456-8"
        lines = {line.partner_id: line for line in boletin.linea_ids}
        lines[bad["largo"]].debtor_name = "Largo"
        lines[bad["signos"]].debtor_name = "Niño script"
        (lines[bad["sin_tipo"]] | lines[bad["sin_numero"]])._decidir(
            False, "other", "Se completa para el próximo corte"
        )
        boletin.action_refresh()
        self.assertEqual((boletin.mend_count, lines[bad["largo"]].debtor_name), (0, "Largo"))
        boletin.action_request()
        self.assertEqual(boletin.state, "approval")

    def test_numbers_of_obligations_are_shortened_and_unique(self):
        twin = self.deuda(MAS, SEIS_MESES, self.deudora)
        boletin = self.boletin()
        lines = boletin.linea_ids
        lines.obligation = "FACTURA-1"
        self.assertEqual(lines.mapped("faults"), ["duplicated"] * 2)
        lines[0].obligation = "FACTURA-0000000001"
        self.assertIn("longer than 15", lines[0].problem)
        self.assertFalse(lines[1].faults)
        self.assertIn("FACTURA-1", "".join(boletin.message_ids.mapped("body")))
        with self.assertRaisesRegex(UserError, "by its buttons"):
            lines[0].amount = 1
        # A longer number of the ledger loses its separators.
        lines.filtered(lambda line: line.move_id == twin).sudo().unlink()
        twin.with_context(skip_name_sequence_check=True).sudo().name = "FVE/2025/0000123"
        boletin.action_refresh()
        fresh = boletin.linea_ids.filtered(lambda line: line.move_id == twin)
        self.assertEqual((fresh.name, fresh.obligation, fresh.faults), ("FVE/2025/0000123", "FVE20250000123", False))

    def test_cut_offs_and_companies_that_are_refused_by_name(self):
        cases = [
            ({"cutoff": date(2026, 6, 30)}, "is no cut-off of the bulletin. The last one was"),
            ({"cutoff": date(2026, 11, 30)}, "has not come yet"),
            ({"cutoff": date(2014, 11, 30)}, "No layout"),
        ]
        for values, message in cases:
            with self.assertRaisesRegex(UserError, message), self.cr.savepoint():
                self.boletin(**values)
        self.env["cartera.parametro"].sudo().search(
            [("code", "=", "smmlv"), ("date_from", ">=", "2026-01-01")]
        ).unlink()
        with self.assertRaisesRegex(UserError, r"no minimum wage \(SMMLV\) of 2026"), self.cr.savepoint():
            self.boletin()
        self.company.sudo().cartera_bdme = False
        with self.assertRaisesRegex(UserError, "does not report to the BDME"), self.cr.savepoint():
            self.boletin()
        self.assertFalse(self.Boletin.sudo().search([]))

    def test_one_report_a_cut_off(self):
        boletin = self.boletin()
        self.assertEqual(self.Boletin.with_user(self.tesorero).default_get(["cutoff"]), {"cutoff": MAYO})
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.boletin(user=self.contador)
        with self.assertRaisesRegex(UserError, "keeps its cut-off"):
            boletin.cutoff = date(2025, 11, 30)

    def test_the_layout_says_its_cut_offs_as_month_day(self):
        formato = self.env.ref("cartera_cobro.boletin_formato").sudo()
        for cutoffs in ("31 de mayo", "05-31, 13-01", "5-31"):
            with self.assertRaisesRegex(ValidationError, "month-day"), self.cr.savepoint():
                formato.cutoffs = cutoffs

    def test_roles(self):
        boletin = self.boletin(user=self.contador)
        auditor, gestor = self.usuario("auditor"), self.usuario("gestor")
        for user in (auditor, gestor, self.director):
            with self.subTest(user.login):
                self.assertTrue(boletin.with_user(user).included_count)
                with self.assertRaises(AccessError):
                    self.Boletin.with_user(user).create({"cutoff": date(2025, 11, 30)})
                for act in ("action_refresh", "action_request"):
                    with self.assertRaises(AccessError):
                        getattr(boletin.with_user(user), act)()
                with self.assertRaises(AccessError):
                    boletin.linea_ids.with_user(user)._decidir(False, "claim")
        for values in ({"state": "signed"}, {"receipt": "1"}):
            with self.assertRaises(UserError):
                boletin.with_user(self.contador).write(values)
        with self.assertRaises(AccessError):
            boletin.with_user(self.usuario("responsable")).read(["cutoff"])

    def test_another_company_sees_nothing_of_it(self):
        boletin = self.boletin()
        other = self.env["res.company"].create({"name": "Otra entidad"})
        stranger = self.usuario("tesorero", other)
        self.assertFalse(self.Boletin.with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            boletin.linea_ids.with_user(stranger).read(["amount"])

    def test_the_administrator_says_that_the_company_reports(self):
        admin = self.usuario("admin")
        ajustes = self.env["cartera.ajustes"].with_user(admin).create({})
        self.assertTrue(ajustes.cartera_bdme)
        self.assertEqual(ajustes.cartera_bdme_partner_ids, self.grupo)
        ajustes.write({"cartera_bdme_smmlv": 4, "cartera_bdme_scope": "debtor"})
        ajustes.action_apply()
        self.assertRecordValues(self.company, [{"cartera_bdme_smmlv": 4, "cartera_bdme_scope": "debtor"}])
        self.assertEqual(self.boletin().amount_limit, 4 * 1_750_905)

    def test_a_private_company_does_not_speak_of_the_bulletin(self):
        self.actualizar()
        said = []
        for public in (True, False):
            self.company.sudo().cartera_bdme = public
            acuerdo = self.acuerdo([self.debe], self.deudora, state="active", date_active=HOY)
            acuerdo._incumplir("No pagó")
            self.assertEqual(acuerdo.bdme_breach, public)
            self.assertEqual(acuerdo in acuerdo.search([("bdme_breach", "=", True)]), public)
            acuerdo.date_cured = HOY
            said.append("BDME" in "".join(self.expediente(self.deudora).message_ids.mapped("body")))
            self.expediente(self.deudora).message_ids.unlink()
        self.assertEqual(said, [True, False])


@tagged("post_install", "-at_install")
class TestBoletinEnvio(BoletinCase):
    def test_two_areas_sign_and_neither_prepared_it(self):
        boletin = self.boletin()
        with self.assertRaisesRegex(UserError, "is not signed yet"):
            boletin.action_file()
        boletin.action_request()
        with self.assertRaisesRegex(UserError, "You prepared"):
            boletin.with_user(self.tesorero)._validate_tier()
        self.firmar(boletin, self.director)
        self.assertEqual((boletin.state, boletin.number), ("approval", False))
        with self.assertRaisesRegex(UserError, "is Being Signed: this is done while it is Draft"):
            boletin.action_refresh()
        self.firmar(boletin, self.contador)
        self.assertRecordValues(boletin, [{"state": "signed", "number": "2026-00001", "area": "portfolio"}])
        self.assertEqual(boletin.firma_ids.user_id, self.director + self.contador)

    def test_what_accounting_prepared_the_treasurer_and_another_accountant_sign(self):
        boletin = self.boletin(user=self.contador)
        boletin.action_request()
        self.firmar(boletin, self.tesorero)
        with self.assertRaisesRegex(UserError, "You prepared"):
            boletin.with_user(self.contador)._validate_tier()
        self.firmar(boletin, self.otro_contador)
        self.assertEqual(boletin.state, "signed")

    def test_the_file_byte_by_byte_and_the_sheet(self):
        self.deuda(MAS, SEIS_MESES, self.deudor("-2+3", "1020304050", self.cc))
        boletin = self.boletin()
        boletin.linea_ids[1].debtor_name = "-2 3"
        names = iter(("FV-1", "FV-2"))
        for line in boletin.linea_ids:
            line.obligation = next(names)
        self.firmado(boletin)
        header = "S    923272446      10505   2026    CGN2009_BDME_REPORTE_SEMESTRAL     31/05/2026\r\n"
        first = "D    1    1    FV-2           1020304050          2    -2 3" + " " * 96 + "8754526             1\r\n"
        second = "D    1    2    FV-1           900123456           1    CAFÉ Y MAÍZ S.A.S." + " " * 82
        self.assertEqual(boletin.txt_id.raw, (header + first + second + "8754526             1\r\n").encode("cp1252"))
        self.assertIn(str(boletin.txt_id.id), boletin.action_file()["url"])
        book = openpyxl.load_workbook(io.BytesIO(boletin.xlsx_id.raw))
        rows = list(book["Reportados"].iter_rows(min_row=5, values_only=True))
        self.assertEqual((rows[0][0], rows[0][8]), ("Deudor", "Saldo"))
        cell = book["Reportados"]["A6"]
        self.assertEqual((cell.value, cell.data_type, rows[1][8]), ("-2 3", "s", MAS))

    def test_it_is_mailed_to_the_financial_group_with_its_files_once(self):
        boletin = self.firmado()
        self.grupo.email = False
        with self.assertRaisesRegex(UserError, "no e-mail address: Grupo Financiero"):
            boletin.action_mail()
        self.grupo.email = "financiera@example.com"
        boletin.action_mail()
        mail = self.env["mail.mail"].sudo().search([("model", "=", "cartera.boletin"), ("res_id", "=", boletin.id)])
        self.assertEqual(mail.recipient_ids, self.grupo)
        self.assertEqual(mail.attachment_ids, boletin.pdf_id | boletin.txt_id | boletin.xlsx_id)
        self.assertIn("Comunicado 2026-00001", mail.subject)
        with self.assertRaisesRegex(UserError, "e-mailed already"):
            boletin.action_mail()
        memo = boletin.pdf_id.raw.decode("utf-8", "ignore")
        for text in ("CAFÉ Y MAÍZ S.A.S.", "8.754.526", "10 de junio de 2026", boletin.txt_sha256):
            self.assertIn(text, memo)

    def test_sending_reports_its_debts_and_happens_once(self):
        boletin = self.firmado()
        for values, message in (
            ((HOY, " "), "number of the receipt"),
            ((date(2026, 7, 16), "1"), "between the cut-off"),
        ):
            with self.assertRaisesRegex(UserError, message):
                boletin._enviar(*values)
        self.env["cartera.boletin.envio"].with_user(self.tesorero).with_context(active_id=boletin.id).create(
            {"receipt": "CHIP-9", "file": "UERG", "filename": "constancia.pdf"}
        ).action_apply()
        self.assertRecordValues(boletin, [{"state": "sent", "receipt": "CHIP-9", "sent_on": HOY}])
        self.assertEqual(boletin.receipt_id.raw, b"PDF")
        expediente = self.expediente(self.deudora)
        reported = expediente._reportado_bdme()
        self.assertRecordValues(reported, [{"amount": MAS, "date_since": HOY, "date_withdrawn": False}])
        self.assertEqual((expediente.is_reported, expediente.boletin_count), (True, 1))
        for again in (lambda: boletin._enviar(HOY, "CHIP-10"), boletin.action_refresh, boletin.action_reopen):
            with self.assertRaisesRegex(UserError, "was sent already, on .* with receipt CHIP-9"):
                again()
        self.assertFalse(self.expediente(self.debtor) and self.expediente(self.debtor)._reportado_bdme())

    def test_a_line_changed_after_the_signatures_keeps_it_from_leaving(self):
        boletin = self.firmado()
        boletin.sudo().linea_ids.amount = 1
        for act in (boletin.action_mail, lambda: boletin._enviar(HOY, "1")):
            with self.assertRaisesRegex(UserError, "not those that were signed"):
                act()
        # Back to draft it is signed again, and keeps its number.
        boletin.action_reopen()
        self.assertEqual((boletin.state, boletin.number, boletin.txt_id.id), ("draft", "2026-00001", False))
        boletin.action_refresh()
        with freeze_time("2026-07-15 18:00:00"):
            self.firmado(boletin)
        self.assertEqual(boletin.number, "2026-00001")

    def test_nothing_to_report_or_no_code_of_the_entity_is_refused(self):
        self.company.sudo().cartera_bdme_entity = False
        boletin = self.boletin()
        with self.assertRaisesRegex(UserError, "code of the entity"):
            boletin.action_request()
        boletin.linea_ids._decidir(False, "claim")
        with self.assertRaisesRegex(UserError, "no line to report"):
            boletin.action_request()


@tagged("post_install", "-at_install")
class TestBoletinRetiros(BoletinCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.otra = cls.deudor("Otra deudora S.A.", "800197268-4")
        cls.debe_otra = cls.deuda(2 * MAS, SEIS_MESES, cls.otra)

    def juzgar(self, day=HOY):
        self.env.flush_all()
        with freeze_time(f"{day} 17:00:00"):
            changed = self.Boletin.sudo()._juzgar(self.company)
            self.env.flush_all()
        self.env.invalidate_all()
        return changed

    def borrador(self, category="withdraw"):
        return self.Boletin.sudo().search([("category", "=", category), ("state", "!=", "sent")])

    def test_who_pays_is_put_on_a_draft_of_withdrawals_once_and_withdrawn_when_it_is_sent(self):
        self.enviado()
        self.assertEqual(self.juzgar(), 0)
        self.assertFalse(self.borrador())
        self.pagar(self.debe)
        self.pagar(self.debe_otra, 2 * MAS - 100)
        self.assertEqual((self.juzgar(), self.juzgar()), (2, 0))
        draft = self.borrador()
        self.assertEqual(sorted(draft.linea_ids.mapped("cause")), ["below", "paid"])
        self.assertEqual(sorted(draft.linea_ids.mapped("amount")), [MAS, 2 * MAS], "what was reported")
        self.assertEqual((len(draft.activity_ids), draft.activity_ids.user_id), (1, self.tesorero))
        self.firmado(draft.with_user(self.tesorero))
        self.juzgar()
        self.assertEqual(self.borrador(), draft, "what is under way is not proposed again")
        draft.with_user(self.tesorero)._enviar(HOY, "CHIP-R1")
        self.assertFalse(self.expediente(self.deudora)._reportado_bdme())
        self.assertRecordValues(
            self.Reporte.search([("partner_id", "=", self.deudora.id)]),
            [{"date_withdrawn": HOY, "withdrawal_cause": "paid", "withdrawal_boletin_id": draft.id}],
        )
        self.assertFalse(draft.activity_ids)
        self.assertEqual(self.juzgar(), 0)

    def test_what_is_owed_again_leaves_the_draft(self):
        self.enviado()
        payment = self.pagar(self.debe)
        self.juzgar()
        self.assertTrue(self.borrador())
        payment.move_id.button_draft()
        self.juzgar()
        self.assertFalse(self.borrador())
        self.assertFalse(self.expediente(self.deudora)._reportado_bdme().withdrawal_cause)

    def test_what_was_written_off_was_not_paid(self):
        self.enviado()
        self.pagar(self.debe)
        env, item = self.env(su=True), self.partidas(self.debe)
        comite = env["cartera.comite"].create({"name": "Comité", "code": "CC", "company_id": self.company.id})
        acta = env["cartera.acta"].create({"comite_id": comite.id})
        caso = env["cartera.acta.caso"].create({"acta_id": acta.id, "expediente_id": item.expediente_id.id})
        castigo = env["cartera.castigo"].create({"caso_id": caso.id, "kind": "write_off", "state": "posted"})
        linea = env["cartera.castigo.linea"].create({"castigo_id": castigo.id, "partida_id": item.id, "amount": MAS})
        linea._anotar("write_off", {linea: MAS}, castigo.move_id, castigo.memo_move_id, HOY)
        self.assertEqual(self.juzgar(), 0)
        regla = self.company._cartera_bdme_regla(MAYO)
        reasons = {row.move_id: row.reason for row in Lista(env, self.company.sudo(), MAYO).leer(regla)}
        self.assertEqual(reasons, {self.debe.id: "written_off", self.debe_otra.id: None})

    def test_an_agreement_withdraws_and_a_cured_breach_is_a_cancellation(self):
        self.actualizar()
        end = {"state": "breached", "date_active": date(2026, 4, 1), "date_end": date(2026, 5, 20)}
        broken = self.acuerdo([self.debe_otra], self.otra, **end)
        self.enviado()
        agreed = self.acuerdo([self.debe], self.deudora, state="active", date_active=HOY)
        self.partidas(self.debe).acuerdo_id = agreed
        broken.date_cured = HOY
        self.juzgar()
        self.assertEqual(self.lineas(self.borrador(), "partner_id", "cause"), [(self.deudora, "agreement")])
        self.assertEqual(self.lineas(self.borrador("cancel"), "partner_id", "cause"), [(self.otra, "cured")])

    def test_breaches_after_the_cut_off_are_told_once(self):
        self.enviado()
        late = self.deudor("Tarde", "111", self.cc)
        move = self.deuda(300_000, date(2026, 3, 1), late)
        self.actualizar()
        acuerdo = self.acuerdo([move], late, state="breached", date_active=date(2026, 5, 1), date_end=date(2026, 7, 1))
        boletin = self.boletin(category="breach")
        self.assertEqual(self.lineas(boletin, "partner_id", "acuerdo_id"), [(late, acuerdo)])
        self.enviado(boletin)
        again = self.boletin(category="breach")
        self.assertFalse(again.linea_ids)

    def test_an_update_tells_what_changed(self):
        self.enviado()
        self.pagar(self.debe_otra, 1000)
        self.juzgar()
        boletin = self.boletin(category="update")
        self.assertEqual(self.lineas(boletin, "partner_id", "amount"), [(self.otra, 2 * MAS - 1000)])
        self.enviado(boletin)
        self.assertEqual(self.expediente(self.otra)._reportado_bdme().amount, 2 * MAS - 1000)
        self.assertFalse(self.boletin(category="update").linea_ids)

    def test_the_morning_opens_the_report_in_its_term_and_reminds_once(self):
        self.actualizar()
        for day, expected in (("2026-05-30", 0), ("2026-06-11", 0), ("2026-06-02", 1), ("2026-06-03", 1)):
            with freeze_time(f"{day} 17:00:00"):
                self.Boletin._preparar_corte(self.company)
            self.assertEqual(self.Boletin.sudo().search_count([("cutoff", "=", MAYO)]), expected, day)
        boletin = self.Boletin.sudo().search([])
        self.assertRecordValues(
            boletin.activity_ids, [{"date_deadline": date(2026, 6, 9), "user_id": self.tesorero.id}]
        )
        self.assertFalse(boletin.prepared_by_id)
        with freeze_time("2026-06-05 17:00:00"):
            self.firmado(boletin.with_user(self.tesorero))
            boletin.with_user(self.tesorero)._enviar(date(2026, 6, 5), "1")
            self.Boletin._preparar_corte(self.company)
        self.assertFalse(boletin.activity_ids)

    def test_a_dossier_that_is_joined_to_another_takes_its_reports_along(self):
        self.enviado()
        self.env["base.partner.merge.automatic.wizard"].sudo()._merge((self.deudora + self.otra).ids, self.otra)
        self.assertEqual(len(self.expediente(self.otra).boletin_reporte_ids), 2)
