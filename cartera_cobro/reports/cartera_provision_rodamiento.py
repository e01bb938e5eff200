from odoo import fields, models
from odoo.tools import SQL

from ..models.cartera_partida import Copia
from ..models.cartera_provision import STATES
from ..models.cartera_una_moneda import UnaMoneda

# Of a group of runs: what its first one opened with, and what its last one closed with.
ENDS = {"opening": SQL("ASC"), "closing": SQL("DESC")}


class CarteraProvisionRodamiento(UnaMoneda, models.Model):
    """The allowance from run to run (NIIF 7, 35H): opening + increases - reversals - used = closing.

    Of several runs the opening is the first one's and the closing the last one's, so that the equation holds for any
    period of runs that follow each other.
    """

    _name = "cartera.provision.rodamiento"
    _description = "Roll-forward of Impairment"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "provision_id"
    _depends = {
        "cartera.provision": [
            "company_id", "date", "state", "previous_amount", "amount_increase", "amount_reversal", "amount",
        ],
    }  # fmt: skip

    provision_id = Copia("cartera.provision", string="Impairment Run", readonly=True)
    company_id = Copia("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(string="Closing Date", readonly=True)
    state = fields.Selection(STATES, string="Status", readonly=True)
    opening = fields.Monetary(readonly=True, currency_field="company_currency_id")
    increase = fields.Monetary(string="Increases", readonly=True, currency_field="company_currency_id")
    reversal = fields.Monetary(string="Reversals", readonly=True, currency_field="company_currency_id")
    used = fields.Monetary(
        string="Used by Write-offs", readonly=True, currency_field="company_currency_id",
        help="What write-offs took off the allowance since the run before.",
    )  # fmt: skip
    closing = fields.Monetary(string="Closing Balance", readonly=True, currency_field="company_currency_id")
    expense = fields.Monetary(
        string="Net Expense", readonly=True, currency_field="company_currency_id", help="Increases less reversals."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT id, id AS provision_id, company_id, date, state, previous_amount AS opening,
                   COALESCE(amount_increase, 0) AS increase, -COALESCE(amount_reversal, 0) AS reversal,
                   amount - previous_amount - COALESCE(amount_increase, 0) + COALESCE(amount_reversal, 0) AS used,
                   amount AS closing, COALESCE(amount_increase, 0) - COALESCE(amount_reversal, 0) AS expense
              FROM cartera_provision
            """
        )

    def action_run(self):
        """The run of a row."""
        self.ensure_one()
        return self.provision_id.get_formview_action()

    def _read_group_select(self, aggregate_spec, query):
        # EXTENDS base: see the class.
        name, _colon, function = aggregate_spec.partition(":")
        currency = self._una_moneda()
        if name not in ENDS or not (function == "sum" or (currency and function == "sum_currency")):
            return super()._read_group_select(aggregate_spec, query)
        amount = self._extremo(name, query)
        if function == "sum":
            return amount
        rates = currency._get_rates(self.env.company, fields.Date.context_today(self))
        return SQL("%s / %s", amount, rates[currency.id])

    def _extremo(self, name, query):
        """The amount of each company's first or last run of a group, added (SQL)."""
        company, day, run, amount = (
            self._field_to_sql(self._table, field, query) for field in ("company_id", "date", "id", name)
        )
        return SQL(
            """(SELECT SUM(f.amount) FROM (SELECT DISTINCT ON (t.company) t.amount
                  FROM UNNEST(ARRAY_AGG(%s), ARRAY_AGG(%s), ARRAY_AGG(%s), ARRAY_AGG(%s))
                       AS t(company, day, run, amount)
              ORDER BY t.company, t.day %s, t.run %s) f)""",
            company,
            day,
            run,
            amount,
            ENDS[name],
            ENDS[name],
        )
