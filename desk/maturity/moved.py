"""Why maturity moved, and how each level was over time: what the days that are kept say. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from desk.store.maturity import Day
from playbook.maturity import Answer, Level, Maturity, Met

WEEK = timedelta(days=7)
SHOWN = timedelta(weeks=26)
"""How far back a level is drawn."""


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One need that came to be met (`gained`), or is not any more. `level` is its number; `counts` whether its level is one of
    those that make the score now.
    """

    need: Met
    level: int
    gained: bool
    counts: bool


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """How the score moved since the day `since`, from `before`, and why: what counts first."""

    since: date
    before: float
    change: float
    reasons: tuple[Reason, ...]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """From that day on so much of a level was met, 0 to 1."""

    day: date
    met: float


def moved(found: Maturity, days: Sequence[Day], today: date) -> Moved | None:
    """Against how it stood a week ago, or on the first day that is kept where that is later; None where nothing is kept.

    days  the latest first; needs that a day does not know were not asked then, and did not move
    """
    earlier = [one for one in days if one.day < today]
    if not earlier:
        return None
    day = next((one for one in earlier if one.day <= today - WEEK), earlier[-1])
    holding = sum(stand.holds for stand in found.levels)
    reasons = [
        Reason(need=one, level=number, gained=one.evidence.answer is Answer.MET, counts=number <= holding + 1)
        for number, stand in enumerate(found.levels, 1)
        for one in stand.needs
        if one.name in day.answers and (one.evidence.answer is Answer.MET) != (day.answers[one.name] is Answer.MET)
    ]
    return Moved(
        since=day.day,
        before=day.score,
        change=found.score - day.score,
        reasons=tuple(sorted(reasons, key=lambda one: (not one.counts, one.gained, one.level))),
    )


def steps(level: Level, days: Sequence[Day], today: date) -> Sequence[Step]:
    """How much of that level was met, from each kept day on at which that changed; the earliest first, since SHOWN at most.

    days  the latest first; needs that a day does not know were not asked then
    """
    begins, found = today - SHOWN, list[Step]()
    for one in reversed(days):
        asked = [one.answers[name] for name in level.needs if name in one.answers]
        met = asked.count(Answer.MET) / len(asked) if asked else 0.0
        step = Step(day=max(one.day, begins), met=met)
        if found and found[-1].day == step.day:
            found.pop()
        if not found or found[-1].met != step.met:
            found.append(step)
    return found
