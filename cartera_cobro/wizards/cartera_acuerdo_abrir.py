"""Where the plans of an agreement are compared from: the dossier, chosen items, a contact, what was planned."""

from odoo import fields, models
from odoo.exceptions import UserError


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    def action_propose_agreement(self):
        """Compare plans for what the debtor owes."""
        return self.env["cartera.acuerdo.simulacion"]._abrir(self, gestion=self._ultima_propuesta())

    def _ultima_propuesta(self):
        """The last contact in which the debtor proposed instalments, if no agreement came from it yet."""
        proposals = self.gestion_ids.filtered(lambda g: g.result == "proposal" and not g.date_annulled)
        last = proposals.sorted(lambda g: (g.date, g.id))[-1:]
        return last - self.sudo().acuerdo_ids.gestion_id


class CarteraPartida(models.Model):
    _inherit = "cartera.partida"

    def action_propose_agreement(self):
        """Compare plans for the chosen items, of one debtor in one company."""
        if not self:
            raise UserError(self.env._("Choose the items that the agreement covers."))
        if len(self.company_id) > 1:
            raise UserError(
                self.env._("The items are of %s: an agreement covers one company's items.",
                           ", ".join(self.company_id.mapped("name")))
            )  # fmt: skip
        debtors = self.partner_id
        if len(debtors) > 1 or not self.expediente_id:
            raise UserError(
                self.env._("The items are of %s: an agreement covers one debtor's items.",
                           ", ".join(debtors.mapped("display_name")) or self.env._("nobody"))
            )  # fmt: skip
        debts = self.filtered(lambda p: p.is_open and p.amount_residual > 0)
        if not debts:
            raise UserError(self.env._("Nothing is owed of the chosen items: there is nothing to agree on."))
        return self.env["cartera.acuerdo.simulacion"]._abrir(self.expediente_id, debts)


class CarteraGestion(models.Model):
    _inherit = "cartera.gestion"

    acuerdo_ids = fields.One2many("cartera.acuerdo", "gestion_id", string="Agreements")

    def action_propose_agreement(self):
        """Compare plans for what the debtor proposed in this contact, for the items that it was about."""
        self.ensure_one()
        debts = self.partida_ids.filtered(lambda p: p.is_open and p.amount_residual > 0)
        return self.env["cartera.acuerdo.simulacion"]._abrir(self.expediente_id, debts or None, gestion=self)


class MailActivityType(models.Model):
    _inherit = "mail.activity.type"

    category = fields.Selection(
        selection_add=[("cartera_acuerdo", "Payment proposal")], ondelete={"cartera_acuerdo": "set default"}
    )


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def action_cartera_acuerdo(self):
        """Prepare the proposal that was planned on a dossier; drafting it completes the activity."""
        self.ensure_one()
        return self.env["cartera.expediente"].browse(self.res_id).action_propose_agreement()
