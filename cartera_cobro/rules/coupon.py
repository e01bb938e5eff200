"""The barcode of a payment coupon, as banks and collection points read it (GS1-128).

Element strings, GS1 General Specifications, section 3: (415) the collector's GLN, (8020) the reference of the payment
slip, (390n) the amount with n decimals, (96) the last day, as Colombian banks agreed to write it: AAAAMMDD.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

# Ends an element of variable length, where another follows.
FNC1 = "\xf1"
MOST_FIGURES = 14


class Element(NamedTuple):
    """An element string of GS1: what it says (application identifier), and the data."""

    identifier: str
    data: str
    variable: bool


def elements(gln, number, amount: Decimal, limit: date):
    """[Element] of a coupon: who collects, which coupon, how much, until when. The amount bears its cents, if any.

    ValueError: an amount below zero, with parts of a cent, or of more than 14 figures.
    """
    places = 0 if amount == amount.to_integral_value() else 2
    scaled = amount * 10**places
    figures = str(int(scaled))
    if amount < 0 or scaled != int(scaled) or len(figures) > MOST_FIGURES:
        raise ValueError(f"A coupon cannot bear {amount}: it takes cents, and {MOST_FIGURES} figures at most.")
    return [
        Element("415", gln, variable=False),
        Element("8020", number, variable=True),
        # Of an even length: two figures take one symbol.
        Element(f"390{places}", figures.zfill(10 if len(figures) <= 10 else MOST_FIGURES), variable=True),
        Element("96", limit.strftime("%Y%m%d"), variable=True),
    ]


def symbols(parts):
    """What Code 128 encodes (str) of [Element]: a first FNC1 makes it GS1-128, others end what varies in length."""
    text = FNC1
    for place, part in enumerate(parts, start=1):
        text += part.identifier + part.data
        if part.variable and place < len(parts):
            text += FNC1
    return text


def readable(parts):
    """What people read under the bars (str): each identifier in parentheses, which the bars do not hold."""
    return "".join(f"({part.identifier}){part.data}" for part in parts)
