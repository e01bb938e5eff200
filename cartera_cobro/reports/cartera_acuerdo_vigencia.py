from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..models.cartera_acuerdo import KINDS, STATES


class CarteraAcuerdoVigencia(models.Model):
    """An item in an agreement that is or was in force: by the stage in which it was agreed on, and its account.

    Which were in force on a day is a domain (`_vigentes`): amounts are those of the liquidation, so that the same day
    always gives the same answer. The balance is today's.
    """

    _name = "cartera.acuerdo.vigencia"
    _description = "Agreements in Force, by Stage"
    _auto = False
    _rec_name = "partida_id"
    _order = "acuerdo_id desc, date_due, id"
    _depends = {
        "cartera.acuerdo": ["date_active", "date_end", "state", "kind", "user_id", "missed_count"],
        "cartera.acuerdo.linea": ["partida_id", "etapa_id", "days", "capital", "interest", "total", "date_due"],
        "cartera.partida": ["amount_residual", "cuenta_id"],
        "cartera.cuenta": ["use", "estrato", "zona_id", "municipality"],
        "cartera.expediente": ["politica_id", "responsible_id"],
    }

    acuerdo_id = fields.Many2one("cartera.acuerdo", string="Agreement", readonly=True)
    partida_id = fields.Many2one("cartera.partida", string="Item", readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    state = fields.Selection(STATES, string="Status Now", readonly=True)
    date_active = fields.Date(string="In Force Since", readonly=True)
    date_end = fields.Date(string="Ended On", readonly=True)
    expediente_id = fields.Many2one("cartera.expediente", string="Dossier", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Debtor", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    politica_id = fields.Many2one("cartera.politica", string="Policy", readonly=True)
    user_id = fields.Many2one("res.users", string="Officer", readonly=True)
    responsible_id = fields.Many2one("res.users", string="Account Responsible", readonly=True)
    etapa_id = fields.Many2one("cartera.etapa", string="Stage", readonly=True)
    etapa_color = fields.Integer(related="etapa_id.color")
    cuenta_id = fields.Many2one("cartera.cuenta", string="Account / Contract", readonly=True)
    use = fields.Selection(lambda self: self.env["cartera.cuenta"]._fields["use"].selection, readonly=True)
    estrato = fields.Selection(lambda self: self.env["cartera.cuenta"]._fields["estrato"].selection, readonly=True)
    zona_id = fields.Many2one("cartera.zona", string="Zone", readonly=True)
    municipality = fields.Char(readonly=True)
    date_due = fields.Date(string="Due Date", readonly=True)
    days = fields.Integer(string="Days Overdue Then", readonly=True, aggregator="avg")
    missed_count = fields.Integer(string="Missed Instalments", readonly=True, aggregator=None)
    capital = fields.Monetary(currency_field="company_currency_id", readonly=True)
    interest = fields.Monetary(string="Late Interest", currency_field="company_currency_id", readonly=True)
    total = fields.Monetary(string="Agreed", currency_field="company_currency_id", readonly=True)
    amount_residual = fields.Monetary(string="Balance Today", currency_field="company_currency_id", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT l.id, l.acuerdo_id, l.partida_id, a.kind, a.state, a.date_active, a.date_end, a.expediente_id,
                   a.partner_id, a.company_id, x.politica_id, a.user_id, x.responsible_id, l.etapa_id, p.cuenta_id,
                   c.use, c.estrato, COALESCE(c.zona_id, x.zona_id) AS zona_id, c.municipality, l.date_due, l.days,
                   a.missed_count, l.capital, l.interest, l.total, p.amount_residual
              FROM cartera_acuerdo_linea l
              JOIN cartera_acuerdo a ON a.id = l.acuerdo_id
              JOIN cartera_expediente x ON x.id = a.expediente_id
              JOIN cartera_partida p ON p.id = l.partida_id
         LEFT JOIN cartera_cuenta c ON c.id = p.cuenta_id
             WHERE a.date_active IS NOT NULL
            """
        )

    @api.model
    def _vigentes(self, day):
        """Domain of those in force when `day` (date) ended."""
        ended = Domain("date_end", "=", False) | Domain("date_end", ">", day)
        return Domain("date_active", "<=", day) & ended

    def action_open_acuerdo(self):
        self.ensure_one()
        return self.acuerdo_id._get_records_action()
