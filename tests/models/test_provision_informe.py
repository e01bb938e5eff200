"""The papers of a run of impairment: each table by hand, the workbook recomputed from its formulas, the PDF read."""

import io
import re
from datetime import date
from unittest.mock import patch

from odoo.addons.cartera_cobro.models import cartera_exportacion
from odoo.addons.cartera_cobro.models.cartera_provision_libro import LibroDeterioro
from odoo.addons.cartera_cobro.reports.provision import Papel
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools.pdf import PdfFileReader
from openpyxl import load_workbook

from .common import HOY
from .test_castigo import CastigoCase
from .test_corte import FIN
from .test_provision import ProvisionCase
from .test_provision_metodos import BANDAS, MESES, escribir_cierres

HOSTILE = '=HYPERLINK("x")'


class InformeCase(CastigoCase, ProvisionCase):
    """Two runs, of FIN (posted) and of HOY, between which everything happens to some item.

              FIN                HOY
    A  1,000  130 days  50% 500  145 days      600 by hand (500 computed)
    B  2,000   25 days   5% 100   40 days  10% 200
    C    400  145 days  50% 200  written off on HOY against what was provided for its debtor
    D    600  not yet             5 days   5%  30
    E    300  185 days  50% 150  paid
    F    500   25 days  80% 400   40 days  80% 400, assessed one by one
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.otro, cls.evaluado = (
            cls.env["res.partner"].create({"name": name, "property_payment_term_id": False})
            for name in ("Otro", HOSTILE)
        )
        cls.a, cls.b = cls.factura(145, 1000), cls.factura(40, 2000)
        cls.c, cls.e = cls.factura(160, 400, partner=cls.otro), cls.factura(200, 300)
        cls.f = cls.factura(40, 500, partner=cls.evaluado)
        cls.fiscal = cls.metodo("Fiscal", kind="fiscal_general")
        cls.Partida._actualizar(cls.company)
        expediente = cls.Expediente.search([("partner_id", "=", cls.evaluado.id), ("company_id", "=", cls.company.id)])
        cls.env["cartera.evaluacion"].sudo().create(
            {"expediente_id": expediente.id, "loss": 80, "date": "2026-06-01", "state": "approved",
             "note": "<p>En reorganización</p>", "approved_by_id": cls.contador.id}
        )  # fmt: skip

    def dos_corridas(self, partner=True):
        """(the run of FIN, the run of HOY); partner: whether the allowance is posted by debtor, or of all in one."""
        primera = self.correr(metodos=self.matriz | self.fiscal)
        primera.state = "posted"
        self.provisionar(200, self.otro if partner else None)
        self.provisionar(1150, self.debtor if partner else None)
        self.castigar(self.c)
        self.pagar(self.e, payment_date=date(2026, 7, 10))
        self.d = self.factura(5, 600)
        segunda = self.correr(HOY, self.matriz | self.fiscal)
        segunda._cambiar(self.por_numero(segunda)[self.a.name], 600, HOSTILE)
        return primera, segunda


@tagged("post_install", "-at_install")
class TestTablas(InformeCase):
    def test_las_tablas(self):
        primera, segunda = self.dos_corridas()
        self.assertEqual((primera.amount, segunda.amount), (1350, 1230))
        papel = Papel(segunda)
        bandas = papel.bandas()
        self.assertEqual([heading for heading, _kind in bandas.columns][-2:], ["Al 30/06/2026", "Diferencia"])
        self.assertEqual(
            [row[1:] for row in bandas.rows],
            [[1, 600, 600, 5, 30, 500, -470], [2, 2500, 2500, 24, 600, 0, 600], [1, 1000, 1000, 60, 600, 850, -250]],
        )
        self.assertEqual(bandas.total[1:], [4, 4100, 4100, 30, 1230, 1350, -120])
        self.assertIn("un cambio a mano por 100,00", bandas.note)
        self.assertEqual(
            [row[1:] for row in papel.revelacion().rows],
            [[600, 5, 30, 570], [2000, 10, 200, 1800], [1000, 60, 600, 400], [500, 80, 400, 100]],
        )
        self.assertEqual(papel.revelacion().rows[-1][0], "Evaluadas una por una")
        self.assertEqual(papel.revelacion().total[1:], [4100, 30, 1230, 2870])
        self.assertEqual(
            [row[1:] for row in papel.fiscal().rows], [[30, 0, 30, 10.5], [600, 0, 600, 210], [600, 50, 550, 192.5]]
        )
        self.assertEqual(papel.fiscal().total[1:], [1230, 50, 1180, 413])
        self.assertEqual(
            [(row[0], row[4], row[6], row[7]) for row in papel.metodos().rows],
            [("Matriz (se contabiliza)", 1130, 1350, 0), ("Fiscal", 50, 50 + 20 + 30, -1080)],
        )
        [evaluacion] = papel.evaluaciones().rows
        self.assertEqual(evaluacion[4:9], [80, 500, 500, 400, "En reorganización"])
        [cambio] = papel.cambios().rows
        self.assertEqual(cambio[2:7], [1000, 500, 600, 100, HOSTILE])
        self.rodamiento(papel)

    def rodamiento(self, papel):
        """1,350 + 230 (B 100, D 30, A 100) - 150 (E) - 200 (C) = 1,230."""
        tabla = papel.movimiento()
        self.assertEqual([row[1] for row in tabla.rows][:4], [1350, 230, -150, -200])
        self.assertEqual(tabla.total[1], 1230)
        self.assertEqual(LibroDeterioro(self.company, HOY).usado(FIN), 200, "the ledger says the same")
        # 1,350 were posted by hand, and 200 of them used.
        self.assertEqual([row[1] for row in papel.cuadre().rows], [1230, -1150])
        self.assertEqual((papel.cuadre().total[1], papel.cuadre().note[:13]), (80, "La diferencia"))
        rows = self.env["cartera.provision.rodamiento"].sudo().search([("company_id", "=", self.company.id)])
        self.assertEqual(
            [(r.opening, r.increase, r.reversal, r.used, r.closing, r.expense) for r in rows],
            [(1350, 230, -150, -200, 1230, 80), (0, 1350, 0, 0, 1350, 1350)],
        )
        names = ["opening:sum", "increase:sum", "reversal:sum", "used:sum", "closing:sum", "closing:sum_currency"]
        [period] = rows._read_group([("id", "in", rows.ids)], [], names)
        self.assertEqual(period, (0, 1580, -150, -200, 1230, 1230), "of a period: its first opening, its last closing")
        by_month = rows._read_group([("id", "in", rows.ids)], ["date:month"], names[:2], order="date:month")
        self.assertEqual([tuple(row[1:]) for row in by_month], [(0, 1350), (1350, 230)])
        levels = [[], ["date:month"]]
        sets = rows.formatted_read_grouping_sets([("id", "in", rows.ids)], levels, ["closing:sum_currency"])
        self.assertEqual([[row["closing:sum_currency"] for row in level] for level in sets], [[1230], [1350, 1230]])

    def test_castigo_contra_lo_de_todos(self):
        """A write-off took 400 off an allowance that had 200 for it: 200 more are an increase, not a reversal less."""
        _primera, segunda = self.dos_corridas(partner=False)
        self.assertEqual([row[1] for row in Papel(segunda).movimiento().rows][:4], [1350, 430, -150, -400])
        # What was written off until a run is posted counts.
        self.castigar(self.b)
        segunda.state = "posted"
        self.assertEqual(segunda.amount_increase - segunda.amount_reversal, 430 - 150 + 950)

    def test_consultas_de_muchos(self):
        """The paper of eight assessed debtors and changes asks the database as often as that of one."""
        counts = []
        for many in (2, 1, 7):  # the first fills what is kept in memory between requests
            partners = self.env["res.partner"].create(
                [{"name": f"{HOSTILE} {many} {n}", "property_payment_term_id": False} for n in range(many)]
            )
            moves = partners.env["account.move"].union(*(self.factura(60, 700, partner=one) for one in partners))
            self.actualizar()
            self.env["cartera.evaluacion"].sudo().create(
                [{"expediente_id": x.id, "loss": 60, "date": "2026-06-01", "state": "approved"}
                 for x in self.Expediente.search([("partner_id", "in", partners.ids)])]
            )  # fmt: skip
            provision = self.correr(self.dia(15 + many), self.matriz | self.fiscal)
            lineas = self.por_numero(provision)
            changed = provision.line_ids.browse([lineas[move.name].id for move in moves])
            provision._cambiar(changed, 5, "Prueba")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            papel = Papel(provision.browse(provision.id))
            papel.secciones()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(papel.cambios().rows), many)
        self.assertEqual(counts[1], counts[2])

    def test_una_corrida_sin_nada(self):
        corte = self.cerrado(date(2020, 1, 31))
        papel = Papel(self.Provision._generar(corte, self.matriz))
        self.assertEqual(papel.bandas().rows, [])
        self.assertEqual(papel.revelacion().total[1:], [0, 0, 0, 0])
        self.assertTrue(papel.secciones())

    def test_fiscal_individual_acumula(self):
        """The tax side is what all years deducted: 330 of 2025 and 330 of now, beside 1,000 in the books."""
        self.fiscal.active = False
        self.env.flush_all()
        individual = self.metodo("Individual", kind="fiscal_individual")
        vieja = self.factura(900, 1000)
        anterior = self.correr(date(2025, 12, 31), self.matriz | individual)
        anterior.state = "posted"
        provision = self.correr(metodos=self.matriz | individual)
        row = Papel(provision).fiscal().rows[-1]
        self.assertEqual(row[1:], [1000, 660, 340, 119])
        self.assertEqual(self.por_numero(provision)[vieja.name].amount_fiscal, 330)


@tagged("post_install", "-at_install")
class TestLibro(InformeCase):
    def libro(self, provision, user=None):
        """(the workbook as it computes, the workbook with its formulas)."""
        provision.with_user(user or self.contador).action_libro()
        content = self.env["cartera.exportacion"].sudo().search([], limit=1).attachment_id.raw
        return tuple(load_workbook(io.BytesIO(content), data_only=values) for values in (True, False))

    def recalcular(self, values, formulas):
        """[sheet and cell] of the formulas whose kept value is not what they give: a spreadsheet of four functions."""
        names = {"SUM": lambda cells: sum(cell or 0 for cell in cells), "MIN": min, "ROUND": round}
        wrong, count = [], 0
        for sheet in formulas:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.data_type != "f":
                        continue
                    count += 1
                    result = eval(self.traducir(values, sheet.title, cell.value[1:]), names)
                    if abs(result - values[sheet.title][cell.coordinate].value) > 0.006:
                        wrong.append(f"{sheet.title}!{cell.coordinate} {cell.value}")
        return wrong, count

    def traducir(self, values, sheet, text):
        """A formula as Python."""

        def number(match):
            name, first, last = match.group(1) or match.group(2) or sheet, match.group(3), match.group(4)
            if last:
                return repr([cell.value for (cell,) in values[name][f"{first}:{last}"]])
            return repr(values[name][first].value or 0)

        text = re.sub(r"IF\((.*?)=0,(.*?),(.*)\)$", r"(\2) if (\1) == 0 else (\3)", text)
        return re.sub(r"(?:'([^']+)'!|(\w+)!)?\b([A-Z]{1,2}\d+)(?::([A-Z]{1,2}\d+))?\b", number, text)

    def test_cada_formula_da_su_valor(self):
        _primera, segunda = self.dos_corridas()
        values, formulas = self.libro(segunda)
        self.assertEqual(
            values.sheetnames,
            ["Resumen", "Rangos", "Movimiento", "Libro contable", "NIIF 7", "Métodos", "1 Deterioro", "2 Deterioro",
             "Evaluaciones", "Cambios a mano", "Contable y fiscal", "Partidas"],
        )  # fmt: skip
        wrong, count = self.recalcular(values, formulas)
        self.assertEqual(wrong, [])
        self.assertGreater(count, 50)
        rest = [row[8] for row in values["1 Deterioro"].iter_rows(min_row=6, values_only=True)]
        self.assertEqual(rest, [0, 350, 0, 350], "what the assessment adds to the band's 50")
        items = list(values["Partidas"].iter_rows(min_row=6, values_only=True))
        self.assertEqual(len(items), len(segunda.line_ids))
        self.assertEqual(sum(row[19] for row in items), 1230)
        hostile = {(sheet.title, cell.data_type) for sheet in formulas for row in sheet for cell in row
                   if cell.value == HOSTILE}  # fmt: skip
        self.assertEqual({kind for _sheet, kind in hostile}, {"s"}, "text is no formula")
        self.assertEqual({sheet for sheet, _kind in hostile}, {"Evaluaciones", "Cambios a mano", "Partidas"})

    def test_la_aritmetica_de_los_flujos(self):
        escribir_cierres(self)
        extra = {"kind": "flow", "months": 3}
        flujo = self.metodo(HOSTILE, BANDAS, lgd=60, forward=1.1, forward_note="Desempleo", **extra)
        por_uso = self.metodo("Por uso", BANDAS, segment_by="use", **extra)
        # What the company has beside is in none of the four closings by hand.
        self.env.cr.execute("DELETE FROM cartera_corte_linea WHERE move_line_id > 0")
        provision = self.correr(metodos=flujo | por_uso)
        values, formulas = self.libro(provision)
        self.assertEqual(self.recalcular(values, formulas)[0], [])
        rows = list(values["1 Flujos"].iter_rows(min_row=6, max_row=9, min_col=3, max_col=8, values_only=True))
        third = 0.66 * 45 / 130
        expected = [(3300, 1300, 13 / 33, 0.09), (1200, 1200, 1, third), (1300, 450, 45 / 130, third),
                    (None, None, None, 0.66)]  # fmt: skip
        for row, (had, arrived, flow, rate) in zip(rows, expected, strict=True):
            self.assertEqual(row[:2], (had, arrived))
            self.assertAlmostEqual(row[2] or 0, flow or 0, 6)
            self.assertAlmostEqual(row[5], rate, 6)
        live = formulas["1 Flujos"]
        self.assertEqual([live[cell].value for cell in ("C6", "D6", "D8", "E6", "H6", "H9")],
                         ["=SUM('1 Saldos'!C6:C8)", "=SUM('1 Saldos'!D7:D9)", "=SUM('1 Saldos'!G7:G9)",
                          "=IF(C6=0,0,D6/C6)", "=E6*H7", "=F9*G9"])  # fmt: skip
        self.assertAlmostEqual(values["1 Deterioro"]["H10"].value, 537.92, 2)
        self.assertEqual(live["A1"].data_type, "s", "the method's name begins like a formula")
        # By use: three segments with four month ends each, and the whole's flow where one owed nothing.
        self.assertEqual(values["2 Saldos"].max_row, 5 + 3 * len(MESES))
        self.assertEqual(formulas["2 Flujos"]["E12"].value, "=IF(C12=0,E8,D12/C12)")
        tablas = Papel(provision).tasas()
        provision.metodo_id = por_uso
        self.assertEqual(len(Papel(provision).tasas()[0].rows), 12, "the posted one by segment")
        self.assertEqual([len(tabla.rows) for tabla in tablas], [4, 4])
        self.assertEqual([round(row[-1], 4) for row in tablas[0].rows], [9, 22.8462, 22.8462, 66])

    def test_quien_y_por_donde(self):
        """Large ones wait in the queue; whoever does not read runs gets none; nobody those of another company."""
        provision = self.correr(metodos=self.matriz)
        with patch.object(cartera_exportacion, "AT_ONCE", 0):
            action = provision.with_user(self.usuario("auditor")).action_libro()
        export = self.env["cartera.exportacion"].sudo().search([], limit=1)
        self.assertEqual((action["res_id"], export.state, export.rows_total), (export.id, "queued", 5))
        self.assertEqual(export._archivo().name, "Deterioro 2026-06-30.xlsx")
        for user in (self.usuario("gestor"), self.usuario("contador", self.company_data_2["company"])):
            with self.assertRaises(AccessError):
                provision.with_user(user).action_libro()
            with self.assertRaises(AccessError):
                self.env["report.cartera_cobro.provision"].with_user(user)._get_report_values(provision.ids)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company_data_2 = cls.setup_other_company()

    def test_el_papel(self):
        _primera, segunda = self.dos_corridas()
        report = self.env["ir.actions.report"].sudo().with_context(force_report_rendering=True)
        pdf = report._render_qweb_pdf("cartera_cobro.report_provision", segunda.ids)[0]
        pages = PdfFileReader(io.BytesIO(pdf), strict=False).pages
        text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))
        for said in ("Deterioro de cartera al 15 de julio de 2026", "Borrador: las cifras pueden cambiar", "1.350,00",
                     "230,00", "-150,00", "-200,00", "1.230,00", "Evaluadas una por una", "En reorganización",
                     "Métodos comparados", "Impuesto diferido al 35,00 %", HOSTILE, "Elaboró",
                     f"Página 1 de {len(pages)}"):  # fmt: skip
            self.assertIn(said, text)
