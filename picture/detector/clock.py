"""The wall clock of buckets: hour of day, weekend, and the same clock time a week before."""

from datetime import timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from core.time import BUCKET, start_of
from picture.detector.counts import HOUR, WEEK


class Place(NamedTuple):
    """Where an hour stands on the wall clock."""

    hour: int
    weekend: bool


def place(bucket: int, zone: ZoneInfo) -> Place:
    """Of the hour that begins with the bucket, taken in its middle."""
    local = start_of(bucket + HOUR // 2).astimezone(zone)
    return Place(local.hour, local.weekday() >= 5)


def week_before(bucket: int, zone: ZoneInfo) -> int:
    """The bucket of the same wall-clock time a week before, whatever the clocks did in between."""
    return bucket - WEEK + offset(bucket, zone) - offset(bucket - WEEK, zone)


def offset(bucket: int, zone: ZoneInfo) -> int:
    """How many buckets the wall clock is ahead of UTC."""
    return (start_of(bucket).astimezone(zone).utcoffset() or timedelta()) // BUCKET
