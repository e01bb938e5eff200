"""Proofs of payment that come by e-mail: an address of the company, whose messages wait in the treasury's tray."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize, html2plaintext
from odoo.tools.mail import email_split_tuples

from .cartera_alias import fijar_alias
from .cartera_portal import archivo_subido
from .cartera_soporte_portal import MOST_BYTES

MOST_TEXT = 4000


class CarteraSoporte(models.Model):
    _inherit = "cartera.soporte"

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """A proof with the file that came; of whose dossier, where the address or a NIT in it says so.

        How much, when and with which reference is read and typed by whoever looks at it.
        """
        # OVERRIDE: the steps of a proof that comes in are those of `_recibir`, not those of a plain record.
        self.check_access("create")  # the gateway's, in sudo: nobody else has it
        company = self.env["res.company"].browse((custom_values or {}).get("company_id") or self.env.company.id)
        sender, subject = msg_dict.get("email_from") or "", (msg_dict.get("subject") or "").strip()
        text = html2plaintext(msg_dict.get("body") or "").strip()
        expediente = self.env["cartera.reclamacion"]._expediente_de(company, sender, f"{subject}\n{text}")
        [(name, _address), *_rest] = email_split_tuples(sender) or [("", "")]
        return self._recibir(
            company,
            "mail",
            _mejor_archivo(msg_dict.get("attachments") or ()),
            expediente_id=expediente.id,
            sent_by=name or email_normalize(sender) or sender,
            email_from=sender,
            # Somebody of the team may pass on what they were sent: they do not register it either.
            sent_user_id=self._quien_lo_paso(company, sender).id,
            note="\n".join(filter(None, [subject, text]))[:MOST_TEXT],
        )

    @api.model
    def _quien_lo_paso(self, company, sender):
        """The user of the company whose address `sender` is; empty for anybody else."""
        own = [("email_normalized", "=", email_normalize(sender) or ""), ("share", "=", False)]
        return self.env["res.users"].search([*own, ("company_ids", "in", company.ids)], limit=1)


def _mejor_archivo(attachments):
    """Values of the attachment that is most likely the proof: a PDF, or else the largest picture; None without any.

    The rest stays in the message: signatures of mail carry pictures too.
    """
    taken = []
    for name, content, *_info in attachments:
        try:
            taken.append(archivo_subido(name, content if isinstance(content, bytes) else content.encode(), MOST_BYTES))
        except UserError:
            continue
    return max(taken, key=lambda f: (f["mimetype"] == "application/pdf", len(f["raw"])), default=None)


class ResCompany(models.Model):
    _inherit = "res.company"

    cartera_soporte_alias_id = fields.Many2one("mail.alias", string="Alias of Proofs", copy=False, readonly=True)
    cartera_soporte_alias = fields.Char(
        string="E-mail of Proofs of Payment",
        compute="_compute_cartera_soporte_alias",
        inverse="_inverse_cartera_soporte_alias",
        help="What is written to this address waits as a proof of payment in the treasury's tray.",
    )
    cartera_soporte_correo = fields.Char(related="cartera_soporte_alias_id.alias_full_name")

    @api.depends("cartera_soporte_alias_id.alias_name")
    def _compute_cartera_soporte_alias(self):
        for company in self:
            company.cartera_soporte_alias = company.sudo().cartera_soporte_alias_id.alias_name

    def _inverse_cartera_soporte_alias(self):
        for company in self.sudo():
            company.cartera_soporte_alias_id = fijar_alias(
                company, company.cartera_soporte_alias_id, "cartera.soporte", company.cartera_soporte_alias
            )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    cartera_soporte_alias = fields.Char(related="company_id.cartera_soporte_alias", readonly=False)
    cartera_soporte_correo = fields.Char(related="company_id.cartera_soporte_correo")
