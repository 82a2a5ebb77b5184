"""Messages that are owed to people and systems, one row a receiver: kept until they are confirmed or given up."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import msgspec
from sqlalchemy import delete, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store.database import Database
from desk.store.statements import insert
from desk.store.tables import letters


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One message to one receiver.

    id        stays the same however often it is tried: the receiver knows a message by it that came twice
    letter    shared by all receivers of the message
    what      alert, report, digest and the like; `subject` the id of what or of whom it is
    receiver  an e-mail address, or the address of a webhook
    body      figures, JSON
    due_at    when it is tried next; None once it is done
    done_at   when it was confirmed, or given up: then `error` says why
    unsure    whether an earlier try may have arrived
    """

    id: str
    letter: str
    what: str
    subject: str
    receiver: str
    body: str
    made_at: datetime
    due_at: datetime | None
    tries: int = 0
    error: str | None = None
    done_at: datetime | None = None
    unsure: bool = False


def one_each(
    receivers: Sequence[str], *, letter: str, what: str, subject: str, body: str, made_at: datetime, due_at: datetime
) -> list[Letter]:
    """That message, a row a receiver. `letter` is a UUID: an id of it and the receiver stays the same when made again."""
    return [
        Letter(
            id=uuid5(UUID(letter), receiver).hex,
            letter=letter,
            what=what,
            subject=subject,
            receiver=receiver,
            body=body,
            made_at=made_at,
            due_at=due_at,
        )
        for receiver in receivers
    ]


async def owe(connection: AsyncConnection, rows: Sequence[Letter]) -> None:
    """Owe these; one that is owed already stays as it is."""
    if rows:
        await connection.execute(
            insert(connection, letters).on_conflict_do_nothing(), [msgspec.structs.asdict(row) for row in rows]
        )


async def due(database: Database, at: datetime, most: int, *, what: str, others: bool) -> Sequence[Letter]:
    """Those of that kind to be tried now, or with `others` all but those; longest due first."""
    kind = letters.c.what != what if others else letters.c.what == what
    asked = select(letters).where(letters.c.due_at <= at, kind).order_by(letters.c.due_at, letters.c.id)
    return await _rows(database, asked.limit(most))


async def undelivered(database: Database, most: int = 100) -> Sequence[Letter]:
    """Those that failed at least once and wait, or were given up; the latest first."""
    asked = select(letters).where(letters.c.error.is_not(None)).order_by(letters.c.made_at.desc(), letters.c.id)
    return await _rows(database, asked.limit(most))


async def latest(database: Database, most: int = 50) -> Sequence[Letter]:
    """The latest of all."""
    return await _rows(database, select(letters).order_by(letters.c.made_at.desc(), letters.c.id).limit(most))


async def begin(database: Database, identifier: str) -> None:
    """A try begins: until it is settled nobody knows whether it arrived."""
    async with database.writing() as connection:
        await connection.execute(update(letters).where(letters.c.id == identifier).values(unsure=True))


async def settle(
    database: Database,
    identifier: str,
    *,
    tries: int,
    error: str | None,
    due_at: datetime | None,
    at: datetime,
    unsure: bool = False,
) -> None:
    """What became of a try: done where nothing is due any more."""
    values = {"tries": tries, "error": error, "due_at": due_at, "done_at": None if due_at else at, "unsure": unsure}
    async with database.writing() as connection:
        await connection.execute(update(letters).where(letters.c.id == identifier).values(values))


async def forget(connection: AsyncConnection, *, before: datetime) -> None:
    """Drop what was done before that time."""
    await connection.execute(delete(letters).where(letters.c.done_at < before))


async def _rows(database: Database, asked: Any) -> Sequence[Letter]:  # Any: a select, whose type SQLAlchemy spells out
    async with database.reading() as connection:
        return [_letter(row) for row in await connection.execute(asked)]


def _letter(row: Row[*tuple[Any, ...]]) -> Letter:  # Any: rows carry no types
    return Letter(**{name: getattr(row, name) for name in Letter.__struct_fields__})
