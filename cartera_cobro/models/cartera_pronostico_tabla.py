"""The table of a forecast: weeks as columns, where money comes from and goes to as rows; figures open their lines."""

from babel.dates import format_date as babel_date
from odoo import fields, models
from odoo.fields import Domain

from ..rules.forecast import WEEKS
from .cartera_correo import SPANISH
from .cartera_pronostico_linea import UNEXPECTED

LATER = WEEKS + 1
# From this amount on, a table says thousands, so that its columns fit a screen.
LARGE = 100_000_000
INCOME = ("agreement", "promise", "invoice", "financing", "recurring")
EXPENSE = ("bill", "recurring")


class CarteraPronostico(models.Model):
    _inherit = "cartera.pronostico"

    def _tabla(self):
        """What screens, sheets and PDFs show: {"weeks", "rows", "aside", "unit", "negative"}.

        weeks: [{"number", "label", "title"}]. rows: [{"key", "label", "style", "flow", "source", "values", "total"}],
        a value a week, expenses negative; style is balance, group, line or total. aside: what is in no week, [{"label",
        "flow", "week", "reason", "amount"}]. unit: what figures are divided by, 1 or 1000.
        """
        self.ensure_one()
        weeks = self.semana_ids.sorted("number")
        sums = self._sumas()
        rows = [self._saldo_inicial(weeks)]
        rows += self._grupo("income", self.env._("Income"), INCOME, weeks, sums)
        rows += self._grupo("expense", self.env._("Expenses"), EXPENSE, weeks, sums)
        net = [week.amount_income - week.amount_expense for week in weeks]
        rows.append(self._fila("net", self.env._("Net of the Week"), "total", net, sum(net)))
        closings = weeks.mapped("amount_closing")
        rows.append(self._fila("closing", self.env._("Final Balance"), "balance", closings, self.amount_closing))
        largest = max((abs(value) for row in rows for value in row["values"]), default=0)
        return {
            "weeks": [self._columna(week) for week in weeks],
            "rows": rows,
            "aside": self._aparte(),
            "unit": 1000 if largest >= LARGE else 1,
            "later": LATER,
        }

    def _sumas(self):
        """{(flow, source, week): amount} of the lines that are expected."""
        groups = self.env["cartera.pronostico.linea"]._read_group(
            [("pronostico_id", "=", self.id), ("week", ">", 0)], ["flow", "source", "week"], ["amount:sum"]
        )
        return {(flow, source, week): amount for flow, source, week, amount in groups}

    def _columna(self, week):
        lang = SPANISH if (self.env.lang or "").startswith("es") else "en"
        first, last = (babel_date(day, "d MMM", locale=lang) for day in (week.date_from, week.date_to))
        return {"number": week.number, "label": first, "title": f"{first} - {last}"}

    def _saldo_inicial(self, weeks):
        values = weeks.mapped("amount_opening")
        return self._fila("opening", self.env._("Initial Balance"), "balance", values, self.amount_opening)

    def _grupo(self, flow, label, sources, weeks, sums):
        """The rows of a flow: one a source that has anything, and their total first."""
        labels = dict(self.env["cartera.pronostico.linea"]._fields["source"]._description_selection(self.env))
        rows = []
        for source in sources:
            values = [sums.get((flow, source, week.number), 0.0) for week in weeks]
            if any(values):
                rows.append(self._fila(source, labels[source], "line", values, sum(values), flow, source))
        sign = 1 if flow == "income" else -1
        values = [sign * week[f"amount_{flow}"] for week in weeks]
        return [self._fila(flow, label, "group", values, sum(values), flow), *rows]

    def _fila(self, key, label, style, values, total, flow=False, source=False):
        return {
            "key": f"{flow}.{key}" if flow else key,
            "label": label,
            "style": style,
            "flow": flow,
            "source": source,
            "values": values,
            "total": total,
        }

    def _aparte(self):
        """What is in none of the weeks: later, not expected by its reason, credits left over."""
        Linea = self.env["cartera.pronostico.linea"]
        flows, reasons = (dict(Linea._fields[name]._description_selection(self.env)) for name in ("flow", "reason"))
        groups = Linea._read_group(
            [("pronostico_id", "=", self.id), ("week", "in", (UNEXPECTED, LATER))],
            ["week", "flow", "reason"],
            ["amount:sum"],
        )
        rows = []
        for week, flow, reason, amount in sorted(groups, key=lambda g: (-g[0], g[1], -abs(g[3]))):
            after = self.env._("After these weeks: %s", flows[flow])
            label = after if week else self.env._("Not expected: %s", reasons[reason])
            rows.append({"label": label, "week": week, "flow": flow, "reason": reason, "amount": amount})
        return rows

    def action_lineas(self, flow=False, source=False, week=None, reason=False):
        """The lines behind a figure of the table; an action. week: its number, or None for all of them."""
        self.ensure_one()
        self.check_access("read")
        domain = Domain("pronostico_id", "=", self.id)
        for name, value in (("flow", flow), ("source", source), ("reason", reason)):
            if value:
                domain &= Domain(name, "=", value)
        domain &= Domain("week", "=", week) if week is not None else Domain("week", "in", range(1, LATER))
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_pronostico_linea_action")
        title = self.env._("Forecast of %s", fields.Date.to_string(self.date))
        return dict(action, domain=list(domain), context={"cartera_unexpected": week == UNEXPECTED}, name=title)
