"""One page for management: the pyramid, what moved and why, three goals, the next step and who takes it, departments side by side.

No customer and no message is in it; of the staff only who holds the role of the next step.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec

from core.document import Filter
from core.query import open_alone
from desk.foundation.goals import Standing, standing
from desk.foundation.holders import holders
from desk.maturity.departments import Department, compared
from desk.maturity.evidence import matured
from desk.maturity.looked import Looked
from desk.maturity.moved import Moved, moved
from desk.store import maturity
from playbook.maturity import Answer, Maturity

GOALS = 3


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What the report is made of, whatever language it is read in. `holders` are names by role."""

    at: datetime
    found: Maturity
    moved: Moved | None
    goals: Sequence[Standing]
    departments: Sequence[Department]
    holders: Mapping[str, Sequence[str]]


class ReportLevel(msgspec.Struct, frozen=True, kw_only=True):
    """One level: its state by name and in words, and how many needs are met, and not known, of all."""

    level: int
    name: str
    state: str
    says: str
    met: int
    unknown: int
    all: int


class ReportReason(msgspec.Struct, frozen=True, kw_only=True):
    """A need that came to be met (`gained`), or is not any more; `counts` whether it is of a level that makes the score now."""

    need: str
    says: str
    level: int
    gained: bool
    counts: bool


class ReportMove(msgspec.Struct, frozen=True, kw_only=True):
    """How the score moved since that day, in words too, and why."""

    since: date
    change: float
    says: str
    reasons: tuple[ReportReason, ...]


class ReportGoal(msgspec.Struct, frozen=True, kw_only=True):
    """A goal in the last period that is over; `value` is None where nobody knows."""

    goal: str
    says: str
    period: str
    value: float | None
    figure: str
    target: str
    verdict: str


class ReportStep(msgspec.Struct, frozen=True, kw_only=True):
    """The next step: what is asked, of which level, what to do, by whom."""

    need: str
    level: int
    asks: str
    step: str
    owner: str
    role: str
    names: tuple[str, ...]


class ReportShare(msgspec.Struct, frozen=True, kw_only=True):
    """So many of all, and whether that is enough; None where nobody knows."""

    some: int | None
    all: int | None
    answer: Answer


class ReportDepartment(msgspec.Struct, frozen=True, kw_only=True):
    """One department. `score` is the part that is met of what is known, 0 to 1."""

    name: str
    people: int
    score: float | None
    measures: Mapping[str, ReportShare]


class MaturityReport(msgspec.Struct, frozen=True, kw_only=True):
    """All of it in one language. The lowest level is the first; departments the furthest first."""

    organisation: str
    language: str
    at: datetime
    title: str
    says: str
    score: float
    levels: tuple[ReportLevel, ...]
    moved: ReportMove | None
    goals: tuple[ReportGoal, ...]
    next: ReportStep | None
    departments: tuple[ReportDepartment, ...]


async def known(looked: Looked, at: datetime, *, admits_closed: bool) -> Known:
    """What there is to tell at that moment; goals of what everybody could read alone, where closed talk is kept too."""
    found = await matured(looked, at)
    days = await maturity.history(looked.database)
    goals = dict(list(looked.playbook.goals.items())[:GOALS])
    outward = Filter(query=open_alone()) if admits_closed else None
    return Known(
        at=at,
        found=found,
        moved=moved(found, days, at.astimezone(looked.organisation.zone).date()),
        goals=await standing(looked.archive, goals, looked.organisation, now=at, keep=looked.keep, where=outward),
        departments=await compared(looked, at),
        holders=await holders(looked.database),
    )
