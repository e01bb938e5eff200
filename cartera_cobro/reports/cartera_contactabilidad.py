from odoo import api, fields, models
from odoo.tools import SQL

from ..models.cartera_autorizacion import CHANNEL_LABELS

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
        channels = [SQL.identifier(channel) for channel in DATUM]
        listed = SQL(", ").join(channels)
        return SQL(
            """
            SELECT r.*, %(situation)s AS situation, %(open)s AS channel_count, %(open)s > 0 AS reachable
              FROM (SELECT h.id, h.id AS expediente_id, h.partner_id, h.company_id, h.user_id, h.responsible_id,
                           h.etapa_id, h.zona_id, h.amount_overdue, %(reasons)s
                      FROM (%(facts)s) h) r
            """,
            situation=SQL(
                "CASE %s END",
                SQL(" ").join(SQL("WHEN %s IN (%s) THEN %s", code, listed, code) for code, _label in SITUATIONS),
            ),
            open=SQL(" + ").join(SQL("(%s IN ('ok', 'exempt'))::int", channel) for channel in channels),
            reasons=SQL(", ").join(SQL("%s AS %s", self._sql_motivo(c), SQL.identifier(c)) for c in DATUM),
            facts=self._sql_hechos(self.env.company._cartera_hoy()),
        )

    @api.model
    def _sql_motivo(self, channel):
        """CASE with the code of SITUATIONS for a channel, in the guard's own order, from a row of `_sql_hechos`."""
        return SQL(
            """CASE WHEN h.on_hold THEN 'hold'
                    WHEN NOT h.exempt AND h.%(given)s IS NULL THEN 'unauthorised'
                    WHEN NOT h.exempt AND NOT h.%(given)s THEN 'withdrawn'
                    WHEN NOT h.%(datum)s THEN 'missing'
                    WHEN NOT h.exempt AND %(barred)s THEN 'blacklisted'
                    WHEN %(unconfirmed)s THEN 'unconfirmed'
                    WHEN h.exempt THEN 'exempt' ELSE 'ok' END""",
            given=SQL.identifier(f"{channel}_given"),
            datum=SQL.identifier(DATUM[channel]),
            barred=SQL("h.%s", SQL.identifier(BARRED[channel])) if channel in BARRED else SQL("FALSE"),
            unconfirmed=SQL("h.unconfirmed") if channel == "letter" else SQL("FALSE"),
        )

    @api.model
    def _sql_hechos(self, today):
        """SELECT with one row a dossier overdue. CHANNEL_given: it holds (or was withdrawn); null: never given."""
        return SQL(
            """
            SELECT x.id, x.partner_id, x.company_id, x.user_id, x.responsible_id, x.etapa_id, x.zona_id,
                   x.amount_overdue, x.hold_reason IS NOT NULL AS on_hold,
                   COALESCE(p.cartera_contact_exempt, FALSE) AS exempt,
                   COALESCE(p.phone, '') > '' OR m.expediente_id IS NOT NULL AS has_phone,
                   COALESCE(p.phone_sanitized, '') > '' AS has_number,
                   COALESCE(p.email_normalized, '') > '' AS has_email,
                   COALESCE(p.street, '') > '' AND COALESCE(p.city, '') > '' AS has_address,
                   mb.id IS NOT NULL AS email_barred, pb.id IS NOT NULL AS phone_barred,
                   COALESCE(y.address_days, 0) > 0
                       AND COALESCE(p.cartera_address_date < %(today)s - y.address_days, TRUE) AS unconfirmed,
                   %(names)s
              FROM cartera_expediente x
              JOIN res_partner p ON p.id = x.partner_id
         LEFT JOIN cartera_politica y ON y.id = x.politica_id
         LEFT JOIN mail_blacklist mb ON mb.email = p.email_normalized AND mb.active
         LEFT JOIN phone_blacklist pb ON pb.number = p.phone_sanitized AND pb.active
         LEFT JOIN (SELECT DISTINCT v.expediente_id
                      FROM cartera_vinculado v JOIN cartera_medio k ON k.vinculado_id = v.id
                     WHERE v.role = 'debtor' AND k.kind = 'phone') m ON m.expediente_id = x.id
         LEFT JOIN (%(given)s) g ON g.id = x.id
             WHERE x.amount_overdue > 0
            """,
            today=today,
            names=SQL(", ").join(SQL("g.%s", SQL.identifier(f"{channel}_given")) for channel in DATUM),
            given=self._sql_autorizado(today),
        )

    @api.model
    def _sql_autorizado(self, today):
        """SELECT with one row a dossier overdue that was ever authorised anything."""
        columns = SQL(", ").join(
            SQL(
                "BOOL_OR(a.date_to IS NULL OR a.date_to > %s) FILTER (WHERE a.channel = %s) AS %s",
                today,
                channel,
                SQL.identifier(f"{channel}_given"),
            )
            for channel in DATUM
        )
        return SQL(
            """SELECT x.id, %s
                 FROM cartera_expediente x JOIN cartera_autorizacion a ON a.partner_id = x.partner_id
                WHERE x.amount_overdue > 0 AND a.date_from <= %s
                  AND (a.company_id IS NULL OR a.company_id = x.company_id)
             GROUP BY x.id""",
            columns,
            today,
        )

    def action_open_expediente(self):
        self.ensure_one()
        return self.expediente_id._get_records_action()
