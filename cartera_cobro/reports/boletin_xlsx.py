import io

import xlsxwriter
from odoo import models

from ..models.cartera_textos import pesos
from .boletin import CATEGORIAS, CAUSAS, MOTIVOS

# Heading, width, format, and how a line says it.
COLUMNAS = [
    ("Deudor", 40, "text", lambda line: line.debtor_name),
    ("Tipo de deudor", 18, "text", lambda line: line.debtor_type_id.name),
    ("Tipo de identificación", 20, "text", lambda line: line.id_type_id.name),
    ("Identificación", 18, "text", lambda line: line.id_number),
    ("Obligación", 20, "text", lambda line: line.obligation),
    ("Asiento", 20, "text", lambda line: line.name),
    ("Vencida desde", 14, "day", lambda line: line.date_due),
    ("Días de mora", 10, "number", lambda line: line.days),
    ("Saldo", 18, "money", lambda line: line.amount),
    ("Acuerdo incumplido", 26, "text", lambda line: line.acuerdo_id.number),
]
CAUSA = ("Causa del retiro", 26, "text", lambda line: CAUSAS.get(line.cause))
FUERA = [
    ("Motivo de exclusión", 30, "text", lambda line: MOTIVOS.get(line.reason)),
    ("Nota", 40, "text", lambda line: line.reason_note),
]
FORMATS = {"text": {}, "number": {}, "money": {"num_format": "#,##0.00"}, "day": {"num_format": "dd/mm/yyyy"}}
HEAD = 4  # row of the headings


class ReportBoletinXlsx(models.AbstractModel):
    """The list as a sheet, with those left out on another. Text is written as text, so that no name is a formula."""

    _name = "report.cartera_cobro.boletin_xlsx"
    _description = "BDME Bulletin, XLSX"
    _inherit = "report.report_xlsx.abstract"

    def generate_xlsx_report(self, workbook, data, objs):
        for boletin in objs:
            self._escribir(workbook, boletin)

    def _hoja(self, boletin):
        """The XLSX (bytes) of one bulletin."""
        output = io.BytesIO()
        with xlsxwriter.Workbook(output, {"in_memory": True}) as workbook:
            self._escribir(workbook, boletin)
        return output.getvalue()

    def _escribir(self, workbook, boletin):
        boletin = boletin.with_context(lang=boletin.company_id.partner_id.lang)
        columns = COLUMNAS + ([CAUSA] if boletin.category in ("withdraw", "cancel") else [])
        self._hoja_de(workbook, "Reportados", boletin, columns, boletin._lineas_del_archivo())
        out = boletin.linea_ids.filtered(lambda line: not line.included)
        if out:
            self._hoja_de(workbook, "Excluidos", boletin, COLUMNAS + FUERA, out)

    def _hoja_de(self, workbook, name, boletin, columns, lines):
        sheet, company = workbook.add_worksheet(name), boletin.company_id
        title = f"BDME · {CATEGORIAS[boletin.category]} · corte {boletin.cutoff:%d/%m/%Y}"
        sheet.write_string(0, 0, title, workbook.add_format({"bold": True, "font_size": 14}))
        sheet.write_string(1, 0, f"{company.name} NIT {company.vat or ''}")
        sheet.write_string(2, 0, f"Mínimo reportado: {pesos(boletin.amount_limit)}")
        style = workbook.add_format({"bold": True, "bg_color": "#DDE5EC", "bottom": 1, "text_wrap": True})
        formats = {kind: workbook.add_format(fmt) for kind, fmt in FORMATS.items()}
        write = {"text": sheet.write_string, "day": sheet.write_datetime}
        for column, (heading, width, kind, value_of) in enumerate(columns):
            sheet.set_column(column, column, width)
            sheet.write_string(HEAD, column, heading, style)
            for row, line in enumerate(lines, start=HEAD + 1):
                value = value_of(line)
                if value not in (False, None, ""):
                    write.get(kind, sheet.write_number)(row, column, value, formats[kind])
        sheet.freeze_panes(HEAD + 1, 1)
        if lines:
            sheet.autofilter(HEAD, 0, HEAD + len(lines), len(columns) - 1)
