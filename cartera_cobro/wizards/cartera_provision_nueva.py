from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class CarteraProvisionNueva(models.TransientModel):
    """A new run of impairment: on which closing, by which methods, and what is missing for it."""

    _name = "cartera.provision.nueva"
    _description = "New Impairment Run"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    corte_id = fields.Many2one(
        "cartera.corte",
        string="Closing",
        domain="[('company_id', '=', company_id), ('is_current', '=', True)]",
        compute="_compute_corte_id",
        store=True,
        readonly=False,
        precompute=True,
        help="The entry takes its date.",
    )
    metodo_id = fields.Many2one(
        "cartera.provision.metodo",
        string="Posted Method",
        domain="[('company_id', '=', company_id), ('kind', 'not in', ('fiscal_general', 'fiscal_individual'))]",
        compute="_compute_metodos",
        store=True,
        readonly=False,
        precompute=True,
        help="Its amounts are what the allowance will have to hold.",
    )
    metodo_ids = fields.Many2many(
        "cartera.provision.metodo",
        string="Compared Methods",
        domain="[('company_id', '=', company_id)]",
        compute="_compute_metodos",
        store=True,
        readonly=False,
        precompute=True,
    )
    provision_id = fields.Many2one("cartera.provision", string="Run There Is", compute="_compute_provision_id")
    has_methods = fields.Boolean(compute="_compute_has_methods")
    missing = fields.Text(compute="_compute_missing")

    @api.depends("company_id")
    def _compute_corte_id(self):
        for wizard in self:
            wizard.corte_id = self.env["cartera.corte"].search(
                [("company_id", "=", wizard.company_id.id), ("is_current", "=", True)], order="date desc", limit=1
            )

    def _metodos(self):
        return self.env["cartera.provision.metodo"].search([("company_id", "=", self.company_id.id)])

    @api.depends("company_id")
    def _compute_has_methods(self):
        for wizard in self:
            wizard.has_methods = bool(wizard._metodos())

    @api.depends("company_id", "corte_id")
    def _compute_metodos(self):
        """Those whose history is there; the posted one even without, for it to be said."""
        for wizard in self:
            metodos = wizard._metodos()
            posted = metodos.filtered("posts")[:1] or metodos.filtered(lambda m: m.kind == "matrix")[:1]
            wizard.metodo_id = posted
            wizard.metodo_ids = posted | metodos.browse([m.id for m in metodos if not wizard._faltan(m)])

    def _faltan(self, metodo):
        return metodo._fines_que_faltan(self.corte_id.date) if self.corte_id else []

    @api.depends("corte_id")
    def _compute_provision_id(self):
        for wizard in self:
            wizard.provision_id = self.env["cartera.provision"].search(
                [("corte_id", "=", wizard.corte_id.id), ("state", "!=", "reversed")], limit=1
            )

    @api.depends("corte_id")
    def _compute_missing(self):
        """A sentence a method whose history is not there."""
        for wizard in self:
            told = ((metodo, wizard._faltan(metodo)) for metodo in wizard._metodos())
            wizard.missing = "\n".join(wizard._frase_de_falta(metodo, days) for metodo, days in told if days)

    def _frase_de_falta(self, metodo, days):
        return self.env._(
            "%(method)s: %(missing)s of its %(count)s month ends have no closing, the first of them %(first)s.",
            method=metodo.name,
            missing=len(days),
            count=metodo.months + 1,
            first=format_date(self.env, days[0]),
        )

    def action_generate(self):
        """The draft of that closing, computed."""
        self.ensure_one()
        Provision = self.env["cartera.provision"]
        Provision.check_access("create")
        if not self.corte_id:
            raise UserError(self.env._("There is no confirmed closing: generate and confirm last month's first."))
        if not self.metodo_id:
            raise UserError(self.env._("Choose the method that is posted."))
        return Provision._generar(self.corte_id, self.metodo_ids, self.metodo_id)._get_records_action()

    def action_open(self):
        """The run that the closing has."""
        self.ensure_one()
        return self.provision_id._get_records_action()


class CarteraProvisionProponer(models.TransientModel):
    """The methods that a company begins with, by the framework under which it reports."""

    _name = "cartera.provision.proponer"
    _description = "Propose Impairment Methods"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    posted = fields.Selection(
        [
            ("matrix", "NIIF 9: provision matrix"),
            ("flow", "NIIF 9: expected loss by flow rates"),
            ("individual", "NIIF para PYMES: objective evidence, debtor by debtor"),
        ],
        string="What Is Posted",
        required=True,
        default="matrix",
    )

    def action_apply(self):
        """Create them, and show them."""
        self.ensure_one()
        Metodo = self.env["cartera.provision.metodo"]
        Metodo.check_access("create")
        if self.company_id not in self.env.companies:
            raise UserError(self.env._("Choose one of your companies: %s is not.", self.company_id.sudo().display_name))
        if not Metodo._proponer(self.company_id, self.posted):
            raise UserError(
                self.env._(
                    "%s has methods already, perhaps archived: change those, or add yours to them.",
                    self.company_id.display_name,
                )
            )
        return self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_provision_metodo_action")
