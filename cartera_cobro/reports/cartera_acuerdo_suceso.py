from odoo import fields, models
from odoo.tools import SQL

from ..models.cartera_acuerdo import KINDS, STATES
from ..models.res_company import COLOMBIA

EVENTS = [
    ("proposed", "Proposed"),
    ("accepted", "Accepted by the Debtor"),
    ("signed", "Signed by Our Side"),
    ("active", "In Force"),
    ("fulfilled", "Fulfilled"),
    ("breached", "Breached"),
    ("consolidated", "Ended on Request"),
    ("cancelled", "Cancelled"),
    ("cured", "Breach Cured"),
]


class CarteraAcuerdoSuceso(models.Model):
    """What happened to agreements, by day: one row each step of an agreement on its present way.

    Read from the agreements and their signatures: what was taken back to draft does not count as proposed.
    """

    _name = "cartera.acuerdo.suceso"
    _description = "Agreements of the Day"
    _auto = False
    _rec_name = "acuerdo_id"
    _order = "date desc, event, id desc"
    _depends = {
        "cartera.acuerdo": [
            "proposed_on", "date_proposed", "date_accepted", "debtor_signed_on", "date_active", "date_end",
            "date_cured", "state", "amount_total", "amount_plan", "amount_paid", "down_payment", "count", "kind",
            "user_id",
        ],
        "cartera.firma": ["res_model", "res_id", "date", "nivel_id"],
        "cartera.expediente": ["politica_id", "responsible_id", "zona_id"],
    }  # fmt: skip

    date = fields.Date(string="Day", readonly=True)
    event = fields.Selection(EVENTS, string="What Happened", readonly=True)
    acuerdo_id = fields.Many2one("cartera.acuerdo", string="Agreement", readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    state = fields.Selection(STATES, string="Status Now", readonly=True)
    expediente_id = fields.Many2one("cartera.expediente", string="Dossier", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Debtor", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    politica_id = fields.Many2one("cartera.politica", string="Policy", readonly=True)
    user_id = fields.Many2one("res.users", string="Officer", readonly=True)
    responsible_id = fields.Many2one("res.users", string="Account Responsible", readonly=True)
    zona_id = fields.Many2one("cartera.zona", string="Zone", readonly=True)
    count = fields.Integer(string="Instalments", readonly=True, aggregator="avg")
    amount_total = fields.Monetary(string="Debt Agreed", currency_field="company_currency_id", readonly=True)
    down_payment = fields.Monetary(currency_field="company_currency_id", readonly=True)
    amount_plan = fields.Monetary(string="To Pay in All", currency_field="company_currency_id", readonly=True)
    amount_paid = fields.Monetary(string="Paid", currency_field="company_currency_id", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT a.id * %(events)s + s.place AS id, s.day AS date, s.event, a.id AS acuerdo_id, a.kind, a.state,
                   a.expediente_id, a.partner_id, a.company_id, x.politica_id, a.user_id, x.responsible_id, x.zona_id,
                   a.count, a.amount_total, a.down_payment, a.amount_plan, a.amount_paid
              FROM cartera_acuerdo a
              JOIN cartera_expediente x ON x.id = a.expediente_id
              JOIN LATERAL (%(steps)s) s(place, event, day) ON s.day IS NOT NULL
            """,
            events=len(EVENTS),
            steps=SQL(" UNION ALL ").join(
                SQL("SELECT %s, %s, %s", place, event, self._sql_dia(event))
                for place, (event, _label) in enumerate(EVENTS)
            ),
        )

    def _sql_dia(self, event):
        """The day on which it happened to the agreement `a`; null where it did not."""
        match event:
            case "proposed":
                return SQL("a.proposed_on")
            case "accepted":
                return self._sql_en_colombia(SQL("a.date_accepted"))
            case "signed":
                return self._sql_firmado()
            case "active":
                return SQL("a.date_active")
            case "cured":
                return SQL("a.date_cured")
            case "consolidated":
                return SQL("CASE WHEN a.state = 'cancelled' AND a.date_active IS NOT NULL THEN a.date_end END")
            case "cancelled":
                return SQL("CASE WHEN a.state = 'cancelled' AND a.date_active IS NULL THEN a.date_end END")
        return SQL("CASE WHEN a.state = %s THEN a.date_end END", event)

    def _sql_firmado(self):
        """The day of the last of our signatures, once all were given since it was last sent to be signed."""
        last = SQL(
            """(SELECT MAX(f.date) FROM cartera_firma f
                 WHERE f.res_model = 'cartera.acuerdo' AND f.res_id = a.id AND f.nivel_id IS NOT NULL
                   AND f.date >= DATE_TRUNC('second', a.date_proposed))"""
        )
        return SQL(
            "CASE WHEN a.state = 'signed' OR a.debtor_signed_on IS NOT NULL THEN %s END", self._sql_en_colombia(last)
        )

    def _sql_en_colombia(self, instant):
        zone = self.env.company.partner_id.tz or COLOMBIA
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", instant, zone)

    def action_open_acuerdo(self):
        self.ensure_one()
        return self.acuerdo_id._get_records_action()
