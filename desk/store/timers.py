"""Rows of what is to happen by itself, whatever it happens to: found once they are due, and taken by whoever sees them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, delete, select
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store.database import Database


class Timers:
    """Of one table: `of` is the column of what they are of, by id."""

    def __init__(self, table: Table, of: Column[str]) -> None:
        self._table, self._of = table, of

    async def waiting(self, database: Database, at: datetime, most: int) -> Sequence[str]:
        """Ids of those of which something is due by then, longest due first."""
        due = self._table.c.due_at
        async with database.reading() as connection:
            rows = await connection.execute(select(self._of).where(due <= at).order_by(due).limit(most))
            return list(dict.fromkeys(rows.scalars()))

    async def take(
        self, connection: AsyncConnection, identifier: str, at: datetime
    ) -> Sequence[Row[*tuple[Any, ...]]]:  # Any: rows carry no types
        """What of that one, locked, is due by then, in order; it is there no more."""
        mine = (self._of == identifier, self._table.c.due_at <= at)
        asked = select(self._table).where(*mine).order_by(self._table.c.due_at, self._table.c.kind)
        rows = (await connection.execute(asked)).all()
        await connection.execute(delete(self._table).where(*mine))
        return rows
