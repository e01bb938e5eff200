"""Calendar months, as terms of law count them, and working days."""

from calendar import monthrange
from datetime import date, timedelta

SATURDAY = 5


def add_months(day: date, months: int) -> date:
    """The same day `months` later, clipped to the month's end (31 January + 1 is 28 or 29 February)."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def is_working_day(day: date, holidays=()) -> bool:
    """Whether `day` is a Monday to Friday that is not in `holidays` (anything that answers `in`)."""
    return day.weekday() < SATURDAY and day not in holidays


def next_working_day(day: date, holidays=()) -> date:
    """`day` itself where it is a working day, else the first one after it."""
    while not is_working_day(day, holidays):
        day += timedelta(days=1)
    return day


def count_working_days(day: date, until: date, holidays=()) -> int:
    """How many working days of a term that begins the day after `day` have run when `until` ends; 0 before that."""
    days = range(1, (until - day).days + 1)
    return sum(is_working_day(day + timedelta(days=n), holidays) for n in days)


def add_working_days(day: date, count: int, holidays=()) -> date:
    """The last day of a term of `count` working days that begins the day after `day`."""
    for _ in range(count):
        day = next_working_day(day + timedelta(days=1), holidays)
    return day
