from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.cartera_remision_revision import INVOICES


class CarteraAceptarFactura(models.TransientModel):
    """The receipt or acceptance of the invoices of a referral, recorded by who refers them.

    Who collects may not change invoices: this writes their acceptance, and nothing else.
    """

    _name = "cartera.aceptar.factura"
    _description = "Receipt and Acceptance of Invoices"

    remision_id = fields.Many2one("cartera.remision", string="Referral", required=True, readonly=True)
    candidate_ids = fields.Many2many("account.move", compute="_compute_candidate_ids")
    move_ids = fields.Many2many(
        "account.move", string="Invoices", required=True, domain="[('id', 'in', candidate_ids)]"
    )
    received_date = fields.Date(
        string="Received by the Buyer", help="Three working days later they are accepted by silence (C.Co. 773)."
    )
    accepted_date = fields.Date(string="Accepted Expressly On")
    accepted_ref = fields.Char(string="Acceptance Document", help="e.g. The event in the RADIAN, or the letter.")
    file_ids = fields.Many2many("ir.attachment", "cartera_aceptar_factura_rel", string="Proof")

    @api.depends("remision_id")
    def _compute_candidate_ids(self):
        for wizard in self:
            moves = wizard.remision_id.sudo().linea_ids.partida_id.move_id
            wizard.candidate_ids = moves.filtered(lambda m: m.move_type in INVOICES)

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        remision = self.env["cartera.remision"].browse(self.env.context.get("active_id"))
        moves = remision.sudo().linea_ids.partida_id.move_id.filtered(lambda m: m.move_type in INVOICES)
        lacking = moves.filtered(lambda m: m.cartera_acceptance == "none")
        return values | {"remision_id": remision.id, "move_ids": [Command.set((lacking or moves).ids)]}

    def action_apply(self):
        self.ensure_one()
        self.remision_id.check_access("write")
        if not (self.received_date or self.accepted_date):
            raise UserError(self.env._("Say when the invoices were received, or accepted expressly."))
        if self.move_ids - self.candidate_ids:
            raise UserError(self.env._("Only invoices of this referral are accepted here."))
        values = {
            "cartera_received_date": self.received_date,
            "cartera_accepted_date": self.accepted_date,
            "cartera_accepted_ref": self.accepted_ref,
        }
        given = {name: value for name, value in values.items() if value}
        self.file_ids.check_access("read")
        self.file_ids.sudo().write({"res_model": "account.move", "res_id": self.move_ids[:1].id})
        files = [Command.link(file.id) for file in self.file_ids]
        self.move_ids.sudo().write({**given, "cartera_acceptance_ids": files})
        return {"type": "ir.actions.act_window_close"}
