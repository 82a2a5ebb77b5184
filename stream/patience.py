"""Waiting for someone who is away: the stream's one way of trying again."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import TypeVar

from core.errors import Retry
from core.ports import Measured
from core.tasks import happens
from core.telemetry import Count, Gauge

Answer = TypeVar("Answer")
Report = Callable[[str], None]

FIRST_WAIT, MOST_WAIT = 0.1, 30.0
"""Seconds to wait after the first Retry, doubled with each further one up to the most."""


class GivenUp(Exception):  # noqa: N818 - not an error: a stop was asked for while waiting
    """Someone asked to stop while the other side was away."""


class Patience:
    """Tries again for as long as Retry is raised, with jittered and capped waits; says so once, and once when it ends."""

    def __init__(self, stop: asyncio.Event, measured: Measured, *, group: str, report: Report, random: Random) -> None:
        self._stop = stop
        self._measured = measured
        self._group = group
        self._report = report
        self._random = random
        self._waiting = 0

    @property
    def waiting(self) -> bool:
        """Whether someone is away now, which was said."""
        return self._waiting > 0

    async def outlast(self, work: Callable[[], Awaitable[Answer]]) -> Answer:
        """What the work gives in the end. Raises GivenUp when a stop is asked for while it waits."""
        failures = 0
        while True:
            try:
                answer = await work()
            except Retry as error:
                failures += 1
                self._measured.add(Count.RETRIED, self._group)
                if failures == 1:
                    self._begin(error)
                await self._pause(error, failures)
            else:
                if failures:
                    self._end()
                return answer

    def _begin(self, error: Retry) -> None:
        self._waiting += 1
        if self._waiting == 1:
            self._measured.set(Gauge.WAITING, 1, self._group)
            self._report(f"{self._group} waits and tries again: {error}")

    def _end(self) -> None:
        self._waiting -= 1
        if self._waiting == 0:
            self._measured.set(Gauge.WAITING, 0, self._group)
            self._report(f"{self._group} goes on")

    async def _pause(self, error: Retry, failures: int) -> None:
        longest = min(MOST_WAIT, FIRST_WAIT * 2 ** min(failures - 1, 20))
        seconds = error.after if error.after is not None else longest * self._random.uniform(0.5, 1)
        if await happens(self._stop, within=seconds):
            raise GivenUp
