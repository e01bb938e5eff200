"""Methods of impairment of a company: bands of age, rates, and what the base of an item leaves out.

A run of impairment (`cartera.provision`) computes several methods side by side; the one that `posts` gives its amounts.
"""

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tools import float_repr

from ..rules.impairment import GENERAL_PERCENTS, INDIVIDUAL_DAYS, INDIVIDUAL_PERCENT

KINDS = [
    ("matrix", "Provision matrix"),
    ("flow", "Expected loss by flow rates"),
    ("individual", "Individual assessment"),
    ("fiscal_general", "Tax: general provision"),
    ("fiscal_individual", "Tax: individual provision"),
]
TAX = ("fiscal_general", "fiscal_individual")
SEGMENTS = [
    ("none", "Whole portfolio"),
    ("stage", "Stage"),
    ("use", "Use"),
    ("estrato", "Estrato"),
    ("group", "Customer group"),
]
# Days overdue from which a band starts, and the percents that a new matrix proposes (NIIF 9, B5.5.35: to be replaced
# by what the company's own history says).
MATRIX = ((0, 1), (1, 3), (31, 5), (61, 10), (91, 20), (181, 50), (361, 100))
FLOW_DAYS = (0, 1, 31, 61, 91, 121, 151, 181)


class CarteraProvisionMetodo(models.Model):
    """A way to compute the impairment of a closing, with its parameters."""

    _name = "cartera.provision.metodo"
    _description = "Impairment Method"
    _inherit = ["mail.thread"]
    _order = "company_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)
    kind = fields.Selection(KINDS, required=True, default="matrix", tracking=True)
    posts = fields.Boolean(
        string="Posted",
        tracking=True,
        help="Its amounts are what the allowance for impairment has to hold. One method of a company is posted; the "
        "others stand beside it for comparison.",
    )
    # --- how a loss is expected ---------------------------------------------------------------------------------------
    segment_by = fields.Selection(
        SEGMENTS, string="Segments", required=True, default="none", tracking=True,
        help="Parts of the portfolio that lose differently: each has its own rates. The customer group is the first "
        "tag of the debtor, by name.",
    )  # fmt: skip
    months = fields.Integer(
        string="Months of History", default=12, tracking=True, help="Flows between month ends that the rates average."
    )
    lgd = fields.Float(
        string="Loss of the Last Band (%)",
        default=100.0,
        digits=(5, 2),
        tracking=True,
        help="Part of what reaches the last band that is lost (LGD).",
    )
    forward = fields.Float(
        string="Forward Factor",
        default=1.0,
        digits=(6, 4),
        tracking=True,
        help="By what the losses of the past are multiplied for the conditions to come (NIIF 9, 5.5.17 c): 1 is as "
        "they were.",
    )
    forward_note = fields.Text(string="Why That Factor", tracking=True)
    with_individual = fields.Boolean(
        string="Individual Assessments Prevail",
        default=True,
        help="A debtor that was assessed one by one takes the loss of that assessment instead of its band's.",
    )
    banda_ids = fields.One2many("cartera.provision.banda", "metodo_id", string="Bands", copy=True)
    # --- what an item is exposed for ----------------------------------------------------------------------------------
    untaxed = fields.Boolean(
        string="Capital without Tax", help="Of what an invoice owes, the share that is tax is left out.", tracking=True
    )
    less_credits = fields.Boolean(
        default=True,
        tracking=True,
        help="Credit notes and payments that the debtor has not applied are taken off, the oldest items first.",
    )
    less_guarantees = fields.Boolean(
        default=True,
        tracking=True,
        help="Guarantees in force on the day are taken off, the oldest items first.",
    )

    _posts_uniq = models.UniqueIndex(
        "(company_id) WHERE posts AND active", "Another method of the company is posted: unmark it first."
    )
    _one_tax = models.UniqueIndex(
        "(company_id) WHERE active AND kind IN ('fiscal_general', 'fiscal_individual')",
        "The general and the individual tax provision exclude each other (E.T. 145): archive one of them first.",
    )
    _months_sane = models.Constraint("CHECK (months BETWEEN 1 AND 60)", "The months of history are from 1 to 60.")
    _lgd_sane = models.Constraint("CHECK (lgd BETWEEN 0 AND 100)", "The loss of the last band is from 0 to 100%.")
    _forward_sane = models.Constraint("CHECK (forward BETWEEN 0 AND 10)", "The forward factor is from 0 to 10.")
    _tax_not_posted = models.Constraint(
        "CHECK (NOT posts OR kind NOT IN ('fiscal_general', 'fiscal_individual'))",
        "A tax provision is not posted: it stands beside the accounting one, with the difference.",
    )

    @api.constrains("kind", "banda_ids", "active")
    def _check_bands(self):
        for metodo in self.filtered("active"):
            days = metodo.banda_ids.mapped("days_from")
            if metodo.kind in ("matrix", "flow") and (not days or min(days) != 0):
                raise ValidationError(
                    self.env._(
                        "%s needs bands, the first of them from day 0: what is not due yet belongs to it.", metodo.name
                    )
                )
            if metodo.kind == "flow" and len(days) < 2:
                raise ValidationError(
                    self.env._("%s needs two bands or more: a flow goes from one to the next.", metodo.name)
                )

    @api.constrains("forward", "forward_note")
    def _check_forward(self):
        for metodo in self:
            if metodo.forward != 1 and not (metodo.forward_note or "").strip():
                raise ValidationError(
                    self.env._("%s: say why the forward factor is not 1. Auditors will ask.", metodo.name)
                )

    # --- what a run reads -------------------------------------------------------------------------------------------

    def _bandas(self):
        """[first day overdue (int)] of its bands, ascending; the first is 0."""
        self.ensure_one()
        if self.kind == "fiscal_general":
            return [0, *sorted(days + 1 for days, _percent in GENERAL_PERCENTS)]
        if self.kind == "fiscal_individual":
            return [0, INDIVIDUAL_DAYS + 1]
        return sorted(self.banda_ids.mapped("days_from")) or [0]

    def _tasas_escritas(self):
        """{(segment or "", first day of the band): fraction (float)}: those typed, or of law; "" is any segment."""
        self.ensure_one()
        if self.kind == "fiscal_general":
            return {("", days + 1): percent / 100 for days, percent in GENERAL_PERCENTS} | {("", 0): 0.0}
        if self.kind == "fiscal_individual":
            return {("", 0): 0.0, ("", INDIVIDUAL_DAYS + 1): INDIVIDUAL_PERCENT / 100}
        if self.kind == "individual":
            return {("", 0): 0.0}
        rates = {("", banda.days_from): banda.rate / 100 for banda in self.banda_ids}
        return rates | {(t.segment, b.days_from): t.rate / 100 for b in self.banda_ids for t in b.tasa_ids}

    def _fines_que_faltan(self, day):
        """The month ends (dates, ascending) up to `day` that a method of flow rates reads and have no closing."""
        self.ensure_one()
        if self.kind != "flow":
            return []
        ends = [fin_de_mes(day, n) for n in range(self.months + 1)]
        found = self.env["cartera.corte"].search(
            [("company_id", "=", self.company_id.id), ("is_current", "=", True), ("date", "in", ends)]
        )
        return sorted(set(ends) - set(found.mapped("date")))

    @api.model
    def _proponer(self, company, posted="matrix"):
        """The methods that a company without any starts with; `posted` (a kind) is the one that is posted.

        NIIF 9: "matrix" or "flow"; NIIF para PYMES (section 11, incurred loss): "individual". Where there are some,
        none.
        """
        if self.with_context(active_test=False).search_count([("company_id", "=", company.id)], limit=1):
            return self.browse()
        values = self._propuestas()
        if posted == "individual":
            values.insert(0, {"name": self.env._("Individual assessment"), "kind": "individual", "sequence": 5})
        for one in values:
            one |= {"company_id": company.id, "posts": one.get("kind", "matrix") == posted}
        return self.create(values)

    @api.model
    def _propuestas(self):
        """Values of a matrix, of flow rates and of the tax provision, to begin with."""
        return [
            {
                "name": self.env._("Provision matrix"),
                "banda_ids": [Command.create({"days_from": day, "rate": rate}) for day, rate in MATRIX],
            },
            {
                "name": self.env._("Expected loss by flow rates"),
                "kind": "flow",
                "sequence": 20,
                "banda_ids": [Command.create({"days_from": day}) for day in FLOW_DAYS],
            },
            {
                "name": self.env._("Tax: general provision"),
                "kind": "fiscal_general",
                "sequence": 30,
                "less_credits": False,
                "less_guarantees": False,
                "with_individual": False,
            },
        ]


class CarteraProvisionBanda(models.Model):
    """A band of age of a method, from its first day overdue to the day before the next band's."""

    _name = "cartera.provision.banda"
    _description = "Band of an Impairment Method"
    _order = "metodo_id, days_from"
    _rec_name = "days_from"

    metodo_id = fields.Many2one(
        "cartera.provision.metodo", string="Method", required=True, ondelete="cascade", index=True
    )
    kind = fields.Selection(related="metodo_id.kind")
    days_from = fields.Integer(string="Days Overdue from", required=True, help="0: what is not due yet.")
    label = fields.Char(string="Band", compute="_compute_label")
    rate = fields.Float(
        string="Rate (%)", digits=(7, 4), help="Typed, of a matrix. Flow rates are derived in every run."
    )
    tasa_ids = fields.One2many("cartera.provision.tasa", "banda_id", string="Rates by Segment", copy=True)

    _days_uniq = models.UniqueIndex("(metodo_id, days_from)", "The method has a band from that day already.")
    _days_sane = models.Constraint("CHECK (days_from >= 0)", "Days overdue are zero or more.")
    _rate_sane = models.Constraint("CHECK (rate BETWEEN 0 AND 100)", "A rate is from 0 to 100%.")

    def write(self, vals):
        before = {banda: banda._dicho() for banda in self}
        res = super().write(vals)
        for banda, said in before.items():
            if said != banda._dicho():
                banda.metodo_id._message_log(body=f"{said} → {banda._dicho()}")
        return res

    def _dicho(self):
        """The band and its rate (str), as the log of the method keeps them."""
        return f"{self.label}: {float_repr(self.rate, 4)}%"

    @api.depends("days_from", "metodo_id.banda_ids.days_from")
    @api.depends_context("lang")
    def _compute_label(self):
        for banda in self:
            labels = etiquetas(self.env, banda.metodo_id.banda_ids.mapped("days_from"))
            banda.label = labels.get(banda.days_from, "")


class CarteraProvisionTasa(models.Model):
    """The rate of one segment in a band, where it is not everybody's."""

    _name = "cartera.provision.tasa"
    _description = "Rate of a Segment"
    _order = "banda_id, segment"
    _rec_name = "segment"

    banda_id = fields.Many2one("cartera.provision.banda", string="Band", required=True, ondelete="cascade", index=True)
    segment = fields.Char(required=True, help="As closings write it: the name of the stage, use, estrato or group.")
    rate = fields.Float(string="Rate (%)", digits=(7, 4))

    _segment_uniq = models.UniqueIndex("(banda_id, segment)", "The band has a rate of that segment already.")
    _rate_sane = models.Constraint("CHECK (rate BETWEEN 0 AND 100)", "A rate is from 0 to 100%.")


def fin_de_mes(day, back):
    """The last day of the month `back` months before the last month end up to `day`."""
    following = (day + relativedelta(days=1)).replace(day=1)
    return following - relativedelta(months=back) - relativedelta(days=1)


def etiquetas(env, days):
    """{first day: name (str)} of bands that start on `days`: "Not due", "1-30", …, "More than 360"."""
    days = sorted(set(days))
    names = {}
    for start, following in zip(days, [*days[1:], None], strict=True):
        if following is None and not start:
            names[start] = env._("Any age")
        elif following is None:
            names[start] = env._("More than %s days", start - 1)
        elif not start:
            names[start] = env._("Not due") if following == 1 else env._("Up to %s days", following - 1)
        else:
            names[start] = env._("%(start)s to %(end)s days", start=start, end=following - 1)
    return names
