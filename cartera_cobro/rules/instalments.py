"""The instalments of a payment agreement."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .dates import add_months
from .money import ZERO, exactly, number, to_cent


class Instalment(NamedTuple):
    """number: from 1; due: date; total = capital + interest; balance: capital still owed once it is paid."""

    number: int
    due: date
    capital: Decimal
    interest: Decimal
    total: Decimal
    balance: Decimal


def schedule(
    principal: Decimal,
    count: int,
    first: date,
    annual_rate: Decimal = 0,
    down_payment: Decimal = 0,
) -> list[Instalment]:
    """`count` monthly instalments of a constant total; the last one absorbs what rounding left.

    annual_rate: effective annual percent; a month bears (1 + r)^(1/12) - 1 on the balance, also the month before
    `first`. What bears it must be capital alone: interest already owed earns none (C.C. 1617) and takes a
    schedule of its own at rate 0. down_payment: paid on signing; capital sums to principal - down_payment to the
    cent, and where that is nothing there are no instalments. Due dates keep the day of `first`, clipped to the
    month's end (31 January, 28 February, 31 March). Of an amount so small that the rounded total would repay it early,
    the last instalments are 0.00.
    ValueError: count under 1, negative amount or rate, down payment above the principal.
    """
    return schedule_since(None, principal, count, first, annual_rate, down_payment)


def schedule_since(
    start: date | None,
    principal: Decimal,
    count: int,
    first: date,
    annual_rate: Decimal = 0,
    down_payment: Decimal = 0,
) -> list[Instalment]:
    """`schedule`, of what bears interest since `start` (None: a month before `first`).

    Where `first` is not a month after `start`, the first period bears (1 + r)^(days/365) - 1, nothing where there are
    no days: whoever pays sooner is not charged for days that do not run (C.Co 884, C.P. 305). Where the interest of a
    long first period is more than the constant total, the first instalment is that interest alone, and the others
    repay.
    """
    if count < 1:
        raise ValueError(f"The number of instalments is {count}: give one or more.")
    with exactly():
        financed = number(principal, "principal") - number(down_payment, "down payment")
        if financed < 0:
            raise ValueError(f"The down payment {down_payment} is more than the principal {principal}: lower it.")
        balance, yearly = to_cent(financed), number(annual_rate, "annual rate")
        rate, opening = _monthly(yearly), _opening(yearly, start, first)
        total, instalments = _constant_total(balance, count, rate, opening), []
        for index in range(count if balance else 0):
            interest = to_cent(balance * (rate if index else opening))
            capital = balance if index == count - 1 else max(min(total - interest, balance), ZERO)
            balance -= capital
            due = add_months(first, index)
            instalments.append(Instalment(index + 1, due, capital, interest, capital + interest, balance))
        return instalments


def _monthly(annual_percent: Decimal) -> Decimal:
    """The monthly fraction equivalent to an effective annual percent."""
    return (1 + annual_percent / 100) ** (Decimal(1) / 12) - 1 if annual_percent else ZERO


def _opening(annual_percent: Decimal, start: date | None, first: date) -> Decimal:
    """The fraction that the first period bears: a month's, or that of its days."""
    if start is None or add_months(start, 1) == first:
        return _monthly(annual_percent)
    return (1 + annual_percent / 100) ** (Decimal(max((first - start).days, 0)) / 365) - 1


def _constant_total(financed: Decimal, count: int, rate: Decimal, opening: Decimal) -> Decimal:
    """P x i / (1 - (1 + i)^-n), or P / n without interest, times (1 + opening) / (1 + i).

    Of one whose first period bears more than that, what the others are, among which the capital is shared.
    """
    if not rate:
        return to_cent(financed / count)
    total = financed * rate / (1 - (1 + rate) ** -count)
    total = to_cent(total if opening == rate else total * (1 + opening) / (1 + rate))
    if count > 1 and to_cent(financed * opening) > total:
        return _constant_total(financed, count - 1, rate, rate)
    return total
