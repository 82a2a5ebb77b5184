"""Business events as they are told: what is understood, and what is refused with a sentence that says where."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from core.errors import Reject
from desk.happenings.figures import recommended
from desk.happenings.reading import cloud_events, from_file, plain
from desk.store.happenings import Happening, Kind

ZONE = ZoneInfo("Europe/Amsterdam")
OUTAGE = {"key": "7", "kind": "outage", "since": "2026-11-23T09:00:00+01:00", "title": "App down", "source": "status"}
EVENT = {
    "specversion": "1.0",
    "id": "7",
    "source": "https://shop.example",
    "type": "example.klankbord.happening.order",
    "time": "2026-11-23T08:00:00Z",
    "data": {"title": "Order", "amount": 12.5, "unit": "EUR"},
}
AT = datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_plain_json_is_one_event_or_several():
    (one,) = plain(json.dumps(OUTAGE).encode())
    assert one == Happening(source="status", key="7", kind=Kind.OUTAGE, since=AT, title="App down")
    assert len(plain(json.dumps([OUTAGE, OUTAGE | {"key": "8"}]).encode())) == 2


def test_a_cloud_event_is_known_by_its_source_and_id():
    (one,) = cloud_events(json.dumps(EVENT | {"extension": "x"}).encode())
    assert (one.source, one.key, one.kind, one.since) == ("https://shop.example", "7", Kind.ORDER, AT)
    assert (one.amount, one.unit) == (12.5, "EUR")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "storing"}, "kind: Invalid enum value 'storing'"),
        ({"since": "2026-11-23T09:00:00"}, "since: Expected `datetime` with a timezone component"),
        ({"until": "2026-11-22T09:00:00Z"}, "until: it ends before it begins"),
        ({"since": "0001-01-01T00:00:00+14:00"}, "since: 0001-01-01 is none of the years 1970 to 2199"),
        ({"until": "9999-12-31T23:59:59-14:00"}, "until: 9999-12-31 is none of the years"),
        ({"title": "two\nlines"}, "title: should be one line"),
        ({"title": "x" * 281}, "title: Expected `str` of length <= 280"),
        ({"kind": "nps", "amount": 11}, "an NPS answer is a grade from 0 to 10"),
        ({"kind": "nps"}, "an NPS answer is a grade from 0 to 10"),
        ({"colour": "red"}, "unknown field `colour`"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(change, said):
    with pytest.raises(Reject) as refused:
        plain(json.dumps(OUTAGE | change).encode())
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"specversion": "0.3"}, "specversion: 1.0 is understood"),
        ({"type": "example.order.outages"}, 'did you mean "outage"?'),
        ({"time": None}, "time: give the event one"),
    ],
)
def test_a_cloud_event_that_says_too_little_is_refused(change, said):
    with pytest.raises(Reject) as refused:
        cloud_events(json.dumps(EVENT | change).encode())
    assert said in str(refused.value)


def test_one_of_several_is_named_by_its_place_and_none_is_taken():
    with pytest.raises(Reject, match=r"^\[1\]\.until: it ends"):
        plain(json.dumps([OUTAGE, OUTAGE | {"until": "2026-11-22T09:00:00Z"}]).encode())


def test_a_file_is_read_on_the_organisations_clock_and_its_wrong_lines_are_named():
    content = (
        "sleutel;soort;van;tot;titel;bedrag;eenheid\n"
        "1;outage;2026-11-23 09:00;2026-11-23 11:30;Storing poortjes;;\n"
        "2;order;2026-11-23T10:00:00Z;;Bestelling;12,50;EUR\n"
        "3;feest;2026-11-23 09:00;;Jubileum;;\n"
        "4;campaign;gisteren;;Winter;;\n"
        "5;nps;2026-11-23 09:00;;Antwoord;elf;\n"
        ";outage;2026-11-23 09:00;;Zonder sleutel;;\n"
        "8;outage;0001-01-01;;Voor de jaartelling;;\n"
    )
    found, bad = from_file(content.encode(), ZONE, "gebeurtenissen")
    assert [(one.key, one.source, one.since) for one in found] == [
        ("1", "gebeurtenissen", AT),
        ("2", "gebeurtenissen", datetime(2026, 11, 23, 10, tzinfo=UTC)),
    ]
    assert found[1].amount == 12.5
    assert [(one.line, one.reason.split(":")[0]) for one in bad] == [
        (4, 'there is no kind "feest"; valid are campaign, nps, order, other, outage'),
        (5, "since"),
        (6, "amount"),
        (7, "key is missing"),
        (8, "since"),
    ]


def test_a_score_is_the_share_for_less_the_share_against_and_unknown_without_answers():
    grades = [
        Happening(source="s", key=str(n), kind=Kind.NPS, since=AT, title="-", amount=grade)
        for n, grade in enumerate((10, 9, 8, 7, 6, 0))
    ]
    first, second = recommended(grades, [AT, datetime(2026, 11, 30, tzinfo=UTC), datetime(2026, 12, 7, tzinfo=UTC)])
    assert (first.answers, first.score) == (6, 0.0)
    assert (second.answers, second.score) == (0, None)
    (better,) = recommended(grades[:4], [AT, datetime(2026, 11, 30, tzinfo=UTC)])
    assert better.score == 50
