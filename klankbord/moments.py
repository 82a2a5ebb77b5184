"""Moments as people write them on the command line: 12h, 7d (ago), 2026-11-25, "2026-11-25 13:30"."""

import re
from datetime import datetime, timedelta, tzinfo

import click

from core.errors import Stop

_STRETCH = re.compile(r"(\d{1,4})([mhdw])")
YEARS = range(1900, 2200)
"""Of moments: any of them can be reckoned with in any zone."""
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}

since_option = click.option("--since", help="From then on: 30m, 12h, 7d, 4w ago, or a date or time like 2026-11-25.")
until_option = click.option("--until", help="Up to then, written as --since is.")
rate_option = click.option("--rate", type=click.FloatRange(min=0, min_open=True), help="At most so many a second.")


def moment(text: str | None, zone: tzinfo, now: datetime) -> datetime | None:
    """The moment that is written there, of `zone` where it names none; None for none. Raises Stop where it is none, or none of YEARS."""
    if text is None:
        return None
    written = _written(text, now)
    if written.year not in YEARS:
        raise Stop(f'"{text}" lies outside the years {YEARS.start} to {YEARS.stop - 1}')
    return written if written.tzinfo else written.replace(tzinfo=zone)


def _written(text: str, now: datetime) -> datetime:
    if found := _STRETCH.fullmatch(text):
        return now - timedelta(**{_UNITS[found[2]]: int(found[1])})
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Stop(f'"{text}" is no moment; give one like 30m, 12h, 7d, 4w, 2026-11-25 or 2026-11-25T13:30') from None


def stretch(
    since: str | None, until: str | None, zone: tzinfo, now: datetime
) -> tuple[datetime | None, datetime | None]:
    """Both moments. Raises Stop where they leave nothing in between."""
    start, end = moment(since, zone, now), moment(until, zone, now)
    if start is not None and end is not None and end <= start:
        raise Stop(f"--until {until} is not after --since {since}: there is nothing in between")
    return start, end
