from odoo import models

from .hoja import escribir_tabla

MESES = "Ene Feb Mar Abr May Jun Jul Ago Sep Oct Nov Dic".split()
HEAD = 3  # row of the headings
META = [("Meta", "goal", 14, "money"), ("Tolerancia", "tolerance", 12, "money")]
POR_MES = [(mes, number, 15, "money") for number, mes in enumerate(MESES, start=1)]
TOTALES = [
    ("Indicador", "name", 40, "text"),
    ("Se mide en", "unit", 12, "text"),
    ("Es mejor cuando", "better", 12, "text"),
    *META,
    *POR_MES,
]
PARTES = [
    ("Indicador", "name", 40, "text"),
    ("De", "scope", 14, "text"),
    ("Cuál", "label", 30, "text"),
    *META,
    *POR_MES,
]
DEFINICIONES = [
    ("Indicador", "name", 40, "text"),
    ("Qué es", "definition", 60, "text"),
    ("Fórmula", "formula", 60, "text"),
    ("Qué no cuenta", "left_out", 60, "text"),
    ("Fuente", "source", 40, "text"),
]
COLORES = {"green": "#C6E7CE", "amber": "#FFE9A8", "red": "#F5C6CB"}


class ReportCarteraIndicadorApa(models.AbstractModel):
    """Indicators by month against the year's goals, coloured by them; by part; and what each one means."""

    _name = "report.cartera_cobro.indicador_apa_xlsx"
    _description = "Management Agreement, XLSX"
    _inherit = "report.report_xlsx.abstract"

    def generate_xlsx_report(self, workbook, data, objs):
        language = self.env["cartera.correo"]._idioma() or self.env.lang
        for apa in objs.with_context(lang=language):
            Libro(workbook, apa).escribir()


class Libro:
    """One year of one company in a workbook, sheet by sheet."""

    def __init__(self, workbook, apa):
        self.book, self.apa = workbook, apa
        self.colours = {light: workbook.add_format({"bg_color": colour}) for light, colour in COLORES.items()}
        self.metas = {(meta.indicador_id, meta.etapa_id.id): meta for meta in apa._metas()}
        self.indicadores = apa.env["cartera.indicador"].search([])

    def escribir(self):
        parts, totals = [], {}
        for (indicador, scope, _key), valores in self._por_parte().items():
            row = self._fila(indicador, valores)
            if scope == "total":
                totals[indicador] = row
            else:
                parts.append(row)
        every = [totals.get(indicador) or self._fila(indicador, ()) for indicador in self.indicadores]
        self._hoja("Indicadores", TOTALES, every)
        self._hoja("Por partes", PARTES, parts)
        self._hoja("Definiciones", DEFINICIONES, [self._palabras(indicador) for indicador in self.indicadores])

    def _por_parte(self):
        """{(indicator, scope, key): its values of the year, the oldest first}, in the order of the screens."""
        return self.apa._valores().grouped(lambda v: (v.indicador_id, *v._parte().clave()))

    def _fila(self, indicador, valores):
        """{column: value} of an indicator, or of a part of it; of a month with several closings, the last one's."""
        meta = self.metas.get((indicador, False))
        row = {"name": indicador.name, **{field: self._texto(indicador, field) for field in ("unit", "better")}}
        for valor in valores:
            row |= {"scope": self._texto(valor, "scope"), "label": valor.label, valor.date.month: valor.value}
            meta = valor.meta_id
        if meta:
            row |= {"goal": meta.goal, "tolerance": meta.tolerance, "higher": indicador.better == "higher"}
        return row

    def _palabras(self, indicador):
        return {name: indicador[name] for _heading, name, _width, _kind in DEFINICIONES}

    def _texto(self, record, field):
        return dict(record._fields[field]._description_selection(record.env))[record[field]]

    def _hoja(self, name, columns, rows):
        sheet = self.book.add_worksheet(name)
        company = self.apa.company_id
        title = self.book.add_format({"bold": True, "font_size": 14})
        sheet.write_string(0, 0, f"{self.apa.display_name}: {name}", title)
        sheet.write_string(1, 0, f"{company.name} NIT {company.vat or ''}")
        escribir_tabla(self.book, sheet, HEAD, columns, rows, lambda row, column: row.get(column))
        months = [place for place, column in enumerate(columns) if isinstance(column[1], int)]
        for number, row in enumerate(rows, start=HEAD + 1):
            if "goal" in row:
                self._semaforo(sheet, (number, months[0], number, months[-1]), row)

    def _semaforo(self, sheet, cells, row):
        """The row's months in the colours of its goal, by conditions: they follow whoever corrects a figure there."""
        criteria = ">=" if row["higher"] else "<="
        limit = row["goal"] - row["tolerance"] if row["higher"] else row["goal"] + row["tolerance"]
        sheet.conditional_format(*cells, {"type": "blanks", "stop_if_true": True, "format": self.book.add_format()})
        for value, light in ((row["goal"], "green"), (limit, "amber")):
            rule = {"type": "cell", "criteria": criteria, "value": value, "format": self.colours[light]}
            sheet.conditional_format(*cells, {**rule, "stop_if_true": True})
        rule = {"type": "no_blanks", "format": self.colours["red"]}
        sheet.conditional_format(*cells, rule)
