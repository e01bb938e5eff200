"""The reference of a payment coupon and its barcode, as banks and collection points read them (GS1-128).

Element strings, GS1 General Specifications, section 3: (415) the collector's GLN, (8020) the reference of the payment
slip, (390n) the amount with n decimals, (96) the last day, as Colombian banks agreed to write it: AAAAMMDD.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from stdnum import ean, luhn

# Ends an element of variable length, where another follows.
FNC1 = "\xf1"
# Twelve figures: longer than a NIT or a telephone number, and no zero in front that a spreadsheet would eat.
PREFIX, SERIAL = "9", 10


class Element(NamedTuple):
    """An element string of GS1: what it says (application identifier), and the data."""

    identifier: str
    data: str
    variable: bool


def reference(serial):
    """The number (str) of a coupon from its place in the sequence (int, 1 or more): the last figure checks the others.

    Luhn, ISO/IEC 7812-1, annex B. ValueError: the sequence is used up.
    """
    if not 0 < serial < 10**SERIAL:
        raise ValueError(f"No coupon can bear the number {serial}: it has more than {SERIAL} figures.")
    body = f"{PREFIX}{serial:0{SERIAL}d}"
    return body + luhn.calc_check_digit(body)


def is_reference(text):
    """Whether a text (str) is, figure by figure, a reference that `reference` could have given."""
    shaped = text.isascii() and text.isdigit() and len(text) == len(PREFIX) + SERIAL + 1 and text.startswith(PREFIX)
    return shaped and luhn.is_valid(text)


def is_gln(text):
    """Whether a text (str) is a Global Location Number: 13 figures, the last of which checks the others."""
    return len(text) == 13 and text.isascii() and text.isdigit() and ean.is_valid(text)


def elements(gln, number, amount: Decimal, limit: date):
    """[Element] of a coupon: who collects, which coupon, how much, until when. The amount bears its cents, if any."""
    places = 0 if amount == amount.to_integral_value() else 2
    figures = str(int(amount * 10**places))
    return [
        Element("415", gln, variable=False),
        Element("8020", number, variable=True),
        # Of an even length: two figures take one symbol.
        Element(f"390{places}", figures.zfill(10 if len(figures) <= 10 else 14), variable=True),
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
