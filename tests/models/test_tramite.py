"""What people do not type in any document of the procedure, by whatever door: values or defaults, at birth or later."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user

from .common import HOY, ROLES, CarteraCase


class TestTecleado(CarteraCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.factura(60)
        roles = [f"cartera_cobro.group_cartera_{role}" for role in ROLES if role != "auditor"]
        cls.todos = new_test_user(
            cls.env,
            login="todos",
            groups=",".join(["base.group_user", *roles]),
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.env = cls.env(user=cls.todos)

    def modelos(self, parent):
        """The models (empty records) of `parent` that have a table."""
        found = [self.env[name] for name, model in self.registry.items() if issubclass(model, self.registry[parent])]
        return [model for model in found if not model._abstract]

    def de_pasos(self, model, named):
        """Names of the stored fields of `model` that steps and the ledger write, people writing `named`."""
        return {name for name in model._propios() - model._tecleables(named) if model._fields[name].store}

    def test_every_document_is_among_them(self):
        documents = "acta acuerdo boletin campana castigo certificado comunicacion informe provision remision soporte"
        found = {model._name for model in self.modelos("cartera.tramite")}
        self.assertLessEqual({f"cartera.{name}" for name in documents.split()}, found)
        self.assertGreaterEqual(len(found), 16)

    def test_whoever_has_every_role_types_none_of_it(self):
        for model in self.modelos("cartera.tecleado"):
            doors = [(model.write, model._se_escribe)]
            if model.has_access("create"):
                doors.append((model.create, model._se_elige))
            for door, named in doors:
                fields = self.de_pasos(model, named)
                self.assertTrue(fields, model._name)
                for name in sorted(fields):
                    with self.subTest(f"{model._name}.{name}"), self.assertRaises(UserError) as refused:
                        door({name: False})
                    self.assertEqual(str(refused.exception), model._frase_de_calculado())

    def test_states_move_by_their_steps(self):
        for model in self.modelos("cartera.tramite"):
            born = model._fields["state"].default(model)
            states = [code for code, _label in model._fields["state"]._description_selection(self.env)]
            for state in states:
                with self.subTest(f"{model._name} {state}"):
                    with self.assertRaisesRegex(UserError, "moves by its buttons, which check"):
                        model.write({"state": state})
                    if state != born:
                        with self.assertRaisesRegex(UserError, "starts as a draft"):
                            model.create({"state": state})

    def test_defaults_of_a_caller_are_no_steps(self):
        given = {
            "default_date": HOY,
            "default_state": "closed",
            "default_date_dispatched": "2026-07-01 10:00:00",
            "default_dispatched_by_id": self.env.ref("base.user_admin").id,
        }
        # Superuser rights get the caller's context, too.
        for there in (self.env["cartera.suspension.lote"], self.env["cartera.suspension.lote"].sudo()):
            lote = there.with_context(**given).create({"company_id": self.company.id})
            self.assertEqual((lote.date, lote.state), (HOY, "draft"))
            self.assertFalse(lote.date_dispatched or lote.dispatched_by_id)
            self.assertEqual(lote.env.context["default_date_dispatched"], given["default_date_dispatched"])

    def test_a_letter_is_not_born_with_its_words(self):
        words = {"default_body_html": "<p>Otra cosa</p>", "default_amount_capital": 1, "default_date_prepared": HOY}
        letter = self.env["cartera.comunicacion"].with_context(**words).create(
            {
                "expediente_id": self.Expediente.search([("partner_id", "=", self.debtor.id)]).id,
                "template_id": self.env.ref("cartera_cobro.plantilla_primera_carta").id,
            }
        )
        self.assertFalse(letter.body_html or letter.amount_capital or letter.date_prepared)
