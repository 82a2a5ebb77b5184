"""What becomes of an answer, and who is told: the thanks of its reader or of a colleague, an end that held, an error that a lead marks.

Whoever gave it is told, where they want to be; thanks and errors are marks of their trust on each topic of what it answered.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from desk.answering import became
from desk.answering.trust import NO_TOPIC, Kind, Mark
from desk.cases.acting import Change, Outcome, Why, do
from desk.cases.conflicts import ENDS
from desk.entry.rights import Right
from desk.entry.who import Who
from desk.store import answers, trust, wishes
from desk.store.answer_tables import answers as answer_table
from desk.store.case_writing import PROGRAM, Happening, happen
from desk.store.cases import Case, Event, Happened, Message, Mood, State, events_of, messages_of
from desk.store.database import Database
from desk.store.notices import Kind as Told
from desk.store.notices import Notice, owe
from desk.store.people import works_here


class Given(NamedTuple):
    """An answer of ours in a case, and whoever gave it: the mention, the id that marks know it by, and what it is about."""

    mention: str
    by: str
    answer: str
    topics: tuple[str, ...]


class _Became(NamedTuple):
    """What became of an answer: the mark, the event and the notice of it."""

    kind: Kind
    happened: Happened
    told: Told


_THANKED = _Became(Kind.THANKED, Happened.THANKED, Told.THANKED)
_COMPLAINED = _Became(Kind.COMPLAINED, Happened.COMPLAINED, Told.COMPLAINED)
_PUT_RIGHT = _Became(Kind.CORRECTED, Happened.PUT_RIGHT, Told.PUT_RIGHT)


def givers(events: Iterable[Event]) -> dict[str, str]:
    """Who gave each answer that was seen and not sent from here, by the mention: whoever went to the source last, else whoever had the
    case; "" where nobody is known to have.
    """
    found: dict[str, str] = {}
    who = ""
    for one in events:
        match one.kind:
            case Happened.ANSWERING | Happened.CLAIMED:
                who = one.by
            case Happened.ASSIGNED:
                who = one.detail
            case Happened.RELEASED | Happened.HANDED_OVER:
                who = ""
            case Happened.ANSWERED:
                found.setdefault(one.detail, who)
    return found


async def last_given(connection: AsyncConnection, events: Iterable[Event], messages: Sequence[Message]) -> Given | None:
    """Our last answer, where it is known who gave it. `messages` are in order, as `events` are."""
    ours = next((one.mention for one in reversed(messages) if one.own), None)
    return await _given(connection, events, messages, ours) if ours else None


async def _given(
    connection: AsyncConnection, events: Iterable[Event], messages: Iterable[Message], mention: str
) -> Given | None:
    """Of one that was sent from here whoever its trust counts for; what a crisis said is nobody's."""
    sent = await answers.one(connection, answer_table.c.mention == mention)
    if sent is None:
        by = givers(events).get(mention)
        return Given(mention, by, mention, topics(messages)) if by else None
    if sent.crisis is not None:
        return None
    return Given(mention, await became.writer(connection, sent), sent.id, sent.topics or (NO_TOPIC,))


def answers_pleased(messages: Sequence[Message], mention: str) -> str | None:
    """Our answer that the author's message follows at once, pleased. `messages` are in order."""
    for before, said in pairwise(messages):
        if said.mention == mention:
            return before.mention if before.own and not said.own and said.mood is Mood.PLEASED else None
    return None


async def heard_back(connection: AsyncConnection, case: Case, mention: str, at: datetime) -> Case:
    """The case, locked, after that message of its author: thanks are written down once."""
    messages, events = await messages_of(connection, case.id), await events_of(connection, case.id)
    answer = answers_pleased(messages, mention)
    if answer is None or _said(events, Happened.THANKED, PROGRAM, mention):
        return case
    case = await happen(connection, case, Happening(kind=Happened.THANKED, detail=mention), by=PROGRAM, at=at)
    given = await _given(connection, events, messages, answer)
    if given is not None:
        await _mark(connection, case, given, _THANKED, by=PROGRAM, at=at, number=case.version)
    return case


async def stayed(connection: AsyncConnection, case: Case, at: datetime) -> Case:
    """The case, locked, that was solved and stayed closed: it ended well, unless its author was unhappy last. Once for each time that it was closed."""
    messages, events = await messages_of(connection, case.id), await events_of(connection, case.id)
    closed = next((one.number for one in reversed(events) if one.kind in ENDS), 0)
    known = any(one.kind is Happened.ENDED_WELL and one.number > closed for one in events)
    last = next((one for one in reversed(messages) if not one.own), None)
    if known or case.state is not State.CLOSED or last is None or last.mood is Mood.UNHAPPY:
        return case
    case = await happen(connection, case, Happening(kind=Happened.ENDED_WELL), by=PROGRAM, at=at)
    given = await last_given(connection, events, messages)
    if given is not None:
        notice = Notice(case=case.id, event_number=case.version, kind=Told.ENDED_WELL, at=at, to_person=given.by)
        await _tell(connection, notice, given.by)
    return case


async def thank(database: Database, who: Who, case: str, *, at: datetime) -> Outcome:
    """Thank the colleague who gave the last answer; once, and nobody thanks themselves."""

    async def act(connection: AsyncConnection, now: Case) -> Change | Why | None:
        messages, events = await messages_of(connection, now.id), await events_of(connection, now.id)
        given = await last_given(connection, events, messages)
        if given is None or given.by == who.by:
            return Why.NO_ANSWER
        if _said(events, Happened.THANKED, who.by, given.mention):
            return None
        await _mark(connection, now, given, _THANKED, by=who.by, at=at, number=now.version + 1)
        return Change(kind=Happened.THANKED, detail=given.mention)

    return await do(database, who, case, act, kind=Happened.THANKED, saw=None, at=at)


async def complain(database: Database, who: Who, case: str, *, at: datetime) -> Outcome:
    """Mark an error of the last answer, as somebody complained of: whoever leads in the unit may. Four eyes are asked of whoever gave it again."""
    return await _wrong(database, who, case, _COMPLAINED, at)


async def put_right(database: Database, who: Who, case: str, *, at: datetime) -> Outcome:
    """Mark that what the last answer said had to be put right, as `complain`."""
    return await _wrong(database, who, case, _PUT_RIGHT, at)


async def _wrong(database: Database, who: Who, case: str, came: _Became, at: datetime) -> Outcome:
    async def act(connection: AsyncConnection, now: Case) -> Change | Why | None:
        if not who.may(Right.LEAD, now.unit):
            return Why.FORBIDDEN
        messages, events = await messages_of(connection, now.id), await events_of(connection, now.id)
        given = await last_given(connection, events, messages)
        if given is None:
            return Why.NO_ANSWER
        if any(one.kind is came.happened and one.detail == given.mention for one in events):
            return None
        await _mark(connection, now, given, came, by=who.by, at=at, number=now.version + 1)
        return Change(kind=came.happened, detail=given.mention)

    return await do(database, who, case, act, kind=came.happened, saw=None, at=at)


def topics(messages: Iterable[Message]) -> tuple[str, ...]:
    """What the author's messages are about; the one that stands for none where they are about none."""
    return tuple(dict.fromkeys(topic for one in messages if not one.own for topic in one.topics)) or (NO_TOPIC,)


async def _mark(
    connection: AsyncConnection, case: Case, given: Given, came: _Became, *, by: str, at: datetime, number: int
) -> None:
    """Mark it on each topic, and tell; `number` of the case's event."""
    for topic in given.topics:
        made = Mark(person=given.by, topic=topic, answer=given.answer, kind=came.kind, at=at, by=by)
        await trust.mark(connection, made)
    notice = Notice(case=case.id, event_number=number, kind=came.told, at=at, to_person=given.by)
    await _tell(connection, notice, given.by)


async def _tell(connection: AsyncConnection, notice: Notice, person: str) -> None:
    """Unless they want to be told of none, or work here no more."""
    if (await wishes.of_person_within(connection, person)).results and await works_here(connection, person):
        await owe(connection, notice)


def _said(events: Iterable[Event], kind: Happened, by: str, detail: str) -> bool:
    return any((one.kind, one.by, one.detail) == (kind, by, detail) for one in events)
