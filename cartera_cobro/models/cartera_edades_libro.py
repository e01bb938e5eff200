"""The aged balance as a book: its bands, its debtors, its open lines."""

from odoo import fields, models

from .cartera_edades import Edades, Linea
from .cartera_exportacion import Archivo
from .cartera_exportacion_libro import Columna, Hoja, contados, escribir_libro, leer_por_lotes
from .cartera_exportacion_testigo import XLSX
from .cartera_textos import fecha

TITULO = "Cartera por edades"
CREDITS = "Saldos a favor"
DEUDOR = [Columna("Deudor", 36), Columna("NIT", 16)]
PARTIDA = [
    Columna("Cuenta o contrato", 17),
    Columna("Zona", 16),
    Columna("Gestor", 22),
    Columna("Documento", 20),
    Columna("Fecha", 12, "day"),
    Columna("Vencimiento", 12, "day"),
    Columna("Días de mora", 10, "number"),
]
MONEDA = [Columna("Moneda", 9), Columna("Saldo en moneda", 18, "money")]
EPOCH = fields.Date.to_date("1899-12-30")  # day 0 of a spreadsheet


class EdadesLibro:
    """The book of an Edades that was read."""

    def __init__(self, edades, detail):
        self.edades, self.detail = edades, detail
        self.totales = edades.totales()
        self.columnas = [Columna(banda.name, 18, "money") for banda in edades.bandas]
        self.columnas += [Columna(CREDITS, 17, "money"), Columna("Total", 19, "money")]

    def archivo(self):
        count = self.totales.debtors + (self.totales.items if self.detail else 0)
        return Archivo(f"{TITULO} {self.edades.date}.xlsx", XLSX, count, self.escribir)

    def escribir(self, path, avance):
        hojas = [self._resumen(), self._deudores(avance)]
        if self.detail:
            hojas.append(self._detalle(avance))
        escribir_libro(path, hojas, f"{TITULO} {self.edades.date}")

    def _titulos(self, what):
        company = self.edades.company
        return [
            f"{TITULO}: {what}",
            f"{company.name} NIT {company.vat or ''}",
            f"Saldos al {fecha(self.edades.date)}, según el libro contable",
        ]

    def _resumen(self):
        columns = [Columna("Concepto", 30), Columna("Saldo", 22, "money")]
        credits, *bands = self.totales.amounts
        rows = [(banda.name, amount) for banda, amount in zip(self.edades.bandas, bands, strict=True)]
        ledger = self.edades.saldo_contable()
        rows += [(CREDITS, credits), ("Total", self.totales.total)]
        if hard := self.edades.reclasificado():
            rows += [("Libro contable, sin lo de difícil recaudo", ledger - hard), ("De difícil recaudo", hard)]
        rows.append(("Libro contable", ledger))
        apart = "Fuera de los filtros" if self.edades.filtros else "Diferencia"
        rows.append((apart, self.edades.company.currency_id.round(ledger - self.totales.total)))
        return Hoja("Resumen", self._titulos("resumen"), columns, len(rows), rows)

    def _deudores(self, avance):
        rows = leer_por_lotes(self.edades.env.cr, self.edades.por_deudor())
        ordered = (
            (name, vat, items, *bands, credits, total)
            for _id, name, vat, items, credits, *bands, total, _same_id in rows
        )
        columns = [*DEUDOR, Columna("Partidas", 10, "number"), *self.columnas]
        return Hoja("Por deudor", self._titulos("por deudor"), columns, self.totales.debtors, contados(ordered, avance))

    def _detalle(self, avance):
        rows = leer_por_lotes(self.edades.env.cr, self.edades.detalle())
        counted = contados(map(self._renglon, rows), lambda done: avance(self.totales.debtors + done))
        columns = [*DEUDOR, *PARTIDA, *(MONEDA if self.totales.with_currency else []), *self.columnas]
        return Hoja("Detalle", self._titulos("detalle"), columns, self.totales.items, counted)

    def _renglon(self, row):
        line = Linea._make(row)
        cells = [None] * len(self.columnas)
        cells[line.band - 1 if line.band else -2] = cells[-1] = line.residual
        days = ((line.date - EPOCH).days, (line.date_due - EPOCH).days, line.days)
        foreign = (line.currency, line.residual_currency) if self.totales.with_currency else ()
        return (line.partner, line.vat, line.cuenta, line.zona, line.officer, line.number, *days, *foreign, *cells)


class CarteraExportacion(models.Model):
    _inherit = "cartera.exportacion"

    def _edades(self):
        """The Edades that was asked for, read. UserError: the company has no policy, and so no bands."""
        self.env["cartera.corte"]._exigir_politica(self.company_id)
        values = dict(self.parameters or {})
        date, _detail = fields.Date.to_date(values.pop("date")), values.pop("detail", False)
        language = self.env["cartera.correo"]._idioma() or self.env.lang
        return Edades(self.with_context(lang=language).env, self.company_id, date, values).leer()

    def _archivo_ageing_xlsx(self):
        return EdadesLibro(self._edades(), self.parameters.get("detail")).archivo()
