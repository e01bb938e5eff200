"""When a debt may be reported to a credit bureau (Ley 1266 de 2008, art. 12; Ley 2157 de 2021)."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from .dates import add_months
from .money import number

SMALL_PERCENT = 15  # of the monthly minimum wage: two notices
WAIT_DAYS = 20  # whole calendar days after the notice
MONTHS_TO_REPORT = 18  # after default


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
