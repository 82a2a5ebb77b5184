"""What is kept of the items of the backlog: which topic each is of, its id over there, what is under way and what was written."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import delete, select, update

from desk.store.backlog_tables import backlog_items, backlog_members
from desk.store.database import Database
from desk.store.statements import insert

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


async def every(database: Database) -> Mapping[str, Kept]:
    """All, by topic, the latest first."""
    async with database.reading() as connection:
        rows = await connection.execute(select(backlog_items).order_by(backlog_items.c.last_at.desc()))
        found = [Kept(**row) for row in rows.mappings()]
    return {one.topic: one for one in found}


async def add(database: Database, kept: Kept) -> None:
    """A topic that rose; one that is known stays as it is."""
    async with database.writing() as connection:
        new = insert(connection, backlog_items).values(msgspec.structs.asdict(kept))
        await connection.execute(new.on_conflict_do_nothing())


async def note(database: Database, topic: str, **fields: object) -> None:
    """Let these columns of that topic be so; durable on return."""
    async with database.writing() as connection:
        await connection.execute(update(backlog_items).where(backlog_items.c.topic == topic).values(fields))


async def members(database: Database, topics: Sequence[str]) -> Mapping[str, Sequence[Known]]:
    """The messages that each of these is known by, by topic; those that its item shows first, in their order."""
    asked = select(backlog_members).where(backlog_members.c.topic.in_(topics)).order_by(backlog_members.c.mention)
    found: dict[str, list[Known]] = {topic: [] for topic in topics}
    async with database.reading() as connection:
        for row in await connection.execute(asked):
            found[row.topic].append(Known(mention=row.mention, author=row.author, quoted=row.quoted))
    return {topic: sorted(those, key=_place) for topic, those in found.items()}


async def put_members(database: Database, topic: str, known: Sequence[Known]) -> None:
    """In the place of those that it was known by."""
    rows = [{"topic": topic, **msgspec.structs.asdict(one)} for one in {one.mention: one for one in known}.values()]
    async with database.writing() as connection:
        await connection.execute(delete(backlog_members).where(backlog_members.c.topic == topic))
        if rows:
            await connection.execute(insert(connection, backlog_members), rows)


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
