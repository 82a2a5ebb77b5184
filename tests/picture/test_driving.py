"""What drives a stretch: pure, and over a real archive."""

from datetime import UTC, datetime, timedelta

from core.document import AuthorCount, Filter, Stored
from core.ports import Held
from core.types import Author, Enriched, Finding, Mention, Routing
from picture.driving import Driver, Heard, drivers, driving, most_heard, who
from tests.desk.serving import opened

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
MINUTE, HOUR, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(weeks=1)


def said(name: str, text: str, *, after: timedelta = MINUTE, author: str = "", followers: int | None = None, **fields):
    topics = fields.pop("topics", ("storing",))
    feeling = fields.pop("feeling", "negative")
    at = NOON + after
    mention = Mention(
        id=f"file:{name}",
        source="file",
        author=Author(id=f"file:{author or name}", followers=followers),
        text=text,
        created_at=at,
        seen_at=at,
        **fields,
    )
    findings = tuple(
        Finding(name=kind, model="m", labels=labels) for kind, labels in (("topics", topics), ("sentiment", (feeling,)))
    )
    return Enriched(mention=mention, findings=findings, routing=Routing(monitors=("merk",)))


def heard(*found: Enriched) -> tuple[Heard, ...]:
    return most_heard([Stored(enriched=one) for one in found])


def test_who_grew_most_comes_first_and_who_shrank_is_left_out():
    found = drivers([("a", 9), ("b", 5), ("c", 5), ("d", 2)], {"a": 8, "d": 3})
    assert found == (Driver("b", 5, 0), Driver("c", 5, 0), Driver("a", 9, 8))


def test_copies_are_one_message_with_all_who_heard_it():
    first, again = said("1", "Trein staat stil!", followers=10), said("2", "trein staat stil", after=HOUR, followers=90)
    assert heard(again, said("3", "iets anders", followers=95), first) == (
        Heard("file:1", "file:1", "file", 2, 100),
        Heard("file:3", "file:3", "file", 1, 95),
    )


def test_a_share_belongs_to_what_it_shares_and_an_author_hears_once():
    first = said("1", "trein staat stil", author="anna", followers=10)
    shared = said("2", "", after=HOUR, author="bert", followers=5, repost_of="file:1")
    twice = said("3", "trein staat stil", after=HOUR, author="anna", followers=10)
    assert heard(first, shared, twice) == (Heard("file:1", "file:anna", "file", 3, 15),)


def test_shares_of_what_was_never_heard_are_one_message():
    shares = [said(name, "", author=name, repost_of="file:elders") for name in "ab"]
    assert heard(*shares) == (Heard("file:a", "file:a", "file", 2, 0),)


def test_who_says_much_more_comes_before_who_is_heard_by_many():
    louder = [Driver("file:bot", 9, 0), Driver("file:anna", 2, 0)]
    known = [AuthorCount(id="file:krant", handle=None, name=None, mentions=1, followers=9000)]
    known += [AuthorCount(id=f"file:{name}", handle=None, name=None, mentions=2) for name in ("anna", "bot")]
    assert [(one.id, one.count, one.reach) for one in who(louder, known)] == [
        ("file:bot", 9, 0),
        ("file:krant", 1, 9000),
        ("file:anna", 2, 0),
    ]


async def test_a_stretch_is_held_against_last_week_where_that_was_heard(tmp_path):
    now = [said(f"n{number}", f"storing {number}", followers=number) for number in range(4)]
    before = [said(f"b{number}", f"rust {number}", after=MINUTE - HOUR, topics=("rust",)) for number in range(5)]
    async with opened(tmp_path / "archive.db") as archive:
        await archive.restore([Held(enriched=one, arrived_at=one.mention.created_at) for one in [*now, *before]])
        found = await driving(archive, Filter(monitors=("merk",)), since=NOON, until=NOON + HOUR)
        assert found.since == NOON - HOUR
        assert found.topics == (Driver("storing", 4, 0),)
        assert (found.sources, found.feelings) == ((), ())
        assert [one.id for one in found.messages] == ["file:n3", "file:n2", "file:n1", "file:n0"]
        assert [one.id for one in found.authors] == ["file:n3", "file:n2", "file:n1", "file:n0"]
        last = said("w", "vorige week", after=MINUTE - WEEK)
        await archive.restore([Held(enriched=last, arrived_at=last.mention.created_at)])
        found = await driving(archive, Filter(monitors=("merk",)), since=NOON, until=NOON + HOUR, size=2)
        assert found.since == NOON - WEEK
        assert (found.topics, found.sources) == ((Driver("storing", 4, 1),), (Driver("file", 4, 1),))
        assert len(found.messages) == 2
