"""What a closing owes by service: water, sewerage, waste… (EAAB10: the report of one service)."""

from odoo import fields, models
from odoo.tools import SQL

from .cartera_corte_linea import POSITIONS
from .cartera_corte_texto import Ordenados
from .cartera_libro import columnas
from .cartera_partida import HOLDS, Copia
from .cartera_politica import KINDS
from .cartera_servicio import sql_parte, sql_partes

DIMENSIONS = (
    "position etapa etapa_id etapa_orden etapa_kind banda banda_orden hold_reason legal agencia use estrato zona "
    "zona_id municipality officer user_id"
).split()


class CarteraCorteServicio(Ordenados, models.Model):
    """The balances of a closing by service and dimension, frozen with it.

    A service is a product category; an item is split over those of its invoice in the shares that these billed, taxes
    included. What has no invoice lines is without service. The rows of a closing sum to its total to the cent.
    """

    _name = "cartera.corte.servicio"
    _inherit = ["cartera.corte.ultimo"]
    _description = "Closing by Service"
    _order = "corte_id, id"
    _rec_name = "servicio"
    _log_access = False

    corte_id = Copia("cartera.corte", string="Closing", readonly=True, index=True)
    company_id = Copia("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(string="Closing Date", readonly=True)
    is_current = fields.Boolean(
        string="In Force", readonly=True, help="Of the last confirmed version of its date: what reports count."
    )
    servicio = fields.Char(string="Service", readonly=True)
    categ_id = Copia("product.category", string="Service Today", readonly=True)
    position = fields.Selection(POSITIONS, readonly=True)
    etapa = fields.Char(string="Stage", readonly=True)
    etapa_id = Copia("cartera.etapa", string="Stage Today", readonly=True)
    etapa_orden = fields.Integer(string="Place of Stage", readonly=True, aggregator="min")
    etapa_kind = fields.Selection(KINDS, string="Kind of Stage", readonly=True)
    banda = fields.Char(string="Age Band", readonly=True)
    banda_orden = fields.Integer(string="First Day of Band", readonly=True, aggregator="min")
    hold_reason = fields.Selection(HOLDS, string="Hold", readonly=True)
    legal = fields.Boolean(string="In Legal Collection", readonly=True)
    agencia = fields.Char(string="Agency", readonly=True)
    use = fields.Char(readonly=True)
    estrato = fields.Char(readonly=True)
    zona = fields.Char(string="Zone", readonly=True)
    zona_id = Copia("cartera.zona", string="Zone Today", readonly=True)
    municipality = fields.Char(readonly=True)
    officer = fields.Char(readonly=True)
    user_id = Copia("res.users", string="Officer Today", readonly=True)
    items = fields.Integer(
        readonly=True, help="Items with something of the service: one with three services counts in each of them."
    )
    amount = fields.Monetary(string="Balance", readonly=True, currency_field="company_currency_id")

    _in_force = models.Index("(company_id, date) WHERE is_current")


class CarteraCorte(models.Model):
    _inherit = "cartera.corte"

    def _al_confirmar(self):
        # EXTENDS: the closing by service, in the shares that invoices have now.
        res = super()._al_confirmar()
        self.env.flush_all()
        self.env.cr.execute(self._sql_servicios())
        self.env["cartera.corte.servicio"].invalidate_model()
        return res

    def _marcar_resumen(self):
        # EXTENDS: the services say too which are in force.
        res = super()._marcar_resumen()
        self.env.cr.execute(
            SQL(
                """UPDATE cartera_corte_servicio s SET is_current = c.is_current FROM cartera_corte c
                    WHERE c.id = s.corte_id AND c.id = ANY(%s) AND s.is_current IS DISTINCT FROM c.is_current""",
                self.ids,
            )
        )
        return res

    def _sql_servicios(self):
        """Only the invoices of the closing are split; the rest of what is invoiced is not read."""
        return SQL(
            """
            INSERT INTO cartera_corte_servicio (corte_id, company_id, date, is_current, servicio, categ_id, %(names)s,
                                                items, amount)
              WITH parte AS MATERIALIZED (%(shares)s)
            SELECT %(corte)s, %(company)s, %(date)s, TRUE, g.complete_name, s.categ_id, %(own)s, COUNT(*), SUM(%(part)s)
              FROM cartera_corte_linea l
         LEFT JOIN parte s ON s.move_id = l.move_id
         LEFT JOIN product_category g ON g.id = s.categ_id
             WHERE l.corte_id = %(corte)s
          GROUP BY g.complete_name, s.categ_id, %(own)s
            """,
            names=columnas(DIMENSIONS),
            own=columnas(DIMENSIONS, "l"),
            shares=sql_partes(
                SQL("l.move_id IN (SELECT move_id FROM cartera_corte_linea WHERE corte_id = %s)", self.id)
            ),
            part=sql_parte(SQL("l.amount"), SQL("%s", self.company_id.currency_id.decimal_places)),
            corte=self.id,
            company=self.company_id.id,
            date=self.date,
        )
