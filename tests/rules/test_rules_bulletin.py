"""Who is reported in the bulletin of delinquent debtors of the State."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.bulletin import reportable

MAY, NOVEMBER = date(2026, 5, 31), date(2026, 11, 30)
LIMIT = Decimal("8754525")  # 5 x 1,750,905
ABOVE = LIMIT + 1
SIX_MONTHS = date(2025, 11, 30)


def test_the_balance_must_exceed_the_limit():
    assert reportable(ABOVE, SIX_MONTHS, MAY, LIMIT)
    assert reportable(LIMIT + Decimal("0.01"), SIX_MONTHS, MAY, LIMIT)
    assert not reportable(LIMIT, SIX_MONTHS, MAY, LIMIT)


@pytest.mark.parametrize(
    ("due", "cutoff", "expected"),
    [
        (date(2025, 11, 30), MAY, True),
        (date(2025, 12, 1), MAY, False),
        (date(2025, 11, 30), date(2026, 5, 30), False),
        (date(2026, 5, 29), NOVEMBER, True),
        (date(2026, 5, 30), NOVEMBER, False),
        (date(2026, 5, 31), NOVEMBER, False),
        # Six months from 31 August end with February.
        (date(2025, 8, 31), date(2026, 2, 28), False),
        (date(2025, 8, 31), date(2026, 3, 1), True),
        (date(2027, 1, 1), MAY, False),
    ],
)
def test_six_calendar_months_must_have_passed(due, cutoff, expected):
    assert reportable(ABOVE, due, cutoff, LIMIT) is expected


def test_a_breached_agreement_needs_no_age_but_an_amount():
    assert reportable(ABOVE, MAY, MAY, LIMIT, breached=True)
    assert not reportable(LIMIT, MAY, MAY, LIMIT, breached=True)
    assert reportable(Decimal("0.01"), MAY, MAY, Decimal(0), breached=True)
    assert not reportable(Decimal(0), MAY, MAY, Decimal(0), breached=True)


def test_floats_are_read_as_they_print():
    assert reportable(8754525.01, SIX_MONTHS, MAY, 8754525.0)
    assert not reportable(8754525.0, SIX_MONTHS, MAY, LIMIT)


@pytest.mark.parametrize(("balance", "limit", "message"), [(-1, LIMIT, "balance"), (ABOVE, Decimal(-1), "limit")])
def test_refusals(balance, limit, message):
    with pytest.raises(ValueError, match=message):
        reportable(balance, SIX_MONTHS, MAY, limit)


@given(st.dates(date(2015, 1, 1), date(2030, 1, 1)), st.integers(0, 400), st.booleans())
def test_once_reported_older_and_larger_is_reported_too(due, days, breached):
    cutoff = due + timedelta(days=days)
    if reportable(ABOVE, due, cutoff, LIMIT, breached):
        assert reportable(ABOVE + 1, due - timedelta(days=1), cutoff, LIMIT, breached)
        assert reportable(ABOVE, due, cutoff + timedelta(days=1), LIMIT, breached)


@given(st.dates(date(2015, 1, 1), date(2030, 1, 1)))
def test_six_months_are_between_181_and_185_days(due):
    assert not reportable(ABOVE, due, due + timedelta(days=181), LIMIT)
    assert reportable(ABOVE, due, due + timedelta(days=185), LIMIT)
