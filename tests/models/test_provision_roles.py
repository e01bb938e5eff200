"""Who may do what with impairment: ten roles, as real users, and another company's."""

from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ROLES
from .test_corte import FIN
from .test_provision import ProvisionCase

READ = {"analista", "abogado", "contador", "tesorero", "director", "auditor", "admin"}
PREPARE = {"analista", "contador", "tesorero", "director", "admin"}
ASSESS = {"gestor", "analista", "abogado", "contador", "tesorero", "director", "admin"}
APPROVE = {"contador", "tesorero", "director", "admin"}
METHODS = {"admin"}


@tagged("post_install", "-at_install")
class TestRoles(ProvisionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        move = cls.factura(130, 1000)
        cls.expediente = move.sudo().cartera_expediente_id
        cls.usuarios = {role: cls.usuario(role) for role in ROLES}
        cls.env.flush_all()
        corte = cls.Corte._generar(cls.company, FIN)
        corte._confirmar()
        cls.calculada = cls.Provision._generar(corte)

    def puede(self, act):
        """Whether the act is let through; whatever it did is undone."""
        try:
            with self.cr.savepoint() as savepoint:
                act()
                self.env.flush_all()
                savepoint.rollback()
        except AccessError:
            return False
        finally:
            self.env.invalidate_all()
        return True

    def assertRoles(self, allowed, act):
        """`act` (of an environment) passes for the roles of `allowed`, and for no other."""
        passed = {
            role
            for role, user in self.usuarios.items()
            if self.puede(
                lambda u=user: act(self.env(user=u, su=False, context={"allowed_company_ids": self.company.ids}))
            )
        }
        self.assertEqual(passed, set(allowed))

    def corrida(self, env):
        return env["cartera.provision"].browse(self.calculada.id)

    def evaluar(self, env):
        return env["cartera.evaluacion"].create(
            {"expediente_id": self.expediente.id, "loss": 50, "date": date(2026, 6, 1)}
        )

    def test_who_reads_runs_and_their_rows(self):
        self.assertRoles(READ, lambda env: self.corrida(env).read(["amount", "line_ids"]))
        for table in ("linea", "resumen", "saldo", "calculo", "ajuste", "metodo", "banda", "tasa"):
            with self.subTest(table):
                self.assertRoles(READ, lambda env, t=table: env[f"cartera.provision.{t}"].search([]))

    def test_who_prepares_runs(self):
        values = {"company_id": self.company.id, "corte_id": self.calculada.corte_id.id}
        for what, act in {
            "create": lambda env: env["cartera.provision"].create(values),
            "compute": lambda env: self.corrida(env).action_recalcular(),
            "change": lambda env: self.corrida(env)._cambiar(self.calculada.line_ids.with_env(env), 1, "Prueba"),
            "propose": lambda env: self.corrida(env).action_request(),
            "note": lambda env: self.corrida(env).write({"note": "<p>x</p>"}),
            "delete": lambda env: self.corrida(env).unlink(),
            "wizard": lambda env: env["cartera.provision.nueva"].create({}).action_generate(),
            "by hand": lambda env: env["cartera.provision.cambiar"].create(
                {"linea_ids": self.calculada.line_ids.ids, "reason": "Prueba"}
            ).action_apply(),
        }.items():  # fmt: skip
            with self.subTest(what):
                self.assertRoles(PREPARE, act)

    def test_nobody_writes_the_rows(self):
        for table in ("linea", "resumen", "saldo", "calculo", "ajuste"):
            rows = (
                self.calculada.line_ids
                if table == "linea"
                else self.env[f"cartera.provision.{table}"].sudo().search([])
            )
            with self.subTest(table):
                for user in self.usuarios.values():
                    for act in (
                        lambda r=rows, u=user: r.with_user(u).check_access("write"),
                        lambda t=table, u=user: self.env[f"cartera.provision.{t}"].with_user(u).check_access("create"),
                        lambda r=rows, u=user: r.with_user(u).check_access("unlink"),
                    ):
                        with self.assertRaises(AccessError):
                            act()

    def test_who_says_how_losses_are_computed(self):
        self.assertRoles(METHODS, lambda env: self.matriz.with_env(env).write({"untaxed": True}))
        self.assertRoles(METHODS, lambda env: self.matriz.banda_ids[:1].with_env(env).write({"rate": 2}))
        self.assertRoles(METHODS, lambda env: self.matriz.copy({"name": "x", "posts": False}).with_env(env).unlink())

    def test_who_assesses_and_who_approves(self):
        self.assertRoles(ASSESS, self.evaluar)
        self.assertRoles(
            ASSESS,
            lambda env: env["cartera.garantia"].create(
                {"expediente_id": self.expediente.id, "name": "CDT", "amount": 1}
            ),
        )
        draft = self.evaluar(self.env(su=True))
        draft.document_ids = self.env["ir.attachment"].sudo().create({"name": "auto.pdf", "raw": b"%PDF-1.4"})
        self.assertRoles(APPROVE, lambda env: draft.with_env(env).action_approve())
        draft.state = "approved"
        self.assertRoles(APPROVE, lambda env: draft.with_env(env).action_end("Pagó"))
        self.assertRoles(ASSESS | {"auditor"}, lambda env: draft.with_env(env).read(["loss", "document_ids"]))

    def test_another_companys_is_neither_seen_nor_taken(self):
        other = self.setup_other_company()["company"]
        other.sudo().cartera_politica_id = self.politica
        stranger = self.usuario("contador", other)
        for model in ("cartera.provision", "cartera.provision.linea", "cartera.provision.resumen",
                      "cartera.provision.calculo", "cartera.provision.metodo", "cartera.provision.banda",
                      "cartera.evaluacion", "cartera.garantia"):  # fmt: skip
            self.assertFalse(self.env[model].with_user(stranger).search([]), model)
        with self.assertRaises(AccessError):
            self.calculada.with_user(stranger).action_recalcular()
        with self.assertRaises(UserError):
            self.calculada.with_user(stranger).env["cartera.provision.cambiar"].create(
                {"linea_ids": self.calculada.line_ids.ids, "reason": "Ajena"}
            ).action_apply()
