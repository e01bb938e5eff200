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
        lines = self.sudo().filtered(
            lambda line: line.parent_state == "posted"
            and not line.cartera_reclasificacion_id
            and line.company_id.cartera_politica_id
        )
        for company, of_company in lines.grouped("company_id").items():
            accounts = set(company._cartera_cuentas_ids())
            moves = of_company.filtered(lambda line, ids=accounts: line.account_id.id in ids).move_id
            if moves:
                Asiento(self.sudo().env, company, company._cartera_hoy()).asentar(moves)

    def _cartera_reabrir_pagadas(self):
        """Open the items of what these pay, where it was paid before it could have one and is owed again."""
        matched = self.sudo().filtered("matching_number")
        paid = matched.matched_debit_ids.debit_move_id | matched.matched_credit_ids.credit_move_id
        (paid - matched)._cartera_abrir_las_que_faltan()

    def _cartera_abrir_las_que_faltan(self):
        """Open the items of those that have none: what was paid when it was posted had nothing to open."""
        self.sudo().filtered(lambda line: not line.cartera_partida_ids)._cartera_asentar()

    def _cartera_libro(self):
        """What an open item copies of this journal item: {field of the item: value of its column}."""
        self.ensure_one()
        return {
            "name": self.move_name or None,
            "move_id": self.move_id.id,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "partner_id": self.partner_id.commercial_partner_id.id or None,
            "date": self.date,
            "date_due": self.date_maturity or self.date,
            "parent_state": self.parent_state,
            "amount": self.balance,
            "cuenta_id": self.move_id.cartera_cuenta_id.id or None,
        }

    def _cartera_saldo(self):
        """The balance that decides, in company currency and in the item's: entries that are not posted pay nothing."""
        self.ensure_one()
        residual, currency = self.amount_residual, self.amount_residual_currency
        credits = self.matched_credit_ids.filtered(lambda m: m.credit_move_id.parent_state != "posted")
        debits = self.matched_debit_ids.filtered(lambda m: m.debit_move_id.parent_state != "posted")
        if not credits and not debits:
            return residual, currency
        residual += sum(credits.mapped("amount")) - sum(debits.mapped("amount"))
        currency += sum(credits.mapped("debit_amount_currency")) - sum(debits.mapped("credit_amount_currency"))
        return self.company_currency_id.round(residual), self.currency_id.round(currency)

    def _cartera_excluida(self):
        """Whether somebody excluded it from follow-up: Odoo does so with miscellaneous entries, and nobody decided."""
        self.ensure_one()
        return self.no_followup and self.journal_id.type != "general"
