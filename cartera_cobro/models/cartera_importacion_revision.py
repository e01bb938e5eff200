"""The dry run: every row of the file read, judged alone and against the database; nothing but rows is written."""

from odoo.tools import split_every

from .cartera_importacion_lectura import Formato, clave, leer, repetidas

TAMANO = 1000
# Fields of a reading that go as they are to the row.
CAMPOS = (
    "partner_key id_type vat partner_code name email phone street city ref date date_due date_paid amount_total "
    "amount_balance cuenta"
).split()


class Revision:
    """Of one import. `filas()` gives the values of its rows, in the file's order."""

    def __init__(self, importacion):
        self.importacion = importacion
        self.env = importacion.env
        self.company = importacion.company_id
        self.Fila = self.env["cartera.importacion.fila"]
        self.formato = Formato(importacion.date_order, importacion.decimal)
        self.targets = {column.index: column.target for column in importacion.columna_ids if column.target}
        self.currencies = {c.name: c for c in self.env["res.currency"].with_context(active_test=False).search([])}
        self.rated = set(self._con_tasa())
        self.locked_until = importacion._bloqueado_hasta()

    def _con_tasa(self):
        """Ids of the currencies that can be converted."""
        rates = self.env["res.currency.rate"].sudo()._read_group(
            [("company_id", "in", (False, self.company.root_id.id))], ["currency_id"]
        )
        return [currency.id for (currency,) in rates] + [self.company.currency_id.id]

    def filas(self, rows):
        """[values for cartera.importacion.fila] of `rows`, lists of texts."""
        lecturas = [leer(self._textos(row), self.formato) for row in rows]
        for lectura in lecturas:
            self._moneda(lectura)
            self._periodo(lectura)
        self._repetidas(lecturas)
        already = self._ya_importadas(lecturas)
        return [
            self._fila(number, row, lectura, already)
            for number, (row, lectura) in enumerate(zip(rows, lecturas, strict=True), self.importacion.header_row + 1)
        ]

    def _textos(self, row):
        return {target: row[index] for index, target in self.targets.items() if index < len(row)}

    def _moneda(self, lectura):
        name = lectura.values.pop("currency", "").upper()
        currency = self.currencies.get(name) if name else self.importacion.currency_id
        if not currency:
            return lectura.against("currency_unknown", name)
        lectura.values["currency_id"] = currency.id
        if not currency.active:
            lectura.against("currency_inactive", name)
        elif currency.id not in self.rated:
            lectura.against("currency_rate", currency.name)
        return None

    def _periodo(self, lectura):
        """The days on which it would be booked must be open."""
        day, paid, *amounts = map(lectura.values.get, ("date", "date_paid", "amount_total", "amount_balance"))
        days = [day, None if None in amounts else self.importacion._fecha_pago(*amounts, paid)]
        booked = [self.importacion._fecha_contable(day) for day in days if day]
        if self.locked_until and any(day <= self.locked_until for day in booked):
            lectura.against("locked", self.locked_until)

    def _repetidas(self, lecturas):
        """Of good rows with one number the first stands."""
        of_debtor = self.importacion.number_scope == "debtor"
        keys = [
            "" if lectura.reasons else clave(lectura.values) if of_debtor else lectura.values["ref"]
            for lectura in lecturas
        ]
        for index, first in repetidas(keys).items():
            lecturas[index].against("repeated", first + self.importacion.header_row + 1)

    def _ya_importadas(self, lecturas):
        keys = [clave(lectura.values) for lectura in lecturas if not lectura.reasons]
        found = {}
        for some in split_every(TAMANO, keys):
            found.update(self.Fila._importadas(self.company, some))
        return found

    def _fila(self, number, row, lectura, already):
        values = {name: lectura.values.get(name) for name in CAMPOS}
        for name in ("amount_total", "amount_balance"):
            values[name] = float(values[name] or 0)
        key = clave(lectura.values)
        state, reasons = self._estado(lectura, already.get(key))
        return values | {
            "importacion_id": self.importacion.id,
            "company_id": self.company.id,
            "currency_id": lectura.values.get("currency_id"),
            "number": number,
            "data": row,
            "key": key,
            "state": state,
            "reason": " ".join(self.Fila._motivo(*reason) for reason in reasons) or False,
        }

    def _estado(self, lectura, entry):
        """(state, reasons) of a row: rejected, skipped or good."""
        if lectura.reasons:
            return "rejected", lectura.reasons
        if lectura.values["date"] > self.importacion.date_cutoff:
            return "skipped", [("after_cutoff", "")]
        if entry:
            return "skipped", [("already", entry)]
        return "pending", []
