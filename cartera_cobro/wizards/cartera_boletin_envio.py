import base64

from odoo import fields, models


class CarteraBoletinEnvio(models.TransientModel):
    """The sending of a bulletin: when, and the receipt of the receiver."""

    _name = "cartera.boletin.envio"
    _description = "Record the Sending of a Bulletin"

    boletin_id = fields.Many2one(
        "cartera.boletin",
        string="Bulletin",
        required=True,
        readonly=True,
        ondelete="cascade",
        default=lambda self: self.env.context.get("active_id"),
    )
    sent_on = fields.Date(required=True, default=lambda self: self.env.company._cartera_hoy())
    receipt = fields.Char(string="Receipt Number", required=True)
    file = fields.Binary(string="Receipt")
    filename = fields.Char()

    def action_apply(self):
        self.ensure_one()
        file = base64.b64decode(self.file) if self.file else None
        self.boletin_id._enviar(self.sent_on, self.receipt, file, self.filename)
        return {"type": "ir.actions.act_window_close"}
