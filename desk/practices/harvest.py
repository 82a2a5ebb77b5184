"""A best practice made of a case that ended well: what was asked and answered, without who asked."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from core.ports import ArchiveReader
from core.types import UNSPOKEN
from desk.nameless import names_of
from desk.practices.cleaning import Cleaner
from desk.practices.ended import Went, went
from desk.store import cases, people
from desk.store.cases import Case
from desk.store.database import Database


class Harvest(msgspec.Struct, frozen=True, kw_only=True):
    """What a form is filled with before a person looks at it; `taken` is what was taken out of both texts."""

    case: int
    question: str = ""
    answer: str = ""
    language: str = ""
    topics: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()


class Lacking(msgspec.Struct, frozen=True, kw_only=True):
    """It did not end well, or it is not known yet: `why` is open, unanswered, reopened, unhappy, early or gone; `at` from when on it is known."""

    why: str
    at: datetime | None = None


async def harvested(
    database: Database, archive: ArchiveReader, cleaner: Cleaner, case: Case, at: datetime
) -> Harvest | Lacking:
    """What a practice can begin with; why there is none."""
    (one,) = await went(database, archive, [case], at)
    if why := _lacks(one):
        return Lacking(why=why, at=one.stays_at if why == "early" else None)
    asked, answered = one.asked, one.answered
    if asked is None or answered is None:
        return Lacking(why="gone")
    names = [*_named(one), *await _colleagues(database, case)]
    question, answer = (cleaner.clean(each.enriched.mention.text, names) for each in (asked, answered))
    topics = asked.enriched.finding("topics")
    return Harvest(
        case=case.number,
        question=question.text,
        answer=answer.text,
        language=asked.enriched.known_language or UNSPOKEN,
        topics=topics.labels if topics else (),
        taken=tuple(dict.fromkeys((*question.taken, *answer.taken))),
    )


def _lacks(one: Went) -> str:
    if one.stays_at is None:
        return "open"
    if one.case.answered_at is None:
        return "unanswered"
    if one.outcome is None:
        return "early"
    return "" if one.well else one.outcome.value


def _named(one: Went) -> Sequence[str]:
    """Who wrote both, and whom they name."""
    found = [name for stored in (one.asked, one.answered) if stored for name in names_of(stored)]
    own = one.answered.enriched.mention.author if one.answered else None
    ours = {(own.name or "").casefold(), (own.handle or "").casefold()} if own else set()
    return [name for name in found if name.casefold() not in ours]  # the organisation's own name stays


async def _colleagues(database: Database, case: Case) -> Sequence[str]:
    """Those who did something to it: an answer may be signed by one."""
    did = {event.by for event in await cases.events(database, case.id)} | {case.assignee}
    return [one.name for one in await people.every(database) if one.id in did]
