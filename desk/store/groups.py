"""Groups of the sign-on system, and the role that each stands for here: none until somebody at the desk says so."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import Reject
from desk.store import audit
from desk.store.database import Database
from desk.store.people import Taken
from desk.store.statements import chunks
from desk.store.tables import group_members, groups, people

GROUP = "group"


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """One group. `members` are ids of people; they hold `role` in `unit`, "" everywhere; without a role nothing."""

    id: str
    name: str
    members: tuple[str, ...]
    made_at: datetime
    changed_at: datetime
    version: int
    external_id: str | None = None
    role: str | None = None
    unit: str = ""


async def add(
    database: Database, name: str, external_id: str | None, members: Collection[str], *, by: str, at: datetime
) -> Group:
    """A new group. Raises Taken where one has that name, Reject where a member is nobody known."""
    group = Group(
        id=uuid.uuid4().hex,
        name=name,
        external_id=external_id,
        members=tuple(members),
        made_at=at,
        changed_at=at,
        version=1,
    )
    async with database.writing() as connection:
        await _unlike(connection, name, None)
        try:
            await connection.execute(insert(groups), _row(group))
        except IntegrityError:  # two at once, on PostgreSQL
            raise _taken(name) from None
        await _fill(connection, group.id, members)
        await audit.note(connection, audit.Entry(at=at, by=by, did="made", what=GROUP, subject=group.id))
    return group


async def change(
    database: Database,
    group: Group,
    name: str,
    external_id: str | None,
    members: Collection[str],
    *,
    by: str,
    at: datetime,
) -> Group | None:
    """The group, so. None where it was changed meanwhile; raises as `add` does."""
    made = msgspec.structs.replace(group, name=name, external_id=external_id, members=tuple(members))
    if made == group:
        return group
    made = msgspec.structs.replace(made, changed_at=at, version=group.version + 1)
    async with database.writing() as connection:
        await _unlike(connection, name, group.id)
        same = (groups.c.id == group.id, groups.c.version == group.version)
        told = {name: value for name, value in _row(made).items() if name not in ("role", "unit")}
        if not (await connection.execute(update(groups).where(*same).values(told))).rowcount:
            return None
        gone = set(group.members) - set(members)
        for some in chunks(gone):
            theirs = (group_members.c.group == group.id, group_members.c.person.in_(some))
            await connection.execute(delete(group_members).where(*theirs))
        await _fill(connection, group.id, [one for one in members if one not in group.members])
        await audit.note(connection, audit.Entry(at=at, by=by, did="changed", what=GROUP, subject=group.id))
    return made


async def remove(database: Database, identifier: str, *, by: str, at: datetime) -> bool:
    """Whether it was there."""
    async with database.writing() as connection:
        done = (await connection.execute(delete(groups).where(groups.c.id == identifier))).rowcount > 0
        if done:
            await audit.note(connection, audit.Entry(at=at, by=by, did="removed", what=GROUP, subject=identifier))
    return done


async def stands_for(database: Database, name: str, role: str | None, unit: str, *, by: str, at: datetime) -> bool:
    """Let members of the group of that name hold the role; None takes it back. Whether there is such a group."""
    async with database.writing() as connection:
        said = update(groups).where(groups.c.folded == name.casefold()).values(role=role, unit=unit)
        identifier = (await connection.execute(said.returning(groups.c.id))).scalar()
        if identifier is not None:
            did = f"lets have role {role}" if role else "lets have no role"
            await audit.note(connection, audit.Entry(at=at, by=by, did=did, what=GROUP, subject=identifier))
    return identifier is not None


async def get(database: Database, identifier: str) -> Group | None:
    return next(iter(await found(database, groups.c.id == identifier)), None)


async def found(
    database: Database, *where: ColumnElement[bool], skip: int = 0, most: int | None = None
) -> Sequence[Group]:
    """Those of which all of that is true, by name, from the one after `skip` on."""
    asked = select(groups).where(*where).order_by(groups.c.folded, groups.c.id).offset(skip or None).limit(most)
    async with database.reading() as connection:
        rows = (await connection.execute(asked)).all()
        members: dict[str, list[str]] = {row.id: [] for row in rows}
        for some in chunks(members):
            ordered = group_members.c.group, group_members.c.person
            theirs = select(*ordered).where(group_members.c.group.in_(some)).order_by(*ordered)
            for group, person in await connection.execute(theirs):
                members[group].append(person)
    return [
        Group(
            id=row.id,
            name=row.name,
            members=tuple(members[row.id]),
            made_at=row.made_at,
            changed_at=row.changed_at,
            version=row.version,
            external_id=row.external_id,
            role=row.role,
            unit=row.unit,
        )
        for row in rows
    ]


async def count(database: Database, *where: ColumnElement[bool]) -> int:
    """How many there are of which all of that is true."""
    async with database.reading() as connection:
        return await connection.scalar(select(func.count()).select_from(groups).where(*where)) or 0


async def _unlike(connection: AsyncConnection, name: str, but: str | None) -> None:
    same = select(groups.c.id).where(groups.c.folded == name.casefold(), groups.c.id != (but or ""))
    if (await connection.execute(same)).first():
        raise _taken(name)


async def _fill(connection: AsyncConnection, group: str, members: Iterable[str]) -> None:
    wanted = list(dict.fromkeys(members))
    known: set[str] = set()
    for some in chunks(wanted):
        known.update((await connection.execute(select(people.c.id).where(people.c.id.in_(some)))).scalars())
    if strangers := [one for one in wanted if one not in known]:
        raise Reject(f"a member is nobody known: {strangers[0][:80]}", reason="member")
    if wanted:
        await connection.execute(insert(group_members), [{"group": group, "person": one} for one in wanted])


def _row(group: Group) -> dict[str, object]:
    row = msgspec.structs.asdict(group)
    del row["members"]
    return row | {"folded": group.name.casefold()}


def _taken(name: str) -> Taken:
    return Taken(f'there is a group "{name}" already')
