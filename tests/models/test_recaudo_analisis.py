"""Collections against goals, by service, of agencies, and the e-mail of the last working day."""

import contextlib
from datetime import date, datetime
from unittest.mock import patch

from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import html2plaintext, mute_logger
from psycopg2 import IntegrityError

from .common import HOY
from .test_recaudo import Recaudando
from .test_remision import RemisionCase

# HOY is a Wednesday; Monday the 20th is a holiday, so the Tuesday after it tells the Friday before.
MARTES = "2026-07-21 12:00:00"


@tagged("post_install", "-at_install")
class TestRecaudoAnalisis(Recaudando, RemisionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.director.email = "director@example.com"
        cls.Meta = cls.env["cartera.recaudo.meta"].with_user(cls.tesorero)
        cls.uno, cls.dos = cls.politica.etapa_ids.sorted("sequence")[:2]

    def meta(self, amount, etapa=None, month="07", year=2026, **extra):
        return self.Meta.create(
            {"year": year, "month": month, "etapa_id": etapa and etapa.id, "amount": amount, **extra}
        )

    def cumplimiento(self, groupby="etapa_id", **extra):
        self.env.flush_all()
        domain = [("company_id", "=", self.company.id), *(extra.get("domain") or [])]
        rows = (
            self.env["cartera.recaudo.cumplimiento"]
            .sudo()
            ._read_group(domain, [groupby], ["amount:sum", "goal:sum", "rate:avg"])
        )
        return {key: (amount, goal, rate) for key, amount, goal, rate in rows}

    # --- goals ----------------------------------------------------------------------------------------------------

    def test_meta_por_etapa_y_de_la_empresa(self):
        """What the company's goal has over its stages' counts apart; the rate of many is that of their sums."""
        self.llevado_desde("2026-06-01")
        self.pagar(self.factura(-10, 600))
        stage = self.recaudar().etapa_id
        other = (self.uno | self.dos) - stage
        self.meta(1000, stage)
        self.meta(500, other[:1])
        self.meta(2000)
        july = [("date", "=", date(2026, 7, 1))]
        found = self.cumplimiento(domain=july)
        self.assertEqual(found[stage], (600, 1000, 60))
        self.assertEqual(found[other[:1]], (0, 500, 0))
        self.assertEqual(found[self.uno.browse()], (0, 500, 0))
        self.assertEqual(self.cumplimiento("date:month", domain=july), {date(2026, 7, 1): (600, 2000, 30)})

    def test_meta_del_anio(self):
        """A year's goal goes to its months, those with a goal of their own taken off."""
        self.meta(12_000, self.uno, "00")
        self.meta(2_100, self.uno, "07")
        months = self.cumplimiento("date:month")
        self.assertEqual(len(months), 12)
        self.assertEqual(months[date(2026, 7, 1)][1], 2_100)
        self.assertEqual({goal for month, (_a, goal, _r) in months.items() if month.month != 7}, {900})
        self.assertEqual(sum(goal for _a, goal, _r in months.values()), 12_000)

    def test_metas_que_no_se_aceptan(self):
        self.meta(100, self.uno)
        for amount, etapa in ((200, self.uno), (0, self.dos)):  # the second one of a stage and month; nothing
            with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.cr.savepoint():
                self.meta(amount, etapa)
        with self.assertRaisesRegex(ValidationError, "four digits"), self.cr.savepoint():
            self.meta(200, self.uno, year=26)
        for user in (self.gestor, self.auditor):
            with self.assertRaises(AccessError):
                self.meta(100, self.dos, "08").with_user(user).amount = 5
        self.assertEqual(self.meta(300, self.uno, "00").display_name, f"{self.uno.name}, 2026")

    def test_al_dia_con_un_boton(self):
        self.pagar(self.factura(45, 100))
        self.env.flush_all()
        Recaudo = self.env["cartera.recaudo"].with_context(allowed_company_ids=self.company.ids)
        for user in (self.gestor, self.auditor):
            with self.assertRaises(AccessError):
                Recaudo.with_user(user).action_actualizar()
        told = Recaudo.with_user(self.tesorero).action_actualizar()
        self.assertIn("1 new", told["params"]["message"])
        with (
            patch("odoo.addons.cartera_cobro.models.cartera_libro.Libro.tomar_turno", return_value=False),
            self.assertRaisesRegex(UserError, "try again"),
        ):
            Recaudo.with_user(self.tesorero).action_actualizar()

    # --- services, agencies ---------------------------------------------------------------------------------------

    def test_por_servicio(self):
        """What was collected is split as its invoice was, to the cent."""
        categories = self.env["product.category"].sudo().create([{"name": n} for n in ("Acueducto", "Aseo", "Otros")])
        products = self.env["product.product"].sudo().create(
            [{"name": c.name, "categ_id": c.id, "taxes_id": [Command.clear()]} for c in categories]
        )  # fmt: skip
        lines = [
            Command.create({"product_id": product.id, "price_unit": 100.0, "tax_ids": [Command.clear()]})
            for product in products
        ]
        factura = self.factura(40, invoice_line_ids=lines)
        self.pagar(factura, 100)
        row = self.de(factura)
        parts = self.env["cartera.recaudo.servicio"].sudo().search([("recaudo_id", "=", row.id)])
        self.assertEqual([(p.categ_id.name, p.amount) for p in parts.sorted("categ_id")],
                         [("Acueducto", 33.33), ("Aseo", 33.34), ("Otros", 33.33)])  # fmt: skip

    def resultados(self):
        self.recaudar()
        rows = self.env["cartera.agencia.resultado"].sudo()._read_group(
            [("agency_id", "=", self.agencia.id)], [],
            [f"{name}:sum" for name in "cases open_cases amount_handed amount_open contacts promises".split()]
            + ["amount_collected:sum", "rate:avg"],
        )  # fmt: skip
        return rows[0]

    def contacto(self, day, result, **extra):
        return self.env["cartera.gestion"].with_context(cartera_historia=True).sudo().create(
            {"expediente_id": self.expediente.id, "date": day, "channel": "call", "direction": "out", "direct": True,
             "result": result, "agency_id": self.agencia.id, **extra}
        )  # fmt: skip

    def test_una_agencia_con_remision(self):
        self.enviada(destination="agency", agent_id=self.agencia.id)
        self.pagar(self.facturas[0], 250_000, payment_date=HOY)
        self.assertEqual(self.resultados(), (1, 1, 1_000_000, 750_000, 0, 0, 250_000, 25))

    def test_una_agencia_con_su_lista(self):
        """Without a referral: what is overdue and what it paid late, from its first contact on, is its portfolio."""
        self.pagar(self.facturas[0], 100_000, payment_date=date(2026, 7, 1))
        self.contacto(datetime(2026, 7, 3, 15), "no_answer")
        self.contacto(datetime(2026, 7, 6, 15), "promise", promise_date=HOY, promise_amount=400_000)
        self.pagar(self.facturas[0], 300_000, payment_date=date(2026, 7, 10))
        self.actualizar()
        self.assertEqual(self.resultados(), (1, 1, 900_000, 600_000, 2, 1, 300_000, 300_000 / 9_000))

    # --- the e-mail -----------------------------------------------------------------------------------------------

    def correr(self, at):
        with freeze_time(at):
            digests = self.env["cartera.recaudo.diario"].sudo()._enviar(self.company)
            self.env.flush_all()
        return digests

    def texto(self, digest):
        mail = self.env["mail.mail"].sudo().search([("mail_message_id.res_id", "in", digest.ids),
                                                    ("mail_message_id.model", "=", digest._name)])  # fmt: skip
        self.assertEqual(len(mail), len(digest))
        return " ".join(html2plaintext(mail[:1].body_html).split())

    def test_correo_del_ultimo_dia_habil(self):
        """Friday's money and the weekend's, the month against its goal and the month before; figures of the pivot."""
        self.company.sudo().cartera_recaudo_user_ids = self.director
        self.meta(2_000_000)
        for amount, day in ((10_000, "2026-06-10"), (7_000, "2026-06-25"), (20_000, "2026-07-02"),
                            (30_000, "2026-07-17"), (5_000, "2026-07-18")):  # fmt: skip
            with freeze_time(f"{day} 17:00:00"):
                self.pagar(self.facturas[0], amount, payment_date=date.fromisoformat(day))
        with freeze_time("2026-07-17 17:00:00"):
            self.env["account.payment"].create(
                {"partner_id": self.debtor.id, "amount": 4_444, "payment_type": "inbound", "partner_type": "customer",
                 "journal_id": self.bank.id, "date": date(2026, 7, 17)}
            ).action_post()  # fmt: skip
        digest = self.correr(MARTES)
        self.assertEqual((digest.user_id, digest.date, digest.state), (self.director, date(2026, 7, 17), "sent"))
        self.assertEqual((digest.amount, digest.amount_month), (35_000, 55_000))
        text = self.texto(digest)
        for piece in ("viernes 17 de julio al sábado", "sábado 18 de julio", "$ 35.000", "$ 55.000", "*3 %* de la meta",
                      "$ 2.000.000", "450 % más", "$ 10.000", "4.444", "Por dónde entró"):  # fmt: skip
            self.assertIn(piece, text)
        pivot = self.env["cartera.recaudo"].sudo().formatted_read_grouping_sets(
            [("company_id", "=", self.company.id), ("kind", "=", "payment"), ("date", ">=", "2026-07-01")],
            [["etapa"]], ["amount:sum"],
        )  # fmt: skip
        self.assertEqual(sum(group["amount:sum"] for group in pivot[0]), digest.amount_month)
        self.assertNotIn(" 0 %", text, "the company's goal is no stage's")
        self.assertFalse(self.correr(MARTES), "once a day")

    def test_correo_cuando_no_toca(self):
        self.assertFalse(self.correr(MARTES), "nobody follows")
        self.company.sudo().cartera_recaudo_user_ids = self.director | self.auditor
        self.auditor.email = False
        for day_off in ("2026-07-18 12:00:00", "2026-07-20 12:00:00"):
            self.assertFalse(self.correr(day_off))
        digests = self.correr(MARTES)
        self.assertEqual(sorted(digests.mapped("state")), ["no_email", "sent"])
        self.assertIn("No entró dinero", self.texto(digests.filtered(lambda d: d.state == "sent")))
        with patch("odoo.addons.cartera_cobro.models.cartera_libro.Libro.tomar_turno", return_value=False):
            self.assertFalse(self.correr("2026-07-22 12:00:00"), "while the items are being classified")
        again = self.env["ir.cron.trigger"].sudo().search(
            [("cron_id", "=", self.env.ref("cartera_cobro.ir_cron_recaudo_diario").id)], order="id desc", limit=1
        )  # fmt: skip
        self.assertEqual(again.call_at, datetime(2026, 7, 22, 12, 10))
        self.assertTrue(self.correr(again.call_at))

    def test_correo_de_los_dias_que_nadie_conto(self):
        """On Wednesday none left: Thursday's tells Tuesday's money too, and nothing twice."""
        self.company.sudo().cartera_recaudo_user_ids = self.director
        for amount, day in ((10_000, "2026-07-17"), (20_000, "2026-07-21"), (30_000, "2026-07-22")):
            with freeze_time(f"{day} 17:00:00"):
                self.pagar(self.facturas[0], amount, payment_date=date.fromisoformat(day))
        tuesday = self.correr(MARTES)
        days = {day: HOY.replace(day=day) for day in range(17, 25)}
        self.assertRecordValues(tuesday, [{"date": days[17], "date_to": days[20], "amount": 10_000}])
        thursday = self.correr("2026-07-23 12:00:00")
        self.assertRecordValues(thursday, [{"date": days[21], "date_to": days[22], "amount": 50_000}])
        self.company.sudo().cartera_recaudo_user_ids += self.auditor
        late = self.correr("2026-07-23 15:00:00")
        self.assertRecordValues(late, [{"user_id": self.auditor.id, "date": days[21], "amount": 50_000}])
        friday = self.correr("2026-07-24 12:00:00")
        self.assertEqual(set(friday.mapped("date")), {days[23]})
        august = self.correr("2026-08-21 12:00:00")
        self.assertEqual(set(august.mapped("date")), {date(2026, 8, 20)}, "nobody followed for weeks")

    def test_una_empresa_no_calla_a_otra(self):
        other = self.setup_other_company()["company"].sudo()
        other.write({"cartera_politica_id": self.politica.id, "cartera_recaudo_user_ids": self.director.ids})
        self.director.sudo().company_ids += other
        self.company.sudo().cartera_recaudo_user_ids = self.director
        Diario = type(self.env["cartera.recaudo.diario"])
        enviar = Diario._enviar

        def falla(model, company):
            if company == self.company:
                raise ValueError("no figures")
            return enviar(model, company)

        for step, told in ((falla, other), (enviar, other | self.company)):
            with (
                freeze_time(MARTES),
                self.enter_registry_test_mode(),
                patch.object(Diario, "_enviar", step),
                mute_logger("odoo.addons.cartera_cobro.models.cartera_noche", "odoo.addons.base.models.ir_cron"),
                contextlib.suppress(UserError),
            ):
                self.env.ref("cartera_cobro.ir_cron_recaudo_diario").sudo().method_direct_trigger()
            self.env.invalidate_all()
            digests = self.env["cartera.recaudo.diario"].sudo().search([("user_id", "=", self.director.id)])
            self.assertEqual(digests.company_id, told)
