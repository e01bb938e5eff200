"""Whether the buyer accepted an invoice: expressly, or by the silence of three working days (C.Co. 773)."""

from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rules.dates import add_working_days
from .account_move import READERS
from .cartera_contacto import Guardia

# Working days after receipt in which the buyer may claim against an invoice (C.Co. 773; Ley 1676/2013 art. 86).
CLAIM_DAYS = 3


class AccountMove(models.Model):
    _inherit = "account.move"

    cartera_received_date = fields.Date(
        string="Received by the Buyer", copy=False, help="The day that the receipt of the invoice bears."
    )
    cartera_accepted_date = fields.Date(
        string="Accepted Expressly On", copy=False, help="In the invoice or in a separate document."
    )
    cartera_accepted_ref = fields.Char(
        string="Acceptance Document", copy=False, help="e.g. The event in the RADIAN, or the letter."
    )
    cartera_acceptance_ids = fields.Many2many(
        "ir.attachment",
        "cartera_aceptacion_adjunto_rel",
        string="Proof of Receipt or Acceptance",
        copy=False,
        groups=READERS,
        bypass_search_access=True,
    )
    cartera_tacit_date = fields.Date(
        string="May Be Claimed Until", compute="_compute_cartera_acceptance", groups=READERS
    )
    cartera_acceptance = fields.Selection(
        [("express", "Express"), ("tacit", "Tacit"), ("waiting", "May still be claimed"), ("none", "Not recorded")],
        string="Acceptance",
        compute="_compute_cartera_acceptance",
        groups=READERS,
        help="Tacit: three working days have passed since the buyer received it (C.Co. 773).",
    )

    @api.depends("cartera_received_date", "cartera_accepted_date", "company_id")
    def _compute_cartera_acceptance(self):
        for company, moves in self.grouped("company_id").items():
            holidays = Guardia(self.env, company)._festivos() if moves.filtered("cartera_received_date") else ()
            today = company._cartera_hoy() if company else fields.Date.context_today(self)
            for move in moves:
                received = move.cartera_received_date
                silence = received and add_working_days(received, CLAIM_DAYS, holidays)
                move.cartera_tacit_date = silence
                move.cartera_acceptance = _aceptacion(move.cartera_accepted_date, silence, today)

    @api.constrains("cartera_received_date", "cartera_accepted_date")
    def _check_cartera_acceptance(self):
        for move in self:
            today = move.company_id._cartera_hoy()
            days = [day for day in (move.cartera_received_date, move.cartera_accepted_date) if day]
            if any(day > today for day in days):
                raise ValidationError(
                    self.env._("%s cannot have been received or accepted after today.", move.display_name)
                )
            if move.invoice_date and any(day < move.invoice_date for day in days):
                raise ValidationError(
                    self.env._("%s cannot have been received or accepted before it was issued.", move.display_name)
                )


def _aceptacion(accepted: date, silence: date, today: date):
    """The code of `cartera_acceptance`; `silence`: the last day on which the buyer could claim."""
    if accepted:
        return "express"
    if not silence:
        return "none"
    return "tacit" if today > silence else "waiting"
