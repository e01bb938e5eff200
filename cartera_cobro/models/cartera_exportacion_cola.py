"""Writing the files that wait: one worker a file, its progress seen by others, from zero after a kill."""

import contextlib
import logging
import os

from odoo import api, models
from odoo.tools import SQL

from .cartera_exportacion_disco import carpeta

_logger = logging.getLogger(__name__)

# First key of the advisory lock of a file ("cexp" in ASCII); the second is the request's id.
LOCK_KEY = 0x63657870
# A file that so many runs did not survive is not tried again by itself.
ATTEMPTS = 3


class Cancelada(Exception):
    """Whoever asked for the file does not want it any more."""


class CarteraExportacion(models.Model):
    _inherit = "cartera.exportacion"

    @api.model
    def _cron_exportar(self):
        """Write what waits, the oldest first; what a killed run left half way is written anew."""
        cron = self.env["ir.cron"]
        waiting = self.search([("state", "in", ("queued", "running"))], order="id")
        cron._commit_progress(remaining=len(waiting))
        for export in waiting:
            with export._turno() as mine:
                if mine:
                    export._escribir_detras()
            if not cron._commit_progress(1):
                break

    @contextlib.contextmanager
    def _turno(self):
        """Whether this process is the one that writes the file: it is until it ends or dies, whatever it commits."""
        keys = SQL("(%s, %s)", LOCK_KEY, self.id)
        mine = self.env.execute_query(SQL("SELECT pg_try_advisory_lock%s", keys))[0][0]
        try:
            yield mine
        except BaseException:
            self.env.cr.rollback()  # the lock outlives the transaction, and an aborted one could not give it back
            raise
        finally:
            if mine:
                self.env.execute_query(SQL("SELECT pg_advisory_unlock%s", keys))

    def _escribir_detras(self):
        """Write one file. Three transactions: it is begun; what it says is read; it is handed over, or it failed."""
        cron = self.env["ir.cron"]
        self.invalidate_recordset()
        if not self.exists() or self.state not in ("queued", "running"):
            return
        export = self.with_company(self.company_id).with_context(
            lang=self.user_id.lang, allowed_company_ids=self.company_id.ids
        )
        if self.attempts >= ATTEMPTS:
            export._fallar(export._frase_cortada())
            return
        export.write({"state": "running", "attempts": self.attempts + 1, "rows_done": 0})
        cron._commit_progress()
        try:
            export._leer_y_entregar(cron)
        except Cancelada:
            self.env.cr.rollback()
        except Exception as error:  # whatever it is, who waits is told, and the other files are written
            self.env.cr.rollback()
            _logger.exception("%s (%s) was not written", export.name, export)
            export._fallar(export._frase(error))

    def _leer_y_entregar(self, cron):
        with carpeta(self) as folder:
            path = os.path.join(folder, "archivo")
            archivo = self._archivo()
            archivo.escribir(path, self._avanzar)
            # The request was written from outside meanwhile: this transaction may not, the next one may.
            cron._commit_progress()
            self.invalidate_recordset()
            if not self.exists() or self.state != "running":
                raise Cancelada
            self._entregar(archivo, path)
            self.env.flush_all()
        self._avisar(self.env._("%s is ready to be downloaded.", self.name), "success")

    def _avanzar(self, rows):
        """Show how many rows are written, to everybody and at once. Cancelada: it is not wanted any more."""
        with self.env.registry.cursor() as cr:
            cr.execute(
                SQL("UPDATE cartera_exportacion SET rows_done = %s WHERE id = %s AND state = 'running'", rows, self.id)
            )
            if not cr.rowcount:
                raise Cancelada

    def _fallar(self, sentence):
        self.invalidate_recordset()
        if self.exists() and self.state in ("queued", "running"):
            self.write({"state": "failed", "error": sentence})
            self._avisar(self.env._("%(file)s: %(why)s", file=self.name, why=sentence), "danger")

    def _frase_cortada(self):
        return self.env._(
            "The server stopped writing it %s times: ask for fewer rows, or let scheduled actions run for longer "
            "(limit_time_real_cron).",
            ATTEMPTS,
        )

    def _avisar(self, message, kind):
        """Tell whoever asked, if they are there to be told."""
        self.user_id._bus_send("simple_notification", {"type": kind, "message": message, "sticky": True})
