"""Dates and amounts as they are written in Colombia, whatever the user's language."""

import re
from decimal import Decimal

from babel.dates import format_date

SPANISH = "es_CO"
# Points group thousands, a comma begins the cents: 1.234.567,50; without points, either begins them.
GROUPED = re.compile(r"\d{1,3}(\.\d{3})+(,\d{1,2})?")
PLAIN = re.compile(r"\d{1,13}([.,]\d{1,2})?")


def fecha(day):
    """date → "5 de julio de 2026"; empty stays empty."""
    return format_date(day, "d 'de' MMMM 'de' y", locale=SPANISH) if day else ""


def pesos(amount):
    """1234567.5 → "$ 1.234.567,50"; cents show only where there are any."""
    whole = f"{amount:,.2f}".removesuffix(".00")
    return "$ " + whole.translate(str.maketrans(",.", ".,"))


def leer_pesos(text):
    """What somebody types as an amount, "$ 1.234.567,50" or "1234567.5", as Decimal; None when it is none."""
    figure = re.sub(r"[\s$]", "", text or "")
    if GROUPED.fullmatch(figure):
        return Decimal(figure.replace(".", "").replace(",", "."))
    return Decimal(figure.replace(",", ".")) if PLAIN.fullmatch(figure) else None
