import base64
from datetime import date
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..models.cartera_importacion_archivo import leer_archivo, libro
from ..models.cartera_importacion_lectura import adivinar, detectar_fecha, fila_de_titulos
from ..models.cartera_suspension_lectura import SINONIMOS, clave, leer

SHOWN = 30  # rejected rows named on the screen: all of them are in the file


class Vista(NamedTuple):
    """A row that passed the guards."""

    order: models.Model
    result: models.Model
    day: date
    reading: str
    note: str

    def igual(self):
        """Whether the order says so already."""
        order = self.order
        return (order.resultado_id, order.date_executed, order.reading or "") == (self.result, self.day, self.reading)


class CarteraSuspensionResultados(models.TransientModel):
    """What came back from the field: the lists of the zones with their results, or one row typed from a phone call.

    Whatever is good is recorded, and whatever is not comes back with its line and its reason. The same file again
    changes nothing.
    """

    _name = "cartera.suspension.resultados"
    _description = "Results from the Field"
    _inherit = ["cartera.archivo"]

    state = fields.Selection([("draft", "File"), ("done", "Done")], default="draft", readonly=True)
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, readonly=True)
    file = fields.Binary(help="XLSX, XLS, ODS or CSV, with its headers.")
    filename = fields.Char(default="file.xlsx")
    recorded_count = fields.Integer(string="Results Recorded", readonly=True)
    executed_count = fields.Integer(string="Executed", readonly=True)
    known_count = fields.Integer(string="There Already", readonly=True)
    empty_count = fields.Integer(string="Not Visited Yet", readonly=True)
    reconnected_count = fields.Integer(string="To Be Reconnected", readonly=True)
    errors = fields.Text(string="What Was Wrong", readonly=True)

    # --- the button ---------------------------------------------------------------------------------------------------

    def action_import(self):
        self.ensure_one()
        self.check_access("write")
        if self.company_id not in self.env.companies:
            name = self.company_id.sudo().name
            raise UserError(self.env._("Switch to %s first: these results are of another company.", name))
        if not self.file:
            raise UserError(self.env._("Choose the file that came back from the field."))
        headers, rows, visitas = self._leer()
        vistas = self._juzgar(visitas)
        fresh = [vista for vista in vistas if not vista.igual()]
        reconnected = self._anotar(fresh)
        bad = [(row, visita) for row, visita in zip(rows, visitas, strict=True) if visita.reasons]
        self.write(
            {
                "state": "done",
                "recorded_count": len(fresh),
                "executed_count": sum(vista.result.executed for vista in fresh),
                "known_count": len(vistas) - len(fresh),
                "empty_count": sum(visita.empty for visita in visitas),
                "reconnected_count": reconnected,
                **self._rechazos(headers, bad),
            }
        )
        return self._get_records_action(target="new", name=self.env._("Results from the Field"))

    def _anotar(self, vistas):
        """Record them; how many services are to come back at once: paid before the crew arrived."""
        if not vistas:
            return 0
        Orden = self.env["cartera.suspension"].sudo()
        Orden._registrar([tuple(vista) for vista in vistas])
        cuentas = Orden.browse().union(*(vista.order for vista in vistas)).cuenta_id
        return Orden._juzgar(self.company_id, cuentas)["reconnected"]

    # --- reading ------------------------------------------------------------------------------------------------------

    def _leer(self):
        """(headers, rows, visits) of the file; a UserError where a column that there must be is not there."""
        rows = leer_archivo(self.env, base64.b64decode(self.file), self.filename or "file.csv")
        title = fila_de_titulos(rows, sinonimos=SINONIMOS) if rows else 0
        headers = rows[title] if rows else []
        columns = adivinar(headers, SINONIMOS)
        missing = {"result", "date"} - set(columns.values())
        if not {"number", "account"} & set(columns.values()):
            missing.add("number")
        if missing:
            names = {"result": self.env._("Result"), "date": self.env._("Date"), "number": self.env._("Order")}
            raise UserError(
                self.env._(
                    "The file has no column for: %s. Name the columns in its first row and choose it again.",
                    ", ".join(names[name] for name in sorted(missing)),
                )
            )
        body = rows[title + 1 :]
        texts = [{name: row[place] for place, name in columns.items() if place < len(row)} for row in body]
        order = detectar_fecha([text["date"] for text in texts if text.get("date")])
        return headers, body, [leer(line, text, order) for line, text in enumerate(texts, start=title + 2)]

    # --- guards -------------------------------------------------------------------------------------------------------

    def _juzgar(self, visitas):
        """[Vista] of the rows that pass every guard, each order once; the reasons of the others stay on them."""
        filled = [visita for visita in visitas if not visita.empty]
        found, results = self._ordenes(filled), self._resultados()
        today = self.company_id._cartera_hoy()
        passed = {}
        for visita in filled:
            order = self._orden_de(visita, found)
            result = results.get(clave(visita.texts.get("result", "")))
            if visita.texts.get("result") and not result:
                visita.reasons.append(("result_unknown", visita.texts["result"]))
            if order:
                self._revisar(visita, order, result, today)
                self._una_vez(visita, order, passed)
            if not visita.reasons:
                texts = visita.texts
                passed[order] = (
                    visita.line,
                    Vista(order, result, visita.day, texts.get("reading") or "", texts.get("note") or ""),
                )
        return [vista for _line, vista in passed.values()]

    def _ordenes(self, visitas):
        """{number or account: order} of the company, as far as the user may read it; an account's is in the field."""
        Orden = self.env["cartera.suspension"]
        mine = [("company_id", "=", self.company_id.id)]
        numbers = [visita.texts["number"] for visita in visitas if visita.texts.get("number")]
        accounts = [v.texts["account"] for v in visitas if not v.texts.get("number") and v.texts.get("account")]
        by_number = Orden.search([*mine, ("number", "in", numbers)])
        by_account = Orden.search([*mine, ("state", "=", "sent"), ("cuenta_id.name", "in", accounts)])
        (by_number | by_account).mapped("cuenta_id.name")
        return {
            **{("number", order.number): order for order in by_number},
            **{("account", order.cuenta_id.name): order for order in by_account},
        }

    def _resultados(self):
        """{name, code or synonym, as compared: result}, in every language."""
        known = {}
        results = self.env["cartera.suspension.resultado"].search([("active", "=", True)])
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        for result in reversed(results):
            names = [result.with_context(lang=lang).name for lang in languages]
            for text in [*(result.synonyms or "").split(","), *names, result.code]:
                known[clave(text)] = result
        known.pop("", None)
        return known

    def _orden_de(self, visita, found):
        number, account = visita.texts.get("number"), visita.texts.get("account")
        if number:
            order = found.get(("number", number))
            if not order:
                visita.reasons.append(("order_unknown", number))
            elif account and account != order.cuenta_id.name:
                visita.reasons.append(("account_other", f"{number}|{order.cuenta_id.name}|{account}"))
            return order
        order = found.get(("account", account)) if account else None
        if account and not order:
            visita.reasons.append(("account_unknown", account))
        return order

    def _revisar(self, visita, order, result, today):
        """What the row may not say of its order."""
        day, reading = visita.day, visita.texts.get("reading")
        if day and day > today:
            visita.reasons.append(("future", format_date(self.env, day)))
        if day and day < order.date_sent:
            visita.reasons.append(("before", f"{format_date(self.env, day)}|{format_date(self.env, order.date_sent)}"))
        if result and result.needs_reading and not reading:
            visita.reasons.append(("reading_missing", result.name))
        if reading and not reading.replace(".", "").replace(",", "").isdigit():
            visita.reasons.append(("reading_bad", reading))
        if order.resultado_id and result and day and not visita.reasons:
            vista = Vista(order, result, day, reading or "", "")
            if not vista.igual():
                detail = f"{order.resultado_id.name}|{format_date(self.env, order.date_executed)}"
                visita.reasons.append(("known_other", detail))

    def _una_vez(self, visita, order, passed):
        if order in passed and not visita.reasons:
            visita.reasons.append(("repeated", str(passed[order][0])))

    # --- what was wrong -----------------------------------------------------------------------------------------------

    def _rechazos(self, headers, bad):
        sentences = self._motivos()
        told = []
        for _row, visita in bad:
            reasons = [
                sentences[code] % dict(zip("abc", [*detail.split("|"), "", ""], strict=False))
                for code, detail in visita.reasons
            ]
            told.append((visita.line, " ".join(reasons)))
        rows = [
            [*row, *[""] * (len(headers) - len(row)), str(line), text]
            for (row, _visita), (line, text) in zip(bad, told, strict=True)
        ]
        head = [*headers, self.env._("Line"), self.env._("Reason for rejection")]
        lines = [self.env._("Line %(line)s: %(text)s", line=line, text=text) for line, text in told[:SHOWN]]
        return {
            "rejected_count": len(bad),
            "errors": "\n".join(lines),
            "rejected_file": base64.b64encode(libro([head, *rows])) if bad else False,
        }

    @api.model
    def _motivos(self):
        """{code: sentence}; what is wrong, and what to do where that is not plain."""
        return {
            "order_missing": self.env._("The order and the account are missing."),
            "order_unknown": self.env._("No order %(a)s was dispatched by this company."),
            "account_unknown": self.env._("Account %(a)s has no order in the field in this company."),
            "account_other": self.env._("Order %(a)s is of account %(b)s, not of %(c)s."),
            "result_missing": self.env._("The result is missing."),
            "result_unknown": self.env._("Unknown result: %(a)s. The second sheet of the list has them all."),
            "date_missing": self.env._("The date is missing."),
            "date_bad": self.env._("This is not a date: %(a)s."),
            "future": self.env._("The visit is in the future: %(a)s."),
            "before": self.env._("The visit of %(a)s is before the order left, on %(b)s."),
            "reading_missing": self.env._("%(a)s needs the reading of the meter."),
            "reading_bad": self.env._("This is not a reading: %(a)s."),
            "repeated": self.env._("The order is in line %(a)s too: that one was taken."),
            "known_other": self.env._("It has another result already: %(a)s, on %(b)s. Nothing was changed."),
        }
