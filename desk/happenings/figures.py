"""What business events say together: how likely people are to recommend, stretch by stretch. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec

from core.document import Answered
from desk.store.happenings import Happening, Kind

PROMOTER, DETRACTOR = 9, 6
"""Grades from which on, and up to which, an answer counts for or against (Reichheld, Harvard Business Review, December 2003)."""


class Recommended(msgspec.Struct, frozen=True, kw_only=True):
    """Answers of [since, until); `score` is the share for less the share against, -100 to 100, None where nobody answered."""

    since: datetime
    until: datetime
    answers: int
    score: float | None


def recommended(told: Sequence[Happening], edges: Sequence[datetime]) -> Sequence[Recommended]:
    """The score of each stretch between two edges."""
    grades = [(one.since, one.amount) for one in told if one.kind is Kind.NPS and one.amount is not None]
    return [
        _score(since, until, [grade for at, grade in grades if since <= at < until]) for since, until in pairwise(edges)
    ]


def by_day(told: Sequence[Happening], zone: ZoneInfo) -> Sequence[Answered]:
    """How many answered on each day of that clock on which anybody did, and how many of them were for and against."""
    grades: dict[datetime, list[float]] = {}
    for one in told:
        if one.kind is Kind.NPS and one.amount is not None:
            noon = one.since.astimezone(zone).replace(hour=12, minute=0, second=0, microsecond=0, fold=0)
            grades.setdefault(noon.astimezone(UTC), []).append(one.amount)
    return [
        Answered(at=noon, answers=len(those), promoters=_for_us(those), detractors=_against(those))
        for noon, those in sorted(grades.items())
    ]


def _for_us(grades: Sequence[float]) -> int:
    return sum(one >= PROMOTER for one in grades)


def _against(grades: Sequence[float]) -> int:
    return sum(one <= DETRACTOR for one in grades)


def _score(since: datetime, until: datetime, grades: Sequence[float]) -> Recommended:
    score = 100 * (_for_us(grades) - _against(grades)) / len(grades) if grades else None
    return Recommended(since=since, until=until, answers=len(grades), score=score)
