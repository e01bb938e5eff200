"""Promises to pay: what may be promised, what became of it, and what it says of the debtor."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.promises import LEVELS, STATES, Promise, judge, level, objection, spread

MADE = date(2026, 7, 15)
CENTS = st.integers(0, 10**9).map(lambda n: Decimal(n) / 100)
POSITIVE = st.integers(1, 10**9).map(lambda n: Decimal(n) / 100)
DAYS = st.integers(0, 60).map(lambda n: MADE + timedelta(days=n))


@pytest.mark.parametrize(
    ("amount", "owed", "ahead", "code"),
    [
        ("0", "100", 1, "amount"),
        ("-1", "100", 1, "amount"),
        ("100", "100", -1, "past"),
        ("100", "100", 31, "far"),
        ("100.01", "100", 30, "over"),
        ("100", "100", 30, None),
        ("0.01", "100", 0, None),
    ],
)
def test_what_may_be_promised(amount, owed, ahead, code):
    assert objection(Decimal(amount), Decimal(owed), MADE, MADE + timedelta(days=ahead), 30) == code


@pytest.mark.parametrize(
    ("paid", "owed", "over", "state"),
    [
        ("0", "100", False, "pending"),
        ("99.99", "0.01", False, "pending"),
        ("100", "50", False, "kept"),
        ("100", "50", True, "kept"),
        ("40", "0", False, "kept"),
        ("99.99", "0.01", True, "partial"),
        ("0", "100", True, "broken"),
    ],
)
def test_what_became_of_it(paid, owed, over, state):
    assert judge(Decimal(100), Decimal(paid), Decimal(owed), over) == state


@given(st.lists(st.tuples(st.integers(-5, 40), POSITIVE), max_size=8), POSITIVE, st.integers(0, 30), st.integers(0, 45))
def test_payments_one_by_one_never_make_it_worse(payments, amount, days, today):
    """Whatever is paid and when, the state is that of the sum of what was paid in time, and only time breaks it."""
    deadline, balance = MADE + timedelta(days=days), amount + sum((p for _d, p in payments), Decimal(0))
    on_date = MADE + timedelta(days=today)
    rank = {state: n for n, state in enumerate(("broken", "partial", "pending", "kept"))}
    seen, paid = [], Decimal(0)
    for day, payment in [(None, Decimal(0)), *sorted(payments)]:
        if day is None or MADE + timedelta(days=day) <= min(deadline, on_date):
            paid += payment
        seen.append(judge(amount, paid, balance - paid, on_date > deadline))
    assert seen == sorted(seen, key=rank.get)
    assert (seen[-1] == "kept") == (paid >= amount)
    assert (seen[-1] == "broken") == (on_date > deadline and not paid)
    assert (seen[-1] == "pending") == (on_date <= deadline and paid < amount)
    assert set(seen) <= {*STATES, "pending"}


@given(
    st.lists(st.tuples(DAYS, POSITIVE), max_size=6),
    st.lists(
        st.builds(lambda d, n, a: Promise(d, d + timedelta(days=n), a), DAYS, st.integers(0, 30), CENTS), max_size=5
    ),
)
def test_no_peso_of_a_credit_counts_twice_nor_outside_its_days(credits, promises):
    paid = spread(credits, promises)
    assert len(paid) == len(promises)
    assert all(0 <= p <= promise.lacking for p, promise in zip(paid, promises, strict=True))
    assert sum(paid) <= sum((amount for _day, amount in credits), Decimal(0))
    for p, promise in zip(paid, promises, strict=True):
        reach = sum((a for day, a in credits if promise.made <= day <= promise.deadline), Decimal(0))
        assert p <= reach
    if promises:  # the oldest takes all that it can
        first = promises[0]
        reach = sum((a for day, a in credits if first.made <= day <= first.deadline), Decimal(0))
        assert paid[0] == min(first.lacking, reach)


def test_the_oldest_promise_takes_a_credit_first():
    july = Promise(MADE, MADE + timedelta(days=5), Decimal(600))
    later = Promise(MADE + timedelta(days=1), MADE + timedelta(days=9), Decimal(500))
    credits = [(MADE + timedelta(days=7), Decimal(50)), (MADE + timedelta(days=2), Decimal(700))]
    assert spread(credits, [july, later]) == [600, 150]
    assert spread([], [july]) == [0]


@pytest.mark.parametrize(
    ("kept", "partial", "broken", "word"),
    [
        (0, 0, 0, "none"),
        (1, 0, 0, "keeps"),
        (3, 0, 1, "keeps"),
        (2, 1, 0, "keeps"),
        (1, 1, 0, "keeps"),
        (0, 1, 0, "sometimes"),
        (1, 0, 1, "sometimes"),
        (2, 0, 1, "sometimes"),
        (0, 1, 1, "breaks"),
        (0, 0, 1, "breaks"),
    ],
)
def test_the_level(kept, partial, broken, word):
    assert level(kept, partial, broken) == word


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_a_kept_promise_never_lowers_the_level_nor_a_broken_one_raises_it(kept, partial, broken):
    worth = {word: n for n, word in enumerate(reversed(LEVELS[1:]))}
    if kept + partial + broken:
        now = worth[level(kept, partial, broken)]
        assert worth[level(kept + 1, partial, broken)] >= now >= worth[level(kept, partial, broken + 1)]
