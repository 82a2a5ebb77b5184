"""One's own departments beside one another: what can be measured of each of what the levels take. Never of a person.

A department is a unit of the playbook with who works in it; whoever is in none counts in the department of the staff list.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from desk.answering import active
from desk.answering.active import activity
from desk.foundation import readiness as ready
from desk.foundation.departments import SMALLEST, unit_or_department
from desk.foundation.readiness import readiness
from desk.maturity.looked import MONTH, QUARTER, Looked
from desk.store import maturity, people, practices
from desk.store.people import Person
from desk.store.practices import State
from playbook.maturity import Answer, Evidence

MEASURES = ("acknowledged", "trained", "in_time", "shared", "active", "publishers")
"""What is measured of each, in the order of the levels."""

Pairs = Mapping[str | None, tuple[int, int]]
"""So many of all, by department."""


class Department(msgspec.Struct, frozen=True, kw_only=True):
    """One department, or the small ones together, whose `name` is None; "" is those of none. `found` is by measure."""

    name: str | None
    people: int
    found: Mapping[str, Evidence]

    @property
    def met(self) -> int:
        return sum(one.answer is Answer.MET for one in self.found.values())

    @property
    def known(self) -> int:
        return sum(one.answer is not Answer.UNKNOWN for one in self.found.values())

    @property
    def score(self) -> float | None:
        """The part that is met of what is known, 0 to 1; None where nothing is."""
        return self.met / self.known if self.known else None


async def compared(looked: Looked, at: datetime) -> Sequence[Department]:
    """The furthest first, those of which nothing is known last; none where fewer people than SMALLEST work here in all."""
    rules = looked.playbook.answers.publishers if looked.playbook.answers else None
    staff = await people.every(looked.database, left=False)
    if len(staff) < SMALLEST:
        return ()
    known = await readiness(looked.database, looked.playbook.trainings, at, by=unit_or_department, staff=staff)
    part = await activity(looked.database, rules, at, by=unit_or_department, staff=staff)
    names = _names(staff, [one.name for one in known.departments])
    in_time = _together(names, await maturity.answered_in_time_by_unit(looked.database, at - MONTH, at))
    shared = _together(names, await _shared(looked, at))
    found = [
        Department(
            name=one.name,
            people=one.people,
            found={
                **_staff(looked, one, policy=known.policy is not None),
                **_part(looked, other, one_in=rules.one_in if rules else None),
                "in_time": looked.share("in_time", *in_time.get(one.name, (0, 0))),
                "shared": looked.number("practices", *shared[one.name]) if one.name in shared else Evidence(),
            },
        )
        for one, other in zip(known.departments, part.departments, strict=True)
    ]
    return sorted(found, key=lambda one: (-1.0 if one.score is None else one.score, one.known), reverse=True)


def _staff(looked: Looked, one: ready.Department, *, policy: bool) -> Mapping[str, Evidence]:
    """Of a training that few are asked to do nothing is told."""
    return {
        "acknowledged": looked.share("policy_acknowledged", one.acknowledged, one.people if policy else 0),
        "trained": looked.share("trained", one.trained, one.asked if one.asked >= SMALLEST else 0),
    }


def _part(looked: Looked, one: active.Department, *, one_in: int | None) -> Mapping[str, Evidence]:
    wanted = -(-one.people // one_in) if one_in else 0
    return {
        "active": looked.share("taking_part", one.active, one.people),
        "publishers": looked.share("publishers", one.publishers, wanted),
    }


async def _shared(looked: Looked, at: datetime) -> Mapping[str, tuple[int, int]]:
    """Approved best practices of each unit: those that another one used, and all."""
    known = {one.id: one.unit for one in await practices.listed(looked.database, states=[State.APPROVED], most=None)}
    uses = await practices.uses(looked.database, since=at - QUARTER)
    used = practices.shared(uses, known)
    some, every = Counter(known[one] for one in used), Counter(known.values())
    return {unit: (some[unit], count) for unit, count in every.items() if unit is not None}


def _names(staff: Sequence[Person], lines: Sequence[str | None]) -> Mapping[str, str | None]:
    """By unit that somebody works in the line where it stands: its own, else that of the small ones."""
    return {one.unit: one.unit if one.unit in lines else None for one in staff if one.unit is not None}


def _together(names: Mapping[str, str | None], by_unit: Mapping[str, tuple[int, int]]) -> Pairs:
    """The same by line; units in which nobody works have none."""
    found: dict[str | None, tuple[int, int]] = {}
    for unit, (some, every) in by_unit.items():
        if unit in names:
            before = found.get(names[unit], (0, 0))
            found[names[unit]] = (before[0] + some, before[1] + every)
    return found
