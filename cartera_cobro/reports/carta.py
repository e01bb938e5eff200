from odoo import models

from ..models.cartera_contacto import consciente
from ..rules.contact import BOGOTA


class ReportCarta(models.AbstractModel):
    """A letter of Colombian form (oficio) around the words of `cartera.comunicacion`."""

    _name = "report.cartera_cobro.carta"
    _description = "Letter"

    def _get_report_values(self, docids, data=None):
        return {"docs": self.env["cartera.comunicacion"].browse(docids), "destinatario": destinatario, "firmas": firmas}


def destinatario(carta):
    """The lines (str) of the addressee, the name first."""
    partner = carta.partner_id
    kind = partner.l10n_latam_identification_type_id.name or "Identificación"
    place = ", ".join(name for name in (partner.city, partner.state_id.name) if name)
    lines = [partner.name, partner.vat and f"{kind} {partner.vat}", partner.street, partner.street2, place]
    lines.append(carta.channel == "email" and carta.address)
    return [line for line in lines if line]


def firmas(carta):
    """[(signer, role, when (naive Colombian datetime))] under the text as it is, in the order of signing."""
    signed = carta.sudo().firma_ids
    text = carta._huella() if signed else ""
    return [
        (firma.signer_name, firma.role or "", consciente(firma.date).astimezone(BOGOTA).replace(tzinfo=None))
        for firma in signed.sorted("date")
        if firma.hash == text
    ]
