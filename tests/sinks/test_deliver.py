"""The delivery loop on the real log, with sinks that misbehave and with the real archive."""

import asyncio
from contextlib import asynccontextmanager
from random import Random

import pytest

from core.codec import decode, encode
from core.errors import Denied, Stop
from core.ports import Measured
from core.tasks import happens
from core.telemetry import Count, Duration, Gauge
from core.time import now
from core.topics import DEAD, ENRICHED, JUDGEMENTS, replay
from core.types import Mark
from sinks import _deliver
from sinks._deliver import deliver
from stream.sqlite import open_log
from tests.sinks.fakes import FakeSink
from tests.sinks.messages import EVERYTHING, deletion, enriched, judgement
from tests.sinks.test_sqlite_archive import opened

TOPICS = (ENRICHED, JUDGEMENTS, replay("fake"))


@pytest.fixture
async def log(tmp_path):
    async with open_log(tmp_path / "log") as log:
        yield log


@pytest.fixture
def measured():
    return Measured()


@asynccontextmanager
async def delivering(log, sink, measured=None, said=None, *, most=500, after=None):
    stop = asyncio.Event()
    report = (said if said is not None else []).append
    task = asyncio.create_task(
        deliver(
            log,
            sink,
            topics=TOPICS,
            stop=stop,
            measured=measured or Measured(),
            clock=now,
            random=Random(1),
            report=report,
            after=after,
            most=most,
            wait=0.05,
        )
    )
    try:
        yield task
    finally:
        stop.set()
        async with asyncio.timeout(60):
            await task


async def put(log, *items, topic=ENRICHED):
    await log.append(
        topic, [(item.mention.id if hasattr(item.mention, "id") else item.mention, encode(item)) for item in items]
    )


async def until_committed(log, topic=ENRICHED, group="fake"):
    async with asyncio.timeout(60):
        while True:
            states = [state for state in await log.state() if (state.topic, state.group) == (topic, group)]
            if states and states[0].lag == 0:
                return
            await asyncio.sleep(0.005)


async def until(found):
    async with asyncio.timeout(60):
        while not found():  # noqa: ASYNC110 - what is waited for sets no event
            await asyncio.sleep(0.005)


def natives(items):
    return [item.mention.id.removeprefix("file:") for item in items]


async def dead(log):
    return [decode(record.value) for record in await log.tail(DEAD, 99)]


async def test_all_topics_arrive_once_and_in_order(log):
    await put(log, *(enriched(str(place)) for place in range(20)))
    await put(log, judgement("file:1", "tags", ("x",), 1), topic=JUDGEMENTS)
    sink = FakeSink()
    async with delivering(log, sink, most=7):
        await until_committed(log)
        await until_committed(log, JUDGEMENTS)
    assert natives(item for item in sink.taken if hasattr(item, "findings")) == [str(place) for place in range(20)]
    assert len(sink.taken) == 21
    async with delivering(log, sink):
        await until_committed(log)
    assert len(sink.taken) == 21


async def test_a_sink_that_takes_one_at_once_is_never_called_twice(log):
    await put(log, *(enriched(str(place)) for place in range(9)))
    await put(log, judgement("file:1", "tags", ("x",), 1), topic=JUDGEMENTS)
    sink = FakeSink(late=0.01)
    async with delivering(log, sink, most=2):
        await until_committed(log)
        await until_committed(log, JUDGEMENTS)
    assert sink.together == 1


async def test_a_sink_is_given_as_many_batches_at_once_as_it_takes_and_in_order(log):
    await put(log, *(enriched(str(place)) for place in range(20)))
    await put(log, judgement("file:1", "tags", ("x",), 1), topic=JUDGEMENTS)
    sink = FakeSink(late=0.3, in_flight=3)
    async with delivering(log, sink, most=2):
        await until_committed(log)
        await until_committed(log, JUDGEMENTS)
    assert sink.together == 3
    assert natives(item for item in sink.taken if hasattr(item, "findings")) == [str(place) for place in range(20)]


async def test_a_batch_is_committed_only_after_those_before_it(log):
    class First(FakeSink):
        """Is done with the first batch when the test says so."""

        may, overtaken = asyncio.Event(), asyncio.Event()

        async def write(self, batch):
            if "0" in natives(batch):
                await self.may.wait()
            else:
                self.overtaken.set()
            return self._taken(batch)

    await put(log, *(enriched(str(place)) for place in range(4)))
    sink = First(in_flight=2)
    async with delivering(log, sink, most=2):
        assert await happens(sink.overtaken, within=60)
        await asyncio.sleep(0.1)
        assert [state.committed for state in await log.state() if state.topic == ENRICHED] == [0]
        sink.may.set()
        await until_committed(log)
    assert natives(sink.taken) == ["2", "3", "0", "1"]


async def test_batches_that_wait_together_say_so_once(log, measured):
    await put(log, *(enriched(str(place)) for place in range(8)))
    said = []
    sink = FakeSink(away=6, late=0.005, in_flight=2)
    async with delivering(log, sink, measured, said, most=2):
        await until_committed(log)
    assert sorted(natives(sink.taken)) == [str(place) for place in range(8)]
    assert said == ["fake: waits and tries again: the fake is away", "fake: goes on."]
    assert measured.values[(Gauge.WAITING, ("fake",))] == 0


async def test_refused_records_are_set_aside_and_the_others_delivered(log, measured):
    await put(log, *(enriched(str(place)) for place in range(6)))
    sink = FakeSink(refuses=lambda item: int(item.mention.id[-1]) % 3 == 0)
    async with delivering(log, sink, measured):
        await until_committed(log)
    assert natives(sink.taken) == ["1", "2", "4", "5"]
    letters = await dead(log)
    assert [(letter.key, letter.stage, letter.error) for letter in letters] == [
        ("file:0", "fake", "refused"),
        ("file:3", "fake", "refused"),
    ]
    assert decode(letters[0].payload) == enriched("0")
    assert letters[0].origin.startswith(f"{ENRICHED}@")
    assert measured.values[(Count.DEAD, ("fake", "refused"))] == 2
    assert measured.values[(Count.WRITTEN, ("fake",))] == 4


async def test_only_what_is_heard_live_tells_how_long_arrival_takes(log):
    await put(log, enriched("1"), enriched("2", marks=(Mark.HISTORY,)))
    measured = Measured()
    async with delivering(log, FakeSink(takes_history=True), measured=measured):
        await until_committed(log)
    assert sum(measured.spreads[Duration.ARRIVAL, ("fake",)].counts) == 1
    assert sum(measured.spreads[Duration.SINK, ("fake",)].counts) >= 1


@pytest.mark.parametrize(("tells", "counted"), [(False, 2), (True, 0)])
async def test_what_a_sink_took_has_arrived_unless_it_tells_so_itself_and_what_it_refused_has_not(log, tells, counted):
    await put(log, enriched("1"), enriched("2"), enriched("3"))
    measured = Measured()
    sink = FakeSink(refuses=lambda item: item.mention.id == "file:2", tells_arrival=tells)
    async with delivering(log, sink, measured=measured):
        await until_committed(log)
    spread = measured.spreads.get((Duration.ARRIVAL, ("fake",)))
    assert (sum(spread.counts) if spread else 0) == counted


@pytest.mark.parametrize("error", [RuntimeError, ZeroDivisionError])
async def test_a_batch_that_fails_as_a_whole_is_split_until_the_culprit_stands_alone(log, error):
    await put(log, *(enriched(str(place)) for place in range(10)))
    sink = FakeSink(chokes=lambda item: item.mention.id == "file:7", error=error)
    async with delivering(log, sink):
        await until_committed(log)
    assert natives(sink.taken) == [str(place) for place in range(10) if place != 7]
    assert [letter.key for letter in await dead(log)] == ["file:7"]


async def test_poison_in_the_log_is_set_aside(log):
    await log.append(ENRICHED, [("a", b"\xff{"), ("b", b'{"type":"unheard"}'), ("c", b"[" * 5000)])
    await put(log, enriched("1"), enriched("2"))
    await log.append(ENRICHED, [("m", encode(enriched("3").mention))])
    sink = FakeSink()
    async with delivering(log, sink):
        await until_committed(log)
    assert natives(sink.taken) == ["1", "2"]
    assert [letter.error for letter in await dead(log)] == ["undecodable"] * 3 + ["unexpected"]


async def test_a_sink_that_is_away_is_waited_for_and_said_once(log, measured):
    await put(log, enriched("1"))
    said = []
    sink = FakeSink(away=5)
    async with delivering(log, sink, measured, said):
        await until_committed(log)
    assert natives(sink.taken) == ["1"]
    assert await dead(log) == []
    assert said == ["fake: waits and tries again: the fake is away", "fake: goes on."]
    assert measured.values[(Count.RETRIED, ("fake",))] == 5
    assert measured.values[(Gauge.WAITING, ("fake",))] == 0


async def test_a_sink_that_is_away_holds_back_nobody_else(log):
    await put(log, enriched("1"))
    here, away = FakeSink(), FakeSink(name="crm", away=1_000_000)
    async with delivering(log, away), delivering(log, here):
        await until_committed(log)
    assert natives(here.taken) == ["1"]


async def test_stopping_while_away_commits_nothing(log):
    await put(log, enriched("1"))
    async with delivering(log, FakeSink(away=1_000_000, after=60)):
        await asyncio.sleep(0.1)
    sink = FakeSink()
    async with delivering(log, sink):
        await until_committed(log)
    assert natives(sink.taken) == ["1"]


async def test_stopping_finishes_what_was_begun(log):
    await put(log, *(enriched(str(place)) for place in range(4)))
    sink = FakeSink(late=0.2)
    async with delivering(log, sink, most=4):
        assert await happens(sink.begun, within=60)
    assert len(sink.taken) == 4
    assert all(state.lag == 0 for state in await log.state() if state.topic == ENRICHED)


async def test_history_and_drills_reach_only_those_who_take_them(log):
    await put(log, enriched("1", marks=(Mark.HISTORY,)), enriched("2", marks=(Mark.DRILL,)), enriched("3"))
    await log.append(ENRICHED, [("file:1", encode(deletion("file:1", 9)))])
    sink = FakeSink(takes_history=False, takes_drills=False)
    async with delivering(log, sink):
        await until_committed(log)
    assert sink.taken == [enriched("3"), deletion("file:1", 9)]


async def test_what_an_erasure_emptied_is_passed_over(log):
    await put(log, enriched("1"), enriched("2"))
    await log.forget(ENRICHED, ["file:1"])
    sink = FakeSink()
    async with delivering(log, sink):
        await until_committed(log)
    assert natives(sink.taken) == ["2"]
    assert await dead(log) == []


async def test_a_stop_ends_the_loop(log):
    class Full(FakeSink):
        async def write(self, batch):
            raise Stop("the disk is full")

    await put(log, enriched("1"))
    with pytest.raises(Stop, match="disk is full"):
        async with delivering(log, Full()) as task:
            await asyncio.wait([task])


async def test_dead_letters_of_a_sink_come_back_to_it_alone(log):
    await put(log, enriched("1"))
    async with delivering(log, FakeSink(refuses=lambda _: True)):
        await until_committed(log)
    (letter,) = await dead(log)
    await log.append(replay(letter.stage), [(letter.key, letter.payload)])
    sink = FakeSink()
    async with delivering(log, sink):
        await until_committed(log, replay("fake"))
    assert natives(sink.taken) == ["1"]


async def test_a_sink_is_given_only_what_the_group_before_it_has_done(log):
    await put(log, *(enriched(str(place)) for place in range(6)))
    first, second = FakeSink(name="archive"), FakeSink()
    async with delivering(log, second, most=2, after="archive"):
        async with log.reader(ENRICHED, "archive") as reader:
            offsets = [record.offset for record in await reader.read(9, 1)]
            await reader.commit(offsets[3])
            await until(lambda: len(second.taken) == 4)
            await asyncio.sleep(0.1)
        assert natives(second.taken) == ["0", "1", "2", "3"]
        async with delivering(log, first):
            await until_committed(log)
    assert natives(second.taken) == [str(place) for place in range(6)]


async def test_a_group_that_stays_behind_is_said_once_and_seen(log, measured, monkeypatch):
    monkeypatch.setattr(_deliver, "LONG", 0.0)
    await put(log, enriched("1"))
    said = []
    sink = FakeSink()
    async with delivering(log, sink, measured, said, after="archive"):
        await until(lambda: measured.values.get((Gauge.WAITING, ("fake",))) == 1)
        async with delivering(log, FakeSink(name="archive")):
            await until_committed(log)
    assert said == ["fake: waits until archive has done the same of enriched", "fake: goes on."]
    assert measured.values[(Gauge.WAITING, ("fake",))] == 0


async def test_stopping_while_the_group_before_is_behind_commits_nothing(log):
    await put(log, enriched("1"))
    sink = FakeSink()
    async with delivering(log, sink, after="archive"):
        await asyncio.sleep(0.1)
    assert sink.taken == []
    assert [state.lag for state in await log.state() if state.group == "fake" and state.topic == ENRICHED] == [1]


async def test_what_is_replayed_to_a_sink_waits_for_no_group(log):
    await put(log, enriched("1"), topic=replay("fake"))
    sink = FakeSink()
    async with delivering(log, sink, after="archive"):
        await until_committed(log, replay("fake"))
    assert natives(sink.taken) == ["1"]


async def test_the_archive_takes_what_the_log_holds(log, tmp_path):
    await put(log, *(enriched(str(place)) for place in range(50)))
    await log.append(ENRICHED, [("file:3", encode(deletion("file:3", 5)))])
    await put(log, judgement("file:4", "irrelevant", ("yes",), 1), topic=JUDGEMENTS)
    async with opened(tmp_path) as archive:
        async with delivering(log, archive, most=8):
            await until_committed(log, group="archive")
            await until_committed(log, JUDGEMENTS, group="archive")
        assert await archive.count(EVERYTHING) == 49


async def test_a_sink_that_is_let_in_no_more_shows_and_goes_on_once_it_is(log, measured):
    class Locked(FakeSink):
        """Is let in once the test says so."""

        let_in = False

        async def write(self, batch):
            if not self.let_in:
                self.begun.set()
                raise Denied("the token is refused", after=0.001)
            return self._taken(batch)

    await put(log, enriched("1"))
    sink, said = Locked(), []
    async with delivering(log, sink, measured, said):
        assert await happens(sink.begun, within=60)
        await asyncio.sleep(0.05)
        assert measured.values[(Gauge.DENIED, ("fake",))] == 1
        sink.let_in = True
        await until_committed(log)
    assert measured.values[(Gauge.DENIED, ("fake",))] == 0
    assert said == ["fake: waits and tries again: the token is refused", "fake: goes on."]
