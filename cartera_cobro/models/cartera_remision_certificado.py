"""The debt certificate of a referral that is signed after its file left (FRV13)."""

from markupsafe import Markup
from odoo import models

from .cartera_mensaje import Sobre, encolar_correos
from .cartera_remision import UNDER_WAY
from .cartera_textos import pesos

BODY = "Se adjunta el certificado de deuda, firmado después de enviar la carpeta del caso."
DISPUTED = "De lo certificado, %s está en reclamo y no se exige hoy: el certificado dice de qué y desde cuándo."


class CarteraRemision(models.Model):
    _inherit = "cartera.remision"

    def _mandar_certificado(self):
        """The debt certificate that was not signed yet when the file left, to whoever has the case."""
        subject = f"Certificado de deuda de la remisión {self.number}: {self.partner_id.name}"
        disputed = self.certificado_id.amount_disputed
        said = [BODY, DISPUTED % pesos(disputed)] if disputed else [BODY]
        body = Markup().join(Markup("<p>%s</p>") % sentence for sentence in said)
        reached = self._a_quien_se_escribe().filtered("email_normalized")
        sobres = [Sobre(self, partner, subject, body, self.certificado_id.pdf_id) for partner in reached]
        if sobres:
            encolar_correos(self.company_id.sudo(), sobres)


class CarteraCertificado(models.Model):
    _inherit = "cartera.certificado"

    def _guardar_documento(self):
        # EXTENDS the paper of a certificate: the case that waits for it gets it.
        res = super()._guardar_documento()
        waiting = [("certificado_id", "=", self.id), ("state", "in", UNDER_WAY)]
        for remision in self.env["cartera.remision"].sudo().search(waiting):
            remision._mandar_certificado()
        return res
