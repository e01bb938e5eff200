from odoo import fields, models


class CarteraPromesaRetirar(models.TransientModel):
    """Withdraw promises that stand no more, with the reason."""

    _name = "cartera.promesa.retirar"
    _description = "Withdraw Promises"

    promesa_ids = fields.Many2many(
        "cartera.promesa", required=True, default=lambda self: self.env.context.get("active_ids", [])
    )
    reason = fields.Char(required=True)

    def action_apply(self):
        self.promesa_ids.action_withdraw(self.reason)
        return {"type": "ir.actions.act_window_close"}
