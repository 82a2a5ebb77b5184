"""What every runner of the step must do. A runner's test class inherits RunnerConformance and gives the fixture
`track`: a log, a way to run a step here, and a way to run one in a process of its own that can be killed.
"""

import asyncio
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from random import Random
from typing import Protocol

import pytest

from core.errors import Stop
from core.ports import Log, Record
from core.tasks import happens
from core.types import Deletion, Enriched
from stream.step import Output, Step
from tests.stream.steps import Enrichers, dead, deletion, enriched, hear, mention, texts

PATIENCE = 240.0

BAD = [
    b"\xff\xfe\x00",
    b" ",
    b"null",
    b"[" * 100_000,
    b'{"type":"mention","id":1}',
    b'{"type":"enriched"}',
    b'{"type":"mention","id":"\\ud800","source":"s","author":{"id":"x"},"text":"","created_at":"2026-01-01"}',
    b'{"type":"deletion","target":"a","scope":"mention","at":"0000-01-01T00:00:00Z","reason":"x"}',
    b'{"type":"judgement","mention":"a","name":"b","labels":null,"by":"c","at":"2026-01-01T00:00:00Z"}',
]


class Track(Protocol):
    """reports  what the runner said to a person, oldest first."""

    log: Log
    reports: list[str]

    def running(self, step: Step) -> AbstractAsyncContextManager[None]:
        """Runs the step on topic `mentions` inside; leaving stops it gracefully."""
        ...

    async def spawn(self, delay: float) -> asyncio.subprocess.Process:
        """The same in another process, its enrichers taking `delay` seconds a call."""
        ...


async def until(look: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await look():  # noqa: ASYNC110 - looks from outside, at a log nobody here writes
            await asyncio.sleep(0.01)


async def done(log: Log) -> bool:
    """Whether everything heard is committed."""
    rows = [row for row in await log.state() if row.topic == "mentions"]
    return bool(rows) and all(row.lag == 0 for row in rows)


async def finish(track: Track, step: Step) -> None:
    async with track.running(step):
        await until(lambda: done(track.log))


class RunnerConformance:
    @pytest.fixture
    def track(self) -> Track:
        raise NotImplementedError

    async def test_each_mention_comes_out_once(self, track: Track) -> None:
        sent = [f"text {n}" for n in range(700)]
        await hear(track.log, *(mention(f"file:{n % 7}", text) for n, text in enumerate(sent)))
        await finish(track, Enrichers().step())
        assert Counter(await texts(track.log)) == Counter(sent)

    async def test_what_was_found_stands_beside_the_mention(self, track: Track) -> None:
        await hear(track.log, mention("file:1", "vier"))
        await finish(track, Enrichers().step())
        (message,) = await enriched(track.log)
        assert isinstance(message, Enriched)
        assert (message.mention.id, message.findings[0].number) == ("file:1", 4)

    async def test_a_deletion_stays_behind_its_mention(self, track: Track) -> None:
        await hear(track.log, mention("file:1"), deletion("file:1"), mention("file:1", "terug"))
        await finish(track, Enrichers().step())
        assert [type(message) for message in await enriched(track.log)] == [Enriched, Deletion, Enriched]

    async def test_order_of_a_key_outlives_uneven_batches(self, track: Track) -> None:
        async with track.running(Enrichers(slow=0.02).step()):
            for n in range(40):
                await hear(track.log, mention("file:1", f"{n}"))
                await asyncio.sleep(0.004)
            await until(lambda: done(track.log))
        assert await texts(track.log) == [f"{n}" for n in range(40)]

    async def test_poison_is_set_aside_alone(self, track: Track) -> None:
        await hear(track.log, *(mention(f"file:{n}", "poison" if n == 77 else f"{n}") for n in range(200)))
        await finish(track, Enrichers().step())
        (letter,) = await dead(track.log)
        assert (letter.key, letter.stage, letter.error) == ("file:77", "stream", "ValueError")
        assert len(await texts(track.log)) == 199

    async def test_bad_input_is_set_aside_and_the_stream_goes_on(self, track: Track) -> None:
        bad = [(f"bad:{n}", value) for n, value in enumerate(BAD)]
        await track.log.append("mentions", bad)
        await hear(track.log, mention("file:1"))
        await finish(track, Enrichers().step())
        assert {(letter.key, letter.size) for letter in await dead(track.log)} == {
            (key, len(value)) for key, value in bad
        }
        assert len(await texts(track.log)) == 1

    async def test_a_dead_letter_says_where_it_came_from(self, track: Track) -> None:
        last = await hear(track.log, mention("file:1", "poison"))
        await finish(track, Enrichers().step())
        (letter,) = await dead(track.log)
        (record,) = await track.log.tail("mentions", 1)
        assert (letter.origin, letter.payload) == (f"mentions@{last}", record.value)

    async def test_an_enricher_that_is_away_is_waited_for(self, track: Track) -> None:
        await hear(track.log, *(mention(f"file:{n}", f"{n}") for n in range(10)))
        await finish(track, Enrichers(away=3).step())
        assert Counter(await texts(track.log)) == Counter(f"{n}" for n in range(10))
        assert await dead(track.log) == []

    async def test_waiting_is_said_once(self, track: Track) -> None:
        await hear(track.log, mention("file:1"))
        await finish(track, Enrichers(away=5).step())
        assert sum("the enricher is away" in line for line in track.reports) == 1

    async def test_a_stop_while_waiting_leaves_the_records_for_the_next_run(self, track: Track) -> None:
        await hear(track.log, mention("file:1"))
        away = Enrichers(away=-1)
        async with track.running(away.step()):
            await until(lambda: _holds(bool(away.calls)))
        assert await texts(track.log) == []
        await finish(track, Enrichers().step())
        assert await texts(track.log) == ["goed bezig"]

    async def test_a_graceful_stop_finishes_what_it_began(self, track: Track) -> None:
        sent = [f"{n}" for n in range(600)]
        await hear(track.log, *(mention(f"file:{text}", text) for text in sent))
        slow = Enrichers(slow=0.05)
        async with track.running(slow.step()):
            await until(lambda: _holds(bool(slow.calls)))
        await finish(track, Enrichers().step())
        assert Counter(await texts(track.log)) == Counter(sent)

    async def test_a_stop_of_the_step_ends_the_run_with_nothing_done(self, track: Track) -> None:
        await hear(track.log, mention("file:1"))
        fatal = Enrichers(fatal=True)
        with pytest.raises(Stop, match="the model is damaged"):
            async with track.running(fatal.step()):
                await until(lambda: _holds(bool(fatal.calls)))
        assert await texts(track.log) == []
        await finish(track, Enrichers().step())
        assert await texts(track.log) == ["goed bezig"]

    @pytest.mark.parametrize("error", [ValueError("of all things"), MemoryError(), TimeoutError()])
    async def test_a_step_that_raises_anything_loses_nothing(self, track: Track, error: Exception) -> None:
        sent, begun = [f"{n}" for n in range(300)], asyncio.Event()
        good = Enrichers().step()

        async def step(records: Sequence[Record]) -> Sequence[Output]:
            if any(record.key == "file:177" for record in records):
                begun.set()
                raise error
            return await good(records)

        await hear(track.log, *(mention(f"file:{text}", text) for text in sent))
        with pytest.raises(type(error)):
            async with track.running(step):
                assert await happens(begun, within=PATIENCE)
        await finish(track, good)
        assert set(await texts(track.log)) == set(sent)

    async def test_what_was_forgotten_is_passed_over(self, track: Track) -> None:
        await hear(track.log, *(mention(f"file:{n}", f"{n}") for n in range(20)))
        await track.log.forget("mentions", [f"file:{n}" for n in range(20) if n != 7])
        await finish(track, Enrichers().step())
        assert await texts(track.log) == ["7"]

    async def test_a_topic_of_which_all_was_forgotten_is_done(self, track: Track) -> None:
        await hear(track.log, mention("file:1"), mention("file:2"))
        await track.log.forget("mentions", ["file:1", "file:2"])
        await finish(track, Enrichers().step())
        assert await texts(track.log) == []

    @pytest.mark.parametrize("seed", range(2))
    async def test_a_killed_runner_loses_nothing(self, track: Track, seed: int) -> None:
        random, sent = Random(seed), [f"{n}" for n in range(1500)]
        for round_ in range(3):
            before = len(await texts(track.log))
            process = await track.spawn(0.01)
            await hear(track.log, *(mention(f"file:{int(text) % 50}", text) for text in sent[round_ * 500 :][:500]))
            await until(lambda: _more(track.log, before))  # noqa: B023 - looked at within this round
            await asyncio.sleep(random.random() * 0.05)
            process.send_signal(signal.SIGKILL)
            await process.wait()
        await finish(track, Enrichers().step())
        _assert_nothing_lost(await enriched(track.log), sent)


def _assert_nothing_lost(messages: list, sent: list[str]) -> None:
    """All arrived; what came twice is the same; in the order of first arrival no key runs back."""
    first: dict[str, object] = {}
    for message in messages:
        assert first.setdefault(message.mention.text, message) == message
    assert set(first) == set(sent)
    for key in range(50):
        numbers = [int(text) for text in first if int(text) % 50 == key]
        assert numbers == sorted(numbers)


async def _holds(value: bool) -> bool:
    return value


async def _more(log: Log, before: int) -> bool:
    return len(await texts(log)) > before
