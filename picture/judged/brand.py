"""One brand's volume with its labelled windows, and how a detector does on it."""

from collections.abc import Iterable
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import numpy.typing as npt

from picture.detector import Counts, Detector, Level, Settings, Verdict
from picture.detector.counts import WEEK
from picture.judged.incidents import detections, incidents
from picture.judged.nab import Score, Window, probation, score

UTC = ZoneInfo("UTC")
"""Of labelled volumes the brand's own clock is not known."""
TOLD = {Level.WATCH, Level.ALARM}


class Brand(msgspec.Struct, frozen=True):
    """`rows` are the buckets for which the file has a row; `windows` first and last buckets, in order."""

    name: str
    counts: Counts
    rows: npt.NDArray[np.int64]
    windows: tuple[tuple[int, int], ...]

    @classmethod
    def of(
        cls,
        name: str,
        buckets: npt.NDArray[np.int64],
        values: npt.NDArray[np.int64],
        windows: Iterable[tuple[int, int]],
    ) -> Self:
        """From buckets in rising order and their counts. A bucket without a row was not collected."""
        start = int(buckets[0])
        seen = np.zeros(int(buckets[-1]) - start + 1, dtype=np.int64)
        np.add.at(seen, buckets - start, values)
        there = np.zeros(len(seen), dtype=np.bool_)
        there[buckets - start] = True
        counts = msgspec.structs.replace(Counts.of(start, seen), learn=there, judge=there)
        return cls(name, counts, np.unique(buckets), tuple(sorted(windows)))

    @property
    def scored_from(self) -> int:
        """The first bucket after the probation."""
        return int(self.rows[min(probation(len(self.rows)), len(self.rows) - 1)])

    @property
    def weeks(self) -> float:
        """That are scored."""
        return max(0, len(self.rows) - probation(len(self.rows))) / WEEK

    def row(self, bucket: int, *, after: bool = False) -> int:
        """How many rows come before the bucket; with `after`, up to and with it."""
        return int(np.searchsorted(self.rows, bucket, side="right" if after else "left"))


class Outcome(NamedTuple):
    """What the flagged buckets of one brand, or of several, are worth."""

    score: Score
    found: int
    false: int
    weeks: float

    @property
    def recall(self) -> float:
        """Share of windows with a detection in them; 1 where there is none to find."""
        return self.found / self.score.windows if self.score.windows else 1.0

    @property
    def false_per_week(self) -> float:
        return self.false / self.weeks if self.weeks else 0.0


def verdicts(brand: Brand, settings: Settings) -> list[Verdict]:
    """Of all its buckets, the detector beginning with the first."""
    return Detector(UTC, settings).advance(brand.counts)


def flagged(said: Iterable[Verdict]) -> list[int]:
    """The buckets that are worth a watch or an alarm."""
    return [one.bucket for one in said if one.level in TOLD]


def outcome(brand: Brand, flags: Iterable[int]) -> Outcome:
    """What is flagged in the probation does not count, nor does a window that ends in it."""
    scored = [bucket for bucket in flags if bucket >= brand.scored_from]
    windows = [Window(brand.row(first), brand.row(last, after=True) - 1) for first, last in brand.windows]
    windows = [one for one in windows if one.last >= one.first]
    told = [brand.row(bucket) for bucket in detections(scored)]
    counted = [one for one in windows if one.last >= probation(len(brand.rows))]
    found = sum(any(one.first <= row <= one.last for row in told) for one in counted)
    false = sum(not any(_inside(brand, bucket) for bucket in run) for run in incidents(scored))
    return Outcome(score(told, windows, len(brand.rows)), found, false, brand.weeks)


def pooled(outcomes: Iterable[Outcome]) -> Outcome:
    """Of several brands together, each window and each week weighing the same."""
    found = Outcome(Score(0.0, 0), 0, 0, 0.0)
    for one in outcomes:
        found = Outcome(
            found.score.plus(one.score), found.found + one.found, found.false + one.false, found.weeks + one.weeks
        )
    return found


def _inside(brand: Brand, bucket: int) -> bool:
    return any(first <= bucket <= last for first, last in brand.windows)
