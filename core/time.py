"""Time: the clock that is passed in, and conversions between datetimes and milliseconds.

Event time (created_at) drives charts and deadlines, arrival time (seen_at) alarms and lag.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]

MILLISECOND = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now() -> datetime:
    """The wall clock, in UTC, cut to milliseconds as everything stored is."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970 UTC of an aware datetime, rounded down."""
    return (moment - _EPOCH) // MILLISECOND


def from_milliseconds(value: int) -> datetime:
    """The UTC datetime of a count of milliseconds since 1970. Raises OverflowError outside years 1-9999."""
    return _EPOCH + timedelta(milliseconds=value)


def from_microseconds(value: int) -> datetime:
    """The UTC datetime of a count of microseconds since 1970, as Jetstream's time_us gives it."""
    return _EPOCH + timedelta(microseconds=value)


BUCKET = timedelta(minutes=5)
"""How long one bucket of arrivals is. They are numbered by how many fit between 1970 UTC and their start."""


def bucket_of(moment: datetime) -> int:
    """The number of the bucket that the moment lies in."""
    return (moment - _EPOCH) // BUCKET


def start_of(bucket: int) -> datetime:
    """When that bucket begins, in UTC."""
    return _EPOCH + BUCKET * bucket
