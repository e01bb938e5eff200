"""Attempts and rounds of contact: what a procedure asks for before a case may go on (FRV activities 4 and 11)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple


class Attempt(NamedTuple):
    """A counted attempt. at: datetime in the debtor's zone; round and number from 1, number within its round."""

    at: datetime
    round: int
    number: int


def week_of_month(at: datetime) -> int:
    """1 for the days 1 to 7 of the month, 2 for 8 to 14 … 5 for 29 to 31."""
    return (at.day - 1) // 7 + 1


def next_attempt(
    at: datetime,
    earlier: Sequence[Attempt],
    minimum: int,
    *,
    spacing_hours: float = 0,
    gap_days: int = 0,
    second_round_week: int = 0,
) -> Attempt | None:
    """The attempt that a contact at `at` counts as, or None when it comes too soon after the last one.

    - earlier: the counted attempts of the same case, oldest first.
    - minimum: attempts that complete a round. A complete round goes on growing until the next one may begin.
    - spacing_hours: least time between two attempts: dialling three times in a row is one attempt.
    - gap_days: days from the last attempt of a round to the first of the next.
    - second_round_week: week of the month (1 to 5) from which rounds after the first may begin; 0 is any.
    """
    if not earlier:
        return Attempt(at, 1, 1)
    last = earlier[-1]
    if at < last.at + timedelta(hours=spacing_hours):
        return None
    rested = (at.date() - last.at.date()).days >= gap_days
    if last.number >= minimum and rested and week_of_month(at) >= second_round_week:
        return Attempt(at, last.round + 1, 1)
    return Attempt(at, last.round, last.number + 1)
