from odoo import models

from .hoja import FORMATS, escribir_tabla

# Heading, field, width, format; the sheets are in Spanish, as those of the other reports.
DEL_DIA = [
    ("Qué pasó", "event", 22, "text"),
    ("Acuerdo", "acuerdo_id", 34, "text"),
    ("Deudor", "partner_id", 32, "text"),
    ("Clase", "kind", 20, "text"),
    ("Política", "politica_id", 26, "text"),
    ("Zona", "zona_id", 16, "text"),
    ("Gestor", "user_id", 24, "text"),
    ("Cuotas", "count", 8, "number"),
    ("Deuda acordada", "amount_total", 17, "money"),
    ("Cuota inicial", "down_payment", 17, "money"),
    ("Total por pagar", "amount_plan", 17, "money"),
    ("Pagado a hoy", "amount_paid", 17, "money"),
    ("Estado hoy", "state", 20, "text"),
]
VIGENTES = [
    ("Acuerdo", "acuerdo_id", 34, "text"),
    ("Deudor", "partner_id", 32, "text"),
    ("Obligación", "partida_id", 18, "text"),
    ("Etapa", "etapa_id", 22, "text"),
    ("Cuenta o contrato", "cuenta_id", 18, "text"),
    ("Uso", "use", 14, "text"),
    ("Estrato", "estrato", 8, "text"),
    ("Zona", "zona_id", 16, "text"),
    ("Municipio", "municipality", 18, "text"),
    ("Política", "politica_id", 26, "text"),
    ("Gestor", "user_id", 24, "text"),
    ("Vigente desde", "date_active", 13, "day"),
    ("Terminado", "date_end", 13, "day"),
    ("Vencimiento", "date_due", 13, "day"),
    ("Días de mora al acordar", "days", 12, "number"),
    ("Capital", "capital", 17, "money"),
    ("Intereses de mora", "interest", 17, "money"),
    ("Acordado", "total", 17, "money"),
    ("Saldo hoy", "amount_residual", 17, "money"),
]
POR_ETAPA = [
    ("Etapa", 26),
    ("Acuerdos", 10),
    ("Obligaciones", 13),
    ("Capital", 18),
    ("Intereses de mora", 18),
    ("Acordado", 18),
]
HEAD = 4  # row of the headings


class ReportCarteraAcuerdoInforme(models.AbstractModel):
    """Agreements of a day, or in force at a date by stage and item by item. Text is written as text."""

    _name = "report.cartera_cobro.acuerdo_informe_xlsx"
    _description = "Agreements at a Date, XLSX"
    _inherit = "report.report_xlsx.abstract"

    def generate_xlsx_report(self, workbook, data, objs):
        for informe in objs.with_context(lang=objs.company_id[:1].partner_id.lang):
            rows = informe._filas()
            if informe.kind == "day":
                self._hoja(workbook, "Acuerdos del día", informe, DEL_DIA, rows)
            else:
                self._resumir(workbook, informe, rows)
                self._hoja(workbook, "Detalle", informe, VIGENTES, rows)

    def _resumir(self, workbook, informe, rows):
        """By stage: how many agreements and items, and their amounts; and the sum."""
        sheet = self._titular(workbook, "Por etapa", informe)
        bold, money = workbook.add_format({"bold": True, "bg_color": "#DDE5EC"}), workbook.add_format(FORMATS["money"])
        for column, (heading, width) in enumerate(POR_ETAPA):
            sheet.set_column(column, column, width)
            sheet.write_string(HEAD, column, heading, bold)
        groups = sorted(rows.grouped("etapa_id").items(), key=lambda group: group[0].sequence)
        for number, (etapa, items) in enumerate([*groups, (None, rows)], start=HEAD + 1):
            sheet.write_string(number, 0, "Total" if etapa is None else etapa.name or "Sin etapa")
            sheet.write_number(number, 1, len(items.acuerdo_id))
            sheet.write_number(number, 2, len(items))
            for column, name in enumerate(("capital", "interest", "total"), start=3):
                sheet.write_number(number, column, sum(items.mapped(name)), money)

    def _titular(self, workbook, name, informe):
        sheet = workbook.add_worksheet(name)
        company = informe.company_id
        sheet.write_string(0, 0, informe.display_name, workbook.add_format({"bold": True, "font_size": 14}))
        sheet.write_string(1, 0, f"{company.name} NIT {company.vat or ''}")
        return sheet

    def _hoja(self, workbook, name, informe, columns, rows):
        sheet = self._titular(workbook, name, informe)
        escribir_tabla(workbook, sheet, HEAD, columns, rows, self._valor, frozen=2)

    def _valor(self, row, name):
        """The value of a field as a sheet takes it: records and selections by their names; zeros are left empty."""
        field, value = row._fields[name], row[name]
        if field.type == "many2one":
            return value.display_name
        if field.type == "selection":
            return dict(field._description_selection(row.env)).get(value)
        return value or None
