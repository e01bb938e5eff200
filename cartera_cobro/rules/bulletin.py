"""Who goes into the State's bulletin of delinquent debtors (BDME), and how the receiver wants it written."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from .dates import add_months
from .money import number

MONTHS_IN_ARREARS = 6


def reportable(balance: Decimal, due: date, cutoff: date, limit: Decimal, breached: bool = False) -> bool:
    """Whether a debt is reported at `cutoff` (31 May or 30 November): Ley 901/2004.

    balance: of the obligation or of the debtor, whichever is the policy's unit. It must exceed `limit`, 5 SMMLV of the
    year, and the arrears six calendar months since `due`. An agreement that was `breached` needs no age; where the
    policy asks no minimum of it either, the caller's limit is 0.
    ValueError: a negative balance or limit.
    """
    if number(balance, "balance") <= number(limit, "limit"):
        return False
    return breached or cutoff > add_months(due, MONTHS_IN_ARREARS)


class Field(NamedTuple):
    """A field of a record of fixed width.

    width: characters; align: left | right; pad: the character that fills it; decimals: of an amount; date_format: of a
    day, as strftime takes it.
    """

    name: str
    width: int
    align: str = "left"
    pad: str = " "
    decimals: int = 0
    date_format: str = "%d/%m/%Y"


def as_text(value, field: Field) -> str:
    """`value` (str, int, date, or an amount as Decimal or float) as `field` writes it, without its padding.

    An amount is rounded half up to the field's decimals, with a point before them and nothing between thousands.
    """
    if value is None or value is False:
        return ""
    if isinstance(value, date):
        return value.strftime(field.date_format)
    if isinstance(value, (Decimal, float)):
        exact = Decimal(repr(value)) if isinstance(value, float) else value
        return str(exact.quantize(Decimal(1).scaleb(-field.decimals), rounding=ROUND_HALF_UP))
    return str(value)


def misfit(value, field: Field, encoding: str = "ascii", signs: str | None = None) -> str | None:
    """Why the receiver would reject `value` in `field`: empty, wide, characters; None where it fits.

    signs: what is accepted beside letters of A to Z, digits and space; None: whatever `encoding` can write.
    """
    text = as_text(value, field)
    if not text.strip():
        return "empty"
    if len(text) > field.width:
        return "wide"
    plain = all(
        c.isprintable() and (signs is None or c == " " or (c.isascii() and c.isalnum()) or c in signs) for c in text
    )
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        plain = False
    return None if plain else "characters"


def fixed_width(record: dict, fields: list[Field]) -> str:
    """One line of the file: the values of `record` ({name: value}) in their fields, one after another.

    Nothing is ever cut. ValueError: a value that is wider than its field, or a field that the record lacks.
    """
    pieces = []
    for field in fields:
        if field.name not in record:
            raise ValueError(f"The record lacks {field.name}.")
        text = as_text(record[field.name], field)
        if len(text) > field.width:
            raise ValueError(f"{field.name} has {len(text)} characters, and {field.width} fit: {text}")
        pieces.append(
            text.rjust(field.width, field.pad) if field.align == "right" else text.ljust(field.width, field.pad)
        )
    return "".join(pieces)


def encode(lines: list[str], encoding: str = "cp1252", line_end: str = "\r\n") -> bytes:
    """The file: each line with its end, the last one too. ValueError: a character that `encoding` cannot write."""
    try:
        return "".join(line + line_end for line in lines).encode(encoding)
    except UnicodeEncodeError as error:
        raise ValueError(f"{error.object[error.start]!r} cannot be written in {encoding}.") from error


def next_term(cutoff: date, days: int) -> date:
    """The last day to send what was cut off at `cutoff` (a month's end): so many days into the next month."""
    return add_months(cutoff, 1).replace(day=days)
