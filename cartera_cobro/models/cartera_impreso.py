"""From HTML to PDF, looking the same under patched and unpatched builds of wkhtmltopdf.

How it works. An unpatched build (Debian's) has no page headers, footers or outlines, converts one document a call, and
takes longer to start than to make a hundred pages. So many documents go in one HTML (template `cartera_cobro.impreso`).
Each begins with two boxes a pixel high (template `cartera_cobro.documento`), nearly white: the colour of the first says
that a document begins here, that of the other which one. By these colours the pages are told apart. Their numbers,
after what the document says of itself (`data-pie`), are written in the lower margin when the PDF is put together.
"""

import io
import os
import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import lxml.html
from odoo.addons.base.models import ir_actions_report
from odoo.exceptions import UserError
from odoo.tools.pdf import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    PdfFileReader,
    PdfFileWriter,
)
from reportlab.pdfbase.pdfmetrics import stringWidth

PROCESSES = 2
# Unpatched builds lay pages out on 4/3 as many pixels: type a third larger comes out the same.
UNPATCHED_SCALE = 4 / 3
START = (254, 253, 252)
COLOURS = 15**3  # of the second box: each channel from 240 to 254
STARTS = re.compile(rb"/CSp cs 0\.9960\d* 0\.9921\d* 0\.9882\d* scn.{1,200}?/CSp cs ([\d. ]+) scn", re.DOTALL)
FONT, FONT_SIZE, BASELINE = "Helvetica", 8, 26  # points


class Documento(NamedTuple):
    """The pages (of the PDF library) of one document, and what its foot says before the page number.

    pie: None where the pages are numbered already.
    """

    pages: list
    pie: str | None


# --- What the templates use ------------------------------------------------------------------------------------------


def escala():
    """What sizes of type are multiplied by."""
    return 1 if ir_actions_report._wkhtml().is_patched_qt else UNPATCHED_SCALE


def marca(index=None):
    """The colour (CSS) of the box that says that a document begins, or of the one that says which."""
    colour = START if index is None else _colour(index)
    return "rgb({},{},{})".format(*colour)


def _colour(index):
    number = index % COLOURS
    return tuple(240 + number // 15**power % 15 for power in (2, 1, 0))


# --- Converting ------------------------------------------------------------------------------------------------------


def convertir(report, htmls):
    """Yield each Documento of `htmls` (iterable of str, rendered by `report`, an ir.actions.report) in their order.

    Where the pages of an HTML cannot be told apart, its documents are converted one by one.
    """
    if report.get_wkhtmltopdf_state() == "install":
        raise UserError(report.env._("wkhtmltopdf makes the PDFs and is not on this server: install it."))
    args = report._build_wkhtmltopdf_args(report.get_paperformat(), None)
    args += ["--javascript-delay", "0", "--disable-javascript"]
    with ThreadPoolExecutor(PROCESSES) as pool:
        jobs = [(html, pool.submit(_ejecutar, args, html)) for html in htmls]
        for html, job in jobs:
            yield from _separar(report.env, args, html, job.result())


def _ejecutar(args, html):
    """(PDF, what was said on the error output) of one call; the PDF is empty when there is none."""
    with tempfile.TemporaryDirectory(prefix="cartera.") as folder:
        source, target = (os.path.join(folder, name) for name in ("carta.html", "carta.pdf"))
        with open(source, "w", encoding="utf-8") as file:
            file.write(html)
        process = ir_actions_report._run_wkhtmltopdf([*args, source, target])
        if not os.path.exists(target):
            return b"", process.stderr
        with open(target, "rb") as file:
            return file.read(), process.stderr


def _separar(env, args, html, result):
    root = lxml.html.document_fromstring(html)
    nodes = root.xpath("/html/body/div[@class='documento']")
    pages = _paginas(env, result)
    starts = _inicios(pages)
    if [colour for _page, colour in starts] == [_colour(index) for index in range(len(nodes))]:
        limits = [page for page, _colour in starts] + [len(pages)]
        parts = [pages[limits[n] : limits[n + 1]] for n in range(len(nodes))]
    else:
        parts = [_paginas(env, _ejecutar(args, _solo(root, nodes, node))) for node in nodes]
    return [Documento(part, node.get("data-pie", "")) for part, node in zip(parts, nodes, strict=True)]


def _paginas(env, result):
    pdf, errors = result
    if not pdf:
        raise UserError(env._("wkhtmltopdf made no PDF. It said: %s", errors[-1000:]))
    return list(PdfFileReader(io.BytesIO(pdf), strict=False).pages)


def _inicios(pages):
    """[(index of the page, colour)] of the pages on which a document begins."""
    found = []
    for number, page in enumerate(pages):
        match = STARTS.search(page["/Contents"].get_object().get_data())
        if match:
            found.append((number, tuple(round(float(part) * 255) for part in match[1].split())))
    return found


def _solo(root, nodes, node):
    """The HTML with only one of its documents."""
    for other in nodes:
        if other.getparent() is not None:
            root.body.remove(other)
    root.body.append(node)
    return lxml.html.tostring(root, encoding="unicode", doctype="<!DOCTYPE html>")


def guardado(attachment):
    """The Documento of a PDF that was kept (`ir.attachment`), whose pages are numbered already."""
    return Documento(list(PdfFileReader(io.BytesIO(attachment.raw), strict=False).pages), None)


# --- Writing ---------------------------------------------------------------------------------------------------------


def escribir(documentos):
    """One PDF (bytes) of all the documents, the pages of each numbered by itself."""
    writer = PdfFileWriter()
    # What a page draws leaves its coordinates changed: they are kept before, and restored after.
    save = writer._add_object(_flujo(b"q"))
    for documento in documentos:
        for number, page in enumerate(documento.pages, start=1):
            writer.add_page(page)
            if documento.pie is not None:
                foot = _pie(documento.pie, number, len(documento.pages), page.mediabox)
                _sellar(writer.pages[-1], save, writer._add_object(foot))
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def _flujo(data):
    stream = DecodedStreamObject()
    stream.set_data(data)
    return stream


def _pie(pie, number, count, box):
    """The content that writes the foot, centred in the lower margin of a page of size `box`."""
    text = f"{pie} · Página {number} de {count}" if pie else f"Página {number} de {count}"
    left = (float(box.width) - stringWidth(text, FONT, FONT_SIZE)) / 2
    escaped = re.sub(rb"([\\()])", rb"\\\1", text.encode("cp1252", "replace"))
    return _flujo(b"Q BT /Pie %d Tf 0.35 g %.2f %d Td (%s) Tj ET" % (FONT_SIZE, left, BASELINE, escaped))


def _sellar(page, before, after):
    resources = page["/Resources"].get_object()
    fonts = resources.setdefault(NameObject("/Font"), DictionaryObject()).get_object()
    fonts[NameObject("/Pie")] = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
            NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
        }
    )
    page[NameObject("/Contents")] = ArrayObject([before, page.raw_get("/Contents"), after])
