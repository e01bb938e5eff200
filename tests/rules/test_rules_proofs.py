"""Proofs of payment: which are taken, when two are the same, how far their money reaches."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.proofs import MOST_TIMES, OLDEST, objection, reach, reference_key

TODAY = date(2026, 7, 15)


@pytest.mark.parametrize(
    ("amount", "day", "owed", "code"),
    [
        (100, TODAY, 100, None),
        (100, TODAY - OLDEST, 100, None),
        (100 * MOST_TIMES, TODAY, 100, None),
        (100, TODAY, 0, "paid"),
        (0, TODAY, 100, "amount"),
        (-5, TODAY, 100, "amount"),
        (100 * MOST_TIMES + 1, TODAY, 100, "huge"),
        (100, None, 100, "day"),
        (100, TODAY + timedelta(days=1), 100, "future"),
        (100, TODAY - OLDEST - timedelta(days=1), 100, "old"),
    ],
)
def test_what_cannot_be_taken_says_why(amount, day, owed, code):
    assert objection(Decimal(amount), day, TODAY, Decimal(owed)) == code


@pytest.mark.parametrize(
    ("typed", "key"),
    [("CUS 00-4512", "CUS004512"), ("cus004512", "CUS004512"), ("000 881", "881"), ("", ""), ("-_", "")],
)
def test_a_reference_is_the_same_however_it_is_typed(typed, key):
    assert reference_key(typed) == key


@given(st.lists(st.integers(1, 1000), max_size=8), st.integers(0, 9000))
def test_money_reaches_the_first_ones_until_it_is_gone(balances, amount):
    count = reach([Decimal(b) for b in balances], Decimal(amount))
    assert sum(balances[:count]) >= min(amount, sum(balances))
    assert not count or sum(balances[: count - 1]) < amount
