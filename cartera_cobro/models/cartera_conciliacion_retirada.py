from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .cartera_partida import Copia


class CarteraConciliacionRetirada(models.Model):
    """A matching that was removed from the ledger: append-only, so that a closing of a day before still counts it."""

    _name = "cartera.conciliacion.retirada"
    _description = "Removed Matching"
    _order = "id desc"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    debit_line_id = Copia("account.move.line", string="Debit", readonly=True)
    credit_line_id = Copia("account.move.line", string="Credit", readonly=True)
    date = fields.Date(readonly=True, help="From this day on it counted.")
    made_on = fields.Date(readonly=True, help="Day on which it was made.")
    removed_on = fields.Date(readonly=True, help="From this day on it did not.")
    removed_by_id = Copia("res.users", readonly=True)
    amount = fields.Float(digits=(16, 2), readonly=True)
    debit_amount_currency = fields.Float(digits=(16, 2), readonly=True)
    credit_amount_currency = fields.Float(digits=(16, 2), readonly=True)
    # What the two lines were for: an entry changed since is another one, and this matching says nothing of it.
    debit_balance = fields.Float(digits=(16, 2), readonly=True)
    credit_balance = fields.Float(digits=(16, 2), readonly=True)

    @api.model
    def _anotar(self, matchings):
        """Log `matchings` (account.partial.reconcile) of receivables that a company collects, about to go.

        One INSERT a company that collects: a matching between two branches is in the log of each. A matching made and
        removed on the same day stood at the end of none.
        """
        lines = (matchings.debit_move_id | matchings.credit_move_id).sudo()
        for company in lines.company_id.filtered("cartera_politica_id"):
            # Not the lines: what is about to be written on them is not what was matched.
            self.env["account.partial.reconcile"].flush_model()
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO cartera_conciliacion_retirada (company_id, debit_line_id, credit_line_id, date,
                                made_on, removed_on, removed_by_id, amount, debit_amount_currency,
                                credit_amount_currency, debit_balance, credit_balance)
                    SELECT %(company)s, r.debit_move_id, r.credit_move_id, r.max_date,
                           (r.create_date AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date, %(today)s, %(uid)s, r.amount,
                           r.debit_amount_currency, r.credit_amount_currency, a.balance, b.balance
                      FROM account_partial_reconcile r
                      JOIN account_move_line a ON a.id = r.debit_move_id
                      JOIN account_move_line b ON b.id = r.credit_move_id
                     WHERE r.id = ANY(%(ids)s) AND %(company)s IN (a.company_id, b.company_id)
                       AND a.account_id IN %(accounts)s
                       AND (r.create_date AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date < %(today)s
                    """,
                    company=company.id,
                    today=company._cartera_hoy(),
                    zone=company._cartera_zona(),
                    uid=self.env.uid,
                    ids=matchings.ids,
                    accounts=company._cartera_cuentas_ids() or (0,),
                )
            )

    def write(self, vals):
        if not self:
            return super().write(vals)
        raise UserError(self.env._("The log of removed matchings is append-only."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The log of removed matchings is append-only: its rows are never deleted."))


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    def unlink(self):
        # EXTENDS account: a closing of a day on which it counted must still count it, and what it paid is owed again.
        if not self:
            return super().unlink()
        self.env["cartera.conciliacion.retirada"]._anotar(self)
        lines = self.sudo().debit_move_id | self.sudo().credit_move_id
        res = super().unlink()
        lines.exists()._cartera_abrir_las_que_faltan()
        return res
