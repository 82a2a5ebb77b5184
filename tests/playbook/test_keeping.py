"""First answers that would have been late, at a stated pace in business hours."""

import pytest

from playbook._values import Severity
from playbook.keeping import Waiting, late
from playbook.sections import Playbook
from tests.playbook.test_hours import at

RULES = Playbook.model_validate(
    {
        "triage": None,
        "organisation": {
            "model": "holistic",
            "units": {"web": {"service": "promised", "hours": "office"}, "other": {}},
        },
        "service": {"promised": {"serious": {"first_response": "1h", "resolution": "8h"}}},
        "hours": {
            "office": {"zone": "Europe/Amsterdam", "week": {"monday": ["09:00-17:00"], "tuesday": ["09:00-17:00"]}}
        },
    }
)


def owed(*times, unit="web", severity=Severity.SERIOUS):
    return [Waiting(at(f"2026-03-{time}"), unit, severity) for time in times]


@pytest.mark.parametrize(
    ("times", "an_hour", "count"),
    [
        (["02T10:00", "02T10:00"], 2, 0),
        (["02T10:00", "02T10:00", "02T10:00"], 2, 1),  # the third is done after an hour and a half
        (["02T16:45", "02T16:45"], 2, 0),  # done at a quarter past nine and a quarter to ten of the next day
        (["02T16:45", "02T16:45", "02T16:45"], 2, 1),
        (["02T10:00", "02T10:00", "02T12:00"], 1, 1),
    ],
)
def test_what_is_answered_after_the_promise_is_late(times, an_hour, count):
    assert late(RULES, owed(*times), {"web": an_hour})["web"] == count


def test_without_a_pace_or_a_promise_nothing_is_known():
    several = ["02T10:00"] * 5
    assert late(RULES, owed(*several), {}) == {}
    assert late(RULES, owed(*several, unit="other"), {"other": 1}) == {}
    assert late(RULES, owed(*several, severity=Severity.MINOR), {"web": 1}) == {}


def test_the_order_in_which_they_are_told_does_not_matter():
    several = owed("02T10:00", "02T16:30", "02T16:40", "03T09:05", "03T09:10", "03T09:10")
    assert late(RULES, several, {"web": 2}) == late(RULES, reversed(several), {"web": 2}) == {"web": 2}
