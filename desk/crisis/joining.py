"""Which cases belong to a crisis by themselves: those whose first message matched a monitor that rings, and came since it began."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store.case_tables import case_numbers
from desk.store.case_writing import CASES, PROGRAM
from desk.store.cases import Case
from desk.store.crises import Crisis, State, of_row
from desk.store.crisis_tables import crises, crisis_cases, crisis_monitors
from desk.store.crisis_timers import Due, Timer, put
from desk.store.crisis_writing import attach, opened_since

TOLD_EVERY = timedelta(minutes=30)
"""How often it is told how many cases came."""


async def join(connection: AsyncConnection, case: Case, *, arrived: datetime, at: datetime) -> bool:
    """Attach a case that was just opened to the crisis in which monitors ring, where it belongs there; whether it does.

    In a lull none comes by itself; once it is back those that were opened meanwhile do (`gather`).
    """
    rings = exists().where(
        crisis_monitors.c.crisis == crises.c.id, crisis_monitors.c.monitor.in_(case.monitors or ("",))
    )
    running = (crises.c.drill == "", crises.c.state == State.OPEN.value, crises.c.since <= arrived)
    row = (await connection.execute(select(crises).where(*running, rings))).first()
    if row is None:
        return False
    crisis = of_row(row)
    await put(connection, crisis.id, Due(kind=Timer.CASES, due_at=at + TOLD_EVERY, since=at))
    return await attach(connection, crisis, [case.id], by=PROGRAM, at=at) > 0


async def gather(connection: AsyncConnection, crisis: Crisis, monitors: Collection[str], at: datetime) -> int:
    """Attach the cases that were opened since it began and are about these monitors; how many are new. A drill has none."""
    if crisis.drill is not None:
        return 0
    theirs = [
        case for case, about in await opened_since(connection, crisis.since) if not set(about).isdisjoint(monitors)
    ]
    return await attach(connection, crisis, theirs, by=PROGRAM, at=at)


async def hold(connection: AsyncConnection) -> None:
    """No case is opened until the transaction ends: none slips between the look at those that are there and the crisis.

    Before the crisis is locked, as whoever opens a case comes to it in the same order.
    """
    await connection.execute(select(case_numbers.c.last).where(case_numbers.c.what == CASES).with_for_update())


async def belongs_to_open(connection: AsyncConnection, case: str) -> bool:
    """Whether the case is attached to a crisis that is not in a lull and has not ended."""
    theirs = select(crises.c.id).join(crisis_cases, crisis_cases.c.crisis == crises.c.id)
    open_ = (crisis_cases.c.detached_at.is_(None), crises.c.state == State.OPEN.value)
    return (await connection.execute(theirs.where(crisis_cases.c.case == case, *open_).limit(1))).first() is not None


async def belongs_to(connection: AsyncConnection, case: str, crisis: str) -> bool:
    """Whether the case is attached to that crisis, which has not ended."""
    theirs = select(crises.c.id).join(crisis_cases, crisis_cases.c.crisis == crises.c.id)
    runs = (crises.c.id == crisis, crises.c.state != State.ENDED.value)
    there = (crisis_cases.c.case == case, crisis_cases.c.detached_at.is_(None))
    return (await connection.execute(theirs.where(*runs, *there))).first() is not None
