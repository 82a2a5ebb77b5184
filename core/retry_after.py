"""How long another system asks to wait before the next request. Pure."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite

MOST = 24 * 3600.0
"""Seconds: whoever asks for more is asked again after a day."""

_SINCE_1970 = 1_000_000_000.0
"""A number above this is no wait but a moment: as a wait it would be more than thirty years."""


def asked_wait(value: str, now: datetime) -> float | None:
    """Seconds to wait, from 0 to MOST, by the value of a Retry-After header; None where it says nothing.

    It is a number of seconds or a date of HTTP (RFC 9110, section 10.2.3). Limits of other names are written in more ways,
    and read here too: a date of ISO 8601 (Mastodon), seconds since 1970 (Bluesky, GitHub).
    """
    seconds = _seconds(value, now)
    return None if seconds is None else min(max(seconds, 0.0), MOST)


def _seconds(value: str, now: datetime) -> float | None:
    try:
        number = float(value)
    except ValueError:
        moment = _moment(value)
        return None if moment is None else (moment - now).total_seconds()
    if number < 0 or not isfinite(number):
        return None
    return number - now.timestamp() if number > _SINCE_1970 else number


def _moment(value: str) -> datetime | None:
    for reader in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = reader(value)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
