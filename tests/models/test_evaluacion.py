"""Individual assessments and guarantees: two people, evidence, and the days on which they count."""

import hashlib
from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import HOY
from .test_corte import FIN
from .test_provision import ProvisionCase

JUNIO = date(2026, 6, 1)


@tagged("post_install", "-at_install")
class TestEvaluacion(ProvisionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.abogado, cls.director = cls.usuario("abogado"), cls.usuario("director")
        cls.gestor, cls.contador = cls.usuario("gestor"), cls.usuario("contador")
        cls.vieja = cls.factura(130, 1000)
        cls.expediente = cls.vieja.sudo().cartera_expediente_id

    def evaluar(self, user=None, soporte=True, **extra):
        mine = self.env["cartera.evaluacion"].with_user(user or self.abogado).with_company(self.company)
        values = {"expediente_id": self.expediente.id, "date": JUNIO, "evidence": "insolvency", "loss": 80, **extra}
        if soporte:
            values["document_ids"] = [Command.create({"name": "auto.pdf", "raw": b"%PDF-1.4 auto"})]
        return mine.create(values)

    def deterioro(self, day=FIN):
        return self.correr(day).amount

    def test_somebody_else_approves_it_with_the_evidence(self):
        evaluacion = self.evaluar(self.contador, soporte=False)
        with self.assertRaisesRegex(UserError, "You proposed"):
            evaluacion.action_approve()
        with self.assertRaisesRegex(UserError, "Attach the evidence"):
            evaluacion.with_user(self.director).action_approve()
        evaluacion.document_ids = [Command.create({"name": "auto.pdf", "raw": b"%PDF-1.4 auto"})]
        evaluacion.with_user(self.director).action_approve()
        self.assertRecordValues(
            evaluacion,
            [{"state": "approved", "proposed_by_id": self.contador.id, "approved_by_id": self.director.id}],
        )
        self.assertIn(hashlib.sha256(b"%PDF-1.4 auto").hexdigest(), evaluacion.document_hashes)
        with self.assertRaisesRegex(UserError, "is Approved"):
            evaluacion.with_user(self.director).action_approve()

    def test_officers_and_lawyers_propose_and_do_not_approve(self):
        evaluacion = self.evaluar()
        for user in (self.gestor, self.abogado, self.usuario("analista")):
            with self.assertRaisesRegex(AccessError, "treasurer, a director or an accountant"):
                evaluacion.with_user(user).action_approve()
        evaluacion.with_user(self.usuario("tesorero")).action_approve()
        with self.assertRaisesRegex(AccessError, "treasurer, a director or an accountant"):
            evaluacion.with_user(self.abogado).action_end("Pagó")

    def test_who_changes_what_it_claims_proposes_it(self):
        evaluacion = self.evaluar()
        evaluacion.with_user(self.director).loss = 100
        with self.assertRaisesRegex(UserError, "You proposed"):
            evaluacion.with_user(self.director).action_approve()
        evaluacion.with_user(self.contador).note = "<p>De acuerdo</p>"
        evaluacion.with_user(self.contador).action_approve()
        self.assertEqual(evaluacion.state, "approved")

    def test_nobody_writes_how_it_goes_on(self):
        born = self.env["cartera.evaluacion"].with_user(self.contador).with_company(self.company).with_context(
            default_state="approved", default_approved_by_id=self.director.id, default_proposed_by_id=self.director.id,
            default_date_end=HOY, default_end_reason="x",
        )  # fmt: skip
        evaluacion = born.create({"expediente_id": self.expediente.id, "loss": 10})
        self.assertRecordValues(
            evaluacion,
            [{"state": "draft", "approved_by_id": False, "proposed_by_id": self.contador.id, "date_end": False,
              "end_reason": False}],
        )  # fmt: skip
        for name, value in (("state", "approved"), ("proposed_by_id", self.director.id), ("date_end", HOY)):
            with self.assertRaisesRegex(UserError, "by its buttons"):
                evaluacion.write({name: value})
        approved = self.evaluar()
        approved.with_user(self.director).action_approve()
        for act in (lambda: approved.write({"loss": 1}), approved.unlink, lambda: approved.write({"note": "x"})):
            with self.assertRaisesRegex(UserError, "is Approved"):
                act()

    @mute_logger("odoo.sql_db")
    def test_a_loss_and_a_day_that_may_be(self):
        for values, kind in (
            ({"loss": 101}, IntegrityError),
            ({"loss": -1}, IntegrityError),
            ({"date": date(2026, 7, 16)}, ValidationError),
        ):
            with self.subTest(values), self.assertRaises(kind), self.cr.savepoint():
                self.evaluar(**values)
                self.env.flush_all()

    def test_approved_it_prevails_over_the_band_while_it_is_in_force(self):
        evaluacion = self.evaluar()
        provision = self.correr()
        self.assertEqual(provision.amount, 500, "a draft does not count")
        evaluacion.with_user(self.director).action_approve()
        provision.action_recalcular()
        linea = provision.line_ids
        self.assertEqual((linea.amount, linea.rate, linea.individual), (800, 80, True))
        self.assertEqual(self.deterioro(date(2026, 5, 31)), 100, "it was not of May yet")
        evaluacion.with_user(self.director).action_end("Llegó a un acuerdo", date(2026, 6, 30))
        self.assertEqual((evaluacion.state, evaluacion.date_end), ("ended", FIN))
        provision.action_recalcular()
        self.assertEqual((provision.amount, provision.line_ids.individual), (500, False))

    def test_the_last_of_two_and_only_of_methods_that_take_it(self):
        for loss, day in ((80, JUNIO), (30, date(2026, 6, 20))):
            self.evaluar(loss=loss, date=day).with_user(self.director).action_approve()
        provision = self.correr()
        self.assertEqual(provision.amount, 300)
        self.matriz.with_individual = False
        provision.action_recalcular()
        self.assertEqual(provision.amount, 500)

    def test_it_ends_with_a_reason_and_not_before_it_began(self):
        evaluacion = self.evaluar()
        evaluacion.with_user(self.director).action_approve()
        for reason, day, sentence in ((" ", None, "Say why"), ("Pagó", date(2026, 5, 1), "before it began")):
            with self.assertRaisesRegex(UserError, sentence):
                evaluacion.with_user(self.director).action_end(reason, day)
        wizard = self.env["cartera.evaluacion.terminar"].with_user(self.director).with_context(
            active_model="cartera.evaluacion", active_id=evaluacion.id
        )  # fmt: skip
        wizard.with_company(self.company).create({"reason": "Pagó"}).action_apply()
        self.assertRecordValues(evaluacion, [{"state": "ended", "date_end": HOY, "end_reason": "Pagó"}])
        self.assertIn("Pagó", evaluacion.message_ids[0].body)

    def test_from_the_dossier_in_two_clicks(self):
        mine = self.expediente.with_user(self.gestor)
        action = mine.action_evaluar()
        self.assertEqual(action["views"], [(False, "form")])
        evaluacion = self.env["cartera.evaluacion"].with_user(self.gestor).with_context(**action["context"])
        evaluacion.create({"loss": 40})
        self.assertEqual((mine.evaluacion_count, mine.evaluacion_loss), (1, 0))
        mine.evaluacion_ids.with_user(self.director).sudo().write({"state": "approved"})
        self.assertEqual(mine.evaluacion_loss, 40)

    # --- guarantees ---------------------------------------------------------------------------------------------------

    def garantizar(self, **extra):
        values = {"expediente_id": self.expediente.id, "name": "CDT", "amount": 600, "date_from": JUNIO, **extra}
        return self.env["cartera.garantia"].with_user(self.gestor).with_company(self.company).create(values)

    def test_a_guarantee_counts_from_its_first_day_to_its_last(self):
        garantia = self.garantizar()
        for day_from, day_to, expected in (
            (JUNIO, False, 200),
            (FIN, FIN, 200),
            (JUNIO, date(2026, 6, 29), 500),
            (date(2026, 7, 1), False, 500),
        ):
            garantia.write({"date_from": day_from, "date_to": day_to})
            with self.subTest(day_from=day_from, day_to=day_to):
                self.assertEqual(self.deterioro(), expected)
        garantia.write({"date_from": JUNIO, "active": False})
        self.assertEqual(self.deterioro(), 500, "archived")

    def test_the_oldest_items_first_and_never_below_zero(self):
        self.factura(20, 1000)
        self.garantizar(amount=1300)
        provision = self.correr()
        self.assertEqual(
            [(li.amount_guarantee, li.amount_base) for li in provision.line_ids.sorted("date_due")],
            [(1000, 0), (300, 700)],
        )
        self.assertEqual(self.expediente.amount_guarantee, 1300)

    @mute_logger("odoo.sql_db")
    def test_what_a_guarantee_may_not_be(self):
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.garantizar(amount=0)
        with self.assertRaisesRegex(ValidationError, "ends before it begins"), self.cr.savepoint():
            self.garantizar(date_to=date(2026, 5, 1))
