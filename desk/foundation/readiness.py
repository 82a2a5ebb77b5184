"""How far the staff is: who acknowledged the policy, who is trained, by department and never by a few people's own."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from desk.foundation.departments import By, by_department, department
from desk.foundation.trainings import required
from desk.store import people, policies, roles, trainings
from desk.store.database import Database
from desk.store.people import Person
from desk.store.policies import Policy, Reminded
from desk.store.trainings import Record
from playbook.foundation import Training

SOON = timedelta(days=60)
"""What ends within it counts as ending."""


class Trained(msgspec.Struct, frozen=True, kw_only=True):
    """How many times a training is asked for, and how that stands.

    holds, ending  times it holds, and those of them that end SOON; over, never  it held once, it was never done
    """

    asked: int = 0
    holds: int = 0
    ending: int = 0
    over: int = 0
    never: int = 0


class Department(msgspec.Struct, frozen=True, kw_only=True):
    """One department, or the small ones together, whose `name` is None; "" is those of none.

    asked, trained  people who have to be trained, and those of them whose every training holds
    """

    name: str | None
    people: int
    acknowledged: int
    asked: int
    trained: int
    ending: int
    over: int


class Readiness(msgspec.Struct, frozen=True, kw_only=True):
    """All of it at one moment.

    waiting    have yet to acknowledge the version in force; `unreachable` of them have no e-mail address
    reminded   of the staff, those who were asked for that version; `letters` how many letters that took, the last at `reminded_at`
    trainings  by their key in the playbook
    """

    policy: Policy | None
    people: int
    acknowledged: int
    unreachable: int
    reminded: int
    letters: int
    reminded_at: datetime | None
    trainings: Mapping[str, Trained]
    asked: int
    trained: int
    departments: tuple[Department, ...]

    @property
    def waiting(self) -> int:
        return self.people - self.acknowledged


class _Stand(msgspec.Struct, frozen=True):
    """How one training of one person stands."""

    holds: bool
    ending: bool
    over: bool


async def readiness(
    database: Database,
    rules: Mapping[str, Training],
    at: datetime,
    *,
    by: By = department,
    staff: Sequence[Person] | None = None,
) -> Readiness:
    """How it is at that moment, with the trainings that the playbook asks for; departments are the groups that `by` says. `staff` is who
    works here, where that was read already.
    """
    staff = await people.every(database, left=False) if staff is None else staff
    policy = await policies.current(database)
    done = await policies.acknowledged(database, policy.version) if policy else {}
    asked = await policies.reminded(database, policy.version) if policy else {}
    stands = _stands(required(rules, staff, await roles.held(database)), await trainings.latest(database), at)
    acknowledged = frozenset(one.id for one in staff if one.id in done)
    mine: dict[str, list[_Stand]] = {}
    for (person, _), stand in stands.items():
        mine.setdefault(person, []).append(stand)
    here = [asked[one.id] for one in staff if one.id in asked]
    return Readiness(
        policy=policy,
        people=len(staff),
        acknowledged=len(acknowledged),
        unreachable=sum(one.email is None and one.id not in acknowledged for one in staff),
        reminded=len(here),
        letters=sum(one.times for one in here),
        reminded_at=_last(here),
        trainings={key: _trained([one for (_, name), one in stands.items() if name == key]) for key in rules},
        asked=len(mine),
        trained=sum(all(one.holds for one in each) for each in mine.values()),
        departments=_departments(staff, by, acknowledged, mine),
    )


def _stands(
    asked: Sequence[tuple[Person, str]], records: Sequence[Record], at: datetime
) -> Mapping[tuple[str, str], _Stand]:
    known = {(one.person, one.training): one for one in records}
    found: dict[tuple[str, str], _Stand] = {}
    for person, key in asked:
        record = known.get((person.id, key))
        holds = record is not None and record.holds(at)
        ends = record.valid_until if record else None
        found[person.id, key] = _Stand(
            holds, holds and ends is not None and ends <= at + SOON, record is not None and not holds
        )
    return found


def _trained(stands: Sequence[_Stand]) -> Trained:
    holds, over = sum(one.holds for one in stands), sum(one.over for one in stands)
    return Trained(
        asked=len(stands),
        holds=holds,
        ending=sum(one.ending for one in stands),
        over=over,
        never=len(stands) - holds - over,
    )


def _departments(
    staff: Sequence[Person], by: By, acknowledged: frozenset[str], stands: Mapping[str, Sequence[_Stand]]
) -> tuple[Department, ...]:
    return tuple(_department(name, theirs, acknowledged, stands) for name, theirs in by_department(staff, by))


def _department(
    name: str | None, theirs: Sequence[Person], acknowledged: frozenset[str], stands: Mapping[str, Sequence[_Stand]]
) -> Department:
    asked = [stands[one.id] for one in theirs if one.id in stands]
    return Department(
        name=name,
        people=len(theirs),
        acknowledged=sum(one.id in acknowledged for one in theirs),
        asked=len(asked),
        trained=sum(all(one.holds for one in each) for each in asked),
        ending=sum(any(one.ending for one in each) for each in asked),
        over=sum(any(one.over for one in each) for each in asked),
    )


def _last(asked: Sequence[Reminded]) -> datetime | None:
    return max((one.at for one in asked), default=None)
