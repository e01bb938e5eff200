"""Links for debtors: signed, with an expiry, and revocable; a portal token of Odoo is neither."""

import binascii
import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools.misc import hash_sign, verify_hash_signed


class CarteraPolitica(models.Model):
    _inherit = "cartera.politica"

    link_days = fields.Integer(
        string="Links Last (days)", default=30, help="A debtor's link to the account statement works for so many days."
    )

    _link_days_positive = models.Constraint("CHECK (link_days > 0)", "A link lasts one day at least.")


class CarteraEnlazable(models.AbstractModel):
    """A record that its debtor opens by a link, with no user of their own.

    The link's token is signed with the record's own secret (`link_nonce`) and says until when it is good; changing the
    secret revokes every link given out. `_enlace_ambito` keeps the links of one model from opening another.
    """

    _name = "cartera.enlazable"
    _description = "Opened by a Link"
    _enlace_ambito = None  # str: what the token is for
    _enlace_ruta = None  # str: the path that the token goes after

    link_nonce = fields.Char(groups="base.group_system", copy=False, help="Changing it revokes every link given out.")

    def _enlace_horas(self):
        """For how many hours (int, 1 or more) a link given out now is good."""
        raise NotImplementedError

    def _enlace(self):
        """Path (str) of the debtor's page, good for `_enlace_horas` and until links are revoked."""
        self.ensure_one()
        record = self.sudo()
        if not record.link_nonce:
            record.link_nonce = secrets.token_urlsafe(12)
        values = [record.id, record.link_nonce]
        token = hash_sign(record.env, self._enlace_ambito, values, expiration_hours=record._enlace_horas())
        return f"{self._enlace_ruta}{token}"

    def _enlace_completo(self):
        """Address (str) of the debtor's page, to be sent to them."""
        return f"{self.get_base_url()}{self._enlace()}"

    @api.model
    def _de_enlace(self, token):
        """The record (in sudo) that a link's token opens; empty when it is wrong, over or revoked."""
        nothing = self.sudo().browse()
        try:
            values = verify_hash_signed(self.sudo().env, self._enlace_ambito, token)
        except (ValueError, binascii.Error):
            return nothing
        if not values:
            return nothing
        record = nothing.browse(values[0]).exists()
        return record if record.link_nonce and secrets.compare_digest(record.link_nonce, values[1]) else nothing

    def _revocar_enlaces(self):
        """No link given out before opens anything any more."""
        self.sudo().link_nonce = False


class CarteraExpediente(models.Model):
    _name = "cartera.expediente"
    _inherit = ["cartera.expediente", "cartera.enlazable"]
    _enlace_ambito = "cartera_cobro.estado"
    _enlace_ruta = "/cartera/estado/"

    def _enlace_horas(self):
        return (self.politica_id.link_days or 1) * 24

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
        self._revocar_enlaces()
        for expediente in self:
            expediente._message_log(body=self.env._("The links to the account statement were revoked."))
