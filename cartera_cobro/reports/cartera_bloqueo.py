from odoo import fields, models
from odoo.tools import SQL

from ..models.cartera_partida import HOLDS
from ..models.cartera_reclamacion import COURT, KINDS

# Age of the claim: (code, label, up to how many days).
AGES = [
    ("15", "Up to 15 days", 15),
    ("30", "16 to 30 days", 30),
    ("60", "31 to 60 days", 60),
    ("90", "61 to 90 days", 90),
    ("more", "Over 90 days", None),
]


class CarteraBloqueo(models.Model):
    """An open debt that is not chased, whole or in part, because something holds it: one row an item, read live.

    What holds it is its claim, the insolvency of its debtor, or an exclusion by hand, which has neither responsible of
    its own (the officer stands for it) nor age.
    """

    _name = "cartera.bloqueo"
    _description = "Blocked Portfolio"
    _auto = False
    _rec_name = "partida_id"
    _order = "date_filed, id"
    _depends = {
        "cartera.partida": [
            "amount_disputed", "amount_residual", "company_id", "cuenta_id", "date_due", "etapa_id", "banda_id",
            "expediente_id", "hold_reason", "is_open", "partner_id", "reclamacion_id", "zona_id",
        ],
        "cartera.expediente": ["user_id", "responsible_id"],
        "cartera.reclamacion": ["date_filed", "deadline", "expediente_id", "kind", "state", "user_id"],
    }  # fmt: skip

    partida_id = fields.Many2one("cartera.partida", string="Item", readonly=True)
    reclamacion_id = fields.Many2one("cartera.reclamacion", string="Claim", readonly=True)
    expediente_id = fields.Many2one("cartera.expediente", string="Dossier", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Debtor", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", string="Responsible", readonly=True)
    responsible_id = fields.Many2one("res.users", string="Account Responsible", readonly=True)
    kind = fields.Selection(KINDS, string="Kind of Claim", readonly=True)
    hold_reason = fields.Selection(HOLDS, string="Hold", readonly=True, help="Empty: only a part of it is disputed.")
    etapa_id = fields.Many2one("cartera.etapa", string="Stage", readonly=True)
    banda_id = fields.Many2one("cartera.banda", string="Age Band", readonly=True)
    zona_id = fields.Many2one("cartera.zona", string="Zone", readonly=True)
    cuenta_id = fields.Many2one("cartera.cuenta", string="Account / Contract", readonly=True)
    date_due = fields.Date(string="Due Date", readonly=True)
    date_filed = fields.Date(string="Blocked Since", readonly=True)
    deadline = fields.Date(readonly=True)
    days = fields.Integer(string="Days Blocked", aggregator="avg", readonly=True)
    age = fields.Selection([(code, label) for code, label, _days in AGES], string="Age of the Claim", readonly=True)
    amount_blocked = fields.Monetary(string="Blocked", readonly=True, currency_field="company_currency_id")
    amount_residual = fields.Monetary(string="Balance", readonly=True, currency_field="company_currency_id")

    @property
    def _table_query(self):
        today = self.env.company._cartera_hoy()
        return SQL(
            """
            SELECT b.*, %(today)s - b.date_filed AS days, %(age)s AS age
              FROM (SELECT p.id, p.id AS partida_id, COALESCE(j.id, r.id) AS reclamacion_id, p.expediente_id,
                           p.partner_id, p.company_id, COALESCE(j.user_id, r.user_id, x.user_id) AS user_id,
                           x.responsible_id, COALESCE(j.kind, r.kind) AS kind, p.hold_reason, p.etapa_id, p.banda_id,
                           p.zona_id, p.cuenta_id, p.date_due, COALESCE(j.date_filed, r.date_filed) AS date_filed,
                           COALESCE(j.deadline, r.deadline) AS deadline, p.amount_residual,
                           CASE WHEN p.hold_reason IS NULL THEN LEAST(p.amount_disputed, p.amount_residual)
                                ELSE p.amount_residual END AS amount_blocked
                      FROM cartera_partida p
                      JOIN cartera_expediente x ON x.id = p.expediente_id
                 LEFT JOIN cartera_reclamacion r ON r.id = p.reclamacion_id
                 LEFT JOIN (SELECT DISTINCT ON (expediente_id) * FROM cartera_reclamacion
                             WHERE state = 'filed' AND kind IN %(court)s
                          ORDER BY expediente_id, date_filed, id) j ON j.expediente_id = p.expediente_id
                     WHERE p.is_open AND p.amount_residual > 0
                       AND (p.hold_reason IS NOT NULL OR p.reclamacion_id IS NOT NULL)) b
            """,
            today=today,
            age=self._sql_edad(today),
            court=COURT,
        )

    def _sql_edad(self, today):
        days = SQL("%s - b.date_filed", today)
        whens = SQL(" ").join(SQL("WHEN %s <= %s THEN %s", days, most, code) for code, _label, most in AGES[:-1])
        return SQL("CASE WHEN b.date_filed IS NULL THEN NULL %s ELSE %s END", whens, AGES[-1][0])

    def action_open(self):
        """The claim, else the dossier."""
        self.ensure_one()
        return (self.reclamacion_id or self.expediente_id)._get_records_action()
