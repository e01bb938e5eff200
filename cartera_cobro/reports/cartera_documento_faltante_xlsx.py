import io

import xlsxwriter
from odoo import models

TITULO = "Documentos faltantes"
# Heading, width.
COLUMNS = [
    ("Deudor", 34),
    ("Identificación", 16),
    ("Gestor", 26),
    ("Política", 24),
    ("Etapa", 18),
    ("Documento", 42),
    ("De", 14),
    ("Cuenta o acuerdo", 22),
    ("Situación", 16),
    ("Venció el", 12),
    ("Vencido ($)", 16),
]
DE = {"dossier": "Expediente", "account": "Cuenta", "agreement": "Acuerdo"}
HEAD = 3  # row of the headings
LAST_ROW = 1_048_575  # of a sheet


class ReportDocumentosFaltantesXlsx(models.AbstractModel):
    """The chosen missing documents as a sheet, one row each."""

    _name = "report.cartera_cobro.documentos_faltantes_xlsx"
    _description = "Missing Documents, XLSX"
    _inherit = "report.report_xlsx.abstract"

    def generate_xlsx_report(self, workbook, data, objs):
        _escribir(workbook, objs.env.company, _filas(objs, [("id", "in", objs.ids)]))

    def _hoja(self, Faltante, domain):
        """The XLSX (bytes) of the missing documents of a domain, with the rights of `Faltante`."""
        output = io.BytesIO()
        with xlsxwriter.Workbook(output, {"in_memory": True}) as workbook:
            _escribir(workbook, Faltante.env.company, _filas(Faltante, domain))
        return output.getvalue()


def _filas(Faltante, domain):
    """The rows of the sheet, as tuples of COLUMNS."""
    found = Faltante.search_fetch(domain, [name for name, field in Faltante._fields.items() if field.store])
    situations = {"missing": "Sin archivar", "expired": "Vencido"}
    return [
        (
            row.partner_id.complete_name,
            row.partner_id.vat or "",
            row.user_id.name or "Sin gestor",
            row.politica_id.name,
            row.etapa_id.name or "",
            row.tipo_id.name,
            DE[row.applies_to],
            row._sujeto(),
            situations[row.situation],
            row.date_expired or "",
            row.amount_overdue,
        )
        for row in found
    ]


def _escribir(workbook, company, rows):
    sheet = workbook.add_worksheet(TITULO)
    title = workbook.add_format({"bold": True, "font_size": 14})
    head = workbook.add_format({"bold": True, "bg_color": "#DDE5EC", "bottom": 1, "text_wrap": True, "valign": "top"})
    day, money = workbook.add_format({"num_format": "dd/mm/yyyy"}), workbook.add_format({"num_format": "#,##0.00"})
    sheet.write_string(0, 0, f"{TITULO} al {company._cartera_hoy():%d/%m/%Y}", title)
    sheet.write_string(1, 0, f"{company.name} NIT {company.vat or ''}. {len(rows)} documentos")
    for column, (heading, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(HEAD, column, heading, head)
    sheet.freeze_panes(HEAD + 1, 1)
    shown = rows[: LAST_ROW - HEAD]
    for number, (*texts, expired, overdue) in enumerate(shown, start=HEAD + 1):
        for column, text in enumerate(texts):
            sheet.write_string(number, column, text)
        if expired:
            sheet.write_datetime(number, len(texts), expired, day)
        sheet.write_number(number, len(texts) + 1, overdue, money)
    sheet.autofilter(HEAD, 0, HEAD + len(shown), len(COLUMNS) - 1)
