"""Crises: an event in which monitors rang, what happened in each, its plan, its statements, and the cases that belong to it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

import msgspec
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store import cases
from desk.store.case_tables import cases as case_rows
from desk.store.cases import Case
from desk.store.crisis_tables import (
    crises,
    crisis_answers,
    crisis_cases,
    crisis_events,
    crisis_evidence,
    crisis_monitors,
    crisis_statements,
    crisis_steps,
)
from desk.store.database import Database
from desk.store.statements import chunks

Made = TypeVar("Made", bound=msgspec.Struct)


class State(StrEnum):
    """Whether monitors ring, are quiet for a while, or people said that it is over."""

    OPEN = "open"
    LULL = "lull"
    ENDED = "ended"


class Happened(StrEnum):
    """What can happen to a crisis."""

    OPENED = "opened"
    JOINED = "joined"  # another monitor rings; its name
    ACKNOWLEDGED = "acknowledged"
    ESCALATED = "escalated"  # nobody acknowledged: the role that is asked next
    TAKEN = "taken"  # somebody leads it
    OFFERED = "offered"  # the lead wants to hand it to a person
    ACCEPTED = "accepted"
    RETURNED_TO_LEAD = "returned_to_lead"  # a hand-over that nobody accepted
    RISEN = "risen"  # "2: why"
    FALLEN = "fallen"
    STEP_SOON = "step_soon"  # of a step: nearly due, due, done, skipped
    STEP_OVERDUE = "step_overdue"
    STEP_DONE = "step_done"
    STEP_SKIPPED = "step_skipped"  # "step: why"
    DRAFTED = "drafted"  # "nl 2": a statement
    APPROVED = "approved"
    APPLIED = "applied"  # an approved answer goes to the attached cases; its number
    APPLIED_ALL = "applied_all"  # all of them have it; its number
    ATTACHED = "attached"  # a case, by a person
    DETACHED = "detached"
    CASES_CAME = "cases_came"  # so many
    NOTED = "noted"
    LULL = "lull"
    RETURN = "return"  # monitors ring again
    ASKED = "asked"  # quiet for so long that the lead is asked whether it is over
    STOOD_DOWN = "stood_down"
    REOPENED = "reopened"


class Crisis(msgspec.Struct, frozen=True, kw_only=True):
    """One event.

    number         by which people call it; `version` is the number of its last event
    drill          id of the drill that it is part of; None where it is real
    unit           that owns it, whose rota is on call
    plan           version of the playbook that it was opened with
    severity       1 to 3, or None while nobody said
    lead           id of the person, or whoever acts without being one; `offered_to` whom the lead wants to hand it to
    since          arrival time at which it began
    last_alarm_at  up to when a monitor rang
    asked_at       when the lead was asked whether it is over
    """

    id: str
    number: int
    opened_at: datetime
    since: datetime
    last_alarm_at: datetime
    plan: str
    version: int = 0
    state: State = State.OPEN
    drill: str | None = None
    unit: str | None = None
    severity: int | None = None
    lead: str | None = None
    offered_to: str | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    lull_since: datetime | None = None
    asked_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str | None = None
    lesson: str | None = None

    @property
    def running(self) -> bool:
        return self.state is not State.ENDED


class Ringing(msgspec.Struct, frozen=True, kw_only=True):
    """A monitor of a crisis: since when it rang, up to when, and since when it is known that it does no more."""

    monitor: str
    since: datetime
    last_alarm_at: datetime
    quiet_at: datetime | None = None


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """What happened; `detail` is a word, an id, or what somebody wrote (Happened)."""

    crisis: str
    number: int
    at: datetime
    by: str
    kind: Happened
    detail: str = ""


class StepState(StrEnum):
    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A step of the plan.

    says    by language; "" is of any
    from_   the severity from which on it has to be done
    within  seconds that it may take; None where it has no clock
    due_at  until when; None where its clock does not run (yet)
    """

    step: str
    place: int
    says: Mapping[str, str]
    owner: str
    from_: int
    within: int | None = None
    due_at: datetime | None = None
    state: StepState = StepState.OPEN
    done_at: datetime | None = None
    done_by: str | None = None

    def called(self, language: str) -> str:
        """In that language, else in English, else in the first there is."""
        return self.says.get(language) or self.says.get("en") or next(iter(self.says.values()))


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """What is said first, in one language: a draft, or approved by another person than who drafted it."""

    language: str
    number: int
    text: str
    drafted_by: str
    drafted_at: datetime
    approved_by: str | None = None
    approved_at: datetime | None = None


class Frozen(msgspec.Struct, frozen=True, kw_only=True):
    """Evidence as it was at the event of that number: `figures` JSON of desk.crisis.evidence.Figures, one a monitor; `document` JSON of
    desk.crisis.evidence.Evidence, "" until it is known.
    """

    number: int
    at: datetime
    figures: str
    document: str = ""
    frozen_at: datetime | None = None


class Attached(msgspec.Struct, frozen=True, kw_only=True):
    """A case of a crisis, since when and by whom."""

    case: Case
    at: datetime
    by: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An approved answer on its way to the attached cases: numbers of statements by language, at most so many cases `a_minute`."""

    number: int
    statements: Mapping[str, int]
    a_minute: int
    by: str
    at: datetime
    done_at: datetime | None = None


async def get(database: Database, crisis: str | int) -> Crisis | None:
    """The crisis of that id or number."""
    named = crises.c.number == crisis if isinstance(crisis, int) else crises.c.id == crisis
    async with database.reading() as connection:
        row = (await connection.execute(select(crises).where(named))).first()
        return None if row is None else of_row(row)


async def several(database: Database, ids: Collection[str]) -> dict[str, Crisis]:
    """Those of these ids that are there, by id."""
    async with database.reading() as connection:
        asked = (select(crises).where(crises.c.id.in_(some)) for some in chunks(ids))
        return {row.id: of_row(row) for one in asked for row in await connection.execute(one)}


async def listed(
    database: Database, *, running: bool | None = None, drills: bool | None = None, skip: int = 0, most: int = 100
) -> Sequence[Crisis]:
    """Those that run first, then the latest; `running` and `drills` narrow where they are not None."""
    where = _where(running=running, drills=drills)
    ended = crises.c.state == State.ENDED.value
    ordered = select(crises).where(*where).order_by(ended, crises.c.opened_at.desc(), crises.c.number.desc())
    async with database.reading() as connection:
        return [of_row(row) for row in await connection.execute(ordered.offset(skip or None).limit(most))]


async def count(database: Database, *, running: bool | None = None, drills: bool | None = None) -> int:
    asked = select(func.count()).select_from(crises).where(*_where(running=running, drills=drills))
    async with database.reading() as connection:
        return await connection.scalar(asked) or 0


async def of_drill(database: Database, drill: str) -> Sequence[Crisis]:
    """The crises of that drill, the first first."""
    async with database.reading() as connection:
        asked = select(crises).where(crises.c.drill == drill).order_by(crises.c.number)
        return [of_row(row) for row in await connection.execute(asked)]


async def ringing(database: Database, crisis: str) -> Sequence[Ringing]:
    """Its monitors, who rang first first."""
    async with database.reading() as connection:
        return await ringing_of(connection, crisis)


async def ringing_of(connection: AsyncConnection, crisis: str) -> Sequence[Ringing]:
    """As `ringing`, in a transaction."""
    asked = select(crisis_monitors).where(crisis_monitors.c.crisis == crisis)
    rows = await connection.execute(asked.order_by(crisis_monitors.c.since, crisis_monitors.c.monitor))
    return [_made(Ringing, row) for row in rows]


async def events(database: Database, crisis: str, *, after: int = 0) -> Sequence[Event]:
    """What happened to it, in order; what came after that event."""
    async with database.reading() as connection:
        return await events_of(connection, crisis, after=after)


async def events_of(connection: AsyncConnection, crisis: str, *, after: int = 0) -> Sequence[Event]:
    """As `events`, in a transaction."""
    of = (crisis_events.c.crisis == crisis, crisis_events.c.number > after)
    rows = await connection.execute(select(crisis_events).where(*of).order_by(crisis_events.c.number))
    return [_made(Event, row, kind=Happened(row.kind)) for row in rows]


async def reopened_at(connection: AsyncConnection, crisis: Crisis) -> datetime | None:
    """When it was last said that it is not over; None where that never was."""
    of = (crisis_events.c.crisis == crisis.id, crisis_events.c.kind == Happened.REOPENED.value)
    asked = select(crisis_events.c.at).where(*of).order_by(crisis_events.c.number.desc()).limit(1)
    moment: datetime | None = await connection.scalar(asked)
    return moment


async def steps(database: Database, crisis: str) -> Sequence[Step]:
    """Its plan, in the plan's order."""
    async with database.reading() as connection:
        return await steps_of(connection, crisis)


async def steps_of(connection: AsyncConnection, crisis: str) -> Sequence[Step]:
    """As `steps`, in a transaction."""
    asked = select(crisis_steps).where(crisis_steps.c.crisis == crisis).order_by(crisis_steps.c.place)
    return [
        Step(
            step=row.step,
            place=row.place,
            says=msgspec.json.decode(row.says),
            owner=row.owner,
            from_=getattr(row, "from"),
            within=row.within,
            due_at=row.due_at,
            state=StepState(row.state),
            done_at=row.done_at,
            done_by=row.done_by,
        )
        for row in await connection.execute(asked)
    ]


async def statements(database: Database, crisis: str) -> Sequence[Statement]:
    """All that was drafted, by language and number: the last of a language is what stands."""
    async with database.reading() as connection:
        return await statements_of(connection, crisis)


async def statements_of(connection: AsyncConnection, crisis: str) -> Sequence[Statement]:
    """As `statements`, in a transaction."""
    asked = select(crisis_statements).where(crisis_statements.c.crisis == crisis)
    rows = await connection.execute(asked.order_by(crisis_statements.c.language, crisis_statements.c.number))
    return [_made(Statement, row) for row in rows]


async def evidence(database: Database, crisis: str) -> Sequence[Frozen]:
    """What was frozen, in order: at the opening, at each rise of severity, at each end."""
    async with database.reading() as connection:
        asked = select(crisis_evidence).where(crisis_evidence.c.crisis == crisis).order_by(crisis_evidence.c.number)
        return [_made(Frozen, row) for row in await connection.execute(asked)]


async def attached(database: Database, crisis: str, *, skip: int = 0, most: int = 10_000) -> Sequence[Attached]:
    """Its cases, the latest first."""
    theirs = (crisis_cases.c.crisis == crisis, crisis_cases.c.detached_at.is_(None))
    asked = select(case_rows, crisis_cases.c.at.label("joined_at"), crisis_cases.c.by.label("joined_by"))
    joined = asked.join(crisis_cases, crisis_cases.c.case == case_rows.c.id).where(*theirs)
    ordered = joined.order_by(case_rows.c.number.desc()).offset(skip or None).limit(most)
    async with database.reading() as connection:
        return [
            Attached(case=cases.of_row(row), at=row.joined_at, by=row.joined_by)
            for row in await connection.execute(ordered)
        ]


async def counted(database: Database, crisis: str) -> Mapping[str, int]:
    """How many of its cases stand how, by state."""
    theirs = (crisis_cases.c.crisis == crisis, crisis_cases.c.detached_at.is_(None))
    asked = select(case_rows.c.state, func.count()).join(crisis_cases, crisis_cases.c.case == case_rows.c.id)
    async with database.reading() as connection:
        rows = await connection.execute(asked.where(*theirs).group_by(case_rows.c.state))
        return {row[0]: row[1] for row in rows}


async def monitors(database: Database, ids: Collection[str]) -> Mapping[str, Sequence[str]]:
    """The monitors of each of these crises that has any, who rang first first."""
    found: dict[str, list[str]] = {}
    async with database.reading() as connection:
        for some in chunks(ids):
            asked = select(crisis_monitors.c.crisis, crisis_monitors.c.monitor).where(
                crisis_monitors.c.crisis.in_(some)
            )
            for row in await connection.execute(asked.order_by(crisis_monitors.c.since, crisis_monitors.c.monitor)):
                found.setdefault(row.crisis, []).append(row.monitor)
    return found


async def sizes(database: Database, ids: Collection[str]) -> Mapping[str, int]:
    """How many cases belong to each of these crises that has any."""
    found: dict[str, int] = {}
    async with database.reading() as connection:
        for some in chunks(ids):
            theirs = (crisis_cases.c.crisis.in_(some), crisis_cases.c.detached_at.is_(None))
            asked = select(crisis_cases.c.crisis, func.count().label("cases")).where(*theirs)
            rows = await connection.execute(asked.group_by(crisis_cases.c.crisis))
            found |= {row.crisis: row.cases for row in rows}
    return found


async def of_cases(database: Database, ids: Collection[str]) -> dict[str, Crisis]:
    """The latest crisis that each of these cases belongs to; nothing for those that belong to none."""
    found: dict[str, Crisis] = {}
    async with database.reading() as connection:
        for some in chunks(ids):
            asked = select(crises, crisis_cases.c.case).join(crisis_cases, crisis_cases.c.crisis == crises.c.id)
            theirs = asked.where(crisis_cases.c.case.in_(some), crisis_cases.c.detached_at.is_(None))
            for row in await connection.execute(theirs.order_by(crises.c.number)):
                found[row.case] = of_row(row)
    return found


async def in_crisis(connection: AsyncConnection, case: str) -> bool:
    """Whether the case belongs to one that has not ended; in that transaction."""
    theirs = select(crises.c.id).join(crisis_cases, crisis_cases.c.crisis == crises.c.id)
    running = (crisis_cases.c.detached_at.is_(None), crises.c.state != State.ENDED.value)
    return (await connection.execute(theirs.where(crisis_cases.c.case == case, *running).limit(1))).first() is not None


async def answers(database: Database, crisis: str) -> Sequence[Answer]:
    """Approved answers that were applied to its cases, in order."""
    async with database.reading() as connection:
        return await answers_of(connection, crisis)


async def answers_of(connection: AsyncConnection, crisis: str) -> Sequence[Answer]:
    """As `answers`, in a transaction."""
    asked = select(crisis_answers).where(crisis_answers.c.crisis == crisis).order_by(crisis_answers.c.number)
    return [answer_of(row) for row in await connection.execute(asked)]


def answer_of(row: Row[*tuple[Any, ...]]) -> Answer:  # Any: rows carry no types
    """The answer that a row of the table is."""
    return _made(Answer, row, statements=msgspec.json.decode(row.statements))


def of_row(row: Row[*tuple[Any, ...]]) -> Crisis:  # Any: rows carry no types
    """The crisis that a row of the table is."""
    return _made(Crisis, row, state=State(row.state), drill=row.drill or None)


def _where(*, running: bool | None, drills: bool | None) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if running is not None:
        where.append((crises.c.state != State.ENDED.value) if running else (crises.c.state == State.ENDED.value))
    if drills is not None:
        where.append((crises.c.drill != "") if drills else (crises.c.drill == ""))
    return where


def _made(what: type[Made], row: Row[*tuple[Any, ...]], **other: Any) -> Made:  # Any: rows carry no types
    return what(**{name: getattr(row, name) for name in what.__struct_fields__} | other)
