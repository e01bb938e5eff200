"""The steps of a policy's stages: what is said to a debtor by itself, on which day, through which channel."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, split_every

from .cartera_campana_seleccion import Seleccion
from .cartera_evidencia import sql_rondas
from .cartera_plantilla import MESSAGE_CHANNELS

GATES = [
    ("none", "Always"),
    ("first_letter", "The first letter was received"),
    ("second_letter", "The second letter was received"),
    ("round", "A round of attempts is complete"),
    ("silence", "Nobody was spoken to since it fell due"),
]
TABLE = SQL.identifier("cartera_toca")
# Activities scheduled at once.
SOME = 500


class CarteraCadencia(models.Model):
    """A step of a stage: so many days after a dossier enters it, or after its oldest debt falls due, a message.

    It is taken once in each episode of debt, which lasts while what was owed when it was taken is owed. Where several
    steps are due, as for who enters late, only the latest is taken, and the earlier ones are left behind.
    """

    _name = "cartera.cadencia"
    _description = "Step of a Stage"
    _order = "politica_id, etapa_sequence, days, sequence, id"
    _rec_name = "template_id"

    etapa_id = fields.Many2one("cartera.etapa", string="Stage", required=True, ondelete="cascade", index=True)
    politica_id = fields.Many2one(
        "cartera.politica", compute="_compute_politica_id", store=True, precompute=True, index=True, ondelete="cascade"
    )
    etapa_sequence = fields.Integer(related="etapa_id.sequence", store=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    days = fields.Integer(string="Day", help="Negative: before the due date.")
    base = fields.Selection(
        [("stage", "After entering the stage"), ("due", "After the due date")],
        string="Counted",
        required=True,
        default="stage",
        help="The due date is that of the oldest overdue debt; where nothing is overdue, the next one.",
    )
    channel = fields.Selection(MESSAGE_CHANNELS, required=True, default="email")
    template_id = fields.Many2one("cartera.plantilla", required=True, ondelete="restrict")
    gate = fields.Selection(GATES, string="Only If", required=True, default="none")
    mode = fields.Selection(
        [("propose", "Proposed to the officer"), ("send", "Sent by itself")],
        string="How",
        required=True,
        default="propose",
    )

    _before_due_only = models.Constraint(
        "CHECK (days >= 0 OR base = 'due')", "A step comes after entering the stage: only due dates have days before."
    )

    @api.depends("etapa_id.politica_id")
    def _compute_politica_id(self):
        for cadencia in self:
            cadencia.politica_id = cadencia.etapa_id.politica_id

    @api.constrains("mode", "template_id", "channel")
    def _check_texto(self):
        for cadencia in self:
            cadencia.template_id._exigir_partes(cadencia.channel)
            if cadencia.mode == "send" and cadencia.template_id.approval:
                raise ValidationError(
                    self.env._(
                        "%s is signed before it leaves: it can be proposed, not sent by itself.",
                        cadencia.template_id.name,
                    )
                )

    # --- the nightly job ----------------------------------------------------------------------------------------------

    @api.model
    def _cron_proponer(self):
        """Take the steps that are due, one company after another, each committed by itself."""
        companies = self.env["res.company"].search([("cartera_politica_id", "!=", False)])
        self.env["cartera.partida"]._por_empresa(companies, self._name, "_dar_pasos")

    @api.model
    def _dar_pasos(self, company, on_date=None):
        """Take the steps of the company's dossiers due by `on_date` (default today): {step: messages}.

        A second call the same day takes none. What a step sends by itself is approved here; the rest are drafts, with
        an activity for the officer of each dossier.
        """
        day = on_date or company._cartera_hoy()
        steps = self.sudo().search([("etapa_id.politica_id.company_id", "in", (False, company.id))])
        if not steps:
            return {}
        self._elegir(steps, company, day)
        taken = {}
        for step in steps:
            ids = step._escribir(company, day)
            if ids:
                taken[step] = self.env["cartera.comunicacion"].sudo().browse(ids)
                step._entregar(taken[step])
        return taken

    def _elegir(self, steps, company, day):
        """Table of the step that each dossier takes now: the latest that is due, and not behind one taken already."""
        Seleccion(self.env, company, steps.template_id[:1], "email", day).leer()
        for model in ("cartera.comunicacion", "cartera.gestion", "cartera.cadencia"):
            self.env[model].flush_model()
        due = SQL(" UNION ALL ").join(step._sql_toca(company, day) for step in steps)
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", TABLE))
        self.env.cr.execute(
            SQL(
                """CREATE TEMPORARY TABLE %s ON COMMIT DROP AS
                   SELECT DISTINCT ON (expediente_id) * FROM (%s) t
                 ORDER BY expediente_id, cadencia_date DESC, sequence, cadencia_id""",
                TABLE,
                due,
            )
        )

    def _sql_toca(self, company, day):
        """SELECT of the dossiers to which the step could be taken: with its day and the due date of the debt."""
        seleccion = Seleccion(self.env, company, self.template_id, self.channel, day)
        return SQL(
            """
            SELECT x.id AS expediente_id, %(step)s AS cadencia_id, %(sequence)s AS sequence, v.due AS cadencia_due,
                   t.date AS cadencia_date, CONCAT_WS('/', %(step)s::text, x.id, v.due) AS cadencia_key
              FROM %(source)s
        CROSS JOIN LATERAL (
                   SELECT MIN(i.etapa_date) FILTER (WHERE i.etapa_id = x.etapa_id) AS entered,
                          MIN(i.date_due) FILTER (WHERE i.date_due >= %(day)s) AS next_due
                     FROM cartera_partida i
                    WHERE i.expediente_id = x.id AND i.is_open AND i.amount_residual > 0 AND i.hold_reason IS NULL) f
        CROSS JOIN LATERAL (SELECT COALESCE(x.oldest_date_due, f.next_due) AS due) v
        CROSS JOIN LATERAL (SELECT %(base)s + %(days)s AS date) t
             WHERE x.company_id = %(company)s AND x.etapa_id = %(etapa)s AND t.date <= %(day)s
               AND (%(days)s >= 0 OR v.due >= %(day)s)
               AND %(gate)s AND %(reason)s IS NULL AND NOT %(taken)s
            """,
            step=self.id,
            sequence=self.sequence,
            source=seleccion.desde(),
            day=day,
            base=SQL("f.entered") if self.base == "stage" else SQL("v.due"),
            days=self.days,
            company=company.id,
            etapa=self.etapa_id.id,
            gate=self._sql_condicion(),
            reason=seleccion.motivo(),
            taken=self._sql_dado(),
        )

    def _sql_dado(self):
        """Condition: in this episode of debt the step was taken, or one that comes after it.

        The episode is the same while the oldest debt is the one it was then, or already owed on that day.
        """
        return SQL(
            """EXISTS (SELECT FROM cartera_comunicacion c
                        WHERE c.expediente_id = x.id AND c.cadencia_id IS NOT NULL
                          AND (c.cadencia_due = v.due OR c.cadencia_taken > v.due)
                          AND (c.cadencia_id = %s OR c.cadencia_date > t.date))""",
            self.id,
        )

    def _sql_condicion(self):
        """Condition of the gate, with what was done since the debt fell due."""
        letter = SQL(
            """EXISTS (SELECT FROM cartera_comunicacion g WHERE g.expediente_id = x.id AND g.kind = %s
                          AND g.state = 'delivered' AND g.day_sent > v.due)""",
            self.gate,
        )
        spoken = SQL(
            """EXISTS (SELECT FROM cartera_gestion g WHERE g.expediente_id = x.id AND g.direct AND g.day > v.due
                          AND g.date_annulled IS NULL)"""
        )
        attempts = self.politica_id._intentos_por_ronda()
        return {
            "none": SQL("TRUE"),
            "first_letter": letter,
            "second_letter": letter,
            "round": SQL("%s > 0", sql_rondas(SQL("x.id"), SQL("v.due"), attempts)),
            "silence": SQL("NOT %s", spoken),
        }[self.gate]

    def _escribir(self, company, day):
        """Draft the messages of the step; their ids. The key is unique: two jobs at once cannot take a step twice."""
        extra = "cadencia_id cadencia_due cadencia_date cadencia_taken cadencia_key".split()
        rows = SQL("SELECT t.*, %s::date AS cadencia_taken FROM %s t WHERE cadencia_id = %s", day, TABLE, self.id)
        return Seleccion(self.sudo().env, company, self.template_id, self.channel, day).insertar_mensajes(rows, extra)

    def _entregar(self, comunicaciones):
        """Send what goes by itself; put the rest before the officers."""
        if self.mode == "send":
            comunicaciones._aprobar()
            return
        for user, mine in comunicaciones.grouped("user_id").items():
            with_officer = mine.filtered(lambda c: c.expediente_id.user_id == c.user_id)
            for some in split_every(SOME, with_officer.ids, with_officer.browse):
                activities = some.expediente_id.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("Review and send: %s", self.template_id.name),
                    user_id=user.id,
                )
                by_dossier = {activity.res_id: activity.id for activity in activities}
                for comunicacion in some:
                    comunicacion.cadencia_activity_id = by_dossier[comunicacion.expediente_id.id]


class CarteraPolitica(models.Model):
    _inherit = "cartera.politica"

    cadencia_ids = fields.One2many("cartera.cadencia", "politica_id", string="Cadence")


class CarteraEtapa(models.Model):
    _inherit = "cartera.etapa"

    cadencia_ids = fields.One2many("cartera.cadencia", "etapa_id", string="Steps", copy=True)


class CarteraComunicacion(models.Model):
    _inherit = "cartera.comunicacion"

    cadencia_id = fields.Many2one(
        "cartera.cadencia", string="Step", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    cadencia_due = fields.Date(string="Debt Since", readonly=True, copy=False)
    cadencia_date = fields.Date(string="Step Due On", readonly=True, copy=False)
    cadencia_taken = fields.Date(string="Step Taken On", readonly=True, copy=False)
    # Step, dossier and due date as they were: joined dossiers keep the key of each.
    cadencia_key = fields.Char(readonly=True, copy=False)

    cadencia_activity_id = fields.Many2one("mail.activity", readonly=True, copy=False, ondelete="set null")

    _cadencia_uniq = models.UniqueIndex(
        "(cadencia_key) WHERE cadencia_key IS NOT NULL", "This step was taken for the debt already."
    )

    def action_request(self):
        # EXTENDS cartera.firmable
        res = super().action_request()
        self._cumplir_propuesta()
        return res

    def action_approve(self):
        # EXTENDS cartera.comunicacion
        res = super().action_approve()
        self._cumplir_propuesta()
        return res

    def action_cancel(self):
        # EXTENDS cartera.comunicacion
        res = super().action_cancel()
        self._cumplir_propuesta()
        return res

    def _cumplir_propuesta(self):
        """What a step proposed was decided: the officer's activity is done."""
        self.sudo().cadencia_activity_id.filtered("active").action_done()


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    propuesta_ids = fields.One2many(
        "cartera.comunicacion",
        "expediente_id",
        string="Proposed Messages",
        domain=[("state", "=", "draft"), ("cadencia_id", "!=", False)],
    )
