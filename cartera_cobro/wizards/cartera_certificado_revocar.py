from odoo import api, fields, models


class CarteraCertificadoRevocar(models.TransientModel):
    """Take back a certificate that was issued, with the reason that stays with it."""

    _name = "cartera.certificado.revocar"
    _description = "Revoke a Certificate"

    certificado_id = fields.Many2one(
        "cartera.certificado", string="Certificate", required=True, readonly=True, ondelete="cascade"
    )
    expediente_id = fields.Many2one(related="certificado_id.expediente_id")
    kind = fields.Selection(related="certificado_id.kind")
    reason = fields.Char(required=True, help="It stays with the certificate; the public page does not show it.")
    replaced_by_id = fields.Many2one(
        "cartera.certificado",
        domain="[('expediente_id', '=', expediente_id), ('kind', '=', kind), ('state', '=', 'issued'), "
        "('id', '!=', certificado_id)]",
        help="The one issued in its place, if any: the public page gives its number.",
    )

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if self.env.context.get("active_model") == "cartera.certificado":
            values.setdefault("certificado_id", self.env.context.get("active_id"))
        return values

    def action_apply(self):
        self.ensure_one()
        self.certificado_id.action_revoke(self.reason, self.replaced_by_id)
        return {"type": "ir.actions.act_window_close"}
