from odoo import models

from ..models.cartera_textos import letras
from .acuerdo import domicilio, firmas, identificacion

DESTINOS = {"legal": "cobro jurídico ordinario", "coactive": "cobro coactivo", "agency": "agencia de cobro"}
REGIMENES = {
    "none": "sin interés de mora",
    "civil": "interés legal civil del 6 % anual (artículo 1617 del Código Civil)",
    "public": "interés del 12 % anual (artículo 9 de la Ley 68 de 1923)",
    "commercial": "interés comercial de mora, 1,5 veces el bancario corriente (artículo 884 del Código de Comercio)",
    "tax": "interés de mora tributario (artículo 635 del Estatuto Tributario)",
}


class ReportRemisionMemo(models.AbstractModel):
    """What the papers of a referral say beyond its fields."""

    _name = "report.cartera_cobro.remision_memo"
    _description = "Memo of a Referral (PDF)"

    def _get_report_values(self, docids, data=None):
        return {
            "docs": self.env["cartera.remision"].browse(docids),
            "identificacion": identificacion,
            "domicilio": domicilio,
            "firmas": firmas,
            "letras": letras,
            "destinos": DESTINOS,
            "regimenes": REGIMENES,
            "piezas": (data or {}).get("piezas", []),
        }


class ReportRemisionLiquidacion(models.AbstractModel):
    _name = "report.cartera_cobro.remision_liquidacion"
    _inherit = "report.cartera_cobro.remision_memo"
    _description = "Liquidation of a Referral (PDF)"


class ReportRemisionIndice(models.AbstractModel):
    _name = "report.cartera_cobro.remision_indice"
    _inherit = "report.cartera_cobro.remision_memo"
    _description = "Index of the File of a Referral (PDF)"
