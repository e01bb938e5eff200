from odoo import api, fields, models
from odoo.exceptions import ValidationError

KINDS = [
    ("mortgage", "Mortgage"),
    ("pledge", "Security interest in movables"),
    ("deposit", "Deposit"),
    ("policy", "Insurance policy"),
    ("guarantor", "Guarantee of a third party"),
    ("other", "Other"),
]


class CarteraGarantia(models.Model):
    """What a debtor gave as security: taken off what the items are exposed for, while it is in force."""

    _name = "cartera.garantia"
    _description = "Guarantee"
    _inherit = ["mail.thread"]
    _order = "expediente_id, date_from desc, id desc"
    _check_company_auto = True

    expediente_id = fields.Many2one(
        "cartera.expediente", string="Dossier", required=True, ondelete="restrict", index=True, tracking=True
    )
    company_id = fields.Many2one(related="expediente_id.company_id", store=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="expediente_id.partner_id", string="Debtor", store=True)
    name = fields.Char(string="Description", required=True, help="Which asset or paper, and its number.")
    kind = fields.Selection(KINDS, required=True, default="deposit", tracking=True)
    amount = fields.Monetary(
        string="Realisable Value", required=True, currency_field="company_currency_id", tracking=True,
        help="What it would bring today, less the cost of selling it.",
    )  # fmt: skip
    date_from = fields.Date(string="From", required=True, default=fields.Date.context_today, tracking=True)
    date_to = fields.Date(string="To", tracking=True, help="Last day on which it holds; empty: no end.")
    active = fields.Boolean(default=True, tracking=True)

    _amount_sane = models.Constraint("CHECK (amount > 0)", "The value of a guarantee is more than zero.")

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for garantia in self:
            if garantia.date_to and garantia.date_to < garantia.date_from:
                raise ValidationError(self.env._("%s ends before it begins.", garantia.name))
