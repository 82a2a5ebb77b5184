"""The clocks and the ladder of a crisis: how they begin, how they run on once another severity is said, and how they begin again once it is back."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from desk.crisis.evidence import Figures, written
from desk.crisis.joining import gather
from desk.crisis.planned import Plan
from desk.crisis.telling import tell_lead, tell_on_call
from desk.store.case_writing import PROGRAM
from desk.store.crises import Crisis, Happened, State, StepState, ringing_of, steps_of
from desk.store.crisis_timers import OF_STEPS, Due, Timer, disarm, put
from desk.store.crisis_writing import Happening, change_step, freeze, happen
from desk.store.notices import Kind
from playbook.crisis import SEVERITIES

AGAIN = {
    "state": State.OPEN,
    "lull_since": None,
    "asked_at": None,
    "ended_at": None,
    "reason": None,
    "acknowledged_at": None,
    "acknowledged_by": None,
}
"""What a crisis that is back is no more; somebody has to acknowledge it anew."""


async def resume(
    connection: AsyncConnection,
    crisis: Crisis,
    plan: Plan,
    at: datetime,
    *,
    stood: datetime,
    figures: Sequence[Figures] = (),
) -> Crisis:
    """Let all go on that goes by itself in a crisis that is back, as its last event says.

    What drives it is frozen, whoever is on call and whoever leads it is told, and the ladder begins anew. Steps have the clocks that
    they had; what came due since `stood`, its end, is told now. Cases that came meanwhile attach.
    """
    await freeze(connection, crisis, written(figures), at=at)
    await tell_on_call(connection, crisis, Kind.RETURNED, at)
    if crisis.lead is not None:
        await tell_lead(connection, crisis, Kind.RETURNED, at)
    await run_clocks(connection, crisis, at, stood=stood)
    await ask(connection, crisis, plan, at)
    return await come(connection, crisis, [one.monitor for one in await ringing_of(connection, crisis.id)], at)


async def ask(connection: AsyncConnection, crisis: Crisis, plan: Plan, at: datetime) -> None:
    """Whoever is on call has so long to acknowledge from now on."""
    await disarm(connection, crisis.id, Timer.LADDER)
    rung = plan.rung(0)
    if rung is not None and rung.within is not None:
        await put(connection, crisis.id, Due(kind=Timer.LADDER, due_at=at + rung.within, since=at, rung=0))


async def come(connection: AsyncConnection, crisis: Crisis, monitors: Sequence[str], at: datetime) -> Crisis:
    """Attach the cases that these monitors opened since it began."""
    many = await gather(connection, crisis, monitors, at)
    if not many:
        return crisis
    return await happen(connection, crisis, Happening(kind=Happened.CASES_CAME, detail=str(many)), by=PROGRAM, at=at)


async def run_clocks(
    connection: AsyncConnection, crisis: Crisis, at: datetime, *, stood: datetime | None = None
) -> None:
    """Clocks of what this severity asks for run from now, where they do not yet; others stop. Those of a crisis that ended at `stood` tell
    what was due since; where it ran on (None), one that runs is left as it is, with what it has still to tell.
    """
    for one in await steps_of(connection, crisis.id):
        if one.state is not StepState.OPEN or one.within is None:
            continue
        asked = one.from_ <= max(crisis.severity or 0, SEVERITIES[0])
        due = (one.due_at or at + timedelta(seconds=one.within)) if asked else None
        if due == one.due_at and stood is None:
            continue
        await disarm(connection, crisis.id, *OF_STEPS, what=one.step)
        if due is not None:
            began = due - timedelta(seconds=one.within)
            ahead = [timer for timer in step_timers(one.step, began, due) if stood is None or timer.due_at > stood]
            await put(connection, crisis.id, *ahead)
        if due != one.due_at:
            await change_step(connection, crisis, one.step, due_at=due)


def step_timers(step: str, since: datetime, due_at: datetime) -> Sequence[Due]:
    """The last quarter of a step's time is due soon."""
    soon = since + (due_at - since) * 0.75
    return (
        Due(kind=Timer.STEP_SOON, what=step, due_at=soon),
        Due(kind=Timer.STEP_OVERDUE, what=step, due_at=due_at),
    )
