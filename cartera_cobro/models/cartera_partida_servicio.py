from odoo import fields, models
from odoo.tools import SQL

from .cartera_servicio import sql_parte, sql_partes


class CarteraPartidaServicio(models.Model):
    """Open items split over the product categories of their invoice (water, sewerage, waste…).

    One row an item and category. The share of a category is its part of the invoice's lines, taxes included; the
    amounts of an item sum to its balance to the cent. What has no invoice lines is one row without category.
    """

    _name = "cartera.partida.servicio"
    _description = "Open Items by Service"
    _auto = False
    _order = "partida_id, categ_id"

    partida_id = fields.Many2one("cartera.partida", string="Open Item", readonly=True)
    expediente_id = fields.Many2one("cartera.expediente", string="Dossier", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Debtor", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", string="Officer", readonly=True)
    zona_id = fields.Many2one("cartera.zona", string="Zone", readonly=True)
    etapa_id = fields.Many2one("cartera.etapa", string="Stage", readonly=True)
    banda_id = fields.Many2one("cartera.banda", string="Age Band", readonly=True)
    date_due = fields.Date(string="Due Date", readonly=True)
    categ_id = fields.Many2one("product.category", string="Service", readonly=True)
    amount_residual = fields.Monetary(string="Balance", readonly=True, currency_field="company_currency_id")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT ROW_NUMBER() OVER () AS id, p.id AS partida_id, p.expediente_id, p.partner_id, p.company_id,
                   p.user_id, p.zona_id, p.etapa_id, p.banda_id, p.date_due, s.categ_id, %s AS amount_residual
              FROM cartera_partida p
              JOIN res_company y ON y.id = p.company_id
              JOIN res_currency c ON c.id = y.currency_id
         LEFT JOIN (%s) s ON s.move_id = p.move_id
             WHERE p.is_open
            """,
            sql_parte(SQL("p.amount_residual"), SQL("c.decimal_places")),
            sql_partes(),
            to_flush=self.env["cartera.partida"]._fields["amount_residual"],
        )
