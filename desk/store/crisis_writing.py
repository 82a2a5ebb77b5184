"""What is written of crises, each in the transaction of whoever does it, with an event for whatever changes."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store import statements, touched
from desk.store.case_tables import cases
from desk.store.case_writing import CRISES, next_number
from desk.store.crises import Crisis, Event, Happened, Ringing, State, Statement, Step, StepState, of_row
from desk.store.crisis_tables import (
    crises,
    crisis_cases,
    crisis_events,
    crisis_evidence,
    crisis_monitors,
    crisis_statements,
    crisis_steps,
)


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """An event that is to be."""

    kind: Happened
    detail: str = ""


async def open_crisis(
    connection: AsyncConnection,
    *,
    since: datetime,
    last_alarm_at: datetime,
    plan: str,
    unit: str | None,
    drill: str | None,
    at: datetime,
) -> Crisis:
    """Open one; its first event is still to be. Raises IntegrityError where one of that drill, or a real one, runs."""
    crisis = Crisis(
        id=uuid.uuid4().hex,
        number=await next_number(connection, CRISES),
        opened_at=at,
        since=since,
        last_alarm_at=last_alarm_at,
        plan=plan,
        unit=unit,
        drill=drill,
    )
    await connection.execute(insert(crises), _row(crisis))
    return crisis


async def locked(connection: AsyncConnection, crisis: str | int) -> Crisis | None:
    """The crisis of that id or number; nobody else changes it until the transaction ends."""
    named = crises.c.number == crisis if isinstance(crisis, int) else crises.c.id == crisis
    row = (await connection.execute(select(crises).where(named).with_for_update())).first()
    return None if row is None else of_row(row)


async def last_of(connection: AsyncConnection, drill: str | None) -> Crisis | None:
    """The one that runs of that drill, or of what is real, else the last that ended; locked."""
    ordered = select(crises).where(crises.c.drill == (drill or "")).order_by(crises.c.state == State.ENDED.value)
    latest = ordered.order_by(crises.c.number.desc()).limit(1)
    row = (await connection.execute(latest.with_for_update())).first()
    return None if row is None else of_row(row)


async def happen(
    connection: AsyncConnection, crisis: Crisis, *happened: Happening, by: str, at: datetime, **values: object
) -> Crisis:
    """The crisis with these values, and with what happened written down. `crisis` is as it is in the database, locked."""
    changed = msgspec.structs.replace(crisis, **values, version=crisis.version + len(happened))
    await connection.execute(update(crises).where(crises.c.id == crisis.id).values(_row(changed)))
    new = [
        Event(crisis=crisis.id, number=number, at=at, by=by, kind=one.kind, detail=one.detail)
        for number, one in enumerate(happened, start=crisis.version + 1)
    ]
    if new:
        await connection.execute(insert(crisis_events), [msgspec.structs.asdict(event) for event in new])
    return changed


async def put_ringing(connection: AsyncConnection, crisis: Crisis, *ringing: Ringing) -> None:
    """Let the monitors stand like this."""
    rows = [msgspec.structs.asdict(one) | {"crisis": crisis.id} for one in ringing]
    if rows:
        new = statements.insert(connection, crisis_monitors)
        later = {name: new.excluded[name] for name in ("since", "last_alarm_at", "quiet_at")}
        await connection.execute(new.on_conflict_do_update(index_elements=["crisis", "monitor"], set_=later), rows)


async def add_steps(connection: AsyncConnection, crisis: Crisis, steps: Sequence[Step]) -> None:
    """The plan that it is opened with."""
    rows = [
        {
            "crisis": crisis.id,
            "step": one.step,
            "place": one.place,
            "says": msgspec.json.encode(one.says).decode(),
            "owner": one.owner,
            "from": one.from_,
            "within": one.within,
            "due_at": one.due_at,
            "state": one.state,
        }
        for one in steps
    ]
    if rows:
        await connection.execute(insert(crisis_steps), rows)


async def change_step(
    connection: AsyncConnection,
    crisis: Crisis,
    step: str,
    *,
    due_at: datetime | None,
    state: StepState = StepState.OPEN,
    done_at: datetime | None = None,
    done_by: str | None = None,
) -> None:
    """Let the step stand like this."""
    one = (crisis_steps.c.crisis == crisis.id, crisis_steps.c.step == step)
    values = {"due_at": due_at, "state": state, "done_at": done_at, "done_by": done_by}
    await connection.execute(update(crisis_steps).where(*one).values(values))


async def add_statement(connection: AsyncConnection, crisis: Crisis, statement: Statement) -> None:
    await connection.execute(insert(crisis_statements), msgspec.structs.asdict(statement) | {"crisis": crisis.id})


async def approve_statement(
    connection: AsyncConnection, crisis: Crisis, language: str, number: int, *, by: str, at: datetime
) -> None:
    one = (
        crisis_statements.c.crisis == crisis.id,
        crisis_statements.c.language == language,
        crisis_statements.c.number == number,
    )
    await connection.execute(update(crisis_statements).where(*one).values(approved_by=by, approved_at=at))


async def freeze(connection: AsyncConnection, crisis: Crisis, figures: str, *, at: datetime) -> None:
    """Keep what is known at its last event; what drove it is asked for (`waiting_evidence`)."""
    row = {"crisis": crisis.id, "number": crisis.version, "at": at, "figures": figures, "document": ""}
    await connection.execute(insert(crisis_evidence), row)


async def attach(connection: AsyncConnection, crisis: Crisis, ids: Collection[str], *, by: str, at: datetime) -> int:
    """How many of the cases are new there; one that was detached stays out."""
    came: list[str] = []
    for some in statements.chunks(ids):
        rows = [{"crisis": crisis.id, "case": case, "by": by, "at": at} for case in some]
        new = statements.insert(connection, crisis_cases).values(rows).on_conflict_do_nothing()
        came += (await connection.execute(new.returning(crisis_cases.c.case))).scalars()
    await touched.CASES.touch(connection, came)
    return len(came)


async def attach_again(connection: AsyncConnection, crisis: Crisis, case: str, *, by: str, at: datetime) -> bool:
    """Whether the case did not belong there; also where it was detached."""
    one = (crisis_cases.c.crisis == crisis.id, crisis_cases.c.case == case, crisis_cases.c.detached_at.is_not(None))
    back = update(crisis_cases).where(*one).values(detached_at=None, by=by, at=at)
    if (await connection.execute(back)).rowcount == 0:
        return await attach(connection, crisis, [case], by=by, at=at) > 0
    await touched.CASES.touch(connection, [case])
    return True


async def detach(connection: AsyncConnection, crisis: Crisis, case: str, *, at: datetime) -> bool:
    """Whether it belonged there."""
    one = (crisis_cases.c.crisis == crisis.id, crisis_cases.c.case == case, crisis_cases.c.detached_at.is_(None))
    if (await connection.execute(update(crisis_cases).where(*one).values(detached_at=at))).rowcount == 0:
        return False
    await touched.CASES.touch(connection, [case])
    return True


async def opened_since(connection: AsyncConnection, since: datetime) -> Sequence[tuple[str, tuple[str, ...]]]:
    """Cases that were opened since then and are not closed: their ids, and the monitors that their first messages matched."""
    asked = select(cases.c.id, cases.c.monitors).where(cases.c.opened_at >= since, cases.c.state != "closed")
    rows = await connection.execute(asked.order_by(cases.c.number))
    return [(row.id, msgspec.json.decode(row.monitors, type=tuple[str, ...])) for row in rows]


def _row(crisis: Crisis) -> dict[str, object]:
    return msgspec.structs.asdict(crisis) | {"drill": crisis.drill or ""}
