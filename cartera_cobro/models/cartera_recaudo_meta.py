from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

MONTHS = [
    ("00", "Whole year"),
    ("01", "January"),
    ("02", "February"),
    ("03", "March"),
    ("04", "April"),
    ("05", "May"),
    ("06", "June"),
    ("07", "July"),
    ("08", "August"),
    ("09", "September"),
    ("10", "October"),
    ("11", "November"),
    ("12", "December"),
]


class CarteraRecaudoMeta(models.Model):
    """What is to be collected in a month, or in a year, of one stage or of all (APA).

    What a year's goal leaves once its months with a goal of their own are taken off is spread evenly over the others.
    A goal without stage is the company's: beside goals by stage, only what they leave of it counts apart.
    """

    _name = "cartera.recaudo.meta"
    _description = "Collection Goal"
    _order = "year desc, month, etapa_id"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    year = fields.Integer(required=True, default=lambda self: self.env.company._cartera_hoy().year, aggregator=None)
    month = fields.Selection(MONTHS, required=True, default="00")
    etapa_id = fields.Many2one(
        "cartera.etapa", string="Stage", ondelete="restrict", help="Empty: of all stages together."
    )
    amount = fields.Monetary(string="To Collect", required=True, currency_field="company_currency_id")

    _amount_positive = models.Constraint("CHECK (amount > 0)", "A goal is for more than zero.")
    _goal_uniq = models.UniqueIndex(
        "(company_id, year, month, COALESCE(etapa_id, 0))", "There is a goal of that stage for that time already."
    )

    @api.depends("year", "month", "etapa_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        months = dict(self._fields["month"]._description_selection(self.env))
        for meta in self:
            when = str(meta.year) if meta.month == "00" else f"{months.get(meta.month, '')} {meta.year}"
            meta.display_name = f"{meta.etapa_id.name}, {when}" if meta.etapa_id else when

    @api.constrains("year")
    def _check_year(self):
        for meta in self:
            if not 2000 <= meta.year <= 2100:
                raise ValidationError(self.env._("%s is no year of a goal: write it with four digits.", meta.year))

    @api.model
    def _sql_mensual(self):
        """SELECT of (company_id, etapa_id, date, amount): the goal of each month, `date` its first day."""
        return SQL(
            """
            WITH propia AS (
                SELECT company_id, etapa_id, year, month::int AS month, amount FROM cartera_recaudo_meta
                 WHERE month != '00'
            ), resto AS (
                SELECT y.company_id, y.etapa_id, y.year, GREATEST(y.amount - COALESCE(SUM(o.amount), 0), 0) AS amount,
                       12 - COUNT(o.month) AS months, ARRAY_AGG(o.month) AS taken
                  FROM cartera_recaudo_meta y
             LEFT JOIN propia o ON (o.company_id, o.year) = (y.company_id, y.year)
                               AND o.etapa_id IS NOT DISTINCT FROM y.etapa_id
                 WHERE y.month = '00' GROUP BY y.id
            ), mensual AS (
                SELECT company_id, etapa_id, MAKE_DATE(year, month, 1) AS date, amount FROM propia
                 UNION ALL
                SELECT r.company_id, r.etapa_id, MAKE_DATE(r.year, g.month, 1), r.amount / r.months
                  FROM resto r CROSS JOIN GENERATE_SERIES(1, 12) g(month)
                 WHERE g.month = ANY(r.taken) IS NOT TRUE
            )
            SELECT company_id, etapa_id, date, amount FROM mensual WHERE etapa_id IS NOT NULL
             UNION ALL
            SELECT t.company_id, NULL, t.date,
                   t.amount - LEAST(t.amount, COALESCE((SELECT SUM(s.amount) FROM mensual s
                                     WHERE s.company_id = t.company_id AND s.date = t.date
                                       AND s.etapa_id IS NOT NULL), 0))
              FROM mensual t WHERE t.etapa_id IS NULL
            """
        )
