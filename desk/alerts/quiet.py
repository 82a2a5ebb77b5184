"""Quiet hours: when a message may be sent, on the organisation's own clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from desk.alerts.alert import quiet_hours


def allowed_at(moment: datetime, quiet: str, zone: ZoneInfo) -> datetime:
    """That moment, or the end of the quiet hours that it lies in. "" is never quiet.

    Both ends are times on the wall: a night in which the clock is changed is an hour shorter or longer. An end that the
    clock skips is reached when it has been skipped.
    """
    if not quiet:
        return moment
    start, end = quiet_hours(quiet)
    local = moment.astimezone(zone)
    at = local.time().replace(tzinfo=None)
    over_midnight = start > end
    if not (at >= start or at < end if over_midnight else start <= at < end):
        return moment
    day = local.date() + timedelta(days=1 if over_midnight and at >= start else 0)
    return _wall(datetime.combine(day, end), zone)


def _wall(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which the clock on the wall shows that, or has just gone past it."""
    return local.replace(tzinfo=zone).astimezone(UTC)
