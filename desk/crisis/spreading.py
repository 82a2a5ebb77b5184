"""Lays an approved answer ready at attached cases, so many a minute, each once: whoever was killed goes on where the rows end.

Where something publishes at the case's source, and nobody has an answer to it under way, it is let out with that (desk.answering.sending).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.answering.acts import queue
from desk.store import answer_writing, answers, case_drafts, case_writing, cases
from desk.store.answers import Version, under_way
from desk.store.case_drafts import MINUTE, Draft, lay, room, wanting
from desk.store.case_writing import PROGRAM
from desk.store.crises import Answer, Crisis, Happened, Statement, statements_of
from desk.store.crisis_tables import crisis_answers
from desk.store.crisis_writing import Happening, happen, locked
from desk.store.database import Database

Languages = Callable[[Sequence[str]], Awaitable[Mapping[str, str]]]
"""(mention ids): the language that each is in, where that is known."""
NOWHERE: Mapping[str, str] = MappingProxyType({})


async def spread(
    database: Database, languages: Languages, first: str, at: datetime, *, publishers: Mapping[str, str] = NOWHERE
) -> int:
    """Lay ready what may be by now, of every answer that goes round; at how many cases. `publishers` are names, by the source at
    which each answers.

    Whoever writes in none of its languages gets it in `first`, else in any. An answer of a crisis that ended goes no farther.
    """
    total = 0
    for crisis, answer in await case_drafts.going_round(database):
        async with database.reading() as connection:
            next_ = await wanting(connection, crisis, answer, await room(connection, crisis, answer, at))
        spoken = await languages([message for _, message in next_]) if next_ else {}
        chosen = {case: _chosen(spoken.get(message), answer, first) for case, message in next_}
        async with database.writing() as connection:
            total += await _lay(connection, crisis, answer, chosen, at=at, publishers=publishers)
    return total


async def _lay(
    connection: AsyncConnection,
    identifier: str,
    answer: Answer,
    chosen: Mapping[str, str],
    *,
    at: datetime,
    publishers: Mapping[str, str],
) -> int:
    """As many as there is room for now that nobody else does it."""
    crisis = await locked(connection, identifier)
    if crisis is None:
        return 0
    free = await _room(connection, crisis, answer, at)
    next_ = await wanting(connection, crisis.id, answer, free) if free else ()
    still = sorted(case for case, _ in next_ if case in chosen)
    for case in (
        still
    ):  # all before the first number of an answer, in one order as everywhere: whoever writes one has its case first
        await case_writing.locked(connection, case)
    said = {(one.language, one.number): one for one in await statements_of(connection, crisis.id)}
    for case in still:
        language, number = chosen[case], answer.statements[chosen[case]]
        one = said[language, number]
        draft = Draft(case=case, crisis=crisis.id, language=language, number=number, text=one.text, by=answer.by, at=at)
        await lay(connection, draft)
        if crisis.drill is None:
            await _let_out(connection, draft, one, publishers)
    if not crisis.running or not await wanting(connection, crisis.id, answer, 1):
        await _done(connection, crisis, answer, at)
    return len(still)


async def _room(connection: AsyncConnection, crisis: Crisis, answer: Answer, at: datetime) -> int:
    """As `room`; and while what was let out waits for its source, no more is: it would go out at once when that is back."""
    if not crisis.running:
        return 0
    busy = await answers.of_crisis_since(connection, crisis.id, at - MINUTE)
    return min(await room(connection, crisis.id, answer, at), max(0, answer.a_minute - busy))


async def _let_out(connection: AsyncConnection, draft: Draft, said: Statement, publishers: Mapping[str, str]) -> None:
    """The statement goes out to the case by itself, where something answers there and nobody does already."""
    case = await case_writing.locked(connection, draft.case)
    publisher = publishers.get(case.source) if case is not None else None
    if case is None or publisher is None or await under_way(connection, case.id) is not None:
        return
    words = Version(
        number=1,
        text=draft.text,
        language=draft.language,
        by=said.drafted_by,
        at=said.drafted_at,
        approved_by=said.approved_by,
        approved_at=said.approved_at,
    )
    new = answer_writing.Draft(
        case=case.id, answers=case.first_message, publisher=publisher, words=words, crisis=draft.crisis
    )
    made = await answer_writing.add(connection, new)
    await queue(connection, made, by=draft.by, at=draft.at)
    out = case_writing.Happening(kind=cases.Happened.QUEUED, detail=str(made.number))
    await case_writing.happen(connection, case, out, by=draft.by, at=draft.at)


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
