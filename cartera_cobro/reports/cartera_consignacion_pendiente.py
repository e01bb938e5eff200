from odoo import fields, models
from odoo.tools import SQL

# Code, label and first day of each band of age, in their order.
BANDS = [
    ("1", "Up to 5 days", 0),
    ("2", "6 to 30 days", 6),
    ("3", "31 to 60 days", 31),
    ("4", "61 to 90 days", 61),
    ("5", "91 to 180 days", 91),
    ("6", "Over 180 days", 181),
]


class CarteraConsignacionPendiente(models.Model):
    """A deposit that waits for whose it is: how much of it, for how long, who looks for it."""

    _name = "cartera.consignacion.pendiente"
    _description = "Unidentified Deposit"
    _auto = False
    _order = "date, id"

    statement_line_id = fields.Many2one("account.bank.statement.line", string="Bank Deposit", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    journal_id = fields.Many2one("account.journal", string="Bank", readonly=True)
    date = fields.Date(readonly=True)
    payment_ref = fields.Char(string="Bank's Text", readonly=True)
    amount = fields.Monetary(
        string="Waiting", currency_field="company_currency_id", readonly=True, help="What of it is still in suspense."
    )
    days = fields.Integer(string="Days Waiting", readonly=True, aggregator="max")
    band = fields.Selection([(code, label) for code, label, _first in BANDS], string="Age", readonly=True)
    user_id = fields.Many2one("res.users", string="Looked For By", readonly=True)
    note = fields.Char(string="What Is Known", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Proposed Debtor", readonly=True)
    confidence = fields.Integer(string="Trust", readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        self.env["account.bank.statement.line"].flush_model()
        self.env["account.move.line"].flush_model()
        today = [(company.id, company._cartera_hoy()) for company in self.env.companies]
        return SQL(
            """
            SELECT q.*, CASE %(bands)s END AS band
              FROM (SELECT l.id, l.id AS statement_line_id, l.company_id, l.journal_id, m.date, l.payment_ref,
                           -SUM(s.balance) AS amount, t.today - m.date AS days, l.cartera_user_id AS user_id,
                           l.cartera_note AS note, x.partner_id, l.cartera_confidence AS confidence
                      FROM account_bank_statement_line l
                      JOIN (VALUES %(today)s) AS t(company_id, today) ON t.company_id = l.company_id
                      JOIN account_move m ON m.id = l.move_id AND m.state = 'posted'
                      JOIN account_journal j ON j.id = l.journal_id
                      JOIN account_move_line s ON s.move_id = m.id AND s.account_id = j.suspense_account_id
                 LEFT JOIN cartera_identificacion i ON i.id = l.cartera_propuesta_id
                 LEFT JOIN cartera_expediente x ON x.id = i.expediente_id
                     WHERE l.is_reconciled IS NOT TRUE AND l.amount > 0
                  GROUP BY l.id, m.id, t.today, x.partner_id) q
             WHERE q.amount > 0
            """,
            bands=self._bandas(),
            today=SQL(", ").join(SQL("(%s, %s)", company, day) for company, day in today),
        )

    def _bandas(self):
        whens = SQL(" ").join(SQL("WHEN q.days >= %s THEN %s", first, code) for code, _label, first in reversed(BANDS))
        return SQL("%s ELSE %s", whens, BANDS[0][0])

    def action_open(self):
        """The deposit with its proposals."""
        self.ensure_one()
        return self.statement_line_id.action_cartera_abrir()
