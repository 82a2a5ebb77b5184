"""A pace that is kept: so many a second and no more, for what runs beside live traffic."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic


class Pace:
    """At most `rate` a second over any stretch longer than one batch; None sets no pace.

    clock, sleep  seconds, and how to wait for some
    """

    def __init__(
        self,
        rate: float | None,
        *,
        clock: Callable[[], float] = monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._rate, self._clock, self._sleep = rate, clock, sleep
        self._free_at = 0.0

    def batch(self, most: int) -> int:
        """How many to take at once, so that they come about a second apart: 1 to `most`."""
        return most if self._rate is None else max(1, min(most, int(self._rate)))

    async def spend(self, number: int) -> None:
        """Returns when `number` more may go."""
        if self._rate is None:
            return
        now = self._clock()
        start = max(now, self._free_at)
        self._free_at = start + number / self._rate
        if start > now:
            await self._sleep(start - now)
