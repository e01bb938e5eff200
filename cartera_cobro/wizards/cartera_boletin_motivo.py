from odoo import Command, fields, models

from ..models.cartera_boletin_linea import REASONS


class CarteraBoletinMotivo(models.TransientModel):
    """Leave lines of a bulletin out, or bring them back, with the reason that stays with it."""

    _name = "cartera.boletin.motivo"
    _description = "Leave Lines of a Bulletin Out, With the Reason"

    linea_ids = fields.Many2many(
        "cartera.boletin.linea", string="Lines", default=lambda self: self._lineas(), required=True
    )
    included = fields.Boolean(readonly=True)
    reason = fields.Selection(REASONS, string="Why")
    note = fields.Char()

    def _lineas(self):
        chosen = self.env.context.get("active_model") == "cartera.boletin.linea"
        return [Command.set(self.env.context.get("active_ids", []))] if chosen else []

    def action_apply(self):
        self.ensure_one()
        self.linea_ids._decidir(self.included, None if self.included else self.reason, self.note)
        return {"type": "ir.actions.act_window_close"}
