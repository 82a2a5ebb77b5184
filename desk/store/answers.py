"""Answers to cases: what each says, how far it is, and what became of it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from core.types import Parent
from desk.store.answer_tables import answer_versions, answers
from desk.store.case_tables import cases
from desk.store.database import Database


class State(StrEnum):
    """How far an answer is."""

    DRAFT = "draft"
    WAITING = "waiting"  # for somebody else to approve it
    APPROVED = "approved"
    QUEUED = "queued"  # to be sent, and surely not at the source
    SENDING = "sending"  # a try has begun: it may stand at the source
    SENT = "sent"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


UNDER_WAY = (State.DRAFT, State.WAITING, State.APPROVED, State.QUEUED, State.SENDING)
"""A case has one of these at most."""
WRITABLE = frozenset({State.DRAFT, State.WAITING, State.APPROVED})
GOING = frozenset({State.QUEUED, State.SENDING})


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer said, by whom; and who approved those words."""

    number: int
    text: str
    by: str
    at: datetime
    language: str | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer with the words that stand now.

    number     by which people call it; `answers` the mention that it is to, `publisher` the configured one that sends it
    crisis     whose statement it is; None of any other
    key        core.types.Reply.key, from when it is to be sent; `ready_at` when that was, `sends` who said so
    due_at     when it is tried next, or asked for; None where nothing is to happen by itself
    parent     as in the Reply, from the first try on
    reason     why it never goes out: a word of a bounded list; `error` a sentence on the last try that came to nothing
    topics     of the playbook, that it is about; from the first try on, too
    mention    its id at the source, once it stands there
    """

    id: str
    number: int
    case: str
    answers: str
    publisher: str
    state: State
    words: Version
    crisis: str | None = None
    key: str | None = None
    sends: str | None = None
    ready_at: datetime | None = None
    due_at: datetime | None = None
    tried_at: datetime | None = None
    tries: int = 0
    parent: Parent | None = None
    topics: tuple[str, ...] = ()
    error: str | None = None
    reason: str | None = None
    mention: str | None = None
    url: str | None = None
    copies: tuple[str, ...] = ()
    ended_at: datetime | None = None


async def get(database: Database, number: int) -> Answer | None:
    async with database.reading() as connection:
        return await one(connection, answers.c.number == number)


async def of_case(database: Database, case: str) -> Sequence[Answer]:
    """Those of a case, the latest first."""
    async with database.reading() as connection:
        return await of_case_within(connection, case)


async def of_case_within(connection: AsyncConnection, case: str) -> Sequence[Answer]:
    """The same in that transaction."""
    rows = await connection.execute(_asked(answers.c.case == case).order_by(answers.c.number.desc()))
    return [of_row(row) for row in rows]


async def versions(database: Database, answer: str) -> Sequence[Version]:
    """What it said, in order."""
    async with database.reading() as connection:
        return await versions_within(connection, answer)


async def versions_within(connection: AsyncConnection, answer: str) -> Sequence[Version]:
    """The same in that transaction."""
    asked = select(answer_versions).where(answer_versions.c.answer == answer).order_by(answer_versions.c.number)
    fields = Version.__struct_fields__
    return [Version(**{name: getattr(row, name) for name in fields}) for row in await connection.execute(asked)]


async def listed(
    database: Database,
    *,
    states: Collection[State] = (),
    units: Collection[str | None] | None = None,
    skip: int = 0,
    most: int = 100,
) -> Sequence[Answer]:
    """Those in these states, or all, of cases of these units, or of all; the latest first."""
    where: list[ColumnElement[bool]] = [answers.c.state.in_(states)] if states else []
    if units is not None:
        named = cases.c.unit.in_([unit for unit in units if unit is not None])
        where.append(named | cases.c.unit.is_(None) if None in units else named)
    asked = _asked(*where).join(cases, cases.c.id == answers.c.case).order_by(answers.c.number.desc())
    async with database.reading() as connection:
        return [of_row(row) for row in await connection.execute(asked.offset(skip or None).limit(most))]


async def counted(database: Database) -> dict[State, int]:
    """How many are in each state in which there are any."""
    asked = select(answers.c.state, func.count()).group_by(answers.c.state)
    async with database.reading() as connection:
        return {State(state): number for state, number in await connection.execute(asked)}


async def oldest_due(database: Database) -> datetime | None:
    """Since when the answer was to be sent that waits longest to stand at its source."""
    asked = select(func.min(answers.c.ready_at)).where(answers.c.state.in_(GOING))
    async with database.reading() as connection:
        found = await connection.scalar(asked)
        return found if isinstance(found, datetime) else None


async def elsewhere(database: Database, publishers: Collection[str], at: datetime) -> Sequence[Answer]:
    """Those on their way since before then by none of these publishers, which nobody brings further; a hundred at most."""
    theirs = answers.c.publisher.not_in([*publishers])
    asked = _asked(theirs, answers.c.state.in_(GOING), answers.c.ready_at < at).order_by(answers.c.number).limit(100)
    async with database.reading() as connection:
        return [of_row(row) for row in await connection.execute(asked)]


async def of_crisis_since(connection: AsyncConnection, crisis: str, at: datetime) -> int:
    """How many statements of that crisis are still to be sent, or were tried since then; in that transaction."""
    busy = answers.c.state.in_(GOING) | (answers.c.tried_at > at)
    asked = select(func.count()).select_from(answers).where(answers.c.crisis == crisis, busy)
    return await connection.scalar(asked) or 0


async def under_way(connection: AsyncConnection, case: str) -> Answer | None:
    """The one that is not over of that case, in that transaction."""
    return await one(connection, answers.c.case == case, answers.c.state.in_(UNDER_WAY))


async def one(connection: AsyncConnection, *where: ColumnElement[bool]) -> Answer | None:
    """The first of these by number, in that transaction."""
    row = (await connection.execute(_asked(*where).order_by(answers.c.number).limit(1))).first()
    return None if row is None else of_row(row)


def of_row(row: Row[*tuple[Any, ...]]) -> Answer:  # Any: rows carry no types
    """The answer that a row of both tables is."""
    told = {name: getattr(row, name) for name in Answer.__struct_fields__ if name != "words"}
    words = {name: getattr(row, f"v_{name}") for name in Version.__struct_fields__}
    return Answer(
        **told
        | {
            "state": State(row.state),
            "words": Version(**words),
            "parent": msgspec.json.decode(row.parent, type=Parent) if row.parent else None,
            "topics": msgspec.json.decode(row.topics, type=tuple[str, ...]),
            "copies": msgspec.json.decode(row.copies, type=tuple[str, ...]),
        }
    )


def _asked(*where: ColumnElement[bool]) -> Select[Any]:  # Any: two tables' columns
    words = [answer_versions.c[name].label(f"v_{name}") for name in Version.__struct_fields__]
    both = (answer_versions.c.answer == answers.c.id) & (answer_versions.c.number == answers.c.version)
    return select(answers, *words).join(answer_versions, both).where(*where)
