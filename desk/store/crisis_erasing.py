"""Takes messages, authors and people of the staff out of the crises: what happened stays, and its figures."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store.audit import hashed
from desk.store.crises import Happened
from desk.store.crisis_tables import (
    case_drafts,
    crises,
    crisis_answers,
    crisis_cases,
    crisis_events,
    crisis_evidence,
    crisis_statements,
    crisis_steps,
    drills,
)
from desk.store.notice_messages import drop
from desk.store.notice_tables import notice_messages, notices

_NAMED = ("messages", "authors")
"""Lists of an evidence's document of which each entry has an id, and that of a message its author's (desk.crisis.evidence.Evidence)."""


async def erase(connection: AsyncConnection, mentions: Collection[str], authors: Collection[str]) -> int:
    """These messages and authors leave all evidence; how many entries. Their cases go by desk.store.case_erasing, with their drafts."""
    gone = {*mentions, *authors}
    return await _without(connection, gone.__contains__) if gone else 0


async def expire(connection: AsyncConnection, before: datetime) -> int:
    """Evidence of crises that ended before that keeps its figures alone; how many ids went."""
    over = select(crises.c.id).where(crises.c.ended_at < before)
    return await _without(connection, lambda _: True, crisis_evidence.c.crisis.in_(over))


async def erase_staff(connection: AsyncConnection, people: Sequence[str], key: bytes, *, at: datetime) -> None:
    """What they did and what they were told stays, with a hash under `key` for the id; nobody leads what was theirs, and what they
    were still to be told is over at `at`.
    """
    for person in people:
        hidden = hashed(person, key)
        for column in (crises.c.lead, crises.c.offered_to):
            await connection.execute(update(crises).where(column == person).values({column.name: None}))
        for column in (
            crises.c.acknowledged_by,
            crisis_events.c.by,
            crisis_steps.c.done_by,
            crisis_statements.c.drafted_by,
            crisis_statements.c.approved_by,
            crisis_cases.c.by,
            crisis_answers.c.by,
            case_drafts.c.by,
            drills.c.by,
        ):
            changed = update(column.table).where(column == person).values({column.name: hidden})
            await connection.execute(changed)
        named = (Happened.OFFERED.value, Happened.ACCEPTED.value, Happened.RETURNED_TO_LEAD.value)
        theirs = (crisis_events.c.kind.in_(named), crisis_events.c.detail == person)
        await connection.execute(update(crisis_events).where(*theirs).values(detail=hidden))
        await drop(connection, person, at)
        for told, to, instead in (
            (notices, notices.c.to_person, notices.c.to_erased),
            (notice_messages, notice_messages.c.person, notice_messages.c.erased),
        ):
            of_crises = (to == person, told.c.crisis.is_not(None))
            await connection.execute(update(told).where(*of_crises).values({to.name: None, instead.name: hidden}))


async def _without(connection: AsyncConnection, gone: Callable[[str], bool], *where: ColumnElement[bool]) -> int:
    """Rows that are being frozen by somebody else are waited for: what is in them is known only then."""
    some = or_(crisis_evidence.c.document != "", crisis_evidence.c.frozen_at.is_(None))
    rows = (await connection.execute(select(crisis_evidence).where(some, *where).with_for_update())).all()
    count = 0
    for row in rows:
        document = msgspec.json.decode(row.document or "{}")
        left = {
            name: [one for one in document.get(name, ()) if not (gone(one["id"]) or gone(one.get("author", "")))]
            for name in _NAMED
        }
        fewer = sum(len(document.get(name, ())) - len(left[name]) for name in _NAMED)
        if fewer:
            one = (crisis_evidence.c.crisis == row.crisis, crisis_evidence.c.number == row.number)
            kept = msgspec.json.encode(document | left).decode()
            await connection.execute(update(crisis_evidence).where(*one).values(document=kept))
            count += fewer
    return count
