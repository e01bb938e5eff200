"""One search finds a dossier by whatever the debtor brings to the counter or says on the phone."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .common import CarteraCase


@tagged("post_install", "-at_install")
class TestBusqueda(CarteraCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        nit_type = cls.env.ref("l10n_co.rut")
        cls.debtor.write(
            {
                "vat": "900.123.456-8",
                "l10n_latam_identification_type_id": nit_type.id,
                "phone": "+57 310 555 0101",
                "ref": "CLI-77",
                "name": "Comercializadora Ñandú de Occidente S.A.S.",
            }
        )
        cls.account = (
            cls.env["cartera.cuenta"]
            .sudo()
            .create({"name": "10-2345.6", "partner_id": cls.debtor.id, "company_id": cls.company.id})
        )
        cls.invoice = cls.factura(60, ref="SETP990000123")
        cls.expediente = cls.Expediente.search([("partner_id", "=", cls.debtor.id)])
        cls.other = cls.debtor.copy({"name": "Otra Deudora", "vat": "52123456", "phone": "6015550000", "ref": False})
        cls.factura(10, partner=cls.other)
        cls.second = cls.Expediente.search([("partner_id", "=", cls.other.id)])

    def hallar(self, text):
        expedientes = self.Expediente.with_context(allowed_company_ids=self.company.ids)
        return expedientes.search([("display_name", "ilike", text), ("company_id", "=", self.company.id)])

    def test_whatever_they_bring(self):
        contact = self.env["res.partner"].create(
            {"name": "Tesorería", "parent_id": self.debtor.id, "phone": "(601) 745 89 00"}
        )
        self.assertEqual(contact.commercial_partner_id, self.debtor)
        for text in (
            "900.123.456-8", "900123456-8", "9001234568", "900123456", "900 123 456", "90012345",
            "10-2345.6", "1023456", "10 2345 6", "10234",
            self.invoice.name, self.invoice.name.lower(), "SETP990000123", "setp990000123", "990000123",
            "310 555 0101", "3105550101", "+573105550101", "6017458900", "CLI-77",
            "ñandú", "nandu", "occidente comercializadora", "  Ñandú  ",
        ):  # fmt: skip
            with self.subTest(text=text):
                self.assertEqual(self.hallar(text), self.expediente)
        for text in ("52.123.456", "52123456", "(601) 555-0000", "otra deudora"):
            with self.subTest(text=text):
                self.assertEqual(self.hallar(text), self.second)
        for text in ("900123457", "3105550102", "nadie así", "9_0123456", "100%"):
            with self.subTest(text=text):
                self.assertFalse(self.hallar(text))

    def test_linked_persons_are_found_by_their_numbers(self):
        self.env["cartera.vinculado"].sudo().create(
            {
                "expediente_id": self.expediente.id,
                "name": "Fiadora",
                "vat": "41.777.888",
                "medio_ids": [Command.create({"kind": "phone", "value": "300-111 22 33"})],
            }
        )
        for text in ("41777888", "3001112233"):
            self.assertEqual(self.hallar(text), self.expediente)

    def test_a_whole_number_wins_over_those_that_only_begin_so(self):
        longer = self.debtor.copy({"name": "Más larga", "vat": "5212345678"})
        self.factura(10, partner=longer)
        self.assertEqual(self.hallar("52123456"), self.second)
        self.assertEqual(self.hallar("5212345"), self.second | self.Expediente.search([("partner_id", "=", longer.id)]))

    def test_more_than_can_be_named_are_still_all_found(self):
        from unittest.mock import patch

        with patch("odoo.addons.cartera_cobro.models.cartera_busqueda.MUCHOS", 1):
            self.second.partner_id.phone = self.debtor.phone
            self.assertEqual(self.hallar("3105550101"), self.expediente | self.second)

    def test_only_dossiers_that_the_user_may_read(self):
        responsible = self.usuario("responsable")
        self.assertFalse(self.expediente.with_user(responsible).search([("display_name", "ilike", "900123456")]))
        self.expediente.responsible_id = responsible
        self.assertTrue(self.expediente.with_user(responsible).search([("display_name", "ilike", "900123456")]))

    def test_a_number_is_looked_up_on_indexes(self):
        """With sequential scans made dear, no search of a number still has one over a table that grows."""
        Expediente = self.Expediente.with_context(allowed_company_ids=self.company.ids)
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        for text in ("900123456-8", "10-2345.6", "SETP990000123", "3105550101"):
            for select in (*Expediente._exactos(text), *Expediente._parciales(text)):
                self.env.cr.execute(SQL("EXPLAIN %s", select))
                plan = "\n".join(row[0] for row in self.env.cr.fetchall())
                self.assertNotIn("Seq Scan", plan, plan)

    def test_the_counter_finds_and_records_in_two_presses(self):
        agent = self.usuario("ventanilla")
        env = self.env(user=agent, su=False, context={"allowed_company_ids": self.company.ids})
        action = env["cartera.buscar"].create({"text": "900123456"}).action_find()
        self.assertEqual((action["res_model"], action["res_id"]), ("cartera.expediente", self.expediente.id))
        dialog = env["cartera.expediente"].browse(action["res_id"]).action_atender()
        gestion = env["cartera.gestion"].with_context(**dialog["context"]).create({})
        self.assertRecordValues(
            gestion,
            [
                {
                    "channel": "in_person",
                    "direction": "in",
                    "result": "information",
                    "direct": True,
                    "unlawful": False,
                    "user_id": agent.id,
                    "expediente_id": self.expediente.id,
                }
            ],
        )
        many = env["cartera.buscar"].create({"text": "de"}).action_find()
        self.assertEqual(many["view_mode"].split(",")[0], "list")
        self.assertEqual(env["cartera.expediente"].search(many["domain"]), self.expediente | self.second)
        with self.assertRaisesRegex(UserError, "No debtor has “900999999”"):
            env["cartera.buscar"].create({"text": "900999999"}).action_find()
