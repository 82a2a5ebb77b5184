"""What is to happen to a crisis by itself: rows that whoever sees them due takes, in the transaction of what they cause."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import msgspec
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store.crisis_tables import crisis_timers
from desk.store.statements import insert
from desk.store.timers import Timers

TIMERS = Timers(crisis_timers, crisis_timers.c.crisis)
waiting = TIMERS.waiting


class Timer(StrEnum):
    LADDER = "ladder"  # nobody acknowledged
    HAND_OVER = "hand_over"  # nobody accepted
    STEP_SOON = "step_soon"
    STEP_OVERDUE = "step_overdue"
    CASES = "cases"  # so many came


OF_STEPS = (Timer.STEP_SOON, Timer.STEP_OVERDUE)


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """What is to happen at `due_at`; `what` is a step, or "". Of the ladder: who stands at `rung` has had to act since `since`."""

    kind: Timer
    due_at: datetime
    what: str = ""
    since: datetime | None = None
    rung: int | None = None


async def put(connection: AsyncConnection, crisis: str, *wanted: Due) -> None:
    """Arm these; one that is armed already stays as it is."""
    rows = [msgspec.structs.asdict(one) | {"crisis": crisis} for one in wanted]
    if rows:
        await connection.execute(insert(connection, crisis_timers).on_conflict_do_nothing(), rows)


async def disarm(connection: AsyncConnection, crisis: str, *kinds: Timer, what: str | None = None) -> None:
    """None of these is to happen any more; of all kinds where none is named, of that step where one is."""
    where = [crisis_timers.c.crisis == crisis]
    where += [crisis_timers.c.kind.in_([one.value for one in kinds])] if kinds else []
    where += [crisis_timers.c.what == what] if what is not None else []
    await connection.execute(delete(crisis_timers).where(*where))


async def take(connection: AsyncConnection, crisis: str, at: datetime) -> Sequence[Due]:
    """What of that crisis, locked, is due by then, in order; it is there no more."""
    rows = await TIMERS.take(connection, crisis, at)
    return [Due(kind=Timer(row.kind), due_at=row.due_at, what=row.what, since=row.since, rung=row.rung) for row in rows]
