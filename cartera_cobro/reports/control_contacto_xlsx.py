from odoo import models

from .control_contacto import FORMATO, de_expediente, de_mes

# Heading, attribute of Renglon, width, format.
COLUMNS = [
    ("Fecha y hora", "when", 17, "instant"),
    ("Deudor", "debtor", 32, "text"),
    ("Identificación", "vat", 15, "text"),
    ("Obligaciones", "obligations", 24, "text"),
    ("Vencido en ese momento", "overdue", 16, "money"),
    ("Ronda", "round", 8, "number"),
    ("Intento", "attempt", 8, "number"),
    ("Canal", "channel", 12, "text"),
    ("Número o dirección", "address", 26, "text"),
    ("Sentido", "direction", 10, "text"),
    ("Finalidad", "purpose", 14, "text"),
    ("Persona", "person", 28, "text"),
    ("Calidad", "role", 12, "text"),
    ("Contacto directo", "direct", 10, "text"),
    ("Resultado", "result", 22, "text"),
    ("Intención de pago", "intends", 12, "text"),
    ("Fecha prometida", "promise_date", 12, "day"),
    ("Valor prometido", "promise_amount", 16, "money"),
    ("Propuesta", "proposal", 30, "text"),
    ("Queja remitida a", "referred_to", 20, "text"),
    ("Observaciones", "note", 40, "text"),
    ("Próxima acción", "next_step", 24, "text"),
    ("Fecha próxima acción", "next_date", 12, "day"),
    ("Gestor", "officer", 24, "text"),
    ("Agencia de cobro", "agency", 22, "text"),
    ("Soportes", "evidence", 28, "text"),
    ("Ley 2300", "verdict", 18, "text"),
    ("Motivo del coordinador", "override", 28, "text"),
    ("Anulación", "annulled", 40, "text"),
]
FORMATS = {
    "text": {},
    "number": {},
    "money": {"num_format": "#,##0.00"},
    "day": {"num_format": "dd/mm/yyyy"},
    "instant": {"num_format": "dd/mm/yyyy hh:mm"},
}
HEAD = 5  # row of the headings
LONGEST = 31  # name of a sheet


class ReportControlContactoXlsx(models.AbstractModel):
    """F-FIN-01 as a sheet: one row a contact. Text is written as text, whatever it begins with."""

    _name = "report.cartera_cobro.control_contacto_xlsx"
    _description = "Contact Record of a Dossier, XLSX"
    _inherit = "report.report_xlsx.abstract"

    def _control(self, record):
        return de_expediente(record)

    def generate_xlsx_report(self, workbook, data, objs):
        used = set()
        for record in objs:
            control = self._control(record)
            sheet = workbook.add_worksheet(_libre(_nombre_de_hoja(control.title), used))
            _escribir(workbook, sheet, control)


class ReportControlContactoMesXlsx(models.AbstractModel):
    _name = "report.cartera_cobro.control_contacto_mes_xlsx"
    _description = "Contact Record of a Month, XLSX"
    _inherit = "report.cartera_cobro.control_contacto_xlsx"

    def _control(self, record):
        return de_mes(record)


def _nombre_de_hoja(title):
    """A title without what a sheet's name may not have."""
    return "".join(char for char in title if char not in "[]:*?/\\").strip("' ")[:LONGEST] or FORMATO


def _libre(name, used):
    """The name, or with a number where another sheet has it (capitals do not tell); it is added to `used`."""
    free, number = name, 1
    while free.casefold() in used:
        number += 1
        tail = f" ({number})"
        free = name[: LONGEST - len(tail)].rstrip() + tail
    used.add(free.casefold())
    return free


def _escribir(workbook, sheet, control):
    title = workbook.add_format({"bold": True, "font_size": 14})
    sheet.write_string(0, 0, f"{FORMATO} Recopilación gestión de cobro (control de contacto)", title)
    sheet.write_string(1, 0, f"{control.company.name} NIT {control.company.vat or ''}")
    sheet.write_string(2, 0, control.title)
    sheet.write_string(3, 0, " · ".join(f"{label}: {figure}" for label, figure in control.resumen()))
    _encabezar(workbook, sheet)
    rows = control.renglones()
    if not rows:
        sheet.write_string(HEAD + 1, 0, control.empty)
    _llenar(workbook, sheet, rows)


def _encabezar(workbook, sheet):
    style = workbook.add_format({"bold": True, "bg_color": "#DDE5EC", "bottom": 1, "text_wrap": True, "valign": "top"})
    for column, (heading, _name, width, _kind) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(HEAD, column, heading, style)
    sheet.freeze_panes(HEAD + 1, 2)


def _llenar(workbook, sheet, rows):
    """One row a contact; those annulled are crossed out, but for the column that says so."""
    common = {"valign": "top", "text_wrap": True}
    styles = {
        (kind, crossed): workbook.add_format({**common, **fmt, "font_strikeout": crossed})
        for kind, fmt in FORMATS.items()
        for crossed in (False, True)
    }
    write = {"text": sheet.write_string, "day": sheet.write_datetime, "instant": sheet.write_datetime}
    for number, row in enumerate(rows, start=HEAD + 1):
        for column, (_heading, name, _width, kind) in enumerate(COLUMNS):
            value = getattr(row, name)
            if value not in ("", None):
                crossed = bool(row.annulled) and name != "annulled"
                write.get(kind, sheet.write_number)(number, column, value, styles[kind, crossed])
    if rows:
        sheet.autofilter(HEAD, 0, HEAD + len(rows), len(COLUMNS) - 1)
