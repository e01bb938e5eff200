from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

FEW = {"etapa_id", "banda_id"}


class CarteraPartida(models.Model):
    """Sums of many open items by stage and band, as the web client asks for them, read from the items alone.

    Odoo would join every item to its stage, its band, their policies, its company and the rates of its currency. What
    is the same for all items is put into the statement as a value instead.
    """

    _inherit = "cartera.partida"

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        # EXTENDS base: stages and bands are few, and their places are known before the items are read.
        if field_name not in FEW:
            return super()._order_field_to_sql(alias, field_name, direction, nulls, query)
        ranked = self.env[self._fields[field_name].comodel_name].sudo().search(Domain.TRUE).ids
        column = self._field_to_sql(alias, field_name, query)
        query._order_groupby.append(column)
        return SQL("ARRAY_POSITION(%s::int[], %s) %s %s", ranked, column, direction, nulls)

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
        """The currency of all companies whose items the user sees (rule of companies), if they have the same one."""
        every = self.env["res.company"].sudo().with_context(active_test=False)
        currencies = (every.search(Domain.TRUE) if self.env.su else self.env.companies.sudo()).currency_id
        return currencies if len(currencies) == 1 else currencies.browse()
