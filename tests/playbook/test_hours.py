"""Business hours across nights on which clocks change, holidays and weekends."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from playbook.hours import DAYS, Calendar, due, worked

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
OFFICE = {day: ["09:00-12:30", "13:00-17:30"] for day in DAYS[:5]}
HOLIDAYS = ["2026-04-27", "2026-12-25"]
ALWAYS = Calendar.model_validate({"zone": "Europe/Amsterdam", "week": {day: ["00:00-24:00"] for day in DAYS}})
AT_OFFICE = Calendar.model_validate(
    {"zone": "Europe/Amsterdam", "week": OFFICE, "closed": HOLIDAYS, "other": {"2026-12-24": ["09:00-12:00"]}}
)
NIGHT = Calendar.model_validate(
    {"zone": "Europe/Amsterdam", "week": {day: ["02:15-02:45", "22:00-24:00"] for day in DAYS}}
)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM).astimezone(UTC)


@pytest.mark.parametrize(
    ("since", "hours", "until"),
    [
        ("2026-03-02T10:00", 2, "2026-03-02T12:00"),
        ("2026-03-02T12:00", 2, "2026-03-02T14:30"),  # over lunch
        ("2026-03-06T17:00", 1, "2026-03-09T09:30"),  # over a weekend
        ("2026-04-24T17:00", 1, "2026-04-28T09:30"),  # over a weekend and a holiday
        ("2026-12-24T11:00", 2, "2026-12-28T10:00"),  # a short day, then a holiday and a weekend
        ("2026-03-28T20:00", 0.5, "2026-03-30T09:30"),  # the clock changes while it is closed
    ],
)
def test_a_promise_runs_in_business_hours(since, hours, until):
    assert due(at(since), timedelta(hours=hours), AT_OFFICE) == at(until)


def test_an_hour_that_the_clock_skips_is_none_and_one_shown_twice_is_two():
    assert due(at("2026-03-29T00:00"), timedelta(hours=23), ALWAYS) == at("2026-03-30T00:00")
    assert due(at("2026-10-25T00:00"), timedelta(hours=25), ALWAYS) == at("2026-10-26T00:00")


def test_a_stretch_within_the_hour_that_comes_twice_is_open_in_both():
    assert worked(at("2026-10-25T00:00"), at("2026-10-25T12:00"), NIGHT) == timedelta(minutes=90)
    assert worked(at("2026-03-29T00:00"), at("2026-03-29T12:00"), NIGHT) == timedelta(minutes=30)


moments = st.one_of(
    st.datetimes(datetime(2026, 3, 27), datetime(2026, 3, 31)),
    st.datetimes(datetime(2026, 10, 23), datetime(2026, 10, 27)),
    st.datetimes(datetime(2026, 12, 22), datetime(2027, 1, 3)),
).map(lambda moment: moment.replace(tzinfo=UTC))
spans = st.timedeltas(timedelta(0), timedelta(days=4))
calendars = st.sampled_from([ALWAYS, AT_OFFICE, NIGHT])


@given(moments, spans, calendars)
def test_what_is_worked_until_it_is_due_is_what_was_promised(moment, span, calendar):
    assert worked(moment, due(moment, span, calendar), calendar) == span


@given(moments, spans, spans, calendars)
def test_more_is_never_due_earlier(moment, span, more, calendar):
    assert due(moment, span, calendar) <= due(moment, span + more, calendar)
    assert due(moment, span, calendar) <= due(moment + more, span, calendar)


@given(moments, spans, spans, calendars)
def test_two_promises_after_one_another_are_one_of_both(moment, span, more, calendar):
    assert due(due(moment, span, calendar), more, calendar) == due(moment, span + more, calendar) or not more


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"week": {"monday": ["9-17"]}}, "is no stretch of the day"),
        ({"week": {"monday": ["22:00-06:00"]}}, "what passes midnight is two stretches"),
        ({"week": {"monday": []}}, "has no open minute"),
        ({"zone": "Europe/Amsterdm"}, "did you mean"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused(wrong, told):
    with pytest.raises(ValidationError, match=told):
        Calendar.model_validate({"zone": "Europe/Amsterdam", "week": OFFICE} | wrong)


def test_a_calendar_that_never_opens_again_says_so():
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(800)]
    closed = Calendar.model_validate({"zone": "Europe/Amsterdam", "week": OFFICE, "closed": days})
    with pytest.raises(ValueError, match="closed for more than a year"):
        due(at("2026-03-02T10:00"), timedelta(hours=1), closed)


PUBLIC = Calendar.model_validate(
    {
        "zone": "Europe/Amsterdam",
        "week": OFFICE,
        "holidays": "NL",
        "closed": ["2026-12-24"],
        "other": {"2026-04-03": ["10:00-12:00"], "2026-12-24": ["09:00-12:00"]},
    }
)


@pytest.mark.parametrize(
    ("since", "hours", "until"),
    [
        ("2026-04-02T17:00", 1, "2026-04-03T10:30"),  # Good Friday is open for two hours, by `other`
        ("2026-04-03T11:30", 1, "2026-04-07T09:30"),  # Easter Monday depends on the moon
        ("2027-03-26T09:00", 1, "2027-03-30T10:00"),  # and is the day after the clock goes forward in 2027
        ("2026-04-24T17:00", 1, "2026-04-28T09:30"),  # King's Day
        ("2024-10-25T17:00", 1, "2024-10-28T09:30"),  # no holiday: the clock goes back in the weekend
        ("2026-12-23T17:00", 1, "2026-12-28T09:30"),  # closed wins over `other`, then two holidays and a weekend
    ],
)
def test_nobody_works_on_the_holidays_of_the_country(since, hours, until):
    assert due(at(since), timedelta(hours=hours), PUBLIC) == at(until)


def test_a_part_of_a_country_has_holidays_of_its_own():
    days = {
        place: Calendar.model_validate({"zone": "Europe/Berlin", "week": OFFICE, "holidays": place})
        for place in ("DE", "DE-BY")
    }
    corpus_christi = date(2026, 6, 4)
    assert {place: bool(one.on(corpus_christi)) for place, one in days.items()} == {"DE": True, "DE-BY": False}


def test_a_calendar_without_it_is_written_as_it_was():
    assert "holidays" not in ALWAYS.model_dump()
    assert PUBLIC.model_dump()["holidays"] == "NL"


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ("XX", '"XX" is no country with known holidays'),
        ("DE-BX", '"BX" is no part of DE with holidays of its own; valid are'),
        (False, 'write Norway as "NO", in quotes'),
        (31, '"31" is no country with known holidays; write its two letters'),
    ],
)
def test_a_place_without_known_holidays_is_a_mistake(place, sentence):
    with pytest.raises(ValidationError, match=re.escape(sentence)):
        Calendar.model_validate({"zone": "Europe/Amsterdam", "week": OFFICE, "holidays": place})
