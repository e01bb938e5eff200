from odoo import api, fields, models

CODES = [
    ("coupon", "Payment coupon"),
    ("payment", "Payment already registered"),
    ("agreement", "Number of an agreement"),
    ("invoice", "Number of an invoice"),
    ("account", "Number of a contract account"),
    ("vat", "Identification of the debtor"),
    ("partner", "Debtor named on the bank line"),
    ("bank_account", "Bank account of the debtor"),
    ("name", "Name of the debtor"),
    ("amount", "Amount alone"),
]


class CarteraIdentificacionRegla(models.Model):
    """A rule by which a deposit is proposed to a debtor, and how much it is trusted.

    One without a company is everybody's; a company's own of the same kind stands in its place.
    """

    _name = "cartera.identificacion.regla"
    _description = "Rule to Identify Deposits"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Selection(CODES, string="Looks For", required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: of every company that has none of its own.")
    confidence = fields.Integer(
        string="Trust", required=True, help="0 to 100, when the amount is none of what the debtor owes."
    )
    confidence_amount = fields.Integer(
        string="Trust With the Amount",
        required=True,
        help="0 to 100, when the amount is exactly an instalment, an item, or a sum of items of the debtor.",
    )
    automatic = fields.Boolean(help="Apply without a person what this rule proposes with enough trust, by night.")
    automatic_from = fields.Integer(string="From Trust", default=95, help="Least trust that is applied automatically.")

    _code_uniq = models.UniqueIndex("(code, COALESCE(company_id, 0))", "There is a rule of this kind already.")
    _trust = models.Constraint(
        "CHECK (confidence BETWEEN 0 AND 100 AND confidence_amount BETWEEN 0 AND 100"
        " AND automatic_from BETWEEN 0 AND 100)",
        "Trust goes from 0 to 100.",
    )

    @api.model
    def _de(self, company):
        """{code: rule in force} of a company; a rule of its own that is off puts the shared one out, too."""
        rules = self.sudo().with_context(active_test=False).search([("company_id", "in", (False, company.id))])
        chosen = {rule.code: rule for rule in rules.sorted(lambda rule: bool(rule.company_id))}
        return {code: rule for code, rule in chosen.items() if rule.active}
