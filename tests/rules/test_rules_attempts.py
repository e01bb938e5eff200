from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.attempts import Attempt, next_attempt, week_of_month

START = datetime(2026, 7, 6, 9)


def numbered(instants, minimum=3, **limits):
    """The counted attempts of contacts at `instants`."""
    counted = []
    for at in instants:
        attempt = next_attempt(at, counted, minimum, **limits)
        if attempt:
            counted.append(attempt)
    return counted


def places(attempts):
    return [(attempt.round, attempt.number) for attempt in attempts]


@pytest.mark.parametrize(("day", "week"), [(1, 1), (7, 1), (8, 2), (21, 3), (22, 4), (28, 4), (29, 5), (31, 5)])
def test_week_of_month(day, week):
    assert week_of_month(datetime(2026, 7, day)) == week


def test_three_attempts_make_a_round_and_the_fourth_begins_another():
    assert places(numbered(START + timedelta(days=n) for n in range(4))) == [(1, 1), (1, 2), (1, 3), (2, 1)]


def test_what_comes_before_the_spacing_is_over_does_not_count():
    instants = [START, START + timedelta(minutes=5), START + timedelta(hours=3, minutes=59), START + timedelta(hours=4)]
    assert [a.at for a in numbered(instants, spacing_hours=4)] == [instants[0], instants[3]]


def test_frv_the_second_round_waits_for_the_fourth_week():
    days = [6, 7, 8, 20, 21, 22, 23]
    attempts = numbered((START.replace(day=day) for day in days), second_round_week=4)
    assert places(attempts) == [(1, 1), (1, 2), (1, 3), (1, 4), (1, 5), (2, 1), (2, 2)]


def test_an_incomplete_first_round_goes_on_in_the_fourth_week():
    attempts = numbered((START.replace(day=day) for day in (6, 22, 23, 24)), second_round_week=4)
    assert places(attempts) == [(1, 1), (1, 2), (1, 3), (2, 1)]


def test_days_between_rounds():
    attempts = numbered((START + timedelta(days=n) for n in (0, 1, 2, 6, 13)), gap_days=7)
    assert places(attempts) == [(1, 1), (1, 2), (1, 3), (1, 4), (2, 1)]


@given(
    st.lists(st.integers(0, 24 * 120), min_size=1, max_size=30).map(sorted),
    st.integers(1, 4),
    st.integers(0, 48),
    st.integers(0, 20),
    st.integers(0, 5),
)
def test_rounds_are_complete_and_spaced(hours, minimum, spacing, gap, week):
    attempts = numbered(
        (START + timedelta(hours=n) for n in hours),
        minimum,
        spacing_hours=spacing,
        gap_days=gap,
        second_round_week=week,
    )
    for before, after in zip(attempts, attempts[1:], strict=False):
        assert after.at - before.at >= timedelta(hours=spacing)
        if after.round == before.round:
            assert after.number == before.number + 1
        else:
            assert (after.round, after.number) == (before.round + 1, 1)
            assert before.number >= minimum
            assert (after.at.date() - before.at.date()).days >= gap
            assert week_of_month(after.at) >= week
    assert attempts[0] == Attempt(attempts[0].at, 1, 1)
