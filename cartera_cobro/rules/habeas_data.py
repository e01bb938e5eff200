"""When a debt may be reported to a credit bureau (Ley 1266 de 2008, art. 12; Ley 2157 de 2021)."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from .dates import add_months
from .money import number

SMALL_PERCENT = 15  # of the monthly minimum wage: two notices
WAIT_DAYS = 20  # whole calendar days after the notice
MONTHS_TO_REPORT = 18  # after default
TIMES_ARREARS = 2  # how long negative data of a paid debt stays
MONTHS_PAID = 48  # the most that it stays after payment
MONTHS_UNPAID = 96  # after default, negative data of a debt still owed lapses


class Permanence(NamedTuple):
    """until: the last day on which negative data may stay, None where there is none; stays: whether it may today."""

    until: date | None
    stays: bool


def report_window(
    balance: Decimal, minimum_wage: Decimal, notices: Iterable[date], default_day: date | None
) -> tuple[date, date] | None:
    """(first, last) day on which a debt of `balance` in default since `default_day` may be reported.

    notices: the days on which notices were sent. A debt of up to 15% of the minimum wage takes two, on different days,
    and the wait counts from the second of them. None: not due, notices missing, or the wait ends after the last day.
    ValueError: a negative amount.
    """
    small = number(balance, "balance") * 100 <= number(minimum_wage, "minimum wage") * SMALL_PERCENT
    days = sorted(set(notices))
    needed = 2 if small else 1
    if not default_day or len(days) < needed:
        return None
    first = days[needed - 1] + timedelta(days=WAIT_DAYS + 1)
    last = add_months(default_day, MONTHS_TO_REPORT)
    return (first, last) if first <= last else None


def gives_notice(sent: date, until: date) -> bool:
    """Whether a notice sent on `sent` that gives time until `until` leaves the days of Ley 1266 art. 12."""
    return until >= sent + timedelta(days=WAIT_DAYS)


def permanence(default_day: date, paid_day: date | None, today: date) -> Permanence:
    """How long the negative data of a debt in default since `default_day` may stay (Ley 1266 art. 13, Ley 2157 art. 3).

    Of a paid debt, twice the days of its arrears after payment, at most four years; of one still owed, eight years
    after default, and what lapsed by then does not come back because it is paid later. Paid on `default_day` or before:
    no negative data. 29 February becomes 28. `paid_day` None: still owed; one after `today` has not happened yet.
    """
    lapse = add_months(default_day, MONTHS_UNPAID)
    paid = paid_day if paid_day and paid_day <= today else None
    if paid and paid <= default_day:
        return Permanence(None, False)
    until = lapse if not paid or paid > lapse else _after_payment(default_day, paid)
    return Permanence(until, today <= until)


def _after_payment(default_day: date, paid: date) -> date:
    twice = paid + timedelta(days=TIMES_ARREARS * (paid - default_day).days)
    return min(twice, add_months(paid, MONTHS_PAID))
