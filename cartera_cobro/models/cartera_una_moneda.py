from odoo import api, fields
from odoo.fields import Domain
from odoo.tools import SQL


class UnaMoneda:
    """Sums of many rows in the company's currency, as the web client asks for them, without a look at each row's.

    Odoo joins every row to its company and to the rates of its currency. Where all companies that the user sees have
    the same one, it is put into the statement as a value instead.
    """

    # As models have it: see `Ordenados`.
    __slots__ = ()

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        # EXTENDS base: the client asks for the currencies of every sum, and for the sum in the company's.
        name, _colon, function = aggregate_spec.partition(":")
        field = self._fields.get(name)
        currency = self._una_moneda()
        if currency and name == "company_currency_id" and function == "array_agg_distinct":
            return SQL("CASE WHEN COUNT(*) > 0 THEN ARRAY[%s] END", currency.id)
        if currency and function == "sum_currency" and getattr(field, "currency_field", "") == "company_currency_id":
            rates = currency._get_rates(self.env.company, fields.Date.context_today(self))
            return SQL("%s / %s", super()._read_group_select(f"{name}:sum", query), rates[currency.id])
        return super()._read_group_select(aggregate_spec, query)

    @api.model
    def _una_moneda(self):
        """The currency of all companies whose rows the user sees (rule of companies), if they have the same one."""
        every = self.env["res.company"].sudo().with_context(active_test=False)
        currencies = (every.search(Domain.TRUE) if self.env.su else self.env.companies.sudo()).currency_id
        return currencies if len(currencies) == 1 else currencies.browse()
