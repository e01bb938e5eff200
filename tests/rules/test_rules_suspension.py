"""Days of suspension and terms of reconnection, by the calendar of July 2026 (Monday 20 is a holiday)."""

from datetime import date, datetime

import pytest

from rules.contact import BOGOTA
from rules.suspension import closed_day, reconnect_by

CO = {date(2026, 7, 13), date(2026, 7, 20)}
MONDAY_TO_THURSDAY = {0, 1, 2, 3}


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 7, 16), None),
        (date(2026, 7, 17), "weekday"),
        (date(2026, 7, 20), "holiday"),
        (date(2026, 7, 19), "weekday"),
    ],
)
def test_days(day, reason):
    assert closed_day(day, MONDAY_TO_THURSDAY, holidays=CO) == reason


def test_the_eve_of_a_holiday_unless_it_is_allowed():
    wednesday, thursday = date(2026, 7, 15), date(2026, 7, 16)
    assert closed_day(wednesday, MONDAY_TO_THURSDAY, holidays={thursday}) == "eve"
    assert closed_day(wednesday, MONDAY_TO_THURSDAY, eve=True, holidays={thursday}) is None


def instant(*moment):
    return datetime(2026, 7, *moment, tzinfo=BOGOTA)


@pytest.mark.parametrize(
    ("at", "working", "expected"),
    [
        (instant(17, 15), False, instant(18, 15)),
        # Friday at three in the afternoon: nine hours are left of it, and the rest is Tuesday's.
        (instant(17, 15), True, instant(21, 15)),
        (instant(15, 9), True, instant(16, 9)),
        (instant(18, 10), True, instant(22)),
    ],
)
def test_twenty_four_hours(at, working, expected):
    assert reconnect_by(at, 24, working, CO) == expected
