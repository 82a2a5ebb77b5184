"""Receivers of events: where they are, whether they are sent to, and the secret that signs what is sent.

After a rotation both secrets sign until the previous one ends, so that a receiver can change over without missing one.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import delete, select, update
from sqlalchemy.engine import Row

from desk.store.database import Database
from desk.store.sealing import Seal
from desk.store.statements import insert
from desk.store.tables import endpoints


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """One receiver. `reason` says why it is not sent to; `since` when that, or that it is, began."""

    name: str
    url: str
    enabled: bool
    since: datetime
    secret_at: datetime
    reason: str | None = None
    previous_until: datetime | None = None


async def put(database: Database, seal: Seal, *, name: str, url: str, secret: str, at: datetime) -> bool:
    """Know a receiver of that name: whether it is new. One that is known keeps its secret and state, and gets that url."""
    row = {"name": name, "url": url, "enabled": True, "since": at, "secret": seal.sealed(secret, name), "secret_at": at}
    async with database.writing() as connection:
        new = insert(connection, endpoints).values(row).on_conflict_do_nothing().returning(endpoints.c.name)
        is_new = (await connection.execute(new)).first() is not None
        if not is_new:
            await connection.execute(update(endpoints).where(endpoints.c.name == name).values(url=url))
        return is_new


async def get(database: Database, name: str) -> Endpoint | None:
    """The receiver of that name."""
    async with database.reading() as connection:
        row = (await connection.execute(select(endpoints).where(endpoints.c.name == name))).first()
    return _endpoint(row) if row else None


async def every(database: Database) -> Sequence[Endpoint]:
    """All of them, by name."""
    async with database.reading() as connection:
        return [_endpoint(row) for row in await connection.execute(select(endpoints).order_by(endpoints.c.name))]


async def switch(database: Database, name: str, *, enabled: bool, reason: str | None, at: datetime) -> bool:
    """Send to it, or no longer; whether that is new. `since` stays where it is not."""
    one = (endpoints.c.name == name, endpoints.c.enabled != enabled)
    async with database.writing() as connection:
        done = await connection.execute(update(endpoints).where(*one).values(enabled=enabled, reason=reason, since=at))
        return bool(done.rowcount)


async def rotate(
    database: Database, seal: Seal, name: str, *, secret: str, at: datetime, previous_until: datetime
) -> bool:
    """A new secret; the one before goes on signing until then. Whether there is such a receiver."""
    new = {"secret": seal.sealed(secret, name), "secret_at": at}
    before = {"previous": endpoints.c.secret, "previous_until": previous_until}
    async with database.writing() as connection:
        done = await connection.execute(update(endpoints).where(endpoints.c.name == name).values(**new, **before))
        return bool(done.rowcount)


async def secrets(database: Database, seal: Seal, name: str, at: datetime) -> Sequence[str]:
    """Those that sign at that time, the latest first; none where there is no such receiver."""
    async with database.reading() as connection:
        row = (await connection.execute(select(endpoints).where(endpoints.c.name == name))).first()
    if row is None:
        return []
    sealed = [row.secret] + ([row.previous] if row.previous is not None and at < row.previous_until else [])
    return [seal.opened(one, name) for one in sealed]


async def remove(database: Database, name: str) -> bool:
    """Forget it and its secrets."""
    async with database.writing() as connection:
        return bool((await connection.execute(delete(endpoints).where(endpoints.c.name == name))).rowcount)


def _endpoint(row: Row[*tuple[Any, ...]]) -> Endpoint:  # Any: rows carry no types
    return Endpoint(
        name=row.name,
        url=row.url,
        enabled=row.enabled,
        since=row.since,
        secret_at=row.secret_at,
        reason=row.reason,
        previous_until=row.previous_until,
    )
