"""The log on Kafka while brokers and processes die."""

import asyncio
import signal
import sys
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from core.errors import Misconfigured, Retry, Stop
from core.ports import Log, Record
from deploy.engines import kafka
from stream._kafka_topics import LogTopic
from stream.kafka import Settings, open_log
from stream.kafka_topics import bring
from tests.stream.kafka_place import fresh, made, settings_on, topics_of
from tests.stream.log_conformance import LONG, entries, read_out, texts
from tests.stream.runner_conformance import PATIENCE

pytestmark = [  # kafka-python leaves a socket open where nobody answers
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:.*<socket.socket:pytest.PytestUnraisableExceptionWarning"),
]


# --- the broker dies ---


class Work:
    """Two clients that append and one that reads, trying again where they are told to."""

    def __init__(self, appends: tuple[Log, Log], reads: Log) -> None:
        self._appends = appends
        self._reads = reads
        self._ending = asyncio.Event()
        self.confirmed: list[str] = []
        self.given: list[str] = []
        self.repeated = 0

    async def run(self, trouble: asyncio.Task[None]) -> None:
        async with asyncio.TaskGroup() as tasks:
            appending = [
                tasks.create_task(self._append(name, log)) for name, log in zip("ab", self._appends, strict=True)
            ]
            reading = tasks.create_task(self._read())
            await trouble
            self._ending.set()
            await asyncio.gather(*appending, reading)

    async def gets_on(self, number: int = 100) -> None:
        """Returns when so many more are confirmed."""
        enough = len(self.confirmed) + number
        async with asyncio.timeout(PATIENCE):
            while len(self.confirmed) < enough:  # noqa: ASYNC110 - seen from beside those who append
                await asyncio.sleep(0.01)

    async def _append(self, name: str, log: Log) -> None:
        number = 0
        while not self._ending.is_set():
            batch = [(f"{name}{n % 7}", f"{name} {n}".encode()) for n in range(number, number + 20)]
            try:
                await log.append("t", batch)
            except Retry:
                self.repeated += 1
                await asyncio.sleep(0.1)
                continue
            self.confirmed += [value.decode() for _, value in batch]
            number += 20

    async def _read(self) -> None:
        while not self._ending.is_set():
            try:
                async with self._reads.reader("t", "g") as reader:
                    while not self._ending.is_set():
                        if records := await reader.read(50, 0.1):
                            self.given += texts(records)
                            await reader.commit(records[-1].offset)
            except Retry:
                await asyncio.sleep(0.1)


async def everything(log: Log) -> list[Record]:
    found: list[Record] = []
    while records := await log.after("t", found[-1].offset if found else 0, 5000):
        found += records
    return found


async def test_a_killed_broker_loses_nothing_confirmed_and_doubles_nothing(tmp_path: Path) -> None:
    random = Random(4)
    with kafka.running(tmp_path) as broker:
        settings = settings_on(broker.address)
        topics = made(settings)

        async def kill(work: Work) -> None:
            for _ in range(2):
                await work.gets_on()
                await asyncio.sleep(random.uniform(0, 1))
                await asyncio.to_thread(broker.kill)
                await asyncio.to_thread(broker.start)
            await work.gets_on()

        async with (
            open_log(settings, declare=topics) as one,
            open_log(settings, declare=topics) as two,
            open_log(settings, declare=topics) as three,
        ):
            work = Work((one, two), three)
            await work.run(asyncio.create_task(kill(work)))
            async with three.reader("t", "g") as reader:
                given = {*work.given, *texts(await read_out(reader))}
            stored = Counter(texts(await everything(one)))
    assert len(work.confirmed) > 100
    assert [text for text in work.confirmed if text not in given or not stored[text]] == []
    assert work.repeated or set(stored.values()) == {1}


# --- processes die ---


async def appender(settings: Settings, name: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.stream.kafka_appender",
        settings.servers,
        settings.prefix,
        name,
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )


async def test_two_processes_append_and_a_kill_loses_nothing_confirmed(kafka_broker) -> None:
    settings = fresh(kafka_broker.address)
    processes = [await appender(settings, name) for name in "ab"]
    said: list[str] = []
    async with open_log(settings, declare=topics_of(settings)) as log, log.reader("t", "g") as reader:
        found: list[str] = []
        while {text[0] for text in found} < {"a", "b"} or len(found) < 500:
            found += texts(await reader.read(100, LONG))
        for process in processes:
            process.send_signal(signal.SIGKILL)
            said += (await process.communicate())[0].decode().split("\n")[:-1]
        found += texts(await read_out(reader))
    assert set(said) <= set(found)
    for name in "ab":
        numbers = [int(text[1:]) for text in found if text[0] == name]
        assert numbers == list(range(len(numbers)))


async def test_who_takes_over_from_a_dead_reader_goes_on_after_its_commit(kafka_broker) -> None:
    settings = fresh(kafka_broker.address)
    topics = topics_of(settings)
    async with open_log(settings, declare=topics) as dead, open_log(settings, declare=topics) as alive:
        await dead.append("t", entries("a", "b", "c"))
        async with dead.reader("t", "g") as left_open:
            found = await left_open.read(10, LONG)
            await left_open.commit(found[1].offset)
            async with alive.reader("t", "g") as reader:
                assert texts(await reader.read(10, LONG)) == ["c"]


# --- Kafka is away, or not as it should be ---


async def test_a_kafka_that_is_away_is_waited_for_and_said_once(tmp_path: Path) -> None:
    said: list[str] = []
    with pytest.raises(Retry, match=r"Kafka at 127\.0\.0\.1:1 does not answer: Connect call failed"):
        async with open_log(settings_on("127.0.0.1:1"), report=said.append, patience=1):
            pass
    assert [line.partition(":")[0] for line in said] == ["waiting"]


async def test_missing_topics_are_named_with_what_to_do(kafka_broker) -> None:
    settings = settings_on(kafka_broker.address)
    with pytest.raises(Stop, match=r"mentions, .*enriched, .* are missing in Kafka at .*: klankbord log apply"):
        async with open_log(settings):
            pass


async def test_another_number_of_partitions_is_refused(kafka_broker) -> None:
    settings = fresh(kafka_broker.address)
    other = [*(topic for topic in topics_of(settings) if topic.name != "t"), LogTopic("t", 5)]
    with pytest.raises(Stop, match=r"has 3 partitions, not 5: .* set partitions: 3"):
        async with open_log(settings, declare=other):
            pass
    with pytest.raises(Misconfigured, match="has 3 partitions, not 5"):
        bring(settings, other)


def test_apply_says_what_it_did_and_then_has_nothing_to_do(kafka_broker) -> None:
    settings = settings_on(kafka_broker.address)
    topics = [LogTopic("t", 2)]
    assert bring(settings, topics, dry_run=True) == [f"would create {settings.prefix}t: 2 partitions, 1 copies"]
    assert bring(settings, topics) == [f"created {settings.prefix}t: 2 partitions, 1 copies"]
    assert bring(settings, topics) == []


def test_apply_adjusts_what_another_configuration_asks_for(kafka_broker) -> None:
    settings, topics = settings_on(kafka_broker.address), [LogTopic("t")]
    bring(settings, topics)
    changed = settings.model_copy(update={"forgotten_within": 2 * settings.forgotten_within})
    assert bring(changed, topics) == [f"set segment.ms of {settings.prefix}t to 3600000, from 1800000"]
    assert bring(changed, topics) == []


def test_more_copies_than_brokers_is_said(kafka_broker) -> None:
    settings = settings_on(kafka_broker.address, replication=3)
    with pytest.raises(Stop, match="fewer brokers than replication: 3"):
        bring(settings, [LogTopic("t")])
