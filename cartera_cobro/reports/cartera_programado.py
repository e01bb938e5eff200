from odoo import fields, models
from odoo.tools import SQL


class CarteraProgramado(models.Model):
    """A payment that a customer announced and has not made yet (ALM7): a pending promise, or an instalment."""

    _name = "cartera.programado"
    _description = "Programmed Payment"
    _auto = False
    _rec_name = "partner_id"
    _order = "date, id"
    _depends = {
        "cartera.acuerdo": ["number"],
        "cartera.acuerdo.cuota": ["acuerdo_id", "agreement_state", "amount_due", "date_due", "expediente_id", "number"],
        "cartera.expediente": ["company_id", "partner_id", "responsible_id", "user_id"],
        "cartera.promesa": ["amount", "amount_paid", "date_promised", "expediente_id", "state"],
    }

    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    expediente_id = fields.Many2one("cartera.expediente", string="Dossier", readonly=True)
    responsible_id = fields.Many2one("res.users", string="Account Responsible", readonly=True)
    user_id = fields.Many2one("res.users", string="Officer", readonly=True)
    kind = fields.Selection(
        [("promise", "Promise"), ("instalment", "Instalment")], string="Payment Announced", readonly=True
    )
    acuerdo_id = fields.Many2one("cartera.acuerdo", string="Agreement", readonly=True)
    promesa_id = fields.Many2one("cartera.promesa", string="Promise", readonly=True)
    date = fields.Date(string="Announced For", readonly=True)
    amount = fields.Monetary(
        string="Still to Come", readonly=True, currency_field="company_currency_id", help="Less what was paid of it."
    )
    late = fields.Boolean(string="Its Day Passed", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT q.id, x.partner_id, x.company_id, x.id AS expediente_id, x.responsible_id, x.user_id, q.kind,
                   q.acuerdo_id, q.promesa_id, q.date, q.amount, q.date < %s AS late
              FROM (SELECT 2 * c.id AS id, c.expediente_id, 'instalment' AS kind, c.acuerdo_id, NULL::int AS promesa_id,
                           c.date_due AS date, c.amount_due AS amount
                      FROM cartera_acuerdo_cuota c
                     WHERE c.agreement_state = 'active' AND c.amount_due > 0
                     UNION ALL
                    SELECT 2 * p.id + 1, p.expediente_id, 'promise', NULL, p.id, p.date_promised,
                           p.amount - COALESCE(p.amount_paid, 0)
                      FROM cartera_promesa p
                     WHERE p.state = 'pending' AND p.amount > COALESCE(p.amount_paid, 0)) q
              JOIN cartera_expediente x ON x.id = q.expediente_id
            """,
            self.env.company._cartera_hoy(),
        )

    def action_open(self):
        """The promise or the agreement that it comes from."""
        self.ensure_one()
        return (self.promesa_id or self.acuerdo_id)._get_records_action()
