from odoo import api, fields, models

KINDS = [
    ("debt", "Certificate of debt"),
    ("paid", "Paz y salvo"),
    ("statement", "Account statement"),
]


class CarteraCertificado(models.Model):
    """A numbered paper that says what a debtor owes, or that nothing is owed: kept, hashed and verifiable by anyone."""

    _name = "cartera.certificado"
    _description = "Certificate"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    number = fields.Char(readonly=True, copy=False, index="trigram")
    kind = fields.Selection(KINDS, required=True, readonly=True)
    expediente_id = fields.Many2one(
        "cartera.expediente", string="Dossier", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="expediente_id.company_id", store=True, index=True)
    pdf_id = fields.Many2one("ir.attachment", string="PDF", readonly=True, ondelete="restrict")

    @api.model
    def _emitir(self, expediente, kind, partidas=None, purpose=None):
        """Issue a certificate of `kind` on a dossier, or on some of its items, as of now; the record, with its PDF.

        purpose: for what it is asked (str). UserError: a paz y salvo where something is owed or was written off, a
        certificate of debt where nothing is owed.
        """
        raise NotImplementedError
