"""A forecast of cash by weeks, and how near it came.

Weeks go from Monday to Sunday. The first one is that of the first day forecast, which may not be its Monday: then it
has fewer days.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from .dates import add_months

WEEKS = 13
FREQUENCIES = ("once", "weekly", "fortnight", "monthly", "quarterly", "yearly")
MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}
FORTNIGHT = 15  # the day of the first of the two payments of a month; the other is on its last day


class Week(NamedTuple):
    """A week of a forecast, from 1 on; both days are included."""

    number: int
    first: date
    last: date


def weeks(first: date, count: int = WEEKS) -> list[Week]:
    """The `count` weeks of a forecast whose first day is `first`."""
    monday = first - timedelta(days=first.weekday())
    return [
        Week(n + 1, max(monday + timedelta(weeks=n), first), monday + timedelta(weeks=n, days=6)) for n in range(count)
    ]


def waiting(paid: Iterable[tuple[int, Decimal]]) -> list[int]:
    """How late a debt is paid that is `n` days late already, for each `n` from 0 on, from (days late, amount) payments.

    The average, by amount and rounded half up, of what was paid later than that; the list ends where nothing was.
    """
    later, amount, weighted = [], Decimal(0), Decimal(0)
    sums = defaultdict(Decimal)
    for days, value in paid:
        sums[days] += value
    for late in range(max(sums, default=0), 0, -1):
        amount += sums[late]
        weighted += sums[late] * late
        later.append(int((weighted / amount).quantize(Decimal(1), ROUND_HALF_UP)))
    return later[::-1]


def expected_day(due: date, delay: int, first: date, wait: Sequence[int] = (), not_before: date | None = None) -> date:
    """When a debt is expected: its due date and the customer's own delay in days (negative: early), never in the past.

    What is later than that already, as what was paid after being that late (`wait`, see `waiting`); on the first day
    forecast, `first`, where nothing was. not_before: a day before which the debtor said that it does not pay.
    """
    late = (first - due).days
    if late > delay:
        delay = wait[late] if 0 <= late < len(wait) else late
    return max(due + timedelta(days=delay), first, not_before or first)


def occurrences(start: date, frequency: str, first: date, last: date, end: date | None = None) -> list[date]:
    """The days from `first` to `last` on which what recurs since `start` falls, until `end` where there is one.

    fortnight: the 15th and the last day of each month. monthly, quarterly, yearly: the day of `start`, clipped to the
    month's end. ValueError: another frequency.
    """
    if frequency not in FREQUENCIES:
        raise ValueError(f"A frequency is one of {', '.join(FREQUENCIES)}, not {frequency}.")
    until = min(last, end) if end else last
    return [day for day in _series(start, frequency, until) if max(first, start) <= day <= until]


def _series(start, frequency, until):
    if frequency == "once":
        return [start]
    if frequency == "weekly":
        return [start + timedelta(weeks=n) for n in range(max((until - start).days, -7) // 7 + 1)]
    months = (until.year - start.year) * 12 + until.month - start.month
    if frequency == "fortnight":
        begin = start.replace(day=1)
        return [day for n in range(months + 1) for day in _halves(add_months(begin, n))]
    step = MONTHS[frequency]
    return [add_months(start, n) for n in range(0, months + 1, step)]


def _halves(month):
    """The two days of payment of a month (its first day)."""
    return month.replace(day=FORTNIGHT), add_months(month, 1) - timedelta(days=1)


def accuracy(pairs: Iterable[tuple[Decimal, Decimal]]) -> Decimal | None:
    """How near forecasts came, in percent: 100 less the absolute errors over what came, of (forecast, actual) pairs.

    Not under zero. None where nothing came, of which no error is a share.
    """
    pairs = list(pairs)
    came = sum(abs(actual) for _forecast, actual in pairs)
    if not came:
        return None
    missed = sum(abs(actual - forecast) for forecast, actual in pairs)
    return max(Decimal(100) * (1 - Decimal(missed) / Decimal(came)), Decimal(0))
