from odoo import api, fields, models
from odoo.tools import SQL

from ..models.cartera_campana_efecto import sql_recaudado
from ..models.cartera_suspension import KINDS, STATES

# Rate of many: 100 * sum of the first / sum of the second.
RATES = {"effectiveness:avg": ("executed", "sent"), "collected_rate:avg": ("amount_collected", "amount_executed")}


class CarteraSuspensionEfecto(models.Model):
    """An order and what came of it (EAAB4): by zone and month, what was sent, executed or not and why, and the money.

    Collected is what posted entries of bank and cash journals, dated within the days of the rule after the service was
    taken away, are matched with of the account's items that were overdue when the order left. A withdrawn order was
    sent, and was not to be executed: it counts apart.
    """

    _name = "cartera.suspension.efecto"
    _description = "Effectiveness of Suspensions and Cuts"
    _auto = False
    _order = "date_sent desc, id desc"
    _rec_name = "suspension_id"
    _depends = {
        "cartera.suspension": [
            "kind", "state", "zona_id", "date_sent", "date_executed", "resultado_id", "amount", "cause", "deadline",
            "lote_id", "regla_id", "cuenta_id", "expediente_id", "bills", "days",
        ],
        "cartera.suspension.regla": ["effect_days"],
        "cartera.cuenta": ["use", "estrato", "municipality", "service_state"],
        "cartera.partida": ["cuenta_id", "date_due", "move_line_id"],
        "account.partial.reconcile": ["debit_move_id", "credit_move_id", "amount"],
        "account.move.line": ["date", "parent_state", "journal_id"],
    }  # fmt: skip

    suspension_id = fields.Many2one("cartera.suspension", string="Order", readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    state = fields.Selection(STATES, string="Status", readonly=True)
    lote_id = fields.Many2one("cartera.suspension.lote", string="Batch", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    cuenta_id = fields.Many2one("cartera.cuenta", string="Account / Contract", readonly=True)
    expediente_id = fields.Many2one("cartera.expediente", string="Dossier", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Debtor", readonly=True)
    zona_id = fields.Many2one("cartera.zona", string="Zone", readonly=True)
    use = fields.Selection(lambda self: self.env["cartera.cuenta"]._fields["use"].selection, readonly=True)
    estrato = fields.Selection(lambda self: self.env["cartera.cuenta"]._fields["estrato"].selection, readonly=True)
    municipality = fields.Char(readonly=True)
    date_sent = fields.Date(string="Dispatched On", readonly=True)
    date_executed = fields.Date(string="In the Field On", readonly=True)
    date_to = fields.Date(string="Counted Until", readonly=True)
    resultado_id = fields.Many2one("cartera.suspension.resultado", string="Result", readonly=True)
    days_field = fields.Integer(string="Days to the Field", readonly=True, aggregator="avg")
    sent = fields.Integer(readonly=True)
    executed = fields.Integer(readonly=True)
    failed = fields.Integer(string="Not Executed", readonly=True)
    withdrawn = fields.Integer(readonly=True)
    pending = fields.Integer(string="Without Result", readonly=True)
    effectiveness = fields.Float(
        string="Effective (%)", readonly=True, aggregator="avg", help="Executed of what was sent; in a total, of all."
    )
    amount = fields.Monetary(string="Overdue Then", readonly=True, currency_field="company_currency_id")
    amount_executed = fields.Monetary(string="Overdue of Executed", readonly=True, currency_field="company_currency_id")
    amount_collected = fields.Monetary(
        string="Collected After", readonly=True, currency_field="company_currency_id", help="Within the rule's days."
    )
    collected_rate = fields.Float(string="Collected (%)", readonly=True, aggregator="avg", help="Of the executed.")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT s.id, s.id AS suspension_id, s.kind, s.state, s.lote_id, s.company_id, s.cuenta_id, s.expediente_id,
                   s.partner_id, s.zona_id, c.use, c.estrato, c.municipality, s.date_sent, s.date_executed,
                   s.date_executed + g.effect_days AS date_to, s.resultado_id,
                   s.date_executed - s.date_sent AS days_field, 1 AS sent,
                   (s.state = 'executed')::int AS executed, (s.state = 'failed')::int AS failed,
                   (s.state = 'withdrawn')::int AS withdrawn, (s.state = 'sent')::int AS pending,
                   100.0 * (s.state = 'executed')::int AS effectiveness, s.amount,
                   CASE WHEN s.state = 'executed' THEN s.amount ELSE 0 END AS amount_executed,
                   m.amount AS amount_collected,
                   CASE WHEN s.state = 'executed' AND s.amount > 0 THEN 100 * m.amount / s.amount END AS collected_rate
              FROM cartera_suspension s
              JOIN cartera_cuenta c ON c.id = s.cuenta_id
              JOIN cartera_suspension_regla g ON g.id = s.regla_id
        CROSS JOIN LATERAL (%s) m
             WHERE s.kind != 'reconnection'
            """,
            self._recaudado(),
        )

    @api.model
    def _recaudado(self):
        """SELECT of the money matched with what was overdue, as `amount`; nothing before the service is taken away."""
        return sql_recaudado(
            SQL(
                "s.state = 'executed' AND i.cuenta_id = s.cuenta_id AND i.company_id = s.company_id "
                "AND i.date_due < s.date_sent"
            ),
            SQL("s.date_executed AND s.date_executed + g.effect_days"),
        )

    def _read_group_select(self, aggregate_spec, query):
        # EXTENDS base: the rate of many is the rate of their sums.
        if aggregate_spec not in RATES:
            return super()._read_group_select(aggregate_spec, query)
        part, whole = (self._field_to_sql(self._table, name, query) for name in RATES[aggregate_spec])
        return SQL("COALESCE(100.0 * SUM(%s) / NULLIF(SUM(%s), 0), 0)", part, whole)

    def action_open_suspension(self):
        self.ensure_one()
        return self.suspension_id._get_records_action()
