"""Terms of prescription: restarts, suspensions, and what comes too late."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.prescription import Event, in_time_to_interrupt, last_day

DUE = date(2023, 5, 15)
DEMAND = Event("demand", date(2025, 1, 10))


def test_invoice_as_a_negotiable_title():
    assert last_day(DUE, 3) == date(2026, 5, 15)


def test_a_demand_interrupts_once():
    assert last_day(DUE, 3, [DEMAND]) == date(2028, 1, 10)
    second = Event("demand", date(2026, 2, 1))
    assert last_day(DUE, 3, [DEMAND, second]) == date(2028, 1, 10)
    assert last_day(DUE, 3, [second, DEMAND]) == date(2028, 1, 10)


def test_a_demand_interrupts_once_even_after_another_interruption():
    agreement = Event("interrupt", date(2026, 3, 1))
    late_demand = Event("demand", date(2027, 3, 1))
    assert last_day(DUE, 3, [DEMAND, agreement, late_demand]) == date(2029, 3, 1)
    assert last_day(DUE, 3, [agreement, late_demand]) == date(2030, 3, 1)


def test_interruptions_may_repeat():
    events = [Event("interrupt", date(2026, 3, 1)), Event("interrupt", date(2024, 3, 1))]
    assert last_day(DUE, 5, events) == date(2031, 3, 1)


def test_29_february_becomes_28():
    assert last_day(date(2024, 2, 29), 3) == date(2027, 2, 28)
    assert last_day(date(2024, 2, 29), 4) == date(2028, 2, 29)
    assert last_day(DUE, 5, [Event("interrupt", date(2024, 2, 29))]) == date(2029, 2, 28)


def test_the_last_day_is_in_time_and_the_next_is_not():
    assert last_day(DUE, 3, [Event("interrupt", date(2026, 5, 15))]) == date(2029, 5, 15)
    assert last_day(DUE, 3, [Event("interrupt", date(2026, 5, 16))]) == date(2026, 5, 15)
    assert last_day(DUE, 3, [Event("suspend", date(2026, 5, 15), date(2026, 5, 24))]) == date(2026, 5, 25)
    assert last_day(DUE, 3, [Event("suspend", date(2026, 5, 16), date(2026, 5, 25))]) == date(2026, 5, 15)


def test_nothing_revives_an_expired_debt():
    events = [
        Event("demand", date(2026, 6, 1)),
        Event("suspend", date(2026, 6, 1), date(2027, 6, 1)),
        Event("interrupt", date(2027, 1, 1)),
    ]
    assert last_day(DUE, 3, events) == date(2026, 5, 15)


def test_before_the_term_there_is_nothing_to_interrupt():
    early = [Event("demand", date(2023, 5, 14)), Event("interrupt", date(2022, 1, 1))]
    assert last_day(DUE, 3, early) == date(2026, 5, 15)
    assert last_day(DUE, 3, [*early, DEMAND]) == date(2028, 1, 10)


def test_a_demand_on_the_first_day_was_the_one_that_counts():
    assert last_day(DUE, 3, [Event("demand", DUE), DEMAND]) == date(2026, 5, 15)


def test_suspended_days_are_added_both_ends_included():
    assert last_day(DUE, 3, [Event("suspend", date(2024, 3, 1), date(2024, 3, 31))]) == date(2026, 6, 15)
    assert last_day(DUE, 3, [Event("suspend", date(2024, 3, 1), date(2024, 3, 1))]) == date(2026, 5, 16)


def test_days_under_two_suspensions_count_once():
    march = Event("suspend", date(2024, 3, 1), date(2024, 3, 31))
    inside = Event("suspend", date(2024, 3, 10), date(2024, 3, 12))
    across = Event("suspend", date(2024, 3, 31), date(2024, 4, 1))
    assert last_day(DUE, 3, [march, inside, march]) == date(2026, 6, 15)
    assert last_day(DUE, 3, [across, march]) == date(2026, 6, 16)


def test_a_suspension_counts_for_the_term_it_falls_in():
    before = Event("suspend", date(2024, 3, 1), date(2024, 3, 31))
    assert last_day(DUE, 3, [before, DEMAND]) == date(2028, 1, 10)
    # Five days of it come after the restart.
    around = Event("suspend", date(2025, 1, 1), date(2025, 1, 15))
    assert last_day(DUE, 3, [around, DEMAND]) == date(2028, 1, 15)
    over_due = Event("suspend", date(2023, 5, 1), date(2023, 5, 25))
    assert last_day(DUE, 3, [over_due]) == date(2026, 5, 25)


def test_suspended_days_make_a_later_event_timely():
    suspended = Event("suspend", date(2026, 5, 1), date(2026, 5, 31))
    demand = Event("demand", date(2026, 6, 15))
    assert last_day(DUE, 3, [demand]) == date(2026, 5, 15)
    assert last_day(DUE, 3, [demand, suspended]) == date(2029, 6, 15)
    # The term is 15 May + 31 days = 15 June: a second suspension on that day still finds it running.
    second = Event("suspend", date(2026, 6, 15), date(2026, 6, 16))
    assert last_day(DUE, 3, [suspended, second]) == date(2026, 6, 17)


@pytest.mark.parametrize(
    ("years", "event", "message"),
    [
        (3, Event("forgive", DUE), "'forgive'"),
        (3, Event("suspend", date(2024, 3, 1)), "2024-03-01 has no end"),
        (3, Event("suspend", date(2024, 3, 1), date(2024, 2, 29)), "2024-03-01 ends before"),
        (0, DEMAND, "0 years"),
    ],
)
def test_refusals(years, event, message):
    with pytest.raises(ValueError, match=message):
        last_day(DUE, years, [event])


days = st.dates(date(2018, 1, 1), date(2034, 12, 31))
restarts = st.builds(Event, st.sampled_from(["interrupt", "demand"]), days)
suspensions = st.builds(
    lambda start, length: Event("suspend", start, start + timedelta(days=length)), days, st.integers(0, 500)
)
event_lists = st.lists(restarts | suspensions, max_size=7)


def later(day, years):
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)


def walk(base, years, events):
    """The same term lived day by day."""
    limit, today, restarted, demanded = later(base, years), base, base, False
    while today <= limit:
        kinds = {event.kind for event in events if event.start == today}
        suspended = any(e.kind == "suspend" and e.start <= today <= e.end for e in events)
        if "interrupt" in kinds or ("demand" in kinds and not demanded):
            limit, restarted = later(today, years), today
        elif suspended and today > restarted:
            limit += timedelta(days=1)
        demanded = demanded or "demand" in kinds
        today += timedelta(days=1)
    return limit


@given(st.dates(date(2020, 1, 1), date(2024, 12, 31)), st.sampled_from([3, 5, 10]), event_lists)
def test_the_term_is_what_one_would_live_day_by_day(base, years, events):
    assert last_day(base, years, events) == walk(base, years, events)


@given(days, st.integers(1, 10), event_lists, st.randoms(use_true_random=False))
def test_the_order_in_which_events_are_told_does_not_matter(base, years, events, random):
    told = list(events)
    random.shuffle(told)
    assert last_day(base, years, told) == last_day(base, years, events) >= last_day(base, years)


@given(days, st.integers(1, 10), event_lists, st.sampled_from(["interrupt", "demand", "suspend"]), st.integers(1, 900))
def test_an_event_after_expiry_changes_nothing(base, years, events, kind, wait):
    end = last_day(base, years, events)
    late = Event(kind, end + timedelta(days=wait), end + timedelta(days=wait + 30))
    assert last_day(base, years, [*events, late]) == end


@pytest.mark.parametrize(("notified", "in_time"), [(date(2027, 5, 2), True), (date(2027, 5, 3), False)])
def test_a_filing_interrupts_where_the_order_is_notified_within_a_year(notified, in_time):
    assert in_time_to_interrupt(date(2026, 5, 2), notified) is in_time
