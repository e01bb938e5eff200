from odoo import fields, models

from .cartera_plantilla import KINDS, MESSAGE_CHANNELS

DROPS = [
    ("paid", "Nothing overdue any more"),
    ("held", "On hold"),
    ("legal", "In legal collection"),
    ("agreement", "Under an agreement"),
    ("guard", "Ley 2300 does not allow it"),
    ("no_address", "No e-mail, phone or address"),
    ("unconfirmed", "Address not confirmed"),
    ("template", "The template needs a value that is empty"),
    ("cancelled", "Cancelled by hand"),
]


class CarteraComunicacion(models.Model):
    """One message to one debtor, with all its overdue items: what was said, when, how, and whether it was received."""

    _name = "cartera.comunicacion"
    _description = "Letter or Message"
    _inherit = ["cartera.firmable", "mail.thread"]
    _order = "id desc"
    _check_company_auto = True
    _state_from = ["draft"]
    _state_to = ["approved"]
    _cancel_state = "cancelled"

    expediente_id = fields.Many2one(
        "cartera.expediente", string="Dossier", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="expediente_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="expediente_id.partner_id", string="Debtor", store=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    template_id = fields.Many2one("cartera.plantilla", string="Template", required=True, ondelete="restrict")
    kind = fields.Selection(KINDS, related="template_id.kind", store=True)
    channel = fields.Selection(MESSAGE_CHANNELS, required=True, default="email")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("approved", "Approved"),
            ("sent", "Sent"),
            ("delivered", "Received"),
            ("returned", "Returned"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )
    day_sent = fields.Date(readonly=True, copy=False)
    drop_reason = fields.Selection(DROPS, string="Not Sent Because", readonly=True, copy=False)

    def _campos_firmados(self):
        return ["expediente_id", "template_id", "channel"]

    def _al_firmarse(self):
        self.write({"state": "approved"})
