"""What a case's document says of how long its author waited, and of what was promised."""

from datetime import UTC, datetime, timedelta

import pytest

from core.case import Kept
from desk.cases.document import document
from desk.store.cases import State
from playbook.hours import Calendar
from tests.desk.notices.test_forms import case

FRIDAY = datetime(2026, 10, 23, 14, tzinfo=UTC)  # 16:00 on the wall, in the last days of summer time
HOUR = timedelta(hours=1)
WORKDAYS = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), ("09:00-17:00",))
OFFICE = Calendar(zone="Europe/Amsterdam", week=WORKDAYS)


def made(at=FRIDAY + 10 * HOUR, calendar=OFFICE, **fields):
    return document(case(since=FRIDAY, **fields), calendar, at)


def test_an_answer_is_counted_by_the_clock_and_in_business_hours_over_a_change_of_the_clock():
    monday = datetime(2026, 10, 26, 9, tzinfo=UTC)  # 10:00 on the wall, in winter time
    found = made(answered_at=monday)
    assert found.answer_open == 2 * 3600
    assert found.answer_clock == (2 * 24 + 19) * 3600


def test_without_hours_or_without_an_answer_nothing_is_made_up():
    assert made(calendar=None, answered_at=FRIDAY + HOUR).answer_open is None
    empty = made()
    assert (empty.answer_clock, empty.answer_open, empty.handling) == (None, None, None)


def test_handling_runs_to_the_end():
    assert made(state=State.CLOSED, closed_at=FRIDAY + 3 * HOUR).handling == 3 * 3600


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"answered_at": FRIDAY + HOUR}, Kept.YES),
        ({"answered_at": FRIDAY + 3 * HOUR}, Kept.NO),
        ({}, Kept.NO),
        ({"first_due": FRIDAY + 11 * HOUR}, Kept.UNKNOWN),
        ({"first_due": None, "answered_at": FRIDAY + HOUR}, Kept.UNKNOWN),
    ],
)
def test_whether_the_promise_was_kept(fields, kept):
    assert made(**{"first_due": FRIDAY + 2 * HOUR} | fields).in_sla is kept
