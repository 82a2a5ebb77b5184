"""Several acts of the desk in one transaction: what would be due meanwhile, had they happened just now, is seen by nobody."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store.database import Database


class Together(Database):
    """The desk database inside a transaction that somebody else began and ends. Who reads sees what was written in it."""

    def __init__(self, connection: AsyncConnection, place: str) -> None:
        super().__init__(connection.engine, place)
        self._connection = connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        yield self._connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        yield self._connection


@asynccontextmanager
async def together(database: Database) -> AsyncIterator[Together]:
    """All acts on this database are kept once this is left, or none."""
    async with database.writing() as connection:
        yield Together(connection, database.place)
