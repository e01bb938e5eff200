from odoo import fields, models
from odoo.tools import SQL


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
        """Shares are cumulated before rounding, so that each row takes what the rows before it left."""
        return SQL(
            """
            WITH servicio AS (
                SELECT l.move_id, t.categ_id, SUM(l.price_total) AS total
                  FROM account_move_line l
             LEFT JOIN product_product r ON r.id = l.product_id
             LEFT JOIN product_template t ON t.id = r.product_tmpl_id
                 WHERE l.display_type = 'product'
              GROUP BY l.move_id, t.categ_id
            ), parte AS (
                SELECT move_id, categ_id, SUM(total) OVER w / NULLIF(SUM(total) OVER m, 0) AS upto,
                       (SUM(total) OVER w - total) / NULLIF(SUM(total) OVER m, 0) AS before
                  FROM servicio
                WINDOW m AS (PARTITION BY move_id),
                       w AS (PARTITION BY move_id ORDER BY categ_id NULLS LAST ROWS UNBOUNDED PRECEDING)
            )
            SELECT ROW_NUMBER() OVER () AS id, p.id AS partida_id, p.expediente_id, p.partner_id, p.company_id,
                   p.user_id, p.zona_id, p.etapa_id, p.banda_id, p.date_due, s.categ_id,
                   ROUND(p.amount_residual * COALESCE(s.upto, 1), c.decimal_places)
                   - ROUND(p.amount_residual * COALESCE(s.before, 0), c.decimal_places) AS amount_residual
              FROM cartera_partida p
              JOIN res_company y ON y.id = p.company_id
              JOIN res_currency c ON c.id = y.currency_id
         LEFT JOIN parte s ON s.move_id = p.move_id AND s.upto IS NOT NULL
             WHERE p.is_open
            """,
            to_flush=self.env["cartera.partida"]._fields["amount_residual"],
        )
