"""Late interest to the cent, and imputation of payments."""

from datetime import date, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.interest import allocate, late_interest

TEN_MILLION = Decimal("10000000")
JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
END = date(2026, 3, 31)
IBC = [(JANUARY, Decimal("16.24")), (FEBRUARY, Decimal("16.82")), (MARCH, Decimal("17.01"))]
USURY = [(JANUARY, Decimal("24.36")), (FEBRUARY, Decimal("25.23")), (MARCH, Decimal("25.52"))]


@pytest.mark.parametrize(
    ("regime", "rates", "expected"),
    [
        ("civil", (), "147945.21"),
        ("public", (), "295890.41"),
        ("commercial", IBC, "550928.12"),
        # (22.36 x 31 + 23.23 x 28 + 23.52 x 31) / 36600 of the principal
        ("tax", USURY, "566316.94"),
    ],
)
def test_first_quarter_of_2026(regime, rates, expected):
    assert late_interest(TEN_MILLION, JANUARY, END, regime, rates) == Decimal(expected)


def test_one_day_bears_interest_and_none_does_not():
    assert late_interest(TEN_MILLION, JANUARY, JANUARY, "civil") == Decimal("1643.84")
    assert late_interest(TEN_MILLION, JANUARY, JANUARY - timedelta(days=1), "civil") == 0
    assert late_interest(TEN_MILLION, JANUARY, date(2020, 1, 1), "commercial") == 0


def test_a_leap_year_has_366_days_over_365():
    assert late_interest(Decimal(365), date(2024, 1, 1), date(2024, 12, 31), "civil") == Decimal("21.96")


def test_the_tax_year_is_always_366():
    year = late_interest(Decimal(366), JANUARY, date(2026, 12, 31), "tax", [(JANUARY, Decimal(12))])
    assert year == Decimal("36.50")


def test_a_year_at_one_rate_is_not_compounded():
    # 365 x (1.24^(1/365) - 1) = 21.51748%: compounding the days would give 24,000.00.
    year = late_interest(Decimal(100000), JANUARY, date(2026, 12, 31), "commercial", [(JANUARY, Decimal(16))])
    assert year == Decimal("21517.48")


def test_half_a_cent_rounds_up():
    # 91.25 x 6% / 365 = 0.015 exactly
    assert late_interest(Decimal("91.25"), JANUARY, JANUARY, "civil") == Decimal("0.02")


def test_the_result_has_cents_whatever_context_the_caller_has():
    with localcontext() as context:
        context.prec = 4
        assert str(late_interest(TEN_MILLION, JANUARY, END, "commercial", IBC)) == "550928.12"
        assert str(late_interest(Decimal(0), JANUARY, END, "civil")) == "0.00"


def test_floats_are_read_as_they_print():
    rates = [(day, float(percent)) for day, percent in IBC]
    assert late_interest(10000000.0, JANUARY, END, "commercial", rates) == Decimal("550928.12")


def test_rates_come_in_any_order_and_last_until_the_next():
    assert late_interest(TEN_MILLION, JANUARY, END, "commercial", IBC[::-1]) == Decimal("550928.12")
    only_january = late_interest(TEN_MILLION, JANUARY, END, "tax", USURY[:1])
    assert only_january == late_interest(TEN_MILLION, JANUARY, END, "tax", [(date(2020, 1, 1), Decimal("24.36"))])
    later = [*IBC, (date(2026, 4, 1), Decimal(99))]
    assert late_interest(TEN_MILLION, JANUARY, END, "commercial", later) == Decimal("550928.12")


@pytest.mark.parametrize("regime", ["commercial", "tax"])
def test_a_day_without_a_rate_is_named(regime):
    with pytest.raises(ValueError, match="2026-01-31"):
        late_interest(TEN_MILLION, date(2026, 1, 31), END, regime, IBC[1:])
    with pytest.raises(ValueError, match="2026-01-01"):
        late_interest(TEN_MILLION, JANUARY, END, regime)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((Decimal("-0.01"), JANUARY, END, "civil"), "principal"),
        ((Decimal("-0.01"), END, JANUARY, "civil"), "principal"),
        ((Decimal("NaN"), JANUARY, END, "civil"), "principal"),
        ((Decimal("Infinity"), JANUARY, END, "civil"), "principal"),
        ((TEN_MILLION, JANUARY, END, "usurious"), "'usurious'"),
        ((TEN_MILLION, END, JANUARY, "usurious"), "'usurious'"),
        ((TEN_MILLION, JANUARY, END, "commercial", [(JANUARY, Decimal(-1))]), "rate"),
        ((TEN_MILLION, JANUARY, END, "tax", [(JANUARY, Decimal("1.99"))]), "less 2 points"),
        ((TEN_MILLION, JANUARY, END, "tax", [*USURY, (FEBRUARY, Decimal(20))]), "2026-02-01"),
    ],
)
def test_refusals(arguments, message):
    with pytest.raises(ValueError, match=message):
        late_interest(*arguments)


cents = st.integers(0, 10**14).map(lambda value: Decimal(value).scaleb(-2))
days = st.dates(date(2023, 1, 1), date(2027, 12, 31))
rate_tables = st.dictionaries(
    days, st.integers(200, 5000).map(lambda value: Decimal(value).scaleb(-2)), max_size=8
).map(
    lambda table: [
        (date(2023, 1, 1), Decimal("18.50")),
        *((day, rate) for day, rate in table.items() if day.year > 2023),
    ]
)


def rate_of(day, table):
    return max(entry for entry in table if entry[0] <= day)[1]


def half_up(fraction):
    return Decimal((fraction * 200 + 1) // 2).scaleb(-2)


@given(cents, days, st.integers(1, 400), rate_tables)
def test_tax_is_the_sum_of_its_days(principal, first, length, table):
    period = [first + timedelta(days=offset) for offset in range(length)]
    expected = sum(Fraction(principal) * Fraction(rate_of(day, table) - 2) / 36600 for day in period)
    assert late_interest(principal, first, period[-1], "tax", table) == half_up(expected)


@given(cents, days, st.integers(1, 400), rate_tables)
def test_commercial_is_the_sum_of_its_days(principal, first, length, table):
    period = [first + timedelta(days=offset) for offset in range(length)]
    with localcontext() as context:
        context.prec = 70
        exact = sum(principal * ((1 + rate_of(day, table) * 3 / 200) ** (Decimal(1) / 365) - 1) for day in period)
        assert abs(late_interest(principal, first, period[-1], "commercial", table) - exact) <= Decimal("0.005")


@given(cents, days, st.integers(-3, 4000))
def test_civil_is_half_of_public(principal, first, length):
    last = first + timedelta(days=length - 1)
    civil, public = (Fraction(principal) * rate * max(length, 0) / 36500 for rate in (6, 12))
    assert late_interest(principal, first, last, "civil") == half_up(civil)
    assert late_interest(principal, first, last, "public") == half_up(public)


# Payments


DEBT = {"capital": Decimal("1000"), "interest": Decimal("100"), "penalty": Decimal("50")}


def amounts(**values):
    return {name: Decimal(value) for name, value in values.items()}


@pytest.mark.parametrize(
    ("payment", "expected"),
    [
        ("30", amounts(penalty="30", interest="0", capital="0", excess="0")),
        ("120", amounts(penalty="50", interest="70", capital="0", excess="0")),
        ("150.01", amounts(penalty="50", interest="100", capital="0.01", excess="0")),
        ("1200", amounts(penalty="50", interest="100", capital="1000", excess="50")),
        ("0", amounts(penalty="0", interest="0", capital="0", excess="0")),
    ],
)
def test_interest_before_capital(payment, expected):
    assert allocate(Decimal(payment), DEBT, "interest_first") == expected


@pytest.mark.parametrize(
    ("payment", "expected"),
    [
        ("575", amounts(penalty="25", interest="50", capital="500", excess="0")),
        # 4.3478, 8.6957, 86.9565: rounding leaves capital a cent short
        ("100", amounts(penalty="4.35", interest="8.70", capital="86.95", excess="0")),
        ("1150", amounts(penalty="50", interest="100", capital="1000", excess="0")),
        ("1150.01", amounts(penalty="50", interest="100", capital="1000", excess="0.01")),
    ],
)
def test_in_proportion(payment, expected):
    assert allocate(Decimal(payment), DEBT, "proportional") == expected


def test_rounding_never_makes_capital_negative_nor_more_than_it_owes():
    halves = amounts(capital="0", interest="1", penalty="1")
    assert allocate(Decimal("0.01"), halves, "proportional") == amounts(
        capital="0", interest="0", penalty="0.01", excess="0"
    )
    thirds = amounts(capital="0.01", interest="0.01", penalty="0.01")
    assert allocate(Decimal("0.02"), thirds, "proportional")["capital"] == 0


def test_parts_that_are_not_owed_may_be_missing():
    assert allocate(Decimal("7"), {}, "proportional") == {"excess": Decimal("7")}
    assert allocate(Decimal("7"), {"capital": Decimal("5")}, "interest_first") == amounts(capital="5", excess="2")
    no_capital = amounts(interest="1", penalty="2")
    assert allocate(Decimal("1"), no_capital, "proportional") == amounts(interest="0.33", penalty="0.67", excess="0")


@pytest.mark.parametrize(
    ("payment", "parts", "order", "message"),
    [
        (Decimal(-1), DEBT, "proportional", "payment"),
        (Decimal(1), {"interest": Decimal(-1)}, "proportional", "interest"),
        (Decimal(1), DEBT, "capital_first", "'capital_first'"),
        (Decimal(1), {"tip": Decimal(1)}, "interest_first", "'tip'"),
    ],
)
def test_allocate_refuses(payment, parts, order, message):
    with pytest.raises(ValueError, match=message):
        allocate(payment, parts, order)


small = st.integers(0, 300).map(lambda value: Decimal(value).scaleb(-2))
debts = st.dictionaries(st.sampled_from(["capital", "interest", "penalty"]), cents | small)


@given(cents | small, debts, st.sampled_from(["interest_first", "proportional"]))
def test_values_sum_to_the_payment_and_no_part_gets_more_than_it_owes(payment, parts, order):
    shares = allocate(payment, parts, order)
    assert sum(shares.values()) == payment
    assert shares.keys() == parts.keys() | {"excess"}
    assert all(share >= 0 and share == round(share, 2) for share in shares.values())
    assert all(shares[name] <= part for name, part in parts.items())
    assert shares["excess"] == max(payment - sum(parts.values()), 0)


@given(cents | small, debts.filter(lambda parts: sum(parts.values()) > 0))
def test_shares_are_within_a_cent_of_the_exact_proportion(payment, parts):
    total = Fraction(sum(parts.values()))
    paid = min(Fraction(payment), total)
    for name, share in allocate(payment, parts, "proportional").items():
        if name != "excess":
            assert abs(Fraction(share) - paid * Fraction(parts[name]) / total) <= Fraction(1, 100)
