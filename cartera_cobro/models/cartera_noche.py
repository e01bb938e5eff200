"""The jobs of the night: each company's, one after the other, each committed or failed by itself."""

import logging

from odoo import api, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)


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
        """Nightly. What fails is told to the log and to the scheduler, and takes nothing else back."""
        jobs = [
            (company, *job)
            for company in self.env["res.company"].search([("cartera_politica_id", "!=", False)])
            for job in self._jobs_de_la_noche()
        ]
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(jobs))
        failed = []
        for company, model, method in jobs:
            if not self._hacer_de_noche(company, model, method):
                failed.append(f"{model}.{method} ({company.name})")
            if not cron._commit_progress(1):
                break
        if failed:
            raise UserError(self.env._("Jobs of the night that failed: %s. The log says why.", ", ".join(failed)))

    @api.model
    def _hacer_de_noche(self, company, model, method, *args):
        """Whether the job was done; else what it wrote is taken back."""
        try:
            with self.env.cr.savepoint():
                getattr(self.env[model], method)(company, *args)
                self.env.flush_all()
        except Exception:
            _logger.exception("%s.%s failed for company %s", model, method, company.id)
            self.env.invalidate_all(flush=False)
            return False
        return True

    @api.model
    def _por_empresa(self, companies, model, method):
        """Do a job of a scheduled action company by company, each committed or failed by itself; tell what failed."""
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(companies))
        failed = []
        for company in companies:
            if not self._hacer_de_noche(company, model, method):
                failed.append(company.name)
            if not cron._commit_progress(1):
                break
        if failed:
            raise UserError(
                self.env._(
                    "%(what)s failed for %(companies)s. The log says why.",
                    what=self.env["ir.model"]._get(model).name,
                    companies=", ".join(failed),
                )
            )
