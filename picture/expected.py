"""What is normal: a robust band from the same time of the week, or of the day, over the weeks before."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import msgspec

WEEKS_BEFORE = 8
LEAST_WEEKLY = 6  # samples of the same hour of the week before it is trusted alone
LEAST_DAILY = 5  # else samples of the same hour on days of the same sort
LEAST_PERIODS = 2  # earlier periods before "times normal" is said
LOW, HIGH = 0.1, 0.9


class Band(msgspec.Struct, frozen=True, kw_only=True):
    """Expected count: median and the 10 % and 90 % quantiles of comparable buckets."""

    low: float
    middle: float
    high: float


Counts = Mapping[datetime, int | None]
"""Count a bucket start; None where it was not collected."""


def bands(counts: Counts, wanted: Sequence[datetime], *, zone: ZoneInfo) -> list[Band | None]:
    """The band of each wanted start, from buckets at least a day before it; None while there is too little history.

    Compared is the local time of the week; with fewer than six such buckets, the local time of the day on days of the
    same sort (Monday to Friday, or the weekend). A count only ever looks at what lies within eight weeks before it.
    """
    weekly: dict[tuple[int, int], list[tuple[datetime, int]]] = defaultdict(list)
    daily: dict[tuple[int, int], list[tuple[datetime, int]]] = defaultdict(list)
    for start, count in counts.items():
        if count is not None:
            day, minute = _place(start, zone)
            weekly[day, minute].append((start, count))
            daily[_sort(day), minute].append((start, count))
    found: list[Band | None] = []
    for start in wanted:
        day, minute = _place(start, zone)
        samples = _before(weekly[day, minute], start)
        enough = len(samples) >= LEAST_WEEKLY
        if not enough:
            samples = _before(daily[_sort(day), minute], start)
            enough = len(samples) >= LEAST_DAILY
        found.append(_band(samples) if enough else None)
    return found


def usual_total(
    counts: Counts, window: Sequence[datetime], elapsed: Sequence[float], *, zone: ZoneInfo
) -> float | None:
    """The median total of the same window in earlier weeks; None with fewer than two that were collected.

    `elapsed` is the share of each bucket that has passed, so that a running day is compared with as much of the others.
    A window longer than a week moves back in whole weeks of its own length. Nine tenths must have been collected.
    """
    if not window:
        return None
    local = {start.astimezone(zone).replace(tzinfo=None): count for start, count in counts.items()}
    places = [start.astimezone(zone).replace(tzinfo=None) for start in window]
    weeks = max(1, -(-(places[-1] - places[0] + timedelta(minutes=1)) // timedelta(weeks=1)))
    totals: list[float] = []
    for step in range(1, WEEKS_BEFORE // weeks + 1):
        back = timedelta(weeks=weeks * step)
        known = [
            (count * share, share)
            for place, share in zip(places, elapsed, strict=True)
            if (count := local.get(place - back)) is not None
        ]
        whole, seen = sum(elapsed), sum(share for _, share in known)
        if whole and seen >= 0.9 * whole:
            totals.append(sum(count for count, _ in known) * whole / seen)
    return median(totals) if len(totals) >= LEAST_PERIODS else None


def _place(start: datetime, zone: ZoneInfo) -> tuple[int, int]:
    local = start.astimezone(zone)
    return local.weekday(), local.hour * 60 + local.minute


def _sort(weekday: int) -> int:
    return int(weekday >= 5)  # Monday to Friday, or the weekend


def _before(samples: Sequence[tuple[datetime, int]], start: datetime) -> list[int]:
    earliest, latest = start - timedelta(weeks=WEEKS_BEFORE, hours=2), start - timedelta(hours=20)
    return [count for at, count in samples if earliest <= at <= latest]


def _band(samples: Sequence[int]) -> Band:
    ordered = sorted(samples)
    return Band(low=quantile(ordered, LOW), middle=float(median(ordered)), high=quantile(ordered, HIGH))


def quantile(ordered: Sequence[int], share: float) -> float:
    """The quantile of sorted numbers, interpolated between neighbours."""
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
