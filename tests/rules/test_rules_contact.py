"""Ley 2300 de 2023: every row of the table of examples, the order of the checks, and when one may try again."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from rules.contact import BOGOTA, CHANNELS, CLOSED, PURPOSES, REASONS, ROLES, Contact, Limits, check

ALL = frozenset(CHANNELS)
# 2026: Ley 2578 moves 9 July to Monday 13; 20 July is a Monday of its own.
HOLIDAYS = frozenset({date(2026, 6, 29), date(2026, 7, 13), date(2026, 7, 20), date(2026, 8, 7), date(2026, 8, 17)})
MONDAY = date(2026, 7, 6)


def bogota(day, hour, minute=0):
    return datetime(2026, 7, day, hour, minute, tzinfo=BOGOTA)


def judge(at, channel="call", **conditions):
    return check(at, channel, **{"consents": ALL, "holidays": HOLIDAYS, **conditions})


def direct(at, channel="call", direction="out"):
    return Contact(at, channel, direction, True)


def attempt(at, channel="call"):
    return Contact(at, channel, "out", False)


# The table


def test_9_july_2026_is_a_working_day_since_the_holiday_moves_to_monday():
    assert judge(bogota(9, 10)) == (True, "OK", None)


def test_the_monday_the_holiday_moved_to():
    assert judge(bogota(13, 10)) == (False, "HOLIDAY", bogota(14, 7))


def test_saturday_closes_at_fifteen():
    assert judge(bogota(11, 14, 59)).reason == "OK"
    # Sunday and the holiday of Monday follow.
    assert judge(bogota(11, 15)) == (False, "WINDOW", bogota(14, 7))


def test_another_channel_in_the_week_of_a_direct_contact():
    verdict = judge(bogota(8, 10), "whatsapp", history=[direct(bogota(6, 10))])
    assert verdict == (False, "OTHER_CHANNEL_WEEK", bogota(14, 7))


def test_twice_the_same_day():
    verdict = judge(bogota(9, 16), history=[direct(bogota(9, 9))])
    assert verdict == (False, "ONCE_PER_DAY", bogota(10, 7))


def test_an_unanswered_attempt_is_no_contact():
    assert judge(bogota(9, 11), "sms", history=[attempt(bogota(9, 9))]).allowed


def test_a_reference_is_never_contacted():
    assert judge(bogota(9, 10), role="reference") == (False, "REFERENCE", None)


def test_a_channel_that_was_not_authorised():
    assert judge(bogota(9, 10), "whatsapp", consents={"call", "sms"}) == (False, "NO_CONSENT", None)


# Hours and days


@pytest.mark.parametrize(
    ("day", "hour", "minute", "reason", "following"),
    [
        (9, 6, 59, "WINDOW", bogota(9, 7)),
        (9, 7, 0, "OK", None),
        (9, 18, 59, "OK", None),
        (9, 19, 0, "WINDOW", bogota(10, 7)),
        (11, 7, 59, "WINDOW", bogota(11, 8)),
        (11, 8, 0, "OK", None),
        (10, 19, 0, "WINDOW", bogota(11, 8)),
        (12, 10, 0, "SUNDAY", bogota(14, 7)),
        (5, 23, 59, "SUNDAY", bogota(6, 7)),
        (13, 3, 0, "HOLIDAY", bogota(14, 7)),
    ],
)
def test_windows_are_half_open(day, hour, minute, reason, following):
    assert judge(bogota(day, hour, minute))[1:] == (reason, following)


def test_the_last_microsecond_of_the_window():
    assert judge(bogota(10, 19) - timedelta(microseconds=1)).allowed
    assert not judge(bogota(10, 7) - timedelta(microseconds=1)).allowed


def test_a_holiday_on_sunday_is_a_sunday():
    assert judge(bogota(12, 10), holidays={date(2026, 7, 12)}).reason == "SUNDAY"


@pytest.mark.parametrize(
    "zone", [UTC, ZoneInfo("Europe/Madrid"), ZoneInfo("Asia/Tokyo"), timezone(timedelta(hours=-8))]
)
def test_the_zone_of_the_instant_does_not_matter(zone):
    # 19:00 on Friday in Bogota is already Saturday in Madrid and Tokyo.
    assert judge((bogota(10, 18, 59)).astimezone(zone)).allowed
    refused = judge(bogota(10, 19).astimezone(zone))
    assert refused == (False, "WINDOW", bogota(11, 8))
    assert refused.next_allowed.tzinfo is UTC


def test_naive_instants_are_refused():
    with pytest.raises(ValueError, match="time zone"):
        judge(datetime(2026, 7, 9, 10))
    with pytest.raises(ValueError, match="time zone"):
        judge(bogota(9, 10), history=[attempt(datetime(2026, 7, 9, 9))])


def test_a_calendar_that_fills_itself_when_asked():
    class Lazy:
        def __contains__(self, day):
            return day in HOLIDAYS

    assert judge(bogota(13, 10), holidays=Lazy()).reason == "HOLIDAY"
    assert judge(bogota(13, 10), holidays=iter(HOLIDAYS)) == (False, "HOLIDAY", bogota(14, 7))


def test_a_calendar_without_working_days_has_no_next_instant():
    class Always:
        def __contains__(self, day):
            return True

    assert judge(bogota(9, 10), holidays=Always()) == (False, "HOLIDAY", None)


def test_the_next_instant_is_looked_for_as_far_as_a_year():
    class UntilNextYear:
        def __contains__(self, day):
            return day < date(2027, 7, 10)

    assert judge(bogota(9, 10), holidays=UntilNextYear()).next_allowed == datetime(2027, 7, 10, 8, tzinfo=BOGOTA)


def test_off_hours_lifts_days_and_hours_only():
    for at in (bogota(9, 3), bogota(12, 10), bogota(13, 10), bogota(11, 23, 59)):
        assert judge(at, off_hours=True).allowed
    earlier = [direct(bogota(12, 9))]
    assert judge(bogota(12, 10), off_hours=True, history=earlier) == (False, "ONCE_PER_DAY", bogota(13, 0))
    week = judge(bogota(8, 3), "sms", off_hours=True, history=[direct(bogota(6, 10))])
    assert week == (False, "OTHER_CHANNEL_WEEK", bogota(13, 0))
    assert judge(bogota(9, 3), off_hours=True, consents=()).reason == "NO_CONSENT"
    assert judge(bogota(9, 3), "visit", off_hours=True).reason == "VISIT"


# How often


def test_the_same_channel_on_another_day_of_the_week():
    assert judge(bogota(8, 10), history=[direct(bogota(6, 10))]).allowed


def test_strict_is_one_contact_a_week():
    history = [direct(bogota(6, 10))]
    assert judge(bogota(8, 10), history=history, strict=True) == (False, "OTHER_CHANNEL_WEEK", bogota(14, 7))
    assert judge(bogota(6, 16), history=history, strict=True).reason == "ONCE_PER_DAY"
    assert judge(bogota(8, 10), history=[attempt(bogota(6, 10))], strict=True).allowed


def test_the_week_runs_from_monday_to_sunday():
    saturday = [direct(bogota(4, 10))]
    assert judge(bogota(6, 10), "sms", history=saturday).allowed
    monday = [direct(bogota(6, 10))]
    assert judge(bogota(11, 10), "sms", history=monday).reason == "OTHER_CHANNEL_WEEK"


def test_days_are_days_of_bogota():
    # 21:00 in Bogota is the next day in UTC.
    late = [direct(datetime(2026, 7, 9, 2, tzinfo=UTC))]
    assert judge(bogota(8, 22), history=late, off_hours=True).reason == "ONCE_PER_DAY"
    assert judge(bogota(9, 10), history=late).allowed


def test_two_channels_already_used_close_both():
    history = [direct(bogota(6, 10)), direct(bogota(7, 10), "whatsapp")]
    assert judge(bogota(8, 10), "call", history=history).reason == "OTHER_CHANNEL_WEEK"
    assert judge(bogota(8, 10), "whatsapp", history=history).reason == "OTHER_CHANNEL_WEEK"


def test_a_contact_that_the_debtor_began_counts():
    history = [direct(bogota(9, 9), direction="in")]
    assert judge(bogota(9, 16), history=history).reason == "ONCE_PER_DAY"
    assert judge(bogota(9, 16), history=history, purpose="reply").allowed


def test_three_attempts_in_a_round_are_lawful():
    history = [attempt(bogota(9, 8)), attempt(bogota(9, 9), "sms"), attempt(bogota(9, 10), "email")]
    assert judge(bogota(9, 11), history=history, strict=True).allowed


def test_contacts_after_the_instant_do_not_count_yet():
    later = [direct(bogota(9, 16), "sms")]
    assert judge(bogota(9, 10), history=later).allowed
    assert judge(bogota(9, 16), history=later).reason == "ONCE_PER_DAY"
    # But the next instant sees them: Friday would be another channel in the week.
    assert judge(bogota(8, 19), history=[direct(bogota(9, 6), "sms")]) == (False, "WINDOW", bogota(14, 7))


def test_the_history_may_be_read_once_only():
    history = (contact for contact in [direct(bogota(9, 9))])
    assert judge(bogota(9, 16), history=history) == (False, "ONCE_PER_DAY", bogota(10, 7))


# The order of the checks


@pytest.mark.parametrize("purpose", ["information", "legal", "reply"])
def test_exempt_purposes_are_always_allowed(purpose):
    worst = {"role": "reference", "on_hold": True, "consents": (), "history": [direct(bogota(12, 9))], "strict": True}
    assert judge(bogota(12, 10), "visit", purpose=purpose, **worst) == (True, "OK", None)


def test_each_check_comes_before_the_next():
    at, history = bogota(12, 10), [direct(bogota(12, 9), "sms")]
    conditions = {"on_hold": True, "role": "reference", "exempt": False, "consents": (), "history": history}
    reasons = []
    for lifted in (
        {"on_hold": False},
        {"role": "debtor"},
        {"consents": ALL},
        {"channel": "call"},
        {"at": bogota(13, 10)},
    ):
        reasons.append(check(**{"at": at, "channel": "visit", "holidays": HOLIDAYS, **conditions}).reason)
        at, conditions = lifted.pop("at", at), {**conditions, **lifted}
    assert reasons == ["BLOCKED", "REFERENCE", "NO_CONSENT", "VISIT", "SUNDAY"]


def test_an_exempt_debtor_is_still_held_and_has_references():
    worst = {"exempt": True, "consents": (), "history": [direct(bogota(12, 9))]}
    assert judge(bogota(12, 10), "visit", **worst) == (True, "OK", None)
    assert judge(bogota(12, 10), on_hold=True, **worst) == (False, "BLOCKED", None)
    assert judge(bogota(12, 10), role="reference", **worst) == (False, "REFERENCE", None)


@pytest.mark.parametrize("role", ["debtor", "codebtor", "guarantor", "attorney"])
def test_codebtors_and_guarantors_are_protected_alike(role):
    assert judge(bogota(9, 10), role=role).allowed
    assert judge(bogota(12, 10), role=role).reason == "SUNDAY"


def test_visits_are_forbidden():
    assert judge(bogota(9, 10), "visit") == (False, "VISIT", None)


def test_whoever_came_to_the_office_chose_the_channel():
    assert judge(bogota(9, 10), "in_person", consents=()).allowed
    assert judge(bogota(12, 10), "in_person", consents=()).reason == "SUNDAY"
    assert judge(bogota(9, 16), "call", history=[direct(bogota(9, 9), "in_person", "in")]).reason == "ONCE_PER_DAY"
    assert (
        judge(bogota(10, 9), "call", history=[direct(bogota(9, 9), "in_person", "in")]).reason == "OTHER_CHANNEL_WEEK"
    )


@pytest.mark.parametrize(
    ("what", "conditions"),
    [
        ("channel", {"channel": "fax"}),
        ("role", {"role": "neighbour"}),
        ("purpose", {"purpose": "gossip"}),
        ("channel", {"history": [direct(bogota(9, 9), "fax")]}),
        ("channel", {"channel": "fax", "purpose": "reply"}),
    ],
)
def test_unknown_words_are_named(what, conditions):
    word = "fax" if what == "channel" else conditions[what]
    with pytest.raises(ValueError, match=f"Unknown {what} '{word}'"):
        judge(bogota(9, 10), **conditions)


# A policy's own limits


def test_a_policy_may_set_hours_week_and_visits():
    office = (time(9), time(12))
    limits = Limits(hours=(office,) * 5 + (CLOSED, CLOSED), week_start=6, visits=True)
    assert limits.check(bogota(10, 12), "call", consents=ALL) == (False, "WINDOW", bogota(13, 9))
    assert limits.check(bogota(11, 10), "call", consents=ALL).reason == "WINDOW"
    assert limits.check(bogota(9, 9), "visit", consents=ALL).allowed
    # The week of Sunday the 5th reaches to Saturday the 11th.
    history = [direct(bogota(5, 10), "sms")]
    assert limits.check(bogota(8, 10), "call", consents=ALL, history=history).reason == "OTHER_CHANNEL_WEEK"
    assert Limits().check(bogota(8, 10), "call", consents=ALL, history=history).allowed


# Properties, against a reading of the law written the other way round: what is left of each day


def left_of_day(day, channel, history, holidays, off_hours, strict):
    """The allowed part [start, end) of a day in Bogota, or None."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=BOGOTA)
    start, end = midnight, midnight + timedelta(days=1)
    if not off_hours:
        if day.isoweekday() == 7 or day in holidays:
            return None
        opens, closes = (8, 15) if day.isoweekday() == 6 else (7, 19)
        start, end = midnight + timedelta(hours=opens), midnight + timedelta(hours=closes)
    for contact in history:
        when = contact.at.astimezone(BOGOTA)
        same_week = when.isocalendar()[:2] == day.isocalendar()[:2]
        bars_week = same_week and (strict or contact.channel != channel)
        if contact.direct and (when.date() == day or bars_week):
            end = min(end, when)
    return (start, end) if start < end else None


instants = st.builds(
    lambda minutes, zone: (datetime(2026, 7, 1, tzinfo=BOGOTA) + timedelta(minutes=minutes)).astimezone(zone),
    st.integers(0, 40 * 24 * 60),
    st.sampled_from([UTC, BOGOTA, ZoneInfo("Asia/Tokyo")]),
)
channels = st.sampled_from(["call", "sms", "whatsapp", "in_person"])
situations = st.fixed_dictionaries(
    {
        "history": st.lists(
            st.builds(Contact, instants, channels, st.sampled_from(["in", "out"]), st.booleans()), max_size=6
        ),
        "holidays": st.frozensets(st.dates(date(2026, 7, 1), date(2026, 8, 20)), max_size=8),
        "off_hours": st.booleans(),
        "strict": st.booleans(),
    }
)


@settings(max_examples=300)
@given(instants, channels, situations)
def test_allowed_is_inside_what_is_left_of_the_day(at, channel, situation):
    left = left_of_day(at.astimezone(BOGOTA).date(), channel, **situation)
    verdict = check(at, channel, consents=ALL, **situation)
    assert verdict.allowed == bool(left and left[0] <= at < left[1])
    assert verdict.reason in REASONS
    assert (verdict.reason == "OK") == verdict.allowed


@settings(max_examples=300)
@given(instants, channels, situations)
@example(bogota(11, 15), "call", {"history": [], "holidays": HOLIDAYS, "off_hours": False, "strict": False})
def test_next_allowed_is_accepted_and_nothing_before_it_is(at, channel, situation):
    verdict = check(at, channel, consents=ALL, **situation)
    assume(not verdict.allowed)
    following = verdict.next_allowed
    assert following > at
    assert following.tzinfo is UTC
    assert check(following, channel, consents=ALL, **situation) == (True, "OK", None)
    day = at.astimezone(BOGOTA).date()
    while day <= following.astimezone(BOGOTA).date():
        left = left_of_day(day, channel, **situation)
        assert not left or left[1] <= at or left[0] >= following
        day += timedelta(days=1)


@settings(max_examples=12)
@given(instants, channels, situations)
@example(bogota(6, 16), "call", {"history": [direct(bogota(6, 9))], "holidays": (), "off_hours": False, "strict": True})
def test_no_minute_of_the_wait_is_accepted(at, channel, situation):
    following = check(at, channel, consents=ALL, **situation).next_allowed
    assume(following)
    minute = at
    while minute < following:
        assert not check(minute, channel, consents=ALL, **situation).allowed
        minute += timedelta(minutes=1)


@given(
    instants,
    st.sampled_from(CHANNELS),
    st.sampled_from(ROLES),
    st.sampled_from(PURPOSES),
    st.frozensets(st.sampled_from(CHANNELS)),
    st.booleans(),
    st.booleans(),
    situations,
)
def test_no_waiting_helps_exactly_where_the_reason_is_not_the_hour(
    at, channel, role, purpose, consents, on_hold, exempt, situation
):
    conditions = {"role": role, "purpose": purpose, "consents": consents, "on_hold": on_hold, "exempt": exempt}
    verdict = check(at, channel, **conditions, **situation)
    waits = verdict.reason in {"SUNDAY", "HOLIDAY", "WINDOW", "ONCE_PER_DAY", "OTHER_CHANNEL_WEEK"}
    assert waits == (verdict.next_allowed is not None)
