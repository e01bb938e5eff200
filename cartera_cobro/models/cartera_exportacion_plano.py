"""The flat file of a closing (cartera.txt, EAAB1): PostgreSQL writes it, row by row, straight to the disk."""

from odoo import models
from odoo.tools import SQL

from .cartera_exportacion import Archivo
from .cartera_exportacion_libro import LOT
from .cartera_exportacion_testigo import DATOS, Dato, Testigo

TEXT = "text/plain"
SEPARATORS = [("|", "Bar"), (";", "Semicolon")]
BOM = b"\xef\xbb\xbf"
POSICION = "CASE l.position WHEN 'overdue' THEN 'vencida' WHEN 'current' THEN 'vigente' ELSE 'a favor' END"
# What tells items of a closing apart, and items of two closings from each other, where the file is read by programs.
COLUMNS = [
    Dato("corte", "", 0, "day", "l.date"),
    Dato("posicion", "", 0, "constant", POSICION),
    *DATOS,
    Dato("id_apunte", "", 0, "number", "l.move_line_id"),
]
# A text with a line break or another control character, or that a spreadsheet would take for a formula.
CONTROL = "[\\x01-\\x1e\\x7f\\u0085\\u2028\\u2029]"
FORMULA = "[-=+@\\uff1d\\uff0b\\uff0d\\uff20]"
DELIMITER = "\x1f"


class Plano(Testigo):
    """One closing as a flat file.

    A line an item, the first one names the columns. Dates are ISO, amounts have two decimals and no thousands. In texts
    line breaks become spaces, and what begins like a formula begins with an apostrophe; those with the separator or a
    double quote in them are quoted (RFC 4180). Numbers stay numbers, negative ones too.
    """

    def __init__(self, corte, separator="|", decimal=".", bom=False):
        super().__init__(corte)
        self.separator, self.decimal, self.bom = separator, decimal, bom

    def archivo(self):
        count = sum(self.contar(("overdue", "current", "credit")).values())
        return Archivo(self.nombre("cartera", "txt"), TEXT, count, self.escribir)

    def escribir(self, path, avance):
        copy = SQL("COPY (%s) TO STDOUT (FORMAT CSV, HEADER, DELIMITER %s)", self.consulta(), self.separator)
        cr = self.env.cr
        with open(path, "wb") as file:
            file.write(BOM if self.bom else b"")
            cr.copy_expert(cr.mogrify(copy.code, copy.params).decode(), Contador(file, avance))

    def consulta(self):
        """SELECT of the columns. Whether a row has any text to mend is seen at once, in all of its texts together."""
        texts = [self.fuente(dato) for dato in COLUMNS if dato.kind == "text"]
        return SQL(
            """SELECT %s FROM (
                   SELECT l.*, CONCAT_WS(%s, %s) ~ %s AS sucia FROM cartera_corte_linea l WHERE l.corte_id = %s OFFSET 0
               ) l""",
            SQL(", ").join(SQL("%s AS %s", self._valor(dato), SQL.identifier(dato.name)) for dato in COLUMNS),
            DELIMITER,
            SQL(", ").join(texts),
            f"(^|{DELIMITER})\\s*{FORMULA}|{CONTROL}",
            self.corte.id,
        )

    def _valor(self, dato):
        value = self.fuente(dato)
        if dato.kind == "money":
            rounded = SQL("ROUND(%s::numeric, 2)", value)
            return rounded if self.decimal == "." else SQL("REPLACE(%s::text, '.', %s)", rounded, self.decimal)
        if dato.kind == "text":
            flat = SQL("BTRIM(REGEXP_REPLACE(%s, %s, ' ', 'g'))", value, f"{CONTROL}+")
            return SQL(
                "CASE WHEN l.sucia THEN REGEXP_REPLACE(%s, %s, %s) ELSE %s END", flat, f"^(?={FORMULA})", "'", value
            )
        return value


class Contador:
    """A file that tells how many lines went into it. PostgreSQL hands them over one by one."""

    def __init__(self, file, avance):
        self.file, self.avance, self.lines = file, avance, 0

    def write(self, line):  # pylint: disable=method-required-super
        self.file.write(line)
        self.lines += 1
        if self.lines % (20 * LOT) == 0:
            self.avance(self.lines)


class CarteraExportacion(models.Model):
    _inherit = "cartera.exportacion"

    def _archivo_flat(self):
        return Plano(self._exigir_corte(), **self.parameters).archivo()


class CarteraCorte(models.Model):
    _inherit = "cartera.corte"

    def action_plano(self):
        """Ask how the flat file is to be written."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Flat File"),
            "res_model": "cartera.exportacion.plano",
            "view_mode": "form",
            "target": "new",
            "context": {"default_corte_ids": self.ids},
        }
