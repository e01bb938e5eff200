from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

QUORUMS = [
    ("all", "All permanent members with vote"),
    ("majority", "More than half of them"),
    ("number", "A number of them"),
]
MAJORITIES = [
    ("simple", "More in favour than against"),
    ("absolute", "More than half of those present"),
    ("two_thirds", "Two thirds of those present"),
    ("unanimous", "All those present"),
]
FREQUENCIES = [
    ("month", "Every month"),
    ("bimonth", "Every two months"),
    ("quarter", "Every quarter"),
    ("semester", "Every semester"),
    ("year", "Every year"),
    ("demand", "When convened"),
]
# Minutes are a legal document, in Spanish.
AGENDA = """Verificación del quórum
Lectura y aprobación del orden del día
Seguimiento a los compromisos de actas anteriores
Estudio y decisión de los casos
Compromisos
Proposiciones y varios"""
GROUP = "cartera_cobro.group_cartera_comite"
# The bodies that companies usually have: the portfolio committee recovers or writes off, the other one cleanses the
# accounts, and the legal representative decides by act on what it recommends (D. 445/2017).
USUAL = [
    {"name": "Comité de Cartera", "code": "CC", "can_write_off": True, "quorum_rule": "majority", "frequency": "month"},
    {
        "name": "Comité Técnico de Sostenibilidad Contable",
        "code": "CTSC",
        "can_cleanse": True,
        "needs_act": True,
        "quorum_rule": "all",
        "frequency": "quarter",
    },
]


class CarteraComite(models.Model):
    """A body that decides on cases: the portfolio committee, the accounting-sustainability committee…"""

    _name = "cartera.comite"
    _description = "Committee"
    _inherit = ["mail.thread"]
    _order = "company_id, name"
    _check_company_auto = True

    name = fields.Char(required=True)
    code = fields.Char(required=True, help="Starts the numbers of its minutes, e.g. CC: CC-2026-00003.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    authority = fields.Char(
        string="Created By", help="The act that created it, as its minutes will cite it: number, date, who issued it."
    )
    frequency = fields.Selection(FREQUENCIES, string="Meets", required=True, default="month")
    # --- powers ---------------------------------------------------------------------------------------------------
    can_write_off = fields.Boolean(string="Decides Write-offs", tracking=True)
    can_cleanse = fields.Boolean(
        string="Decides Cleansing", tracking=True, help="Cleansing of the accounts (saneamiento)."
    )
    max_write_off = fields.Monetary(
        string="Most It May Write Off",
        currency_field="company_currency_id",
        tracking=True,
        help="Capital of one case; 0: no limit.",
    )
    needs_act = fields.Boolean(
        string="The Legal Representative Decides",
        tracking=True,
        help="It recommends (D. 445/2017): write-offs execute once the act of the legal representative is recorded.",
    )
    # --- how it decides -------------------------------------------------------------------------------------------
    quorum_rule = fields.Selection(QUORUMS, string="Quorum", required=True, default="all", tracking=True)
    quorum_number = fields.Integer(string="Members for Quorum", default=1)
    majority_rule = fields.Selection(MAJORITIES, string="Majority", required=True, default="simple", tracking=True)
    chair_breaks_ties = fields.Boolean(string="The Chair Breaks Ties", tracking=True)
    # --- people ---------------------------------------------------------------------------------------------------
    miembro_ids = fields.One2many("cartera.comite.miembro", "comite_id", string="Members", copy=True)
    chair_id = fields.Many2one(
        "cartera.comite.miembro", domain="[('comite_id', '=', id)]", copy=False, ondelete="set null"
    )
    secretary_id = fields.Many2one(
        "res.users",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Convenes, keeps the minutes and carries them out; needs no vote.",
    )
    agenda = fields.Text(string="Usual Agenda", default=AGENDA, help="One point a line.")
    acta_ids = fields.One2many("cartera.acta", "comite_id", string="Sessions")
    acta_count = fields.Integer(compute="_compute_counts")
    open_commitment_count = fields.Integer(compute="_compute_counts")

    _code_uniq = models.UniqueIndex("(company_id, code)", "Another committee of the company has this code.")
    _limits = models.Constraint(
        "CHECK (max_write_off >= 0 AND quorum_number >= 1)",
        "The most that it may write off is not under zero, and a quorum is of one member at least.",
    )

    def _compute_counts(self):
        actas = dict(self.env["cartera.acta"]._read_group([("comite_id", "in", self.ids)], ["comite_id"], ["__count"]))
        pending = dict(
            self.env["cartera.acta.compromiso"]._read_group(
                [("comite_id", "in", self.ids), ("state", "=", "open"), ("acta_state", "=", "signed")],
                ["comite_id"],
                ["__count"],
            )
        )
        for comite in self:
            comite.acta_count = actas.get(comite, 0)
            comite.open_commitment_count = pending.get(comite, 0)

    @api.constrains("chair_id")
    def _check_chair(self):
        for comite in self:
            if comite.chair_id and comite.chair_id.comite_id != comite:
                raise ValidationError(self.env._("The chair of %s has to be one of its members.", comite.name))

    @api.model_create_multi
    def create(self, vals_list):
        comites = super().create(vals_list)
        comites._dar_acceso()
        return comites

    def write(self, vals):
        res = super().write(vals)
        if "secretary_id" in vals:
            self._dar_acceso()
        return res

    def _dar_acceso(self):
        """Members and secretaries read the minutes of their committee, whatever else they may do here."""
        users = (self.secretary_id | self.miembro_ids.user_id).sudo()
        group = self.env.ref(GROUP)
        users.filtered(lambda u: group not in u.all_group_ids).write({"group_ids": [Command.link(group.id)]})

    def _vigentes(self, day):
        """Members of the body on a day, those that only stand in for others left out."""
        self.ensure_one()
        return self.miembro_ids.filtered(lambda m: m._vigente(day) and not m.substitute_for_id)

    def action_create_usual(self):
        """Make the committees that companies usually have; those whose code exists stay as they are."""
        self.check_access("create")
        company = self.env.company
        known = self.with_context(active_test=False).search([("company_id", "=", company.id)]).mapped("code")
        fresh = [{**vals, "company_id": company.id} for vals in USUAL if vals["code"] not in known]
        if not fresh:
            raise UserError(self.env._("%s has its usual committees already.", company.name))
        return self.create(fresh)._get_records_action(name=self.env._("Committees"))

    def action_sessions(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_acta_action")
        return dict(action, domain=[("comite_id", "=", self.id)], context={"default_comite_id": self.id})

    def action_commitments(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_acta_compromiso_action")
        return dict(action, domain=[("comite_id", "=", self.id)])


class CarteraComiteMiembro(models.Model):
    """A seat of a committee: who has it, from when to when, with voice, with vote, or in the place of another."""

    _name = "cartera.comite.miembro"
    _description = "Committee Member"
    _order = "comite_id, kind desc, sequence, id"
    _rec_name = "name"
    _check_company_auto = True

    comite_id = fields.Many2one("cartera.comite", string="Committee", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="comite_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    user_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Person",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="restrict",
        help="Of who has no user here: signs on paper.",
    )
    name = fields.Char(related="partner_id.name")
    role = fields.Char(string="Office", required=True, help="As the minutes will say, e.g. Jefe de Cartera.")
    kind = fields.Selection([("permanent", "Permanent"), ("invited", "Invited")], required=True, default="permanent")
    has_voice = fields.Boolean(string="Voice", default=True)
    has_vote = fields.Boolean(string="Vote", default=True)
    substitute_for_id = fields.Many2one(
        "cartera.comite.miembro",
        string="Stands In For",
        domain="[('comite_id', '=', comite_id), ('substitute_for_id', '=', False)]",
        index="btree_not_null",
        ondelete="cascade",
        help="Comes, and votes, only when that member does not.",
    )
    date_from = fields.Date(string="From")
    date_to = fields.Date(string="To")

    _dates = models.Constraint("CHECK (date_to >= date_from)", "A membership ends after it begins.")

    @api.depends("user_id")
    def _compute_partner_id(self):
        for miembro in self:
            miembro.partner_id = miembro.user_id.partner_id or miembro.partner_id

    @api.depends("name", "role")
    def _compute_display_name(self):
        for miembro in self:
            miembro.display_name = f"{miembro.name or ''} ({miembro.role})" if miembro.role else miembro.name

    @api.constrains("kind", "has_vote", "has_voice", "substitute_for_id", "user_id", "partner_id")
    def _check_seat(self):
        for miembro in self:
            if miembro.has_vote and not miembro.has_voice:
                raise ValidationError(self.env._("%s votes, so speaks too: give both.", miembro.name))
            principal = miembro.substitute_for_id
            if principal and (principal.comite_id != miembro.comite_id or principal.substitute_for_id):
                raise ValidationError(
                    self.env._("%s stands in for a member of the same committee, who stands in for nobody.",
                               miembro.name)
                )  # fmt: skip
            if miembro.user_id and miembro.user_id.partner_id != miembro.partner_id:
                raise ValidationError(
                    self.env._("The user and the person of a seat are the same: %s.", miembro.user_id.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        miembros = super().create(vals_list)
        miembros.comite_id._dar_acceso()
        return miembros

    def write(self, vals):
        res = super().write(vals)
        if "user_id" in vals:
            self.comite_id._dar_acceso()
        return res

    def _vigente(self, day):
        return (not self.date_from or self.date_from <= day) and (not self.date_to or day <= self.date_to)
