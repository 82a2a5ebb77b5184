"""What a crisis came to, for those who look back on it: what happened when, who was told how fast, and what fell short."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from desk.crisis.evidence import Evidence, Figures, read, read_figures
from desk.store import crises, notice_messages
from desk.store.crises import Answer, Crisis, Event, Happened, Ringing, Statement, Step, StepState
from desk.store.database import Database
from desk.store.notice_messages import Message
from desk.store.notices import Kind, Notice


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody was told of something: `at` when it was owed, `taken_at` when the channel took it; None where none did (yet).

    to       who is meant: a person by id, a role, a unit
    person   who got it by name of its id; None where the channel is one place for all
    again    whether it may have come twice; `instead` the channel that failed before this one
    """

    kind: Kind
    at: datetime
    to: str
    channel: str | None = None
    person: str | None = None
    taken_at: datetime | None = None
    again: bool = False
    instead: str | None = None
    error: str | None = None


class Frozen(msgspec.Struct, frozen=True, kw_only=True):
    """Evidence as it was at the event of that number."""

    number: int
    at: datetime
    figures: tuple[Figures, ...] = ()
    evidence: Evidence | None = None


class Short(StrEnum):
    """What may fall short."""

    NOBODY_TOLD = "nobody_told"
    CHANNEL_FAILED = "channel_failed"  # another one was used instead
    ESCALATED = "escalated"
    NOT_ACKNOWLEDGED = "not_acknowledged"
    NO_LEAD = "no_lead"
    NO_SEVERITY = "no_severity"
    NO_STATEMENT = "no_statement"
    STEP_LATE = "step_late"
    STEP_OPEN = "step_open"
    NO_LESSON = "no_lesson"


class Lack(msgspec.Struct, frozen=True, kw_only=True):
    """Something that fell short; `what` is a step, a role or a channel, `late` by how many seconds."""

    short: Short
    what: str = ""
    late: float | None = None


class Times(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds since it began, `opened`, and since the opening each of the others; None for what never was."""

    opened: float
    told: float | None = None
    acknowledged: float | None = None
    led: float | None = None
    statement: float | None = None
    ended: float | None = None


class AfterAction(msgspec.Struct, frozen=True, kw_only=True):
    """All of one crisis; `cases` counts those that belong to it by state."""

    crisis: Crisis
    monitors: tuple[Ringing, ...]
    times: Times
    events: tuple[Event, ...]
    steps: tuple[Step, ...]
    statements: tuple[Statement, ...]
    answers: tuple[Answer, ...]
    told: tuple[Told, ...]
    cases: Mapping[str, int]
    evidence: tuple[Frozen, ...]
    short: tuple[Lack, ...]


async def gathered(database: Database, crisis: str | int) -> AfterAction | None:
    """As it is now; None where there is no crisis of that id or number."""
    found = await crises.get(database, crisis)
    if found is None:
        return None
    events, steps = await crises.events(database, found.id), await crises.steps(database, found.id)
    said = await crises.statements(database, found.id)
    told = [told_of(*one) for one in await notice_messages.told_of(database, found.id)]
    return AfterAction(
        crisis=found,
        monitors=tuple(await crises.ringing(database, found.id)),
        times=times(found, events, said, told),
        events=tuple(events),
        steps=tuple(steps),
        statements=tuple(said),
        answers=tuple(await crises.answers(database, found.id)),
        told=tuple(told),
        cases=await crises.counted(database, found.id),
        evidence=tuple(
            Frozen(number=one.number, at=one.at, figures=tuple(read_figures(one.figures)), evidence=read(one.document))
            for one in await crises.evidence(database, found.id)
        ),
        short=tuple(short(found, events, steps, said, told)),
    )


def told_of(notice: Notice, message: Message | None) -> Told:
    """Pure."""
    to = notice.to_person or notice.to_role or notice.to_unit or ""
    if message is None:
        return Told(kind=notice.kind, at=notice.at, to=to)
    return Told(
        kind=notice.kind,
        at=notice.at,
        to=to,
        channel=message.channel,
        person=message.person,
        taken_at=message.taken_at,
        again=message.tries > 1,
        instead=message.instead,
        error=message.error,
    )


def times(crisis: Crisis, events: Sequence[Event], said: Iterable[Statement], told: Iterable[Told]) -> Times:
    """Pure."""
    alarms = (one.taken_at for one in told if one.kind is Kind.ALARM and one.taken_at)
    led = _led(events)
    seen = [one.at for one in events if one.kind is Happened.ACKNOWLEDGED]

    def since(moment: datetime | None) -> float | None:
        return None if moment is None else (moment - crisis.opened_at).total_seconds()

    return Times(
        opened=(crisis.opened_at - crisis.since).total_seconds(),
        told=since(min(alarms, default=None)),
        acknowledged=since(min([*seen, *led], default=None)),
        led=since(min(led, default=None)),
        statement=since(min((one.approved_at for one in said if one.approved_at), default=None)),
        ended=since(crisis.ended_at),
    )


def short(
    crisis: Crisis, events: Sequence[Event], steps: Iterable[Step], said: Iterable[Statement], told: Sequence[Told]
) -> Sequence[Lack]:
    """What fell short, in the order in which it should have been. Pure."""
    found = [Lack(short=Short.NOBODY_TOLD)] if not any(one.taken_at for one in told if one.kind is Kind.ALARM) else []
    failed = sorted({one.instead for one in told if one.instead})
    found += [Lack(short=Short.CHANNEL_FAILED, what=channel) for channel in failed]
    found += [Lack(short=Short.ESCALATED, what=one.detail) for one in events if one.kind is Happened.ESCALATED]
    found += [
        Lack(short=what)
        for what, there in (
            (Short.NOT_ACKNOWLEDGED, crisis.acknowledged_at),
            (Short.NO_LEAD, _led(events)),
            (Short.NO_SEVERITY, crisis.severity),
            (Short.NO_STATEMENT, any(one.approved_at for one in said)),
        )
        if not there
    ]
    found += [one for step in steps if (one := _of_step(step)) is not None]
    return found + ([Lack(short=Short.NO_LESSON)] if not crisis.running and not crisis.lesson else [])


def _led(events: Iterable[Event]) -> Sequence[datetime]:
    """When somebody took the lead; who it was may be erased since."""
    return [one.at for one in events if one.kind in (Happened.TAKEN, Happened.ACCEPTED)]


def _of_step(step: Step) -> Lack | None:
    if step.due_at is None or step.state is StepState.SKIPPED:
        return None
    if step.done_at is None:
        return Lack(short=Short.STEP_OPEN, what=step.step)
    late = step.done_at - step.due_at
    return Lack(short=Short.STEP_LATE, what=step.step, late=late.total_seconds()) if late > timedelta(0) else None
