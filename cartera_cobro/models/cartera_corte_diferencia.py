"""What differs between two versions of a closing, item by item, and why."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .cartera_partida import Copia

CAUSES = [
    ("late_receipt", "Matched since: a late receipt or credit"),
    ("late_entry", "Entry posted since"),
    ("changed", "Entry changed since"),
    ("gone", "Entry taken out since"),
    ("unmatched", "Matching undone since"),
]


class CarteraCorteDiferencia(models.Model):
    """An item whose balance is not the one of the version before."""

    _name = "cartera.corte.diferencia"
    _description = "Difference between Versions of a Closing"
    _order = "corte_id, id"
    _rec_name = "number"
    _log_access = False

    corte_id = Copia("cartera.corte", string="Closing", readonly=True, index=True)
    company_currency_id = fields.Many2one(related="corte_id.company_id.currency_id")
    move_line_id = Copia("account.move.line", string="Journal Item", readonly=True)
    number = fields.Char(readonly=True)
    partner_name = fields.Char(string="Debtor", readonly=True)
    amount_before = fields.Monetary(string="Before", readonly=True, currency_field="company_currency_id")
    amount_after = fields.Monetary(string="Now", readonly=True, currency_field="company_currency_id")
    amount = fields.Monetary(string="Difference", readonly=True, currency_field="company_currency_id")
    cause = fields.Selection(CAUSES, readonly=True)
    document = fields.Char(readonly=True, help="The entries that made the difference, with their dates.")


class CarteraCorte(models.Model):
    _inherit = "cartera.corte"

    diferencia_ids = fields.One2many(
        "cartera.corte.diferencia", "corte_id", string="What Differs from the Version Before", readonly=True
    )

    def _nueva_version(self):
        """The draft that follows this confirmed closing. UserError: it is a draft, not the last, or nothing differs."""
        self.ensure_one()
        corte = self.sudo()
        if corte.state != "confirmed":
            raise UserError(self.env._("%s is a draft: compute it again instead.", corte.display_name))
        if not corte.is_current:
            raise UserError(self.env._("%s is not the last version of its date.", corte.display_name))
        draft = self.sudo().search([("previous_id", "=", corte.id), ("state", "=", "draft")], limit=1)
        if draft:
            draft._calcular()
        else:
            draft = self._abrir(corte.company_id, corte.date, previous=corte)
        if not draft.diferencia_ids:
            raise UserError(self.env._("The ledger of that date has not changed since %s.", corte.display_name))
        return draft.sudo(self.env.su)

    def _calcular(self):
        # EXTENDS: a version says what differs from the one before.
        res = super()._calcular()
        if self.previous_id:
            self.env.cr.execute(self._sql_diferencias())
        self.invalidate_recordset(["diferencia_ids"])
        return res

    def _sql_diferencias(self):
        """The entries that explain a line are those matched to it, or unmatched, after the version before was made.

        Unmatched is also what was matched to an entry that went back to draft, or to a later day.
        """
        return SQL(
            """
            INSERT INTO cartera_corte_diferencia (corte_id, move_line_id, number, partner_name, amount_before,
                                                  amount_after, amount, cause, document)
              WITH dif AS MATERIALIZED (
                SELECT COALESCE(n.move_line_id, v.move_line_id) AS move_line_id, COALESCE(n.number, v.number) AS number,
                       COALESCE(n.partner_name, v.partner_name) AS partner_name, COALESCE(v.amount, 0) AS before,
                       COALESCE(n.amount, 0) AS after, v.id IS NULL AS is_new,
                       n.amount_original != v.amount_original AS rewritten, v.date_invoice AS date
                  FROM (SELECT * FROM cartera_corte_linea WHERE corte_id = %(now)s) n
             FULL JOIN (SELECT * FROM cartera_corte_linea WHERE corte_id = %(before)s) v
                    ON v.move_line_id = n.move_line_id
                 WHERE COALESCE(n.amount, 0) != COALESCE(v.amount, 0)
            )
            SELECT %(now)s, d.move_line_id, d.number, d.partner_name, d.before, d.after, d.after - d.before,
                   CASE WHEN l.id IS NULL OR l.parent_state != 'posted' OR l.date > %(date)s THEN 'gone'
                        WHEN d.rewritten THEN 'changed'
                        WHEN made.n > 0 THEN 'late_receipt'
                        WHEN undone.n > 0 THEN 'unmatched'
                        WHEN d.is_new THEN 'late_entry'
                        WHEN d.after = 0 THEN 'gone' ELSE 'unmatched' END,
                   COALESCE(made.document, undone.document,
                            CONCAT(d.number, ' (', TO_CHAR(COALESCE(l.date, d.date), 'YYYY-MM-DD'), ')'))
              FROM dif d
         LEFT JOIN account_move_line l ON l.id = d.move_line_id
        CROSS JOIN LATERAL (
                SELECT COUNT(*) AS n, %(documents)s AS document
                  FROM account_partial_reconcile r
                  JOIN account_move_line o
                    ON o.id = CASE WHEN r.debit_move_id = d.move_line_id THEN r.credit_move_id ELSE r.debit_move_id END
                 WHERE d.move_line_id IN (r.debit_move_id, r.credit_move_id) AND o.parent_state = 'posted'
                   AND r.max_date <= %(date)s AND r.create_date > %(since)s) made
        CROSS JOIN LATERAL (
                SELECT COUNT(*) AS n, %(documents)s AS document
                  FROM (SELECT CASE WHEN r.debit_line_id = d.move_line_id
                                    THEN r.credit_line_id ELSE r.debit_line_id END AS id
                          FROM cartera_conciliacion_retirada r
                         WHERE d.move_line_id IN (r.debit_line_id, r.credit_line_id)
                           AND r.date <= %(date)s AND r.removed_on >= %(since_day)s
                         UNION ALL
                        SELECT CASE WHEN r.debit_move_id = d.move_line_id
                                    THEN r.credit_move_id ELSE r.debit_move_id END
                          FROM account_partial_reconcile r
                          JOIN account_move_line a ON a.id = r.debit_move_id
                          JOIN account_move_line b ON b.id = r.credit_move_id
                         WHERE d.move_line_id IN (a.id, b.id) AND r.create_date <= %(since)s
                           AND (a.parent_state != 'posted' OR b.parent_state != 'posted' OR r.max_date > %(date)s)
                       ) r LEFT JOIN account_move_line o ON o.id = r.id) undone
          ORDER BY ABS(d.after - d.before) DESC, d.move_line_id
            """,
            now=self.id,
            before=self.previous_id.id,
            date=self.date,
            documents=SQL(
                "STRING_AGG(o.move_name || ' (' || TO_CHAR(o.date, 'YYYY-MM-DD') || ')', ', ' ORDER BY o.id)"
            ),
            since=self.previous_id.generated_on,
            since_day=SQL(
                "(%s::timestamp AT TIME ZONE 'UTC' AT TIME ZONE %s)::date",
                self.previous_id.generated_on,
                self.company_id._cartera_zona(),
            ),
        )
