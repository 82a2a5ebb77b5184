"""When things are said: 28 days of hours whose weights are real volumes, by weekday and hour."""

import csv
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

from klankbord.demo.material import FOLDER
from klankbord.demo.messages import Stretch

ZONE = ZoneInfo("Europe/Amsterdam")
DAYS = 28
HOUR = timedelta(hours=1)


@cache
def _series() -> tuple[int, ...]:
    with (FOLDER / "rhythm.csv").open(encoding="utf-8", newline="") as file:
        return tuple(int(count) for row in list(csv.reader(file))[1:] for count in row[1:])


def hours(now: datetime) -> Sequence[datetime]:
    """The starts of the hours that touch the 28 days before `now`."""
    first = (now - timedelta(days=DAYS)).replace(minute=0, second=0, microsecond=0)
    return [first + index * HOUR for index in range(DAYS * 24 + 1)]


def weight(moment: datetime, since: datetime) -> int:
    """The real volume of that hour of that weekday, in the week of the 28 days since `since`."""
    local, first = moment.astimezone(ZONE), since.astimezone(ZONE)
    days = (local.date() - first.date()).days + first.weekday()
    return _series()[(days * 24 + local.hour) % len(_series())]


def arrivals(random: Random, now: datetime, count: int) -> list[datetime]:
    """`count` moments in the 28 days before `now`, in order: the real arrivals, thinned."""
    since = now - timedelta(days=DAYS)
    starts = hours(now)
    weights = [weight(start, since) for start in starts]
    moments: list[datetime] = []
    while len(moments) < count:
        for start in random.choices(starts, weights, k=count - len(moments)):
            moment = start + timedelta(milliseconds=random.randrange(3_600_000))
            if since <= moment < now - timedelta(minutes=2):
                moments.append(moment)
    return sorted(moments)


def crisis(now: datetime) -> Stretch:
    """Six hours from three in the afternoon, on the Tuesday, Wednesday or Thursday nearest to ten days ago."""
    today = now.astimezone(ZONE).date()
    for back in (10, 11, 9, 12, 8):
        day = today - timedelta(days=back)
        if day.weekday() in (1, 2, 3):
            since = datetime(day.year, day.month, day.day, 15, tzinfo=ZONE).astimezone(now.tzinfo)
            return Stretch(since=since, until=since + 6 * HOUR)
    raise AssertionError("five days in a row always hold one of these")


def gap(now: datetime) -> Stretch:
    """Fourteen hours from seven in the morning, on a working day about three weeks ago."""
    today = now.astimezone(ZONE).date()
    day = next(day for back in (21, 20, 22) if (day := today - timedelta(days=back)).weekday() < 5)
    since = datetime(day.year, day.month, day.day, 7, tzinfo=ZONE).astimezone(now.tzinfo)
    return Stretch(since=since, until=since + 14 * HOUR)


def pause(random: Random, mean: float, moment: datetime) -> float:
    """Seconds until the next live message: `mean` in an average hour, shorter when the rhythm is higher."""
    level = sum(_series()) / len(_series())
    factor = max(0.5, min(2.5, weight(moment, moment) / level))
    return min(4.0, max(0.2, random.expovariate(factor))) * mean
