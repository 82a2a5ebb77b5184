"""Passwords of staff, as their hashes, and the invitations by which each is set."""

import secrets
from datetime import datetime

from sqlalchemy import Select, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store import audit, second_factors, sessions, statements
from desk.store.database import Database
from desk.store.entry_tables import invitations, passwords
from desk.store.people import PERSON
from desk.store.tables import people


async def find(database: Database, person: str) -> str | None:
    """The hash of that person's password."""
    async with database.reading() as connection:
        return await connection.scalar(select(passwords.c.hash).where(passwords.c.person == person))


async def any_set(database: Database) -> bool:
    """Whether somebody can come in by a password."""
    async with database.reading() as connection:
        return (await connection.execute(select(passwords.c.person).limit(1))).first() is not None


async def change(database: Database, person: str, made: str, *, keep: str, at: datetime) -> None:
    """Let that be the hash of the person's password; every session of theirs but `keep` ends."""
    async with database.writing() as connection:
        await _set(connection, person, made, at)
        await sessions.end_within(connection, person, but=keep)


async def renew(database: Database, person: str, before: str, made: str) -> None:
    """Put a hash with newer parameters in the place of one of the same password."""
    async with database.writing() as connection:
        same = (passwords.c.person == person, passwords.c.hash == before)
        await connection.execute(passwords.update().where(*same).values(hash=made))


async def invite(database: Database, person: str, *, until: datetime, by: str, at: datetime, lost: bool = False) -> str:
    """The nonce of a new invitation; none before it opens any more. With `lost` the second factor is taken away too."""
    nonce = secrets.token_urlsafe(18)
    row = {"person": person, "nonce": nonce, "until": until, "by": by}
    async with database.writing() as connection:
        made = statements.insert(connection, invitations).values(row)
        await connection.execute(made.on_conflict_do_update(index_elements=["person"], set_=row))
        if lost:
            await second_factors.take_within(connection, person)
            await audit.note(connection, _entry(at, by, "took the second factor of", person))
        await audit.note(connection, _entry(at, by, "invited", person))
    return nonce


async def invited(database: Database, person: str, nonce: str, at: datetime) -> bool:
    """Whether that invitation opens now."""
    async with database.reading() as connection:
        return (await connection.execute(_stands(person, nonce, at))).first() is not None


async def accept(database: Database, person: str, nonce: str, made: str, at: datetime) -> bool:
    """Use that invitation up: the hash is the person's from now on, and every session that there was ends. Whether it opened."""
    async with database.writing() as connection:
        used = delete(invitations).where(invitations.c.person.in_(_stands(person, nonce, at)))
        if not (await connection.execute(used)).rowcount:
            return False
        await _set(connection, person, made, at)
        await sessions.end_within(connection, person)
    return True


async def _set(connection: AsyncConnection, person: str, made: str, at: datetime) -> None:
    row = {"person": person, "hash": made, "changed_at": at}
    new = statements.insert(connection, passwords).values(row)
    await connection.execute(new.on_conflict_do_update(index_elements=["person"], set_=row))
    await audit.note(connection, _entry(at, person, "set the password of", person))


def _stands(person: str, nonce: str, at: datetime) -> Select[tuple[str]]:
    same = (invitations.c.person == person, invitations.c.nonce == nonce, invitations.c.until > at)
    joined = select(invitations.c.person).join(people, people.c.id == invitations.c.person)
    return joined.where(*same, people.c.active)


def _entry(at: datetime, by: str, did: str, person: str) -> audit.Entry:
    return audit.Entry(at=at, by=by, did=did, what=PERSON, subject=person)
