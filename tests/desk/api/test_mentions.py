"""Lists, single mentions and authors over the API: what leaves, and going on from page to page."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from core.errors import Reject
from desk.api.parameters import Working, taken
from tests.desk.api.asking import MONDAY, WEEK, bearer, said
from tests.desk.serving import fill


def _query(link):
    return dict(parse_qsl(urlsplit(link).query))


async def test_following_next_gives_each_mention_once(client):
    found, asked = [], WEEK | {"size": "3"}
    while asked:
        told = await client.told("/mentions", **asked)
        found += [one["id"] for one in told["mentions"]]
        assert told["total"] == 10
        asked = _query(told["next"]) if told["next"] else None
    assert (len(found), len(set(found))) == (10, 10)


async def test_everything_can_be_asked_and_gone_on_with_where_a_message_is_older_than_what_a_stretch_may_be(client):
    total = (await client.told("/mentions", range="all"))["total"]
    await fill(client.archive, [said(95, datetime(1999, 5, 1, tzinfo=UTC))])
    first = await client.told("/mentions", range="all", size="8")
    rest = await client.told("/mentions", **_query(first["next"]))
    assert (first["total"], len(rest["mentions"])) == (total, 8)


async def test_a_continuation_belongs_to_its_question(client):
    after = _query((await client.told("/mentions", size="3", **WEEK))["next"])["after"]
    for wrong in (
        {"q": "parcel"},
        {"order": "oldest"},
        {"after": after[:-2] + "AA"},
        {"after": "[1,2,3]"},
        {"after": "é"},
    ):
        told = await client.told("/mentions", status=400, **WEEK | {"size": "3", "after": after} | wrong)
        assert told["reason"] == "after"


async def test_texts_and_authors_leave_as_the_policies_of_their_sources_say(client):
    far = "x " * 300
    await fill(client.archive, [said(90, MONDAY, source="rss", url="https://rss.example/anna")])
    await fill(client.archive, [said(91, MONDAY, text=f"{far}needle {far}", url="https://bsky.example/anna")])
    shown = {one["source"]: one for one in (await client.told("/mentions", size="100", **WEEK))["mentions"]}
    assert (shown["rss"]["excerpt"], shown["rss"]["author"], shown["rss"]["url"]) == (None, None, None)
    assert (shown["mastodon"]["author"], "parcel" in shown["mastodon"]["excerpt"]["text"]) == (None, True)
    assert shown["bluesky"]["author"]["name"] == "Anna"
    (piece,) = [one["excerpt"] for one in (await client.told("/mentions", q="needle", **WEEK))["mentions"]]
    assert (len(piece["text"]), "needle" in piece["text"], piece["begins_within"], piece["ends_within"]) == (
        400,
        True,
        True,
        True,
    )


async def test_one_mention_and_what_it_answers(client):
    await fill(client.archive, [said(92, MONDAY, reply_to="bluesky:1", url="javascript:alert(1)")])
    told = await client.told("/mention", id="bluesky:92")
    assert (told["related"], told["mention"]["url"]) == ({"reply_to": "bluesky:1"}, None)
    assert "there is no such mention" in (await client.told("/mention", id="bluesky:nothing", status=404))["detail"]


async def test_authors_leave_only_where_the_policy_lets_them(client):
    told = await client.told("/authors", **WEEK)
    assert [(one["author"]["id"], one["author"]["followers"], one["mentions"]) for one in told["authors"]] == [
        ("bluesky:anna", 120, 6)
    ]
    assert told["withheld"] == 1


@pytest.mark.parametrize(
    ("path", "asked", "says"),
    [
        ("/overview", {"rnge": "7d"}, 'did you mean "range"'),
        ("/overview", {"range": "9y"}, "range: "),
        ("/overview", {"since": "2026-01-01T00:00:00Z"}, "one end"),
        ("/overview", {"since": "2026-01-01T00:00:00", "until": "2026-01-02T00:00:00"}, "since: "),
        ("/overview", {"since": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"}, "start before its end"),
        ("/overview", {"since": "0001-01-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}, "between 1971"),
        ("/overview", {"since": "1990-01-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}, "longer than"),
        ("/overview", {"since": "2027-01-01T00:00:00Z", "until": "2027-01-02T00:00:00Z"}, "in the future"),
        ("/overview", {"monitor": "x" * 301}, "monitor: "),
        ("/happenings", {"since": "0001-01-01T00:00:00+14:00", "until": "2026-01-01T00:00:00Z"}, "between 1971"),
        ("/happenings", {"since": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"}, "start before its end"),
        ("/coverage", {"since": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"}, "start before its end"),
        ("/shares", {"by": "author"}, "by: "),
        ("/mentions", {"size": "101"}, "size: "),
        ("/mentions", {"size": "0"}, "size: "),
        ("/mention", {}, "id"),
        ("/monitors", {"q": "x"}, "takes none"),
        ("/coverage", {"since": "2026-01-01T00:00:00Z"}, "one end"),
    ],
)
async def test_a_mistake_is_one_clear_sentence(client, path, asked, says):
    told = await client.told(path, status=400, **asked)
    assert says in told["detail"]
    assert (told["title"], told["status"]) == ("Bad Request", 400)


async def test_a_mistake_in_a_query_names_its_column(client):
    told = await client.told("/overview", status=400, q="parcel AND (late")
    assert (told["reason"], told["column"]) == ("query", 12)
    assert "never closed" in told["detail"]


async def test_a_parameter_given_twice_is_a_mistake(client):
    answer = await client.get("/api/v1/overview?source=rss&source=bluesky", headers=bearer("both"))
    assert (answer.status, "more than once" in await answer.text()) == (400, True)


async def test_the_edge_of_a_stretch_is_half_open(client):
    second = timedelta(seconds=1)
    for since, until, count in ((MONDAY - second, MONDAY, 1), (MONDAY, MONDAY + second, 2)):
        told = await client.told("/overview", since=since.isoformat(), until=until.isoformat())
        assert told["mentions"] == count


def test_a_time_near_the_calendars_end_is_refused_whatever_it_is_of():
    with pytest.raises(Reject, match="between 1971"):
        taken([("due_before", "0001-01-01T00:00:00+14:00")], Working)
