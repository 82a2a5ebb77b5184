"""What is written of cases, each in the transaction of whoever does it, with an event for whatever changes."""

import uuid
from datetime import datetime

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store import statements, touched
from desk.store.case_tables import case_events, case_messages, case_numbers, cases
from desk.store.cases import Case, Event, Happened, Message, of_row

PROGRAM = "klankbord"
"""Who did what nobody did."""
CASES, CRISES = "cases", "crises"
"""What is numbered."""


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """A case that is to be: the fields of Case that it begins with."""

    author: str
    thread: str
    source: str
    severity: str
    outcome: str
    since: datetime
    unit: str | None = None
    first_soon: datetime | None = None
    first_due: datetime | None = None
    resolution_soon: datetime | None = None
    resolution_due: datetime | None = None
    monitors: tuple[str, ...] = ()


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """An event that is to be."""

    kind: Happened
    detail: str = ""


async def open_case(connection: AsyncConnection, opening: Opening, first: Message, *, at: datetime) -> Case:
    """Open it with its first message. Raises IntegrityError where there is one of that author and conversation that is not closed."""
    case = Case(
        **msgspec.structs.asdict(opening),
        id=uuid.uuid4().hex,
        number=await next_number(connection, CASES),
        opened_at=at,
        first_message=first.mention,
        version=0,
    )
    await connection.execute(insert(cases), _row(case))
    await add_message(connection, case, first)
    return await happen(connection, case, Happening(kind=Happened.OPENED, detail=first.mention), by=PROGRAM, at=at)


async def locked(connection: AsyncConnection, case: str | int) -> Case | None:
    """The case of that id or number; nobody else changes it until the transaction ends."""
    named = cases.c.number == case if isinstance(case, int) else cases.c.id == case
    row = (await connection.execute(select(cases).where(named).with_for_update())).first()
    return None if row is None else of_row(row)


async def happen(
    connection: AsyncConnection, case: Case, *happened: Happening, by: str, at: datetime, **values: object
) -> Case:
    """The case with these values, and with what happened written down. `case` is as it is in the database, locked."""
    changed = msgspec.structs.replace(case, **values, version=case.version + len(happened))
    await connection.execute(update(cases).where(cases.c.id == case.id).values(_row(changed)))
    new = [
        Event(case=case.id, number=number, at=at, by=by, kind=one.kind, detail=one.detail)
        for number, one in enumerate(happened, start=case.version + 1)
    ]
    await connection.execute(insert(case_events), [msgspec.structs.asdict(event) for event in new])
    await touched.CASES.touch(connection, [case.id])
    return changed


async def add_message(connection: AsyncConnection, case: Case, message: Message) -> bool:
    """Whether it is new there; one that is known stays as it is."""
    row = _message_row(message) | {"case": case.id}
    new = statements.insert(connection, case_messages).values(row).on_conflict_do_nothing()
    return (await connection.execute(new.returning(case_messages.c.mention))).first() is not None


async def put_message(connection: AsyncConnection, case: Case, message: Message) -> None:
    """A message that is known in another version."""
    one = (case_messages.c.case == case.id, case_messages.c.mention == message.mention)
    await connection.execute(update(case_messages).where(*one).values(_message_row(message)))


async def next_number(connection: AsyncConnection, what: str) -> int:
    """One more than the last that was given; whoever wants another waits until this transaction ends."""
    row = {"what": what, "last": 1}
    first = statements.insert(connection, case_numbers).values(row)
    more = first.on_conflict_do_update(index_elements=["what"], set_={"last": case_numbers.c.last + 1})
    return int((await connection.execute(more.returning(case_numbers.c.last))).scalar_one())


def _message_row(message: Message) -> dict[str, object]:
    return msgspec.structs.asdict(message) | {"topics": msgspec.json.encode(message.topics).decode()}


def _row(case: Case) -> dict[str, object]:
    lists = {name: msgspec.json.encode(getattr(case, name)).decode() for name in ("tags", "monitors")}
    return msgspec.structs.asdict(case) | lists
