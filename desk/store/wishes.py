"""When somebody of the staff wants to be told nothing of cases."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from sqlalchemy import select

from desk.store.database import Database
from desk.store.notice_tables import notice_wishes
from desk.store.statements import insert


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """quiet        hours of each day, like 22:00-07:00 on the organisation's clock; "" for none
    muted_until  before that nothing is sent; what came up meanwhile is told then
    """

    quiet: str = ""
    muted_until: datetime | None = None


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
        return {row.person: Wish(quiet=row.quiet, muted_until=row.muted_until) for row in rows}
