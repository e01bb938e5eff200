"""Late interest by regime, and how a payment is imputed to what is owed."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from operator import itemgetter

from .money import ZERO, exactly, number, to_cent

REGIMES = ("civil", "public", "commercial", "tax")
ORDERS = ("interest_first", "proportional")
PARTS = ("penalty", "interest", "capital")  # the order of C.C. 1653

CIVIL_PERCENT = 6  # C.C. 1617
PUBLIC_PERCENT = 12  # Ley 68/1923, art. 9
COMMERCIAL_TIMES = Decimal("1.5")  # C.Co 884
TAX_POINTS_LESS = 2  # E.T. 635
YEAR = 365
TAX_YEAR = 366


class NoRate(ValueError):
    """No rate is in force on `day`."""

    def __init__(self, day: date):
        self.day = day
        super().__init__(f"No rate is in force on {day.isoformat()}: load the certified rate of that day.")


def late_interest(
    principal: Decimal,
    first_day: date,
    last_day: date,
    regime: str,
    rates: Sequence[tuple[date, Decimal]] = (),
) -> Decimal:
    """Late interest of `principal` from `first_day` to `last_day`, both of which bear interest (d days).

    - civil (C.C. 1617): P x 6% x d / 365.
    - public, not tax (Ley 68/1923, art. 9): P x 12% x d / 365.
    - commercial (C.Co 884): sum over runs of equal rate of P x [(1 + 1.5 x IBC)^(1/365) - 1] x d. An effective
      rate is never divided by 365. Usury is 1.5 x IBC by definition, so the cap is the rate itself.
    - tax (E.T. 635): sum over runs of P x (usury - 2 points) / 366 x d, simple by statute.

    rates: [(from_day, effective annual percent)] in any order, each in force until the next; the IBC for
    commercial, usury for tax, not read by the others. Nothing is compounded: no interest on interest.
    A last_day before first_day gives 0.00.
    ValueError: negative principal or rate, unknown regime, two rates from the same day, a day without a rate.
    """
    principal = number(principal, "principal")
    if regime not in REGIMES:
        raise ValueError(f"Unknown regime {regime!r}: use one of {', '.join(REGIMES)}.")
    if last_day < first_day:
        return ZERO
    days = (last_day - first_day).days + 1
    with exactly():
        # Divided last, so that an amount that falls on half a cent rounds up.
        if regime == "civil":
            return to_cent(principal * CIVIL_PERCENT * days / (100 * YEAR))
        if regime == "public":
            return to_cent(principal * PUBLIC_PERCENT * days / (100 * YEAR))
        runs = list(_runs(first_day, last_day, rates))
        if regime == "commercial":
            return to_cent(principal * sum(_daily(percent) * run for run, percent in runs))
        return to_cent(principal * sum(_tax_percent(percent) * run for run, percent in runs) / (100 * TAX_YEAR))


def allocate(payment: Decimal, parts: Mapping[str, Decimal], order: str) -> dict[str, Decimal]:
    """Impute `payment` to `parts` {"capital": …, "interest": …, "penalty": …}, any of which may be missing.

    - interest_first (C.C. 1653): penalty, then interest, then capital, each as far as the money goes.
    - proportional (E.T. 804): each part in the proportion it has of the total, to the cent; what rounding leaves
      over or short is capital's, as far as capital is owed.

    Answers the same keys plus "excess", what was paid beyond the debt. No part gets more than it owes, none is
    negative, and the values sum to the payment exactly.
    ValueError: negative payment or part, unknown part, unknown order.
    """
    payment = number(payment, "payment")
    for name in parts:
        if name not in PARTS:
            raise ValueError(f"Unknown part {name!r}: use {', '.join(PARTS)}.")
    owed = {name: number(parts[name], name) for name in PARTS if name in parts}
    if order not in ORDERS:
        raise ValueError(f"Unknown order {order!r}: use one of {', '.join(ORDERS)}.")
    with exactly():
        paid = min(payment, sum(owed.values(), ZERO))
        shares = _in_turn(paid, owed) if order == "interest_first" else _in_proportion(paid, owed)
        return {**shares, "excess": payment - paid}


def _in_turn(paid: Decimal, owed: Mapping[str, Decimal]) -> dict[str, Decimal]:
    shares = {}
    for name, part in owed.items():
        shares[name] = min(part, paid)
        paid -= shares[name]
    return shares


def _in_proportion(paid: Decimal, owed: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Shares of `paid` (at most the total owed); the last of `owed` takes what is left."""
    total = sum(owed.values(), ZERO)
    shares, left, rest = {}, paid, total
    for name, part in owed.items():
        rest -= part
        share = to_cent(paid * part / total) if total else ZERO
        # Neither more than the part or the money, nor so little that the parts still to come could not hold it.
        shares[name] = min(max(share, left - rest), part, left)
        left -= shares[name]
    return shares


def _runs(first_day: date, last_day: date, rates: Iterable[tuple[date, Decimal]]) -> Iterator[tuple[int, Decimal]]:
    """(days, percent) of each run of one rate between two days, both included."""
    dated = sorted(rates, key=itemgetter(0))
    starts = [from_day for from_day, _percent in dated]
    for day, following in pairwise(starts):
        if day == following:
            raise ValueError(f"Two rates start on {day.isoformat()}: leave the one in force.")
    current = bisect_right(starts, first_day) - 1
    if current < 0:
        raise NoRate(first_day)
    after = last_day + timedelta(days=1)
    for (start, percent), end in zip(dated[current:], [*starts[current + 1 :], after], strict=True):
        if start > last_day:
            break
        yield (min(end, after) - max(start, first_day)).days, number(percent, "rate")


@lru_cache(maxsize=1024)  # a portfolio asks for the same few months over and over
def _daily(ibc: Decimal) -> Decimal:
    """The daily rate, as a fraction, equivalent to one and a half times the IBC (effective annual percent)."""
    return (1 + COMMERCIAL_TIMES * ibc / 100) ** (Decimal(1) / YEAR) - 1


def _tax_percent(usury: Decimal) -> Decimal:
    return number(usury - TAX_POINTS_LESS, f"usury rate {usury} less {TAX_POINTS_LESS} points")
