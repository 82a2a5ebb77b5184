"""The delivery loop: one a sink, which reads with a group of its own, so that a slow sink holds back nobody else.

1. Read a batch of one log topic, decode it, leave out what the sink does not take.
2. Wait until the group that this sink comes after has done the same records. Write them; wait and write again as long as the sink is away.
3. Set aside what was refused, confirmed. 4. Only then, and after those before it, commit.
A sink that takes several batches at once is given the next while it still writes. A crash anywhere repeats what is not
committed; sinks are idempotent.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import KW_ONLY, dataclass, field
from functools import partial
from random import Random
from time import monotonic
from typing import TypeVar

from msgspec.structs import replace

from core.codec import dead_letter, decode, encode
from core.errors import Denied, Reject, Retry, Stop
from core.ports import Item, Log, Measured, Reader, Record, Sink
from core.tasks import end, happens
from core.telemetry import Count, Duration, Gauge
from core.time import Clock
from core.topics import DEAD, replay
from core.trace import tell_set_aside
from core.types import DeadLetter, Enriched, Failure, Mention
from sinks._arrival import arrived
from sinks._backoff import pause
from sinks._marks import takes

Answer = TypeVar("Answer")

MOST = 8000
"""Records of a batch where so many wait: an engine works while the next of them are made ready for it."""

AWAY = (Retry, OSError)
"""What means that the other side is away: wait and try the same again."""

SOON, LONG, LATER = 0.02, 5.0, 0.5
"""Seconds between looks whether the group before has done the same records; until it is said that it has not; from then on."""


async def deliver(
    log: Log,
    sink: Sink,
    *,
    topics: Sequence[str],
    stop: asyncio.Event,
    measured: Measured,
    clock: Clock,
    random: Random,
    report: Callable[[str], None],
    after: str | None = None,
    most: int = MOST,
    wait: float = 0.2,
) -> None:
    """Deliver these log topics to the sink until `stop` is set; what was read by then is finished first.

    after  a consumer group that has committed what the sink is given, but for what is replayed to this sink alone
    Returns within about `wait` seconds of `stop`. Raises Stop where a person has to act.
    """
    delivery = _Delivery(log, sink, stop, after, measured=measured, clock=clock, random=random, report=report)
    tasks = [asyncio.create_task(delivery.topic(topic, most, wait), name=f"{sink.name}: {topic}") for topic in topics]
    try:
        await asyncio.gather(*tasks)
    finally:
        await end(tasks)


class _Stopped(Exception):  # noqa: N818 - not an error
    """`stop` was set while the other side was away."""


@dataclass
class _Delivery:
    log: Log
    sink: Sink
    stop: asyncio.Event
    after: str | None
    _: KW_ONLY
    measured: Measured
    clock: Clock
    random: Random
    report: Callable[[str], None]
    turns: asyncio.Semaphore = field(init=False)
    waiting: int = 0
    """Acts that wait for the other side."""

    def __post_init__(self) -> None:
        self.turns = asyncio.Semaphore(self.sink.in_flight)

    async def topic(self, topic: str, most: int, wait: float) -> None:
        """One log topic, until `stop`. Topics take turns at the sink, which is given no more at once than it takes."""
        with suppress(_Stopped):
            async with AsyncExitStack() as stack:
                joining = partial(self.log.reader, topic, self.sink.name)
                reader = await self._patiently(lambda: stack.enter_async_context(joining()))
                on_way: deque[tuple[asyncio.Task[None], int]] = deque()
                stack.push_async_callback(lambda: end([batch for batch, _ in on_way]))
                while not self.stop.is_set():
                    records = await self._patiently(partial(reader.read, most, 0 if on_way else wait))
                    if records:
                        on_way.append((asyncio.create_task(self._batch(topic, records)), records[-1].offset))
                    if on_way and (not records or len(on_way) == self.sink.in_flight):
                        await self._oldest(reader, on_way)
                while on_way:
                    await self._oldest(reader, on_way)

    async def _oldest(self, reader: Reader, on_way: deque[tuple[asyncio.Task[None], int]]) -> None:
        """Wait for the oldest batch and commit it."""
        batch, last = on_way[0]
        await batch
        await self._patiently(partial(reader.commit, last))
        on_way.popleft()

    async def _batch(self, topic: str, records: Sequence[Record]) -> None:
        wanted, refused = self._decoded(records)
        if wanted:
            if self.after is not None and topic != replay(self.sink.name):
                await self._until_passed(topic, self.after, [record.offset for record, _ in wanted])
            async with self.turns:
                failures = await self._patiently(lambda: self._write([item for _, item in wanted]))
            refused += [(wanted[index][0], failure) for index, failure in failures]
            self.measured.add(Count.WRITTEN, self.sink.name, by=len(wanted) - len(failures))
            if not self.sink.tells_arrival:
                left = {index for index, _ in failures}
                taken = (item for place, (_, item) in enumerate(wanted) if place not in left)
                heard = [item.mention for item in taken if isinstance(item, Enriched)]
                arrived(self.measured, self.sink.name, heard, self.clock())
        if refused:
            letters = [self._letter(topic, record, failure) for record, failure in refused]
            await self._patiently(lambda: self.log.append(DEAD, letters))
            for _, failure in refused:
                self.measured.add(Count.DEAD, self.sink.name, failure.reason)
            tell_set_aside(self.sink.name, [(record.key, failure.reason) for record, failure in refused])

    async def _until_passed(self, topic: str, group: str, offsets: Sequence[int]) -> None:
        """Returns when the group has committed these records. One that stays behind is seen as a side that is away is."""
        started, said = monotonic(), False
        while not await self._patiently(lambda: self.log.passed(topic, group, offsets)):
            if not said and monotonic() - started > LONG:
                said = True
                self._waits(f"waits until {group} has done the same of {topic}")
            await self._pause(LATER if said else SOON)
        if said:
            self._goes_on()

    def _decoded(self, records: Sequence[Record]) -> tuple[list[tuple[Record, Item]], list[tuple[Record, Failure]]]:
        wanted: list[tuple[Record, Item]] = []
        refused: list[tuple[Record, Failure]] = []
        for record in records:
            if not record.value:  # emptied by an erasure
                continue
            try:
                item = _item(record)
            except Reject as error:
                refused.append((record, _failure(error)))
            else:
                if _takes(self.sink, item):
                    wanted.append((record, item))
        return wanted, refused

    async def _write(self, items: Sequence[Item]) -> Sequence[tuple[int, Failure]]:
        """What of these was refused. A batch that fails as a whole is halved until the one that fails it stands alone."""
        try:
            with self.measured.timed(Duration.SINK, self.sink.name):
                return await self.sink.write(items)
        except (*AWAY, Stop):
            raise
        except Exception as error:  # noqa: BLE001 - whatever a sink raises must neither lose a record nor hold the others
            if len(items) == 1:
                return [(0, _failure(error))]
        middle = len(items) // 2
        first = await self._patiently(lambda: self._write(items[:middle]))
        second = await self._patiently(lambda: self._write(items[middle:]))
        return [*first, *((index + middle, failure) for index, failure in second)]

    async def _patiently(self, act: Callable[[], Awaitable[Answer]]) -> Answer:
        """What `act` gives in the end, however long the other side is away; said once, and seen in a gauge."""
        attempt = 0
        while True:
            try:
                answer = await act()
            except AWAY as error:
                self.measured.add(Count.RETRIED, self.sink.name)
                self.measured.set(Gauge.DENIED, isinstance(error, Denied), self.sink.name)
                if attempt == 0:
                    self._waits(f"waits and tries again: {error}")
                await self._pause(pause(attempt, self.random, getattr(error, "after", None)))
                attempt += 1
            else:
                if attempt:
                    self._goes_on()
                return answer

    def _waits(self, why: str) -> None:
        self.measured.set(Gauge.WAITING, 1, self.sink.name)
        self.waiting += 1
        if self.waiting == 1:
            self.report(f"{self.sink.name}: {why}")

    def _goes_on(self) -> None:
        self.waiting -= 1
        if not self.waiting:
            self.measured.set(Gauge.WAITING, 0, self.sink.name)
            self.measured.set(Gauge.DENIED, 0, self.sink.name)
            self.report(f"{self.sink.name}: goes on.")

    async def _pause(self, seconds: float) -> None:
        if await happens(self.stop, within=seconds):
            raise _Stopped

    def _letter(self, topic: str, record: Record, failure: Failure) -> tuple[str, bytes]:
        whole = replace(failure, key=record.key, payload=record.value)
        origin = f"{topic}@{record.offset}"
        return record.key, encode(dead_letter(whole, origin=origin, stage=self.sink.name, at=self.clock()))


def _item(record: Record) -> Item:
    message = decode(record.value)
    if isinstance(message, Mention | DeadLetter):
        raise Reject(f"a sink takes no {type(message).__name__.lower()}", reason="unexpected")
    return message


def _takes(sink: Sink, item: Item) -> bool:
    return not isinstance(item, Enriched) or takes(sink, item)


def _failure(error: Exception) -> Failure:
    if isinstance(error, Reject):
        return Failure(reason=error.reason, detail=str(error))
    return Failure(reason="unexpected", detail=f"{type(error).__name__}: {error}")
