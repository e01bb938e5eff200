from odoo import api, fields, models

from .account_move import READERS
from .cartera_asiento import Asiento

# Writing these on a posted line may bring it into or out of the portfolio, or give it to another debtor.
SCOPE_FIELDS = {"account_id", "partner_id", "move_id", "date_maturity"}


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    # One at most. The ORM looks here, mostly in its cache, for what to recompute when the line changes.
    cartera_partida_ids = fields.One2many("cartera.partida", "move_line_id", string="Open Item", groups=READERS)

    # Lines of unposted entries that are still matched: few, and asked for every night (see cartera.partida).
    _cartera_unposted_matched_idx = models.Index("(id) WHERE parent_state != 'posted' AND matching_number IS NOT NULL")

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS account: Odoo rebuilds the lines of posted bank entries.
        lines = super().create(vals_list)
        lines._cartera_asentar()
        return lines

    def write(self, vals):
        # EXTENDS account
        res = super().write(vals)
        if SCOPE_FIELDS & vals.keys():
            self._cartera_asentar()
        return res

    def unlink(self):
        # EXTENDS account: items outlive their journal item, closed.
        if not self:  # Odoo asks at every write of an entry
            return super().unlink()
        items = self.sudo().cartera_partida_ids
        if items:
            items.write({"move_line_id": False})
            items.flush_recordset()
        return super().unlink()

    def _cartera_asentar(self):
        """Open, rebind and retotal at once what the posted receivable lines of `self` change in the portfolio."""
        lines = self.sudo().filtered(lambda line: line.parent_state == "posted" and line.company_id.cartera_politica_id)
        for company, of_company in lines.grouped("company_id").items():
            accounts = set(company._cartera_cuentas_ids())
            moves = of_company.filtered(lambda line, ids=accounts: line.account_id.id in ids).move_id
            if moves:
                Asiento(self.sudo().env, company, company._cartera_hoy()).asentar(moves)
