"""Dead letters on a log with partitions: what was cut is found where it stands, and goes back once."""

from collections.abc import AsyncIterator

import pytest

from core import codec
from core.ports import Log
from core.types import Failure
from stream._kafka_topics import LogTopic
from stream.kafka import open_log
from stream.replay import Replayed, replay, select
from tests.stream.kafka_place import brought, settings_on
from tests.stream.steps import MOMENT, mention

TOPICS = (LogTopic("mentions", 3), LogTopic("dead"), LogTopic("replayed"), LogTopic("cursors"), LogTopic("forgotten"))
COUNT = 12


@pytest.fixture
async def log(kafka_broker) -> AsyncIterator[Log]:
    settings = settings_on(kafka_broker.address, partitions=3)
    brought(settings, TOPICS)
    async with open_log(settings, declare=TOPICS) as log:
        yield log


async def test_what_was_cut_is_taken_from_its_partition_and_sent_back_once(log: Log) -> None:
    payloads = {f"file:{n}": codec.encode(mention(f"file:{n}", f"{n} " + "x" * 70_000)) for n in range(COUNT)}
    await log.append("mentions", list(payloads.items()))
    for record in await log.after("mentions", 0, COUNT):
        failure = Failure(reason="bug", detail="no", payload=record.value, key=record.key)
        letter = codec.dead_letter(failure, origin=f"mentions@{record.offset}", stage="stream", at=MOMENT)
        await log.append("dead", [(record.key, codec.encode(letter))])
    outcomes = [await replay(log, select(log), parse=lambda _: [], erased=lambda _: False, sinks=()) for _ in range(2)]
    assert outcomes == [Replayed(stages={"stream": COUNT}), Replayed(before=COUNT)]
    sent = await log.after("mentions", 0, 3 * COUNT)
    assert sorted((one.key, one.value) for one in sent) == sorted(2 * list(payloads.items()))
