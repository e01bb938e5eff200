from odoo.tools import SQL

from .cartera_una_moneda import UnaMoneda


class Ordenados(UnaMoneda):
    """Groups of text that has a place (stage, band…) come in the order of the places, not of the alphabet."""

    # As models have it: a class with a layout of its own would keep others from extending them.
    __slots__ = ()

    # Text that has an order of its own, and the column that gives it.
    _places = {"etapa": "etapa_orden", "banda": "banda_orden"}

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
