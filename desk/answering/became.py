"""What an answer was for the trust in who wrote it: approved as it stood, or wrong; in the transaction of what it tells."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from desk.answering.trust import NO_TOPIC, Kind, Mark
from desk.cases.acting import Done, Outcome, Refused, Why
from desk.entry.rights import Right
from desk.entry.who import Who
from desk.store import answers, case_writing, trust
from desk.store.answer_tables import answers as table
from desk.store.answers import Answer
from desk.store.database import Database

SAYS = frozenset({Kind.CORRECTED, Kind.COMPLAINED, Kind.THANKED})
"""What people say of an answer that was sent."""


async def sent(connection: AsyncConnection, answer: Answer, at: datetime) -> None:
    """It stands at its source. Approved as it stood it counts for who wrote it; changed by another before, against who began it. What went out
    alone, and what a crisis said, counts as nothing.
    """
    if answer.words.approved_by is None or answer.crisis is not None:
        return
    said = await answers.versions_within(connection, answer.id)
    changed = next((one for one in said if one.by != said[0].by), None)
    if changed is None:
        await mark(connection, answer, Kind.APPROVED, by=answer.words.approved_by, at=at)
    else:
        await mark(connection, answer, Kind.CHANGED, by=changed.by, at=at, person=said[0].by)


async def mark(
    connection: AsyncConnection, answer: Answer, kind: Kind, *, by: str, at: datetime, person: str | None = None
) -> bool:
    """Of that person, else of who wrote its words, on each of its topics; whether it is new."""
    whose, new = person or answer.words.by, False
    for topic in answer.topics or (NO_TOPIC,):
        one = Mark(person=whose, topic=topic, answer=answer.id, kind=kind, at=at, by=by)
        new = await trust.mark(connection, one) or new
    return new


async def say(database: Database, who: Who, case: str, answer: str, kind: Kind, *, at: datetime) -> Outcome:
    """Say what became of an answer of that case which stands at its source. That it was wrong says whoever leads; thanks anybody who works on
    the case, but for who wrote it.
    """
    async with database.writing() as connection:
        now = await case_writing.locked(connection, case)
        there = await answers.one(connection, table.c.id == answer, table.c.case == case)
        if now is None or there is None or there.mention is None:
            return Refused(what=Why.GONE)
        if not who.may(Right.CASES if kind is Kind.THANKED else Right.LEAD, now.unit):
            return Refused(what=Why.FORBIDDEN)
        if kind is Kind.THANKED and there.words.by == who.by:
            return Refused(what=Why.SAME_PERSON)
        await mark(connection, there, kind, by=who.by, at=at)
        return Done(case=now)
