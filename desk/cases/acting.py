"""How an act is done to a case: looked at anew under a lock, refused where another was first, audited, told; all in one transaction."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.answering.allowing import Lacks
from desk.cases.conflicts import conflict
from desk.cases.telling import tell
from desk.entry.rights import Right
from desk.entry.who import Who
from desk.store import audit
from desk.store.case_tables import case_events, cases
from desk.store.case_timers import arm
from desk.store.case_writing import Happening, happen, locked
from desk.store.cases import Case, Happened, State, events_of, of_row
from desk.store.database import Database
from desk.store.notices import Kind

CASE = "case"
"""What the audit calls it."""
LATELY = timedelta(minutes=15)
"""For how long somebody who went to answer at the source is about to."""


class Why(StrEnum):
    """Why an act is refused though nobody else was first."""

    GONE = "gone"  # there is no such case
    FORBIDDEN = "forbidden"
    STATE = "state"  # it is closed, and would have to be open
    ANOTHER_OPEN = "another_open"  # a later case of the same conversation is open
    NOBODY = "nobody"  # there is no such person, or they left
    NO_ANSWER = "no_answer"  # no answer of a colleague was seen there
    WRONG = "wrong"  # what was given is not in the future, empty or too long
    NO_CHANNEL = "no_channel"  # nothing here answers there
    NO_ACCOUNT = "no_account"  # what answers there is in no list of own accounts
    NO_MESSAGE = "no_message"  # what would be answered is gone, or was never live
    GOING = "going"  # the answer is on its way, or stands there
    NOT_APPROVED = "not_approved"  # somebody else has to approve it first
    SAME_PERSON = "same_person"  # whoever wrote it does not approve it
    UNNAMED = "unnamed"  # an operator wrote it: nobody knows which person that was
    UNFILLED = "unfilled"  # a variable without a value stands in it
    LONG = "long"  # the source takes no answer of that length
    NOT_THERE = "not_there"  # the source lets nobody do that


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """The case as it is now. `warned` are cases of the same author that another unit has, or where somebody else is about to answer."""

    case: Case
    warned: tuple[Case, ...] = ()


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing was done: `what` happened meanwhile, `by` whom and when; or why it cannot be. `lacks` is what whoever acts has not, who may not
    answer there.
    """

    what: Happened | Why
    by: str = ""
    at: datetime | None = None
    lacks: Lacks | None = None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What an act makes of a case: an event, and new values.

    tells  who has to know of it, and beside them these `roles`; `warns` where others may be about to answer the same author
    anew   whoever has to act begins to have time
    """

    kind: Happened
    detail: str = ""
    values: Mapping[str, object] = {}
    tells: Kind | None = None
    roles: tuple[str, ...] = ()
    warns: bool = False
    anew: bool = False


Outcome = Done | Refused
Act = Callable[[AsyncConnection, Case], Awaitable["Change | Refused | Why | None"]]
"""What is to be done to a case as it is now; None where that is so already."""


async def do(
    database: Database, who: Who, case: str, act: Act, *, kind: Happened, saw: int | None, at: datetime
) -> Outcome:
    """Do it. `kind` is what it will be called; `saw` the version that whoever acts decided by, None where it contradicts nothing."""
    try:
        async with database.writing() as connection:
            now = await locked(connection, case)
            if now is None:
                return Refused(what=Why.GONE)
            if not who.may(Right.CASES, now.unit):
                return Refused(what=Why.FORBIDDEN)
            since = await events_of(connection, now.id, after=saw) if saw is not None else ()
            if first := conflict(kind, who.by, since):
                return Refused(what=first.kind, by=first.by, at=first.at)
            change = await act(connection, now)
            if isinstance(change, Refused):
                return change
            if isinstance(change, Why):
                return Refused(what=change)
            return await _change(connection, who, now, change, at) if change else Done(case=now)
    except IntegrityError:
        return Refused(what=Why.ANOTHER_OPEN)


async def _change(connection: AsyncConnection, who: Who, case: Case, change: Change, at: datetime) -> Done:
    others = await _others(connection, who, case, at) if change.warns else ()
    happened = Happening(kind=change.kind, detail=change.detail)
    changed = await happen(connection, case, happened, by=who.by, at=at, acted_at=at, **change.values)
    if change.tells:
        await tell(connection, changed, change.tells, at, number=changed.version, roles=change.roles)
    if others:
        numbers = ", ".join(str(other.number) for other in others)
        warned = Happening(kind=Happened.WARNED, detail=numbers)
        changed = await happen(connection, changed, warned, by=who.by, at=at)
    await arm(connection, changed, at, anew=change.anew or changed.state is not case.state)
    await audit.note(connection, audit.Entry(at=at, by=who.by, did=change.kind.value, what=CASE, subject=case.id))
    return Done(case=changed, warned=others)


async def _others(connection: AsyncConnection, who: Who, case: Case, at: datetime) -> tuple[Case, ...]:
    """What is not closed of the same author, and is another unit's, or somebody else went to answer lately."""
    lately = (
        case_events.c.kind == Happened.ANSWERING.value,
        case_events.c.by != who.by,
        case_events.c.at > at - LATELY,
    )
    answered = cases.c.id.in_(select(case_events.c.case).where(*lately))
    another = (cases.c.id != case.id) & cases.c.unit.is_distinct_from(case.unit)
    theirs = (cases.c.author == case.author, cases.c.state != State.CLOSED.value)
    asked = select(cases).where(*theirs, or_(another, answered)).order_by(cases.c.number)
    return tuple(of_row(row) for row in await connection.execute(asked))
