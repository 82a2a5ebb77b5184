"""What happened between some accounts and the desk: events of their cases, and what own accounts answered them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from desk.store.answer_tables import answer_versions
from desk.store.answer_tables import answers as own_answers
from desk.store.case_tables import case_events, case_messages, cases, own_replies
from desk.store.cases import Case, Event, Happened, event_of, of_row
from desk.store.database import Database
from desk.store.inbox import Looking
from desk.store.statements import chunks


async def events(
    database: Database,
    authors: Collection[str],
    looking: Looking,
    kinds: Collection[Happened],
    *,
    until: datetime,
    most: int,
) -> Sequence[Event]:
    """Of the cases of these accounts that they may see: events of these kinds up to and at that moment, the newest first."""
    of = case_events.join(cases, cases.c.id == case_events.c.case)
    theirs = (cases.c.author.in_(authors), looking.seen, case_events.c.kind.in_(kinds), case_events.c.at <= until)
    order = (case_events.c.at.desc(), case_events.c.case.desc(), case_events.c.number.desc())
    asked = select(case_events).select_from(of).where(*theirs).order_by(*order).limit(most)
    async with database.reading() as connection:
        return [event_of(row) for row in await connection.execute(asked)]


async def cases_of(database: Database, authors: Collection[str], looking: Looking) -> Mapping[str, Case]:
    """The cases of these accounts that they may see, by id."""
    async with database.reading() as connection:
        asked = select(cases).where(cases.c.author.in_(authors), looking.seen)
        return {row.id: of_row(row) for row in await connection.execute(asked)}


async def answers(
    database: Database, authors: Collection[str], *, until: datetime, most: int
) -> Sequence[tuple[str, datetime]]:
    """What own accounts answered these, by mention id with when it was published, up to and at that moment, the newest first."""
    told = select(own_replies.c.mention, own_replies.c.at).where(own_replies.c.to_author.in_(authors))
    of = case_messages.join(cases, cases.c.id == case_messages.c.case)
    seen = select(case_messages.c.mention, case_messages.c.at).select_from(of)
    both = told.union(seen.where(case_messages.c.own, cases.c.author.in_(authors))).subquery()
    asked = select(both).where(both.c.at <= until).order_by(both.c.at.desc(), both.c.mention.desc()).limit(most)
    async with database.reading() as connection:
        return [(row.mention, row.at) for row in await connection.execute(asked)]


async def words_of(database: Database, mentions: Collection[str]) -> Mapping[str, str]:
    """What was written here of the answers that stand at their source under these ids."""
    of = own_answers.join(
        answer_versions,
        (answer_versions.c.answer == own_answers.c.id) & (answer_versions.c.number == own_answers.c.version),
    )
    found: dict[str, str] = {}
    async with database.reading() as connection:
        for some in chunks(mentions):
            asked = select(own_answers.c.mention, answer_versions.c.text).select_from(of)
            rows = await connection.execute(asked.where(own_answers.c.mention.in_(some)))
            found |= {row.mention: row.text for row in rows}
    return found
