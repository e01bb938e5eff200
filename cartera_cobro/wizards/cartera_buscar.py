from odoo import fields, models
from odoo.exceptions import UserError


class CarteraBuscar(models.TransientModel):
    """Find whoever comes to the counter or calls, by whatever number or name they give."""

    _name = "cartera.buscar"
    _description = "Find a Debtor"

    text = fields.Char(string="NIT, Account, Invoice, Phone or Name", required=True)

    def action_find(self):
        """The dossier where there is one, else the list of those that match; a sentence where nobody does."""
        self.ensure_one()
        expedientes = self.env["cartera.expediente"]
        expedientes.check_access("read")
        domain = [("display_name", "ilike", self.text), ("company_id", "in", self.env.companies.ids)]
        found = expedientes.search(domain, limit=2)
        if not found:
            raise UserError(
                self.env._(
                    "No debtor has “%s” as NIT, account, invoice, phone or name. Check the number, or try another one.",
                    self.text,
                )
            )
        if len(found) == 1:
            return found._get_records_action()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_expediente_action_hallados")
        return dict(action, domain=domain, name=self.env._("Debtors: %s", self.text))
