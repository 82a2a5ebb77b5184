"""Acts that are each a transaction of their own, all in one: kept together or not at all, and seen by nobody before."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store.database import Database


class Within(Database):
    """The desk database inside a transaction that somebody else begins and ends. Who reads sees what was written in it."""

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
async def at_once(database: Database) -> AsyncIterator[Within]:
    """What is done on this database is kept once this is left. In a file nobody else writes meanwhile: keep it short."""
    async with database.writing() as connection:
        yield Within(connection, database.place)
