"""What is promised when, and how it stands: business hours, daylight saving, the last quarter of the time."""

from datetime import UTC, datetime

import pytest

from desk.cases.promised import Promised
from desk.cases.standing import Standing, in_time, standing
from desk.store.cases import Case, State
from playbook.sections import Playbook
from tests.desk.cases.book import HOUR, MINUTE, NOW, PROMISED, promising

FRIDAY = datetime(2026, 3, 27, 16, tzinfo=UTC)  # five o'clock in Amsterdam, where summer time begins that Sunday


def case(**more):
    told = {"id": "c", "number": 1, "author": "a", "thread": "t", "source": "s", "severity": "minor", "version": 1}
    return Case(**told | {"outcome": "restore", "opened_at": NOW, "since": NOW, "first_message": "t"} | more)


def test_what_is_promised_runs_in_the_hours_of_the_unit():
    found = PROMISED.promises("webcare", "minor", NOW + 5 * HOUR)  # three o'clock; the office closes at five
    assert found.first_due == NOW + 24 * HOUR + HOUR
    assert found.first_soon == NOW + 24 * HOUR


def test_an_hour_that_the_clock_skips_is_none():
    always = promising(days=("friday", "saturday", "sunday", "monday"), first_response="48h", resolution="72h")
    assert always.promises("webcare", "minor", FRIDAY).first_due == FRIDAY + 48 * HOUR
    office = promising(days=("saturday", "sunday"), first_response="47h", resolution="47h")
    # Saturday and Sunday have 24 + 23 hours together: it is due as Monday begins, at ten o'clock UTC the evening before.
    assert office.promises("webcare", "minor", FRIDAY).first_due == datetime(2026, 3, 29, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("unit", "severity"), [(None, "minor"), ("press", "minor"), ("webcare", "critical"), ("x", "x")]
)
def test_nothing_is_promised_where_nobody_promised_it(unit, severity):
    assert set(PROMISED.promises(unit, severity, NOW)) == {None}


def test_a_case_is_well_then_due_soon_then_overdue():
    one = case(first_soon=NOW + HOUR, first_due=NOW + 2 * HOUR, resolution_due=NOW + 9 * HOUR)
    at = [standing(one, NOW + minutes * MINUTE) for minutes in (0, 59, 60, 119, 120)]
    assert at == [Standing.WELL, Standing.WELL, Standing.SOON, Standing.SOON, Standing.LATE]


def test_once_answered_only_the_end_is_awaited():
    one = case(first_due=NOW, answered_at=NOW, resolution_due=NOW + 9 * HOUR)
    assert standing(one, NOW + 8 * HOUR) is Standing.WELL
    assert standing(one, NOW + 9 * HOUR) is Standing.LATE
    assert standing(case(state=State.CLOSED, resolution_due=NOW), NOW + HOUR) is Standing.WELL
    assert standing(case(), NOW + HOUR) is Standing.WELL


def test_the_first_response_was_in_time_or_not():
    assert in_time(case(first_due=NOW, answered_at=NOW)) is True
    assert in_time(case(first_due=NOW, answered_at=NOW + MINUTE)) is False
    assert in_time(case(first_due=NOW, closed_at=NOW)) is True
    assert in_time(case(first_due=NOW)) is None
    assert in_time(case(answered_at=NOW)) is None


def test_who_is_silent_has_time_in_the_hours_of_the_unit():
    agent = PROMISED.rung("webcare", 0)
    assert (agent.to, PROMISED.over("webcare", agent, NOW)) == ("agent", NOW + 10 * MINUTE)
    evening = NOW + 7 * HOUR - 5 * MINUTE  # five minutes before the office closes
    assert PROMISED.over("webcare", agent, evening) == NOW + 23 * HOUR + 5 * MINUTE
    assert PROMISED.over("webcare", PROMISED.rung("webcare", 2), NOW) is None
    assert PROMISED.rung("webcare", 3) is PROMISED.rung("press", 0) is PROMISED.rung(None, 0) is None


def test_who_answers_what():
    assert PROMISED.answers("restore")
    assert not PROMISED.answers("monitor")
    assert not PROMISED.answers(None)
    assert not PROMISED.answers("of_an_earlier_playbook")
    assert [PROMISED.owner("restore", team) for team in (None, "press")] == ["webcare", "press"]
    assert PROMISED.accounts == {"noorderlijn"}
    assert Promised(Playbook()).reopened_within.days == 14
