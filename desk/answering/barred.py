"""Why an answer does not go out though somebody let it: looked at in the transaction in which it begins to be sent."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.ports import Publisher
from core.types import Mark, Parent, Refusal
from desk.answering.allowing import Allowing, Lacks
from desk.crisis.joining import belongs_to
from desk.store.answers import Answer
from desk.store.case_tables import case_messages
from desk.store.cases import Case, State

OLDEST = timedelta(days=1)
"""So long an answer waits for a source that is away; later it would surprise whoever gets it."""


class Bar(StrEnum):
    """What stands in the way, beside what a source says itself (core.types.Refusal)."""

    CASE_CLOSED = "case closed"
    NO_RIGHT = "no right"  # who let it out, or stands for its words, may not answer there any more
    NOT_APPROVED = "not approved"
    DRILL = "drill"  # drills and history are answered nowhere
    LATE = "too late"  # the source was away for OLDEST
    UNKNOWN = "unknown"  # it may stand there, and for OLDEST the source would not say
    CRISIS_OVER = "crisis over"  # the crisis whose statement it is ended, or the case is out of it


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """The message that is answered, as it is archived; `topics` of the playbook."""

    parent: Parent
    topics: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()


async def barred(
    connection: AsyncConnection,
    answer: Answer,
    case: Case,
    publisher: Publisher,
    *,
    answered: Answered | None,
    allowing: Allowing,
    at: datetime,
) -> Bar | Refusal | None:
    """What stands in its way at that moment; None where nothing does."""
    if case.state is State.CLOSED:
        return Bar.CASE_CLOSED
    there = (case_messages.c.case == case.id, case_messages.c.mention == answer.answers)
    if answered is None or (await connection.execute(select(case_messages.c.mention).where(*there))).first() is None:
        return Refusal.GONE
    if answer.crisis is not None and not await belongs_to(connection, case.id, answer.crisis):
        return Bar.CRISIS_OVER
    if {Mark.DRILL, Mark.HISTORY} & set(answered.marks):
        return Bar.DRILL
    if not await _allowed(connection, answer, case, allowing, at):
        return Bar.NO_RIGHT
    alone = answer.words.approved_at is not None or await allowing.alone(
        connection, answer.words.by, case, answered.topics
    )
    if not alone:
        return Bar.NOT_APPROVED
    if answer.ready_at is not None and at - answer.ready_at > OLDEST:
        return Bar.LATE
    ends = publisher.window(answered.parent)
    return Refusal.CLOSED if ends is not None and at >= ends else None


async def _allowed(connection: AsyncConnection, answer: Answer, case: Case, allowing: Allowing, at: datetime) -> bool:
    """Who let it out still may, and who stands for its words: who approved them, else who wrote them. Of a crisis whoever applied its
    statement still leads.
    """
    if answer.crisis is not None:
        return await allowing.leads(connection, answer.sends or "")
    return await lacking(connection, answer, case, answer.sends or "", allowing, at) is None


async def lacking(  # noqa: PLR0917 - as Allowing.may takes them
    connection: AsyncConnection, answer: Answer, case: Case, sends: str, allowing: Allowing, at: datetime
) -> Lacks | None:
    """What is missing where that person lets it out: to them, or to who stands for its words; None where nothing is."""
    for one in dict.fromkeys((sends, answer.words.approved_by or answer.words.by)):
        found = await allowing.may(connection, one, case, answer.publisher, at)
        if isinstance(found, Lacks):
            return found
    return None
