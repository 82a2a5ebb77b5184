"""A reader over Faust: the events of one worker as records, acknowledged strictly in the order in which they came."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from core.errors import Retry
from core.ports import Record
from core.tasks import happens
from stream.faust_feed import Event, Feed

LINGER = 0.02
"""Seconds a batch that is not full waits for more: events come one by one, also where thousands wait."""

SETTLE = 5.0
"""Seconds partitions that are taken away wait for what is in the step: less comes twice, and the others pause as long."""

LEAVE = 15.0
"""Seconds Faust has to leave the group and end."""

Open = Callable[["FaustReader"], Feed]
Convert = Callable[[Event], Record | None]
"""The event as a record, or None where it was forgotten."""


class FaustReader:
    """core.ports.Reader over one Feed after another: one that fails is followed by a new one, which is a Retry.

    hopeless  says that what is in the step waits for someone who is away, so that nobody should wait for it
    reach     raises Retry where the broker is away: nothing is started in vain

    A commit acknowledges; Faust stores it within a fraction of a second, and `settle` and `close` at once. An event whose
    partition meanwhile went through a change of the group is not acknowledged: it comes again, here or at another worker.
    """

    def __init__(
        self, open_feed: Open, convert: Convert, *, hopeless: Callable[[], bool], reach: Callable[[], Awaitable[object]]
    ) -> None:
        self._open = open_feed
        self._convert = convert
        self._hopeless = hopeless
        self._reach = reach
        self._given: deque[tuple[int | None, Feed, Event]] = deque()
        self._free = asyncio.Event()
        self._free.set()
        self._again = False
        self.feed = open_feed(self)
        self.feed.start()
        self.moves = 0

    @property
    def unfinished(self) -> int:
        """How many events are in this process that are not acknowledged."""
        return len(self._given) + self.feed.held

    async def read(self, most: int, wait: float) -> Sequence[Record]:
        await self._ready(wait)
        feed = self.feed
        if not feed.waiting:
            await happens(feed.arrived, within=wait)
        if 0 < len(feed.waiting) < most:
            await asyncio.sleep(LINGER)
        return await self._records(feed, feed.take(most))

    async def commit(self, offset: int) -> None:
        while self._given:
            given, _, _ = self._given[0]
            await self._acknowledge()
            if given == offset:
                break
        await self._acknowledge_forgotten()
        self.moves += 1

    async def settle(self) -> None:
        """Wait a moment for what was given out to be done, and store how far it is."""
        if not self._hopeless():
            await happens(self._free, within=SETTLE)
        await self.feed.commit()

    async def close(self) -> None:
        """Store how far it is, leave the group and end; Retry where Faust does not."""
        try:
            async with asyncio.timeout(LEAVE):
                await self.feed.stop()
        except Exception as error:
            raise Retry(f"Faust does not end ({type(error).__name__}); what was not noted comes again") from error

    async def _ready(self, wait: float) -> None:
        failure = self.feed.failure
        if failure is not None:
            await self.close()
            await self._reach()
            self._again = True
            self.feed = self._open(self)
            self.feed.start()
            raise Retry(f"Faust gave up ({type(failure).__name__}: {failure}) and starts again")
        if self._again and not await self.feed.joined(wait):
            raise Retry("Faust starts again", after=0)

    async def _records(self, feed: Feed, events: Sequence[Event]) -> Sequence[Record]:
        records = []
        for event in events:
            record = self._convert(event)
            self._given.append((None if record is None else record.offset, feed, event))
            if record is not None:
                records.append(record)
        if events:
            self._free.clear()
        await self._acknowledge_forgotten()
        return records

    async def _acknowledge_forgotten(self) -> None:
        """What was forgotten was given to nobody: it is done as soon as all before it is."""
        while self._given and self._given[0][0] is None:
            await self._acknowledge()
        if not self._given:
            self._free.set()

    async def _acknowledge(self) -> None:
        _, feed, event = self._given.popleft()
        if feed is self.feed and feed.current(event):
            await feed.acknowledge(event)
