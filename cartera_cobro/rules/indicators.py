"""Indicators of a portfolio: each a formula of few figures, which somebody measured.

Amounts are of one currency; answers have two decimals, rounded once, half up. An indicator that would divide by zero,
or by less, says nothing: None.
"""

from decimal import Decimal

from .money import exactly, to_cent

LIGHTS = ("green", "amber", "red", "none")


def overdue_reduction(before: Decimal, now: Decimal) -> Decimal:
    """How much less is overdue than a month ago; below zero when it grew.

    before, now: overdue at the closing of the month before and at this one. What is in legal collection counts in
    neither: items that are in legal at this closing, and those that were at the one before and are not open any more.
    An item that came back from legal counts in both. Source: ComfaCasanare, PCAR307-PR002, its indicator.
    """
    return to_cent(before - now)


def dso(receivable: Decimal, sales: Decimal, days: int) -> Decimal | None:
    """Days sales outstanding: receivable / credit sales of `days` days * days. Source: Credit Research Foundation."""
    return _ratio(receivable, sales, days)


def best_possible_dso(current: Decimal, sales: Decimal, days: int) -> Decimal | None:
    """The DSO if nothing were overdue: current receivable / credit sales of `days` days * days. Source: the same."""
    return _ratio(current, sales, days)


def average_days_delinquent(outstanding: Decimal | None, best: Decimal | None) -> Decimal | None:
    """Days that sales wait beyond their term: DSO - best possible DSO. Source: Credit Research Foundation."""
    return None if outstanding is None or best is None else outstanding - best


def cei(beginning: Decimal, sales: Decimal, ending: Decimal, ending_current: Decimal) -> Decimal | None:
    """Collection effectiveness index: of what could be collected in a period, how much was, in percent.

    (beginning + credit sales - ending total) / (beginning + credit sales - ending current) * 100, of receivables at
    the period's ends. 100 when nothing is left overdue. Source: Credit Research Foundation.
    """
    return percent(beginning + sales - ending, beginning + sales - ending_current)


def percent(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """part / whole * 100: the share that is current, what rolled to a later band, what was recovered, kept, reached."""
    return _ratio(part, whole, 100)


def light(value: Decimal | None, goal: Decimal | None, tolerance: Decimal, better: str) -> str:
    """One of LIGHTS: green at the goal or beyond it, amber within `tolerance` (in the goal's unit) of it, else red.

    better: higher | lower. none: without a value or a goal.
    """
    if value is None or goal is None:
        return "none"
    missing = goal - value if better == "higher" else value - goal
    if missing <= 0:
        return "green"
    return "amber" if missing <= tolerance else "red"


def _ratio(part, whole, times):
    if whole <= 0:
        return None
    with exactly():
        return to_cent(Decimal(part) / Decimal(whole) * times)
