"""Impairment of receivables: loss rates from flow rates, what the tax law lets one deduct, what a movement is."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import accumulate
from operator import mul

from .money import ZERO, exactly, number, to_cent

# E.T. 145; DUR 1625/2016, 1.2.1.18.20: days overdue above which, and percent.
GENERAL_PERCENTS = ((360, 15), (180, 10), (90, 5))
INDIVIDUAL_DAYS, INDIVIDUAL_PERCENT = 360, 33


def flow_rates(closings: Sequence[Sequence[Decimal]], entered: Sequence[Decimal]) -> list[Decimal]:
    """Share of each band that flowed into the next a month later: sum_t B(k+1, t+1) / sum_t B(k, t).

    closings[t][k] is the balance of band k at month end t, in order, without the last band: debts stay there, so
    its balance does not tell what arrived. entered[t] is what entered it in month t (entered[0] is not used).
    Answers one flow for every band of the closings, a fraction, unrounded (NIIF 9, B5.5.35).

    A band that was empty in every month but the last has flow 0: nothing was there to flow. Debts that appear
    already old may give a flow above 1: it is not capped, for the reader to see and decide.
    ValueError: fewer than two closings, closings without bands or with different ones, a closing without its
    entry, a negative amount.
    """
    if len(closings) < 2:
        raise ValueError(f"There are {len(closings)} closings: flow rates need two or more months.")
    if len({len(closing) for closing in closings}) > 1 or not closings[0]:
        raise ValueError("The closings do not have the same bands: give every month the same, one or more.")
    if len(entered) != len(closings):
        raise ValueError(f"There are {len(closings)} closings and {len(entered)} entries: give one for each month.")
    rows = [
        [*(number(balance, "balance of a band") for balance in closing), number(arrived, "entry to the last band")]
        for closing, arrived in zip(closings, entered, strict=True)
    ]
    with exactly():
        return [
            _ratio(sum(later[band + 1] for later in rows[1:]), sum(earlier[band] for earlier in rows[:-1]))
            for band in range(len(closings[0]))
        ]


def loss_rates(flows: Sequence[Decimal], lgd: Decimal, forward: Decimal = 1) -> list[Decimal]:
    """Expected loss of each band: the product of the flows from it to the last band x LGD x forward factor.

    One more than `flows`: the last band's is lgd x forward. lgd: fraction lost of what reaches the last band, 0 to
    1; forward: factor for the conditions to come (NIIF 9, 5.5.15 and B5.5.35). Rates are fractions, unrounded and
    not capped.
    ValueError: a negative flow or factor, an lgd outside 0 to 1.
    """
    loss = number(lgd, "LGD")
    if loss > 1:
        raise ValueError(f"The LGD is {lgd}: give a fraction from 0 to 1, not a percent.")
    with exactly():
        backwards = [loss * number(forward, "forward factor"), *(number(flow, "flow") for flow in reversed(flows))]
        return list(accumulate(backwards, mul))[::-1]


def fiscal_general(items: Iterable[tuple[int, Decimal]]) -> Decimal:
    """General provision of a year: 5%, 10% and 15% of the debts overdue by more than 90, 180 and 360 days at its end.

    E.T. 145; DUR 1625/2016, 1.2.1.18.20. items: [(days_overdue, amount)], without related parties. Excludes the
    individual provision of the same year.
    ValueError: a negative amount.
    """
    with exactly():
        return to_cent(sum((number(amount, "amount") * _general_percent(days) for days, amount in items), ZERO) / 100)


def fiscal_individual(items: Iterable[tuple[int, Decimal]]) -> Decimal:
    """Most that the individual provision deducts in one year: 33% of the debts overdue by more than 360 days.

    E.T. 145; DUR 1625/2016, 1.2.1.18.20. items: [(days_overdue, nominal amount)], without related parties; that the
    years together do not exceed the debt is for the caller to see. Excludes the general provision of the same year.
    ValueError: a negative amount.
    """
    with exactly():
        amounts = [(days, number(amount, "amount")) for days, amount in items]
        return to_cent(
            sum((amount for days, amount in amounts if days > INDIVIDUAL_DAYS), ZERO) * INDIVIDUAL_PERCENT / 100
        )


def split_movement(
    movements: Mapping[Hashable, Decimal],
    general: Decimal = ZERO,
    charged: Mapping[Hashable, Decimal] | None = None,
    charged_in_general: Decimal = ZERO,
) -> tuple[dict[Hashable, tuple[Decimal, Decimal]], tuple[Decimal, Decimal]]:
    """What the movements of an allowance are to the result of a fiscal year: (expense, income) of each.

    movements: {key: amount by which the key's allowance grows (negative: shrinks)}; general: the same of what is held
    for the portfolio as a whole, or under keys of another way of grouping. charged: {key: expense less its reversals
    of this fiscal year}, charged_in_general: the same of the rest. Exact amounts; nothing is rounded.

    What is held in general and what is held under keys move from one to the other without any result, the keys in
    the order given. Of the rest, growth is an expense; what shrinks takes back expense, as far as this fiscal year
    charged it to the key, then to the portfolio; what remains was charged in earlier years, and is income.

    Answers ({key: (expense, income)}, (expense, income) of the general part). expense is negative where it is taken
    back; income is zero or more. expense - income is the growth, and the sum of all of them is that of the movements.
    """
    charged = charged or {}
    with exactly():
        rest, general = _share_out(dict(movements), general)
        overdrawn = sum((min(amount, ZERO) for amount in charged.values()), ZERO)
        common = max(charged_in_general + overdrawn, ZERO)
        effects = {}
        for key, amount in rest.items():
            effects[key], common = _effect(amount, max(charged.get(key, ZERO), ZERO), common)
        of_general, _left = _effect(general, ZERO, common)
        return effects, of_general


def annulled(results: Mapping[Hashable, Decimal]) -> dict[Hashable, tuple[Decimal, Decimal]]:
    """What taking back an entry of an earlier fiscal year is to the result of this one: (expense, income) of each.

    results: {key: expense less income of the entry}. As in `split_movement`: what that year had charged is income of
    this one, which charged nothing; what it had released is charged again.
    """
    return {key: (max(-amount, ZERO), max(amount, ZERO)) for key, amount in results.items()}


def _share_out(rest, general):
    """What is left of the movements of keys, and of the general one, once they cover each other."""
    for key, amount in rest.items():
        if amount * general < 0:
            moved = min(abs(amount), abs(general)) * (1 if amount > 0 else -1)
            rest[key] -= moved
            general += moved
    return rest, general


def _effect(amount, own, common):
    """((expense, income) of a movement, what is left of the common charge)."""
    if amount >= 0:
        return (amount, ZERO), common
    of_own = min(-amount, own)
    of_common = min(-amount - of_own, common)
    return (-of_own - of_common, -amount - of_own - of_common), common - of_common


def _general_percent(days: int) -> int:
    return next((percent for above, percent in GENERAL_PERCENTS if days > above), 0)


def _ratio(flowed: Decimal, exposed: Decimal) -> Decimal:
    return flowed / exposed if exposed else ZERO
