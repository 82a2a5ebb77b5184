"""What sinks that send remember of what they sent (core.outward.Shelf): one row a sink and mention."""

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from core.outward import ACCOUNT, ERASED, FOLLOWS, Kept
from desk.store.database import Database
from desk.store.statements import chunks, insert
from desk.store.tables import deliveries

_COLUMNS = (deliveries.c.mention, deliveries.c.author, deliveries.c.value, deliveries.c.due_at)


class DeskShelf:
    """The rows of one sink. `erased` says of an id whether it was erased on request."""

    def __init__(self, database: Database, sink: str, *, erased: Callable[[str], bool]) -> None:
        self._database, self._sink, self._erased = database, sink, erased

    async def get(self, mentions: Sequence[str]) -> Mapping[str, Kept]:
        found: dict[str, Kept] = {}
        async with self._database.reading() as connection:
            for some in chunks(mentions):
                asked = select(*_COLUMNS).where(self._mine, deliveries.c.mention.in_(some))
                found |= {row.mention: _kept(row) for row in await connection.execute(asked)}
        return found

    async def put(self, rows: Sequence[Kept]) -> None:
        if not rows:
            return
        async with self._database.writing() as connection:
            await _write(connection, [msgspec.structs.asdict(row) | {"sink": self._sink} for row in rows])
        # Asked after it is written: what is erased from now on finds it there.
        if late := [row.mention for row in rows if self._erased(row.mention) or self._erased(row.author)]:
            await recall(self._database, mentions=late, sinks=[self._sink])

    async def drop(self, mentions: Sequence[str]) -> None:
        async with self._database.writing() as connection:
            for some in chunks(mentions):
                await connection.execute(delete(deliveries).where(self._mine, deliveries.c.mention.in_(some)))
        self._database.stale = True

    async def settle(self, row: Kept) -> None:
        same = (self._mine, deliveries.c.mention == row.mention, deliveries.c.value == row.value)
        async with self._database.writing() as connection:
            await connection.execute(delete(deliveries).where(*same))

    async def of_author(self, author: str) -> Sequence[Kept]:
        asked = select(*_COLUMNS).where(self._mine, deliveries.c.author == author).order_by(deliveries.c.mention)
        return await self._rows(asked)

    async def due(self, at: datetime, most: int) -> Sequence[Kept]:
        asked = select(*_COLUMNS).where(self._mine, deliveries.c.due_at <= at)
        return await self._rows(asked.order_by(deliveries.c.due_at, deliveries.c.mention).limit(most))

    @property
    def _mine(self) -> ColumnElement[bool]:
        return deliveries.c.sink == self._sink

    async def _rows(
        self, asked: Any
    ) -> Sequence[Kept]:  # Any: a select of four columns, whose type SQLAlchemy spells out
        async with self._database.reading() as connection:
            return [_kept(row) for row in await connection.execute(asked)]


async def recall(
    database: Database, *, mentions: Collection[str] = (), authors: Collection[str] = (), sinks: Collection[str]
) -> int:
    """Make what these sinks sent of these mentions and authors due at once; how many rows. The sink takes it back."""
    count = 0
    async with database.writing() as connection:
        for column, ids in ((deliveries.c.mention, mentions), (deliveries.c.author, authors)):
            for some in chunks(ids):
                theirs = update(deliveries).where(deliveries.c.sink.in_(sinks), column.in_(some))
                count += (await connection.execute(theirs.values(due_at=ERASED))).rowcount
    return count


async def relinked(connection: AsyncConnection, authors: Collection[str], at: datetime) -> None:
    """The customer of these accounts changed: each sink that follows that has a row of each which is due since then."""
    sinks = (await connection.execute(select(deliveries.c.sink).where(deliveries.c.mention == FOLLOWS))).scalars().all()
    rows = [
        {"sink": sink, "mention": ACCOUNT + author, "author": author, "value": uuid.uuid4().bytes, "due_at": at}
        for sink in sinks
        for author in authors
    ]
    if rows:
        await _write(connection, rows)


async def _write(connection: AsyncConnection, rows: Sequence[Mapping[str, object]]) -> None:
    """These rows, each in the place of what stood there but for its author, which stays."""
    new = insert(connection, deliveries)
    anew = {"value": new.excluded.value, "due_at": new.excluded.due_at}
    written = new.on_conflict_do_update(index_elements=[deliveries.c.sink, deliveries.c.mention], set_=anew)
    await connection.execute(written, rows)


def _kept(row: Row[*tuple[Any, ...]]) -> Kept:  # Any: rows carry no types
    return Kept(mention=row.mention, author=row.author, value=row.value, due_at=row.due_at)
