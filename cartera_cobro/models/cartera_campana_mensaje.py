"""The messages of mass runs, among the others."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from psycopg2 import OperationalError


class CarteraComunicacion(models.Model):
    _inherit = "cartera.comunicacion"

    campana_id = fields.Many2one(
        "cartera.campana", string="Mass Run", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    # The line, and not the dossier, is what a run has one message for: dossiers may be joined meanwhile.
    campana_linea_id = fields.Many2one("cartera.campana.linea", readonly=True, copy=False, ondelete="restrict")

    _campana_linea_uniq = models.UniqueIndex(
        "(campana_linea_id) WHERE campana_linea_id IS NOT NULL", "This dossier has its message of the run already."
    )

    @api.model
    def _dominio_de_envio(self):
        # EXTENDS cartera.comunicacion: a run's wait while it does not run, and until its planned instant. One that is
        # done has some again when a letter is found stale as it is dispatched.
        running = Domain([("state", "in", ("running", "done")), ("date_planned", "<=", fields.Datetime.now())])
        return super()._dominio_de_envio() & (Domain("campana_id", "=", False) | Domain("campana_id", "any", running))

    @api.model
    def _cron_enviar(self):
        # EXTENDS cartera.comunicacion
        res = super()._cron_enviar()
        try:
            self.env["cartera.campana"]._terminar()
            self.env["ir.cron"]._commit_progress()
        except OperationalError:
            # Another worker, at its end in the same instant, has closed them.
            self.env.cr.rollback()
        return res

    def action_request(self):
        # EXTENDS cartera.firmable
        self._exigir_sueltas()
        return super().action_request()

    def action_approve(self):
        # EXTENDS cartera.comunicacion
        self._exigir_sueltas()
        return super().action_approve()

    def _exigir_sueltas(self):
        """A run is approved as a whole."""
        for run in self.campana_id:
            raise UserError(self.env._("The messages of run %s are approved with it.", run.display_name))


class CarteraPlantilla(models.Model):
    _inherit = "cartera.plantilla"

    def _exigir_partes(self, channel):
        """Refuse a channel through which the template says nothing."""
        for part in self._partes(channel):
            if not self[part]:
                label = self._fields[part]._description_string(self.env)
                raise ValidationError(
                    self.env._("Template %(template)s has no %(part)s.", template=self.name, part=label)
                )


class CarteraCampanaLinea(models.Model):
    _inherit = "cartera.campana.linea"

    comunicacion_ids = fields.One2many("cartera.comunicacion", "campana_linea_id", string="Message")

    def action_message(self):
        self.ensure_one()
        return self.comunicacion_ids._get_records_action()


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    def action_campana(self):
        """A mass run to these dossiers, to be completed."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Mass Run"),
            "res_model": "cartera.campana",
            "view_mode": "form",
            "context": {"default_domain": repr([("id", "in", self.ids)])},
        }

    def _fusionar(self, target):
        # EXTENDS cartera.expediente: who becomes one debtor gets one message of a run, not two.
        waiting = [("state", "in", ("draft", "approved")), ("campana_id", "!=", False)]
        Comunicacion = self.env["cartera.comunicacion"]
        ours = Comunicacion.search([*waiting, ("expediente_id", "=", self.id)])
        theirs = Comunicacion.search([("expediente_id", "=", target.id), ("campana_id", "in", ours.campana_id.ids)])
        ours.filtered(lambda c: c.campana_id in theirs.campana_id)._descartar("duplicate")
        return super()._fusionar(target)
