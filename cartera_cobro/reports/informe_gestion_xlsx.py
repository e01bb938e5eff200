import re
from datetime import date

from odoo import models

from ..models.cartera_informe_mes import mes_de
from .hoja import escribir_tabla
from .informe_gestion import celda

HEAD = 4  # row of the headings
WIDTHS = {"text": 34, "number": 13, "money": 19, "percent": 11, "day": 12, "figure": 19, "light": 13}
TEXT = {"text": "text", "figure": "text", "light": "text"}  # kinds that are written as text
LONGEST = 31  # characters of a sheet's name


class ReportInformeGestionXlsx(models.AbstractModel):
    """The kept tables of a management report, one a sheet, with their totals; amounts to the cent."""

    _name = "report.cartera_cobro.informe_gestion_xlsx"
    _description = "Tables of a Management Report, XLSX"
    _inherit = "report.report_xlsx.abstract"

    def generate_xlsx_report(self, workbook, data, objs):
        used = set()
        for informe in objs:
            for section in (informe.content or {}).get("sections", []):
                for table in section["tables"]:
                    self._hoja(workbook, workbook.add_worksheet(_nombre(table["title"], used)), informe, table)

    def _hoja(self, workbook, sheet, informe, table):
        sheet.write_string(0, 0, table["title"], workbook.add_format({"bold": True, "font_size": 14}))
        sheet.write_string(1, 0, f"{informe.tipo_id.name}, {mes_de(informe.date)}")
        sheet.write_string(2, 0, f"{informe.company_id.name} NIT {informe.company_id.vat or ''}")
        kinds = [kind for _heading, kind in table["columns"]]
        columns = [
            (heading, n, WIDTHS[kind], TEXT.get(kind, kind)) for n, (heading, kind) in enumerate(table["columns"])
        ]
        rows = table["rows"] + ([table["total"]] if table["total"] else [])
        escribir_tabla(workbook, sheet, HEAD, columns, rows, lambda row, n: _valor(row[n], kinds[n]))
        said = table["note"] if table["rows"] else table["empty"]
        if said:
            sheet.write_string(HEAD + len(rows) + 2, 0, said)


def _valor(value, kind):
    """A kept value as a cell takes it; percents as numbers."""
    if value is None:
        return None
    if kind == "day":
        return date.fromisoformat(value)
    return celda(value, kind) if kind in TEXT else value


def _nombre(title, used):
    """A name for a sheet: what Excel allows of the title, and no other's."""
    clean = re.sub(r"[\[\]:*?/\\]", " ", title)
    name = clean[:LONGEST].strip()
    number = 2
    while name.lower() in used:
        name, number = f"{clean[: LONGEST - 3].strip()} {number}", number + 1
    used.add(name.lower())
    return name
