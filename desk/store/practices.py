"""Best practices: what worked, titled and approved by people, with what colleagues said of each and how it went when it was used."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store.database import Database
from desk.store.practice_tables import practice_comments, practice_texts, practice_thanks, practice_uses, practices
from desk.store.statements import chunks


class State(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    RETIRED = "retired"


class Outcome(StrEnum):
    """How a case went in which one was used."""

    SOLVED = "solved"  # it was closed and stayed so, and its author said nothing bad after the answer
    THANKED = "thanked"  # its author praised the answer
    UNHAPPY = "unhappy"  # what its author said next was negative
    REOPENED = "reopened"


WELL = (Outcome.SOLVED, Outcome.THANKED)


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """A question and what is answered, in one language."""

    language: str
    question: str
    answer: str


class Practice(msgspec.Struct, frozen=True, kw_only=True):
    """One of them.

    number       by which people call it
    version      grows with each change of what it says: what is approved is what was read
    made_by      who proposed it first; `proposed_by` wrote what it says now
    unit         that wrote it; `owner` the id of a person who keeps it true
    from_case    number of the case that it was made of
    expires_at   from when on it is to be looked at again; `reminded_at` when its owner was last told
    """

    id: str
    number: int
    title: str
    made_by: str
    proposed_by: str
    proposed_at: datetime
    state: State = State.PROPOSED
    topics: tuple[str, ...] = ()
    unit: str | None = None
    owner: str | None = None
    from_case: int | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    expires_at: datetime | None = None
    reminded_at: datetime | None = None
    retired_at: datetime | None = None
    version: int = 1
    texts: tuple[Text, ...] = ()

    def text(self, language: str) -> Text:
        """In that language, else in the first that it has."""
        return next((one for one in self.texts if one.language == language), self.texts[0])

    def expired(self, at: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= at


class Comment(msgspec.Struct, frozen=True, kw_only=True):
    number: int
    at: datetime
    by: str
    text: str


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """It was used in a case, of which the id is None once that is gone; `outcome` once it is known."""

    practice: str
    number: int
    by: str
    at: datetime
    case: str | None = None
    unit: str | None = None
    outcome: Outcome | None = None


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What is counted of one: thanks, comments, uses, and how those went that are known."""

    thanks: int = 0
    comments: int = 0
    uses: int = 0
    outcomes: Mapping[Outcome, int] = {}

    @property
    def known(self) -> int:
        return sum(self.outcomes.values())

    @property
    def well(self) -> int:
        return sum(self.outcomes.get(one, 0) for one in WELL)


class Placed(msgspec.Struct, frozen=True):
    """Where the encoder places a question: of which practice, in which language."""

    practice: str
    language: str
    vector: bytes


async def get(database: Database, practice: str | int) -> Practice | None:
    """The practice of that id or number."""
    named = practices.c.number == practice if isinstance(practice, int) else practices.c.id == practice
    return next(iter(await _found(database, named)), None)


async def several(database: Database, ids: Collection[str]) -> dict[str, Practice]:
    """Those of these ids that are there, by id."""
    found = [one for some in chunks(ids) for one in await _found(database, practices.c.id.in_(some))]
    return {one.id: one for one in found}


async def listed(
    database: Database,
    *,
    states: Collection[State] = (),
    unit: str | None = None,
    words: str = "",
    most: int | None = 200,
) -> Sequence[Practice]:
    """Those of these states, that unit, and with each of these words in title, question or answer; the latest first."""
    where: list[ColumnElement[bool]] = [practices.c.state.in_(states)] if states else []
    if unit is not None:
        where.append(practices.c.unit == unit)
    return await _found(database, *where, *(_holds(word) for word in words.split()[:8]), most=most)


async def expired(database: Database, at: datetime) -> Sequence[Practice]:
    """Approved ones to be looked at again by then."""
    return await _found(database, practices.c.state == State.APPROVED.value, practices.c.expires_at <= at)


async def tallies(database: Database, ids: Collection[str]) -> dict[str, Tally]:
    """What is counted of each of these, by id."""
    found: dict[str, Tally] = dict.fromkeys(ids, Tally())
    async with database.reading() as connection:
        for name, table in (("thanks", practice_thanks), ("comments", practice_comments), ("uses", practice_uses)):
            for some in chunks(ids):
                asked = select(table.c.practice, func.count()).where(table.c.practice.in_(some))
                for practice, count in await connection.execute(asked.group_by(table.c.practice)):
                    found[practice] = msgspec.structs.replace(found[practice], **{name: count})
        for some in chunks(ids):
            known = (practice_uses.c.practice.in_(some), practice_uses.c.outcome.is_not(None))
            columns = (practice_uses.c.practice, practice_uses.c.outcome)
            for practice, outcome, count in await connection.execute(
                select(*columns, func.count()).where(*known).group_by(*columns)
            ):
                told = {**found[practice].outcomes, Outcome(outcome): count}
                found[practice] = msgspec.structs.replace(found[practice], outcomes=told)
    return found


async def comments(database: Database, practice: str) -> Sequence[Comment]:
    """What colleagues said of it, in order."""
    asked = select(practice_comments).where(practice_comments.c.practice == practice)
    async with database.reading() as connection:
        rows = await connection.execute(asked.order_by(practice_comments.c.number))
        return [Comment(number=row.number, at=row.at, by=row.by, text=row.text) for row in rows]


async def thanked(database: Database, practice: str) -> Sequence[str]:
    """Who said thanks, the first first."""
    asked = select(practice_thanks.c.by).where(practice_thanks.c.practice == practice)
    async with database.reading() as connection:
        return (await connection.execute(asked.order_by(practice_thanks.c.at, practice_thanks.c.by))).scalars().all()


def shared(uses: Sequence[Use], units: Mapping[str, str | None]) -> frozenset[str]:
    """Those of them, by id with the unit that wrote each, that were used in a case of another unit; a case of none is of no other."""
    return frozenset(
        one.practice for one in uses if units.get(one.practice) and one.unit not in (None, units[one.practice])
    )


async def uses(
    database: Database, *, practice: str | None = None, case: str | None = None, since: datetime | None = None
) -> Sequence[Use]:
    """Of that practice, in that case, since then; the latest first."""
    where: list[ColumnElement[bool]] = []
    if practice is not None:
        where.append(practice_uses.c.practice == practice)
    if case is not None:
        where.append(practice_uses.c.case == case)
    if since is not None:
        where.append(practice_uses.c.at >= since)
    return await _uses(database, *where)


async def unsettled(database: Database) -> Sequence[Use]:
    """In cases that are there still, of which it is not known how they went."""
    return await _uses(database, practice_uses.c.outcome.is_(None), practice_uses.c.case.is_not(None))


async def placed(database: Database) -> Sequence[Placed]:
    """Where the questions of all approved ones lie."""
    asked = select(practice_texts.c.practice, practice_texts.c.language, practice_texts.c.vector)
    joined = asked.join(practices, practices.c.id == practice_texts.c.practice)
    async with database.reading() as connection:
        rows = await connection.execute(joined.where(practices.c.state == State.APPROVED.value))
        return [Placed(row.practice, row.language, bytes(row.vector)) for row in rows]


def of_row(row: Row[*tuple[Any, ...]], texts: Sequence[Text] = ()) -> Practice:  # Any: rows carry no types
    """The practice that a row of the table is."""
    told = {name: getattr(row, name) for name in Practice.__struct_fields__ if name != "texts"}
    topics = tuple(msgspec.json.decode(told["topics"]))
    return Practice(**told | {"state": State(row.state), "topics": topics, "texts": tuple(texts)})


async def texts_of(connection: AsyncConnection, ids: Collection[str]) -> dict[str, list[Text]]:
    """What each of these says, by id, in order of language."""
    found: dict[str, list[Text]] = {}
    for some in chunks(ids):
        asked = select(practice_texts).where(practice_texts.c.practice.in_(some)).order_by(practice_texts.c.language)
        for row in await connection.execute(asked):
            text = Text(language=row.language, question=row.question, answer=row.answer)
            found.setdefault(row.practice, []).append(text)
    return found


async def _found(database: Database, *where: ColumnElement[bool], most: int | None = None) -> list[Practice]:
    asked = select(practices).where(*where).order_by(practices.c.number.desc()).limit(most)
    async with database.reading() as connection:
        rows = (await connection.execute(asked)).all()
        texts = await texts_of(connection, [row.id for row in rows])
        return [of_row(row, texts.get(row.id, ())) for row in rows]


async def _uses(database: Database, *where: ColumnElement[bool]) -> list[Use]:
    asked = select(practice_uses).where(*where).order_by(practice_uses.c.at.desc(), practice_uses.c.number.desc())
    async with database.reading() as connection:
        return [_use(row) for row in await connection.execute(asked)]


def _use(row: Row[*tuple[Any, ...]]) -> Use:  # Any: rows carry no types
    told = {name: getattr(row, name) for name in Use.__struct_fields__}
    return Use(**told | {"outcome": Outcome(row.outcome) if row.outcome else None})


def _holds(word: str) -> ColumnElement[bool]:
    """Whether it says that, whatever the case of its letters; SQLite knows that of the letters a to z alone."""
    told = (practice_texts.c.question, practice_texts.c.answer)
    inside = or_(*(func.lower(column).contains(word.lower(), autoescape=True) for column in told))
    titled = func.lower(practices.c.title).contains(word.lower(), autoescape=True)
    return or_(titled, practices.c.id.in_(select(practice_texts.c.practice).where(inside)))
