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
    if count < 1:
        raise ValueError(f"The number of instalments is {count}: give one or more.")
    with exactly():
        financed = number(principal, "principal") - number(down_payment, "down payment")
        if financed < 0:
            raise ValueError(f"The down payment {down_payment} is more than the principal {principal}: lower it.")
        balance, rate = to_cent(financed), _monthly(number(annual_rate, "annual rate"))
        total, instalments = _constant_total(balance, count, rate), []
        for index in range(count if balance else 0):
            interest = to_cent(balance * rate)
            capital = balance if index == count - 1 else min(total - interest, balance)
            balance -= capital
            due = add_months(first, index)
            instalments.append(Instalment(index + 1, due, capital, interest, capital + interest, balance))
        return instalments


def _monthly(annual_percent: Decimal) -> Decimal:
    """The monthly fraction equivalent to an effective annual percent."""
    return (1 + annual_percent / 100) ** (Decimal(1) / 12) - 1 if annual_percent else ZERO


def _constant_total(financed: Decimal, count: int, rate: Decimal) -> Decimal:
    """P x i / (1 - (1 + i)^-n), or P / n without interest."""
    return to_cent(financed * rate / (1 - (1 + rate) ** -count) if rate else financed / count)
