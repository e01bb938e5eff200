from odoo import models

from ..models.cartera_reclamacion_respuesta import NOMBRES
from .acuerdo import domicilio, identificacion

DECISIONES = {
    "claim": {"accepted": "Se accede al reclamo.", "partial": "Se accede en parte al reclamo.",
              "rejected": "No se accede al reclamo."},
    "appeal": {"accepted": "Se repone la decisión.", "partial": "Se repone en parte la decisión.",
               "rejected": "Se confirma la decisión."},
    "request": {"accepted": "Se accede a la solicitud.", "partial": "Se accede en parte a la solicitud.",
                "rejected": "No se accede a la solicitud."},
}  # fmt: skip
CANALES = {"written": "por escrito", "virtual": "por canal virtual", "in_person": "en persona"}


class ReportRespuestaReclamacion(models.AbstractModel):
    """The letter that answers a claim, as it is kept."""

    _name = "report.cartera_cobro.respuesta_reclamacion"
    _description = "Answer to a Claim (PDF)"

    def _get_report_values(self, docids, data=None):
        return {
            "docs": self.env["cartera.reclamacion"].browse(docids),
            "nombres": NOMBRES,
            "decisiones": DECISIONES,
            "canales": CANALES,
            "identificacion": identificacion,
            "domicilio": domicilio,
        }
