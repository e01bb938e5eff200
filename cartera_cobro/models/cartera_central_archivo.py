"""The file of a report as the bureau's own layout has it: columns, order, widths, codes, encoding."""

import hashlib

from odoo.tools import remove_accents

# A value that begins so is a formula to a spreadsheet.
FORMULA = "=+-@"


def archivo(reporte):
    """(name, content as bytes, SHA-256) of the bureau's file of a report."""
    central = reporte.central_id
    columnas = central.columna_ids
    lines = [[texto(columna, value) for columna, value in zip(columnas, row, strict=True)] for row in filas(reporte)]
    if central.with_header and central.file_format == "delimited":
        lines.insert(0, [_limpiar(columna.name, central.separator) for columna in columnas])
    content = _codificar(central, "".join(f"{_unir(central, columnas, line)}\r\n" for line in lines))
    extension = "csv" if central.file_format == "delimited" else "txt"
    name = f"{reporte.number or reporte.date_cutoff} {central.name}.{extension}".replace("/", "-")
    return name, content, hashlib.sha256(content).hexdigest()


def filas(reporte):
    """One list of values (str, date, number or empty) a line that is reported, in the order of the columns."""
    sources = [(columna.source, columna.constant) for columna in reporte.central_id.columna_ids]
    rows = []
    for number, linea in enumerate(reporte._contadas(), start=1):
        values = _valores(reporte, linea, number)
        rows.append([constant if source == "constant" else values[source] for source, constant in sources])
    return rows


def _valores(reporte, linea, number):
    """{source: value} of a line; see SOURCES."""
    return {
        "number": number,
        "subscriber": reporte.central_id.subscriber_code,
        "cutoff": reporte.date_cutoff,
        "id_type": linea.debtor_id_type,
        "vat": linea.debtor_vat,
        "name": linea.debtor_name,
        "obligation": linea.name,
        "account": linea.account,
        "situation": linea.situation,
        "reason": linea.reason,
        "date_due": linea.date_due,
        "days": linea.days,
        "amount_original": linea.amount_original,
        "amount": linea.amount,
        "date_paid": linea.date_paid,
        "permanence_until": linea.permanence_until,
        "disputed": "yes" if linea.is_disputed else "no",
        "date_first": linea.date_first or reporte.company_id._cartera_hoy(),
        "notice_number": linea.notice_number,
        "notice_day": linea.notice_day,
    }


def texto(columna, value):
    """A value as the file writes it, before its width."""
    central = columna.central_id
    if value is False or value is None:
        text = ""
    elif hasattr(value, "strftime"):
        text = value.strftime(central.date_format)
    elif isinstance(value, float):
        text = f"{value:.2f}" if central.with_cents else f"{value:.0f}"
    else:
        text = _limpiar(str(value), central.separator)
    if text and columna.codes:
        codes = columna._codigos()
        text = codes.get(text, codes.get("*", text))
    return text[: columna.width] if columna.width and columna.may_cut else text


def defecto(columna, text):
    """What the bureau would reject of a value: "missing", "long", or None."""
    if columna.required and not text:
        return "missing"
    return "long" if columna.width and len(text) > columna.width else None


def _limpiar(text, separator):
    """Free text in one line, without the separator, and that no spreadsheet takes for a formula."""
    flat = " ".join(text.replace(separator or "\n", " ").split())
    return flat.lstrip(FORMULA + " ")


def _unir(central, columnas, line):
    if central.file_format == "delimited":
        return central.separator.join(line)
    return "".join(
        text.rjust(columna.width, columna.fill or " ")
        if columna.align == "right"
        else text.ljust(columna.width, columna.fill or " ")
        for columna, text in zip(columnas, line, strict=True)
    )


def _codificar(central, text):
    if central.encoding == "ascii":
        text = remove_accents(text)
    return text.encode(central.encoding, errors="replace")
