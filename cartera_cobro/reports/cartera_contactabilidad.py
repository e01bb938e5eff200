from odoo import api, fields, models
from odoo.tools import SQL

from ..models.cartera_autorizacion import CHANNEL_LABELS
from ..models.cartera_deuda import sql_retenida

# Channels of the screen, and the column of the query that says whether the datum that they need is there.
DATUM = {
    "call": "has_phone",
    "sms": "has_number",
    "whatsapp": "has_number",
    "ivr": "has_number",
    "email": "has_email",
    "letter": "has_address",
}
BARRED = {"call": "phone_barred", "sms": "phone_barred", "whatsapp": "phone_barred", "ivr": "phone_barred",
          "email": "email_barred"}  # fmt: skip
BITS = {channel: 1 << n for n, channel in enumerate(DATUM)}
# From what lets the debtor be contacted to what keeps it farthest from that.
SITUATIONS = [
    ("ok", "May be contacted"),
    ("exempt", "Exempt: may be contacted"),
    ("unconfirmed", "Address not confirmed"),
    ("blacklisted", "On a blacklist"),
    ("missing", "No number or address"),
    ("withdrawn", "Authorisation withdrawn"),
    ("unauthorised", "No authorisation"),
    ("hold", "On hold"),
]
# Of one channel, shorter.
REASONS = [("ok", "Yes"), ("exempt", "Yes, exempt"), *SITUATIONS[2:]]
LABELS = dict(CHANNEL_LABELS)


class CarteraContactabilidad(models.Model):
    """Whether the debtor of a dossier with something overdue may be contacted today, by which channels, and why not.

    One row a dossier (its id is the dossier's), read from the authorisations, data and blacklists as they are now. It
    agrees with the guard of Ley 2300 but for what passes by itself: hours, days and earlier contacts.
    """

    _name = "cartera.contactabilidad"
    _description = "Who Can Be Contacted"
    _auto = False
    _rec_name = "partner_id"
    _order = "amount_overdue desc, id"
    _depends = {
        "cartera.expediente": ["amount_overdue", "etapa_id", "hold_reason", "politica_id", "user_id", "zona_id"],
        "cartera.partida": [
            "amount_disputed",
            "amount_residual",
            "expediente_id",
            "hold_reason",
            "is_open",
            "reclamacion_id",
        ],  # fmt: skip
        "cartera.autorizacion": ["partner_id", "company_id", "channel", "date_from", "date_to"],
        "cartera.politica": ["address_days"],
        "cartera.medio": ["kind", "vinculado_id"],
        "cartera.vinculado": ["expediente_id", "role"],
        "mail.blacklist": ["email", "active"],
        "phone.blacklist": ["number", "active"],
        "res.partner": [
            "cartera_address_date",
            "cartera_contact_exempt",
            "email_normalized",
            "phone",
            "phone_sanitized",
            "street",
        ],  # fmt: skip
    }

    expediente_id = fields.Many2one("cartera.expediente", string="Dossier", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Debtor", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", string="Officer", readonly=True)
    responsible_id = fields.Many2one("res.users", string="Account Responsible", readonly=True)
    etapa_id = fields.Many2one("cartera.etapa", string="Stage", readonly=True)
    zona_id = fields.Many2one("cartera.zona", string="Zone", readonly=True)
    amount_overdue = fields.Monetary(string="Overdue", currency_field="company_currency_id", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    etapa_color = fields.Integer(related="etapa_id.color")
    reachable = fields.Boolean(readonly=True, help="By one channel at least.")
    situation = fields.Selection(
        SITUATIONS,
        string="Can They Be Contacted",
        readonly=True,
        help="The best channel's answer: what is missing on the way that is nearest to open.",
    )
    channel_count = fields.Integer(string="Open Channels", readonly=True, aggregator="avg")
    call = fields.Selection(REASONS, string=LABELS["call"], readonly=True)
    sms = fields.Selection(REASONS, string=LABELS["sms"], readonly=True)
    whatsapp = fields.Selection(REASONS, string=LABELS["whatsapp"], readonly=True)
    ivr = fields.Selection(REASONS, string=LABELS["ivr"], readonly=True)
    email = fields.Selection(REASONS, string=LABELS["email"], readonly=True)
    letter = fields.Selection(REASONS, string=LABELS["letter"], readonly=True)

    @property
    def _table_query(self):
        """The answers are places in SITUATIONS until the last moment: the least of a row's is its best one."""
        channels = [SQL.identifier(channel) for channel in DATUM]
        return SQL(
            """
            SELECT r.id, r.id AS expediente_id, r.partner_id, r.company_id, r.user_id, r.responsible_id, r.etapa_id,
                   r.zona_id, r.amount_overdue, %(answers)s, %(best)s AS situation,
                   LEAST(%(channels)s) <= 2 AS reachable, %(open)s AS channel_count
              FROM (SELECT h.*, %(places)s FROM (%(facts)s) h) r
            """,
            answers=SQL(", ").join(SQL("%s AS %s", self._sql_codigo(channel), channel) for channel in channels),
            best=self._sql_codigo(SQL("LEAST(%s)", SQL(", ").join(channels))),
            channels=SQL(", ").join(channels),
            open=SQL(" + ").join(SQL("(%s <= 2)::int", channel) for channel in channels),
            places=SQL(", ").join(SQL("%s AS %s", self._sql_lugar(c), SQL.identifier(c)) for c in DATUM),
            facts=self._sql_hechos(self.env.company._cartera_hoy()),
        )

    @api.model
    def _sql_codigo(self, place):
        """The code of SITUATIONS at a place (SQL, from 1)."""
        return SQL("(%s::varchar[])[%s]", [code for code, _label in SITUATIONS], place)

    @api.model
    def _sql_lugar(self, channel):
        """The place in SITUATIONS of a channel's answer, in the guard's own order, from a row of `_sql_hechos`."""
        place = {code: n for n, (code, _label) in enumerate(SITUATIONS, start=1)}
        return SQL(
            """CASE WHEN h.on_hold THEN %(hold)s
                    WHEN NOT h.exempt AND h.given & %(bit)s = 0 THEN %(unauthorised)s
                    WHEN NOT h.exempt AND h.holding & %(bit)s = 0 THEN %(withdrawn)s
                    WHEN NOT h.%(datum)s THEN %(missing)s
                    WHEN NOT h.exempt AND %(barred)s THEN %(blacklisted)s
                    WHEN %(confirm)s AND h.to_confirm THEN %(unconfirmed)s
                    WHEN h.exempt THEN %(exempt)s ELSE %(ok)s END""",
            bit=BITS[channel],
            datum=SQL.identifier(DATUM[channel]),
            barred=SQL("h.%s", SQL.identifier(BARRED[channel])) if channel in BARRED else SQL("FALSE"),
            confirm=channel == "letter",
            **place,
        )

    @api.model
    def _sql_hechos(self, today):
        """SELECT with one row a dossier overdue. given, holding: BITS of the channels ever authorised, and still so."""
        return SQL(
            """
            SELECT x.id, x.partner_id, x.company_id, x.user_id, x.responsible_id, x.etapa_id, x.zona_id,
                   x.amount_overdue, x.hold_reason IS NOT NULL OR d.expediente_id IS NOT NULL AS on_hold,
                   COALESCE(p.cartera_contact_exempt, FALSE) AS exempt,
                   COALESCE(p.phone, '') > '' OR m.expediente_id IS NOT NULL AS has_phone,
                   COALESCE(p.phone_sanitized, '') > '' AS has_number,
                   COALESCE(p.email_normalized, '') > '' AS has_email,
                   COALESCE(p.street, '') > '' AND COALESCE(p.city, '') > '' AS has_address,
                   mb.id IS NOT NULL AS email_barred, pb.id IS NOT NULL AS phone_barred,
                   COALESCE(y.address_days, 0) > 0
                       AND COALESCE(p.cartera_address_date < %(today)s - y.address_days, TRUE) AS to_confirm,
                   COALESCE(g.given, 0) AS given, COALESCE(g.holding, 0) AS holding
              FROM cartera_expediente x
              JOIN res_partner p ON p.id = x.partner_id
         LEFT JOIN cartera_politica y ON y.id = x.politica_id
         LEFT JOIN mail_blacklist mb ON mb.email = p.email_normalized AND mb.active
         LEFT JOIN phone_blacklist pb ON pb.number = p.phone_sanitized AND pb.active
         LEFT JOIN (SELECT DISTINCT v.expediente_id
                      FROM cartera_vinculado v JOIN cartera_medio k ON k.vinculado_id = v.id
                     WHERE v.role = 'debtor' AND k.kind = 'phone') m ON m.expediente_id = x.id
         LEFT JOIN (%(given)s) g ON g.id = x.id
         LEFT JOIN (%(held)s) d ON d.expediente_id = x.id
             WHERE x.amount_overdue > 0
            """,
            today=today,
            given=self._sql_autorizado(today),
            held=self._sql_retenido(),
        )

    @api.model
    def _sql_retenido(self):
        """SELECT of the dossiers of whose debts none may be collected: few, and so they are looked for first."""
        return SQL(
            """SELECT DISTINCT i.expediente_id
                 FROM cartera_partida i
                WHERE i.is_open AND i.amount_residual > 0 AND %s
                  AND NOT EXISTS (SELECT FROM cartera_partida j
                                   WHERE j.expediente_id = i.expediente_id AND j.is_open AND j.amount_residual > 0
                                     AND NOT %s)""",
            sql_retenida("i"),
            sql_retenida("j"),
        )

    @api.model
    def _sql_autorizado(self, today):
        """SELECT with one row a dossier overdue whose debtor was ever authorised anything."""
        bit = SQL("CASE a.channel %s END", SQL(" ").join(SQL("WHEN %s THEN %s", c, n) for c, n in BITS.items()))
        return SQL(
            """SELECT x.id, BIT_OR(%(bit)s) AS given,
                      BIT_OR(%(bit)s) FILTER (WHERE a.date_to IS NULL OR a.date_to > %(today)s) AS holding
                 FROM cartera_expediente x JOIN cartera_autorizacion a ON a.partner_id = x.partner_id
                WHERE x.amount_overdue > 0 AND a.date_from <= %(today)s
                  AND (a.company_id IS NULL OR a.company_id = x.company_id)
             GROUP BY x.id""",
            bit=bit,
            today=today,
        )

    def action_open_expediente(self):
        self.ensure_one()
        return self.expediente_id._get_records_action()
