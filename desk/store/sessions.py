"""Browsers in which staff came in. What the cookie holds is 256 random bits, of which a SHA-256 is kept."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store import audit, roles
from desk.store.database import Database
from desk.store.entry_tables import sessions
from desk.store.people import PERSON, works_here
from desk.store.roles import Held
from desk.store.tables import people

LATELY = timedelta(minutes=1)
"""How often at the most it is written down that somebody still looks."""
LONGEST_AGENT = 300


class Way(StrEnum):
    """How somebody came in."""

    PASSWORD = "password"  # noqa: S105 - a word
    CODE = "code"
    RECOVERY = "recovery"
    PROVIDER = "provider"
    INVITATION = "invitation"
    STAND_IN = "stand_in"


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One browser of a person's. `strong` is whether it was opened by more than a password."""

    id: str
    person: str
    way: str
    strong: bool
    agent: str
    made_at: datetime
    seen_at: datetime
    ends_at: datetime


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A session that stands, whose it is, and the roles that the person holds at this moment."""

    session: Session
    name: str
    roles: Sequence[Held]


async def begin(
    database: Database, person: str, *, way: Way, strong: bool, agent: str, at: datetime, ends_at: datetime
) -> str | None:
    """The secret of a new session; None for somebody who does not work here. What ended before is swept up."""
    secret = secrets.token_urlsafe(32)
    made = Session(
        id=_hash(secret),
        person=person,
        way=way.value,
        strong=strong,
        agent=agent[:LONGEST_AGENT],
        made_at=at,
        seen_at=at,
        ends_at=ends_at,
    )
    async with database.writing() as connection:
        if not await works_here(connection, person):
            return None
        await connection.execute(delete(sessions).where(sessions.c.ends_at <= at))
        await connection.execute(insert(sessions), msgspec.structs.asdict(made))
        entry = audit.Entry(at=at, by=person, did=f"signed in by {way.value}", what=PERSON, subject=person)
        await audit.note(connection, entry)
    return secret


async def find(database: Database, secret: str, *, at: datetime, idle: timedelta, looks: bool = True) -> Found | None:
    """The session of that secret, where it stands and its person works here. That somebody looks is kept once a minute."""
    mine = (sessions.c.id == _hash(secret), sessions.c.ends_at > at, sessions.c.seen_at > at - idle, people.c.active)
    asked = select(sessions, people.c.name).join(people, people.c.id == sessions.c.person).where(*mine)
    async with database.reading() as connection:
        row = (await connection.execute(asked)).first()
        if row is None:
            return None
        held = await roles.held_within(connection, row.person)
    if looks and at - row.seen_at >= LATELY:
        async with database.writing() as connection:
            await connection.execute(update(sessions).where(sessions.c.id == row.id).values(seen_at=at))
    return Found(session=_session(row), name=row.name, roles=held)


async def way_of(database: Database, identifier: str) -> str | None:
    """How the person of that session came in."""
    async with database.reading() as connection:
        return await connection.scalar(select(sessions.c.way).where(sessions.c.id == identifier))


async def every(database: Database, person: str, *, at: datetime, idle: timedelta) -> Sequence[Session]:
    """Those of that person that stand, the one seen last first."""
    theirs = (sessions.c.person == person, sessions.c.ends_at > at, sessions.c.seen_at > at - idle)
    async with database.reading() as connection:
        rows = await connection.execute(select(sessions).where(*theirs).order_by(sessions.c.seen_at.desc()))
        return [_session(row) for row in rows]


async def strengthen(database: Database, identifier: str) -> None:
    """Its person gave a second factor in it."""
    async with database.writing() as connection:
        await connection.execute(update(sessions).where(sessions.c.id == identifier).values(strong=True))


async def end(database: Database, person: str, identifier: str, *, at: datetime) -> bool:
    """End that one, where it is the person's; whether it was there."""
    async with database.writing() as connection:
        same = (sessions.c.id == identifier, sessions.c.person == person)
        done = (await connection.execute(delete(sessions).where(*same))).rowcount > 0
        if done:
            entry = audit.Entry(at=at, by=person, did="signed out", what=PERSON, subject=person)
            await audit.note(connection, entry)
    return done


async def end_every(database: Database, person: str, *, by: str, at: datetime) -> None:
    """End all of that person's."""
    async with database.writing() as connection:
        await end_within(connection, person)
        entry = audit.Entry(at=at, by=by, did="signed out everywhere", what=PERSON, subject=person)
        await audit.note(connection, entry)


async def end_within(connection: AsyncConnection, person: str, *, but: str = "") -> None:
    """End all of that person's but one, in that transaction."""
    await connection.execute(delete(sessions).where(sessions.c.person == person, sessions.c.id != but))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def _session(row: Row[*tuple[Any, ...]]) -> Session:  # Any: rows carry no types
    return Session(**{name: getattr(row, name) for name in Session.__struct_fields__})
