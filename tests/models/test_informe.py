"""Management reports: their figures by hand, frozen, approved in three steps, published once."""

import hashlib
import io
from datetime import date

from freezegun import freeze_time
from odoo import Command
from odoo.addons.cartera_cobro.models import cartera_informe_mes, cartera_informe_resultado
from odoo.addons.cartera_cobro.models.cartera_servicio import sql_partes
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL, mute_logger
from openpyxl import load_workbook
from psycopg2 import IntegrityError

from .common import CarteraCase
from .test_certificado import texto
from .test_gestion import MARTES_14_JULIO
from .test_promesa import PromesaCase
from .test_remision import RemisionCase

MAYO, JUNIO = date(2026, 5, 31), date(2026, 6, 30)
SECCION = "cartera_cobro.informe_seccion"
XLSX = "cartera_cobro.informe_gestion_xlsx"


class InformeMixin:
    """What tests of reports of `cls.company` need: closings, reports, people of each step."""

    @classmethod
    def gente(cls):
        cls.autora, cls.tesorero, cls.director = (cls.usuario(r) for r in ("analista", "tesorero", "director"))
        cls.revisora = cls.otra_persona("revisora", "analista")
        cls.env["tier.definition"].sudo().search([("model", "=", "cartera.informe")]).has_comment = False
        cls.control = cls.env["res.partner"].create({"name": "Control Interno", "email": "control@example.com"})

    @classmethod
    def otra_persona(cls, login, role):
        return new_test_user(
            cls.env,
            login=login,
            groups=f"base.group_user,cartera_cobro.group_cartera_{role}",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @classmethod
    def cerrar(cls, *days, company=None):
        cls.env.flush_all()
        for day in days:
            cls.env["cartera.corte"].sudo()._generar(company or cls.company, day)._confirmar()

    @classmethod
    def tipo(cls, name):
        return cls.env.ref(f"cartera_cobro.informe_tipo_{name}").sudo().with_company(cls.company)

    @classmethod
    def informe(cls, tipo, user=None, month=JUNIO, **values):
        env = cls.env(user=user or cls.autora, su=False, context={"allowed_company_ids": cls.company.ids})
        return env["cartera.informe"].create({"tipo_id": cls.tipo(tipo).id, "month": month, **values})

    def filas(self, informe, title):
        """{first cell: the rest} of the rows of a table."""
        [table] = [t for s in informe.content["sections"] for t in s["tables"] if t["title"] == title]
        return {row[0]: row[1:] for row in table["rows"]}

    def nombre(self, code):
        """The name of a stage in the company's language."""
        return self.etapa(code).with_context(lang=self.env["cartera.correo"]._idioma()).name

    def redactar(self, informe):
        informe.write({"conclusions": "<p>La cartera bajó.</p>", "recommendations": "<p>Llamar a todos.</p>"})
        return informe

    def firmar(self, informe, *users):
        for user in users:
            informe.invalidate_recordset()
            informe.with_user(user).validate_tier()
        informe.invalidate_recordset()

    def aprobado(self, tipo="pqr", pdf=False):
        informe = self.redactar(self.informe(tipo).with_context(force_report_rendering=pdf))
        informe.action_request()
        self.firmar(informe, self.revisora, self.tesorero, self.director)
        return informe


@tagged("post_install", "-at_install")
class TestInforme(InformeMixin, CarteraCase):
    """At the end of June: 1,000 of A (25 days) and 300 of C (35 days) are prejudicial, 1,000 of B (65 days) persuasive;
    at the end of May B (35 days) owed 1,000 and C (5 days) 500, both prejudicial."""

    politica_xmlid = "cartera_cobro.politica_acueducto"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gente()
        cls.norte = cls.env["cartera.zona"].sudo().create({"name": "Norte", "company_id": cls.company.id})
        home = {"use": "residential", "estrato": "2", "zona_id": cls.norte.id}
        cls.cuenta("A", 40, 1000, **home)
        cls.b = cls.cuenta("B", 80, 1000, use="commercial")
        cls.c = cls.cuenta("C", 50, 500, **home)
        cls.pagar(cls.c, 200, payment_date=date(2026, 6, 10))
        cls.Partida._actualizar(cls.company)
        cls.env["cartera.recaudo"].sudo()._actualizar(cls.company)
        cls.cerrar(MAYO, JUNIO)

    @classmethod
    def cuenta(cls, name, days, amount, lines=None, **attributes):
        """The bill of an account of its own."""
        partner = cls.env["res.partner"].create({"name": f"Deudor {name}", "property_payment_term_id": False})
        values = {"name": name, "kind": "account", "partner_id": partner.id, "company_id": cls.company.id, **attributes}
        cuenta = cls.env["cartera.cuenta"].sudo().create(values)
        extra = {"invoice_line_ids": lines} if lines else {}
        return cls.factura(days, amount, partner=partner, cartera_cuenta_id=cuenta.id, **extra)

    # --- figures --------------------------------------------------------------------------------------------------

    def test_the_stage_at_the_closing_beside_the_month_before(self):
        informe = self.informe("prejuridico")
        resumen = informe.content["sections"][0]["tables"][0]
        # Accounts, items, overdue, not due, total, percent overdue.
        self.assertEqual(resumen["rows"][0], ["junio de 2026", 2, 2, 1300.0, 0.0, 1300.0, 100.0])
        self.assertEqual(resumen["rows"][1], ["mayo de 2026", 2, 2, 1500.0, 0.0, 1500.0, 100.0])
        self.assertEqual(len(resumen["rows"]), 2, "there is no closing of June 2025")
        self.assertEqual(resumen["note"], "La cartera vencida bajó 13,3 % frente a mayo de 2026.")
        bandas = self.filas(informe, "Cartera vencida por edad de mora")
        young, old = bandas.values()
        # Accounts, items, value, share, the month before, difference, its percent.
        self.assertEqual(young[:3] + young[4:], [1, 1, 1000.0, 500.0, 500.0, 100.0])
        self.assertEqual(old[:3] + old[4:6], [1, 1, 300.0, 1000.0, -700.0])
        self.assertAlmostEqual(young[3], 100 * 1000 / 1300)
        self.assertEqual(self.filas(informe, "Cartera vencida por estrato")["2"][2], 1300.0)
        self.assertEqual(
            self.filas(informe, "Cartera vencida por estrato")["Sin estrato"][2:], [0.0, 0.0, 1000.0, -1000.0, -100.0]
        )
        self.assertEqual(self.filas(informe, "Cartera vencida por zona")["Norte"][2], 1300.0)
        months = self.filas(informe, "Cartera vencida, mes a mes")
        self.assertEqual(months, {"mayo de 2026": [2, 2, 1500.0], "junio de 2026": [2, 2, 1300.0]})

    def test_the_portfolio_its_largest_debtors_and_what_was_collected(self):
        informe = self.informe("cartera")
        self.assertEqual(
            {name: row[2] for name, row in self.filas(informe, "Cartera vencida por etapa").items()},
            {self.nombre("PRE"): 1300.0, self.nombre("PER"): 1000.0},
        )
        debtors = self.filas(informe, "Mayores deudores")
        self.assertEqual(list(debtors), ["Deudor A", "Deudor B", "Deudor C"])
        self.assertEqual(debtors["Deudor B"][1:4], [1, 65, 1000.0])
        self.assertAlmostEqual(debtors["Deudor B"][4], 100 * 1000 / 2300)
        stage = self.filas(informe, "Recaudo por etapa")
        self.assertEqual(stage, {self.nombre("PRE"): [200.0, 1, 0.0, None]})
        self.assertEqual(
            self.filas(informe, "Recaudo por canal"),
            {self.bank.with_context(lang=self.env["cartera.correo"]._idioma()).name: [200.0, 1, 0.0, None]},
        )
        # A report about another stage has none of it.
        self.assertEqual(self.filas(self.informe("persuasivo"), "Recaudo por etapa"), {})

    def test_the_first_month_has_nothing_to_compare_with(self):
        informe = self.informe("prejuridico", month=date(2026, 5, 12))
        table = informe.content["sections"][0]["tables"][0]
        self.assertEqual((len(table["rows"]), table["note"]), (1, "No hay cierre de abril de 2026 con que comparar."))
        self.assertEqual(list(self.filas(informe, "Cartera vencida por edad de mora").values())[0][:3], [1, 1, 500.0])

    def test_one_service_by_its_share_of_each_invoice(self):
        water, waste = self.env["product.category"].sudo().create([{"name": "Acueducto"}, {"name": "Aseo"}])
        products = self.env["product.product"].create([{"name": c.name, "categ_id": c.id} for c in (water, waste)])
        lines = [
            Command.create({"product_id": p.id, "quantity": 1, "price_unit": price, "tax_ids": [Command.clear()]})
            for p, price in zip(products, (700, 300), strict=True)
        ]
        bill = self.cuenta("D", 60, 1000, lines=lines, use="residential")
        never = self.factura(-60, 1000)
        self.pagar(bill, 500, payment_date=date(2026, 6, 20))
        self.env["cartera.corte"].sudo().search([("date", "=", JUNIO)])._nueva_version()._confirmar()
        self.env["cartera.recaudo"].sudo()._actualizar(self.company)
        with self.assertRaisesRegex(UserError, "choose its product category"), self.cr.savepoint():
            self.informe("servicio")
        self.tipo("servicio").write(
            {"categ_id": waste.id, "seccion_ids": [Command.link(self.env.ref(f"{SECCION}_mayores").id)]}
        )
        # Only what those months are about is split: a ledger has years of invoices.
        split = []
        for room in (cartera_informe_mes, cartera_informe_resultado):
            self.patch(room, "sql_partes", lambda which=None: split.append(which) or sql_partes(which))
        informe = self.informe("servicio")
        self.assertTrue(split)
        for which in split:
            moves = self.env.execute_query(SQL("SELECT DISTINCT l.move_id FROM account_move_line l WHERE %s", which))
            self.assertIn((bill.id,), moves)
            self.assertNotIn((never.id,), moves)
        self.assertEqual(informe.content["sections"][0]["tables"][0]["rows"][0][1:4], [1, 1, 150.0])
        self.assertEqual(self.filas(informe, "Recaudo por etapa"), {self.nombre("PRE"): [150.0, 1, 0.0, None]})
        # Of the 500 that it owes; others have nothing of that service.
        debtors = {name: row[1:] for name, row in self.filas(informe, "Mayores deudores").items()}
        self.assertEqual(debtors, {"Deudor D": [1, 45, 150.0, 100.0]})

    def test_the_indicators_are_those_measured_at_its_closing(self):
        informe = self.informe("prejuridico")
        lang = self.env["cartera.correo"]._idioma()
        Valor = self.env["cartera.indicador.valor"].sudo().with_context(lang=lang)
        corte = informe.sudo().corte_id
        total = Valor.search([("corte_id", "=", corte.id), ("scope", "=", "total")])
        own = Valor.search(
            [("corte_id", "=", corte.id), ("scope", "=", "stage"), ("etapa_id.kind", "=", "prejudicial")]
        )
        self.assertTrue(total)
        self.assertEqual(set(self.filas(informe, "Indicadores de la cartera")), set(total.indicador_id.mapped("name")))
        self.assertEqual(set(self.filas(informe, "Indicadores de la etapa")), set(own.indicador_id.mapped("name")))

    def test_what_is_paid_later_changes_nothing_and_a_newer_closing_asks_for_a_refresh(self):
        informe = self.redactar(self.informe("persuasivo"))
        said, preview = informe.content, informe.preview
        self.assertIn("1.000", preview)
        self.pagar(self.b, 400, payment_date=date(2026, 6, 29))
        self.env.invalidate_all()
        self.assertEqual((informe.content, informe.preview), (said, preview))
        informe.sudo().corte_id._nueva_version()._confirmar()
        with self.assertRaisesRegex(UserError, "newer version"), self.cr.savepoint():
            informe.action_request()
        informe.action_refresh()
        self.assertEqual(informe.content["sections"][0]["tables"][0]["rows"][0][3], 600.0)
        self.assertNotEqual(informe.content, said)
        informe.action_request()
        with self.assertRaisesRegex(UserError, "Being Reviewed"):
            informe.action_refresh()

    def test_the_number_of_queries_does_not_grow_with_the_items(self):
        def spend(informe):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            informe._calcular()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        informe = self.informe("cartera", user=self.tesorero)
        spend(informe)
        few = spend(informe)
        for n in range(12):
            self.cuenta(f"E{n}", 45 + n, 100, use="official")
        self.env["cartera.corte"].sudo().search([("date", "=", JUNIO)])._nueva_version()._confirmar()
        spend(informe)
        # One more at most: whether the columns of the report are written in one go or in two.
        self.assertLessEqual(spend(informe), few + 1)
        self.assertEqual(informe.content["sections"][0]["tables"][0]["rows"][0][1], 15)

    # --- refusals and roles ---------------------------------------------------------------------------------------

    def test_what_a_caller_gives_as_defaults_is_not_taken(self):
        context = {"default_state": "approved", "default_number": "7", "default_content": {}}
        informe = self.informe("pqr").with_context(**context).browse()
        made = informe.create({"tipo_id": self.tipo("cartera").id, "month": JUNIO})
        self.assertEqual((made.state, made.number), ("draft", False))
        self.assertTrue(made.content["sections"])

    def test_refusals_of_preparing(self):
        with self.assertRaisesRegex(UserError, "no confirmed closing of abril de 2026"):
            self.informe("pqr", month=date(2026, 4, 1))
        informe = self.informe("pqr")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.informe("pqr")
        for values in (
            {"content": {}},
            {"content_sha256": "x"},
            {"month": MAYO},
            {"number": "1"},
            {"state": "approved"},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                informe.write(values)
        with self.assertRaisesRegex(UserError, "come from its closing"):
            self.informe("cartera", content={"sections": []})
        with self.assertRaisesRegex(UserError, "Conclusions, Recommendations"):
            informe.action_request()
        informe.unlink()
        with self.assertRaisesRegex(ValidationError, "about one stage"):
            self.tipo("prejuridico").stage_kind = False
        with self.assertRaisesRegex(ValidationError, "Nothing computes"):
            self.env["cartera.informe.seccion"].sudo().create({"name": "Otra", "code": "otra"})

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_who_may(self):
        informe = self.informe("pqr")
        for role in ("gestor", "abogado", "contador", "auditor"):
            user = self.usuario(role)
            with self.subTest(role=role):
                theirs = informe.with_user(user)
                self.assertIn("Peticiones", theirs.preview)
                for act in (theirs.action_refresh, theirs.action_request, theirs.action_publish, theirs.unlink):
                    with self.assertRaises(AccessError), self.cr.savepoint():
                        act()
                with self.assertRaises(AccessError), self.cr.savepoint():
                    theirs.write({"conclusions": "Yo"})
        for role in ("ventanilla", "responsable"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                informe.with_user(self.usuario(role)).read(["content"])

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_another_company_sees_nothing_of_it(self):
        informe = self.informe("cartera")
        other = self.setup_other_company(name="Otra E.S.P.")["company"]
        stranger = self.usuario("tesorero", company=other)
        env = self.env(user=stranger, su=False, context={"allowed_company_ids": other.ids})
        self.assertFalse(env["cartera.informe"].search([]))
        with self.assertRaises(AccessError):
            informe.with_env(env).read(["content"])
        env["cartera.informe.destinatario"].create(
            {"tipo_id": self.tipo("cartera").id, "partner_id": self.control.id, "company_id": other.id}
        )
        self.assertFalse(self.tipo("cartera")._destinatarios(self.company))
        self.assertFalse(self.env["cartera.informe.destinatario"].with_user(self.tesorero).search([]))
        # A closing of their own: with nothing of ours in it.
        other.sudo().cartera_politica_id = self.politica
        self.cerrar(JUNIO, company=other)
        theirs = env["cartera.informe"].create({"tipo_id": self.tipo("cartera").id, "month": JUNIO})
        self.assertEqual(theirs.content["sections"][0]["tables"][0]["rows"][0][1:4], [0, 0, 0.0])

    # --- approval -------------------------------------------------------------------------------------------------

    def test_three_steps_in_their_order_by_three_people_none_of_them_the_author(self):
        informe = self.redactar(self.informe("pqr"))
        informe.action_request()
        self.assertEqual((informe.state, informe.review_ids.mapped("sequence")), ("review", [1, 2, 3]))
        with self.assertRaisesRegex(UserError, "somebody else"):
            informe._validate_tier()
        # Out of their turn, nothing of theirs counts.
        self.firmar(informe, self.director)
        self.assertFalse(informe.firma_ids.filtered(lambda f: f.role == "Director"))
        informe.action_reopen()
        informe.action_request()
        self.firmar(informe, self.revisora)
        with self.assertRaisesRegex(UserError, "another person's"):
            informe.with_user(self.revisora)._validate_tier()
        self.firmar(informe, self.tesorero)
        self.assertEqual((informe.state, informe.number), ("review", False))
        self.firmar(informe, self.director)
        self.assertEqual(informe.state, "approved")
        valid = informe.sudo()._vigentes().sorted("id")
        self.assertEqual(valid.user_id, self.revisora | self.tesorero | self.director)
        self.assertEqual(valid.mapped("role"), ["Reviewing Professional", "Coordinator", "Director"])
        self.assertEqual(set(valid.mapped("hash")), {informe._huella()})

    def test_whoever_sends_another_persons_report_does_not_make_its_author_a_reviewer(self):
        self.otra_persona("coordinadora", "tesorero")
        informe = self.redactar(self.informe("pqr", author_id=self.revisora.id))
        informe.action_request()
        with self.assertRaisesRegex(UserError, "You wrote"):
            informe.with_user(self.revisora)._validate_tier()

    def test_it_is_not_sent_nor_signed_so_that_a_step_has_nobody_left(self):
        informe = self.redactar(self.informe("pqr"))
        informe.action_request()
        with self.assertRaisesRegex(UserError, "Nobody is left to sign each step"), self.cr.savepoint():
            informe.with_user(self.tesorero).validate_tier()  # the only coordinator, in the professional's place
        self.firmar(informe, self.revisora)
        self.assertEqual(informe.review_ids.sorted("sequence")[1].reviewer_ids, self.tesorero)
        # Written by the only coordinator: nobody could take the second step.
        alone = self.redactar(self.informe("cartera", user=self.tesorero))
        with self.assertRaisesRegex(UserError, "Nobody is left"):
            alone.action_request()

    def test_returned_with_its_reason(self):
        informe = self.redactar(self.informe("pqr"))
        informe.action_request()
        review = informe.review_ids.filtered(lambda r: r.status == "pending")
        with self.assertRaisesRegex(UserError, "Say why"), self.cr.savepoint():
            informe.with_user(self.revisora)._rejected_tier(review)
        review.sudo().comment = "Falta la zona sur"
        informe.with_user(self.revisora)._rejected_tier(review)
        self.assertEqual((informe.state, informe.returned_reason), ("draft", "Falta la zona sur"))
        self.assertEqual(informe.activity_ids.user_id, self.autora)
        informe.action_request()
        self.assertFalse(informe.returned_reason)
        self.assertFalse(informe.activity_ids)

    def test_a_change_of_the_text_takes_it_back_and_the_signatures_do_not_count(self):
        informe = self.redactar(self.informe("pqr"))
        informe.action_request()
        self.firmar(informe, self.revisora, self.tesorero)
        informe.conclusions = "<p>Otra cosa.</p>"
        self.assertEqual((informe.state, len(informe.review_ids)), ("draft", 0))
        informe.action_request()
        self.firmar(informe, self.director)
        self.assertEqual(informe.state, "review", "it begins again with the first step")
        # Also what somebody changes beside the steps.
        self.firmar(informe, self.revisora, self.tesorero)
        self.env.flush_all()
        self.env.cr.execute("UPDATE cartera_informe SET conclusions = 'x' WHERE id = %s", [informe.id])
        self.env.invalidate_all()
        self.firmar(informe, self.director)
        self.assertNotEqual(informe.state, "approved")

    def test_nobody_to_sign_is_a_refusal(self):
        informe = self.redactar(self.informe("pqr"))
        self.env["tier.definition"].sudo().search([("model", "=", "cartera.informe")]).active = False
        with self.assertRaisesRegex(UserError, "Nobody is named to sign"):
            informe.action_request()

    # --- published ------------------------------------------------------------------------------------------------

    def test_published_once_to_its_recipients_and_followers_with_the_pdf_that_was_approved(self):
        informe = self.aprobado("prejuridico", pdf=True)
        self.assertEqual(informe.number, "2026-00001")
        said = texto(informe.sudo().pdf_id.raw)
        for words in ("MPFD0801F08", "Informe de Gestión Prejurídico", "junio de 2026", "1.300", "La cartera bajó.",
                      "Llamar a todos.", self.director.name, informe.content_sha256, "Página 1 de"):  # fmt: skip
            self.assertIn(words, said)
        self.assertNotIn("Borrador", said)
        with self.assertRaisesRegex(UserError, "Nobody is named to get"):
            informe.action_publish()
        lists = self.env["cartera.informe.destinatario"].with_user(self.tesorero)
        silent = self.env["res.partner"].create({"name": "Disciplinarios"})
        for partner in self.control | silent:
            lists.create({"tipo_id": informe.tipo_id.id, "partner_id": partner.id, "company_id": self.company.id})
        with self.assertRaisesRegex(UserError, "no e-mail address: Disciplinarios"):
            informe.action_publish()
        silent.email = "disciplinarios@example.com"
        follower = self.env["res.partner"].create({"name": "Zona Norte", "email": "norte@example.com"})
        informe.message_subscribe(follower.ids)
        informe.action_publish()
        mails = (
            self.env["mail.mail"]
            .sudo()
            .search([("model", "=", "cartera.informe"), ("res_id", "=", informe.id), ("attachment_ids", "!=", False)])
        )
        self.assertLessEqual(self.control | silent | follower, mails.recipient_ids)
        self.assertEqual(informe.sent_to_ids, mails.recipient_ids)
        self.assertEqual(len(mails), len(mails.recipient_ids))
        self.assertEqual(mails.attachment_ids, informe.sudo().pdf_id)
        self.assertRecordValues(informe, [{"state": "published", "published_by_id": self.autora.id}])
        for act in (informe.action_publish, informe.action_reopen, informe.unlink):
            with self.subTest(act=act.__name__), self.assertRaises(UserError), self.cr.savepoint():
                act()
        with self.assertRaises(UserError):
            informe.conclusions = "Otra"
        # What is printed later is what was kept.
        printed = informe._pdf("cartera_cobro.informe_gestion")
        self.assertEqual(texto(printed), said)
        auditor = self.usuario("auditor")
        self.assertIn("/web/content/", informe.with_user(auditor).action_download()["url"])

    def test_a_file_or_figures_that_somebody_changed_are_not_published(self):
        informe = self.aprobado()
        self.tipo("pqr").destinatario_ids = [
            Command.create({"partner_id": self.control.id, "company_id": self.company.id})
        ]
        with self.subTest("figures"), self.cr.savepoint() as undo:
            informe.sudo().content = {"sections": []}
            with self.assertRaisesRegex(UserError, "not what was approved"):
                informe.action_publish()
            undo.rollback()
        informe.invalidate_recordset()
        informe.sudo().pdf_id.raw = b"%PDF otro"
        with self.assertRaisesRegex(UserError, "somebody changed it"):
            informe.action_publish()
        self.assertNotEqual(hashlib.sha256(b"%PDF otro").hexdigest(), informe.pdf_sha256)

    def test_its_tables_as_a_workbook_to_the_cent(self):
        informe = self.informe("cartera")
        raw = self.env["ir.actions.report"].sudo()._render_xlsx(XLSX, informe.ids, {})[0]
        book = load_workbook(io.BytesIO(raw))
        sheet = book["Cartera vencida por etapa"]
        rows = list(sheet.iter_rows(min_row=5, values_only=True))
        self.assertEqual(rows[0][:4], ("Etapa", "Cuentas", "Partidas", "Valor"))
        self.assertEqual(rows[3][:4], ("Total", 3, 3, 2300))
        self.assertIn("Indicadores de la cartera", book.sheetnames)

    # --- by themselves --------------------------------------------------------------------------------------------

    def test_drafts_of_the_month_are_made_once_from_the_day_on_for_their_author(self):
        Informe = self.env["cartera.informe"].sudo()
        self.tipo("suspensiones").write({"automatic": True, "author_id": self.autora.id})
        self.tipo("pqr").automatic = True
        self.tipo("servicio").automatic = True  # its service is not chosen: it cannot be computed yet
        self.company.sudo().cartera_informe_dia = 20
        self.assertEqual(Informe._preparar_del_mes(self.company), 0)
        self.company.sudo().cartera_informe_dia = 5
        self.assertEqual(Informe._preparar_del_mes(self.company), 2)
        self.assertEqual(Informe._preparar_del_mes(self.company), 0)
        made = Informe.search([("company_id", "=", self.company.id)])
        self.assertEqual(set(made.mapped("date")), {JUNIO})
        cuts = made.filtered(lambda i: i.tipo_id == self.tipo("suspensiones"))
        self.assertEqual((cuts.author_id, cuts.activity_ids.user_id), (self.autora, self.autora))
        self.assertEqual((cuts.date_due, cuts.activity_ids.date_deadline), (date(2026, 7, 15), date(2026, 7, 15)))
        self.assertEqual((made - cuts).author_id, self.autora, "the first analyst")
        # August: July has no closing, so nothing is made, and nothing fails.
        with freeze_time("2026-08-07 17:00:00"):
            self.assertEqual(Informe._preparar_del_mes(self.company), 0)
        self.assertIn(("cartera.informe", "_preparar_del_mes"), self.Partida._jobs_de_la_noche())


@tagged("post_install", "-at_install")
class TestInformeGestion(InformeMixin, PromesaCase):
    """What was done in the month: `cls.expediente` owes 1,000 for 45 days at the end of June."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gente()
        cls.cerrar(JUNIO)
        cls.otro = cls.env["res.partner"].create({"name": "Al día", "property_payment_term_id": False})

    def test_contacts_promises_agreements_and_claims_of_the_month(self):
        with freeze_time("2026-07-31 20:00:00"):
            self.gestion(date=MARTES_14_JULIO)
            self.gestion("refuses", date=MARTES_14_JULIO.replace(day=21))
            self.gestion("information", direction="in", date=MARTES_14_JULIO.replace(day=22))
            self.gestion("sent", channel="email", date=MARTES_14_JULIO.replace(day=28))
            wrong = self.gestion(date=MARTES_14_JULIO.replace(day=24))
            wrong.action_annul("Era otra persona")
        promised = self.promete(600, DIA := date(2026, 7, 17))
        self.promete(100, date(2026, 8, 14), moves=[self.factura(10)])
        self.pagar(self.invoice, 600, payment_date=DIA)
        self.juzgar()
        self.assertEqual(promised.state, "kept")
        asked = {"subject": "Consumo", "text": "Pide copia", "kind": "request", "channel": "virtual"}
        claim = self.env["cartera.reclamacion"].sudo().create({"expediente_id": self.expediente.id, **asked})
        claim.action_file()
        with freeze_time("2026-08-03 15:00:00"):
            self.cerrar(date(2026, 7, 31))
            informe = self.informe("prejuridico", month=date(2026, 7, 1))
            pqr = self.informe("pqr", month=date(2026, 7, 1))
            empty = self.informe("coactivo", month=date(2026, 7, 1))
        spanish = self.env(context={"lang": self.env["cartera.correo"]._idioma()})
        labels = dict(self.Gestion._fields["channel"]._description_selection(spanish))
        # Debtors, attempts, two-way, their rate, received, with the intention to pay: of those who began in arrears.
        self.assertEqual(self.filas(informe, "Gestiones por canal"), {labels["call"]: [1, 2, 1, 50.0, 1, 0]})
        self.assertEqual(sum(row[0] for row in self.filas(informe, "Resultado de las gestiones").values()), 3)
        self.assertEqual(self.filas(informe, "Promesas hechas"), {"Hechas en el mes": [2, 700.0]})
        kept = dict(self.Promesa._fields["state"]._description_selection(spanish))["kept"]
        self.assertEqual(self.filas(informe, "Promesas que vencieron en el mes"), {kept: [1, 600.0, 600.0]})
        self.assertEqual(self.filas(empty, "Acuerdos de pago vigentes al cierre"), {})
        # Received, answered, on time, its rate, open, late.
        [row] = self.filas(pqr, "PQR por canal").values()
        self.assertEqual(row[:5], [1, 0, 0, None, 1])

    def test_a_report_of_a_stage_tells_of_those_who_began_the_month_in_it(self):
        with freeze_time("2026-07-31 20:00:00"):
            self.gestion(date=MARTES_14_JULIO)
        with freeze_time("2026-08-03 15:00:00"):
            self.cerrar(date(2026, 7, 31))  # 76 days by then: persuasive
            began = self.informe("prejuridico", month=date(2026, 7, 1))
            ended = self.informe("persuasivo", month=date(2026, 7, 1))
        self.assertTrue(self.filas(began, "Gestiones por canal"))
        self.assertFalse(self.filas(ended, "Gestiones por canal"))
        self.assertEqual(self.filas(ended, "Cartera vencida, mes a mes")["julio de 2026"][2], 1000.0)


@tagged("post_install", "-at_install")
class TestInformeProcesos(InformeMixin, RemisionCase):
    def test_agencies_and_cases(self):
        self.gente_de_informes()
        agency = self.borrador(destination="agency", agent_id=self.agencia.id)
        agency.action_send()
        with freeze_time("2026-08-03 15:00:00"):
            self.cerrar(date(2026, 7, 31))
            informe = self.informe("agencias", month=date(2026, 7, 1))
            legal = self.informe("coactivo", month=date(2026, 7, 1))
        self.assertEqual(self.filas(informe, "Cartera en agencias")["Cobranzas S.A.S."][:3], [1, 2, 1_000_000.0])
        [state] = self.filas(informe, "Estado de los procesos").values()
        self.assertEqual(state[:2], [1, 1_000_000.0])
        self.assertEqual(self.filas(informe, "Casos")["Juana Deudora"][-1], 1_000_000.0)
        self.assertFalse(self.filas(legal, "Estado de los procesos"))

    def gente_de_informes(self):
        type(self).autora = self.usuario("analista")
