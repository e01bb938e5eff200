import base64
import io

from odoo import models
from odoo.tools.image import image_data_uri
from PIL import Image
from reportlab.graphics.barcode.code128 import Code128Auto

from ..models.cartera_textos import letras
from .acuerdo import identificacion

REPORT = "cartera_cobro.cupon"
# Pixels: the narrowest bar, and the height; the paper stretches the height.
MODULE, HEIGHT = 4, 60
QUIET = 10  # modules of white on either side, ISO/IEC 15417
MILLIMETRES = 0.36  # of a module on paper: collection points read from 0.25 on
EM = 3.528  # millimetres of an em of ten points, the type of the paper
MOST = 12  # obligations by name; the others are counted
ESTADOS = {
    "paid": "Este cupón ya se pagó: no lo pague de nuevo.",
    "disputed": "Lo que cobra este cupón está en reclamo: no lo pague mientras le respondemos.",
    "replaced": "Este cupón fue reemplazado por otro: pida el vigente.",
    "expired": "Este cupón venció: pida uno nuevo, con el valor al día.",
}


class ReportCupon(models.AbstractModel):
    """What a coupon says beyond its fields."""

    _name = "report.cartera_cobro.cupon"
    _description = "Payment Coupon (PDF)"

    def _get_report_values(self, docids, data=None):
        return {
            "docs": self.env["cartera.cupon"].browse(docids),
            "identificacion": identificacion,
            "letras": letras,
            "barras": barras,
            "estados": ESTADOS,
            "mas": MOST,
        }


def barras(cupon):
    """(its barcode as a data URI, its width in em of the paper)."""
    widths = anchos(cupon._simbolos())
    modules = sum(width for _bar, width in widths) + 2 * QUIET
    image = Image.new("1", (modules * MODULE, HEIGHT), 1)
    left = QUIET * MODULE
    for bar, width in widths:
        if bar:
            image.paste(0, (left, 0, left + width * MODULE, HEIGHT))
        left += width * MODULE
    output = io.BytesIO()
    image.save(output, "PNG")
    return image_data_uri(base64.b64encode(output.getvalue())), modules * MILLIMETRES / EM


def anchos(text):
    """[(whether it is a bar, its width in modules)] of a text in Code 128.

    Only reportlab's encoder: its drawings need a back end (rlPyCairo) that not every installation has. It writes bars
    as capitals, spaces as small letters: A or a is one module.
    """
    code = Code128Auto(text, quiet=0)
    code.validate()
    if not code.valid:
        raise ValueError(f"{text!r} cannot be written in Code 128.")
    code.encode()
    code.decompose()
    return [(letter.isupper(), ord(letter.lower()) - ord("a") + 1) for letter in code.decomposed]
