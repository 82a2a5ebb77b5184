"""Takes authors, messages and people of the staff out of the cases."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Column, ColumnElement, Update, case, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store.answer_tables import answer_deeds, answer_versions, answers
from desk.store.audit import hashed
from desk.store.case_tables import case_events, case_messages, cases, own_replies
from desk.store.statements import chunks
from desk.store.touched import CASES

_LEFT = case_messages.alias("left")


async def erase(connection: AsyncConnection, mentions: Collection[str], authors: Collection[str], key: bytes) -> int:
    """All of these authors, and these messages wherever they stand; a case goes with the last message of its author."""
    count = 0
    for some in chunks(authors):
        count += await _gone(connection, cases.c.author.in_(some))
        whose = or_(own_replies.c.author.in_(some), own_replies.c.to_author.in_(some))
        count += (await connection.execute(delete(own_replies).where(whose))).rowcount
    for some in chunks(mentions):
        count += await _out_of_cases(connection, some, key)
        about = (own_replies.c.mention, own_replies.c.thread, own_replies.c.reply_to)
        for column in (answers.c.answers, answers.c.mention, answer_deeds.c.mention):
            count += (await connection.execute(delete(column.table).where(column.in_(some)))).rowcount
        replies = delete(own_replies).where(or_(*(column.in_(some) for column in about)))
        count += (await connection.execute(replies)).rowcount
    return count


async def expire(connection: AsyncConnection, before: datetime) -> int:
    """Cases that were closed before that, or opened before it and never closed, and answers from before it."""
    count = await _gone(connection, func.coalesce(cases.c.closed_at, cases.c.opened_at) < before)
    return count + (await connection.execute(delete(own_replies).where(own_replies.c.at < before))).rowcount


async def erase_staff(connection: AsyncConnection, people: Sequence[str], key: bytes) -> None:
    """A case that was theirs is nobody's; what they did stays, with a hash under `key` for the id."""
    for some in chunks(people):
        theirs = cases.c.assignee.in_(some)
        await connection.execute(select(cases.c.id).where(theirs).order_by(cases.c.id).with_for_update())
        await connection.execute(update(cases).where(theirs).values(assignee=None))
        wrote = (answers.c.sends, answer_versions.c.by, answer_versions.c.approved_by, answer_deeds.c.by)
        for column in (case_events.c.by, case_events.c.detail, *wrote):
            await connection.execute(_hidden(column, some, key))


async def _out_of_cases(connection: AsyncConnection, mentions: Sequence[str], key: bytes) -> int:
    touched = select(case_messages.c.case).where(case_messages.c.mention.in_(mentions))
    ids = (await connection.execute(touched.distinct())).scalars().all()
    gone = await connection.execute(delete(case_messages).where(case_messages.c.mention.in_(mentions)))
    theirs = (_LEFT.c.case == cases.c.id) & ~_LEFT.c.own
    for some in chunks(ids):
        await _gone(connection, cases.c.id.in_(some) & ~exists().where(theirs))
    await connection.execute(update(case_events).where(case_events.c.detail.in_(mentions)).values(detail=""))
    earliest = select(_LEFT.c.mention).where(theirs).order_by(_LEFT.c.at, _LEFT.c.mention).limit(1).scalar_subquery()
    await connection.execute(_first_of(mentions).values(first_message=earliest))
    await connection.execute(_hidden(cases.c.thread, mentions, key))  # it began with somebody else's message
    return gone.rowcount


def _hidden(column: Column[str], ids: Sequence[str], key: bytes) -> Update:
    """Where one of these ids stands, a hash of it from now on."""
    hashes = case({one: hashed(one, key) for one in ids}, value=column)
    return update(column.table).where(column.in_(ids)).values({column: hashes})


def _first_of(mentions: Sequence[str]) -> Update:
    return update(cases).where(cases.c.first_message.in_(mentions))


async def _gone(connection: AsyncConnection, which: ColumnElement[bool]) -> int:
    """The cases, with all that belongs to each."""
    gone = (await connection.execute(delete(cases).where(which).returning(cases.c.id))).scalars().all()
    await CASES.touch(connection, gone)
    return len(gone)
