from odoo import fields, models


class CarteraPolitica(models.Model):
    """What a policy allows in payment agreements, and how it watches them."""

    _inherit = "cartera.politica"

    agreement_max_count = fields.Integer(
        string="Most Instalments", default=60, help="Monthly. Public entities: 60 (E.T. 814)."
    )
    agreement_rate = fields.Float(
        string="Financing Rate (% a year)", digits=(6, 3), help="Effective annual rate that a new agreement proposes."
    )
    agreement_down_percent = fields.Float(
        string="Least Down Payment (%)", digits=(5, 2), help="Of the debt; 0 asks for none."
    )
    agreement_guarantee_from = fields.Float(
        string="Guarantee From", digits=(16, 2), help="Debt from which an agreement needs a guarantee; 0 never asks."
    )
    agreement_guarantee_free_count = fields.Integer(
        string="No Guarantee Up To (instalments)",
        default=12,
        help="An agreement of so few instalments needs none (E.T. 814: up to one year).",
    )
    agreement_forgive_percent = fields.Float(
        string="Most Interest Forgiven (%)", digits=(5, 2), help="Of the late interest; 0 forgives none."
    )
    agreement_signers = fields.Selection(
        [("treasury", "Treasurer, then director"), ("legal", "Lawyer, coordinator, head of the legal office")],
        string="Who Signs Agreements",
        default="treasury",
        required=True,
    )
    agreement_upper_from = fields.Float(
        string="Last Signature From",
        digits=(16, 2),
        help="Debt from which the director, or the head of the legal office, signs too; 0: always.",
    )
    agreement_valid_days = fields.Integer(
        string="A Proposal Stands (days)", default=15, help="For the debtor to accept it, and then to sign it."
    )
    agreement_missed = fields.Integer(
        string="Broken By Instalments", default=2, help="Missed instalments that break an agreement; 0 does not count."
    )
    agreement_missed_days = fields.Integer(
        string="Broken After (days)", default=30, help="Days that one instalment may be late; 0 does not count."
    )
    agreement_breach = fields.Selection(
        [("propose", "Proposed to a coordinator"), ("declare", "Declared by itself")],
        string="Breach Is",
        default="propose",
        required=True,
    )
    agreement_interest = fields.Selection(
        [("none", "Not posted"), ("debit_note", "Debit notes"), ("entry", "Journal entries")],
        string="Interest of the Plan",
        default="none",
        required=True,
        help="How late interest and financing reach the ledger once an agreement is in force.",
    )
    agreement_clauses = fields.Html(
        string="Clauses of Agreements", sanitize_overridable=True, help="In Spanish: each agreement starts with them."
    )

    _agreement_limits = models.Constraint(
        "CHECK (agreement_max_count > 0 AND agreement_rate >= 0 AND agreement_down_percent BETWEEN 0 AND 100 "
        "AND agreement_guarantee_from >= 0 AND agreement_guarantee_free_count >= 0 "
        "AND agreement_forgive_percent BETWEEN 0 AND 100 AND agreement_upper_from >= 0 AND agreement_valid_days > 0 "
        "AND agreement_missed >= 0 AND agreement_missed_days >= 0)",
        "Limits of agreements are not negative, percentages go to 100, and there is one instalment at least.",
    )
