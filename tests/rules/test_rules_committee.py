"""Quorum and majorities of bodies that decide."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.committee import MAJORITIES, QUORUMS, quorum, verdict

COUNTS = st.integers(0, 12)


@pytest.mark.parametrize(
    ("rule", "seats", "number", "needed"),
    [
        ("all", 5, 0, 5),
        ("majority", 5, 0, 3),
        ("majority", 4, 0, 3),
        ("majority", 1, 0, 1),
        ("number", 5, 2, 2),
        ("number", 5, 5, 5),
    ],
)
def test_how_many_must_be_there(rule, seats, number, needed):
    assert quorum(rule, seats, number) == needed


@pytest.mark.parametrize(("rule", "seats", "number"), [("all", 0, 0), ("number", 5, 6), ("number", 5, 0)])
def test_a_quorum_that_cannot_be(rule, seats, number):
    with pytest.raises(ValueError, match="members? (have|with) a vote"):
        quorum(rule, seats, number)


@pytest.mark.parametrize(
    ("rule", "yes", "no", "abstain", "present", "expected"),
    [
        ("simple", 2, 1, 2, 5, "approved"),
        ("simple", 2, 2, 1, 5, "rejected"),
        ("simple", 2, 1, 0, 5, "open"),
        ("simple", 3, 0, 0, 5, "approved"),
        ("simple", 0, 0, 3, 3, "rejected"),
        ("absolute", 2, 1, 2, 5, "rejected"),
        ("absolute", 3, 2, 0, 5, "approved"),
        ("absolute", 2, 2, 0, 4, "rejected"),
        ("two_thirds", 4, 2, 0, 6, "approved"),
        ("two_thirds", 3, 2, 0, 5, "rejected"),
        ("two_thirds", 2, 1, 0, 4, "open"),
        ("unanimous", 3, 0, 0, 3, "approved"),
        ("unanimous", 2, 0, 1, 3, "rejected"),
        ("unanimous", 2, 0, 0, 3, "open"),
        ("simple", 0, 0, 0, 0, "open"),
    ],
)
def test_what_votes_decide(rule, yes, no, abstain, present, expected):
    assert verdict(rule, yes, no, abstain, present) == expected


@pytest.mark.parametrize(
    ("rule", "chair", "expected"),
    [
        ("simple", "yes", "approved"),
        ("simple", "no", "rejected"),
        ("simple", "abstain", "rejected"),
        ("absolute", "yes", "approved"),
        ("absolute", "no", "rejected"),
        ("two_thirds", "yes", "rejected"),
    ],
)
def test_the_chair_breaks_a_tie_where_the_body_says_so(rule, chair, expected):
    assert verdict(rule, 2, 2, 0, 4, breaks=True, chair=chair) == expected
    assert verdict(rule, 2, 2, 0, 4, breaks=False, chair=chair) == "rejected"


def test_a_chair_that_has_not_voted_keeps_a_coming_tie_open():
    assert verdict("simple", 1, 2, 0, 4, breaks=True, chair=None) == "open"
    assert verdict("simple", 1, 2, 0, 4, breaks=False) == "rejected"


def test_more_votes_than_people():
    with pytest.raises(ValueError, match="more votes than people"):
        verdict("simple", 3, 1, 0, 3)


@given(st.sampled_from(QUORUMS), st.integers(1, 40), st.data())
def test_a_quorum_is_of_some_and_at_most_of_all(rule, seats, data):
    assert 1 <= quorum(rule, seats, data.draw(st.integers(1, seats))) <= seats


@given(
    st.sampled_from(MAJORITIES),
    COUNTS,
    COUNTS,
    COUNTS,
    COUNTS,
    st.booleans(),
    st.sampled_from(["yes", "no", "abstain"]),
)
def test_what_is_decided_stays_so_however_the_others_vote(rule, yes, no, abstain, pending, breaks, chair):
    """Once approved or rejected, no vote of those missing turns it; with nobody missing, it is decided."""
    present = yes + no + abstain + pending
    now = verdict(rule, yes, no, abstain, present, breaks, chair)
    if not pending:
        assert now != "open" or not present
        return
    later = {
        verdict(rule, yes + a, no + b, abstain + c, present, breaks, chair)
        for a, b, c in ((1, 0, 0), (0, 1, 0), (0, 0, 1))
    }
    if now != "open":
        assert later == {now}


@given(st.sampled_from(MAJORITIES), COUNTS, COUNTS, COUNTS)
def test_the_same_votes_without_a_preference_decide_nothing_for_both_sides(rule, yes, no, abstain):
    """A proposal and its contrary are never both approved by the same votes."""
    present = yes + no + abstain
    both = {verdict(rule, yes, no, abstain, present), verdict(rule, no, yes, abstain, present)}
    assert both != {"approved"}
