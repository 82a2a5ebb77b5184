"""What all units are going to publish, in one calendar: what they planned, and the campaigns that the crisis plan expects; as iCalendar too (RFC 5545)."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from desk.store.planned import Kind, Plan
from playbook.crisis import Campaign

LINE = 75
"""Bytes of a line at most; the next one of a longer line begins with a space (RFC 5545, 3.1)."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One, in [since, until).

    plan      as somebody planned it; None where the playbook says so, which expects `times` the usual
    clashing  how many others are published in the same stretch
    """

    id: str
    kind: Kind
    says: str
    since: datetime
    until: datetime
    plan: Plan | None = None
    times: float | None = None
    clashing: int = 0

    @property
    def days(self) -> bool:
        """Whether it is of whole days."""
        return self.kind is Kind.CAMPAIGN


def entries(
    planned: Sequence[Plan], campaigns: Sequence[Campaign], zone: ZoneInfo, language: str, *, since: datetime
) -> list[Entry]:
    """Those that are not over by then, the first first."""
    every = [
        *(
            Entry(id=one.id, kind=one.kind, says=one.says, since=one.since, until=one.until, plan=one)
            for one in planned
        ),
        *(_expected(number, one, zone, language) for number, one in enumerate(campaigns)),
    ]
    coming = sorted((one for one in every if one.until > since), key=lambda one: (one.since, one.id))
    return [
        msgspec.structs.replace(one, clashing=sum(_touch(one, other) for other in coming if other is not one))
        for one in coming
    ]


def ics(found: Sequence[Entry], zone: ZoneInfo, *, name: str, at: datetime) -> str:
    """The calendar as a file. Lines end with CRLF."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//klankbord//planning//EN", f"X-WR-CALNAME:{_text(name)}"]
    for one in found:
        lines += ["BEGIN:VEVENT", f"UID:{one.id}@klankbord", f"DTSTAMP:{_moment(at)}", *_when(one, zone)]
        lines += [f"SUMMARY:{_text(one.says)}", *_where(one), "END:VEVENT"]
    folded = [part for line in [*lines, "END:VCALENDAR"] for part in _folded(line)]
    return "\r\n".join([*folded, ""])


def _expected(number: int, one: Campaign, zone: ZoneInfo, language: str) -> Entry:
    return Entry(
        id=f"campaign-{number}-{one.since.isoformat()}",
        kind=Kind.CAMPAIGN,
        says=one.says if isinstance(one.says, str) else one.says.get(language) or next(iter(one.says.values())),
        since=_midnight(one.since, zone),
        until=_midnight(one.until + timedelta(days=1), zone),
        times=one.times,
    )


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _touch(one: Entry, other: Entry) -> bool:
    return one.since < other.until and other.since < one.until


def _when(one: Entry, zone: ZoneInfo) -> Iterator[str]:
    if one.days:
        first, last = (moment.astimezone(zone).date() for moment in (one.since, one.until))
        yield f"DTSTART;VALUE=DATE:{first:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{last:%Y%m%d}"
    else:
        yield f"DTSTART:{_moment(one.since)}"
        yield f"DTEND:{_moment(one.until)}"


def _where(one: Entry) -> Iterator[str]:
    if one.plan and one.plan.unit:
        yield f"CATEGORIES:{_text(one.plan.unit)}"
    if one.plan and one.plan.account:
        yield f"LOCATION:{_text(one.plan.account)}"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    """Escaped as RFC 5545, 3.3.11 says; other control characters are left out."""
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\r", "").replace("\n", "\\n")
    return "".join(sign for sign in escaped if sign.isprintable())


def _folded(line: str) -> Iterator[str]:
    """Pieces of at most LINE bytes, none of which cuts a character in two."""
    piece = ""
    for sign in line:
        if len((piece + sign).encode()) > LINE:
            yield piece
            piece = " "
        piece += sign
    yield piece
