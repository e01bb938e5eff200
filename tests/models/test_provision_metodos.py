"""Each method of impairment against figures computed by hand."""

from datetime import date

from odoo import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .test_corte import FIN
from .test_provision import FINES, ProvisionCase

# (item, days overdue, amount, use) at four month ends, and by hand: balances by band, and what entered the last one.
#              0      1-30   31-60  61+   entered
#   March    1,500     400     300   200
#   April      800     600     400   350     150 (item 3)
#   May      1,000     200     600   350       0
#   June       900     500     200   450     300 (item 1)
# Flows: 1,300 / 3,300, 1,200 / 1,200, 450 / 1,300.
MESES = [
    [(1, 0, 1000, "R"), (2, 10, 400, "R"), (3, 40, 300, "R"), (4, 70, 200, "R"), (5, 0, 500, "R")],
    [(1, 15, 600, "R"), (2, 40, 400, "R"), (3, 70, 150, "R"), (4, 100, 200, "R"), (6, 0, 800, "C")],
    [(1, 45, 600, "R"), (3, 100, 150, "R"), (4, 130, 200, "R"), (6, 20, 200, "C"), (7, 0, 1000, "C")],
    [(1, 75, 300, "R"), (3, 130, 150, "R"), (6, 50, 200, "C"), (7, 25, 500, "C"), (8, 0, 900, "C")],
]
BANDAS = {0: 0, 1: 0, 31: 0, 61: 0}


def escribir_cierres(case, months=MESES, ends=FINES):
    """Confirmed closings with the rows of `months` ([(item, days overdue, amount, use)]) as their items."""
    for end, rows in zip(ends, months, strict=True):
        corte = case.cerrado(end)
        for item, days, amount, use in rows:
            values = {"corte_id": corte.id, "company_id": corte.company_id.id, "date": end, "move_line_id": -item,
                      "days_overdue": days, "amount": amount, "amount_currency": amount, "use": use,
                      "currency": "COP", "number": f"F{item}", "position": "overdue"}  # fmt: skip
            case.env.cr.execute(
                SQL(
                    "INSERT INTO cartera_corte_linea (%s) VALUES %s",
                    SQL(", ").join(map(SQL.identifier, values)),
                    tuple(values.values()),
                )
            )
    case.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestFlujos(ProvisionCase):
    def flujo(self, **extra):
        return self.metodo("Flujo", BANDAS, kind="flow", months=3, **extra)

    def test_cuatro_cierres(self):
        escribir_cierres(self)
        flujo = self.flujo(lgd=60, forward=1.1, forward_note="Desempleo")
        provision = self.correr(metodos=flujo)
        saldos = {(s.date, s.days_from): s.amount for s in provision.saldo_ids}
        self.assertEqual([saldos.get((day, 61)) for day in FINES], [200, 350, 350, 450])
        self.assertEqual([saldos[day, 0] for day in FINES], [1500, 800, 1000, 900])
        entered = {s.date: s.amount_entered for s in provision.saldo_ids if s.days_from == 61}
        self.assertEqual([entered[day] for day in FINES[1:]], [150, 0, 300])
        flows = {r.days_from: r.flow for r in provision.resumen_ids}
        self.assertAlmostEqual(flows[0], 13 / 33, 6)
        self.assertEqual(flows[1], 1)
        self.assertAlmostEqual(flows[31], 450 / 1300, 6)
        self.assertFalse(flows[61])
        # 0.66; x 450/1300; x 1; x 13/33 = 0.66 x 450/3300 = 0.09
        rates = {r.days_from: r.loss_rate for r in provision.resumen_ids}
        for day, rate in {61: 66, 31: 22.846154, 1: 22.846154, 0: 9}.items():
            self.assertAlmostEqual(rates[day], rate, 5)
        self.assertEqual(
            {line.number: line.amount for line in provision.line_ids},
            {"F8": 81, "F7": 114.23, "F6": 45.69, "F1": 198, "F3": 99},
        )
        self.assertEqual(provision.amount, 537.92)
        # The method may change: the run keeps what it was.
        flujo.banda_ids[-1:].unlink()
        said = provision.calculo_ids.parameters
        self.assertEqual((said["days"], said["lgd"], said["forward"]), ([0, 1, 31, 61], 60, 1.1))
        self.assertEqual([rate[:2] for rate in said["rates"]], [["", 0], ["", 1], ["", 31], ["", 61]])

    def test_segmentos(self):
        """Each use by its own flows; C never had anything 31-60 days late before June: there, all have 450/1,300."""
        escribir_cierres(self)
        provision = self.correr(metodos=self.flujo(segment_by="use"))
        rates = {(r.segment, r.days_from): r.loss_rate for r in provision.resumen_ids}
        last = 45000 / 1300
        self.assertEqual(rates["R", 61], 100)
        # C: 0 to 1-30: 700 / 1,800; 1-30 to 31-60: 200 / 200.
        self.assertAlmostEqual(rates["C", 31], last, 5)
        self.assertAlmostEqual(rates["C", 1], last, 5)
        self.assertAlmostEqual(rates["C", 0], last * 700 / 1800, 5)
        self.assertEqual(provision.amount, 300 + 150 + 69.23 + 173.08 + 121.15)
        of_all = {s.date: s.amount for s in provision.saldo_ids if not s.segment and s.days_from == 0}
        self.assertEqual(of_all[FIN], 900, "the whole portfolio stands beside its segments")

    def test_una_tasa_no_pasa_de_todo(self):
        escribir_cierres(self)
        provision = self.correr(metodos=self.flujo(forward=3, forward_note="Crisis"))
        lines = {line.number: line.amount for line in provision.line_ids}
        self.assertEqual((lines["F1"], lines["F3"]), (300, 150))
        self.assertEqual(max(provision.resumen_ids.mapped("loss_rate")), 300, "the rate shows what it came to")


@tagged("post_install", "-at_install")
class TestMetodos(ProvisionCase):
    def plana(self, rate=10, **extra):
        return self.metodo("Plana", {0: rate}, **extra)

    def lineas_de(self, metodo, day=FIN):
        return self.por_numero(self.correr(day, metodo))

    def test_la_matriz_por_segmento(self):
        """A use with its own rate takes it, any other one the band's."""
        metodo = self.plana(segment_by="use")
        metodo.banda_ids.tasa_ids = [Command.create({"segment": "C", "rate": 40})]
        escribir_cierres(self, MESES[-1:], [FIN])
        provision = self.correr(metodos=metodo)
        self.assertEqual({r.segment: (r.loss_rate, r.amount) for r in provision.resumen_ids},
                         {"C": (40, 640), "R": (10, 45)})  # fmt: skip
        self.assertEqual(set(provision.resumen_ids.mapped("banda")), {"Any age"})

    def con_credito_y_garantia(self):
        facturas = [self.factura(days, amount) for days, amount in ((60, 1000), (50, 500), (40, 300))]
        self.factura(45, 600, move_type="out_refund")
        self.actualizar()
        expediente = self.Expediente.search([("partner_id", "=", self.debtor.id), ("company_id", "=", self.company.id)])
        self.env["cartera.garantia"].sudo().create(
            [
                {"expediente_id": expediente.id, "name": "CDT", "amount": 700, "date_from": "2026-01-01"},
                {"expediente_id": expediente.id, "name": "Vencida", "amount": 900, "date_from": "2025-01-01",
                 "date_to": "2026-06-29"},
                {"expediente_id": expediente.id, "name": "De después", "amount": 900, "date_from": "2026-07-01"},
            ]
        )  # fmt: skip
        return facturas

    def test_creditos_y_garantias_a_lo_mas_viejo(self):
        """600 of credit off the 1,000; 700 of guarantee off the 400 left, and 300 off the 500."""
        facturas = self.con_credito_y_garantia()
        lineas = self.lineas_de(self.plana())
        self.assertEqual(
            [(lineas[f.name].amount_credit, lineas[f.name].amount_guarantee, lineas[f.name].amount_base,
              lineas[f.name].amount) for f in facturas],
            [(600, 400, 0, 0), (0, 300, 200, 20), (0, 0, 300, 30)],
        )  # fmt: skip

    def test_sin_creditos_ni_garantias(self):
        self.con_credito_y_garantia()
        provision = self.correr(metodos=self.plana(less_credits=False, less_guarantees=False))
        self.assertEqual((provision.amount_base, provision.amount), (1800, 180))

    def test_sin_impuestos(self):
        """A fifth-part-of-a-tax: of 1,190 the capital is 1,000; of the 595 left of another, 500."""
        tax = self.env["account.tax"].sudo().create(
            {"name": "IVA 19", "amount": 19, "type_tax_use": "sale", "company_id": self.company.id,
             "country_id": self.company.account_fiscal_country_id.id}
        )  # fmt: skip
        line = {"name": "Servicio", "quantity": 1, "price_unit": 1000, "tax_ids": [Command.set(tax.ids)]}
        entera, parcial = (self.factura(60, invoice_line_ids=[Command.create(line)]) for _n in range(2))
        self.pagar(parcial, 595, payment_date=date(2026, 6, 1))
        lineas = self.lineas_de(self.plana(untaxed=True))
        self.assertEqual(
            [(lineas[f.name].amount_gross, lineas[f.name].amount_tax, lineas[f.name].amount_base,
              lineas[f.name].amount) for f in (entera, parcial)],
            [(1190, 190, 1000, 100), (595, 95, 500, 50)],
        )  # fmt: skip

    def evaluar(self, partner, loss, **extra):
        self.actualizar()
        expediente = self.Expediente.search([("partner_id", "=", partner.id), ("company_id", "=", self.company.id)])
        return self.env["cartera.evaluacion"].sudo().create(
            {"expediente_id": expediente.id, "loss": loss, "date": "2026-06-01", "state": "approved", **extra}
        )

    def test_evaluacion_individual(self):
        """It prevails over the band where the method lets it; by itself it is a method; after its end it is none."""
        otro = self.env["res.partner"].create({"name": "Otro", "property_payment_term_id": False})
        evaluada, comun = self.factura(60, 1000), self.factura(60, 1000, partner=otro)
        evaluacion = self.evaluar(self.debtor, 80)
        self.evaluar(otro, 90, state="draft")
        individual = self.metodo("Una por una", kind="individual")
        ciega = self.metodo("Ciega", {0: 10}, with_individual=False)
        provision = self.correr(metodos=self.plana() | individual | ciega)
        lineas = self.por_numero(provision)
        self.assertEqual((lineas[evaluada.name].amount, lineas[evaluada.name].individual), (800, True))
        self.assertEqual((lineas[comun.name].amount, lineas[comun.name].individual), (100, False))
        self.assertEqual({c.name: c.amount for c in provision.calculo_ids},
                         {"Plana": 900, "Una por una": 800, "Ciega": 200})  # fmt: skip
        evaluacion.action_end("Pagó el concurso", "2026-07-10")
        provision._calcular()
        self.assertEqual(provision.amount, 900, "on the closing's day it was in force")
        evaluacion.date_end = FIN
        provision._calcular()
        self.assertEqual(provision.amount, 200)

    def test_fiscal_general(self):
        """5, 10 and 15% of what is more than 90, 180 and 360 days late; nothing of a related party."""
        socio = self.env["res.partner"].sudo().create(
            {"name": "Socio", "property_payment_term_id": False, "cartera_related_party": True}
        )
        for days in (90, 91, 180, 181, 360, 361):
            self.factura(days + 15, 1000)
        self.factura(700, 1000, partner=socio)
        fiscal = self.metodo("Fiscal", kind="fiscal_general")
        provision = self.correr(metodos=self.matriz | fiscal)
        self.assertEqual(
            {r.days_from: (r.items, r.amount) for r in provision.resumen_ids.filtered(lambda r: not r.is_posted)},
            {0: (1, 0), 91: (2, 100), 181: (2, 200), 361: (2, 150)},
        )
        self.assertEqual(provision.amount_fiscal, 450)
        self.assertEqual(provision.metodo_id, self.matriz)

    def test_fiscal_individual_hasta_agotar_la_deuda(self):
        """33% a year of what is more than 360 days late: 330, 330, 330 and the 10 left; and then nothing."""
        fiscal = self.metodo("Fiscal", kind="fiscal_individual")
        due = (date(2026, 7, 15) - date(2021, 10, 1)).days
        factura, reciente = self.factura(due, 1000), self.factura(300, 1000)
        ends = [date(year, 12, 31) for year in (2022, 2023, 2023, 2024, 2025)]  # 2023 is posted twice
        deducted = []
        for day in [*ends, FIN]:
            provision = self.correr(day, self.matriz | fiscal)
            deducted.append(self.por_numero(provision)[factura.name].amount_fiscal)
            provision.state = "posted"
            self.env.flush_all()
        self.assertEqual(deducted, [330, 330, 330, 330, 10, 0])
        self.assertEqual(self.por_numero(provision)[reciente.name].amount_fiscal, 0)
