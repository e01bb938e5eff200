from odoo.tools import SQL

# Text that has an order of its own, and the column that gives it.
PLACES = {"etapa": "etapa_orden", "banda": "banda_orden"}


class Ordenados:
    """Groups by stage and by band come in the procedure's order, not in the alphabet's."""

    def _read_group_orderby(self, order, groupby_terms, query):
        # EXTENDS base: the least place among a group's rows is the group's.
        parts = [part.strip() for part in (order or ",".join(groupby_terms)).split(",") if part.strip()]
        if not any(part.split()[0] in PLACES for part in parts):
            return super()._read_group_orderby(order, groupby_terms, query)
        terms = []
        for part in parts:
            name, _space, direction = part.partition(" ")
            if name in PLACES and name in groupby_terms:
                place = SQL.identifier(self._table, PLACES[name])
                terms.append(SQL("MIN(%s) %s", place, SQL(direction.upper()) if direction else SQL()))
            terms.append(super()._read_group_orderby(part, groupby_terms, query))
        return SQL(", ").join(terms)
