"""Dates as people and programs write them."""

from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest._dates import moment

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
QUARTER_TO_TWO = datetime(2026, 11, 24, 12, 45, tzinfo=UTC)

WRITTEN = [
    "24-11-2026 13:45",
    "24/11/2026 13:45",
    "24.11.2026 13.45",
    "24-11-26 13:45",
    "2026/11/24 13:45",
    "2026-11-24 13:45",
    "2026-11-24T13:45:00+01:00",
    "2026-11-24T12:45:00Z",
    "20261124T124500Z",
    "24 nov. 2026 om 13.45 uur",
    "24 november 2026 13:45",
    "dinsdag 24 november 2026 13:45",
    "di 24 nov 2026, 13u45",
    "Nov 24, 2026 1:45 PM",
    "November 24, 2026 at 01:45PM",
    "Tue, 24 Nov 2026 13:45:00 +0100",
    "24-11-2026 13:45 CET",
    "1795524300",
    "1795524300000",
    1795524300,
    1795524300.0,
]


@pytest.mark.parametrize("value", WRITTEN)
def test_one_moment_in_many_hands(value):
    assert moment(value, AMSTERDAM) == QUARTER_TO_TWO


def test_a_date_alone_is_its_midnight_where_the_organisation_is():
    assert moment("24 november 2026", AMSTERDAM) == datetime(2026, 11, 23, 23, tzinfo=UTC)


def test_summer_time_counts():
    assert moment("1 juli 2026 om 9:05 uur", AMSTERDAM) == datetime(2026, 7, 1, 7, 5, tzinfo=UTC)


def test_day_comes_before_month_unless_that_is_no_date():
    assert moment("03-04-2026", UTC).month == 4
    assert moment("11/24/2026", UTC).day == 24


@pytest.mark.parametrize(
    "value", ["", "banaan", "31-02-2026", "24-11-2026 25:00", "0000-01-01", "9999-12-31T23:59-05:00"]
)
def test_what_is_no_date_is_said(value):
    with pytest.raises(ValueError, match=r"no date|outside the years"):
        moment(value, AMSTERDAM)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)))
def test_what_a_dutch_spreadsheet_writes_is_read_back(written):
    read = moment(written.strftime("%d-%m-%Y %H:%M:%S"), UTC)
    assert read == written.replace(microsecond=0, tzinfo=UTC)


@given(st.text(max_size=60))
def test_any_text_is_a_moment_or_a_value_error(text):
    with suppress(ValueError):
        assert moment(text, AMSTERDAM).tzinfo is UTC
