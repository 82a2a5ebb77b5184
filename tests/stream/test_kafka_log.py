"""The log on Kafka: conformance, and what only Kafka can get wrong."""

from collections.abc import AsyncIterator
from functools import partial

import pytest
from kafka import KafkaConsumer

from core.errors import Reject, Stop
from core.ports import Log
from stream._kafka_topics import MOST_RECORD, declared
from stream.kafka import Settings, open_log
from tests.stream.kafka_place import fresh, made, settings_on, topics_of
from tests.stream.log_conformance import LONG, LogConformance, Place, entries, read_out, texts


@pytest.fixture
def settings(kafka_broker) -> Settings:
    return fresh(kafka_broker.address)


@pytest.fixture
async def log(settings: Settings) -> AsyncIterator[Log]:
    async with open_log(settings, declare=topics_of(settings)) as log:
        yield log


class TestKafkaLog(LogConformance):
    @pytest.fixture
    def place(self, settings: Settings) -> Place:
        return partial(open_log, settings, declare=topics_of(settings))


async def test_a_record_carries_schema_and_trace(log: Log, settings: Settings) -> None:
    await log.append("t", [("bluesky:1", b"edit"), ("bluesky:1", b"deletion"), ("bluesky:2", b"other")])
    with KafkaConsumer(
        settings.topic("t"), bootstrap_servers=settings.servers, auto_offset_reset="earliest"
    ) as consumer:
        headers = {message.value: dict(message.headers) for message in [next(consumer) for _ in range(3)]}
    assert {each["schema"] for each in headers.values()} == {b"1"}
    assert headers[b"edit"]["trace"] == headers[b"deletion"]["trace"] != headers[b"other"]["trace"]
    assert len(bytes.fromhex(headers[b"edit"]["trace"].decode())) == 16


async def test_an_event_says_that_it_is_one(log: Log, settings: Settings) -> None:
    """As the Kafka protocol binding of CloudEvents asks in structured mode."""
    await log.append("t", [("a", b'{"type":"klankbord.mention.changed","id":"1"}'), ("a", b'{"type":"mention"}')])
    with KafkaConsumer(
        settings.topic("t"), bootstrap_servers=settings.servers, auto_offset_reset="earliest"
    ) as consumer:
        found = [
            (message.key, dict(message.headers).get("content-type")) for message in [next(consumer) for _ in range(2)]
        ]
    assert found == [(b"a", b"application/cloudevents+json; charset=utf-8"), (b"a", None)]


def test_events_have_as_many_partitions_as_mentions() -> None:
    found = {topic.name: topic for topic in declared(Settings(servers="x:1", partitions=6), ["archive", "partner"])}
    assert found["events"].partitions == found["mentions"].partitions == 6
    assert found["replay.partner"].partitions == 1


async def test_the_largest_record_passes_and_a_larger_one_is_refused_alone(log: Log) -> None:
    await log.append("t", [("k", b"x" * (MOST_RECORD - 5000))])
    with pytest.raises(Reject, match=r"k: \d+ bytes are more than one record"):
        await log.append("t", [("k", b"small"), ("k", b"x" * MOST_RECORD)])
    assert [len(record.value) for record in await log.after("t", 0, 10)] == [MOST_RECORD - 5000]


async def test_a_compressed_log_reads_the_same(kafka_broker) -> None:
    settings = settings_on(kafka_broker.address, compression="gzip")
    async with open_log(settings, declare=made(settings)) as log:
        await log.append("t", entries(*["the same text"] * 500))
        assert texts(await log.tail("t", 500)) == ["the same text"] * 500


async def test_a_topic_that_was_made_anew_is_read_from_its_start(log: Log, settings: Settings) -> None:
    """A commit beyond the end is of an older topic of that name."""
    async with log.reader("t", "g") as reader:
        last = await log.append("t", entries("a"))
        await reader.commit(last + 300)
    async with log.reader("t", "g") as reader:
        await log.append("t", entries("new"))
        assert texts(await read_out(reader)) == ["new"]


async def test_a_topic_nobody_declared_is_named_with_the_nearest(log: Log) -> None:
    with pytest.raises(Stop, match='no log topic "coverages"; did you mean "coverage"'):
        await log.append("coverages", entries("a"))


async def test_a_group_counts_from_the_moment_it_opens_a_reader(log: Log) -> None:
    await log.append("t", entries("a", "b"))
    async with log.reader("t", "g"):
        (row,) = await log.state()
    assert (row.group, row.lag, row.committed) == ("g", 2, 0)


async def test_what_is_deleted_under_a_reader_is_passed_over(log: Log) -> None:
    await log.append("t", entries("a", "b"))
    async with log.reader("t", "g") as reader:
        await log.retain("t", 0, [])
        await log.append("t", entries("c"))
        assert texts(await reader.read(10, LONG)) == ["c"]
