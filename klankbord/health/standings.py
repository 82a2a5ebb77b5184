"""Which sinks stopped until a person enables them, read from the desk database itself: no sink has to say so."""

from collections.abc import Sequence

import msgspec

from core.outward import WHOLE, Standing
from core.ports import Measured
from core.telemetry import Gauge
from desk.store.database import Database
from desk.store.shelf import DeskShelf


async def standing(desk: Database, sink: str) -> Standing:
    """How that sink stands with its other side. Raises Retry where the desk database is away."""
    kept = await DeskShelf(desk, sink, erased=lambda _: False).get([WHOLE])
    return msgspec.json.decode(kept[WHOLE].value, type=Standing) if WHOLE in kept else Standing()


class Standings:
    """To be asked now and again. Raises Retry where the desk database is away.

    It takes back only what it noted itself: a sink that cannot be built says so in the same gauge.
    """

    def __init__(self, desk: Database, sinks: Sequence[str], measured: Measured) -> None:
        self._desk, self._sinks, self._measured = desk, sinks, measured
        self._stopped: set[str] = set()

    async def __call__(self) -> None:
        for sink in self._sinks:
            if (await standing(self._desk, sink)).stopped is not None:
                self._stopped.add(sink)
                self._measured.set(Gauge.STOPPED, 1, sink)
            elif sink in self._stopped:
                self._stopped.remove(sink)
                self._measured.set(Gauge.STOPPED, 0, sink)
