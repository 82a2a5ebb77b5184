"""The wall clock of buckets: hour of day, weekend, and the same clock time a week before."""

from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from picture.detector.counts import BUCKET, HOUR, WEEK


class Place(NamedTuple):
    """Where an hour stands on the wall clock."""

    hour: int
    weekend: bool


def place(bucket: int, zone: ZoneInfo) -> Place:
    """Of the hour that begins with the bucket, taken in its middle."""
    local = datetime.fromtimestamp((bucket + HOUR // 2) * BUCKET, zone)
    return Place(local.hour, local.weekday() >= 5)


def week_before(bucket: int, zone: ZoneInfo) -> int:
    """The bucket of the same wall-clock time a week before, whatever the clocks did in between."""
    return bucket - WEEK + offset(bucket, zone) - offset(bucket - WEEK, zone)


def offset(bucket: int, zone: ZoneInfo) -> int:
    """How many buckets the wall clock is ahead of UTC."""
    moment = datetime.fromtimestamp(bucket * BUCKET, UTC).astimezone(zone)
    ahead = moment.utcoffset()
    return 0 if ahead is None else int(ahead.total_seconds()) // BUCKET
