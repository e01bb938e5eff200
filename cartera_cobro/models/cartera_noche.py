"""The jobs of the night: each company's, one after the other, each committed or failed by itself."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

DONE, FAILED, LOCKED = "done", "failed", "locked"
# A company that another transaction is at is tried again after this.
SOON = timedelta(minutes=10)


class CarteraPartida(models.Model):
    _inherit = "cartera.partida"

    @api.model
    def _jobs_de_la_noche(self):
        """[(model, method)], in their order: each method takes a company, and writes nothing the second time."""
        return [
            ("cartera.expediente", "_terminar_esperas"),
            ("cartera.promesa", "_juzgar"),
            ("cartera.acuerdo", "_juzgar"),
            ("cartera.remision", "_juzgar"),
            ("cartera.reclamacion", "_juzgar"),
            ("cartera.partida", "_actualizar"),
            ("cartera.prescripcion.aviso", "_juzgar"),
            ("cartera.central.reporte", "_juzgar"),
            ("cartera.suspension", "_juzgar"),
            ("cartera.asignacion", "_asignar"),
        ]

    @api.model
    def _cron_actualizar(self):
        """Nightly. What fails is told to the log and to the scheduler, and takes nothing else back.

        It goes on to the last job however long that takes: the time that Odoo gives a job is over after some seconds,
        and to stop then would begin the night again from its first job for ever. Each job is committed.
        """
        jobs = self._jobs_pendientes()
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(jobs))
        failed, locked = [], False
        for company, model, method in jobs:
            ended = self._intentar(company, model, method)
            locked = locked or ended == LOCKED
            if ended == FAILED:
                failed.append(f"{model}.{method} ({company.name})")
            cron._commit_progress(1)
        if locked:
            self.env.ref("cartera_cobro.ir_cron_actualizar").sudo()._trigger(at=fields.Datetime.now() + SOON)
            cron._commit_progress()
        if failed:
            raise UserError(self.env._("Jobs of the night that failed: %s. The log says why.", ", ".join(failed)))

    @api.model
    def _jobs_pendientes(self):
        """[(company, model, method)] of every company; of a night that was killed, from the job under way on."""
        jobs = [
            (company, *job)
            for company in self.env["res.company"].search([("cartera_politica_id", "!=", False)])
            for job in self._jobs_de_la_noche()
        ]
        killed = self._noche_cortada()
        return jobs[-killed.remaining :] if 0 < killed.remaining < len(jobs) else jobs

    @api.model
    def _noche_cortada(self):
        """The progress (ir.cron.progress) of this action's last run, where it was killed today; else none.

        Odoo counts a run as timed out from its beginning, and takes that back when it ends by itself.
        """
        Progress, context = self.env["ir.cron.progress"].sudo(), self.env.context
        if not context.get("ir_cron_progress_id"):
            return Progress
        before = [("cron_id", "=", context["cron_id"]), ("id", "<", context["ir_cron_progress_id"])]
        last = Progress.search(before, order="id desc", limit=1)
        today = self.env.cr.now().date()
        return last.filtered(lambda run: run.timed_out_counter and run.create_date.date() == today)

    @api.model
    def _hacer_de_noche(self, company, model, method, *args):
        """Whether the job was done, or is to be tried again; else what it wrote is taken back."""
        return self._intentar(company, model, method, *args) != FAILED

    @api.model
    def _intentar(self, company, model, method, *args):
        """DONE, FAILED (what it wrote is taken back) or LOCKED: another transaction is at the company's items."""
        try:
            with self.env.cr.savepoint():
                counts = getattr(self.env[model], method)(company, *args)
                self.env.flush_all()
        except Exception:
            _logger.exception("%s.%s failed for company %s", model, method, company.id)
            self.env.invalidate_all(flush=False)
            return FAILED
        if isinstance(counts, dict) and counts.get("locked"):
            _logger.info("%s.%s: company %s is busy, tried again soon", model, method, company.id)
            return LOCKED
        return DONE

    @api.model
    def _por_empresa(self, companies, model, method):
        """Do a job of a scheduled action company by company, each committed or failed by itself; tell what failed."""
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(companies))
        failed = []
        for company in companies:
            if not self._hacer_de_noche(company, model, method):
                failed.append(company.name)
            cron._commit_progress(1)
        if failed:
            raise UserError(
                self.env._(
                    "%(what)s failed for %(companies)s. The log says why.",
                    what=self.env["ir.model"]._get(model).name,
                    companies=", ".join(failed),
                )
            )
