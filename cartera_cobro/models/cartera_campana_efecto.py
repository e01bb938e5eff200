from odoo import api, fields, models
from odoo.tools import SQL

from .cartera_campana_linea import REASONS

GROUPS = [("contacted", "Got the message"), ("control", "Left out to compare with"), ("others", "Got none")]
MONEY_JOURNALS = ("bank", "cash", "credit")


def sql_recaudado(items, days):
    """SELECT of the money, as `amount`, matched with posted items (`i`, by the condition `items`) in `days`.

    Money is what posted entries of bank and cash journals bring; `days` is the SQL of "first AND last".
    """
    return SQL(
        """SELECT COALESCE(SUM(a.amount), 0) AS amount
             FROM cartera_partida i
             JOIN account_partial_reconcile a ON a.debit_move_id = i.move_line_id
             JOIN account_move_line b ON b.id = a.credit_move_id
             JOIN account_journal j ON j.id = b.journal_id
            WHERE %s AND i.parent_state = 'posted' AND b.parent_state = 'posted' AND j.type IN %s
              AND b.date BETWEEN %s""",
        items,
        MONEY_JOURNALS,
        days,
    )


class CarteraCampanaEfecto(models.Model):
    """What became of each dossier of a mass run, and what it paid within the days of the run.

    The days run from the message; for those without one, from the day on which the run was approved. Collected is what
    posted entries of bank and cash journals, dated within those days, are matched with of the items that existed on the
    first of them; credit notes and entries of other journals collect nothing. Money not matched yet does not count yet.
    """

    _name = "cartera.campana.efecto"
    _description = "Effect of a Mass Run"
    _auto = False
    _order = "campana_id desc, id"
    _rec_name = "expediente_id"

    campana_id = fields.Many2one("cartera.campana", string="Run", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    expediente_id = fields.Many2one("cartera.expediente", string="Dossier", readonly=True)
    comunicacion_id = fields.Many2one("cartera.comunicacion", string="Message", readonly=True)
    template_id = fields.Many2one("cartera.plantilla", readonly=True)
    channel = fields.Selection(
        lambda self: self.env["cartera.comunicacion"]._fields["channel"].selection, readonly=True
    )
    group = fields.Selection(GROUPS, string="Compared", readonly=True)
    reason = fields.Selection(REASONS, string="Got None Because", readonly=True)
    etapa_id = fields.Many2one("cartera.etapa", string="Stage", readonly=True)
    zona_id = fields.Many2one("cartera.zona", string="Zone", readonly=True)
    use = fields.Selection(lambda self: self.env["cartera.cuenta"]._fields["use"].selection, readonly=True)
    estrato = fields.Selection(lambda self: self.env["cartera.cuenta"]._fields["estrato"].selection, readonly=True)
    date_from = fields.Date(string="Counted From", readonly=True)
    date_to = fields.Date(string="Counted Until", readonly=True)
    debtors = fields.Integer(readonly=True)
    sent = fields.Integer(readonly=True)
    delivered = fields.Integer(string="Received", readonly=True)
    returned = fields.Integer(readonly=True)
    answered = fields.Integer(readonly=True, help="The debtor contacted us within the days of the run.")
    paid = fields.Integer(string="Paid Something", readonly=True)
    amount_overdue = fields.Monetary(string="Overdue Then", readonly=True, currency_field="company_currency_id")
    amount_collected = fields.Monetary(string="Collected", readonly=True, currency_field="company_currency_id")
    collected_rate = fields.Float(
        string="Collected (%)", readonly=True, aggregator="avg", help="Of what was overdue; of the whole, in a total."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT l.id, l.campana_id, l.company_id, l.expediente_id, l.etapa_id, l.zona_id, l.use, l.estrato,
                   r.template_id, r.channel, c.id AS comunicacion_id, COALESCE(l.reason, c.drop_reason) AS reason,
                   CASE WHEN c.day_sent IS NOT NULL THEN 'contacted' WHEN l.reason = 'control' THEN 'control'
                        ELSE 'others' END AS "group",
                   d.date_from, d.date_from + r.effect_days AS date_to, 1 AS debtors,
                   (c.day_sent IS NOT NULL)::int AS sent,
                   COALESCE(c.state = 'delivered', FALSE)::int AS delivered,
                   COALESCE(c.state = 'returned', FALSE)::int AS returned,
                   %(answered)s AS answered, (m.amount > 0)::int AS paid, l.amount_overdue,
                   m.amount AS amount_collected, 100 * m.amount / NULLIF(l.amount_overdue, 0) AS collected_rate
              FROM cartera_campana_linea l
              JOIN cartera_campana r ON r.id = l.campana_id AND r.date_started IS NOT NULL
         LEFT JOIN cartera_comunicacion c ON c.campana_linea_id = l.id
        CROSS JOIN LATERAL (SELECT (r.date_started AT TIME ZONE 'UTC' AT TIME ZONE 'America/Bogota')::date AS started) t
        CROSS JOIN LATERAL (SELECT COALESCE(c.day_sent, t.started) AS date_from) d
        CROSS JOIN LATERAL (%(collected)s) m
            """,
            answered=self._contestado(),
            collected=self._recaudado(),
        )

    @api.model
    def _contestado(self):
        return SQL(
            """EXISTS (SELECT FROM cartera_gestion g
                        WHERE g.expediente_id = l.expediente_id AND g.direction = 'in' AND g.date_annulled IS NULL
                          AND g.result NOT IN ('sent', 'delivered', 'returned')
                          AND g.day BETWEEN d.date_from AND d.date_from + r.effect_days)::int"""
        )

    @api.model
    def _recaudado(self):
        """SELECT of the money matched with the dossier's items, as `amount`."""
        return sql_recaudado(
            SQL("i.expediente_id = l.expediente_id AND i.date <= d.date_from"),
            SQL("d.date_from AND d.date_from + r.effect_days"),
        )

    def _read_group_select(self, aggregate_spec, query):
        # EXTENDS base: the rate of many is the rate of their sums.
        if aggregate_spec != "collected_rate:avg":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "COALESCE(100 * SUM(%s) / NULLIF(SUM(%s), 0), 0)",
            self._field_to_sql(self._table, "amount_collected", query),
            self._field_to_sql(self._table, "amount_overdue", query),
        )
