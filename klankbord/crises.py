"""Watches for crises beside the other keeping parts: counts what arrived, tells how each monitor stands, and opens a crisis."""

import asyncio

from core.ports import Measured
from core.time import Clock, now
from klankbord.configuration import Configuration
from klankbord.lending import Report
from klankbord.stores import Stores

EVERY = 60.0
"""Seconds between looks."""


class Watching:
    """Looks at what arrived. All that it knows is in memory and made again from the archive: at the start, and whenever
    something reached back.

    A drill has one of its own (`drill` its id): it counts drill records too, writes no watch list and tells that drill's crisis alone.
    """

    def __init__(
        self,
        configuration: Configuration,
        stores: Stores,
        measured: Measured,
        *,
        clock: Clock = now,
        drill: str | None = None,
    ) -> None:
        self._configuration, self._stores, self._measured = configuration, stores, measured
        self._clock, self._drill = clock, drill

    async def look(self) -> None:
        """One look: rows of the watch list, then the crisis. Repeating it changes nothing. Raises Retry where an engine is away."""
        raise NotImplementedError


async def keep_crises(watching: Watching, stop: asyncio.Event, report: Report) -> None:
    """Look until `stop` is set (klankbord.persisting)."""
    raise NotImplementedError
