from odoo import fields, models


class CarteraPolitica(models.Model):
    """The terms of claims: Ley 142 arts. 153-158, Ley 1437 arts. 14 and 76, Ley 1116 arts. 24 and 48."""

    _inherit = "cartera.politica"

    claim_request_days = fields.Integer(string="Answer Requests Within (working days)", default=15)
    claim_days = fields.Integer(
        string="Answer Claims Within (working days)", default=15, help="Ley 142 art. 158, Ley 1437 art. 14."
    )
    claim_appeal_days = fields.Integer(string="Answer Appeals Within (working days)", default=15)
    claim_appeal_within = fields.Integer(
        string="Appeal Within (working days)",
        default=5,
        help="After the answer, the debtor may appeal for so many days (Ley 142 art. 154).",
    )
    claim_extension_times = fields.Float(
        string="Longest Term (times)",
        default=2,
        digits=(3, 1),
        help="An extended term is at most so many times the first one (Ley 1437 art. 14: twice).",
    )
    claim_alert_days = fields.Integer(
        string="Due Soon From (days)", default=3, help="Days before the deadline from which a claim shows as due soon."
    )
    insolvency_credit_days = fields.Integer(
        string="File the Credit Within (working days)",
        default=20,
        help="After the notice of an insolvency or liquidation: what is proposed, to be checked with the notice.",
    )

    _claim_terms = models.Constraint(
        "CHECK (claim_request_days > 0 AND claim_days > 0 AND claim_appeal_days > 0 AND claim_appeal_within > 0 "
        "AND insolvency_credit_days > 0 AND claim_alert_days >= 0 AND claim_extension_times >= 1)",
        "A term of claims is of one working day at least, and an extended one is not shorter than the first.",
    )
