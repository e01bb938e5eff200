import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, split_every
from odoo.tools.misc import formatLang

from .cartera_importacion_archivo import leer_archivo, libro
from .cartera_importacion_lectura import (
    OBLIGATORIOS,
    ORDENES,
    adivinar,
    detectar_decimal,
    detectar_fecha,
    fila_de_titulos,
)
from .cartera_importacion_lote import CONTEXTO, Lote
from .cartera_importacion_revision import TAMANO, Revision

MUESTRA = 1000  # rows that formats are guessed from
LECTURA = {"file", "encoding", "separator", "sheet", "header_row"}  # changing these reads the columns anew
BOOKING = {
    "company_id", "columna_ids", "fila_ids", "date_order", "decimal", "journal_id", "payment_journal_id", "account_id",
    "currency_id", "date_cutoff", "date_opening", "number_scope",
}
# Journals made on demand: code, type.
DIARIOS = {"journal_id": ("CAPER", "sale"), "payment_journal_id": ("CAPAG", "general")}


class CarteraImportacion(models.Model):
    """The open portfolio of another system, brought in as posted opening invoices.

    draft: the file was read, its columns are matched; checked: every row was judged, nothing was written (the dry
    run); running: a scheduled action imports batch after batch, each committed with the state of its rows, so that a
    run that was stopped goes on where it was; done. What one invoice is, is decided by its row's key.
    """

    _name = "cartera.importacion"
    _description = "Portfolio Import"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _rec_name = "filename"
    _check_company_auto = True

    state = fields.Selection(
        [("draft", "Columns"), ("checked", "Checked"), ("running", "Importing"), ("done", "Done")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    user_id = fields.Many2one("res.users", string="Imported by", default=lambda self: self.env.user, readonly=True)
    # --- the file ---------------------------------------------------------------------------------------------------
    file = fields.Binary(attachment=True, required=True, help="XLSX, XLS, ODS or CSV.")
    filename = fields.Char(string="File Name", required=True, default="cartera.csv")
    encoding = fields.Char(help="Of a CSV file; empty: as it looks.")
    separator = fields.Selection([(",", "Comma"), (";", "Semicolon"), ("\t", "Tab"), ("|", "Bar")])
    sheet = fields.Char(help="Of a spreadsheet; empty: the first one.")
    header_row = fields.Integer(string="Headers in Row", help="Blank rows do not count. Zero: as it looks.")
    date_order = fields.Selection(
        [(order, order) for order in ORDENES], string="Dates Are", help="D day, M month, Y year."
    )
    decimal = fields.Selection([(".", "Point"), (",", "Comma")], string="Decimal Sign")
    columna_ids = fields.One2many("cartera.importacion.columna", "importacion_id", string="Columns")
    # --- how it is booked -------------------------------------------------------------------------------------------
    journal_id = fields.Many2one(
        "account.journal", string="Invoice Journal", domain="[('type', '=', 'sale')]", check_company=True,
        help="Empty: an opening journal of its own.",
    )
    payment_journal_id = fields.Many2one(
        "account.journal", domain="[('type', '=', 'general')]", check_company=True,
        help="Empty: an opening journal of its own.",
    )
    account_id = fields.Many2one(
        "account.account", string="Opening Account", check_company=True,
        compute="_compute_por_compania", store=True, readonly=False, precompute=True,
        help="Against which invoices and payments of the opening are booked: the income and its taxes were booked in "
             "the other system.",
    )
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_por_compania", store=True, readonly=False, precompute=True,
        help="Of the rows that name none.",
    )
    date_cutoff = fields.Date(
        string="Cut-off Date", required=True, default=lambda self: self.env.company._cartera_hoy(),
        help="What was issued or paid after this day is left out.",
    )
    date_opening = fields.Date(
        help="What is older is booked on this day; its own dates stay on the invoice. Empty: everything on its own "
             "date.",
    )
    number_scope = fields.Selection(
        [("file", "In the whole file"), ("debtor", "For each debtor and account")],
        string="Numbers Do Not Repeat", required=True, default="file",
    )
    # --- what becomes of it -----------------------------------------------------------------------------------------
    fila_ids = fields.One2many("cartera.importacion.fila", "importacion_id", string="Rows")
    preview_ids = fields.Many2many("cartera.importacion.fila", compute="_compute_preview_ids", string="First Rows")
    total_count = fields.Integer(string="Rows in File", compute="_compute_avance")
    pending_count = fields.Integer(string="To Import", compute="_compute_avance")
    done_count = fields.Integer(string="Imported", compute="_compute_avance")
    rejected_count = fields.Integer(string="Rejected", compute="_compute_avance")
    skipped_count = fields.Integer(string="Skipped", compute="_compute_avance")
    progress = fields.Float(compute="_compute_avance", help="Percent of the good rows that are imported.")
    control = fields.Text(string="Control Totals", compute="_compute_control")
    rejected_file = fields.Binary(compute="_compute_rejected_file")

    # --- computes ---------------------------------------------------------------------------------------------------

    @api.depends("company_id")
    def _compute_por_compania(self):
        for importacion in self:
            company = importacion.company_id
            Account = self.env["account.account"].with_company(company)
            importacion.currency_id = company.currency_id
            importacion.account_id = Account.search(
                [*Account._check_company_domain(company), ("account_type", "=", "equity_unaffected")], limit=1
            )

    @api.depends("fila_ids.state")
    def _compute_avance(self):
        groups = self.env["cartera.importacion.fila"]._read_group(
            [("importacion_id", "in", self.ids)], ["importacion_id", "state"], ["__count"]
        )
        counts = {(importacion.id, state): count for importacion, state, count in groups}
        for importacion in self:
            of_state = {state: counts.get((importacion.id, state), 0) for state in
                        ("pending", "done", "rejected", "skipped")}
            for state, count in of_state.items():
                importacion[f"{state}_count"] = count
            importacion.total_count = sum(of_state.values())
            good = of_state["pending"] + of_state["done"]
            importacion.progress = 100.0 * of_state["done"] / good if good else 0.0

    @api.depends("fila_ids")
    def _compute_preview_ids(self):
        Fila = self.env["cartera.importacion.fila"]
        for importacion in self:
            importacion.preview_ids = Fila.search([("importacion_id", "=", importacion.id)], limit=20)

    @api.depends("fila_ids.state")
    def _compute_control(self):
        """Rows, totals and balances by state and currency: what to hold against the other system's own totals."""
        labels = dict(self.env["cartera.importacion.fila"]._fields["state"]._description_selection(self.env))
        for importacion in self:
            groups = self.env["cartera.importacion.fila"]._read_group(
                [("importacion_id", "=", importacion.id), ("state", "in", ("pending", "done", "skipped"))],
                ["state", "currency_id"],
                ["__count", "amount_total:sum", "amount_balance:sum"],
            )
            importacion.control = "\n".join(
                self.env._(
                    "%(state)s: %(count)s rows, total %(total)s, balance %(balance)s %(currency)s",
                    state=labels[state], count=count, currency=currency.name,
                    total=formatLang(self.env, total), balance=formatLang(self.env, balance),
                )
                for state, currency, count, total, balance in groups
            )

    @api.depends("fila_ids.state")
    def _compute_rejected_file(self):
        for importacion in self:
            importacion.rejected_file = base64.b64encode(importacion._libro_rechazadas())

    def _libro_rechazadas(self):
        """XLSX (bytes) of the rejected rows: their own columns, and the reasons in a last one."""
        rows = self.env["cartera.importacion.fila"].search(
            [("importacion_id", "=", self.id), ("state", "=", "rejected")]
        )
        headers = [*self.columna_ids.mapped("header"), self.env._("Reason for rejection")]
        return libro([headers, *([*row.data, row.reason or ""] for row in rows)])

    # --- reading the file -------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        imports = super().create([{**vals, "state": "draft"} for vals in vals_list])
        for importacion in imports:
            importacion._leer_columnas()
        return imports

    def write(self, vals):
        if "state" in vals and not self.env.su:
            raise UserError(self.env._("An import moves on with its buttons: check it, then import it."))
        if self._opciones() & vals.keys() and any(importacion._ha_empezado() for importacion in self):
            raise UserError(self.env._("This import has begun: what it reads and how it books cannot change any more."))
        if "file" in vals:
            vals = {"header_row": 0, **vals}
        res = super().write(vals)
        if LECTURA & vals.keys() and not self.env.context.get("cartera_reading"):
            for importacion in self:
                importacion._leer_columnas()
        return res

    @api.model
    def _opciones(self):
        """Fields that cannot change once a row was imported."""
        return LECTURA | BOOKING

    def _ha_empezado(self):
        return self.state in ("running", "done") or bool(self.done_count)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_imported(self):
        if any(importacion.state == "running" or importacion.done_count for importacion in self):
            raise UserError(
                self.env._("An import that made entries stays: its rows are what keeps a second one from repeating "
                           "them.")
            )

    def _leer_archivo(self):
        """The non-blank rows of the file, each a list of texts."""
        self.ensure_one()
        raw = base64.b64decode(self.with_context(bin_size=False).file or b"")
        return leer_archivo(self.env, raw, self.filename, self.encoding, self.separator, self.sheet)

    def _leer_columnas(self):
        """Headers, samples, what they mean and how dates and amounts are written: all guesses to be edited."""
        self.ensure_one()
        rows = self._leer_archivo()
        if len(rows) < 2:
            raise UserError(self.env._("The file has no rows under its headers: choose another one."))
        if not self.header_row:
            self.with_context(cartera_reading=True).header_row = fila_de_titulos(rows) + 1
        headers, body = self._cuerpo(rows)
        targets = {**adivinar(headers), **self.env["cartera.importacion.columna"]._recordadas(headers)}
        targets = {index: target for target, index in {target: index for index, target in targets.items()}.items()}
        self._descartar()
        self.columna_ids = [fields.Command.clear()] + [
            fields.Command.create({"index": index, "header": header, "target": targets.get(index),
                                   "sample": next((row[index] for row in body if row[index]), "")})
            for index, header in enumerate(headers)
        ]
        self._detectar_formatos(body[:MUESTRA])

    def _cuerpo(self, rows):
        """(headers, rows under them), all as wide as the widest row."""
        width = max(map(len, rows))
        padded = [row + [""] * (width - len(row)) for row in rows]
        headers = padded[self.header_row - 1 : self.header_row]
        if not headers:
            raise UserError(self.env._("The file has no row %s to take the headers from.", self.header_row))
        return headers[0], padded[self.header_row :]

    def _detectar_formatos(self, body):
        texts = {kind: [row[column.index] for column in self.columna_ids if (column.target or "").startswith(kind)
                        for row in body if row[column.index]] for kind in ("date", "amount")}
        self.date_order = detectar_fecha(texts["date"])
        self.decimal = detectar_decimal(texts["amount"])

    def _descartar(self):
        """Forget the dry run: the next check judges everything anew."""
        self.fila_ids.sudo().unlink()
        if self.state != "draft":
            self.sudo().state = "draft"

    # --- what people do ---------------------------------------------------------------------------------------------

    def action_check(self):
        """The dry run: judge every row, write nothing else."""
        for importacion in self:
            importacion.check_access("write")
            importacion._exigir_columnas()
            importacion._exigir_periodo()
            importacion._descartar()
            _headers, body = importacion._cuerpo(importacion._leer_archivo())
            Fila = self.env["cartera.importacion.fila"].sudo()
            for some in split_every(TAMANO, Revision(importacion).filas(body), list):
                Fila.create(some)
            importacion.sudo().state = "checked"

    def action_import(self):
        """Hand the good rows to the scheduled action."""
        for importacion in self:
            importacion.check_access("write")
            if importacion.state != "checked":
                raise UserError(self.env._("Check the file before importing it."))
            if not importacion.pending_count:
                raise UserError(self.env._("There is nothing to import: no row of this file is good and new."))
            importacion._exigir_periodo()
            importacion._asegurar_diarios()
            importacion.columna_ids._recordar()
            importacion.sudo().state = "running"
        self.env.ref("cartera_cobro.ir_cron_importar").sudo()._trigger()

    def action_pause(self):
        """Stop after the batch that is being imported; `action_import` goes on with what is left."""
        self.check_access("write")
        self.filtered(lambda importacion: importacion.state == "running").sudo().state = "checked"

    def action_rows(self):
        """The rows of the state in the context, all without one."""
        self.ensure_one()
        state = self.env.context.get("fila_state")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Rows"),
            "res_model": "cartera.importacion.fila",
            "view_mode": "list,form",
            "domain": [("importacion_id", "=", self.id), *([("state", "=", state)] if state else [])],
        }

    def action_rejected_file(self):
        """Download the rejected rows with the reason beside each."""
        self.ensure_one()
        if not self.rejected_count:
            raise UserError(self.env._("No row was rejected."))
        name = self.env._("rejected-%s", self.filename.rpartition(".")[0] or self.filename)
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/rejected_file/{name}.xlsx?download=true",
        }

    # --- guards -----------------------------------------------------------------------------------------------------

    def _exigir_columnas(self):
        """What must be known before rows can be judged."""
        if self._ha_empezado():
            raise UserError(
                self.env._("This import has begun: it goes on with what is left, and is not checked again.")
            )
        targets = self.columna_ids.filtered("target").mapped("target")
        mapped = set(targets)
        labels = dict(self.columna_ids._fields["target"]._description_selection(self.env))
        missing = [labels[name] for name in OBLIGATORIOS if name not in mapped]
        if not mapped & {"vat", "partner_code"}:
            missing.append(labels["vat"])
        if not mapped & {"amount_total", "amount_balance"}:
            missing.append(labels["amount_total"])
        if missing:
            raise UserError(self.env._("Say which column is: %s.", ", ".join(missing)))
        if len(mapped) < len(targets):
            twice = sorted({labels[name] for name in targets if targets.count(name) > 1})
            raise UserError(self.env._("Two columns cannot mean the same: %s.", ", ".join(twice)))
        if not self.account_id:
            raise UserError(self.env._("Choose the account against which the opening is booked."))

    def _exigir_periodo(self):
        locked = self._bloqueado_hasta()
        if locked and self.date_opening and self.date_opening <= locked:
            raise UserError(
                self.env._(
                    "%(company)s is locked up to %(locked)s: choose an opening date after it.",
                    company=self.company_id.display_name, locked=format_date(self.env, locked),
                )
            )

    def _bloqueado_hasta(self):
        """Last day on which nothing may be booked (date), None where every day is open."""
        locks = self.company_id.sudo()._get_lock_date_violations(
            fields.Date.to_date("1900-01-01"), purchase=False, tax=False
        )
        return max((day for day, _field in locks), default=None)

    def _fecha_contable(self, day):
        return max(day, self.date_opening) if self.date_opening else day

    def _fecha_pago(self, total, balance, date_paid):
        """Day on which what is no longer owed was paid; None where nothing was, by the cut-off."""
        if total <= balance:
            return None
        day = date_paid or self.date_opening or self.date_cutoff
        return day if day <= self.date_cutoff else None

    def _asegurar_diarios(self):
        """The journals that nobody chose: found by code, or made."""
        names = {"journal_id": self.env._("Opening Portfolio"), "payment_journal_id": self.env._("Opening Payments")}
        Journal = self.env["account.journal"].sudo().with_company(self.company_id)
        for field, (code, kind) in DIARIOS.items():
            if not self[field]:
                key = {"company_id": self.company_id.id, "code": code, "type": kind}
                found = Journal.search([(name, "=", value) for name, value in key.items()], limit=1)
                self[field] = found or Journal.create({**key, "name": names[field]})

    # --- the run ----------------------------------------------------------------------------------------------------

    @api.model
    def _cron_importar(self):
        """Import what was handed over, batch by batch, each committed by itself."""
        cron = self.env["ir.cron"]
        running = self.search([("state", "=", "running")], order="id")
        cron._commit_progress(remaining=sum(running.mapped("pending_count")) + len(running))
        for importacion in running:
            while processed := importacion._siguiente_lote():
                if not cron._commit_progress(processed):
                    return

    def _siguiente_lote(self):
        """Import one batch, or finish; how much was done: 0 when another worker is at it or it is over."""
        self.env.invalidate_all()
        importacion = self.try_lock_for_update(allow_referencing=True)
        if not importacion or importacion.state != "running":
            return 0
        importacion = importacion._como_quien_importa()
        return Lote(importacion).importar() or importacion._terminar()

    def _como_quien_importa(self):
        """Entries are created in the name of who imports, with the company's settings and without chatter."""
        return (
            self.with_user(self.user_id)
            .sudo()
            .with_company(self.company_id)
            .with_context(**CONTEXTO, allowed_company_ids=self.company_id.ids, lang=self.user_id.lang)
        )

    def _terminar(self):
        """Close the run and put the new items in their stages; counts as one step."""
        self.state = "done"
        self._message_log(
            body=self.env._(
                "%(done)s rows imported, %(rejected)s rejected, %(skipped)s skipped.",
                done=self.done_count, rejected=self.rejected_count, skipped=self.skipped_count,
            )
        )
        if self.company_id.cartera_politica_id:
            counts = self.env["cartera.partida"]._actualizar(self.company_id)
            if counts["locked"]:
                self.env.ref("cartera_cobro.ir_cron_actualizar")._trigger()
        return 1
