"""What the screens of a run say besides its figures, and the doors from it to what it was made of."""

from odoo import api, fields, models


class CarteraProvision(models.Model):
    _inherit = "cartera.provision"

    banda_ids = fields.One2many(
        "cartera.provision.resumen", "provision_id", string="Bands of the Posted Method", readonly=True,
        domain=[("is_posted", "=", True)],
    )  # fmt: skip
    manual_ids = fields.One2many(
        "cartera.provision.linea", "provision_id", string="Changed by Hand", readonly=True,
        domain=[("is_manual", "=", True)],
    )  # fmt: skip
    kind = fields.Selection(related="metodo_id.kind", string="Kind of Method")
    segment_by = fields.Selection(related="metodo_id.segment_by")
    share = fields.Float(
        string="Coverage", compute="_compute_share", digits=(7, 4), help="Impairment, of what the items owe."
    )
    amount_by_hand = fields.Monetary(
        string="By Hand", compute="_compute_by_hand", currency_field="company_currency_id",
        help="What changes by hand add to the posted method, or take from it.",
    )  # fmt: skip
    is_superseded = fields.Boolean(compute="_compute_is_superseded")
    has_history = fields.Boolean(compute="_compute_has_history")

    @api.depends("amount", "amount_gross")
    def _compute_share(self):
        for provision in self:
            provision.share = provision.amount / provision.amount_gross if provision.amount_gross else 0.0

    @api.depends("amount", "calculo_ids.amount")
    def _compute_by_hand(self):
        for provision in self:
            computed = sum(provision.calculo_ids.filtered("is_posted").mapped("amount"))
            provision.amount_by_hand = provision.company_currency_id.round(provision.amount - computed)

    @api.depends("state", "corte_id.is_current")
    def _compute_is_superseded(self):
        for provision in self:
            under_way = provision.state in ("draft", "proposed", "approved")
            provision.is_superseded = under_way and not provision.corte_id.is_current

    @api.depends("calculo_ids.kind")
    def _compute_has_history(self):
        for provision in self:
            provision.has_history = "flow" in provision.calculo_ids.mapped("kind")

    def action_open_history(self):
        """The month ends behind its flow rates, band by band."""
        action = self._abrir("cartera_provision_saldo_action")
        return dict(action, context={"search_default_whole": 1})

    def action_open_bands(self):
        """Its methods and bands, crossed as one likes."""
        return self._abrir("cartera_provision_resumen_action")

    def _abrir(self, name):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(f"cartera_cobro.{name}")
        return dict(action, domain=[("provision_id", "=", self.id)])

    def action_open_closing(self):
        self.ensure_one()
        return self.corte_id._get_records_action()

    def action_open_manual(self):
        """The items that somebody changed."""
        return dict(self.action_open_items(), context={"search_default_manual": 1})


class CarteraProvisionCalculo(models.Model):
    _inherit = "cartera.provision.calculo"

    resumen_ids = fields.One2many("cartera.provision.resumen", "calculo_id", string="Bands", readonly=True)
    saldo_ids = fields.One2many("cartera.provision.saldo", "calculo_id", string="History", readonly=True)
    date = fields.Date(related="provision_id.date")
    parameters_text = fields.Text(string="Parameters", compute="_compute_parameters_text")

    is_segmented = fields.Boolean(compute="_compute_is_segmented")

    @api.depends("parameters")
    def _compute_is_segmented(self):
        for calculo in self:
            calculo.is_segmented = (calculo.parameters or {}).get("segment_by", "none") != "none"

    @api.depends("parameters")
    @api.depends_context("lang")
    def _compute_parameters_text(self):
        for calculo in self:
            calculo.parameters_text = "\n".join(calculo._decir_parametros())

    def _decir_parametros(self):
        """A line (str) a parameter, as it was when the run was computed."""
        metodo, said = self.env["cartera.provision.metodo"], self.parameters or {}
        flow = {"months", "lgd", "forward", "forward_note"}
        segments = dict(metodo._fields["segment_by"]._description_selection(self.env))
        for name, value in said.items():
            if name not in metodo._fields or (name in flow and (self.kind != "flow" or not value)):
                continue
            if isinstance(value, bool):
                value = self.env._("yes") if value else self.env._("no")
            elif name == "segment_by":
                value = segments.get(value, value)
            elif isinstance(value, float):
                value = f"{value:g}"
            yield f"{metodo._fields[name]._description_string(self.env)}: {value}"


class CarteraProvisionLinea(models.Model):
    _inherit = "cartera.provision.linea"

    state = fields.Selection(related="provision_id.state", string="Status of the Run")
    amount_by_hand = fields.Monetary(
        string="By Hand", compute="_compute_by_hand", currency_field="company_currency_id",
        help="What the change adds to what was computed.",
    )  # fmt: skip

    @api.depends("amount", "amount_computed")
    def _compute_by_hand(self):
        for linea in self:
            linea.amount_by_hand = linea.amount - linea.amount_computed

    def action_dossier(self):
        """The debtor's dossier as it is today."""
        self.ensure_one()
        return self.expediente_id._get_records_action()

    def action_invoice(self):
        """The entry of the item."""
        self.ensure_one()
        return self.move_line_id.move_id._get_records_action()


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    garantia_ids = fields.One2many("cartera.garantia", "expediente_id", string="Guarantees")
    evaluacion_ids = fields.One2many("cartera.evaluacion", "expediente_id", string="Individual Assessments")
    amount_guarantee = fields.Monetary(
        string="Guaranteed", compute="_compute_amount_guarantee", currency_field="company_currency_id",
        help="Guarantees in force today.",
    )  # fmt: skip
    evaluacion_loss = fields.Float(
        string="Assessed Loss (%)", compute="_compute_evaluacion_loss", digits=(5, 2),
        help="Of the individual assessment in force today.",
    )  # fmt: skip
    evaluacion_count = fields.Integer(string="Assessments", compute="_compute_evaluacion_loss")

    # Superuser rights: whoever sees the dossier sees what it says, in the groups that its buttons name.
    @api.depends("garantia_ids.amount", "garantia_ids.date_from", "garantia_ids.date_to", "garantia_ids.active")
    def _compute_amount_guarantee(self):
        amounts = {}
        for company, expedientes in self.sudo().grouped("company_id").items():
            today = company._cartera_hoy() if company else fields.Date.context_today(self)
            domain = [
                ("expediente_id", "in", expedientes.ids),
                ("date_from", "<=", today),
                "|", ("date_to", "=", False), ("date_to", ">=", today),
            ]  # fmt: skip
            rows = self.env["cartera.garantia"].sudo()._read_group(domain, ["expediente_id"], ["amount:sum"])
            amounts |= {expediente.id: amount for expediente, amount in rows}
        for expediente in self:
            expediente.amount_guarantee = amounts.get(expediente._origin.id, 0.0)

    @api.depends("evaluacion_ids.state", "evaluacion_ids.loss")
    def _compute_evaluacion_loss(self):
        found = self.env["cartera.evaluacion"].sudo().search([("expediente_id", "in", self.ids)])
        by_dossier = found.grouped("expediente_id")
        for expediente in self:
            evaluaciones = by_dossier.get(expediente._origin.sudo(), found.browse())
            expediente.evaluacion_count = len(evaluaciones)
            expediente.evaluacion_loss = evaluaciones.filtered(lambda e: e.state == "approved")[:1].loss

    def action_garantias(self):
        return self._abrir_con_expediente("cartera_garantia_action")

    def action_evaluaciones(self):
        return self._abrir_con_expediente("cartera_evaluacion_action")

    def action_evaluar(self):
        """A new individual assessment of the debtor, to be filled in."""
        action = self._abrir_con_expediente("cartera_evaluacion_action")
        return dict(action, view_mode="form", views=[(False, "form")])

    def _abrir_con_expediente(self, name):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(f"cartera_cobro.{name}")
        return dict(action, domain=[("expediente_id", "=", self.id)], context={"default_expediente_id": self.id})
