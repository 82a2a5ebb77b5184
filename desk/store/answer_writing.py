"""What is written of answers, each in the transaction of whoever does it: the case is locked first, and has the event."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.types import CLOCKS_APART, Parent
from desk.store.answer_tables import answer_deeds, answer_versions, answers
from desk.store.answers import Answer, State, Version, one
from desk.store.case_writing import next_number

ANSWERS = "answers"
"""What is numbered."""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that is to be."""

    case: str
    answers: str
    publisher: str
    words: Version
    state: State = State.DRAFT
    crisis: str | None = None


class Deed(StrEnum):
    """What is done at the source to a message of a case."""

    HIDE = "hide"
    DELETE = "delete"
    WITHDRAW = "withdraw"  # an answer of ours


async def add(connection: AsyncConnection, draft: Draft, **values: object) -> Answer:
    """Write it down with its first words."""
    identifier = uuid.uuid4().hex
    row = {
        "id": identifier,
        "number": await next_number(connection, ANSWERS),
        "version": draft.words.number,
        "tries": 0,
        "topics": "[]",
        "copies": "[]",
        "state": draft.state.value,
        **{name: getattr(draft, name) for name in ("case", "answers", "publisher", "crisis")},
    }
    await connection.execute(insert(answers), row | values)
    await _say(connection, identifier, draft.words)
    found = await one(connection, answers.c.id == identifier)
    assert found is not None  # noqa: S101 - just written
    return found


async def say(connection: AsyncConnection, answer: Answer, words: Version) -> None:
    """It says this from now on."""
    await _say(connection, answer.id, words)
    await put(connection, answer, version=words.number)


async def approve(connection: AsyncConnection, answer: Answer, *, by: str, at: datetime) -> None:
    """The words that stand now may go out."""
    these = (answer_versions.c.answer == answer.id, answer_versions.c.number == answer.words.number)
    await connection.execute(update(answer_versions).where(*these).values(approved_by=by, approved_at=at))


async def put(connection: AsyncConnection, answer: Answer, **values: object) -> None:
    """These values of it, by column."""
    told = {
        name: msgspec.json.encode(one).decode() if isinstance(one, Parent | tuple) else one
        for name, one in values.items()
    }
    await connection.execute(update(answers).where(answers.c.id == answer.id).values(told))


async def locked(connection: AsyncConnection, identifier: str) -> Answer | None:
    """The answer of that id; nobody else changes it until the transaction ends. Its case is locked before it."""
    row = select(answers.c.id).where(answers.c.id == identifier).with_for_update()
    if (await connection.execute(row)).first() is None:
        return None
    return await one(connection, answers.c.id == identifier)


async def ask(
    connection: AsyncConnection, case: str, kind: Deed, mention: str, publisher: str, *, by: str, at: datetime
) -> bool:
    """Let it be done at the source; whether it was not done and not asked for yet."""
    stands = answer_deeds.c.due_at.is_not(None) | answer_deeds.c.error.is_(None)
    same = (answer_deeds.c.mention == mention, answer_deeds.c.kind == kind.value, stands)
    if (await connection.execute(select(answer_deeds.c.id).where(*same))).first() is not None:
        return False
    row = {"id": uuid.uuid4().hex, "case": case, "kind": kind.value, "mention": mention, "publisher": publisher}
    await connection.execute(insert(answer_deeds), row | {"by": by, "at": at, "due_at": at, "tries": 0})
    return True


async def taken(connection: AsyncConnection, answer: Answer) -> Sequence[str]:
    """Ids of what other answers became at the source, with their copies: those to the same message, and those of the same publisher that went out
    as late as this one may have. Of those a source may tell in one conversation, or beneath one comment, and its clock and ours may be apart.
    """
    to_the_same = answers.c.answers == answer.answers
    if answer.ready_at is not None:
        late = answers.c.ended_at >= answer.ready_at - 2 * CLOCKS_APART
        to_the_same |= (answers.c.publisher == answer.publisher) & late
    others = (to_the_same, answers.c.id != answer.id, answers.c.mention.is_not(None))
    rows = await connection.execute(select(answers.c.mention, answers.c.copies).where(*others))
    return [one for row in rows for one in (row.mention, *msgspec.json.decode(row.copies, type=tuple[str, ...]))]


async def _say(connection: AsyncConnection, answer: str, words: Version) -> None:
    await connection.execute(insert(answer_versions), msgspec.structs.asdict(words) | {"answer": answer})
