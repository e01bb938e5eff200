from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.avisos import aviso
from ..models.cartera_evidencia import faltantes

# Debtors named one by one in a refusal.
MOST_NAMED = 20


class CarteraEtapaMover(models.TransientModel):
    """Put the items of dossiers, or chosen items, in a stage by a decision."""

    _name = "cartera.etapa.mover"
    _description = "Change Stage"

    partida_ids = fields.Many2many("cartera.partida", string="Items", required=True)
    politica_ids = fields.Many2many("cartera.politica", compute="_compute_politica_ids")
    etapa_id = fields.Many2one(
        "cartera.etapa", string="New Stage", required=True, domain="[('politica_id', 'in', politica_ids)]"
    )
    note = fields.Char(string="Reason", required=True)
    missing_evidence = fields.Text(compute="_compute_missing_evidence")
    evidence_note = fields.Char(
        string="Where the Evidence Is",
        help="Attempts and letters from before this system are not in its log: say where they are kept.",
    )

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        active = self.env[self.env.context.get("active_model", "cartera.partida")].browse(
            self.env.context.get("active_ids", [])
        )
        partidas = active.partida_open_ids if active._name == "cartera.expediente" else active
        return values | {"partida_ids": [fields.Command.set(partidas.ids)]}

    @api.depends("partida_ids")
    def _compute_politica_ids(self):
        for wizard in self:
            wizard.politica_ids = wizard.partida_ids.expediente_id.politica_id

    @api.depends("partida_ids", "etapa_id")
    def _compute_missing_evidence(self):
        for wizard in self:
            missing = faltantes(wizard.partida_ids._origin, wizard.etapa_id)
            lines = {f"{item.expediente_id.display_name}: {'; '.join(why)}." for item, why in missing.items()}
            wizard.missing_evidence = "\n".join(sorted(lines)[:MOST_NAMED])

    def action_apply(self):
        """Move the items; answers with a notification that counts them."""
        self.ensure_one()
        self.partida_ids.expediente_id.check_access("write")
        if self.partida_ids.expediente_id.politica_id != self.etapa_id.politica_id:
            raise UserError(
                self.env._("The items belong to more than one policy: move those of each policy by themselves.")
            )
        if self.missing_evidence and not self.evidence_note:
            raise UserError(
                self.env._(
                    "Evidence is missing, or say where it is kept.\n%s",
                    self.missing_evidence,
                )
            )
        note = f"{self.note} ({self.evidence_note})" if self.evidence_note else self.note
        moved = self.partida_ids._mover(self.etapa_id, note)
        body = self.env._("Moved to %(stage)s: %(why)s", stage=self.etapa_id.name, why=note)
        expedientes = moved.expediente_id
        expedientes._message_log_batch(bodies=dict.fromkeys(expedientes.ids, body))
        return aviso(self.env._("%s items moved.", len(moved)))
