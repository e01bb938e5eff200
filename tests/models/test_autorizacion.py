"""Authorisations: imported, recorded for many at once, withdrawn, and what they make of a person today."""

from datetime import date

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import HOY
from .test_gestion import MARTES_14_JULIO, GestionCase


class AutorizacionCase(GestionCase):
    def rol(self, role):
        """The user of a role, made when first asked for."""
        login = f"{role}_{self.company.id}"
        return self.env["res.users"].sudo().search([("login", "=", login)]).with_env(self.env) or self.usuario(role)


@tagged("post_install", "-at_install")
class TestImportar(AutorizacionCase):
    def importar(self, fields, rows, role="gestor"):
        Autorizacion = self.env["cartera.autorizacion"].with_user(self.rol(role))
        return Autorizacion.load(fields, rows)

    def test_a_sheet_finds_persons_by_nit_name_and_external_id(self):
        by_nit = self.debtor.copy({"name": "Ana", "vat": "52123456"})
        by_name = self.debtor.copy({"name": "Compañía del Llano"})
        by_xmlid = self.debtor.copy({"name": "Luis"})
        self.env["ir.model.data"].sudo().create(
            {"module": "__import__", "name": "suscriptor_77", "model": "res.partner", "res_id": by_xmlid.id}
        )
        columns = ["channel", "source", "date_from"]
        for person, field, value in (
            (by_nit, "partner_id", "52123456"),
            (by_name, "partner_id", "Compañía del Llano"),
            (by_xmlid, "partner_id/id", "__import__.suscriptor_77"),
        ):
            with self.subTest(person=person.name):
                result = self.importar(
                    [field, *columns],
                    [[value, "call", "Contrato 14", "2026-02-01"], [value, "E-mail", "Contrato 14", "2026-02-01"]],
                )
                self.assertEqual(result["messages"], [])
                given = self.env["cartera.autorizacion"].sudo().browse(result["ids"])
                self.assertEqual(given.partner_id, person)
                self.assertEqual(given.mapped("channel"), ["call", "email"])
                self.assertEqual(set(given.mapped("date_from")), {date(2026, 2, 1)})
                self.assertTrue(person.sudo().cartera_check_contact("call", MARTES_14_JULIO)["allowed"])

    def test_a_sheet_with_a_stranger_says_which_row_and_records_nothing(self):
        before = self.env["cartera.autorizacion"].sudo().search_count([])
        rows = [[self.debtor.name, "letter", "Contrato"], ["Nadie", "call", "Contrato"]]
        result = self.importar(["partner_id", "channel", "source"], rows)
        self.assertFalse(result["ids"])
        self.assertEqual({message["record"] for message in result["messages"]}, {1})
        self.assertEqual(self.env["cartera.autorizacion"].sudo().search_count([]), before)

    def test_who_may_not_record_may_not_import(self):
        for role in ("auditor", "analista", "responsable"):
            result = self.importar(["partner_id", "channel", "source"], [[self.debtor.name, "sms", "x"]], role)
            self.assertFalse(result["ids"], role)


@tagged("post_install", "-at_install")
class TestAutorizar(AutorizacionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.persons = cls.env["res.partner"].create([{"name": f"P{n}"} for n in range(5)])

    def wizard(self, records, role="gestor", **values):
        Wizard = self.env["cartera.autorizar"].with_user(self.rol(role))
        Wizard = Wizard.with_context(active_model=records._name, active_ids=records.ids)
        return Wizard.create({"source": "Formulario web", "date_from": "2026-07-01", **values})

    def test_what_is_missing_is_recorded_and_what_holds_is_left(self):
        self.autorizar(self.persons[0], "call")
        withdrawn = self.autorizar(self.persons[1], "call")
        withdrawn.date_to = HOY
        wizard = self.wizard(self.persons, by_call=True, by_sms=True, evidence=b"Zg==", evidence_name="web.pdf")
        answer = wizard.action_apply()
        self.assertIn("9 authorisations recorded; 1 held already", answer["params"]["message"])
        new = self.persons.sudo().cartera_autorizacion_ids.filtered(lambda a: a.source == "Formulario web")
        self.assertEqual(len(new.filtered(lambda a: a.channel == "sms")), 5)
        self.assertEqual(new.filtered(lambda a: a.channel == "call").partner_id, self.persons[1:])
        self.assertEqual(set(new.mapped("evidence_name")), {"web.pdf"})
        self.assertEqual(set(new.mapped("company_id")), {self.company})
        again = self.wizard(self.persons, by_call=True, by_sms=True).action_apply()
        self.assertIn("0 authorisations recorded; 10 held already", again["params"]["message"])

    def test_withdrawing_several_leaves_the_day_of_those_withdrawn_before(self):
        before, now, later = (self.autorizar(person, "call") for person in self.persons[:3])
        before.date_to = "2026-03-01"
        later.date_from = "2026-09-01"
        with freeze_time(f"{HOY} 15:00:00"):
            (before | now | later).with_user(self.rol("gestor")).sudo(False).action_withdraw()
        self.assertEqual(
            [given.date_to for given in (before, now, later)], [date(2026, 3, 1), HOY, date(2026, 9, 1)]
        )
        with self.assertRaises(AccessError):
            before.with_user(self.rol("auditor")).sudo(False).action_withdraw()

    def test_given_to_another_company_it_does_not_hold_for_this_one(self):
        other = self.env["res.company"].sudo().create({"name": "Otra"})
        for person in self.persons:
            self.autorizar(person, "call", company_id=other.id)
        self.assertIn("5 authorisations", self.wizard(self.persons, by_call=True).action_apply()["params"]["message"])

    def test_from_dossiers_it_is_their_debtors(self):
        self.assertEqual(self.wizard(self.expediente, by_letter=True).partner_ids, self.debtor)
        rows = self.env["cartera.contactabilidad"].sudo().browse(self.expediente.ids)
        self.wizard(rows, role="ventanilla", by_letter=True).action_apply()
        self.assertTrue(self.check("letter")["allowed"])

    def test_it_asks_for_what_it_needs(self):
        for values in ({}, {"by_call": True, "date_from": "2026-07-16"}, {"by_call": True, "partner_ids": []}):
            with self.assertRaises(UserError):
                self.wizard(self.persons, **values).action_apply()
        with self.assertRaisesRegex(ValidationError, "separate instrument"):
            self.wizard(self.persons, by_off_hours=True).action_apply()

    def test_who_may(self):
        for role in ("auditor", "responsable", "analista"):
            with self.assertRaises(AccessError):
                self.wizard(self.persons, role=role, by_call=True)

    def test_many_are_read_at_once(self):
        many = self.env["res.partner"].create([{"name": f"Q{n}"} for n in range(60)])
        wizard = self.wizard(many, by_call=True, by_email=True)
        channels = wizard._canales()
        self.env.flush_all()
        with self.assertQueryCount(4):
            self.assertEqual(len(wizard._faltantes(channels)), 120)


@tagged("post_install", "-at_install")
class TestPersona(AutorizacionCase):
    def test_the_person_shows_by_which_channels_and_why_not(self):
        reader = self.rol("analista")
        said = str(self.debtor.with_user(reader).with_company(self.company).cartera_veredictos)
        self.assertEqual(said.count("fa-check"), 4)
        self.assertEqual(said.count("fa-ban"), 1)
        self.assertIn("not authorised", said)
        self.expediente.hold_reason = "insolvency"
        self.assertEqual(str(self.expediente.with_user(reader).veredictos).count("fa-ban"), 5)

    def test_the_verdicts_of_many_cost_the_queries_of_one(self):
        from odoo.addons.cartera_cobro.models.cartera_veredictos import veredictos

        persons = self.env["res.partner"].sudo().create([{"name": f"P{n}"} for n in range(30)])
        self.env.flush_all()
        veredictos(persons[:1], self.company)
        with self.assertQueryCount(10):
            self.assertEqual(len(veredictos(persons, self.company)), 30)

    def test_who_confirms_an_address(self):
        self.debtor.street = "Calle 1 # 2-3"
        for role in ("gestor", "ventanilla"):
            self.debtor.sudo().cartera_address_date = False
            self.debtor.with_user(self.rol(role)).action_cartera_confirm_address()
            self.assertEqual(self.debtor.sudo().cartera_address_date, HOY)
        with self.assertRaises(AccessError):
            self.debtor.with_user(self.rol("auditor")).action_cartera_confirm_address()
        self.debtor.sudo().cartera_address_date = False
        self.expediente.with_user(self.rol("gestor")).action_confirm_address()
        self.assertEqual(self.expediente.address_date, HOY)
        self.debtor.street = "Calle 4 # 5-6"
        self.assertFalse(self.expediente.address_date)

    def test_who_withdraws(self):
        given = self.debtor.sudo().cartera_autorizacion_ids
        with self.assertRaises(AccessError):
            given.with_user(self.rol("auditor")).action_withdraw()
        given.with_user(self.rol("ventanilla")).action_withdraw()
        self.assertFalse(any(given.mapped("is_current")))
