"""The papers of dossiers: filed for good, asked for by the policy, missing or expired, and told twice a month."""

import base64
import hashlib
import io
import re
from datetime import date, timedelta
from unittest.mock import patch

import openpyxl
from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import html2plaintext, mute_logger
from psycopg2 import IntegrityError

from .common import HOY, CarteraCase
from .test_acuerdo import AcuerdoCase

PDF = b"%PDF-1.4 cedula"


class DocumentoCase(CarteraCase):
    """The company's policy asks for an identity card, a certificate that expires in 30 days, and receipts if any."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gestor, cls.tesorero = cls.usuario("gestor"), cls.usuario("tesorero")
        cls.politica.documento_tipo_ids = [Command.clear()]
        cls.cedula = cls.tipo("cedula", "Documento de identidad", sequence=1)
        cls.cert = cls.tipo("existencia", "Certificado de existencia", sequence=2, days_valid=30)
        cls.recibo = cls.tipo("recibo", "Recibo de caja", sequence=3, required=False, several=True)
        cls.factura(60)
        cls.expediente = cls.Expediente.search([("partner_id", "=", cls.debtor.id)])
        cls.Documento, cls.Faltante = cls.env["cartera.documento"], cls.env["cartera.documento.faltante"]

    @classmethod
    def tipo(cls, code, name, **values):
        vals = {"code": code, "name": name, "politica_id": cls.politica.id, **values}
        return cls.env["cartera.documento.tipo"].sudo().create(vals)

    @classmethod
    def archivar(cls, tipo, user=None, content=PDF, **values):
        vals = {
            "expediente_id": cls.expediente.id,
            "tipo_id": tipo.id,
            "file": base64.b64encode(content),
            "file_name": "escaneado.pdf",
            "date_issued": HOY if tipo.days_valid else False,
            **values,
        }
        return cls.env["cartera.documento"].with_user(user or cls.gestor).create(vals).with_user(user or cls.gestor)

    @classmethod
    def deudor(cls, name, user=None, amount=1000.0, **values):
        """The dossier of another debtor who owes."""
        partner = cls.debtor.copy({"name": name, **values})
        cls.factura(60, amount, partner=partner)
        expediente = cls.Expediente.search([("partner_id", "=", partner.id)])
        expediente.user_id = user
        return expediente

    @classmethod
    def cuenta(cls, name, partner=None, days=40):
        """An account of the debtor; with an invoice overdue where `days` says so."""
        partner = partner or cls.debtor
        values = {"name": name, "kind": "lease", "partner_id": partner.id, "company_id": cls.company.id}
        cuenta = cls.env["cartera.cuenta"].sudo().create(values)
        if days:
            move = cls.factura(days, partner=partner, post=False)
            move.sudo().cartera_cuenta_id = cuenta
            move.action_post()
        return cuenta

    def faltan(self, expediente=None):
        """Names of what the dossier lacks, in the policy's order."""
        self.env.invalidate_all()
        return (expediente or self.expediente)._documentos_faltantes().get(expediente or self.expediente, [])


@tagged("post_install", "-at_install")
class TestArchivar(DocumentoCase):
    def test_a_filed_document_has_its_file_hash_receiver_and_a_line_in_the_history(self):
        filed = self.archivar(self.cedula)
        self.assertRecordValues(
            filed,
            [
                {
                    "hash": hashlib.sha256(PDF).hexdigest(),
                    "size": len(PDF),
                    "received_by_id": self.gestor.id,
                    "company_id": self.company.id,
                    "partner_id": self.debtor.id,
                    "state": "valid",
                }
            ],
        )
        self.assertEqual(base64.b64decode(filed.with_context(bin_size=False).file), PDF)
        self.assertIn("escaneado.pdf", html2plaintext(self.expediente.message_ids[0].body))
        self.assertEqual(self.expediente.message_ids[0].author_id, self.gestor.partner_id)

    def test_there_is_no_document_without_a_file(self):
        for file in (False, b"", "", base64.b64encode(b""), "¿?"):
            with self.subTest(file=file), self.assertRaisesRegex(UserError, "choose the scanned document"):
                self.archivar(self.cedula, file=file)
        with self.assertRaisesRegex(UserError, "no name"):
            self.archivar(self.cedula, file_name=" ")
        self.assertEqual(len(self.faltan()), 2)

    def test_who_filed_it_and_its_hash_are_not_what_somebody_says(self):
        filed = self.archivar(self.cedula, received_by_id=self.tesorero.id, hash="x", size=1, active=False)
        self.assertEqual((filed.received_by_id, filed.size, filed.active), (self.gestor, len(PDF), True))
        self.assertEqual(filed.hash, hashlib.sha256(PDF).hexdigest())

    def test_it_is_kept_as_it_was_filed(self):
        filed = self.archivar(self.cedula)
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .search([("res_model", "=", "cartera.documento"), ("res_field", "=", "file"), ("res_id", "=", filed.id)])
        )
        for user in (self.gestor, self.tesorero, self.usuario("admin")):
            for change in (
                lambda d: d.write({"file": base64.b64encode(b"otro")}),
                lambda d: d.write({"active": False}),
                lambda d: d.unlink(),
                lambda d: attachment.with_user(d.env.user).write({"raw": b"otro"}),
                lambda d: attachment.with_user(d.env.user).unlink(),
            ):
                with self.subTest(user=user.login), self.assertRaises(UserError):
                    change(filed.with_user(user))
        for change in (lambda d: d.write({"note": "x"}), lambda d: d.unlink()):
            with self.assertRaises(UserError):
                change(filed.sudo())
        self.assertEqual(base64.b64decode(filed.with_context(bin_size=False).file), PDF)

    def test_a_newer_one_takes_its_place_and_the_old_one_stays_in_the_archive(self):
        first = self.archivar(self.cedula)
        second = self.archivar(self.cedula, content=b"mejor", file_name="mejor.pdf")
        self.assertRecordValues(first | second, [{"state": "archived"}, {"state": "valid"}])
        self.assertEqual(self.expediente.with_user(self.gestor).documento_ids, second | first)
        both = self.archivar(self.recibo) | self.archivar(self.recibo, content=b"otro")
        self.assertEqual(both.mapped("state"), ["valid", "valid"])

    def test_one_that_had_expired_when_it_was_filed_takes_no_place(self):
        good = self.archivar(self.cert)
        old = self.archivar(self.cert, date_issued=HOY - timedelta(days=31))
        self.assertRecordValues(good | old, [{"state": "valid"}, {"state": "expired"}])
        self.assertEqual(self.faltan(), ["Documento de identidad"])

    def test_what_was_filed_by_mistake_is_taken_out_by_who_may_file(self):
        filed = self.archivar(self.cedula)
        for role in ("auditor", "analista"):
            with self.assertRaises(AccessError):
                filed.with_user(self.usuario(role)).action_archive()
        self.expediente.user_id = self.tesorero
        with self.assertRaises(AccessError):
            filed.action_archive()
        filed.with_user(self.tesorero).action_archive()
        self.assertEqual(filed.state, "archived")
        self.assertIn("Taken out", html2plaintext(self.expediente.message_ids[0].body))
        self.assertIn("Documento de identidad", self.faltan())

    def test_validity_counts_from_the_day_of_issue(self):
        filed = self.archivar(self.cert, date_issued=HOY - timedelta(days=10))
        self.assertEqual(filed.date_until, HOY + timedelta(days=20))
        for at, state in (("2026-08-04 17:00", "valid"), ("2026-08-05 17:00", "expired")):
            with freeze_time(at):
                self.env.invalidate_all()
                self.assertEqual(filed.state, state)
                self.assertEqual(self.Documento.with_user(self.gestor).search([("state", "=", state)]), filed)
        self.cert.days_valid = 5
        self.assertEqual(filed.date_until, HOY + timedelta(days=20), "What was filed keeps its own day")

    def test_dates_that_cannot_be_are_refused(self):
        for values, message in (
            ({"date_issued": False}, "say on which day it was issued"),
            ({"date_issued": HOY + timedelta(days=1)}, "after today"),
            ({"date_issued": HOY, "date_until": HOY - timedelta(days=1)}, "before it was issued"),
        ):
            with self.subTest(values=values), self.assertRaisesRegex(ValidationError, message):
                self.archivar(self.cert, **values)

    def test_it_belongs_to_the_dossiers_policy_debtor_and_company(self):
        lease = self.tipo("contrato", "Contrato", applies_to="account")
        mine, other = self.cuenta("A-1"), self.cuenta("B-1", self.debtor.copy({"name": "Otra"}))
        foreign = self.env.ref("cartera_cobro.documento_fondo_cedula").sudo()
        for tipo, values, message in (
            (lease, {}, "choose which"),
            (self.cedula, {"cuenta_id": mine.id}, "leave the account empty"),
            (lease, {"cuenta_id": other.id}, "is not of Juana Deudora"),
            (foreign, {}, "another policy"),
        ):
            with self.subTest(message=message), self.assertRaisesRegex(ValidationError, message):
                self.archivar(tipo, **values)
        self.assertEqual(self.archivar(lease, cuenta_id=mine.id).cuenta_id, mine)

    def test_another_companys_type_or_account_does_not_serve(self):
        company = self.setup_other_company()["company"]
        theirs = self.politica.sudo().copy({"company_id": company.id})
        with self.assertRaises(UserError):
            self.archivar(theirs.documento_tipo_ids.filtered(lambda t: t.code == "cedula"))
        stranger = self.usuario("tesorero", company)
        filed = self.archivar(self.cedula)
        with self.assertRaises(AccessError):
            filed.with_user(stranger).check_access("read")
        with self.assertRaises(AccessError):
            self.archivar(self.cedula, user=stranger)
        self.assertFalse(self.Faltante.with_user(stranger).search([]))

    def test_who_files_and_who_only_reads(self):
        own, free, alien = self.deudor("Propio", self.gestor), self.expediente, self.deudor("Ajeno", self.tesorero)
        for role, allowed in (
            ("gestor", own | free),
            ("tesorero", own | free | alien),
            ("abogado", own | free | alien),
            ("ventanilla", own | free | alien),
            ("analista", free.browse()),
            ("contador", free.browse()),
            ("director", free.browse()),
            ("auditor", free.browse()),
        ):
            user = {"gestor": self.gestor, "tesorero": self.tesorero}.get(role) or self.usuario(role)
            for dossier in own | free | alien:
                with self.subTest(role=role, dossier=dossier.partner_id.name):
                    self.assertEqual(
                        dossier.with_user(user).documento_checklist["can_file"], dossier in allowed, "what is shown"
                    )
                    if dossier in allowed:
                        filed = self.archivar(self.recibo, user=user, expediente_id=dossier.id)
                        self.assertEqual(filed.received_by_id, user)
                    else:
                        with self.assertRaises(AccessError):
                            self.archivar(self.recibo, user=user, expediente_id=dossier.id)
                    self.assertTrue(self.Faltante.with_user(user).search_count([("expediente_id", "=", dossier.id)]))

    def test_the_account_responsible_sees_those_of_their_customers(self):
        responsible = self.usuario("responsable")
        filed, other = self.archivar(self.cedula), self.archivar(self.cedula, expediente_id=self.deudor("Otro").id)
        self.assertFalse(self.Documento.with_user(responsible).search([]))
        self.expediente.responsible_id = responsible
        self.assertEqual(self.Documento.with_user(responsible).search([]), filed)
        self.assertEqual(
            self.Faltante.with_user(responsible).search([]).expediente_id.ids, self.expediente.ids, other.partner_id
        )
        with self.assertRaises(AccessError):
            self.archivar(self.recibo, user=responsible)

    def test_types_are_the_administrators(self):
        for role, allowed in (("admin", True), ("tesorero", False), ("auditor", False)):
            user = self.tesorero if role == "tesorero" else self.usuario(role)
            self.assertEqual(self.cedula.with_user(user).has_access("write"), allowed, role)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.tipo("cedula", "Repetida")


@tagged("post_install", "-at_install")
class TestFaltantes(DocumentoCase):
    def test_what_is_required_and_not_filed_is_missing_until_it_is(self):
        self.assertEqual(self.faltan(), ["Documento de identidad", "Certificado de existencia"])
        self.archivar(self.cedula)
        self.assertEqual(self.faltan(), ["Certificado de existencia"])
        self.archivar(self.cert)
        self.assertEqual(self.faltan(), [])

    def test_an_expired_certificate_is_missing_and_says_since_when(self):
        self.archivar(self.cedula)
        self.archivar(self.cert, date_issued=HOY - timedelta(days=30))
        self.assertEqual(self.faltan(), [], "On its last day it is valid")
        with freeze_time("2026-07-16 17:00"):
            self.assertEqual(self.faltan(), ["Certificado de existencia"])
            missing = self.Faltante.with_user(self.gestor).search([("expediente_id", "=", self.expediente.id)])
            self.assertRecordValues(missing, [{"situation": "expired", "date_expired": HOY, "tipo_id": self.cert.id}])
            self.archivar(self.cert, date_issued=date(2026, 7, 16))
            self.assertEqual(self.faltan(), [])

    def test_an_archived_document_or_type_does_not_count(self):
        filed = self.archivar(self.cedula)
        self.archivar(self.cert)
        filed.action_archive()
        self.assertEqual(self.faltan(), ["Documento de identidad"])
        self.cedula.active = False
        self.assertEqual(self.faltan(), [])

    def test_persons_and_companies_are_asked_for_what_is_theirs(self):
        self.cedula.asked_of, self.cert.asked_of = "person", "company"
        firm = self.deudor("Transportes SAS", is_company=True)
        self.assertEqual(self.faltan(), ["Documento de identidad"])
        self.assertEqual(self.faltan(firm), ["Certificado de existencia"])

    def test_a_document_is_asked_for_from_its_stage_on(self):
        self.cedula.stage_from = "persuasive"
        early = self.deudor("Reciente")
        early.partida_ids.move_id.invoice_date_due = self.dia(10)
        self.expediente.partida_ids.move_id.invoice_date_due = self.dia(75)
        self.actualizar()
        self.assertEqual((self.expediente.etapa_id.kind, early.etapa_id.kind), ("persuasive", "prejudicial"))
        self.assertIn("Documento de identidad", self.faltan())
        self.assertNotIn("Documento de identidad", self.faltan(early))
        self.cedula.stage_from = "legal"
        self.assertNotIn("Documento de identidad", self.faltan())

    def test_only_what_owes_something_lacks_papers(self):
        settled, owes = self.deudor("Pagó"), self.deudor("Debe")
        self.pagar(settled.partida_ids.move_id)
        self.assertEqual(self.faltan(settled), [])
        self.assertEqual(len(self.faltan(owes)), 2)

    def test_each_account_that_owes_needs_its_own(self):
        lease = self.tipo("contrato", "Contrato de arrendamiento", applies_to="account", sequence=0)
        one, two, _quiet = self.cuenta("Local 1"), self.cuenta("Local 2"), self.cuenta("Local 3", days=0)
        child = self.env["res.partner"].create({"name": "Sede", "parent_id": self.debtor.id})
        three = self.cuenta("Local 4", child)
        self.assertEqual(
            self.faltan()[:3], [f"Contrato de arrendamiento · {name}" for name in ("Local 1", "Local 2", "Local 4")]
        )
        self.archivar(lease, cuenta_id=one.id)
        self.archivar(lease, cuenta_id=three.id)
        self.assertEqual([name for name in self.faltan() if "Contrato" in name], [f"{lease.name} · {two.name}"])

    def test_what_was_filed_counts_when_the_policy_is_copied_and_changed(self):
        self.archivar(self.cedula)
        self.company.sudo().cartera_politica_id = self.politica.sudo().copy({"name": "Manual 2026"})
        self.assertEqual(
            self.expediente.politica_id.documento_tipo_ids.mapped("code"), ["cedula", "existencia", "recibo"]
        )
        self.assertEqual(self.faltan(), ["Certificado de existencia"])

    def test_joined_dossiers_keep_their_papers(self):
        twin = self.deudor("Juana otra vez")
        filed = self.archivar(self.cedula, expediente_id=twin.id)
        twin._fusionar(self.expediente)
        self.env.invalidate_all()
        self.assertEqual((filed.expediente_id, filed.partner_id), (self.expediente, self.debtor))
        self.assertEqual(self.faltan(), ["Certificado de existencia"])

    def test_the_dossier_shows_how_many_and_which_and_is_found_by_it(self):
        whole = self.deudor("Completo")
        for tipo in (self.cedula, self.cert):
            self.archivar(tipo, expediente_id=whole.id)
        for record, count, text in (
            (self.expediente, 2, "Documento de identidad, Certificado de existencia"),
            (whole, 0, ""),
        ):
            record = record.with_user(self.gestor)
            self.assertEqual((record.documento_missing_count, record.documento_missing_text or ""), (count, text))
        both = [("id", "in", (self.expediente | whole).ids)]
        Expediente = self.Expediente.with_user(self.gestor)
        self.assertEqual(Expediente.search([*both, ("documento_missing_count", ">", 0)]), self.expediente)
        self.assertEqual(Expediente.search([*both, ("documento_missing_count", "=", 0)]), whole)

    def test_the_checklist_names_every_document_with_its_state(self):
        self.archivar(self.cert, date_issued=HOY - timedelta(days=40))
        lease = self.tipo("contrato", "Contrato", applies_to="account")
        self.cuenta("Local 1")
        self.archivar(lease, cuenta_id=self.expediente.cuenta_ids.id)
        checklist = self.expediente.with_user(self.gestor).documento_checklist
        self.assertEqual(
            {(row["name"], row["detail"]): (row["state"], row["files"]) for row in checklist["rows"]},
            {
                ("Documento de identidad", ""): ("missing", 0),
                ("Certificado de existencia", ""): ("expired", 1),
                ("Recibo de caja", ""): ("optional", 0),
                ("Contrato", "Local 1"): ("filed", 1),
            },
        )
        self.assertTrue(all(row["documento_id"] for row in checklist["rows"] if row["files"]))

    def test_a_whole_list_costs_the_queries_of_one(self):
        many = self.Expediente.browse()
        for number in range(50):
            many |= self.deudor(f"Deudor {number}", amount=1000 + number)
        many = many.with_user(self.gestor)
        costs = []
        for some in (many[:1], many[:1], many):  # the first one warms up the registry's caches
            self.env.flush_all()
            self.env.invalidate_all()
            some.mapped("amount_total")
            start = self.env.cr.sql_log_count
            self.assertEqual(set(some.mapped("documento_missing_count")), {2})
            costs.append(self.env.cr.sql_log_count - start)
        self.assertEqual(costs[1], costs[2])
        self.assertLessEqual(costs[2], 4)

    def test_the_rows_of_the_list_have_ids_of_their_own_that_read_back(self):
        self.tipo("contrato", "Contrato", applies_to="account")
        self.cuenta("Local 1"), self.cuenta("Local 2")
        self.deudor("Otro")
        rows = self.Faltante.with_user(self.gestor).search([])
        self.assertEqual(len(set(rows.ids)), 6)
        self.env.invalidate_all()
        self.assertEqual(sorted(row.partner_id.name for row in rows), ["Juana Deudora"] * 4 + ["Otro"] * 2)
        self.assertEqual(rows[:1].action_open_expediente()["res_id"], rows[:1].expediente_id.id)
        groups = self.Faltante.with_user(self.gestor)._read_group([], ["tipo_id"], ["__count"])
        self.assertEqual(sum(count for _tipo, count in groups), 6)

    def test_the_sheet_has_the_chosen_rows(self):
        self.archivar(self.cert, date_issued=HOY - timedelta(days=40))
        rows = self.Faltante.with_user(self.gestor).search([])
        Report = self.env["ir.actions.report"].with_user(self.gestor).with_company(self.company)
        content = Report._render_xlsx("cartera_cobro.documentos_faltantes_xlsx", rows.ids, {})[0]
        [sheet] = openpyxl.load_workbook(io.BytesIO(content)).worksheets
        cells = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
        self.assertEqual(
            [(row[0], row[5], row[8], row[9] and row[9].date()) for row in cells],
            [
                ("Juana Deudora", "Documento de identidad", "Sin archivar", None),
                ("Juana Deudora", "Certificado de existencia", "Vencido", HOY - timedelta(days=10)),
            ],
        )


@tagged("post_install", "-at_install")
class TestAvisoDeFaltantes(DocumentoCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Aviso = cls.env["cartera.documento.aviso"].sudo()
        cls.cron = cls.env.ref("cartera_cobro.ir_cron_documentos_faltantes").sudo()
        for user in (cls.gestor, cls.tesorero):
            user.sudo().email = f"{user.login}@example.com"
        cls.expediente.user_id = cls.gestor

    def correr(self, at="2026-07-16 12:00"):
        with freeze_time(at), self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.env.invalidate_all()

    def correos(self, user):
        return (
            self.env["mail.mail"]
            .sudo()
            .search([("recipient_ids", "in", user.partner_id.ids), ("subject", "like", "por archivar")])
        )

    def texto(self, user):
        return " ".join(html2plaintext(self.correos(user)[:1].body_html).replace("*", "").split())

    def test_each_officer_gets_what_is_missing_on_their_dossiers(self):
        mine = self.deudor("Transportes", self.gestor, amount=4_500_000)
        self.archivar(self.cert, expediente_id=mine.id, date_issued=HOY - timedelta(days=40))
        self.deudor("Ajeno", self.tesorero)
        self.correr()
        text = self.texto(self.gestor)
        for piece in (
            "4 documentos en 2 expedientes al 16 jul 2026",
            "Seguimiento quincenal",
            "$ 4.500.000 vencidos",
            "Documento de identidad",
            "Certificado de existencia: venció el 5 jul 2026",
            self.tesorero.name,
        ):
            self.assertIn(piece, text)
        self.assertNotIn("Ajeno", text)
        self.assertLess(text.index("Transportes"), text.index("Juana"))
        body = self.correos(self.gestor).body_html
        self.assertIn(f"/odoo/cartera.expediente/{mine.id}", body)
        self.assertIn("/odoo/cartera-missing-mine", body)

    def test_coordinators_get_the_totals_by_officer_with_the_whole_list(self):
        self.deudor("Suelto")
        self.archivar(self.cedula)
        self.archivar(self.cert, date_issued=HOY - timedelta(days=40))
        self.correr()
        text = self.texto(self.tesorero)
        self.assertIn("3 documentos en 2 expedientes", text)
        self.assertRegex(text, rf"Sin gestor 1 2 0 {re.escape(self.gestor.name)} 1 1 1")
        self.assertRegex(text, "Certificado de existencia 2 2 1")
        [file] = self.correos(self.tesorero).attachment_ids
        [sheet] = openpyxl.load_workbook(io.BytesIO(file.raw)).worksheets
        self.assertEqual(sheet.max_row, 4 + 3)
        file.with_user(self.tesorero).check_access("read")
        with self.assertRaises(AccessError):
            file.with_user(self.gestor).check_access("read")

    def test_it_leaves_on_the_16th_and_the_1st_once(self):
        for at, kinds in (
            ("2026-07-14 12:00", []),
            ("2026-07-16 04:30", []),  # still the 15th in Colombia
            ("2026-07-16 12:00", ["fortnight"]),
            ("2026-07-16 12:00", ["fortnight"]),
            ("2026-07-17 12:00", ["fortnight"]),
            ("2026-08-01 12:00", ["fortnight"]),  # Saturday
            ("2026-08-03 12:00", ["fortnight", "month"]),
            ("2026-08-04 12:00", ["fortnight", "month"]),
            ("2026-08-17 12:00", ["fortnight", "month"]),  # a holiday, after a Sunday
            ("2026-08-18 12:00", ["fortnight", "month", "fortnight"]),
        ):
            self.correr(at)
            sent = self.Aviso.search([("user_id", "=", self.gestor.id)], order="id")
            self.assertEqual(sent.mapped("kind"), kinds, at)
            self.assertEqual(len(self.correos(self.gestor)), len(kinds), at)
        self.assertEqual(self.company.cartera_documentos_quincena, date(2026, 8, 16))
        self.assertEqual(self.company.cartera_documentos_mes, date(2026, 8, 1))
        self.assertIn("seguimiento mensual", self.correos(self.gestor).mapped("subject")[1])

    def test_a_lost_day_is_made_up_for_within_reason(self):
        self.correr("2026-07-19 12:00")
        self.assertEqual(len(self.correos(self.gestor)), 1)
        self.correr("2026-08-10 12:00")
        self.assertEqual(len(self.correos(self.gestor)), 1)

    def test_the_company_chooses_how_often_and_who_gets_the_totals(self):
        director = self.usuario("director")
        director.sudo().email = "director@example.com"
        self.company.sudo().write(
            {"cartera_documentos_aviso": "month", "cartera_documentos_user_ids": [Command.set(director.ids)]}
        )
        self.correr()
        self.assertFalse(self.correos(self.gestor))
        self.correr("2026-08-03 12:00")
        self.assertEqual(len(self.correos(self.gestor)), 1)
        self.assertEqual(len(self.correos(director)), 1)
        self.assertFalse(self.correos(self.tesorero))
        self.company.sudo().cartera_documentos_aviso = False
        self.correr("2026-09-01 12:00")
        self.assertEqual(len(self.correos(self.gestor)), 1)

    def test_nothing_missing_no_mail(self):
        self.archivar(self.cedula)
        self.archivar(self.cert)
        self.correr()
        self.assertFalse(self.Aviso.search([]))
        self.assertFalse(self.correos(self.tesorero))
        self.assertEqual(self.company.cartera_documentos_quincena, date(2026, 7, 16))

    def test_who_has_no_email_is_said_and_who_left_is_not_told(self):
        self.gestor.sudo().email = False
        self.correr()
        self.assertRecordValues(self.Aviso.search([("user_id", "=", self.gestor.id)]), [{"state": "no_email"}])
        self.gestor.sudo().active = False
        self.correr("2026-08-03 12:00")
        self.assertEqual(self.Aviso.search([("kind", "=", "month")]).user_id, self.tesorero)

    def test_a_run_that_was_killed_goes_on_and_doubles_nothing(self):
        officers = [self.oficial(f"oficial{n}") for n in range(5)]
        for number, officer in enumerate(officers):
            self.deudor(f"Cliente {number}", officer)
        Aviso, calls = type(self.Aviso), []
        original = Aviso._enviar

        def breaks(model, company, edition, users):
            calls.append(users)
            if len(calls) > 1:
                raise RuntimeError("the worker was killed")
            return original(model, company, edition, users)

        self.cron.code = "model._cron_enviar(batch=2)"
        with mute_logger("odoo.addons.base.models.ir_cron"):
            with patch.object(Aviso, "_enviar", breaks):
                self.correr()
            self.assertEqual(self.Aviso.search_count([]), 2)
            self.correr()
            self.correr()
        for user in [*officers, self.gestor, self.tesorero]:
            self.assertEqual(len(self.correos(user)), 1, user.login)

    def oficial(self, login):
        user = self.gestor.sudo().copy({"name": login, "login": login, "email": f"{login}@example.com"})
        return user.with_env(self.env)

    def test_many_officers_cost_the_queries_of_two(self):
        officers = [self.oficial(f"o{n}") for n in range(12)]
        for number, officer in enumerate(officers):
            self.deudor(f"C{number}", officer)
        users = self.Aviso.env["res.users"].browse([officer.id for officer in officers])
        with freeze_time("2026-07-16 12:00"):
            edition, costs = self.Aviso._toca(self.company), []
            for some in (users[:2], users[2:4], users[4:12]):  # the first ones warm up views and rules
                self.env.flush_all()
                self.env.invalidate_all()
                start = self.env.cr.sql_log_count
                self.assertEqual(len(self.Aviso._enviar(self.company, edition, some)), len(some))
                self.env.flush_all()
                costs.append(self.env.cr.sql_log_count - start)
        self.assertEqual(costs[1], costs[2])

    def test_a_reply_reaches_the_coordinator(self):
        self.correr()
        [aviso] = self.Aviso.search([("user_id", "=", self.gestor.id)])
        self.assertEqual(aviso.message_partner_ids, (self.gestor | self.tesorero).partner_id)
        for user, seen in ((self.gestor, True), (self.tesorero, True), (self.usuario("auditor"), True)):
            self.assertEqual(aviso.with_user(user).has_access("read"), seen)
        self.assertFalse(aviso.with_user(self.usuario("abogado")).has_access("read"))
        with self.assertRaises(AccessError):
            aviso.with_user(self.tesorero).write({"documents": 0})


@tagged("post_install", "-at_install")
class TestAcuerdos(AcuerdoCase):
    """What an agreement lacks, and what it holds by itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.politica.documento_tipo_ids = [Command.clear()]
        tipos = (("prueba", False), ("propuesta", "proposal"), ("garantia", "guarantee"), ("firmado", "signed"))
        cls.tipos = (
            cls.env["cartera.documento.tipo"]
            .sudo()
            .create(
                [
                    {
                        "code": code,
                        "name": code,
                        "politica_id": cls.politica.id,
                        "applies_to": "agreement",
                        "matter": matter,
                        "sequence": n,
                    }
                    for n, (code, matter) in enumerate(tipos)
                ]
            )
        )

    def faltan(self, acuerdo, **extra):
        self.env.invalidate_all()
        return acuerdo._documentos_faltantes(**extra).get(acuerdo, [])

    def en_lista(self):
        self.env.invalidate_all()
        found = self.env["cartera.documento.faltante"].with_user(self.gestor).search([])
        return [(row.acuerdo_id.number, row.tipo_id.code) for row in found]

    def archivar(self, acuerdo, code, **values):
        vals = {
            "expediente_id": acuerdo.expediente_id.id,
            "acuerdo_id": acuerdo.id,
            "tipo_id": self.tipos.filtered(lambda t: t.code == code).id,
            "file": base64.b64encode(PDF),
            "file_name": f"{code}.pdf",
            **values,
        }
        return self.env["cartera.documento"].with_user(self.gestor).create(vals)

    def test_drafts_and_cancelled_ones_are_not_in_the_list_but_their_guard_may_ask(self):
        acuerdo = self.acuerdo()
        self.assertEqual(self.en_lista(), [])
        self.assertEqual(self.faltan(acuerdo), ["prueba"])
        self.proponer(acuerdo)
        self.assertEqual(self.en_lista(), [("2026-00001", "prueba")])
        self.forzar(acuerdo, "cancelled")
        self.assertEqual(self.en_lista(), [])

    def test_each_matter_is_asked_for_when_the_agreement_comes_to_it(self):
        acuerdo = self.proponer()
        acuerdo._aceptar("in_person", "Juana Deudora")
        self.assertEqual(self.faltan(acuerdo), ["prueba", "propuesta"])
        acuerdo.sudo().guarantee_type = "note"
        self.assertEqual(self.faltan(acuerdo), ["prueba", "propuesta", "garantia"])
        acuerdo.sudo().date_active = HOY
        self.assertEqual(self.faltan(acuerdo), ["prueba", "propuesta", "garantia", "firmado"])
        self.assertEqual(self.faltan(acuerdo, excepto=("signed", "guarantee")), ["prueba", "propuesta"])

    def test_what_the_agreement_holds_by_itself_needs_no_paper(self):
        acuerdo = self.proponer()
        file = self.env["ir.attachment"].sudo().create({"name": "firmado.pdf", "raw": PDF})
        acuerdo.sudo().write(
            {
                "date_accepted": "2026-07-15",
                "accepted_channel": "portal",
                "guarantee_type": "note",
                "guarantee_ids": file.ids,
                "date_active": HOY,
                "pdf_id": file.id,
            }
        )
        self.assertEqual(self.faltan(acuerdo), ["prueba"])
        rows = self.expediente.with_user(self.gestor).documento_checklist["rows"]
        self.assertEqual({row["name"]: row["state"] for row in rows}, {
            "prueba": "missing", "propuesta": "filed", "garantia": "filed", "firmado": "filed",
        })  # fmt: skip

    def test_it_is_filed_in_its_own_agreement_and_dossier(self):
        acuerdo = self.proponer()
        self.archivar(acuerdo, "prueba")
        self.assertEqual(self.faltan(acuerdo), [])
        self.assertFalse(acuerdo.documento_missing_text)
        self.factura(10, partner=(other := self.debtor.copy({"name": "Otra"})))
        dossier = self.Expediente.search([("partner_id", "=", other.id)])
        for values, message in (
            ({"acuerdo_id": False}, "choose which"),
            ({"expediente_id": dossier.id}, "is not of Otra"),
        ):
            with self.subTest(message=message), self.assertRaisesRegex(ValidationError, message):
                self.archivar(acuerdo, "prueba", **values)
        self.tipos[:1].applies_to = "dossier"
        with self.assertRaisesRegex(ValidationError, "leave the agreement empty"):
            self.archivar(acuerdo, "prueba")

    def test_the_dossier_names_what_its_agreement_lacks(self):
        acuerdo = self.proponer()
        self.assertEqual(self.expediente._documentos_faltantes(), {self.expediente: [f"prueba · {acuerdo.number}"]})


@tagged("post_install", "-at_install")
class TestListas(CarteraCase):
    def test_the_five_policies_come_with_their_documents(self):
        for policy, required in (
            ("autoridad", {"acto", "cedula", "existencia", "propuesta", "acuerdo_firmado", "garantia"}),
            ("caja", {"cedula", "existencia", "soporte_venta", "acuerdo_firmado"}),
            ("fondo", {"contrato", "cedula", "existencia", "propuesta", "acuerdo_firmado", "garantia"}),
            ("acueducto", {"cedula", "existencia", "tradicion", "acuerdo_firmado", "cedula_firmante", "garantia"}),
            ("servicios", {"contrato", "rut", "existencia", "acuerdo_firmado"}),
        ):
            tipos = self.env.ref(f"cartera_cobro.politica_{policy}").sudo().documento_tipo_ids
            self.assertEqual(set(tipos.filtered("required").mapped("code")), required, policy)
            self.assertEqual(tipos.filtered(lambda t: t.code == "existencia").days_valid, 90)
