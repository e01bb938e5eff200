"""Indicators: figures worked out by hand, and what holds whatever the figures are."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.indicators import (
    LIGHTS,
    average_days_delinquent,
    best_possible_dso,
    cei,
    dso,
    light,
    overdue_reduction,
    percent,
)

CENTS = st.integers(0, 10**13).map(lambda n: Decimal(n) / 100)
POSITIVE = st.integers(1, 10**13).map(lambda n: Decimal(n) / 100)
SIGNED = st.integers(-(10**9), 10**9).map(lambda n: Decimal(n) / 100)


@pytest.mark.parametrize(
    ("receivable", "sales", "days", "expected"),
    [
        ("600000", "900000", 90, "60.00"),
        ("250000", "1000000", 91, "22.75"),
        ("100", "300", 92, "30.67"),  # 30.666…
        ("0", "300", 92, "0.00"),
        ("100", "0", 92, None),
        ("100", "-5", 92, None),
    ],
)
def test_dso_and_the_best_possible(receivable, sales, days, expected):
    answer = expected and Decimal(expected)
    assert dso(Decimal(receivable), Decimal(sales), days) == answer
    assert best_possible_dso(Decimal(receivable), Decimal(sales), days) == answer


def test_days_delinquent():
    assert average_days_delinquent(Decimal("60.00"), Decimal("22.75")) == Decimal("37.25")
    assert average_days_delinquent(None, Decimal("22.75")) is None
    assert average_days_delinquent(Decimal("60.00"), None) is None


@pytest.mark.parametrize(
    ("beginning", "sales", "ending", "current", "expected"),
    [
        # 1,000 + 500 - 600 = 900 collected of 1,000 + 500 - 400 = 1,100 that could be.
        ("1000", "500", "600", "400", "81.82"),
        ("1000", "500", "400", "400", "100.00"),
        ("1000", "0", "1000", "0", "0.00"),
        # Everything is new and within its term: there was nothing to collect.
        ("0", "500", "500", "500", None),
        ("0", "0", "0", "0", None),
    ],
)
def test_effectiveness(beginning, sales, ending, current, expected):
    figures = [Decimal(figure) for figure in (beginning, sales, ending, current)]
    assert cei(*figures) == (expected and Decimal(expected))


@pytest.mark.parametrize(
    ("part", "whole", "expected"), [(1, 3, "33.33"), (2, 3, "66.67"), (0, 5, "0.00"), (1, 0, None), (5, 4, "125.00")]
)
def test_percent(part, whole, expected):
    assert percent(part, whole) == (expected and Decimal(expected))


def test_reduction():
    assert overdue_reduction(Decimal("1500.50"), Decimal("1200.25")) == Decimal("300.25")
    assert overdue_reduction(Decimal("1000"), Decimal("1200")) == Decimal("-200.00")


@pytest.mark.parametrize(
    ("value", "goal", "tolerance", "better", "expected"),
    [
        ("80", "80", "5", "higher", "green"),
        ("79.99", "80", "5", "higher", "amber"),
        ("75", "80", "5", "higher", "amber"),
        ("74.99", "80", "5", "higher", "red"),
        ("45", "45", "0", "lower", "green"),
        ("45.01", "45", "0", "lower", "red"),
        ("50", "45", "5", "lower", "amber"),
        ("-10", "0", "20", "higher", "amber"),
        (None, "45", "5", "lower", "none"),
        ("45", None, "5", "lower", "none"),
    ],
)
def test_light(value, goal, tolerance, better, expected):
    assert light(value and Decimal(value), goal and Decimal(goal), Decimal(tolerance), better) == expected


@given(CENTS, CENTS, POSITIVE, st.integers(1, 400))
def test_delinquent_days_are_those_of_what_is_overdue(current, overdue, sales, days):
    """To the cent that each of the two roundings may take."""
    late = average_days_delinquent(dso(current + overdue, sales, days), best_possible_dso(current, sales, days))
    assert late >= 0
    assert abs(late - overdue * days / sales) <= Decimal("0.01")


@given(CENTS, CENTS, CENTS, CENTS)
def test_effectiveness_is_a_share_while_nobody_pays_more_than_is_owed(beginning, sales, current, overdue):
    ending = current + overdue
    index = cei(beginning, sales, ending, current)
    if ending <= beginning + sales and index is not None:
        assert 0 <= index <= 100
        assert index < 100 or overdue * 10_000 <= beginning + sales - current


@given(SIGNED, SIGNED, CENTS, st.sampled_from(["higher", "lower"]))
def test_better_never_dims_a_light(value, goal, tolerance, better):
    step = Decimal(1) if better == "higher" else Decimal(-1)
    seen = [LIGHTS.index(light(value + n * step, goal, tolerance, better)) for n in range(4)]
    assert seen == sorted(seen, reverse=True)
    mirrored = "lower" if better == "higher" else "higher"
    assert light(value, goal, tolerance, better) == light(-value, -goal, tolerance, mirrored)
