import base64

from odoo import api, fields, models

from ..models.cartera_remision import CLOSINGS, RETURNS


class CarteraRemisionPaso(models.TransientModel):
    """The receipt of a referral, or how it ended, with what proves it."""

    _name = "cartera.remision.paso"
    _description = "Step of a Referral"

    remision_id = fields.Many2one("cartera.remision", string="Referral", required=True, readonly=True)
    step = fields.Selection(
        [("receive", "Receive"), ("return", "Return"), ("close", "Close")], required=True, default="receive"
    )
    who = fields.Char(string="Received By")
    date = fields.Date(string="On", default=lambda self: self.env.company._cartera_hoy())
    filing_number = fields.Char(help="Of the receipt (radicado).")
    file = fields.Binary(string="Stamped Copy")
    file_name = fields.Char()
    reason = fields.Selection(RETURNS)
    kind = fields.Selection(CLOSINGS, string="How It Ended")
    note = fields.Char()

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if self.env.context.get("active_model") == "cartera.remision":
            values.setdefault("remision_id", self.env.context.get("active_id"))
        remision = self.env["cartera.remision"].browse(values.get("remision_id"))
        if remision.abogado_id == self.env.user:
            values["who"] = self.env.user.name
        return values

    def action_apply(self):
        self.ensure_one()
        if self.step == "receive":
            self.remision_id._recibir(self.who, self.date, self.filing_number, self._copia())
        elif self.step == "return":
            self.remision_id._devolver(self.reason, self.note)
        else:
            self.remision_id._cerrar(self.kind, self.note)
        return {"type": "ir.actions.act_window_close"}

    def _copia(self):
        """The stamped copy as an attachment of the referral, which the user may change."""
        self.remision_id.check_access("write")
        Attachment = self.env["ir.attachment"].sudo()
        if not self.file:
            return Attachment
        name = self.file_name or self.env._("Stamped copy")
        values = {"raw": base64.b64decode(self.file), "res_model": "cartera.remision", "res_id": self.remision_id.id}
        return Attachment.create({"name": name, **values})
