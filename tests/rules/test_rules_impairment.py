"""Flow rates, loss rates and the two fiscal provisions."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.impairment import annulled, fiscal_general, fiscal_individual, flow_rates, loss_rates, split_movement


def decimals(*values):
    return [Decimal(value) for value in values]


CLOSINGS = [decimals(100, 50, 20), decimals(80, 60, 25), decimals(100, 30, 30)]
ENTERED = decimals(999, 10, 8)


def test_flow_is_what_arrived_over_what_was_there():
    # (60 + 30) / (100 + 80), (25 + 30) / (50 + 60), (10 + 8) / (20 + 25)
    assert flow_rates(CLOSINGS, ENTERED) == decimals("0.5", "0.5", "0.4")


def test_the_first_entry_is_not_used():
    assert flow_rates(CLOSINGS, [Decimal(0), *ENTERED[1:]]) == flow_rates(CLOSINGS, ENTERED)


def test_one_band_before_the_last():
    assert flow_rates([decimals(40), decimals(10)], decimals(0, 30)) == decimals("0.75")


def test_a_band_that_was_empty_flows_nothing():
    assert flow_rates([decimals(100, 0), decimals(100, 50)], decimals(0, 7)) == decimals("0.5", "0")


def test_debts_that_appear_old_are_not_capped():
    assert flow_rates([decimals(100, 10), decimals(0, 150)], decimals(0, 0))[0] == Decimal("1.5")


@pytest.mark.parametrize(
    ("closings", "entered", "message"),
    [
        ([], [], "0 closings"),
        (CLOSINGS[:1], ENTERED[:1], "1 closings"),
        ([decimals(1, 2), decimals(1)], decimals(0, 0), "same bands"),
        ([[], []], decimals(0, 0), "same bands"),
        (CLOSINGS, ENTERED[1:], "3 closings and 2 entries"),
        ([decimals(1), decimals(-1)], decimals(0, 0), "balance of a band"),
        ([decimals(1), decimals(1)], decimals(0, -1), "entry to the last band"),
    ],
)
def test_flow_rates_refuses(closings, entered, message):
    with pytest.raises(ValueError, match=message):
        flow_rates(closings, entered)


def test_loss_is_the_product_of_the_flows_to_the_last_band():
    assert loss_rates(decimals("0.5", "0.5", "0.4"), Decimal("0.6"), Decimal("1.1")) == decimals(
        "0.066", "0.132", "0.264", "0.66"
    )
    assert loss_rates(decimals("0.5"), Decimal("0.6")) == decimals("0.3", "0.6")
    assert loss_rates(decimals("0.5"), Decimal(1)) == decimals("0.5", "1")
    assert loss_rates([], Decimal("0.45")) == decimals("0.45")


@pytest.mark.parametrize(
    ("flows", "lgd", "forward", "message"),
    [
        (decimals("0.5"), Decimal(45), 1, "not a percent"),
        (decimals("0.5"), Decimal("1.01"), 1, "not a percent"),
        (decimals("0.5"), Decimal("-0.1"), 1, "LGD"),
        (decimals("-0.5"), Decimal("0.45"), 1, "flow"),
        (decimals("0.5"), Decimal("0.45"), Decimal(-1), "forward factor"),
    ],
)
def test_loss_rates_refuses(flows, lgd, forward, message):
    with pytest.raises(ValueError, match=message):
        loss_rates(flows, lgd, forward)


balances = st.integers(1, 10**12).map(lambda value: Decimal(value).scaleb(-2))
percents = st.integers(0, 100).map(lambda value: Decimal(value).scaleb(-2))


@given(st.lists(percents, min_size=1, max_size=5), st.lists(balances, min_size=2, max_size=12))
def test_a_portfolio_that_always_flows_at_a_rate_shows_that_rate(rates, new):
    """Each month `new` enters the first band, and a fixed share of each band moves into the next."""
    closings, entered, bands = [], [], [Decimal(0)] * len(rates)
    for balance in new:
        moved = [band * rate for band, rate in zip(bands, rates, strict=True)]
        bands = [balance, *moved[:-1]]
        closings.append(bands)
        entered.append(moved[-1])
    flows = flow_rates(closings, entered)
    for band, (flow, rate) in enumerate(zip(flows, rates, strict=True)):
        was_there = any(closing[band] for closing in closings[:-1])
        assert abs(flow - (rate if was_there else 0)) < Decimal("1e-12")


@given(st.lists(percents, max_size=6), percents, percents)
def test_each_loss_rate_is_its_flow_times_the_next(flows, lgd, forward):
    rates = loss_rates(flows, lgd, forward)
    assert len(rates) == len(flows) + 1
    assert rates[-1] == lgd * forward
    for band, flow in enumerate(flows):
        assert rates[band] == flow * rates[band + 1]
        assert rates[band] <= rates[band + 1]


# Fiscal


@pytest.mark.parametrize(
    ("days", "general", "individual"),
    [
        (-30, 0, 0),
        (0, 0, 0),
        (90, 0, 0),
        (91, 50, 0),
        (180, 50, 0),
        (181, 100, 0),
        (360, 100, 0),
        (361, 150, 330),
        (4000, 150, 330),
    ],
)
def test_fiscal_limits(days, general, individual):
    assert fiscal_general([(days, Decimal(1000))]) == general
    assert fiscal_individual([(days, Decimal(1000))]) == individual


def test_fiscal_provisions_of_a_portfolio():
    items = [(30, Decimal("100000")), (120, Decimal("200000")), (200, Decimal("300000")), (700, Decimal("400000.55"))]
    # 10,000 + 30,000 + 60,000.0825, and 132,000.1815
    assert fiscal_general(items) == Decimal("100000.08")
    assert fiscal_individual(items) == Decimal("132000.18")
    assert str(fiscal_general([])) == str(fiscal_individual([])) == "0.00"


def test_fiscal_provisions_round_once():
    # Ten times 0.5 cents: rounding each would give 10 cents.
    assert fiscal_general([(100, Decimal("0.10"))] * 10) == Decimal("0.05")
    assert fiscal_individual([(361, Decimal("0.01"))] * 100) == Decimal("0.33")
    assert fiscal_general([(100, Decimal("0.10"))]) == Decimal("0.01")


@pytest.mark.parametrize("provision", [fiscal_general, fiscal_individual])
def test_fiscal_provisions_refuse_negative_amounts(provision):
    with pytest.raises(ValueError, match="amount"):
        provision([(10, Decimal("-0.01"))])


@given(st.lists(st.tuples(st.integers(-400, 4000), balances), max_size=20))
def test_fiscal_provisions_are_the_sum_over_the_items(items):
    percent = {True: 15, False: 0}
    exact = sum(
        Fraction(amount) * (percent[days > 360] or (10 if days > 180 else 5 if days > 90 else 0)) / 100
        for days, amount in items
    )
    assert abs(Fraction(fiscal_general(iter(items))) - exact) <= Fraction(1, 200)
    third = sum(Fraction(amount) for days, amount in items if days > 360) * 33 / 100
    assert abs(Fraction(fiscal_individual(iter(items))) - third) <= Fraction(1, 200)


def split(movements, general=0, charged=None, charged_in_general=0):
    """`split_movement` of whole numbers."""
    keys, rest = split_movement(
        {key: Decimal(amount) for key, amount in movements.items()},
        Decimal(general),
        {key: Decimal(amount) for key, amount in (charged or {}).items()},
        Decimal(charged_in_general),
    )
    return {key: tuple(map(int, effect)) for key, effect in keys.items()}, tuple(map(int, rest))


@pytest.mark.parametrize(
    ("arguments", "effects"),
    [
        # What grows is an expense; what shrinks, of this year's charge first, then income of earlier years.
        (({"a": 100},), ({"a": (100, 0)}, (0, 0))),
        (({"a": -100}, 0, {"a": 30}), ({"a": (-30, 70)}, (0, 0))),
        (({"a": -100}, 0, {"a": 300}), ({"a": (-100, 0)}, (0, 0))),
        (({"a": -100}, 0, {"b": 300}), ({"a": (0, 100)}, (0, 0))),
        (({}, -100, {}, 60), ({}, (-60, 40))),
        # The portfolio's own to the keys and back: no result, but for what is left.
        (({"a": 60, "b": 50}, -100), ({"a": (0, 0), "b": (10, 0)}, (0, 0))),
        (({"a": 60}, -100, {}, 10), ({"a": (0, 0)}, (-10, 30))),
        (({"a": -60, "b": 5}, 50, {"a": 4}), ({"a": (-4, 6), "b": (5, 0)}, (0, 0))),
        # Charged to the portfolio, then kept by key: the charge goes along, once.
        (({"a": -70, "b": -70}, 0, {}, 100), ({"a": (-70, 0), "b": (-30, 40)}, (0, 0))),
        (({"b": -70}, 0, {"a": -70}, 100), ({"b": (-30, 40)}, (0, 0))),
    ],
)
def test_what_a_movement_is_to_the_result(arguments, effects):
    assert split(*arguments) == effects


amounts = st.integers(-1000, 1000)


@given(st.dictionaries(st.sampled_from("abcd"), amounts), amounts, st.dictionaries(st.sampled_from("abcd"), amounts),
       amounts)  # fmt: skip
def test_a_movement_is_its_expense_less_its_income(movements, general, charged, charged_in_general):
    keys, rest = split(movements, general, charged, charged_in_general)
    effects = [*keys.values(), rest]
    assert sum(expense - income for expense, income in effects) == sum(movements.values()) + general
    assert all(income >= 0 for _expense, income in effects)
    taken_back = -sum(min(expense, 0) for expense, _income in effects)
    assert taken_back <= sum(max(amount, 0) for amount in charged.values()) + max(charged_in_general, 0)


def test_what_an_earlier_year_charged_is_income_once_it_is_taken_back_and_what_it_released_an_expense():
    charged, released = Decimal("100.10"), Decimal(-30)
    assert annulled({"a": charged, "b": released, "c": Decimal(0)}) == {"a": (0, charged), "b": (30, 0), "c": (0, 0)}
