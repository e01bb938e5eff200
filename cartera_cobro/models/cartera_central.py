"""Credit bureaus (centrales de riesgo), what the file of each looks like, and what the policy asks before reporting."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# What a column of the file may hold; `cartera_central_archivo` reads each from a line of the report.
SOURCES = [
    ("number", "Line number"),
    ("constant", "Always the same text"),
    ("subscriber", "Subscriber code"),
    ("cutoff", "Cut-off"),
    ("id_type", "Type of identification"),
    ("vat", "Identification"),
    ("name", "Name of the debtor"),
    ("obligation", "Obligation"),
    ("account", "Account or contract"),
    ("situation", "Situation"),
    ("reason", "Reason"),
    ("date_due", "Default since"),
    ("days", "Days overdue"),
    ("amount_original", "Original amount"),
    ("amount", "Balance in arrears"),
    ("date_paid", "Paid on"),
    ("permanence_until", "Stays until"),
    ("disputed", "In dispute (yes or no)"),
    ("date_first", "First reported on"),
    ("notice_number", "Number of the notice"),
    ("notice_day", "Day of the notice"),
]


class CarteraCentral(models.Model):
    """A credit bureau that a company reports to, and the layout of its file: columns, order, widths, codes."""

    _name = "cartera.central"
    _description = "Credit Bureau"
    _order = "sequence, name"
    _check_company_auto = True

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: every company reports to it.")
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        domain="[('share', '=', False)]",
        help="Who is told when a payment or the end of a permanence has to be reported.",
    )
    subscriber_code = fields.Char(help="By which the bureau knows this company.")
    file_format = fields.Selection(
        [("delimited", "Separated values"), ("fixed", "Fixed widths")], required=True, default="delimited"
    )
    separator = fields.Char(default=";", size=1, help="Between values; within them it becomes a space.")
    with_header = fields.Boolean(string="First Line Has Headings", default=True)
    encoding = fields.Selection(
        [("utf-8", "UTF-8"), ("cp1252", "Windows (cp1252)"), ("ascii", "ASCII, without accents")],
        required=True,
        default="utf-8",
    )
    date_format = fields.Selection(
        [("%Y%m%d", "20260731"), ("%Y-%m-%d", "2026-07-31"), ("%d/%m/%Y", "31/07/2026"), ("%Y%m", "202607")],
        required=True,
        default="%Y%m%d",
    )
    with_cents = fields.Boolean(help="Amounts with a point and two decimals; else in whole pesos.")
    columna_ids = fields.One2many("cartera.central.columna", "central_id", string="Columns", copy=True)
    reporte_ids = fields.One2many("cartera.central.reporte", "central_id", string="Reports")
    note = fields.Text(string="How It Is Sent", help="The portal, the address, the day of the month.")

    @api.constrains("file_format", "columna_ids", "separator")
    def _check_layout(self):
        for central in self:
            if central.file_format == "delimited" and not central.separator:
                raise ValidationError(self.env._("Say what separates the values in the file of %s.", central.name))
            narrow = central.columna_ids.filtered(lambda c: c.width < 1)
            if central.file_format == "fixed" and narrow:
                raise ValidationError(
                    self.env._(
                        "In a file of fixed widths every column has a width: %s.", ", ".join(narrow.mapped("name"))
                    )
                )


class CarteraCentralColumna(models.Model):
    """A column of the file of a bureau."""

    _name = "cartera.central.columna"
    _description = "Column of a Bureau's File"
    _order = "central_id, sequence, id"

    central_id = fields.Many2one("cartera.central", string="Bureau", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Heading", required=True)
    source = fields.Selection(SOURCES, string="What It Holds", required=True)
    constant = fields.Char(string="Text")
    codes = fields.Char(
        help="What is written instead of a value: new=01; owed=02; *=99. A star stands for any other one; "
        "without it, other values go as they are."
    )
    required = fields.Boolean(help="The bureau rejects a line without it.")
    width = fields.Integer(help="Characters; 0: as long as it is.")
    may_cut = fields.Boolean(string="May Be Cut", help="What is longer than the width is cut; else it is refused.")
    align = fields.Selection([("left", "Left"), ("right", "Right")], required=True, default="left")
    fill = fields.Char(default=" ", size=1, trim=False, help="What fills the width: a blank, or a zero.")

    _width_sane = models.Constraint("CHECK (width BETWEEN 0 AND 1000)", "A column is 0 to 1,000 characters wide.")

    @api.constrains("codes")
    def _check_codes(self):
        for columna in self:
            try:
                columna._codigos()
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "Column %(column)s: write its codes as value=code, separated by semicolons (new=01; owed=02).",
                        column=columna.name,
                    )
                ) from error

    def _codigos(self):
        """{value: code} of `codes`. ValueError: a piece that is no value=code."""
        pieces = [piece.split("=") for piece in (self.codes or "").split(";") if piece.strip()]
        return {value.strip(): code.strip() for value, code in pieces}


class CarteraPolitica(models.Model):
    _inherit = "cartera.politica"

    bureau_authorisation = fields.Boolean(
        string="Reports Take an Authorisation",
        default=True,
        help="Nothing is reported to credit bureaus without the debtor's authorisation on file (Ley 1266 art. 8).",
    )
    bureau_dispute = fields.Selection(
        [("leave_out", "Left out"), ("flag", "Reported as in dispute")],
        string="While It Is Disputed",
        required=True,
        default="leave_out",
        help="Of what was never reported. What was reported goes on being so, as in dispute, until it is answered.",
    )


class CarteraAutorizacion(models.Model):
    _inherit = "cartera.autorizacion"

    @api.constrains("channel", "evidence")
    def _check_bureau(self):
        for given in self:
            if given.channel == "bureau" and not given.evidence:
                raise ValidationError(
                    self.env._(
                        "Reporting to credit bureaus takes the authorisation on file (Ley 1266 art. 8): "
                        "attach the one that %s gave.",
                        given.partner_id.display_name,
                    )
                )
