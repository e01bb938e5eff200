"""Dates and amounts as they are written in Colombia, whatever the user's language."""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from babel.dates import format_date
from num2words import num2words

SPANISH = "es_CO"
# Points group thousands, a comma begins the cents: 1.234.567,50; without points, either begins them.
GROUPED = re.compile(r"\d{1,3}(\.\d{3})+(,\d{1,2})?")
PLAIN = re.compile(r"\d{1,13}([.,]\d{1,2})?")
MILLION = 1_000_000


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


def leer_dia(text):
    """The date of an ISO text, as a browser's box for dates sends it; None when it is none."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def numero(count):
    """21 → "veintiún": as said before the noun that it counts."""
    words = num2words(count, lang=SPANISH)
    return re.sub(r"\buno\b", "un", words.replace("veintiuno", "veintiún"))


def letras(amount):
    """1000000.5 → "UN MILLÓN DE PESOS CON CINCUENTA CENTAVOS M/CTE". Never negative."""
    cents = int((Decimal(str(amount)) * 100).quantize(Decimal(1), ROUND_HALF_UP))
    whole, cents = divmod(cents, 100)
    of = "de " if whole and not whole % MILLION else ""
    text = f"{numero(whole)} {of}{'peso' if whole == 1 else 'pesos'}"
    if cents:
        text += f" con {numero(cents)} {'centavo' if cents == 1 else 'centavos'}"
    return f"{text} m/cte".upper()
