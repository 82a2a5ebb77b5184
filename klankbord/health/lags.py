"""How far every reader of the log is, measured from outside it: a stuck one shows, whatever it says of itself."""

from core.ports import Log, Measured
from core.telemetry import Gauge
from core.time import Clock, milliseconds
from core.topics import DEAD
from klankbord.readers import Readers


class Lags:
    """Asked now and again by a process that reads nothing itself. Raises what the log raises; then nothing is known."""

    def __init__(self, log: Log, readers: Readers, measured: Measured, clock: Clock) -> None:
        self._log, self._readers, self._measured, self._clock = log, readers, measured, clock
        self._committed: dict[tuple[str, str], int] = {}

    async def __call__(self) -> None:
        try:
            rows, dead = await self._log.state(), await self._log.count(DEAD)
        except BaseException:
            for name in (Gauge.LAG, Gauge.OLDEST, Gauge.SET_ASIDE):
                self._measured.forget(name)
            raise
        now = milliseconds(self._clock())
        self._measured.set(Gauge.SET_ASIDE, dead)
        for row in filter(self._readers.has, rows):
            reader = row.topic, row.group
            waits = 0.0 if row.oldest_at is None else max(0.0, (now - row.oldest_at) / 1000)
            self._measured.set(Gauge.LAG, row.lag, *reader)
            self._measured.set(Gauge.OLDEST, waits, *reader)
            if not row.lag or row.committed != self._committed.get(reader):
                self._measured.set(Gauge.PROGRESS, now / 1000, *reader)
            self._committed[reader] = row.committed
