from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from .cartera_autorizacion import CHANNEL_LABELS

# Settings that redefine the totals of dossiers (see cartera.expediente).
TOTALS_DEPEND_ON = {
    "score_weight_age",
    "score_weight_amount",
    "score_amount_full",
    "list_days",
    "list_excludes_legal",
    "banda_ids",
    "etapa_ids",
}
TOTALS = (
    "etapa_id zona_id amount_total amount_overdue amount_credit amount_net overdue_count oldest_date_due "
    "priority_score in_list"
).split()
KINDS = [
    ("current", "Current"),
    ("preventive", "Preventive"),
    ("prejudicial", "Prejudicial"),
    ("persuasive", "Persuasive"),
    ("legal", "Legal"),
    ("committee", "Committee"),
    ("written_off", "Written off"),
]
# Kinds in which the case has left the collection list: a lawyer or the committee has it.
KINDS_OUT_OF_LIST = ("legal", "committee", "written_off")


class CarteraPolitica(models.Model):
    """A collection policy (reglamento interno): what happens to a debt as it ages, and under which rules."""

    _name = "cartera.politica"
    _description = "Collection Policy"
    _order = "sequence, name"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Leave empty to share the policy among companies.")
    description = fields.Text(translate=True)
    unit = fields.Selection(
        selection=[("item", "Each open item"), ("account", "The contract account"), ("debtor", "The debtor")],
        default="item",
        required=True,
        help="What is staged as one: the oldest due item of the unit decides the stage of all its items.",
    )
    etapa_ids = fields.One2many("cartera.etapa", "politica_id", string="Stages", copy=True)
    banda_ids = fields.One2many("cartera.banda", "politica_id", string="Age Bands", copy=True)

    list_days = fields.Integer(
        string="List From (days)",
        default=1,
        help="A debtor is on the collection list from this many days overdue.",
    )
    list_excludes_legal = fields.Boolean(
        string="List Leaves Out Legal Cases",
        default=True,
        help="Debtors with any item in legal collection, before the committee or written off are not on the list.",
    )
    ddr_days = fields.Integer(
        string="Hard to Collect Over (days)",
        default=360,
        help="Items more days overdue than this are reclassified as hard to collect (DDR).",
    )
    interest_regime = fields.Selection(
        selection=[
            ("none", "No late interest"),
            ("civil", "Civil, 6% (C.C. 1617)"),
            ("public", "Public, 12% (Ley 68/1923 art. 9)"),
            ("commercial", "Commercial, 1.5 IBC (C.Co. 884)"),
            ("tax", "Tax (E.T. 635)"),
        ],
        default="civil",
        required=True,
    )
    interest_regime_residential = fields.Selection(
        selection=[("same", "Same as the others"), ("civil", "Civil, 6% (C.C. 1617)")],
        default="same",
        required=True,
        help="Utilities charge residential accounts the civil rate (C-389/2002).",
    )
    allocation_order = fields.Selection(
        selection=[
            ("interest_first", "Interest first (C.C. 1653)"),
            ("proportional", "Proportional (E.T. 804)"),
        ],
        default="interest_first",
        required=True,
    )
    prescription_regime = fields.Selection(
        selection=[
            ("public", "Public, 5 years (E.T. 817)"),
            ("invoice", "Invoice as a title, 3 years (C.Co. 789)"),
            ("executive", "Executive title, 5 years (C.C. 2536)"),
            ("ordinary", "Ordinary, 10 years (C.C. 2536)"),
        ],
        default="invoice",
        required=True,
    )
    contact_strict = fields.Boolean(
        string="One Contact a Week",
        help="The strict reading of Ley 2300: one direct contact a week, also on the same channel.",
    )
    contact_week_from = fields.Float(string="Weekdays From", default=7.0)
    contact_week_to = fields.Float(string="Weekdays To", default=19.0)
    contact_saturday_from = fields.Float(string="Saturdays From", default=8.0)
    contact_saturday_to = fields.Float(string="Saturdays To", default=15.0, help="0: no contact on Saturdays.")
    contact_week_start = fields.Selection(
        selection=[("0", "Monday"), ("6", "Sunday")],
        string="The Week Starts On",
        default="0",
        required=True,
        help="Ley 2300 counts contacts by week and does not say which.",
    )
    contact_visits = fields.Boolean(
        string="Visits Allowed", help="Under an exception to the ban on visits (microcredit, no contact data)."
    )
    intento_ids = fields.One2many(
        "cartera.politica.intento",
        "politica_id",
        string="What Counts as an Attempt",
        copy=True,
        default=lambda self: [fields.Command.create({"channel": channel}) for channel in ("call", "sms", "email")],
    )
    attempt_spacing = fields.Float(
        string="Between Attempts (hours)", default=4.0, help="Dialling again before this is the same attempt."
    )
    round_gap_days = fields.Integer(string="Between Rounds (days)", default=1)
    round_week = fields.Integer(
        string="Second Round From Week", help="Week of the month (1 to 5) from which later rounds begin; 0 is any."
    )
    address_days = fields.Integer(
        string="Address Confirmed Within (days)",
        default=365,
        help="A letter leaves only to an address confirmed within so many days; 0 asks for nothing.",
    )
    score_weight_age = fields.Integer(string="Weight of Age", default=60)
    score_weight_amount = fields.Integer(string="Weight of Amount", default=40)
    score_amount_full = fields.Float(
        string="Amount of a Full Score",
        default=50_000_000,
        digits=(16, 2),
        help="From this overdue balance on, the amount scores in full; below, by its logarithm.",
    )

    _score_weights = models.Constraint(
        "CHECK (score_weight_age >= 0 AND score_weight_amount >= 0 AND score_weight_age + score_weight_amount > 0)",
        "The weights of the score cannot be negative, and one must be greater than zero.",
    )
    _score_amount_positive = models.Constraint(
        "CHECK (score_amount_full > 1)", "The amount of a full score is greater than one."
    )

    _hours_in_day = models.Constraint(
        "CHECK (contact_week_from >= 0 AND contact_week_to < 24 AND contact_saturday_from >= 0 "
        "AND contact_saturday_to < 24 AND contact_week_from < contact_week_to "
        "AND (contact_saturday_to = 0 OR contact_saturday_from < contact_saturday_to))",
        "Hours of contact go from an earlier one to a later one of the same day.",
    )
    _rounds_sane = models.Constraint(
        "CHECK (attempt_spacing >= 0 AND round_gap_days >= 0 AND round_week BETWEEN 0 AND 5 AND address_days >= 0)",
        "Spaces between attempts and rounds cannot be negative, and a month has five weeks at most.",
    )

    @api.constrains("etapa_ids")
    def _check_etapas(self):
        for politica in self:
            current = politica.etapa_ids.filtered(lambda e: e.kind == "current")
            if len(current) != 1 or not current.automatic:
                raise ValidationError(
                    self.env._(
                        "Policy %s needs exactly one stage of kind Current, and it must be automatic.", politica.name
                    )
                )
            ladder = politica.etapa_ids.filtered(lambda e: e.automatic and e.kind != "current").mapped("days_from")
            if len(ladder) != len(set(ladder)):
                raise ValidationError(
                    self.env._("Two automatic stages of policy %s start on the same day overdue.", politica.name)
                )

    @api.constrains("banda_ids")
    def _check_bandas(self):
        """Bands cover every age once; one ends on day 0, so that falling due always changes the band."""
        for politica in self.filtered("banda_ids"):
            bands = politica.banda_ids.sorted("days_from")
            contiguous = all(low.days_to + 1 == high.days_from for low, high in zip(bands, bands[1:], strict=False))
            ends = bands.mapped("days_to")
            if not contiguous or not bands[-1].is_last or any(b.is_last for b in bands[:-1]) or 0 not in ends[:-1]:
                raise ValidationError(
                    self.env._(
                        "The bands of policy %s must follow each other without gaps, one must end on day 0 "
                        "and only the last one is open.",
                        politica.name,
                    )
                )

    @api.constrains("list_days", "banda_ids")
    def _check_list_days(self):
        """The list starts where a band does: dossiers change only when an item's band or stage does."""
        for politica in self.filtered("banda_ids"):
            if politica.list_days not in politica.banda_ids.mapped("days_from"):
                raise ValidationError(
                    self.env._("The collection list of policy %s must start on the first day of a band.", politica.name)
                )

    def write(self, vals):
        res = super().write(vals)
        if TOTALS_DEPEND_ON & vals.keys():
            self._retotalizar()
        return res

    def _retotalizar(self):
        """Bring up to date the totals of the dossiers that follow these policies: scores and lists were redefined."""
        self.env.flush_all()
        Expediente = self.env["cartera.expediente"].sudo()
        for (company,) in Expediente._read_group([("politica_id", "in", self.ids)], ["company_id"]):
            condition = SQL("x.company_id = %s AND x.politica_id IN %s", company.id, tuple(self.ids))
            Expediente._totalizar(condition, company._cartera_hoy())
        Expediente.invalidate_model(TOTALS, flush=False)

    def _etapa_inicial(self):
        """The stage of what is not due: the one of kind *current* of one policy."""
        self.ensure_one()
        return self.etapa_ids.filtered(lambda e: e.kind == "current")

    def _canales_de_intento(self):
        """Channels (set of codes) through which a contact counts as an attempt."""
        return set(self.intento_ids.mapped("channel"))

    def _intentos_por_ronda(self):
        """Attempts that complete a round: the most that a stage asks for, at least one."""
        return max(self.etapa_ids.mapped("attempts_min"), default=1) or 1

    def _ritmo(self):
        """Spacing of attempts and rounds, as `rules.attempts.next_attempt` takes it."""
        self.ensure_one()
        return {
            "spacing_hours": self.attempt_spacing,
            "gap_days": self.round_gap_days,
            "second_round_week": self.round_week,
        }

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        return [dict(vals, name=self.env._("%s (copy)", p.name)) for p, vals in zip(self, vals_list, strict=True)]


class CarteraPoliticaIntento(models.Model):
    """A channel through which a contact counts as an attempt under a policy."""

    _name = "cartera.politica.intento"
    _description = "Channel of Attempts"
    _rec_name = "channel"

    politica_id = fields.Many2one("cartera.politica", string="Policy", required=True, ondelete="cascade", index=True)
    channel = fields.Selection(CHANNEL_LABELS, required=True)

    _channel_uniq = models.Constraint("UNIQUE (politica_id, channel)", "The channel is in the list already.")


class CarteraEtapa(models.Model):
    """A stage of a policy. Automatic stages are reached by age; the others only by a decision of somebody."""

    _name = "cartera.etapa"
    _description = "Collection Stage"
    _order = "politica_id, sequence, days_from, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    politica_id = fields.Many2one("cartera.politica", string="Policy", required=True, ondelete="cascade", index=True)
    kind = fields.Selection(KINDS, required=True, default="persuasive")
    days_from = fields.Integer(
        string="From Day", help="Days overdue from which an item belongs here. Negative before the due date."
    )
    automatic = fields.Boolean(default=True, help="Entered by age in the nightly classification.")
    amount_min = fields.Float(
        string="Minimum Balance",
        digits=(16, 2),
        help="Overdue balance of the staged unit, in company currency, below which it does not enter this stage.",
    )
    attempts_min = fields.Integer(string="Attempts per Round", help="Contact attempts that each round needs.")
    rounds_min = fields.Integer(string="Rounds", help="Rounds of attempts that must be complete to enter this stage.")
    letters_min = fields.Integer(
        string="Letters Received", help="Letters with their receipt that the dossier needs to enter this stage."
    )
    color = fields.Integer()

    _code_uniq = models.Constraint("UNIQUE (politica_id, code)", "The code of a stage is unique in its policy.")
    _gates_positive = models.Constraint(
        "CHECK (amount_min >= 0 AND attempts_min >= 0 AND rounds_min >= 0 AND letters_min >= 0)",
        "Minimum balances, attempts, rounds and letters cannot be negative.",
    )

    @api.depends("name", "politica_id.name")
    @api.depends_context("cartera_show_policy")
    def _compute_display_name(self):
        res = super()._compute_display_name()
        if self.env.context.get("cartera_show_policy"):
            for etapa in self:
                etapa.display_name = f"{etapa.politica_id.name}: {etapa.name}"
        return res


class CarteraBanda(models.Model):
    """An age band of a policy: days_from to days_to, both included; the last one is open."""

    _name = "cartera.banda"
    _description = "Age Band"
    _order = "politica_id, days_from"

    name = fields.Char(required=True, translate=True)
    politica_id = fields.Many2one("cartera.politica", string="Policy", required=True, ondelete="cascade", index=True)
    days_from = fields.Integer(string="From Day", required=True)
    days_to = fields.Integer(string="To Day", help="Last day of the band, included.")
    is_last = fields.Boolean(string="And Older")
    is_ddr = fields.Boolean(string="Hard to Collect", help="Balances in this band are hard to collect (DDR).")
