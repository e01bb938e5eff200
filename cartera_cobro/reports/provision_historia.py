"""The arithmetic of flow rates as a run kept it: month ends, what was there, what went on, and the losses."""

from typing import NamedTuple

from ..models.cartera_provision_metodo import etiquetas, fin_de_mes
from .informe_gestion import celda

NOTHING = (0.0, 0.0)


class Paso(NamedTuple):
    """A band of a segment: what the month ends held, what arrived in the next band, and the fractions of both.

    had, arrived, flow: None in the last band, from which nothing goes on.
    """

    segment: str
    day: int
    banda: str
    had: float | None
    arrived: float | None
    flow: float | None
    rate: float


class Historia:
    """What one method by flow rates (`cartera.provision.calculo`) was derived from."""

    def __init__(self, calculo):
        self.calculo = calculo
        run, said = calculo.provision_id, calculo.parameters
        lang = run.company_id.partner_id.lang or "en_US"
        self.days, self.lgd, self.forward = said["days"], said["lgd"] / 100, said["forward"]
        self.bandas = etiquetas(calculo.with_context(lang=lang).env, self.days)
        self.dates = [fin_de_mes(run.date, back) for back in reversed(range(said["months"] + 1))]
        self.rates = {(segment, day): (rate, flow) for segment, day, rate, flow in said["rates"]}
        self.segments = sorted({segment for segment, _day in self.rates})
        self.parted = len(self.segments) > 1
        rows = calculo.env["cartera.provision.saldo"].search_read(
            [("calculo_id", "=", calculo.id)], ["segment", "date", "days_from", "amount", "amount_entered"], load=None
        )
        self._saldos = {
            (row["segment"] or "", row["date"], row["days_from"]): (row["amount"], row["amount_entered"])
            for row in rows
        }

    def saldo(self, segment, date, day):
        """What a band held at a month end."""
        return self._saldos.get((segment, date, day), NOTHING)[0]

    def entrada(self, segment, date):
        """What entered the last band since the month end before."""
        return self._saldos.get((segment, date, self.days[-1]), NOTHING)[1]

    def pasos(self):
        return [self.paso(segment, place) for segment in self.segments for place in range(len(self.days))]

    def paso(self, segment, place):
        """The Paso of a band by its place (int, 0 the first)."""
        day = self.days[place]
        rate, flow = self.rates[segment, day]
        had = arrived = None
        if flow is not None:
            had = sum(self.saldo(segment, date, day) for date in self.dates[:-1])
            arrived = sum(self._llegada(segment, date, place + 1) for date in self.dates[1:])
        return Paso(segment, day, self.bandas[day], had, arrived, flow, rate)

    def _llegada(self, segment, date, place):
        last = place == len(self.days) - 1
        return self.entrada(segment, date) if last else self.saldo(segment, date, self.days[place])

    def nota(self):
        """How to read it (str)."""
        first, last = self.dates[0], self.dates[-1]
        note = (
            f"Suma de los cierres del {first:%d/%m/%Y} al {last:%d/%m/%Y}. La tasa de un rango es su flujo por la "
            f"tasa del siguiente; la del último, LGD {celda(100 * self.lgd, 'rate')} por factor "
            f"{decimales(self.forward)}."
        )
        return note + (" Donde un segmento no tenía saldo, toma el flujo de toda la cartera." if self.parted else "")


def decimales(factor):
    """1.05 → "1,05": no more decimals than it has."""
    return f"{factor:.4f}".rstrip("0").rstrip(".").replace(".", ",")
