"""Files in and out: another system's list through Odoo's own import, rejected rows as a spreadsheet."""

import io
import mimetypes
from statistics import median

import xlsxwriter
from odoo.addons.base_import.models.base_import import ImportValidationError
from odoo.exceptions import UserError

PRINCIPIO = 20000  # bytes that the separator is guessed from


def leer_archivo(env, raw, name, encoding="", separator="", sheet=""):
    """The non-blank rows of `raw` (bytes of a CSV, XLSX, XLS or ODS), each a list of texts; dates are ISO texts.

    What is empty is guessed. A file that cannot be read is a UserError.
    """
    if not raw:
        raise UserError(env._("The file is empty: choose another one."))
    encoding = encoding or _codificacion(raw)
    values = {"res_model": "cartera.importacion.fila", "file": raw, "file_name": name,
              "file_type": _tipo_de_archivo(name)}
    reader = env["base_import.import"].sudo().create(values)
    try:
        separator = separator or _separador(raw[:PRINCIPIO].decode(encoding, "replace"))
        options = {"quoting": '"', "encoding": encoding, "separator": separator, "sheet": sheet}
        _length, rows = reader._read_file(options)
    except (ImportValidationError, UserError, ValueError, LookupError) as error:
        raise UserError(
            env._("The file cannot be read (%s). Save it as XLSX or CSV and choose it again.", error)
        ) from error
    return [[_texto(cell) for cell in row] for row in rows]


def libro(rows):
    """XLSX (bytes) with one sheet of texts; nothing in them is a formula or a link."""
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True, "constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for position, values in enumerate(rows):
            for column, text in enumerate(values):
                sheet.write_string(position, column, text)
    return output.getvalue()


def _codificacion(raw):
    """How a CSV was written: UTF-8 or UTF-16 where it is one, else as Windows does it here."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _separador(text):
    """The sign that most lines have most of."""
    lines = [line for line in text.splitlines()[:50] if line.strip()]
    return max(",;\t|", key=lambda sign: median(line.count(sign) for line in lines)) if lines else ","


def _tipo_de_archivo(name):
    """Its MIME type by name; what is plain text is a CSV."""
    guessed = mimetypes.guess_type(name)[0]
    return "text/csv" if guessed in (None, "text/plain") else guessed


def _texto(cell):
    return cell.replace("\x00", "").strip() if isinstance(cell, str) else cell.isoformat()
