"""What an alarm and its end make of the crises: one an event, with lull and return. Idempotent; each in one transaction."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import Retry
from desk.crisis.evidence import Figures, written
from desk.crisis.joining import hold
from desk.crisis.planned import Plan
from desk.crisis.resuming import AGAIN, ask, come, resume, step_timers
from desk.crisis.telling import tell_lead, tell_on_call
from desk.store.case_writing import PROGRAM
from desk.store.crises import Crisis, Happened, Ringing, State, reopened_at, ringing_of
from desk.store.crisis_timers import put
from desk.store.crisis_writing import (
    Happening,
    add_steps,
    freeze,
    happen,
    last_of,
    open_crisis,
    put_ringing,
)
from desk.store.database import Database
from desk.store.notices import Kind

GOES_ON = timedelta(minutes=30)
"""A monitor that rings again within that time has rung all along."""


async def alarmed(
    database: Database, figures: Sequence[Figures], plan: Plan, at: datetime, *, drill: str | None = None
) -> Crisis | None:
    """Tell of the monitors that ring: the crisis that they opened or belong to, None where there is nothing to open one for.

    What rings while one runs belongs to it. After its end it comes back where something rings anew within the plan's `lull`; a
    monitor that rang on over the end does not count. `at` is now: what rang before an end (`Figures.at`) opens nothing.
    Raises Retry where somebody else opens the same crisis at this moment.
    """
    if not figures or (drill is None and not plan.rings):
        return None
    try:
        async with database.writing() as connection:
            await hold(connection)
            return await _alarmed(connection, figures, plan, at, drill)
    except IntegrityError:
        raise Retry("the crisis was opened by somebody else") from None


async def quiet(
    database: Database,
    monitors: Collection[str],
    plan: Plan,
    at: datetime,
    *,
    watched: Collection[str],
    unknown: Collection[str] = (),
    drill: str | None = None,
) -> Crisis | None:
    """Tell of the monitors that do not ring, up to `at`, the end of what was looked at: the crisis that was quiet for so long.

    One that is not `watched` any more does not ring either. Of those in `unknown` nothing can be said: while one of its monitors is
    among them it comes to no lull, and what one was quiet before does not count. Once all are quiet for the plan's `lull`, it is in a lull;
    after `over` the lead is asked whether it is over.
    """
    async with database.writing() as connection:
        crisis = await last_of(connection, drill)
        if crisis is None:
            return None
        ringing = await ringing_of(connection, crisis.id)
        now_quiet = [
            _quiet(one, at)
            for one in ringing
            if (one.monitor in monitors or one.monitor not in watched) and not one.quiet_at and at > one.last_alarm_at
        ]
        now_quiet += [_quiet(one, at) for one in ringing if one.monitor in unknown and one.quiet_at]
        await put_ringing(connection, crisis, *now_quiet)
        known = {one.monitor: one for one in (*ringing, *now_quiet)}
        since = [one.quiet_at for one in known.values() if one.quiet_at and one.monitor not in unknown]
        silent = crisis.running and len(since) == len(known)
        return await _silent(connection, crisis, plan, at, since=max(since, default=at)) if silent else crisis


async def _alarmed(
    connection: AsyncConnection, figures: Sequence[Figures], plan: Plan, at: datetime, drill: str | None
) -> Crisis | None:
    last = await last_of(connection, drill)
    if last is None:
        return await _open(connection, figures, plan, at, drill)
    before = {one.monitor: one for one in await ringing_of(connection, last.id)}
    if last.running:
        return await _continue(connection, last, plan, figures, before, at=at)
    ended = last.ended_at or last.last_alarm_at
    anew = [one for one in figures if one.at > ended and not _rang_on(before.get(one.monitor), one)]
    on = [one for one in figures if one.at > ended and one not in anew and one.monitor in before]
    await put_ringing(connection, last, *(_rings(before.get(one.monitor), one) for one in on))
    if not anew:
        return None
    if min(one.at for one in anew) <= ended + plan.lull or drill is not None:
        return await _return(connection, last, plan, anew, before, at=at, kind=Happened.REOPENED)
    return await _open(connection, anew, plan, at, drill)


async def _open(
    connection: AsyncConnection, figures: Sequence[Figures], plan: Plan, at: datetime, drill: str | None
) -> Crisis:
    crisis = await open_crisis(
        connection,
        since=min(one.since for one in figures),
        last_alarm_at=max(one.at for one in figures),
        plan=plan.version,
        unit=plan.unit,
        drill=drill,
        at=at,
    )
    await put_ringing(connection, crisis, *(_rings(None, one) for one in figures))
    opened = Happening(kind=Happened.OPENED, detail=", ".join(sorted(one.monitor for one in figures)))
    crisis = await happen(connection, crisis, opened, by=PROGRAM, at=at)
    await freeze(connection, crisis, written(figures), at=at)
    await tell_on_call(connection, crisis, Kind.ALARM, at)
    await _begin_plan(connection, crisis, plan, at)
    return await come(connection, crisis, [one.monitor for one in figures], at)


async def _begin_plan(connection: AsyncConnection, crisis: Crisis, plan: Plan, at: datetime) -> None:
    steps = plan.steps(at)
    await add_steps(connection, crisis, steps)
    for step in steps:
        if step.due_at is not None:
            await put(connection, crisis.id, *step_timers(step.step, at, step.due_at))
    await ask(connection, crisis, plan, at)


async def _continue(
    connection: AsyncConnection,
    crisis: Crisis,
    plan: Plan,
    figures: Sequence[Figures],
    before: Mapping[str, Ringing],
    *,
    at: datetime,
) -> Crisis:
    if crisis.state is State.LULL and any(one.at > crisis.last_alarm_at for one in figures):
        return await _return(connection, crisis, plan, figures, before, at=at, kind=Happened.RETURN)
    await put_ringing(connection, crisis, *(_rings(before.get(one.monitor), one) for one in figures))
    crisis = await happen(connection, crisis, by=PROGRAM, at=at, **_span(crisis, figures))
    new = sorted(one.monitor for one in figures if one.monitor not in before)
    if new:
        crisis = await _join(connection, crisis, new, at)
        crisis = await come(connection, crisis, new, at)
    return crisis


async def _join(connection: AsyncConnection, crisis: Crisis, new: Sequence[str], at: datetime) -> Crisis:
    joined = [Happening(kind=Happened.JOINED, detail=name) for name in new]
    return await happen(connection, crisis, *joined, by=PROGRAM, at=at)


async def _return(
    connection: AsyncConnection,
    crisis: Crisis,
    plan: Plan,
    figures: Sequence[Figures],
    before: Mapping[str, Ringing],
    *,
    at: datetime,
    kind: Happened,
) -> Crisis:
    """It rings again, after a lull or after its end; what did not before joins it."""
    await put_ringing(connection, crisis, *(_rings(before.get(one.monitor), one) for one in figures))
    stood = crisis.ended_at or at
    names = sorted(one.monitor for one in figures)
    crisis = await _join(connection, crisis, [one for one in names if one not in before], at)
    back = Happening(kind=kind, detail=", ".join(names))
    crisis = await happen(connection, crisis, back, by=PROGRAM, at=at, **AGAIN, **_span(crisis, figures))
    return await resume(connection, crisis, plan, at, stood=stood, figures=figures)


async def _silent(connection: AsyncConnection, crisis: Crisis, plan: Plan, at: datetime, *, since: datetime) -> Crisis:
    """All of its monitors are known to be quiet since then; where somebody said after it that it is not over, that counts."""
    still = at - max(since, await reopened_at(connection, crisis) or since)
    if crisis.state is State.OPEN and still >= plan.lull:
        lull = Happening(kind=Happened.LULL)
        crisis = await happen(connection, crisis, lull, by=PROGRAM, at=at, state=State.LULL, lull_since=at)
        await tell_lead(connection, crisis, Kind.LULL, at)
    if crisis.state is State.LULL and crisis.asked_at is None and still >= plan.over:
        asked = Happening(kind=Happened.ASKED)
        crisis = await happen(connection, crisis, asked, by=PROGRAM, at=at, asked_at=at)
        await tell_lead(connection, crisis, Kind.LULL, at)
    return crisis


def _rang_on(before: Ringing | None, figures: Figures) -> bool:
    return before is not None and before.quiet_at is None and figures.at - before.last_alarm_at <= GOES_ON


def _rings(before: Ringing | None, figures: Figures) -> Ringing:
    """One that looks back at what was told already is quiet still."""
    if before is not None and before.last_alarm_at >= figures.at:
        return before
    since = min(before.since, figures.since) if before is not None else figures.since
    return Ringing(monitor=figures.monitor, since=since, last_alarm_at=figures.at)


def _quiet(one: Ringing, at: datetime) -> Ringing:
    return Ringing(monitor=one.monitor, since=one.since, last_alarm_at=one.last_alarm_at, quiet_at=at)


def _span(crisis: Crisis, figures: Sequence[Figures]) -> Mapping[str, datetime]:
    return {"last_alarm_at": max(crisis.last_alarm_at, *(one.at for one in figures))}
