"""What one process shows of itself to those who watch: what it measures, and what it needs and has not got."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from core.ports import Measured
from core.tasks import end
from core.telemetry import Gauge

LOG, ARCHIVE, DATABASE = "log", "archive", "desk"
"""Engines, whatever they are made of."""

EVERY, ANSWER = 10.0, 5.0
"""Seconds between looks at an engine, and those within which it has to answer."""

Ask = Callable[[], Awaitable[object]]
"""Something that an engine which can be used answers; what it raises is why it cannot."""


@dataclass(kw_only=True)
class Watched:
    """One process: which part it is, what it measures, and what it still waits for, by need, with the reason."""

    part: str
    measured: Measured = field(default_factory=Measured)
    missing: dict[str, str] = field(default_factory=dict)

    def needs(self, *names: str) -> None:
        """The process is not ready before it `has` these."""
        self.missing |= dict.fromkeys(names, "not there yet")

    def awaits(self, *engines: str) -> None:
        """Needs that have not been reached yet."""
        self.needs(*engines)
        for engine in engines:
            self.measured.set(Gauge.REACHABLE, 0, engine)

    def has(self, name: str) -> None:
        self.missing.pop(name, None)

    def lacks(self, name: str, because: str) -> None:
        self.missing[name] = because


@asynccontextmanager
async def looking(watched: Watched, engines: Mapping[str, Ask], *, every: float = EVERY) -> AsyncIterator[None]:
    """Ask every engine now and again as long as this is open; its answer is a need of the process, and measured."""
    watched.awaits(*engines)
    looks = [asyncio.create_task(_look(watched, engine, ask, every)) for engine, ask in engines.items()]
    try:
        yield
    finally:
        await end(looks)


async def _look(watched: Watched, engine: str, ask: Ask, every: float) -> None:
    while True:
        try:
            async with asyncio.timeout(ANSWER):
                await ask()
        except TimeoutError:
            _note(watched, engine, f"no answer within {ANSWER:.0f} s")
        except Exception as error:  # noqa: BLE001 - who looks must not end what it looks at
            _note(watched, engine, str(error) or type(error).__name__)
        else:
            _note(watched, engine, None)
        await asyncio.sleep(every)


def _note(watched: Watched, engine: str, because: str | None) -> None:
    watched.measured.set(Gauge.REACHABLE, because is None, engine)
    if because is None:
        watched.has(engine)
    else:
        watched.lacks(engine, because)
