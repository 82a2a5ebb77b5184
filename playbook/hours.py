"""Business hours: when a unit works, and until when a promise made at a moment runs.

Time counts as it passes, not as clocks show it: an hour that the clock skips in spring is no hour, one that it shows twice is two. A
time of day that a date does not have, because the clock skipped it, is as long after midnight as it would have been.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, field_validator

from core.settings import Settings, nearest
from playbook._values import Nothing
from playbook.holidays import holidays_of, place

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LONGEST_CLOSED = 400
"""Days without an open minute after which a calendar is said to have none."""

Hours = tuple[int, int]
"""From and to, in minutes after midnight by the clock; 1440 is the next midnight."""
Stretch = tuple[datetime, datetime]


def _hours(value: Any) -> Any:  # Any: whatever stands in the YAML
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"(\d{1,2}):([0-5]\d)\s*-\s*(\d{1,2}):([0-5]\d)", value)
    if not found:
        raise ValueError(f"{value!r} is no stretch of the day; write it as in 09:00-17:30")
    opens, closes = (60 * int(found[hour]) + int(found[hour + 1]) for hour in (1, 3))
    if not opens < closes <= 1440:
        raise ValueError(f"{value!r} does not end after it begins and by 24:00; what passes midnight is two stretches")
    return opens, closes


def _zone(text: str) -> str:
    if text not in available_timezones():
        raise ValueError(f'"{text}" is no time zone; {nearest(text, sorted(available_timezones()))[:80]}')
    return text


Unless = Field(exclude_if=lambda value: value is None)
"""A key that came later: a playbook without it has the version that it had."""
Stretches = tuple[Annotated[Hours, BeforeValidator(_hours, json_schema_input_type=str)], ...]
Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Calendar(Settings):
    """When somebody works.

    zone      time zone of all its times
    week      stretches of each day of the week; a day that is not there is closed
    holidays  the country, or the part of it ("DE-BY"), on whose public holidays nobody works
    closed    more dates on which nobody works
    other     dates with other stretches than their day of the week has, holidays too
    """

    zone: Annotated[str, AfterValidator(_zone)]
    week: dict[Day, Stretches]
    holidays: Annotated[str | None, BeforeValidator(place, json_schema_input_type=str | None), Unless] = None
    closed: tuple[date, ...] = ()
    other: Annotated[dict[date, Stretches], Nothing] = {}

    @field_validator("week")
    @classmethod
    def _some(cls, value: dict[Day, Stretches]) -> dict[Day, Stretches]:
        if not any(value.values()):
            raise ValueError("has no open minute in the week")
        return value

    def on(self, day: date) -> Stretches:
        """The stretches of that date, in order; those that touch or overlap are one."""
        if day in self.closed:
            return ()
        if day in self.other:
            given = sorted(self.other[day])
        elif self.holidays and day in holidays_of(self.holidays, day.year):
            return ()
        else:
            given = sorted(self.week.get(_DAY[day.weekday()], ()))
        joined: list[Hours] = []
        for opens, closes in given:
            if joined and opens <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(closes, joined[-1][1]))
            else:
                joined.append((opens, closes))
        return tuple(joined)


_DAY: Mapping[int, Day] = dict(enumerate(DAYS))  # type: ignore[arg-type] # the same words


def due(moment: datetime, promised: timedelta, calendar: Calendar) -> datetime:
    """When `promised` of open time after `moment` is over, in UTC. Raises ValueError where the calendar never opens again."""
    left = promised
    for opens, closes in _open(moment, calendar):
        since = max(opens, moment)
        if closes - since >= left:
            return since + left
        left -= closes - since
    raise ValueError("the calendar is closed for more than a year")


def worked(since: datetime, until: datetime, calendar: Calendar) -> timedelta:
    """How much open time passes in [since, until)."""
    return sum((closes - opens for opens, closes in opened(since, until, calendar)), timedelta())


def opened(since: datetime, until: datetime, calendar: Calendar) -> Iterator[Stretch]:
    """The open stretches of [since, until), in order."""
    for opens, closes in _open(since, calendar):
        if opens >= until:
            return
        yield max(opens, since), min(closes, until)


def _open(moment: datetime, calendar: Calendar) -> Iterator[Stretch]:
    """Open stretches in UTC that end after the moment, in order, for as long as the calendar opens at all."""
    zone = ZoneInfo(calendar.zone)
    day = moment.astimezone(zone).date() - timedelta(days=1)
    closed = 0
    while closed < LONGEST_CLOSED:
        closed += 1
        for hours in calendar.on(day):
            opens, closes = _at(day, hours[0], zone, last=False), _at(day, hours[1], zone, last=True)
            if closes > max(opens, moment):
                closed = 0
                yield opens, closes
        day += timedelta(days=1)


def _at(day: date, minutes: int, zone: ZoneInfo, *, last: bool) -> datetime:
    """That time of that date in UTC. Of a time that comes twice the first, or the `last`."""
    clock = datetime.combine(day + timedelta(days=minutes // 1440), time(minutes % 1440 // 60, minutes % 60), zone)
    found = clock.astimezone(UTC)
    skipped = found.astimezone(zone).replace(tzinfo=None) != clock.replace(tzinfo=None)
    return found if skipped or not last else clock.replace(fold=1).astimezone(UTC)
