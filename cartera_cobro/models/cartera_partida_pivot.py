from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from .cartera_una_moneda import UnaMoneda

FEW = {"etapa_id", "banda_id"}


class CarteraPartida(UnaMoneda, models.Model):
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
