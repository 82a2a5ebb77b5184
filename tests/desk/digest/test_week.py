"""The week of a digest, on the organisation's own clock."""

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import Reject
from desk.digest.settings import DigestSettings, unknown
from desk.digest.week import Week, last_whole, week
from tests.desk.corpus import ZONE


@pytest.mark.parametrize(
    ("name", "hours", "due"),
    [
        ("2026-W13", 167, datetime(2026, 3, 30, 6, tzinfo=UTC)),  # the clock goes forward on its Sunday
        ("2026-W14", 168, datetime(2026, 4, 6, 6, tzinfo=UTC)),
        ("2026-W43", 169, datetime(2026, 10, 26, 7, tzinfo=UTC)),  # and back on this one's
        ("2026-W53", 168, datetime(2027, 1, 4, 7, tzinfo=UTC)),
    ],
)
def test_it_goes_out_at_eight_on_the_wall_whatever_the_clock_did(name, hours, due):
    made = week(name)
    since, until = made.stretch(ZONE)
    assert (made.name, until - since, made.due_at(ZONE)) == (name, timedelta(hours=hours), due)
    assert due.astimezone(ZONE).strftime("%A %H:%M") == "Monday 08:00"


@pytest.mark.parametrize("name", ["", "W47", "2026-47", "2026-W54", "2025-W53", "2026-W00", "9999-W52", "2026-W47x"])
def test_what_is_no_week_gets_a_sentence(name):
    with pytest.raises(Reject, match="write it as 2026-W47"):
        week(name)


def test_the_last_whole_week_is_told_by_the_day_there_and_not_in_utc():
    assert last_whole(datetime(2026, 11, 1, 22, 59, tzinfo=UTC), ZONE) == Week(2026, 43)
    assert last_whole(datetime(2026, 11, 1, 23, 0, tzinfo=UTC), ZONE) == Week(2026, 44)


def test_a_unit_that_is_none_is_named_with_the_nearest():
    found = list(unknown(DigestSettings(units=("webcare", "pres")), ["webcare", "press"]))
    assert found == ['units[1]: there is no unit "pres"; did you mean "press"?']
    assert "no units" in next(unknown(DigestSettings(units=("x",)), []))
