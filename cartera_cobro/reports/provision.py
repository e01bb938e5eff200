"""The papers of a run of impairment: the tables that its PDF and its workbook show, read from its own rows."""

from collections import defaultdict
from typing import NamedTuple

from odoo import models
from odoo.tools import SQL, html2plaintext

from ..models.cartera_provision_calculo import CalculoProvision
from ..models.cartera_provision_metodo import TAX
from ..models.cartera_textos import fecha
from .acuerdo import dia, firmas
from .control_contacto import _espanol
from .informe_gestion import anchos, celda, clase, estilo
from .provision_historia import Historia, decimales

# Changes by hand that the paper lists; the workbook has them all.
MOST_CHANGES = 100
STATES = {
    "draft": "Borrador",
    "proposed": "Propuesto, sin aprobar",
    "approved": "Aprobado, sin contabilizar",
    "posted": "Contabilizado",
    "reversed": "Reversado",
}


class Tabla(NamedTuple):
    """columns: [(heading, kind of informe_gestion.celda)]; rows, total: lists of values as the columns have them."""

    title: str
    columns: list
    rows: list
    total: list | None = None
    note: str = ""
    empty: str = ""
    chart: None = None


class Suma(NamedTuple):
    """What the lines of a run say of a band: amounts in company currency."""

    items: int = 0
    gross: float = 0.0
    base: float = 0.0
    computed: float = 0.0
    amount: float = 0.0
    fiscal: float = 0.0

    def __add__(self, other):
        return Suma(*(mine + yours for mine, yours in zip(self, other, strict=True)))


class Papel:
    """What the papers of one run say. Read it in sudo, once whoever asks may read the run."""

    def __init__(self, provision):
        self.provision = _espanol(provision).sudo()
        self.company = self.provision.company_id
        self.anterior = self.provision.anterior_id
        self.date = self.provision.date
        self.lineas = self.provision.env["cartera.provision.linea"]
        self._leidas = {}

    # --- heading ------------------------------------------------------------------------------------------------------

    def titulo(self):
        return f"Deterioro de cartera al {fecha(self.date)}"

    def pie(self):
        return " · ".join(filter(None, (self.company.name, self.titulo(), self.provision.number)))

    def estado(self):
        return STATES[self.provision.state]

    def metodo(self):
        """The posted method with the settings that it had (str)."""
        calculo = self.provision.calculo_ids.filtered("is_posted")[:1]
        said = calculo.parameters or {}
        parts = [calculo.name or ""]
        if calculo.kind == "flow":
            parts.append(f"{said['months']} meses de historia, LGD {celda(said['lgd'], 'rate')}")
            why = f" ({said['forward_note']})" if said["forward_note"] else ""
            parts.append(f"factor prospectivo {decimales(said['forward'])}{why}")
        less = (("untaxed", "impuestos"), ("less_credits", "saldos a favor"), ("less_guarantees", "garantías"))
        without = [what for name, what in less if said.get(name)]
        parts.append(f"base sin {' ni '.join(without)}" if without else "base: todo el saldo")
        return "; ".join(parts)

    # --- by band ------------------------------------------------------------------------------------------------------

    def sumas(self, provision):
        """{(segment, first day, whether assessed one by one): Suma} of the lines of a run, and {(…): name of band}."""
        if provision not in self._leidas:
            rows = provision.env.execute_query(
                SQL(
                    """SELECT segment, days_from, individual, MIN(banda), COUNT(*), SUM(amount_gross), SUM(amount_base),
                              SUM(amount_computed), SUM(amount), SUM(amount_fiscal)
                         FROM cartera_provision_linea WHERE provision_id = %s AND NOT released GROUP BY 1, 2, 3""",
                    provision.id or 0,
                )
            )
            sums = {(segment or "", day, one): Suma(n, *map(float, amounts))
                    for segment, day, one, _name, n, *amounts in rows}  # fmt: skip
            names = {day: name for _segment, day, _one, name, *_amounts in rows}
            self._leidas[provision] = sums, names
        return self._leidas[provision]

    def por(self, provision, key):
        """{key(segment, first day, one by one): Suma} of a run."""
        result = defaultdict(Suma)
        for parts, suma in self.sumas(provision)[0].items():
            result[key(*parts)] += suma
        return result

    def nombres(self):
        """{first day: name of the band}, of this run's bands and of the one's before."""
        return self.sumas(self.anterior)[1] | self.sumas(self.provision)[1]

    def bandas(self):
        now, before = (
            self.por(run, lambda segment, day, _one: (segment, day)) for run in (self.provision, self.anterior)
        )
        names, parted = self.nombres(), any(segment for segment, _day in [*now, *before])
        when = f"Al {self.anterior.date:%d/%m/%Y}" if self.anterior else "Antes"
        columns = [("Rango", "text"), ("Partidas", "number"), ("Saldo", "money"), ("Base", "money"),
                   ("Tasa", "rate"), ("Deterioro", "money"), (when, "money"), ("Diferencia", "money")]  # fmt: skip
        rows = []
        for segment, day in sorted(now.keys() | before.keys()):
            row = self._comparada(now[segment, day], before[segment, day])
            rows.append([*([segment] if parted else []), names[day], *row])
        total = self._comparada(sum(now.values(), Suma()), sum(before.values(), Suma()))
        return Tabla(
            "Deterioro por rango y segmento" if parted else "Deterioro por rango",
            [*([("Segmento", "text")] if parted else []), *columns],
            rows,
            [*([""] if parted else []), "Total", *total],
            note=self._sobre_las_bandas(),
            empty="El cierre no tiene partidas por cobrar.",
        )

    def _comparada(self, now, before):
        return [now.items, now.gross, now.base, tasa(now.amount, now.base), now.amount, before.amount,
                now.amount - before.amount]  # fmt: skip

    def _sobre_las_bandas(self):
        said = ["La tasa es el deterioro sobre la base, con las evaluaciones individuales."]
        lines = sum(self.sumas(self.provision)[0].values(), Suma())
        if changes := self.lineas.search_count(self._de_esta([("is_manual", "=", True)])):
            by_hand = celda(lines.amount - lines.computed, "cents")
            which = "un cambio a mano" if changes == 1 else f"{changes} cambios a mano"
            said.append(f"Incluye {which} por {by_hand}.")
        if self.provision.amount_revaluation:
            out = celda(self.provision.amount_revaluation, "cents")
            said.append(f"Sin diferencias en cambio por {out}, que no son pérdida de ningún deudor.")
        return " ".join(said)

    def _de_esta(self, domain):
        return [("provision_id", "=", self.provision.id), *domain]

    # --- roll-forward and disclosure ----------------------------------------------------------------------------------

    def movimiento(self):
        """Opening to closing (NIIF 7, 35H)."""
        run = self.provision
        since = f"Saldo inicial, al {self.anterior.date:%d/%m/%Y}" if self.anterior else "Saldo inicial"
        used = run.amount - run.previous_amount - run.amount_increase + run.amount_reversal
        rows = [
            [since, run.previous_amount],
            ["Aumentos, con cargo al gasto", run.amount_increase],
            ["Reversiones", -run.amount_reversal],
            ["Usado por castigos", used],
        ]
        return Tabla(
            "Conciliación del deterioro (NIIF 7, 35H)",
            [("Concepto", "text"), ("Valor", "cents")],
            [[concept, amount or 0.0] for concept, amount in rows],
            [f"Saldo final, al {self.date:%d/%m/%Y}", run.amount],
        )

    def cuadre(self):
        """What the run says beside what its account holds in the ledger, as it reads now."""
        run, account = self.provision, self.company.cartera_allowance_account_id
        code = account.with_company(self.company).code
        rows = [
            ["Deterioro de este cálculo", run.amount],
            [f"Menos: la cuenta {code} en el libro, al {self.date:%d/%m/%Y}" if account
             else "Menos: la empresa no ha indicado cuál es su cuenta de deterioro", -run.amount_ledger or 0.0],
        ]  # fmt: skip
        before = run.state in ("draft", "proposed", "approved")
        return Tabla(
            "Cuadre con el libro contable",
            [("Concepto", "text"), ("Valor", "cents")],
            rows,
            ["Diferencia", run.amount_difference],
            note="La diferencia es lo que registrará el asiento." if before and run.amount_difference else "",
        )

    def revelacion(self):
        """By band, what is owed, what is not expected, and what remains (NIIF 7, 35M and 35N)."""
        of_band = self.por(self.provision, lambda _segment, day, one: (one, 0 if one else day))
        names = self.nombres()
        rows = [
            [names[day] if not one else "Evaluadas una por una", *self._revelada(suma)]
            for (one, day), suma in sorted(of_band.items())
        ]
        return Tabla(
            "Exposición al riesgo de crédito (NIIF 7, 35M y 35N)",
            [("Rango", "text"), ("Importe en libros bruto", "money"), ("Tasa de pérdida", "rate"),
             ("Corrección de valor", "money"), ("Importe neto", "money")],
            rows,
            ["Total", *self._revelada(sum(of_band.values(), Suma()))],
            note="Enfoque simplificado (NIIF 9, 5.5.15): pérdidas esperadas durante toda la vida. La tasa de pérdida "
            "es la corrección de valor sobre el importe bruto.",
        )  # fmt: skip

    def _revelada(self, suma):
        return [suma.gross, tasa(suma.amount, suma.gross), suma.amount, suma.gross - suma.amount]

    # --- methods ------------------------------------------------------------------------------------------------------

    def calculos(self):
        """The methods of the run, the posted one first."""
        return self.provision.calculo_ids.sorted(lambda c: (not c.is_posted, c.id))

    def metodos(self):
        kinds = dict(self.calculos()._fields["kind"]._description_selection(self.provision.env))
        posted = self.calculos()[:1].amount
        rows = [
            [f"{c.name} (se contabiliza)" if c.is_posted else c.name, kinds[c.kind], c.items, c.amount_base, c.amount,
             c.share, c.previous_amount, c.amount - posted]
            for c in self.calculos()
        ]  # fmt: skip
        return Tabla(
            "Métodos comparados",
            [("Método", "text"), ("Clase", "text"), ("Partidas", "number"), ("Base", "money"), ("Deterioro", "money"),
             ("De la cartera", "rate"), ("El mismo, antes", "money"), ("Frente al contabilizado", "money")],
            rows,
            note="Como se calcularon, antes de cambios a mano.",
        )  # fmt: skip

    def historias(self):
        """[Historia] of the methods by flow rates."""
        return [Historia(calculo) for calculo in self.calculos() if calculo.kind == "flow"]

    def tasas(self):
        """A Tabla of each method by flow rates: what part of each band ends up lost, and why.

        Of those that are not posted, the whole portfolio only: the workbook has their segments.
        """
        return [
            Tabla(
                f"Tasas de pérdida: {historia.calculo.name}",
                [*([("Segmento", "text")] if historia.parted else []), ("Rango", "text"), ("Había", "money"),
                 ("Pasó al siguiente", "money"), ("Flujo", "rate"), ("Tasa de pérdida", "rate")],
                [[*([paso.segment or "Toda la cartera"] if historia.parted else []), paso.banda, paso.had, paso.arrived,
                  paso.flow and 100 * paso.flow, 100 * paso.rate]
                 for paso in historia.pasos() if not paso.segment or historia.calculo.is_posted],
                note=historia.nota(),
            )
            for historia in self.historias()
        ]  # fmt: skip

    # --- one by one and by hand ---------------------------------------------------------------------------------------

    def evaluaciones(self):
        groups = self.lineas._read_group(
            self._de_esta([("individual", "=", True), ("released", "=", False)]),
            ["expediente_id"],
            ["amount_gross:sum", "amount_base:sum", "amount:sum"],
        )
        assessed = self._vigentes([expediente.id for expediente, *_amounts in groups])
        evidence = dict(assessed._fields["evidence"]._description_selection(assessed.env))
        of = {evaluacion.expediente_id: evaluacion for evaluacion in assessed.sorted(lambda e: (e.date, e.id))}
        rows = [
            [of[x].partner_id.name or "", of[x].partner_id.vat or "", str(of[x].date), evidence[of[x].evidence],
             of[x].loss, *amounts, html2plaintext(of[x].note or "").strip(), of[x].approved_by_id.name or ""]
            for x, *amounts in groups if x in of
        ]  # fmt: skip
        return Tabla(
            "Evaluaciones individuales",
            [("Deudor", "text"), ("NIT", "text"), ("Fecha", "day"), ("Evidencia", "text"), ("Pérdida", "rate"),
             ("Saldo", "money"), ("Base", "money"), ("Deterioro", "money"), ("Motivos", "text"), ("Aprobó", "text")],
            sorted(rows, key=lambda row: -row[7]),
            empty="Ninguna cambia el deterioro de este cierre.",
        )  # fmt: skip

    def _vigentes(self, expedientes):
        return self.provision.env["cartera.evaluacion"].search(
            [
                ("expediente_id", "in", expedientes),
                ("state", "in", ("approved", "ended")),
                ("date", "<=", self.date),
                "|",
                ("date_end", "=", False),
                ("date_end", ">", self.date),
            ]
        )

    def cambios(self, limit=None):
        found = self.lineas.search(self._de_esta([("is_manual", "=", True)]), limit=limit and limit + 1)
        rows = [
            [line.number or "", line.partner_name or "", line.amount_gross, line.amount_computed, line.amount,
             line.amount - line.amount_computed, line.reason or "", line.changed_by_id.name or ""]
            for line in found[:limit]
        ]  # fmt: skip
        return Tabla(
            "Cambios a mano",
            [("Documento", "text"), ("Deudor", "text"), ("Saldo", "money"), ("Calculado", "money"),
             ("Deterioro", "money"), ("Diferencia", "money"), ("Motivo", "text"), ("Quién", "text")],
            rows,
            note="Hay más: están en el libro de Excel." if len(found) > len(rows) else "",
            empty="Ninguno: todas las partidas tienen lo que se calculó.",
        )  # fmt: skip

    # --- tax beside accounting ----------------------------------------------------------------------------------------

    def fiscal(self):
        """Accounting beside tax by band, with the temporary difference and its deferred tax; None without tax."""
        calculo = self.provision.calculo_ids.filtered(lambda c: c.kind in TAX)[:1]
        if not calculo:
            return None
        bands, earlier = self.por(self.provision, lambda _segment, day, _one: day), self._deducido_antes(calculo)
        percent, names = self.tarifa(), self.nombres()
        rows = [
            [names[day], *self._diferida(suma.amount, earlier[day] + suma.fiscal, percent)]
            for day, suma in sorted(bands.items())
        ]
        total = sum(bands.values(), Suma())
        return Tabla(
            "Deterioro contable y provisión fiscal",
            [("Rango", "text"), ("Contable", "money"), ("Fiscal", "money"), ("Diferencia temporaria", "money"),
             ("Impuesto diferido", "money")],
            rows,
            ["Total", *self._diferida(total.amount, sum(earlier.values()) + total.fiscal, percent)],
            note=f"Provisión fiscal: {calculo.name} (E.T. 145; DUR 1625 de 2016, 1.2.1.18.20)"
            f"{', con lo deducido de estas partidas en años anteriores' if any(earlier.values()) else ''}. Impuesto "
            f"diferido al {celda(percent, 'rate')}: activo donde lo contable supera lo fiscal.",
        )  # fmt: skip

    def _diferida(self, accounting, tax, percent):
        difference = self.company.currency_id.round(accounting - tax)
        return [accounting, tax, difference, self.company.currency_id.round(difference * percent / 100)]

    def _deducido_antes(self, calculo):
        """{first day of band: what earlier years deducted of the items that it has}; the general one starts anew."""
        result = defaultdict(float)
        if calculo.kind == "fiscal_individual":
            rows = self.provision.env.execute_query(
                SQL(
                    """SELECT l.days_from, SUM(d.deducted) FROM cartera_provision_linea l
                         JOIN (%s) d ON d.move_line_id = l.move_line_id
                        WHERE l.provision_id = %s AND NOT l.released GROUP BY 1""",
                    CalculoProvision(self.provision)._deducido(),
                    self.provision.id,
                )
            )
            result.update((day, float(amount)) for day, amount in rows)
        return result

    def tarifa(self):
        """The company's rate of income tax, in percent."""
        return self.company.cartera_tax_rate

    # --- all together -------------------------------------------------------------------------------------------------

    def secciones(self):
        """[Tabla] of the paper, in order."""
        tables = [self.bandas(), self.movimiento(), self.cuadre(), self.revelacion(), self.metodos()]
        tables += [*self.tasas(), self.evaluaciones(), self.cambios(MOST_CHANGES), self.fiscal()]
        return [table for table in tables if table]

    def firmas(self):
        return firmas(self.provision)

    def ancho(self, tabla):
        """How wide a table is (percent of the page): one of few columns is read better narrow."""
        return min(100, 20 + 14 * len(tabla.columns))


def tasa(amount, base):
    """Percent (float) of an amount over its base; 0 over nothing."""
    return 100 * amount / base if base else 0.0


class ReportProvision(models.AbstractModel):
    _name = "report.cartera_cobro.provision"
    _description = "Impairment Run (PDF)"

    def _get_report_values(self, docids, data=None):
        provisiones = self.env["cartera.provision"].browse(docids)
        provisiones.check_access("read")
        return {
            "docs": [Papel(provision) for provision in provisiones],
            "v": {"celda": celda, "anchos": anchos, "clase": clase, "estilo": estilo},
            "dia": dia,
        }
