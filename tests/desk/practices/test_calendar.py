"""The calendar as a file, and audiences as figures."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from desk.practices.audience import FEWEST, overlaps, reached
from desk.practices.calendar import LINE, entries, ics
from desk.store.planned import Kind, Plan
from playbook.crisis import Campaign

ZONE, NOW = ZoneInfo("Europe/Amsterdam"), datetime(2026, 10, 24, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def plan(says="Actie", since=NOW, **more):
    told = {
        "id": "1",
        "kind": Kind.POST,
        "says": says,
        "since": since,
        "until": since + DAY / 24,
        "by": "a",
        "at": NOW,
    }
    return Plan(**told | more)


def campaign(**more):
    told = {"says": {"nl": "Actieweek", "en": "Week"}, "from": date(2026, 10, 25), "until": date(2026, 10, 25)}
    return Campaign.model_validate(told | more)


def test_a_day_on_which_the_clock_changes_is_whole():
    (one,) = entries([], [campaign()], ZONE, "nl", since=NOW)
    assert (one.says, one.until - one.since) == ("Actieweek", timedelta(hours=25))
    assert "DTSTART;VALUE=DATE:20261025\r\nDTEND;VALUE=DATE:20261026\r\n" in ics([one], ZONE, name="N", at=NOW)


def test_what_is_over_is_left_out_and_what_clashes_is_counted():
    planned = [plan("gisteren", NOW - DAY), plan("nu"), plan("straks", NOW + DAY)]
    found = entries(planned, [campaign()], ZONE, "en", since=NOW)
    assert [(one.says, one.clashing) for one in found] == [("nu", 0), ("Week", 1), ("straks", 1)]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_one_line_that_is_read_back(says):
    text = ics(entries([plan(says)], [], ZONE, "nl", since=NOW), ZONE, name="N", at=NOW)
    lines = text.split("\r\n")
    assert all(len(line.encode()) <= LINE for line in lines)
    assert not any(sign in text.replace("\r\n", "") for sign in "\r\n")
    (summary,) = [line for line in text.replace("\r\n ", "").split("\r\n") if line.startswith("SUMMARY:")]
    read = summary.removeprefix("SUMMARY:").replace("\\n", "\n").replace("\\;", ";").replace("\\,", ",")
    plain = "".join(sign for sign in says.replace("\r", "") if sign.isprintable() or sign == "\n")
    assert read.replace("\\\\", "\\") == plain or "\\" in plain


def test_few_people_are_never_counted_out():
    some = {f"a{number}" for number in range(9)}
    audiences = {"webcare": some, "press": {*list(some)[:6], "b"}, "law": {"a0", "c"}, "shop": {"z"}}
    assert [(one.name, one.people) for one in reached(audiences)] == [
        ("webcare", 9), ("press", 7), ("law", None), ("shop", None),
    ]  # fmt: skip
    found = overlaps(audiences)
    assert (found[0].one, found[0].other, found[0].shared, round(found[0].jaccard, 2)) == ("press", "webcare", 6, 0.6)
    assert [(one.shared, one.jaccard) for one in found[1:]] == [(None, None)] * (len(found) - 1)
    assert FEWEST == 5
