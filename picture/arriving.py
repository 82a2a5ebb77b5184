"""What arrived of many monitors over a stretch, read in one pass and kept sparse: most buckets of most monitors are empty."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from core.document import Arrivals, Filter
from core.ports import ArchiveReader
from core.time import BUCKET, start_of
from picture.collected import Gap, reduce_coverage

Numbers = npt.NDArray[np.int64]

PROMPT = timedelta(minutes=15)
"""What was older when it arrived is late: it does not count. So long after a source returns nothing is judged."""
_A_DAY = timedelta(days=1) // BUCKET
_NONE = np.empty((0, 6), np.int64)


class Heard(NamedTuple):
    """The buckets [since, until) of these monitors.

    rows   one for each monitor and bucket with anything, by monitor: the monitor's place, bucket - since, seen, negative,
           reach, behind (core.document.Arrivals)
    total  arrivals of all of them together in each bucket, history left out
    gaps   what could not be collected
    """

    since: int
    until: int
    monitors: tuple[str, ...]
    rows: Numbers
    total: Numbers
    gaps: tuple[Gap, ...]

    def of(self, place: int) -> Numbers:
        """(4, buckets) of that monitor: seen, negative, reach, behind."""
        first, last = np.searchsorted(self.rows[:, 0], [place, place + 1])
        mine = self.rows[first:last]
        dense = np.zeros((4, self.until - self.since), np.int64)
        dense[:, mine[:, 1]] = mine[:, 2:].T
        return dense

    @property
    def live(self) -> int:
        """The first bucket with anything live; `until` where there is none."""
        return self.since + _first(self.total)

    @property
    def past(self) -> int:
        """How many arrivals are counted before that: all of it history."""
        return int(self.rows[self.rows[:, 1] < self.live - self.since, 2].sum())


async def heard(
    archive: ArchiveReader, monitors: Sequence[str], *, since: int, until: int, drills: bool, past: bool
) -> Heard:
    """Read it, a day at a time.

    Late, muted and irrelevant messages never count, history only with `past`, drills only with `drills`. `past` fills the
    buckets before anything was heard live with what is marked as history, by when it was published.
    """
    where = Filter(monitors=tuple(monitors), prompt=PROMPT, drills=drills)
    places = {name: place for place, name in enumerate(monitors)}
    live = np.concatenate([_NONE, *[_rows(part, places, since) async for part in _days(archive, where, since, until)]])
    total = np.bincount(live[:, 1], weights=live[:, 2], minlength=until - since).astype(np.int64)
    rows = [live]
    if past and (began := _first(total)):
        parts = _days(archive, where, since, since + began, history=True)
        rows += [_rows(part, places, since) async for part in parts]
    every = np.concatenate(rows)
    collected = reduce_coverage(await archive.coverage(start_of(since), start_of(until)))
    return Heard(since, until, tuple(monitors), every[np.argsort(every[:, 0], kind="stable")], total, collected.gaps)


async def passed(archive: ArchiveReader, monitors: Sequence[str], *, since: int, until: int) -> int:
    """How many arrivals of these monitors the archive holds as history in the buckets [since, until)."""
    where = Filter(monitors=tuple(monitors), prompt=PROMPT)
    return sum([one.seen async for part in _days(archive, where, since, until, history=True) for one in part])


def _first(total: Numbers) -> int:
    """The first bucket with anything; their number where there is none."""
    filled = np.flatnonzero(total)
    return int(filled[0]) if len(filled) else len(total)


async def _days(
    archive: ArchiveReader, where: Filter, since: int, until: int, *, history: bool = False
) -> AsyncIterator[Sequence[Arrivals]]:
    for start in range(since, until, _A_DAY):
        end = min(start + _A_DAY, until)
        yield await archive.arrivals(where, since=start_of(start), until=start_of(end), history=history)


def _rows(arrivals: Iterable[Arrivals], places: dict[str, int], since: int) -> Numbers:
    listed = [
        (places[one.monitor], one.bucket - since, one.seen, one.negative, one.reach, one.behind) for one in arrivals
    ]
    return np.array(listed, np.int64).reshape(-1, 6)
