from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .cartera_suspension_regla import TAKES_AWAY

KINDS = [*TAKES_AWAY, ("reconnection", "Reconnection")]
STATES = [
    ("sent", "In the Field"),
    ("executed", "Executed"),
    ("failed", "Not Executed"),
    ("withdrawn", "Withdrawn"),
]
CAUSES = [
    ("settled", "Paid or credited"),
    ("agreement", "Agreement in force"),
    ("claim", "Claim under way (Ley 142 art. 155)"),
    ("held", "Insolvency or another hold"),
    ("by_hand", "Ordered by a coordinator"),
    ("closed", "Its batch was closed"),
]


class CarteraSuspension(models.Model):
    """An order to the field about one account: suspend it, cut it, or bring its service back.

    It comes to be when it is dispatched, with its number. `amount`, `bills` and `days` are those of that moment. One
    order of an account is under way at a time. Nobody writes here: batches dispatch, results come back from the field
    (`_registrar`), and what is paid meanwhile withdraws or reconnects (`_juzgar`).
    """

    _name = "cartera.suspension"
    _description = "Order of Suspension, Cut or Reconnection"
    _order = "id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "cuenta_id.name", "partner_id.name"]
    _check_company_auto = True

    number = fields.Char(required=True, readonly=True, index="trigram")
    kind = fields.Selection(KINDS, required=True, readonly=True)
    state = fields.Selection(STATES, string="Status", required=True, readonly=True, default="sent", group_expand=True)
    lote_id = fields.Many2one(
        "cartera.suspension.lote", string="Batch", required=True, readonly=True, index=True, ondelete="restrict"
    )
    regla_id = fields.Many2one("cartera.suspension.regla", string="Rule", readonly=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    cuenta_id = fields.Many2one(
        "cartera.cuenta", string="Account / Contract", required=True, readonly=True, index=True, ondelete="restrict"
    )
    expediente_id = fields.Many2one(
        "cartera.expediente", string="Dossier", required=True, readonly=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(related="expediente_id.partner_id", string="Debtor", store=True, index=True)
    zona_id = fields.Many2one(
        "cartera.zona", string="Zone", required=True, readonly=True, index=True, ondelete="restrict"
    )
    address = fields.Char(related="cuenta_id.address")
    date_sent = fields.Date(string="Dispatched On", required=True, readonly=True)
    bills = fields.Integer(string="Unpaid Bills", readonly=True, aggregator=None)
    days = fields.Integer(string="Days Overdue", readonly=True, aggregator="avg")
    amount = fields.Monetary(string="Overdue Then", readonly=True, currency_field="company_currency_id")
    # --- what came back -----------------------------------------------------------------------------------------------
    resultado_id = fields.Many2one(
        "cartera.suspension.resultado", string="Result", readonly=True, index=True, ondelete="restrict"
    )
    date_executed = fields.Date(string="In the Field On", readonly=True, help="The day of the visit, executed or not.")
    reading = fields.Char(readonly=True, help="Of the meter, as the crew wrote it.")
    note = fields.Char(string="Observation", readonly=True)
    forbidden_day = fields.Boolean(string="On a Forbidden Day", readonly=True, help="Executed on it.")
    date_result = fields.Datetime(string="Result Recorded", readonly=True)
    result_user_id = fields.Many2one("res.users", string="Recorded By", readonly=True)
    # --- coming back --------------------------------------------------------------------------------------------------
    cause = fields.Selection(CAUSES, readonly=True, help="Why it was withdrawn, or the service is to come back.")
    date_withdrawn = fields.Date(string="Withdrawn On", readonly=True, help="From that day it was not to be executed.")
    causa_id = fields.Many2one(
        "cartera.suspension", string="Undoes", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    deadline = fields.Datetime(readonly=True, help="When the service has to be back.")
    fee = fields.Monetary(
        string="Reconnection Charge", readonly=True, currency_field="company_currency_id", help="To be billed."
    )
    date_told = fields.Datetime(readonly=True, help="When it was told that it is late.")
    late = fields.Boolean(string="Past Its Term", compute="_compute_late", search="_search_late")

    _number_uniq = models.UniqueIndex("(company_id, number)", "There is already an order with that number.")
    _under_way_uniq = models.UniqueIndex(
        "(cuenta_id) WHERE state = 'sent'", "An order of this account is under way already."
    )
    _by_month = models.Index("(company_id, date_sent)")

    @api.depends("state", "kind", "deadline", "date_executed")
    def _compute_late(self):
        now = fields.Datetime.now()
        for order in self:
            waiting = order.kind == "reconnection" and order.state == "sent"
            order.late = bool(waiting and order.deadline and order.deadline < now)

    def _search_late(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return [("kind", "=", "reconnection"), ("state", "=", "sent"), ("deadline", "<", fields.Datetime.now())]

    @api.depends("number", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for order in self:
            order.display_name = f"{kinds.get(order.kind, '')} {order.number or ''}".strip()

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("An order that was dispatched is never deleted: record its result."))

    # --- results ------------------------------------------------------------------------------------------------------

    @api.model
    def _registrar(self, resultados):
        """Write results, with superuser rights, and let the service of the accounts follow.

        resultados: [(order, result, day, reading, note)], of one company; the guards are the caller's.
        """
        if not resultados:
            return
        self.flush_model()
        orders = self.browse().union(*(row[0] for row in resultados))
        self.env.cr.execute(
            SQL(
                """
                UPDATE cartera_suspension s
                   SET state = CASE WHEN r.executed THEN 'executed' WHEN s.state = 'withdrawn' THEN s.state
                                    ELSE 'failed' END, resultado_id = r.id,
                       date_executed = v.day, reading = NULLIF(v.reading, ''), note = NULLIF(v.note, ''),
                       forbidden_day = v.forbidden AND r.executed, date_result = %(now)s, result_user_id = %(uid)s,
                       write_uid = %(uid)s, write_date = %(now)s
                  FROM UNNEST(%(orders)s::int[], %(results)s::int[], %(days)s::date[], %(readings)s::varchar[],
                              %(notes)s::varchar[], %(forbidden)s::bool[])
                       AS v(id, resultado, day, reading, note, forbidden)
                  JOIN cartera_suspension_resultado r ON r.id = v.resultado
                 WHERE s.id = v.id
                """,
                now=fields.Datetime.now(),
                uid=self.env.uid,
                orders=orders.ids,
                results=[row[1].id for row in resultados],
                days=[row[2] for row in resultados],
                readings=[row[3] or "" for row in resultados],
                notes=[row[4] or "" for row in resultados],
                forbidden=self._en_dia_vedado([(row[0], row[2]) for row in resultados]),
            )
        )
        self._mover_servicio(orders)
        self.invalidate_model(flush=False)

    @api.model
    def _en_dia_vedado(self, pairs):
        """Whether the rule of each (order, day) allows nothing on it; a reconnection has no such day."""
        verdicts = {}
        for order, day in pairs:
            rule = order.regla_id if order.kind != "reconnection" else None
            if rule and (rule, day) not in verdicts:
                holidays = verdicts.setdefault("holidays", order.lote_id._festivos())
                verdicts[rule, day] = bool(rule._dia_vedado(order.company_id, day, holidays))
        return [verdicts.get((order.regla_id, day), False) and order.kind != "reconnection" for order, day in pairs]

    @api.model
    def _mover_servicio(self, orders):
        """The service of the accounts of executed orders: what the order says, since the day of the visit."""
        self.env["cartera.cuenta"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE cartera_cuenta c
                   SET service_state = CASE s.kind WHEN 'suspension' THEN 'suspended' WHEN 'cut' THEN 'cut'
                                                   ELSE 'in_service' END,
                       service_date = s.date_executed, write_uid = %s, write_date = %s
                  FROM cartera_suspension s
                 WHERE s.id = ANY(%s) AND s.state = 'executed' AND c.id = s.cuenta_id
                """,
                self.env.uid,
                fields.Datetime.now(),
                orders.ids,
            )
        )
        self.env["cartera.cuenta"].invalidate_model(["service_state", "service_date"], flush=False)
