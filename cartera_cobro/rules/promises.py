"""Promises to pay: when one may be taken, what became of it, and what a debtor's promises are worth."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

STATES = ("kept", "partial", "broken")
LEVELS = ("none", "keeps", "sometimes", "breaks")


class Promise(NamedTuple):
    """What credits may still pay of a promise. made and deadline: days, both included; lacking: zero or more."""

    made: date
    deadline: date
    lacking: Decimal


def objection(amount: Decimal, owed: Decimal, made: date, day: date, max_days: int) -> str | None:
    """Why a promise made on `made` to pay `amount` on `day` cannot be taken; None when it can.

    amount: not above zero. past: before it was made. far: more than `max_days` days ahead. over: above what is owed.
    """
    if amount <= 0:
        return "amount"
    if day < made:
        return "past"
    if day > made + timedelta(days=max_days):
        return "far"
    return "over" if amount > owed else None


def judge(amount: Decimal, paid: Decimal, owed: Decimal, over: bool) -> str:
    """What became of a promise: pending, kept, partial or broken.

    - paid: what was paid of its obligations since it was made, in time; owed: what they still owe as of then.
    - over: the last day on which a payment counts is past. A promise may be kept before, and fails only after.
    """
    if paid >= amount or owed <= 0:
        return "kept"
    if not over:
        return "pending"
    return "partial" if paid > 0 else "broken"


def spread(credits: Sequence[tuple[date, Decimal]], promises: Sequence[Promise]) -> list[Decimal]:
    """What unapplied credits (day, amount) pay of each of a debtor's promises, given and answered oldest first.

    A credit counts for a promise when its day is between the promise and its deadline; no peso counts twice.
    """
    left = [[day, amount] for day, amount in sorted(credits)]
    paid = []
    for promise in promises:
        lacking = promise.lacking
        for credit in left:
            if lacking > 0 and promise.made <= credit[0] <= promise.deadline:
                taken = min(lacking, credit[1])
                credit[1] -= taken
                lacking -= taken
        paid.append(promise.lacking - lacking)
    return paid


def level(kept: int, partial: int, broken: int) -> str:
    """How far a debtor's word goes, from how many of its promises of a year were kept, kept in part, and broken.

    One kept in part counts half. From three quarters on it keeps its promises; under a half it breaks them; between
    both, sometimes. none: nothing was promised.
    """
    promises = kept + partial + broken
    if not promises:
        return "none"
    halves = 2 * kept + partial
    if 2 * halves >= 3 * promises:
        return "keeps"
    return "sometimes" if halves >= promises else "breaks"
