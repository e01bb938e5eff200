"""The debtor's statement, coupons and papers on their page: what is shown, what is given, and to nobody else."""

import re
from unittest.mock import patch

from odoo import Command
from odoo.addons.cartera_cobro.models.cartera_textos import pesos
from odoo.tests import HttpCase, new_test_user, tagged

from tests.models.common import HOY
from tests.models.test_acuerdo_vigilancia import VigilanciaCase
from tests.models.test_castigo import CastigoCase


@tagged("post_install", "-at_install")
class TestEstadoEnLinea(VigilanciaCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger = cls.debtor.copy({"name": "Pedro Ajeno", "email": "pedro@example.com"})
        cls.strange = cls.factura(20, 90_000, partner=cls.stranger)
        cls.other = cls.Expediente.search([("partner_id", "=", cls.stranger.id)])
        cls.Certificado = cls.env["cartera.certificado"].sudo()

    def pagina(self, path="", dossier=None):
        self.authenticate(None, None)
        return self.url_open(f"{(dossier or self.expediente)._enlace()}{path}", allow_redirects=False)

    def pedir_cupon(self, **data):
        self.authenticate(None, None)
        base = self.expediente._enlace()
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', self.url_open(base).text).group(1)
        return self.url_open(f"{base}/cupon", data={"csrf_token": csrf, **data})

    def cupones(self):
        return self.env["cartera.cupon"].sudo().search([("expediente_id", "=", self.expediente.id)])

    # --- what is shown --------------------------------------------------------------------------------------------

    def test_what_is_owed_to_the_day_what_is_in_their_favour_and_what_may_be_done(self):
        self.factura(-5, 50_000)
        self.factura(10, 100_000, move_type="out_refund")
        self.company.sudo().cartera_pay_info = "Cuenta 123-456 del Banco"
        page = self.pagina().text
        for words in (
            "Para ponerse al día hoy", "907,890.41",  # 1,000,000 and its interest, less their credit
            "En mora", "1,000,000", "la más antigua de 60 días", "Saldo total", "1,050,000",
            "5,917.81", "60 días de mora", "Vencido", "Por vencer", "Al día",
            "A su favor, por aplicar", "Cuenta 123-456", "Cupón de pago (PDF)", "Quiero pagar por cuotas",
        ):  # fmt: skip
            self.assertIn(words, page)
        self.assertNotIn("Pagar en línea", page, "nothing takes payments online")
        self.assertFalse(self.cupones(), "looking gives out no coupon")

    def test_who_owes_only_instalments_is_not_up_to_date(self):
        self.politica.agreement_rate = 24
        acuerdo = self.vigente().sudo()
        self.abonar(acuerdo.amount_capital)
        self.abonar_a_cuenta(10_000)
        left = acuerdo.amount_due
        self.assertFalse(self.expediente.partida_open_ids.filtered(lambda p: p.amount_residual > 0))
        page = self.pagina().text
        for words in (acuerdo.number, "Cuota 4 de 4", "Ya pagué: enviar el soporte"):
            self.assertIn(words, page)
        for words in ("Está al día", "A su favor, por aplicar"):
            self.assertNotIn(words, page)
        self.assertIn('name="valor"', self.pagina("/comprobantes").text)
        statement = self.Certificado._estado_de_hoy(self.expediente)
        said = statement.pdf_id.raw.decode()
        for words in ("Por pagar del acuerdo", pesos(left)):
            self.assertIn(words, said)
        for words in ("No registra obligaciones pendientes", "a su favor"):
            self.assertNotIn(words, said)
        self.assertEqual(statement._publico()["total"], pesos(left))
        self.assertEqual(self.Certificado._estado_de_hoy(self.expediente), statement)
        # What is paid meanwhile is said by another one.
        self.abonar_a_cuenta(left)
        self.assertNotEqual(self.Certificado._estado_de_hoy(self.expediente), statement)
        self.assertIn("Está al día", self.pagina().text)
        self.assertIn("No registra saldos por pagar", self.pagina("/comprobantes").text)

    def abonar_a_cuenta(self, amount):
        payment = self.env["account.payment"].create(
            {"partner_id": self.debtor.id, "amount": amount, "payment_type": "inbound", "partner_type": "customer",
             "journal_id": self.bank.id, "date": HOY}
        )  # fmt: skip
        payment.action_post()

    def test_without_a_rate_the_balances_show_and_no_coupon_is_given(self):
        self.politica.interest_regime = "commercial"
        self.env["cartera.parametro"].sudo().search([("code", "=", "ibc")]).unlink()
        page = self.pagina().text
        self.assertIn("no incluyen intereses de mora", page)
        self.assertNotIn("Cupón de pago (PDF)", page)
        response = self.pedir_cupon()
        self.assertEqual(response.status_code, 400)
        self.assertIn("No es posible liquidar los intereses", response.text)

    def test_more_debts_cost_no_more_queries(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.expediente._estado_de_cuenta()
            return self.env.cr.sql_log_count - before

        few = queries()
        for days in range(1, 7):
            self.factura(days, 1000)
        self.assertLessEqual(queries(), few)

    # --- coupons --------------------------------------------------------------------------------------------------

    def test_the_coupon_of_the_statement_is_one_and_its_file_is_safe(self):
        response = self.pedir_cupon()
        self.assertEqual((response.status_code, response.headers["Content-Type"]), (200, "application/pdf"))
        self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")
        cupon = self.cupones()
        self.assertIn(f"Cupon%20de%20pago%20{cupon.number}.pdf", response.headers["Content-Disposition"])
        self.assertIn("$ 1.007.890,41", response.content.decode())  # in tests, the HTML of the paper
        self.pedir_cupon()
        self.assertEqual(self.cupones(), cupon)
        self.assertEqual(self.pagina("/cupon").status_code, 405, "a link that is followed gives out nothing")

    def test_the_coupon_of_an_instalment_of_theirs_and_of_no_other(self):
        acuerdo = self.vigente()
        page = self.pagina().text
        for words in (acuerdo.number, "Cuota 1 de 4", "Todas las cuotas", "En acuerdo de pago", "Se paga por cuotas"):
            self.assertIn(words, page)
        for words in ("Cupón de pago (PDF)", "días de mora", "Quiero pagar por cuotas"):
            self.assertNotIn(words, page, "all is paid by its instalments")
        first = acuerdo.cuota_ids.sorted("number")[0]
        response = self.pedir_cupon(cuota=str(first.id))
        self.assertIn("Cuota 1 de 4 del acuerdo de pago", response.content.decode())
        self.assertEqual(self.cupones().cuota_id, first)
        strange = self.acuerdo_ajeno()
        for cuota in (str(strange.cuota_ids[0].id), "0", "x", "1 OR 1=1"):
            with self.subTest(cuota=cuota):
                response = self.pedir_cupon(cuota=cuota)
                self.assertEqual(response.status_code, 400)
                self.assertIn("No hay nada por pagar con un cupón", response.text)
        # The page of the agreement, only where it is theirs and in force.
        good = self.pagina(f"/ver-acuerdo/{acuerdo.id}")
        self.assertIn("/cartera/acuerdo/", good.headers["Location"])
        self.assertEqual(self.pagina(f"/ver-acuerdo/{strange.id}").status_code, 404)

    def acuerdo_ajeno(self):
        item = self.partidas(self.strange)
        acuerdo = self.Acuerdo.create(
            {
                "expediente_id": self.other.id,
                "count": 2,
                "first_date": "2026-08-15",
                "linea_ids": [Command.create({"partida_id": item.id})],
            }
        )
        self.forzar(acuerdo, "active")
        return acuerdo

    # --- papers ---------------------------------------------------------------------------------------------------

    def test_papers_are_theirs_and_only_theirs(self):
        own = self.Certificado._emitir(self.expediente, "statement")
        alien = self.Certificado._emitir(self.other, "statement")
        acuerdo = self.vigente()
        page = self.pagina("/documentos").text
        self.assertIn(f"Estado de cuenta {own.number}", page)
        self.assertIn(f"Acuerdo de pago {acuerdo.number} firmado", page)
        got = self.pagina(f"/documentos/certificado/{own.id}")
        self.assertEqual((got.status_code, got.content), (200, own.pdf_id.raw))
        self.assertEqual(got.headers["X-Content-Type-Options"], "nosniff")
        self.assertEqual(self.pagina(f"/documentos/acuerdo/{acuerdo.id}").content, acuerdo.pdf_id.raw)
        for path in (f"certificado/{alien.id}", f"carta/{own.id}", f"ir.attachment/{own.pdf_id.id}", "certificado/0"):
            with self.subTest(path=path):
                answer = self.pagina(f"/documentos/{path}")
                self.assertEqual(answer.status_code, 404)
                self.assertNotIn("Juana", answer.text)
        own.action_revoke("Error")
        self.assertEqual(self.pagina(f"/documentos/certificado/{own.id}").status_code, 404)
        self.assertIn("Todavía no hay ninguno", self.pagina("/documentos", self.factura_de_otro()).text)

    def factura_de_otro(self):
        nobody = self.debtor.copy({"name": "Nadie"})
        self.factura(5, 1000, partner=nobody)
        return self.Expediente.search([("partner_id", "=", nobody.id)])

    # --- online ---------------------------------------------------------------------------------------------------

    def test_online_is_odoos_own_page_of_an_invoice_of_theirs(self):
        first, second = self.partidas(*self.facturas)
        self.assertEqual(self.pagina(f"/pagar/{first.id}").status_code, 404, "no provider")
        with patch.object(type(self.expediente), "_con_proveedor", lambda self, moves: moves):
            page = self.pagina().text
            self.assertIn("Pagar en línea", page)
            self.assertIn(f"/pagar/{second.id}", page)
            self.assertNotIn("access_token", page)
            answer = self.pagina(f"/pagar/{first.id}")
            self.assertEqual(answer.status_code, 303)
            self.assertIn(f"/my/invoices/{first.move_id.id}?access_token=", answer.headers["Location"])
            self.assertEqual(self.pagina(f"/pagar/{self.partidas(self.strange).id}").status_code, 404)
            # Logged in, no token is needed.
            login = new_test_user(self.env, "juana", groups="base.group_portal", partner_id=self.debtor.id).login
            self.authenticate(login, login)
            answer = self.url_open(f"/my/cartera/{self.expediente.id}/pagar/{first.id}", allow_redirects=False)
            self.assertTrue(answer.headers["Location"].endswith(f"/my/invoices/{first.move_id.id}?payment=True"))


@tagged("post_install", "-at_install")
class TestCastigadoEnLinea(CastigoCase, HttpCase):
    """What was written off has no open item, and was not paid."""

    def pagina(self, path=""):
        self.authenticate(None, None)
        return self.url_open(f"{self.expediente()._enlace()}{path}").text

    def test_a_debtor_whose_debt_was_written_off_is_not_up_to_date(self):
        Certificado = self.env["cartera.certificado"].sudo()
        castigo = self.castigar(self.factura(400, 5000.0))
        page = self.pagina()
        self.assertIn("Registra obligaciones castigadas", page)
        self.assertNotIn("Está al día", page)
        self.assertIn('name="valor"', self.pagina("/comprobantes"))
        statement = Certificado._estado_de_hoy(self.expediente())
        said = statement.pdf_id.raw.decode()
        self.assertIn("Registra obligaciones castigadas", said)
        self.assertNotIn("No registra obligaciones pendientes", said)
        castigo.action_recover(self.abonar(5000.0).ids)
        self.assertIn("Está al día", self.pagina())
        self.assertIn("No registra saldos por pagar", self.pagina("/comprobantes"))
        recovered = Certificado._estado_de_hoy(self.expediente())
        self.assertNotEqual(recovered, statement)
        self.assertIn("No registra obligaciones pendientes", recovered.pdf_id.raw.decode())
