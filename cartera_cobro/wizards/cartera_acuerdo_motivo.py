from odoo import api, fields, models


class CarteraAcuerdoMotivo(models.TransientModel):
    """How an agreement ends, or a breach is cured, with the reason that stays with it."""

    _name = "cartera.acuerdo.motivo"
    _description = "End an Agreement, With the Reason"

    acuerdo_id = fields.Many2one(
        "cartera.acuerdo", string="Agreement", required=True, readonly=True, ondelete="cascade"
    )
    company_currency_id = fields.Many2one(related="acuerdo_id.company_currency_id")
    amount_due = fields.Monetary(related="acuerdo_id.amount_due", currency_field="company_currency_id")
    amount_paid = fields.Monetary(related="acuerdo_id.amount_paid", currency_field="company_currency_id")
    missed_count = fields.Integer(related="acuerdo_id.missed_count")
    step = fields.Selection(
        [
            ("cancel", "Cancel"),
            ("consolidate", "End on the debtor's request"),
            ("breach", "Declare the breach"),
            ("cure", "Record that the breach was cured"),
        ],
        required=True,
        readonly=True,
        default="cancel",
    )
    reason = fields.Char(required=True)

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if self.env.context.get("active_model") == "cartera.acuerdo":
            values.setdefault("acuerdo_id", self.env.context.get("active_id"))
        return values

    def action_apply(self):
        self.ensure_one()
        steps = {
            "cancel": self.acuerdo_id.action_cancel,
            "consolidate": self.acuerdo_id.action_consolidate,
            "breach": self.acuerdo_id.action_breach,
            "cure": self.acuerdo_id.action_cure,
        }
        steps[self.step](self.reason)
        return {"type": "ir.actions.act_window_close"}
