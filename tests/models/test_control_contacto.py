"""F-FIN-01: the contact record of a dossier and of a month, on paper and as a sheet."""

import io
from datetime import date, datetime

import openpyxl
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools.pdf import PdfFileReader

from .test_gestion import MARTES_14_JULIO, GestionCase


def paginas(pdf):
    """The text of each page, on one line."""
    return [" ".join(page.extract_text().split()) for page in PdfFileReader(io.BytesIO(pdf), strict=False).pages]


class ControlCase(GestionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor.vat = "52123456"
        cls.treasurer = cls.usuario("tesorero")
        cls.promise = cls.gestion(
            "promise",
            date=datetime(2026, 7, 7, 15, 5),
            promise_date=date(2026, 7, 31),
            promise_amount=987.5,
            note='=HYPERLINK("http://example.com")',
            referred_to="Facturación",
            evidence_ids=cls.env["ir.attachment"].sudo().create({"name": "llamada.mp3", "raw": b"x"}).ids,
        )
        cls.annulled = cls.gestion("talked", date=datetime(2026, 7, 8, 16))
        cls.annulled.with_user(cls.treasurer).action_annul("Era otro deudor")
        cls.override = cls.gestion(
            "no_answer", date=datetime(2026, 7, 12, 15), override_reason="Pidió que lo llamáramos el domingo"
        )
        # Ten at night of 30 June in Bogota is July in UTC.
        cls.last_month = cls.gestion("information", date=datetime(2026, 7, 1, 3), direction="in", note="De junio")

    def mes(self, user=None, month="2026-07-15", **extra):
        Wizard = self.env["cartera.control.contacto"].with_user(user or self.treasurer).with_company(self.company)
        return Wizard.create({"month": month, **extra})

    def pdf(self, records, user=None):
        """The PDF that the report of `records` gives to a user."""
        report = f"cartera_cobro.control_contacto{'_mes' if records._name == 'cartera.control.contacto' else ''}"
        Report = self.env["ir.actions.report"].with_user(user or self.treasurer).with_company(self.company)
        return Report.with_context(force_report_rendering=True)._render_qweb_pdf(report, records.ids)[0]

    def hoja(self, records, user=None):
        report = f"cartera_cobro.control_contacto{'_mes' if records._name == 'cartera.control.contacto' else ''}_xlsx"
        Report = self.env["ir.actions.report"].with_user(user or self.treasurer).with_company(self.company)
        return openpyxl.load_workbook(io.BytesIO(Report._render_xlsx(report, records.ids, {})[0])).worksheets

    def filas(self, sheet):
        """[{heading: cell}] of the contacts of a sheet."""
        headings = [cell.value for cell in sheet[6]]
        return [dict(zip(headings, row, strict=True)) for row in sheet.iter_rows(min_row=7) if row[1].value]


@tagged("post_install", "-at_install")
class TestControlContacto(ControlCase):
    def test_the_sheet_of_a_dossier_has_all_its_contacts_with_what_the_form_asks(self):
        [page] = paginas(self.pdf(self.expediente))
        for piece in (
            "F-FIN-01", "Juana Deudora", "52123456", "+57 310 555 0101", "07/07/2026 10:05", "1 / 1", "$ 987,50",
            "31/07/2026", "Queja remitida a: Facturación", "llamada.mp3", "De junio", "Página 1 de 1",
            "Autorizado por coordinador: Pidió que lo llamáramos el domingo",
            f"Anulado el 15 de julio de 2026 por {self.treasurer.name}: Era otro deudor",
        ):  # fmt: skip
            self.assertIn(piece, page)
        self.assertIn(self.expediente.partida_ids.name, page)

    def test_the_month_has_its_own_contacts_and_those_of_one_officer_if_asked(self):
        officer = self.usuario("gestor")
        self.gestion("no_answer", date=MARTES_14_JULIO, user=officer, note="Del gestor")
        whole, own = (" ".join(paginas(self.pdf(self.mes(user_id=user)))) for user in (False, officer.id))
        self.assertIn("julio de 2026", whole)
        self.assertNotIn("De junio", whole)
        self.assertIn("Facturación", whole)
        self.assertIn("Del gestor", whole)
        self.assertIn("Del gestor", own)
        self.assertIn(officer.name, own)
        self.assertNotIn("Facturación", own)

    def test_a_month_runs_from_its_first_to_its_last_day_in_colombia(self):
        self.assertEqual(self.mes(month="2026-06-01")._gestiones(), self.last_month)
        self.assertEqual(self.mes(month="2026-07-31")._gestiones(), self.promise | self.annulled | self.override)

    def test_an_empty_month_says_so_on_paper_and_on_the_sheet(self):
        wizard = self.mes(month="2026-01-01")
        sentence = "No hay gestiones registradas en enero de 2026."
        self.assertIn(sentence, paginas(self.pdf(wizard))[0])
        [sheet] = self.hoja(wizard)
        self.assertEqual(sheet["A7"].value, sentence)

    def test_the_sheet_has_figures_as_figures_dates_as_dates_and_text_never_as_formula(self):
        [sheet] = self.hoja(self.expediente)
        rows = {row["Fecha y hora"].value: row for row in self.filas(sheet)}
        row = rows[datetime(2026, 7, 7, 10, 5)]
        self.assertEqual(row["Observaciones"].data_type, "s")
        self.assertEqual(row["Observaciones"].value, self.promise.note)
        self.assertEqual(row["Valor prometido"].value, 987.5)
        self.assertEqual(row["Fecha prometida"].value, datetime(2026, 7, 31))
        self.assertEqual((row["Ronda"].value, row["Intento"].value), (1, 1))
        self.assertEqual(len(rows), 4)

    def test_annulled_contacts_are_crossed_out_on_the_sheet(self):
        [sheet] = self.hoja(self.mes())
        crossed = {row["Fecha y hora"].value: row["Resultado"].font.strike for row in self.filas(sheet)}
        self.assertEqual([bool(strike) for _when, strike in sorted(crossed.items())], [False, True, False])
        annulled = next(row for row in self.filas(sheet) if row["Resultado"].font.strike)
        self.assertFalse(annulled["Anulación"].font.strike)
        self.assertIn("Era otro deudor", annulled["Anulación"].value)

    def test_annulled_contacts_do_not_count(self):
        from odoo.addons.cartera_cobro.reports.control_contacto import de_mes

        counts = dict(de_mes(self.mes()).resumen())
        self.assertEqual(counts["Gestiones"], 2)
        self.assertEqual(counts["Promesas de pago"], 1)
        self.assertEqual(counts["Fuera de la Ley 2300"], 1)
        self.assertEqual(counts["Autorizadas por coordinador"], 1)
        self.assertEqual(counts["Anuladas"], 1)

    def test_several_dossiers_print_in_one_file_each_with_its_own_page_numbers(self):
        other = self.debtor.sudo().copy({"name": "Pedro Moroso"})
        self.factura(10, partner=other)
        both = self.expediente | self.Expediente.search([("partner_id", "=", other.id)])
        pages = paginas(self.pdf(both))
        self.assertEqual(len(pages), 2)
        self.assertIn("Juana Deudora", pages[0])
        self.assertNotIn("Pedro Moroso", pages[0])
        self.assertIn("No hay gestiones registradas con este deudor", pages[1])
        self.assertTrue(all("Página 1 de 1" in page for page in pages))
        self.assertEqual(len(self.hoja(both)), 2)

    def test_debtors_of_one_name_have_a_sheet_each(self):
        self.debtor.name = "Consorcio Alumbrado Público de Bogotá 1"
        homonyms = [self.debtor.sudo().copy({"name": f"CONSORCIO ALUMBRADO PÚBLICO DE BOGOTÁ {n}"}) for n in (2, 3)]
        for partner in homonyms:
            self.factura(10, partner=partner)
        dossiers = self.expediente | self.Expediente.search([("partner_id", "in", [p.id for p in homonyms])])
        names = [sheet.title for sheet in self.hoja(dossiers)]
        self.assertEqual(len(names), 3)
        self.assertTrue(all(len(name) <= 31 for name in names))
        self.assertEqual([name[-4:] for name in names[1:]], [" (2)", " (3)"])

    def test_an_auditor_prints_and_who_has_no_role_does_not(self):
        auditor = self.usuario("auditor")
        self.assertIn("Facturación", paginas(self.pdf(self.expediente, auditor))[0])
        action = self.mes(auditor, format="xlsx").action_print()
        self.assertEqual(action["report_name"], "cartera_cobro.control_contacto_mes_xlsx")
        outsider = self.env.user
        with self.assertRaises(AccessError):
            self.pdf(self.expediente.with_user(outsider), outsider)
        with self.assertRaises(AccessError):
            self.env["cartera.control.contacto"].with_user(outsider).create({})

    def test_another_companys_contacts_do_not_show(self):
        other = self.env["res.company"].sudo().create({"name": "Otra empresa"})
        stranger = self.usuario("tesorero", other)
        wizard = (
            self.env["cartera.control.contacto"]
            .with_user(stranger)
            .create({"month": "2026-07-01", "company_id": other.id})
        )
        self.assertFalse(wizard._gestiones())

    def test_a_month_of_many_contacts_costs_the_queries_of_a_few(self):
        from odoo.addons.cartera_cobro.reports.control_contacto import de_mes

        def leer():
            self.env.invalidate_all()
            self.env.cr.execute("SELECT 1")
            before = self.env.cr.sql_log_count
            de_mes(wizard).renglones()
            return self.env.cr.sql_log_count - before

        wizard = self.mes()
        leer()
        few = leer()
        agency = self.env["res.partner"].create({"name": "Casa de cobranza"})
        for number in range(12):
            partner = self.debtor.sudo().copy({"name": f"Deudor {number}"})
            self.factura(10, partner=partner)
            dossier = self.Expediente.search([("partner_id", "=", partner.id)])
            self.gestion("talked", expediente_id=dossier.id, agency_id=agency.id)
        self.env.flush_all()
        self.assertLessEqual(leer(), few + 2)
