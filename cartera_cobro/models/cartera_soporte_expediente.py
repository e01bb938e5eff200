"""Where proofs of payment show: the dossier and its items."""

from odoo import api, fields, models

from ..rules.proofs import WAITING


class CarteraSoporte(models.Model):
    _inherit = "cartera.soporte"

    has_entry = fields.Boolean(compute="_compute_has_entry", compute_sudo=True)
    two_people = fields.Boolean(related="expediente_id.politica_id.proof_two_people")

    can_confirm = fields.Boolean(compute="_compute_can_confirm")

    @api.depends("state", "confirmed_on", "registered_by", "is_undone")
    @api.depends_context("uid")
    def _compute_can_confirm(self):
        for soporte in self:
            waits = soporte.state == "registered" and not soporte.confirmed_on and not soporte.is_undone
            soporte.can_confirm = waits and soporte.registered_by != self.env.user

    @api.depends("move_id")
    def _compute_has_entry(self):
        for soporte in self:
            soporte.has_entry = bool(soporte.move_id)

    def action_expediente(self):
        self.ensure_one()
        return self.expediente_id._get_records_action()

    def action_entry(self):
        """Its payment, or the entry of its bank line."""
        self.ensure_one()
        return (self.payment_id or self.move_id)._get_records_action()


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    soporte_ids = fields.One2many("cartera.soporte", "expediente_id", string="Proofs of Payment")
    soporte_count = fields.Integer(string="Proof Count", compute="_compute_soporte_count")
    soporte_waiting_count = fields.Integer(string="Proofs to Check", compute="_compute_soporte_count")

    @api.depends("soporte_ids.state")
    def _compute_soporte_count(self):
        rows = self.env["cartera.soporte"]._read_group(
            [("expediente_id", "in", self.ids)], ["expediente_id", "state"], ["__count"]
        )
        counts = {(expediente, state): count for expediente, state, count in rows}
        for expediente in self:
            own = {state: count for (owner, state), count in counts.items() if owner == expediente}
            expediente.soporte_count = sum(own.values())
            expediente.soporte_waiting_count = sum(own.get(state, 0) for state in WAITING)

    def _adeudado_por_todo(self):
        """All that a payment of theirs may be for (float): the ledger's debts, what is left of agreements in force,
        which may be interest of the plan alone, and what was written off and not recovered."""
        self.ensure_one()
        in_force = self.acuerdo_ids.filtered(lambda a: a.state == "active")
        debts = self.partida_open_ids.filtered(lambda p: p.amount_residual > 0 and p.acuerdo_id not in in_force)
        return sum(debts.mapped("amount_residual")) + sum(in_force.mapped("amount_due")) + self._castigado()

    def action_soportes(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_soporte_action")
        return dict(action, domain=[("expediente_id", "=", self.id)], context={})
