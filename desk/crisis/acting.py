"""How an act is done to a crisis: looked at anew under a lock, refused where another was first, audited; all in one transaction."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from enum import StrEnum

import msgspec
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.crisis.conflicts import conflict
from desk.entry.rights import Right
from desk.entry.who import EVERYWHERE, Who
from desk.store import audit
from desk.store.crises import Crisis, Happened, events_of
from desk.store.crisis_writing import Happening, happen, locked
from desk.store.database import Database

CRISIS = "crisis"
"""What the audit calls it."""


class Why(StrEnum):
    """Why an act is refused though nobody else was first."""

    GONE = "gone"  # there is no such crisis, step, statement or case
    FORBIDDEN = "forbidden"
    STATE = "state"  # it has ended, and would have to run; or the other way round
    ANOTHER_RUNS = "another_runs"
    NOBODY = "nobody"  # there is no such person, or they left
    WRONG = "wrong"  # what was given is empty or too long
    SAME_PERSON = "same_person"  # who drafted it may not approve it
    UNNAMED = "unnamed"  # an operator drafted it, who may be the one who approves it
    NOT_APPROVED = "not_approved"  # no statement is approved that could be applied


class Need(StrEnum):
    """What somebody lacks for an act."""

    CASES = "cases"  # the right to work on cases of its unit
    LEAD = "lead"  # the right to lead there
    LEADS = "leads"  # that right, or to lead the crisis
    ROLE = "role"  # the role that approves
    OFFER = "offer"  # that it was offered to them


_LEADING = frozenset(
    {
        Happened.OFFERED, Happened.RISEN, Happened.FALLEN, Happened.APPLIED, Happened.STOOD_DOWN, Happened.REOPENED,
    }
)  # fmt: skip
"""Acts of whoever leads."""


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """The crisis as it is now."""

    crisis: Crisis


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing was done: `what` happened meanwhile, `by` whom and when, with the `detail` of its event; or why it cannot be. Of SAME_PERSON `by`
    drafted it; of FORBIDDEN `needs` is what whoever acts lacks.
    """

    what: Happened | Why
    by: str = ""
    at: datetime | None = None
    detail: str = ""
    needs: Need | None = None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What an act makes of a crisis: an event, and new values; `then` does what belongs to it, in the same transaction."""

    kind: Happened
    detail: str = ""
    values: Mapping[str, object] = {}
    then: Callable[[AsyncConnection, Crisis], Awaitable[None]] | None = None


Outcome = Done | Refused
Act = Callable[[AsyncConnection, Crisis], Awaitable[Change | Refused | Why | None]]
"""What is to be done to a crisis as it is now; None where that is so already."""


async def do(
    database: Database,
    who: Who,
    crisis: str,
    act: Act,
    *,
    kind: Happened,
    saw: int | None,
    at: datetime,
    what: str = "",
    ended: bool = False,
    role: str = "",
) -> Outcome:
    """Do it.

    kind   what it will be called; `what` the step or language that it is about
    saw    the version that whoever acts decided by, None where it contradicts nothing
    ended  whether the crisis may have ended
    role   that approves, where it is an approval
    """
    try:
        async with database.writing() as connection:
            now = await locked(connection, crisis)
            if now is None:
                return Refused(what=Why.GONE)
            needs = lacks(who, now, kind, role)
            if needs is Need.CASES:
                return Refused(what=Why.FORBIDDEN, needs=needs)
            since = await events_of(connection, now.id, after=saw) if saw is not None else ()
            if first := conflict(kind, what, who.by, since):
                return Refused(what=first.kind, by=first.by, at=first.at, detail=first.detail)
            if not (now.running or ended):
                return Refused(what=Why.STATE)
            if needs is not None:
                return Refused(what=Why.FORBIDDEN, needs=needs)
            return await _change(connection, who, now, await act(connection, now), at)
    except IntegrityError:
        return Refused(what=Why.ANOTHER_RUNS)


def lacks(who: Who, crisis: Crisis, kind: Happened, role: str = "") -> Need | None:
    """What they lack to do that to it; None where they may. `role` approves."""
    if not who.may(Right.CASES, crisis.unit):
        return Need.CASES
    if kind in _LEADING and not leads(who, crisis):
        return Need.LEADS
    if kind is Happened.TAKEN and crisis.lead not in (None, who.by) and not who.may(Right.LEAD, crisis.unit):
        return Need.LEAD
    if kind is Happened.APPROVED and not _holds(who, role, crisis.unit):
        return Need.ROLE
    return Need.OFFER if kind is Happened.ACCEPTED and crisis.offered_to != who.by else None


def leads(who: Who, crisis: Crisis) -> bool:
    """Whether they lead where it belongs, or lead the crisis itself."""
    return who.may(Right.LEAD, crisis.unit) or crisis.lead == who.by


def _holds(who: Who, role: str, unit: str | None) -> bool:
    """Whether they hold that role there; an operator holds none."""
    return any(one.role == role and one.unit in (EVERYWHERE, unit) for one in who.roles)


async def _change(
    connection: AsyncConnection, who: Who, crisis: Crisis, change: Change | Refused | Why | None, at: datetime
) -> Outcome:
    match change:
        case None:
            return Done(crisis=crisis)
        case Refused():
            return change
        case Why():
            return Refused(what=change)
    happened = Happening(kind=change.kind, detail=change.detail)
    changed = await happen(connection, crisis, happened, by=who.by, at=at, **change.values)
    if change.then is not None:
        await change.then(connection, changed)
    await audit.note(connection, audit.Entry(at=at, by=who.by, did=change.kind.value, what=CRISIS, subject=crisis.id))
    return Done(crisis=changed)
