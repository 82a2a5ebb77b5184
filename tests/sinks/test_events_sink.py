"""The log topic `events`, over the real stores."""

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_structured_event
from kafka import KafkaConsumer

from core.types import Mark
from desk.store import erasing
from sinks import events
from sinks._event import read
from stream import kafka_topics
from stream.kafka import Settings
from tests.sinks.house import becomes, house
from tests.sinks.messages import deletion, enriched, gone, judgement


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch):
    monkeypatch.setattr(events, "LOOK_EVERY", 0.02)


@pytest.fixture
async def home(tmp_path):
    async with house(tmp_path, sinks=[{"use": "sqlite"}, {"use": "events"}]) as home:
        yield home


@pytest.fixture
async def sink(home):
    async with events.build(events.Settings(), home.tools(), outward=home.outward("events")) as sink:
        yield sink


async def kinds(home):
    return [(key, type(read(value)).__name__) for key, value in await home.published()]


async def test_every_version_is_published_once_under_its_mention(home, sink):
    items = await home.say(*(enriched(str(place)) for place in range(1200)))
    for _ in range(2):
        await sink.write(items)
    await sink.write(await home.say(judgement("file:7", "tags", ("vip",), 3)))
    found = [key for key, _ in await kinds(home)]
    assert sorted(found) == sorted([*(f"file:{place}" for place in range(1200)), "file:7"])


async def test_a_message_has_arrived_with_its_first_version(home, sink):
    for version in range(2):
        await sink.write(await home.say(enriched("1", edited=version)))
    assert home.arrivals("events")[0] == 1


async def test_what_is_gone_is_said_once(home, sink):
    await sink.write(await home.say(enriched("1"), enriched("2", author="bob")))
    for _ in range(2):
        await sink.write(await home.say(deletion("file:1", 5), gone("file:bob", 5)))
    found = await kinds(home)
    assert sorted(found[:2]) == [("file:1", "Changed"), ("file:2", "Changed")]
    assert sorted(found[2:]) == [("file:1", "Removed"), ("file:2", "Removed")]


async def test_history_is_not_published(home, sink):
    await sink.write(await home.say(enriched("1", marks=(Mark.HISTORY,))))
    assert await kinds(home) == []


async def test_an_erasure_in_another_process_is_seen(home, sink):
    await sink.write(await home.say(enriched("1")))
    home.stores.erased.add(["file:1"])
    await erasing.erase(home.stores.desk, mentions=["file:1"], authors=[], sinks=["events"], key=b"key")
    await becomes(lambda: kinds(home), [("file:1", "Changed"), ("file:1", "Removed")])
    await becomes(lambda: home.row("file:1", "events"), None)


class Dies(Exception):  # noqa: N818 - what happens
    pass


async def dies_after_publishing(sink, items, monkeypatch):
    """The first `put` says that it begins; the second would say what came of it."""
    outward, puts = sink._outward, []

    async def put(rows):
        puts.append(rows)
        if len(puts) == 2:
            raise Dies
        await outward.shelf.put(rows)

    shelf = type("Shelf", (), {"get": outward.shelf.get, "put": staticmethod(put), "due": outward.shelf.due})
    with monkeypatch.context() as patched:
        patched.setattr(sink, "_outward", type("Lent", (), vars(outward) | {"shelf": shelf}))
        with pytest.raises(Dies):
            await sink.write(items)


async def test_a_crash_between_publishing_and_remembering_publishes_the_same_again(home, sink, monkeypatch):
    items = await home.say(enriched("1"))
    await dies_after_publishing(sink, items, monkeypatch)
    await sink.write(items)
    ids = [read(value).id for _, value in await home.published()]
    assert len(ids) >= 2  # what falls due is looked for beside it, and may say it once more
    assert len(set(ids)) == 1


async def test_what_is_deleted_after_such_a_crash_is_taken_back(home, sink, monkeypatch):
    await dies_after_publishing(sink, await home.say(enriched("1")), monkeypatch)
    await sink.write(await home.say(deletion("file:1", 9)))
    told = {read(value).id: type(read(value)).__name__ for _, value in await home.published()}
    assert list(told.values()) == ["Changed", "Removed"]
    assert (await kinds(home))[-1] == ("file:1", "Removed")


async def test_on_kafka_it_is_a_cloud_event_under_the_mention(tmp_path, kafka_broker):
    """Read as another system would, with the library of the CloudEvents project."""
    settings = {"servers": kafka_broker.address, "prefix": f"events-{tmp_path.name}."}
    given = {"log": {"use": "kafka", "settings": settings}, "sinks": [{"use": "sqlite"}, {"use": "events"}]}
    kafka_topics.apply(Settings(**settings), sinks=["archive", "events", "desk", "customers", "emerging", "cases"])
    async with house(tmp_path, **given) as home:
        outward = home.outward("events")
        async with events.build(events.Settings(), home.tools(), outward=outward) as sink:
            await sink.write(await home.say(enriched("1", "te laat")))
            await sink.write(await home.say(deletion("file:1", 5)))
    topic = settings["prefix"] + "events"
    with KafkaConsumer(topic, bootstrap_servers=kafka_broker.address, auto_offset_reset="earliest") as consumer:
        found = [next(consumer) for _ in range(2)]
    read_back = [from_structured_event(KafkaMessage(dict(one.headers), one.key, one.value)) for one in found]
    assert {one.key for one in found} == {b"file:1"}
    assert [one.get_type().rpartition(".")[2] for one in read_back] == ["changed", "removed"]
