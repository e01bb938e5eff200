"""The workbook of a run of impairment: its arithmetic table by table, with live formulas, and every item."""

from datetime import date

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from xlsxwriter.utility import xl_col_to_name

from ..models.cartera_exportacion import Archivo
from ..models.cartera_exportacion_libro import Columna, Hoja, contados, escribir_libro, leer_por_lotes
from ..models.cartera_exportacion_testigo import XLSX
from .hoja import Formula, escribir_tabla
from .provision import Papel
from .provision_aritmetica import HEAD, Aritmetica

WIDTHS = {"text": 34, "figure": 16, "number": 11, "money": 19, "cents": 19, "rate": 12, "day": 12}
KINDS = {"figure": "text", "cents": "money"}  # as sheets have them
SUMMED = {"number", "money", "cents"}
# Headings of the tables that a spreadsheet computes from others of the same row.
BANDAS = {"Tasa": "=IF({Base}=0,0,100*{Deterioro}/{Base})", "Diferencia": "={Deterioro}-{antes}"}
REVELACION = {
    "Tasa de pérdida": "=IF({Importe en libros bruto}=0,0,100*{Corrección de valor}/{Importe en libros bruto})",
    "Importe neto": "={Importe en libros bruto}-{Corrección de valor}",
}
CAMBIOS = {"Diferencia": "={Deterioro}-{Calculado}"}
FISCAL = {"Diferencia temporaria": "={Contable}-{Fiscal}"}
# Heading, width, kind, where it is on a line `l`.
PARTIDAS = [
    ("Documento", 20, "text", "l.number"),
    ("Deudor", 34, "text", "l.partner_name"),
    ("NIT", 15, "text", "l.vat"),
    ("Cuenta contable", 13, "text", "l.account_code"),
    ("Moneda", 9, "text", "l.currency"),
    ("Vence", 12, "day", "l.date_due"),
    ("Días de mora", 10, "number", "l.days_overdue"),
    ("Etapa", 18, "text", "l.etapa"),
    ("Segmento", 18, "text", "l.segment"),
    ("Rango", 17, "text", "l.banda"),
    ("Ya no se debe", 9, "text", "CASE WHEN l.released THEN 'Sí' END"),
    ("Saldo", 18, "money", "l.amount_gross"),
    ("Impuestos", 16, "money", "l.amount_tax"),
    ("Saldos a favor", 16, "money", "l.amount_credit"),
    ("Garantías", 16, "money", "l.amount_guarantee"),
    ("Base", 18, "money", "l.amount_base"),
    ("Tasa (%)", 10, "money", "l.rate"),
    ("Evaluada una por una", 10, "text", "CASE WHEN l.individual THEN 'Sí' END"),
    ("Calculado", 18, "money", "l.amount_computed"),
    ("Deterioro", 18, "money", "l.amount"),
    ("Antes", 18, "money", "l.previous_amount"),
    ("Movimiento", 18, "money", "l.amount_movement"),
    ("Provisión fiscal", 18, "money", "l.amount_fiscal"),
    ("Cambiado porque", 40, "text", "l.reason"),
]


class Libro:
    """The book of one Papel."""

    def __init__(self, papel):
        self.papel, self.run = papel, papel.provision
        self.company = papel.company

    def archivo(self):
        count = self.papel.lineas.search_count([("provision_id", "=", self.run.id)])
        return Archivo(f"Deterioro {self.run.date}.xlsx", XLSX, count, self._escribir(count))

    def _escribir(self, count):
        def escribir(path, avance):
            escribir_libro(path, [self._partidas(count, avance)], self.papel.titulo(), antes=self._hojas)

        return escribir

    def _hojas(self, book):
        """The small sheets, the tables of the paper and the arithmetic of each method."""
        self.book = book
        self._resumen()
        papel = self.papel
        self._tabla("Rangos", papel.bandas(), BANDAS)
        self._tabla("Movimiento", papel.movimiento(), {})
        self._tabla("Libro contable", papel.cuadre(), {})
        self._tabla("NIIF 7", papel.revelacion(), REVELACION)
        self._tabla("Métodos", papel.metodos(), {})
        aritmetica = Aritmetica(papel, self._hoja)
        for number, calculo in enumerate(papel.calculos(), start=1):
            aritmetica.escribir(book, number, calculo)
        self._tabla("Evaluaciones", papel.evaluaciones(), {})
        self._tabla("Cambios a mano", papel.cambios(), CAMBIOS)
        if fiscal := papel.fiscal():
            self._tabla("Contable y fiscal", fiscal, self._diferido(FISCAL))

    def _diferido(self, formulas):
        return formulas | {"Impuesto diferido": f"=ROUND({{Diferencia temporaria}}*{self.papel.tarifa() / 100:.6f},2)"}

    # --- sheets -----------------------------------------------------------------------------------------------------

    def _hoja(self, name, title):
        sheet = self.book.add_worksheet(name)
        sheet.write_string(0, 0, title, self.book.add_format({"bold": True, "font_size": 14}))
        sheet.write_string(1, 0, f"{self.company.name} NIT {self.company.vat or ''}")
        number = f"{self.run.number}, " if self.run.number else ""
        sheet.write_string(2, 0, f"{self.papel.titulo()}. {number}{self.papel.estado()}")
        sheet.set_landscape()
        sheet.set_paper(1)
        sheet.fit_to_pages(1, 0)
        return sheet

    def _resumen(self):
        run, sheet = self.run, self._hoja("Resumen", "Deterioro de cartera")
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 24)
        money = self.book.add_format({"num_format": "#,##0.00"})
        said = [("Cierre", f"{run.corte_id.name}, versión {run.corte_id.version}"), ("Método", self.papel.metodo())]
        amounts = [
            ("Cartera", run.amount_gross),
            ("Base", run.amount_base),
            ("Deterioro", run.amount),
            ("Deterioro del cálculo anterior", run.previous_amount),
            ("Movimiento", run.amount_movement),
            ("Diferencias en cambio, sin valorar", run.amount_revaluation),
        ]
        for row, (label, text) in enumerate(said, start=HEAD):
            sheet.write_string(row, 0, label)
            sheet.write_string(row, 1, text)
        for row, (label, amount) in enumerate(amounts, start=HEAD + len(said)):
            sheet.write_string(row, 0, label)
            sheet.write_number(row, 1, amount, money)

    def _tabla(self, name, tabla, formulas):
        """A Tabla on a sheet: its total and what `formulas` ({heading: formula}) names are live."""
        sheet = self._hoja(name, tabla.title)
        columns = [
            (heading, place, WIDTHS[kind], KINDS.get(kind, kind)) for place, (heading, kind) in enumerate(tabla.columns)
        ]
        rows = tabla.rows + ([tabla.total] if tabla.total else [])
        live = [self._viva(tabla, formulas, number, row) for number, row in enumerate(rows)]
        escribir_tabla(self.book, sheet, HEAD, columns, live, lambda row, place: row[place])
        said = tabla.note if tabla.rows else tabla.empty
        if said:
            sheet.write_string(HEAD + len(rows) + 2, 0, said)

    def _viva(self, tabla, formulas, number, row):
        """A row of a Tabla as cells: values and Formulas."""
        excel = HEAD + 2 + number
        places = {heading: f"{xl_col_to_name(place)}{excel}" for place, (heading, _kind) in enumerate(tabla.columns)}
        if "Diferencia" in places:
            places["antes"] = f"{xl_col_to_name(len(tabla.columns) - 2)}{excel}"
        total = tabla.total is row and tabla.rows
        cells = []
        for place, ((heading, kind), value) in enumerate(zip(tabla.columns, row, strict=True)):
            if heading in formulas:
                value = Formula(formulas[heading].format_map(places), value)
            elif total and kind in SUMMED:
                column = xl_col_to_name(place)
                value = Formula(f"=SUM({column}{HEAD + 2}:{column}{excel - 1})", value)
            elif kind == "day":
                value = value and date.fromisoformat(value)
            cells.append(value)
        return cells

    # --- items --------------------------------------------------------------------------------------------------------

    def _partidas(self, count, avance):
        """Every item, streamed."""
        cells = {
            "money": "{}::float8",
            "day": "{} - DATE '1899-12-30'",
        }
        query = SQL(
            "SELECT %s FROM cartera_provision_linea l WHERE l.provision_id = %s ORDER BY l.id",
            SQL(", ").join(SQL(cells.get(kind, "{}").format(source)) for _heading, _width, kind, source in PARTIDAS),
            self.run.id,
        )
        titles = [self.papel.titulo(), f"{self.company.name} NIT {self.company.vat or ''}", self.papel.estado()]
        columns = [Columna(heading, width, kind) for heading, width, kind, _source in PARTIDAS]
        rows = contados(leer_por_lotes(self.run.env.cr, query), avance)
        return Hoja("Partidas", titles, columns, count, rows, frozen=2)


class CarteraExportacion(models.Model):
    _inherit = "cartera.exportacion"

    kind = fields.Selection(selection_add=[("provision", "Impairment")], ondelete={"provision": "cascade"})

    def _archivo_provision(self):
        provision = self.env["cartera.provision"].browse((self.parameters or {}).get("provision_id")).exists()
        if not provision:
            raise UserError(self.env._("The run of this file was deleted: ask for the file of another one."))
        return Libro(Papel(provision)).archivo()


class CarteraProvision(models.Model):
    _inherit = "cartera.provision"

    def action_libro(self):
        """The workbook of each run: its download, or its place in the queue."""
        self.check_access("read")
        Exportacion, one = self.env["cartera.exportacion"], len(self) == 1
        answers = [
            Exportacion._pedir("provision", run.company_id, run.corte_id, {"provision_id": run.id}, wait=one)
            for run in self
        ]
        if one:
            return answers[0]
        return self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_exportacion_action")
