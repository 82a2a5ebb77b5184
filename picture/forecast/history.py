"""What a forecast is given: one monitor's mentions by the hour, and where each hour stands on the wall clock."""

from datetime import UTC, datetime, timedelta
from math import isfinite
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

HOUR = timedelta(hours=1)
AHEAD = 72
"""Hours that are forecast."""
DAY, WEEK = 24, 7 * 24
"""In hours."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class History(msgspec.Struct, frozen=True):
    """Counts of n hours in a row, the first of which is `start`; NaN where an hour is not known.

    wall  hours that the wall clock shows since 1970, in the middle of each of those hours and of the 72 after them
    """

    start: int
    counts: Floats
    wall: Integers

    @classmethod
    def of(cls, start: int, counts: npt.ArrayLike, zone: ZoneInfo) -> "History":
        """`start` is the number of whole hours between 1970 UTC and the first count."""
        taken = np.asarray(counts, dtype=np.float64)
        hours = range(start, start + len(taken) + AHEAD)
        return cls(start, taken, np.array([_wall(hour, zone) for hour in hours], np.int64))

    @property
    def end(self) -> int:
        """The hour after the last: the first that is forecast."""
        return self.start + len(self.counts)

    def week_before(self) -> Floats:
        """The count at the same wall-clock time a week before each of the hours, and of the 72 after them; NaN where unknown.

        This is the seasonal naive forecast.
        """
        found = np.full(len(self.wall), np.nan)
        ahead = self.wall - np.arange(len(self.wall))
        places = np.arange(WEEK, len(self.wall))
        before = places - WEEK + ahead[places] - ahead[places - WEEK]
        inside = (before >= 0) & (before < len(self.counts))
        found[places[inside]] = self.counts[before[inside]]
        return found


def hour_of(moment: datetime) -> int:
    """The number of the hour that the moment lies in."""
    return (moment - _EPOCH) // HOUR


def hour_start(hour: int) -> datetime:
    """When that hour begins, in UTC."""
    return _EPOCH + HOUR * hour


def rounded(value: float, digits: int) -> float | None:
    """To be told; None where it is not known."""
    return round(float(value), digits) if isfinite(value) else None


def _wall(hour: int, zone: ZoneInfo) -> int:
    local = (hour_start(hour) + HOUR / 2).astimezone(zone)
    return hour_of(local.replace(tzinfo=UTC))
