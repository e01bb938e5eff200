from odoo import api, fields, models
from odoo.exceptions import UserError

# What a copy signed by hand may be.
COPIES = ("application/pdf", "image/jpeg", "image/png")


class CarteraAcuerdoDeudor(models.AbstractModel):
    """What the debtor, or who answers for them, did with an agreement, and the file that shows it."""

    _name = "cartera.acuerdo.deudor"
    _description = "The Debtor's Part of an Agreement"

    acuerdo_id = fields.Many2one(
        "cartera.acuerdo", string="Agreement", required=True, default=lambda self: self.env.context.get("active_id")
    )
    who = fields.Char(required=True, compute="_compute_who", store=True, readonly=False, precompute=True)
    file = fields.Binary()
    file_name = fields.Char()

    @api.depends("acuerdo_id")
    def _compute_who(self):
        """The debtor's name; of a company nothing: somebody answers for it, and is named."""
        for wizard in self:
            partner = wizard.acuerdo_id.partner_id
            wizard.who = False if partner.is_company else partner.name

    def _adjunto(self, name):
        """The file as an attachment of the agreement, which the user may change; nothing when none was uploaded."""
        self.ensure_one()
        acuerdo = self.acuerdo_id
        acuerdo.check_access("write")
        Attachment = self.env["ir.attachment"].sudo()
        if not self.file:
            return Attachment
        values = {"datas": self.file, "res_model": acuerdo._name, "res_id": acuerdo.id}
        return Attachment.create({"name": self.file_name or name, **values})


class CarteraAcuerdoAceptar(models.TransientModel):
    """The debtor's acceptance of a proposal, by mail or in person."""

    _name = "cartera.acuerdo.aceptar"
    _description = "Accepted by E-mail or in Person"
    _inherit = ["cartera.acuerdo.deudor"]

    acuerdo_id = fields.Many2one(string="Proposal")
    who = fields.Char(string="Who Accepted")
    file = fields.Binary(string="Evidence", help="The e-mail, or the proposal with their signature.")
    channel = fields.Selection(
        [("email", "E-mail"), ("in_person", "In person")], string="How", required=True, default="email"
    )
    note = fields.Char(help="e.g. The subject and day of the e-mail.")

    def action_apply(self):
        evidence = self._adjunto(self.env._("Acceptance"))
        self.acuerdo_id._aceptar(self.channel, self.who, note=self.note, attachments=evidence.ids)
        return {"type": "ir.actions.act_window_close"}


class CarteraAcuerdoCopia(models.TransientModel):
    """The copy of an agreement that the debtor signed by hand."""

    _name = "cartera.acuerdo.copia"
    _description = "Signed Copy of an Agreement"
    _inherit = ["cartera.acuerdo.deudor"]

    who = fields.Char(string="Who Signed")
    file = fields.Binary(string="Signed Copy", required=True, help="PDF, JPG or PNG.")

    def action_apply(self):
        copy = self._adjunto(self.env._("Signed copy"))
        if copy.mimetype not in COPIES:
            raise UserError(self.env._("The signed copy is a PDF, JPG or PNG: scan it, or take a photo of it."))
        self.acuerdo_id._firmar_deudor(self.who, attachment=copy)
        return {"type": "ir.actions.act_window_close"}


class CarteraAcuerdoEnlace(models.TransientModel):
    """The address of the debtor's page, as it is given out."""

    _name = "cartera.acuerdo.enlace"
    _description = "Link for the Debtor"

    acuerdo_id = fields.Many2one("cartera.acuerdo", string="Agreement", required=True, readonly=True)
    url = fields.Char(string="Link", required=True, readonly=True)
    until = fields.Datetime(string="Good Until", required=True, readonly=True)
