import base64
import io
import itertools
from datetime import date
from typing import NamedTuple

from odoo import models
from odoo.tools.image import image_data_uri
from PIL import Image
from reportlab.graphics.barcode.qr import QrCodeWidget

from ..models.cartera_certificado_documento import TITLES
from ..models.cartera_certificado_revision import acuerdos_por_pagar
from ..models.cartera_reclamacion_respuesta import NOMBRES
from ..models.cartera_textos import fecha, letras
from .acuerdo import Firma, dia, domicilio, firmas, identificacion
from .cupon import barras

QR_PIXELS = 8  # a side of one module
QR_MARGIN = 2  # modules: the paper around it is white, too
REGIMENES = {
    "civil": "al 6 % anual (artículo 1617 del Código Civil)",
    "public": "al 12 % anual (artículo 9 de la Ley 68 de 1923)",
    "commercial": "a una y media veces el interés bancario corriente (artículo 884 del Código de Comercio)",
    "tax": "a la tasa del artículo 635 del Estatuto Tributario",
}
EXCLUIDAS = {
    "claim": "en reclamo",
    "agreement": "bajo un acuerdo de pago vigente",
    "not_due": "aún sin vencer",
}


class Pago(NamedTuple):
    """What paid an obligation, or a part of it."""

    date: date
    how: str
    amount: float


class ReportCertificado(models.AbstractModel):
    """What certificates say beyond their fields."""

    _name = "report.cartera_cobro.certificado"
    _description = "Certificate (PDF)"

    def _get_report_values(self, docids, data=None):
        docs = self.env["cartera.certificado"].browse(docids)
        return {
            "docs": docs,
            "titulos": TITLES,
            "identificacion": identificacion,
            "domicilio": domicilio,
            "dia": dia,
            "letras": letras,
            "firmas": suscriptores,
            "intereses": intereses,
            "motivo": motivo,
            "discusion": discusion,
            "pagos": pagos,
            "acuerdos": acuerdos_en_vigor,
            "qr": qr,
            "barras": barras,
        }


def suscriptores(certificado):
    """[Firma] of who answers for it: its signatures; where it needs none, whoever issued it."""
    given = firmas(certificado)
    if given or certificado.needs_signature or not certificado.issued_on:
        return given
    issuer = certificado.issued_by_id
    person = issuer if issuer.active and issuer._is_internal() else None
    role = certificado.politica_id.certificate_role or "Responsable de Cartera"
    return [Firma(person.name if person else certificado.company_id.name, role, dia(certificado.issued_on))]


def intereses(certificado):
    """By which rules late interest is liquidated (str); empty where there is none."""
    politica = certificado.politica_id
    regimes = {politica.interest_regime}
    if politica.interest_regime_residential == "civil" and "residential" in certificado.linea_ids.mapped(
        "partida_id.cuenta_id.use"
    ):
        regimes.add("civil")
    return " y ".join(text for regime, text in REGIMENES.items() if regime in regimes)


def motivo(linea):
    """Why an obligation is left out of the total (str)."""
    by = f": {_reclamo(linea)}" if linea.excluded == "claim" and linea.reclamacion_id else ""
    return EXCLUIDAS[linea.excluded] + by


def discusion(linea):
    """Why a part of an obligation cannot be demanded now, by which claim and since when (str)."""
    if not linea.reclamacion_id:
        return "en reclamo"
    if linea.sudo().reclamacion_id.state == "filed":
        return f"en discusión por el {_reclamo(linea)}"
    return f"reconocido al deudor al responder el {_reclamo(linea)}, y por acreditar"


def _reclamo(linea):
    claim = linea.sudo().reclamacion_id
    return f"{NOMBRES[claim.kind]} N.° {claim.number}, presentado el {fecha(claim.date_filed)}"


def pagos(certificado):
    """{line: [Pago]} of what paid the obligations of a paz y salvo, by date: posted entries only."""
    return {linea: sorted(_pagos(linea.partida_id)) for linea in certificado.sudo().linea_ids}


def _pagos(partida):
    """A write-off closes an item and pays nothing: what was recovered of it did."""
    castigos = partida.castigo_movimiento_ids
    for partial in partida.move_line_id.matched_credit_ids:
        credit = partial.credit_move_id
        if credit.parent_state == "posted" and credit.move_id not in castigos.move_id:
            yield Pago(credit.date, f"{_de_que(credit)} {credit.move_name or ''}".strip(), partial.amount)
    for movimiento in castigos.filtered(lambda m: m.kind in ("recovery", "annulment")):
        yield Pago(movimiento.date, f"Recuperación {movimiento.move_id.name}", -movimiento.amount)


def _de_que(line):
    if line.payment_id:
        return "Pago"
    if line.statement_line_id:
        return "Consignación"
    return "Nota crédito" if line.move_id.move_type == "out_refund" else "Asiento contable"


def acuerdos_en_vigor(certificado):
    certificado = certificado.sudo()
    return acuerdos_por_pagar(certificado.expediente_id, certificado.partida_ids)


def qr(certificado):
    """The address that verifies it as a QR (data URI), drawn here: nothing is fetched.

    Odoo's own barcodes need a drawing back end (rlPyCairo) that not every installation has; this, the encoder only.
    """
    code = QrCodeWidget(certificado._direccion(), barLevel="M").qr
    code.make()
    size = code.getModuleCount()
    image = Image.new("1", (size + 2 * QR_MARGIN, size + 2 * QR_MARGIN), 1)
    for row, column in itertools.product(range(size), repeat=2):
        if code.isDark(row, column):
            image.putpixel((column + QR_MARGIN, row + QR_MARGIN), 0)
    output = io.BytesIO()
    image.resize((image.width * QR_PIXELS, image.height * QR_PIXELS), Image.Resampling.NEAREST).save(output, "PNG")
    return image_data_uri(base64.b64encode(output.getvalue()))
