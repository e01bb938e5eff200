from odoo import api, fields, models

from .cartera_acuerdo import ALIVE


class CarteraAcuerdoLinea(models.Model):
    """An item that an agreement covers, with what was owed of it on the day of the liquidation."""

    _name = "cartera.acuerdo.linea"
    _description = "Obligation in an Agreement"
    _inherit = ["cartera.tramite.linea"]
    _documento = "acuerdo_id"
    _order = "date_due, id"
    _check_company_auto = True

    acuerdo_id = fields.Many2one("cartera.acuerdo", string="Agreement", required=True, ondelete="cascade", index=True)
    expediente_id = fields.Many2one(related="acuerdo_id.expediente_id")
    company_id = fields.Many2one(related="acuerdo_id.company_id", store=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    partida_id = fields.Many2one(
        domain="[('expediente_id', '=', expediente_id), ('is_open', '=', True), ('amount_residual', '>', 0)]"
    )
    name = fields.Char(string="Number", compute="_compute_from_item", store=True)
    date_due = fields.Date(string="Due Date", compute="_compute_from_item", store=True)
    etapa_id = fields.Many2one(
        "cartera.etapa", string="Stage", compute="_compute_from_item", store=True, ondelete="restrict",
        help="The stage in which it was agreed on, and stays while the agreement is kept.",
    )  # fmt: skip
    days = fields.Integer(string="Days Overdue", readonly=True, aggregator=None)
    capital = fields.Monetary(currency_field="company_currency_id", readonly=True)
    interest = fields.Monetary(string="Late Interest", currency_field="company_currency_id", readonly=True)
    total = fields.Monetary(compute="_compute_total", store=True, currency_field="company_currency_id")
    # Of the agreement, for the index that keeps an item in one at most.
    state = fields.Selection(related="acuerdo_id.state", store=True)
    date_active = fields.Date(related="acuerdo_id.date_active", store=True)
    date_end = fields.Date(related="acuerdo_id.date_end", store=True)

    _item_uniq = models.UniqueIndex("(acuerdo_id, partida_id)", "The item is in the agreement already.")
    _alive_uniq = models.UniqueIndex(
        "(partida_id) WHERE state IN ('proposed', 'approval', 'signed', 'active')",
        "One of the items is in another agreement.",
    )

    @api.depends("partida_id")
    def _compute_from_item(self):
        """As they are when the agreement is drafted; see `cartera.acuerdo._activar` for the stage."""
        for linea in self:
            partida = linea.partida_id
            linea.name, linea.date_due = partida.name, partida.date_due
            linea.etapa_id = partida.etapa_id

    @api.depends("capital", "interest")
    def _compute_total(self):
        for linea in self:
            linea.total = linea.capital + linea.interest

    @api.model
    def _vivas(self, partidas):
        """The lines (in sudo) of agreements in force, or under way, that have any of `partidas`."""
        return self.sudo().search([("partida_id", "in", partidas.ids), ("state", "in", ALIVE)])

    @api.model_create_multi
    def create(self, vals_list):
        lineas = super().create(vals_list)
        lineas.acuerdo_id._liquidar()
        return lineas

    def _frase_de_fijo(self):
        return self.env._("What an agreement covers is fixed once it is proposed: take it back to draft first.")
