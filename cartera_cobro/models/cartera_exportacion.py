import os
from datetime import timedelta
from typing import Any, NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from .cartera_exportacion_disco import DISCO, carpeta, disco_lleno

KINDS = [
    ("testigo_overdue", "Overdue Testigo"),
    ("testigo_current", "Current Testigo"),
    ("both", "Both Testigos"),
    ("flat", "Flat File"),
    ("ageing_xlsx", "Aged Balance"),
]
STATES = [("queued", "Waiting"), ("running", "Being Written"), ("done", "Ready"), ("failed", "Failed")]
PENDING = ("queued", "running")
# Rows that are written while the person waits: about three seconds of a book, two of a flat file. More wait in the
# background, where they keep no web worker and are not cut off.
AT_ONCE = 50_000
AT_ONCE_FLAT = 200_000


class Archivo(NamedTuple):
    """A file to be written. count: its rows; escribir(path, avance): writes it, telling `avance` the rows so far."""

    name: str
    mimetype: str
    count: int
    escribir: Any


class CarteraExportacion(models.Model):
    """A file that somebody asked for, with what became of it: written at once, or in the background with its progress.

    queued; running: a scheduled action writes it; done: `attachment_id` is the file; failed: `error` says why. One that
    was killed is written again from its beginning. Files leave after the days that the company keeps them.
    """

    _name = "cartera.exportacion"
    _description = "File to Download"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(string="File", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", string="For", required=True, readonly=True, index=True, ondelete="cascade")
    kind = fields.Selection(KINDS, required=True, readonly=True)
    corte_id = fields.Many2one("cartera.corte", string="Closing", readonly=True, ondelete="set null", index=True)
    parameters = fields.Json(readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="queued", index=True)
    rows_total = fields.Integer(string="Rows", readonly=True)
    rows_done = fields.Integer(string="Rows Written", readonly=True)
    progress = fields.Float(compute="_compute_progress", help="Percent of the rows that are written.")
    attempts = fields.Integer(readonly=True, help="Times that the writing was begun.")
    attachment_id = fields.Many2one("ir.attachment", string="Content", readonly=True, ondelete="set null")
    file_size = fields.Integer(related="attachment_id.file_size", string="Size (bytes)")
    date_done = fields.Datetime(string="Ready On", readonly=True)
    error = fields.Char(string="Why Not", readonly=True)

    @api.depends("rows_done", "rows_total", "state")
    def _compute_progress(self):
        for export in self:
            written = 100.0 * export.rows_done / export.rows_total if export.rows_total else 0.0
            export.progress = 100.0 if export.state == "done" else min(written, 99.0)

    # --- asking ---------------------------------------------------------------------------------------------------

    @api.model
    def _pedir(self, kind, company, corte=None, parameters=None, wait=True):
        """The action that answers who asks for a file: its download, or its place in the queue.

        wait: whether the person waits for what is small; who asks for many files does not.
        In sudo once access is checked, so that an auditor may ask too. AccessError: the user reads no closings, or
        does not work for the company.
        """
        self._comprobar(company, corte)
        values = {
            "kind": kind,
            "company_id": company.id,
            "user_id": self.env.uid,
            "corte_id": corte.id if corte else False,
            "parameters": parameters or {},
        }
        same = self.sudo()._en_espera(values)
        return same.sudo(False)._abrir() if same else self.sudo()._encolar(values, wait).sudo(False)._responder()

    @api.model
    def _comprobar(self, company, corte):
        Corte = self.env["cartera.corte"]
        Corte.check_access("read")
        if corte:
            corte.check_access("read")
        if company not in self.env.companies:
            raise AccessError(self.env._("You do not work for %s.", company.sudo().name))

    @api.model
    def _en_espera(self, values):
        """The same file, where the same person waits for it already."""
        keys = ("kind", "company_id", "user_id", "corte_id")
        waiting = self.search([("state", "in", PENDING), *((key, "=", values[key]) for key in keys)])
        return waiting.filtered(lambda export: (export.parameters or {}) == values["parameters"])[:1]

    @api.model
    def _encolar(self, values, wait):
        """The request; if somebody waits, what is small is written already."""
        export = self.create({**values, "name": values["kind"]})
        archivo = export._archivo()
        export.write({"name": archivo.name, "rows_total": archivo.count})
        if wait and archivo.count <= (AT_ONCE_FLAT if export.kind == "flat" else AT_ONCE):
            export._escribir_ya(archivo)
        else:
            self.env.ref("cartera_cobro.ir_cron_exportar").sudo()._trigger()
        return export

    def _escribir_ya(self, archivo):
        try:
            with carpeta(self) as folder:
                path = os.path.join(folder, "archivo")
                archivo.escribir(path, lambda rows: None)
                self._entregar(archivo, path)
        except DISCO as error:
            if not disco_lleno(error):
                raise
            raise UserError(self._frase(error)) from error

    def _entregar(self, archivo, path):
        """The file at `path` becomes the attachment, and the request is done."""
        self.write(
            {
                "attachment_id": self.env["ir.attachment"]
                ._cartera_desde_archivo(path, archivo.name, archivo.mimetype, self)
                .id,
                "state": "done",
                "name": archivo.name,
                "rows_total": archivo.count,
                "rows_done": archivo.count,
                "date_done": fields.Datetime.now(),
                "error": False,
            }
        )

    def _frase(self, error):
        """What people are told of an error (an exception)."""
        if isinstance(error, UserError):
            return str(error)
        if disco_lleno(error):
            return self.env._("The disk of the server is full: once there is space on it, ask for the file again.")
        return self.env._("The file could not be written (%s): the log of the server says more.", type(error).__name__)

    # --- what it is made of -----------------------------------------------------------------------------------------

    def _archivo(self):
        """The Archivo that was asked for; each kind has its own method. UserError: what it is made from is gone."""
        self.ensure_one()
        return getattr(self, f"_archivo_{self.kind}")()

    def _exigir_corte(self):
        if not self.corte_id:
            raise UserError(self.env._("The closing of this file was deleted: ask for the file of another one."))
        return self.corte_id

    # --- what people do ---------------------------------------------------------------------------------------------

    def _responder(self):
        """What is ready is downloaded; the rest shows its progress."""
        return self.action_download() if self.state == "done" else self._abrir()

    def _abrir(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Files"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "current",
        }

    def action_download(self):
        self.ensure_one()
        self.check_access("read")
        if not self.sudo().attachment_id:
            raise UserError(self.env._("%s is not there: ask for it again.", self.name))
        url = f"/web/content/{self.sudo().attachment_id.id}?download=true"
        return {"type": "ir.actions.act_url", "url": url, "close": True}

    def action_cancel(self):
        """Do not write it, or stop writing it."""
        self.check_access("read")
        waiting = self.sudo().filtered(lambda export: export.state in PENDING)
        waiting.write({"state": "failed", "error": self.env._("Cancelled by who asked for it.")})

    def action_retry(self):
        """Once more, from the beginning, in the background."""
        self.check_access("read")
        failed = self.sudo().filtered(lambda export: export.state == "failed")
        failed.write({"state": "queued", "attempts": 0, "rows_done": 0, "error": False})
        self.env.ref("cartera_cobro.ir_cron_exportar").sudo()._trigger()

    # --- leaving ----------------------------------------------------------------------------------------------------

    @api.autovacuum
    def _gc_viejas(self):
        """Files leave with their requests after the days that their company keeps them."""
        companies = [company for (company,) in self.sudo()._read_group([], ["company_id"])]
        for company in companies:
            limit = fields.Datetime.now() - timedelta(days=company.cartera_export_days)
            domain = [("company_id", "=", company.id), ("state", "not in", PENDING), ("create_date", "<", limit)]
            self.sudo().search(domain).unlink()

    def _fecha(self, day):
        return format_date(self.env, day)


class ResCompany(models.Model):
    _inherit = "res.company"

    cartera_export_days = fields.Integer(
        string="Keep Exported Files (days)", default=30, help="Exported files are deleted after so many days."
    )

    _cartera_export_days_positive = models.Constraint(
        "CHECK (cartera_export_days > 0)", "Exported files are kept for one day at least."
    )
