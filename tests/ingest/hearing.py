"""What the ingest tests share: mentions, a scripted connector, a real log whose failures are dialled in, a run."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from core.codec import decode
from core.errors import Retry
from core.ports import Batch, Connector, Log, Measured, Tools
from core.time import now
from core.topics import COVERAGE, DEAD, MENTIONS
from core.types import Author, Coverage, Deletion, Mention, Scope
from ingest._admit import Admission, Policy
from ingest._backoff import Backoff
from ingest._memory import open_memory
from ingest._runner import run
from stream.sqlite import open_log

MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
AT_ONCE = Backoff(first=0.001, most=0.002)


def mention(number: int, text: str = "de trein is te laat", **fields: object) -> Mention:
    given = {"created_at": MORNING, "seen_at": MORNING + timedelta(seconds=number), "author": Author(id="test:anna")}
    return Mention(id=f"test:{number}", source="test", text=text, **(given | fields))


def deletion(target: str, scope: Scope = Scope.MENTION) -> Deletion:
    return Deletion(target=target, scope=scope, at=MORNING + timedelta(hours=1), reason="deleted")


def tools(cache: Path, report: Callable[[str], None] = lambda _: None) -> Tools:
    return Tools(clock=now, random=Random(7), cache=cache, report=report)


async def taken(
    connector: Connector,
    stream: str,
    cursor: str | None,
    *,
    enough: Callable[[list[Batch], str | None], bool],
    patience: int,
) -> tuple[list[Batch], str | None]:
    """Batches and the last cursor as the runner takes them, again from there after Retry, until there is enough."""
    batches: list[Batch] = []
    async with asyncio.timeout(120):
        for _ in range(patience):
            try:
                async with aclosing(connector.batches(stream, cursor)) as coming:
                    async for batch in coming:
                        batches.append(batch)
                        cursor = batch.cursor or cursor
                        if enough(batches, cursor):
                            return batches, cursor
            except Retry:
                continue
    raise AssertionError(f"stuck at {cursor} after {patience} connections with {different(batches)} mentions")


def mentions(batches: list[Batch]) -> list[Mention]:
    return [mention for batch in batches for mention in batch.mentions]


def different(batches: list[Batch]) -> int:
    """How many mentions these hold, each counted once."""
    return len({mention.id for mention in mentions(batches)})


class Scripted:
    """A connector that gives the steps it is given: a batch is yielded, an exception raised, each once."""

    def __init__(self, *steps: Batch | Exception, streams: Sequence[str] = ("one",)) -> None:
        self.steps = list(steps)
        self.confirmed: list[Batch] = []
        self.asked: list[str | None] = []
        self._streams = streams

    def streams(self) -> Sequence[str]:
        return self._streams

    async def batches(self, stream: str, cursor: str | None) -> AsyncIterator[Batch]:
        self.asked.append(cursor)
        while self.steps:
            step = self.steps[0]
            if isinstance(step, Exception):
                self.steps.pop(0)
                raise step
            yield step
            self.steps.pop(0)
            self.confirmed.append(step)


class Dialled:
    """A real log that fails where it is told to: `fail` maps a method to the exceptions of its next calls (None passes)."""

    def __init__(self, log: Log, **fail: list[Exception | None]) -> None:
        self._log, self._fail = log, fail

    def _next(self, method: str) -> None:
        planned = self._fail.get(method)
        error = planned.pop(0) if planned else None
        if error is not None:
            raise error

    async def append(self, topic: str, entries: Sequence[tuple[str, bytes]]) -> int:
        self._next("append")
        return await self._log.append(topic, entries)

    async def remember(self, coverage: Coverage) -> None:
        self._next("remember")
        await self._log.remember(coverage)

    async def cursor(self, source: str, stream: str) -> str | None:
        return await self._log.cursor(source, stream)


class Heard:
    """A run's surroundings, kept over several runs, and what came of them."""

    def __init__(self, log: Log, admission: Admission) -> None:
        self.log, self.admission = log, admission
        self.measured = Measured()
        self.said: list[str] = []
        self.stop = asyncio.Event()

    async def run(self, connector: object, *, log: object = None, policy: Policy | None = None) -> None:
        await run(
            connector,
            source="test",
            log=log or self.log,
            admit=self.admission,
            policy=policy or Policy(),
            clock=now,
            random=Random(7),
            measured=self.measured,
            report=self.said.append,
            stop=self.stop,
            backoff=AT_ONCE,
            again=timedelta(milliseconds=10),
        )

    async def topic(self, topic: str) -> list[object]:
        return [decode(record.value) for record in await self.log.after(topic, 0, 10_000)]

    async def mentions(self) -> list[object]:
        return await self.topic(MENTIONS)

    async def dead(self) -> list[object]:
        return await self.topic(DEAD)

    async def coverage(self) -> list[object]:
        return await self.topic(COVERAGE)

    def count(self, name: str, *labels: str) -> float:
        return self.measured.values.get((name, labels), 0)


@asynccontextmanager
async def hearing(folder: Path, *, fresh: bool = True, **admission: object) -> AsyncIterator[Heard]:
    """A real log and memory in that folder."""
    async with open_log(folder / "log") as log, open_memory(folder / "ingest.db", fresh=fresh) as memory:
        yield Heard(log, Admission(memory, **({"erased": lambda _: False} | admission)))
