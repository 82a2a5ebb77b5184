"""When somebody of the staff wants to be told nothing of cases, and of what."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store.database import Database
from desk.store.notice_tables import notice_wishes
from desk.store.statements import insert


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """quiet        hours of each day, like 22:00-07:00 on the organisation's clock; "" for none
    muted_until  before that nothing is sent; what came up meanwhile is told then
    results      whether they are told what became of their answers
    """

    quiet: str = ""
    muted_until: datetime | None = None
    results: bool = True


async def put(database: Database, person: str, wish: Wish) -> None:
    """In place of what the person wished before."""
    values = msgspec.structs.asdict(wish)
    async with database.writing() as connection:
        row = insert(connection, notice_wishes).values({"person": person, **values})
        await connection.execute(row.on_conflict_do_update(index_elements=["person"], set_=values))


async def every(database: Database) -> Mapping[str, Wish]:
    """By person; nothing for those who wish nothing."""
    async with database.reading() as connection:
        rows = await connection.execute(select(notice_wishes))
        return {row.person: _wish(row) for row in rows}


async def of_person(database: Database, person: str) -> Wish:
    """What that person wishes."""
    async with database.reading() as connection:
        return await of_person_within(connection, person)


async def of_person_within(connection: AsyncConnection, person: str) -> Wish:
    """The same in that transaction."""
    row = (await connection.execute(select(notice_wishes).where(notice_wishes.c.person == person))).first()
    return Wish() if row is None else _wish(row)


def _wish(row: Row[*tuple[Any, ...]]) -> Wish:  # Any: rows carry no types
    return Wish(**{name: getattr(row, name) for name in Wish.__struct_fields__})
