import lxml.html
from markupsafe import Markup
from odoo import models

from ..models.cartera_contacto import consciente
from ..rules.contact import BOGOTA

CLOSING = 2  # paragraphs that stay with the signatures


class ReportCarta(models.AbstractModel):
    """A letter of Colombian form (oficio) around the words of `cartera.comunicacion`."""

    _name = "report.cartera_cobro.carta"
    _description = "Letter"

    def _get_report_values(self, docids, data=None):
        docs = self.env["cartera.comunicacion"].browse(docids)
        return {"docs": docs, "destinatario": destinatario, "partir": partir, "firmas": firmas}


def destinatario(carta):
    """The lines (str) of the addressee, the name first."""
    partner = carta.partner_id
    kind = partner.l10n_latam_identification_type_id.name or "Identificación"
    place = ", ".join(name for name in (partner.city, partner.state_id.name) if name)
    lines = [partner.name, partner.vat and f"{kind} {partner.vat}", partner.street, partner.street2, place]
    lines.append(carta.channel == "email" and carta.address)
    return [line for line in lines if line]


def firmas(carta):
    """[(signer, role, when (naive Colombian datetime))] under the text as it is, in the order of signing.

    What was approved with a mass run bears the signatures of the run.
    """
    signed = carta.sudo().firma_ids.sorted(lambda firma: (firma.date, firma.id))
    text = carta._huella() if signed else ""
    given = signed.filtered(lambda firma: firma.hash == text)
    if carta.campana_id and carta.state != "draft":
        given |= carta.campana_id._firmas_dadas()
    return [
        (firma.signer_name, firma.role or "", consciente(firma.date).astimezone(BOGOTA).replace(tzinfo=None))
        for firma in given
    ]


def partir(body):
    """The words of a letter (Markup) in two: all but the last two paragraphs, and these.

    The signatures go on the same page as what they close: they are kept together with it.
    """
    root = lxml.html.fragment_fromstring(body or "", create_parent="div")
    blocks = root
    while len(blocks) == 1 and blocks[0].tag == "div":
        blocks = blocks[0]
    last = []
    while len(blocks) and blocks[-1].tag == "p" and len(last) < CLOSING:
        last.insert(0, blocks[-1])
        blocks.remove(blocks[-1])
    closing = "".join(lxml.html.tostring(block, encoding="unicode") for block in last)
    return Markup(lxml.html.tostring(root, encoding="unicode")), Markup(closing)
