"""Moments as people say them to an assistant: "monday", "last week", "3 days ago", in the organisation's time zone."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from core.errors import Reject
from picture.buckets import local_midnight

Stretch = tuple[datetime, datetime]

DAYS = (
    ("monday", "maandag"),
    ("tuesday", "dinsdag"),
    ("wednesday", "woensdag"),
    ("thursday", "donderdag"),
    ("friday", "vrijdag"),
    ("saturday", "zaterdag"),
    ("sunday", "zondag"),
)
_DAY = timedelta(days=1)
_AGO = re.compile(
    r"(\d{1,4}) ?(m|min|minutes?|minuten|minuut|h|hours?|uur|d|days?|dag|dagen|w|weeks?|weken)( ago| geleden)?"
)
_UNITS = {"m": "minutes", "h": "hours", "u": "hours", "d": "days", "w": "weeks"}
_LAST = r"(?:last|previous|vorige|afgelopen)"
_THIS = r"(?:this|deze)"


def stretch_of(said: str, *, now: datetime, zone: ZoneInfo, week_start: int) -> Stretch:
    """The stretch [start, end) that the words name: a start is where it begins, an end is where it ends.

    A weekday is the latest one that has begun, today's too; "last monday" is the latest before today. A moment (a time, "3
    days ago", "now") is a stretch without length. Raises Reject for words that name none.
    """
    words = " ".join(said.casefold().split())
    today = now.astimezone(zone).date()
    found = _days(words, today, week_start)
    if found is not None:
        return local_midnight(found[0], zone), local_midnight(found[1], zone)
    if words in ("now", "nu"):
        return now, now
    if ago := _AGO.fullmatch(words):
        moment = now - timedelta(**{_UNITS[ago[2][0]]: int(ago[1])})
        return moment, moment
    return _written(said.strip(), zone)


def _days(words: str, today: date, week_start: int) -> tuple[date, date] | None:
    """The first day, and the one after the last."""
    match words:
        case "today" | "vandaag":
            return today, today + _DAY
        case "yesterday" | "gisteren":
            return today - _DAY, today
    name = re.fullmatch(rf"({_LAST} |on |since |sinds )?(\w+)", words)
    place = next((i for i, names in enumerate(DAYS) if name and name[2] in names), None)
    if name and place is not None:
        back = (today.weekday() - place) % 7
        earlier = bool(name[1]) and bool(re.fullmatch(_LAST, name[1].strip()))
        day = today - timedelta(days=7 if earlier and back == 0 else back)
        return day, day + _DAY
    week = today - timedelta(days=(today.weekday() - week_start) % 7)
    if re.fullmatch(rf"{_THIS} week", words):
        return week, week + timedelta(days=7)
    if re.fullmatch(rf"{_LAST} week", words):
        return week - timedelta(days=7), week
    month = today.replace(day=1)
    if re.fullmatch(rf"{_THIS} (?:month|maand)", words):
        return month, (month + timedelta(days=31)).replace(day=1)
    if re.fullmatch(rf"{_LAST} (?:month|maand)", words):
        return (month - _DAY).replace(day=1), month
    return None


def _written(said: str, zone: ZoneInfo) -> Stretch:
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", said):
            day = date.fromisoformat(said)
            return local_midnight(day, zone), local_midnight(day + _DAY, zone)
        moment = datetime.fromisoformat(said)
    except (ValueError, OverflowError):
        raise Reject(
            f'"{said[:60]}" names no moment; say monday, yesterday, last week, this month, 3 days ago, 12h, now, '
            "2026-03-23 or 2026-03-23T14:00",
            reason="moment",
        ) from None
    at = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return at, at
