"""Dates and amounts as legal documents in Colombia write them, whatever the user's language."""

from babel.dates import format_date

SPANISH = "es_CO"


def fecha(day):
    """date → "5 de julio de 2026"; empty stays empty."""
    return format_date(day, "d 'de' MMMM 'de' y", locale=SPANISH) if day else ""


def pesos(amount):
    """1234567.5 → "$ 1.234.567,50"; cents show only where there are any."""
    whole = f"{amount:,.2f}".removesuffix(".00")
    return "$ " + whole.translate(str.maketrans(",.", ".,"))
