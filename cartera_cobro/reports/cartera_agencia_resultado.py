from odoo import fields, models
from odoo.tools import SQL

from ..models.cartera_remision import UNDER_WAY

# An agency that works from a list, without a referral, is thanked for what comes up to this many days after its last
# contact with the debtor.
DAYS = 30


class CarteraAgenciaResultado(models.Model):
    """What an agency was given, did and brought: a case handed, a contact, or a payment a row.

    Handed are the referrals to it; and, of what it works without one, the dossiers of which it sent contacts. Of a
    referral what was handed is its capital on that day, and collected is the money of items that arrived while it had
    them; of a dossier without one, what is overdue of it today with what it paid late since the agency's first contact
    and up to `DAYS` days after its last one.
    """

    _name = "cartera.agencia.resultado"
    _description = "Results of Agencies"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "agency_id"
    _depends = {
        "cartera.expediente": ["amount_overdue", "company_id"],
        "cartera.gestion": [
            "agency_id", "date_annulled", "day", "direct", "expediente_id", "promise_amount", "result",
        ],
        "cartera.partida": ["amount_residual"],
        "cartera.recaudo": ["agencia_id", "amount", "date", "expediente_id", "kind", "position"],
        "cartera.remision": [
            "agent_id", "amount_capital", "company_id", "date_sent", "destination", "expediente_id", "state",
        ],
        "cartera.remision.linea": ["partida_id", "remision_id"],
    }  # fmt: skip

    agency_id = fields.Many2one("res.partner", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    expediente_id = fields.Many2one("cartera.expediente", string="Dossier", readonly=True)
    date = fields.Date(readonly=True, help="Of the referral, of the contact or of the payment.")
    cases = fields.Integer(string="Cases Handed", readonly=True)
    open_cases = fields.Integer(readonly=True)
    amount_handed = fields.Monetary(string="Handed", readonly=True, currency_field="company_currency_id")
    amount_open = fields.Monetary(
        string="Balance of Open Cases", readonly=True, currency_field="company_currency_id", help="Today."
    )
    contacts = fields.Integer(string="Contacts Made", readonly=True)
    direct_contacts = fields.Integer(readonly=True)
    promises = fields.Integer(readonly=True)
    amount_promised = fields.Monetary(string="Promised", readonly=True, currency_field="company_currency_id")
    amount_collected = fields.Monetary(string="Collected", readonly=True, currency_field="company_currency_id")
    rate = fields.Float(
        string="Collected of Handed (%)", readonly=True, aggregator="avg", help="Of many: of their sums."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            WITH contacto AS MATERIALIZED (
                SELECT g.id, g.agency_id, g.expediente_id, x.company_id, g.day, g.direct, g.result, g.promise_amount
                  FROM cartera_gestion g JOIN cartera_expediente x ON x.id = g.expediente_id
                 WHERE g.agency_id IS NOT NULL AND g.date_annulled IS NULL
            ), listado AS MATERIALIZED (%(listed)s)
            SELECT ROW_NUMBER() OVER () AS id, u.*, 100 * u.amount_collected / NULLIF(u.amount_handed, 0) AS rate
              FROM (%(referred)s UNION ALL %(by_list)s UNION ALL %(contacts)s UNION ALL %(collected)s) u
            """,
            listed=self._listado(),
            referred=self._remitido(),
            by_list=self._de_lista(),
            contacts=self._contactos(),
            collected=self._recaudado(),
        )

    def _remitido(self):
        return SQL(
            """
            SELECT r.agent_id AS agency_id, r.company_id, r.expediente_id, r.date_sent AS date, 1 AS cases,
                   (r.state IN %(under_way)s)::int AS open_cases, r.amount_capital AS amount_handed,
                   CASE WHEN r.state IN %(under_way)s THEN COALESCE(o.amount, 0) ELSE 0 END AS amount_open,
                   0 AS contacts, 0 AS direct_contacts, 0 AS promises, 0 AS amount_promised, 0 AS amount_collected
              FROM cartera_remision r
         LEFT JOIN (SELECT l.remision_id, SUM(p.amount_residual) AS amount
                      FROM cartera_remision_linea l JOIN cartera_partida p ON p.id = l.partida_id
                  GROUP BY l.remision_id) o ON o.remision_id = r.id
             WHERE r.destination = 'agency' AND r.date_sent IS NOT NULL AND r.agent_id IS NOT NULL
            """,
            under_way=UNDER_WAY,
        )

    def _listado(self):
        """The dossiers that an agency works without a referral: when, what is overdue of them, what they paid late."""
        return SQL(
            """
            SELECT c.*, x.amount_overdue, COALESCE(m.amount, 0) AS paid
              FROM (SELECT agency_id, company_id, expediente_id, MIN(day) AS first, MAX(day) AS last
                      FROM contacto GROUP BY agency_id, company_id, expediente_id) c
              JOIN cartera_expediente x ON x.id = c.expediente_id
         LEFT JOIN LATERAL (SELECT SUM(k.amount) AS amount FROM cartera_recaudo k WHERE %s) m ON TRUE
             WHERE NOT EXISTS (SELECT FROM cartera_remision r
                                WHERE r.destination = 'agency' AND r.agent_id = c.agency_id
                                  AND r.expediente_id = c.expediente_id AND r.date_sent IS NOT NULL)
            """,
            self._de_su_lista("c"),
        )

    def _de_su_lista(self, listed):
        """Whether a collection `k` is thanked to the agency that worked the dossier `listed`, without a referral."""
        alias = SQL.identifier(listed)
        return SQL(
            "k.company_id = %(l)s.company_id AND k.expediente_id = %(l)s.expediente_id AND k.kind = 'payment' "
            "AND k.position = 'overdue' AND k.agencia_id IS NULL "
            "AND k.date BETWEEN %(l)s.first AND %(l)s.last + %(days)s",
            l=alias,
            days=DAYS,
        )

    def _de_lista(self):
        return SQL(
            """
            SELECT agency_id, company_id, expediente_id, first, 1, (amount_overdue > 0)::int, amount_overdue + paid,
                   amount_overdue, 0, 0, 0, 0, 0
              FROM listado
            """
        )

    def _contactos(self):
        return SQL(
            """
            SELECT agency_id, company_id, expediente_id, day, 0, 0, 0, 0, 1, direct::int, (result = 'promise')::int,
                   CASE WHEN result = 'promise' THEN promise_amount ELSE 0 END, 0
              FROM contacto
            """
        )

    def _recaudado(self):
        return SQL(
            """
            SELECT agencia_id, company_id, expediente_id, date, 0, 0, 0, 0, 0, 0, 0, 0, amount
              FROM cartera_recaudo WHERE agencia_id IS NOT NULL AND kind = 'payment'
             UNION ALL
            SELECT l.agency_id, l.company_id, l.expediente_id, k.date, 0, 0, 0, 0, 0, 0, 0, 0, k.amount
              FROM listado l JOIN cartera_recaudo k ON %s
            """,
            self._de_su_lista("l"),
        )

    def _read_group_select(self, aggregate_spec, query):
        # EXTENDS base: the rate of many is the rate of their sums.
        if aggregate_spec != "rate:avg":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "100 * SUM(%s) / NULLIF(SUM(%s), 0)",
            self._field_to_sql(self._table, "amount_collected", query),
            self._field_to_sql(self._table, "amount_handed", query),
        )

    def action_open(self):
        self.ensure_one()
        return self.expediente_id._get_records_action()
