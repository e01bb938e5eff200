from odoo import fields, models
from odoo.tools import SQL


class CarteraRecaudoCumplimiento(models.Model):
    """Money collected in a month, of a stage, beside the goal of that month (EAAB6): one row a company, month, stage.

    The row without a stage is what the company's goal has over those of the stages; and what was collected of items
    whose stage is not known.
    """

    _name = "cartera.recaudo.cumplimiento"
    _description = "Collections against Goals"
    _auto = False
    _order = "date desc, etapa_orden"
    _rec_name = "etapa_id"
    _depends = {
        "cartera.recaudo.mes": ["amount", "date", "etapa_id"],
        "cartera.recaudo.meta": ["amount", "etapa_id", "month", "year"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(string="Month", readonly=True, help="Its first day.")
    month = fields.Char(readonly=True, help="As 2026-07.")
    etapa_id = fields.Many2one("cartera.etapa", string="Stage", readonly=True)
    etapa_orden = fields.Integer(string="Place of Stage", readonly=True, aggregator=None)
    amount = fields.Monetary(string="Collected", readonly=True, currency_field="company_currency_id")
    goal = fields.Monetary(string="To Collect", readonly=True, currency_field="company_currency_id")
    missing = fields.Monetary(
        string="Short of the Goal", readonly=True, currency_field="company_currency_id", help="Negative: over it."
    )
    rate = fields.Float(string="Collected of Goal (%)", readonly=True, aggregator="avg", help="Of many: of their sums.")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT ROW_NUMBER() OVER (ORDER BY q.company_id, q.date, e.sequence) AS id, q.company_id, q.date,
                   TO_CHAR(q.date, 'YYYY-MM') AS month,
                   q.etapa_id, e.sequence AS etapa_orden, q.amount, q.goal, NULLIF(q.goal, 0) - q.amount AS missing,
                   100 * q.amount / NULLIF(q.goal, 0) AS rate
              FROM (SELECT company_id, date, etapa_id, SUM(amount) AS amount, SUM(goal) AS goal
                      FROM (SELECT company_id, date, etapa_id, amount, 0 AS goal FROM cartera_recaudo_mes
                             UNION ALL
                            SELECT company_id, date, etapa_id, 0, amount FROM (%s) m) u
                  GROUP BY company_id, date, etapa_id) q
         LEFT JOIN cartera_etapa e ON e.id = q.etapa_id
            """,
            self.env["cartera.recaudo.meta"]._sql_mensual(),
        )

    def _read_group_select(self, aggregate_spec, query):
        # EXTENDS base: what is short, and the rate, of many are those of their sums; nothing where there is no goal.
        amount, goal = (SQL("SUM(%s)", self._field_to_sql(self._table, name, query)) for name in ("amount", "goal"))
        if aggregate_spec == "rate:avg":
            return SQL("100 * %s / NULLIF(%s, 0)", amount, goal)
        if aggregate_spec == "missing:sum":
            return SQL("NULLIF(%s, 0) - %s", goal, amount)
        return super()._read_group_select(aggregate_spec, query)

    def action_open(self):
        """The collections of the row."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_recaudo_action")
        month = fields.Date.to_string(self.date)
        until = fields.Date.to_string(fields.Date.end_of(self.date, "month"))
        return action | {
            "view_mode": "list,pivot,graph",
            "views": [(False, "list"), (False, "pivot"), (False, "graph")],
            "context": {},
            "domain": [
                ("kind", "=", "payment"),
                ("etapa_id", "=", self.etapa_id.id),
                ("company_id", "=", self.company_id.id),
                ("date", ">=", month),
                ("date", "<=", until),
            ],
        }
