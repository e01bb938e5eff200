from odoo import models

from .acuerdo import firmas

MOTIVOS = {
    "claim": "Reclamo en trámite",
    "insolvency": "Insolvencia o liquidación",
    "agreement": "Acuerdo de pago vigente y al día",
    "lawsuit": "Litigio sobre la deuda",
    "paid": "Pagada después del corte",
    "written_off": "Castigada",
    "other": "Otra",
}
CAUSAS = {
    "paid": "Pago",
    "agreement": "Acuerdo de pago vigente",
    "below": "Saldo inferior al mínimo",
    "cured": "Incumplimiento subsanado",
    "left_out": "Excluido de un reporte posterior",
}
CATEGORIAS = {
    "semester": "Reporte semestral",
    "breach": "Incumplimiento de acuerdos de pago",
    "update": "Actualización",
    "cancel": "Cancelación de acuerdos de pago",
    "withdraw": "Retiros",
}


class ReportBoletinMemo(models.AbstractModel):
    """What the memo that sends the list says beyond its fields."""

    _name = "report.cartera_cobro.boletin_memo"
    _description = "Memo of the BDME Bulletin (PDF)"

    def _get_report_values(self, docids, data=None):
        return {
            "docs": self.env["cartera.boletin"].browse(docids),
            "firmas": firmas,
            "motivos": MOTIVOS,
            "causas": CAUSAS,
            "categorias": CATEGORIAS,
        }
