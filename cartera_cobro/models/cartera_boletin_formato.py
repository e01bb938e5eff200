"""How the receiver of the bulletin wants its file: widths, codes and terms as records, with the day they hold from."""

import re
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rules.bulletin import Field

CATEGORIES = [
    ("semester", "Semestral report"),
    ("breach", "Breached agreements"),
    ("update", "Update"),
    ("cancel", "Cancellation of agreement"),
    ("withdraw", "Withdrawals"),
]
CAUSES = [
    ("paid", "Paid"),
    ("agreement", "Payment agreement in force"),
    ("below", "Under the minimum"),
    ("cured", "Breach cured"),
    ("left_out", "Left out of a later report"),
]
ENCODINGS = [("cp1252", "Windows (cp1252)"), ("latin-1", "ISO 8859-1"), ("utf-8", "UTF-8"), ("ascii", "ASCII")]
LINE_ENDS = [("crlf", "Windows (CR LF)"), ("lf", "Unix (LF)")]
SOURCES = [
    ("constant", "A constant"),
    ("entity", "Code of the entity"),
    ("period", "Code of the period"),
    ("year", "Year of the cut-off"),
    ("category", "Code of the category"),
    ("cutoff", "Cut-off"),
    ("debtor_type", "Code of the type of debtor"),
    ("obligation", "Number of the obligation"),
    ("id_number", "Identification"),
    ("id_type", "Code of the type of identification"),
    ("debtor_name", "Name of the debtor"),
    ("amount", "Balance"),
    ("date_due", "Due date"),
    ("cause", "Code of the cause of withdrawal"),
]
# What a field may be left empty for: the causes of what is no withdrawal.
OPTIONAL = {"cause", "date_due"}
CUTOFFS = re.compile(r"\d\d-\d\d(\s*,\s*\d\d-\d\d)*")


class CarteraBoletinFormato(models.Model):
    """The layout of the bulletin's file that holds from a day on: when the receiver changes it, there is another."""

    _name = "cartera.boletin.formato"
    _description = "Layout of the Bulletin"
    _order = "date_from desc, id desc"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    date_from = fields.Date(string="In Force Since", required=True, help="First cut-off that is sent with it.")
    cutoffs = fields.Char(
        string="Cut-offs", required=True, default="05-31, 11-30", help="Month-day of each, with commas between."
    )
    term_days = fields.Integer(
        string="Days to Send",
        required=True,
        default=10,
        help="It is sent in the first so many days of the month after the cut-off.",
    )
    encoding = fields.Selection(ENCODINGS, required=True, default="cp1252")
    line_end = fields.Selection(LINE_ENDS, string="Line Ends", required=True, default="crlf")
    signs = fields.Char(
        string="Signs Accepted",
        help="Beside letters of A to Z, digits and space. Empty: whatever the encoding can write.",
    )
    source = fields.Char(help="The instruction of the receiver that says so.")
    campo_ids = fields.One2many("cartera.boletin.campo", "formato_id", string="Fields", copy=True)
    codigo_ids = fields.One2many("cartera.boletin.codigo", "formato_id", string="Codes", copy=True)

    _term_days_range = models.Constraint(
        "CHECK (term_days BETWEEN 1 AND 28)", "The days to send are between 1 and 28, of the month after the cut-off."
    )

    @api.constrains("cutoffs")
    def _check_cutoffs(self):
        for formato in self:
            try:
                good = bool(CUTOFFS.fullmatch(formato.cutoffs.strip())) and formato._cortes(2024)
            except ValueError:
                good = False
            if not good:
                raise ValidationError(
                    self.env._("Write the cut-offs as month-day with commas between them, e.g. 05-31, 11-30.")
                )

    @api.model
    def _vigente(self, day):
        """The layout in force on `day` (date); empty when there is none."""
        return self.search([("date_from", "<=", day)], limit=1)

    def _cortes(self, year):
        """The cut-offs (dates) of a year, in order."""
        self.ensure_one()
        days = (piece.split("-") for piece in self.cutoffs.replace(" ", "").split(","))
        return sorted(date(year, int(month), int(day)) for month, day in days)

    def _ultimo_corte(self, day):
        """The last cut-off that is not after `day`."""
        self.ensure_one()
        return max(c for c in self._cortes(day.year - 1) + self._cortes(day.year) if c <= day)

    def _codigo(self, kind, key):
        """The code (record) of a `kind` for a key; of a type of identification, the key is the record."""
        name = "identification_type_id" if kind == "id_type" else "key"
        return self.codigo_ids.filtered(lambda c: c.kind == kind and c[name] == key)[:1]

    def _fin_de_linea(self):
        return {"crlf": "\r\n", "lf": "\n"}[self.line_end]


class CarteraBoletinCampo(models.Model):
    """A field of a record of the file: how wide, how filled, and with what."""

    _name = "cartera.boletin.campo"
    _description = "Field of the Bulletin's File"
    _order = "section desc, sequence, id"

    formato_id = fields.Many2one("cartera.boletin.formato", required=True, index=True, ondelete="cascade")
    section = fields.Selection([("header", "Header"), ("detail", "Detail")], required=True, default="detail")
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, help="As the sheet heads it, in Spanish.")
    width = fields.Integer(required=True)
    align = fields.Selection([("left", "Left"), ("right", "Right")], required=True, default="left")
    pad = fields.Selection([("space", "Space"), ("zero", "Zero")], string="Filled With", required=True, default="space")
    decimals = fields.Integer(help="Of an amount.")
    date_format = fields.Char(default="%d/%m/%Y", help="Of a day: %d day, %m month, %Y year.")
    source = fields.Selection(SOURCES, string="Says", required=True)
    constant = fields.Char()

    _name_uniq = models.UniqueIndex("(formato_id, section, name)", "A record has one field of each name.")
    _width_positive = models.Constraint("CHECK (width > 0)", "A field is one character wide at least.")
    _decimals_positive = models.Constraint("CHECK (decimals >= 0)", "Decimals are zero or more.")

    def _campo(self):
        """As the rules take it."""
        self.ensure_one()
        pad = {"space": " ", "zero": "0"}[self.pad]
        days = self.date_format or "%d/%m/%Y"
        return Field(self.name, self.width, self.align, pad, self.decimals, days)


class CarteraBoletinCodigo(models.Model):
    """What the receiver calls a category, a period, a type of debtor or of identification, or a cause."""

    _name = "cartera.boletin.codigo"
    _description = "Code of the Bulletin"
    _order = "kind, code, id"

    formato_id = fields.Many2one("cartera.boletin.formato", required=True, index=True, ondelete="cascade")
    kind = fields.Selection(
        [
            ("category", "Category"),
            ("period", "Period"),
            ("debtor_type", "Type of debtor"),
            ("id_type", "Type of identification"),
            ("cause", "Cause of withdrawal"),
        ],
        required=True,
    )
    key = fields.Char(
        help="Of a category or cause: its technical name. Of a period: the month of its cut-off, 05 or 11. Of a type "
        "of debtor: natural or legal."
    )
    identification_type_id = fields.Many2one("l10n_latam.identification.type", ondelete="cascade")
    code = fields.Char(required=True)
    name = fields.Char(required=True)
    check_digit = fields.Boolean(help="Its numbers are NITs: their check digit is verified.")
    write_check_digit = fields.Boolean(help="Whether the file has the check digit too.")

    @api.constrains("kind", "key", "identification_type_id")
    def _check_key(self):
        for codigo in self:
            if not (codigo.identification_type_id if codigo.kind == "id_type" else codigo.key):
                raise ValidationError(self.env._("Say of what %s is the code.", codigo.code))
