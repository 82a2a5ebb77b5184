"""Messages that tell of notices, one a receiver and channel: made while they wait, lent to one sender at a time, settled by it alone.

On PostgreSQL rows that another worker is busy with are passed over (FOR UPDATE SKIP LOCKED); a file has one writer anyway.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, case, delete, func, or_, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store.crises import State
from desk.store.crisis_tables import crises
from desk.store.database import Database
from desk.store.notice_tables import notice_messages, notice_parts, notices
from desk.store.notices import Kind, Notice
from desk.store.statements import chunks, insert

messages = notice_messages
APART = timedelta(hours=4)
"""What is due at the same place at moments further apart is told in messages of their own."""
_RUNNING = select(crises.c.id).where(crises.c.state != State.ENDED.value)


class Over(StrEnum):
    """Why a message ended without a try that a channel took: what stands as its `error` then. Nobody was told by it."""

    NOBODY = "whoever it was for does not work here any more"
    NOTHING = "nothing was left to tell"


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where something goes: a channel, to a person or, where it is one place for all, to nobody by name.

    person   by id; a hash of it, who is none of the staff, once it is erased (desk.store.audit)
    crisis   of which it tells alone; None where it tells of cases
    then     the channels that are tried after it, in order
    instead  the channel that failed before it
    """

    channel: str
    crisis: str | None = None
    person: str | None = None
    then: tuple[str, ...] = ()
    instead: str | None = None


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be told at one place, not before `due_at`: notices by id."""

    place: Place
    due_at: datetime
    notices: tuple[str, ...]


class Message(Place, frozen=True, kw_only=True):
    """One message to one receiver.

    id      stays the same however often it is tried: a receiver knows a message by it that came twice
    due_at  when it is tried next; None once it is done
    unsure  whether an earlier try may have arrived
    done_at when it was taken, given up, or over: then `error` says why
    """

    id: str
    made_at: datetime
    due_at: datetime | None
    tries: int = 0
    unsure: bool = False
    error: str | None = None
    done_at: datetime | None = None

    @property
    def taken_at(self) -> datetime | None:
        """When its channel took it."""
        return self.done_at if self.error is None else None

    @property
    def over(self) -> Over | None:
        """Why it ended where no channel was to take it."""
        return next((one for one in Over if one.value == self.error), None)


async def waiting(connection: AsyncConnection, most: int) -> Sequence[Notice]:
    """Notices that are in no message yet, the oldest first; nobody else has them until the transaction ends."""
    asked = select(notices).where(notices.c.gathered_at.is_(None)).order_by(notices.c.at, notices.c.id).limit(most)
    return [_notice(row) for row in await connection.execute(asked.with_for_update(skip_locked=True))]


async def gathered(
    connection: AsyncConnection,
    parcels: Collection[Parcel],
    owed: Sequence[Notice],
    at: datetime,
    errors: Mapping[str, str],
) -> None:
    """These notices are in messages from now on, or `errors` says by id why nobody is told."""
    await put(connection, parcels, at)
    for error in (None, *sorted(set(errors.values()))):
        for some in chunks([one.id for one in owed if errors.get(one.id) == error]):
            done = update(notices).where(notices.c.id.in_(some)).values(gathered_at=at, error=error)
            await connection.execute(done)


async def put(connection: AsyncConnection, parcels: Collection[Parcel], at: datetime) -> None:
    """Into the message for that place that nobody has tried to send yet and that is due about then, else into a new one."""
    for parcel in parcels:
        row = (await connection.execute(_open(parcel))).first()
        if row is None:
            message = Message(
                id=uuid.uuid4().hex, made_at=at, due_at=parcel.due_at, **msgspec.structs.asdict(parcel.place)
            )
            await connection.execute(insert(connection, messages), _row(message))
            identifier = message.id
        else:
            identifier = row.id
            sooner = {"due_at": min(row.due_at, parcel.due_at)}
            await connection.execute(update(messages).where(messages.c.id == identifier).values(sooner))
        parts = [{"message": identifier, "notice": notice} for notice in parcel.notices]
        await connection.execute(insert(connection, notice_parts).on_conflict_do_nothing(), parts)


async def lend(database: Database, at: datetime, *, lease: str, until: datetime) -> Message | None:
    """The message that is longest due and that nobody else has: from now on a try of it has begun."""
    free = or_(messages.c.leased_until.is_(None), messages.c.leased_until <= at)
    asked = select(messages).where(messages.c.due_at <= at, free).order_by(messages.c.due_at, messages.c.id).limit(1)
    async with database.writing() as connection:
        row = (await connection.execute(asked.with_for_update(skip_locked=True))).first()
        if row is None:
            return None
        taken = {"lease": lease, "leased_until": until, "tries": row.tries + 1, "unsure": True}
        await connection.execute(update(messages).where(messages.c.id == row.id).values(taken))
        return msgspec.structs.replace(_message(row), tries=row.tries + 1)


async def settle(
    database: Database, message: Message, *, lease: str, at: datetime, parcels: Collection[Parcel] = ()
) -> bool:
    """What became of a try, where whoever settles it still has it; `parcels` go out in its place."""
    mine = (messages.c.id == message.id, messages.c.lease == lease)
    values = {"due_at": message.due_at, "unsure": message.unsure, "error": message.error, "lease": None}
    values |= {"leased_until": None, "done_at": None if message.due_at else at}
    async with database.writing() as connection:
        held = (await connection.execute(update(messages).where(*mine).values(values))).rowcount > 0
        if held:
            await put(connection, parcels, at)
        return held


async def drop(connection: AsyncConnection, person: str, at: datetime) -> None:
    """What waits for that person is over; a try that has begun is settled by whoever has it."""
    waits = (messages.c.person == person, messages.c.due_at.is_not(None), messages.c.lease.is_(None))
    over = {"due_at": None, "error": Over.NOBODY.value, "done_at": at}
    await connection.execute(update(messages).where(*waits).values(over))


async def told_in(database: Database, message: str) -> Sequence[Notice]:
    """The notices that a message tells of, the oldest first."""
    asked = select(notices).join(notice_parts, notice_parts.c.notice == notices.c.id)
    async with database.reading() as connection:
        rows = await connection.execute(
            asked.where(notice_parts.c.message == message).order_by(notices.c.at, notices.c.id)
        )
        return [_notice(row) for row in rows]


async def told_of(database: Database, crisis: str) -> Sequence[tuple[Notice, Message | None]]:
    """Of what of a crisis who was told by which message, the oldest first; None where nobody was, or is yet."""
    owed = select(notices).where(notices.c.crisis == crisis).order_by(notices.c.at, notices.c.id)
    parts = select(notice_parts.c.notice, messages).join(messages, messages.c.id == notice_parts.c.message)
    async with database.reading() as connection:
        sent: dict[str, list[Message]] = {}
        theirs = parts.where(messages.c.crisis == crisis).order_by(messages.c.made_at, messages.c.id)
        for row in await connection.execute(theirs):
            sent.setdefault(row.notice, []).append(_message(row))
        return [
            (_notice(row), message)
            for row in await connection.execute(owed)
            for message in (sent.get(row.id) or (None,))
        ]


async def undelivered(database: Database, *, since: datetime, most: int = 100) -> Sequence[Message]:
    """Those that failed at least once and wait, were given up, or have lost who they were for; the latest first.

    Of a crisis that is over not what ended before `since`; what is told of cases is forgotten in time anyway.
    """
    untold = and_(messages.c.error != Over.NOTHING.value, _counts(messages.c.crisis, messages.c.done_at, since))
    return await _found(database, untold, most)


async def unreached(database: Database, *, since: datetime, most: int = 100) -> Sequence[tuple[datetime, str]]:
    """Of which notices nobody was told: when each was, and why; the latest first. `since` as for those that were not delivered."""
    counts = _counts(notices.c.crisis, notices.c.gathered_at, since)
    asked = select(notices.c.at, notices.c.error).where(notices.c.error.is_not(None), counts)
    asked = asked.order_by(notices.c.at.desc())
    async with database.reading() as connection:
        return [(row.at, row.error) for row in await connection.execute(asked.limit(most))]


async def latest(database: Database, most: int = 50) -> Sequence[Message]:
    """The latest of all."""
    return await _found(database, messages.c.id.is_not(None), most)


async def idle(database: Database, at: datetime) -> bool:
    """Whether nothing waits to be told, and nothing is due."""
    async with database.reading() as connection:
        untold = select(notices.c.id).where(notices.c.gathered_at.is_(None)).limit(1)
        due = select(messages.c.id).where(messages.c.due_at <= at).limit(1)
        return (await connection.execute(untold)).first() is None and (await connection.execute(due)).first() is None


async def waits_since(database: Database, at: datetime) -> datetime | None:
    """Since when the message waits that waits longest: since it is due, or, where it failed, since it was made; None where none does."""
    failed = messages.c.error.is_not(None)
    since = func.min(case((failed, messages.c.made_at), else_=messages.c.due_at))
    async with database.reading() as connection:
        found = await connection.scalar(
            select(since).where(messages.c.due_at.is_not(None), or_(failed, messages.c.due_at <= at))
        )
        return found if isinstance(found, datetime) else None


async def forget(connection: AsyncConnection, *, before: datetime) -> None:
    """Drop what was done before that time, and the notices that no message tells of any more. Who was told of a crisis is kept with it."""
    await connection.execute(delete(messages).where(messages.c.done_at < before, messages.c.crisis.is_(None)))
    told, over = select(notice_parts.c.notice), (notices.c.gathered_at < before, notices.c.crisis.is_(None))
    await connection.execute(delete(notices).where(*over, notices.c.id.not_in(told)))


def _counts(crisis: ColumnElement[Any], ended: ColumnElement[Any], since: datetime) -> ColumnElement[bool]:
    return or_(crisis.is_(None), ended.is_(None), ended >= since, crisis.in_(_RUNNING))


async def _found(database: Database, where: ColumnElement[bool], most: int) -> Sequence[Message]:
    asked = select(messages).where(where).order_by(messages.c.made_at.desc(), messages.c.id).limit(most)
    async with database.reading() as connection:
        return [_message(row) for row in await connection.execute(asked)]


def _open(parcel: Parcel) -> Any:  # Any: a select, whose type SQLAlchemy spells out
    """The message for that place that waits for its first try, not further from it than APART."""
    place = parcel.place
    same = (
        messages.c.channel == place.channel,
        messages.c.then == _then(place),
        messages.c.person.is_not_distinct_from(place.person),
        messages.c.crisis.is_not_distinct_from(place.crisis),
        messages.c.instead.is_not_distinct_from(place.instead),
    )
    near = messages.c.due_at.between(parcel.due_at - APART, parcel.due_at + APART)
    untried = select(messages.c.id, messages.c.due_at).where(*same, messages.c.tries == 0, near)
    return untried.order_by(messages.c.due_at).limit(1).with_for_update(skip_locked=True)


def _then(place: Place) -> str:
    return msgspec.json.encode(place.then).decode()


def _row(message: Message) -> dict[str, object]:
    return msgspec.structs.asdict(message) | {"then": _then(message)}


def _message(row: Row[*tuple[Any, ...]]) -> Message:  # Any: rows carry no types
    named = {name: getattr(row, name) for name in Message.__struct_fields__}
    then = msgspec.json.decode(row.then, type=tuple[str, ...])
    return Message(**named | {"then": then, "person": row.person or row.erased})


def _notice(row: Row[*tuple[Any, ...]]) -> Notice:  # Any: rows carry no types
    named = {name: getattr(row, name) for name in Notice.__struct_fields__}
    to = row.to_person or row.to_erased
    return Notice(**named | {"kind": Kind(row.kind), "case": row.case or None, "to_person": to})
