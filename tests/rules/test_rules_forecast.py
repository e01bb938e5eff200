"""Weeks, expected days, what recurs and how near a forecast came."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.forecast import FREQUENCIES, accuracy, expected_day, occurrences, waiting, weeks

MONDAY = date(2026, 7, 13)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def test_weeks_go_from_monday_to_sunday_and_the_first_from_its_day():
    first, second, *_rest, last = weeks(date(2026, 7, 16))
    assert first == (1, date(2026, 7, 16), date(2026, 7, 19))
    assert second == (2, date(2026, 7, 20), date(2026, 7, 26))
    assert last == (13, date(2026, 10, 5), date(2026, 10, 11))
    assert weeks(MONDAY)[0].first == MONDAY
    assert weeks(date(2026, 7, 19))[0].last == date(2026, 7, 19)


@given(DAYS)
def test_weeks_leave_no_day_out_and_count_none_twice(first):
    days = [week.first + timedelta(days=n) for week in weeks(first) for n in range((week.last - week.first).days + 1)]
    assert days == [first + timedelta(days=n) for n in range(len(days))]
    assert 12 * 7 < len(days) <= 13 * 7


@pytest.mark.parametrize(
    ("due", "delay", "not_before", "expected"),
    [
        (date(2026, 8, 1), 12, None, date(2026, 8, 13)),
        (date(2026, 8, 1), -3, None, date(2026, 7, 29)),
        (date(2026, 5, 1), 12, None, MONDAY),
        (date(2026, 7, 14), -5, None, MONDAY),
        (date(2026, 5, 1), 12, date(2026, 7, 31), date(2026, 7, 31)),
        (date(2026, 8, 1), 12, date(2026, 7, 31), date(2026, 8, 13)),
    ],
)
def test_expected_day(due, delay, not_before, expected):
    assert expected_day(due, delay, MONDAY, not_before=not_before) == expected


def test_what_is_late_already_waits_as_long_as_what_was_paid_after_being_that_late():
    wait = waiting([(5, Decimal(300)), (20, Decimal(100)), (21, Decimal(100)), (-4, Decimal(900)), (0, Decimal(50))])
    # (5 * 300 + 20 * 100 + 21 * 100) / 500 = 11.2 until 5 days late; 20.5 until 20; 21 until 21.
    assert wait == [11] * 5 + [21] * 15 + [21]
    assert waiting([]) == waiting([(-3, Decimal(1))]) == []
    assert expected_day(date(2026, 7, 11), 1, MONDAY, wait) == date(2026, 7, 22)  # 2 days late: 11 in all
    assert expected_day(date(2026, 7, 11), 2, MONDAY, wait) == MONDAY  # on its usual day
    assert expected_day(date(2026, 7, 3), 2, MONDAY, wait) == date(2026, 7, 24)
    assert expected_day(date(2026, 6, 1), 2, MONDAY, wait) == MONDAY  # later than anything paid


@pytest.mark.parametrize(
    ("frequency", "start", "expected"),
    [
        ("once", date(2026, 7, 20), [date(2026, 7, 20)]),
        ("once", date(2026, 7, 1), []),
        ("weekly", date(2026, 6, 5), [date(2026, 7, d) for d in (17, 24, 31)] + [date(2026, 8, d) for d in (7, 14)]),
        ("fortnight", date(2026, 1, 10), [date(2026, 7, 15), date(2026, 7, 31), date(2026, 8, 15)]),
        ("monthly", date(2026, 1, 31), [date(2026, 7, 31)]),
        ("monthly", date(2026, 8, 10), [date(2026, 8, 10)]),
        ("quarterly", date(2025, 11, 14), [date(2026, 8, 14)]),
        ("yearly", date(2020, 8, 1), [date(2026, 8, 1)]),
        ("monthly", date(2027, 1, 1), []),
    ],
)
def test_occurrences(frequency, start, expected):
    assert occurrences(start, frequency, MONDAY, date(2026, 8, 15)) == expected


def test_a_fortnight_of_february_ends_on_its_last_day():
    days = occurrences(date(2027, 2, 1), "fortnight", date(2027, 2, 1), date(2027, 2, 28))
    assert days == [date(2027, 2, 15), date(2027, 2, 28)]


def test_it_ends_where_it_says():
    assert occurrences(MONDAY, "weekly", MONDAY, date(2026, 12, 31), date(2026, 7, 27)) == [
        date(2026, 7, 13), date(2026, 7, 20), date(2026, 7, 27)
    ]  # fmt: skip


def test_no_other_frequency():
    with pytest.raises(ValueError, match="weekly"):
        occurrences(MONDAY, "daily", MONDAY, MONDAY)


@given(DAYS, st.sampled_from(FREQUENCIES), DAYS, st.integers(0, 400), st.integers(0, 400))
def test_two_spans_in_a_row_have_what_both_have_together(start, frequency, first, one, other):
    cut, last = first + timedelta(days=one), first + timedelta(days=one + other + 1)
    parts = occurrences(start, frequency, first, cut) + occurrences(start, frequency, cut + timedelta(days=1), last)
    whole = occurrences(start, frequency, first, last)
    assert parts == whole
    assert whole == sorted(set(whole))


def test_accuracy():
    pairs = [(Decimal(100), Decimal(80)), (Decimal(50), Decimal(70))]
    assert round(accuracy(pairs), 4) == Decimal("73.3333")  # 40 missed of the 150 that came
    assert accuracy([(Decimal(5), Decimal(5))]) == 100
    assert accuracy([(Decimal(500), Decimal(5))]) == 0
    assert accuracy([(Decimal(500), Decimal(0))]) is None
    assert accuracy([]) is None
