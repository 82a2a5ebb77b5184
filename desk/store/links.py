"""Read-only links: one view each, until a date, unless revoked before. Making, revoking and each opening is in the audit."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.engine import Row

from desk.store import audit
from desk.store.database import Database
from desk.store.tables import links

LINK = "link"


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """One link. `view` is an address of the page."""

    id: str
    title: str
    view: str
    made_at: datetime
    made_by: str
    expires_at: datetime
    revoked_at: datetime | None = None
    opened_at: datetime | None = None

    def opens(self, at: datetime) -> bool:
        return self.revoked_at is None and at < self.expires_at


async def add(database: Database, *, title: str, view: str, by: str, at: datetime, expires_at: datetime) -> Link:
    link = Link(id=uuid.uuid4().hex, title=title, view=view, made_at=at, made_by=by, expires_at=expires_at)
    async with database.writing() as connection:
        await connection.execute(insert(links), msgspec.structs.asdict(link))
        await audit.note(connection, audit.Entry(at=at, by=by, did="made", what=LINK, subject=link.id))
    return link


async def every(database: Database, most: int = 200) -> Sequence[Link]:
    """The latest first, those that open nothing any more too."""
    async with database.reading() as connection:
        asked = select(links).order_by(links.c.made_at.desc(), links.c.id).limit(most)
        return [_link(row) for row in await connection.execute(asked)]


async def opened(database: Database, identifier: str, at: datetime) -> Link | None:
    """The link, if it opens at that time: which is written down before anything is shown."""
    async with database.writing() as connection:
        row = (await connection.execute(select(links).where(links.c.id == identifier))).first()
        if row is None or not _link(row).opens(at):
            return None
        await connection.execute(update(links).where(links.c.id == identifier).values(opened_at=at))
        entry = audit.Entry(at=at, by=f"link:{identifier}", did="opened", what=LINK, subject=identifier)
        await audit.note(connection, entry)
    return _link(row)


async def revoke(database: Database, identifier: str, *, by: str, at: datetime) -> bool:
    """It opens nothing from now on; whether it did until now."""
    async with database.writing() as connection:
        stands = (links.c.id == identifier, links.c.revoked_at.is_(None))
        done = await connection.execute(update(links).where(*stands).values(revoked_at=at, revoked_by=by))
        if done.rowcount:
            await audit.note(connection, audit.Entry(at=at, by=by, did="revoked", what=LINK, subject=identifier))
        return bool(done.rowcount)


def _link(row: Row[*tuple[Any, ...]]) -> Link:  # Any: rows carry no types
    return Link(**{name: getattr(row, name) for name in Link.__struct_fields__})
