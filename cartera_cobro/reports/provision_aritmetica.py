"""The sheets that show how each method of a run was computed, so that whoever reviews it can trace every figure."""

from typing import NamedTuple

from xlsxwriter.utility import xl_col_to_name

from .hoja import Formula, escribir_tabla
from .provision_historia import Historia

HEAD = 4  # row (from 0) of the headings
FIRST = HEAD + 2  # the first row under them, as spreadsheets number rows
WHOLE = "Toda la cartera"
FLUJOS = [
    ("Segmento", "segment", 26, "text"),
    ("Rango", "banda", 20, "text"),
    ("Había", "had", 19, "money"),
    ("Pasó al siguiente", "arrived", 19, "money"),
    ("Flujo", "flow", 12, "fraction"),
    ("LGD", "lgd", 10, "fraction"),
    ("Factor prospectivo", "forward", 12, "fraction"),
    ("Tasa de pérdida", "rate", 12, "fraction"),
]
DETERIORO = [
    ("Segmento", "segment", 26, "text"),
    ("Rango", "banda", 20, "text"),
    ("Partidas", "items", 11, "number"),
    ("Saldo", "gross", 19, "money"),
    ("Base", "base", 19, "money"),
    ("Tasa (%)", "rate", 12, "rate"),
    ("Base por tasa", "product", 19, "money"),
    ("Deterioro calculado", "amount", 19, "money"),
    ("Evaluaciones individuales, vinculados económicos, topes y redondeo", "rest", 24, "money"),
]


class Cuadro(NamedTuple):
    """Where the history of a method is on its sheets: the rows of each segment's month ends, and of each rate."""

    saldos: dict
    tasas: dict


class Aritmetica:
    """Writes them; hoja(name, title): a new sheet with its titles."""

    def __init__(self, papel, hoja):
        self.papel, self.hoja = papel, hoja

    def escribir(self, book, number, calculo):
        """The sheets of one method, which begin with its number."""
        self.book, self.number, self.calculo = book, number, calculo
        cuadro = self._flujos(Historia(calculo)) if calculo.kind == "flow" else None
        self._deterioro(cuadro)

    def _titulo(self, what):
        return f"{self.calculo.name}: {what}"

    # --- flow rates -------------------------------------------------------------------------------------------------

    def _flujos(self, historia):
        saldos = self._saldos(historia)
        order = [(segment, place) for segment in historia.segments for place in range(len(historia.days))]
        tasas = {(segment, historia.days[place]): FIRST + n for n, (segment, place) in enumerate(order)}
        rows = [self._paso(historia, saldos, tasas, segment, place) for segment, place in order]
        sheet = self.hoja(f"{self.number} Flujos", self._titulo("flujos y tasas de pérdida"))
        escribir_tabla(self.book, sheet, HEAD, FLUJOS, rows, dict.get, frozen=2)
        sheet.write_string(HEAD + len(rows) + 2, 0, historia.nota())
        return Cuadro(saldos, tasas)

    def _saldos(self, historia):
        """The balances of every month end; {segment: its first row}."""
        bands = [(historia.bandas[day], day, 19, "money") for day in historia.days]
        columns = [("Segmento", "segment", 26, "text"), ("Cierre", "date", 12, "day"), *bands,
                   ("Entró al último", "entered", 19, "money")]  # fmt: skip
        rows = [
            {
                "segment": segment or WHOLE,
                "date": day,
                "entered": historia.entrada(segment, day),
                **{band: historia.saldo(segment, day, band) for band in historia.days},
            }
            for segment in historia.segments
            for day in historia.dates
        ]
        sheet = self.hoja(f"{self.number} Saldos", self._titulo("saldos de los cierres"))
        escribir_tabla(self.book, sheet, HEAD, columns, rows, dict.get, frozen=2)
        months = len(historia.dates)
        return {segment: FIRST + place * months for place, segment in enumerate(historia.segments)}

    def _paso(self, historia, saldos, tasas, segment, place):
        """The row of a band: what was there, what went on, and the loss that follows from the next band's."""
        paso = historia.paso(segment, place)
        excel = tasas[segment, paso.day]
        row = {"segment": segment or WHOLE, "banda": paso.banda}
        if paso.flow is None:
            row |= {"lgd": historia.lgd, "forward": historia.forward}
            return row | {"rate": Formula(f"=F{excel}*G{excel}", paso.rate)}
        whole = f"E{tasas['', paso.day]}" if segment else "0"
        first, last = saldos[segment], saldos[segment] + len(historia.dates) - 1
        return row | {
            "had": Formula(self._suma(place, first, last - 1), paso.had),
            "arrived": Formula(self._suma(self._siguiente(historia, place), first + 1, last), paso.arrived),
            "flow": Formula(f"=IF(C{excel}=0,{whole},D{excel}/C{excel})", paso.flow),
            "rate": Formula(f"=E{excel}*H{excel + 1}", paso.rate),
        }

    def _siguiente(self, historia, place):
        """The place of the column with what arrives from a band: the next one's, or what entered the last."""
        return len(historia.days) if place + 2 == len(historia.days) else place + 1

    def _suma(self, place, first, last):
        column = xl_col_to_name(place + 2)
        return f"=SUM('{self.number} Saldos'!{column}{first}:{column}{last})"

    # --- impairment -------------------------------------------------------------------------------------------------

    def _deterioro(self, cuadro):
        found = self.papel.provision.env["cartera.provision.resumen"].search(
            [("calculo_id", "=", self.calculo.id)], order="segment, days_from"
        )
        rows = [self._banda(resumen, FIRST + n, cuadro) for n, resumen in enumerate(found)]
        sheet = self.hoja(f"{self.number} Deterioro", self._titulo("base, tasa y deterioro"))
        if rows:
            rows.append(self._total(rows))
        escribir_tabla(self.book, sheet, HEAD, DETERIORO, rows, dict.get, frozen=2)

    def _banda(self, resumen, excel, cuadro):
        """A band of a segment: its base by its rate, beside what was computed item by item."""
        product = self.papel.company.currency_id.round(resumen.amount_base * min(resumen.loss_rate / 100, 1))
        rate = resumen.loss_rate
        if cuadro:
            key = (resumen.segment or "", resumen.days_from)
            place = cuadro.tasas.get(key) or cuadro.tasas["", resumen.days_from]
            rate = Formula(f"=100*'{self.number} Flujos'!H{place}", rate)
        return {
            "segment": resumen.segment or WHOLE,
            "banda": resumen.banda,
            "items": resumen.items,
            "gross": resumen.amount_gross,
            "base": resumen.amount_base,
            "rate": rate,
            "product": Formula(f"=ROUND(E{excel}*MIN(F{excel}/100,1),2)", product),
            "amount": resumen.amount,
            "rest": Formula(f"=H{excel}-G{excel}", resumen.amount - product),
        }

    def _total(self, rows):
        last = FIRST + len(rows) - 1
        total = {"segment": "Total"}
        for place, (_heading, name, _width, _kind) in enumerate(DETERIORO):
            if name in ("items", "gross", "base", "product", "amount", "rest"):
                values = [row[name].value if isinstance(row[name], Formula) else row[name] for row in rows]
                column = xl_col_to_name(place)
                total[name] = Formula(f"=SUM({column}{FIRST}:{column}{last})", sum(values))
        return total
