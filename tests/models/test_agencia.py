"""An agency's log comes in whole, once, judged by the guard; what is wrong goes back with its reason."""

import base64
import io
from datetime import datetime

import openpyxl
from freezegun import freeze_time
from lxml import etree
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_gestion import GestionCase

TITLES = "NIT,Fecha y hora,Canal,Resultado,Directo,Teléfono,Observación,Referencia,Fecha promesa,Valor promesa"


@tagged("post_install", "-at_install")
class TestAgencia(GestionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor.vat = "52123456"
        cls.agency = cls.env["res.partner"].create({"name": "Casa de cobranza", "is_company": True})
        cls.boss = cls.usuario("tesorero")

    def importar(self, *rows, titles=TITLES, user=None, name="log.csv", raw=None):
        raw = raw or "\n".join([titles, *rows]).encode()
        env = self.env(user=user or self.boss, su=False, context={"allowed_company_ids": self.company.ids})
        wizard = env["cartera.agencia"].create(
            {"agency_id": self.agency.id, "file": base64.b64encode(raw), "filename": name}
        )
        wizard.action_import()
        return wizard

    def rechazos(self, wizard):
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(wizard.rejected_file)))
        return [[cell or "" for cell in row] for row in book.active.iter_rows(values_only=True)]

    def assertCuenta(self, wizard, **counts):
        self.assertEqual({name: wizard[f"{name}_count"] for name in counts}, counts)

    def test_rows_become_contacts_of_the_agency(self):
        wizard = self.importar(
            "52.123.456,14/07/2026 10:05,Llamada,No contesta,no,310 555 0101,,A-1,,",
            "52123456,2026-07-14 3:30 p. m.,Llamada telefónica,Promesa de pago,SÍ,3105550101,Paga el viernes,A-2,"
            '17/07/2026,"1.200.000,00"',
        )
        self.assertCuenta(wizard, created=2, known=0, unlawful=0, rejected=0)
        self.assertRecordValues(
            wizard.gestion_ids.sorted("date"),
            [
                {
                    "date": datetime(2026, 7, 14, 15, 5), "result": "no_answer", "direct": False, "channel": "call",
                    "address": "310 555 0101", "external_ref": "A-1", "verdict": "OK", "round": 1, "attempt_no": 1,
                    "promise_amount": 0.0, "agency_id": self.agency.id, "next_step": "none",
                },
                {
                    "date": datetime(2026, 7, 14, 20, 30), "result": "promise", "direct": True, "channel": "call",
                    "address": "3105550101", "external_ref": "A-2", "verdict": "OK", "round": 1, "attempt_no": 2,
                    "promise_amount": 1_200_000.0, "agency_id": self.agency.id, "next_step": "promise",
                },
            ],
        )  # fmt: skip
        # What they did counts for the company: it was a direct contact.
        self.assertEqual(self.check("sms")["reason"], "OK")
        self.assertEqual(self.check("sms", at=datetime(2026, 7, 15, 15))["reason"], "OTHER_CHANNEL_WEEK")

    def test_the_same_file_again_creates_nothing(self):
        rows = (
            "52123456,14/07/2026 10:05,Llamada,No contesta,,,,A-1,,",
            "52123456,14/07/2026 11:05,SMS,Enviado,,,,,,",
            "52123456,14/07/2026 11:05,SMS,Enviado,,,,,,",
        )
        self.assertCuenta(self.importar(*rows), created=2, known=1, rejected=0)
        self.assertCuenta(self.importar(*rows), created=0, known=3, rejected=0)
        self.assertEqual(self.Gestion.search_count([("agency_id", "=", self.agency.id)]), 2)

    def test_two_debtors_with_one_nit_are_told_and_neither_is_chosen(self):
        twin = self.debtor.sudo().copy({"name": "Juana otra vez", "vat": self.debtor.vat})
        self.factura(30, partner=twin)
        wizard = self.importar("52123456,14/07/2026 10:05,Llamada,No contesta,,,,A-1,,")
        self.assertCuenta(wizard, created=0, rejected=1)
        self.assertIn("Several debtors have the identification 52123456: join them", self.rechazos(wizard)[1][-1])

    def test_an_agency_numbers_for_each_company_from_one(self):
        other = self.setup_other_company()["company"]
        dossier = self.Expediente.create({"partner_id": self.debtor.id, "company_id": other.id})
        row = "52123456,14/07/2026 10:05,Llamada,No contesta,,,,1,,"
        self.assertCuenta(self.importar(row), created=1, known=0)
        boss = self.usuario("tesorero", company=other)
        env = self.env(user=boss, su=False, context={"allowed_company_ids": other.ids})
        raw = base64.b64encode(f"{TITLES}\n{row}".encode())
        for created, known in ((1, 0), (0, 1)):
            wizard = env["cartera.agencia"].create({"agency_id": self.agency.id, "file": raw})
            wizard.action_import()
            self.assertCuenta(wizard, created=created, known=known)
        self.assertEqual(len(dossier.gestion_ids), 1)

    def test_what_the_law_did_not_allow_is_recorded_flagged_and_counted(self):
        wizard = self.importar(
            "52123456,13/07/2026 10:00,Llamada,Contacto titular,,,,1,,",  # a holiday
            "52123456,14/07/2026 19:00,Llamada,No contesta,,,,2,,",
            "52123456,14/07/2026 18:59,Llamada,No contesta,,,,3,,",
            "52123456,15/07/2026 08:00,WhatsApp,Ya pagó,,,,4,,",  # they talked by phone on Monday
            "52123456,15/07/2026 09:00,Visita,No contesta,,,,5,,",
            "52123456,15/07/2026 09:10,Llamada,Pide información,entrante,,,6,,",
        )
        self.assertCuenta(wizard, created=5, unlawful=4, rejected=1)
        self.assertEqual(
            dict(wizard.gestion_ids.mapped(lambda g: (g.external_ref, g.verdict))),
            {"1": "HOLIDAY", "2": "WINDOW", "3": "OK", "4": "OTHER_CHANNEL_WEEK", "5": "NO_CONSENT"},
        )
        action = wizard.action_unlawful()
        self.assertEqual(len(self.Gestion.search(action["domain"])), 4)

    def test_bad_rows_come_back_with_every_reason(self):
        rows = (
            "999,14/07/2026 10:05,Llamada,No contesta,,,,B-1,,",
            ",31/02/2026 10:05,Paloma,Quién sabe,tal vez,,,B-2,,",
            "52123456,14/07/2026,Llamada,No contesta,,,,B-3,,",
            "52123456,16/07/2026 10:00,Llamada,No contesta,,,,B-4,,",
            "52123456,14/07/2026 10:00,Llamada,Promesa,,,,B-5,13/07/2026,100",
            "52123456,14/07/2026 25:00,,,,,,B-6,,",
            "52123456,14/07/2026 10:05,Llamada,No contesta,,,,B-7,,",
        )
        wizard = self.importar(*rows)
        self.assertCuenta(wizard, created=1, rejected=6)
        titles, *rejected = self.rechazos(wizard)
        self.assertEqual(titles[-1], "Reason for rejection")
        reasons = {row[7]: row[-1] for row in rejected}
        self.assertEqual(set(reasons), {"B-1", "B-2", "B-3", "B-4", "B-5", "B-6"})
        for ref, pieces in {
            "B-1": ["No debtor of the company has the identification 999."],
            "B-2": ["identification number is missing", "not a date: 31/02/2026", "Paloma", "Quién sabe", "tal vez"],
            "B-3": ["The hour is missing"],
            "B-4": ["in the future"],
            "B-5": ["A promise needs its date"],
            "B-6": ["not an hour", "The channel is missing", "The result is missing"],
        }.items():
            for piece in pieces:
                self.assertIn(piece, reasons[ref])
        # Corrected, the file that came back goes in as it is.
        fixed = [",".join(map(str, row)).replace("999", "52123456") for row in (titles, rejected[0])]
        self.assertCuenta(self.importar(raw="\n".join(fixed).encode()), created=1, rejected=0)

    def test_a_spreadsheet_with_a_title_above_and_the_hour_apart(self):
        book = openpyxl.Workbook()
        for row in (
            ["Informe de gestiones - julio"],
            ["Cédula/NIT", "Fecha", "Hora", "Tipificación", "Medio de contacto", "Sentido"],
            [52123456, datetime(2026, 7, 14), "10:20", "Pide información", "Llamada", "Entrante"],
        ):
            book.active.append(row)
        output = io.BytesIO()
        book.save(output)
        wizard = self.importar(raw=output.getvalue(), name="log.xlsx")
        self.assertRecordValues(
            wizard.gestion_ids,
            [{"date": datetime(2026, 7, 14, 15, 20), "direction": "in", "result": "information", "unlawful": False}],
        )

    def test_a_file_without_its_columns_says_which(self):
        with self.assertRaisesRegex(UserError, "no column for: Channel, Result"):
            self.importar("1,14/07/2026", titles="NIT,Fecha")
        with self.assertRaises(UserError):
            self.importar(raw=b"\x00\x01", name="log.xlsx")

    def test_only_coordinators_bring_in_what_the_guard_would_refuse(self):
        officer = self.usuario("gestor")
        with self.assertRaises(AccessError):
            self.importar("52123456,14/07/2026 10:05,Llamada,No contesta,,,,A-1,,", user=officer)
        with self.assertRaises(AccessError):
            self.gestion(date=datetime(2026, 7, 13, 15), user=officer, agency_id=self.agency.id)
        sly = self.Gestion.with_user(officer).sudo(False).with_context(default_agency_id=self.agency.id)
        values = {"expediente_id": self.expediente.id, "channel": "call", "result": "no_answer"}
        with self.assertRaisesRegex(UserError, "holidays"):
            sly.create({**values, "date": datetime(2026, 7, 13, 15)})
        self.assertFalse(sly.create({**values, "date": datetime(2026, 7, 14, 15)}).agency_id)

    def test_other_companies_debtors_are_not_ones_own(self):
        other = self.setup_other_company()["company"]
        boss = self.usuario("tesorero", company=other)
        env = self.env(user=boss, su=False, context={"allowed_company_ids": other.ids})
        raw = f"{TITLES}\n52123456,14/07/2026 10:05,Llamada,No contesta,,,,A-1,,".encode()
        wizard = env["cartera.agencia"].create({"agency_id": self.agency.id, "file": base64.b64encode(raw)})
        wizard.action_import()
        self.assertCuenta(wizard, created=0, rejected=1)

    @freeze_time("2026-07-15 17:00:00")
    def test_many_rows_cost_the_queries_of_few(self):
        def rows(tag, count):
            return [
                f"52123456,{1 + n % 10:02}/07/2026 {8 + n // 10}:00,Llamada,No contesta,,,,{tag}{n},,"
                for n in range(count)
            ]

        self.importar(*rows("x", 5))
        self.env.flush_all()
        with self.assertQueryCount(25):
            self.importar(*rows("y", 100))

    def test_the_list_of_agencies_shows_only_what_was_against_the_law(self):
        """Filters between two separators widen each other; those of this list have to narrow."""
        view = self.env["cartera.gestion"].sudo().get_view(self.env.ref("cartera_cobro.cartera_gestion_view_search").id)
        groups, current = {}, 0
        for node in etree.fromstring(view["arch"]):
            current += node.tag == "separator"
            groups[node.get("name")] = current
        self.assertEqual(len({groups[name] for name in ("valid", "unlawful", "agency")}), 3)
