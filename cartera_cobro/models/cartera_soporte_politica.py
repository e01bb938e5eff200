from odoo import fields, models


class CarteraPolitica(models.Model):
    """What a proof of payment brings, and who works it."""

    _inherit = "cartera.politica"

    proof_pause_days = fields.Integer(
        string="Proofs Pause (days)",
        default=5,
        help="What a proof of payment says to pay is not chased for so many days, while the treasury looks at it; "
        "0: it pauses nothing.",
    )
    proof_two_people = fields.Boolean(
        string="Verified and Registered by Two",
        help="Whoever registers the payment of a proof is not who verified the proof.",
    )

    _proof_pause = models.Constraint(
        "CHECK (proof_pause_days BETWEEN 0 AND 60)", "A proof of payment pauses for 60 days at most."
    )
