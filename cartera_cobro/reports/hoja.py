"""A table on a sheet of a workbook, as the reports in XLSX show theirs. Text is text: only a Formula is a formula."""

from typing import NamedTuple

FORMATS = {
    "text": {},
    "number": {},
    "percent": {"num_format": "0.0"},
    "rate": {"num_format": "0.0000"},
    "fraction": {"num_format": "0.000000"},
    "money": {"num_format": "#,##0.00"},
    "day": {"num_format": "dd/mm/yyyy"},
}
HEADING = {"bold": True, "bg_color": "#DDE5EC", "bottom": 1, "text_wrap": True}


class Formula(NamedTuple):
    """text: as a spreadsheet in English has it, "=A1+B1"; value: what it gives, for whoever does not compute it."""

    text: str
    value: float


def escribir_tabla(workbook, sheet, head, columns, rows, value_of, frozen=1):
    """Headings in row `head` (int), a row each under them, with a filter; the first `frozen` columns stay in sight.

    columns: [(heading, name, width, kind of FORMATS)]; value_of(row, name): what the cell says, or a Formula;
    empty cells for None, False and "".
    """
    style = workbook.add_format(HEADING)
    for column, (heading, _name, width, _kind) in enumerate(columns):
        sheet.set_column(column, column, width)
        sheet.write_string(head, column, heading, style)
    sheet.freeze_panes(head + 1, frozen)
    formats = {kind: workbook.add_format({"valign": "top", **fmt}) for kind, fmt in FORMATS.items()}
    write = {"text": sheet.write_string, "day": sheet.write_datetime}
    for number, row in enumerate(rows, start=head + 1):
        for column, (_heading, name, _width, kind) in enumerate(columns):
            value = value_of(row, name)
            if isinstance(value, Formula):
                sheet.write_formula(number, column, value.text, formats[kind], value.value)
            elif value is not None and value is not False and value != "":
                write.get(kind, sheet.write_number)(number, column, value, formats[kind])
    if rows:
        sheet.autofilter(head, 0, head + len(rows), len(columns) - 1)
