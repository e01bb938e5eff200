"""Rules of dates, terms, reports and coupons on whatever they may be given: what must hold, holds."""

import os
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import coupon, dates, habeas_data, suspension

MORE = settings(max_examples=60 * int(os.environ.get("CARTERA_FUZZ_TIMES", "1")))
DAYS = st.dates(date(1990, 1, 1), date(2080, 12, 31))
HOLIDAYS = st.sets(st.dates(date(2026, 1, 1), date(2026, 3, 1)), max_size=20)
EARLY = st.dates(date(2026, 1, 1), date(2026, 2, 20))
BOGOTA = ZoneInfo("America/Bogota")


@MORE
@given(DAYS, st.integers(-400, 400), st.integers(0, 400))
def test_months_are_added_one_by_one_or_at_once_and_never_skip_one(day, months, more):
    there = dates.add_months(day, months)
    assert (there.year * 12 + there.month) - (day.year * 12 + day.month) == months
    assert there.day == day.day or (there + timedelta(days=1)).day == 1
    assert dates.add_months(day, months + more) >= there


@MORE
@given(EARLY, st.integers(0, 25), HOLIDAYS)
def test_a_term_of_working_days_ends_on_one_and_counts_them(day, count, holidays):
    end = dates.add_working_days(day, count, holidays)
    assert dates.count_working_days(day, end, holidays) == count
    assert end == day if not count else dates.is_working_day(end, holidays)
    first = dates.next_working_day(day, holidays)
    assert first >= day and dates.is_working_day(first, holidays)


@MORE
@given(EARLY, st.sets(st.integers(0, 6)), st.booleans(), HOLIDAYS)
def test_a_day_is_open_for_suspensions_or_says_why_not(day, weekdays, eve, holidays):
    why = suspension.closed_day(day, weekdays, eve, holidays)
    assert why in (None, "holiday", "weekday", "eve")
    assert why or (day not in holidays and day.weekday() in weekdays)
    assert why != "eve" or (not eve and day + timedelta(days=1) in holidays)


@MORE
@given(EARLY, st.integers(0, 23), st.integers(0, 120), st.booleans(), HOLIDAYS)
def test_a_service_is_back_within_its_hours(day, hour, hours, working, holidays):
    at = datetime(day.year, day.month, day.day, hour, tzinfo=BOGOTA)
    until = suspension.reconnect_by(at, hours, working, holidays)
    assert until >= at + timedelta(hours=hours)
    assert working or until == at + timedelta(hours=hours)
    assert not working or suspension.reconnect_by(at, hours + 1, working, holidays) > until


@MORE
@given(st.decimals(0, 10**9, places=2), st.decimals(1, 10**7, places=2), st.lists(DAYS, max_size=4),
       st.none() | DAYS)  # fmt: skip
def test_a_report_has_its_notices_before_it_or_no_window(balance, wage, notices, default):
    window = habeas_data.report_window(balance, wage, notices, default)
    if window:
        first, last = window
        assert default and first <= last
        assert any(notice < first for notice in notices)


@pytest.mark.parametrize("balance", [Decimal("-1"), "x", None, Decimal("NaN")])
def test_a_balance_that_is_none_is_refused_in_a_sentence(balance):
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        habeas_data.report_window(balance, Decimal(1000), [], None)


@MORE
@given(DAYS, st.none() | DAYS, DAYS)
def test_negative_data_never_stay_longer_than_eight_years_and_four(default, paid, today):
    stay = habeas_data.permanence(default, paid, today)
    limits = [each for each in stay if isinstance(each, date)]
    assert all(limit <= dates.add_months(max(default, paid or default), 12 * 12) for limit in limits)


@MORE
@given(st.decimals(0, 10**11, places=2), st.integers(1, 10**12), DAYS)
def test_a_coupon_bears_its_amount_and_day_exactly(amount, number, limit):
    parts = {part.identifier: part for part in coupon.elements("7709998000003", str(number), amount, limit)}
    [money] = [name for name in parts if name.startswith("390")]
    assert Decimal(parts[money].data).scaleb(-int(money[-1])) == amount
    assert len(parts[money].data) % 2 == 0 and parts["96"].data == f"{limit:%Y%m%d}"
    symbols = coupon.symbols(list(parts.values()))
    assert symbols.startswith(coupon.FNC1) and not symbols.endswith(coupon.FNC1)
    assert coupon.readable(list(parts.values())).count("(") == len(parts)


@pytest.mark.parametrize("amount", [Decimal(-1), Decimal(10) ** 14, Decimal("0.001")])
def test_a_coupon_of_an_amount_that_it_cannot_bear_is_refused_in_a_sentence(amount):
    with pytest.raises(ValueError, match="coupon"):
        coupon.elements("7709998000003", "1", amount, date(2026, 7, 15))
