"""Collections summed by month: what a chart of two years reads, where collections are millions."""

from odoo import api, fields, models
from odoo.tools import SQL

from .cartera_corte_texto import Ordenados
from .cartera_libro import columnas
from .cartera_partida import Copia
from .cartera_recaudo import ARRIVALS

# The columns of a collection by which its month is summed: those that the dashboard filters and groups by.
DIMENSIONS = "etapa etapa_id etapa_orden position zona zona_id officer user_id".split()
MONTH = SQL("DATE_TRUNC('month', date)::date")


class CarteraRecaudoMes(Ordenados, models.Model):
    """Money collected in a month of one stage, zone and officer: `cartera.recaudo` of kind payment, summed."""

    _name = "cartera.recaudo.mes"
    _description = "Collections of a Month"
    _order = "date desc, id"
    _rec_name = "etapa"
    _log_access = False

    company_id = Copia("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(string="Month", readonly=True, help="Its first day.")
    etapa = fields.Char(string="Stage", readonly=True)
    etapa_id = Copia("cartera.etapa", string="Stage Today", readonly=True)
    etapa_orden = fields.Integer(string="Place of Stage", readonly=True, aggregator="min")
    position = fields.Selection(ARRIVALS, readonly=True)
    zona = fields.Char(string="Zone", readonly=True)
    zona_id = Copia("cartera.zona", string="Zone Today", readonly=True)
    officer = fields.Char(readonly=True)
    user_id = Copia("res.users", string="Officer Today", readonly=True)
    receipts = fields.Integer(readonly=True, help="Matchings of the ledger.")
    amount = fields.Monetary(string="Collected", readonly=True, currency_field="company_currency_id")

    _by_month = models.Index("(company_id, date)")

    @api.model
    def _actualizar(self, company):
        """Sum again the months of `company` whose collections are not what they were; how many. Idempotent."""
        self.env["cartera.recaudo"].flush_model()
        names, cr = columnas(DIMENSIONS), self.env.cr
        cr.execute("DROP TABLE IF EXISTS cartera_recaudo_ahora")
        cr.execute(
            SQL(
                """CREATE TEMPORARY TABLE cartera_recaudo_ahora ON COMMIT DROP AS
                   SELECT company_id, %(month)s AS date, %(names)s, COUNT(*)::int AS receipts, SUM(amount) AS amount
                     FROM cartera_recaudo WHERE company_id = %(company)s AND kind = 'payment'
                 GROUP BY company_id, %(month)s, %(names)s""",
                month=MONTH,
                names=names,
                company=company.id,
            )
        )
        months = self._meses_que_cambiaron(company)
        if months:
            cr.execute(
                SQL("DELETE FROM cartera_recaudo_mes WHERE company_id = %s AND date = ANY(%s)", company.id, months)
            )
            every = columnas(["company_id", "date", *DIMENSIONS, "receipts", "amount"])
            cr.execute(
                SQL(
                    "INSERT INTO cartera_recaudo_mes (%s) SELECT %s FROM cartera_recaudo_ahora WHERE date = ANY(%s)",
                    every,
                    every,
                    months,
                )
            )
            self.invalidate_model()
        return len(months)

    @api.model
    def _meses_que_cambiaron(self, company):
        every = columnas(["company_id", "date", *DIMENSIONS, "receipts", "amount"])
        kept = SQL("SELECT %s FROM cartera_recaudo_mes WHERE company_id = %s", every, company.id)
        now = SQL("SELECT %s FROM cartera_recaudo_ahora", every)
        query = SQL(
            "SELECT DISTINCT date FROM ((%s EXCEPT ALL %s) UNION ALL (%s EXCEPT ALL %s)) q", now, kept, kept, now
        )
        return [day for (day,) in self.env.execute_query(query)]

    def action_items(self):
        """The collections that this row sums."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_recaudo_action")
        same = [(name, "=", self[name].id if self._fields[name].relational else self[name]) for name in DIMENSIONS]
        month = [("date", ">=", str(self.date)), ("date", "<=", str(fields.Date.end_of(self.date, "month")))]
        return action | {
            "view_mode": "list,pivot,graph",
            "views": [(False, "list"), (False, "pivot"), (False, "graph")],
            "context": {},
            "domain": [("company_id", "=", self.company_id.id), ("kind", "=", "payment"), *month, *same],
        }


class CarteraRecaudo(models.Model):
    _inherit = "cartera.recaudo"

    @api.model
    def _actualizar(self, company):
        # EXTENDS: months follow the collections that they sum; a day on which nothing moved is not summed again.
        counts = super()._actualizar(company)
        Mes = self.env["cartera.recaudo.mes"].sudo()
        written = counts["created"] or counts["removed"] or counts["changed"]
        if written or not Mes.search_count([("company_id", "=", company.id)], limit=1):
            Mes._actualizar(company)
        return counts
