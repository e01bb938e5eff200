from odoo import api, fields, models


class CarteraCastigoContabilizar(models.TransientModel):
    """Post one or many write-offs, seen before: what the ledger shows now, and against what it goes."""

    _name = "cartera.castigo.contabilizar"
    _description = "Post Write-offs"

    castigo_ids = fields.Many2many("cartera.castigo", string="Write-offs", required=True, readonly=True)
    date = fields.Date(required=True, default=lambda self: self.env.company._cartera_hoy())
    company_currency_id = fields.Many2one("res.currency", compute="_compute_amounts")
    amount_authorized = fields.Monetary(
        string="Authorised", compute="_compute_amounts", currency_field="company_currency_id"
    )
    amount = fields.Monetary(string="Owed Now", compute="_compute_amounts", currency_field="company_currency_id")
    amount_allowance = fields.Monetary(
        string="Against Impairment", compute="_compute_amounts", currency_field="company_currency_id"
    )
    amount_expense = fields.Monetary(
        string="To Expense", compute="_compute_amounts", currency_field="company_currency_id"
    )
    problems = fields.Text(compute="_compute_amounts")
    warnings = fields.Text(compute="_compute_amounts")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if self.env.context.get("active_model") == "cartera.castigo":
            values.setdefault("castigo_ids", [fields.Command.set(self.env.context.get("active_ids") or [])])
        return values

    @api.depends("castigo_ids")
    def _compute_amounts(self):
        for wizard in self:
            castigos = wizard.castigo_ids._origin
            items = castigos.linea_ids.partida_id.filtered(lambda p: p.is_open and p.amount_residual > 0)
            wizard.company_currency_id = castigos.company_id[:1].currency_id
            wizard.amount_authorized = sum(castigos.mapped("amount_authorized"))
            wizard.amount = sum(items.mapped("amount_residual"))
            wizard.amount_allowance = sum(castigos._deterioro(items).values())
            wizard.amount_expense = wizard.amount - wizard.amount_allowance
            for name in ("problems", "warnings"):
                told = castigos.filtered(name)
                wizard[name] = "\n".join(f"{castigo.number}: {castigo[name]}" for castigo in told)

    def action_apply(self):
        self.ensure_one()
        self.castigo_ids.action_post(self.date)
        return {"type": "ir.actions.act_window_close"}


class CarteraCastigoMotivo(models.TransientModel):
    """How a write-off, or a recovery of it, is undone, with the reason that stays with it."""

    _name = "cartera.castigo.motivo"
    _description = "Undo a Write-off or a Recovery, With the Reason"

    castigo_id = fields.Many2one("cartera.castigo", string="Write-off", readonly=True, ondelete="cascade")
    recuperacion_id = fields.Many2one(
        "cartera.castigo.recuperacion", string="Recovery", readonly=True, ondelete="cascade"
    )
    step = fields.Selection(
        [("cancel", "Cancel"), ("reverse", "Reverse"), ("annul", "Annul the recovery")],
        required=True,
        readonly=True,
        default="cancel",
    )
    company_currency_id = fields.Many2one(related="castigo_id.company_currency_id")
    amount = fields.Monetary(related="castigo_id.amount", currency_field="company_currency_id")
    date = fields.Date(default=lambda self: self.env.company._cartera_hoy())
    reason = fields.Char(required=True)

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        active = self.env.context.get("active_model"), self.env.context.get("active_id")
        if active[0] == "cartera.castigo":
            values.setdefault("castigo_id", active[1])
        if active[0] == "cartera.castigo.recuperacion":
            values.setdefault("recuperacion_id", active[1])
        return values

    def action_apply(self):
        self.ensure_one()
        if self.step == "cancel":
            self.castigo_id.action_cancel(self.reason)
        elif self.step == "reverse":
            self.castigo_id.action_reverse(self.reason, self.date)
        else:
            self.recuperacion_id.action_annul(self.reason, self.date)
        return {"type": "ir.actions.act_window_close"}


class CarteraCastigoRecuperar(models.TransientModel):
    """Apply credits of the debtor to what was written off."""

    _name = "cartera.castigo.recuperar"
    _description = "Recover a Written-off Debt"

    castigo_id = fields.Many2one(
        "cartera.castigo", string="Write-off", required=True, readonly=True, ondelete="cascade"
    )
    expediente_id = fields.Many2one(related="castigo_id.expediente_id")
    company_currency_id = fields.Many2one(related="castigo_id.company_currency_id")
    amount_pending = fields.Monetary(related="castigo_id.amount_pending", currency_field="company_currency_id")
    amount_overdue = fields.Monetary(related="expediente_id.amount_overdue", currency_field="company_currency_id")
    credito_ids = fields.Many2many(
        "cartera.partida",
        string="Credits",
        domain="[('expediente_id', '=', expediente_id), ('is_open', '=', True), ('amount_residual', '<', 0), "
        "('acuerdo_id', '=', False)]",
    )
    amount_credit = fields.Monetary(
        string="They Hold", compute="_compute_amount_credit", currency_field="company_currency_id"
    )
    amount = fields.Monetary(
        string="Recovered",
        compute="_compute_amount",
        store=True,
        readonly=False,
        currency_field="company_currency_id",
        help="What the credits hold beyond it stays the debtor's.",
    )
    date = fields.Date(required=True, default=lambda self: self.env.company._cartera_hoy())

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if self.env.context.get("active_model") == "cartera.castigo":
            castigo = self.env["cartera.castigo"].browse(self.env.context.get("active_id"))
            credits = castigo._creditos().filtered(lambda p: not p.acuerdo_id)
            values.setdefault("castigo_id", castigo.id)
            values.setdefault("credito_ids", [fields.Command.set(credits.ids)])
        return values

    @api.depends("credito_ids")
    def _compute_amount_credit(self):
        for wizard in self:
            wizard.amount_credit = -sum(wizard.credito_ids.mapped("amount_residual"))

    @api.depends("credito_ids", "castigo_id")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = max(min(wizard.amount_credit, wizard.amount_pending), 0.0)

    def action_apply(self):
        self.ensure_one()
        self.castigo_id.action_recover(self.credito_ids.ids, self.amount, self.date)
        return {"type": "ir.actions.act_window_close"}
