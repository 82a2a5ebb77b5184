"""What a detector remembers: the latest counts, and how far from the expected the sums of each window were."""

from typing import Self, TypeVar
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from picture.detector.clock import week_before
from picture.detector.counts import DAY, Booleans, Counts, Floats, Integers

QUARTER, THREE_HOURS = 3, 36
"""Buckets of the windows that decide."""
KEPT = 8 * DAY
"""Buckets of counts, for last week, and for what share is negative."""
RESIDUALS = 15 * DAY

Singles = npt.NDArray[np.float32]
T = TypeVar("T", bound=np.generic)


class Past:
    """Never changed: `grown` gives a new one, so that a running bucket can be looked at and forgotten.

    Its arrays hold at least the last `KEPT` buckets, as far as there were as many, up to `end`: counts, what was usual
    (a campaign included), and what was learnt from. `residuals` are of a fortnight, by window; NaN where a part was not collected
    or the level not known.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self.end: int | None = None
        self.seen: Integers = np.zeros(0, dtype=np.int64)
        self.negative: Integers = self.seen
        self.reach: Floats = np.zeros(0)
        self.usual: Floats = self.reach
        self.factor: Floats = self.reach
        self.learnt: Booleans = np.zeros(0, dtype=np.bool_)
        self.residuals: dict[int, Singles] = dict.fromkeys((QUARTER, THREE_HOURS), np.zeros(0, dtype=np.float32))

    def grown(self, counts: Counts, usual: Floats, known: Booleans) -> Self:
        """With those buckets, of which `usual` was expected; where the level was not `known` yet they leave no residual."""
        made = type(self)(self._zone)
        made.end = counts.end
        added = len(counts.seen)
        most = max(KEPT, added + THREE_HOURS)
        made.seen, made.negative = _joined(self.seen, counts.seen, most), _joined(self.negative, counts.negative, most)
        made.reach, made.factor = _joined(self.reach, counts.reach, most), _joined(self.factor, counts.factor, most)
        made.usual, made.learnt = _joined(self.usual, usual, most), _joined(self.learnt, counts.learn, most)
        for window, before in self.residuals.items():
            seen, expected = made.sums(made.seen, window, added), made.sums(made.usual, window, added)
            whole = known & (made.sums(made.learnt, window, added) == window)
            found = np.where(whole, anscombe(seen, expected), np.nan).astype(np.float32)
            made.residuals[window] = _joined(before, found, RESIDUALS)
        return made

    def sums(self, of: npt.NDArray[np.generic], window: int, last: int) -> Floats:
        """Sums of the windows that end in each of the last buckets; of what is there where history is shorter."""
        total = np.concatenate([[0.0], np.cumsum(of[-(last + window) :], dtype=np.float64)])
        ends = np.arange(len(total) - last, len(total))
        return np.asarray(total[ends] - total[np.maximum(ends - window, 0)])

    def of(self, of: npt.NDArray[np.generic], bucket: int, window: int) -> float:
        """The sum of the window that ends in the bucket."""
        end = self._place(bucket) + 1
        return float(of[max(0, end - window) : max(0, end)].sum(dtype=np.float64))

    def expected(self, first: int, end: int) -> Floats:
        """What was usual in each of the buckets from `first` up to `end`; 0 in those that are not remembered."""
        found = np.zeros(end - first)
        if self.end is not None:
            began = self.end - len(self.usual)
            since, until = max(first, began), min(end, self.end)
            if until > since:
                found[since - first : until - first] = self.usual[since - began : until - began]
        return found

    def total(self, of: npt.NDArray[np.generic], bucket: int) -> float:
        """The sum of the week that lies before the last three hours."""
        end = max(0, self._place(bucket) + 1 - THREE_HOURS)
        return float(of[max(0, end - 7 * DAY) : end].sum(dtype=np.float64))

    def planned(self, bucket: int, window: int) -> bool:
        """Whether more than the usual was expected in the window that ends in the bucket."""
        end = self._place(bucket) + 1
        return bool((self.factor[max(0, end - window) : end] > 1).any())

    def known(self, window: int, *, before: int, most: int) -> Singles:
        """The residuals of whole windows that ended before a bucket, in the `most` buckets before it."""
        assert self.end is not None  # noqa: S101 - asked of buckets that were added
        found = self.residuals[window]
        found = found[: max(0, len(found) - (self.end - before))][-most:]
        return found[~np.isnan(found)]

    def last_week(self, bucket: int, window: int, around: int) -> float:
        """The most that such a window held a week before by the clock, ending up to `around` buckets earlier or later.

        0 where nothing is remembered.
        """
        middle = self._place(week_before(bucket, self._zone))
        there = self.seen[max(0, middle - around - window + 1) : max(0, middle + around + 1)]
        if len(there) < window:
            return 0.0
        total = np.concatenate([[0], np.cumsum(there)])
        return float((total[window:] - total[:-window]).max())

    def _place(self, bucket: int) -> int:
        assert self.end is not None  # noqa: S101 - asked of buckets that were added
        return len(self.seen) - (self.end - bucket)


def anscombe(seen: Floats, usual: Floats) -> Floats:
    """Residuals of Poisson counts after Anscombe (1948): 2 (sqrt(seen + 3/8) - sqrt(usual + 3/8))."""
    return np.asarray(2 * (np.sqrt(seen + 0.375) - np.sqrt(usual + 0.375)))


def _joined(old: npt.NDArray[T], new: npt.NDArray[T], most: int) -> npt.NDArray[T]:
    if len(new) >= most:
        return new[-most:]
    return np.concatenate([old[max(0, len(old) + len(new) - most) :], new])
