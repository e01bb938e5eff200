"""Schedules of payment agreements."""

from datetime import date, timedelta
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.dates import add_months
from rules.instalments import Instalment, schedule, schedule_since

FIRST = date(2026, 1, 31)


def test_without_interest_the_last_instalment_absorbs_the_cents():
    assert schedule(Decimal("1000000"), 3, date(2026, 2, 15)) == [
        Instalment(1, date(2026, 2, 15), Decimal("333333.33"), 0, Decimal("333333.33"), Decimal("666666.67")),
        Instalment(2, date(2026, 3, 15), Decimal("333333.33"), 0, Decimal("333333.33"), Decimal("333333.34")),
        Instalment(3, date(2026, 4, 15), Decimal("333333.34"), 0, Decimal("333333.34"), 0),
    ]


def test_an_effective_annual_rate():
    # 12.682503...% a year is 1% a month: 1,000,000 in three instalments of 340,022.11.
    rate = (Decimal("1.01") ** 12 - 1) * 100
    assert schedule(Decimal("1000000"), 3, date(2026, 2, 15), rate) == [
        Instalment(
            1, date(2026, 2, 15), Decimal("330022.11"), Decimal("10000"), Decimal("340022.11"), Decimal("669977.89")
        ),
        Instalment(
            2, date(2026, 3, 15), Decimal("333322.33"), Decimal("6699.78"), Decimal("340022.11"), Decimal("336655.56")
        ),
        Instalment(3, date(2026, 4, 15), Decimal("336655.56"), Decimal("3366.56"), Decimal("340022.12"), 0),
    ]


def test_dates_keep_the_first_day_and_are_clipped_to_the_month():
    due = [instalment.due for instalment in schedule(Decimal(1300), 13, FIRST)]
    assert due[:5] == [FIRST, date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)]
    assert due[11:] == [date(2026, 12, 31), date(2027, 1, 31)]
    assert schedule(Decimal(100), 2, date(2028, 1, 30))[1].due == date(2028, 2, 29)


def test_the_down_payment_is_not_financed():
    plan = schedule(Decimal("1000000"), 4, FIRST, down_payment=Decimal("200000"))
    assert [instalment.total for instalment in plan] == [Decimal("200000")] * 4
    assert schedule(Decimal("1000000"), 4, FIRST, down_payment=Decimal("1000000")) == []


def test_a_compromise_is_one_instalment():
    assert schedule(Decimal("500.55"), 1, FIRST) == [
        Instalment(1, FIRST, Decimal("500.55"), 0, Decimal("500.55"), 0),
    ]


def test_less_than_a_cent_a_month():
    assert [part.total for part in schedule(Decimal("0.03"), 12, FIRST)] == [0] * 11 + [Decimal("0.03")]
    early = [part.total for part in schedule(Decimal("0.07"), 12, FIRST)]
    assert early == [Decimal("0.01")] * 7 + [0] * 5


def test_only_the_days_that_run_before_the_first_one_are_charged():
    capital, rate = Decimal(10_000_000), Decimal(12)
    for start, interest in (
        (None, "94887.93"),
        (date(2026, 1, 15), "94887.93"),  # a month, whatever its days
        (date(2026, 2, 10), "15536.53"),
        (date(2026, 2, 15), "0"),
        (date(2026, 3, 1), "0"),  # liquidated to a later day
        (date(2025, 2, 15), "1200000"),
    ):
        [only] = schedule_since(start, capital, 1, date(2026, 2, 15), rate)
        assert (only.capital, only.interest) == (capital, Decimal(interest))


def test_a_first_period_so_long_that_its_interest_is_more_than_an_instalment():
    plan = schedule_since(date(2026, 1, 15), Decimal(10_000_000), 60, date(2027, 7, 15), Decimal(24))
    assert plan[0].capital == 0
    assert plan[0].interest == plan[0].total > plan[1].total
    assert len({part.total for part in plan[1:-1]}) == 1
    assert sum(part.capital for part in plan) == 10_000_000
    assert min(part.capital for part in plan[1:]) > 0


def test_floats_and_the_callers_context_change_nothing():
    expected = schedule(Decimal("123456.78"), 24, FIRST, Decimal("17.5"), Decimal("1000.10"))
    with localcontext() as context:
        context.prec = 5
        assert schedule(123456.78, 24, FIRST, 17.5, 1000.1) == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((Decimal(100), 0, FIRST), "instalments is 0"),
        ((Decimal(-100), 2, FIRST), "principal"),
        ((Decimal(100), 2, FIRST, Decimal(-1)), "annual rate"),
        ((Decimal(100), 2, FIRST, 0, Decimal(-1)), "down payment"),
        ((Decimal(100), 2, FIRST, 0, Decimal("100.01")), "more than the principal"),
    ],
)
def test_refusals(arguments, message):
    with pytest.raises(ValueError, match=message):
        schedule(*arguments)


cents = st.integers(1, 10**13).map(lambda value: Decimal(value).scaleb(-2))
rates = st.integers(0, 6000).map(lambda value: Decimal(value).scaleb(-2))
counts = st.integers(1, 84)


@given(cents, counts, st.dates(date(2020, 1, 1), date(2060, 1, 1)), rates, st.integers(0, 100))
def test_capital_sums_to_what_is_financed(principal, count, first, rate, percent):
    down_payment = round(principal * percent / 100, 2)
    plan = schedule(principal, count, first, rate, down_payment)
    financed = principal - down_payment
    assert sum(part.capital for part in plan) == financed
    assert [part.number for part in plan] == list(range(1, count + 1 if financed else 1))
    balance = financed
    for part in plan:
        balance -= part.capital
        assert part.balance == balance
        assert part.total == part.capital + part.interest
        assert min(part.capital, part.interest, part.balance) >= 0
        assert all(value == round(value, 2) for value in part[2:])


@given(st.integers(10**6, 10**13).map(lambda value: Decimal(value).scaleb(-2)), counts, rates)
def test_totals_are_constant_and_worth_what_is_financed(principal, count, rate):
    plan = schedule(principal, count, FIRST, rate)
    totals = [part.total for part in plan]
    assert len(set(totals[:-1])) <= 1
    with localcontext() as context:
        context.prec = 60
        month = (1 + rate / 100) ** (Decimal(1) / 12)
        present = sum(total / month**number for number, total in enumerate(totals, start=1))
    # Each month's interest is rounded, by half a cent at most.
    assert abs(present - principal) <= Decimal("0.005") * count + Decimal("0.005")


@given(st.integers(10**6, 10**13).map(lambda value: Decimal(value).scaleb(-2)), counts, rates, st.integers(0, 400))
def test_whatever_the_first_period_what_is_paid_is_worth_what_is_financed(principal, count, rate, days):
    start = FIRST - timedelta(days=days)
    plan = schedule_since(start, principal, count, FIRST, rate)
    assert min(min(part.capital, part.interest) for part in plan) >= 0
    with localcontext() as context:
        context.prec = 60
        year = 1 + rate / 100
        before = year ** (Decimal(1) / 12 if add_months(start, 1) == FIRST else Decimal(days) / 365)
        month = year ** (Decimal(1) / 12)
        present = sum(part.total / (before * month**number) for number, part in enumerate(plan))
    assert abs(present - principal) <= Decimal("0.005") * count + Decimal("0.005")


@given(st.dates(date(2020, 1, 1), date(2060, 1, 1)), counts)
def test_one_due_date_a_month(first, count):
    due = [part.due for part in schedule(Decimal(10**6), count, first)]
    months = [day.year * 12 + day.month for day in due]
    assert months == list(range(months[0], months[0] + count))
    for day in due:
        assert day.day == first.day or (
            day.day < first.day and day.month != date.fromordinal(day.toordinal() + 1).month
        )
