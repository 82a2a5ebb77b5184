"""What is to happen to a case by itself: rows that whoever sees them due takes, in the transaction of what they cause."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store.case_tables import case_timers
from desk.store.cases import Case, State
from desk.store.timers import Timers

TIMERS = Timers(case_timers, case_timers.c.case)
waiting = TIMERS.waiting
SOLVED = "solved"
"""Why a case was closed whose answer may have helped."""
STAYS = timedelta(days=7)
"""For how long a solved case stays closed until it is known to have ended well."""


class Timer(StrEnum):
    FIRST_SOON = "first_soon"
    FIRST_OVERDUE = "first_overdue"
    RESOLUTION_SOON = "resolution_soon"
    RESOLUTION_OVERDUE = "resolution_overdue"
    WAKE = "wake"
    LADDER = "ladder"
    STAYED = "stayed"  # closed for so long that it ended well


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """What is to happen at `due_at`. Of the ladder: who stands at `rung` has had to act since `since`."""

    kind: Timer
    due_at: datetime
    since: datetime | None = None
    rung: int | None = None


async def arm(connection: AsyncConnection, case: Case, at: datetime, *, anew: bool = False) -> None:
    """Let happen what this state of the case asks for, and nothing else. The ladder stands where it does, at its end as well;
    `anew` lets it begin, at its first rung.

    A ladder that begins is due at once: whoever takes it knows the rules by which it goes on.
    """
    climbs = case.state is State.OPEN and case.answered_at is None
    gone = delete(case_timers).where(case_timers.c.case == case.id)
    await connection.execute(gone if anew or not climbs else gone.where(case_timers.c.kind != Timer.LADDER.value))
    await put(connection, case, *_wanted(case))
    if climbs and anew:
        await put(connection, case, Due(kind=Timer.LADDER, due_at=at, since=at, rung=0))


def _wanted(case: Case) -> list[Due]:
    if case.closed_at is not None:
        solved = case.reason == SOLVED and case.answered_at is not None
        return [Due(kind=Timer.STAYED, due_at=case.closed_at + STAYS)] if solved else []
    times = {Timer.RESOLUTION_SOON: case.resolution_soon, Timer.RESOLUTION_OVERDUE: case.resolution_due}
    if case.answered_at is None:
        times |= {Timer.FIRST_SOON: case.first_soon, Timer.FIRST_OVERDUE: case.first_due}
    if case.state is State.SNOOZED:
        times[Timer.WAKE] = case.snoozed_until
    return [Due(kind=kind, due_at=due) for kind, due in times.items() if due is not None]


async def put(connection: AsyncConnection, case: Case, *wanted: Due) -> None:
    if wanted:
        rows = [msgspec.structs.asdict(one) | {"case": case.id} for one in wanted]
        await connection.execute(insert(case_timers), rows)


async def take(connection: AsyncConnection, case: Case, at: datetime) -> Sequence[Due]:
    """What of that case, locked, is due by then, in order; it is there no more."""
    rows = await TIMERS.take(connection, case.id, at)
    return [Due(kind=Timer(row.kind), due_at=row.due_at, since=row.since, rung=row.rung) for row in rows]
