from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.tools import SQL

from ..models.cartera_pagos import sql_alcance, sql_pagos

# The months that a report looks back, unless the context says otherwise (`cartera_months`).
MONTHS = 12
# The trend compares the last months with those before them, whatever the period of the report.
RECENT, BEFORE = 3, 12
# Averages of many: by amount, of the sums that their rows carry.
AVERAGES = {"term:avg", "taken:avg", "delay:avg"}


class CarteraCumplimientoPago(models.Model):
    """What was paid of a receivable item, or what is overdue of it now: the term agreed and the days taken.

    The term is what its due date gives, which the payment term of the contract made. Days are counted from the invoice
    to the day on which the money counts; a negative delay is early. What is overdue has no days taken: it is not on
    time, and its delay is of the days that it has been overdue.
    """

    _name = "cartera.cumplimiento.pago"
    _description = "Payment Against Its Term"
    _auto = False
    _rec_name = "number"
    _order = "date desc, id desc"
    _depends = {
        "account.move.line": [
            "account_id", "amount_residual", "balance", "date", "date_maturity", "invoice_date", "journal_id",
            "parent_state", "partner_id", "reconciled",
        ],
        "account.partial.reconcile": ["amount", "credit_move_id", "debit_move_id", "max_date"],
        "cartera.expediente": ["company_id", "partner_id", "responsible_id", "user_id"],
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
    move_id = fields.Many2one("account.move", string="Journal Entry", readonly=True)
    number = fields.Char(string="Invoice", readonly=True)
    date_invoice = fields.Date(string="Issued On", readonly=True)
    date_due = fields.Date(string="Due Date", readonly=True)
    date = fields.Date(string="Paid On", readonly=True, help="Today, of what is overdue.")
    state = fields.Selection(
        [("on_time", "Paid in its term"), ("late", "Paid late"), ("overdue", "Overdue now")],
        string="Terms Kept",
        readonly=True,
    )
    term = fields.Float(string="Agreed Term", readonly=True, aggregator="avg", digits=(16, 1))
    taken = fields.Float(string="Days Taken", readonly=True, aggregator="avg", digits=(16, 1))
    delay = fields.Float(string="Days Late", readonly=True, aggregator="avg", digits=(16, 1))
    amount = fields.Monetary(readonly=True, currency_field="company_currency_id")

    @property
    def _table_query(self):
        months = int(self.env.context.get("cartera_months") or MONTHS)
        return SQL(
            """
            SELECT 2 * q.row_id + q.kind AS id, q.partner_id, q.company_id, x.id AS expediente_id, x.responsible_id,
                   x.user_id, q.move_id, q.number, q.date_invoice, q.date_due, q.date,
                   CASE WHEN q.kind = 1 THEN 'overdue' WHEN q.date > q.date_due THEN 'late' ELSE 'on_time' END AS state,
                   q.date_due - q.date_invoice AS term,
                   CASE WHEN q.kind = 0 THEN q.date - q.date_invoice END AS taken, q.date - q.date_due AS delay,
                   q.amount
              FROM (SELECT partial_id AS row_id, 0 AS kind, partner_id, company_id, move_id, number, date_invoice,
                           date_due, date, amount
                      FROM (%(paid)s) p
                     UNION ALL
                    SELECT line_id, 1, partner_id, company_id, move_id, number, date_invoice, date_due, %(today)s::date,
                           amount
                      FROM (%(overdue)s) o) q
         LEFT JOIN cartera_expediente x ON x.partner_id = q.partner_id AND x.company_id = q.company_id
            """,
            paid=self._pagado(months),
            overdue=self._vencido(),
            today=self._hoy(),
        )

    @api.model
    def _hoy(self):
        return self.env.company._cartera_hoy()

    @api.model
    def _pagado(self, months, ago=0):
        """SELECT of what was paid in the `months` until `ago` months before today."""
        last = self._hoy() - relativedelta(months=ago)
        first = self._hoy() - relativedelta(months=ago + months) + relativedelta(days=1)
        return sql_pagos(self.env.companies, first, last)

    @api.model
    def _vencido(self):
        """SELECT of what is overdue today: the open debits of the portfolio, as the classification counts them."""
        return SQL(
            """
            SELECT p.move_line_id AS line_id, p.move_id, p.company_id, p.partner_id, p.name AS number,
                   COALESCE(l.invoice_date, p.date) AS date_invoice, p.date_due, p.amount_residual AS amount
              FROM cartera_partida p JOIN account_move_line l ON l.id = p.move_line_id
             WHERE p.is_open AND p.amount_residual > 0 AND p.date_due < %s AND %s
            """,
            self._hoy(),
            sql_alcance(self.env.companies),
        )

    def _read_group_select(self, aggregate_spec, query):
        # EXTENDS base: averages are by amount.
        if aggregate_spec not in AVERAGES:
            return super()._read_group_select(aggregate_spec, query)
        name = aggregate_spec.partition(":")[0]
        value, amount = (self._field_to_sql(self._table, field, query) for field in (name, "amount"))
        return SQL("SUM(%s * %s) / NULLIF(SUM(%s) FILTER (WHERE %s IS NOT NULL), 0)", value, amount, amount, value)

    def action_open(self):
        """The invoice, for who may read it; else the dossier."""
        self.ensure_one()
        seen = self.move_id if self.move_id.has_access("read") else self.expediente_id
        return seen._get_records_action()
