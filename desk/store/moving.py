"""Makes another desk database hold what this one holds, and nothing else: so that it can be repeated after any end."""

from collections.abc import Mapping

from sqlalchemy import delete, func, insert, select

from desk.store.database import Database
from desk.store.every_table import metadata

AT_ONCE = 1_000


async def carry(here: Database, there: Database) -> Mapping[str, tuple[int, int]]:
    """Every row of every table, in one transaction over there; how many each table has here and there afterwards.

    Nobody else may write either.
    """
    async with here.reading() as reading, there.writing() as writing:
        for table in reversed(metadata.sorted_tables):
            await writing.execute(delete(table))
        for table in metadata.sorted_tables:  # each after those that it refers to
            rows = await reading.stream(select(table))
            async for some in rows.mappings().partitions(AT_ONCE):
                await writing.execute(insert(table), [dict(row) for row in some])
    ours, theirs = await _counts(here), await _counts(there)
    return {name: (ours[name], theirs[name]) for name in ours}


async def _counts(database: Database) -> Mapping[str, int]:
    async with database.reading() as connection:
        return {
            table.name: await connection.scalar(select(func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
        }
