"""Writes each mention that changed, and each that is gone, to the log topic `events`: CloudEvents as JSON, keyed by mention id.

On Kafka other systems read it there, each with a group of its own. Deletions and erasures take what they are about out of
it as out of every log topic; what is older than log.keep goes.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial

from core.errors import Retry
from core.outward import Kept, Outward
from core.ports import Item, Tools
from core.settings import Settings as Base
from core.types import Failure
from sinks._arrival import arrived
from sinks._event import encode
from sinks._marks import takes
from sinks._outbox import named
from sinks._owed import Due, Telling, asked, due

LOOK_EVERY = 1.0
"""Seconds between looks for what fell due by itself: the end of a keep time, what was erased."""
AT_ONCE = 1000


class Settings(Base):
    """There is nothing to set: the topic is the log's."""


class Events:
    """core.ports.Sink on the log topic `events`."""

    takes_history = False
    takes_drills = False
    in_flight = 1
    tells_arrival = True

    def __init__(self, outward: Outward, tools: Tools) -> None:
        self.name = outward.name
        self._outward, self._clock, self._measured = outward, tools.clock, tools.measured
        self._telling = Telling(
            source=outward.source, link=outward.link, leaves=outward.leaves, takes=partial(takes, Events)
        )
        self._lock = asyncio.Lock()

    async def write(self, batch: Sequence[Item]) -> Sequence[tuple[int, Failure]]:
        changed = await named(batch, self._outward)
        async with self._lock:
            for start in range(0, len(changed), AT_ONCE):
                some = list(changed.items())[start : start + AT_ONCE]
                rows = await self._outward.shelf.get([mention for mention, _ in some])
                now = self._clock()
                await self._tell(
                    [
                        asked(rows.get(mention), mention, author, now, hidden=hidden)
                        for mention, (author, hidden) in some
                    ]
                )
        return ()

    async def run(self) -> None:
        """Look for what falls due by itself, for ever."""
        while True:
            with suppress(Retry, OSError):  # the next look does it
                async with self._lock:
                    while rows := await self._outward.shelf.due(self._clock(), AT_ONCE):
                        await self._tell(rows)
            await asyncio.sleep(LOOK_EVERY)

    async def _tell(self, rows: Sequence[Kept]) -> None:
        """Write what these rows owe, then remember it: a crash in between writes it again under the same id."""
        stored = await self._outward.current([row.mention for row in rows])
        customers = await self._outward.customers(sorted({one.enriched.mention.author.id for one in stored.values()}))
        now = self._clock()
        found: list[tuple[str, Due]] = []
        for row in rows:
            one = stored.get(row.mention)
            customer = customers.get(one.enriched.mention.author.id) if one else None
            found.append((row.mention, due(row, one, now, self._telling, customer)))
        await self._outward.shelf.put([what.before for _, what in found if what.before])
        if entries := [(mention, encode(what.event)) for mention, what in found if what.event]:
            await self._outward.publish(entries)
            arrived(self._measured, self.name, [what.first for _, what in found if what.first], self._clock())
        await self._outward.shelf.put([what.after for _, what in found if what.after])
        if left := [mention for mention, what in found if what.after is None]:
            await self._outward.shelf.drop(left)


@asynccontextmanager
async def build(settings: Settings, tools: Tools, *, outward: Outward) -> AsyncIterator[Events]:
    """Writes as long as it is open."""
    del settings
    events = Events(outward, tools)
    async with asyncio.TaskGroup() as group:
        looking = group.create_task(events.run(), name=f"{outward.name}: looks")
        yield events
        looking.cancel()
