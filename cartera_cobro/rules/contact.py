"""When and how a debtor may be contacted: Ley 2300 de 2023 (hours in art. 3; upheld by C-278/2024)."""

from collections.abc import Callable, Collection, Container, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

BOGOTA = ZoneInfo("America/Bogota")
CHANNELS = ("call", "sms", "whatsapp", "email", "letter", "visit", "ivr", "in_person")
ROLES = ("debtor", "codebtor", "guarantor", "attorney", "reference")
PURPOSES = ("collection", "information", "legal", "reply")
EXEMPT_PURPOSES = ("information", "legal", "reply")
REASONS = (
    "OK",
    "BLOCKED",
    "REFERENCE",
    "NO_CONSENT",
    "VISIT",
    "SUNDAY",
    "HOLIDAY",
    "WINDOW",
    "ONCE_PER_DAY",
    "OTHER_CHANNEL_WEEK",
)
SUNDAY = 6
CLOSED = (time.min, time.min)
# More than a year without an allowed instant is a broken calendar, not a wait.
SEARCH_DAYS = 366


class Contact(NamedTuple):
    """A past contact or attempt with the person, over every obligation and every agency that collects from them.

    at: aware datetime; channel: one of CHANNELS; direction: "out" or "in"; direct: it was two-way.
    """

    at: datetime
    channel: str
    direction: str
    direct: bool


class Verdict(NamedTuple):
    """allowed; reason: one of REASONS; next_allowed: aware UTC, None when allowed or when no waiting helps."""

    allowed: bool
    reason: str
    next_allowed: datetime | None


@dataclass(frozen=True)
class Limits:
    """What the law lets a policy fix, and what a later law may move.

    hours: (opening, closing) of Monday to Sunday in Bogota, half-open, `CLOSED` for none (Sunday stays closed
    whatever it says); week_start: first weekday of the week, 0 is Monday; visits: the creditor is under an
    exception to the ban on visits (microcredit, no contact data).
    """

    hours: tuple[tuple[time, time], ...] = ((time(7), time(19)),) * 5 + ((time(8), time(15)), CLOSED)
    week_start: int = 0
    visits: bool = False

    def check(
        self,
        at: datetime,
        channel: str,
        *,
        role: str = "debtor",
        purpose: str = "collection",
        consents: Container[str] = frozenset(),
        off_hours: bool = False,
        history: Iterable[Contact] = (),
        holidays: Iterable[date] | Container[date] = (),
        on_hold: bool = False,
        exempt: bool = False,
        strict: bool = False,
    ) -> Verdict:
        """Whether a person may be contacted at `at` (aware, judged in Bogota) through `channel`.

        The first that applies decides: exempt purpose (OK), on_hold (BLOCKED), role (REFERENCE), exempt debtor
        (OK), consents (NO_CONSENT), VISIT, day and hour (SUNDAY, HOLIDAY, WINDOW), ONCE_PER_DAY,
        OTHER_CHANNEL_WEEK.

        - consents: channels the person authorised. in_person needs none: whoever comes to the office chose it. The
          other limits hold for it too; what the debtor came to ask is purpose="reply".
        - off_hours: an authorisation in a separate instrument lifts days and hours, nothing else.
        - history: only direct contacts count, whoever began them (the law protects the rest after a contact, not
          who dialled), and only those at or before the instant judged: the contact being judged is not in it.
        - holidays: anything that answers `day in holidays`; a calendar that fills itself when asked is fine.
        - strict: one contact a week, also through the same channel.

        next_allowed is the first instant after `at` that this same call would accept, within a year.
        ValueError: naive instants; a channel, role or purpose that is not known.
        """
        _known("channel", channel, CHANNELS)
        _known("role", role, ROLES)
        _known("purpose", purpose, PURPOSES)
        local = _in_bogota(at)
        reason = self._whenever(channel, role, purpose, consents, on_hold, exempt)
        if reason:
            return Verdict(reason == "OK", reason, None)
        direct = _direct(history)
        calendar = holidays if isinstance(holidays, Container) else frozenset(holidays)

        def judge(instant: datetime) -> str:
            closed = None if off_hours else self._closed(instant, calendar)
            return closed or self._too_often(instant, channel, direct, strict)

        reason = judge(local)
        if reason == "OK":
            return Verdict(True, reason, None)
        return Verdict(False, reason, self._next(local, off_hours, judge))

    def _whenever(self, channel, role, purpose, consents, on_hold, exempt) -> str | None:
        """The reason that holds at any hour, or None where the hour decides."""
        if purpose in EXEMPT_PURPOSES:
            return "OK"
        if on_hold:
            return "BLOCKED"
        if role == "reference":
            return "REFERENCE"
        if exempt:
            return "OK"
        if channel != "in_person" and channel not in consents:
            return "NO_CONSENT"
        if channel == "visit" and not self.visits:
            return "VISIT"
        return None

    def _closed(self, local: datetime, holidays: Container[date]) -> str | None:
        if local.weekday() == SUNDAY:
            return "SUNDAY"
        if local.date() in holidays:
            return "HOLIDAY"
        opening, closing = self.hours[local.weekday()]
        return None if opening <= local.time() < closing else "WINDOW"

    def _too_often(self, local: datetime, channel: str, direct: Collection[Contact], strict: bool) -> str:
        today, week = local.date(), self._week(local.date())
        earlier = [contact for contact in direct if contact.at <= local]
        if any(contact.at.date() == today for contact in earlier):
            return "ONCE_PER_DAY"
        this_week = (contact for contact in earlier if self._week(contact.at.date()) == week)
        if any(strict or contact.channel != channel for contact in this_week):
            return "OTHER_CHANNEL_WEEK"
        return "OK"

    def _week(self, day: date) -> date:
        return day - timedelta(days=(day.weekday() - self.week_start) % 7)

    def _next(self, local: datetime, off_hours: bool, judge: Callable[[datetime], str]) -> datetime | None:
        # Only its opening frees a day: a contact bars all that is left of its day or week.
        for days in range(SEARCH_DAYS + 1):
            day = local.date() + timedelta(days=days)
            opening = time.min if off_hours else self.hours[day.weekday()][0]
            instant = datetime.combine(day, opening, BOGOTA)
            if instant > local and judge(instant) == "OK":
                return instant.astimezone(UTC)
        return None


LEY_2300 = Limits()
check = LEY_2300.check


def _known(what: str, value: str, values: Collection[str]) -> None:
    if value not in values:
        raise ValueError(f"Unknown {what} {value!r}: use one of {', '.join(values)}.")


def _in_bogota(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise ValueError(f"The instant {at} has no time zone: give an aware datetime.")
    return at.astimezone(BOGOTA)


def _direct(history: Iterable[Contact]) -> list[Contact]:
    """The two-way contacts of the history, their instants in Bogota time."""
    contacts = [contact._replace(at=_in_bogota(contact.at)) for contact in history]
    for contact in contacts:
        _known("channel", contact.channel, CHANNELS)
    return [contact for contact in contacts if contact.direct]
