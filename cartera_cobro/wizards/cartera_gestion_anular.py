from odoo import fields, models


class CarteraGestionAnular(models.TransientModel):
    """Annul contacts that were recorded wrong."""

    _name = "cartera.gestion.anular"
    _description = "Annul Contacts"

    gestion_ids = fields.Many2many(
        "cartera.gestion", required=True, default=lambda self: self.env.context.get("active_ids", [])
    )
    reason = fields.Char(required=True)

    def action_apply(self):
        self.gestion_ids.action_annul(self.reason)
        return {"type": "ir.actions.act_window_close"}
