"""The steps of a run of impairment: which from where, by whom, and what nobody writes by hand."""

from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_corte import FIN
from .test_provision import ProvisionCase

MAYO = date(2026, 5, 31)
STATES = ("draft", "proposed", "approved", "posted", "reversed")
# What a run leaves behind, and goes with it.
TABLES = ("linea", "resumen", "saldo", "calculo", "ajuste")


class PasosCase(ProvisionCase):
    """A run of two items, and those who take its steps."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["tier.definition"].sudo().search([("model", "=", "cartera.provision")]).has_comment = False
        cls.analista, cls.tesorero = cls.usuario("analista"), cls.usuario("tesorero")
        cls.director, cls.contador = cls.usuario("director"), cls.usuario("contador")
        cls.vieja, cls.nueva = cls.factura(130, 1000), cls.factura(20, 1000)

    def borrador(self, day=FIN):
        return self.correr(day).with_user(self.analista)

    def firmar(self, provision, *users):
        for user in users:
            provision.invalidate_recordset()
            provision.with_user(user).validate_tier()
        provision.invalidate_recordset()

    def propuesta(self, day=FIN):
        provision = self.borrador(day)
        provision.action_request()
        return provision

    def aprobada(self, day=FIN):
        provision = self.propuesta(day)
        self.firmar(provision, self.tesorero, self.director)
        return provision

    def linea(self, provision, move):
        return provision.line_ids.filtered(lambda linea: linea.number == move.name)

    def poner(self, provision, state):
        """As if its steps had brought it there."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE cartera_provision SET state = %s WHERE id = %s", [state, provision.id])
        self.env.invalidate_all()

    def reemplazar(self, corte):
        """A later version of the closing is confirmed."""
        self.fechar(corte, "2026-07-02 10:00:00")
        self.factura(25, 60)
        self.Corte.browse(corte.action_nueva_version()["res_id"])._confirmar()
        self.assertFalse(corte.is_current)

    def assertRechaza(self, sentence, act):
        """What is refused says why, and is undone as a request would be."""
        with self.assertRaisesRegex(UserError, sentence), self.cr.savepoint():
            act()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestPasos(PasosCase):
    def test_every_step_from_every_state(self):
        provision = self.borrador()
        linea = self.linea(provision, self.vieja)
        steps = {
            provision.action_request: {"draft"},
            provision.action_recalcular: {"draft"},
            provision.action_reopen: {"proposed", "approved"},
            (lambda: provision._cambiar(linea, 10, "Acuerdo")): {"draft"},
            (lambda: provision._devolver_a_lo_calculado(linea, "Error")): {"draft"},
            (lambda: provision.write({"note": "<p>Nota</p>"})): {"draft"},
            (lambda: provision.write({"metodo_id": self.matriz.id})): {"draft"},
            provision.unlink: {"draft"},
            (lambda: provision.with_user(self.contador).action_post()): {"approved"},
            (lambda: provision.with_user(self.contador).action_reverse("Error")): {"posted"},
        }
        for state in STATES:
            self.poner(provision, state)
            for step, allowed in steps.items():
                if state not in allowed:
                    self.assertRechaza("", step)
                    self.assertEqual(provision.state, state)
        for state in ("proposed", "approved"):
            self.poner(provision, state)
            provision.action_reopen()
            self.assertEqual(provision.state, "draft")

    def test_proposed_signed_by_two_and_an_accountant_is_asked_to_post(self):
        provision = self.propuesta()
        self.assertEqual((provision.state, provision.number), ("proposed", False))
        self.firmar(provision, self.tesorero)
        self.assertEqual(provision.state, "proposed")
        self.firmar(provision, self.director)
        self.assertEqual((provision.state, provision.firma_ids.user_id), ("approved", self.tesorero | self.director))
        self.assertTrue(provision.number)
        self.assertEqual(provision.activity_ids.user_id, self.contador)

    def test_who_proposed_it_does_not_approve_it(self):
        provision = self.borrador().with_user(self.tesorero)
        provision.action_request()
        self.assertRechaza("somebody else has to sign", provision._validate_tier)
        self.assertEqual(provision.state, "proposed")

    def test_returned_it_says_why_and_is_proposed_again(self):
        provision = self.propuesta()
        review = provision.sudo().review_ids.filtered(lambda r: r.status in ("waiting", "pending"))[:1]
        review.comment = "Falta el avalúo"
        provision.invalidate_recordset()
        provision.with_user(self.tesorero)._rejected_tier(review.with_user(self.tesorero))
        provision.invalidate_recordset()
        self.assertEqual((provision.state, provision.returned_reason), ("draft", "Falta el avalúo"))
        provision.action_request()
        self.assertEqual((provision.state, provision.returned_reason), ("proposed", False))

    def test_reopened_its_signatures_do_not_count_and_its_number_stays(self):
        provision = self.aprobada()
        number = provision.number
        provision.action_reopen()
        self.assertFalse(provision.activity_ids)
        provision._cambiar(self.linea(provision, self.vieja), 900, "Avalúo")
        provision.action_request()
        self.firmar(provision, self.director)
        self.assertEqual(provision.state, "proposed", "the treasurer's first signature was of other figures")
        self.firmar(provision, self.tesorero, self.director)
        self.assertEqual((provision.state, provision.number, provision.amount), ("approved", number, 950))

    def test_nobody_writes_figures_states_nor_rows(self):
        provision = self.borrador()
        values = {
            "amount": 1, "amount_movement": 1, "item_count": 0, "number": "X", "anterior_id": False,
            "corte_id": provision.corte_id.id, "calculated_on": False, "proposed_by_id": self.director.id,
        }  # fmt: skip
        for name, value in values.items():
            self.assertRechaza("come from its closing", lambda n=name, v=value: provision.write({n: v}))
        self.assertRechaza("by its buttons", lambda: provision.write({"state": "approved"}))
        for command in (Command.clear(), Command.create({"amount": 5})):
            for name in ("line_ids", "resumen_ids", "calculo_ids", "manual_ids", "banda_ids"):
                self.assertRechaza("", lambda n=name, c=command: provision.write({n: [c]}))
        for model in TABLES:
            rows = self.env[f"cartera.provision.{model}"].with_user(self.analista)
            self.assertRechaza("", lambda r=rows: r.create({"provision_id": provision.id}))
        self.assertRechaza("are computed", lambda: provision.line_ids[0].write({"amount": 5}))
        self.assertRechaza("", lambda: provision.line_ids.unlink())

    def test_a_callers_defaults_write_nothing(self):
        corte = self.cerrado()
        mine = self.Provision.with_user(self.analista).with_company(self.company).with_context(
            default_amount=7, default_number="X", default_proposed_by_id=self.director.id, default_item_count=9,
            default_state="approved", default_anterior_id=False, default_date_proposed="2026-01-01 00:00:00",
        )  # fmt: skip
        provision = mine.create({"company_id": self.company.id, "corte_id": corte.id})
        self.assertRecordValues(
            provision,
            [{"amount": 550, "number": False, "item_count": 2, "proposed_by_id": False, "date_proposed": False}],
        )
        self.assertEqual(provision.state, "draft")

    # --- by hand ----------------------------------------------------------------------------------------------------

    def test_a_change_by_hand_survives_says_who_and_why_and_is_given_back(self):
        provision = self.borrador()
        linea = self.linea(provision, self.vieja)
        self.assertEqual((provision.amount, linea.amount), (550, 500))
        provision._cambiar(linea, 800, "Sin bienes conocidos")
        provision.action_recalcular()
        linea = self.linea(provision, self.vieja)
        self.assertRecordValues(
            linea,
            [{"amount": 800, "amount_computed": 500, "amount_movement": 800, "is_manual": True,
              "reason": "Sin bienes conocidos", "changed_by_id": self.analista.id}],
        )  # fmt: skip
        self.assertEqual((provision.amount, provision.amount_movement, provision.amount_by_hand), (850, 850, 300))
        self.assertEqual(provision.manual_ids, linea)
        message = provision.message_ids.filtered(lambda m: "Sin bienes conocidos" in m.body)
        self.assertEqual(message.author_id, self.analista.partner_id)
        self.assertIn(self.vieja.name, message.body)
        provision._devolver_a_lo_calculado(linea, "Aparecieron bienes")
        provision.action_recalcular()
        self.assertRecordValues(self.linea(provision, self.vieja), [{"amount": 500, "is_manual": False}])
        self.assertEqual((provision.amount, provision.amount_by_hand), (550, 0))

    def test_changes_by_hand_that_are_refused(self):
        before = self.aprobada(MAYO)
        self.poner(before, "posted")
        self.pagar(self.vieja, payment_date=date(2026, 6, 15))
        provision = self.borrador()
        released = provision.line_ids.filtered("released")
        owed = self.linea(provision, self.nueva)
        for linea, amount, reason, sentence in (
            (owed, 1001, "Por qué", "from zero to that"),
            (owed, -1, "Por qué", "from zero to that"),
            (owed, 10, "  ", "Say why"),
            (released, 10, "Por qué", "not owed in this run"),
            (before.line_ids[:1], 10, "Por qué", "not owed in this run"),
        ):
            self.assertRechaza(sentence, lambda li=linea, a=amount, r=reason: provision._cambiar(li, a, r))
        self.assertRechaza("Say why", lambda: provision._devolver_a_lo_calculado(owed, ""))

    def test_the_wizard_changes_many_by_percent_and_shares_out_an_amount(self):
        provision = self.borrador()
        Wizard = self.env["cartera.provision.cambiar"].with_user(self.analista)
        context = {"active_model": "cartera.provision.linea", "active_ids": provision.line_ids.ids}
        Wizard.with_context(**context).create({"percent": 40, "reason": "Sector en crisis"}).action_apply()
        self.assertEqual((provision.line_ids.mapped("amount"), provision.amount), ([400, 400], 800))
        Wizard.with_context(**context).create(
            {"step": "amount", "amount": 1000, "reason": "Perito"}
        ).action_apply()  # fmt: skip
        self.assertEqual((provision.line_ids.mapped("amount"), provision.amount), ([500, 500], 1000))
        Wizard.with_context(**context).create({"step": "computed", "reason": "Sin peritaje"}).action_apply()
        self.assertEqual((sorted(provision.line_ids.mapped("amount")), provision.amount), ([50, 500], 550))

    # --- closings -----------------------------------------------------------------------------------------------------

    def test_a_run_of_a_superseded_closing_goes_no_further(self):
        provision = self.borrador()
        self.reemplazar(provision.corte_id)
        self.assertTrue(provision.is_superseded)
        for step in (provision.action_request, provision.action_recalcular):
            self.assertRechaza("not a confirmed closing in force", step)

    def test_what_was_proposed_of_a_superseded_closing_is_not_signed(self):
        provision = self.propuesta()
        self.reemplazar(provision.corte_id)
        self.assertRechaza("not a confirmed closing in force", lambda: self.firmar(provision, self.tesorero))
        self.assertEqual((provision.state, provision.firma_ids.ids), ("proposed", []))

    def test_what_was_approved_of_a_superseded_closing_is_not_posted(self):
        provision = self.aprobada()
        self.reemplazar(provision.corte_id)
        mine = provision.with_user(self.contador)
        self.assertIn("not a confirmed closing in force", mine.problems)
        self.assertRechaza("not a confirmed closing in force", mine.action_post)
        wizard = self.env["cartera.provision.contabilizar"].with_user(self.contador)
        wizard = wizard.with_context(active_model="cartera.provision", active_id=provision.id).create({})
        self.assertFalse(wizard.asiento_ids)
        self.assertRechaza("not a confirmed closing in force", wizard.action_apply)

    def test_the_accountant_takes_a_posted_run_back_and_says_why(self):
        provision = self.aprobada()
        provision.with_user(self.contador).action_post()
        wizard = self.env["cartera.provision.reversar"].with_user(self.contador)
        wizard = wizard.with_context(active_model="cartera.provision", active_id=provision.id)
        wizard.create({"reason": "Cierre equivocado"}).action_apply()
        self.assertRecordValues(
            provision, [{"state": "reversed", "end_reason": "Cierre equivocado", "amount_ledger": 0}]
        )

    def test_only_on_a_confirmed_closing_of_the_company_by_its_own_methods(self):
        draft, other = self.generar(), self.setup_other_company()["company"]
        other.sudo().cartera_politica_id = self.politica
        mine = self.Provision.with_user(self.analista)
        self.assertRechaza(
            "not a confirmed closing", lambda: mine.create({"company_id": self.company.id, "corte_id": draft.id})
        )
        ajeno = self.Corte._generar(other, FIN)
        ajeno._confirmar()
        self.assertRechaza("", lambda: mine.create({"company_id": self.company.id, "corte_id": ajeno.id}))
        draft._confirmar()
        foreign = self.matriz.copy({"company_id": other.id, "name": "Ajena"})
        for values in ({"metodo_id": foreign.id}, {"metodo_ids": [Command.link(foreign.id)]}):
            self.assertRechaza(
                "", lambda v=values: mine.create({"company_id": self.company.id, "corte_id": draft.id, **v})
            )

    def test_a_closing_without_items_releases_what_there_was(self):
        before = self.aprobada(MAYO)
        self.poner(before, "posted")
        self.pagar(self.vieja | self.nueva, payment_date=date(2026, 6, 15))
        provision = self.borrador()
        self.assertRecordValues(
            provision,
            [{"item_count": 0, "amount_gross": 0, "amount": 0, "previous_amount": before.amount,
              "amount_movement": -before.amount}],
        )  # fmt: skip
        self.assertEqual(set(provision.line_ids.mapped("released")), {True})

    # --- rows -----------------------------------------------------------------------------------------------------

    def test_a_draft_is_deleted_with_its_rows_and_a_numbered_run_stays(self):
        provision = self.borrador()
        provision._cambiar(self.linea(provision, self.vieja), 1, "Prueba")
        run = provision.id
        provision.unlink()
        for table in TABLES:
            rows = self.env[f"cartera.provision.{table}"].sudo().search_count([("provision_id", "=", run)])
            self.assertEqual(rows, 0, table)
        provision = self.aprobada()
        provision.action_reopen()
        self.assertRechaza("a run stays", provision.unlink)

    def test_statements_do_not_grow_with_the_items(self):
        def statements(act):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            act()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        def cambiar(provision):
            lineas = provision.line_ids.filtered(lambda linea: not linea.released)
            provision._cambiar(lineas, lambda linea: linea.amount_gross, "Todo")

        def counted(provision):
            cambiar(provision)
            return statements(provision.action_recalcular), statements(lambda: cambiar(provision))

        def deber(count):
            for n in range(count):
                self.factura(200 + n, 100, partner=self.debtor.copy({"name": f"Deudor {n}"}))

        deber(2)
        few = self.correr(MAYO)
        counts = [counted(few)]
        deber(12)
        many = self.correr(FIN)
        counts.append(counted(many))
        self.assertEqual((few.item_count, many.item_count), (3, 16))
        self.assertEqual(counts[0], counts[1])

    def test_the_history_of_the_run_says_its_steps_and_its_method(self):
        provision = self.borrador().with_context(tracking_disable=False, mail_notrack=False)
        self.cr.flush()
        provision.metodo_id = self.metodo("Otra", {0: 2})
        provision.action_request()
        self.cr.flush()
        tracked = provision.message_ids.sudo().tracking_value_ids
        self.assertEqual(set(tracked.field_id.mapped("name")), {"metodo_id", "state"})

    def test_the_draft_of_a_closing_is_computed_again_with_what_is_chosen(self):
        provision = self.borrador()
        otra = self.metodo("Otra", {0: 2})
        self.assertEqual(self.Provision._generar(provision.corte_id, otra), provision)
        self.assertEqual((provision.metodo_id, provision.metodo_ids, provision.amount), (otra, otra, 40))
