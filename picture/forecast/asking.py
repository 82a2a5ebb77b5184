"""The forecasts that are asked for: each is made when somebody asks, once an hour."""

import asyncio
from datetime import timedelta
from zoneinfo import ZoneInfo

import msgspec

from core.document import Filter
from core.ports import ArchiveReader
from core.time import Clock
from picture.forecast.history import hour_of
from picture.forecast.hourly import history
from picture.forecast.outlook import Outlook, outlook

SETTLES = timedelta(minutes=5)
"""How long after its end an hour may still grow: what was published is heard a little later."""
MOST = 64
"""Kept at once."""


class Forecasts:
    """Of any filter. What is kept is of this hour alone, in memory, and holds numbers only."""

    def __init__(self, archive: ArchiveReader, zone: ZoneInfo, clock: Clock) -> None:
        self._archive, self._zone, self._clock = archive, zone, clock
        self._hour = 0
        self._kept: dict[Filter, Outlook] = {}

    async def of(self, where: Filter) -> Outlook:
        """The times of the filter do not matter. Raises Retry where the archive is away."""
        now = self._clock() - SETTLES
        if self._hour != hour_of(now) or len(self._kept) >= MOST:
            self._hour, self._kept = hour_of(now), {}
        kept, asked = self._kept, msgspec.structs.replace(where, since=None, until=None)
        if asked not in kept:
            read = await history(self._archive, asked, zone=self._zone, now=now)
            kept[asked] = await asyncio.to_thread(outlook, read)
        return kept[asked]
