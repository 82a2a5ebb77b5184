"""What is forgotten leaves the brokers' files, and what is not yet forgotten everywhere stays."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from deploy.engines import kafka
from deploy.engines.ports import free_ports
from deploy.engines.process import kept_running
from stream.kafka import KafkaLog, Settings, open_log
from tests.stream.kafka_place import fresh, made, settings_on, topics_of
from tests.stream.log_conformance import LONG, TICK, entries, lag, read_out, texts

HASTY = """
log.retention.check.interval.ms=200
log.segment.delete.delay.ms=100
log.initial.task.delay.ms=200
log.cleaner.backoff.ms=200
"""
OLD = 1.1
"""Seconds: what a file has to be old in order to be closed, half of forgotten_within and at least one."""


def at_once(settings: Settings) -> Settings:
    return settings.model_copy(update={"forgotten_within": timedelta(0)})


@pytest.fixture
async def log(kafka_broker) -> AsyncIterator[KafkaLog]:
    settings = at_once(fresh(kafka_broker.address))
    async with open_log(settings, declare=topics_of(settings)) as log:
        yield log


@pytest.fixture
def hasty(tmp_path):
    """A broker that looks for files to delete all the time."""

    def prepare() -> kafka.Broker:
        broker = kafka.prepare(tmp_path, free_ports(4), quick=True)
        with (tmp_path / "server.properties").open("a") as file:
            file.write(HASTY)
        return broker

    with kept_running(prepare) as broker:
        yield broker


def held(folder: Path, text: bytes) -> list[str]:
    found = []
    for path in folder.rglob("*.log*"):
        with suppress(FileNotFoundError):  # deleted while we look
            found += [path.name] if text in path.read_bytes() else []
    return found


async def gone_from(folder: Path, text: bytes) -> bool:
    """Whether it goes in the end; Kafka tells nobody when it deletes a file."""
    for _ in range(2400):
        if not held(folder, text):
            return True
        await asyncio.sleep(0.1)
    return False


async def test_a_forgotten_text_leaves_the_brokers_files(hasty, tmp_path: Path) -> None:
    settings = at_once(settings_on(hasty.address))
    async with open_log(settings, declare=made(settings)) as log:
        for topic in ("t", "dead"):
            await log.append(topic, entries("before", key="k"))
            await log.append(topic, [("secret", topic.encode() + b" words to forget")])
            await log.append(topic, entries("after", key="k"))
        await asyncio.sleep(OLD)
        assert held(tmp_path / "data", b"words to forget")
        for topic in ("t", "dead"):
            await log.forget(topic, ["secret"])
        await asyncio.sleep(OLD)
        for topic in ("t", "dead"):
            await log.retain(topic, 3600, [])
        assert await gone_from(tmp_path / "data", b"t words to forget")
        assert await gone_from(tmp_path / "data", b"dead words to forget")
        assert texts(await log.tail("dead", 10)) == ["before", "after"]
        assert await log.count("dead") == 2


async def test_a_dead_letter_that_is_forgotten_takes_no_other_with_it(log: KafkaLog) -> None:
    await log.append("dead", [("a", b"one"), ("b", b"two"), ("a", b"three")])
    offsets = [record.offset for record in await log.after("dead", 0, 10)]
    assert await log.forget("dead", ["b"]) == 1
    await asyncio.sleep(TICK)
    assert await log.retain("dead", 3600, []) == 0
    found = await log.after("dead", 0, 10)
    assert [(record.key, record.value) for record in found] == [("a", b"one"), ("a", b"three")]
    assert [record.offset for record in found] == [offsets[0], offsets[2]]
    assert await log.count("dead") == 2
    assert await log.retain("dead", 0, []) > 0
    assert await log.count("dead") == 0


async def test_a_young_topic_is_cut_behind_what_was_forgotten(log: KafkaLog) -> None:
    await log.append("t", [("a", b"before"), ("b", b"gone"), ("a", b"after")])
    await log.forget("t", ["b"])
    await asyncio.sleep(TICK)
    await log.retain("t", 3600, [])
    assert set(texts(await log.after("t", 0, 10))) <= {"before", "after"}
    assert await log.count("t") == len(await log.after("t", 0, 10))


async def test_what_a_group_has_yet_to_do_stays_though_some_was_forgotten(log: KafkaLog) -> None:
    await log.append("t", entries("a", "b", "c"))
    async with log.reader("t", "slow") as reader:
        found = await reader.read(10, LONG)
        await reader.commit(found[0].offset)
    await log.forget("t", ["k"], doomed=lambda record: record.value == b"c")
    await asyncio.sleep(TICK)
    assert await log.retain("t", 3600, ["slow"]) == 1
    async with log.reader("t", "slow") as reader:
        assert texts(await read_out(reader)) == ["b"]


async def test_what_was_forgotten_lately_cuts_nothing(kafka_broker) -> None:
    settings = fresh(kafka_broker.address)
    async with open_log(settings, declare=topics_of(settings)) as log:
        await log.append("t", entries("a", "b"))
        await log.forget("t", ["k"], doomed=lambda record: record.value == b"b")
        assert await log.retain("t", 3600, []) == 0
        assert texts(await log.after("t", 0, 10)) == ["a"]


async def test_nothing_is_left_of_a_topic_in_which_all_was_forgotten(log: KafkaLog) -> None:
    async with log.reader("t", "g") as reader:
        await log.append("t", [(f"k{n}", b"gone") for n in range(20)])
        await read_out(reader)
        await log.forget("t", [f"k{n}" for n in range(20)])
        await asyncio.sleep(TICK)
        await log.retain("t", 3600, [])
        assert (await log.count("t"), await lag(log, "g")) == (0, 0)
        await log.append("t", entries("new"))
        assert texts(await reader.read(10, LONG)) == ["new"]


async def test_a_mark_is_taken_back_once_its_record_is_dropped(kafka_broker) -> None:
    settings = at_once(fresh(kafka_broker.address))
    async with open_log(settings, declare=topics_of(settings)) as log:
        last = await log.append("t", entries("a"))
        await log.forget("t", ["k"])
        await asyncio.sleep(TICK)
        assert (await log.forgotten("t"))(last)
        await log.retain("t", 3600, [])
    async with open_log(settings, declare=topics_of(settings)) as log:
        assert not (await log.forgotten("t"))(last)
