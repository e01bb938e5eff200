"""The memo and the file of a referral by e-mail (FRV12), to whoever gets the case and to the legal office."""

from odoo import models

from .cartera_mensaje import Sobre, encolar_correos
from .cartera_remision_estado import CONFIRM
from .cartera_textos import fecha, pesos

# Bytes of an attachment that mail servers still take; a larger file is asked for, or downloaded.
MOST = 12 * 1024 * 1024


class CarteraRemision(models.Model):
    _inherit = "cartera.remision"

    def _al_enviarse(self):
        # EXTENDS the way of a referral
        res = super()._al_enviarse()
        self._escribir_a_quien_lo_recibe()
        self.with_context(mail_activity_quick_update=True).activity_schedule(
            CONFIRM,
            date_deadline=self.company_id._cartera_hoy(),
            summary=self.env._("Confirm that it was received"),
            user_id=self._encargado().id,
        )
        return res

    def _escribir_a_quien_lo_recibe(self):
        """Queue the e-mails, with superuser rights; who has no address is named in the chatter."""
        partners = self._a_quien_se_escribe()
        reached = partners.filtered("email_normalized")
        if reached:
            subject = f"Remisión {self.number}: {self.partner_id.name}, {pesos(self.amount_total)}"
            attachment = self.carpeta_id if self.carpeta_id.file_size <= MOST else self.memo_id
            sobres = [Sobre(self, partner, subject, self._cuerpo(partner), attachment) for partner in reached]
            encolar_correos(self.company_id.sudo(), sobres)
        if silent := partners - reached:
            names = ", ".join(silent.mapped("display_name"))
            self._message_log(body=self.env._("%s: no e-mail address. Hand over the file another way.", names))

    def _a_quien_se_escribe(self):
        """Partners: the lawyer, whoever is outside, and the legal office, which has no part in what an agency gets."""
        chosen = self.abogado_id.partner_id | self.agent_id
        return chosen if self.destination == "agency" else chosen | self.company_id._cartera_juridica()

    def _cuerpo(self, partner):
        inside = any(not user.share for user in partner.user_ids)
        values = {
            "remision": self,
            "partner": partner,
            "link": f"{self.get_base_url()}/odoo/cartera-remisiones/{self.id}" if inside else "",
            "large": self.carpeta_id.file_size > MOST,
            "fecha": fecha,
            "pesos": pesos,
        }
        return self.env["ir.qweb"]._render("cartera_cobro.correo_remision", values)
