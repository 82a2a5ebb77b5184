"""Versions of the policy, who acknowledged which, and who is to be reminded.

What was acknowledged is kept word for word, so that it can be shown later what somebody said they had read.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

import msgspec
from sqlalchemy import ColumnElement, and_, insert, or_, select
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import Stop
from desk.store import audit, statements
from desk.store.database import Database
from desk.store.letters import one_each, owe
from desk.store.people import PERSON, works_here
from desk.store.tables import acknowledgements, people, policies, reminders

POLICY = "policy"
WEEKLY = timedelta(days=7)
"""By itself nobody is reminded more often."""
DAILY = timedelta(days=1)
"""Nobody is more often, whoever wants it."""
AT_ONCE = 200
"""Reminders that are made in one transaction."""
_LETTERS = UUID("5e3f7f4c-3d0e-4c55-9a50-0c4a1f7a9d11")


class Way(StrEnum):
    """How somebody acknowledged."""

    LINK = "link"  # the personal one, sent by e-mail
    PAPER = "paper"  # written down at the desk


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """One version. Title and text by language; both have at least one."""

    version: str
    title: Mapping[str, str]
    text: Mapping[str, str]
    published_at: datetime | None = None


class Acknowledged(msgspec.Struct, frozen=True):
    """When and how somebody acknowledged."""

    at: datetime
    way: Way


async def publish(database: Database, policy: Policy, *, by: str, at: datetime) -> bool:
    """Let it be in force from now on; whether it is new. Raises Stop where that version has other words, or was replaced since."""
    title, text = (msgspec.json.encode(said, order="sorted").decode() for said in (policy.title, policy.text))
    async with database.writing() as connection:
        known = (await connection.execute(select(policies).where(policies.c.version == policy.version))).first()
        if known is not None and (known.title, known.text) != (title, text):
            raise Stop(
                f"version {policy.version} of the policy was published with other words, and people acknowledged those: "
                "give this one another version"
            )
        in_force = await current_within(connection)
        if known is not None and in_force is not None and in_force.version != policy.version:
            raise Stop(
                f"version {policy.version} of the policy was replaced by version {in_force.version}, and that stays in force: "
                "to go back, give these words a new version"
            )
        if known is None:
            row = {"version": policy.version, "title": title, "text": text, "published_at": at}
            await connection.execute(insert(policies), row)
            entry = audit.Entry(at=at, by=by, did="published", what=POLICY, subject=policy.version)
            await audit.note(connection, entry)
    return known is None


async def current(database: Database) -> Policy | None:
    """The version in force: the one published last."""
    async with database.reading() as connection:
        return await current_within(connection)


async def current_within(connection: AsyncConnection) -> Policy | None:
    """The same in that transaction."""
    asked = select(policies).order_by(policies.c.published_at.desc(), policies.c.version.desc()).limit(1)
    row = (await connection.execute(asked)).first()
    return None if row is None else _policy(row)


async def acknowledge(
    database: Database, person: str, version: str, way: Way, *, by: str, at: datetime
) -> Acknowledged | None:
    """What stands afterwards: the first time counts. None where the person left, or there is no such version."""
    async with database.writing() as connection:
        known = select(policies.c.version).where(policies.c.version == version)
        if not (await works_here(connection, person) and (await connection.execute(known)).first()):
            return None
        row = {"person": person, "version": version, "at": at, "way": way.value}
        new = statements.insert(connection, acknowledgements).values(row).on_conflict_do_nothing()
        if (await connection.execute(new.returning(acknowledgements.c.person))).first():
            did = f"acknowledged version {version} of the policy"
            await audit.note(connection, audit.Entry(at=at, by=by, did=did, what=PERSON, subject=person))
        mine = (acknowledgements.c.person == person, acknowledgements.c.version == version)
        stands = (await connection.execute(select(acknowledgements).where(*mine))).one()
    return Acknowledged(stands.at, Way(stands.way))


async def acknowledged(database: Database, version: str) -> Mapping[str, Acknowledged]:
    """Who acknowledged that version, by the person's id; those who acknowledged an earlier one alone are not there."""
    async with database.reading() as connection:
        return await acknowledged_within(connection, version)


async def acknowledged_within(
    connection: AsyncConnection, version: str, person: str | None = None
) -> Mapping[str, Acknowledged]:
    """The same in that transaction; of that person alone, where one is given."""
    asked = select(acknowledgements).where(acknowledgements.c.version == version)
    if person is not None:
        asked = asked.where(acknowledgements.c.person == person)
    return {row.person: Acknowledged(row.at, Way(row.way)) for row in await connection.execute(asked)}


class Reminded(msgspec.Struct, frozen=True):
    """When somebody was last asked, and how often."""

    at: datetime
    times: int


async def reminded(database: Database, version: str) -> Mapping[str, Reminded]:
    """Who was asked to acknowledge that version, by the person's id."""
    async with database.reading() as connection:
        rows = await connection.execute(select(reminders).where(reminders.c.version == version))
        return {row.person: Reminded(row.at, row.times) for row in rows}


async def remind(database: Database, at: datetime, *, again_after: timedelta = WEEKLY, by: str | None = None) -> int:
    """Owe a letter to those here who have yet to acknowledge the version in force and were not asked for that long.

    How many letters, at most AT_ONCE. Somebody without an e-mail address has to be asked on paper. `by` is who had it done,
    where somebody did.
    """
    policy = await current(database)
    if policy is None:
        return 0
    async with database.writing() as connection:
        asked = select(people.c.id, people.c.email, reminders.c.times).where(
            *_waiting(policy.version),
            people.c.email.is_not(None),
            or_(reminders.c.at.is_(None), reminders.c.at <= at - again_after),
        )
        joined = asked.outerjoin(
            reminders, and_(reminders.c.person == people.c.id, reminders.c.version == policy.version)
        )
        rows = (await connection.execute(joined.order_by(people.c.id).limit(AT_ONCE))).all()
        for row in rows:
            times = (row.times or 0) + 1
            name = uuid5(_LETTERS, f"{policy.version} {row.id} {times}").hex
            body = msgspec.json.encode({"version": policy.version, "times": times}).decode()
            letter = one_each([row.email], letter=name, what=POLICY, subject=row.id, body=body, made_at=at, due_at=at)
            await owe(connection, letter)
            mine = {"person": row.id, "version": policy.version, "at": at, "times": times}
            new = statements.insert(connection, reminders).values(mine)
            again = new.on_conflict_do_update(index_elements=["person", "version"], set_={"at": at, "times": times})
            await connection.execute(again)
        if by is not None and rows:
            did = f"reminded {len(rows)} people of"
            await audit.note(connection, audit.Entry(at=at, by=by, did=did, what=POLICY, subject=policy.version))
    return len(rows)


def _waiting(version: str) -> tuple[ColumnElement[bool], ...]:
    done = select(acknowledgements.c.person).where(acknowledgements.c.version == version)
    return people.c.active.is_(True), people.c.id.not_in(done)


def _policy(row: Row[*tuple[Any, ...]]) -> Policy:  # Any: rows carry no types
    title, text = (msgspec.json.decode(said, type=dict[str, str]) for said in (row.title, row.text))
    return Policy(version=row.version, title=title, text=text, published_at=row.published_at)
