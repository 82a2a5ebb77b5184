"""What business events say together: how likely people are to recommend, stretch by stretch. Pure."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

import msgspec

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


def _score(since: datetime, until: datetime, grades: Sequence[float]) -> Recommended:
    score = None
    if grades:
        for_us, against = sum(one >= PROMOTER for one in grades), sum(one <= DETRACTOR for one in grades)
        score = 100 * (for_us - against) / len(grades)
    return Recommended(since=since, until=until, answers=len(grades), score=score)
