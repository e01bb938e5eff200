from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .cartera_libro import columnas
from .cartera_politica import KINDS_OUT_OF_LIST, TOTALS


class CarteraExpediente(models.Model):
    """A debtor's dossier in a company: what people work from. One per commercial partner and company.

    Its totals are those of its open items (`_sql_totales`), kept true at once by the ORM and every night by SQL.
    """

    _name = "cartera.expediente"
    _description = "Collection Dossier"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "alert_date desc nulls last, priority_score desc, oldest_date_due, id"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id.complete_name", "partner_id.vat", "partner_id.ref"]
    _check_company_auto = True

    partner_id = fields.Many2one("res.partner", string="Debtor", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, readonly=True, default=lambda self: self.env.company)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users", string="Officer", tracking=True, index=True, domain="[('share', '=', False)]"
    )
    responsible_id = fields.Many2one(
        "res.users",
        string="Account Responsible",
        tracking=True,
        index="btree_not_null",
        help="Who sold to or runs the account of this debtor, and answers for it.",
    )
    own_politica_id = fields.Many2one(
        "cartera.politica",
        string="Own Policy",
        tracking=True,
        check_company=True,
        help="Leave empty to follow the company's policy.",
    )
    politica_id = fields.Many2one(
        "cartera.politica", string="Policy", compute="_compute_politica_id", store=True, ondelete="restrict"
    )
    # --- holds ----------------------------------------------------------------------------------------------------
    hold_reason = fields.Selection(
        [("insolvency", "Insolvency or liquidation"), ("pause", "Paused by hand")], string="Hold", tracking=True
    )
    hold_until = fields.Date(tracking=True, help="The hold ends by itself after this day.")
    hold_note = fields.Char(tracking=True)
    # --- cover ----------------------------------------------------------------------------------------------------
    cover_for_id = fields.Many2one("res.users", string="Covering For", readonly=True, index="btree_not_null")
    cover_until = fields.Date(readonly=True)
    # --- totals -----------------------------------------------------------------------------------------------------
    partida_ids = fields.One2many("cartera.partida", "expediente_id", string="Items")
    partida_open_ids = fields.One2many(
        "cartera.partida", "expediente_id", string="Open Items", domain=[("is_open", "=", True)]
    )
    etapa_id = fields.Many2one(
        "cartera.etapa",
        string="Stage",
        compute="_compute_totales",
        store=True,
        ondelete="restrict",
        group_expand="_read_group_etapas",
        help="The worst stage of its open items.",
    )
    zona_id = fields.Many2one(
        "cartera.zona",
        string="Zone",
        compute="_compute_totales",
        store=True,
        index="btree_not_null",
        help="Zone of its oldest open item that has one.",
    )
    amount_total = fields.Monetary(
        string="Open Balance", compute="_compute_totales", store=True, currency_field="company_currency_id"
    )
    amount_overdue = fields.Monetary(
        string="Overdue",
        compute="_compute_totales",
        store=True,
        currency_field="company_currency_id",
        help="Gross: credits are not taken off.",
    )
    amount_credit = fields.Monetary(
        string="Credits",
        compute="_compute_totales",
        store=True,
        currency_field="company_currency_id",
        help="Credit notes and payments not applied yet.",
    )
    amount_net = fields.Monetary(
        string="Overdue, Net",
        compute="_compute_totales",
        store=True,
        currency_field="company_currency_id",
        help="Overdue less credits, not under zero.",
    )
    overdue_count = fields.Integer(string="Overdue Items", compute="_compute_totales", store=True)
    oldest_date_due = fields.Date(string="Oldest Due Date", compute="_compute_totales", store=True)
    priority_score = fields.Float(
        string="Score",
        compute="_compute_totales",
        store=True,
        digits=(5, 2),
        aggregator="max",
        help="0 to 100, by age and overdue amount, as the policy weighs.",
    )
    in_list = fields.Boolean(string="On the Collection List", compute="_compute_totales", store=True)
    days_overdue = fields.Integer(
        string="Oldest, Days", compute="_compute_days_overdue", aggregator="max", search="_search_days_overdue"
    )
    next_action_date = fields.Date(string="Next Action", compute="_compute_next_action_date", store=True, index=True)
    # --- people and papers ------------------------------------------------------------------------------------------
    vinculado_ids = fields.One2many("cartera.vinculado", "expediente_id", string="Linked Persons")
    cuenta_ids = fields.One2many("cartera.cuenta", compute="_compute_cuenta_ids", string="Accounts / Contracts")
    vat = fields.Char(related="partner_id.vat")
    phone = fields.Char(related="partner_id.phone")
    email = fields.Char(related="partner_id.email")
    cambio_ids = fields.One2many("cartera.etapa.cambio", "expediente_id", string="Changes of Stage")

    _partner_uniq = models.Constraint(
        "UNIQUE (partner_id, company_id)", "This debtor already has a dossier in the company."
    )
    _hold_ends = models.Constraint(
        "CHECK (hold_reason IS NULL OR hold_reason != 'pause' OR hold_until IS NOT NULL)",
        "A pause needs the day on which it ends.",
    )
    _worklist = models.Index("(company_id, alert_date DESC NULLS LAST, priority_score DESC, oldest_date_due, id)")
    _worklist_officer = models.Index(
        "(user_id, alert_date DESC NULLS LAST, priority_score DESC) WHERE amount_overdue > 0"
    )

    # --- computes ---------------------------------------------------------------------------------------------------

    @api.depends("own_politica_id", "company_id.cartera_politica_id")
    def _compute_politica_id(self):
        for expediente in self:
            expediente.politica_id = expediente.own_politica_id or expediente.company_id.cartera_politica_id

    @api.depends(
        "partida_ids.is_open",
        "partida_ids.amount_residual",
        "partida_ids.date_due",
        "partida_ids.etapa_id",
        "partida_ids.zona_id",
        "politica_id",
    )
    def _compute_totales(self):
        """One statement reads and writes: the values are fetched when somebody asks."""
        self.env["cartera.partida"].flush_model()
        self.flush_recordset(["politica_id", "company_id", "alert", "alert_date"])
        stored = self.filtered("id")
        (self - stored).update(dict.fromkeys(TOTALS, False))
        stored.fetch(["company_id"])
        for company, expedientes in stored.grouped("company_id").items():
            self.env.cr.execute(SQL("SELECT cartera_totalizar(%s, %s)", expedientes.ids, company._cartera_hoy()))
        stored.invalidate_recordset([*TOTALS, "alert", "alert_date"], flush=False)

    @api.depends("oldest_date_due", "company_id")
    def _compute_days_overdue(self):
        for expediente in self:
            due = expediente.oldest_date_due
            expediente.days_overdue = (expediente.company_id._cartera_hoy() - due).days if due else 0

    def _search_days_overdue(self, operator, value):
        return self._dominio_dias("oldest_date_due", operator, value)

    @api.model
    def _dominio_dias(self, field, operator, value):
        """Domain on the date `field` for a comparison of days overdue: more days is an earlier date."""
        flipped = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "=": "=", "!=": "!="}
        if operator not in flipped:
            return NotImplemented
        return Domain(field, flipped[operator], self.env.company._cartera_hoy() - timedelta(days=int(value)))

    @api.depends("activity_ids.date_deadline", "activity_ids.active")
    def _compute_next_action_date(self):
        nearest = dict(
            self.env["mail.activity"]
            .sudo()
            ._read_group(
                [("res_model", "=", self._name), ("res_id", "in", self.ids), ("active", "=", True)],
                ["res_id"],
                ["date_deadline:min"],
            )
        )
        for expediente in self:
            expediente.next_action_date = nearest.get(expediente.id)

    def _compute_cuenta_ids(self):
        for expediente in self:
            expediente.cuenta_ids = self.env["cartera.cuenta"].search(
                [("partner_id", "child_of", expediente.partner_id.id), ("company_id", "=", expediente.company_id.id)]
            )

    @api.model
    def _read_group_etapas(self, etapas, domain):
        """Kanban columns: every stage of the company's policy, empty ones too."""
        return (etapas | self.env.company.cartera_politica_id.etapa_ids).sorted()

    # --- totals, set-based ------------------------------------------------------------------------------------------

    @api.model
    def _sql_totales(self, dossiers, items, on_date):
        """SELECT with totals on a day: `id` and the columns of TOTALS.

        `dossiers` is a SELECT of their `id` and `politica_id`, `items` one of their open items.

        The score is the weighted mean, 0 to 100, of age and overdue amount, each from 0 to 1: age is the position of
        the oldest item's band among the policy's overdue bands, so that it changes only when a band does; the amount is
        log(1 + overdue) / log(1 + the policy's amount of a full score), at most 1.
        """
        return SQL(
            """
            WITH rango AS (
                SELECT id, kind IN %(out)s AS fuera, ROW_NUMBER() OVER (ORDER BY sequence, days_from, id) AS n
                  FROM cartera_etapa
            ), corte AS (
                SELECT politica_id, ARRAY_AGG(days_from ORDER BY days_from) AS dias
                  FROM cartera_banda WHERE days_from > 0 GROUP BY politica_id
            ), suma AS (
                SELECT p.expediente_id,
                       SUM(p.amount_residual) FILTER (WHERE p.amount_residual > 0) AS total,
                       SUM(p.amount_residual) FILTER (WHERE p.amount_residual > 0 AND p.date_due < %(day)s) AS overdue,
                       -SUM(p.amount_residual) FILTER (WHERE p.amount_residual < 0) AS credit,
                       COUNT(*) FILTER (WHERE p.amount_residual > 0 AND p.date_due < %(day)s) AS items,
                       MIN(p.date_due) FILTER (WHERE p.amount_residual > 0 AND p.date_due < %(day)s) AS oldest,
                       MIN(p.date_due) FILTER (WHERE p.amount_residual > 0 AND p.date_due < %(day)s
                                                 AND p.remision_id IS NULL) AS chased,
                       MAX(r.n) AS n, BOOL_OR(r.fuera) AS fuera,
                       (ARRAY_AGG(p.zona_id ORDER BY p.date_due, p.move_line_id)
                           FILTER (WHERE p.zona_id IS NOT NULL AND p.amount_residual > 0))[1] AS zona_id
                  FROM (%(items)s) p
             LEFT JOIN rango r ON r.id = p.etapa_id
              GROUP BY p.expediente_id
            )
            SELECT x.id, r.id AS etapa_id, s.zona_id, COALESCE(s.total, 0) AS amount_total,
                   COALESCE(s.overdue, 0) AS amount_overdue, COALESCE(s.credit, 0) AS amount_credit,
                   GREATEST(COALESCE(s.overdue, 0) - COALESCE(s.credit, 0), 0) AS amount_net,
                   COALESCE(s.items, 0) AS overdue_count, s.oldest AS oldest_date_due,
                   COALESCE(ROUND((
                       (y.score_weight_age * WIDTH_BUCKET(%(day)s - s.oldest, k.dias)::float / CARDINALITY(k.dias)
                        + y.score_weight_amount * LEAST(LN(1 + s.overdue) / LN(1 + y.score_amount_full), 1))
                       * 100 / (y.score_weight_age + y.score_weight_amount))::numeric, 2), 0) AS priority_score,
                   COALESCE(%(day)s - s.chased >= y.list_days AND NOT (y.list_excludes_legal AND s.fuera), FALSE)
                       AS in_list
              FROM (%(dossiers)s) x
         LEFT JOIN cartera_politica y ON y.id = x.politica_id
         LEFT JOIN corte k ON k.politica_id = y.id
         LEFT JOIN suma s ON s.expediente_id = x.id
         LEFT JOIN rango r ON r.n = s.n
            """,
            out=KINDS_OUT_OF_LIST,
            day=on_date,
            dossiers=dossiers,
            items=items,
        )

    @api.model
    def _sql_totales_de(self, condition, on_date):
        """The totals of the dossiers of `condition` (on `x`), from their stored items."""
        dossiers = SQL("SELECT x.id, x.politica_id FROM cartera_expediente x WHERE %s", condition)
        items = SQL(
            "SELECT * FROM cartera_partida WHERE is_open AND expediente_id IN (SELECT id FROM (%s) d)", dossiers
        )
        return self._sql_totales(dossiers, items, on_date)

    @api.model
    def _sql_totalizar(self, condition, on_date):
        """UPDATE of the totals of the dossiers of `condition` (on `x`), writing only those that differ.

        An alert is over when nothing is overdue any more.
        """
        return SQL(
            """
            UPDATE cartera_expediente e
               SET (%(names)s) = ROW(%(values)s),
                   alert = CASE WHEN t.amount_overdue > 0 OR e.amount_overdue = 0 THEN e.alert END,
                   alert_date = CASE WHEN t.amount_overdue > 0 OR e.amount_overdue = 0 THEN e.alert_date END
              FROM (%(totals)s) t
             WHERE e.id = t.id AND (%(stored)s) IS DISTINCT FROM (%(values)s)
            """,
            names=columnas(TOTALS),
            values=columnas(TOTALS, "t"),
            stored=columnas(TOTALS, "e"),
            totals=self._sql_totales_de(condition, on_date),
        )

    @api.model
    def _totalizar(self, condition, on_date):
        """Bring the totals of the dossiers of `condition` (on `x`) up to date on a day."""
        self.env.cr.execute(self._sql_totalizar(condition, on_date))

    def init(self):
        """The same statement for a few dossiers, as a function: planned once a request, not at every entry."""
        self.env.cr.execute(
            SQL(
                "CREATE OR REPLACE FUNCTION cartera_totalizar(expedientes int[], hoy date) RETURNS void "
                "LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$ BEGIN %s; END $$",
                self._sql_totalizar(SQL("x.id = ANY(expedientes)"), SQL("hoy")),
            )
        )

    # --- holds ------------------------------------------------------------------------------------------------------

    @api.model
    def _terminar_esperas(self, company):
        """End the holds and covers of the company whose day has passed."""
        today = company._cartera_hoy()
        ended = self.search([("company_id", "=", company.id), ("hold_reason", "!=", False), ("hold_until", "<", today)])
        ended.write({"hold_reason": False, "hold_until": False, "hold_note": False})
        back = self.search(
            [("company_id", "=", company.id), ("cover_for_id", "!=", False), ("cover_until", "<", today)]
        )
        for titular, expedientes in back.grouped("cover_for_id").items():
            expedientes.write({"user_id": titular.id, "cover_for_id": False, "cover_until": False})

    # --- one debtor, one dossier ------------------------------------------------------------------------------------

    @api.model
    def _trasladar(self, expedientes):
        """Give dossiers whose debtor is no longer a commercial partner to the one that it now belongs to."""
        for debtor, astray in expedientes.grouped(lambda e: e.partner_id.commercial_partner_id).items():
            self._absorber(astray.filtered(lambda e, to=debtor: e.partner_id != to), debtor)

    @api.model
    def _absorber(self, expedientes, debtor):
        """Make dossiers the debtor's: joined to its own where there is one in the company, else renamed."""
        for expediente in expedientes:
            target = self.search([("partner_id", "=", debtor.id), ("company_id", "=", expediente.company_id.id)])
            if target:
                expediente._fusionar(target)
            else:
                expediente.partner_id = debtor
        expedientes.exists().flush_recordset()

    def _fusionar(self, target):
        """Move every child record of this dossier (items, log, messages, files, activities) to `target`, and end it."""
        self.ensure_one()
        self.env.flush_all()
        for model, field in self._hijos():
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET %s = %s WHERE %s = %s",
                    SQL.identifier(self.env[model]._table),
                    SQL.identifier(field),
                    target.id,
                    SQL.identifier(field),
                    self.id,
                )
            )
        self.env.invalidate_all(flush=False)
        self._mover_conversacion(target)
        self.env.invalidate_all()
        target._message_log(body=self.env._("The dossier of %s was joined to this one.", self.partner_id.display_name))
        self.unlink()
        # The children's copies of the debtor follow: they came by SQL.
        target.modified(["partner_id"])
        target._recalcular()

    @api.model
    def _hijos(self):
        """(model, field) of every stored many2one to a dossier, whichever add-on declares it."""
        found = (
            self.env["ir.model.fields"]
            .sudo()
            .search([("relation", "=", self._name), ("ttype", "=", "many2one"), ("store", "=", True)])
        )
        return [(field.model, field.name) for field in found if self.env[field.model]._auto]

    def _mover_conversacion(self, target):
        here = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        env = self.env
        env["mail.message"].sudo().search([("model", "=", self._name), ("res_id", "=", self.id)]).res_id = target.id
        env["ir.attachment"].sudo().search(here).res_id = target.id
        env["mail.activity"].sudo().with_context(active_test=False).search(here).res_id = target.id
        target.sudo().message_subscribe(partner_ids=self.message_partner_ids.ids)

    def _reservar(self):
        """Settle something of these dossiers alone, until the transaction ends: who comes second is told so.

        What only refers to a dossier goes on meanwhile: a contact that is logged, the night's changes of stage.
        """
        ours = self.sudo()
        if ours.try_lock_for_update(allow_referencing=True) != ours:
            raise UserError(
                self.env._(
                    "Somebody else is doing something else with %s right now: try again in a moment.",
                    ", ".join(ours[:3].mapped("display_name")),
                )
            )

    def _recalcular(self):
        """Have the totals of these dossiers recomputed, when next read or flushed: their items changed by SQL."""
        for name in TOTALS:
            self.env.add_to_compute(self._fields[name], self)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_items(self):
        self.invalidate_recordset(["partida_ids"])
        if self.partida_ids:
            raise UserError(self.env._("A dossier with items is kept: it closes by itself when nothing is owed."))

    # --- people's actions -------------------------------------------------------------------------------------------

    def action_open_items(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_partida_action")
        return dict(action, domain=[("expediente_id", "=", self.id)], context={"search_default_open": 1})
