"""What is kept of the items of the backlog: which topic each is of, its id over there, what is under way and what was written."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Select, and_, delete, func, or_, select, update

from desk.store.backlog_tables import backlog_items, backlog_members
from desk.store.database import Database
from desk.store.statements import chunks, insert

OPEN, CLOSED, GONE, REFUSED = "open", "closed", "gone", "refused"
"""As people left it over there: gone is an item that somebody took away there, refused one that was never taken."""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """One row; see desk/store/backlog_tables.py."""

    topic: str
    system: str
    first_at: datetime
    last_at: datetime
    voices: int
    usual: float
    hours: int
    native: str | None = None
    state: str = OPEN
    rises: int = 1
    told_rises: int = 1
    begun_at: datetime | None = None
    looked_at: datetime | None = None
    writing: str = ""
    written: str = ""
    quoted: int = 0
    refused: str | None = None


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """A message by which a topic is known: `quoted` is its place among those that its item shows, None where it is not shown."""

    mention: str
    author: str
    quoted: int | None = None


async def several(database: Database, topics: Sequence[str]) -> Mapping[str, Kept]:
    """Of these topics those that are kept."""
    found: list[Kept] = []
    for some in chunks(topics):
        found += await _rows(database, select(backlog_items).where(backlog_items.c.topic.in_(some)))
    return {one.topic: one for one in found}


async def watched(database: Database, system: str, since: datetime) -> Mapping[str, Kept]:
    """The latest first: what rose since then, has something under way or untold, shows messages, or lost one of those that it was
    told from.
    """
    left = select(func.count()).where(backlog_members.c.topic == backlog_items.c.topic).scalar_subquery()
    shows = select(backlog_members.c.topic).where(backlog_members.c.quoted.is_not(None))
    untold = and_(backlog_items.c.native.is_not(None), backlog_items.c.rises > backlog_items.c.told_rises)
    why = or_(
        backlog_items.c.last_at >= since,
        backlog_items.c.begun_at.is_not(None),
        untold,
        backlog_items.c.topic.in_(shows),
        backlog_items.c.quoted > left,
    )
    asked = select(backlog_items).where(backlog_items.c.system == system, backlog_items.c.state != GONE, why)
    return {one.topic: one for one in await _rows(database, asked.order_by(backlog_items.c.last_at.desc()))}


async def quiet(database: Database, system: str, *, until: datetime, gone: datetime, most: int) -> Mapping[str, Kept]:
    """Of those that rose before `until` the ones that were looked at longest ago; of those that are gone, before `gone`."""
    here = (backlog_items.c.system == system, backlog_items.c.last_at < until)
    due = or_(backlog_items.c.state != GONE, backlog_items.c.looked_at < gone)
    order = (backlog_items.c.looked_at.asc().nulls_first(), backlog_items.c.topic)
    asked = select(backlog_items).where(*here, due).order_by(*order).limit(most)
    return {one.topic: one for one in await _rows(database, asked)}


async def add(database: Database, kept: Kept) -> None:
    """A topic that rose; one that is known stays as it is."""
    async with database.writing() as connection:
        new = insert(connection, backlog_items).values(msgspec.structs.asdict(kept))
        await connection.execute(new.on_conflict_do_nothing())


async def note(database: Database, topic: str, **fields: object) -> None:
    """Let these columns of that topic be so; durable on return."""
    async with database.writing() as connection:
        await connection.execute(update(backlog_items).where(backlog_items.c.topic == topic).values(fields))


async def drop(database: Database, topics: Sequence[str]) -> None:
    """Know them no more, nor what they were known by."""
    async with database.writing() as connection:
        for some in chunks(topics):
            await connection.execute(delete(backlog_members).where(backlog_members.c.topic.in_(some)))
            await connection.execute(delete(backlog_items).where(backlog_items.c.topic.in_(some)))


async def members(database: Database, topics: Sequence[str]) -> Mapping[str, Sequence[Known]]:
    """The messages that each of these is known by, by topic; those that its item shows first, in their order."""
    found: dict[str, list[Known]] = {topic: [] for topic in topics}
    async with database.reading() as connection:
        for some in chunks(topics):
            asked = select(backlog_members).where(backlog_members.c.topic.in_(some))
            for row in await connection.execute(asked.order_by(backlog_members.c.mention)):
                found[row.topic].append(Known(mention=row.mention, author=row.author, quoted=row.quoted))
    return {topic: sorted(those, key=_place) for topic, those in found.items()}


async def put_members(database: Database, topic: str, known: Sequence[Known]) -> None:
    """In the place of those that it was known by."""
    rows = [{"topic": topic, **msgspec.structs.asdict(one)} for one in {one.mention: one for one in known}.values()]
    async with database.writing() as connection:
        await connection.execute(delete(backlog_members).where(backlog_members.c.topic == topic))
        if rows:
            await connection.execute(insert(connection, backlog_members), rows)


async def _rows(database: Database, asked: Select[Any]) -> list[Kept]:  # Any: rows carry no types
    async with database.reading() as connection:
        return [Kept(**row) for row in (await connection.execute(asked)).mappings()]


def _place(one: Known) -> tuple[bool, int]:
    return one.quoted is None, one.quoted or 0


async def known_topics(database: Database) -> Mapping[str, Sequence[str]]:
    """The messages that each topic is known by, by topic, those that rose before first."""
    asked = select(backlog_members.c.topic, backlog_members.c.mention).join(backlog_items)
    found: dict[str, list[str]] = {}
    async with database.reading() as connection:
        for topic, mention in await connection.execute(asked.order_by(backlog_items.c.last_at)):
            found.setdefault(topic, []).append(mention)
    return found
