from odoo import api, fields, models


class CarteraCastigo(models.Model):
    """The write-off, or the cleansing, of the items of one case of signed minutes."""

    _name = "cartera.castigo"
    _description = "Write-off"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    number = fields.Char(readonly=True, copy=False)
    caso_id = fields.Many2one(
        "cartera.acta.caso", string="Case", required=True, readonly=True, index=True, ondelete="restrict"
    )
    kind = fields.Selection([("write_off", "Write-off"), ("cleanse", "Cleansing")], required=True, readonly=True)
    expediente_id = fields.Many2one(related="caso_id.expediente_id", store=True, index=True)
    company_id = fields.Many2one(related="caso_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="expediente_id.partner_id", string="Debtor", store=True, index=True)
    state = fields.Selection(
        [("authorized", "To post"), ("posted", "Posted"), ("reversed", "Reversed"), ("cancelled", "Cancelled")],
        default="authorized",
        required=True,
        readonly=True,
    )

    @api.model
    def _autorizar(self, casos):
        """The write-offs (one a case, the existing one where there is one) that the decisions of `casos` order.

        They wait for an accountant, who posts them. UserError: the minutes are not signed.
        """
        raise NotImplementedError
