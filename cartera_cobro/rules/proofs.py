"""Proofs of payment that debtors send: which may be taken, when two are the same, and how far their money reaches."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

# States of a proof that nobody has answered yet.
WAITING = ("received", "verified")
# A payment of longer ago than any debt is collected for is a year mistyped, and one many times the debt, a figure.
OLDEST = timedelta(days=10 * 366)
MOST_TIMES = 10


def objection(amount: Decimal, day: date | None, today: date, owed: Decimal) -> str | None:
    """Why a proof of `amount` paid on `day` cannot be taken of who owes `owed`; None when it can.

    paid: nothing is owed. amount: not above zero. huge: over MOST_TIMES what is owed. day: none is said. future: a day
    to come. old: longer ago than OLDEST.
    """
    if owed <= 0:
        return "paid"
    if amount <= 0:
        return "amount"
    if amount > owed * MOST_TIMES:
        return "huge"
    if day is None:
        return "day"
    if day > today:
        return "future"
    return "old" if day < today - OLDEST else None


def reference_key(reference: str) -> str:
    """What is the same of a reference however it is typed: letters and figures, without the zeros that it begins by.

    "CUS 00-4512" and "cus004512" are one; empty where it says nothing.
    """
    return re.sub(r"[\W_]", "", reference or "").upper().lstrip("0")


def reach(balances: Sequence[Decimal], amount: Decimal) -> int:
    """How many of `balances` (above zero, the first first) `amount` pays, the one that it pays in part included."""
    for count, balance in enumerate(balances):
        if amount <= 0:
            return count
        amount -= balance
    return len(balances)
