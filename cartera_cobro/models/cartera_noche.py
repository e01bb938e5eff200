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
        """Nightly, of every company. What fails is told to the log and to the scheduler, taking nothing else back."""
        companies = self.env["res.company"].search([("cartera_politica_id", "!=", False)])
        failed = self._recorrer([(company, *job) for company in companies for job in self._jobs_de_la_noche()])
        if failed:
            named = ", ".join(f"{model}.{method} ({company.name})" for company, model, method in failed)
            raise UserError(self.env._("Jobs of the night that failed: %s. The log says why.", named))

    @api.model
    def _por_empresa(self, companies, model, *methods, args=()):
        """Do what a scheduled action does company by company, its methods in their order; tell what failed.

        A method that works by lots may commit each (`_guardar_lote`). args: what they take after the company.
        """
        failed = self._recorrer([(company, model, method, *args) for company in companies for method in methods])
        if failed:
            raise UserError(
                self.env._(
                    "%(what)s failed for %(companies)s. The log says why.",
                    what=self.env["ir.model"]._get(model).name,
                    companies=", ".join(dict.fromkeys(company.name for company, *_job in failed)),
                )
            )

    @api.model
    def _recorrer(self, jobs):
        """Do the jobs [(company, model, method, *args)] of an action, each committed by itself; those that failed.

        It goes on to the last one however long that takes: the time that Odoo gives an action is over after some
        seconds, and to stop then would begin again from the first company for ever. One that was killed goes on from
        the job under way, and a company that another transaction is at is tried again soon.
        """
        jobs = self._desde_el_cortado(jobs)
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(jobs))
        failed, locked = [], False
        for job in jobs:
            ended = self._intentar(*job)
            if ended == FAILED:
                failed.append(job)
            elif ended == LOCKED and not locked:
                self._volver_pronto()
                locked = True
            cron._commit_progress(1)
        return failed

    @api.model
    def _guardar_lote(self, _done=None):
        """Commit a lot of a job of a scheduled action; True: it goes on."""
        self.env["ir.cron"]._commit_progress()
        return True

    @api.model
    def _volver_pronto(self):
        """The scheduled action under way runs again in some minutes."""
        cron = self.env["ir.cron"].sudo().browse(self.env.context.get("cron_id"))
        if cron:
            cron._trigger(at=fields.Datetime.now() + SOON)

    @api.model
    def _desde_el_cortado(self, jobs):
        """Those of an action that was killed today, from the job under way on; else all."""
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
        """Whether the job was done, or is to be tried again; else what it wrote since it committed is taken back."""
        return self._intentar(company, model, method, *args) != FAILED

    @api.model
    def _intentar(self, company, model, method, *args):
        """DONE, FAILED (what it wrote is taken back) or LOCKED: another transaction is at the company's items.

        Whoever calls has committed what went before: the transaction is the job's own, which may commit lots of it.
        """
        try:
            counts = getattr(self.env[model], method)(company, *args)
            self.env.flush_all()
        except Exception:
            self.env.cr.rollback()
            _logger.exception("%s.%s failed for company %s", model, method, company.id)
            return FAILED
        if isinstance(counts, dict) and counts.get("locked"):
            _logger.info("%s.%s: company %s is busy, tried again soon", model, method, company.id)
            return LOCKED
        return DONE
