"""What a detector remembers: the latest counts, and how far from the expected the sums of each window were."""

from collections.abc import Iterable
from typing import NamedTuple, Self, TypeVar
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from picture.detector.clock import week_before
from picture.detector.counts import DAY, HOUR, WEEK, Booleans, Counts, Floats, Integers

QUARTER, THREE_HOURS = 3, 36
"""Buckets of the windows that decide."""
KEPT = 8 * DAY
"""Buckets of counts, for last week, and for what share is negative."""
RESIDUALS = 15 * DAY
EARLY = 3 * DAY
"""Buckets at a monitor's beginning that leave the tail once it is a week old: who begins at a weekend does not know a working day yet."""
TIMES, MORE, AROUND = 1.5, 3.0, 2 * HOUR
"""So many times as many, and so many messages more, are more than usual, or than last week up to so many buckets from this time."""

Singles = npt.NDArray[np.float32]
T = TypeVar("T", bound=np.generic)


class Compared(NamedTuple):
    """Of some buckets: more than is usual, and also more than last week."""

    more: Booleans
    new: Booleans

    @property
    def explained(self) -> Booleans:
        """More than is usual, but not than last week: never told, so that it must not teach how much has to be."""
        return self.more & ~self.new


class Past:
    """Never changed: `grown` gives a new one, so that a running bucket can be looked at and forgotten.

    Its arrays hold at least the last `KEPT` buckets, as far as there were as many, up to `end`: counts, what was usual
    (a campaign included), and what was learnt from. `residuals` are of a fortnight, by window; NaN where they teach nothing:
    a part was not collected, the level (known from `began` on) was not known, or last week explains what is more than usual.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self.end: int | None = None
        self.began: int | None = None
        self.seen: Integers = np.zeros(0, dtype=np.int64)
        self.negative: Integers = self.seen
        self.reach: Floats = np.zeros(0)
        self.usual: Floats = self.reach
        self.factor: Floats = self.reach
        self.learnt: Booleans = np.zeros(0, dtype=np.bool_)
        self.residuals: dict[int, Singles] = dict.fromkeys((QUARTER, THREE_HOURS), np.zeros(0, dtype=np.float32))

    def grown(self, counts: Counts, usual: Floats, known: Booleans) -> Self:
        """With those buckets, of which `usual` was expected; where the level is not `known` they leave no residual."""
        made = type(self)(self._zone)
        made.end = counts.end
        added = len(counts.seen)
        made.began = counts.start + int(known.argmax()) if self.began is None and known.any() else self.began
        most = KEPT + added
        made.seen, made.negative = _joined(self.seen, counts.seen, most), _joined(self.negative, counts.negative, most)
        made.reach, made.factor = _joined(self.reach, counts.reach, most), _joined(self.factor, counts.factor, most)
        made.usual, made.learnt = _joined(self.usual, usual, most), _joined(self.learnt, counts.learn, most)
        teaches = known & ~made.compared(added).explained if known.any() else known
        for window, before in self.residuals.items():
            seen, expected = made.sums(made.seen, window, added), made.sums(made.usual, window, added)
            whole = teaches & (made.sums(made.learnt, window, added) == window)
            found = np.where(whole, anscombe(seen, expected), np.nan).astype(np.float32)
            made.residuals[window] = _joined(before, found, RESIDUALS)
        return made

    def sums(self, of: npt.NDArray[np.generic], window: int, last: int) -> Floats:
        """Sums of the windows that end in each of the last buckets; of what is there where history is shorter."""
        held = of[-(last + window) :]
        total = np.zeros(last + window + 1)
        np.cumsum(held, dtype=np.float64, out=total[len(total) - len(held) :])
        return total[window + 1 :] - total[1 : last + 1]

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
        """What teaches the tail of windows that ended before a bucket, in the `most` buckets before it."""
        assert self.end is not None  # noqa: S101 - asked of buckets that were added
        age = 0 if self.began is None else before - self.began
        reached = min(most, age - EARLY) if age >= WEEK else most
        found = self.residuals[window]
        found = found[: max(0, len(found) - (self.end - before))][-reached:]
        return found[~np.isnan(found)]

    def compared(self, last: int) -> Compared:
        """Each of the last buckets with what is usual and with last week, by the hour and by the quarter that end in it."""
        seen = {each: self.sums(self.seen, each, last) for each in (HOUR, QUARTER)}
        usual = {each: self.sums(self.usual, each, last) for each in seen}
        more = np.any([_more(seen[each], usual[each]) for each in seen], axis=0)
        if not more.any():
            return Compared(more, more)
        before = self._last_week(seen, last)
        return Compared(
            more, np.any([_more(seen[each], np.maximum(usual[each], before[each])) for each in seen], axis=0)
        )

    def _last_week(self, windows: Iterable[int], last: int) -> dict[int, Floats]:
        """The most that each of the windows held around the same time of the week before, for each of the last buckets.

        By the wall clock, ending up to `AROUND` earlier or later; 0 where nothing is remembered.
        """
        assert self.end is not None  # noqa: S101 - asked of buckets that were added
        middles = len(self.seen) - self.end + week_before(self.end - last, self.end, self._zone)
        first, end = int(middles.min()) - AROUND, int(middles.max()) + AROUND + 1
        held = self.seen[: max(0, end)]
        return {
            each: _most(self.sums(held, each, end - first), 2 * AROUND)[middles - AROUND - first] for each in windows
        }

    def _place(self, bucket: int) -> int:
        assert self.end is not None  # noqa: S101 - asked of buckets that were added
        return len(self.seen) - (self.end - bucket)


def _more(seen: Floats, than: Floats) -> Booleans:
    return np.asarray(seen >= TIMES * than + MORE)


def _most(of: Floats, span: int) -> Floats:
    """The largest of each and the `span` after it, for as many as have so many."""
    reached = 0
    while reached < span:
        step = min(reached + 1, span - reached)
        of = np.maximum(of[:-step], of[step:])
        reached += step
    return of


def anscombe(seen: Floats, usual: Floats) -> Floats:
    """Residuals of Poisson counts after Anscombe (1948): 2 (sqrt(seen + 3/8) - sqrt(usual + 3/8))."""
    return np.asarray(2 * (np.sqrt(seen + 0.375) - np.sqrt(usual + 0.375)))


def _joined(old: npt.NDArray[T], new: npt.NDArray[T], most: int) -> npt.NDArray[T]:
    if len(new) >= most:
        return new[-most:]
    return np.concatenate([old[max(0, len(old) + len(new) - most) :], new])
