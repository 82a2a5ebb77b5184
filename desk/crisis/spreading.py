"""Lays an approved answer ready at attached cases, so many a minute, each once: whoever was killed goes on where the rows end."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store import case_drafts
from desk.store.case_drafts import Draft, lay, room, wanting
from desk.store.case_writing import PROGRAM
from desk.store.crises import Answer, Crisis, Happened, statements_of
from desk.store.crisis_tables import crisis_answers
from desk.store.crisis_writing import Happening, happen, locked
from desk.store.database import Database

Languages = Callable[[Sequence[str]], Awaitable[Mapping[str, str]]]
"""(mention ids): the language that each is in, where that is known."""


async def spread(database: Database, languages: Languages, first: str, at: datetime) -> int:
    """Lay ready what may be by now, of every answer that goes round; at how many cases.

    Whoever writes in none of its languages gets it in `first`, else in any. An answer of a crisis that ended goes no farther.
    """
    total = 0
    for crisis, answer in await case_drafts.going_round(database):
        async with database.reading() as connection:
            next_ = await wanting(connection, crisis, answer, await room(connection, crisis, answer, at))
        spoken = await languages([message for _, message in next_]) if next_ else {}
        chosen = {case: _chosen(spoken.get(message), answer, first) for case, message in next_}
        async with database.writing() as connection:
            total += await _lay(connection, crisis, answer, chosen, at)
    return total


async def _lay(
    connection: AsyncConnection, identifier: str, answer: Answer, chosen: Mapping[str, str], at: datetime
) -> int:
    """As many as there is room for now that nobody else does it."""
    crisis = await locked(connection, identifier)
    if crisis is None:
        return 0
    free = await room(connection, crisis.id, answer, at) if crisis.running else 0
    still = [case for case, _ in await wanting(connection, crisis.id, answer, free) if case in chosen] if free else []
    texts = {(one.language, one.number): one.text for one in await statements_of(connection, crisis.id)}
    for case in still:
        language, number = chosen[case], answer.statements[chosen[case]]
        text = texts[language, number]
        draft = Draft(case=case, crisis=crisis.id, language=language, number=number, text=text, by=answer.by, at=at)
        await lay(connection, draft)
    if not crisis.running or not await wanting(connection, crisis.id, answer, 1):
        await _done(connection, crisis, answer, at)
    return len(still)


async def _done(connection: AsyncConnection, crisis: Crisis, answer: Answer, at: datetime) -> None:
    one = (crisis_answers.c.crisis == crisis.id, crisis_answers.c.number == answer.number)
    over = update(crisis_answers).where(*one, crisis_answers.c.done_at.is_(None)).values(done_at=at)
    if (await connection.execute(over)).rowcount and crisis.running:
        all_ = Happening(kind=Happened.APPLIED_ALL, detail=str(answer.number))
        await happen(connection, crisis, all_, by=PROGRAM, at=at)


def _chosen(spoken: str | None, answer: Answer, first: str) -> str:
    for language in (spoken, first):
        if language in answer.statements:
            return str(language)
    return min(answer.statements)
