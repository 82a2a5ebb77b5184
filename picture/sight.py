"""The detectors of many monitors, made from the archive and fed from it: no more than what the archive can give again."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from core.document import Filter
from core.ports import ArchiveReader
from core.time import bucket_of, start_of
from picture.arriving import Heard, passed
from picture.detector import Counts, Detector, Level, Verdict
from picture.watching import Asked, Usual, before, counts, lately, went_on

GRAVE = (Level.LEARNING, Level.CALM, Level.WATCH, Level.ALARM)
"""Levels, the gravest last."""


class Sighted(msgspec.Struct, frozen=True, kw_only=True):
    """What one look says of one monitor: of each bucket that ended since the look before, and of the next one so far."""

    ended: Sequence[Verdict]
    running: Verdict

    @property
    def now(self) -> Verdict:
        """How it stands: a running bucket that is not full yet says no less than the last whole one."""
        return max([*self.ended[-1:], self.running], key=lambda one: GRAVE.index(one.level))

    @property
    def alarm(self) -> Verdict | None:
        """The latest alarm in it."""
        return next((one for one in (self.running, *reversed(self.ended)) if one.level is Level.ALARM), None)


class Sight:
    """Looks at what came since the look before. `until` is the first bucket that was not taken yet."""

    def __init__(self, asked: Asked, usual: Usual, detectors: Mapping[str, Detector], told: Heard) -> None:
        self.asked, self.until = asked, told.until
        self._usual, self._detectors, self._gaps = usual, detectors, frozenset(told.gaps)
        self._began, self._past = (told.since, told.live), told.past
        self._last: dict[str, Verdict] = {}
        self.outdated = False

    @classmethod
    async def made(cls, archive: ArchiveReader, asked: Asked, *, zone: ZoneInfo, until: int) -> "Sight":
        """From all that arrived up to that bucket. Raises Retry where the archive is away."""
        told, usual = await before(archive, asked, until=until)

        def detected(one: Counts) -> tuple[Detector, Verdict]:
            detector = Detector.after(one.part(one.start, until - 1), zone)
            return detector, detector.advance(one.part(until - 1, until))[-1]

        every = await asyncio.to_thread(
            lambda: {name: detected(one) for name, one in counts(told, usual, asked, since=told.since)}
        )
        made = cls(asked, usual, {name: detector for name, (detector, _) in every.items()}, told)
        made._last = {name: verdict for name, (_, verdict) in every.items()}
        return made

    async def grew(self, archive: ArchiveReader, *, since: datetime, until: datetime) -> bool:
        """Whether history that this was not made from came in between these times: it lies before the first live message."""
        first, live = self._began
        if first >= live:
            return False
        monitors, stretch = tuple(self.asked.monitors), (start_of(first), start_of(live))
        where = Filter(since=stretch[0], until=stretch[1], arrived=(since, until), monitors=monitors)
        if not await archive.count(where):
            return False
        return await passed(archive, monitors, since=first, until=live) != self._past

    async def look(self, archive: ArchiveReader, *, ended: int) -> Mapping[str, Sighted]:
        """Take the buckets up to `ended`, which grow no more, and look at that one as far as it is.

        Raises Retry where the archive is away: then nothing was taken.
        """
        told = await lately(archive, self.asked, since=self.until, until=ended + 1)
        return await asyncio.to_thread(self._taken, told, ended)

    def expected(self, monitors: Collection[str], first: int, end: int) -> Sequence[float]:
        """What was usual of these monitors together in each of the buckets [first, end), of the last week; what comes is like the last."""
        known = min(end, self.until)
        since = min(first, known - 1)
        each = [self._detectors[name].expected(since, known) for name in monitors if name in self._detectors]
        together = [float(sum(one)) for one in zip(*each, strict=True)] or [0.0] * (known - since)
        return [*together, *together[-1:] * (end - known)][first - since :]

    def _taken(self, told: Heard, ended: int) -> Mapping[str, Sighted]:
        found = {}
        now = went_on(self._usual, told, until=ended)
        for name, one in counts(told, now, self.asked, since=self.until):
            detector = self._detectors[name]
            verdicts = detector.advance(one.part(self.until, ended))
            self._last |= {name: verdicts[-1]} if verdicts else {}
            listed = verdicts or ([self._last[name]] if name in self._last else [])
            found[name] = Sighted(ended=listed, running=detector.peek(one.part(ended, ended + 1)))
        new = {gap for gap in told.gaps if bucket_of(gap.since) < self.until} - self._gaps
        self._gaps |= new
        self.outdated = self.outdated or bool(new)
        self.until, self._usual = ended, now
        return found
