from odoo import api, fields, models
from odoo.exceptions import UserError


class CarteraRemisionLinea(models.Model):
    """An item that is referred, with what was owed of it on the day of the liquidation."""

    _name = "cartera.remision.linea"
    _description = "Obligation in a Referral"
    _inherit = ["cartera.tramite.linea"]
    _documento = "remision_id"
    _order = "date_due, id"
    _check_company_auto = True

    remision_id = fields.Many2one("cartera.remision", string="Referral", required=True, ondelete="cascade", index=True)
    expediente_id = fields.Many2one(related="remision_id.expediente_id")
    company_id = fields.Many2one(related="remision_id.company_id", store=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    partida_id = fields.Many2one(
        domain="[('expediente_id', '=', expediente_id), ('is_open', '=', True), ('amount_residual', '>', 0)]"
    )
    name = fields.Char(string="Number", compute="_compute_from_item", store=True)
    date_due = fields.Date(string="Due Date", compute="_compute_from_item", store=True)
    etapa_from_id = fields.Many2one(
        "cartera.etapa", string="Stage Before", compute="_compute_from_item", store=True, ondelete="restrict"
    )
    days = fields.Integer(string="Days Overdue", readonly=True, aggregator=None)
    capital = fields.Monetary(currency_field="company_currency_id", readonly=True)
    interest = fields.Monetary(string="Late Interest", currency_field="company_currency_id", readonly=True)
    total = fields.Monetary(compute="_compute_total", store=True, currency_field="company_currency_id")
    amount_residual = fields.Monetary(
        string="Balance Now", related="partida_id.amount_residual", currency_field="company_currency_id"
    )
    prescription_date = fields.Date(related="partida_id.prescription_date")
    acceptance = fields.Selection(related="partida_id.move_id.cartera_acceptance", related_sudo=True)
    # Of the referral, for the index that keeps an item in one at most.
    state = fields.Selection(related="remision_id.state", store=True)

    _item_uniq = models.UniqueIndex("(remision_id, partida_id)", "The item is in the referral already.")
    _under_way_uniq = models.UniqueIndex(
        "(partida_id) WHERE state IN ('sent', 'received')", "One of the items is in another referral under way."
    )

    @api.depends("partida_id")
    def _compute_from_item(self):
        for linea in self:
            partida = linea.partida_id
            linea.name, linea.date_due, linea.etapa_from_id = partida.name, partida.date_due, partida.etapa_id

    @api.depends("capital", "interest")
    def _compute_total(self):
        for linea in self:
            linea.total = linea.capital + linea.interest

    @api.model_create_multi
    def create(self, vals_list):
        lineas = super().create(vals_list)
        lineas.remision_id._liquidar()
        return lineas

    def _exigir_borrador(self):
        # EXTENDS the lines of documents
        res = super()._exigir_borrador()
        if not self.env.su and self.sudo().remision_id.review_ids:
            raise UserError(self.env._("The signature was asked for: restart it before you change what is referred."))
        return res

    def _frase_de_fijo(self):
        return self.env._("What was referred is fixed once it is sent: return the referral to change it.")
