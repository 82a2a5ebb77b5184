"""A case of the demo's past, from question to end, by the desk's own acts: each at the moment when it was done, kept all at once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from core.document import Group, Stored
from core.types import Published
from desk.answering import acts as answers
from desk.answering import settling
from desk.answering.acts import Written
from desk.cases import acts, keeping, timing
from desk.cases.acting import Done, Outcome
from desk.cases.acts import Reason
from desk.cases.hearing import heard
from desk.entry.who import Who
from desk.store import answer_writing, case_writing, cases
from desk.store.answers import under_way
from desk.store.at_once import Within, at_once
from desk.store.case_timers import STAYS
from desk.store.cases import Asked, Case
from desk.store.database import Database
from klankbord.demo.cast import Cast, Halted
from klankbord.demo.dialogues import Dialogue
from picture.mention import labels_of

CLAIMED, WRITTEN, PROPOSED, APPROVED, SENT = 0.3, 0.6, 0.65, 0.85, 0.95
"""Parts of the time until the answer stands, after which each is done."""
CLOSED = timedelta(minutes=25)
"""After the last word of either."""

Before = Callable[["Opened"], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A case that is open, in the transaction of all that is done to it. `at` is when its author asked."""

    cast: Cast
    desk: Within
    number: int
    at: datetime

    async def now(self) -> Case:
        found = await cases.get(self.desk, self.number)
        if found is None:
            raise Halted("a case of the demo is gone")
        return found

    async def who(self, name: str) -> Who:
        return await self.cast.who(name, self.desk)


async def handled(
    cast: Cast, dialogue: Dialogue, *, by: str, approver: str | None, before: Before | None = None
) -> Case:
    """The case as it ended: opened, claimed and answered by `by`, approved by another where one is named, closed.

    before  what is done to it before anybody claims it
    """
    asked, answered = await cast.archived(dialogue.question), await cast.archived(dialogue.answer)
    then = await cast.archived(dialogue.then) if dialogue.then else None
    at = dialogue.question.at
    async with at_once(cast.desk) as desk:
        number = await _opened(cast, desk, asked, at)
        opened = Opened(cast=cast, desk=desk, number=number, at=at)
        if before is not None:
            await before(opened)
        await _answered(opened, dialogue, asked, answered, by=by, approver=approver)
        if then is not None:
            await _hear(cast, desk, then, asked.enriched.mention.id, dialogue.said[-1].at)
        now, ends = await opened.now(), dialogue.said[-1].at + CLOSED
        done(await acts.close(desk, await opened.who(by), now.id, Reason.SOLVED, saw=now.version, at=ends))
        if ends + STAYS <= cast.now:
            await timing.fire(desk, lambda: cast.promised, ends + STAYS)
        return await opened.now()


def done(outcome: Outcome) -> Case:
    """The case after an act. Raises Halted where it was refused."""
    if isinstance(outcome, Done):
        return outcome.case
    raise Halted(f"an act of the demo is refused: {outcome.what.value}")


async def _opened(cast: Cast, desk: Database, asked: Stored, at: datetime) -> int:
    await _hear(cast, desk, asked, asked.enriched.mention.id, at)
    found = await cases.listed(desk, Asked(author=asked.enriched.mention.author.id))
    if not found:
        raise Halted(f"{asked.enriched.mention.id} opens no case")
    return found[0].number


async def _hear(cast: Cast, desk: Database, stored: Stored, thread: str, at: datetime) -> None:
    """As if it came in just then: of history nobody has to be answered."""
    told = heard(stored, thread, cast.promised)
    answers_ = cast.promised.answers(told.outcome)
    told = msgspec.structs.replace(told, answers=answers_, arrived=at)
    await keeping.hear(desk, told, cast.promised, at=at, erased=cast.stores.erased)


async def _answered(
    opened: Opened, dialogue: Dialogue, asked: Stored, answered: Stored, *, by: str, approver: str | None
) -> None:
    """Written, approved and let out by the house's rules; what was written stands there already: in the demo nothing is sent."""
    desk, who, question = opened.desk, await opened.who(by), await opened.now()
    allowing, topics = opened.cast.allowing, labels_of(asked, Group.TOPIC)

    def after(part: float) -> datetime:
        return opened.at + (dialogue.answer.at - opened.at) * part

    text, language = answered.enriched.mention.text, dialogue.answer.wording.language
    written = Written(text=text, answers=question.first_message, publisher=question.source, language=language)
    now = done(await acts.claim(desk, who, question.id, saw=question.version, at=after(CLAIMED)))
    now = done(await answers.write(desk, who, now.id, written, saw=now.version, at=after(WRITTEN)))
    if approver is not None:
        now = done(await answers.propose(desk, who, now.id, saw=now.version, at=after(PROPOSED)))
        other, at = await opened.who(approver), after(APPROVED)
        now = done(await answers.approve(desk, other, now.id, 1, allowing=allowing, saw=now.version, at=at))
    at = after(SENT)
    done(await answers.send(desk, who, now.id, 1, topics=topics, allowing=allowing, saw=now.version, at=at))
    await _stands(opened, answered, topics)


async def _stands(opened: Opened, answered: Stored, topics: tuple[str, ...]) -> None:
    """As a worker finds it (desk.answering.sending)."""
    mention = answered.enriched.mention
    async with opened.desk.writing() as connection:
        case = await case_writing.locked(connection, opened.number)
        answer = await under_way(connection, case.id) if case else None
        if case is None or answer is None:
            raise Halted(f"case {opened.number} of the demo has no answer")
        await answer_writing.put(connection, answer, topics=topics)
        answer = msgspec.structs.replace(answer, topics=topics)
        published = Published(id=mention.id, url=mention.url, at=mention.created_at)
        await settling.stands(connection, case, answer, published, mention.created_at)
