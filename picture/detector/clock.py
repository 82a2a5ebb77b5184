"""The wall clock of buckets: hour of day, weekend, and the same clock time a week before."""

from datetime import timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from core.time import BUCKET, start_of
from picture.detector.counts import DAY, HOUR, WEEK, Integers


class Place(NamedTuple):
    """Where an hour stands on the wall clock."""

    hour: int
    weekend: bool


def place(bucket: int, zone: ZoneInfo) -> Place:
    """Of the hour that begins with the bucket, taken in its middle."""
    local = start_of(bucket + HOUR // 2).astimezone(zone)
    return Place(local.hour, local.weekday() >= 5)


def week_before(first: int, end: int, zone: ZoneInfo) -> Integers:
    """For each bucket from `first` up to `end` that of the same wall-clock time a week before, whatever the clocks did in between."""
    return np.arange(first, end) - WEEK + _ahead(first, end, zone) - _ahead(first - WEEK, end - WEEK, zone)


def _ahead(first: int, end: int, zone: ZoneInfo) -> Integers:
    """How many buckets the wall clock is ahead of UTC in each; it is set at most once a day."""
    found = np.empty(end - first, dtype=np.int64)
    for start in range(first, end, DAY):
        day = range(start, min(start + DAY, end))
        before, after = _offset(day[0], zone), _offset(day[-1], zone)
        found[start - first :][: len(day)] = before if before == after else [_offset(one, zone) for one in day]
    return found


def _offset(bucket: int, zone: ZoneInfo) -> int:
    return (start_of(bucket).astimezone(zone).utcoffset() or timedelta()) // BUCKET
