"""Analysis over closings: transitions, comparisons, services, agreements, what is blocked, and who sees it."""

from datetime import date

from odoo import Command
from odoo.addons.cartera_cobro.models.cartera_corte_transicion import CREDIT, OUTSIDE
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_corte import FIN, CorteCase

ABRIL, MAYO = date(2026, 4, 30), date(2026, 5, 31)
READERS = "ventanilla analista gestor abogado contador tesorero director auditor".split()
MODELS = "linea resumen transicion comparacion acuerdo servicio".split()


def matriz(transiciones):
    """{(place before, place after): (items, before, after)}; places are first days of bands, or stages' sequences."""
    return {(t.from_orden, t.to_orden): (t.items, t.amount_before, t.amount_after) for t in transiciones}


class AnalisisCase(CorteCase):
    """Days overdue: HOY is 45 days after 31 May and 15 after 30 June."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Transicion = cls.env["cartera.corte.transicion"].sudo()

    def cerrar(self, day=FIN, company=None):
        corte = self.generar(day, company)
        corte._confirmar()
        return corte

    def transiciones(self, corte, dimension="band", **domain):
        domain = [("corte_id", "=", corte.id), ("dimension", "=", dimension), *((k, "=", v) for k, v in domain.items())]
        return self.Transicion.search(domain)


@tagged("post_install", "-at_install")
class TestTransicion(AnalisisCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.corre, cls.dos = cls.factura(55, 100), cls.factura(85, 200)  # 10 and 40 days, then 40 and 70
        cls.vieja, cls.parcial = cls.factura(445, 400), cls.factura(54, 80)  # over 360 twice; 9, then 39 days
        cls.pagada, cls.nueva = cls.factura(50, 50), cls.factura(20, 30)  # 5 days, then paid; 5 days on 30 June
        cls.pagar(cls.pagada, payment_date=date(2026, 6, 20))
        cls.pagar(cls.parcial, 40, payment_date=date(2026, 6, 21))
        cls.nota = cls.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": cls.debtor.id,
                "invoice_date": MAYO,
                "invoice_line_ids": [Command.create({"name": "Nota", "price_unit": 15, "tax_ids": [Command.clear()]})],
            }
        )
        cls.nota.action_post()

    def setUp(self):
        super().setUp()
        self.before, self.corte = self.cerrar(MAYO), self.cerrar()

    def test_matriz_calculada_a_mano(self):
        bandas = self.transiciones(self.corte)
        self.assertEqual(
            matriz(bandas),
            {
                (1, 31): (2, 180, 140),
                (1, OUTSIDE): (1, 50, 0),
                (31, 61): (1, 200, 200),
                (361, 361): (1, 400, 400),
                (OUTSIDE, 1): (1, 0, 30),
                (CREDIT, CREDIT): (1, -15, -15),
            },
        )
        self.assertEqual(
            {(t.from_orden, t.to_orden): t.movement for t in bandas},
            {
                (1, 31): "worse",
                (1, OUTSIDE): "left",
                (31, 61): "worse",
                (361, 361): "stayed",
                (OUTSIDE, 1): "entered",
                (CREDIT, CREDIT): "credit",
            },
        )
        self.assertEqual(bandas.previous_corte_id, self.before)
        self.assertFalse(self.transiciones(self.before), "there is no month end before it")

    def test_las_dos_dimensiones_suman_los_dos_cierres(self):
        for dimension in ("band", "stage"):
            rows = self.transiciones(self.corte, dimension)
            self.assertAlmostEqual(sum(rows.mapped("amount_before")), self.before.amount_total, 2)
            self.assertAlmostEqual(sum(rows.mapped("amount_after")), self.corte.amount_total, 2)
            kept = rows.filtered(lambda t: t.to_orden != OUTSIDE)
            self.assertEqual(sum(kept.mapped("items")), self.corte.item_count)

    def test_versiones_de_uno_y_otro(self):
        """A late receipt makes version 2 of May: the matrix of June is computed again from it, and the first stays."""
        self.pagar(self.dos, payment_date=date(2026, 5, 20))
        second = self.before._nueva_version()
        second._confirmar()
        now = self.transiciones(self.corte, is_current=True)
        self.assertEqual(now.previous_corte_id, second)
        self.assertNotIn((31, 61), matriz(now))
        self.assertEqual(matriz(now)[OUTSIDE, 61], (1, 0, 200), "June still owed what May did not, until its version")
        self.assertEqual(matriz(self.transiciones(self.corte, is_current=False))[31, 61], (1, 200, 200))
        june = self.corte._nueva_version()
        june._confirmar()
        last = self.Transicion.search([("company_id", "=", self.company.id), ("is_current", "=", True)])
        self.assertEqual((last.corte_id, last.previous_corte_id), (june, second))
        self.assertNotIn((OUTSIDE, 61), matriz(self.transiciones(june)))
        self.assertAlmostEqual(sum(self.transiciones(june).mapped("amount_after")), june.amount_total, 2)

    def test_un_mes_que_se_cierra_despues(self):
        """April is closed last: May's transitions come then, and June's stay."""
        self.assertFalse(self.transiciones(self.before))
        june = self.transiciones(self.corte)
        self.cerrar(ABRIL)
        self.assertTrue(self.transiciones(self.before, is_current=True))
        self.assertEqual(self.transiciones(self.corte, is_current=True), june)

    def test_matriz_en_pantalla(self):
        analista = self.usuario("analista")
        screen = self.env["cartera.corte.transicion"].with_user(analista).matriz("band")
        self.assertEqual(screen["corte_id"], self.corte.id)
        self.assertEqual([column["place"] for column in screen["columns"]], [1, 31, 61, 361, CREDIT, OUTSIDE])
        rows = {row["place"]: row for row in screen["rows"]}
        self.assertEqual([row["place"] for row in screen["rows"]], [1, 31, 361, CREDIT, OUTSIDE])
        cells = {key.split("|")[0]: cell for key, cell in rows[1]["cells"].items()}
        # Of 230 that were 1 to 30 days late, 140 are 31 to 60 now; 50 were paid whole, and 40 of another.
        self.assertEqual((cells["31"]["amount"], round(cells["31"]["rate"], 4)), (140, 0.6087))
        self.assertEqual((cells[str(OUTSIDE)]["amount"], cells[str(OUTSIDE)]["items"]), (90, 1))
        for row in screen["rows"]:
            rates = [cell["rate"] for cell in row["cells"].values() if cell.get("rate") is not None]
            self.assertTrue(not rates or abs(sum(rates) - 1) < 1e-9, row["label"])
        kept = sum(amount for key, amount in screen["totals"].items() if not key.startswith(str(OUTSIDE)))
        self.assertAlmostEqual(kept, self.corte.amount_total, 2)
        self.assertAlmostEqual(screen["before"], self.before.amount_total, 2)

    def test_varios_meses_juntos(self):
        self.cerrar(ABRIL)
        Transicion = self.env["cartera.corte.transicion"].with_user(self.usuario("analista"))
        one, two = (Transicion.matriz("band", self.corte.id, months) for months in (1, 2))
        may = Transicion.matriz("band", self.before.id)
        self.assertAlmostEqual(two["before"], one["before"] + may["before"], 2)
        self.assertEqual(two, Transicion.matriz("band", self.corte.id, 12), "there are no more months")

    def test_las_partidas_que_pasaron(self):
        analista = self.usuario("analista")

        def moved(before, after):
            rows = self.transiciones(self.corte, from_orden=before, to_orden=after).with_user(analista)
            domain = rows.action_items()["domain"]
            lines = self.env["cartera.corte.linea"].with_user(analista).search(domain)
            return {(line.number, line.corte_id.id) for line in lines}

        now, then = self.corte.id, self.before.id
        self.assertEqual(moved(1, 31), {(self.corre.name, now), (self.parcial.name, now)})
        self.assertEqual(moved(1, OUTSIDE), {(self.pagada.name, then)})
        self.assertEqual(moved(OUTSIDE, 1), {(self.nueva.name, now)})
        self.assertEqual(moved(CREDIT, CREDIT), {(self.nota.name, now)})
        everything = self.transiciones(self.corte).filtered(lambda t: t.to_orden != OUTSIDE)
        found = self.env["cartera.corte.linea"].sudo().search(everything.action_items()["domain"])
        self.assertEqual(found, self.corte.line_ids)

    def test_consultas_constantes(self):
        """Confirming takes as many statements whatever the number of items."""

        def statements(day):
            corte = self.generar(day)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            corte._confirmar()
            return self.env.cr.sql_log_count - before

        few = statements(date(2026, 7, 10))
        for days in range(61, 101):
            self.factura(days, 10)
        self.assertEqual(statements(date(2026, 7, 11)), few)


@tagged("post_install", "-at_install")
class TestComparacion(AnalisisCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        zonas = cls.env["cartera.zona"].sudo().create([{"name": "Norte"}, {"name": "Sur"}])
        for number, zona in zip(("1", "2", "3"), (zonas[0], zonas[1], zonas[1]), strict=True):
            cls.env["cartera.cuenta"].sudo().create(
                {
                    "name": f"CTA-{number}",
                    "kind": "account",
                    "partner_id": cls.debtor.id,
                    "company_id": cls.company.id,
                    "zona_id": zona.id,
                    "use": "residential",
                    "estrato": number,
                    "municipality": "Bogotá",
                }
            )
        cls.cuentas = cls.env["cartera.cuenta"].sudo().search([("name", "like", "CTA-")], order="name")

    def de_cuenta(self, number, days, amount, paid=None):
        move = self.factura(days, amount, cartera_cuenta_id=self.cuentas[number].id)
        if paid:
            self.pagar(move, payment_date=paid)
        return move

    def comparar(self, user, *by, domain=(("is_last", "=", True),)):
        measures = ["amount:sum", "amount_before:sum", "amount_change:sum", "change_rate:avg", "amount_year:sum"]
        measures += ["accounts:sum", "accounts_change:sum", "items:sum", "items_change:sum"]
        rows = self.env["cartera.corte.comparacion"].with_user(user)._read_group(list(domain), by, measures)
        return {row[0] if len(by) == 1 else row[: len(by)]: row[len(by) :] for row in rows}

    def test_contra_el_mes_anterior_y_el_ano_anterior(self):
        self.de_cuenta(0, 400, 1000, paid=date(2026, 6, 10))  # Norte: owed a year ago and in May
        self.de_cuenta(0, 30, 300)  # Norte: new in June
        self.de_cuenta(1, 60, 500)  # Sur: in May and June
        self.de_cuenta(2, 40, 250)  # Sur: from June on
        for day in (date(2025, 6, 30), MAYO, FIN):
            self.cerrar(day)
        analista = self.usuario("analista")
        found = self.comparar(analista, "zona")
        # this, before, change, its percentage, a year before, accounts, their change, items, their change
        self.assertEqual(found["Norte"], (300, 1000, -700, -70.0, 1000, 1, 0, 1, 0))
        self.assertEqual(found["Sur"], (750, 500, 250, 50.0, 0, 2, 1, 2, 1))
        total = self.comparar(analista)[()]
        self.assertEqual(total, (1050, 1500, -450, -30.0, 1000, 3, 1, 3, 1))
        # Of a month whose month before is not closed there is no change, and no percentage of nothing.
        may = self.comparar(analista, domain=[("date", "=", MAYO)])[()]
        self.assertEqual(may[:5], (1500, 0, 0, False, 0))

    def test_el_servicio_de_cada_peso(self):
        """Shares of the lines, to the cent, also of what is paid in part; what has no lines is of no service."""
        self.servicio(("Acueducto", 100), ("Aseo", 50), ("Alcantarillado", 50), days=60, paid=33.33)
        self.servicio(("Aseo", 70), days=40)
        self.factura(40, 10)
        corte = self.cerrar()
        Servicio = self.env["cartera.corte.servicio"].with_user(self.usuario("contador"))
        rows = Servicio._read_group([("is_last", "=", True)], ["servicio"], ["amount:sum", "items:sum"])
        found = {name: (round(amount, 2), items) for name, amount, items in rows}
        self.assertEqual(
            found,
            {"Acueducto": (83.34, 1), "Alcantarillado": (41.67, 1), "Aseo": (111.66, 2), False: (10, 1)},
        )
        self.assertAlmostEqual(sum(amount for amount, _items in found.values()), corte.amount_total, 2)
        waste = Servicio._read_group([("servicio", "=", "Aseo")], ["banda"], ["amount:sum"])
        self.assertEqual([round(amount, 2) for _banda, amount in waste], [70, 41.66])
        self.pagar(self.factura(45, 5), payment_date=date(2026, 6, 25))
        self.servicio(("Aseo", 3), days=45)
        again = corte._nueva_version()
        again._confirmar()
        current = Servicio.search([("is_current", "=", True), ("date", "=", FIN)])
        self.assertEqual(current.corte_id, again)

    def servicio(self, *lines, days, paid=None):
        """An invoice of so much of each service."""
        Category, Product = self.env["product.category"].sudo(), self.env["product.product"].sudo()
        made = []
        for name, amount in lines:
            category = Category.search([("name", "=", name)], limit=1) or Category.create({"name": name})
            product = Product.create({"name": name, "categ_id": category.id, "taxes_id": [Command.clear()]})
            made.append(Command.create({"product_id": product.id, "price_unit": amount, "tax_ids": [Command.clear()]}))
        move = self.factura(days, invoice_line_ids=made)
        if paid:
            self.pagar(move, paid, payment_date=date(2026, 6, 25))
        return move

    def test_bloqueada_por_quien_responde(self):
        responsable, otro, tesorero = (self.usuario(role) for role in ("abogado", "gestor", "tesorero"))
        moves = [self.de_cuenta(n, 60, 100 * (n + 1)) for n in range(3)]
        items = self.partidas(*moves).sorted("amount_residual")
        for item, user, filed in ((items[0], responsable, "2026-05-04"), (items[1], otro, "2026-06-20")):
            values = {
                "expediente_id": item.expediente_id.id,
                "subject": "Consumo",
                "text": "No lo reconoce",
                "filed_by": "Juana Deudora",
                "user_id": user.id,
                "date_filed": filed,
                "linea_ids": [Command.create({"partida_id": item.id})],
            }
            self.env["cartera.reclamacion"].with_user(tesorero).create(values).action_file()
        self.cerrar(MAYO)
        self.cerrar()
        held = [("is_last", "=", True), ("hold_reason", "!=", False)]
        found = self.comparar(self.usuario("auditor"), "responsable", domain=held)
        self.assertEqual(found[responsable.name][:3], (100, 100, 0))
        self.assertEqual(found[otro.name][:3], (200, 0, 200))
        self.assertEqual(set(found), {responsable.name, otro.name}, "the third is not held")


@tagged("post_install", "-at_install")
class TestOrdenYRoles(AnalisisCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for days in (-20, 20, 50, 75, 120, 400):
            cls.factura(days, 100)

    def test_los_grupos_en_el_orden_del_procedimiento(self):
        """Stages and bands that the alphabet would sort otherwise, of two policies, in lists, graphs and pivots."""
        other = self.env["res.partner"].create({"name": "De otra política", "property_payment_term_id": False})
        politica = self.env.ref("cartera_cobro.politica_autoridad").sudo()
        self.factura(75, 100, partner=other)
        self.Expediente.search([("partner_id", "=", other.id)]).politica_id = politica
        self.factura(75, 100, partner=other)
        before, corte, analista = self.cerrar(MAYO), self.cerrar(), self.usuario("analista")
        # A comparison has also the groups that only the month before had.
        for name, closings in (("resumen", corte), ("linea", corte), ("comparacion", corte | before)):
            Model = self.env[f"cartera.corte.{name}"].with_user(analista)
            domain = [("corte_id", "=", corte.id)]
            sets = [[], ["banda"], ["etapa"], ["etapa", "banda"]]
            groups = Model.formatted_read_grouping_sets(domain, sets, ["amount:sum", "etapa_orden:min"])
            for label, place, rows in (("banda", "banda_orden", groups[1]), ("etapa", "etapa_orden", groups[2])):
                self.assertEqual([row[label] for row in rows], self.esperado(closings, label, place), f"{name} {label}")
            plain = [banda for (banda,) in Model._read_group(domain, ["banda"])]
            self.assertEqual(plain, self.esperado(closings, "banda", "banda_orden"))
            listed = Model.web_read_group(domain, ["banda"], ["amount:sum"], order="days_overdue desc, id")
            self.assertEqual([row["banda"] for row in listed["groups"]], plain, f"{name}, a list sorted by days")
            backwards = [banda for (banda,) in Model._read_group(domain, ["banda"], order="banda DESC")]
            self.assertEqual(backwards[-1], plain[0])

    def esperado(self, closings, label, place):
        """The labels by their least place; what has none, last."""
        places = {}
        for line in closings.line_ids:
            places[line[label]] = min(places.get(line[label], line[place]), line[place])
        return sorted(places, key=lambda text: (not text, places[text]))

    def test_la_matriz_en_una_tabla_dinamica(self):
        """The subtotals of rows and of columns, read in one statement, are each in their own order."""
        self.cerrar(MAYO)
        corte = self.cerrar()
        rows = self.transiciones(corte)
        sets = [[], ["to_label"], ["from_label"], ["from_label", "to_label"]]
        groups = self.Transicion.formatted_read_grouping_sets([("id", "in", rows.ids)], sets, ["items:sum"])
        for side, found in (("to", groups[1]), ("from", groups[2])):
            places = {row[f"{side}_label"]: row[f"{side}_orden"] for row in rows}
            labels = [row[f"{side}_label"] for row in found]
            self.assertEqual(labels, sorted(places, key=places.get), side)
        self.assertEqual(groups[2][-1]["from_label"], rows.filtered(lambda t: t.from_orden == OUTSIDE)[:1].from_label)

    def test_quien_ve_que(self):
        self.cerrar(MAYO)
        self.cerrar()
        for role in READERS:
            user = self.usuario(role)
            for name in MODELS:
                Model = self.env[f"cartera.corte.{name}"].with_user(user)
                self.assertEqual(bool(Model.search([], limit=1)), name not in ("acuerdo",), f"{role} {name}")
                for right in ("write", "create", "unlink"):
                    self.assertFalse(Model.has_access(right), f"{role} {right} {name}")
            self.assertTrue(self.env["cartera.corte.transicion"].with_user(user).matriz("stage")["rows"])
        responsable = self.usuario("responsable")
        for name in MODELS:
            with self.assertRaises(AccessError):
                self.env[f"cartera.corte.{name}"].with_user(responsable).search([], limit=1)
        with self.assertRaises(AccessError):
            self.env["cartera.corte.transicion"].with_user(responsable).matriz("band")

    def test_dos_empresas(self):
        other = self.setup_other_company(name="Otra")["company"]
        other.sudo().cartera_politica_id = self.politica
        self.cerrar(MAYO)
        self.cerrar()
        self.cerrar(MAYO, other)
        self.cerrar(FIN, other)
        user = self.usuario("auditor", other)
        for name in MODELS:
            Model = self.env[f"cartera.corte.{name}"].with_user(user)
            self.assertFalse(Model.search([("company_id", "=", self.company.id)]), name)
        self.assertFalse(self.env["cartera.corte.transicion"].with_user(user).with_company(other).matriz()["rows"])
