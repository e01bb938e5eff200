from odoo import api, fields, models
from odoo.exceptions import UserError

REASONS = [
    ("age", "Days overdue"),
    ("minimum", "Balance under the stage's minimum"),
    ("evidence", "Evidence missing"),
    ("hold", "On hold"),
    ("agreement", "Under an agreement"),
    ("referral", "Referred to collection"),
    ("manual", "Decision"),
]


class CarteraEtapaCambio(models.Model):
    """A change of stage of an open item: append-only."""

    _name = "cartera.etapa.cambio"
    _description = "Change of Stage"
    _order = "date desc, id desc"
    _rec_name = "partida_id"

    partida_id = fields.Many2one(
        "cartera.partida", string="Open Item", required=True, readonly=True, index=True, ondelete="restrict"
    )
    expediente_id = fields.Many2one(
        "cartera.expediente", string="Dossier", readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    etapa_from_id = fields.Many2one("cartera.etapa", string="From Stage", readonly=True, ondelete="restrict")
    etapa_to_id = fields.Many2one("cartera.etapa", string="To Stage", readonly=True, ondelete="restrict")
    date = fields.Date(required=True, readonly=True)
    reason = fields.Selection(REASONS, required=True, readonly=True)
    note = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", string="By", readonly=True)
    document = fields.Reference(selection="_selection_document", readonly=True, help="What caused the change.")

    @api.model
    def _selection_document(self):
        """Every model of the procedure. Odoo asks for each row that it writes: nothing is searched."""
        names = sorted(name for name in self.env.registry if name.startswith("cartera."))
        return [(name, self.env["ir.model"]._get(name).sudo().name) for name in names]

    def write(self, vals):
        if not self:  # Odoo's merge of partners writes on whatever it finds, nothing included
            return super().write(vals)
        raise UserError(self.env._("The log of stages is append-only: record a new change instead."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The log of stages is append-only: its rows are never deleted."))
