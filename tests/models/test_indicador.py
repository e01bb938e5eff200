"""Indicators: each worked out by hand, their goals and lights, who reads and sets them, versions and companies."""

from datetime import date
from io import BytesIO

from odoo import Command
from odoo.addons.cartera_cobro.models.cartera_libro import Libro
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from openpyxl import load_workbook
from psycopg2 import IntegrityError

from .test_corte import FIN, CorteCase

MAYO = date(2026, 5, 31)


class IndicadorCase(CorteCase):
    """Closings that were confirmed, and what their indicators say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Valor = cls.env["cartera.indicador.valor"].sudo()
        cls.Meta = cls.env["cartera.indicador.meta"].sudo()

    def confirmar(self, day=FIN, company=None):
        corte = self.generar(day, company)
        corte._confirmar()
        return corte

    def indicador(self, code):
        return self.env.ref(f"cartera_cobro.indicador_{code}").sudo()

    def valor(self, corte, code, scope="total"):
        return self.Valor.search([("corte_id", "=", corte.id), ("indicador_id.code", "=", code), ("scope", "=", scope)])

    def medido(self, corte, code, scope="total"):
        """The value of the total, None without one; {label, of officers their name: value} of another scope."""
        found = self.valor(corte, code, scope)
        if scope != "total":
            return {valor.user_id.name if scope == "officer" else valor.label: valor.value for valor in found}
        return found.value if found else None

    def meta(self, code, goal, tolerance=0, year=2026, **extra):
        values = {"indicador_id": self.indicador(code).id, "company_id": self.company.id, "year": year}
        return self.Meta.create({**values, "goal": goal, "tolerance": tolerance, **extra})

    @classmethod
    def gestor(cls, name):
        """Somebody who works dossiers, known by a name."""
        return new_test_user(
            cls.env,
            login=name,
            name=name,
            groups="base.group_user,cartera_cobro.group_cartera_gestor",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )


@tagged("post_install", "-at_install")
class TestIndicadorCartera(IndicadorCase):
    """1,600 overdue in May, of which 1,000 and 200 are paid in June; 500 that fell due in June, and 300 current."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.otra = cls.debtor.copy({"name": "Otra Deudora"})
        cls.pagada, cls.media = cls.factura(80, 1000), cls.factura(70, 600, partner=cls.otra)
        cls.reciente, cls.al_dia = cls.factura(20, 500), cls.factura(-10, 300, invoice_date=date(2026, 6, 20))
        cls.Partida._actualizar(cls.company)
        cls.ana = cls.gestor("Ana")
        cls.Expediente.search([("partner_id", "=", cls.otra.id)]).user_id = cls.ana
        cls.pagar(cls.pagada, payment_date=date(2026, 6, 10))
        cls.pagar(cls.media, 200, payment_date=date(2026, 6, 12))
        cls.env.flush_all()
        cls.mayo, cls.junio = (cls.Corte._generar(cls.company, day) for day in (MAYO, FIN))
        (cls.mayo | cls.junio)._confirmar()

    def test_sin_mes_anterior(self):
        for code in ("overdue_reduction", "cei", "roll_rate", "recovery"):
            self.assertIsNone(self.medido(self.mayo, code), code)
        self.assertIsNotNone(self.medido(self.mayo, "dso"))

    def test_reduccion_de_la_mora(self):
        # 1,600 before; now 400 of them and the 500 that fell due.
        self.assertEqual(self.medido(self.junio, "overdue_reduction"), 700)
        self.assertEqual(self.medido(self.junio, "overdue_reduction", "officer"), {"Ana": 200, False: 500})
        total = self.valor(self.junio, "overdue_reduction")
        self.assertEqual((total.numerator, total.denominator), (1600, 900))

    def test_dias_de_venta(self):
        # 1,200 receivable, 300 of it current; 2,400 sold from April to June, which have 91 days.
        self.assertEqual(self.medido(self.junio, "dso"), 45.5)
        self.assertEqual(self.medido(self.junio, "best_possible_dso"), 11.38)
        self.assertEqual(self.medido(self.junio, "average_days_delinquent"), 34.12)
        self.assertEqual(self.medido(self.junio, "share_current"), 25)

    def test_efectividad(self):
        # 1,600 in May and 800 sold in June, less 1,200: 1,200 collected of the 2,400 - 300 that could be.
        self.assertEqual(self.medido(self.junio, "cei"), 57.14)

    def test_recuperacion(self):
        """Money over what was overdue when June began, by who has the dossier and by the stage of the day."""
        self.assertEqual(self.medido(self.junio, "recovery"), 75)
        self.assertEqual(self.medido(self.junio, "recovery", "officer"), {"Ana": 33.33, False: 100})
        by_stage = self.valor(self.junio, "recovery", "stage")
        self.assertEqual(sum(by_stage.mapped("numerator")), 1200)
        self.assertEqual(by_stage.etapa_id, self.mayo.resumen_ids.filtered(lambda r: r.position == "overdue").etapa_id)

    def test_rodamiento(self):
        """Of the 600 that had 25 days in May, 400 have 55 now; the 1,000 of 35 days were paid."""
        bands = {linea.number: linea.banda for linea in self.mayo.line_ids}
        expected = {bands[self.media.name]: 66.67, bands[self.pagada.name]: 0}
        self.assertEqual(self.medido(self.junio, "roll_rate", "band"), expected)
        self.assertEqual(self.medido(self.junio, "roll_rate"), 25)

    def test_el_mes_anterior_al_lado(self):
        dso = self.valor(self.junio, "dso")
        self.assertEqual(dso.previous_id, self.valor(self.mayo, "dso"))
        self.assertEqual(dso.previous_value, self.medido(self.mayo, "dso"))
        self.assertFalse(self.valor(self.junio, "cei").previous_id)

    def test_metas_y_semaforo(self):
        """A goal lights its own year; changed, it lights it again; taken away, nothing is lit."""
        dso = self.valor(self.junio, "dso")
        self.assertEqual(dso.light, "none")
        meta = self.meta("dso", 45, 1)
        self.assertRecordValues(dso, [{"light": "amber", "goal": 45, "meta_id": meta.id}])
        self.assertEqual(self.valor(self.mayo, "dso").goal, 45)
        meta.goal = 46
        self.assertEqual(dso.light, "green")
        meta.write({"goal": 40, "tolerance": 0})
        self.assertEqual(dso.light, "red")
        meta.year = 2027
        self.assertRecordValues(dso, [{"light": "none", "meta_id": False, "goal": 0}])
        meta.year = 2026
        self.assertEqual(dso.light, "red")
        meta.unlink()
        self.assertEqual(dso.light, "none")

    def test_meta_de_una_etapa(self):
        """A stage's goal is before the total's; what is money has the total's only as a total."""
        self.meta("recovery", 80)
        stages = self.valor(self.junio, "recovery", "stage")
        self.assertEqual(set(stages.mapped("goal")), {80})
        self.meta("recovery", 10, etapa_id=stages[0].etapa_id.id)
        self.assertEqual((stages[0].goal, stages[0].light), (10, "green"))
        self.assertEqual(self.valor(self.junio, "recovery").light, "red")
        self.meta("overdue_reduction", 100)
        self.assertEqual(self.valor(self.junio, "overdue_reduction").light, "green")
        self.assertEqual(set(self.valor(self.junio, "overdue_reduction", "officer").mapped("light")), {"none"})

    def test_las_metas_que_no_pueden_ser(self):
        self.meta("dso", 45)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.meta("dso", 40)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.meta("cei", 40, year=26)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.meta("cei", 40, -1)

    def test_tablero(self):
        """The scoreboard says the last closing's value, its goal and the month before, as people write them."""
        self.meta("dso", 45, 1)
        director = self.usuario("director")
        dso, kept = (
            self.indicador(code).with_user(director).with_company(self.company) for code in ("dso", "promise_kept")
        )
        self.assertEqual((dso.value_text, dso.goal_text, dso.light, dso.date), ("45.5 days", "45.0 days", "amber", FIN))
        self.assertEqual(dso.previous_text, f"{self.medido(self.mayo, 'dso'):.1f} days")
        self.assertIn('"y": 45.5', dso.history)
        self.assertFalse(kept.valor_id or kept.value_text or kept.history)
        self.assertEqual(kept.light, "none")
        reduction = self.indicador("overdue_reduction").with_company(self.company)
        self.assertEqual(reduction.value_text, "$ 700")
        self.assertEqual(self.indicador("recovery").with_company(self.company).value_text, "75.0 %")

    def test_promedios(self):
        """A mean is of one indicator and one part: that of unlike ones is not told."""
        scope = [("corte_id", "in", (self.mayo | self.junio).ids)]

        def mean(*domain):
            return self.Valor._read_group([*scope, *domain], [], ["value:avg"])[0][0]

        dso = [("indicador_id", "=", self.indicador("dso").id)]
        self.assertEqual(mean(*dso), (self.medido(self.mayo, "dso") + 45.5) / 2)
        self.assertFalse(mean())
        self.assertFalse(mean(("indicador_id", "=", self.indicador("recovery").id)))

    def test_version(self):
        """A late receipt makes another version, with its own values in force; those of the first one stay as read."""
        antes = self.medido(self.junio, "dso")
        self.pagar(self.reciente, payment_date=date(2026, 6, 29))
        self.env.flush_all()
        self.junio.action_nueva_version()
        segunda = self.Corte.search([("previous_id", "=", self.junio.id)])
        segunda._confirmar()
        self.assertEqual(self.medido(segunda, "overdue_reduction"), 1200)
        # What was paid had not fallen due when June began.
        self.assertEqual(self.medido(segunda, "recovery"), 75)
        self.assertEqual(self.medido(self.junio, "dso"), antes)
        self.assertEqual(set(self.Valor.search([("corte_id", "=", self.junio.id)]).mapped("is_current")), {False})
        self.assertEqual(set(self.Valor.search([("corte_id", "=", segunda.id)]).mapped("is_current")), {True})
        self.assertEqual(self.valor(segunda, "dso").previous_id, self.valor(self.mayo, "dso"))
        self.assertEqual(self.indicador("overdue_reduction").with_company(self.company).valor_id.corte_id, segunda)

    def fila(self, valor):
        return {name: valor[name] for name in ("value", "numerator", "denominator", "previous_value")}

    def test_un_mes_que_se_cierra_despues(self):
        """As measured in their order; what was not against the month before stays as it was."""
        wanted = {v.display_name: self.fila(v) for v in self.Valor.search([("corte_id", "=", self.junio.id)])}
        self.cr.execute("DELETE FROM cartera_indicador_valor WHERE corte_id = %s", [self.mayo.id])
        self.cr.execute("UPDATE cartera_corte SET is_current = FALSE, state = 'draft' WHERE id = %s", [self.mayo.id])
        self.env.invalidate_all()
        self.env["cartera.indicador"]._medir(self.junio)
        julio = self.confirmar(date(2026, 7, 14))
        dso = self.valor(self.junio, "dso")
        for code in ("overdue_reduction", "cei", "roll_rate", "recovery"):
            self.assertIsNone(self.medido(self.junio, code), code)
            self.assertFalse(self.valor(julio, code).previous_id)
        self.mayo._confirmar()
        found = {v.display_name: self.fila(v) for v in self.Valor.search([("corte_id", "=", self.junio.id)])}
        self.assertEqual(found, wanted)
        self.assertEqual((self.valor(self.junio, "dso"), dso.previous_id), (dso, self.valor(self.mayo, "dso")))
        for code in ("overdue_reduction", "cei", "recovery"):
            self.assertEqual(self.valor(julio, code).previous_id, self.valor(self.junio, code), code)
            self.assertEqual(self.valor(julio, code).previous_value, self.medido(self.junio, code))

    def test_un_mes_que_se_corrige_despues(self):
        """June is measured against the version of May in force."""
        self.factura(75, 50)
        self.env.flush_all()
        self.mayo.action_nueva_version()
        segunda = self.Corte.search([("previous_id", "=", self.mayo.id)])
        segunda._confirmar()
        self.assertEqual(self.medido(self.junio, "overdue_reduction"), 750)
        self.assertEqual(self.valor(self.junio, "dso").previous_id, self.valor(segunda, "dso"))

    def test_medir_otra_vez(self):
        before = {
            (v.indicador_id, v.scope, v.label): v.value for v in self.Valor.search([("corte_id", "=", self.junio.id)])
        }
        self.env["cartera.indicador"]._medir(self.junio)
        after = {
            (v.indicador_id, v.scope, v.label): v.value for v in self.Valor.search([("corte_id", "=", self.junio.id)])
        }
        self.assertEqual(after, before)

    def test_creditos_sin_aplicar(self):
        """They are taken off what is overdue first, and leave no more than nothing."""
        self.env["account.payment"].create(
            {"partner_id": self.debtor.id, "amount": 1000, "payment_type": "inbound", "journal_id": self.bank.id,
             "date": date(2026, 6, 30)}
        ).action_post()  # fmt: skip
        self.env.flush_all()
        segunda = self.Corte._abrir(self.company, FIN, previous=self.junio)
        segunda._confirmar()
        # 1,200 less 1,000: all that is left is current.
        self.assertEqual(self.medido(segunda, "share_current"), 100)
        self.assertEqual(self.medido(segunda, "average_days_delinquent"), 0)
        # Credits do not make the overdue portfolio smaller.
        self.assertEqual(self.medido(segunda, "overdue_reduction"), 700)

    def test_lo_juridico_no_cuenta(self):
        """CC7: what is in legal counts in neither closing; what came back from it counts in both."""
        self.env.cr.execute(
            "UPDATE cartera_corte_linea "
            "SET legal = (number IN %s AND corte_id = %s) OR (number = %s AND corte_id = %s)",
            [(self.pagada.name, self.media.name), self.mayo.id, self.reciente.name, self.junio.id],
        )
        self.env["cartera.indicador"]._medir(self.junio)
        # The one paid was in legal and is not open any more; the 600 came back; the 500 are in legal now.
        total = self.valor(self.junio, "overdue_reduction")
        self.assertEqual((total.numerator, total.denominator, total.value), (600, 400, 200))

    def test_quien_hace_que(self):
        Indicador, Meta = self.env["cartera.indicador"], self.env["cartera.indicador.meta"]
        dso, values = self.indicador("dso"), {"year": 2030, "goal": 45}
        for role in ("ventanilla", "gestor", "analista", "abogado", "contador", "auditor", "tesorero", "director"):
            user = self.usuario(role)
            self.assertTrue(
                self.Valor.with_user(user).sudo(False).search_count([("corte_id", "=", self.junio.id)]), role
            )
            self.assertTrue(Indicador.with_user(user).search_count([]), role)
            with self.assertRaises(AccessError):
                self.valor(self.junio, "dso").with_user(user).sudo(False).write({"value": 1})
            with self.assertRaises(AccessError):
                Indicador.with_user(user).create({"code": "x", "name": "x", "unit": "days", "better": "lower"})
            if role not in ("tesorero", "director"):
                with self.assertRaises(AccessError):
                    Meta.with_user(user).with_company(self.company).create({"indicador_id": dso.id, **values})
        treasurer, director = (
            self.env["res.users"].search([("login", "=", f"{role}_{self.company.id}")])
            for role in ("tesorero", "director")
        )
        for user, year in ((treasurer, 2031), (director, 2032)):
            mine = dso.with_user(user).sudo(False).with_company(self.company)
            mine.write({"meta_ids": [Command.create({**values, "year": year})]})
        dso.with_user(treasurer).sudo(False).definition = "Días de venta por cobrar"
        with self.assertRaisesRegex(UserError, "not changed by hand"):
            dso.with_user(treasurer).sudo(False).better = "higher"
        with self.assertRaises(AccessError):
            self.Valor.with_user(self.usuario("responsable")).sudo(False).search([])

    def test_de_cada_empresa(self):
        other = self.setup_other_company()["company"]
        other.sudo().cartera_politica_id = self.politica
        analista = self.usuario("analista", company=other)
        corte = self.confirmar(FIN, other)
        self.assertEqual(self.Valor.search_count([("corte_id", "=", corte.id), ("indicador_id.code", "=", "dso")]), 0)
        meta = self.meta("dso", 45)
        self.assertFalse(self.Valor.with_user(analista).sudo(False).search([("company_id", "!=", other.id)]))
        self.assertFalse(self.Meta.with_user(analista).sudo(False).search([("id", "=", meta.id)]))
        self.assertFalse(self.indicador("dso").with_user(analista).sudo(False).with_company(other).valor_id)

    def test_consultas(self):
        """As many queries for one item as for thirty."""

        def cost():
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.env["cartera.indicador"]._medir(self.junio)
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        cost()
        first = cost()
        self.env.cr.execute(
            """INSERT INTO cartera_corte_linea (corte_id, company_id, date, move_line_id, position, amount, user_id,
                                                officer)
               SELECT %s, %s, %s, -g, 'overdue', 10, 9000 + g, 'Gestor ' || g FROM generate_series(1, 30) g""",
            [self.junio.id, self.company.id, FIN],
        )
        self.assertEqual(cost(), first)
        self.assertEqual(len(self.valor(self.junio, "overdue_reduction", "officer")), 32)

    def test_recaudo_ocupado(self):
        """While another classifies the company, what was collected cannot be told: nothing is measured."""
        self.patch(Libro, "tomar_turno", lambda libro: False)
        with self.assertRaisesRegex(UserError, "being classified at this moment"):
            self.env["cartera.indicador"]._medir(self.junio)

    def test_apa_sin_nada(self):
        apa = self.env["cartera.indicador.apa"].with_user(self.usuario("analista")).with_company(self.company)
        self.assertEqual(apa.create({}).year, 2026)
        with self.assertRaisesRegex(UserError, "neither measures nor goals"):
            apa.create({"year": 2011}).action_export()
        with self.assertRaisesRegex(UserError, "four digits"):
            apa.create({"year": 26}).action_export()


@tagged("post_install", "-at_install")
class TestAcuerdoDeGestion(IndicadorCase):
    politica_xmlid = "cartera_cobro.politica_acueducto"

    def test_the_years_workbook_has_every_indicator_with_its_goal_and_its_colours(self):
        paid = self.factura(80, 800)
        self.factura(75, 200)
        self.pagar(paid, 600, payment_date=date(2026, 6, 10))
        self.confirmar(MAYO)
        self.confirmar()
        tesorero, analista = self.usuario("tesorero"), self.usuario("analista")
        recovery = self.indicador("recovery").with_user(tesorero).sudo(False).with_company(self.company)
        recovery.meta_ids = [Command.create({"year": 2026, "goal": 55, "tolerance": 5})]
        self.assertEqual((recovery.value_text, recovery.light), ("60.0 %", "green"))
        apa = self.env["cartera.indicador.apa"].with_user(analista).with_company(self.company).create({"year": 2026})
        report = self.env["ir.actions.report"].with_user(analista)
        self.assertEqual(apa.action_export()["report_name"], "cartera_cobro.indicador_apa_xlsx")
        content, _kind = report._render_xlsx("cartera_cobro.indicador_apa_xlsx", apa.ids, {})
        book = load_workbook(BytesIO(content))
        self.assertEqual(book.sheetnames, ["Indicadores", "Por partes", "Definiciones"])
        head, *rows = (row for row in book["Indicadores"].iter_rows(min_row=4, values_only=True))
        table = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
        shown = table[recovery.with_context(lang=self.env["cartera.correo"]._idioma()).name]
        self.assertEqual([shown[name] for name in ("Meta", "Tolerancia", "May", "Jun", "Jul")], [55, 5, None, 60, None])
        # Every indicator has its row, measured or not, and its words; the goal's row its colours.
        self.assertEqual(len(table), self.env["cartera.indicador"].sudo().search_count([]))
        self.assertEqual(book["Definiciones"].max_row - 4, len(table))
        [coloured] = book["Indicadores"].conditional_formatting
        place = 5 + list(table).index(shown["Indicador"])
        self.assertEqual(str(coloured.sqref), f"F{place}:Q{place}")
        limits = [(rule.operator, float(rule.formula[0])) for rule in coloured.rules if rule.type == "cellIs"]
        self.assertEqual(limits, [("greaterThanOrEqual", 55), ("greaterThanOrEqual", 50)])
        parts = [row for row in book["Por partes"].iter_rows(values_only=True) if row[0] == shown["Indicador"]]
        self.assertEqual({row[10] for row in parts}, {60})
        self.assertEqual({row[3] for row in parts}, {55})
