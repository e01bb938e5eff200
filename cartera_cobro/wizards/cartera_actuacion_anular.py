from odoo import fields, models


class CarteraActuacionAnular(models.TransientModel):
    """Why an event of a case is annulled."""

    _name = "cartera.actuacion.anular"
    _description = "Annul an Event"

    actuacion_id = fields.Many2one(
        "cartera.actuacion", string="Event", required=True, default=lambda self: self.env.context.get("active_id")
    )
    reason = fields.Char(required=True)

    def action_apply(self):
        self.ensure_one()
        self.actuacion_id._anular(self.reason)
        return {"type": "ir.actions.act_window_close"}
