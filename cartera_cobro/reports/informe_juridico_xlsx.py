from odoo import models

from .informe_juridico import informe

# Heading, name in Caso, width, format.
COLUMNS = [
    ("Remisión", "number", 12, "text"),
    ("Deudor", "debtor", 32, "text"),
    ("NIT", "vat", 15, "text"),
    ("Destino", "destination", 20, "text"),
    ("N.° de proceso", "process", 26, "text"),
    ("Juzgado o autoridad", "court", 28, "text"),
    ("Abogado o agencia", "lawyer", 26, "text"),
    ("Remitido", "sent", 12, "day"),
    ("Capital remitido", "capital", 17, "money"),
    ("Interés remitido", "interest", 17, "money"),
    ("Capital hoy", "capital_now", 17, "money"),
    ("Interés hoy", "interest_now", 17, "money"),
    ("Abonado desde la remisión", "collected", 17, "money"),
    ("Estado", "state", 24, "text"),
    ("Última actuación", "event", 30, "text"),
    ("Fecha", "event_date", 12, "day"),
    ("Paso siguiente", "next_step", 30, "text"),
    ("Para el", "next_date", 12, "day"),
    ("Prescribe", "prescription", 12, "day"),
    ("Costas y gastos", "costs", 15, "money"),
    ("Sin actuación", "idle", 12, "text"),
]
FORMATS = {"text": {}, "money": {"num_format": "#,##0.00"}, "day": {"num_format": "dd/mm/yyyy"}}
HEAD = 4  # row of the headings


class ReportInformeJuridicoXlsx(models.AbstractModel):
    """The cases of a month, one a row. Text is written as text: what somebody typed is no formula."""

    _name = "report.cartera_cobro.informe_juridico_xlsx"
    _description = "Monthly Legal Report, XLSX"
    _inherit = "report.report_xlsx.abstract"

    def generate_xlsx_report(self, workbook, data, objs):
        for wizard in objs:
            self._hoja(workbook, informe(wizard))

    def _hoja(self, workbook, informe):
        sheet = workbook.add_worksheet("Procesos")
        title = workbook.add_format({"bold": True, "font_size": 14})
        sheet.write_string(0, 0, f"Estado de los procesos jurídicos, {informe.titulo}", title)
        sheet.write_string(1, 0, f"{informe.company.name} NIT {informe.company.vat or ''}")
        sheet.write_string(2, 0, f"Saldos leídos el {informe.hoy:%d/%m/%Y}")
        head = workbook.add_format({"bold": True, "bg_color": "#DDE5EC", "bottom": 1, "text_wrap": True})
        formats = {kind: workbook.add_format({"valign": "top", **fmt}) for kind, fmt in FORMATS.items()}
        for column, (heading, _name, width, _kind) in enumerate(COLUMNS):
            sheet.set_column(column, column, width)
            sheet.write_string(HEAD, column, heading, head)
        sheet.freeze_panes(HEAD + 1, 2)
        for number, caso in enumerate(informe.casos, start=HEAD + 1):
            self._renglon(sheet, number, caso, formats)
        if informe.casos:
            sheet.autofilter(HEAD, 0, HEAD + len(informe.casos), len(COLUMNS) - 1)

    def _renglon(self, sheet, number, caso, formats):
        write = {"text": sheet.write_string, "day": sheet.write_datetime, "money": sheet.write_number}
        for column, (_heading, name, _width, kind) in enumerate(COLUMNS):
            value = ("Sí" if caso.is_idle else "") if name == "idle" else getattr(caso, name)
            if value not in (False, None, ""):
                write[kind](number, column, value, formats[kind])
