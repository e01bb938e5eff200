from datetime import datetime
from typing import NamedTuple

from odoo import models
from odoo.tools.image import image_data_uri

from ..models.cartera_contacto import consciente
from ..models.cartera_textos import letras, numero
from ..rules.contact import BOGOTA

GARANTIAS = {
    "codebtor": "Codeudor o fiador",
    "note": "Pagaré",
    "mortgage": "Hipoteca",
    "pledge": "Garantía mobiliaria",
    "bank": "Garantía bancaria o póliza de seguro",
    "assets": "Relación de bienes (artículo 814 del Estatuto Tributario)",
}
CANALES = {"portal": "por el portal", "email": "por correo electrónico", "in_person": "en persona"}
ESTADOS_CUOTA = {"pending": "Por pagar", "partial": "Pagada en parte", "missed": "Vencida", "paid": "Pagada"}
ESTADOS = {
    "active": "Vigente",
    "fulfilled": "Cumplido",
    "breached": "Incumplido",
    "cancelled": "Terminado",
}


class Firma(NamedTuple):
    """A signature under the text: when is Colombian time without a zone; image a data URI, or None."""

    name: str
    role: str
    when: datetime
    image: str | None = None
    vat: str = ""


class ReportAcuerdoPago(models.AbstractModel):
    """What the documents of an agreement say beyond its fields."""

    _name = "report.cartera_cobro.acuerdo_pago"
    _description = "Payment Agreement (PDF)"

    def _get_report_values(self, docids, data=None):
        return {
            "docs": self.env["cartera.acuerdo"].browse(docids),
            "titulo": titulo,
            "identificacion": identificacion,
            "domicilio": domicilio,
            "firmas": firmas,
            "firma_deudor": firma_deudor,
            "dia": dia,
            "letras": letras,
            "numero": numero,
            "tasa": tasa,
            "garantias": GARANTIAS,
            "canales": CANALES,
            "estados": ESTADOS,
            "estados_cuota": ESTADOS_CUOTA,
        }


class ReportPropuestaPago(models.AbstractModel):
    _name = "report.cartera_cobro.propuesta_pago"
    _inherit = "report.cartera_cobro.acuerdo_pago"
    _description = "Payment Proposal (PDF)"


class ReportEstadoAcuerdo(models.AbstractModel):
    _name = "report.cartera_cobro.estado_acuerdo"
    _inherit = "report.cartera_cobro.acuerdo_pago"
    _description = "Statement of an Agreement (PDF)"


def titulo(acuerdo):
    return "Compromiso de pago" if acuerdo.kind == "commitment" else "Acuerdo de pago"


def identificacion(partner):
    """ "NIT 900123456-7"; of a person, the kind of document that is recorded."""
    kind = partner.l10n_latam_identification_type_id.name or ("NIT" if partner.is_company else "Identificación")
    return f"{kind} {partner.vat}" if partner.vat else ""


def domicilio(partner):
    """Address, city and state in one line (str)."""
    pieces = (partner.street, partner.street2, partner.city, partner.state_id.name)
    return ", ".join(piece for piece in pieces if piece)


def dia(instant):
    """The Colombian day and hour (datetime without a zone) of an instant as Odoo stores it."""
    return instant and consciente(instant).astimezone(BOGOTA).replace(tzinfo=None)


def tasa(percent):
    """12.5 → "12,5 %"."""
    return f"{percent:.3f}".rstrip("0").rstrip(".").replace(".", ",") + " %"


def firmas(acuerdo):
    """[Firma] of our side under the text as it is, in the order of signing."""
    given = acuerdo.sudo().firma_ids.filtered("nivel_id").sorted(lambda firma: (firma.date, firma.id))
    text = acuerdo._huella() if given else ""
    since = acuerdo.date_proposed
    valid = given.filtered(lambda firma: firma.hash == text and since and firma.date >= since)
    return [Firma(firma.signer_name, firma.role or "", dia(firma.date)) for firma in valid]


def firma_deudor(acuerdo):
    """The debtor's Firma; None until they sign."""
    if not acuerdo.debtor_signed_on:
        return None
    drawn = acuerdo.sudo().with_context(bin_size=False).debtor_signature
    return Firma(
        acuerdo.debtor_signed_by,
        "Deudor",
        dia(acuerdo.debtor_signed_on),
        image_data_uri(drawn) if drawn else None,
        identificacion(acuerdo.partner_id),
    )
