from odoo import api, fields, models
from odoo.exceptions import UserError

# What a copy signed by hand may be.
COPIES = ("application/pdf", "image/jpeg", "image/png")


class CarteraAcuerdoAceptar(models.TransientModel):
    """The debtor's acceptance of a proposal, by mail or in person."""

    _name = "cartera.acuerdo.aceptar"
    _description = "Accepted by E-mail or in Person"

    acuerdo_id = fields.Many2one(
        "cartera.acuerdo", string="Proposal", required=True, default=lambda self: self.env.context.get("active_id")
    )
    channel = fields.Selection(
        [("email", "E-mail"), ("in_person", "In person")], string="How", required=True, default="email"
    )
    who = fields.Char(
        string="Who Accepted", required=True, compute="_compute_who", store=True, readonly=False, precompute=True
    )
    note = fields.Char(help="e.g. The subject and day of the e-mail.")
    file = fields.Binary(string="Evidence", help="The e-mail, or the proposal with their signature.")
    file_name = fields.Char()

    @api.depends("acuerdo_id")
    def _compute_who(self):
        for wizard in self:
            wizard.who = _persona(wizard.acuerdo_id)

    def action_apply(self):
        self.ensure_one()
        acuerdo = self.acuerdo_id
        acuerdo.check_access("write")
        evidence = _adjunto(acuerdo, self.file, self.file_name or self.env._("Acceptance"))
        acuerdo._aceptar(self.channel, self.who, note=self.note, attachments=evidence.ids)
        return {"type": "ir.actions.act_window_close"}


class CarteraAcuerdoCopia(models.TransientModel):
    """The copy of an agreement that the debtor signed by hand."""

    _name = "cartera.acuerdo.copia"
    _description = "Signed Copy of an Agreement"

    acuerdo_id = fields.Many2one(
        "cartera.acuerdo", string="Agreement", required=True, default=lambda self: self.env.context.get("active_id")
    )
    who = fields.Char(
        string="Who Signed", required=True, compute="_compute_who", store=True, readonly=False, precompute=True
    )
    file = fields.Binary(string="Signed Copy", required=True, help="PDF, JPG or PNG.")
    file_name = fields.Char()

    @api.depends("acuerdo_id")
    def _compute_who(self):
        for wizard in self:
            wizard.who = _persona(wizard.acuerdo_id)

    def action_apply(self):
        self.ensure_one()
        acuerdo = self.acuerdo_id
        acuerdo.check_access("write")
        copy = _adjunto(acuerdo, self.file, self.file_name or self.env._("Signed copy"))
        if copy.mimetype not in COPIES:
            raise UserError(self.env._("The signed copy is a PDF, JPG or PNG: scan it, or take a photo of it."))
        acuerdo._firmar_deudor(self.who, attachment=copy)
        return {"type": "ir.actions.act_window_close"}


class CarteraAcuerdoEnlace(models.TransientModel):
    """The address of the debtor's page, as it is given out."""

    _name = "cartera.acuerdo.enlace"
    _description = "Link for the Debtor"

    acuerdo_id = fields.Many2one("cartera.acuerdo", string="Agreement", required=True, readonly=True)
    url = fields.Char(string="Link", required=True, readonly=True)
    until = fields.Datetime(string="Good Until", required=True, readonly=True)


def _persona(acuerdo):
    """The debtor's name; of a company nothing: somebody answers for it, and is named."""
    return False if acuerdo.partner_id.is_company else acuerdo.partner_id.name


def _adjunto(acuerdo, content, name):
    """The file (base64) as an attachment of the agreement; nothing when none was uploaded."""
    Attachment = acuerdo.env["ir.attachment"].sudo()
    if not content:
        return Attachment
    return Attachment.create({"name": name, "datas": content, "res_model": acuerdo._name, "res_id": acuerdo.id})
