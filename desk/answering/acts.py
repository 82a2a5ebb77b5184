"""What people do with the answer of a case: written, corrected, approved, let out, taken back. Each act on it names the version of the case that it
saw, and is refused with what happened meanwhile where another was first (desk.cases.acting); what is done at the source contradicts nothing, and names none.
"""

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.ports import Publisher
from core.types import Can
from desk.answering.allowing import Allowing, Lacks
from desk.answering.barred import Bar, lacking
from desk.answering.composing import unfilled
from desk.cases.acting import Change, Outcome, Refused, Why, do
from desk.entry.who import Who, is_operator
from desk.store import answer_writing
from desk.store.answer_writing import Deed, Draft
from desk.store.answers import GOING, WRITABLE, Answer, State, Version, of_case_within, under_way
from desk.store.case_tables import case_messages
from desk.store.cases import Case, Happened
from desk.store.cases import State as CaseState
from desk.store.database import Database
from desk.store.notices import Kind
from desk.store.statements import fits
from playbook.answers import VARIABLES

LONGEST = 10_000
"""Characters of an answer, whatever its source takes."""
APPROVES = "lead"
"""The role that is told where an answer waits for approval."""


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wrote: to which message, by which publisher. `version` is that of the words which it was made from, 0 where there were none."""

    text: str
    answers: str
    publisher: str
    language: str | None = None
    version: int = 0


async def write(database: Database, who: Who, case: str, written: Written, *, saw: int, at: datetime) -> Outcome:
    """Write an answer, or correct the one that is there: then it has to be approved again."""
    words = written.text.strip()

    async def act(connection: AsyncConnection, now: Case) -> Change | Refused | Why | None:
        if now.state is CaseState.CLOSED:
            return Why.STATE
        if not fits(words, LONGEST):
            return Why.WRONG
        there = await under_way(connection, now.id)
        if there is None:
            return await _begun(connection, now, written, who, at)
        if there.state not in WRITABLE:
            return Why.GOING
        if there.words.number != written.version:
            return Refused(what=Happened.DRAFTED, by=there.words.by, at=there.words.at)
        if (words, written.language) == (there.words.text, there.words.language) and stays(there, who):
            return None
        number = there.words.number + 1
        said = Version(number=number, text=words, language=written.language, by=who.by, at=at)
        await answer_writing.say(connection, there, said)
        await answer_writing.put(connection, there, state=State.DRAFT.value)
        return Change(kind=Happened.CORRECTED, detail=str(there.number))

    return await do(database, who, case, act, kind=Happened.DRAFTED, saw=saw, at=at)


async def _begun(connection: AsyncConnection, case: Case, written: Written, who: Who, at: datetime) -> Change | Why:
    if written.version:
        return Why.GONE
    if not await _said(connection, case, written.answers):
        return Why.NO_MESSAGE
    if not written.publisher:
        return Why.NO_CHANNEL
    said = Version(number=1, text=written.text.strip(), language=written.language, by=who.by, at=at)
    draft = Draft(case=case.id, answers=written.answers, publisher=written.publisher, words=said)
    answer = await answer_writing.add(connection, draft)
    return Change(kind=Happened.DRAFTED, detail=str(answer.number))


async def propose(database: Database, who: Who, case: str, *, saw: int, at: datetime) -> Outcome:
    """Ask somebody else to approve it: whoever leads in the unit is told."""

    async def act(connection: AsyncConnection, now: Case) -> Change | Why | None:
        there = await under_way(connection, now.id)
        if there is None or there.state is State.WAITING:
            return Why.GONE if there is None else None
        if there.state is not State.DRAFT:
            return Why.GOING
        if unfilled(there.words.text, VARIABLES):
            return Why.UNFILLED
        await answer_writing.put(connection, there, state=State.WAITING.value)
        detail = str(there.number)
        return Change(kind=Happened.PROPOSED, detail=detail, tells=Kind.PROPOSED, roles=(APPROVES,))

    return await do(database, who, case, act, kind=Happened.PROPOSED, saw=saw, at=at)


async def approve(
    database: Database, who: Who, case: str, version: int, *, allowing: Allowing, saw: int, at: datetime
) -> Outcome:
    """Approve the words of that version: whoever may answer may, but for who wrote them. As nobody knows which person an operator is, nobody
    approves what an operator wrote.
    """

    async def act(connection: AsyncConnection, now: Case) -> Change | Refused | Why | None:
        there = await under_way(connection, now.id)
        if there is None or there.words.number != version:
            return Why.GONE if there is None else Refused(what=Happened.CORRECTED, by=there.words.by)
        if there.state not in WRITABLE:
            return Why.GOING
        if lacks := await _lacks(connection, allowing, who, now, there.publisher, at):
            return lacks
        if there.state is State.APPROVED:
            return None
        if unfilled(there.words.text, VARIABLES):
            return Why.UNFILLED
        if is_operator(there.words.by):
            return Why.UNNAMED
        if who.by == there.words.by:
            return Refused(what=Why.SAME_PERSON, by=there.words.by, at=there.words.at)
        await answer_writing.approve(connection, there, by=who.by, at=at)
        await answer_writing.put(connection, there, state=State.APPROVED.value)
        return Change(kind=Happened.APPROVED, detail=str(there.number))

    return await do(database, who, case, act, kind=Happened.APPROVED, saw=saw, at=at)


async def send(
    database: Database,
    who: Who,
    case: str,
    version: int,
    *,
    topics: Collection[str],
    allowing: Allowing,
    saw: int,
    at: datetime,
) -> Outcome:
    """Let it out: it is queued, and a worker sends it (desk.answering.sending). `topics` are those of the message."""

    async def act(connection: AsyncConnection, now: Case) -> Change | Refused | Why | None:
        there = await under_way(connection, now.id)
        if now.state is CaseState.CLOSED:
            return Why.STATE
        if there is None or there.words.number != version:
            return Why.GONE if there is None else Refused(what=Happened.CORRECTED, by=there.words.by)
        if there.state in GOING:
            return None
        if unfilled(there.words.text, VARIABLES):
            return Why.UNFILLED
        if there.words.approved_at is None and is_operator(there.words.by):
            return Why.UNNAMED
        if lacks := await lacking(connection, there, now, who.by, allowing, at):
            return _refused(lacks)
        if there.words.approved_at is None and not await allowing.alone(connection, there.words.by, now, topics):
            return Why.NOT_APPROVED
        await queue(connection, there, by=who.by, at=at)
        return Change(kind=Happened.QUEUED, detail=str(there.number))

    return await do(database, who, case, act, kind=Happened.QUEUED, saw=saw, at=at)


async def queue(connection: AsyncConnection, answer: Answer, *, by: str, at: datetime) -> None:
    """It is to be sent from now on, under a key of its own."""
    going = {"state": State.QUEUED.value, "key": uuid.uuid4().hex, "sends": by, "ready_at": at, "due_at": at}
    await answer_writing.put(connection, answer, **going)


async def withdraw(database: Database, who: Who, case: str, *, saw: int, at: datetime) -> Outcome:
    """Take back the answer that did not go out yet. One of which a try has begun may stand there: it is not taken back so."""

    async def act(connection: AsyncConnection, now: Case) -> Change | Why | None:
        there = await under_way(connection, now.id)
        if there is None:
            return None
        if there.state is State.SENDING:
            return Why.GOING
        await answer_writing.put(connection, there, state=State.WITHDRAWN.value, due_at=None, ended_at=at)
        return Change(kind=Happened.TAKEN_BACK, detail=str(there.number))

    return await do(database, who, case, act, kind=Happened.TAKEN_BACK, saw=saw, at=at)


_NEEDS = {Deed.HIDE: Can.HIDE, Deed.DELETE: Can.DELETE, Deed.WITHDRAW: Can.WITHDRAW}


async def at_source(
    database: Database,
    who: Who,
    case: str,
    deed: Deed,
    mention: str,
    *,
    publisher: str,
    publishers: Mapping[str, Publisher],
    allowing: Allowing,
    at: datetime,
) -> Outcome:
    """Let a message of the case be hidden or taken away there by that publisher, where it may; or an answer of ours withdrawn by the one that
    sent it, with its copies, or one of those alone.
    """

    async def act(connection: AsyncConnection, now: Case) -> Change | Refused | Why | None:
        sent = await _sent(connection, now, mention) if deed is Deed.WITHDRAW else None
        if deed is Deed.WITHDRAW and sent is None:
            return Why.NO_MESSAGE
        name = sent.publisher if sent else publisher
        if name not in publishers or _NEEDS[deed] not in publishers[name].can:
            return Why.NOT_THERE
        if sent is None and not await _said(connection, now, mention):
            return Why.NO_MESSAGE
        if lacks := await _lacks(connection, allowing, who, now, name, at):
            return lacks
        if not await answer_writing.ask(connection, now.id, deed, mention, name, by=who.by, at=at):
            return None
        if sent is not None and sent.mention == mention:
            for copy in sent.copies:
                await answer_writing.ask(connection, now.id, deed, copy, name, by=who.by, at=at)
            await answer_writing.put(connection, sent, due_at=None)
        return Change(kind=_KINDS[deed], detail=mention)

    return await do(database, who, case, act, kind=_KINDS[deed], saw=None, at=at)


_KINDS = {Deed.HIDE: Happened.HIDDEN, Deed.DELETE: Happened.DELETED, Deed.WITHDRAW: Happened.UNPUBLISHED}


def stays(there: Answer, who: Who) -> bool:
    """Saving it as it stands changes nothing; but that one of the staff makes an operator's words their own."""
    return who.person is None or not is_operator(there.words.by)


async def _lacks(  # noqa: PLR0917 - as Allowing.may takes them
    connection: AsyncConnection, allowing: Allowing, who: Who, case: Case, publisher: str, at: datetime
) -> Refused | None:
    """That they may not answer it there; None where they may."""
    found = await allowing.may(connection, who.by, case, publisher, at)
    return _refused(found) if isinstance(found, Lacks) else None


def _refused(lacks: Lacks) -> Refused:
    return Refused(what=Why.FORBIDDEN if lacks.account else Why.NO_ACCOUNT, lacks=lacks)


async def _sent(connection: AsyncConnection, case: Case, mention: str) -> Answer | None:
    """The answer to the case that stands at its source as that, or of which that stands there too much."""
    for one in await of_case_within(connection, case.id):
        if mention in one.copies or (one.mention == mention and one.state is State.SENT):
            return one
    return None


async def _said(connection: AsyncConnection, case: Case, mention: str) -> bool:
    """Whether its author wrote that."""
    one = (case_messages.c.case == case.id, case_messages.c.mention == mention)
    asked = select(case_messages.c.mention).where(*one, case_messages.c.own.is_(False))
    return (await connection.execute(asked)).first() is not None


async def again(database: Database, who: Who, answer: Answer, *, at: datetime) -> Outcome:
    """Let an answer that never went out out once more, as it stands: under another key. As it goes it is looked at anew whether who let it out
    first still may, not who says this. One that may stand there keeps its key, and its source is asked once more.
    """

    async def act(connection: AsyncConnection, now: Case) -> Change | Why | None:
        if now.state is CaseState.CLOSED:
            return Why.STATE
        there = await answer_writing.locked(connection, answer.id)
        if there is None or there.state is not State.REFUSED or await under_way(connection, now.id) is not None:
            return Why.GOING
        if there.reason == Bar.UNKNOWN.value:
            await answer_writing.put(connection, there, state=State.SENDING.value, due_at=at)
        else:
            await queue(connection, there, by=there.sends or who.by, at=at)
            await answer_writing.put(connection, there, tries=0, parent=None)
        await answer_writing.put(connection, there, reason=None, error=None, ended_at=None)
        return Change(kind=Happened.QUEUED, detail=str(there.number))

    return await do(database, who, answer.case, act, kind=Happened.QUEUED, saw=None, at=at)
