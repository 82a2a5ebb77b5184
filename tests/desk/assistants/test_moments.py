"""Days as people say them, in the organisation's time zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.errors import Reject
from desk.assistants.moments import stretch_of

ZONE = ZoneInfo("Europe/Amsterdam")
TUESDAY = datetime(2026, 3, 24, 16, 20, tzinfo=UTC)


def local(said, now=TUESDAY, **more):
    start, end = stretch_of(said, now=now, zone=ZONE, week_start=more.get("week_start", 0))
    return tuple(f"{one.astimezone(ZONE):%m-%d %H:%M}" for one in (start, end))


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("monday", "03-23 00:00", "03-24 00:00"),
        ("Maandag", "03-23 00:00", "03-24 00:00"),
        ("since monday", "03-23 00:00", "03-24 00:00"),
        ("tuesday", "03-24 00:00", "03-25 00:00"),
        ("last tuesday", "03-17 00:00", "03-18 00:00"),
        ("wednesday", "03-18 00:00", "03-19 00:00"),
        ("vorige woensdag", "03-18 00:00", "03-19 00:00"),
        ("today", "03-24 00:00", "03-25 00:00"),
        ("gisteren", "03-23 00:00", "03-24 00:00"),
        ("this week", "03-23 00:00", "03-30 00:00"),
        ("last  week", "03-16 00:00", "03-23 00:00"),
        ("last month", "02-01 00:00", "03-01 00:00"),
        ("this month", "03-01 00:00", "04-01 00:00"),
        ("3 days ago", "03-21 17:20", "03-21 17:20"),
        ("12h", "03-24 05:20", "03-24 05:20"),
        ("2 uur geleden", "03-24 15:20", "03-24 15:20"),
        ("now", "03-24 17:20", "03-24 17:20"),
        ("2026-03-20", "03-20 00:00", "03-21 00:00"),
        ("2026-03-20T14:00", "03-20 14:00", "03-20 14:00"),
        ("2026-03-20T14:00Z", "03-20 15:00", "03-20 15:00"),
    ],
)
def test_a_moment_is_the_stretch_it_names(said, start, end):
    assert local(said) == (start, end)


def test_a_week_begins_on_the_organisations_day():
    assert local("this week", week_start=6) == ("03-22 00:00", "03-29 00:00")


def test_a_day_on_which_the_clock_changes_is_shorter():
    start, end = stretch_of("2026-03-29", now=TUESDAY, zone=ZONE, week_start=0)
    assert end - start == timedelta(hours=23)


def test_the_day_is_the_organisations_not_the_servers():
    late = datetime(2026, 3, 22, 23, 30, tzinfo=UTC)  # already Monday in Amsterdam
    assert local("monday", late) == ("03-23 00:00", "03-24 00:00")


@pytest.mark.parametrize(
    "said", ["", "soon", "blursday", "2026-13-01", "last", "0001-01-01T00:00+99:00", "9999999 days ago"]
)
def test_words_that_name_no_moment_are_a_sentence(said):
    with pytest.raises(Reject, match="names no moment"):
        local(said)
