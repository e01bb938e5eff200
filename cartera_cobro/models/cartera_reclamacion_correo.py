"""Claims that come by e-mail: an address of the company, whose messages become drafts of the tray."""

from odoo import api, fields, models
from odoo.tools import email_normalize, html2plaintext
from odoo.tools.mail import email_split_tuples

from .cartera_alias import fijar_alias


class CarteraReclamacion(models.Model):
    _inherit = "cartera.reclamacion"

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """A draft with what was written; of whose dossier, where the address or a NIT in it says so.

        Somebody reads it, says what it is and which items it disputes, and files it: its term runs from its arrival.
        """
        values = dict(custom_values or {})
        company = self.env["res.company"].browse(values.get("company_id") or self.env.company.id)
        sender = msg_dict.get("email_from") or ""
        text = html2plaintext(msg_dict.get("body") or "").strip()
        subject = (msg_dict.get("subject") or "").strip()
        expediente = self._expediente_de(company, sender, f"{subject}\n{text}")
        [(name, _address), *_rest] = email_split_tuples(sender) or [("", "")]
        claim = super().message_new(
            msg_dict,
            {
                **values,
                "company_id": company.id,
                "expediente_id": expediente.id,
                "kind": "request",
                "channel": "virtual",
                "date_filed": company._cartera_hoy(),
                "filed_by": name or email_normalize(sender) or sender,
                "email_from": sender,
                "subject": subject or self.env._("(no subject)"),
                "text": text,
            },
        )
        claim._avisar_llegada()
        return claim

    def _avisar_llegada(self):
        """Somebody reads what came: the officer of the dossier, or who coordinates."""
        user = self.user_id or self.company_id._cartera_coordinadores()[:1]
        if user:
            claim = self.with_context(lang=user.lang or self.company_id.partner_id.lang)
            claim.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=self.company_id._cartera_hoy(),
                summary=claim.env._("Read what came by e-mail, and file it"),
                user_id=user.id,
            )


class ResCompany(models.Model):
    _inherit = "res.company"

    cartera_reclamacion_alias_id = fields.Many2one("mail.alias", string="Alias of Claims", copy=False, readonly=True)
    cartera_reclamacion_alias = fields.Char(
        string="E-mail of Claims",
        compute="_compute_cartera_reclamacion_alias",
        inverse="_inverse_cartera_reclamacion_alias",
        help="What is written to this address becomes a claim to read and file.",
    )
    cartera_reclamacion_correo = fields.Char(related="cartera_reclamacion_alias_id.alias_full_name")

    @api.depends("cartera_reclamacion_alias_id.alias_name")
    def _compute_cartera_reclamacion_alias(self):
        for company in self:
            company.cartera_reclamacion_alias = company.sudo().cartera_reclamacion_alias_id.alias_name

    def _inverse_cartera_reclamacion_alias(self):
        for company in self.sudo():
            company.cartera_reclamacion_alias_id = fijar_alias(
                company, company.cartera_reclamacion_alias_id, "cartera.reclamacion", company.cartera_reclamacion_alias
            )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    cartera_reclamacion_alias = fields.Char(related="company_id.cartera_reclamacion_alias", readonly=False)
    cartera_reclamacion_correo = fields.Char(related="company_id.cartera_reclamacion_correo")
