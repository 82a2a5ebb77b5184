"""Whose turn it is at a publisher: one worker at a time has it, so that two calls for one account never overlap.

On PostgreSQL the row is locked while it is taken; a file has one writer anyway.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store.answer_tables import answer_deeds, answers, publisher_turns
from desk.store.answers import GOING, Answer, State, one
from desk.store.database import Database
from desk.store.statements import insert

turns = publisher_turns
DUE = (State.SENDING, State.QUEUED, State.SENT)
"""What of answers is looked at, in that order; of what was sent its copies."""


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """At one publisher, until then; `lease` says whose it is."""

    publisher: str
    lease: str
    until: datetime


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """Something to be done at the source to a message: core.ports.Publisher.hide or delete."""

    id: str
    case: str
    kind: str
    mention: str
    by: str
    at: datetime
    tries: int


async def idle(database: Database, publisher: str, at: datetime) -> bool:
    """Whether nothing is due there."""
    states = answers.c.state.in_(DUE)
    due = (answers.c.publisher == publisher, answers.c.due_at <= at, states)
    tasks = (answer_deeds.c.publisher == publisher, answer_deeds.c.due_at <= at)
    async with database.reading() as connection:
        for asked in (select(answers.c.id).where(*due), select(answer_deeds.c.id).where(*tasks)):
            if (await connection.execute(asked.limit(1))).first() is not None:
                return False
        return True


async def take(database: Database, turn: Turn, at: datetime) -> bool:
    """Whether it is theirs from now on: nobody else has it, and the source is not to be left alone for now."""
    async with database.writing() as connection:
        first = insert(connection, turns).values({"publisher": turn.publisher}).on_conflict_do_nothing()
        await connection.execute(first)
        free = or_(turns.c.leased_until.is_(None), turns.c.leased_until <= at)
        rested = or_(turns.c.waits_until.is_(None), turns.c.waits_until <= at)
        taken = update(turns).where(turns.c.publisher == turn.publisher, free, rested)
        mine = {"lease": turn.lease, "leased_until": turn.until}
        return (await connection.execute(taken.values(mine))).rowcount > 0


async def holds(connection: AsyncConnection, turn: Turn, *, until: datetime | None = None) -> bool:
    """Whether it is still theirs; then nobody takes it until the transaction ends. Longer, with `until`."""
    mine = (turns.c.publisher == turn.publisher, turns.c.lease == turn.lease)
    asked = select(turns.c.leased_until).where(*mine).with_for_update()
    if (await connection.execute(asked)).first() is None:
        return False
    if until is not None:
        await connection.execute(update(turns).where(*mine).values(leased_until=until))
    return True


async def give_back(
    database: Database, turn: Turn, *, waits_until: datetime | None = None, error: str | None = None
) -> None:
    """Let others have it; nobody before `waits_until`."""
    mine = (turns.c.publisher == turn.publisher, turns.c.lease == turn.lease)
    free = {"lease": None, "leased_until": None, "waits_until": waits_until, "error": error}
    async with database.writing() as connection:
        await connection.execute(update(turns).where(*mine).values(free))


async def next_answer(database: Database, publisher: str, at: datetime) -> Answer | None:
    """Of what is due there the answer that is so for longest: one that may stand there already before any other."""
    async with database.reading() as connection:
        for state in DUE:
            due = (answers.c.publisher == publisher, answers.c.due_at <= at, answers.c.state == state)
            first = select(answers.c.id).where(*due).order_by(answers.c.due_at, answers.c.number).limit(1)
            found = (await connection.execute(first)).scalar()
            if found is not None:
                return await one(connection, answers.c.id == found)
        return None


async def next_task(database: Database, publisher: str, at: datetime) -> Task | None:
    """Of what is due there the deed that is so for longest."""
    due = (answer_deeds.c.publisher == publisher, answer_deeds.c.due_at <= at)
    asked = select(answer_deeds).where(*due).order_by(answer_deeds.c.due_at, answer_deeds.c.id).limit(1)
    async with database.reading() as connection:
        row = (await connection.execute(asked)).first()
        return None if row is None else Task(**{name: getattr(row, name) for name in Task.__struct_fields__})


async def locked_task(connection: AsyncConnection, task: Task) -> bool:
    """Whether it is still to be done; then nobody changes it until the transaction ends. Its case is locked before it."""
    open_ = (answer_deeds.c.id == task.id, answer_deeds.c.due_at.is_not(None))
    return (await connection.execute(select(answer_deeds.c.id).where(*open_).with_for_update())).first() is not None


async def settle_task(connection: AsyncConnection, task: Task, **values: object) -> None:
    """What became of it."""
    await connection.execute(update(answer_deeds).where(answer_deeds.c.id == task.id).values(values))


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """How a publisher stands: how many answers wait there, since when the oldest; why it is left alone, until when."""

    publisher: str
    answers: int
    since: datetime | None
    waits_until: datetime | None = None
    error: str | None = None


async def waiting(database: Database) -> Sequence[Waiting]:
    """Each at which answers wait, or which is left alone."""
    going = (answers.c.state.in_(GOING),)
    asked = select(answers.c.publisher, func.count().label("n"), func.min(answers.c.ready_at).label("since"))
    async with database.reading() as connection:
        counted = {row.publisher: row for row in await connection.execute(asked.where(*going).group_by("publisher"))}
        rested = {row.publisher: row for row in await connection.execute(select(turns))}
    return [
        Waiting(
            publisher=name,
            answers=counted[name].n if name in counted else 0,
            since=counted[name].since if name in counted else None,
            waits_until=rested[name].waits_until if name in rested else None,
            error=rested[name].error if name in rested else None,
        )
        for name in sorted(counted.keys() | {name for name, row in rested.items() if row.error})
    ]


async def hurry(database: Database, answer: Answer, at: datetime) -> bool:
    """Let that answer, on its way, wait until then at most, and leave its source alone no longer; whether either waited."""
    waits = (answers.c.id == answer.id, answers.c.state == answer.state, answers.c.due_at > at)
    async with database.writing() as connection:
        due = await connection.execute(update(answers).where(*waits).values(due_at=at))
        rested = update(turns).where(turns.c.publisher == answer.publisher, turns.c.waits_until.is_not(None))
        freed = await connection.execute(rested.values(waits_until=None))
        return due.rowcount + freed.rowcount > 0
