from odoo import fields, models
from odoo.tools import SQL

from .cartera_cumplimiento_pago import BEFORE, MONTHS, RECENT

# Averages of many customers, by what each paid; shares of many, of the sums that make them: (part, whole).
WEIGHTED = {"term:avg", "taken:avg", "delay:avg"}
SHARES = {"on_time_rate:avg": ("amount_on_time", "amount_judged"), "on_time_count_rate:avg": ("count_on_time", "count")}
# Days by which the average has to move for a trend to be one.
STEADY = 1


class CarteraCumplimiento(models.Model):
    """Whether a customer keeps the terms of its contract (ALM5): one row each, of who paid in the period or is overdue.

    Averages are by amount, over what was paid in the period (twelve months, unless the context's `cartera_months` says
    another): the days of the term agreed plus the average delay are the days taken to pay. On time is what was paid in
    its term, of what was paid and of what is overdue now; by number, the invoices all of whose payments were, and
    nothing of which is overdue. The trend takes the average delay of the twelve months before the last three from
    theirs: more than zero is worse.
    """

    _name = "cartera.cumplimiento"
    _description = "Compliance With Terms"
    _auto = False
    _rec_name = "partner_id"
    _order = "delay desc NULLS LAST, amount_overdue desc, id"
    _depends = {
        "account.move.line": [
            "account_id", "amount_residual", "balance", "date", "date_maturity", "invoice_date", "journal_id",
            "parent_state", "partner_id", "reconciled",
        ],
        "account.partial.reconcile": ["amount", "credit_move_id", "debit_move_id", "max_date"],
        "cartera.expediente": ["company_id", "partner_id", "politica_id", "responsible_id", "user_id"],
        "cartera.partida": ["amount_residual", "date_due", "is_open", "partner_id"],
        "account.journal": ["type"],
        "cartera.importacion.fila": ["payment_move_id"],
        "res.partner": ["commercial_partner_id"],
    }  # fmt: skip

    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    expediente_id = fields.Many2one("cartera.expediente", string="Dossier", readonly=True)
    responsible_id = fields.Many2one("res.users", string="Account Responsible", readonly=True)
    user_id = fields.Many2one("res.users", string="Officer", readonly=True)
    term = fields.Float(
        string="Agreed Term", readonly=True, aggregator="avg", digits=(16, 1), help="From invoice to due date."
    )
    taken = fields.Float(
        string="Days Taken", readonly=True, aggregator="avg", digits=(16, 1), help="From invoice to payment."
    )
    delay = fields.Float(
        string="Days Late", readonly=True, aggregator="avg", digits=(16, 1), help="Days to pay less the agreed term."
    )
    amount_paid = fields.Monetary(string="Paid", readonly=True, currency_field="company_currency_id")
    amount_on_time = fields.Monetary(string="Paid in Its Term", readonly=True, currency_field="company_currency_id")
    amount_overdue = fields.Monetary(string="Overdue Now", readonly=True, currency_field="company_currency_id")
    amount_judged = fields.Monetary(
        string="Paid or Overdue", readonly=True, currency_field="company_currency_id", help="What the shares are of."
    )
    count = fields.Integer(string="Invoices", readonly=True, help="With something paid in the period, or overdue.")
    count_on_time = fields.Integer(string="Invoices Paid in Term", readonly=True)
    on_time_rate = fields.Float(
        string="In Term (%)", readonly=True, aggregator="avg", digits=(5, 1), help="Of paid and overdue."
    )
    on_time_count_rate = fields.Float(string="In Term by Number (%)", readonly=True, aggregator="avg", digits=(5, 1))
    delay_recent = fields.Float(
        string="Days Late, Last 3 Months", readonly=True, aggregator=None, digits=(16, 1)
    )  # fmt: skip
    delay_before = fields.Float(
        string="Days Late, 12 Months Before", readonly=True, aggregator=None, digits=(16, 1)
    )  # fmt: skip
    trend_days = fields.Float(
        string="Change (days)", readonly=True, aggregator=None, digits=(16, 1), help="More than zero: it pays later."
    )
    trend = fields.Selection(
        [("worse", "Pays later"), ("same", "As before"), ("better", "Pays earlier"), ("none", "Not known")],
        string="Tendency",
        readonly=True,
    )
    state = fields.Selection(
        [("kept", "Keeps its term"), ("late", "Pays late"), ("overdue", "Overdue now")],
        string="Terms Kept",
        readonly=True,
        help="Late: its average is over the term, by more than half a day. Overdue: some of it is today.",
    )

    @property
    def _table_query(self):
        Pago = self.env["cartera.cumplimiento.pago"]
        months = int(self.env.context.get("cartera_months") or MONTHS)
        return SQL(
            """
              WITH item AS (%(items)s), cliente AS (%(customers)s), reciente AS (%(recent)s), antes AS (%(before)s)
            SELECT c.id, c.partner_id, c.company_id, x.id AS expediente_id, x.responsible_id, x.user_id, c.term,
                   c.taken, c.delay, c.amount_paid, c.amount_on_time, c.amount_overdue,
                   c.amount_paid + c.amount_overdue AS amount_judged, c.count, c.count_on_time,
                   100.0 * c.amount_on_time / NULLIF(c.amount_paid + c.amount_overdue, 0) AS on_time_rate,
                   100.0 * c.count_on_time / c.count AS on_time_count_rate, r.delay AS delay_recent,
                   a.delay AS delay_before, r.delay - a.delay AS trend_days,
                   CASE WHEN r.delay - a.delay IS NULL THEN 'none' WHEN r.delay - a.delay >= %(steady)s THEN 'worse'
                        WHEN r.delay - a.delay <= -%(steady)s THEN 'better' ELSE 'same' END AS trend,
                   CASE WHEN c.amount_overdue > 0 THEN 'overdue' WHEN c.delay > 0.5 THEN 'late' ELSE 'kept' END AS state
              FROM cliente c
         LEFT JOIN cartera_expediente x ON x.partner_id = c.partner_id AND x.company_id = c.company_id
         LEFT JOIN reciente r ON r.partner_id = c.partner_id AND r.company_id = c.company_id
         LEFT JOIN antes a ON a.partner_id = c.partner_id AND a.company_id = c.company_id
            """,
            items=self._de_cada_factura(Pago._pagado(months), Pago._vencido()),
            customers=self._de_cada_cliente(),
            recent=self._demora(Pago._pagado(RECENT)),
            before=self._demora(Pago._pagado(BEFORE, ago=RECENT)),
            steady=STEADY,
        )

    def _de_cada_factura(self, paid, overdue):
        """Each invoice paid in the period or overdue: its sums, and whether all of it was in its term."""
        return SQL(
            """
            SELECT MIN(id) AS id, partner_id, company_id, move_id, SUM(paid) AS paid, SUM(overdue) AS overdue,
                   SUM(paid) FILTER (WHERE date <= date_due) AS on_time,
                   SUM(paid * (date_due - date_invoice)) AS term, SUM(paid * (date - date_invoice)) AS taken,
                   BOOL_AND(overdue = 0 AND date <= date_due) AS kept
              FROM (SELECT 2 * partial_id AS id, partner_id, company_id, move_id, date_invoice, date_due, date,
                           amount AS paid, 0 AS overdue
                      FROM (%s) p
                     UNION ALL
                    SELECT 2 * line_id + 1, partner_id, company_id, move_id, date_invoice, date_due, NULL, 0, amount
                      FROM (%s) o) q
          GROUP BY partner_id, company_id, move_id
            """,
            paid,
            overdue,
        )

    def _de_cada_cliente(self):
        return SQL(
            """
            SELECT MIN(id) AS id, partner_id, company_id, SUM(paid) AS amount_paid, SUM(overdue) AS amount_overdue,
                   COALESCE(SUM(on_time), 0) AS amount_on_time, COUNT(*) AS count,
                   COUNT(*) FILTER (WHERE kept) AS count_on_time, SUM(term) / NULLIF(SUM(paid), 0) AS term,
                   SUM(taken) / NULLIF(SUM(paid), 0) AS taken, SUM(taken - term) / NULLIF(SUM(paid), 0) AS delay
              FROM item GROUP BY partner_id, company_id
            """
        )

    def _demora(self, paid):
        """The average delay of each customer over what was `paid`."""
        return SQL(
            "SELECT partner_id, company_id, SUM(amount * (date - date_due)) / SUM(amount) AS delay FROM (%s) p "
            "GROUP BY partner_id, company_id",
            paid,
        )

    def _read_group_select(self, aggregate_spec, query):
        # EXTENDS base: the average of many is by what each paid; the share of many, of their sums.
        name = aggregate_spec.partition(":")[0]
        if aggregate_spec in WEIGHTED:
            value, paid = (self._field_to_sql(self._table, field, query) for field in (name, "amount_paid"))
            return SQL("SUM(%s * %s) / NULLIF(SUM(%s), 0)", value, paid, paid)
        if aggregate_spec in SHARES:
            part, whole = (self._field_to_sql(self._table, field, query) for field in SHARES[aggregate_spec])
            return SQL("100.0 * SUM(%s) / NULLIF(SUM(%s), 0)", part, whole)
        return super()._read_group_select(aggregate_spec, query)

    def action_payments(self):
        """What was paid in the period and what is overdue, one by one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_cumplimiento_pago_action")
        months = int(self.env.context.get("cartera_months") or MONTHS)
        domain = [("partner_id", "=", self.partner_id.id), ("company_id", "=", self.company_id.id)]
        return dict(action, domain=domain, name=self.partner_id.display_name, context={"cartera_months": months})

    def action_dossier(self):
        self.ensure_one()
        return self.expediente_id._get_records_action()
