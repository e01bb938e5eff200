"""A forecast as a workbook: the weeks as columns, what came beside it, and every line behind."""

from odoo import models

from .control_contacto import _espanol
from .hoja import HEADING, escribir_tabla

MONEY = "#,##0;[Red]-#,##0"
DETALLE = [
    ("Flujo", "flow", 14, "text"),
    ("Origen", "source", 34, "text"),
    ("Semana", "week", 9, "number"),
    ("Esperado el", "date", 12, "day"),
    ("Vence", "date_due", 12, "day"),
    ("Demora usual (días)", "delay", 10, "number"),
    ("Cliente o proveedor", "partner", 36, "text"),
    ("Número", "name", 22, "text"),
    ("Valor", "amount", 18, "money"),
    ("Pagado con saldos a favor", "amount_credit", 18, "money"),
    ("No se espera porque", "reason", 36, "text"),
]
CONTRASTE = [
    ("Semana", "number", 9, "number"),
    ("Desde", "date_from", 12, "day"),
    ("Hasta", "date_to", 12, "day"),
    ("Ingresos previstos", "amount_income", 18, "money"),
    ("Ingresos reales", "actual_income", 18, "money"),
    ("Error de ingresos", "error_income", 18, "money"),
    ("Egresos previstos", "amount_expense", 18, "money"),
    ("Egresos reales", "actual_expense", 18, "money"),
    ("Error de egresos", "error_expense", 18, "money"),
]
HEAD = 3  # row of the headings
# With more lines a sheet is no way to read them: their figures open them on screen.
DETAIL = 50_000
XLSX = "cartera_cobro.pronostico_xlsx"


class CarteraPronostico(models.Model):
    _inherit = "cartera.pronostico"

    def _xlsx(self):
        """The workbook (bytes) of one forecast."""
        self.ensure_one()
        return self.env["ir.actions.report"].sudo()._render_xlsx(XLSX, self.ids, {})[0]


class ReportPronosticoXlsx(models.AbstractModel):
    """Text is written as text: what somebody typed is no formula."""

    _name = "report.cartera_cobro.pronostico_xlsx"
    _description = "Cash Forecast, XLSX"
    _inherit = "report.report_xlsx.abstract"

    def generate_xlsx_report(self, workbook, data, objs):
        objs.check_access("read")
        for forecast in objs[:1]:
            Libro(workbook, _espanol(forecast)).escribir()


class Libro:
    """One forecast in a workbook, sheet by sheet."""

    def __init__(self, workbook, forecast):
        self.book, self.forecast = workbook, forecast
        self.title = workbook.add_format({"bold": True, "font_size": 14})
        self.head = workbook.add_format({**HEADING, "align": "right"})
        self.plain = workbook.add_format({"num_format": MONEY, "indent": 1})
        self.bold = workbook.add_format({"num_format": MONEY, "bold": True, "top": 1})

    def escribir(self):
        self._semanas()
        if self.forecast.ended_count:
            self._contraste()
        self._detalle()

    def _hoja(self, name):
        sheet = self.book.add_worksheet(name)
        company, day = self.forecast.company_id, self.forecast.date
        sheet.write_string(0, 0, f"Flujo de caja proyectado: {name.lower()}", self.title)
        sheet.write_string(1, 0, f"{company.name} NIT {company.vat or ''}. Saldos al cierre del {day:%d/%m/%Y}")
        return sheet

    def _semanas(self):
        """Weeks as columns; under the table, what is in none of them."""
        sheet, table = self._hoja("Semanas"), self.forecast._tabla()
        sheet.set_landscape()
        sheet.fit_to_pages(1, 1)
        sheet.set_column(0, 0, 42)
        sheet.set_column(1, len(table["weeks"]) + 1, 15)
        sheet.write_string(HEAD, 0, "Semana del", self.head)
        for column, week in enumerate(table["weeks"], start=1):
            sheet.write_string(HEAD, column, week["title"], self.head)
        sheet.write_string(HEAD, len(table["weeks"]) + 1, "13 semanas", self.head)
        sheet.freeze_panes(HEAD + 1, 1)
        for number, row in enumerate(table["rows"], start=HEAD + 1):
            style = self.plain if row["style"] == "line" else self.bold
            sheet.write_string(number, 0, row["label"], style)
            for column, value in enumerate([*row["values"], row["total"]], start=1):
                sheet.write_number(number, column, value, style)
        self._aparte(sheet, HEAD + len(table["rows"]) + 2, table["aside"])

    def _aparte(self, sheet, number, aside):
        notes = [(piece["label"], piece["amount"]) for piece in aside]
        if self.forecast.amount_suspense:
            notes.append(("Recibido en bancos y sin identificar", self.forecast.amount_suspense))
        for offset, (label, amount) in enumerate(notes):
            sheet.write_string(number + offset, 0, label, self.plain)
            sheet.write_number(number + offset, 1, amount, self.plain)
        if self.forecast.note:
            sheet.write_string(number + len(notes) + 1, 0, f"Comentario: {self.forecast.note}")

    def _contraste(self):
        sheet = self._hoja("Previsto y real")
        weeks = self.forecast.semana_ids.filtered("is_over").sorted("number")
        escribir_tabla(self.book, sheet, HEAD, CONTRASTE, weeks, lambda week, name: week[name])

    def _detalle(self):
        """Every line, where they are few enough to be read."""
        lines = self.forecast.linea_ids.search([("pronostico_id", "=", self.forecast.id)], limit=DETAIL + 1)
        if len(lines) > DETAIL:
            return
        sheet = self._hoja("Detalle")
        labels = {
            name: dict(lines._fields[name]._description_selection(lines.env)) for name in ("flow", "source", "reason")
        }

        def value_of(line, name):
            if name == "partner":
                return line.partner_id.complete_name
            return labels[name].get(line[name]) if name in labels else line[name]

        escribir_tabla(self.book, sheet, HEAD, DETALLE, lines, value_of)
