"""Cases: what one author says in one conversation and somebody has to answer, and what happened to each."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from core.findings import SEVERITIES
from desk.store.case_tables import case_events, case_messages, cases
from desk.store.crisis_tables import crises, crisis_cases
from desk.store.database import Database
from desk.store.statements import chunks


class State(StrEnum):
    """Whether somebody still has to do something: now, later, or not."""

    OPEN = "open"
    SNOOZED = "snoozed"
    CLOSED = "closed"


class Happened(StrEnum):
    """What can happen to a case."""

    OPENED = "opened"
    ATTACHED = "attached"  # the author wrote again
    EDITED = "edited"  # the author changed a message
    RISEN = "risen"  # it became more severe
    CLAIMED = "claimed"
    RELEASED = "released"  # whoever had it gave it back
    ASSIGNED = "assigned"
    HANDED_OVER = "handed_over"
    NOTED = "noted"
    SNOOZED = "snoozed"
    WOKE = "woke"
    TAGGED = "tagged"
    ANSWERING = "answering"  # somebody opened it at its source to answer there
    ANSWERED = "answered"  # an own account's answer was seen at the source
    UNANSWERED = "unanswered"  # that answer is gone from there
    CLOSED = "closed"
    SPAM = "spam"
    HANDLED_ELSEWHERE = "handled_elsewhere"
    REOPENED = "reopened"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    ESCALATED = "escalated"
    WARNED = "warned"  # another unit has to do with the same author
    WITHDRAWN = "withdrawn"  # a message is gone from its source
    DRAFTED = "drafted"  # an answer was written; of these `detail` begins with its number
    CORRECTED = "corrected"
    PROPOSED = "proposed"  # it waits for somebody else to approve it
    APPROVED = "approved"
    QUEUED = "queued"  # it is to be sent
    SENT = "sent"  # it stands at the source
    REFUSED = "refused"  # it never goes out
    TAKEN_BACK = "taken_back"  # before it went out
    UNPUBLISHED = "unpublished"  # it is to be withdrawn at its source
    NOT_DONE = "not_done"  # what was asked of a message at its source came to nothing: "hide not allowed"
    HIDDEN = "hidden"  # a message is to be hidden at its source
    DELETED = "deleted"  # a message is to be taken away there, or what stood there too much was
    THANKED = "thanked"  # the author, or a colleague, gave thanks for our answer
    COMPLAINED = "complained"  # a lead marked an error of our answer
    PUT_RIGHT = "put_right"  # a lead marked that our answer had to be put right
    ENDED_WELL = "ended_well"  # it was solved, and stayed closed


class Mood(StrEnum):
    """How an author sounds."""

    PLEASED = "pleased"
    UNHAPPY = "unhappy"


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One author in one conversation.

    number       by which people call it; `version` is the number of its last event
    unit         that owns it; None where the organisation model finds no owner
    since        event time of the message from which what is promised runs
    first_soon, resolution_soon  from when on what is due is due soon; None, as `first_due` and `resolution_due`, where
                 nothing is promised
    assignee     id of a person, or whoever acts without being one (desk.entry.who)
    answered_at  event time of the first answer of an own account after `since`
    acted_at     when a person last did something to it
    reason       why it was closed
    monitors     that its first message matched
    """

    id: str
    number: int
    author: str
    thread: str
    source: str
    severity: str
    outcome: str
    opened_at: datetime
    since: datetime
    first_message: str
    version: int
    unit: str | None = None
    state: State = State.OPEN
    snoozed_until: datetime | None = None
    assignee: str | None = None
    first_soon: datetime | None = None
    first_due: datetime | None = None
    resolution_soon: datetime | None = None
    resolution_due: datetime | None = None
    answered_at: datetime | None = None
    acted_at: datetime | None = None
    closed_at: datetime | None = None
    reason: str | None = None
    tags: tuple[str, ...] = ()
    monitors: tuple[str, ...] = ()


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to a case: `detail` is a word, an id, or the text of a note."""

    case: str
    number: int
    at: datetime
    by: str
    kind: Happened
    detail: str = ""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A message of a case, the author's or `own`; `at` is when it was published, `order` its version (core.order).

    topics  of the playbook that it is about; `mood` how its author sounds, None where that is not known or neither
    """

    mention: str
    at: datetime
    own: bool
    order: int
    edited_at: datetime | None = None
    severity: str | None = None
    topics: tuple[str, ...] = ()
    mood: Mood | None = None


class Order(StrEnum):
    URGENT = "urgent"  # what is due first, first; what is promised nothing last
    NEWEST = "newest"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which cases: every part narrows, an empty one does not.

    units       None among them stands for cases that no unit owns
    due_before  what has to be done next is due before that
    assignee    of that person; "" is of nobody
    crisis      that belong to the crisis of that number
    """

    units: Collection[str | None] = ()
    states: Collection[State] = (State.OPEN,)
    severities: Collection[str] = ()
    assignee: str | None = None
    due_before: datetime | None = None
    author: str | None = None
    crisis: int | None = None


async def get(database: Database, case: str | int) -> Case | None:
    """The case of that id or number."""
    async with database.reading() as connection:
        row = (await connection.execute(select(cases).where(_named(case)))).first()
        return None if row is None else of_row(row)


async def several(database: Database, ids: Collection[str]) -> dict[str, Case]:
    """Those of these ids that are there, by id."""
    async with database.reading() as connection:
        asked = (select(cases).where(cases.c.id.in_(some)) for some in chunks(ids))
        return {row.id: of_row(row) for one in asked for row in await connection.execute(one)}


async def every_state(database: Database) -> dict[str, State]:
    """How each case stands, by its id."""
    async with database.reading() as connection:
        return {row.id: State(row.state) for row in await connection.execute(select(cases.c.id, cases.c.state))}


async def listed(
    database: Database, asked: Asked, *, order: Order = Order.URGENT, skip: int = 0, most: int = 100
) -> Sequence[Case]:
    """Those asked for, from the one after `skip` on."""
    ordered = (*(urgent() if order is Order.URGENT else ()), cases.c.opened_at.desc(), cases.c.number.desc())
    every = select(cases).where(*_where(asked)).order_by(*ordered).offset(skip or None).limit(most)
    async with database.reading() as connection:
        return [of_row(row) for row in await connection.execute(every)]


async def count(database: Database, asked: Asked) -> int:
    async with database.reading() as connection:
        return await connection.scalar(select(func.count()).select_from(cases).where(*_where(asked))) or 0


async def events(database: Database, case: str, *, after: int = 0) -> Sequence[Event]:
    """What happened to it, in order; what came after that event."""
    async with database.reading() as connection:
        return await events_of(connection, case, after=after)


async def events_of(connection: AsyncConnection, case: str, *, after: int = 0) -> Sequence[Event]:
    """As `events`, in a transaction."""
    of = (case_events.c.case == case, case_events.c.number > after)
    rows = await connection.execute(select(case_events).where(*of).order_by(case_events.c.number))
    return [event_of(row) for row in rows]


async def messages(database: Database, case: str) -> Sequence[Message]:
    """Its messages, the author's and ours, as they were published."""
    async with database.reading() as connection:
        return await messages_of(connection, case)


async def messages_of(connection: AsyncConnection, case: str) -> Sequence[Message]:
    """As `messages`, in a transaction."""
    asked = select(case_messages).where(case_messages.c.case == case)
    rows = await connection.execute(asked.order_by(case_messages.c.at, case_messages.c.mention))
    return [message_of(row) for row in rows]


async def of_mentions(database: Database, mentions: Collection[str]) -> dict[str, list[Case]]:
    """The cases that these messages belong to, by mention id, the latest first; nothing for those that belong to none."""
    found: dict[str, list[Case]] = {}
    async with database.reading() as connection:
        for some in chunks(mentions):
            asked = select(case_messages.c.mention, cases).join(cases, cases.c.id == case_messages.c.case)
            theirs = asked.where(case_messages.c.mention.in_(some)).order_by(cases.c.number.desc())
            for row in await connection.execute(theirs):
                found.setdefault(row.mention, []).append(of_row(row))
    return found


def urgent() -> Sequence[ColumnElement[Any]]:  # Any: times and numbers
    """The order in which cases are worked on: what is due first, first, what is promised nothing last; then the worse before the less bad."""
    due = next_of(cases.c.first_due, cases.c.resolution_due)
    severe = case(*((cases.c.severity == word, place) for place, word in enumerate(SEVERITIES)), else_=-1)
    return due.is_(None), due, severe.desc()


def next_of(first: ColumnElement[Any], resolution: ColumnElement[Any]) -> ColumnElement[Any]:  # Any: times
    """That of the first response until it was given, then that of the resolution."""
    return case((cases.c.answered_at.is_(None), func.coalesce(first, resolution)), else_=resolution)


def of_row(row: Row[*tuple[Any, ...]]) -> Case:  # Any: rows carry no types
    """The case that a row of the table is."""
    told = {name: getattr(row, name) for name in Case.__struct_fields__}
    lists = {name: tuple(msgspec.json.decode(told[name])) for name in ("tags", "monitors")}
    return Case(**told | {"state": State(row.state)} | lists)


def message_of(row: Row[*tuple[Any, ...]]) -> Message:  # Any: rows carry no types
    """The message that a row of the table is."""
    told = {name: getattr(row, name) for name in Message.__struct_fields__}
    mood = Mood(row.mood) if row.mood else None
    return Message(**told | {"topics": tuple(msgspec.json.decode(row.topics)), "mood": mood})


def event_of(row: Row[*tuple[Any, ...]]) -> Event:  # Any: rows carry no types
    """What a row of the table of events tells."""
    told = {name: getattr(row, name) for name in Event.__struct_fields__}
    return Event(**told | {"kind": Happened(row.kind)})


def _named(case: str | int) -> ColumnElement[bool]:
    return cases.c.number == case if isinstance(case, int) else cases.c.id == case


def _where(asked: Asked) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if asked.units:
        units = [unit for unit in asked.units if unit is not None]
        unowned = cases.c.unit.is_(None)
        where.append(cases.c.unit.in_(units) | unowned if None in asked.units else cases.c.unit.in_(units))
    if asked.states:
        where.append(cases.c.state.in_(asked.states))
    if asked.severities:
        where.append(cases.c.severity.in_(asked.severities))
    if asked.assignee is not None:
        where.append(cases.c.assignee == asked.assignee if asked.assignee else cases.c.assignee.is_(None))
    if asked.due_before is not None:
        where.append(next_of(cases.c.first_due, cases.c.resolution_due) < asked.due_before)
    if asked.author is not None:
        where.append(cases.c.author == asked.author)
    if asked.crisis is not None:
        of = crisis_cases.join(crises, crises.c.id == crisis_cases.c.crisis)
        theirs = select(crisis_cases.c.case).select_from(of).where(crises.c.number == asked.crisis)
        where.append(cases.c.id.in_(theirs.where(crisis_cases.c.detached_at.is_(None))))
    return where
