import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

from ..models.cartera_consignacion_lectura import SINONIMOS, Recaudo, es_recaudo, leer_fila, leer_recaudo
from ..models.cartera_importacion_archivo import leer_archivo, libro
from ..models.cartera_importacion_lectura import (
    ORDENES,
    Ilegible,
    adivinar,
    detectar_decimal,
    detectar_fecha,
    fila_de_titulos,
    separar_nit,
)

SHOWN = 30  # rejected rows named on the screen: all of them are in the file
MOST_BYTES = 20 * 1024 * 1024
TARGETS = [
    ("date", "Date"),
    ("text", "Description"),
    ("reference", "Payment Reference"),
    ("vat", "Identification"),
    ("name", "Name"),
    ("number", "Number of the Movement"),
    ("account", "Account It Comes From"),
    ("amount", "Amount, signed"),
    ("credit", "Money in"),
    ("debit", "Money out"),
]


class CarteraConsignacionArchivo(models.TransientModel):
    """A bank's file to be loaded: its columns are matched once for each bank, and remembered.

    Whatever is good becomes a bank line, and whatever is not comes back with its line and its reason. A collection file
    whose totals do not tie is refused whole.
    """

    _name = "cartera.consignacion.archivo"
    _description = "Load a Bank File"
    _inherit = ["cartera.archivo"]

    state = fields.Selection(
        [("draft", "File"), ("columns", "Columns"), ("done", "Done")], default="draft", readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, readonly=True)
    journal_id = fields.Many2one(
        "account.journal",
        string="Bank",
        required=True,
        domain="[('type', '=', 'bank'), ('company_id', '=', company_id)]",
        default=lambda self: self._banco_de_siempre(),
    )
    file = fields.Binary(help="CSV, XLSX, XLS or ODS with its headers, or a collection file (Asobancaria 2001).")
    filename = fields.Char(default="file.csv")
    date_order = fields.Selection(
        [(order, order) for order in ORDENES], string="Dates Are", help="D day, M month, Y year."
    )
    decimal = fields.Selection([(".", "Point"), (",", "Comma")], string="Decimal Sign")
    columna_ids = fields.One2many("cartera.consignacion.archivo.columna", "archivo_id", string="Columns")
    carga_id = fields.Many2one("cartera.consignacion.carga", string="Loaded File", readonly=True)
    line_count = fields.Integer(related="carga_id.line_count")
    known_count = fields.Integer(related="carga_id.known_count")
    pending_count = fields.Integer(related="carga_id.pending_count")
    doubtful_count = fields.Integer(related="carga_id.doubtful_count")
    doubt = fields.Char(compute="_compute_doubt")
    proposed_count = fields.Integer(string="With a Proposal", compute="_compute_proposed_count")
    errors = fields.Text(string="What Was Wrong", readonly=True)

    @api.depends("carga_id")
    def _compute_proposed_count(self):
        for wizard in self:
            lines = wizard.carga_id.statement_line_ids
            wizard.proposed_count = len(lines.filtered("cartera_propuesta_id"))

    @api.depends("carga_id.doubtful")
    def _compute_doubt(self):
        for wizard in self:
            rows = wizard.carga_id.sudo().doubtful or []
            days = sorted({row["date"] for row in rows})
            wizard.doubt = rows and self.env._(
                "%(count)s of those that are there already, on %(days)s, may be others: another file has lines of that "
                "day that this one has not. If this file begins where that one ended, load them too; if it repeats "
                "part of it, leave them out.",
                count=len(rows),
                days=", ".join(format_date(self.env, day) for day in days),
            )

    @api.model
    def _banco_de_siempre(self):
        """The bank of the last file, or the only one there is."""
        mine = [("company_id", "=", self.env.company.id)]
        last = self.env["cartera.consignacion.carga"].search(mine, limit=1).journal_id
        banks = self.env["account.journal"].search([*mine, ("type", "=", "bank")], limit=2)
        return last or (banks if len(banks) == 1 else banks.browse())

    # --- the buttons ------------------------------------------------------------------------------------------------

    def action_read(self):
        """Read the file: a collection file is loaded at once; of a table, the columns are shown to be confirmed."""
        raw = self._abrir()
        if es_recaudo(raw):
            return self._cargar(raw, "collection", self._leer_recaudo(raw).movimientos, [])
        title, rows = self._tabla(raw)
        headers, body = rows[title], rows[title + 1 :]
        targets = {**adivinar(headers, SINONIMOS), **self._recordadas(headers)}
        self.columna_ids = [Command.clear()] + [
            Command.create(
                {
                    "index": index,
                    "header": header,
                    "target": targets.get(index),
                    "sample": next((row[index] for row in body if index < len(row) and row[index]), ""),
                }
            )
            for index, header in enumerate(headers)
        ]
        self._detectar(body)
        self.state = "columns"
        return self._seguir()

    def action_load(self):
        """Load the table as its columns say."""
        raw = self._abrir()
        self._exigir_columnas()
        title, rows = self._tabla(raw)
        headers, body = rows[title], rows[title + 1 :]
        self._recordar()
        return self._cargar(raw, "table", self._leer_tabla(title, body), headers)

    def action_load_doubtful(self):
        """Load what only looked like lines of another file, too."""
        self.ensure_one()
        self.check_access("write")
        self.carga_id.action_load_doubtful()
        return self._seguir()

    def action_open_lines(self):
        self.ensure_one()
        return self.carga_id.action_lines()

    # --- guards -----------------------------------------------------------------------------------------------------

    def _abrir(self):
        """The file (bytes), once everything that must be is there."""
        self.ensure_one()
        self.check_access("write")
        self.env["cartera.identificacion"]._exigir_rol()
        if self.company_id not in self.env.companies:
            raise UserError(self.env._("You do not work for %s.", self.company_id.sudo().name))
        if self.journal_id.company_id != self.company_id or self.journal_id.type != "bank":
            raise UserError(self.env._("Choose a bank of %s.", self.company_id.name))
        if not self.file:
            raise UserError(self.env._("Choose the file that the bank gave."))
        raw = base64.b64decode(self.file)
        if len(raw) > MOST_BYTES:
            raise UserError(self.env._("The file is larger than %s MB: split it, between two days and not within one.",
                                         MOST_BYTES // 1024 // 1024))  # fmt: skip
        self.env["cartera.consignacion.carga"].sudo()._exigir_nueva(self.journal_id, raw)
        return raw

    def _exigir_columnas(self):
        targets = [column.target for column in self.columna_ids if column.target]
        labels = dict(self.columna_ids._fields["target"]._description_selection(self.env))
        missing = [] if "date" in targets else [labels["date"]]
        if not {"amount", "credit", "debit"} & set(targets):
            missing.append(labels["amount"])
        if missing:
            raise UserError(self.env._("Say which column is: %s.", ", ".join(missing)))
        twice = sorted({labels[target] for target in targets if targets.count(target) > 1})
        if twice:
            raise UserError(self.env._("More than one column is: %s. Leave one.", ", ".join(twice)))

    # --- reading ----------------------------------------------------------------------------------------------------

    def _tabla(self, raw):
        """(place of the headers, rows)"""
        rows = leer_archivo(self.env, raw, self.filename or "file.csv")
        title = self._titulos(rows)
        if len(rows) < title + 2:
            raise UserError(self.env._("The file has no rows under its headers: choose another one."))
        return title, rows

    def _titulos(self, rows):
        """Place of the headers: where those known of this bank are, else where most look like some."""
        known = self.env["cartera.consignacion.columna"].sudo().search([("journal_id", "=", self.journal_id.id)])
        headers = set(known.mapped("header"))
        places = [len(headers & set(row)) for row in rows[:30]]
        if max(places, default=0) > 1:
            return places.index(max(places))
        title = fila_de_titulos(rows, sinonimos=SINONIMOS) if rows else 0
        return title if title and len(adivinar(rows[title], SINONIMOS)) > 1 else 0

    def _textos(self, row):
        return {c.target: row[c.index] for c in self.columna_ids if c.target and c.index < len(row)}

    def _detectar(self, body):
        texts = [self._textos(row) for row in body[:1000]]
        amounts = [text[name] for text in texts for name in ("amount", "credit", "debit") if text.get(name)]
        self.date_order = detectar_fecha([text["date"] for text in texts if text.get("date")])
        self.decimal = detectar_decimal(amounts)

    def _leer_tabla(self, title, body):
        order, decimal = self.date_order or "DMY", self.decimal or "."
        return self._juzgar(
            [leer_fila(line, row, self._textos(row), order, decimal) for line, row in enumerate(body, start=title + 2)]
        )

    def _leer_recaudo(self, raw):
        """The payments of a collection file of this company and bank, judged."""
        try:
            found = leer_recaudo(raw)
        except Ilegible as error:
            raise UserError(self._frase(error.code, error.detail)) from error
        mine = separar_nit(self.company_id.vat or "")[0]
        if mine and found.nit and not found.nit.startswith(mine):
            raise UserError(
                self.env._(
                    "The file is of NIT %(nit)s, and %(company)s is %(vat)s: choose another file or another company.",
                    nit=found.nit,
                    company=self.company_id.name,
                    vat=self.company_id.vat,
                )
            )
        account = "".join(filter(str.isdigit, self.journal_id.bank_account_id.sanitized_acc_number or "")).lstrip("0")
        if account and found.account and account != found.account:
            raise UserError(
                self.env._(
                    "The file is of account %(file)s, and %(bank)s is %(account)s: choose the bank it is of.",
                    file=found.account,
                    bank=self.journal_id.name,
                    account=account,
                )
            )
        return Recaudo(found.nit, found.account, self._juzgar(found.movimientos))

    def _juzgar(self, movimientos):
        """Add what only the company knows: days to come, closed periods."""
        today = self.company_id._cartera_hoy()
        locks = {}
        for movimiento in movimientos:
            day = movimiento.day
            if day and day not in locks:
                locks[day] = self.company_id._cartera_cierres(day, self.journal_id)
            if day and day > today:
                movimiento.reasons.append(("future", format_date(self.env, day)))
            elif day and locks[day]:
                movimiento.reasons.append(("locked", format_date(self.env, locks[day][-1][0])))
        return movimientos

    # --- what each column is ----------------------------------------------------------------------------------------

    def _recordadas(self, headers):
        """{column index: target} as they were last confirmed for this bank."""
        known = dict(
            self.env["cartera.consignacion.columna"]
            .sudo()
            ._read_group([("journal_id", "=", self.journal_id.id)], ["header", "target"])
        )
        return {index: known[header] for index, header in enumerate(headers) if header in known}

    def _recordar(self):
        Memory = self.env["cartera.consignacion.columna"].sudo()
        headers = {column.header: column.target for column in self.columna_ids if column.header}
        Memory.search([("journal_id", "=", self.journal_id.id), ("header", "in", list(headers))]).unlink()
        Memory.create(
            [
                {"journal_id": self.journal_id.id, "header": header, "target": target}
                for header, target in headers.items()
            ]
        )

    # --- what came of it --------------------------------------------------------------------------------------------

    def _cargar(self, raw, kind, movimientos, headers):
        bad = [movimiento for movimiento in movimientos if movimiento.reasons]
        if len(bad) == len(movimientos):
            told = "\n".join(self._dichas(bad)[:SHOWN])
            raise UserError(self.env._("Nothing of the file can be loaded:\n%s", told))
        load = self.env["cartera.consignacion.carga"].sudo()
        self.carga_id = load._tomar(self.journal_id.sudo(), self.filename or "file", raw, kind, movimientos)
        told = self._dichas(bad)
        out = bad + [movimiento for movimiento in movimientos if ("known", "") in movimiento.reasons]
        rows = [
            [*movimiento.row, *[""] * (len(headers) - len(movimiento.row)), text]
            for movimiento, text in zip(out, self._dichas(out), strict=True)
        ]
        self.write(
            {
                "state": "done",
                "rejected_count": len(bad),
                "errors": "\n".join(told[:SHOWN]),
                "rejected_file": base64.b64encode(libro([[*headers, self.env._("Reason for rejection")], *rows]))
                if out
                else False,
            }
        )
        return self._seguir()

    def _seguir(self):
        return self._get_records_action(target="new", name=self.env._("Load a Bank File"))

    def _dichas(self, movimientos):
        """The sentence (str) of each that is rejected."""
        return [
            self.env._(
                "Line %(line)s: %(text)s",
                line=movimiento.line,
                text=" ".join(self._frase(code, detail) for code, detail in movimiento.reasons),
            )
            for movimiento in movimientos
        ]

    def _frase(self, code, detail):
        """The sentence of a reason; what is wrong, and what to do where that is not plain."""
        sentences = {
            "date_missing": self.env._("The date is missing."),
            "date_bad": self.env._("This is not a date: %(a)s."),
            "amount_missing": self.env._("The amount is missing."),
            "amount_bad": self.env._("This is not an amount: %(a)s."),
            "amount_zero": self.env._("The amount is zero."),
            "amount_absurd": self.env._("No bank moves %(a)s at once: look at the decimal sign."),
            "future": self.env._("The day is to come: %(a)s."),
            "locked": self.env._("The period is closed up to %(a)s: ask accounting to open it."),
            "known": self.env._("It is there already, or is like one that is."),
            "returned": self.env._("The bank returned this payment (reason %(a)s)."),
            "record_unknown": self.env._("Line %(a)s begins with %(b)s, which no collection file has."),
            "record_width": self.env._("Line %(a)s has %(b)s signs: ask the bank for the file of %(c)s."),
            "record_order": self.env._("Line %(a)s (%(b)s) is out of its place: the file is damaged, or two in one."),
            "file_cut": self.env._("The file has no end: it was cut off. Ask the bank for it again."),
            "number_bad": self.env._("Line %(a)s has no number where there must be one: “%(b)s”."),
            "day_bad": self.env._("Line %(a)s has no day where there must be one: “%(b)s”."),
            "lot_other": self.env._("Line %(a)s closes lot %(b)s, and the open one is %(c)s."),
            "lot_totals": self.env._(
                "Line %(a)s says that the lot has %(b)s payments for %(c)s, and it has %(d)s for %(e)s: ask the bank "
                "for the file again."
            ),
            "file_totals": self.env._(
                "Line %(a)s says that the file has %(b)s payments for %(c)s, and it has %(d)s for %(e)s: ask the bank "
                "for the file again."
            ),
        }
        return sentences[code] % dict(zip("abcde", [*detail.split("|"), *[""] * 5], strict=False))


class CarteraConsignacionArchivoColumna(models.TransientModel):
    """A column of the file, and what it is."""

    _name = "cartera.consignacion.archivo.columna"
    _description = "Column of a Bank File"
    _order = "index"
    _rec_name = "header"

    archivo_id = fields.Many2one("cartera.consignacion.archivo", required=True, ondelete="cascade")
    index = fields.Integer(string="Position", readonly=True)
    header = fields.Char(string="Column", readonly=True)
    sample = fields.Char(string="For Example", readonly=True)
    target = fields.Selection(TARGETS, string="Means", help="Empty: the column is not used.")


class CarteraConsignacionColumna(models.Model):
    """What a column of a bank's files is, as a person confirmed it last; empty: it is not used."""

    _name = "cartera.consignacion.columna"
    _description = "Known Column of a Bank's Files"
    _rec_name = "header"

    journal_id = fields.Many2one("account.journal", string="Bank", required=True, index=True, ondelete="cascade")
    header = fields.Char(string="Column", required=True)
    target = fields.Selection(TARGETS, string="Means")

    _header_uniq = models.UniqueIndex("(journal_id, header)")
