"""What became of an answer, and of a deed at the source, written down with its event in one transaction."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import Reject
from core.types import CLOCKS_APART, Published
from desk.answering import became
from desk.answering.trust import Kind as Trust
from desk.cases import keeping
from desk.cases.telling import tell
from desk.store import answer_writing, case_writing, publisher_turns
from desk.store.answer_writing import Deed
from desk.store.answers import Answer, State, of_case_within
from desk.store.case_writing import PROGRAM, Happening, happen
from desk.store.cases import Case, Happened
from desk.store.notices import Kind
from desk.store.own_replies import Reply
from desk.store.publisher_turns import Task

ANY_VERSION = 2**63 - 1
"""The greatest order key: all versions of a message are gone with it."""


async def locked(connection: AsyncConnection, answer: Answer) -> tuple[Case | None, Answer | None]:
    """Its case and itself as they are now; nobody changes them until the transaction ends."""
    case = await case_writing.locked(connection, answer.case)
    return case, await answer_writing.locked(connection, answer.id)


async def stands(connection: AsyncConnection, case: Case, answer: Answer, published: Published, at: datetime) -> None:
    """It stands at the source: the case is answered at once, without waiting until it is heard there. Both are locked.

    It counts from when the source has it, or from the beginning of the clock where that source's clock is behind by less than CLOCKS_APART. What
    stood there before a clock that began anew does not stop that.
    """
    when = published.at or at
    if case.since - CLOCKS_APART < when:
        when = max(when, case.since)
    done = {"state": State.SENT.value, "mention": published.id, "url": published.url, "error": None, "ended_at": when}
    rest = at if published.copies else None
    await answer_writing.put(connection, answer, copies=published.copies, due_at=rest, **done)
    sent = Happening(kind=Happened.SENT, detail=str(answer.number))
    case = await happen(connection, case, sent, by=PROGRAM, at=at)
    reply = Reply(
        mention=published.id,
        author=published.author or f"{case.source}:{answer.publisher}",
        thread=case.thread,
        at=when,
        order=0,
        reply_to=answer.answers,
        to_author=case.author,
    )
    await keeping.answered(connection, case, reply, at)
    await became.sent(connection, answer, at)


async def uncopied(connection: AsyncConnection, case: Case, answer: Answer, copy: str, at: datetime) -> None:
    """That of what stood there too much was taken away. The case is locked."""
    left = _without(answer, copy)
    await answer_writing.put(connection, answer, copies=left, due_at=at if left else None)
    await happen(connection, case, Happening(kind=Happened.DELETED, detail=copy), by=PROGRAM, at=at)


async def copied(connection: AsyncConnection, case: Case, answer: Answer, refused: Reject, at: datetime) -> None:
    """What is left there too much stays, for the source refuses to take it away: who has the case is told. Both are locked."""
    await answer_writing.put(connection, answer, due_at=None, error=str(refused))
    await _not_done(connection, case, Deed.DELETE, refused.reason, at)


async def refuse(
    connection: AsyncConnection, case: Case, answer: Answer, reason: str, at: datetime, *, error: str | None = None
) -> None:
    """It never goes out: who has the case is told. Both are locked."""
    done = {"state": State.REFUSED.value, "reason": reason, "error": error, "due_at": None, "ended_at": at}
    await answer_writing.put(connection, answer, **done)
    refused = Happening(kind=Happened.REFUSED, detail=f"{answer.number} {reason}")
    case = await happen(connection, case, refused, by=PROGRAM, at=at)
    await tell(connection, case, Kind.REFUSED, at, number=case.version)


async def undone(
    connection: AsyncConnection, case: Case, task: Task, reason: str, at: datetime, *, error: str | None = None
) -> None:
    """A deed came to nothing: who has the case is told. Both are locked."""
    await publisher_turns.settle_task(connection, task, due_at=None, done_at=at, error=error or reason)
    if task.kind == Deed.WITHDRAW.value:
        await _uncopying(connection, task, at)
    await _not_done(connection, case, task.kind, reason, at)


async def did(connection: AsyncConnection, task: Task, at: datetime) -> None:
    """A deed is done. An answer that was withdrawn leaves its case, and the clock runs as it would have."""
    if task.kind == Deed.WITHDRAW.value:
        await keeping.withdraw_within(connection, task.mention, ANY_VERSION, at)
        await _withdrawn(connection, task, at)
    await publisher_turns.settle_task(connection, task, due_at=None, done_at=at, error=None)


async def _withdrawn(connection: AsyncConnection, task: Task, at: datetime) -> None:
    """The answer, or one of its copies, is gone from its source."""
    for answer in await of_case_within(connection, task.case):
        if answer.mention == task.mention:
            await answer_writing.put(connection, answer, state=State.WITHDRAWN.value)
            whose = await became.writer(connection, answer)
            await became.mark(connection, answer, Trust.DELETED, by=task.by, at=at, person=whose)
        elif task.mention in answer.copies:
            await answer_writing.put(connection, answer, copies=_without(answer, task.mention))


async def _uncopying(connection: AsyncConnection, task: Task, at: datetime) -> None:
    """The answer stays there: what stands there too much is taken away as before it was to be withdrawn."""
    for answer in await of_case_within(connection, task.case):
        if answer.mention == task.mention and answer.copies:
            await answer_writing.put(connection, answer, due_at=at)


async def _not_done(connection: AsyncConnection, case: Case, kind: str, reason: str, at: datetime) -> None:
    case = await happen(
        connection, case, Happening(kind=Happened.NOT_DONE, detail=f"{kind} {reason}"), by=PROGRAM, at=at
    )
    await tell(connection, case, Kind.NOT_DONE, at, number=case.version)


def _without(answer: Answer, copy: str) -> tuple[str, ...]:
    return tuple(one for one in answer.copies if one != copy)
