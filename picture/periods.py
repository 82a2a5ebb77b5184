"""The days, weeks, months and quarters that a figure is told by, on the organisation's clock."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from picture.buckets import local_midnight


class Period(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


MONTHS = {Period.MONTH: 1, Period.QUARTER: 3}


def edges(period: Period, now: datetime, *, count: int, zone: ZoneInfo, week_start: int = 0) -> list[datetime]:
    """The starts in UTC of the last `count` periods, that of `now` among them, and the end of that one.

    A week begins on the weekday `week_start`, Monday 0.
    """
    first = _first_day(period, now.astimezone(zone).date(), week_start)
    return [local_midnight(_moved(period, first, number), zone) for number in range(1 - count, 2)]


def _first_day(period: Period, day: date, week_start: int) -> date:
    match period:
        case Period.DAY:
            return day
        case Period.WEEK:
            return day - timedelta(days=(day.weekday() - week_start) % 7)
        case Period.MONTH | Period.QUARTER:
            return day.replace(month=day.month - (day.month - 1) % MONTHS[period], day=1)


def _moved(period: Period, first: date, number: int) -> date:
    if period not in MONTHS:
        return first + number * timedelta(days=7 if period is Period.WEEK else 1)
    years, month = divmod(first.month - 1 + number * MONTHS[period], 12)
    return date(first.year + years, month + 1, 1)
