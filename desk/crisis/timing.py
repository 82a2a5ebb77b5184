"""What happens to a crisis by itself: the next role is asked, a step is due, a hand-over lapses, so many cases came. Once each."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.crisis.planned import Plan
from desk.crisis.telling import tell_lead, tell_on_call, tell_person, tell_role
from desk.store.case_writing import PROGRAM
from desk.store.crises import Crisis, Happened, StepState, steps_of
from desk.store.crisis_tables import crisis_cases
from desk.store.crisis_timers import Due, Timer, put, take, waiting
from desk.store.crisis_writing import Happening, happen, locked
from desk.store.database import Database
from desk.store.notices import Kind
from desk.store.people import works_here

AT_ONCE = 100


async def fire(database: Database, plan: Callable[[], Plan], at: datetime) -> int:
    """Let happen what is due by then; of how many crises. Each in a transaction of its own: taken, written, owed, or none of it."""
    due = await waiting(database, at, AT_ONCE)
    for identifier in due:
        async with database.writing() as connection:
            crisis = await locked(connection, identifier)
            if crisis is not None:
                for timer in await take(connection, crisis.id, at):
                    crisis = await _happens(connection, crisis, timer, plan(), at) if crisis.running else crisis
    return len(due)


async def _happens(connection: AsyncConnection, crisis: Crisis, due: Due, plan: Plan, at: datetime) -> Crisis:
    match due.kind:
        case Timer.LADDER:
            return await _climb(connection, crisis, due.rung or 0, plan, at)
        case Timer.HAND_OVER:
            return await _lapse(connection, crisis, at)
        case Timer.CASES:
            return await _came(connection, crisis, due, at)
        case Timer.STEP_SOON:
            return await _step(connection, crisis, due.what, Happened.STEP_SOON, at)
        case Timer.STEP_OVERDUE:
            return await _step(connection, crisis, due.what, Happened.STEP_OVERDUE, at)


async def _climb(connection: AsyncConnection, crisis: Crisis, place: int, plan: Plan, at: datetime) -> Crisis:
    """Nobody acknowledged: the next role is asked, and has so long itself."""
    rung = plan.rung(place + 1)
    if crisis.acknowledged_at is not None or rung is None:
        return crisis
    escalated = Happening(kind=Happened.ESCALATED, detail=rung.to)
    crisis = await happen(connection, crisis, escalated, by=PROGRAM, at=at)
    await tell_role(connection, crisis, rung.to, Kind.CRISIS_ESCALATED, at)
    if rung.within is not None:
        await put(connection, crisis.id, Due(kind=Timer.LADDER, due_at=at + rung.within, since=at, rung=place + 1))
    return crisis


async def _lapse(connection: AsyncConnection, crisis: Crisis, at: datetime) -> Crisis:
    """Nobody accepted: whoever led it still does, or nobody of the staff does."""
    if crisis.offered_to is None:
        return crisis
    back = Happening(kind=Happened.RETURNED_TO_LEAD, detail=crisis.offered_to)
    crisis = await happen(connection, crisis, back, by=PROGRAM, at=at, offered_to=None)
    await tell_lead(connection, crisis, Kind.HANDED_OVER, at)
    return crisis


async def _came(connection: AsyncConnection, crisis: Crisis, due: Due, at: datetime) -> Crisis:
    theirs = (crisis_cases.c.crisis == crisis.id, crisis_cases.c.detached_at.is_(None), crisis_cases.c.at >= due.since)
    many = await connection.scalar(select(func.count()).select_from(crisis_cases).where(*theirs)) or 0
    if not many:
        return crisis
    came = Happening(kind=Happened.CASES_CAME, detail=str(many))
    crisis = await happen(connection, crisis, came, by=PROGRAM, at=at)
    if await works_here(connection, crisis.lead):
        await tell_person(connection, crisis, crisis.lead or "", Kind.CRISIS_CASES, at)
    else:
        await tell_on_call(connection, crisis, Kind.CRISIS_CASES, at)
    return crisis


async def _step(connection: AsyncConnection, crisis: Crisis, name: str, kind: Happened, at: datetime) -> Crisis:
    step = next((one for one in await steps_of(connection, crisis.id) if one.step == name), None)
    if step is None or step.state is not StepState.OPEN:
        return crisis
    crisis = await happen(connection, crisis, Happening(kind=kind, detail=name), by=PROGRAM, at=at)
    await tell_role(connection, crisis, step.owner, Kind.STEP_DUE, at)
    return crisis
