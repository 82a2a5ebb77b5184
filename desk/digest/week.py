"""The week that a digest is about, on the organisation's own clock: from a Monday to the next (ISO 8601, 3.1.1.22). Pure."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from core.errors import Reject

AT = time(8)
"""When it goes out on the Monday after."""
_NAME = re.compile(r"(\d{4})-W(\d{2})")


class Week(NamedTuple):
    """By its ISO year and number."""

    year: int
    number: int

    @property
    def name(self) -> str:
        return f"{self.year}-W{self.number:02}"

    @property
    def monday(self) -> date:
        return date.fromisocalendar(self.year, self.number, 1)

    def stretch(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """[since, until) in UTC: 167, 168 or 169 hours."""
        return _local(self.monday, time(), zone), _local(self._next, time(), zone)

    def due_at(self, zone: ZoneInfo) -> datetime:
        """When its digest goes out."""
        return _local(self._next, AT, zone)

    @property
    def _next(self) -> date:
        return self.monday + timedelta(weeks=1)


def week(name: str) -> Week:
    """The week of that name. Raises Reject where there is none."""
    found = _NAME.fullmatch(name)
    try:
        made = Week(int(found[1]), int(found[2])) if found else None
        if made is not None and made.monday and made.monday + timedelta(weeks=1):
            return made
    except (ValueError, OverflowError):
        pass
    raise Reject(f'"{name}" is no week; write it as 2026-W47', reason="week")


def last_whole(now: datetime, zone: ZoneInfo) -> Week:
    """The week before the running one."""
    year, number, _ = (now.astimezone(zone).date() - timedelta(weeks=1)).isocalendar()
    return Week(year, number)


def _local(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)
