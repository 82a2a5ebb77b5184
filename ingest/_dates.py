"""Dates and times as people and their programs write them, Dutch and English, to UTC."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator

from core.settings import nearest


def _known_zone(name: str) -> str:
    zones = available_timezones()
    if name not in zones:
        raise ValueError(f'"{name}" is no time zone; {nearest(name, sorted(zones))[:80]}')
    return name


Zone = Annotated[str, AfterValidator(_known_zone)]
"""The name of a time zone in settings."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan", "februari february feb", "maart march mrt mar maa", "april apr", "mei may",
            "juni june jun", "juli july jul", "augustus august aug", "september sept sep", "oktober october okt oct",
            "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip

_TIME = re.compile(
    r"(?:\bom\s+|\bat\s+|[t,]\s*)?\b(\d{1,2})(?:[:.u](\d{2}))(?:[:.](\d{2})(?:[.,](\d{1,9}))?)?\s*(uur|u|h|[ap]\.?m\.?)?"
    r"(?![\d.:-])",
    re.IGNORECASE,
)
_ZONE = re.compile(r"(?:\b(utc|gmt|z|cest|cet|mest|met)\b|(?<=\d)\s?([+-])(\d{2}):?(\d{2})\b)\s*$", re.IGNORECASE)
_NAMED = {"utc": 0, "gmt": 0, "z": 0, "cet": 1, "met": 1, "cest": 2, "mest": 2}
_NUMBERS = re.compile(r"^(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{2,4})$")
_DAY_FIRST = re.compile(r"^(\d{1,2})(?:e|de|ste|st|nd|rd|th)?[\s.-]+([a-z]+)\.?,?[\s-]+(\d{4})$")
_MONTH_FIRST = re.compile(r"^([a-z]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$")
_WEEKDAY = re.compile(
    r"^(?:ma|di|wo|do|vr|za|zo|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)\.?,?\s+",
)
_EPOCH = re.compile(r"^-?\d{9,19}(?:[.,]\d+)?$")


def moment(value: object, zone: tzinfo) -> datetime:
    """The moment in this cell as UTC; a time without zone is in `zone`, a date alone is its midnight there.

    Reads ISO 8601, RFC 2822, counts since 1970 (seconds, milliseconds, microseconds or nanoseconds by their size),
    24-11-2026 13:45, 24/11/26, 24.11.2026, 2026/11/24, "24 nov. 2026 om 13.45 uur", "Nov 24, 2026 1:45 PM". Numbers
    are day before month unless only the other way is a date. Raises ValueError with a clause that says what is wrong.
    """
    if isinstance(value, datetime):
        return _utc(value, zone)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _since_1970(float(value))
    text = " ".join(str(value).split()).strip("\"' ")
    if _EPOCH.match(text):
        return _since_1970(float(text.replace(",", ".")))
    for reader in (_iso, _written, _mail):
        found = reader(text)
        if found is not None:
            return _utc(found, zone)
    raise ValueError(f'"{text[:60]}" is no date klankbord can read')


def _since_1970(number: float) -> datetime:
    size = abs(number)
    for unit, most in ((1.0, 1e11), (1e3, 1e14), (1e6, 1e17), (1e9, 1e20)):
        if size < most:
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=round(number / unit * 1000))
    raise ValueError(f"{number:.0f} is too great for a date")


def _utc(found: datetime, zone: tzinfo) -> datetime:
    aware = found if found.tzinfo else found.replace(tzinfo=zone)
    try:
        inside = aware.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{found.isoformat()} is outside the years 1-9999") from None
    return inside.replace(microsecond=inside.microsecond // 1000 * 1000)


def _iso(text: str) -> datetime | None:
    if not re.match(r"\d{4}(-[\dW-]+|\d{4})([T ]\d{2}(:?\d{2}.*)?)?$", text):
        return None
    try:
        return datetime.fromisoformat(text.replace(" UTC", "+00:00").replace(",", "."))
    except ValueError:
        return None


def _mail(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found.replace(tzinfo=None) if text.endswith("-0000") else found


def _written(text: str) -> datetime | None:
    rest, zone = _cut_zone(text.lower())
    date, hours = _cut_time(rest)
    parts = _date_parts(_WEEKDAY.sub("", date).strip(" ,-"))
    if parts is None or hours is None:
        return None
    year, month, day = parts
    found = datetime(year, month, day) + hours  # noqa: DTZ001 - the caller gives the zone
    return found if zone is None else (found - zone).replace(tzinfo=UTC)


def _cut_zone(text: str) -> tuple[str, timedelta | None]:
    found = _ZONE.search(text)
    if not found or not _TIME.search(text):
        return text, None
    if found[1]:
        return text[: found.start()].strip(), timedelta(hours=_NAMED[found[1]])
    offset = timedelta(hours=int(found[3]), minutes=int(found[4]))
    return text[: found.start()].strip(), -offset if found[2] == "-" else offset


def _cut_time(text: str) -> tuple[str, timedelta | None]:
    """The text without its time of day, and that time; None where it is no time of day."""
    last = None
    for found in _TIME.finditer(text):
        last = found
    if last is None or _NUMBERS.match(text.strip()):
        return text, timedelta()
    hour, minute, second = int(last[1]), int(last[2]), int(last[3] or 0)
    half = (last[5] or "").replace(".", "")
    if half in {"am", "pm"}:
        if not 1 <= hour <= 12:
            return text, None
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return text, None
    milliseconds = int((last[4] or "0")[:3].ljust(3, "0"))
    time = timedelta(hours=hour, minutes=minute, seconds=second, milliseconds=milliseconds)
    return (text[: last.start()] + text[last.end() :]).strip(), time


def _date_parts(text: str) -> tuple[int, int, int] | None:
    """Year, month, day, where they are a date."""
    candidates: list[tuple[int, int, int]] = []
    if found := _NUMBERS.match(text):
        first, middle, last = int(found[1]), int(found[2]), int(found[3])
        year = last + 2000 if len(found[3]) == 2 else last
        candidates = [(first, middle, last)] if len(found[1]) == 4 else [(year, middle, first), (year, first, middle)]
    elif found := _DAY_FIRST.match(text):
        candidates = [(int(found[3]), _MONTHS.get(found[2], 0), int(found[1]))]
    elif found := _MONTH_FIRST.match(text):
        candidates = [(int(found[3]), _MONTHS.get(found[1], 0), int(found[2]))]
    return next((parts for parts in candidates if _is_date(*parts)), None)


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        datetime(year, month, day)  # noqa: DTZ001 - only whether it is a date
    except ValueError:
        return False
    return True
