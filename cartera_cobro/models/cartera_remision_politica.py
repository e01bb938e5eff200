from odoo import fields, models

DESTINATIONS = [("legal", "Ordinary legal collection"), ("coactive", "Coactive collection"), ("agency", "Agency")]


class CarteraPolitica(models.Model):
    """What a policy asks before a case is referred, and how it watches the case."""

    _inherit = "cartera.politica"

    referral_destination = fields.Selection(
        DESTINATIONS, string="Referred To", default="legal", required=True, help="Where a new referral goes, to begin."
    )
    referral_acceptance = fields.Boolean(
        string="Acceptance of the Invoice",
        help="Each invoice was accepted, expressly or by silence (C.Co. 773): else it is no title.",
    )
    referral_address = fields.Boolean(
        string="Address Confirmed", default=True, help="Within the days that letters ask for: there it is notified."
    )
    referral_papers = fields.Boolean(string="No Papers Missing", help="Nothing of the dossier's checklist is missing.")
    referral_breach = fields.Boolean(
        string="A Breach Is Enough",
        default=True,
        help="An agreement broken and not cured takes the place of rounds, attempts and letters.",
    )
    referral_signed = fields.Boolean(
        string="Signed Before It Leaves", help="A treasurer, who did not propose it, signs the memo."
    )
    referral_idle_days = fields.Integer(
        string="Flag Cases Without Events (days)", default=60, help="Their lawyer is told weekly; 0 flags none."
    )

    _referral_idle_positive = models.Constraint(
        "CHECK (referral_idle_days >= 0)", "A case cannot be flagged after less than no days."
    )
