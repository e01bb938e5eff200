from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .cartera_comunicacion import DROPS

# Why a dossier of the filter gets no message.
REASONS = [*DROPS, ("control", "Left out to compare with")]
# Where a message stands; what was dropped stands under its reason.
STANDINGS = [
    ("draft", "Gets a message"),
    ("approved", "To be sent"),
    ("postponed", "Put off until Ley 2300 allows it"),
    ("prepared", "Ready to be dispatched"),
    ("sent", "Sent"),
    ("delivered", "Received"),
    ("returned", "Returned"),
]


def sql_situacion():
    """Where a line `l` and its message `c` stand: a code of STANDINGS or REASONS, as SQL."""
    return SQL(
        """CASE WHEN l.reason IS NOT NULL THEN l.reason
                WHEN c.state = 'cancelled' THEN COALESCE(c.drop_reason, 'cancelled')
                WHEN c.state = 'approved' AND c.date_prepared IS NOT NULL THEN 'prepared'
                WHEN c.state = 'approved' AND c.not_before > NOW() AT TIME ZONE 'UTC' THEN 'postponed'
                ELSE c.state END"""
    )


class CarteraCampanaLinea(models.Model):
    """A dossier in the filter of a mass run, as it was at the preview, and why it gets no message if it gets none."""

    _name = "cartera.campana.linea"
    _description = "Dossier of a Mass Run"
    _order = "campana_id desc, id"
    _rec_name = "expediente_id"
    # Written a hundred thousand at a time by the preview, and by nobody else.
    _log_access = False

    campana_id = fields.Many2one("cartera.campana", string="Run", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    expediente_id = fields.Many2one("cartera.expediente", string="Dossier", required=True, index=True, readonly=True)
    partner_id = fields.Many2one(related="expediente_id.partner_id", string="Debtor")
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    etapa_id = fields.Many2one("cartera.etapa", string="Stage", readonly=True, ondelete="restrict")
    zona_id = fields.Many2one("cartera.zona", string="Zone", readonly=True, ondelete="set null")
    use = fields.Selection(lambda self: self.env["cartera.cuenta"]._fields["use"].selection, readonly=True)
    estrato = fields.Selection(lambda self: self.env["cartera.cuenta"]._fields["estrato"].selection, readonly=True)
    amount_overdue = fields.Monetary(string="Overdue", readonly=True, currency_field="company_currency_id")
    reason = fields.Selection(REASONS, string="Gets None Because", readonly=True)

    def action_open_expediente(self):
        self.ensure_one()
        return self.expediente_id._get_records_action()


class CarteraCampanaConteo(models.Model):
    """How many dossiers of a mass run stand in one place: waiting, sent, or without a message for one reason."""

    _name = "cartera.campana.conteo"
    _description = "Count of a Mass Run"
    _auto = False
    _order = "campana_id desc, reached desc, count desc"
    _rec_name = "outcome"

    campana_id = fields.Many2one("cartera.campana", string="Run", readonly=True)
    outcome = fields.Selection(STANDINGS + REASONS, string="What of Them", readonly=True)
    reached = fields.Boolean(string="Gets It", readonly=True)
    count = fields.Integer(string="Debtors", readonly=True)
    amount_overdue = fields.Monetary(string="Overdue", readonly=True, currency_field="company_currency_id")
    company_currency_id = fields.Many2one(related="campana_id.company_currency_id")

    @property
    def _table_query(self):
        return SQL(
            """SELECT MIN(l.id) AS id, l.campana_id, o.outcome, COUNT(*)::int AS count,
                      BOOL_OR(l.reason IS NULL AND c.state != 'cancelled') AS reached,
                      SUM(l.amount_overdue) AS amount_overdue
                 FROM cartera_campana_linea l
            LEFT JOIN cartera_comunicacion c ON c.campana_linea_id = l.id
           CROSS JOIN LATERAL (SELECT %s AS outcome) o
             GROUP BY l.campana_id, o.outcome""",
            sql_situacion(),
        )

    def action_dossiers(self):
        """The dossiers that the count is of."""
        self.ensure_one()
        ids = SQL(
            """SELECT l.id FROM cartera_campana_linea l
            LEFT JOIN cartera_comunicacion c ON c.campana_linea_id = l.id
                WHERE l.campana_id = %s AND %s = %s""",
            self.campana_id.id,
            sql_situacion(),
            self.outcome,
        )
        return {
            "type": "ir.actions.act_window",
            "name": dict(self._fields["outcome"]._description_selection(self.env))[self.outcome],
            "res_model": "cartera.campana.linea",
            "view_mode": "list",
            "domain": [("id", "in", [row[0] for row in self.env.execute_query(ids)])],
        }


class CarteraCampanaVerificacion(models.Model):
    """Something to verify before a mass run leaves: who verified it, and when."""

    _name = "cartera.campana.verificacion"
    _description = "Check of a Mass Run"
    _order = "campana_id desc, sequence, id"

    campana_id = fields.Many2one("cartera.campana", string="Run", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="campana_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(string="To Verify", required=True)
    required = fields.Boolean(default=True, help="The run is not proposed without it.")
    done = fields.Boolean(string="Verified", copy=False)
    done_by_id = fields.Many2one("res.users", string="By", readonly=True, copy=False)
    date_done = fields.Datetime(string="On", readonly=True, copy=False)
    note = fields.Char(string="What Was Found", copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._firmar(vals) for vals in vals_list])

    def write(self, vals):
        self._exigir_abierta()
        return super().write(self._firmar(vals))

    def _firmar(self, vals):
        """Ticking signs: who and when are not typed in."""
        rest = {name: value for name, value in vals.items() if name not in ("done_by_id", "date_done")}
        if "done" not in vals:
            return rest
        done = vals["done"]
        return {**rest, "done_by_id": done and self.env.uid, "date_done": done and fields.Datetime.now()}

    def _exigir_abierta(self):
        for check in self:
            if check.campana_id.state not in ("draft", "prepared"):
                raise UserError(self.env._("The checklist of %s was proposed as it is.", check.campana_id.name))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_proposed(self):
        self._exigir_abierta()
