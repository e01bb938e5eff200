from odoo import api, fields, models
from odoo.tools import SQL

from .cartera_edades import Edades

BANDS = 12  # columns for bands on the screen; policies have some seven


class CarteraEdadesLinea(models.Model):
    """A line that was open at the end of a day (`cartera_edades_al` of the context, else today), read from the ledger.

    Its balance is in the column of its band: those of the company's policy, in order, so that groups sum them.
    """

    _name = "cartera.edades.linea"
    _description = "Line of an Aged Balance"
    _auto = False
    _rec_name = "number"
    _order = "date_due, id"
    _depends = {
        "account.move.line": [
            "amount_residual",
            "amount_residual_currency",
            "date_maturity",
            "parent_state",
            "reconciled",
        ],
        "account.partial.reconcile": ["amount", "max_date"],
        "cartera.cuenta": ["zona_id"],
        "cartera.expediente": ["user_id"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", string="Debtor", readonly=True)
    move_id = fields.Many2one("account.move", string="Journal Entry", readonly=True)
    expediente_id = fields.Many2one("cartera.expediente", string="Dossier", readonly=True)
    cuenta_id = fields.Many2one("cartera.cuenta", string="Account / Contract", readonly=True)
    account_id = fields.Many2one("account.account", string="Ledger Account", readonly=True)
    zona_id = fields.Many2one("cartera.zona", string="Zone", readonly=True)
    user_id = fields.Many2one("res.users", string="Officer", readonly=True)
    number = fields.Char(readonly=True)
    date = fields.Date(string="Entry Date", readonly=True)
    date_due = fields.Date(string="Due Date", readonly=True)
    days_overdue = fields.Integer(readonly=True, aggregator="max")
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount_currency = fields.Monetary(string="Balance in Currency", readonly=True, aggregator=None)
    amount_credit = fields.Monetary(string="Credits", readonly=True, currency_field="company_currency_id")
    amount = fields.Monetary(string="Balance", readonly=True, currency_field="company_currency_id")
    # --- a column a band: their titles are those of the policy, see `_get_view` ------------------------------------
    amount_1 = fields.Monetary(string="Band 1", readonly=True, currency_field="company_currency_id")
    amount_2 = fields.Monetary(string="Band 2", readonly=True, currency_field="company_currency_id")
    amount_3 = fields.Monetary(string="Band 3", readonly=True, currency_field="company_currency_id")
    amount_4 = fields.Monetary(string="Band 4", readonly=True, currency_field="company_currency_id")
    amount_5 = fields.Monetary(string="Band 5", readonly=True, currency_field="company_currency_id")
    amount_6 = fields.Monetary(string="Band 6", readonly=True, currency_field="company_currency_id")
    amount_7 = fields.Monetary(string="Band 7", readonly=True, currency_field="company_currency_id")
    amount_8 = fields.Monetary(string="Band 8", readonly=True, currency_field="company_currency_id")
    amount_9 = fields.Monetary(string="Band 9", readonly=True, currency_field="company_currency_id")
    amount_10 = fields.Monetary(string="Band 10", readonly=True, currency_field="company_currency_id")
    amount_11 = fields.Monetary(string="Band 11", readonly=True, currency_field="company_currency_id")
    amount_12 = fields.Monetary(string="Band 12", readonly=True, currency_field="company_currency_id")

    @property
    def _table_query(self):
        return self._filas_de(self.env.company)

    def _filas_de(self, company):
        day = fields.Date.to_date(self.env.context.get("cartera_edades_al")) or company._cartera_hoy()
        return SQL(
            """SELECT f.move_line_id AS id, %s::int AS company_id, f.partner_id, f.move_id, f.expediente_id,
                      f.cuenta_id, f.account_id, f.zona_id, f.user_id, f.number, f.date, f.date_due,
                      GREATEST(f.days, 0) AS days_overdue,
                      f.currency_id, f.residual_currency AS amount_currency, f.residual AS amount,
                      CASE WHEN f.band = 0 THEN f.residual END AS amount_credit, %s
                 FROM (%s) f""",
            company.id,
            SQL(", ").join(
                SQL("CASE WHEN %s THEN f.residual END AS %s", self._es(number), SQL.identifier(f"amount_{number}"))
                for number in range(1, BANDS + 1)
            ),
            Edades(self.env, company, day).filas(),
        )

    def _es(self, number):
        """Condition: the line is in band `number`; what has no column of its own shows in the last one."""
        return SQL("f.band = %s", number) if number < BANDS else SQL("f.band >= %s", number)

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        # EXTENDS base: the titles are those of the company's bands.
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, tuple(self._titulos()))

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        # EXTENDS base
        arch, view = super()._get_view(view_id, view_type, **options)
        titles = dict(enumerate(self._titulos(), start=1))
        for number in range(1, BANDS + 1):
            for node in arch.iterfind(f".//field[@name='amount_{number}']"):
                if number in titles:
                    node.set("string", titles[number])
                else:
                    node.getparent().remove(node)
        return arch, view

    @api.model
    def _titulos(self):
        return self.env.company.sudo().cartera_politica_id.banda_ids.sorted("days_from").mapped("name")[:BANDS]

    def action_open(self):
        """The dossier, or else the entry."""
        self.ensure_one()
        self.check_access("read")
        return (self.expediente_id or self.move_id)._get_records_action()
