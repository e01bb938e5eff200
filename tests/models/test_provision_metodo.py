"""Methods of impairment: what they may not be, what a company begins with, and what a new run says is missing."""

from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .test_corte import FIN
from .test_provision import ProvisionCase


@tagged("post_install", "-at_install")
class TestMetodo(ProvisionCase):
    @mute_logger("odoo.sql_db")
    def test_what_a_method_may_not_be(self):
        self.metodo("Fiscal", kind="fiscal_general")
        cases = (
            ("another is posted", IntegrityError, lambda: self.metodo("Otra", {0: 1}, posts=True)),
            ("both tax provisions", IntegrityError, lambda: self.metodo("Otra", kind="fiscal_individual")),
            ("a tax one, posted", IntegrityError, lambda: self.metodo("Otra", kind="fiscal_general", posts=True)),
            ("no bands", ValidationError, lambda: self.metodo("Otra")),
            ("no band of day 0", ValidationError, lambda: self.metodo("Otra", {1: 5})),
            ("a flow of one band", ValidationError, lambda: self.metodo("Otra", {0: 0}, kind="flow")),
            ("a factor without its reason", ValidationError,
             lambda: self.metodo("Otra", {0: 0, 1: 0}, kind="flow", forward=1.2, forward_note=" ")),
            ("a rate over 100", IntegrityError, lambda: self.metodo("Otra", {0: 101})),
            ("two bands of a day", IntegrityError, lambda: self.matriz.write(
                {"banda_ids": [Command.create({"days_from": 31, "rate": 1})]})),
            ("no history", IntegrityError, lambda: self.metodo("Otra", {0: 0, 1: 0}, kind="flow", months=0)),
            ("a loss over 100", IntegrityError, lambda: self.metodo("Otra", {0: 0, 1: 0}, kind="flow", lgd=101)),
        )  # fmt: skip
        for what, kind, make in cases:
            with self.subTest(what), self.assertRaises(kind), self.cr.savepoint():
                make()
                self.env.flush_all()

    def test_archived_they_make_room_and_another_company_has_its_own(self):
        self.matriz.active = False
        self.env.flush_all()
        self.metodo("Nueva", {0: 1}, posts=True)
        other = self.setup_other_company()["company"]
        self.metodo("Ajena", {0: 1}, posts=True, company_id=other.id)
        posted = self.env["cartera.provision.metodo"].sudo().search([("posts", "=", True)])
        self.assertEqual(set(posted.company_id.ids), {self.company.id, other.id})

    def test_a_rate_that_changed_is_told_in_the_history_of_the_method(self):
        self.matriz.banda_ids.filtered(lambda b: b.days_from == 31).rate = 12
        self.assertIn("31 to 90 days: 10.0000% → 31 to 90 days: 12.0000%", self.matriz.message_ids[0].body)

    def test_a_method_of_one_band_is_of_any_age(self):
        self.assertEqual(self.metodo("Una", {0: 3}).banda_ids.label, "Any age")

    # --- what a company begins with -----------------------------------------------------------------------------------

    def proponer(self, posted, user):
        self.matriz.unlink()
        wizard = self.env["cartera.provision.proponer"].with_user(user).with_company(self.company)
        wizard.create({"posted": posted}).action_apply()
        return self.propios()

    def test_proposed_by_the_framework_of_the_company(self):
        admin = self.usuario("admin")
        for posted, kinds in (
            ("matrix", ["matrix", "flow", "fiscal_general"]),
            ("flow", ["matrix", "flow", "fiscal_general"]),
            ("individual", ["individual", "matrix", "flow", "fiscal_general"]),
        ):
            with self.subTest(posted), self.cr.savepoint() as savepoint:
                metodos = self.proponer(posted, admin)
                self.assertEqual(metodos.mapped("kind"), kinds)
                self.assertEqual(metodos.filtered("posts").mapped("kind"), [posted])
                savepoint.rollback()

    def test_proposed_once_and_by_an_administrator(self):
        wizard = self.env["cartera.provision.proponer"].with_company(self.company)
        with self.assertRaisesRegex(UserError, "has methods already"):
            wizard.with_user(self.usuario("admin")).create({}).action_apply()
        with self.assertRaises(AccessError):
            wizard.with_user(self.usuario("contador")).create({})

    def test_of_a_small_company_only_who_was_assessed_loses(self):
        self.proponer("individual", self.usuario("admin"))
        expediente = self.partidas(self.factura(400, 1000)).expediente_id
        self.factura(400, 1000, partner=self.debtor.copy())
        evaluacion = self.env["cartera.evaluacion"].sudo().create(
            {"expediente_id": expediente.id, "loss": 70, "date": date(2026, 6, 1)}
        )  # fmt: skip
        evaluacion.state = "approved"
        corte = self.cerrado()
        metodos = self.propios().filtered(lambda m: m.kind in ("individual", "matrix"))
        provision = self.Provision._generar(corte, metodos)
        self.assertEqual((provision.metodo_id.kind, provision.amount), ("individual", 700))
        self.assertEqual(set(provision.banda_ids.mapped("banda")), {"Any age"})

    def propios(self):
        return self.env["cartera.provision.metodo"].sudo().search([("company_id", "=", self.company.id)])

    # --- a new run ----------------------------------------------------------------------------------------------------

    def nueva(self, role="analista", **values):
        return (
            self.env["cartera.provision.nueva"].with_user(self.usuario(role)).with_company(self.company).create(values)
        )

    def test_without_a_confirmed_closing_it_says_so(self):
        self.generar()
        wizard = self.nueva()
        self.assertFalse(wizard.corte_id)
        with self.assertRaisesRegex(UserError, "no confirmed closing"):
            wizard.action_generate()

    def test_methods_without_their_history_are_left_out_and_said(self):
        self.factura(40, 1000)
        flujo = self.metodo("Flujo", {0: 0, 31: 0}, kind="flow", months=3)
        corte = self.cerrado()
        wizard = self.nueva()
        self.assertEqual((wizard.corte_id, wizard.metodo_id, wizard.metodo_ids), (corte, self.matriz, self.matriz))
        self.assertIn("3 of its 4 month ends", wizard.missing)
        action = wizard.action_generate()
        provision = self.Provision.browse(action["res_id"])
        self.assertEqual((provision.corte_id, provision.metodo_ids, provision.amount), (corte, self.matriz, 50))
        for day in (date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)):
            self.cerrado(day)
        wizard = wizard.create({})
        self.assertEqual((wizard.missing, wizard.metodo_ids, wizard.provision_id), ("", self.matriz | flujo, provision))
        again = wizard.action_generate()
        self.assertEqual(again["res_id"], provision.id, "the draft that there is, with what was chosen")
        self.assertEqual(provision.calculo_ids.metodo_id, self.matriz | flujo)

    def test_another_method_may_be_posted_than_the_one_marked(self):
        self.factura(40, 1000)
        otra = self.metodo("Otra", {0: 2})
        self.cerrado(FIN)
        provision = self.Provision.browse(self.nueva(metodo_id=otra.id).action_generate()["res_id"])
        self.assertEqual((provision.metodo_id, provision.amount), (otra, 20))
        self.assertEqual(provision.calculo_ids.filtered("is_posted").metodo_id, otra)
