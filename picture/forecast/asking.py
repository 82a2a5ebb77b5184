"""The forecasts that are asked for: each is made when somebody asks, once an hour."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import msgspec

from core.document import Filter
from core.ports import ArchiveReader
from core.time import Clock
from picture.forecast.history import hour_of
from picture.forecast.hourly import history
from picture.forecast.outlook import Outlook, Why, outlook

SETTLES = timedelta(minutes=5)
"""How long after its end an hour may still grow: what was published is heard a little later."""
ARRIVES = timedelta(minutes=1)
"""How long after somebody said something the archive may still not have it."""
MOST = 64
"""Kept at once."""


Reached = Callable[[], Awaitable[object]]
"""What is another one once somebody judged, muted or erased something."""
Made = asyncio.Task[Outlook]


async def unreached() -> object:
    """Where nobody does."""
    return None


class Forecasts:
    """Of any filter. What is kept is of this hour alone, in memory, and holds numbers only.

    It is made anew once what was said of messages has `reached` it, and once more when the archive has it for sure. Too little history
    is not kept: a monitor may be given its past in the meantime.
    """

    def __init__(self, archive: ArchiveReader, zone: ZoneInfo, clock: Clock, reached: Reached = unreached) -> None:
        self._archive, self._zone, self._clock, self._reached = archive, zone, clock, reached
        self._kept_of: tuple[object, ...] = ()
        self._seen: object = None
        self._seen_at: datetime | None = None
        self._kept: dict[Filter, Made] = {}

    async def of(self, where: Filter) -> Outlook:
        """The times of the filter do not matter. Raises Retry where the archive is away."""
        reached, moment = await self._reached(), self._clock()
        self._renew(reached, moment)
        kept, asked = self._kept, msgspec.structs.replace(where, since=None, until=None)
        if asked not in kept:
            kept[asked] = asyncio.create_task(self._made(asked, moment - SETTLES))
            kept[asked].add_done_callback(partial(_keep, kept, asked))
        return await asyncio.shield(kept[asked])

    def _renew(self, reached: object, moment: datetime) -> None:
        """Drop what is of another hour, or of before somebody said something."""
        if self._seen_at is None:
            self._seen, self._seen_at = reached, moment - ARRIVES
        if reached != self._seen:
            self._seen, self._seen_at = reached, moment
        of = (hour_of(moment - SETTLES), reached, moment - self._seen_at >= ARRIVES)
        if of != self._kept_of or len(self._kept) >= MOST:
            self._kept_of, self._kept = of, {}

    async def _made(self, asked: Filter, now: datetime) -> Outlook:
        return await asyncio.to_thread(outlook, await history(self._archive, asked, zone=self._zone, now=now))


def _keep(kept: dict[Filter, Made], asked: Filter, made: Made) -> None:
    if made.cancelled() or made.exception() is not None or made.result().why is Why.HISTORY:
        kept.pop(asked, None)
