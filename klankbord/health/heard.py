"""What is measured of each source beside its reading: when it was last heard, how long it is usually silent, what it costs."""

from contextlib import suppress
from pathlib import Path

from core.ports import Measured
from core.telemetry import Count, Gauge
from klankbord.configuration import Source
from klankbord.health import rhythm
from klankbord.health.rhythm import Rhythm

KEPT_EVERY = 60.0


class Heard:
    """To be asked now and again to `note` what has become of the sources. `path` keeps what was learnt over restarts.

    At its beginning it says of each source when an earlier run heard it last: one that stays silent since then shows.
    """

    def __init__(self, sources: tuple[Source, ...], measured: Measured, path: Path) -> None:
        self._sources, self._measured, self._path = sources, measured, path
        known = rhythm.read(path)
        self._rhythms = {source.name: known.get(source.name, Rhythm()) for source in sources}
        self._unheard = {source.name for source in sources}
        self._kept_at = 0.0
        for name, found in self._rhythms.items():
            measured.set(Gauge.ENDED, 0, name)
            if found.heard:
                measured.set(Gauge.LAST_SEEN, found.heard, name)

    def note(self) -> None:
        for source in self._sources:
            self._learn(source.name)
            if source.cost is not None:
                seen = self._measured.values.get((Count.SEEN, (source.name,)), 0)
                self._measured.set(Count.COST, seen * source.cost / 1000, source.name)

    def keep(self) -> None:
        """Store what was learnt; where that fails it is learnt again."""
        with suppress(OSError):
            rhythm.write(self._path, self._rhythms)

    def _learn(self, name: str) -> None:
        found = self._rhythms[name]
        last = self._measured.values.get((Gauge.LAST_SEEN, (name,)), 0)
        if last > found.heard:
            found.hear(last, bridged=name in self._unheard)
            self._unheard.discard(name)
            if last > self._kept_at + KEPT_EVERY:
                self.keep()
                self._kept_at = last
        if found.usual is not None:
            self._measured.set(Gauge.USUAL_GAP, found.usual, name)
