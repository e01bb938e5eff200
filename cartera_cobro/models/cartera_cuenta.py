from odoo import api, fields, models


class CarteraZona(models.Model):
    """An operating zone: what dossiers are assigned and reported by."""

    _name = "cartera.zona"
    _description = "Collection Zone"
    _order = "name"

    name = fields.Char(required=True)
    code = fields.Char()
    company_id = fields.Many2one("res.company", index=True)
    user_ids = fields.Many2many("res.users", string="Responsible", help="Who receives what is reported by zone.")
    active = fields.Boolean(default=True)


class CarteraCuenta(models.Model):
    """What the debtor owes for: a contract account of a utility, a lease, a property."""

    _name = "cartera.cuenta"
    _description = "Contract Account"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "name"
    _check_company_auto = True
    _rec_names_search = ["name", "address"]

    name = fields.Char(string="Number", required=True, index="trigram", tracking=True)
    kind = fields.Selection(
        selection=[
            ("account", "Utility account"),
            ("contract", "Contract"),
            ("lease", "Lease"),
            ("property", "Property"),
        ],
        required=True,
        default="contract",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, readonly=True
    )
    partner_id = fields.Many2one(
        "res.partner", string="Holder", required=True, index=True, tracking=True, check_company=True
    )
    state = fields.Selection(
        selection=[("in_force", "In force"), ("ended", "Ended")], default="in_force", required=True, tracking=True
    )
    date_start = fields.Date()
    date_end = fields.Date()
    use = fields.Selection(
        selection=[
            ("residential", "Residential"),
            ("commercial", "Commercial"),
            ("industrial", "Industrial"),
            ("official", "Official"),
            ("special", "Special"),
        ],
        index=True,
    )
    estrato = fields.Selection([(str(n), str(n)) for n in range(1, 7)], help="Socio-economic stratum, 1 to 6.")
    zona_id = fields.Many2one("cartera.zona", string="Zone", index="btree_not_null", check_company=True)
    cycle = fields.Char(string="Billing Cycle")
    municipality = fields.Char()
    address = fields.Char(string="Property Address")
    solidary_partner_ids = fields.Many2many(
        "res.partner",
        "cartera_cuenta_solidary_rel",
        "cuenta_id",
        "partner_id",
        string="Solidary Parties",
        help="Who answers for the debt together with the holder.",
    )
    document_ids = fields.One2many(
        "ir.attachment", "res_id", string="Documents", domain=[("res_model", "=", "cartera.cuenta")]
    )
    partida_ids = fields.One2many("cartera.partida", "cuenta_id", string="Open Items", domain=[("is_open", "=", True)])
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    amount_open = fields.Monetary(
        string="Open Balance", compute="_compute_amount_open", currency_field="company_currency_id"
    )

    _name_uniq = models.Constraint(
        "UNIQUE (company_id, name)", "There is already an account with that number in this company."
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_end IS NULL OR date_start IS NULL OR date_end >= date_start)",
        "An account cannot end before it starts.",
    )

    def _compute_amount_open(self):
        totals = dict(
            self.env["cartera.partida"]._read_group(
                [("cuenta_id", "in", self.ids), ("is_open", "=", True)], ["cuenta_id"], ["amount_residual:sum"]
            )
        )
        for cuenta in self:
            cuenta.amount_open = totals.get(cuenta, 0.0)

    @api.onchange("date_end")
    def _onchange_date_end(self):
        if self.date_end:
            self.state = "ended"
