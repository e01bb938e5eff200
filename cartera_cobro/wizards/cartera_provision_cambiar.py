from odoo import api, fields, models


class CarteraProvisionCambiar(models.TransientModel):
    """Change the impairment of one item or many by hand, with the reason, or give them back to what was computed."""

    _name = "cartera.provision.cambiar"
    _description = "Change an Impairment by Hand"

    linea_ids = fields.Many2many("cartera.provision.linea", string="Items", required=True, readonly=True)
    count = fields.Integer(string="Items to Change", compute="_compute_amounts")
    company_currency_id = fields.Many2one("res.currency", compute="_compute_amounts")
    amount_gross = fields.Monetary(string="Balance", compute="_compute_amounts", currency_field="company_currency_id")
    amount_computed = fields.Monetary(
        string="Computed", compute="_compute_amounts", currency_field="company_currency_id"
    )
    step = fields.Selection(
        [
            ("percent", "A percentage of the balance"),
            ("amount", "An amount"),
            ("computed", "What was computed"),
        ],
        string="New Impairment",
        required=True,
        default="percent",
    )
    percent = fields.Float(string="Percentage", digits=(5, 2), default=100.0)
    amount = fields.Monetary(
        string="Impairment",
        compute="_compute_amount",
        store=True,
        readonly=False,
        currency_field="company_currency_id",
    )
    reason = fields.Char(required=True)

    _percent_sane = models.Constraint("CHECK (percent BETWEEN 0 AND 100)", "The percentage is from 0 to 100%.")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if self.env.context.get("active_model") == "cartera.provision.linea":
            values.setdefault("linea_ids", [fields.Command.set(self.env.context.get("active_ids") or [])])
        return values

    @api.depends("linea_ids")
    def _compute_amounts(self):
        for wizard in self:
            lineas = wizard.linea_ids._origin
            wizard.count = len(lineas)
            wizard.company_currency_id = lineas.company_currency_id[:1]
            wizard.amount_gross = sum(lineas.mapped("amount_gross"))
            wizard.amount_computed = sum(lineas.mapped("amount_computed"))

    @api.depends("percent", "step", "amount_gross")
    def _compute_amount(self):
        for wizard in self:
            if wizard.step == "percent":
                wizard.amount = wizard.amount_gross * wizard.percent / 100
            elif wizard.step == "computed":
                wizard.amount = wizard.amount_computed

    def action_apply(self):
        self.ensure_one()
        for provision, lineas in self.linea_ids.grouped("provision_id").items():
            if self.step == "computed":
                provision._devolver_a_lo_calculado(lineas, self.reason)
            else:
                provision._cambiar(lineas, self._importe(), self.reason)
        return {"type": "ir.actions.act_window_close"}

    def _importe(self):
        """What `_cambiar` takes: the amount, of one item; of many, their share of it."""
        if self.step == "amount" and len(self.linea_ids) == 1:
            return self.amount
        part = self.amount / self.amount_gross if self.step == "amount" and self.amount_gross else self.percent / 100
        return lambda linea: linea.amount_gross * part


class CarteraEvaluacionTerminar(models.TransientModel):
    """End an individual assessment, with the reason that stays with it."""

    _name = "cartera.evaluacion.terminar"
    _description = "End an Individual Assessment"

    evaluacion_id = fields.Many2one(
        "cartera.evaluacion", string="Assessment", required=True, readonly=True, ondelete="cascade"
    )
    date = fields.Date(string="Until", required=True, default=lambda self: self.env.company._cartera_hoy())
    reason = fields.Char(required=True)

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if self.env.context.get("active_model") == "cartera.evaluacion":
            values.setdefault("evaluacion_id", self.env.context.get("active_id"))
        return values

    def action_apply(self):
        self.ensure_one()
        self.evaluacion_id.action_end(self.reason, self.date)
        return {"type": "ir.actions.act_window_close"}
