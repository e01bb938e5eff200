from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CarteraCorteUltimo(models.AbstractModel):
    """What is of a closing (`corte_id`), and can be filtered to the last one in force of its company."""

    _name = "cartera.corte.ultimo"
    _description = "Part of a Closing"

    is_last = fields.Boolean(
        string="Last Closing",
        compute="_compute_is_last",
        search="_search_is_last",
        help="Of the last closing in force of the company.",
    )

    def _compute_is_last(self):
        last = set(self._ultimos())
        for row in self:
            row.is_last = row.corte_id.id in last

    def _search_is_last(self, operator, value):
        if operator != "in":
            return NotImplemented
        last = Domain("corte_id", "in", self._ultimos())
        return last if True in value else ~last

    def _ultimos(self):
        """Ids of the last closing in force of each company: known before the rows are read, which are many."""
        query = SQL(
            "SELECT DISTINCT ON (company_id) id FROM cartera_corte WHERE is_current ORDER BY company_id, date DESC"
        )
        self.env["cartera.corte"].flush_model(["company_id", "date", "is_current"])
        return [corte for (corte,) in self.env.execute_query(query)]


class CarteraCorteLinea(models.Model):
    _name = "cartera.corte.linea"
    _inherit = ["cartera.corte.linea", "cartera.corte.ultimo"]


class CarteraCorteResumen(models.Model):
    _name = "cartera.corte.resumen"
    _inherit = ["cartera.corte.resumen", "cartera.corte.ultimo"]
