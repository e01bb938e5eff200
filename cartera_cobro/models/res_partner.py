from odoo import api, fields, models

from .account_move import READERS


class ResPartner(models.Model):
    _inherit = "res.partner"

    cartera_expediente_ids = fields.One2many(
        "cartera.expediente", "partner_id", string="Collection Dossiers", groups=READERS
    )
    cartera_expediente_id = fields.Many2one(
        "cartera.expediente", string="Dossier", compute="_compute_cartera", groups=READERS
    )
    cartera_etapa_id = fields.Many2one(
        "cartera.etapa", string="Collection Stage", compute="_compute_cartera", groups=READERS
    )
    cartera_days_overdue = fields.Integer(string="Days Overdue", compute="_compute_cartera", groups=READERS)

    @api.depends("commercial_partner_id.cartera_expediente_ids")
    @api.depends_context("company")
    def _compute_cartera(self):
        found = self.env["cartera.expediente"].search(
            [("partner_id", "in", self.commercial_partner_id.ids), ("company_id", "=", self.env.company.id)]
        )
        by_partner = found.grouped("partner_id")
        for partner in self:
            expediente = by_partner.get(partner.commercial_partner_id, found.browse())
            partner.cartera_expediente_id = expediente
            partner.cartera_etapa_id = expediente.etapa_id
            partner.cartera_days_overdue = expediente.days_overdue

    def write(self, vals):
        # EXTENDS base: a debtor that becomes part of another gives its dossiers to it.
        res = super().write(vals)
        if {"parent_id", "is_company"} & vals.keys():
            self._cartera_trasladar()
        return res

    def _cartera_trasladar(self):
        """Bring dossiers and items to the commercial partners that now answer for these partners."""
        family = self.sudo().with_context(active_test=False).search([("id", "child_of", self.ids)])
        Expediente = self.env["cartera.expediente"].sudo()
        Expediente._trasladar(Expediente.search([("partner_id", "in", family.ids)]))
        items = self.env["cartera.partida"].sudo().search([("move_line_id.partner_id", "in", family.ids)])
        items._reasignar()

    def action_cartera_expediente(self):
        self.ensure_one()
        return self.cartera_expediente_id._get_records_action()
