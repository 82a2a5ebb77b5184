"""What people do with best practices: propose, write again, approve, retire, own, comment, thank, and use one in a case."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import KlankbordError
from desk.entry.rights import Right
from desk.entry.who import Who
from desk.ports import Place
from desk.store import cases, people, practice_writing
from desk.store.database import Database
from desk.store.practices import Practice, State, Text

LONGEST_TITLE, LONGEST_TEXT, LONGEST_COMMENT = 120, 4000, 2000
MOST_TOPICS, MOST_LANGUAGES = 10, 10
LIVES = timedelta(days=365)
"""How long one holds where whoever approves says nothing."""


class Why(StrEnum):
    """Why an act is refused."""

    GONE = "gone"  # there is no such practice, or case
    FORBIDDEN = "forbidden"
    OWN = "own"  # who wrote it does not approve it
    CHANGED = "changed"  # it says something else than whoever acts has read
    UNTITLED = "untitled"  # a person has to give it a title before it is approved
    STATE = "state"  # it is retired, or approved already
    EMPTY = "empty"  # a question or an answer is missing
    LONG = "long"
    NOBODY = "nobody"  # its owner would be nobody who works here
    PAST = "past"  # it would be over already


class Refused(KlankbordError):  # noqa: N818 - named after what happened
    """Nothing was done."""

    def __init__(self, why: Why) -> None:
        super().__init__(f"the practice stays as it is: {why.value}")
        self.why = why


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody writes of one."""

    title: str = ""
    texts: tuple[Text, ...] = ()
    topics: tuple[str, ...] = ()
    unit: str | None = None
    owner: str | None = None
    from_case: int | None = None


async def propose(database: Database, who: Who, said: Said, place: Place, *, at: datetime) -> Practice:
    """A new one, for somebody else to approve. Raises Refused."""
    if not who.may(Right.CASES, said.unit):
        raise Refused(Why.FORBIDDEN)
    told = _sound(said)
    placed = await place([one.question for one in told.texts])
    async with database.writing() as connection:
        await _owner(connection, told.owner)
        return await practice_writing.propose(
            connection,
            title=told.title,
            texts=list(zip(told.texts, placed, strict=True)),
            topics=told.topics,
            unit=told.unit,
            owner=told.owner,
            from_case=told.from_case,
            by=who.by,
            at=at,
        )


async def rewrite(
    database: Database, who: Who, number: int, said: Said, place: Place, *, saw: int, at: datetime
) -> Practice:
    """It says this from now on, and is approved anew. Raises Refused."""
    told = _sound(said)
    placed = await place([one.question for one in told.texts])

    async def act(connection: AsyncConnection, now: Practice) -> Practice:
        if not who.may(Right.CASES, now.unit):
            raise Refused(Why.FORBIDDEN)
        _same(now, saw)
        await _owner(connection, told.owner)
        values = {"title": told.title, "topics": told.topics, "owner": told.owner}
        texts = list(zip(told.texts, placed, strict=True))
        return await practice_writing.rewrite(connection, now, texts, by=who.by, at=at, values=values)

    return await _do(database, number, act)


async def approve(
    database: Database,
    who: Who,
    number: int,
    *,
    title: str,
    members: Sequence[str],
    saw: int,
    at: datetime,
    expires_at: datetime | None = None,
) -> Practice:
    """It is shown to everybody from now on. Whoever leads in its unit may, and whoever has one of these roles (`members`, of
    the centre of excellence); never who wrote it: an operator none of an operator, as nobody knows which of them it was. Raises Refused.
    """
    until = expires_at or at + LIVES

    async def act(connection: AsyncConnection, now: Practice) -> Practice:
        if not leads(who, now, members):
            raise Refused(Why.FORBIDDEN)
        if now.state is not State.PROPOSED:
            raise Refused(Why.STATE)
        by_operator = who.person is None and not await people.works_here(connection, now.proposed_by)
        if now.proposed_by == who.by or by_operator:
            raise Refused(Why.OWN)
        _same(now, saw)
        named = " ".join((title or now.title).split())
        if not named:
            raise Refused(Why.UNTITLED)
        if len(named) > LONGEST_TITLE:
            raise Refused(Why.LONG)
        if until <= at:
            raise Refused(Why.PAST)
        values = {"state": State.APPROVED, "title": named, "approved_by": who.by, "approved_at": at}
        values |= {"expires_at": until, "reminded_at": None}
        return await practice_writing.change(connection, now, "approved", by=who.by, at=at, values=values)

    return await _do(database, number, act)


async def retire(database: Database, who: Who, number: int, *, members: Sequence[str], at: datetime) -> Practice:
    """It is shown as similar no more: whoever leads may, and its owner. Raises Refused."""

    async def act(connection: AsyncConnection, now: Practice) -> Practice:
        if not (leads(who, now, members) or who.by in (now.owner, now.proposed_by)):
            raise Refused(Why.FORBIDDEN)
        if now.state is State.RETIRED:
            raise Refused(Why.STATE)
        values = {"state": State.RETIRED, "retired_at": at}
        return await practice_writing.change(connection, now, "retired", by=who.by, at=at, values=values)

    return await _do(database, number, act)


async def extend(
    database: Database, who: Who, number: int, *, members: Sequence[str], at: datetime, saw: int, expires_at: datetime
) -> Practice:
    """It still holds, until then: whoever leads says so, and its owner. Raises Refused."""

    async def act(connection: AsyncConnection, now: Practice) -> Practice:
        if not (leads(who, now, members) or now.owner == who.by):
            raise Refused(Why.FORBIDDEN)
        if now.state is not State.APPROVED:
            raise Refused(Why.STATE)
        _same(now, saw)
        if expires_at <= at:
            raise Refused(Why.PAST)
        values = {"expires_at": expires_at, "reminded_at": None}
        return await practice_writing.change(connection, now, "extended", by=who.by, at=at, values=values)

    return await _do(database, number, act)


async def comment(database: Database, who: Who, number: int, text: str, *, at: datetime) -> Practice:
    """By whoever works on cases, of whatever unit. Raises Refused."""

    async def act(connection: AsyncConnection, now: Practice) -> Practice:
        if not who.may(Right.CASES):
            raise Refused(Why.FORBIDDEN)
        if not text.strip():
            raise Refused(Why.EMPTY)
        if len(text) > LONGEST_COMMENT:
            raise Refused(Why.LONG)
        await practice_writing.comment(connection, now, text.strip(), by=who.by, at=at)
        return now

    return await _do(database, number, act)


async def thank(database: Database, who: Who, number: int, *, at: datetime) -> Practice:
    """Once each, by whoever works on cases; again changes nothing. Raises Refused."""

    async def act(connection: AsyncConnection, now: Practice) -> Practice:
        if not who.may(Right.CASES):
            raise Refused(Why.FORBIDDEN)
        await practice_writing.thank(connection, now, by=who.by, at=at)
        return now

    return await _do(database, number, act)


async def use(database: Database, who: Who, number: int, case: int, *, at: datetime) -> Practice:
    """It is used to answer that case; again changes nothing. Raises Refused."""
    found = await cases.get(database, case)

    async def act(connection: AsyncConnection, now: Practice) -> Practice:
        if found is None:
            raise Refused(Why.GONE)
        if not who.may(Right.CASES, found.unit):
            raise Refused(Why.FORBIDDEN)
        if now.state is not State.APPROVED:
            raise Refused(Why.STATE)
        await practice_writing.use(connection, now, found.id, found.unit, by=who.by, at=at)
        return now

    return await _do(database, number, act)


def leads(who: Who, practice: Practice, members: Sequence[str]) -> bool:
    """Whether they may approve and retire it, were it somebody else's."""
    return who.may(Right.LEAD, practice.unit) or any(one.role in members for one in who.roles)


async def _do(
    database: Database, number: int, act: Callable[[AsyncConnection, Practice], Awaitable[Practice]]
) -> Practice:
    async with database.writing() as connection:
        now = await practice_writing.locked(connection, number)
        if now is None:
            raise Refused(Why.GONE)
        return await act(connection, now)


def _same(now: Practice, saw: int) -> None:
    if now.version != saw:
        raise Refused(Why.CHANGED)


async def _owner(connection: AsyncConnection, owner: str | None) -> None:
    if owner is not None and not await people.works_here(connection, owner):
        raise Refused(Why.NOBODY)


def _sound(said: Said) -> Said:
    """It without what is empty around it. Raises Refused."""
    texts = [
        Text(language=one.language, question=one.question.strip(), answer=one.answer.strip())
        for one in said.texts
        if one.question.strip() or one.answer.strip()
    ]
    if not texts or any(not one.question or not one.answer for one in texts):
        raise Refused(Why.EMPTY)
    title, topics = " ".join(said.title.split()), tuple(dict.fromkeys(filter(None, map(str.strip, said.topics))))
    short = all(len(part) <= LONGEST_TEXT for one in texts for part in (one.question, one.answer))
    if len(title) > LONGEST_TITLE or not short or len(topics) > MOST_TOPICS or len(texts) > MOST_LANGUAGES:
        raise Refused(Why.LONG)
    by_language: Mapping[str, Text] = {one.language: one for one in texts}
    return msgspec.structs.replace(said, title=title, topics=topics, texts=tuple(by_language.values()))
