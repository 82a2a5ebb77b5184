"""The four-eyes rule: it lifts after enough approvals in a row, and never without."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.answering.trust import (
    ERRORS,
    Kind,
    Lifted,
    Mark,
    Needed,
    Why,
    history,
    needs_approval,
    needs_approval_for,
    row,
    went_well,
)
from playbook.answers import FourEyes

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
RULE = FourEyes(lifts_after=3, topics={"safety": "always", "prices": 2})


def mark(number, kind=Kind.APPROVED, *, at=None, **more):
    told = {"person": "anna", "topic": "trains", "answer": f"{number}", "by": "bert"}
    return Mark(**told | more, kind=kind, at=at or NOW + number * MINUTE)


def approvals(count, first=1, **more):
    return [mark(number, **more) for number in range(first, first + count)]


def test_where_the_playbook_asks_it_of_nobody_no_topic_needs_it():
    rule = FourEyes(asked=False, topics={"safety": "always"})
    assert needs_approval([], "safety", rule, severity="critical", crisis=True) == Lifted()
    assert needs_approval_for([], ["trains", "safety"], rule) == Lifted()


def test_it_lifts_with_the_approval_that_was_enough():
    assert needs_approval(approvals(2), "trains", RULE) == Needed(why=Why.ROW, length=2, of=3)
    assert needs_approval(approvals(5), "trains", RULE) == Lifted(since=NOW + 3 * MINUTE)
    assert needs_approval(approvals(2, topic="prices"), "prices", RULE) == Lifted(since=NOW + 2 * MINUTE)


@pytest.mark.parametrize("kind", sorted(ERRORS))
def test_an_error_brings_it_back_and_says_why(kind):
    error = mark(9, kind, answer="1")
    found = needs_approval([*approvals(5), error], "trains", RULE)
    assert found == Needed(why=Why.ROW, length=0, of=3, error=error)
    again = [*approvals(5), error, *approvals(3, first=10)]
    assert needs_approval(again, "trains", RULE) == Lifted(since=NOW + 12 * MINUTE)


def test_what_is_severe_or_said_in_a_crisis_or_on_such_a_topic_always_takes_two():
    marks = [*approvals(9), *approvals(9, topic="safety")]
    assert needs_approval(marks, "trains", RULE, severity="serious") == Needed(why=Why.SEVERE)
    assert needs_approval(marks, "trains", RULE, severity="critical") == Needed(why=Why.SEVERE)
    assert needs_approval(marks, "trains", RULE, crisis=True) == Needed(why=Why.CRISIS)
    assert needs_approval(marks, "safety", RULE) == Needed(why=Why.TOPIC)


def test_of_several_topics_one_that_needs_it_is_enough():
    marks = [*approvals(3), *approvals(2, first=5, topic="prices")]
    assert needs_approval_for(marks, ["trains", "prices"], RULE) == Lifted(since=NOW + 6 * MINUTE)
    assert needs_approval_for(marks, ["trains", "safety"], RULE) == Needed(why=Why.TOPIC)
    assert needs_approval_for(marks, [], RULE) == Needed(why=Why.ROW, length=0, of=3)


def test_an_answer_counts_once_and_nobody_approves_their_own():
    twice = [mark(1), mark(1, at=NOW + 5 * MINUTE), mark(2, by="anna"), mark(3, Kind.THANKED), mark(4)]
    assert row(twice).length == 2


def test_of_one_moment_the_error_comes_last():
    marks = [mark(9, Kind.CORRECTED, at=NOW), *(mark(number, at=NOW) for number in range(3))]
    assert row(marks).length == 0


def test_the_history_says_what_each_mark_made_of_the_row():
    told = history([*approvals(4), mark(8, Kind.COMPLAINED)], RULE)
    assert [(one.length, one.lifted) for one in told] == [(1, False), (2, False), (3, True), (4, True), (0, False)]


def test_an_answer_went_well_until_an_error_of_it_is_known():
    marks = [*approvals(3), mark(4, Kind.THANKED), mark(5, Kind.CORRECTED, answer="2"), mark(6, by="anna")]
    assert went_well(marks) == 3


MARKS = st.lists(
    st.builds(
        Mark,
        person=st.just("anna"),
        topic=st.sampled_from(["trains", "prices"]),
        answer=st.sampled_from("abcdef"),
        kind=st.sampled_from(Kind),
        at=st.integers(0, 8).map(lambda minutes: NOW + minutes * MINUTE),
        by=st.sampled_from(["anna", "bert", "carla"]),
    ),
    max_size=14,
)


@given(marks=MARKS, enough=st.integers(1, 5))
def test_it_never_lifts_without_so_many_approved_answers_since_the_last_error(marks, enough):
    found = needs_approval(marks, "trains", FourEyes(lifts_after=enough))
    theirs = [one for one in marks if one.topic == "trains"]
    last = max((one.at for one in theirs if one.kind in ERRORS), default=None)
    since = [one for one in theirs if last is None or one.at > last]
    approved = {one.answer for one in since if one.kind is Kind.APPROVED and one.by != "anna"}
    assert isinstance(found, Lifted) == (len(approved) >= enough)


@given(marks=MARKS, enough=st.integers(1, 5), kind=st.sampled_from(sorted(ERRORS)))
def test_after_an_error_it_is_never_lifted_whatever_was_before(marks, enough, kind):
    error = mark(99, kind)
    assert isinstance(needs_approval([*marks, error], "trains", FourEyes(lifts_after=enough)), Needed)


@given(marks=MARKS)
def test_the_order_in_which_marks_are_read_changes_nothing(marks):
    rule = FourEyes(lifts_after=2)
    assert needs_approval(marks, "trains", rule) == needs_approval(reversed(marks), "trains", rule)
