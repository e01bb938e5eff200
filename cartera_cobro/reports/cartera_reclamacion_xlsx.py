from odoo import models

from .hoja import escribir_tabla

# Heading, field, width, format; the sheet is in Spanish, as those of the other reports.
COLUMNS = [
    ("Número", "number", 13, "text"),
    ("Recibida", "date_filed", 12, "day"),
    ("Canal", "channel", 12, "text"),
    ("Deudor", "partner_id", 34, "text"),
    ("NIT o cédula", "vat", 16, "text"),
    ("Cuenta o contrato", "accounts", 18, "text"),
    ("Asunto", "subject", 44, "text"),
    ("Clase", "kind", 13, "text"),
    ("Presentada por", "filed_by", 26, "text"),
    ("Responsable", "user_id", 24, "text"),
    ("Unidad competente", "unit", 24, "text"),
    ("Vence", "deadline", 12, "day"),
    ("Respondida", "date_answered", 12, "day"),
    ("Días hábiles", "days_taken", 9, "number"),
    ("Oportuna", "punctual", 11, "text"),
    ("Resultado", "outcome", 18, "text"),
    ("Reclamado", "amount_disputed", 16, "money"),
    ("Aceptado", "amount_accepted", 16, "money"),
    ("Estado", "state", 13, "text"),
]
LABELS = {
    "channel": {"written": "Escrito", "virtual": "Virtual", "in_person": "Presencial"},
    "kind": {"request": "Solicitud", "claim": "Reclamo", "appeal": "Recurso", "insolvency": "Insolvencia",
             "liquidation": "Liquidación"},
    "outcome": {"accepted": "Aceptado", "partial": "Aceptado en parte", "rejected": "No aceptado"},
    "state": {"filed": "En estudio", "answered": "Respondida", "closed": "Cerrada", "cancelled": "Retirada"},
}  # fmt: skip
HEAD = 4  # row of the headings
TITLE = "Trazabilidad de respuestas a comunicaciones (MPFD0206F02)"


class ReportCarteraReclamacionXlsx(models.AbstractModel):
    """Traceability of answers in a period, one row a claim. Text is written as text: nothing in it is a formula."""

    _name = "report.cartera_cobro.reclamacion_informe_xlsx"
    _description = "Traceability of Answers, XLSX"
    _inherit = "report.report_xlsx.abstract"

    def generate_xlsx_report(self, workbook, data, objs):
        for informe in objs:
            self._hoja(workbook, informe, informe._filas())

    def _hoja(self, workbook, informe, claims):
        sheet = workbook.add_worksheet("Trazabilidad")
        company = informe.company_id
        sheet.write_string(0, 0, TITLE, workbook.add_format({"bold": True, "font_size": 14}))
        sheet.write_string(1, 0, f"{company.name} NIT {company.vat or ''}")
        sheet.write_string(2, 0, f"Del {informe.date_from:%d/%m/%Y} al {informe.date_to:%d/%m/%Y}")
        escribir_tabla(workbook, sheet, HEAD, COLUMNS, claims, self._valor)

    def _valor(self, claim, name):
        """The value of a column as a sheet takes it."""
        if name == "accounts":
            return ", ".join(claim.linea_ids.cuenta_id.mapped("name"))
        if name == "punctual":
            return self._oportuna(claim)
        if name == "days_taken" and not claim.date_answered:
            return None
        value = claim[name]
        if name in LABELS:
            return LABELS[name].get(value)
        return value.display_name if claim._fields[name].type == "many2one" else value

    def _oportuna(self, claim):
        if claim.date_answered:
            return "Sí" if claim.on_time else "No"
        return {"filed": "Vencida" if claim.late else "En término"}.get(claim.state, "")
