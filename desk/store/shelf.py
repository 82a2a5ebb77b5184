"""What sinks that send remember of what they sent (core.outward.Shelf): one row a sink and mention."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, delete, select
from sqlalchemy.engine import Row

from core.outward import Kept
from desk.store.database import Database
from desk.store.statements import chunks, insert
from desk.store.tables import deliveries

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""Due before everything else: what an erasure takes back."""

_COLUMNS = (deliveries.c.mention, deliveries.c.author, deliveries.c.value, deliveries.c.due_at)


class DeskShelf:
    """The rows of one sink. `erased` says of an id whether it was erased on request.

    What an erasure recalled, or what is put only after it, is due at once, whatever the sink had under way: so it looks
    again, finds it gone, takes it back over there and drops the row.
    """

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
        next_at = bindparam("next_at", type_=deliveries.c.due_at.type)
        async with self._database.writing() as connection:
            new = insert(connection, deliveries)
            known = new.on_conflict_do_update(
                index_elements=[deliveries.c.sink, deliveries.c.mention],
                set_={
                    "value": new.excluded.value,
                    "due_at": case((deliveries.c.recalled, deliveries.c.due_at), else_=next_at),
                    "recalled": False,
                },
            )
            await connection.execute(known, [self._values(row) for row in rows])

    async def drop(self, mentions: Sequence[str]) -> None:
        async with self._database.writing() as connection:
            for some in chunks(mentions):
                await connection.execute(delete(deliveries).where(self._mine, deliveries.c.mention.in_(some)))

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

    def _values(self, row: Kept) -> dict[str, object]:
        late = self._erased(row.mention) or self._erased(row.author)
        return {
            "sink": self._sink,
            "mention": row.mention,
            "author": row.author,
            "value": row.value,
            "due_at": AT_ONCE if late else row.due_at,
            "recalled": False,
            "next_at": row.due_at,
        }


def _kept(row: Row[*tuple[Any, ...]]) -> Kept:  # Any: rows carry no types
    return Kept(mention=row.mention, author=row.author, value=row.value, due_at=row.due_at)
