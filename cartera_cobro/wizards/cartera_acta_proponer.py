"""Cases proposed by rule: the dossiers that each rule finds, to choose from."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ..models.avisos import aviso
from ..models.cartera_acta import OPEN

# The largest ones are offered; the rest wait for the next session.
MOST = 300


class CarteraActaProponer(models.TransientModel):
    """Choose cases for a session among the dossiers that rules find."""

    _name = "cartera.acta.proponer"
    _description = "Propose Cases"

    acta_id = fields.Many2one("cartera.acta", string="Minutes", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="acta_id.company_id")
    by_exhausted = fields.Boolean(string="Every stage was gone through", default=True)
    by_prescription = fields.Boolean(string="Prescribed, or about to", default=True)
    prescription_days = fields.Integer(string="Within (days)", default=90)
    by_cost = fields.Boolean(string="Collecting costs more than is owed", default=True)
    by_insolvency = fields.Boolean(string="Insolvent or in liquidation", default=True)
    by_nonexistence = fields.Boolean(string="The debtor no longer exists", default=True)
    linea_ids = fields.One2many(
        "cartera.acta.proponer.linea", "wizard_id", compute="_compute_linea_ids", store=True, readonly=False
    )
    count = fields.Integer(compute="_compute_count")
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(compute="_compute_count", currency_field="company_currency_id")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if self.env.context.get("active_model") == "cartera.acta":
            values.setdefault("acta_id", self.env.context.get("active_id"))
        return values

    @api.depends("by_exhausted", "by_prescription", "prescription_days", "by_cost", "by_insolvency", "by_nonexistence")
    def _compute_linea_ids(self):
        for wizard in self:
            chosen = wizard.linea_ids.filtered("chosen").expediente_id
            wizard.linea_ids = [
                Command.clear(),
                *(
                    Command.create(
                        {
                            "expediente_id": expediente.id,
                            "rules": "; ".join(rules),
                            "amount": expediente.amount_overdue,
                            "days": expediente.days_overdue,
                            "chosen": expediente in chosen,
                        }
                    )
                    for expediente, rules in wizard._encontrar().items()
                ),
            ]

    @api.depends("linea_ids.chosen")
    def _compute_count(self):
        for wizard in self:
            chosen = wizard.linea_ids.filtered("chosen")
            wizard.count, wizard.amount = len(chosen), sum(chosen.mapped("amount"))

    # --- rules ----------------------------------------------------------------------------------------------------

    def _reglas(self):
        """(sentence of the rule, domain of dossiers) of each rule that is on."""
        until = self.company_id._cartera_hoy() + timedelta(days=self.prescription_days)
        debt = Domain("is_open", "=", True) & Domain("amount_residual", ">", 0)
        if self.by_exhausted:
            last = Domain("partida_ids", "any", debt & Domain("etapa_id", "in", self._ultimas_etapas().ids))
            returned = Domain("remision_ids", "any", [("state", "=", "returned")])
            yield self.env._("Every stage was gone through"), last | returned
        if self.by_prescription:
            soon = debt & Domain("prescription_date", "<=", until)
            yield self.env._("Prescribed, or about to"), Domain("partida_ids", "any", soon)
        if self.by_cost:
            yield self.env._("Collecting costs more than is owed"), self._bajo_costo()
        if self.by_insolvency:
            yield self.env._("Insolvent or in liquidation"), Domain("hold_reason", "=", "insolvency")
        if self.by_nonexistence:
            yield self.env._("The debtor no longer exists"), Domain("partner_id.active", "=", False)

    def _ultimas_etapas(self):
        """The automatic stage of each policy that comes last by age."""
        ladder = self.env["cartera.etapa"].search([("automatic", "=", True), ("kind", "!=", "current")])
        grouped = ladder.grouped("politica_id").values()
        return self.env["cartera.etapa"].union(*(stages.sorted("days_from")[-1] for stages in grouped))

    def _bajo_costo(self):
        politicas = self.env["cartera.politica"].search([("collection_cost", ">", 0)])
        return Domain.OR(
            Domain("politica_id", "=", p.id) & Domain("amount_overdue", "<", p.collection_cost) for p in politicas
        )

    def _encontrar(self):
        """{dossier: [rules that found it]}, largest first, of those under no open session."""
        self.ensure_one()
        Expediente = self.env["cartera.expediente"].with_context(active_test=False)
        base = Domain("company_id", "=", self.company_id.id) & Domain("amount_overdue", ">", 0)
        base &= Domain(
            "caso_ids",
            "not any",
            [("acta_state", "in", (*OPEN, "approval", "signed")), ("state", "in", ("pending", "decided"))],
        )
        found = {}
        for sentence, domain in self._reglas():
            for expediente in Expediente.search(base & domain, order="amount_overdue desc, id", limit=MOST):
                found.setdefault(expediente, []).append(sentence)
        ranked = sorted(found, key=lambda e: (-e.amount_overdue, e.id))[:MOST]
        return {expediente: found[expediente] for expediente in ranked}

    # --- people's actions -----------------------------------------------------------------------------------------

    def action_all(self):
        """Choose every one, or none where all are chosen."""
        self.linea_ids.chosen = not all(self.linea_ids.mapped("chosen"))
        return {**self._get_records_action(), "target": "new"}

    def action_apply(self):
        """Bring the chosen dossiers before the session, with the rule that proposed each."""
        self.ensure_one()
        chosen = self.linea_ids.filtered("chosen")
        if not chosen:
            raise UserError(self.env._("Choose the cases that go before the committee."))
        casos = self.env["cartera.acta.caso"].create(
            [
                {"acta_id": self.acta_id.id, "expediente_id": linea.expediente_id.id, "reason": linea.rules}
                for linea in chosen
            ]
        )
        return aviso(self.env._("%s cases go before the committee.", len(casos)))


class CarteraActaProponerLinea(models.TransientModel):
    """A dossier that rules found."""

    _name = "cartera.acta.proponer.linea"
    _description = "Case Proposed"

    wizard_id = fields.Many2one("cartera.acta.proponer", required=True, ondelete="cascade")
    chosen = fields.Boolean()
    expediente_id = fields.Many2one(
        "cartera.expediente", string="Debtor", required=True, readonly=True, ondelete="cascade"
    )
    rules = fields.Char(string="Found By", readonly=True)
    company_currency_id = fields.Many2one(related="expediente_id.company_currency_id")
    amount = fields.Monetary(string="Overdue", readonly=True, currency_field="company_currency_id")
    days = fields.Integer(readonly=True)
