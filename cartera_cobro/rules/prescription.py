"""The last day on which a debt may still be claimed."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from .dates import add_months

KINDS = ("interrupt", "demand", "suspend")


class Event(NamedTuple):
    """What interrupts or suspends a term.

    - interrupt: the term starts anew the day after `start`: notified order to pay or granted agreement (E.T. 818),
      acknowledgement of the debt. Concordat and liquidation are dated by the day they end.
    - demand: the creditor's own written demand, by the day it was received; interrupts once only (C.G.P. 94).
    - suspend: the term stands still from `start` to `end`, both included (act suspending the auction, E.T. 818).
    """

    kind: str
    start: date
    end: date | None = None


def last_day(base: date, years: int, events: Iterable[Event] = ()) -> date:
    """Last restart + `years` + suspended days; the debt is prescribed when today is after it.

    base: due date, or the day the act became final. years: 5 for public debt (E.T. 817), 3 for the direct action
    of an invoice (C.Co 789), 5 for an executive title and 10 for an ordinary action (C.C. 2536). 29 February
    becomes 28.

    Events come in any order. One after expiry changes nothing (it does not revive the debt), nor does one before
    `base`, when no term ran yet. Days under two suspensions count once; those of a suspension that goes on after
    an interruption lengthen the new term.
    ValueError: unknown kind, a suspension without an end or that ends before it starts, years under 1.
    """
    if years < 1:
        raise ValueError(f"The term is {years} years: give one year or more.")
    events = sorted(events, key=lambda event: event.start)
    for event in events:
        _guard(event)
    suspensions = [event for event in events if event.kind == "suspend"]
    start, demanded = base, False
    for event in events:
        if event.kind == "suspend" or event.start < base or (event.kind == "demand" and demanded):
            continue
        if event.start > _expiry(start, years, suspensions):
            break
        demanded = demanded or event.kind == "demand"
        start = event.start
    return _expiry(start, years, suspensions)


def in_time_to_interrupt(order: date, notified: date) -> bool:
    """Whether the filing of a claim interrupts, and not its notification only (C.G.P. 94, first paragraph).

    order: day on which the order was notified to the plaintiff, or an earlier one; notified: to the defendant. It has
    one year, from the day after.
    """
    return notified <= add_months(order, 12)


def _guard(event: Event) -> None:
    if event.kind not in KINDS:
        raise ValueError(f"Unknown kind of event {event.kind!r}: use one of {', '.join(KINDS)}.")
    if event.kind == "suspend" and not event.end:
        raise ValueError(f"The suspension of {event.start.isoformat()} has no end: give today while it lasts.")
    if event.kind == "suspend" and event.end < event.start:
        raise ValueError(f"The suspension of {event.start.isoformat()} ends before it starts: correct its dates.")


def _expiry(start: date, years: int, suspensions: Iterable[Event]) -> date:
    """End of a term that begins the day after `start`; `suspensions` sorted by start."""
    limit, counted = add_months(start, 12 * years), start
    for suspension in suspensions:
        if suspension.start > limit:
            break
        first = max(suspension.start, counted + timedelta(days=1))
        if first <= suspension.end:
            limit += suspension.end - first + timedelta(days=1)
            counted = suspension.end
    return limit
