"""What happens to a case by itself: it is due soon, overdue, wakes, ended well, or the next role is asked. Once, however many workers look."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from desk.cases.promised import Promised
from desk.cases.telling import tell, tell_role
from desk.cases.thanking import stayed
from desk.store.case_timers import Due, Timer, arm, put, take, waiting
from desk.store.case_writing import PROGRAM, Happening, happen, locked
from desk.store.cases import Case, Event, Happened, State, events_of
from desk.store.database import Database
from desk.store.notices import Kind

AT_ONCE = 100
FIRST_RESPONSE, RESOLUTION = "first_response", "resolution"
_TELLS = {
    Timer.FIRST_SOON: (Happened.DUE_SOON, FIRST_RESPONSE),
    Timer.FIRST_OVERDUE: (Happened.OVERDUE, FIRST_RESPONSE),
    Timer.RESOLUTION_SOON: (Happened.DUE_SOON, RESOLUTION),
    Timer.RESOLUTION_OVERDUE: (Happened.OVERDUE, RESOLUTION),
}


async def fire(database: Database, promised: Callable[[], Promised], at: datetime) -> int:
    """Let happen what is due by then; of how many cases. Each in a transaction of its own: taken, written, owed, or none of it."""
    due = await waiting(database, at, AT_ONCE)
    for identifier in due:
        async with database.writing() as connection:
            case = await locked(connection, identifier)
            if case is not None:
                for timer in await take(connection, case, at):
                    case = await _happens(connection, case, timer, promised(), at)
    return len(due)


async def _happens(connection: AsyncConnection, case: Case, due: Due, promised: Promised, at: datetime) -> Case:
    match due.kind:
        case Timer.WAKE:
            return await _wake(connection, case, at)
        case Timer.LADDER:
            return await _climb(connection, case, due, promised, at)
        case Timer.STAYED:
            return await stayed(connection, case, at)
        case _:
            return await _remind(connection, case, due.kind, at)


async def _remind(connection: AsyncConnection, case: Case, timer: Timer, at: datetime) -> Case:
    kind, what = _TELLS[timer]
    if told(await events_of(connection, case.id), kind, what):
        return case
    case = await happen(connection, case, Happening(kind=kind, detail=what), by=PROGRAM, at=at)
    await tell(connection, case, Kind(kind.value), at, number=case.version)
    return case


def told(events: Sequence[Event], kind: Happened, what: str) -> bool:
    """Whether that was told since the clock runs: since the case was opened, or its author opened it again."""
    found = False
    for event in events:
        if event.kind is Happened.OPENED or (event.kind is Happened.REOPENED and event.by == PROGRAM):
            found = False
        found = found or (event.kind is kind and event.detail == what)
    return found


async def _wake(connection: AsyncConnection, case: Case, at: datetime) -> Case:
    if case.state is not State.SNOOZED:
        return case
    woke = Happening(kind=Happened.WOKE)
    case = await happen(connection, case, woke, by=PROGRAM, at=at, state=State.OPEN, snoozed_until=None)
    await tell(connection, case, Kind.WOKE, at, number=case.version)
    await arm(connection, case, at, anew=True)
    return case


async def _climb(connection: AsyncConnection, case: Case, due: Due, promised: Promised, at: datetime) -> Case:
    """Whoever had to act did so lately, and has that time again; or was silent for so long that the next role is asked."""
    place = due.rung or 0
    since = max(one for one in (due.since, case.acted_at, case.opened_at) if one)
    rung = promised.rung(case.unit, place)
    over = promised.over(case.unit, rung, since) if rung else None
    if over is not None and over <= at and (rung := promised.rung(case.unit, place + 1)):
        escalated = Happening(kind=Happened.ESCALATED, detail=rung.to)
        case = await happen(connection, case, escalated, by=PROGRAM, at=at)
        await tell_role(connection, case, rung.to, Kind.ESCALATED, at, number=case.version)
        place, since = place + 1, at
        over = promised.over(case.unit, rung, since)
    if over is not None and over > at:
        await put(connection, case, Due(kind=Timer.LADDER, due_at=over, since=since, rung=place))
    return case
