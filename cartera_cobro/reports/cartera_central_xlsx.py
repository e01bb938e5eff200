import io

import xlsxwriter
from odoo import models

from ..models.cartera_central_archivo import filas

# Heading, field, width: the evidence of each debt.
EVIDENCIA = [
    ("Deudor", "debtor_name", 34),
    ("Identificación", "debtor_vat", 16),
    ("Obligación", "name", 20),
    ("Situación", "situation", 24),
    ("Motivo", "reason", 30),
    ("Saldo en mora", "amount", 16),
    ("En disputa", "is_disputed", 10),
    ("Permanece hasta", "permanence_until", 13),
    ("Días con aviso", "notice_count", 9),
    ("Aviso", "notice_number", 16),
    ("Enviado el", "notice_day", 13),
    ("Recibido el", "notice_received", 13),
    ("Canal", "notice_channel", 12),
    ("Dirección", "notice_address", 34),
    ("Saldo en el aviso", "notice_amount", 16),
    ("Días de mora en el aviso", "notice_overdue", 12),
    ("SHA-256 del aviso", "notice_sha256", 30),
    ("Autorización", "authorised_on", 13),
    ("Instrumento", "authorised_by", 30),
]
FORMATS = {"text": {}, "number": {}, "money": {"num_format": "#,##0.00"}, "day": {"num_format": "dd/mm/yyyy"}}
HEAD = 3  # row of the headings


class ReportCarteraCentralReporte(models.AbstractModel):
    """A report to a bureau as a sheet: its lines in the bureau's columns, and the evidence of each. Text is text."""

    _name = "report.cartera_cobro.central_reporte_xlsx"
    _description = "Report to a Credit Bureau, XLSX"
    _inherit = "report.report_xlsx.abstract"

    def generate_xlsx_report(self, workbook, data, objs):
        for reporte in objs:
            self._escribir(workbook, reporte)

    def _libro(self, reporte):
        """The XLSX (bytes) of a report."""
        output = io.BytesIO()
        with xlsxwriter.Workbook(output, {"in_memory": True}) as workbook:
            self._escribir(workbook, reporte)
        return output.getvalue()

    def _escribir(self, workbook, reporte):
        reporte = reporte.with_context(lang=reporte.company_id.partner_id.lang)
        columnas = [(columna.name, max(columna.width, 14)) for columna in reporte.central_id.columna_ids]
        self._hoja(workbook, "Reporte", reporte, columnas, filas(reporte))
        rows = [[self._valor(linea, name) for _h, name, _w in EVIDENCIA] for linea in reporte._contadas()]
        self._hoja(workbook, "Evidencia", reporte, [(heading, width) for heading, _n, width in EVIDENCIA], rows)

    def _hoja(self, workbook, name, reporte, columns, rows):
        sheet = workbook.add_worksheet(name)
        sheet.write_string(0, 0, reporte.display_name, workbook.add_format({"bold": True, "font_size": 14}))
        sheet.write_string(1, 0, f"{reporte.company_id.name} NIT {reporte.company_id.vat or ''}")
        style = workbook.add_format({"bold": True, "bg_color": "#DDE5EC", "bottom": 1, "text_wrap": True})
        for column, (heading, width) in enumerate(columns):
            sheet.set_column(column, column, width)
            sheet.write_string(HEAD, column, heading, style)
        sheet.freeze_panes(HEAD + 1, 1)
        formats = {kind: workbook.add_format({"valign": "top", **fmt}) for kind, fmt in FORMATS.items()}
        for number, row in enumerate(rows, start=HEAD + 1):
            for column, value in enumerate(row):
                self._celda(sheet, number, column, value, formats)
        if rows:
            sheet.autofilter(HEAD, 0, HEAD + len(rows), len(columns) - 1)

    def _celda(self, sheet, number, column, value, formats):
        if value is False or value is None or value == "":
            return
        if hasattr(value, "strftime"):
            sheet.write_datetime(number, column, value, formats["day"])
        elif isinstance(value, float):
            sheet.write_number(number, column, value, formats["money"])
        elif isinstance(value, int):
            sheet.write_number(number, column, value, formats["number"])
        else:
            sheet.write_string(number, column, str(value), formats["text"])

    def _valor(self, linea, name):
        """The value of a field as a sheet takes it: selections by their names, yes or no."""
        field, value = linea._fields[name], linea[name]
        if field.type == "selection":
            return dict(field._description_selection(linea.env)).get(value)
        if field.type == "boolean":
            return "Sí" if value else "No"
        return value
