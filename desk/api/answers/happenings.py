"""Business events."""

from datetime import datetime
from typing import Literal

import msgspec

from desk.api.answers.shared import Count


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """A business event as its sender told it; without an end it is of one moment, or not over."""

    source: str
    key: str
    kind: Literal["outage", "order", "campaign", "nps", "other"]
    since: datetime
    until: datetime | None
    title: str
    amount: float | None
    unit: str


class HappeningsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Business events that touch a stretch, the earliest first; of more than 1,000 the latest."""

    since: datetime
    until: datetime
    happenings: tuple[Happening, ...]


class HappeningsTold(msgspec.Struct, frozen=True, kw_only=True):
    """How many events were taken, and how many of them were not known before."""

    taken: Count
    new: Count
