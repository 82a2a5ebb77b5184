"""Sinks that misbehave on demand."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from core.errors import Reject, Retry
from core.ports import Item
from core.types import Failure


@dataclass(kw_only=True)
class FakeSink:
    """Keeps what it takes. `away` calls raise Retry first; then `refuses` decides what comes back as refused.

    chokes  items on which the whole batch fails, as a sink does that cannot tell which one it was
    late    seconds each answer takes
    """

    name: str = "fake"
    takes_history: bool = True
    takes_drills: bool = True
    in_flight: int = 1
    tells_arrival: bool = False
    away: int = 0
    after: float | None = 0.001
    refuses: Callable[[Item], bool] = lambda _: False
    chokes: Callable[[Item], bool] = lambda _: False
    error: type[Exception] = Reject
    late: float = 0
    taken: list[Item] = field(default_factory=list)
    busy: int = 0
    together: int = 0
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def write(self, batch: Sequence[Item]) -> Sequence[tuple[int, Failure]]:
        self.busy += 1
        self.begun.set()
        self.together = max(self.together, self.busy)
        try:
            await asyncio.sleep(self.late)
            return self._taken(batch)
        finally:
            self.busy -= 1

    def _taken(self, batch: Sequence[Item]) -> Sequence[tuple[int, Failure]]:
        if self.away:
            self.away -= 1
            raise Retry("the fake is away", after=self.after)
        if any(self.chokes(item) for item in batch):
            raise self.error("choked", reason="bad") if self.error is Reject else self.error("choked")
        refused = [place for place, item in enumerate(batch) if self.refuses(item)]
        self.taken += [item for place, item in enumerate(batch) if place not in refused]
        return [(place, Failure(reason="refused", detail="no")) for place in refused]
