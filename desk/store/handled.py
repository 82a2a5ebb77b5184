"""What a unit did with its cases in a stretch of time."""

from datetime import datetime, timedelta
from statistics import median

import msgspec
from sqlalchemy import func, select

from desk.store.case_tables import cases
from desk.store.cases import State
from desk.store.database import Database


class Handled(msgspec.Struct, frozen=True, kw_only=True):
    """Cases of one unit in a stretch.

    opened    that came in
    answered  that were answered first then; half of them within `median` by the clock, None where there were none
    promised  of these, for how many a time was promised; `kept` how many were answered in it
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
    asked = select(cases.c.since, cases.c.answered_at, cases.c.first_due).where(
        mine, cases.c.answered_at >= since, cases.c.answered_at < until
    )
    async with database.reading() as connection:
        rows = (await connection.execute(asked)).all()
        promised = [row for row in rows if row.first_due is not None]
        return Handled(
            opened=await connection.scalar(opened) or 0,
            answered=len(rows),
            median=median(row.answered_at - row.since for row in rows) if rows else None,
            promised=len(promised),
            kept=sum(row.answered_at <= row.first_due for row in promised),
            waiting=await connection.scalar(waiting) or 0,
        )
