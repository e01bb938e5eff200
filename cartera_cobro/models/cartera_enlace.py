"""Links for debtors: signed, with an expiry, and revocable; a portal token of Odoo is neither."""

import binascii
import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools.misc import hash_sign, verify_hash_signed

SCOPE = "cartera_cobro.estado"


class CarteraPolitica(models.Model):
    _inherit = "cartera.politica"

    link_days = fields.Integer(
        string="Links Last (days)", default=30, help="A debtor's link to the account statement works for so many days."
    )

    _link_days_positive = models.Constraint("CHECK (link_days > 0)", "A link lasts one day at least.")


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    link_nonce = fields.Char(groups="base.group_system", copy=False, help="Changing it revokes every link given out.")

    def _enlace(self):
        """Path (str) of the debtor's account statement, good for the policy's days and until links are revoked."""
        self.ensure_one()
        dossier = self.sudo()
        if not dossier.link_nonce:
            dossier.link_nonce = secrets.token_urlsafe(12)
        hours = (dossier.politica_id.link_days or 1) * 24
        token = hash_sign(dossier.env, SCOPE, [dossier.id, dossier.link_nonce], expiration_hours=hours)
        return f"/cartera/estado/{token}"

    @api.model
    def _de_enlace(self, token):
        """The dossier (in sudo) that a link's token opens; empty when it is wrong, over or revoked."""
        nothing = self.sudo().browse()
        try:
            values = verify_hash_signed(self.sudo().env, SCOPE, token)
        except (ValueError, binascii.Error):
            return nothing
        if not values:
            return nothing
        dossier = nothing.browse(values[0]).exists()
        return dossier if dossier.link_nonce and secrets.compare_digest(dossier.link_nonce, values[1]) else nothing

    def action_statement_link(self):
        """Open the account statement as the debtor sees it; its address is what may be sent to them."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("cartera_cobro.group_cartera_gestor"):
            raise AccessError(self.env._("Only officers give out links to a debtor's statement."))
        return {"type": "ir.actions.act_url", "url": self._enlace(), "target": "new"}

    def action_revoke_links(self):
        """No link given out before opens anything any more."""
        self.check_access("write")
        self.sudo().link_nonce = False
        for expediente in self:
            expediente._message_log(body=self.env._("The links to the account statement were revoked."))

    def _estado_de_cuenta(self):
        """What the debtor's page shows and nothing else: plain values, amounts in company currency."""
        self.ensure_one()
        today = self.company_id._cartera_hoy()
        items = self.partida_open_ids.sorted(lambda p: (p.date_due, p.id))
        debts = items.filtered(lambda p: p.amount_residual > 0)
        return {
            "debtor": self.partner_id.name,
            "today": today,
            "debts": [
                {
                    "number": item.name,
                    "account": item.cuenta_id.name or "",
                    "due": item.date_due,
                    "days": max((today - item.date_due).days, 0),
                    "balance": item.amount_residual,
                    "promised": item.date_promised,
                }
                for item in debts
            ],
            "overdue": self.amount_overdue,
            "total": self.amount_total,
            "credit": self.amount_credit,
        }
