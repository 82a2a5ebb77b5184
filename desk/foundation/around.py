"""What happened around a goal: business events and crises within the periods that it is shown over, without a name. Pure."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from desk.foundation.goals import Standing
from desk.happenings.figures import recommended
from desk.store.crises import Crisis
from desk.store.happenings import Happening, Ordered

MOST = 8
"""Events that are told of one goal, the latest."""


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """Beside one goal.

    before, last  its figure in the last two periods that are over; None where it is not known
    happened      business events that stand alone, the latest first; `more` that are not told
    crises        numbers of real crises, the latest first, with when each began
    orders        of the last period that is over; `score` how likely people were to recommend then, of `answers`
    """

    before: float | None
    last: float | None
    happened: tuple[Happening, ...]
    more: int
    crises: tuple[tuple[int, datetime], ...]
    orders: Ordered
    score: float | None
    answers: int


def around(
    one: Standing, told: Sequence[Happening], grades: Sequence[Happening], orders: Ordered, crises: Sequence[Crisis]
) -> Around:
    """What of these lies within the periods of that goal: `told` stand alone, `grades` are NPS answers, `orders` are those of
    the last period that is over.
    """
    since, until, last = one.readings[0].since, one.readings[-1].until, one.last
    beside = [each for each in told if each.since < until and (each.until or each.since) >= since]
    (answered,) = recommended(grades, [last.since, last.until])
    real = [each for each in crises if each.drill is None and each.since < until and (each.ended_at or until) >= since]
    latest = beside[::-1]
    return Around(
        before=one.readings[-3].value if len(one.readings) > 2 else None,
        last=last.value,
        happened=tuple(latest[:MOST]),
        more=max(0, len(latest) - MOST),
        crises=tuple((each.number, each.since) for each in sorted(real, key=_began, reverse=True)[:MOST]),
        orders=orders,
        score=answered.score,
        answers=answered.answers,
    )


def _began(crisis: Crisis) -> datetime:
    return crisis.since
