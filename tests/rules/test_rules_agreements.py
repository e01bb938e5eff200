"""Plans of payment agreements, and the imputation of what is paid of them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.agreements import Cuota, Pagado, breached, impute, plan

FIRST = date(2026, 8, 31)
ORDERS = st.sampled_from(["interest_first", "proportional"])
cents = st.decimals(0, 10**9, places=2)


def test_the_down_payment_takes_the_interest_first():
    cuotas = plan(
        Decimal(1_000_000), Decimal(100_000), 3, FIRST, down_payment=Decimal(400_000), down_date=date(2026, 7, 31)
    )
    assert cuotas == [
        Cuota(0, date(2026, 7, 31), Decimal(300_000), Decimal(100_000), 0),
        Cuota(1, date(2026, 8, 31), Decimal("233333.33"), 0, 0),
        Cuota(2, date(2026, 9, 30), Decimal("233333.33"), 0, 0),
        Cuota(3, date(2026, 10, 31), Decimal("233333.34"), 0, 0),
    ]


def test_late_interest_bears_no_financing():
    rate = (Decimal("1.01") ** 12 - 1) * 100
    cuotas = plan(Decimal(1_000_000), Decimal(90_000), 3, date(2026, 2, 15), annual_rate=rate)
    assert [cuota.interest for cuota in cuotas] == [30_000] * 3
    assert [cuota.financing for cuota in cuotas] == [Decimal("10000"), Decimal("6699.78"), Decimal("3366.56")]


def test_financing_runs_since_the_liquidation():
    terms = {"annual_rate": Decimal(12), "start": date(2026, 2, 10)}
    [cuota] = plan(Decimal(10_000_000), Decimal(90_000), 1, date(2026, 2, 15), **terms)
    assert (cuota.interest, cuota.financing) == (90_000, Decimal("15536.53"))


def test_a_commitment_is_one_instalment():
    assert plan(Decimal(100), Decimal(5), 1, FIRST) == [Cuota(1, FIRST, Decimal(100), Decimal(5), 0)]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"capital": Decimal(0), "interest": Decimal(0)}, "Nothing is owed"),
        ({"capital": Decimal(-1)}, "zero or more"),
        ({"count": 0}, "one or more"),
        ({"annual_rate": Decimal(-1)}, "zero or more"),
        ({"down_payment": Decimal(200), "down_date": FIRST}, "more than the debt"),
        ({"down_payment": Decimal(1)}, "no date"),
    ],
)
def test_what_makes_no_plan(wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        plan(**({"capital": Decimal(100), "interest": Decimal(10), "count": 3, "first": FIRST} | wrong))


@given(cents, cents, st.integers(1, 60), st.decimals(0, 40, places=2), st.decimals(0, 1, places=4), ORDERS)
def test_it_sums_to_the_debt_to_the_cent(capital, interest, count, rate, share, order):
    if not capital + interest:
        return
    down = ((capital + interest) * share).quantize(Decimal("0.01"))
    cuotas = plan(capital, interest, count, FIRST, annual_rate=rate, down_payment=down, down_date=FIRST, order=order)
    assert sum(c.capital for c in cuotas) == capital
    assert sum(c.interest for c in cuotas) == interest
    assert all(min(c.capital, c.interest, c.financing) >= 0 for c in cuotas)
    assert sum(c.total for c in cuotas if c.number == 0) == down
    assert [c.number for c in cuotas] == sorted({c.number for c in cuotas})
    assert sorted(c.due for c in cuotas) == [c.due for c in cuotas]


PLAN = plan(Decimal(1_000_000), Decimal(90_000), 6, FIRST, annual_rate=Decimal(24))


@given(st.decimals(0, 3_000_000, places=2), ORDERS)
def test_what_is_paid_fills_the_plan_in_its_order(paid, order):
    covered = impute(paid, PLAN, order)
    assert sum(p.total for p in covered) == min(paid, sum(c.total for c in PLAN))
    for cuota, part in zip(PLAN, covered, strict=True):
        assert all(0 <= getattr(part, name) <= getattr(cuota, name) for name in ("capital", "interest", "financing"))
    # Nothing goes to an instalment before the earlier ones are complete.
    complete = [part.total == cuota.total for cuota, part in zip(PLAN, covered, strict=True)]
    assert all(complete[n] or not covered[n + 1].total for n in range(len(PLAN) - 1))


@given(st.decimals(0, 1_000_000, places=2), st.decimals(0, 1_000_000, places=2), ORDERS)
def test_more_money_never_covers_less(paid, more, order):
    before, after = impute(paid, PLAN, order), impute(paid + more, PLAN, order)
    assert all(b.total <= a.total for b, a in zip(before, after, strict=True))


def test_interest_comes_before_capital():
    [first, *_rest] = impute(Decimal(20_000), PLAN, "interest_first")
    assert (first.interest, first.total) == (PLAN[0].interest, 20_000)
    assert first == Pagado(0, Decimal(15_000), Decimal(5_000))


@pytest.mark.parametrize(
    ("count", "late", "most_missed", "most_days", "broken"),
    [
        (0, 0, 2, 30, False),
        (1, 30, 2, 30, False),
        (1, 31, 2, 30, True),
        (2, 5, 2, 30, True),
        (5, 200, 0, 0, False),
        (1, 31, 2, 0, False),
        (3, 5, 0, 30, False),
    ],
)
def test_what_breaks_an_agreement(count, late, most_missed, most_days, broken):
    oldest = FIRST if count else None
    assert breached(count, oldest, FIRST + timedelta(late), most_missed, most_days) is broken
