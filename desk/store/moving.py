"""Makes another desk database hold what this one holds, and nothing else: so that it can be repeated after any end."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Table, delete, func, insert, select

from desk.store.case_tables import case_events
from desk.store.crisis_tables import crisis_events
from desk.store.database import Database
from desk.store.every_table import metadata
from desk.store.statements import AT_ONCE as ASKED_AT_ONCE
from desk.store.tables import audit, judgements, mutes

AT_ONCE = 1_000
ACTS = (audit, case_events, crisis_events, judgements, mutes)
"""Where it is written down what was done, and when: `at` never changes, though a row may be erased."""


async def done_there(here: Database, there: Database) -> datetime | None:
    """When something was last done over there of which nothing is known here; None where all of it came from here.

    A row over there that is older than the newest of those that both have was copied, and erased here since.
    """
    common = [at for table in ACTS if (at := await _newest_common(here, there, table))]
    async with there.reading() as connection:
        found = [await connection.scalar(select(func.max(table.c.at))) for table in ACTS]
    newest = max((at for at in found if at), default=None)
    return newest if newest and (not common or newest > max(common)) else None


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


async def _newest_common(here: Database, there: Database, table: Table) -> datetime | None:
    columns = list(dict.fromkeys([*table.primary_key, table.c.at]))
    newest_first = select(*columns).order_by(table.c.at.desc())
    async with here.reading() as ours, there.reading() as theirs, theirs.stream(newest_first) as rows:
        async for some in rows.partitions(ASKED_AT_ONCE):
            asked = select(*columns).where(columns[0].in_({row[0] for row in some}))
            known = {tuple(row) for row in await ours.execute(asked)}
            if both := [row for row in some if tuple(row) in known]:
                newest: datetime = both[0].at
                return newest
    return None


async def _counts(database: Database) -> Mapping[str, int]:
    async with database.reading() as connection:
        return {
            table.name: await connection.scalar(select(func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
        }
