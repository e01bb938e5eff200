"""Amounts as the rules take and return them."""

from contextlib import AbstractContextManager
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
# Wide enough for any sum of pesos, and the caller's own decimal context must not change a figure of law.
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


def exactly() -> AbstractContextManager:
    """Context in which the rules compute, so that the only rounding anyone sees is `to_cent`."""
    return localcontext(_EXACT)


def number(value: Decimal | int | float, what: str) -> Decimal:
    """`value` as a finite Decimal of zero or more; `what` names it in the ValueError.

    A float is read as it prints (16.24 is 16.24, not its binary neighbour), since the ERP hands out floats.
    """
    try:
        result = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    except (ArithmeticError, TypeError, ValueError):
        result = Decimal("NaN")
    if not result.is_finite() or result < 0:
        raise ValueError(f"The {what} is {value}: give a number of zero or more.")
    return result


def to_cent(value: Decimal) -> Decimal:
    """`value` rounded half up to two decimals."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP, context=_EXACT)
