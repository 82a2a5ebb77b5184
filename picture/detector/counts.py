"""What the detector is given: one monitor's counts by arrival, in buckets of five minutes."""

from datetime import timedelta

import msgspec
import numpy as np
import numpy.typing as npt

from core.time import BUCKET

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

HOUR, DAY, WEEK = (timedelta(hours=hours) // BUCKET for hours in (1, 24, 7 * 24))
"""In buckets (core.time)."""


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of n buckets in a row, the first of which is `start`; each array has n entries.

    seen      messages that arrived promptly: no history, no drill unless it is exercised, nothing muted or irrelevant
    negative  those of them that are negative; all 0 where no sentiment is known
    reach     followers of their authors, added up; all 0 where unknown
    learn     the bucket was collected as a whole: only then it teaches what is usual
    judge     a watch or an alarm may be said of it; false for a while after a source returns
    factor    how many times the usual a campaign of the calendar is expected to bring; 1 without one
    """

    start: int
    seen: Integers
    negative: Integers
    reach: Floats
    learn: Booleans
    judge: Booleans
    factor: Floats

    @classmethod
    def of(cls, start: int, seen: npt.ArrayLike) -> "Counts":
        """Volume alone, all of it collected, no campaign."""
        taken = np.asarray(seen, dtype=np.int64)
        yes = np.ones(len(taken), dtype=np.bool_)
        return cls(
            start=start,
            seen=taken,
            negative=np.zeros_like(taken),
            reach=np.zeros(len(taken)),
            learn=yes,
            judge=yes,
            factor=np.ones(len(taken)),
        )

    @property
    def end(self) -> int:
        """The bucket after the last."""
        return self.start + len(self.seen)

    def part(self, first: int, end: int) -> "Counts":
        """The buckets from `first` up to `end`, as far as they are here."""
        inside = slice(max(0, first - self.start), max(0, end - self.start))
        return Counts(
            start=max(first, self.start),
            seen=self.seen[inside],
            negative=self.negative[inside],
            reach=self.reach[inside],
            learn=self.learn[inside],
            judge=self.judge[inside],
            factor=self.factor[inside],
        )
