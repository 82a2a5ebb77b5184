"""What people do to a case. Each act names the version it saw, and is refused with what happened meanwhile where another was first."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncConnection

from desk.cases.acting import Change, Outcome, Refused, Why, do
from desk.entry.rights import Right
from desk.entry.who import Who
from desk.store import cases, people
from desk.store.cases import Case, Happened, State
from desk.store.database import Database
from desk.store.notices import Kind
from desk.store.statements import fits

LONGEST_NOTE, LONGEST_TAG, MOST_TAGS = 4000, 40, 20
_AWAKE = {"state": State.OPEN, "snoozed_until": None}


class Reason(StrEnum):
    """Why somebody closes a case."""

    SOLVED = "solved"
    NO_ANSWER_NEEDED = "no_answer_needed"
    NO_REACTION = "no_reaction"  # the author was asked something and said no more
    DUPLICATE = "duplicate"
    SPAM = "spam"
    HANDLED_ELSEWHERE = "handled_elsewhere"


_ENDS = {Reason.SPAM: Happened.SPAM, Reason.HANDLED_ELSEWHERE: Happened.HANDLED_ELSEWHERE}


async def claim(database: Database, who: Who, case: str, *, saw: int, at: datetime) -> Outcome:
    """Take it: it is theirs to answer."""

    async def act(_: AsyncConnection, now: Case) -> Change | Why | None:
        if now.state is State.CLOSED:
            return Why.STATE
        if now.assignee == who.by:
            return None
        return Change(kind=Happened.CLAIMED, values={"assignee": who.by, **_AWAKE}, warns=True)

    return await do(database, who, case, act, kind=Happened.CLAIMED, saw=saw, at=at)


async def release(database: Database, who: Who, case: str, *, saw: int, at: datetime) -> Outcome:
    """Give it back, so that nobody has it: whoever has it may, and whoever leads."""

    async def act(_: AsyncConnection, now: Case) -> Change | Why | None:
        if now.assignee is None:
            return None
        if not (who.may(Right.LEAD, now.unit) or now.assignee == who.by):
            return Why.FORBIDDEN
        if now.state is State.CLOSED:
            return Why.STATE
        return Change(kind=Happened.RELEASED, values={"assignee": None}, anew=True)

    return await do(database, who, case, act, kind=Happened.RELEASED, saw=saw, at=at)


async def assign(database: Database, who: Who, case: str, person: str, *, saw: int, at: datetime) -> Outcome:
    """Give it to somebody of the staff: whoever leads may, and whoever has it may hand it on."""

    async def act(connection: AsyncConnection, now: Case) -> Change | Why | None:
        if not (who.may(Right.LEAD, now.unit) or now.assignee == who.by):
            return Why.FORBIDDEN
        if now.state is State.CLOSED:
            return Why.STATE
        if not await people.works_here(connection, person):
            return Why.NOBODY
        if now.assignee == person:
            return None
        values = {"assignee": person, **_AWAKE}
        return Change(kind=Happened.ASSIGNED, detail=person, values=values, tells=Kind.ASSIGNED, warns=True, anew=True)

    return await do(database, who, case, act, kind=Happened.ASSIGNED, saw=saw, at=at)


async def hand_over(database: Database, who: Who, case: str, unit: str, *, saw: int, at: datetime) -> Outcome:
    """Give it to another unit of the playbook; nobody has it there yet. What was promised stays."""

    async def act(_: AsyncConnection, now: Case) -> Change | Why | None:
        if now.state is State.CLOSED:
            return Why.STATE
        if now.unit == unit:
            return None
        values = {"unit": unit, "assignee": None, **_AWAKE}
        return Change(kind=Happened.HANDED_OVER, detail=unit, values=values, tells=Kind.HANDED_OVER, anew=True)

    return await do(database, who, case, act, kind=Happened.HANDED_OVER, saw=saw, at=at)


async def note(database: Database, who: Who, case: str, text: str, *, at: datetime) -> Outcome:
    """Write something down beside it."""

    async def act(_: AsyncConnection, __: Case) -> Change | Why:
        words = text.strip()
        return Change(kind=Happened.NOTED, detail=words) if fits(words, LONGEST_NOTE) else Why.WRONG

    return await do(database, who, case, act, kind=Happened.NOTED, saw=None, at=at)


async def tag(
    database: Database, who: Who, case: str, *, add: Collection[str] = (), remove: Collection[str] = (), at: datetime
) -> Outcome:
    """Put tags on it and take some off; each in small letters."""
    new, gone = ({" ".join(word.casefold().split()) for word in words} for words in (add, remove))

    async def act(_: AsyncConnection, now: Case) -> Change | Why | None:
        tags = tuple(sorted((set(now.tags) | new) - gone))
        if len(tags) > MOST_TAGS or not all(fits(word, LONGEST_TAG) for word in new):
            return Why.WRONG
        if tags == now.tags:
            return None
        return Change(kind=Happened.TAGGED, detail=", ".join(tags), values={"tags": tags})

    return await do(database, who, case, act, kind=Happened.TAGGED, saw=None, at=at)


async def snooze(database: Database, who: Who, case: str, until: datetime, *, saw: int, at: datetime) -> Outcome:
    """Let it sleep until then, or until its author writes; what was promised runs on."""

    async def act(_: AsyncConnection, now: Case) -> Change | Why:
        if now.state is State.CLOSED:
            return Why.STATE
        if until <= at:
            return Why.WRONG
        values = {"state": State.SNOOZED, "snoozed_until": until}
        return Change(kind=Happened.SNOOZED, detail=until.isoformat(), values=values)

    return await do(database, who, case, act, kind=Happened.SNOOZED, saw=saw, at=at)


async def close(database: Database, who: Who, case: str, reason: Reason, *, saw: int, at: datetime) -> Outcome:
    """Say that it is over, and why."""
    kind = _ENDS.get(reason, Happened.CLOSED)

    async def act(_: AsyncConnection, now: Case) -> Change | Why:
        if now.state is State.CLOSED:
            return Why.STATE
        values = {"state": State.CLOSED, "closed_at": at, "reason": reason.value, "snoozed_until": None}
        return Change(kind=kind, detail=reason.value, values=values)

    return await do(database, who, case, act, kind=kind, saw=saw, at=at)


async def spam(database: Database, who: Who, case: str, *, saw: int, at: datetime) -> Outcome:
    """It is not worth anybody's time; what its author writes there does not open it again."""
    return await close(database, who, case, Reason.SPAM, saw=saw, at=at)


async def handled_elsewhere(database: Database, who: Who, case: str, *, saw: int, at: datetime) -> Outcome:
    """It was settled by telephone, at a counter or in another system."""
    return await close(database, who, case, Reason.HANDLED_ELSEWHERE, saw=saw, at=at)


async def reopen(database: Database, who: Who, case: str, *, saw: int, at: datetime) -> Outcome:
    """Open it again, or wake it; what was promised stays."""

    async def act(_: AsyncConnection, now: Case) -> Change | Why | None:
        if now.state is State.OPEN:
            return None
        kind = Happened.REOPENED if now.state is State.CLOSED else Happened.WOKE
        return Change(kind=kind, values={**_AWAKE, "closed_at": None, "reason": None}, anew=True)

    return await do(database, who, case, act, kind=Happened.REOPENED, saw=saw, at=at)


async def answering(database: Database, who: Who, case: str, *, at: datetime) -> Outcome:
    """They go to the source to answer there: whoever else is about to is warned."""

    async def act(_: AsyncConnection, __: Case) -> Change:
        return Change(kind=Happened.ANSWERING, warns=True)

    return await do(database, who, case, act, kind=Happened.ANSWERING, saw=None, at=at)


async def bulk(
    database: Database, who: Who, seen: Mapping[str, int], act: Callable[[str, int], Awaitable[Outcome]]
) -> Mapping[str, Outcome]:
    """One act on many cases, by id with the version seen of each; only where they lead. Each is done or refused by itself."""
    done: dict[str, Outcome] = {}
    for case, saw in seen.items():
        now = await cases.get(database, case)
        leads = now is not None and who.may(Right.LEAD, now.unit)
        done[case] = await act(case, saw) if leads else Refused(what=Why.FORBIDDEN if now else Why.GONE)
    return done
