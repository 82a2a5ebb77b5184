"""What people said of mentions, authors and words, all of it: the latest by time counts, the rest is the record for training."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import func, select
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from core.ports import Item
from core.types import Failure, Judgement, Mute
from desk.store.database import Database
from desk.store.statements import insert
from desk.store.tables import judgements, mutes

AuthorsOf = Callable[[Sequence[str]], Awaitable[Mapping[str, str]]]
"""The author ids of these mentions, as far as they are archived."""

AUTHOR, WORD = "author", "word"


class JudgementSink:
    """The sink that keeps them: a reader of the log topic `judgements` beside the archive. Idempotent.

    The author is kept with a judgement, so that it goes when the author does.
    """

    name, takes_history, takes_drills, in_flight, tells_arrival = "desk", True, True, 1, False

    def __init__(self, database: Database, *, authors_of: AuthorsOf, erased: Callable[[str], bool]) -> None:
        self._database, self._authors_of, self._erased = database, authors_of, erased

    async def write(self, batch: Sequence[Item]) -> Sequence[tuple[int, Failure]]:
        said = [one for one in batch if isinstance(one, Judgement) and not self._erased(one.mention)]
        muted = [one for one in batch if isinstance(one, Mute) and not (one.author and self._erased(one.author))]
        authors = await self._authors_of([one.mention for one in said]) if said else {}
        known = [one for one in said if not self._erased(authors.get(one.mention, ""))]
        async with self._database.writing() as connection:
            await _add(connection, judgements, [_judgement_row(one, authors.get(one.mention)) for one in known])
            await _add(connection, mutes, [_mute_row(one) for one in muted if one.author or one.word])
        return []


async def current(database: Database) -> Sequence[Judgement]:
    """What counts of each mention and name: the latest by time; nothing where it was taken back."""
    latest = func.row_number().over(
        partition_by=(judgements.c.mention, judgements.c.name), order_by=(judgements.c.at.desc(), judgements.c.by)
    )
    ranked = select(judgements, latest.label("place")).subquery()
    asked = select(ranked).where(ranked.c.place == 1, ranked.c.labels.is_not(None))
    async with database.reading() as connection:
        rows = await connection.execute(asked.order_by(ranked.c.mention, ranked.c.name))
        return [_judgement(row) for row in rows]


async def record(database: Database) -> Sequence[Judgement]:
    """All that was ever said, in order of time."""
    async with database.reading() as connection:
        asked = select(judgements).order_by(judgements.c.at, judgements.c.mention, judgements.c.name)
        return [_judgement(row) for row in await connection.execute(asked)]


async def muted(database: Database) -> Sequence[Mute]:
    """The mutes in force: of each author and word the latest, where it was not lifted."""
    latest = func.row_number().over(
        partition_by=(mutes.c.what, mutes.c.value), order_by=(mutes.c.at.desc(), mutes.c.by)
    )
    ranked = select(mutes, latest.label("place")).subquery()
    asked = select(ranked).where(ranked.c.place == 1, ~ranked.c.lifted).order_by(ranked.c.what, ranked.c.value)
    async with database.reading() as connection:
        return [Mute(by=row.by, at=row.at, **{row.what: row.value}) for row in await connection.execute(asked)]


async def said(database: Database) -> tuple[int, int]:
    """How many judgements and how many mutes there ever were: two numbers that are others once something was said."""
    async with database.reading() as connection:
        found = [await connection.scalar(select(func.count()).select_from(table)) for table in (judgements, mutes)]
        return found[0] or 0, found[1] or 0


async def _add(
    connection: AsyncConnection, table: Any, rows: Sequence[Mapping[str, object]]
) -> None:  # Any: either table
    if rows:
        await connection.execute(insert(connection, table).on_conflict_do_nothing(), rows)


def _judgement_row(said: Judgement, author: str | None) -> dict[str, object]:
    labels = None if said.labels is None else msgspec.json.encode(said.labels).decode()
    row = {"mention": said.mention, "name": said.name, "at": said.at, "by": said.by}
    return row | {"labels": labels, "author": author}


def _judgement(row: Row[*tuple[Any, ...]]) -> Judgement:  # Any: rows carry no types
    labels = None if row.labels is None else msgspec.json.decode(row.labels, type=tuple[str, ...])
    return Judgement(mention=row.mention, name=row.name, labels=labels, by=row.by, at=row.at)


def _mute_row(said: Mute) -> dict[str, object]:
    what, value = (AUTHOR, said.author) if said.author else (WORD, said.word)
    return {"what": what, "value": value, "at": said.at, "by": said.by, "lifted": said.lifted}
