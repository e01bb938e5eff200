from odoo import fields, models


class CarteraReclasificacionAnular(models.TransientModel):
    """How a reclassification is taken back, with the reason that stays with it."""

    _name = "cartera.reclasificacion.anular"
    _description = "Annul a Reclassification, With the Reason"

    reclasificacion_id = fields.Many2one(
        "cartera.reclasificacion",
        string="Reclassification",
        required=True,
        readonly=True,
        ondelete="cascade",
        default=lambda self: self.env.context.get("active_id"),
    )
    company_currency_id = fields.Many2one(related="reclasificacion_id.company_currency_id")
    amount = fields.Monetary(related="reclasificacion_id.amount", currency_field="company_currency_id")
    reason = fields.Char(required=True)

    def action_apply(self):
        self.ensure_one()
        self.reclasificacion_id.action_annul(self.reason)
        return {"type": "ir.actions.act_window_close"}
