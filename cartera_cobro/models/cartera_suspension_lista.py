"""The lists of a batch: one sheet a zone with what the crew needs and the columns that it fills, and its e-mail."""

import csv
import io

import xlsxwriter
from odoo import models
from odoo.tools import SQL

from .cartera_contacto import BOGOTA, agrupar, consciente
from .cartera_correo import dia, pesos
from .cartera_mensaje import Sobre, encolar_correos

# Heading, key, width, format. The last ones are filled in the field and come back (`cartera_suspension_lectura`).
COLUMNS = [
    ("Orden", "number", 13, "text"),
    ("Clase", "kind", 14, "text"),
    ("Cuenta", "account", 15, "text"),
    ("Dirección", "address", 34, "text"),
    ("Municipio", "municipality", 16, "text"),
    ("Ciclo", "cycle", 9, "text"),
    ("Medidor", "meter", 14, "text"),
    ("Uso", "use", 12, "text"),
    ("Estrato", "estrato", 8, "text"),
    ("Deudor", "debtor", 32, "text"),
    ("Facturas", "bills", 9, "number"),
    ("Días de mora", "days", 9, "number"),
    ("Saldo vencido", "amount", 16, "money"),
    ("Plazo legal", "deadline", 17, "instant"),
    ("Resultado", "result", 26, "filled"),
    ("Fecha", "date", 13, "filled_day"),
    ("Lectura", "reading", 12, "filled"),
    ("Observación", "note", 36, "filled"),
]
FILLED = ("result", "date", "reading", "note")
FORMATS = {
    "text": {},
    "number": {},
    "money": {"num_format": "#,##0"},
    "instant": {"num_format": "dd/mm/yyyy hh:mm"},
    "filled": {"bg_color": "#FFF8DC", "border": 1, "border_color": "#CFC9B4"},
    "filled_day": {"bg_color": "#FFF8DC", "border": 1, "border_color": "#CFC9B4", "num_format": "dd/mm/yyyy"},
}
CLASES = {"suspension": "Suspensión", "cut": "Corte", "reconnection": "Reconexión"}
PLURALES = {"suspension": "Suspensiones", "cut": "Cortes", "reconnection": "Reconexiones"}
HEAD = 2  # row of the headings: no blank rows above, so that lines count as the crew sees them
CODES = "Resultados"


class CarteraSuspensionLote(models.Model):
    _inherit = "cartera.suspension.lote"

    def _repartir(self, orders):
        """A sheet (XLSX and CSV) for each zone of the orders, kept on the batch and mailed to its people."""
        self.ensure_one()
        # The sheets and e-mails are in Spanish, as every list of the house.
        lote = self.with_context(lang=self.env["cartera.correo"]._idioma() or self.env.lang)
        by_zone = lote._renglones(orders)
        files = lote._archivos(by_zone)
        lote.lista_ids |= self.env["ir.attachment"].union(*files.values())
        lote._mandar_listas(by_zone, files)

    def _renglones(self, orders):
        """{zone: [row of the list, a dict by key]}, one query for all."""
        self.env["res.partner"].flush_model(["complete_name"])
        self.env["cartera.cuenta"].flush_model()
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT s.zona_id, s.number, s.kind, c.name AS account, c.address, c.municipality, c.cycle, c.meter,
                       c.use, c.estrato, p.complete_name AS debtor, s.bills, s.days, s.amount, s.deadline
                  FROM cartera_suspension s
                  JOIN cartera_cuenta c ON c.id = s.cuenta_id
                  JOIN res_partner p ON p.id = s.partner_id
                 WHERE s.id = ANY(%s)
              ORDER BY s.id
                """,
                orders.ids,
            )
        )
        uses = dict(self.env["cartera.cuenta"]._fields["use"]._description_selection(self.env))
        for row in rows:
            deadline = row["deadline"] and consciente(row["deadline"]).astimezone(BOGOTA).replace(tzinfo=None)
            row.update(kind=CLASES[row["kind"]], use=uses.get(row["use"]), deadline=deadline)
        zones = self.env["cartera.zona"].browse({row["zona_id"] for row in rows}).grouped("id")
        grouped = agrupar((zones[row["zona_id"]], row) for row in rows)
        return dict(sorted(grouped.items(), key=lambda pair: pair[0].name))

    def _archivos(self, by_zone):
        """{zone: attachments}: the sheet first, then the same as CSV."""
        results = self.env["cartera.suspension.resultado"].search([("active", "=", True)])
        values = []
        for zona, rows in by_zone.items():
            name = f"{PLURALES[self.kind]} {zona.name} {self.date} {rows[0]['number']}"
            title = f"{PLURALES[self.kind]} {zona.name}: {len(rows)} órdenes, desde el {self.date:%d/%m/%Y}"
            sheet = _hoja(title, f"{self.company_id.name} NIT {self.company_id.vat or ''}", rows, results)
            values += [
                {"name": f"{name}.xlsx", "raw": sheet, "res_model": self._name, "res_id": self.id},
                {"name": f"{name}.csv", "raw": _csv(rows), "res_model": self._name, "res_id": self.id},
            ]
        files = self.env["ir.attachment"].create(values)
        return {zona: files[2 * place : 2 * place + 2] for place, zona in enumerate(by_zone)}

    def _mandar_listas(self, by_zone, files):
        """The sheet by e-mail to the people of each zone; zones without any are named in the chatter."""
        sobres, silent = [], []
        for zona, rows in by_zone.items():
            people = zona._correos_de(self.company_id)
            if not people:
                silent.append(zona.name)
            body = self._cuerpo("lista", zona=zona, cuantas=len(rows), total=sum(row["amount"] or 0 for row in rows))
            subject = f"{PLURALES[self.kind]} de {zona.name}: {len(rows)} órdenes del {dia(self.date)}"
            # The chatter drops the colours of a mail: there its subject says enough.
            sobres += [Sobre(self, partner, subject, subject, files[zona][0], body) for partner in people]
        if sobres:
            encolar_correos(self.company_id, sobres)
        if silent:
            self.message_post(
                body=self.env._("Nobody of %s has an e-mail: download the list and hand it over.", ", ".join(silent))
            )

    def _cuerpo(self, which, **values):
        common = {"lote": self, "plural": PLURALES[self.kind], "dia": dia, "pesos": pesos, "que": which}
        return self.env["ir.qweb"]._render("cartera_cobro.suspension_correo", {**common, **values})


class CarteraZona(models.Model):
    _inherit = "cartera.zona"

    def _correos_de(self, company):
        """Partners with an e-mail of the people responsible for the zone in a company."""
        users = self.sudo().user_ids.filtered(lambda u: u.active and not u.share and company in u.company_ids)
        return users.partner_id.filtered("email_normalized")


def _hoja(title, subtitle, rows, results):
    """XLSX (bytes) of a zone: text is written as text, whatever it begins with; results are chosen from a list."""
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True}) as book:
        sheet, codes = book.add_worksheet("Órdenes"), book.add_worksheet(CODES)
        sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
        sheet.write_string(1, 0, subtitle)
        _encabezar(book, sheet)
        _llenar(book, sheet, rows)
        _codigos(book, codes, results)
        place = [key for _heading, key, _width, _kind in COLUMNS].index("result")
        source = {"validate": "list", "source": f"={CODES}!$A$2:$A${len(results) + 1}", "error_type": "warning"}
        sheet.data_validation(HEAD + 1, place, HEAD + max(len(rows), 1), place, source)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEAD)
    return output.getvalue()


def _encabezar(book, sheet):
    style = book.add_format({"bold": True, "bg_color": "#DDE5EC", "bottom": 1, "text_wrap": True, "valign": "top"})
    for column, (heading, _key, width, _kind) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(HEAD, column, heading, style)
    sheet.freeze_panes(HEAD + 1, 1)


def _llenar(book, sheet, rows):
    formats = {kind: book.add_format({"valign": "top", **fmt}) for kind, fmt in FORMATS.items()}
    write = {"text": sheet.write_string, "instant": sheet.write_datetime}
    for number, row in enumerate(rows, start=HEAD + 1):
        for column, (_heading, key, _width, kind) in enumerate(COLUMNS):
            value = row.get(key)
            if key in FILLED:
                sheet.write_blank(number, column, None, formats[kind])
            elif value not in (None, ""):
                write.get(kind, sheet.write_number)(number, column, value, formats[kind])


def _codigos(book, sheet, results):
    """What a result may be, and which need the reading."""
    style = book.add_format({"bold": True, "bg_color": "#DDE5EC"})
    for column, (heading, width) in enumerate((("Resultado", 34), ("Código", 14), ("Exige lectura", 14))):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, style)
    for number, result in enumerate(results, start=1):
        sheet.write_string(number, 0, result.name)
        sheet.write_string(number, 1, result.code)
        sheet.write_string(number, 2, "Sí" if result.needs_reading else "")


def _csv(rows):
    """The same as CSV (bytes, UTF-8 with its mark, semicolons); what a sheet would take for a formula is quoted."""
    output = io.StringIO()
    writer = csv.writer(output, delimiter=";")
    writer.writerow([heading for heading, _key, _width, _kind in COLUMNS])
    for row in rows:
        writer.writerow([_celda(row.get(key)) for _heading, key, _width, _kind in COLUMNS])
    return output.getvalue().encode("utf-8-sig")


def _celda(value):
    if value in (None, ""):
        return ""
    if hasattr(value, "strftime"):
        return f"{value:%d/%m/%Y %H:%M}"
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text[:1] in "=+-@\t\r" else text
