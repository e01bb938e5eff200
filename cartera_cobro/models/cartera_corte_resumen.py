from odoo import fields, models

from .cartera_corte_linea import POSITIONS
from .cartera_corte_texto import Ordenados
from .cartera_partida import HOLDS, Copia
from .cartera_politica import KINDS

# The columns of an item by which the aggregate groups: all that reports and the dashboard ask for.
DIMENSIONS = (
    "position etapa etapa_id etapa_orden etapa_kind banda banda_orden hold_reason responsable legal agencia use "
    "estrato zona zona_id municipality officer user_id salesperson"
).split()


class CarteraCorteResumen(Ordenados, models.Model):
    """The items of a closing that share every dimension of reports, as one row: dashboards and comparisons read it."""

    _name = "cartera.corte.resumen"
    _description = "Aggregate of a Closing"
    _order = "corte_id, id"
    _rec_name = "etapa"
    _log_access = False

    corte_id = Copia("cartera.corte", string="Closing", readonly=True)
    company_id = Copia("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(string="Closing Date", readonly=True)
    is_current = fields.Boolean(
        string="In Force", readonly=True, help="Of the last confirmed version of its date: what reports count."
    )
    position = fields.Selection(POSITIONS, readonly=True)
    etapa = fields.Char(string="Stage", readonly=True)
    etapa_id = Copia("cartera.etapa", string="Stage Today", readonly=True)
    etapa_orden = fields.Integer(string="Place of Stage", readonly=True, aggregator="min")
    etapa_kind = fields.Selection(KINDS, string="Kind of Stage", readonly=True)
    banda = fields.Char(string="Age Band", readonly=True)
    banda_orden = fields.Integer(string="First Day of Band", readonly=True, aggregator="min")
    hold_reason = fields.Selection(HOLDS, string="Hold", readonly=True)
    responsable = fields.Char(
        string="Responsible for the Hold",
        readonly=True,
        help="Whoever had to answer the claim; where there was none, the officer.",
    )
    in_agreement = fields.Boolean(string="Under an Agreement", readonly=True)
    legal = fields.Boolean(string="In Legal Collection", readonly=True)
    agencia = fields.Char(string="Agency", readonly=True)
    use = fields.Char(readonly=True)
    estrato = fields.Char(readonly=True)
    zona = fields.Char(string="Zone", readonly=True)
    zona_id = Copia("cartera.zona", string="Zone Today", readonly=True)
    municipality = fields.Char(readonly=True)
    officer = fields.Char(readonly=True)
    user_id = Copia("res.users", string="Officer Today", readonly=True)
    salesperson = fields.Char(readonly=True)
    items = fields.Integer(readonly=True)
    accounts = fields.Integer(readonly=True, help="Each account counts once, where its oldest item is.")
    amount = fields.Monetary(string="Balance", readonly=True, currency_field="company_currency_id")
    amount_impairment = fields.Monetary(string="Impairment", readonly=True, currency_field="company_currency_id")

    _by_corte = models.Index("(corte_id)")
    _in_force = models.Index("(company_id, date) WHERE is_current")

    def action_items(self):
        """The items of the closing that this row sums."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_corte_linea_action")
        same = [(name, "=", self[name].id if self._fields[name].relational else self[name]) for name in DIMENSIONS]
        agreement = ("acuerdo", "!=" if self.in_agreement else "=", False)
        return dict(action, domain=[("corte_id", "=", self.corte_id.id), *same, agreement])
