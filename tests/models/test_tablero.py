"""The operating dashboard: what its file asks for exists, and what it answers is what SQL answers."""

import json
import re
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from odoo import Command
from odoo.addons.spreadsheet.utils.validate_data import fields_in_spreadsheet, menus_xml_ids_in_spreadsheet
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tests import TransactionCase, tagged
from odoo.tools import file_open
from odoo.tools.translate import extract_spreadsheet_terms

from .common import HOY
from .test_corte import CorteCase

FOLDER = "cartera_cobro/data/dashboards"
READERS = ("analista", "tesorero", "director", "auditor", "admin")
JUNE, MAY = date(2026, 6, 30), date(2026, 5, 31)
FUNCTION = re.compile(r"PIVOT\.VALUE\((\d+),([^()]*)\)")


class Tablero:
    """The dashboard's data sources as the browser reads them: their domain, the filters', groups and measures."""

    def __init__(self, env, name="cmo_dashboard"):
        self.env = env
        with file_open(f"{FOLDER}/{name}.json") as source:
            self.book = json.load(source)
        self.cells = self.book["sheets"][1]["cells"]
        self.figures = {figure["id"]: figure["data"] for figure in self.book["sheets"][0]["figures"]}
        self.charts = {name: data for name, data in self.figures.items() if data["type"].startswith("odoo_")}
        self.cards = {name: data for name, data in self.figures.items() if data["type"] == "scorecard"}

    def filters(self, matching, month=JUNE, **chosen):
        """Domain of the period (the month of a day) and of the chosen {filter: ids}."""
        domain = Domain.TRUE
        for name, match in matching.items():
            if name == "cartera_periodo":
                first = month.replace(day=1) + relativedelta(months=match.get("offset", 0))
                last = first + relativedelta(months=1, days=-1)
                domain &= Domain(match["chain"], ">=", str(first)) & Domain(match["chain"], "<=", str(last))
            elif name in chosen:
                domain &= Domain(match["chain"], "in", chosen[name])
        return domain

    def pivot(self, number, groups=(), **filters):
        """[{measure: value}] of one pivot, by all its dimensions unless `groups` names fewer."""
        pivot = self.book["pivots"][str(number)]
        dims = [
            ":".join(filter(None, (dim["fieldName"], dim.get("granularity"))))
            for dim in pivot["rows"] + pivot["columns"]
        ]
        measures = [measure["id"] for measure in pivot["measures"]]
        domain = Domain(pivot["domain"]) & self.filters(pivot["fieldMatching"], **filters)
        return self.env[pivot["model"]].formatted_read_group(domain, dims if groups == () else groups, measures)

    def chart(self, name, **filters):
        """{group or (group, group): measure} of a chart."""
        data = self.charts[name]
        groups = data["searchParams"]["groupBy"]
        measure = data["metaData"]["measure"]
        measure = measure if measure == "__count" else f"{measure}:{self.agregado(data, measure)}"
        domain = Domain(data["searchParams"]["domain"]) & self.filters(data["fieldMatching"], **filters)
        rows = self.env[data["metaData"]["resModel"]].formatted_read_group(domain, groups, [measure])
        return {tuple(row[group] for group in groups): row[measure] for row in rows}

    def agregado(self, data, measure):
        return self.env[data["metaData"]["resModel"]]._fields[measure].aggregator

    def value(self, card, cell="keyValue", **filters):
        """What the formula of a scorecard's cell reads: one figure of one pivot."""
        place = self.cards[card][cell].removeprefix("Data!")
        number, text = FUNCTION.search(self.cells[place]).groups()
        measure, *pairs = (part.strip('"') for part in text.split(","))
        pairs = {
            field: "total" if value.startswith("$") else value
            for field, value in zip(pairs[::2], pairs[1::2], strict=True)
        }
        rows = self.pivot(number, list(pairs), **filters)
        return sum(row[measure] for row in rows if all(row[field] == value for field, value in pairs.items()))


class TableroCase(CorteCase):
    """Two month ends of two zones and two officers, and what came between and after them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = cls.usuario("gestor")
        cls.second = cls.env["res.partner"].create({"name": "Pedro Segundo", "property_payment_term_id": False})
        cls.old = cls.factura(200, 1_000_000)
        cls.paid = cls.factura(80, 400_000)
        cls.young = cls.factura(25, 300_000, partner=cls.second)
        cls.factura(-20, 700_000, partner=cls.second, invoice_date=date(2026, 6, 1))
        cls.pagar(cls.paid, 150_000, payment_date=date(2026, 6, 10))
        cls.pagar(cls.old, 100_000, payment_date=date(2026, 5, 20))
        cls.pagar(cls.young, 50_000, payment_date=date(2026, 7, 3))
        cls.Partida._actualizar(cls.company)
        cls.expediente = cls.Expediente.search([("partner_id", "=", cls.debtor.id)])
        cls.expediente.user_id = cls.officer
        cls.Corte._generar(cls.company, MAY)._confirmar()
        cls.corte = cls.Corte._generar(cls.company, JUNE)
        cls.corte._confirmar()
        cls.env["cartera.recaudo"].sudo()._actualizar(cls.company)
        cls.director = cls.usuario("director")

    def tablero(self, user=None, companies=None):
        env = self.env(user=user or self.director)
        if companies:
            env = env(context={"allowed_company_ids": companies.ids})
        return Tablero(env)

    def sql(self, query, *params):
        self.env.flush_all()
        self.env.cr.execute(query, params)
        return self.env.cr.fetchone()[0] or 0


@tagged("post_install", "-at_install")
class TestArchivo(TransactionCase):
    """The file itself."""

    def test_lo_que_nombra_existe(self):
        for name in ("cmo_dashboard", "cmo_ejemplo"):
            book = Tablero(self.env, name).book
            for model, chains in fields_in_spreadsheet(book).items():
                for chain in chains:
                    self.assertTrue(self.campo(model, chain), f"{model}.{chain}")
            for xmlid in menus_xml_ids_in_spreadsheet(book):
                self.assertTrue(self.env.ref(xmlid).action, xmlid)

    def campo(self, model, chain):
        field = None
        for name in chain.split("."):
            field = self.env[model]._fields.get(name)
            model = field and field.comodel_name
        return field

    def test_filtros_en_cada_fuente(self):
        """Each source says what its filters mean; the chain leads to a field of that kind, and to that model."""
        tablero = Tablero(self.env)
        targets = {found["id"]: found.get("modelName") for found in tablero.book["globalFilters"]}
        sources = [(pivot["model"], pivot["fieldMatching"]) for pivot in tablero.book["pivots"].values()]
        sources += [(chart["metaData"]["resModel"], chart["fieldMatching"]) for chart in tablero.charts.values()]
        for model, matching in sources:
            self.assertLessEqual(matching.keys(), targets.keys())
            for name, match in matching.items():
                field = self.campo(model, match["chain"])
                self.assertEqual((field.type, field.comodel_name), (match["type"], targets[name]), (model, name))
        # A closing, its matrix and the goals of collections have no such parts.
        whole = {"cartera.corte", "cartera.corte.transicion", "cartera.recaudo.cumplimiento"}
        for model, matching in sources:
            if model not in whole and matching:
                self.assertLessEqual({"etapa", "zona", "gestor"}, matching.keys(), model)

    def test_celdas_y_figuras(self):
        """Every card reads a cell that exists, every formula a pivot, a measure and dimensions that exist."""
        tablero = Tablero(self.env)
        for name, card in tablero.cards.items():
            for key in ("keyValue", "baseline"):
                self.assertIn(card[key].removeprefix("Data!"), tablero.cells, name)
        for place, formula in tablero.cells.items():
            for number, text in FUNCTION.findall(formula):
                pivot = tablero.book["pivots"][number]
                measure, *pairs = (part.strip('"') for part in text.split(","))
                dims = {dim["fieldName"] for dim in pivot["rows"] + pivot["columns"]}
                self.assertIn(measure, {found["id"] for found in pivot["measures"]}, place)
                self.assertLessEqual({field.strip("#") for field in pairs[::2]}, dims, place)

    def test_los_numeros_son_figuras(self):
        """On a phone cells do not show: the sheet that people see has headings only."""
        for name in ("cmo_dashboard", "cmo_ejemplo"):
            for cell in Tablero(self.env, name).book["sheets"][0]["cells"].values():
                self.assertRegex(cell, r'^(=_t\("[^"0-9]+"\)|[^=0-9]+)$')

    def test_nada_se_superpone(self):
        figures = Tablero(self.env).book["sheets"][0]["figures"]
        boxes = [(f["offset"]["x"], f["offset"]["y"], f["width"], f["height"], f["id"]) for f in figures]
        for i, (x, y, w, h, name) in enumerate(boxes):
            for x2, y2, w2, h2, other in boxes[i + 1 :]:
                apart = x + w <= x2 or x2 + w2 <= x or y + h <= y2 or y2 + h2 <= y
                self.assertTrue(apart, f"{name} covers {other}")

    def test_sus_textos_se_traducen(self):
        """The terms are those that Odoo takes to the translations, and each title is one."""
        with file_open(f"{FOLDER}/cmo_dashboard.json") as source:
            terms = {term[2] for term in extract_spreadsheet_terms(source, [], [], {})}
        titles = {data["title"]["text"] for data in Tablero(self.env).figures.values()}
        self.assertLessEqual(titles, terms)
        self.assertIn("Portfolio at the closing", terms)


@tagged("post_install", "-at_install")
class TestCifras(TableroCase):
    """What it shows, beside SQL."""

    def resumen(self, condition, corte=None, column="SUM(amount)"):
        query = f"SELECT {column} FROM cartera_corte_linea WHERE corte_id = %s AND {condition}"
        return self.sql(query, (corte or self.corte).id)

    def test_cartera(self):
        tablero, before = self.tablero(), self.Corte.search([("date", "=", MAY)])
        overdue, current = "position = 'overdue'", "position = 'current'"
        self.assertEqual(tablero.value("cmo_vencida"), self.resumen(overdue))
        self.assertEqual(tablero.value("cmo_vencida"), 900_000 + 250_000 + 300_000)
        self.assertEqual(tablero.value("cmo_corriente"), self.resumen(current))
        self.assertEqual(tablero.value("cmo_corriente"), 700_000)
        self.assertEqual(tablero.value("cmo_vencida", "baseline"), self.resumen(overdue, before))
        self.assertEqual(tablero.value("cmo_cuentas"), self.resumen(overdue, column="SUM(accounts)"))
        self.assertEqual(tablero.value("cmo_mas_90"), self.resumen("position = 'overdue' AND days_overdue > 90"))
        self.assertEqual(tablero.value("cmo_mas_90"), 900_000)
        self.assertEqual(tablero.value("cmo_corte", "baseline"), self.corte.item_count)

    def test_recaudo(self):
        tablero = self.tablero()
        paid = "SELECT SUM(amount) FROM cartera_recaudo WHERE kind = 'payment' AND date BETWEEN %s AND %s"
        self.assertEqual(tablero.value("cmo_recaudo"), self.sql(paid, "2026-06-01", "2026-06-30"))
        self.assertEqual(tablero.value("cmo_recaudo"), 150_000)
        self.assertEqual(tablero.value("cmo_recaudo", "baseline"), 100_000)
        self.assertEqual(tablero.value("cmo_recaudo_vencida"), 150_000)
        self.assertEqual(tablero.value("cmo_pagaron"), 1)
        self.assertEqual(tablero.value("cmo_mes_en_curso"), 50_000)
        self.assertEqual(tablero.value("cmo_mes_en_curso", "baseline"), 150_000)  # until the same day of June

    def test_meta_de_recaudo(self):
        values = {"company_id": self.company.id, "year": 2026, "month": "06", "amount": 600_000}
        self.env["cartera.recaudo.meta"].sudo().create(values)
        tablero = self.tablero()
        self.assertEqual(tablero.value("cmo_meta"), 25)  # 150,000 of them
        self.assertEqual(tablero.value("cmo_meta", "baseline"), 600_000)

    def test_recaudo_por_mes(self):
        """The months are the collections summed; one that changed is summed again, the others are left alone."""
        Mes, Recaudo = self.env["cartera.recaudo.mes"].sudo(), self.env["cartera.recaudo"].sudo()
        months = self.tablero().chart("cmo_recaudo_meses")
        by_month = {}
        for (month, _stage), amount in months.items():
            by_month[month[0]] = by_month.get(month[0], 0) + amount
        self.assertEqual(by_month, {"2026-05-01": 100_000, "2026-06-01": 150_000, "2026-07-01": 50_000})
        self.assertEqual(Mes._actualizar(self.company), 0)
        kept = Mes.search([("company_id", "=", self.company.id), ("date", "!=", "2026-06-01")])
        self.pagar(self.paid, 30_000, payment_date=date(2026, 6, 25))
        Recaudo._actualizar(self.company)
        self.assertEqual(kept.exists(), kept)
        for row in Mes.search([("company_id", "=", self.company.id)]):
            items = Recaudo.search(row.action_items()["domain"])
            self.assertEqual((len(items), sum(items.mapped("amount"))), (row.receipts, row.amount))
        self.assertEqual(sum(Mes.search([("date", "=", "2026-06-01")]).mapped("amount")), 180_000)

    def test_indicadores(self):
        tablero = self.tablero()
        value = "SELECT v.value FROM cartera_indicador_valor v JOIN cartera_indicador i ON i.id = v.indicador_id "
        value += "WHERE v.corte_id = %s AND v.scope = 'total' AND i.code = %s"
        for card, code in (("cmo_cei", "cei"), ("cmo_reduccion", "overdue_reduction"), ("cmo_al_dia", "share_current")):
            self.assertEqual(tablero.value(card), self.sql(value, self.corte.id, code), code)
            self.assertTrue(tablero.value(card), code)

    def test_movimiento(self):
        tablero = self.tablero()
        moved = "SELECT SUM(amount_before) FROM cartera_corte_transicion WHERE corte_id = %s AND dimension = 'band' "
        for card, movement in (("cmo_empeoro", "worse"), ("cmo_mejoro", "better"), ("cmo_salio", "left")):
            self.assertEqual(tablero.value(card), self.sql(moved + "AND movement = %s", self.corte.id, movement), card)
        self.assertTrue(tablero.value("cmo_empeoro"))

    def test_trabajo_de_hoy(self):
        self.assertEqual(self.tablero().value("cmo_cola"), self.Expediente.search_count([("in_list", "=", True)]))
        self.assertEqual(self.tablero().value("cmo_sin_contacto"), 2)
        self.assertEqual(self.tablero().value("cmo_sin_gestor"), 1)
        self.expediente.next_action_date = HOY - timedelta(days=1)
        self.assertEqual(self.tablero().value("cmo_acciones"), 1)
        self.expediente.next_action_date = HOY
        self.assertEqual(self.tablero().value("cmo_acciones"), 0)

    def test_graficos(self):
        tablero = self.tablero()
        self.assertEqual(sum(tablero.chart("cmo_bandas").values()), tablero.value("cmo_vencida"))
        stages = tablero.chart("cmo_etapas")
        self.assertEqual(sum(stages.values()), tablero.value("cmo_vencida") + tablero.value("cmo_corriente"))
        self.assertEqual(sum(tablero.chart("cmo_recaudo_dias").values()), tablero.value("cmo_recaudo"))
        months = tablero.chart("cmo_cartera_meses")
        june = {position: amount for (month, position), amount in months.items() if month[0] == "2026-06-01"}
        self.assertEqual(june, {"overdue": 1_450_000, "current": 700_000})

    def test_filtros(self):
        tablero, mine = self.tablero(), [self.officer.id]
        self.assertEqual(tablero.value("cmo_cola", gestor=mine), 1)
        stage = self.etapa("PRE").ids or self.expediente.etapa_id.ids
        inside = self.resumen(f"position = 'overdue' AND etapa_id IN ({','.join(map(str, stage))})")
        self.assertEqual(tablero.value("cmo_vencida", etapa=stage), inside)
        self.assertLess(inside, tablero.value("cmo_vencida"))

    def test_otro_periodo(self):
        """A month reads its own closing; one that has none yet, the last there is; one before all of them, nothing."""
        tablero = self.tablero()
        before = self.resumen("position = 'overdue'", self.Corte.search([("date", "=", MAY)]))
        self.assertEqual(tablero.value("cmo_vencida", month=MAY), before)
        self.assertEqual(tablero.value("cmo_vencida", month=HOY), tablero.value("cmo_vencida"))
        self.assertEqual(tablero.value("cmo_vencida", month=date(2026, 1, 1)), 0)

    def test_version_nueva(self):
        self.factura(60, 90_000, date=date(2026, 6, 1))
        later = self.corte._nueva_version()
        self.assertEqual(self.tablero().value("cmo_vencida"), 1_450_000)  # a draft does not count
        later._confirmar()
        self.assertEqual(self.tablero().value("cmo_vencida"), 1_540_000)

    def test_de_la_cifra_a_las_partidas(self):
        """Every row behind a figure opens its items, and they sum to it."""
        env = self.env(user=self.director)
        rows = env["cartera.corte.resumen"].search([("corte_id", "=", self.corte.id)])
        seen = env["cartera.corte.linea"]
        for row in rows:
            items = env["cartera.corte.linea"].search(row.action_items()["domain"])
            self.assertEqual((len(items), sum(items.mapped("amount"))), (row.items, row.amount))
            self.assertFalse(seen & items)
            seen |= items
        self.assertEqual(seen, self.corte.line_ids)

    # --- who sees it --------------------------------------------------------------------------------------------------
    def test_quien_lo_abre(self):
        dashboard = self.env.ref("cartera_cobro.tablero_operativo")
        menu = self.env.ref("cartera_cobro.cartera_menu_tablero")
        for role in READERS:
            user = self.usuario(role) if role != "director" else self.director
            self.assertEqual(dashboard.with_user(user).search([("id", "=", dashboard.id)]), dashboard, role)
            self.assertIn(menu.id, self.env["ir.ui.menu"].with_user(user)._visible_menu_ids(), role)
            tablero = self.tablero(user)
            for number in tablero.book["pivots"]:
                tablero.pivot(number)
            for chart in tablero.charts:
                tablero.chart(chart)
            self.assertEqual(tablero.value("cmo_vencida"), 1_450_000, role)
        for role in ("responsable", "ventanilla", "abogado"):
            user = self.usuario(role)
            self.assertFalse(dashboard.with_user(user).search([("id", "=", dashboard.id)]), role)
            self.assertNotIn(menu.id, self.env["ir.ui.menu"].with_user(user)._visible_menu_ids(), role)
        self.assertFalse(dashboard.with_user(self.officer).search([("id", "=", dashboard.id)]))

    def test_dos_empresas(self):
        other = self.setup_other_company()["company"]
        other.sudo().cartera_politica_id = self.politica
        self.director.company_ids = [Command.link(other.id)]
        self.factura_de(other, 500_000)
        self.Partida._actualizar(other)
        self.Corte._generar(other, JUNE)._confirmar()
        self.assertEqual(self.tablero(companies=self.company).value("cmo_vencida"), 1_450_000)
        self.assertEqual(self.tablero(companies=other).value("cmo_vencida"), 500_000)
        self.assertEqual(self.tablero(companies=self.company | other).value("cmo_vencida"), 1_950_000)

    def factura_de(self, company, amount):
        line = {"name": "Servicio", "quantity": 1, "price_unit": amount, "tax_ids": [Command.clear()]}
        values = {"move_type": "out_invoice", "partner_id": self.second.id, "invoice_line_ids": [Command.create(line)]}
        dates = {"invoice_date": self.dia(100), "invoice_date_due": self.dia(100), "invoice_payment_term_id": False}
        self.env["account.move"].with_company(company).create({**values, **dates}).action_post()

    def test_sin_cierres_ensena(self):
        """Before the first closing there are sample figures that say what to do; then the company's own."""
        dashboard = self.env.ref("cartera_cobro.tablero_operativo").with_user(self.director)
        self.assertFalse(dashboard._dashboard_is_empty())
        other = self.env["res.company"].create({"name": "Sin Cierres"})
        self.director.company_ids = [Command.link(other.id)]
        empty = dashboard.with_context(allowed_company_ids=other.ids)
        self.assertTrue(empty._dashboard_is_empty())
        sample = empty._get_sample_dashboard()
        self.assertEqual(sample["pivots"], {})
        self.assertIn("Haga el primer cierre", sample["sheets"][1]["cells"].values())


@tagged("post_install", "-at_install")
class TestPeriodo(CorteCase):
    """Which closing a period reads."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.factura(200)
        days = [date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 15), date(2026, 6, 30), date(2026, 7, 10)]
        cls.cortes = {day: cls.Corte._generar(cls.company, day) for day in days}
        for corte in cls.cortes.values():
            corte._confirmar()

    def buscar(self, *domain):
        return self.Corte.search([("company_id", "=", self.company.id), *domain]).mapped("date")

    def test_el_ultimo_hasta(self):
        self.assertEqual(self.buscar(("closing_at", "<=", "2026-06-30")), [date(2026, 6, 30)])
        self.assertEqual(self.buscar(("closing_at", "<", "2026-06-30")), [date(2026, 6, 15)])
        self.assertEqual(self.buscar(("closing_at", "<=", "2026-07-31")), [date(2026, 7, 10)])
        self.assertEqual(self.buscar(("closing_at", "<=", "2026-04-29")), [])
        start = [("closing_at", ">=", "2026-06-01"), ("closing_at", "<=", "2026-06-30")]
        self.assertEqual(self.buscar(*start), [date(2026, 6, 30)])

    def test_el_de_un_mes_anterior(self):
        self.assertEqual(self.buscar(("closing_before", "<=", "2026-06-30")), [date(2026, 5, 31)])
        self.assertEqual(self.buscar(("closing_before", "<=", "2026-07-31")), [date(2026, 6, 30)])
        self.assertEqual(self.buscar(("closing_before", "<=", "2026-04-30")), [])

    def test_uno_por_mes(self):
        months = [date(2026, 7, 10), date(2026, 6, 30), date(2026, 5, 31), date(2026, 4, 30)]
        self.assertEqual(self.buscar(("closes_month", "=", True)), months)

    def test_solo_los_vigentes(self):
        self.factura(100)
        draft = self.cortes[date(2026, 6, 30)]._nueva_version()
        found = self.Corte.search([("closing_at", "<=", "2026-06-30"), ("company_id", "=", self.company.id)])
        self.assertEqual(found, self.cortes[date(2026, 6, 30)])
        draft._confirmar()
        self.assertEqual(
            self.Corte.search([("closing_at", "<=", "2026-06-30"), ("company_id", "=", self.company.id)]), draft
        )

    def test_condicion_sin_sentido(self):
        with self.assertRaises(UserError):
            self.buscar(("closing_at", "like", "2026"))
