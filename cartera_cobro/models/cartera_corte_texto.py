from odoo.tools import SQL

from .cartera_una_moneda import UnaMoneda

# What lists of items are sorted by unless told otherwise.
DAYS = {"days_overdue"}


class Ordenados(UnaMoneda):
    """Groups of text that has a place (stage, band…) come in the order of the places, not of the alphabet."""

    # As models have it: a class with a layout of its own would keep others from extending them.
    __slots__ = ()

    # Text that has an order of its own, and the column that gives it.
    _places = {"etapa": "etapa_orden", "banda": "banda_orden"}

    def _get_read_group_order(self, dict_order, groupby, aggregates):
        # EXTENDS web: the order of a list's rows, which is by days, is none of its groups of places.
        if groupby[0] in self._places and list(dict_order)[:1] != [groupby[0]]:
            dict_order = {name: way for name, way in dict_order.items() if name not in DAYS}
        return super()._get_read_group_order(dict_order, groupby, aggregates)

    def _read_group_orderby(self, order, groupby_terms, query):
        # EXTENDS base: the least place among a group's rows is the group's.
        parts = [part.strip() for part in (order or ",".join(groupby_terms)).split(",") if part.strip()]
        if not any(part.split()[0] in self._places for part in parts):
            return super()._read_group_orderby(order, groupby_terms, query)
        terms = []
        for part in parts:
            name, _space, direction = part.partition(" ")
            if name in self._places and name in groupby_terms:
                place = SQL.identifier(self._table, self._places[name])
                way = SQL(direction.upper()) if direction else SQL()
                # Where others are grouped by, in the same statement (the pivot's subtotals), this one says nothing.
                terms.append(SQL("CASE WHEN GROUPING(%s) = 0 THEN MIN(%s) END %s", groupby_terms[name], place, way))
            terms.append(super()._read_group_orderby(part, groupby_terms, query))
        return SQL(", ").join(terms)
