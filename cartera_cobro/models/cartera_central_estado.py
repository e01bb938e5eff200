"""Which open items may be reported to credit bureaus and which not, and why: one query, however many they are.

The arithmetic is that of `rules.habeas_data.report_window`, in SQL: the wait is counted from the notice that counts
(the second day with a notice, where the debt is small), and calendar months are clipped to the month's end.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..rules.habeas_data import MONTHS_TO_REPORT, MONTHS_UNPAID, SMALL_PERCENT, WAIT_DAYS

STATES = [
    ("not_due", "Not due"),
    ("too_late", "Too late: over 18 months in default"),
    ("held", "On hold or in insolvency"),
    ("agreement", "Under an agreement"),
    ("covered", "Covered by credits to apply"),
    ("disputed", "Disputed"),
    ("no_authorisation", "No authorisation on file"),
    ("no_wage", "The minimum wage of the year is missing"),
    ("no_notice", "No notice was sent"),
    ("second_notice", "Small debt: a second notice, another day"),
    ("waiting", "Waiting for the 20 days"),
    ("reportable", "May be reported"),
]
# What a notice helps.
TO_NOTIFY = ("no_notice", "second_notice")
# Notices that left and did not come back; those of before the default announce another one.
NOTICES = SQL(
    """cartera_comunicacion_linea l
  JOIN cartera_comunicacion c ON c.id = l.comunicacion_id
   AND c.kind = 'notice_1266' AND c.state IN ('sent', 'delivered')"""
)


class CarteraCentralEstado(models.Model):
    """An open debt, and whether it may be reported to a credit bureau today (Ley 1266, Ley 2157)."""

    _name = "cartera.central.estado"
    _description = "Prior Notice by Debt"
    _auto = False
    _rec_name = "partida_id"
    _order = "amount_residual desc, id"
    _depends = {
        "cartera.autorizacion": ["channel", "company_id", "date_from", "date_to", "partner_id"],
        "cartera.central.reporte.linea": ["is_current", "partida_id", "situation"],
        "cartera.comunicacion": ["day_sent", "kind", "state"],
        "cartera.comunicacion.linea": ["comunicacion_id", "partida_id"],
        "cartera.expediente": ["amount_credit", "amount_overdue", "politica_id", "responsible_id"],
        "cartera.parametro": ["code", "date_from", "value"],
        "cartera.partida": [
            "acuerdo_id",
            "amount_residual",
            "cuenta_id",
            "date_due",
            "etapa_id",
            "expediente_id",
            "hold_reason",
            "is_open",
            "partner_id",
            "reclamacion_id",
            "user_id",
        ],
        "cartera.politica": ["bureau_authorisation", "bureau_dispute"],
    }

    partida_id = fields.Many2one("cartera.partida", string="Item", readonly=True)
    expediente_id = fields.Many2one("cartera.expediente", string="Dossier", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Debtor", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    cuenta_id = fields.Many2one("cartera.cuenta", string="Account / Contract", readonly=True)
    etapa_id = fields.Many2one("cartera.etapa", string="Stage", readonly=True)
    etapa_color = fields.Integer(related="etapa_id.color")
    user_id = fields.Many2one("res.users", string="Officer", readonly=True)
    responsible_id = fields.Many2one("res.users", string="Account Responsible", readonly=True)
    date_due = fields.Date(string="Due Date", readonly=True)
    days_overdue = fields.Integer(readonly=True, aggregator=None)
    amount_residual = fields.Monetary(string="Balance", currency_field="company_currency_id", readonly=True)
    state = fields.Selection(STATES, string="Report Status", readonly=True)
    is_small = fields.Boolean(
        string="Small Debt", readonly=True, help="Up to 15% of the minimum wage: two notices, on different days."
    )
    notice_count = fields.Integer(
        string="Notice Days",
        readonly=True,
        aggregator=None,
        help="Different days on which a notice left since default.",
    )
    notice_last = fields.Date(string="Last Notice", readonly=True)
    report_from = fields.Date(
        string="May Be Reported From", readonly=True, help="After 20 whole calendar days since the notice that counts."
    )
    report_until = fields.Date(string="May Be Reported Until", readonly=True, help="Eighteen months after default.")
    lapses_on = fields.Date(readonly=True, help="Eight years after default, while it is not paid.")
    autorizacion_id = fields.Many2one("cartera.autorizacion", string="Authorisation", readonly=True)
    is_disputed = fields.Boolean(string="In Dispute", readonly=True)
    hold_reason = fields.Selection(
        lambda self: self.env["cartera.partida"]._fields["hold_reason"].selection, string="Hold", readonly=True
    )
    is_reported = fields.Boolean(string="Reported Already", readonly=True)

    @property
    def _table_query(self):
        return self._sql(self.env.company._cartera_hoy())

    # --- the query --------------------------------------------------------------------------------------------------

    @api.model
    def _sql(self, day, report_day=None, condition=None):
        """SELECT of the open debts `p` under `condition` (SQL) as of `day`, to be reported on `report_day`, or then."""
        return SQL(
            """
            SELECT s.*, CASE %(cases)s END AS state
              FROM (SELECT p.id, p.id AS partida_id, p.expediente_id, p.partner_id, p.company_id, p.cuenta_id,
                           p.etapa_id, p.user_id, x.responsible_id, p.date_due, p.amount_residual,
                           GREATEST(%(day)s - p.date_due, 0) AS days_overdue, p.hold_reason,
                           p.acuerdo_id, x.amount_credit, x.amount_overdue,
                           COALESCE(y.bureau_authorisation, TRUE) AS bureau_authorisation, y.bureau_dispute,
                           COALESCE(h.id, g.id) AS autorizacion_id, r.partida_id IS NOT NULL AS is_reported,
                           p.reclamacion_id IS NOT NULL OR p.hold_reason IS NOT DISTINCT FROM 'claim' AS is_disputed,
                           COALESCE(CARDINALITY(n.days), 0) AS notice_count,
                           n.days[CARDINALITY(n.days)] AS notice_last,
                           %(small)s AS is_small,
                           n.days[CASE WHEN %(small)s THEN 2 ELSE 1 END] + %(wait)s AS report_from,
                           (p.date_due + MAKE_INTERVAL(months => %(months)s))::date AS report_until,
                           (p.date_due + MAKE_INTERVAL(months => %(unpaid)s))::date AS lapses_on
                      FROM %(source)s
                     WHERE p.is_open AND p.amount_residual > 0 AND %(condition)s) s
            """,
            cases=self._casos(day, report_day or day),
            day=day,
            small=SQL("(p.amount_residual * 100 <= %s::numeric * %s)", self._smmlv(day) or 0, SMALL_PERCENT),
            wait=WAIT_DAYS + 1,
            months=MONTHS_TO_REPORT,
            unpaid=MONTHS_UNPAID,
            source=self._desde(report_day or day),
            condition=condition or SQL("TRUE"),
        )

    @api.model
    def _desde(self, day):
        """FROM of the debts, their notices, the authorisation in force on `day`, and what bureaus were told."""
        return SQL(
            """cartera_partida p
          JOIN cartera_expediente x ON x.id = p.expediente_id
     LEFT JOIN cartera_politica y ON y.id = x.politica_id
     LEFT JOIN (SELECT l.partida_id, ARRAY_AGG(DISTINCT c.day_sent ORDER BY c.day_sent) AS days
                  FROM %(notices)s
                  JOIN cartera_partida i ON i.id = l.partida_id AND c.day_sent > i.date_due
              GROUP BY l.partida_id) n ON n.partida_id = p.id
     LEFT JOIN (%(given)s AND a.company_id IS NULL GROUP BY 1, 2) g ON g.partner_id = p.partner_id
     LEFT JOIN (%(given)s GROUP BY 1, 2) h ON h.partner_id = p.partner_id AND h.company_id = p.company_id
     LEFT JOIN (SELECT DISTINCT partida_id FROM cartera_central_reporte_linea
                 WHERE is_current AND situation != 'removed') r ON r.partida_id = p.id""",
            notices=NOTICES,
            given=SQL(
                """SELECT a.partner_id, a.company_id, MAX(a.id) AS id FROM cartera_autorizacion a
                    WHERE a.channel = 'bureau' AND a.date_from <= %(day)s
                      AND (a.date_to IS NULL OR a.date_to > %(day)s)""",
                day=day,
            ),
        )

    @api.model
    def _casos(self, day, report_day):
        """WHENs of why not, the first that applies."""
        return SQL(
            """WHEN s.date_due >= %(day)s THEN 'not_due'
               WHEN s.report_until < %(report_day)s OR s.report_from > s.report_until THEN 'too_late'
               WHEN s.hold_reason != 'claim' THEN 'held'
               WHEN s.acuerdo_id IS NOT NULL THEN 'agreement'
               WHEN s.amount_credit >= s.amount_overdue AND s.amount_credit > 0 THEN 'covered'
               WHEN s.is_disputed AND s.bureau_dispute IS DISTINCT FROM 'flag' THEN 'disputed'
               WHEN s.bureau_authorisation AND s.autorizacion_id IS NULL THEN 'no_authorisation'
               WHEN %(wage)s THEN 'no_wage'
               WHEN s.notice_count = 0 THEN 'no_notice'
               WHEN s.report_from IS NULL THEN 'second_notice'
               WHEN s.report_from > %(day)s THEN 'waiting'
               ELSE 'reportable'""",
            day=day,
            report_day=report_day,
            wage=not self._smmlv(day),
        )

    @api.model
    def _smmlv(self, day):
        """The minimum wage (float) of the year of `day`; None where that year's is not recorded."""
        parametro = self.env["cartera.parametro"].sudo()
        found = parametro.search(
            [("code", "=", "smmlv"), ("date_from", "<=", day), ("date_from", ">=", day.replace(month=1, day=1))],
            order="date_from desc",
            limit=1,
        )
        return found.value or None

    @api.model
    def _exigir_smmlv(self, day):
        if not self._smmlv(day):
            raise UserError(
                self.env._(
                    "The minimum wage (SMMLV) of %s is missing: record it in Configuration, Legal Values. "
                    "Without it nobody can tell which debts take two notices.",
                    day.year,
                )
            )

    @api.model
    def _leer(self, day, report_day, condition):
        """{item id: state} as of `day`, of the open debts `p` under `condition` (SQL), read now."""
        self.env.flush_all()
        rows = self.env.execute_query(SQL("SELECT q.id, q.state FROM (%s) q", self._sql(day, report_day, condition)))
        return dict(rows)

    # --- for people -------------------------------------------------------------------------------------------------

    def action_open_expediente(self):
        self.ensure_one()
        return self.expediente_id._get_records_action()

    def action_notify(self):
        """Write the notice: to one debtor, the letter; to many, a mass run over all who need one."""
        self.check_access("read")
        expedientes = self.filtered(lambda e: e.state in TO_NOTIFY).expediente_id
        if not expedientes:
            raise UserError(self.env._("None of these is short of a notice: filter by Needs a Notice."))
        plantilla = self._plantilla(expedientes.company_id[:1])
        if len(expedientes) == 1:
            action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_comunicacion_escribir_action")
            ours = {"active_model": "cartera.expediente", "active_ids": expedientes.ids, "active_id": expedientes.id}
            return dict(action, context={**ours, "default_template_id": plantilla.id, "default_channel": "letter"})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Notices Before Reporting"),
            "res_model": "cartera.campana",
            "view_mode": "form",
            "context": {
                "default_name": self.env._("Notices before reporting"),
                "default_company_id": expedientes.company_id[:1].id,
                "default_template_id": plantilla.id,
                "default_channel": "letter",
                "default_domain": str([("central_estado_ids.state", "in", list(TO_NOTIFY))]),
            },
        }

    @api.model
    def _plantilla(self, company):
        found = self.env["cartera.plantilla"].search(
            [("kind", "=", "notice_1266"), ("company_id", "in", (False, company.id))], limit=1
        )
        if not found:
            raise UserError(self.env._("There is no template of the notice of Ley 1266: write one first."))
        return found


class CarteraComunicacionLinea(models.Model):
    _inherit = "cartera.comunicacion.linea"

    # Which notices an item had is asked of many items at once.
    partida_id = fields.Many2one(index="btree_not_null")


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    central_estado_ids = fields.One2many("cartera.central.estado", "expediente_id", string="Prior Notice by Debt")
