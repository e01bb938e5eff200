"""What measuring a closing needs: its period, the closing of the month before, and figures summed whole and by part.

The *period* goes from the first day of the closing's month to the closing's own day. What is compared with the month
before needs the closing in force of that month's last day.
"""

from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from ..rules.indicators import percent
from .cartera_acuerdo import decimal
from .cartera_libro import Libro

# Scope: the column of a value that keeps whose it is.
IDS = {"stage": "etapa_id", "officer": "user_id", "zone": "zona_id"}


class Parte(NamedTuple):
    """A part of the portfolio in one scope. key: the id of its stage, officer or zone; place: its order among them."""

    scope: str = "total"
    key: int | None = None
    label: str | None = None
    place: int = 0

    def clave(self):
        """What is the same part at another closing."""
        return self.scope, self.key or self.label or ""


class Fila(NamedTuple):
    """A value measured. numerator and denominator: the two figures of its formula."""

    code: str
    value: Decimal
    numerator: Decimal
    denominator: Decimal
    parte: Parte = Parte()

    def columnas(self):
        """Values of a row of `cartera.indicador.valor`."""
        scope, key, label, place = self.parte
        return {
            "scope": scope,
            "label": label,
            "place": place,
            "value": float(self.value),
            "numerator": float(self.numerator),
            "denominator": float(self.denominator),
            **({IDS[scope]: key} if scope in IDS else {}),
        }


class Medicion(Libro):
    """One confirmed closing, to be measured."""

    def __init__(self, corte):
        corte = corte.with_context(lang=corte.env["cartera.correo"]._idioma() or corte.env.lang)
        super().__init__(corte.env, corte.company_id, corte.date)
        self.corte = corte
        self.desde = corte.date.replace(day=1)
        self.antes = self._mes_anterior()

    def _mes_anterior(self):
        """The closing in force of the last day of the month before; empty when there is none."""
        return self.corte.search(
            [
                ("company_id", "=", self.company.id),
                ("date", "=", self.desde - timedelta(days=1)),
                ("is_current", "=", True),
            ]
        )

    def _parte(self, scope, record, place=0):
        """The part that a record is (a stage, an officer, a zone)."""
        return Parte(scope, record.id or None, record.display_name or self.env._("Unassigned"), place)

    def _sumar(self, rows):
        """[(Parte, first figure, second)] of `rows` [(parts that a row belongs to, first, second)], the whole first.

        Two parts with the same id are one, whatever they were called: the first one's name stays.
        """
        parts, sums = {}, {}
        for of, first, second in [((), 0, 0), *rows]:
            for parte in (Parte(), *of):
                clave = parte.clave()
                parts.setdefault(clave, parte)
                before = sums.get(clave, (Decimal(0), Decimal(0)))
                sums[clave] = (before[0] + decimal(first), before[1] + decimal(second))
        return [(parte, *sums[clave]) for clave, parte in parts.items()]

    def _porcentajes(self, code, rows):
        """[Fila] of first / second * 100 of `rows`, as `_sumar` takes them: those that have something to divide by."""
        filas = []
        for parte, first, second in self._sumar(rows):
            value = percent(first, second)
            if value is not None:
                filas.append(Fila(code, value, first, second, parte))
        return filas
