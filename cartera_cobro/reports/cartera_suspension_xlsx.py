from odoo import models

from ..models.cartera_suspension_lista import CLASES

TITULO = "Anexo Informe Cortes y Suspensiones"
SIN_RESULTADO = "Sin resultado"
RETIRADA = "Retirada (pago, acuerdo o reclamo)"
# Heading, measure, width, format.
MEDIDAS = [
    ("Enviadas", "sent:sum", 11, "number"),
    ("Ejecutadas", "executed:sum", 11, "number"),
    ("No ejecutadas", "failed:sum", 12, "number"),
    ("Retiradas", "withdrawn:sum", 11, "number"),
    ("Sin resultado", "pending:sum", 12, "number"),
    ("% efectividad", "effectiveness:avg", 12, "rate"),
    ("Saldo vencido enviado", "amount:sum", 20, "money"),
    ("Saldo vencido ejecutado", "amount_executed:sum", 21, "money"),
    ("Recaudado después", "amount_collected:sum", 19, "money"),
    ("% recaudado", "collected_rate:avg", 12, "rate"),
]
DETALLE = [
    ("Orden", "suspension_id.number", 14, "text"),
    ("Clase", "kind", 13, "text"),
    ("Zona", "zona_id.name", 16, "text"),
    ("Cuenta", "cuenta_id.name", 16, "text"),
    ("Deudor", "partner_id.complete_name", 32, "text"),
    ("Dirección", "cuenta_id.address", 32, "text"),
    ("Municipio", "municipality", 16, "text"),
    ("Uso", "use", 13, "text"),
    ("Estrato", "estrato", 8, "text"),
    ("Enviada", "date_sent", 12, "day"),
    ("Fecha en terreno", "date_executed", 14, "day"),
    ("Estado", "state", 14, "text"),
    ("Resultado", "resultado_id.name", 28, "text"),
    ("Lectura", "suspension_id.reading", 11, "text"),
    ("Observación", "suspension_id.note", 34, "text"),
    ("Saldo vencido", "amount", 16, "money"),
    ("Recaudado después", "amount_collected", 18, "money"),
]
FORMATS = {
    "text": {},
    "number": {"num_format": "#,##0"},
    "money": {"num_format": "#,##0.00"},
    "rate": {"num_format": "0.0"},
    "day": {"num_format": "dd/mm/yyyy"},
}
HEAD = 3  # row of the headings


class ReportCarteraSuspensionInforme(models.AbstractModel):
    """By month and zone, by reason, and order by order. Text is written as text, whatever it begins with."""

    _name = "report.cartera_cobro.suspension_informe_xlsx"
    _description = "Report of Suspensions and Cuts, XLSX"
    _inherit = "report.report_xlsx.abstract"

    def generate_xlsx_report(self, workbook, data, objs):
        language = self.env["cartera.correo"]._idioma() or self.env.lang
        for informe in objs.with_context(lang=language):
            hoja = Hoja(workbook, informe)
            hoja.por_zona()
            hoja.por_resultado()
            hoja.detalle()


class Hoja:
    """One report in a workbook, sheet by sheet."""

    def __init__(self, workbook, informe):
        self.book, self.informe = workbook, informe
        self.efecto = informe.env["cartera.suspension.efecto"]
        self.domain = informe._dominio()
        self.formats = {kind: workbook.add_format({"valign": "top", **fmt}) for kind, fmt in FORMATS.items()}
        self.bold = {kind: workbook.add_format({"bold": True, "top": 1, **fmt}) for kind, fmt in FORMATS.items()}

    def _hoja(self, name, columns):
        sheet = self.book.add_worksheet(name)
        head = self.book.add_format({"bold": True, "bg_color": "#DDE5EC", "bottom": 1, "text_wrap": True})
        company = self.informe.company_id
        sheet.write_string(0, 0, f"{TITULO}: {name}", self.book.add_format({"bold": True, "font_size": 14}))
        days = f"{self.informe.date_from:%d/%m/%Y} a {self.informe.date_to:%d/%m/%Y}"
        sheet.write_string(1, 0, f"{company.name} NIT {company.vat or ''}. Órdenes enviadas del {days}")
        for column, (heading, _source, width, _kind) in enumerate(columns):
            sheet.set_column(column, column, width)
            sheet.write_string(HEAD, column, heading, head)
        sheet.freeze_panes(HEAD + 1, 1)
        return sheet

    def _fila(self, sheet, number, values, kinds, formats):
        write = {"text": sheet.write_string, "day": sheet.write_datetime}
        for column, (value, kind) in enumerate(zip(values, kinds, strict=True)):
            if value is not None and value is not False and value != "":
                write.get(kind, sheet.write_number)(number, column, value, formats[kind])

    def por_zona(self):
        """By month, zone and kind, with the total of all."""
        columns = [("Mes", "", 16, "text"), ("Zona", "", 18, "text"), ("Clase", "", 14, "text"), *MEDIDAS]
        sheet, kinds = self._hoja("Por zona", columns), [column[3] for column in columns]
        measures = [measure for _heading, measure, _width, _kind in MEDIDAS]
        groups = self.efecto._read_group(self.domain, ["date_sent:month", "zona_id", "kind"], measures)
        rows = sorted((month, zona.name, CLASES[kind], *figures) for month, zona, kind, *figures in groups)
        for number, (month, *rest) in enumerate(rows, start=HEAD + 1):
            self._fila(sheet, number, [f"{month:%Y-%m}", *rest], kinds, self.formats)
        [total] = self.efecto._read_group(self.domain, [], measures)
        self._fila(sheet, HEAD + 1 + len(rows), ["Total", "", "", *total], kinds, self.bold)

    def por_resultado(self):
        """By zone, what became of the orders: a column a zone."""
        groups = self.efecto._read_group(self.domain, ["zona_id", "resultado_id", "state"], ["sent:sum"])
        zones = sorted({zona.name for zona, *_rest in groups})
        counts = {}
        for zona, result, state, count in groups:
            label = result.name or (RETIRADA if state == "withdrawn" else SIN_RESULTADO)
            counts[label, zona.name] = counts.get((label, zona.name), 0) + count
        columns = [("Resultado en terreno", "", 38, "text"), *((name, "", 16, "number") for name in zones)]
        columns.append(("Total", "", 12, "number"))
        sheet, kinds = self._hoja("Por resultado", columns), [column[3] for column in columns]
        for number, label in enumerate(sorted({label for label, _zone in counts}), start=HEAD + 1):
            figures = [counts.get((label, zone), 0) for zone in zones]
            self._fila(sheet, number, [label, *figures, sum(figures)], kinds, self.formats)

    def detalle(self):
        sheet, kinds = self._hoja("Detalle", DETALLE), [column[3] for column in DETALLE]
        rows = self.efecto.search(self.domain, order="date_sent, zona_id, id")
        for number, row in enumerate(rows, start=HEAD + 1):
            values = [self._valor(row, source) for _heading, source, _width, _kind in DETALLE]
            self._fila(sheet, number, values, kinds, self.formats)
        if rows:
            sheet.autofilter(HEAD, 0, HEAD + len(rows), len(DETALLE) - 1)

    def _valor(self, row, source):
        value = row.mapped(source) if "." in source else row[source]
        if "." in source:
            return value[0] if value else ""
        field = row._fields[source]
        return dict(field._description_selection(row.env)).get(value) if field.type == "selection" else value
