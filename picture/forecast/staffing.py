"""How many people a stretch needs: what is expected of it, times the share that has to be answered, over what one person answers."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil
from typing import NamedTuple

from picture.forecast.history import HOUR, hour_start
from picture.forecast.outlook import Outlook
from picture.forecast.rolling import Total

Stretch = tuple[datetime, datetime]
SLOWEST, FASTEST = 0.1, 1000.0
"""Answers that one person gives in an hour, at the least and at the most."""


class Need(NamedTuple):
    """A stretch, the mentions expected in it, and people: enough as often as not, and enough nine times in ten.

    Of each stretch by itself: what one leaves for the next is not reckoned.
    """

    since: datetime
    until: datetime
    mentions: Total
    people: int
    people_if_busy: int


def believable(an_hour: float) -> bool:
    """Whether one person may give so many answers in an hour; no number that is none is."""
    return SLOWEST <= an_hour <= FASTEST


def needs(outlook: Outlook, stretches: Sequence[Stretch], *, share: float, an_hour: float) -> list[Need]:
    """Of those stretches that lie in what is shown and can be told together.

    share    of mentions that somebody has to answer, 0 to 1
    an_hour  answers that one person gives in an hour, a believable number of them
    """
    if outlook.forecast is None:
        return []
    begin = hour_start(outlook.forecast.start)
    found = []
    for since, until in stretches:
        total = outlook.total((since - begin) / HOUR, (until - begin) / HOUR)
        if total:
            each = share / an_hour / ((until - since) / HOUR)
            found.append(Need(since, until, total, ceil(total.middle * each), ceil(total.high * each)))
    return found
