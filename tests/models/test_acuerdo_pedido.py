"""The agreement that a debtor asks for on their page: within the policy, once, and drafted for who studies it."""

from datetime import date

from odoo.addons.cartera_cobro.models.cartera_acuerdo_pedido import MOST_A_DAY
from odoo.addons.cartera_cobro.models.cartera_portal import Rechazado
from odoo.tests import tagged

from .common import HOY
from .test_acuerdo import AcuerdoCase


@tagged("post_install", "-at_install")
class TestAcuerdoPedido(AcuerdoCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.politica.write({"agreement_max_count": 24, "agreement_down_percent": 10, "agreement_rate": 12})
        cls.expediente.user_id = cls.gestor
        cls.items = cls.Partida.search([("move_id", "in", cls.facturas.ids)], order="date_due")

    def escrito(self, items=None, cuotas="6", inicial="", primera="2026-08-14"):
        chosen = self.items if items is None else items
        return {"partidas": set(chosen.ids), "cuotas": cuotas, "inicial": inicial, "primera": primera}

    def pedir(self, seen=None, who="Juana Deudora", note="", **typed):
        asked = self.escrito(**typed)
        seen = seen or self.expediente._pagina_de_acuerdo(asked)["plan"]["digest"]
        return self.expediente._pedir_acuerdo(asked, seen, who, note, "IP 10.0.0.1, Navegador")

    def negado(self, **typed):
        """The sentence that the page says of a plan that cannot be; nobody can ask for it either."""
        asked = self.escrito(**typed)
        sentence = self.expediente._pagina_de_acuerdo(asked)["plan_error"]
        with self.assertRaises(Rechazado) as refused:
            self.expediente._pedir_acuerdo(asked, "x", "Juana", "", "")
        self.assertEqual(str(refused.exception), sentence)
        return sentence

    def test_it_is_drafted_as_it_was_seen_for_the_officer_to_study(self):
        plan = self.expediente._pagina_de_acuerdo(self.escrito(inicial="$ 200.000"))["plan"]
        self.assertEqual((plan["capital"], plan["interest"], plan["down"]), (1_000_000, 7890.41, 200_000))
        acuerdo = self.pedir(inicial="$ 200.000", note="Cobro <b>los 15</b>")
        self.assertRecordValues(
            acuerdo,
            [
                {
                    "state": "draft", "from_page": True, "asked_by": "Juana Deudora", "user_id": self.gestor.id,
                    "count": 6, "down_payment": 200_000, "down_date": date(2026, 7, 30), "annual_rate": 12,
                    "first_date": date(2026, 8, 14), "amount_plan": plan["total"], "number": False,
                }
            ],
        )  # fmt: skip
        self.assertEqual(acuerdo.cuota_ids.mapped("amount"), [one["amount"] for one in plan["instalments"]])
        self.assertRecordValues(
            acuerdo.activity_ids, [{"user_id": self.gestor.id, "date_deadline": HOY, "res_model": "cartera.acuerdo"}]
        )
        said = "".join(acuerdo.message_ids.mapped("body"))
        self.assertIn("IP 10.0.0.1", said)
        self.assertIn("&lt;b&gt;los 15", said)
        # From there it is any agreement of the officer's.
        acuerdo.with_user(self.gestor).action_propose()
        self.assertEqual(acuerdo.number, "2026-00001")
        self.assertFalse(acuerdo.activity_ids, "it was answered")
        shown = self.expediente._pagina_de_acuerdo({})["under_way"]
        self.assertEqual([(one["state"], one["number"]) for one in shown], [("Por aceptar", "2026-00001")])

    def test_the_page_begins_with_what_is_overdue_and_compares_what_the_policy_allows(self):
        soon = self.partidas(self.factura(-20, 50_000))
        self.Partida._actualizar(self.company)
        page = self.expediente._pagina_de_acuerdo({})
        self.assertEqual([row["chosen"] for row in page["rows"]], [True, True, False])
        self.assertEqual(page["rows"][2]["partida"], soon)
        self.assertEqual([one["count"] for one in page["plans"]], [1, 3, 6, 12, 24])
        self.assertEqual((page["plan"]["count"], page["plan"]["down"]), (6, 100_789.04))
        self.assertFalse(page["plans"][0]["down"], "what is paid at once has no down payment")
        self.politica.write({"agreement_max_count": 2})
        self.assertEqual([one["count"] for one in self.expediente._pagina_de_acuerdo({})["plans"]], [1, 2])

    def test_nothing_that_the_policy_does_not_allow(self):
        for typed, sentence in (
            ({"cuotas": "25"}, "Elija de 1 a 24 cuotas."),
            ({"cuotas": "0"}, "Elija de 1 a 24"),
            ({"cuotas": "-3"}, "Elija de 1 a 24"),
            ({"cuotas": "9" * 30}, "Elija de 1 a 24"),
            ({"inicial": "100.000"}, "La cuota inicial es de $ 100.789,04 o más"),
            ({"inicial": "-5"}, "La cuota inicial es de"),
            ({"inicial": "mucho"}, "La cuota inicial es de"),
            ({"inicial": "9.999.999.999.999"}, "La cuota inicial es menor que lo que debe"),
            ({"primera": "2026-07-14"}, "El primer pago va de hoy al 15 de agosto de 2026"),
            ({"primera": "2026-08-16"}, "El primer pago va de hoy"),
            ({"primera": "ayer"}, "El primer pago va de hoy"),
            ({"items": self.items.browse()}, "Elija al menos una obligación."),
        ):
            with self.subTest(typed=typed):
                self.assertIn(sentence, self.negado(**typed))
        self.politica.write({"agreement_down_percent": 0, "interest_regime": "none"})
        penny = self.partidas(self.factura(10, 0.05))
        self.Partida._actualizar(self.company)
        self.assertIn("Las cuotas quedarían en cero", self.negado(items=penny, cuotas="24"))
        self.assertFalse(self.expediente.acuerdo_ids)

    def test_what_cannot_be_agreed_on_is_not_chosen(self):
        stranger = self.partidas(self.factura(30, 70_000, partner=self.debtor.copy({"name": "Pedro Ajeno"})))
        self.assertIn("Elija al menos una", self.negado(items=stranger))
        claim = self.expediente._reclamar_en_portal("claim", "Juana", "No es mía", {self.items[0].id: ""}, [])
        rows = self.expediente._pagina_de_acuerdo({})["rows"]
        self.assertEqual([row["why"] for row in rows], ["En reclamo", ""])
        self.assertIn("Elija al menos una", self.negado(items=self.items[0]))
        claim.action_answer("rejected", "Es suya.")
        self.Partida._actualizar(self.company)
        self.proponer(moves=self.facturas[0], down_payment=100_000, down_date=date(2026, 7, 20))
        page = self.expediente._pagina_de_acuerdo({})
        self.assertEqual([row["why"] for row in page["rows"]], ["En otro acuerdo", ""])
        self.assertEqual(page["plan"]["capital"], 400_000)

    def test_the_same_form_twice_is_one_request_and_another_waits(self):
        seen = self.expediente._pagina_de_acuerdo(self.escrito())["plan"]["digest"]
        first = self.pedir(seen)
        self.assertEqual(self.pedir(seen), first)
        with self.assertRaisesRegex(Rechazado, "Ya recibimos su solicitud"):
            self.pedir("otro", cuotas="12")
        first.with_user(self.gestor).action_propose()
        self.assertEqual(self.pedir(seen), first, "also once it was answered")
        self.assertEqual(self.expediente.acuerdo_ids, first)

    def test_what_was_not_seen_is_not_asked_for(self):
        seen = self.expediente._pagina_de_acuerdo(self.escrito())["plan"]["digest"]
        with self.assertRaisesRegex(Rechazado, "El plan cambió"):
            self.pedir(seen, cuotas="12")
        self.pagar(self.facturas[1], 100_000)
        with self.assertRaisesRegex(Rechazado, "El plan cambió"):
            self.pedir(seen)
        with self.assertRaisesRegex(Rechazado, "Escriba su nombre"):
            self.pedir(who="  ")
        self.assertFalse(self.expediente.acuerdo_ids)

    def test_so_many_a_day_and_none_after_a_breach(self):
        for n in range(MOST_A_DAY):
            self.pedir(cuotas=str(n + 2)).with_user(self.gestor).action_cancel("No")
        shown = self.expediente._pagina_de_acuerdo({})["under_way"]
        self.assertEqual({one["state"] for one in shown}, {"No se concedió"})
        with self.assertRaisesRegex(Rechazado, "varias solicitudes suyas hoy"):
            self.pedir(cuotas="10")
        self.politica.write({"agreement_down_percent": 0})
        self.vigente().with_user(self.tesorero).action_breach("No paga")
        self.assertIn("acuerdo incumplido", self.expediente._pagina_de_acuerdo({})["obstacle"])

    def test_who_coordinates_studies_a_case_that_is_with_the_lawyer_or_nobodys(self):
        self.company.sudo().cartera_coordinador_id = self.tesorero
        self.items[0].etapa_id = self.etapa("JUR")
        self.assertEqual(self.pedir().user_id, self.tesorero)
        self.expediente.acuerdo_ids.sudo().action_cancel("No")
        self.expediente.user_id = False
        self.assertEqual(self.pedir(items=self.items[1]).activity_ids.user_id, self.tesorero)

    def test_a_missing_rate_is_said_and_large_debts_tell_of_the_guarantee(self):
        self.politica.write({"agreement_guarantee_from": 500_000, "agreement_guarantee_free_count": 12})
        self.assertTrue(self.expediente._pagina_de_acuerdo(self.escrito(cuotas="13"))["plan"]["guarantee"])
        self.assertFalse(self.expediente._pagina_de_acuerdo(self.escrito(cuotas="12"))["plan"]["guarantee"])
        self.env["cartera.parametro"].sudo().search([("code", "=", "ibc")]).unlink()
        self.politica.interest_regime = "commercial"
        self.assertIn("no podemos calcular los intereses", self.expediente._pagina_de_acuerdo({})["obstacle"])
