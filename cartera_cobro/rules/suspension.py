"""On which days a public service may be suspended, and until when it must be back.

Ley 142/1994 art. 140-142; D.L. 019/2012 art. 42 (24 hours). Law bars no weekday by name: that a service is not taken
away when nobody could bring it back the next day is the practice of utilities, and a setting here.
"""

from datetime import date, datetime, time, timedelta

from .dates import is_working_day

DAY = timedelta(days=1)


def closed_day(day: date, weekdays, eve: bool = False, holidays=()) -> str | None:
    """Why nothing is suspended on `day`: "holiday", "weekday", "eve" of a holiday; None where it may be done.

    weekdays: those allowed, Monday is 0; eve: whether the eve of a holiday is allowed; holidays: answers `in`.
    """
    if day in holidays:
        return "holiday"
    if day.weekday() not in weekdays:
        return "weekday"
    return "eve" if not eve and day + DAY in holidays else None


def reconnect_by(at: datetime, hours: int, working: bool = False, holidays=()) -> datetime:
    """The last instant of a term of `hours` from `at` (aware, in the zone of the service); working: only the hours
    of working days count, all 24 of them."""
    left = timedelta(hours=hours)
    while working:
        midnight = datetime.combine(at.date() + DAY, time.min, at.tzinfo)
        if is_working_day(at.date(), holidays):
            if at + left <= midnight:
                break
            left -= midnight - at
        at = midnight
    return at + left
