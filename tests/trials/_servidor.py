"""Odoo as if it were a working morning in Colombia, when debtors may be called, so that pictures show such a day.

Run by `screenshots.py` as a program: python -m tests.trials._servidor ODOO_ARGUMENTS
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
from freezegun import freeze_time

BOGOTA = ZoneInfo("America/Bogota")
OFFICE, MORNING = range(8, 16), time(10, 15)


def mañana_habil(now):
    """`now` (aware) while it is an hour of office work, or else the next working day's morning."""
    free = holidays.country_holidays("CO")
    day = now.astimezone(BOGOTA)
    if day.weekday() < 5 and day.hour in OFFICE and day.date() not in free:
        return day
    day = day if day.time() < MORNING else day + timedelta(days=1)
    while day.weekday() > 4 or day.date() in free:
        day += timedelta(days=1)
    return datetime.combine(day.date(), MORNING, BOGOTA)


if __name__ == "__main__":
    freeze_time(mañana_habil(datetime.now(BOGOTA)).astimezone(ZoneInfo("UTC")), tick=True).start()
    from odoo.cli import main

    main()
