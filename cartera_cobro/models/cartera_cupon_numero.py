"""The numbers of payment coupons, which check themselves: their references, and the collector's GLN."""

from stdnum import ean, luhn

# Twelve figures: longer than a NIT or a telephone number, and no zero in front that a spreadsheet would eat.
PREFIX, SERIAL = "9", 10


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
