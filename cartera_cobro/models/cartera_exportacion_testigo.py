"""The testigos of a closing (EAAB2): two books, what is overdue and what is not, item by item."""

import os
from typing import NamedTuple
from zipfile import ZIP_STORED, ZipFile

from odoo import models
from odoo.tools import SQL

from .cartera_en_su_dia import EnSuDia
from .cartera_exportacion import Archivo
from .cartera_exportacion_libro import Columna, Hoja, contados, escribir_libro, leer_por_lotes

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP = "application/zip"
# Sheets of each book: position of the items, name, heading.
LIBROS = {
    "testigo_overdue": (
        "Testigo Cartera Vencida",
        [("overdue", "Cartera vencida"), ("credit", "Saldos a favor")],
    ),
    "testigo_current": ("Testigo Cartera Vigente", [("current", "Cartera vigente")]),
}


class Dato(NamedTuple):
    """A column of the testigos: its name in flat files, its heading in books, and where it is: an expression on `l`."""

    name: str
    heading: str
    width: int
    kind: str
    source: str


DATOS = [
    Dato("cuenta", "Cuenta o contrato", 17, "text", "l.cuenta"),
    Dato("deudor", "Deudor", 34, "text", "l.partner_name"),
    Dato("nit", "NIT", 15, "text", "l.vat"),
    Dato("uso", "Uso", 14, "text", "l.use"),
    Dato("estrato", "Estrato", 8, "text", "l.estrato"),
    Dato("zona", "Zona", 16, "text", "l.zona"),
    Dato("ciclo", "Ciclo", 8, "text", "l.cycle"),
    Dato("municipio", "Municipio", 16, "text", "l.municipality"),
    Dato("etapa", "Etapa", 18, "text", "l.etapa"),
    Dato("banda", "Rango de edad", 17, "text", "l.banda"),
    Dato("dias_mora", "Días de mora", 10, "number", "l.days_overdue"),
    Dato("documento", "Documento", 20, "text", "l.number"),
    Dato("fecha_documento", "Fecha del documento", 12, "day", "l.date_invoice"),
    Dato("fecha_vencimiento", "Fecha de vencimiento", 12, "day", "l.date_due"),
    Dato("cuenta_contable", "Cuenta contable", 13, "text", "l.account_code"),
    Dato("valor_original", "Valor original", 18, "money", "l.amount_original"),
    Dato("saldo", "Saldo", 18, "money", "l.amount"),
    Dato("moneda", "Moneda", 9, "text", "l.currency"),
    Dato("saldo_moneda", "Saldo en moneda", 18, "money", "l.amount_currency"),
    Dato("deterioro", "Deterioro", 16, "money", "l.amount_impairment"),
    Dato("bloqueo", "Bloqueo", 24, "text", "hold_reason"),
    Dato("acuerdo", "Acuerdo de pago", 14, "text", "l.acuerdo"),
    Dato("remision", "Remisión", 14, "text", "l.remision"),
    Dato("juridico", "En cobro jurídico", 10, "text", "CASE WHEN l.legal THEN 'Sí' ELSE 'No' END"),
    Dato("agencia", "Agencia", 22, "text", "l.agencia"),
    Dato("gestor", "Gestor", 22, "text", "l.officer"),
    Dato("vendedor", "Vendedor", 22, "text", "l.salesperson"),
]  # fmt: skip
RESUMEN = [
    Columna("Cartera", 18),
    Columna("Etapa", 26),
    Columna("Rango de edad", 20),
    Columna("Partidas", 12, "number"),
    Columna("Cuentas", 12, "number"),
    Columna("Saldo", 20, "money"),
    Columna("Deterioro", 18, "money"),
]


class Testigo(EnSuDia):
    """The items of one closing, as SQL and as books."""

    def __init__(self, corte):
        self.corte = corte.sudo()
        self.env = self.corte.env
        self.lang = self.env["cartera.correo"]._idioma() or self.env.lang

    def contar(self, positions):
        """{position: items}."""
        rows = self.env.execute_query(
            SQL(
                "SELECT position, COUNT(*) FROM cartera_corte_linea WHERE corte_id = %s AND position IN %s "
                "GROUP BY position",
                self.corte.id,
                tuple(positions),
            )
        )
        return dict.fromkeys(positions, 0) | dict(rows)

    def fuente(self, dato):
        """The value of a column, as SQL on `l`."""
        if dato.source == "hold_reason":
            return self._etiqueta("cartera.corte.linea", "hold_reason", SQL("l.hold_reason"))
        return SQL(dato.source)

    def nombre(self, what, extension):
        draft = " borrador" if self.corte.state == "draft" else ""
        return f"{what} {self.corte.name}{draft}.{extension}"

    # --- the books ------------------------------------------------------------------------------------------------

    def libro(self, kind):
        """The Archivo of one of LIBROS."""
        what, sheets = LIBROS[kind]
        counts = self.contar([position for position, _name in sheets])

        def escribir(path, avance, before=0):
            done = before
            hojas = [self._resumen(what, counts)]
            for position, name in sheets:
                hojas.append(self._detalle(position, name, counts[position], avance, done))
                done += counts[position]
            escribir_libro(path, hojas, self.nombre(what, "xlsx").removesuffix(".xlsx"))

        return Archivo(self.nombre(what, "xlsx"), XLSX, sum(counts.values()), escribir)

    def juntos(self):
        """The Archivo with both books."""
        books = [self.libro(kind) for kind in LIBROS]

        def escribir(path, avance):
            done = 0
            with ZipFile(path, "w", ZIP_STORED, allowZip64=True) as both:
                for book in books:
                    book.escribir(f"{path}.xlsx", avance, done)
                    both.write(f"{path}.xlsx", book.name)
                    os.unlink(f"{path}.xlsx")
                    done += book.count

        return Archivo(self.nombre("Testigos", "zip"), ZIP, sum(book.count for book in books), escribir)

    def _titulos(self, title):
        company = self.corte.company_id
        state = " (borrador: puede cambiar)" if self.corte.state == "draft" else ""
        origin = " Reconstruido del libro contable." if self.corte.reconstructed else ""
        return [
            title,
            f"{company.name} NIT {company.vat or ''}",
            f"Cierre del {self.corte.date:%d/%m/%Y}, versión {self.corte.version}{state}.{origin}",
        ]

    def _detalle(self, position, name, count, avance, before):
        query = SQL(
            """SELECT %s FROM cartera_corte_linea l WHERE l.corte_id = %s AND l.position = %s
             ORDER BY l.cuenta COLLATE "C", l.partner_name COLLATE "C", l.date_due, l.id""",
            SQL(", ").join(self._celda(dato) for dato in DATOS),
            self.corte.id,
            position,
        )
        rows = contados(leer_por_lotes(self.env.cr, query), lambda done: avance(before + done))
        columns = [Columna(dato.heading, dato.width, dato.kind) for dato in DATOS]
        return Hoja(name, self._titulos(name), columns, count, rows, frozen=2)

    def _celda(self, dato):
        """The value as a cell takes it: see Columna."""
        if dato.kind == "money":
            return SQL("%s::float8", self.fuente(dato))
        if dato.kind == "day":
            return SQL("%s - DATE '1899-12-30'", self.fuente(dato))
        return self.fuente(dato)

    def _resumen(self, title, positions):
        """By position, stage and band; their total; and the tie to the ledger."""
        names = {position: name for _what, sheets in LIBROS.values() for position, name in sheets}
        query = SQL(
            """SELECT position, etapa, banda, SUM(items), SUM(accounts), SUM(amount)::float8,
                      SUM(amount_impairment)::float8
                 FROM cartera_corte_resumen WHERE corte_id = %s AND position IN %s
             GROUP BY position, etapa_orden, etapa, banda_orden, banda
             ORDER BY position DESC, etapa_orden, etapa, banda_orden, banda""",
            self.corte.id,
            tuple(positions),
        )
        rows = [(names[position], *rest) for position, *rest in self.env.execute_query(query)]
        totals = [sum(row[n] for row in rows) for n in range(3, 7)] if rows else [0, 0, 0.0, 0.0]
        rows.append(("Total", None, None, *totals))
        ties = (
            ("Cierre completo", self.corte.amount_total),
            ("Libro contable", self.corte.amount_ledger),
            *([("De difícil recaudo", self.corte.amount_reclassified)] if self.corte.amount_reclassified else []),
            ("Diferencia", self.corte.amount_difference),
        )
        rows += [(name, None, None, None, None, amount, None) for name, amount in ties]
        return Hoja("Resumen", self._titulos(title), RESUMEN, len(rows), rows)


class CarteraExportacion(models.Model):
    _inherit = "cartera.exportacion"

    def _archivo_testigo_overdue(self):
        return Testigo(self._exigir_corte()).libro("testigo_overdue")

    def _archivo_testigo_current(self):
        return Testigo(self._exigir_corte()).libro("testigo_current")

    def _archivo_both(self):
        return Testigo(self._exigir_corte()).juntos()


class CarteraCorte(models.Model):
    _inherit = "cartera.corte"

    def action_testigo_overdue(self):
        """The book of what is overdue, and of credits."""
        return self._pedir_archivo("testigo_overdue")

    def action_testigo_current(self):
        """The book of what is not due yet."""
        return self._pedir_archivo("testigo_current")

    def action_testigos(self):
        """Both books, in one file."""
        return self._pedir_archivo("both")

    def _pedir_archivo(self, kind, parameters=None):
        """Ask for a file of each closing; the action of the only one, else the list of files."""
        self.check_access("read")
        Exportacion = self.env["cartera.exportacion"]
        one = len(self) == 1
        answers = [Exportacion._pedir(kind, corte.company_id, corte, parameters, wait=one) for corte in self]
        if one:
            return answers[0]
        return self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_exportacion_action")
