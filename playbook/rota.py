"""Who is on duty: blocks on the clock of the organisation, less who is away; and the stretches when nobody is.

A block is what the clock shows: a night from 22:00 to 06:00 lasts seven hours when the clock goes forward and nine when it
goes back. A time that comes twice is the first of the two, and one that the clock leaves out is reckoned by the offset before
the gap (RFC 5545, 3.3.5, form #3), which is what datetime's fold 0 gives.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import msgspec

DAY_MINUTES = 24 * 60


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """A block of somebody's duty in a unit: each week on `weekday` (Monday 0), or once on `day`; one of the two is given.

    starts, ends  minutes since midnight, 0-1440; one that does not end after it starts ends on the day after
    """

    person: str
    unit: str
    starts: int
    ends: int
    weekday: int | None = None
    day: date | None = None


class Absence(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody is away in [since, until)."""

    person: str
    since: datetime
    until: datetime


class Stretch(msgspec.Struct, frozen=True, order=True):
    """[since, until), in UTC."""

    since: datetime
    until: datetime


def on_duty(
    moment: datetime, unit: str, shifts: Iterable[Shift], absences: Iterable[Absence], zone: tzinfo
) -> tuple[str, ...]:
    """Who is on duty in that unit at that moment, in the order of the shifts, each once."""
    just = Stretch(moment, moment + timedelta(microseconds=1))
    there = ((shift.person, worked(shift, just, absences, zone)) for shift in shifts if shift.unit == unit)
    return tuple(dict.fromkeys(person for person, stretches in there if any(stretches)))


def holes(
    wanted: Iterable[Stretch], unit: str, shifts: Iterable[Shift], absences: Sequence[Absence], zone: tzinfo
) -> tuple[Stretch, ...]:
    """The parts of `wanted` in which nobody is on duty in that unit, in order; `wanted` are the hours a unit promises."""
    mine = [shift for shift in shifts if shift.unit == unit]
    found: list[Stretch] = []
    for stretch in joined(wanted):
        covered = [part for shift in mine for part in worked(shift, stretch, absences, zone)]
        found += without(stretch, covered)
    return tuple(found)


def worked(shift: Shift, within: Stretch, absences: Iterable[Absence], zone: tzinfo) -> Iterator[Stretch]:
    """When that shift is worked in [since, until): without the stretches its person is away."""
    away = [Stretch(one.since, one.until) for one in absences if one.person == shift.person]
    first = within.since.astimezone(zone).date() - timedelta(days=1)  # one of the day before may last over midnight
    last = within.until.astimezone(zone).date()
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if day == shift.day or day.weekday() == shift.weekday:
            block = Stretch(
                max(_at(day, shift.starts, zone), within.since),
                min(_at(day, shift.ends + DAY_MINUTES * (shift.ends <= shift.starts), zone), within.until),
            )
            yield from without(block, away)


def without(stretch: Stretch, taken: Iterable[Stretch]) -> Iterator[Stretch]:
    """What is left of it, in order."""
    since = stretch.since
    for one in joined(taken):
        if since < min(one.since, stretch.until):
            yield Stretch(since, min(one.since, stretch.until))
        since = max(since, one.until)
    if since < stretch.until:
        yield Stretch(since, stretch.until)


def joined(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """The same time in as few stretches as can be, in order."""
    open_: Stretch | None = None
    for one in sorted(stretches):
        if open_ is None or one.since > open_.until:
            if open_ is not None:
                yield open_
            open_ = one
        else:
            open_ = Stretch(open_.since, max(open_.until, one.until))
    if open_ is not None:
        yield open_


def _at(day: date, minutes: int, zone: tzinfo) -> datetime:
    """When the clock of that zone shows so many minutes after that day's midnight, in UTC."""
    days, rest = divmod(minutes, DAY_MINUTES)
    shown = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60), zone)
    return shown.astimezone(UTC)
