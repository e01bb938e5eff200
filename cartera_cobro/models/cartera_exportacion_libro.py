"""Books (XLSX) of any number of rows: streamed from SQL to the disk, a lot at a time.

How it works. XlsxWriter makes the book with everything but its rows: sheets, titles, headings, widths, formats and
filters. Then the rows are written straight into the compressed sheets, a piece of text each: cell by cell, through the
library, a million rows take longer than Odoo lets a scheduled action run. Text is written as text (`inlineStr`),
whatever it begins with: nothing is a formula. Only the lot in hand is in memory, and on the disk only the book.
"""

import io
import re
from functools import lru_cache
from itertools import count, islice
from typing import NamedTuple
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter
from lxml import etree
from odoo.tools import SQL
from xlsxwriter.utility import xl_col_to_name

LOT = 5000  # rows fetched at a time
SHEET_ROWS = 1_048_576  # of Excel, its headings included
CELL_LENGTH = 32_767  # UTF-16 units in a cell, Excel's limit
CURSORS = count(1)
FORMATS = {
    "text": {},
    "number": {"num_format": "#,##0"},
    "money": {"num_format": "#,##0.00"},
    "day": {"num_format": "dd/mm/yyyy"},
}
HEADING = {"bold": True, "bg_color": "#DDE5EC", "bottom": 1, "text_wrap": True, "valign": "vcenter"}
# What XML cannot hold, and what a reader takes for an escape (ECMA-376, ST_Xstring).
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Columna(NamedTuple):
    """kind: text, number, money or day (of FORMATS); a day comes as the number of days since 1899-12-30."""

    heading: str
    width: int
    kind: str = "text"


class Hoja(NamedTuple):
    """A table: as many sheets as its `count` rows need. titles: lines over the headings; rows: iterable of tuples of
    str, int, float or None, as `columns` has them."""

    name: str
    titles: list
    columns: list
    count: int
    rows: object
    frozen: int = 1


def leer_por_lotes(cr, query):
    """Yield the rows of `query` (SQL) from a cursor on the server, so that no more than a lot is in memory.

    A lot is fetched before the one at hand is given out, so that the cursor is closed by the last row.
    """
    name = SQL.identifier(f"cartera_filas_{next(CURSORS)}")
    cr.execute("SET LOCAL cursor_tuple_fraction = 1")  # every row is going to be read
    cr.execute(SQL("DECLARE %s NO SCROLL CURSOR FOR %s", name, query))
    rows = _lote(cr, name)
    while rows:
        following = _lote(cr, name)
        if not following:
            cr.execute(SQL("CLOSE %s", name))
        yield from rows
        rows = following


def _lote(cr, name):
    cr.execute(SQL("FETCH %s FROM %s", LOT, name))
    return cr.fetchall()


def contados(rows, avance):
    """The same rows; `avance(count)` is called at each lot of them."""
    for number, row in enumerate(rows, start=1):
        if number % LOT == 0:
            avance(number)
        yield row


def escribir_libro(path, hojas, title="", antes=None):
    """Write the book at `path`: a sheet, or more past Excel's limit, for each of `hojas`. OSError: the disk.

    antes(workbook of XlsxWriter): adds small sheets of its own, which come first.
    """
    pieces = [piece for hoja in hojas for piece in _pedazos(hoja)]
    skeleton, first = _esqueleto(pieces, title, antes)
    names = {f"xl/worksheets/sheet{number}.xml": piece for number, piece in enumerate(pieces, start=first)}
    with ZipFile(skeleton) as source, ZipFile(path, "w", ZIP_DEFLATED, allowZip64=True, compresslevel=4) as target:
        for entry in source.infolist():
            piece = names.get(entry.filename)
            if piece:
                _escribir_hoja(target, entry.filename, source.read(entry), piece)
            else:
                target.writestr(entry.filename, source.read(entry))


def _pedazos(hoja):
    """The sheets of a table: each takes its share of the same rows."""
    room = SHEET_ROWS - _primera(hoja)
    rows, parts = iter(hoja.rows), max(1, -(-hoja.count // room))
    for part in range(parts):
        count = min(room, hoja.count - part * room)
        name = hoja.name if parts == 1 else f"{hoja.name} {part + 1} de {parts}"
        yield hoja._replace(name=name[:31], count=count, rows=islice(rows, count))


def _primera(hoja):
    """Number (from 0) of the first row under the headings."""
    return len(hoja.titles) + (2 if hoja.titles else 1)


def _esqueleto(hojas, title, antes=None):
    """The book without rows, as a file in memory, and the number of its first sheet that rows belong in."""
    skeleton = io.BytesIO()
    with xlsxwriter.Workbook(skeleton, {"in_memory": True}) as book:
        book.set_properties({"title": title})
        if antes:
            antes(book)
        own = len(book.worksheets())
        formats = {kind: book.add_format({**fmt, "valign": "top"}) for kind, fmt in FORMATS.items()}
        heading, first, other = book.add_format(HEADING), book.add_format({"bold": True, "font_size": 14}), None
        for hoja in hojas:
            sheet, head = book.add_worksheet(hoja.name), _primera(hoja) - 1
            for number, line in enumerate(hoja.titles):
                sheet.write_string(number, 0, line, other if number else first)
            for number, column in enumerate(hoja.columns):
                sheet.set_column(number, number, column.width, formats[column.kind])
                sheet.write_string(head, number, column.heading, heading)
            sheet.freeze_panes(head + 1, hoja.frozen)
            sheet.set_landscape()
            sheet.set_paper(1)
            sheet.fit_to_pages(1, 0)
            sheet.repeat_rows(head)
            if hoja.count:
                sheet.autofilter(head, 0, head + hoja.count, len(hoja.columns) - 1)
    skeleton.seek(0)
    return skeleton, own + 1


def _escribir_hoja(target, name, skeleton, hoja):
    """One sheet of the book: what XlsxWriter made of it, with the rows where they belong."""
    root = etree.fromstring(skeleton)
    styles = _estilos(root, len(hoja.columns))
    first = _primera(hoja) + 1
    root.find(f"{SPREADSHEET}dimension").set(
        "ref", f"A1:{xl_col_to_name(len(hoja.columns) - 1)}{first - 1 + hoja.count}"
    )
    before, _end, after = etree.tostring(root, encoding="UTF-8", standalone=True).partition(b"</sheetData>")
    with target.open(name, "w", force_zip64=True) as sheet:
        sheet.write(before)
        for lot in _lotes(_renglones(hoja, styles, first)):
            sheet.write("".join(lot).encode())
        sheet.write(b"</sheetData>" + after)


def _estilos(root, columns):
    """The number of the format of each column, as the book has it; "0" for none."""
    styles = ["0"] * columns
    for col in root.iter(f"{SPREADSHEET}col"):
        for number in range(int(col.get("min")) - 1, min(int(col.get("max")), columns)):
            styles[number] = col.get("style", "0")
    return styles


def _renglones(hoja, styles, first):
    """The XML of each row."""
    marks, texts = [], []
    for number, (column, style) in enumerate(zip(hoja.columns, styles, strict=True)):
        start = f'<c r="{xl_col_to_name(number)}'
        if column.kind == "text":
            texts.append(number)
            marks.append((start, f'" s="{style}" t="inlineStr"><is><t xml:space="preserve">', "</t></is></c>"))
        else:
            marks.append((start, f'" s="{style}"><v>', "</v></c>"))
    for number, row in enumerate(hoja.rows, start=first):
        cells = list(row)
        for text in texts:
            if cells[text]:
                cells[text] = texto_xml(cells[text])
        inside = "".join(
            [
                f"{start}{number}{middle}{cell}{end}"
                for (start, middle, end), cell in zip(marks, cells, strict=True)
                if cell is not None and cell != ""
            ]
        )
        yield f'<row r="{number}">{inside}</row>'


@lru_cache(maxsize=8192)  # stages, zones, people: most texts of a table come again
def texto_xml(text):
    """`text` as the content of a cell: XML, what XML cannot hold as `_xHHHH_`, no longer than Excel takes."""
    if len(text) > CELL_LENGTH // 2:
        text = text.encode("utf-16-le")[: 2 * CELL_LENGTH].decode("utf-16-le", "ignore")
    return escape(UNSAFE.sub(lambda found: f"_x{ord(found[0]):04X}_", text))


def _lotes(lines, size=1000):
    while lot := list(islice(lines, size)):
        yield lot
