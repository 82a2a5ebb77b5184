"""Answers of own accounts as they were seen at their source: kept whatever came first, the answer or what it answers."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store.case_tables import case_messages, cases, own_replies
from desk.store.cases import Case, Message
from desk.store.statements import insert


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """An own account's message in a conversation; `to_author` wrote what it answers, where that is known."""

    mention: str
    author: str
    thread: str
    at: datetime
    order: int
    reply_to: str | None = None
    to_author: str | None = None

    @property
    def message(self) -> Message:
        """What a case keeps of it."""
        return Message(mention=self.mention, at=self.at, own=True, order=self.order)


async def keep(connection: AsyncConnection, reply: Reply) -> None:
    """In the place of an earlier version of it."""
    row = msgspec.structs.asdict(reply)
    new = insert(connection, own_replies).values(row)
    earlier = own_replies.c.order < reply.order
    await connection.execute(new.on_conflict_do_update(index_elements=["mention"], set_=row, where=earlier))


async def drop(connection: AsyncConnection, mention: str, order: int) -> None:
    """Where it is of that version or an earlier one."""
    gone = (own_replies.c.mention == mention, own_replies.c.order <= order)
    await connection.execute(delete(own_replies).where(*gone))


async def of_author(connection: AsyncConnection, author: str) -> Sequence[str]:
    """What that account wrote, by id."""
    asked = select(own_replies.c.mention).where(own_replies.c.author == author)
    return (await connection.execute(asked)).scalars().all()


async def answering(connection: AsyncConnection, case: Case) -> Sequence[Reply]:
    """What answers the case: what was published in its conversation since its clock runs, and not to somebody else."""
    theirs = select(case_messages.c.mention).where(case_messages.c.case == case.id, ~case_messages.c.own)
    others = (
        select(case_messages.c.mention)
        .join(cases, cases.c.id == case_messages.c.case)
        .where(cases.c.author != case.author, ~case_messages.c.own)
    )
    direct = own_replies.c.reply_to.in_(theirs)
    nobody_else = or_(own_replies.c.reply_to.is_(None), own_replies.c.reply_to.not_in(others))
    unsaid = or_(own_replies.c.to_author.is_(None), own_replies.c.to_author == case.author)
    here = (own_replies.c.thread == case.thread) & nobody_else & unsaid
    asked = select(own_replies).where(or_(direct, here), own_replies.c.at >= case.since).order_by(own_replies.c.at)
    return [
        Reply(**{name: getattr(row, name) for name in Reply.__struct_fields__})
        for row in await connection.execute(asked)
    ]


async def answered_by(connection: AsyncConnection, reply: Reply) -> Sequence[str]:
    """Ids of the cases that the reply may answer."""
    direct = select(case_messages.c.case).where(case_messages.c.mention == reply.reply_to)
    asked = select(cases.c.id).where(or_(cases.c.thread == reply.thread, cases.c.id.in_(direct)))
    return (await connection.execute(asked.order_by(cases.c.number))).scalars().all()
