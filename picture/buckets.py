"""Where the buckets of a chart begin: zone-aligned starts whose length follows the range asked for."""

from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


class Width(Enum):
    """How long a bucket is. Six hours and a day are wall-clock stretches: a change of the clock makes one longer or shorter."""

    FIVE_MINUTES = timedelta(minutes=5)
    QUARTER = timedelta(minutes=15)
    HOUR = timedelta(hours=1)
    SIX_HOURS = timedelta(hours=6)
    DAY = timedelta(days=1)


_LADDER = (
    (timedelta(hours=12), Width.FIVE_MINUTES),
    (timedelta(hours=37), Width.QUARTER),
    (timedelta(days=10), Width.HOUR),
    (timedelta(days=45), Width.SIX_HOURS),
)


def width_for(span: timedelta) -> Width:
    """The bucket length that gives a range between about 20 and 240 points, the longest ranges apart."""
    return next((width for longest, width in _LADDER if span <= longest), Width.DAY)


def starts(since: datetime, until: datetime, *, width: Width, zone: ZoneInfo) -> list[datetime]:
    """Starts in UTC of the buckets that touch [since, until), and one more that ends the last.

    Buckets begin at local midnight and go on from there. `since` and `until` are aware, since < until.
    """
    day = since.astimezone(zone).date()
    found: list[datetime] = []
    while not found or found[-1] < until:
        found.extend(start for start in _day_starts(day, width, zone) if not found or start > found[-1])
        day += _DAY
    first = max((index for index, start in enumerate(found) if start <= since), default=0)
    last = next(index for index, start in enumerate(found) if start >= until)
    return found[first : last + 1]


def _day_starts(day: date, width: Width, zone: ZoneInfo) -> list[datetime]:
    """The starts within one local day, and the midnight after it."""
    midnight, after = local_midnight(day, zone), local_midnight(day + _DAY, zone)
    if width is Width.DAY:
        return [midnight, after]
    if width is Width.SIX_HOURS:
        inner = [datetime.combine(day, time(hour), zone).astimezone(UTC) for hour in (6, 12, 18)]
        return [midnight, *inner, after]
    steps = -((midnight - after) // width.value)
    return [*(midnight + width.value * step for step in range(steps)), after]


def local_midnight(day: date, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, at which that day begins in the zone."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
