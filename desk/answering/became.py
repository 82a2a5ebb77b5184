"""What an answer was for the trust in who wrote it: approved as it stood, or wrong; in the transaction of what it tells."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from desk.answering.trust import NO_TOPIC, Kind, Mark
from desk.store import answers, trust
from desk.store.answers import Answer


async def sent(connection: AsyncConnection, answer: Answer, at: datetime) -> None:
    """It stands at its source. Approved as it stood it counts for who wrote it; changed by another before, against who began it. What went out
    alone counts as nothing.
    """
    if answer.words.approved_by is None:
        return
    said = await answers.versions_within(connection, answer.id)
    changed = next((one for one in said if one.by != said[0].by), None)
    if changed is None:
        await mark(connection, answer, Kind.APPROVED, by=answer.words.approved_by, at=at)
    else:
        await mark(connection, answer, Kind.CHANGED, by=changed.by, at=at, person=said[0].by)


async def writer(connection: AsyncConnection, answer: Answer) -> str:
    """Whom it counts for, or against: whoever began it."""
    return (await answers.versions_within(connection, answer.id))[0].by


async def mark(
    connection: AsyncConnection, answer: Answer, kind: Kind, *, by: str, at: datetime, person: str | None = None
) -> None:
    """Of that person, else of who wrote its words, on each of its topics. What a crisis said counts as nothing of anybody."""
    if answer.crisis is not None:
        return
    for topic in answer.topics or (NO_TOPIC,):
        one = Mark(person=person or answer.words.by, topic=topic, answer=answer.id, kind=kind, at=at, by=by)
        await trust.mark(connection, one)
