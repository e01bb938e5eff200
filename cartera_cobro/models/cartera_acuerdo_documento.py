"""The PDFs of an agreement: drawn when asked for, and kept for good once it is in force."""

import hashlib

from markupsafe import Markup
from odoo import fields, models

from .cartera_impreso import convertir, escribir, guardado
from .cartera_textos import fecha, pesos

PROPOSAL = "cartera_cobro.propuesta_pago"
AGREEMENT = "cartera_cobro.acuerdo_pago"
STATEMENT = "cartera_cobro.estado_acuerdo"
NAMES = {PROPOSAL: "Propuesta de pago", STATEMENT: "Estado del acuerdo"}


class CarteraAcuerdo(models.Model):
    _inherit = "cartera.acuerdo"

    signed_copy_id = fields.Many2one(
        "ir.attachment",
        string="Scanned Copy",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Signed by hand by the debtor.",
    )
    document_id = fields.Many2one(
        "ir.attachment",
        string="Our PDF",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="As it was when it came into force, with the signatures.",
    )

    def _pesos(self, amount):
        """For the mails' templates."""
        return pesos(amount)

    def _fecha(self, day):
        return fecha(day)

    def _nombre_documento(self, report=AGREEMENT):
        """File name (str) of one of its PDFs."""
        self.ensure_one()
        kind = "Compromiso de pago" if self.kind == "commitment" else "Acuerdo de pago"
        return " ".join(filter(None, (NAMES.get(report, kind), self.number))) + ".pdf"

    def _firmar_deudor(self, name, signature=None, attachment=None, user=None):
        # EXTENDS the way of an agreement: the scanned copy stays with it.
        if attachment:
            self.sudo().signed_copy_id = attachment
        return super()._firmar_deudor(name, signature=signature, attachment=attachment, user=user)

    def _al_entrar_en_vigor(self):
        # EXTENDS the way of an agreement: its text with every signature is kept, and told to the dossier.
        res = super()._al_entrar_en_vigor()
        for acuerdo in self:
            acuerdo._guardar_documento()
        return res

    def _guardar_documento(self):
        """Draw it once and keep it; what holds, and bears the hash, is the copy signed by hand where there is one."""
        self.ensure_one()
        document = self._adjuntar(AGREEMENT)
        holds = self.signed_copy_id or document
        digest = hashlib.sha256(holds.raw).hexdigest()
        self.write({"document_id": document.id, "pdf_id": holds.id, "pdf_sha256": digest})
        self.expediente_id.message_post(
            body=Markup("%s %s")
            % (self._get_html_link(), self.env._("is in force, signed by %s.", self.debtor_signed_by)),
            attachment_ids=(holds | document).ids,
        )


# Imported after ir_actions_report.py, whose method it extends.
class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _cartera_pdf(self, report, res_ids, data):
        # EXTENDS the add-on's own paper: an agreement in force is printed from what was kept of it.
        if report.report_name != AGREEMENT:
            return super()._cartera_pdf(report, res_ids, data)
        acuerdos = self.env[report.model].browse(res_ids)
        fresh = acuerdos.filtered(lambda a: not a.document_id)
        drawn = iter(_dibujar(report, fresh))
        return escribir([guardado(a.sudo().document_id) if a.document_id else next(drawn) for a in acuerdos])


def _dibujar(report, acuerdos):
    """The Documento of each agreement, in their order."""
    if not acuerdos:
        return []
    html = report._render_qweb_html(report.report_name, acuerdos.ids)[0].decode()
    return list(convertir(report, [html]))
