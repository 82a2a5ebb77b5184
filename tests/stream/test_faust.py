"""The Faust runner on a real broker: conformance, and workers that are killed, stopped, added, stuck or cut off."""

import asyncio
import gc
import re
import signal
import threading
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Coroutine
from contextlib import suppress
from random import Random

import pytest

from core.errors import Retry
from core.ports import Record
from stream import faust_feed
from stream.faust_feed import Feed
from stream.faust_reader import FaustReader
from stream.faust_runner import prepare
from tests.stream.faust_track import CALM, SESSION, FaustTrack, open_track_log, settings_of, topics_of
from tests.stream.kafka_place import brought
from tests.stream.runner_conformance import PATIENCE, RunnerConformance, Track, done, finish, until
from tests.stream.steps import Enrichers, hear, mention, texts

KEYS = 25


@pytest.fixture
async def track(kafka_broker) -> AsyncIterator[FaustTrack]:
    settings = settings_of(kafka_broker.address, f"faust{uuid.uuid4().hex[:8]}.")
    await asyncio.to_thread(brought, settings, topics_of(settings))
    async with open_track_log(settings) as log:
        track = FaustTrack(log)
        yield track
        await track.end()


class TestFaustRunner(RunnerConformance):
    @pytest.fixture
    def track(self, track: FaustTrack) -> Track:
        return track


async def flood(track: FaustTrack, first: int, last: int) -> None:
    """Numbered messages, 50 at a time, each key's in order."""
    for start in range(first, last, 50):
        await hear(track.log, *(mention(f"file:{n % KEYS}", f"{n}") for n in range(start, start + 50)))
        await asyncio.sleep(0.01)


async def flood_during(track: FaustTrack, first: int, work: Coroutine[None, None, None]) -> int:
    """As `flood`, for as long as that takes; returns how many there are then."""
    working = asyncio.create_task(work)
    while not working.done():
        await flood(track, first, first + 50)
        first += 50
        await asyncio.sleep(0.05)
    await working
    return first


async def says(worker: asyncio.subprocess.Process) -> bytes:
    """The next line that the worker says."""
    async with asyncio.timeout(PATIENCE):
        return await worker.stdout.readline()


async def works(worker: asyncio.subprocess.Process) -> None:
    """Returns when the worker has begun with its first messages."""
    assert await says(worker) == b"works\n"


def check(arrived: list[str], sent: int) -> int:
    """Nothing lost, and in the order of first arrival no key runs back; returns how many came twice."""
    first = [int(text) for text in dict.fromkeys(arrived)]
    assert set(first) == set(range(sent))
    for key in range(KEYS):
        numbers = [number for number in first if number % KEYS == key]
        assert numbers == sorted(numbers)
    return len(arrived) - sent


async def stop(worker: asyncio.subprocess.Process) -> tuple[int, str]:
    """Exit code and what it wrote to its error output, after SIGTERM."""
    worker.send_signal(signal.SIGTERM)
    async with asyncio.timeout(PATIENCE):
        _, errors = await worker.communicate()
    return worker.returncode, errors.decode()


@pytest.mark.parametrize("seed", range(2))
async def test_a_worker_killed_beside_another_loses_nothing(track: FaustTrack, seed: int) -> None:
    random = Random(seed)
    workers = [await track.spawn(0.01) for _ in range(2)]
    sent = await flood_during(track, 0, works(workers[0]))
    sent = await flood_during(track, sent, works(workers[1]))
    sent = await flood_during(track, sent, asyncio.sleep(random.random() * 0.3))
    workers[0].kill()
    sent = await flood_during(track, sent, asyncio.sleep(0.2))
    await until(lambda: done(track.log))
    assert await stop(workers[1]) == (0, "")
    check(await texts(track.log), sent)


async def test_a_worker_told_to_stop_leaves_nothing_to_repeat(track: FaustTrack) -> None:
    await flood(track, 0, 1500)
    worker = await track.spawn(0.2, session=CALM)
    await works(worker)
    assert await stop(worker) == (0, "")
    assert not await done(track.log)
    await finish(track, Enrichers().step())
    assert check(await texts(track.log), 1500) == 0


async def test_workers_come_and_go_and_nothing_is_repeated(track: FaustTrack) -> None:
    first = await track.spawn(0.01, session=CALM)
    sent = await flood_during(track, 0, works(first))
    second = await track.spawn(0.01, session=CALM)
    sent = await flood_during(track, sent, works(second))
    assert await stop(second) == (0, "")
    sent = await flood_during(track, sent, asyncio.sleep(0.2))
    await until(lambda: done(track.log))
    assert await stop(first) == (0, "")
    assert check(await texts(track.log), sent) == 0


async def test_a_feed_stopped_while_its_thread_comes_up_leaves_no_thread(track: FaustTrack, monkeypatch) -> None:
    async def settle() -> None: ...

    def slow(thread: threading.Thread) -> None:
        begun.append(thread)
        time.sleep(0.3)
        run(thread)

    run, begun = faust_feed._QuietThread.run, []
    monkeypatch.setattr(faust_feed._QuietThread, "run", slow)
    feed = Feed(track.log.settings, group="quick", topic="mentions", room=10, session=SESSION, settle=settle)
    feed.start()
    async with asyncio.timeout(PATIENCE):
        while not begun:  # noqa: ASYNC110 - a thread sets it
            await asyncio.sleep(0.01)
    await feed.stop()
    assert [thread for thread in begun if thread.is_alive()] == []


@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
@pytest.mark.filterwarnings("ignore:.*<socket.socket:pytest.PytestUnraisableExceptionWarning")
async def test_a_broker_that_is_killed_and_comes_back_costs_two_sentences(track: FaustTrack, kafka_broker) -> None:
    worker = await track.spawn(0.1)
    await flood(track, 0, 500)
    await works(worker)
    kafka_broker.kill()
    assert re.match(rb"stream waits and tries again: Kafka at ", await says(worker))
    await asyncio.to_thread(kafka_broker.start)
    await flood(track, 500, 1000)
    await until(lambda: done(track.log))
    assert await says(worker) == b"stream goes on\n"
    worker.send_signal(signal.SIGTERM)
    assert await worker.communicate() == (b"", b"")
    check(await texts(track.log), 1000)
    gc.collect()  # kafka-python leaves the sockets that were refused


async def test_a_stuck_worker_is_ended_with_a_sentence_and_another_goes_on(track: FaustTrack) -> None:
    await flood(track, 0, 500)
    worker = await track.spawn(0, stuck=1.5, hang="333")
    async with asyncio.timeout(PATIENCE):
        _, errors = await worker.communicate()
    assert worker.returncode == -signal.SIGKILL
    assert errors == b"stream worker is stuck: records wait, and for 2 s nothing got on; it ends itself\n"
    await finish(track, Enrichers().step())
    check(await texts(track.log), 500)


async def test_a_worker_that_waits_visibly_is_not_stuck(track: FaustTrack) -> None:
    ended: list[str] = []
    await hear(track.log, mention("file:1"))
    away = Enrichers(away=1000)  # for ten seconds or more
    async with track.running(away.step(), stuck=8, end=ended.append):
        await until(lambda: done(track.log))
    assert (ended, await texts(track.log)) == ([], ["goed bezig"])


async def test_a_step_longer_than_the_session_keeps_its_place_in_the_group(track: FaustTrack) -> None:
    await flood(track, 0, 100)
    slow = Enrichers(slow=SESSION)  # the first of two calls takes twice as long
    async with track.running(slow.step(), most=50, session=SESSION):
        await until(lambda: done(track.log))
    assert Counter(await texts(track.log)) == Counter(f"{n}" for n in range(100))


async def test_records_that_come_to_a_quiet_worker_are_taken_at_once(track: FaustTrack) -> None:
    enrichers = Enrichers()
    async with track.running(enrichers.step()):
        for number in range(3):
            await hear(track.log, mention("file:1", f"{number}"))
            await until(lambda: done(track.log))
    assert enrichers.calls == [["0"], ["1"], ["2"]]


@pytest.mark.parametrize("seconds", [0, 0.05, 0.2, 0.4])
async def test_a_worker_is_stopped_while_it_starts(track: FaustTrack, seconds: float) -> None:
    await hear(track.log, mention("file:1"))
    async with track.running(Enrichers().step(), session=SESSION):
        await asyncio.sleep(seconds)
    await finish(track, Enrichers().step())
    assert await texts(track.log) == ["goed bezig"]
    assert track.reports == []


async def open_reader(track: FaustTrack) -> FaustReader:
    def feed(reader: FaustReader) -> Feed:
        return Feed(track.log.settings, group="stream", topic="mentions", room=9, session=SESSION, settle=reader.settle)

    convert = await prepare(track.log, "mentions", "stream")
    return FaustReader(feed, convert, hopeless=lambda: False, reach=track.log.state)


async def test_a_faust_that_crashes_is_followed_by_another_and_gives_again_what_was_not_done(track: FaustTrack) -> None:
    await hear(track.log, mention("file:1", "een"), mention("file:1", "twee"))
    reader = await open_reader(track)
    first, *_ = await _read(reader)
    await reader.feed._app.crash(RuntimeError("of all things"))
    with pytest.raises(Retry, match="of all things"):
        await reader.read(10, 1)
    again, *_ = await _read(reader)
    assert again == first
    await reader.close()


async def test_nothing_is_committed_that_was_not_acknowledged_where_faust_sees_a_gap(track: FaustTrack) -> None:
    await hear(track.log, mention("file:1", "0"))
    reader = await open_reader(track)
    await _read(reader)
    (partition,) = {event.message.tp for _, _, event in reader._given}
    await hear(track.log, *(mention("file:1", f"{number}") for number in range(1, 5)))
    given = await _read(reader, 4)
    reader.feed._app.consumer._read_offset[partition] = 1  # as when a seek to what is committed comes late
    await hear(track.log, mention("file:1", "5"))
    await _read(reader)
    await reader.commit(next(record.offset for record in given if b'"text":"3"' in record.value))
    for _ in range(4):
        await reader.feed.commit()
    await reader.close()
    (row,) = await track.log.state()
    assert row.lag == 2


async def _read(reader: FaustReader, number: int = 1) -> list[Record]:
    """The next records, so many or more, whatever Faust needs to begin."""
    found: list[Record] = []
    async with asyncio.timeout(PATIENCE):
        while len(found) < number:
            with suppress(Retry):
                found += await reader.read(10, 0.1)
    return found
