"""What people do in a crisis: who has it, how severe it is, its end. Each act names the version seen, and is refused where another was first."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from desk.crisis.acting import Change, Outcome, Refused, Why, do
from desk.crisis.evidence import written
from desk.crisis.planned import Plan
from desk.crisis.resuming import AGAIN, resume, run_clocks
from desk.crisis.telling import tell_lead, tell_on_call, tell_person
from desk.entry.operators import brings
from desk.entry.rights import Right
from desk.entry.who import Who
from desk.store import crisis_timers
from desk.store.case_writing import locked as locked_case
from desk.store.cases import Case
from desk.store.crises import Crisis, Happened, State, Step, StepState, steps_of
from desk.store.crisis_timers import OF_STEPS, Due, Timer, disarm
from desk.store.crisis_writing import attach_again, change_step, detach, freeze
from desk.store.database import Database
from desk.store.notices import Kind
from desk.store.roles import held_within
from desk.store.statements import fits
from playbook.crisis import SEVERITIES

LONGEST = 4000
"""Characters of a note, a reason or a lesson."""
ACCEPTS_WITHIN = timedelta(minutes=15)
"""How long somebody may take to accept what was handed over."""


async def acknowledge(database: Database, who: Who, crisis: str, *, at: datetime) -> Outcome:
    """Say that somebody saw it: nobody else is asked any more. Refused where somebody did already."""

    async def act(_: AsyncConnection, now: Crisis) -> Change | Refused | None:
        if now.acknowledged_by == who.by:
            return None
        if now.acknowledged_at is not None:
            return Refused(what=Happened.ACKNOWLEDGED, by=now.acknowledged_by or "", at=now.acknowledged_at)
        values = {"acknowledged_at": at, "acknowledged_by": who.by}
        return Change(kind=Happened.ACKNOWLEDGED, values=values, then=_unasked)

    return await do(database, who, crisis, act, kind=Happened.ACKNOWLEDGED, saw=None, at=at)


async def take(database: Database, who: Who, crisis: str, *, saw: int, at: datetime) -> Outcome:
    """Lead it. Whoever takes it has seen it; from somebody who leads it only whoever leads there may."""

    async def act(_: AsyncConnection, now: Crisis) -> Change | None:
        if now.lead == who.by and now.offered_to is None:
            return None
        return Change(kind=Happened.TAKEN, values=_led_by(who, now, at), then=_unasked)

    return await do(database, who, crisis, act, kind=Happened.TAKEN, saw=saw, at=at)


async def hand_over(database: Database, who: Who, crisis: str, person: str, *, saw: int, at: datetime) -> Outcome:
    """Offer it to one of the staff who may work there, who has to accept within ACCEPTS_WITHIN; until then whoever leads it does."""

    async def act(connection: AsyncConnection, now: Crisis) -> Change | Why | None:
        known = await held_within(connection, person)
        if not any(brings(one, who, Right.CASES, now.unit) for one in known):
            return Why.NOBODY
        if person in (now.offered_to, now.lead):
            return None

        async def then(connection: AsyncConnection, crisis: Crisis) -> None:
            await disarm(connection, crisis.id, Timer.HAND_OVER)
            await crisis_timers.put(connection, crisis.id, Due(kind=Timer.HAND_OVER, due_at=at + ACCEPTS_WITHIN))
            await tell_person(connection, crisis, person, Kind.HANDED_OVER, at)

        return Change(kind=Happened.OFFERED, detail=person, values={"offered_to": person}, then=then)

    return await do(database, who, crisis, act, kind=Happened.OFFERED, saw=saw, at=at)


async def accept(database: Database, who: Who, crisis: str, *, saw: int, at: datetime) -> Outcome:
    """Lead what was offered to them."""

    async def act(_: AsyncConnection, now: Crisis) -> Change:
        return Change(kind=Happened.ACCEPTED, detail=who.by, values=_led_by(who, now, at), then=_unasked)

    return await do(database, who, crisis, act, kind=Happened.ACCEPTED, saw=saw, at=at)


async def severity(
    database: Database, who: Who, crisis: str, level: int, reason: str, *, saw: int, at: datetime
) -> Outcome:
    """Say how severe it is, and why. The clocks of what that asks for begin; evidence is frozen where it rises."""
    words = reason.strip()

    async def act(_: AsyncConnection, now: Crisis) -> Change | Why | None:
        if level not in SEVERITIES or not fits(words, LONGEST):
            return Why.WRONG
        if level == now.severity:
            return None
        risen = level > (now.severity or 0)

        async def then(connection: AsyncConnection, crisis: Crisis) -> None:
            await run_clocks(connection, crisis, at)
            if risen:
                await freeze(connection, crisis, written(()), at=at)

        kind = Happened.RISEN if risen else Happened.FALLEN
        return Change(kind=kind, detail=f"{level}: {words}", values={"severity": level}, then=then)

    return await do(database, who, crisis, act, kind=Happened.RISEN, saw=saw, at=at)


async def step(
    database: Database, who: Who, crisis: str, name: str, *, saw: int, at: datetime, skipped: str | None = None
) -> Outcome:
    """Say that a step is done; or that it is not needed, and why (`skipped`). Refused where that is decided, but to
    whoever says the same again.
    """
    why = None if skipped is None else skipped.strip()
    kind = Happened.STEP_DONE if why is None else Happened.STEP_SKIPPED

    async def act(connection: AsyncConnection, now: Crisis) -> Change | Refused | Why | None:
        known = next((one for one in await steps_of(connection, now.id) if one.step == name), None)
        if known is None:
            return Why.GONE
        if why is not None and not fits(why, LONGEST):
            return Why.WRONG
        if known.state is not StepState.OPEN:
            return _said_already(known, kind, who)

        async def then(connection: AsyncConnection, crisis: Crisis) -> None:
            state = StepState.DONE if why is None else StepState.SKIPPED
            due = known.due_at
            await change_step(connection, crisis, name, due_at=due, state=state, done_at=at, done_by=who.by)
            await disarm(connection, crisis.id, *OF_STEPS, what=name)

        return Change(kind=kind, detail=name if why is None else f"{name}: {why}", then=then)

    return await do(database, who, crisis, act, kind=kind, saw=saw, at=at, what=name)


def _said_already(step: Step, kind: Happened, who: Who) -> Refused | None:
    """Who did it, or said that it is not needed, and when; None where that is the same again."""
    said = Happened.STEP_DONE if step.state is StepState.DONE else Happened.STEP_SKIPPED
    if (said, step.done_by) == (kind, who.by):
        return None
    return Refused(what=said, by=step.done_by or "", at=step.done_at, detail=step.step)


async def note(database: Database, who: Who, crisis: str, text: str, *, at: datetime) -> Outcome:
    """Write something down in the timeline, after the end too."""
    words = text.strip()

    async def act(_: AsyncConnection, __: Crisis) -> Change | Why:
        return Change(kind=Happened.NOTED, detail=words) if fits(words, LONGEST) else Why.WRONG

    return await do(database, who, crisis, act, kind=Happened.NOTED, saw=None, at=at, ended=True)


async def attach(database: Database, who: Who, crisis: str, case: int, *, at: datetime) -> Outcome:
    """The case of that number belongs to it. None belongs to a drill."""

    async def act(connection: AsyncConnection, now: Crisis) -> Change | Why | None:
        found = await _case(connection, who, case)
        if found is None or now.drill is not None:
            return Why.GONE if found is None else Why.WRONG
        if not await attach_again(connection, now, found.id, by=who.by, at=at):
            return None
        return Change(kind=Happened.ATTACHED, detail=str(case))

    return await do(database, who, crisis, act, kind=Happened.ATTACHED, saw=None, at=at)


async def take_out(database: Database, who: Who, crisis: str, case: int, *, at: datetime) -> Outcome:
    """The case of that number does not belong to it, and does not come back by itself."""

    async def act(connection: AsyncConnection, now: Crisis) -> Change | Why | None:
        found = await _case(connection, who, case)
        if found is None:
            return Why.GONE
        if not await detach(connection, now, found.id, at=at):
            return None
        return Change(kind=Happened.DETACHED, detail=str(case))

    return await do(database, who, crisis, act, kind=Happened.DETACHED, saw=None, at=at)


async def stand_down(
    database: Database, who: Who, crisis: str, reason: str, *, lesson: str = "", saw: int, at: datetime
) -> Outcome:
    """Say that it is over, why, and what is learnt from it. Nothing happens by itself any more; its cases go on as they are."""
    why, learnt = reason.strip(), lesson.strip()

    async def act(_: AsyncConnection, __: Crisis) -> Change | Why:
        if not fits(why, LONGEST) or not (learnt == "" or fits(learnt, LONGEST)):
            return Why.WRONG

        async def then(connection: AsyncConnection, crisis: Crisis) -> None:
            await disarm(connection, crisis.id)
            await freeze(connection, crisis, written(()), at=at)
            await tell_on_call(connection, crisis, Kind.STOOD_DOWN, at)
            if crisis.lead not in (None, who.by):
                await tell_lead(connection, crisis, Kind.STOOD_DOWN, at)

        values = {"state": State.ENDED, "ended_at": at, "reason": why, "lesson": learnt or None, "offered_to": None}
        return Change(kind=Happened.STOOD_DOWN, detail=why, values=values, then=then)

    return await do(database, who, crisis, act, kind=Happened.STOOD_DOWN, saw=saw, at=at)


async def reopen(
    database: Database, who: Who, crisis: str, reason: str, *, plan: Plan, saw: int, at: datetime
) -> Outcome:
    """It is not over; what is left of its steps has the clocks that it had. Refused where another one runs by now."""
    why = reason.strip()

    async def act(_: AsyncConnection, now: Crisis) -> Change | Why:
        if now.running:
            return Why.STATE
        if not fits(why, LONGEST):
            return Why.WRONG

        async def then(connection: AsyncConnection, crisis: Crisis) -> None:
            await resume(connection, crisis, plan, at, stood=now.ended_at or at)

        return Change(kind=Happened.REOPENED, detail=why, values=AGAIN, then=then)

    return await do(database, who, crisis, act, kind=Happened.REOPENED, saw=saw, at=at, ended=True)


def _led_by(who: Who, crisis: Crisis, at: datetime) -> dict[str, object]:
    """Whoever leads it has seen it."""
    seen = {} if crisis.acknowledged_at else {"acknowledged_at": at, "acknowledged_by": who.by}
    return {"lead": who.by, "offered_to": None, **seen}


async def _unasked(connection: AsyncConnection, crisis: Crisis) -> None:
    """Nobody else is asked to acknowledge it; whoever leads it has accepted."""
    kinds = (Timer.LADDER, *(() if crisis.offered_to else (Timer.HAND_OVER,)))
    await disarm(connection, crisis.id, *kinds)


async def _case(connection: AsyncConnection, who: Who, number: int) -> Case | None:
    """The case, where they may work on it."""
    found = await locked_case(connection, number)
    return found if found is not None and who.may(Right.CASES, found.unit) else None
