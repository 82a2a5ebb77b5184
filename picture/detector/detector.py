"""One monitor's detector: takes counts as they come and says of each bucket whether somebody has to look."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import numpy as np

from picture.detector.clock import place
from picture.detector.counts import HOUR, Counts, Floats
from picture.detector.judging import Judge, silent
from picture.detector.past import Past
from picture.detector.usual import Usual
from picture.detector.verdict import Settings, Verdict

LEARNING = 2 * 24
"""Collected hours before anything is said."""
FIRST = 6
"""Collected hours that teach the tail nothing: before the level is known all lies far from it, and would for a fortnight."""
REMADE = 36 * HOUR
"""Buckets at the end of the history that are judged again, so that it is known since when a run lasts; of one that lasts for
longer another beginning may be named after that."""
GRAIN = 4096.0
"""Expected counts are multiples of its inverse: their sums are exact, so that no verdict depends on how counts are cut."""


class Detector:
    """Made again from history, then fed; the same buckets in one go or one by one give the same verdicts.

    Five weeks of history are enough: what lies further back weighs next to nothing.
    """

    def __init__(self, zone: ZoneInfo, settings: Settings | None = None) -> None:
        self._zone = zone
        self._usual, self._past = Usual(), Past(zone)
        self._judge = Judge(settings or Settings())
        self._hours = 0
        self._running = 0, 0.0  # buckets collected of the running hour, and their count without campaigns

    @classmethod
    def after(cls, counts: Counts, zone: ZoneInfo, settings: Settings | None = None) -> "Detector":
        """The detector that has taken those counts."""
        made = cls(zone, settings)
        made._take(counts.part(counts.start, counts.end - REMADE))
        made.advance(counts.part(max(counts.start, counts.end - REMADE), counts.end))
        return made

    @property
    def end(self) -> int | None:
        """The bucket that is wanted next; None before the first."""
        return self._past.end

    @property
    def learned(self) -> float:
        """How much of what is needed before anything is said was heard, 0 to 1."""
        return min(1.0, self._hours / LEARNING)

    def advance(self, counts: Counts) -> list[Verdict]:
        """The verdicts of new, ended buckets, which continue what was taken before. Raises ValueError where they do not."""
        found: list[Verdict] = []
        for part in _hourly(counts):
            ready = self.learned >= 1
            self._take(part)
            found += self._judge.say(part, self._past) if ready else silent(part)
        return found

    def peek(self, counts: Counts) -> Verdict:
        """What would be said of the running bucket, the only one of `counts`; changes nothing.

        Its count can only grow, so that what its volume is worth stands; it is compared with what a whole bucket would hold.
        """
        if self.learned < 1:
            return silent(counts)[0]
        return self._judge.look(counts, self._past.grown(counts, self._expected(counts), np.zeros_like(counts.learn)))

    def expected(self, first: int, end: int) -> Floats:
        """What was expected in each of the buckets from `first` up to `end`, as far as the last week holds them; 0 elsewhere."""
        return self._past.expected(first, end)

    def _take(self, counts: Counts) -> None:
        """Learn."""
        if not len(counts.seen):
            return
        if self.end not in {None, counts.start}:
            raise ValueError(f"bucket {self.end} is wanted, {counts.start} was given")
        expected, known = np.empty(len(counts.seen)), np.empty(len(counts.seen), dtype=np.bool_)
        for part in _hourly(counts):
            inside = slice(part.start - counts.start, part.end - counts.start)
            expected[inside], known[inside] = self._expected(part), self._hours >= FIRST
            self._learn(part)
        self._past = self._past.grown(counts, expected, known)

    def _expected(self, counts: Counts) -> Floats:
        """Of buckets of one hour."""
        began = counts.start - counts.start % HOUR
        around = self._usual.around(place(began, self._zone))
        at = (np.arange(counts.start, counts.end) - began + 0.5) / HOUR - 0.5
        aside = np.where(at < 0, around.before, around.after)
        hourly = around.here + (aside - around.here) * np.abs(at)
        return np.asarray(np.rint(hourly / HOUR * counts.factor * GRAIN) / GRAIN)

    def _learn(self, counts: Counts) -> None:
        known, count = self._running
        taught = counts.learn
        known += int(taught.sum())
        for seen, factor in zip(counts.seen[taught].tolist(), counts.factor[taught].tolist(), strict=True):
            count += seen / max(factor, 1e-3)
        self._running = known, count
        if counts.end % HOUR == 0:
            if known >= HOUR // 2:
                self._usual.learn(place(counts.end - HOUR, self._zone), count * HOUR / known)
                self._hours += 1
            self._running = 0, 0.0


def _hourly(counts: Counts) -> Iterator[Counts]:
    first = counts.start
    while first < counts.end:
        end = min(counts.end, first - first % HOUR + HOUR)
        yield counts.part(first, end)
        first = end
