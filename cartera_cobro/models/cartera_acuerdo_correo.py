"""E-mails to the debtor about an agreement: the proposal, our signatures, the signed copy.

The link goes in the mail only: the copy of it that stays in the chatter, which the whole team reads, has none.
"""

import logging

from markupsafe import Markup
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from psycopg2 import OperationalError

from .avisos import aviso
from .cartera_acuerdo_documento import AGREEMENT, PROPOSAL
from .cartera_mensaje import Sobre, encolar_correos

_logger = logging.getLogger(__name__)


class CarteraAcuerdo(models.Model):
    _inherit = "cartera.acuerdo"

    def action_send_proposal(self):
        """E-mail the proposal to the debtor, with its PDF and the link to accept it."""
        self.ensure_one()
        self.check_access("write")
        self._exigir_estado("proposed")
        if self.date_accepted:
            raise UserError(self.env._("%s was accepted already.", self.display_name))
        self._exigir_vigencia()
        self.sudo()._escribir_al_deudor("correo_acuerdo_propuesta", self.sudo()._adjuntar(PROPOSAL))
        return aviso(self.env._("The proposal goes to %s.", self.partner_id.email), "success")

    def action_send_to_sign(self):
        """E-mail the debtor again that it is their turn to sign."""
        self.ensure_one()
        self.check_access("write")
        self._exigir_estado("signed")
        self._exigir_vigencia()
        self.sudo()._escribir_al_deudor("correo_acuerdo_firma", self.sudo()._adjuntar(AGREEMENT))
        return aviso(self.env._("The link to sign goes to %s.", self.partner_id.email), "success")

    def _al_firmarse(self):
        # EXTENDS the way of an agreement
        res = super()._al_firmarse()
        for acuerdo in self.filtered(lambda a: a.state == "signed"):
            acuerdo._avisar_al_deudor("correo_acuerdo_firma", lambda a: a._adjuntar(AGREEMENT))
        return res

    def _al_entrar_en_vigor(self):
        # EXTENDS the way of an agreement
        res = super()._al_entrar_en_vigor()
        for acuerdo in self:
            acuerdo._avisar_al_deudor("correo_acuerdo_vigente", lambda a: a.pdf_id)
        return res

    def _avisar_al_deudor(self, template, attach):
        """Write to the debtor, where there is an address; a mail that cannot be written keeps nothing from going on.

        template: its external id, without the module; attach: function of the agreement that gives the attachment.
        """
        if self.env.context.get("cartera_historia"):  # loaded at once: it was written then
            return
        if not self.partner_id.email:
            self._message_log(body=self.env._("The debtor has no e-mail: give them the link another way."))
            return
        try:
            with self.env.cr.savepoint():
                self._escribir_al_deudor(template, attach(self))
        except OperationalError:
            raise  # a concurrent update: the whole transaction is tried again
        except Exception as error:
            _logger.exception("The mail %s of agreement %s failed", template, self.id)
            self._message_log(body=self.env._("The e-mail to the debtor could not be written. %s", error))

    def _escribir_al_deudor(self, template, attachment):
        """Queue the e-mail, with superuser rights, and record the contact: information, which Ley 2300 lets through."""
        self.ensure_one()
        partner = self.partner_id
        if not partner.email:
            raise UserError(self.env._("%s has no e-mail: write it down, or copy the link.", partner.display_name))
        link = self._enlace_completo()
        template = self.env.ref(f"cartera_cobro.{template}").with_context(enlace=link)
        subject = template._render_field("subject", self.ids)[self.id]
        body = template._render_field("body_html", self.ids)[self.id]
        # The message of the chatter has no link; the mail carries it.
        shown = Markup(str(body).replace(link, "#"))
        encolar_correos(self.company_id, [Sobre(self, partner, subject, shown, attachment, body)])
        self.env["cartera.gestion"].create(
            {
                "expediente_id": self.expediente_id.id,
                "date": fields.Datetime.now(),
                "channel": "email",
                "purpose": "information",
                "result": "sent",
                "address": partner.email,
                "note": subject,
                "user_id": (self.user_id or self.env.user).id,
                "partida_ids": [Command.set(self.linea_ids.partida_id.ids)],
            }
        )
