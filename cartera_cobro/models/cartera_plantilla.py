from odoo import fields, models

from .cartera_autorizacion import CHANNEL_LABELS, PURPOSE_LABELS

MESSAGE_CHANNELS = [pair for pair in CHANNEL_LABELS if pair[0] in ("email", "sms", "letter", "whatsapp", "ivr")]
KINDS = [
    ("first_letter", "First letter"),
    ("second_letter", "Second letter"),
    ("demand", "Demand (C.G.P. 94)"),
    ("notice_1266", "Notice before reporting (Ley 1266)"),
    ("reminder", "Reminder before the due date"),
    ("statement", "Account statement"),
    ("agreement", "Confirmation of an agreement"),
    ("other", "Other"),
]


class CarteraPlantilla(models.Model):
    """The text of a letter or message, in Spanish, rendered by Odoo's QWeb engine for each `cartera.comunicacion`."""

    _name = "cartera.plantilla"
    _description = "Letter or Message Template"
    _order = "sequence, name"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: every company.")
    kind = fields.Selection(KINDS, required=True, default="other")
    subject = fields.Char(required=True)
    body_html = fields.Html(string="Letter", help="The letter, also the body of the e-mail.")
    text = fields.Text(string="Short Text", help="What an SMS, a WhatsApp or a recorded call says.")
    purpose = fields.Selection(
        PURPOSE_LABELS,
        required=True,
        default="collection",
    )
    approval = fields.Boolean(string="Signed Before It Leaves", help="It goes through the tiers of approval.")
    numbered = fields.Boolean(help="It takes the next consecutive of the company and year.")
    with_pdf = fields.Boolean(string="PDF Attached", default=True)
    days_to_pay = fields.Integer(string="Days to Pay", default=10, help="Deadline that the letter gives.")
