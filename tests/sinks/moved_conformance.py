"""What moving from one archive to another must keep: subclass MovedConformance and give it the fixtures `here` and `there`.

Each is an open archive; `here` has a clock that stands at an hour of its own, so that arrivals can be told apart.
"""

from datetime import timedelta

from core.document import Filter, Group, Order
from core.ports import Held
from core.query import Word
from core.types import Coverage, Mark, Mute
from tests.sinks.messages import EVERYTHING, at, deletion, enriched, gone, judgement

ARRIVED = at(300)
FILTERS = (Filter(), EVERYTHING, Filter(monitors=("app",)), Filter(sources=("rss",)), Filter(query=Word(pattern="app")))

LIFE = (
    enriched("1", "de app is stuk", vector=b"v" * 388, followers=9, topics=("app", "prijs")),
    enriched("2", "oud"),
    enriched("2", "nieuw", edited=4, generation=2),
    enriched("3", "van een ander", source="rss", author="bert", sentiment=None),
    enriched("4", "weg"),
    enriched("5", "uit het zicht", author="carla"),
    enriched("6", "oefening", marks=(Mark.DRILL,)),
    enriched("7", "te oud", stream="kort/x"),
    enriched("8", "gedempt", author="dirk"),
    deletion("file:4", 2),
    gone("file:carla", 5, reversible=True),
    gone("file:emma", 7),
    judgement("file:1", "sentiment", ("positive",), 3),
    judgement("file:2", "irrelevant", ("yes",), 4),
    judgement("file:9", "tags", ("vip",), 4),
    Mute(by="ruth", at=at(1), author="file:dirk"),
    Mute(by="ruth", at=at(1), word="reclame"),
    Coverage(source="file", stream="a", cursor_to="1", since=at(0), until=at(9), seen=9, kept=8),
    Coverage(source="file", stream="b", cursor_to="1"),
)


async def lived(archive):
    """An archive with something of everything."""
    for item in LIFE:
        assert not await archive.write([item])
    await archive.expire("kort", at(60))
    await archive.assign("app", Word(pattern="app"))


async def move(here, there):
    async for past in here.history():
        assert not await there.restore(past)


async def told(archive):
    return [one async for chunk in archive.history() for one in chunk]


class MovedConformance:
    """An archive that was given another's history answers as that one does."""

    async def test_history_is_the_same(self, here, there):
        await lived(here)
        await move(here, there)
        assert sorted(map(repr, await told(there))) == sorted(map(repr, await told(here)))

    async def test_questions_are_answered_the_same(self, here, there):
        await lived(here)
        await move(here, there)
        for where in FILTERS:
            assert await there.count(where) == await here.count(where)
            for by in Group:
                assert await there.terms(where, by=by, size=99) == await here.terms(where, by=by, size=99)
            assert await there.authors(where, size=99) == await here.authors(where, size=99)
        assert await there.coverage(at(0), at(99)) == await here.coverage(at(0), at(99))

    async def test_a_mention_is_the_same_with_judgements_and_arrival(self, here, there):
        await lived(here)
        await move(here, there)
        page = await here.search(EVERYTHING, order=Order.NEWEST, size=99)
        assert len(page.mentions) == 5
        for stored in page.mentions:
            assert await there.get(stored.enriched.mention.id) == stored
        assert {stored.arrived_at for stored in page.mentions} == {ARRIVED}

    async def test_tombstones_and_cuts_hold_there(self, here, there):
        await lived(here)
        await move(here, there)
        late = [enriched("4", "weg"), enriched("10", author="emma"), enriched("11", stream="kort/x", minute=5)]
        assert not await there.write(late)
        assert await there.count(EVERYTHING) == 5

    async def test_the_hidden_show_again_there(self, here, there):
        await lived(here)
        await move(here, there)
        await there.write([gone("file:carla", 9, lifted=True)])
        assert (await there.get("file:5")).enriched.mention.text == "uit het zicht"

    async def test_what_was_said_before_it_came_holds_there(self, here, there):
        await lived(here)
        await move(here, there)
        await there.write([enriched("9")])
        assert (await there.get("file:9")).enriched.finding("tags").labels == ("vip",)

    async def test_order_keys_hold_there(self, here, there):
        await lived(here)
        await move(here, there)
        await there.write([enriched("2", "verouderd", edited=4, generation=1), enriched("1", "zelfde sleutel")])
        assert (await there.get("file:2")).enriched.mention.text == "nieuw"
        assert (await there.get("file:1")).enriched.mention.text == "de app is stuk"

    async def test_a_second_time_brings_what_changed_since(self, here, there):
        await lived(here)
        await move(here, there)
        await here.write([deletion("rss:3", 9), judgement("file:8", "tags", ("klant",), 8), gone("file:dirk", 9)])
        await here.assign("nieuws", Word(pattern="nieuw"))
        await here.expire("file", at(0) + timedelta(seconds=1))
        await move(here, there)
        assert sorted(map(repr, await told(there))) == sorted(map(repr, await told(here)))

    async def test_what_was_erased_since_leaves_nothing_there(self, here, there):
        await lived(here)
        await move(here, there)
        await here.erase(mentions=["file:1"])
        await move(here, there)
        assert sorted(map(repr, await told(there))) == sorted(map(repr, await told(here)))

    async def test_a_refused_one_keeps_nobody_back(self, there):
        bad = Held(enriched=enriched("2", "half een teken: \ud800"), arrived_at=at(0))
        good = Held(enriched=enriched("1"), arrived_at=at(0))
        ((index, failure),) = await there.restore([bad, good])
        assert (index, failure.reason) == (0, "unwritable")
        assert await there.count(EVERYTHING) == 1
