from odoo import fields, models


class CarteraLlamadaSaltar(models.TransientModel):
    """Leave a debtor of the calling queue for another day, with the reason."""

    _name = "cartera.llamada.saltar"
    _description = "Skip a Debtor"

    llamada_id = fields.Many2one(
        "cartera.llamada", required=True, default=lambda self: self.env.context.get("active_id")
    )
    reason = fields.Char(required=True)

    def action_apply(self):
        return self.llamada_id.action_skip(self.reason)
