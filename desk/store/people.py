"""Staff: who they are, where they work, and that somebody left. Acts are in the audit by id alone."""

import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update
from sqlalchemy.engine import Row
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import Stop
from desk.store import answering_erasing, audit, case_erasing, crisis_erasing, practice_erasing
from desk.store.database import Database
from desk.store.entry_tables import invitations, sessions
from desk.store.tables import letters, people

PERSON = "person"
INSIDE = " > "
"""What stands between a department and one inside it: "Service > Webcare"."""


class Taken(Stop):
    """Somebody else has that e-mail address or user name."""


class Details(msgspec.Struct, frozen=True, kw_only=True):
    """What HR, the sign-on system or somebody at the desk says of a person.

    email        at work, in lower case
    department   its path, INSIDE between a department and one inside it
    unit         the unit of the playbook's organisation that the person works in
    language     in which the person is written to; None is the organisation's first
    user_name    what the sign-on system knows the person by, in lower case; `external_id` its own id
    number       of the employee
    """

    name: str
    email: str | None = None
    department: str | None = None
    unit: str | None = None
    language: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    user_name: str | None = None
    external_id: str | None = None
    number: str | None = None

    def __post_init__(self) -> None:
        for name in ("email", "user_name"):
            if value := getattr(self, name):
                msgspec.structs.force_setattr(self, name, value.lower())


class Person(Details, frozen=True, kw_only=True):
    """One of the staff. `version` grows with each change. Who left is erased at `erase_at`."""

    id: str
    active: bool
    made_at: datetime
    changed_at: datetime
    version: int
    left_at: datetime | None = None
    erase_at: datetime | None = None

    @property
    def details(self) -> Details:
        return Details(**{name: getattr(self, name) for name in Details.__struct_fields__})


async def add(database: Database, details: Details, *, by: str, at: datetime) -> Person:
    """A new person. Raises Taken where somebody has that e-mail address or user name."""
    person = Person(
        **msgspec.structs.asdict(details), id=uuid.uuid4().hex, active=True, made_at=at, changed_at=at, version=1
    )
    async with _writing(database, details, None) as connection:
        await connection.execute(insert(people), msgspec.structs.asdict(person))
        await audit.note(connection, _entry(at, by, "made", person.id))
    return person


async def change(
    database: Database, person: Person, details: Details, *, by: str, at: datetime, active: bool, keep: timedelta
) -> Person | None:
    """The person with these details; who is active no more left at `at`, comes in no more, and is kept for `keep` after.

    Nothing is written where nothing changed. None where the person was changed or erased since `person` was read.
    """
    made = with_details(person, details, active=active, at=at, keep=keep)
    if made == person:
        return person
    same = (people.c.id == person.id, people.c.version == person.version)
    async with _writing(database, details, person.id) as connection:
        done = await connection.execute(update(people).where(*same).values(msgspec.structs.asdict(made)))
        if not done.rowcount:
            return None
        if not active:
            for table in (sessions, invitations):
                await connection.execute(delete(table).where(table.c.person == person.id))
            await answering_erasing.leave(connection, person.id)
        did = "changed" if active == person.active else "came back" if active else "left"
        await audit.note(connection, _entry(at, by, did, person.id))
    return made


def with_details(person: Person, details: Details, *, active: bool, at: datetime, keep: timedelta) -> Person:
    """What the person becomes; the same where nothing changes."""
    if details == person.details and active == person.active:
        return person
    left = None if active else person.left_at or at
    return Person(
        **msgspec.structs.asdict(details),
        id=person.id,
        active=active,
        made_at=person.made_at,
        changed_at=at,
        version=person.version + 1,
        left_at=left,
        erase_at=left and (person.erase_at or left + keep),
    )


async def get(database: Database, identifier: str) -> Person | None:
    """The person of that id."""
    return next(iter(await found(database, people.c.id == identifier)), None)


async def named(database: Database, word: str) -> Person | None:
    """The person of that id, e-mail address, user name or number, where it is one."""
    low = word.lower()
    one = or_(people.c.id == word, people.c.email == low, people.c.user_name == low, people.c.number == word)
    matching = await found(database, one)
    return matching[0] if len(matching) == 1 else None


async def works_here(connection: AsyncConnection, identifier: str | None, *, locked: bool = False) -> bool:
    """Whether it is the id of a person who works here now, in that transaction; where `locked`, until it ends."""
    there = select(people.c.id).where(people.c.id == identifier, people.c.active)
    if locked:
        there = there.with_for_update(key_share=True)
    return (await connection.execute(there)).first() is not None


async def every(database: Database, *, left: bool = True) -> Sequence[Person]:
    """All of them by name; those who left too, where `left`."""
    return await found(database, *(() if left else (people.c.active,)))


async def found(
    database: Database, *where: ColumnElement[bool], skip: int = 0, most: int | None = None
) -> Sequence[Person]:
    """Those of whom all of that is true, by name, from the one after `skip` on."""
    asked = select(people).where(*where).order_by(people.c.name, people.c.id).offset(skip or None).limit(most)
    async with database.reading() as connection:
        return [_person(row) for row in await connection.execute(asked)]


async def count(database: Database, *where: ColumnElement[bool]) -> int:
    """How many there are of whom all of that is true."""
    async with database.reading() as connection:
        return await connection.scalar(select(func.count()).select_from(people).where(*where)) or 0


async def erase(database: Database, identifiers: Sequence[str], *, key: bytes, at: datetime) -> int:
    """All that is kept of these, letters to them too; how many there were. The audit keeps a hash under `key` for the id."""
    async with database.writing() as connection:
        gone = await _erase(connection, people.c.id.in_(identifiers), key, at)
    database.stale = database.stale or gone > 0
    return gone


async def expire(database: Database, at: datetime, *, key: bytes) -> int:
    """Erase who left and whose keep time is over; how many they were."""
    async with database.writing() as connection:
        gone = await _erase(connection, people.c.erase_at <= at, key, at)
    database.stale = database.stale or gone > 0
    return gone


async def _erase(connection: AsyncConnection, whom: ColumnElement[bool], key: bytes, at: datetime) -> int:
    gone = (await connection.execute(select(people.c.id, people.c.email).where(whom))).all()
    ids, addresses = [row.id for row in gone], [row.email for row in gone if row.email]
    theirs = or_(func.lower(letters.c.receiver).in_(addresses), letters.c.subject.in_(ids))
    await connection.execute(delete(letters).where(theirs))
    await crisis_erasing.erase_staff(connection, ids, key, at=at)  # before what else a person was told goes along
    await case_erasing.erase_staff(connection, ids, key)  # as everywhere a case is locked before a person
    await connection.execute(delete(people).where(people.c.id.in_(ids)))
    await answering_erasing.erase_staff(connection, ids, key)
    await practice_erasing.erase_staff(connection, ids, key)
    await audit.hide(connection, ids, key)
    return len(ids)


@asynccontextmanager
async def _writing(database: Database, details: Details, but: str | None) -> AsyncIterator[AsyncConnection]:
    """A transaction in which no two people come to share an e-mail address or user name. Raises Taken."""
    wanted = [("e-mail address", people.c.email, details.email), ("user name", people.c.user_name, details.user_name)]
    async with database.writing() as connection:
        for what, column, value in wanted:
            asked = select(people.c.id).where(column == value, people.c.id != (but or ""))
            if value and (await connection.execute(asked)).first():
                raise Taken(f"somebody else has the {what} {value}")
        try:
            yield connection
        except IntegrityError:  # two at once, on PostgreSQL
            raise Taken("somebody else has that e-mail address or user name") from None


def _entry(at: datetime, by: str, did: str, person: str) -> audit.Entry:
    return audit.Entry(at=at, by=by, did=did, what=PERSON, subject=person)


def _person(row: Row[*tuple[Any, ...]]) -> Person:  # Any: rows carry no types
    return Person(**{name: getattr(row, name) for name in Person.__struct_fields__})
