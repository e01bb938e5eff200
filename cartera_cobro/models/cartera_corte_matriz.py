"""The transition matrix on screen: from rows to columns, with the part of each row that went to each column."""

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from .cartera_corte_transicion import CREDIT, OUTSIDE, PLACES, UNPLACED

MEASURES = ["items:sum", "amount_before:sum", "amount_after:sum", "id:array_agg"]


class CarteraCorteTransicion(models.Model):
    _inherit = "cartera.corte.transicion"

    @api.model
    @api.readonly
    def matriz(self, dimension="band", corte_id=None, months=1):
        """The transitions into a closing (default: the last one), with those of the `months` - 1 month ends before it.

        {"closings": [(id, label)], "corte_id", "period", "currency_id", "before", "totals": {column key: amount},
        "columns": [{"key", "label", "place", "outside"}], "rows": [{"label", "place", "kind": place|new|credit,
        "before", "cells": {column key: {"items", "amount", "rate", "ids"}}}]}. Rates are parts of the row's balance
        before, and sum to 1: what was not kept of it was paid or credited, whole or in part. Columns but that one sum
        to the closing; the row of what is new has no rate.
        """
        self.check_access("read")
        company = self.env.company
        domain = Domain([("company_id", "=", company.id), ("is_current", "=", True), ("dimension", "=", dimension)])
        closings = self._read_group(domain, ["corte_id"], ["date:max"], order="date:max DESC")
        answer = {
            "closings": [(corte.id, format_date(self.env, day)) for corte, day in closings],
            "currency_id": company.currency_id.id,
        }
        dates = {corte.id: day for corte, day in closings}
        if not dates:
            return answer | {"corte_id": False, "period": "", "columns": [], "rows": [], "totals": {}, "before": 0}
        chosen = corte_id if corte_id in dates else next(iter(dates))
        within = self._meses_hasta(dates, chosen, months)
        groups = self._read_group(
            domain & Domain("corte_id", "in", within),
            ["from_label", "from_orden", "to_label", "to_orden"],
            MEASURES,
        )
        first = min(dates[corte] for corte in within).replace(day=1) - timedelta(days=1)
        period = f"{format_date(self.env, first)} → {format_date(self.env, dates[chosen])}"
        return answer | {"corte_id": chosen, "period": period} | _armar(groups, self.env._("Paid or credited"))

    def _meses_hasta(self, dates, chosen, months):
        """Ids of the closing `chosen` and of the month ends before it, `months` in all."""
        before = [corte for corte, day in dates.items() if day < dates[chosen] and (day + timedelta(days=1)).day == 1]
        return [chosen, *before[: months - 1]]

    def action_items(self):
        """The items that moved so: as they are in the closing, or as they last were of those that left."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_corte_linea_action")
        one = self[:1]
        name = f"{one.from_label} → {one.to_label}" if len(set(self.mapped("to_label"))) == 1 else one.from_label
        return dict(action, name=name, display_name=name, domain=[("transicion_id", "in", self.ids)])


class CarteraCorteLinea(models.Model):
    _inherit = "cartera.corte.linea"

    transicion_id = fields.Many2one(
        "cartera.corte.transicion",
        string="Transition",
        compute="_compute_transicion_id",
        search="_search_transicion_id",
        help="To search by: the items that went from one band or stage to another between two closings.",
    )

    def _compute_transicion_id(self):
        self.transicion_id = False

    def _search_transicion_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        wanted = _sql_lineas(list(value))
        return Domain.custom(
            to_sql=lambda _model, alias, _query: SQL("%s IN (%s)", SQL.identifier(alias, "id"), wanted)
        )


def _sql_lineas(ids):
    """SELECT of the ids of the items of some transitions: where they came to; of those that left, where they were."""
    return SQL(
        """
        SELECT n.id FROM cartera_corte_transicion t
          JOIN cartera_corte_linea n ON n.corte_id = t.corte_id AND %(to)s
     LEFT JOIN cartera_corte_linea v ON v.corte_id = t.previous_corte_id AND v.move_line_id = n.move_line_id
         WHERE t.id = ANY(%(ids)s) AND t.to_orden != %(outside)s AND %(from)s
         UNION ALL
        SELECT v.id FROM cartera_corte_transicion t
          JOIN cartera_corte_linea v ON v.corte_id = t.previous_corte_id AND %(from)s
         WHERE t.id = ANY(%(ids)s) AND t.to_orden = %(outside)s
           AND NOT EXISTS (SELECT FROM cartera_corte_linea n
                            WHERE n.corte_id = t.corte_id AND n.move_line_id = v.move_line_id)
        """,
        ids=ids,
        outside=OUTSIDE,
        to=_sql_estaba("n", "to"),
        **{"from": _sql_estaba("v", "from")},
    )


def _sql_estaba(line, side):
    """Condition: the item `line` is where the transition `t` says on that side."""
    label, place = SQL.identifier("t", f"{side}_label"), SQL.identifier("t", f"{side}_orden")
    debit = SQL("%s != 'credit'", SQL.identifier(line, "position"))
    text, order = (
        SQL(
            "CASE t.dimension %s END",
            SQL(" ").join(
                SQL("WHEN %s THEN %s", dimension, SQL.identifier(line, columns[index]))
                for dimension, columns in PLACES.items()
            ),
        )
        for index in (0, 1)
    )
    return SQL(
        """CASE %(place)s WHEN %(outside)s THEN %(line)s IS NULL WHEN %(credit)s THEN NOT %(debit)s
                WHEN %(unplaced)s THEN %(debit)s AND %(text)s IS NULL
                ELSE %(debit)s AND %(text)s = %(label)s AND %(order)s = %(place)s END""",
        place=place,
        outside=OUTSIDE,
        credit=CREDIT,
        unplaced=UNPLACED,
        line=SQL.identifier(line, "id"),
        debit=debit,
        text=text,
        order=order,
        label=label,
    )


def _armar(groups, outside):
    """Columns, rows and totals of the matrix from its groups, which come in order of places."""
    cells, columns, rows = defaultdict(dict), {}, {}
    for from_label, from_orden, to_label, to_orden, items, before, after, ids in groups:
        row, column = (from_orden, from_label), (to_orden, to_label)
        rows[row] = rows.get(row, 0) + before
        columns[column] = columns.get(column, 0) + after
        cells[row][column] = {"items": items, "amount": after, "ids": ids}
    gone = next((column for column in columns if column[0] == OUTSIDE), (OUTSIDE, outside))
    for row, before in rows.items():
        _completar(row, before, cells[row], gone)
    columns[gone] = sum(row[gone]["amount"] for row in cells.values() if gone in row)
    keys = {column: f"{column[0]}|{column[1]}" for column in sorted(columns)}
    return {
        "columns": [
            {"key": key, "label": column[1], "place": column[0], "outside": column == gone}
            for column, key in keys.items()
        ],
        "rows": [
            {
                "label": label,
                "place": place,
                "kind": {OUTSIDE: "new", CREDIT: "credit"}.get(place, "place"),
                "before": before,
                "cells": {keys[column]: cell for column, cell in cells[place, label].items()},
            }
            for (place, label), before in sorted(rows.items())
        ],
        "totals": {keys[column]: amount for column, amount in columns.items()},
        "before": sum(rows.values()),
    }


def _completar(row, before, cells, gone):
    """What was paid or credited of a row, and the rates of its cells."""
    if row[0] == OUTSIDE:
        return
    left = round(before - sum(cell["amount"] for cell in cells.values()), 6)
    if left or gone in cells:
        cells.setdefault(gone, {"items": 0, "ids": []})["amount"] = left
    for cell in cells.values():
        cell["rate"] = cell["amount"] / before if before > 0 else None
