from odoo import fields, models
from odoo.tools import SQL

from .cartera_corte_texto import Ordenados
from .cartera_recaudo import ARRIVALS, PAID_BY
from .cartera_servicio import sql_parte, sql_partes


class CarteraRecaudoServicio(Ordenados, models.Model):
    """What was collected, split over the product categories of the invoice that it paid (water, sewerage, waste…).

    One row a matching and category, in the shares of `cartera.partida.servicio`; the parts of a matching sum to it to
    the cent. What has no invoice lines is one row without category.
    """

    _name = "cartera.recaudo.servicio"
    _description = "Collections by Service"
    _auto = False
    _order = "date desc, recaudo_id desc, categ_id"
    _rec_name = "categ_id"
    _depends = {
        "cartera.recaudo": [
            "amount", "company_id", "date", "etapa", "etapa_orden", "expediente_id", "journal_id", "kind",
            "move_line_id", "officer", "partner_id", "position", "zona",
        ],
        "account.move.line": ["price_total", "product_id"],
    }  # fmt: skip

    recaudo_id = fields.Many2one("cartera.recaudo", string="Matching", readonly=True)
    date = fields.Date(readonly=True)
    kind = fields.Selection(PAID_BY, string="Paid By", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    expediente_id = fields.Many2one("cartera.expediente", string="Dossier", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Debtor", readonly=True)
    journal_id = fields.Many2one("account.journal", string="Collection Channel", readonly=True)
    categ_id = fields.Many2one("product.category", string="Service", readonly=True)
    etapa = fields.Char(string="Stage", readonly=True)
    etapa_orden = fields.Integer(string="Place of Stage", readonly=True, aggregator=None)
    position = fields.Selection(ARRIVALS, readonly=True)
    zona = fields.Char(string="Zone", readonly=True)
    officer = fields.Char(readonly=True)
    amount = fields.Monetary(string="Collected", readonly=True, currency_field="company_currency_id")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT ROW_NUMBER() OVER () AS id, r.id AS recaudo_id, r.date, r.kind, r.company_id, r.expediente_id,
                   r.partner_id, r.journal_id, s.categ_id, r.etapa, r.etapa_orden, r.position, r.zona, r.officer,
                   %s AS amount
              FROM cartera_recaudo r
              JOIN res_company y ON y.id = r.company_id
              JOIN res_currency c ON c.id = y.currency_id
         LEFT JOIN account_move_line l ON l.id = r.move_line_id
         LEFT JOIN (%s) s ON s.move_id = l.move_id
            """,
            sql_parte(SQL("r.amount"), SQL("c.decimal_places")),
            sql_partes(),
        )

    def action_open_move(self):
        self.ensure_one()
        return self.recaudo_id.action_open_move()
