"""Hours on the wall clock: the same time last week, whatever the clocks did in between."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from picture.forecast import History, outlook
from picture.forecast.history import WEEK, hour_of, hour_start
from tests.picture.forecast.made import AMSTERDAM, ahead, history


def numbered(start: datetime, zone: ZoneInfo) -> History:
    """Two weeks in which each count is its hour's place."""
    return History.of(hour_of(start), np.arange(2 * WEEK), zone)


@pytest.mark.parametrize(
    ("start", "hours"),
    [
        (datetime(2026, 3, 16, tzinfo=UTC), -1),  # the clock goes forward on the 29th
        (datetime(2026, 10, 12, tzinfo=UTC), 1),  # and back on the 25th
    ],
)
def test_last_week_is_the_same_time_on_the_clock(start, hours):
    one = numbered(start, AMSTERDAM)
    before = one.week_before()
    noon = hour_of(datetime(start.year, start.month, start.day + 14, 12, tzinfo=AMSTERDAM)) - one.start
    asked = hour_start(one.start + noon).astimezone(AMSTERDAM)
    found = hour_start(one.start + int(before[noon])).astimezone(AMSTERDAM)
    assert (asked.hour, found.hour) == (12, 12)
    assert (asked.date() - found.date()).days == 7
    assert before[WEEK] == 0
    assert noon - before[noon] == WEEK + hours


def test_before_the_first_week_nothing_is_known():
    before = numbered(datetime(2026, 6, 1, tzinfo=UTC), AMSTERDAM).week_before()
    assert np.isnan(before[:WEEK]).all()
    assert not np.isnan(before[WEEK:]).any()


def test_after_the_clock_changed_the_busy_hours_are_those_of_the_clock():
    start = hour_of(datetime(2026, 2, 1, tzinfo=UTC))
    one = history(8, start=start)
    found = outlook(one)
    assert hour_start(found.forecast.start).date().isoformat() == "2026-03-29"
    by_the_clock = np.corrcoef(found.forecast.middle[24:], ahead(one)[24:])[0, 1]
    an_hour_off = np.corrcoef(found.forecast.middle[24:], np.roll(ahead(one), 2)[24:])[0, 1]
    assert by_the_clock > an_hour_off
    assert by_the_clock > 0.85


def test_clocks_that_stand_half_an_hour_apart_have_their_own_hours():
    one = History.of(0, np.zeros(2), ZoneInfo("Asia/Kolkata"))
    assert one.wall[:2].tolist() == [6, 7]
