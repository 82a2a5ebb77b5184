"""How far answering is of the whole organisation: departments in which somebody takes part, and who publishes for it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from desk.foundation.departments import By, by_department, department
from desk.store import accounts, consents, people
from desk.store.accounts import Account
from desk.store.consents import Consent
from desk.store.database import Database
from desk.store.people import Person
from desk.store.taking_part import Act, took_part
from playbook.answers import Publishing

LATELY = timedelta(weeks=4)
"""How far back somebody took part."""
ALTIMETER = (330, 2011)
"""Context, never a pass mark: in large firms Altimeter counted, in that year, on average one employee in so many who published for the firm."""


class Department(msgspec.Struct, frozen=True, kw_only=True):
    """One department, or the small ones together, whose `name` is None; "" is those of none.

    active did something, `publishers` said yes to that; `accounts` of the organisation are owned there
    """

    name: str | None
    people: int
    active: int
    publishers: int
    accounts: int

    @property
    def one_in(self) -> int | None:
        """One who publishes in so many; None where nobody does."""
        return round(self.people / self.publishers) if self.publishers else None


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    """All of it at one moment.

    active   of `all` departments those in which somebody took part
    acts     how many people did each
    accounts of the organisation; `theirs` are those of staff that it knows
    goal     the organisation's own: one publisher in so many; None where it has none
    """

    active: int
    all: int
    people: int
    publishers: int
    acts: Mapping[Act, int]
    accounts: int
    theirs: int
    goal: int | None
    departments: tuple[Department, ...]

    @property
    def wanted(self) -> int | None:
        """How many publishers the goal asks for, rounded up."""
        return None if self.goal is None else -(-self.people // self.goal)


async def activity(
    database: Database,
    goal: Publishing | None,
    at: datetime,
    *,
    by: By = department,
    staff: Sequence[Person] | None = None,
) -> Activity:
    """How it is at that moment; `departments` are the groups that `by` says, `staff` who works here, where that was read already."""
    staff = await people.every(database, left=False) if staff is None else staff
    acted = await took_part(database, at - LATELY, at)
    async with database.reading() as connection:
        publishers = await consents.who_within(connection, Consent.PUBLISH)
    return counted(staff, acted, publishers, await accounts.every(database), goal, by=by)


def counted(
    staff: Sequence[Person],
    acted: Mapping[str, frozenset[Act]],
    publishers: Collection[str],
    own: Sequence[Account],
    goal: Publishing | None,
    *,
    by: By = department,
) -> Activity:
    """The same of those people."""
    where = {one.department for one in staff if one.department}
    busy = {one.department for one in staff if one.department and one.id in acted}
    return Activity(
        active=len(busy),
        all=len(where),
        people=len(staff),
        publishers=sum(one.id in publishers for one in staff),
        acts=Counter(act for one in staff for act in acted.get(one.id, ())),
        accounts=sum(one.official for one in own),
        theirs=sum(not one.official for one in own),
        goal=goal.one_in if goal else None,
        departments=_departments(staff, by, acted, publishers, Counter(one.owner for one in own if one.official)),
    )


def _departments(
    staff: Sequence[Person],
    by: By,
    acted: Mapping[str, frozenset[Act]],
    publishers: Collection[str],
    owned: Mapping[str | None, int],
) -> tuple[Department, ...]:
    """`owned` is how many accounts each owns."""
    return tuple(
        Department(
            name=name,
            people=len(theirs),
            active=sum(one.id in acted for one in theirs),
            publishers=sum(one.id in publishers for one in theirs),
            accounts=sum(owned.get(one.id, 0) for one in theirs),
        )
        for name, theirs in by_department(staff, by)
    )
