"""Roles that staff hold: given by a person at the desk, or through a group of the sign-on system that stands for one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import String, cast, delete, null, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store import audit
from desk.store.database import Database
from desk.store.people import PERSON
from desk.store.statements import insert
from desk.store.tables import group_members, groups, people, person_roles

EVERYWHERE = ""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A role that somebody holds. `unit` is EVERYWHERE or one; `group` is the name of the group it comes from."""

    person: str
    role: str
    unit: str = EVERYWHERE
    group: str | None = None


async def give(database: Database, person: str, role: str, unit: str = EVERYWHERE, *, by: str, at: datetime) -> bool:
    """Whether the person did not have it yet."""
    async with database.writing() as connection:
        row = {"person": person, "role": role, "unit": unit, "at": at, "by": by}
        new = insert(connection, person_roles).values(row).on_conflict_do_nothing().returning(person_roles.c.person)
        done = (await connection.execute(new)).first() is not None
        return await _noted(connection, done, person, f"gave role {role} to", by=by, at=at)


async def take(database: Database, person: str, role: str, unit: str = EVERYWHERE, *, by: str, at: datetime) -> bool:
    """Whether the person had it, given to the person alone: what a group gives is taken by leaving the group."""
    mine = (person_roles.c.person == person, person_roles.c.role == role, person_roles.c.unit == unit)
    async with database.writing() as connection:
        done = await connection.execute(delete(person_roles).where(*mine))
        return await _noted(connection, done.rowcount > 0, person, f"took role {role} from", by=by, at=at)


async def held(database: Database, person: str | None = None) -> Sequence[Held]:
    """The roles of that person, or of all, by role, unit and person; of those who left none."""
    async with database.reading() as connection:
        return await held_within(connection, person)


async def held_within(connection: AsyncConnection, person: str | None = None) -> Sequence[Held]:
    """The same in that transaction."""
    nothing = cast(null(), String).label("through")
    alone = select(person_roles.c.person, person_roles.c.role, person_roles.c.unit, nothing)
    through = select(group_members.c.person, groups.c.role, groups.c.unit, groups.c.name).join(
        groups, groups.c.id == group_members.c.group
    )
    both = union_all(alone, through.where(groups.c.role.is_not(None))).subquery()
    asked = select(both).join(people, people.c.id == both.c.person).where(people.c.active)
    if person is not None:
        asked = asked.where(both.c.person == person)
    rows = await connection.execute(asked.order_by(both.c.role, both.c.unit, people.c.name, both.c.person))
    return [Held(person=row.person, role=row.role, unit=row.unit, group=row.through) for row in rows]


def by_person(every: Iterable[Held]) -> Mapping[str, Sequence[Held]]:
    """The roles of each who holds any."""
    found: dict[str, list[Held]] = {}
    for one in every:
        found.setdefault(one.person, []).append(one)
    return found


async def _noted(connection: AsyncConnection, done: bool, person: str, did: str, *, by: str, at: datetime) -> bool:
    if done:
        await audit.note(connection, audit.Entry(at=at, by=by, did=did, what=PERSON, subject=person))
    return done
