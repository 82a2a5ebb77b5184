"""Who did what, and who looked at whom: ids alone, never what stood there."""

import hashlib
import hmac
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store.database import Database
from desk.store.statements import chunks
from desk.store.tables import audit

HASHED = "erased:"
"""What stands before the hash in place of an id that was erased."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One act. `what` is the kind of thing (customer, account, token, endpoint, export), `subject` its id."""

    at: datetime
    by: str
    did: str
    what: str
    subject: str


async def note(connection: AsyncConnection, *entries: Entry) -> None:
    """Write them down in the transaction of what they tell."""
    rows = [msgspec.structs.asdict(entry) | {"id": uuid.uuid4().hex} for entry in entries]
    await connection.execute(insert(audit), rows)


async def add(database: Database, *entries: Entry) -> None:
    """Write them down by themselves: who looked."""
    async with database.writing() as connection:
        await note(connection, *entries)


async def latest(database: Database, *, subject: str | None = None, most: int = 1000) -> Sequence[Entry]:
    """The latest first, of one subject where it is given."""
    asked = select(audit).order_by(audit.c.at.desc(), audit.c.id).limit(most)
    async with database.reading() as connection:
        rows = await connection.execute(asked if subject is None else asked.where(audit.c.subject == subject))
        return [Entry(at=row.at, by=row.by, did=row.did, what=row.what, subject=row.subject) for row in rows]


async def hide(connection: AsyncConnection, ids: Sequence[str], key: bytes) -> int:
    """Put a keyed hash in the place of each of these ids: who knows the id can still find what was done with it, and by it.

    How many acts were done with them.
    """
    count = 0
    for some in chunks(ids):
        found = await connection.execute(select(audit.c.subject).where(audit.c.subject.in_(some)).distinct())
        for name in found.scalars().all():
            hidden = update(audit).where(audit.c.subject == name).values(subject=hashed(name, key))
            count += (await connection.execute(hidden)).rowcount
        for name in (
            (await connection.execute(select(audit.c.by).where(audit.c.by.in_(some)).distinct())).scalars().all()
        ):
            await connection.execute(update(audit).where(audit.c.by == name).values(by=hashed(name, key)))
    return count


def hashed(identifier: str, key: bytes) -> str:
    """What stands in the audit for an erased id. HMAC-SHA256, cut to 128 bits."""
    return HASHED + hmac.digest(key, f"audit {identifier}".encode(), hashlib.sha256)[:16].hex()


def is_hashed(identifier: str) -> bool:
    """Whether it stands for an id that was erased."""
    return identifier.startswith(HASHED)


def called(names: Mapping[str, str], identifier: str, *, left: str, other: str) -> str:
    """The name by that id; `left` where it stands for somebody who was erased, `other` where nobody else has a name by it."""
    return left if is_hashed(identifier) else names.get(identifier, other)
