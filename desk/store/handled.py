"""What a unit did with its cases in a stretch of time."""

from datetime import datetime, timedelta
from statistics import median

import msgspec
from sqlalchemy import func, select

from desk.store.case_tables import cases
from desk.store.cases import State
from desk.store.database import Database
from desk.store.maturity import answered_in_time_by_unit


class Handled(msgspec.Struct, frozen=True, kw_only=True):
    """Cases of one unit in a stretch.

    opened    that came in
    answered  that were answered first then; half of them within `median` by the clock, None where there were none
    promised  whose first response was due then, answered or not; `kept` how many had one in time
    waiting   open now, whenever they came in
    """

    opened: int
    answered: int
    median: timedelta | None
    promised: int
    kept: int
    waiting: int


async def handled(database: Database, unit: str, since: datetime, until: datetime) -> Handled:
    """Of [since, until)."""
    mine = cases.c.unit == unit
    opened = select(func.count()).select_from(cases).where(mine, cases.c.opened_at >= since, cases.c.opened_at < until)
    waiting = select(func.count()).select_from(cases).where(mine, cases.c.state == State.OPEN.value)
    asked = select(cases.c.since, cases.c.answered_at).where(
        mine, cases.c.answered_at >= since, cases.c.answered_at < until
    )
    kept, promised = (await answered_in_time_by_unit(database, since, until)).get(unit, (0, 0))
    async with database.reading() as connection:
        rows = (await connection.execute(asked)).all()
        return Handled(
            opened=await connection.scalar(opened) or 0,
            answered=len(rows),
            median=median(row.answered_at - row.since for row in rows) if rows else None,
            promised=promised,
            kept=kept,
            waiting=await connection.scalar(waiting) or 0,
        )
