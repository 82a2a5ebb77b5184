"""Buckets begin where the organisation's day begins, also when the clock changes."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picture.buckets import Width, starts, width_for

AMSTERDAM, KATHMANDU, LORD_HOWE = (
    ZoneInfo(name) for name in ("Europe/Amsterdam", "Asia/Kathmandu", "Australia/Lord_Howe")
)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize(("day", "hours"), [(28, 24), (29, 23)])
def test_the_day_the_clock_goes_forward_has_23_hours(day, hours):
    since = datetime(2026, 3, day, tzinfo=AMSTERDAM)
    assert (
        len(starts(since, datetime(2026, 3, day + 1, tzinfo=AMSTERDAM), width=Width.HOUR, zone=AMSTERDAM)) == hours + 1
    )


def test_the_day_the_clock_goes_back_has_25_hours():
    since, until = datetime(2026, 10, 25, tzinfo=AMSTERDAM), datetime(2026, 10, 26, tzinfo=AMSTERDAM)
    assert len(starts(since, until, width=Width.HOUR, zone=AMSTERDAM)) == 26


@given(MOMENTS, st.integers(1, 40 * 24 * 60), st.sampled_from([AMSTERDAM, KATHMANDU, LORD_HOWE]))
def test_buckets_cover_the_range_and_only_grow(since, minutes, zone):
    until = since + timedelta(minutes=minutes)
    found = starts(since, until, width=width_for(until - since), zone=zone)
    assert found[0] <= since < found[1]
    assert found[-2] < until <= found[-1]
    assert all(one < other for one, other in pairwise(found))


@given(MOMENTS, st.sampled_from([AMSTERDAM, KATHMANDU, LORD_HOWE]))
def test_each_local_midnight_begins_a_bucket(since, zone):
    found = starts(since, since + timedelta(days=3), width=Width.HOUR, zone=zone)
    midnights = [start for start in found if start.astimezone(zone).strftime("%H:%M") == "00:00"]
    assert len(midnights) >= 3


@pytest.mark.parametrize(
    ("span", "width"),
    [
        (timedelta(hours=6), Width.FIVE_MINUTES),
        (timedelta(hours=25), Width.QUARTER),
        (timedelta(days=7, hours=1), Width.HOUR),
        (timedelta(days=28), Width.SIX_HOURS),
        (timedelta(days=90), Width.DAY),
    ],
)
def test_the_width_follows_the_range(span, width):
    assert width_for(span) is width
