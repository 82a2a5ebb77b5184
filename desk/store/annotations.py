"""Dated notes beside the charts: of one moment or of a stretch, by whom; removed ones can be brought back."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Row

import core.document
from desk.store import audit
from desk.store.database import Database
from desk.store.tables import annotations

ANNOTATION = "annotation"


class Annotation(core.document.Annotation, frozen=True, kw_only=True):
    """One note, when it was written and by whom."""

    at: datetime
    by: str


async def add(
    database: Database, *, since: datetime, until: datetime | None, text: str, by: str, at: datetime
) -> Annotation:
    note = Annotation(id=uuid.uuid4().hex, since=since, until=until, text=text, at=at, by=by)
    async with database.writing() as connection:
        await connection.execute(insert(annotations), msgspec.structs.asdict(note))
        await audit.note(connection, audit.Entry(at=at, by=by, did="made", what=ANNOTATION, subject=note.id))
    return note


async def within(database: Database, since: datetime, until: datetime, most: int = 50) -> Sequence[Annotation]:
    """Those that touch [since, until), the earliest first; of many the latest."""
    ends = func.coalesce(annotations.c.until, annotations.c.since)
    asked = select(annotations).where(annotations.c.removed_at.is_(None), annotations.c.since < until, ends >= since)
    async with database.reading() as connection:
        rows = await connection.execute(asked.order_by(annotations.c.since.desc(), annotations.c.id).limit(most))
        return [_annotation(row) for row in rows][::-1]


async def every(database: Database) -> Sequence[Annotation]:
    """All that stand, the earliest first."""
    asked = select(annotations).where(annotations.c.removed_at.is_(None))
    async with database.reading() as connection:
        return [_annotation(row) for row in await connection.execute(asked.order_by(annotations.c.since))]


async def remove(database: Database, identifier: str, *, by: str, at: datetime) -> bool:
    """Take it off the charts; whether it was there."""
    return await _mark(database, identifier, by=by, at=at, removed=True)


async def restore(database: Database, identifier: str, *, by: str, at: datetime) -> bool:
    """Bring a removed one back; whether there was one."""
    return await _mark(database, identifier, by=by, at=at, removed=False)


async def _mark(database: Database, identifier: str, *, by: str, at: datetime, removed: bool) -> bool:
    stands = annotations.c.removed_at.is_(None) if removed else annotations.c.removed_at.is_not(None)
    values = {"removed_at": at if removed else None, "removed_by": by if removed else None}
    async with database.writing() as connection:
        one = (annotations.c.id == identifier, stands)
        done = (await connection.execute(update(annotations).where(*one).values(values))).rowcount
        if done:
            did = "removed" if removed else "restored"
            await audit.note(connection, audit.Entry(at=at, by=by, did=did, what=ANNOTATION, subject=identifier))
    return bool(done)


def _annotation(row: Row[*tuple[Any, ...]]) -> Annotation:  # Any: rows carry no types
    return Annotation(**{name: getattr(row, name) for name in Annotation.__struct_fields__})
