"""What the operating dashboard asks of closings: which one a period reads, and what is behind a figure of it.

A balance is of a day, so a period (a month, a quarter, a year) has no balance of its own: it reads the last closing at
or before its end, and compares it with the last one of an earlier month. The fields here say that as domains, so that
a date filter of Odoo's dashboards can be put on them.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CarteraCorte(models.Model):
    _inherit = "cartera.corte"

    closing_at = fields.Date(
        string="Last Closing until", store=False, search="_search_closing_at", help="The last one in force by that day."
    )
    closing_before = fields.Date(
        string="Closing before the Last until",
        store=False,
        search="_search_closing_before",
        help="The last one in force of a month before that of the last closing by that day.",
    )
    closes_month = fields.Boolean(
        string="Last of Its Month",
        store=False,
        search="_search_closes_month",
        help="In force, and none later that month.",
    )

    @api.model
    def _search_closing_at(self, operator, value):
        return self._del_periodo(operator, value, SQL("SELECT id FROM ultimo"))

    @api.model
    def _search_closing_before(self, operator, value):
        before = SQL(
            """SELECT DISTINCT ON (c.company_id) c.id
                 FROM cartera_corte c JOIN ultimo u ON u.company_id = c.company_id
                WHERE c.is_current AND c.date < DATE_TRUNC('month', u.date)
             ORDER BY c.company_id, c.date DESC"""
        )
        return self._del_periodo(operator, value, before)

    @api.model
    def _del_periodo(self, operator, value, query):
        """Domain of what `query` selects from `ultimo`: of each company the last closing by the end of a period.

        Of a period only its end counts: from which day it runs is no condition.
        """
        if operator in (">", ">="):
            return Domain.TRUE
        if operator not in ("<", "<="):
            return NotImplemented
        day = fields.Date.to_date(value) - timedelta(days=operator == "<")
        ultimo = SQL(
            """SELECT DISTINCT ON (company_id) id, company_id, date FROM cartera_corte
                WHERE is_current AND date <= %s ORDER BY company_id, date DESC""",
            day,
        )
        return self._de_consulta(SQL("WITH ultimo AS (%s) %s", ultimo, query))

    @api.model
    def _search_closes_month(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._de_consulta(
            SQL(
                """SELECT DISTINCT ON (company_id, DATE_TRUNC('month', date)) id FROM cartera_corte
                    WHERE is_current ORDER BY company_id, DATE_TRUNC('month', date), date DESC"""
            )
        )

    @api.model
    def _de_consulta(self, query):
        """Domain of the closings that a query selects; there are a few of a company and month."""
        self.flush_model(["company_id", "date", "is_current"])
        return Domain("id", "in", [row[0] for row in self.env.execute_query(query)])
